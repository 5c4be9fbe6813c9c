/*
 * Pure text for the entry grid: folding full-width typing, reading quantities
 * and days, exact decimal sums, the cells of a pasted Excel block.
 *
 * The server is the judge of every field. What is read here is only echoed and
 * totalled, so an unreadable text gives '' or null and stays as it was typed.
 * Must not touch the DOM, the network or a float: decimals are strings of
 * digits, and thousandths are whole numbers below 2^53.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};

  // ---- words ----

  // fold makes half-width what an input method left full-width, and one line
  // of what had several.
  function fold(text) {
    return String(text == null ? '' : text)
      .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/[\u3000\u00a0\t\r\n]+/g, ' ')
      .replace(/[−﹣‐‑]/g, '-')
      .replace(/[\u200b\ufeff]/g, '')
      .trim();
  }

  // key compares words as the catalogue does: case, width, spaces and the two
  // signs for "times" do not count.
  function key(text) {
    return String(text == null ? '' : text).normalize('NFKC').replace(/[\s\u0000-\u001f\u007f-\u009f]/g, '').toUpperCase().replace(/×/g, '*');
  }

  // ---- exact decimals ----

  // A decimal is a text like '1200.5'. parts splits it into a sign, digits
  // without point and the number of digits behind the point.
  function parts(value) {
    const m = /^(-?)(\d*)(?:\.(\d*))?$/.exec(value || '0');
    const behind = (m && m[3]) || '';
    return { minus: !!m && m[1] === '-', digits: ((m && m[2]) || '') + behind, scale: behind.length };
  }

  function join(minus, digits, scale) {
    const padded = digits.padStart(scale + 1, '0');
    const whole = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
    const behind = scale ? padded.slice(-scale).replace(/0+$/, '') : '';
    const text = behind ? whole + '.' + behind : whole;
    return minus && text !== '0' ? '-' + text : text;
  }

  function addDigits(a, b) {
    const width = Math.max(a.length, b.length);
    let out = '';
    let carry = 0;
    for (let i = 1; i <= width; i++) {
      const sum = (+a[a.length - i] || 0) + (+b[b.length - i] || 0) + carry;
      out = (sum % 10) + out;
      carry = sum > 9 ? 1 : 0;
    }
    return carry ? '1' + out : out;
  }

  function timesDigits(a, b) {
    const cells = new Array(a.length + b.length).fill(0);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        const sum = a[i] * b[j] + cells[i + j + 1];
        cells[i + j + 1] = sum % 10;
        cells[i + j] += Math.floor(sum / 10);
      }
    }
    return cells.join('');
  }

  // plus adds two decimals that are not negative; the grid totals no others.
  function plus(a, b) {
    const x = parts(a);
    const y = parts(b);
    const scale = Math.max(x.scale, y.scale);
    return join(false, addDigits(x.digits.padEnd(x.digits.length + scale - x.scale, '0'), y.digits.padEnd(y.digits.length + scale - y.scale, '0')), scale);
  }

  // times multiplies and rounds half away from zero, as the server books money.
  function times(a, b, places) {
    const x = parts(a);
    const y = parts(b);
    const scale = x.scale + y.scale;
    const minus = x.minus !== y.minus;
    const digits = timesDigits(x.digits, y.digits);
    if (scale <= places) return join(minus, digits, scale);
    const padded = digits.padStart(scale + 1, '0');
    const cut = padded.length - (scale - places);
    const kept = padded[cut] >= '5' ? addDigits(padded.slice(0, cut), '1') : padded.slice(0, cut);
    return join(minus, kept, places);
  }

  // group writes thousands separators and, when asked, a fixed number of
  // digits behind the point.
  function group(value, places) {
    const minus = value[0] === '-';
    const halves = (minus ? value.slice(1) : value).split('.');
    const whole = halves[0].replace(/\B(?=(\d{3})+$)/g, ',');
    const behind = places ? (halves[1] || '').padEnd(places, '0') : halves[1];
    return (minus ? '-' : '') + whole + (behind ? '.' + behind : '');
  }

  // milli gives whole thousandths, NaN when there are finer digits or the
  // amount is beyond what a line may hold (10^9 units).
  function milli(value) {
    const x = parts(value);
    const digits = x.digits + '0'.repeat(Math.max(0, 3 - x.scale));
    if (value === '' || x.scale > 3 || digits.replace(/^0+/, '').length > 13) return NaN;
    return x.minus ? -digits : +digits;
  }

  function ofMilli(n) {
    return join(n < 0, String(Math.abs(n)), 3);
  }

  // serve takes thousandths off what is left on shelves, in their order.
  function serve(shelves, want) {
    const picks = [];
    shelves.forEach((s) => {
      const take = Math.min(want, s.left);
      if (take <= 0) return;
      s.left -= take;
      want -= take;
      picks.push(Object.assign({}, s, { qty: ofMilli(take) }));
    });
    return { picks, short: want };
  }

  // ---- quantities and prices ----

  const multipliers = [['千万', 7], ['百万', 6], ['十万', 5], ['亿', 8], ['万', 4], ['千', 3], ['仟', 3], ['百', 2], ['佰', 2]];
  const metric = /^(千克|千米|千瓦|千伏|千升|千帕|百分)/;

  function shift(value, power) {
    const x = parts(value);
    return x.scale >= power ? join(x.minus, x.digits, x.scale - power) : join(x.minus, x.digits + '0'.repeat(power - x.scale), 0);
  }

  // qty reads '1,200', '1.5万', '120件(暂存)'; null for anything less plain.
  function qty(text) {
    const s = fold(text).replace(/\([^)]*\)$/, '').replace(/[。;,、 ]+$/, '').replace(/(\d) (?=\d{3}(?!\d))/g, '$1');
    const m = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?\s*(.*)$/.exec(s);
    if (!m) return null;
    let value = join(m[1] === '-', parts(m[2].replace(/,/g, '') + (m[3] || '')).digits, ((m[3] || '.').length - 1));
    let unit = m[4];
    const word = metric.test(unit) ? null : multipliers.find((x) => unit.startsWith(x[0]));
    if (word) {
      value = shift(value, word[1]);
      unit = unit.slice(word[0].length);
    }
    unit = unit.replace(/\s/g, '');
    if (!/^[A-Za-z\u00b2\u00b3\u3300-\u33ff\u3400-\u9fff/]*[23]?$/.test(unit) || /[多余来约]/.test(unit)) return null;
    return { value, unit };
  }

  // ---- packs and pieces ----

  // packsOf reads 箱=24、件=10 into pairs of a name and what it holds.
  function packsOf(words) {
    return words ? words.split('、').map((p) => p.split('=')) : [];
  }

  // measure reads a quantity in an item's unit or in packs of it, 5箱3瓶, as the
  // server does; null for anything less plain.
  function measure(words, unit, packs) {
    const plain = qty(words);
    if (!packs.length || (plain && (plain.unit === '' || key(plain.unit) === key(unit)))) return plain;
    const folded = key(words);
    const found = folded.match(/[0-9][0-9.,]*[^0-9.,]+/g);
    if (!found || found.join('') !== folded) return plain;
    const each = found.map((part) => {
      const m = /^([0-9.,]+)(.*)$/.exec(part);
      const figure = qty(m[1]);
      const pack = m[2] === key(unit) ? [unit, '1'] : packs.find((p) => key(p[0]) === m[2]);
      return figure && pack ? times(figure.value, pack[1], 6) : null;
    });
    if (each.includes(null)) return null;
    const value = each.reduce(plus, '0');
    return parts(value).scale > 3 ? null : { value, unit, packed: true };
  }

  const MAX_SERIALS = 1000; // as the server takes in one line
  const run = /^(.*?)(\d+)(?:至|到|~|～|—|--)(.*?)(\d+)$/;

  // serials reads the numbers of pieces: one, several, or a run FD-001至FD-010;
  // null when they cannot be read.
  function serials(words) {
    const list = [];
    const all = String(words || '').split(/[、,，;；\s]+/).filter(Boolean).every((word) => {
      const m = run.exec(fold(word));
      if (!m) return list.push(fold(word)) <= MAX_SERIALS;
      const count = m[4] - m[2] + 1;
      if ((m[3] && m[3] !== m[1]) || m[2].length !== m[4].length || count < 1 || list.length + count > MAX_SERIALS) return false;
      for (let i = 0; i < count; i++) list.push(m[1] + String(+m[2] + i).padStart(m[2].length, '0'));
      return true;
    });
    return all ? list : null;
  }

  // price reads yuan; '' when it is not a plain amount.
  function price(text) {
    const s = fold(text).replace(/人民币|RMB|CNY|[￥¥]|元整|元|圆|\s/g, '');
    const m = /^(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?(万)?$/.exec(s);
    if (!m) return '';
    const behind = (m[2] || '.').slice(1);
    const value = join(false, m[1].replace(/,/g, '') + behind, behind.length);
    return m[3] ? shift(value, 4) : value;
  }

  // ---- days ----

  const pad = (n) => String(n).padStart(2, '0');

  // make gives ISO text when the day exists and goods can bear its year.
  function make(year, month, date, precision) {
    const t = new Date(Date.UTC(year, month - 1, date));
    if (year < 1950 || year > 2100 || t.getUTCMonth() !== month - 1 || t.getUTCDate() !== date) return '';
    if (precision === 'year') return String(year);
    return year + '-' + pad(month) + (precision === 'month' ? '' : '-' + pad(date));
  }

  const century = (n) => (n >= 80 ? 1900 + n : 2000 + n);

  // today is the business day in Asia/Shanghai, which has no summer time.
  function today() {
    return new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
  }

  function compact(s, digits) {
    const n = +digits;
    if (/[月日号]/.test(s) && digits.length < 6) return '';
    if (digits.length === 8) return make(Math.floor(n / 1e4), Math.floor(n / 100) % 100, n % 100);
    if (digits.length === 6) {
      return make(Math.floor(n / 100), n % 100, 1, 'month') || make(century(Math.floor(n / 1e4)), Math.floor(n / 100) % 100, n % 100);
    }
    if (digits.length === 4) return make(n, 1, 1, 'year');
    return digits.length === 2 && /年$/.test(s) ? make(century(n), 1, 1, 'year') : '';
  }

  // lately completes a missing year: the last such day that is not ahead.
  function lately(month, date, now) {
    for (let year = +now.slice(0, 4), last = year - 8; year > last; year--) {
      const d = make(year, month, date);
      if (d && d <= now) return d;
    }
    return '';
  }

  function three(m) {
    const a = +m[1];
    const b = +m[2];
    const c = +m[3];
    if (m[3].length > 2) return m[1].length <= 2 ? make(c, a, b) || make(c, b, a) : '';
    return make(m[1].length === 2 ? century(a) : a, b, c);
  }

  function two(s, m, now) {
    const a = +m[1];
    const b = +m[2];
    if (m[1].length >= 3) return make(a, b, 1, 'month');
    if (/年/.test(s) || (a > 12 && m[1].length === 2)) return make(century(a), b, 1, 'month');
    return lately(a, b, now);
  }

  // day reads a day as the server does and gives it at its own precision:
  // '2026-03-05', '2026-03', '2026'; '' when it says no day this reads.
  function day(text, now) {
    const s = fold(text).replace(/[T ]\s*(?:上午|下午)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[秒Z]?$/, '').replace(/ /g, '');
    const plain = s.replace(/[年月./\\—–。、]/g, '-').replace(/[日号]/g, '').replace(/-$/, '');
    if (/^\d+$/.test(plain)) return compact(s, plain);
    let m = /^(\d{1,4})-(\d{1,2})-(\d{1,4})$/.exec(plain);
    if (m) return three(m);
    m = /^(\d{1,4})-(\d{1,2})$/.exec(plain);
    return m ? two(s, m, now || today()) : '';
  }

  // addMonths moves a day and keeps its precision; 31 January and one month
  // is the last of February.
  function addMonths(iso, n) {
    const p = iso.split('-').map(Number);
    const month = (p[1] || 1) - 1 + n;
    const last = new Date(Date.UTC(p[0], month + 1, 0)).getUTCDate();
    const t = new Date(Date.UTC(p[0], month, Math.min(p[2] || 1, last))).toISOString();
    return t.slice(0, [4, 7, 10][p.length - 1]);
  }

  // ---- a pasted block ----

  // cells splits what Excel and WPS put on the clipboard: tabs between cells,
  // quotes around a cell with line breaks, doubled quotes inside it.
  function cells(text) {
    const s = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    const rows = [[]];
    let cell = '';
    let quoted = false;
    for (let i = 0; i < s.length; i++) {
      const c = s[i];
      if (quoted && c === '"' && s[i + 1] === '"') cell += s[++i];
      else if (quoted && c === '"') quoted = false;
      else if (quoted) cell += c;
      else if (c === '"' && cell === '' && closes(s, i)) quoted = true;
      else if (c === '\t' || c === '\n') {
        rows[rows.length - 1].push(cell);
        cell = '';
        if (c === '\n') rows.push([]);
      } else cell += c;
    }
    rows[rows.length - 1].push(cell);
    return rows;
  }

  // closes tells a quoted cell from an inch sign: its end stands before a tab,
  // a line break or the end, and it holds what needs quoting.
  function closes(s, at) {
    const m = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(s.slice(at));
    return !!m && /[\n\t"]/.test(m[1]);
  }

  cb.text = { fold, key, plus, times, group, milli, ofMilli, serve, qty, packsOf, measure, serials, price, day, today, addMonths, cells };
})();
