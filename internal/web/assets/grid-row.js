/*
 * One row of the entry grid: a <tr> as the server renders it, or a clone of
 * template[data-row]. Reads and writes its cells by key, numbers it, keeps the
 * computed cells (spec, unit, amount) and the expiry that follows from the
 * production day, shows an error in words below a cell, totals rows.
 *
 * The row IS the model: nothing is kept beside the DOM, so what is posted is
 * what is seen. Must not know the network or the keyboard.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};
  const text = cb.text;

  const cell = (tr, k) => tr.querySelector('td[data-k="' + k + '"]');
  const input = (tr, k) => tr.querySelector('td[data-k="' + k + '"] > input:not([type="hidden"])');
  const inputs = (tr) => [].slice.call(tr.querySelectorAll('td[data-k] > input:not([type="hidden"])'));
  const keyOf = (field) => field.parentNode.dataset.k;
  const secret = (tr, k) => tr.querySelector('input[data-h="' + k + '"]');

  function value(tr, k) {
    const field = input(tr, k);
    return field ? field.value : '';
  }

  // set writes a cell, whether it is an input or computed text.
  function set(tr, k, words) {
    const field = input(tr, k);
    const td = cell(tr, k);
    if (field) {
      field.value = words;
    } else if (td) {
      td.textContent = words;
      td.title = words;
    }
  }

  function hidden(tr, k) {
    const field = secret(tr, k);
    return field ? field.value : '';
  }

  function setHidden(tr, k, id) {
    const field = secret(tr, k);
    if (field) field.value = id;
  }

  // create clones the pattern; the row has no number before number() gives one.
  function create(form) {
    return form.querySelector('template[data-row]').content.querySelector('tr').cloneNode(true);
  }

  // blank is the server's rule: nothing typed and no item chosen. What the
  // system filled in by itself (read-only cells) does not count.
  function blank(tr) {
    return !hidden(tr, 'item_id') && inputs(tr).every((f) => f.readOnly || f.value.trim() === '');
  }

  // number names everything in the row after its place: line.<n>.<key>.
  function number(tr, n) {
    if (tr.dataset.n === String(n)) return;
    tr.dataset.n = n;
    tr.querySelector('td.is-no').textContent = n;
    tr.querySelectorAll('input[data-h]').forEach((f) => { f.name = 'line.' + n + '.' + f.dataset.h; });
    inputs(tr).forEach((f) => {
      const k = keyOf(f);
      f.name = 'line.' + n + '.' + k;
      f.id = 'line-' + n + '-' + k;
      name(tr, f);
      const words = f.parentNode.querySelector('.cb-error');
      if (!words) return;
      words.id = f.id + '-error';
      f.setAttribute('aria-describedby', words.id);
    });
  }

  function name(tr, f) {
    f.setAttribute('aria-label', '第 ' + tr.dataset.n + ' 行 ' + f.parentNode.dataset.l);
  }

  // ---- item ----

  function setItem(tr, it) {
    set(tr, 'item', it.name);
    setHidden(tr, 'item_id', it.id);
    setFacts(tr, it);
    set(tr, 'spec', it.spec || '');
    set(tr, 'unit', it.unit || '');
    heal(tr, 'item');
    fillExpiry(tr);
    paint(tr);
  }

  // setFacts notes what the row must know of its item, {} for none.
  function setFacts(tr, it) {
    tr.dataset.unit = it.unit || '';
    tr.dataset.months = it.months > 0 ? it.months : '';
    tr.dataset.serial = it.serial ? '1' : '';
    tr.dataset.packs = it.packs || '';
    suit(tr);
  }

  // suit dresses the cells for the item: pieces go by numbers that are typed,
  // packs need letters beside figures.
  function suit(tr) {
    const lot = input(tr, 'lot_no');
    const serial = !!tr.dataset.serial;
    if (lot && lot.parentNode.dataset.l !== (serial ? '编号' : '批号')) {
      lot.parentNode.dataset.l = serial ? '编号' : '批号';
      lot.placeholder = serial ? 'FD-001至FD-003' : '';
      if (secret(tr, 'lot_id')) { // taken, not received: what is no piece is chosen from the list
        lot.readOnly = !serial;
        lot.value = '';
      }
      name(tr, lot);
      if (serial && tr.dataset.lotTyped) {
        lot.value = tr.dataset.lotTyped;
        delete tr.dataset.lotTyped;
      }
    }
    const qty = input(tr, 'qty');
    if (qty) qty.inputMode = tr.dataset.packs ? 'text' : 'decimal';
  }

  // itemOf gives the item a row holds, as setItem takes it.
  function itemOf(tr) {
    const spec = cell(tr, 'spec');
    return {
      id: hidden(tr, 'item_id'), name: value(tr, 'item'), spec: spec ? spec.textContent : '', unit: tr.dataset.unit, months: +tr.dataset.months || 0,
      serial: !!tr.dataset.serial, packs: tr.dataset.packs,
    };
  }

  // forgetItem is for a name changed by hand: the row no longer knows what it
  // holds, so nothing that followed from the old item may stay.
  function forgetItem(tr) {
    setHidden(tr, 'item_id', '');
    setFacts(tr, {});
    set(tr, 'spec', '');
    set(tr, 'unit', '');
    if (isAuto(tr, 'expires')) fillExpiry(tr);
  }

  // ---- what follows from what ----

  // quantity reads the row's quantity in the item's unit, packs and named pieces
  // included; null when it is not plain.
  function quantity(tr) {
    const typed = value(tr, 'qty');
    if (tr.dataset.serial && typed.trim() === '') {
      const pieces = text.serials(value(tr, 'lot_no'));
      return pieces && pieces.length ? { value: String(pieces.length) } : null;
    }
    return text.measure(typed, tr.dataset.unit || '', text.packsOf(tr.dataset.packs));
  }

  // hint says under the quantity what a pack holds, or what was typed in packs
  // or by numbers comes to.
  function hint(tr) {
    const td = cell(tr, 'qty');
    if (!td) return;
    const q = quantity(tr);
    let words = '';
    if (tr.dataset.packs) {
      words = q && q.packed ? '= ' + text.group(q.value) + ' ' + tr.dataset.unit
        : text.packsOf(tr.dataset.packs).map((p) => '1' + p[0] + '=' + p[1] + tr.dataset.unit).join(' ');
    } else if (tr.dataset.serial && q && value(tr, 'qty').trim() === '') {
      words = '共 ' + q.value + ' ' + tr.dataset.unit;
    }
    let small = td.querySelector('.cb-pack');
    if (!small && words) {
      small = document.createElement('small');
      small.className = 'cb-pack';
      input(tr, 'qty').after(small);
    }
    if (small) small.textContent = words;
  }

  // An amount is shown only when both figures are plain; the server computes
  // the one that counts.
  function amount(tr) {
    const q = quantity(tr);
    const p = text.price(value(tr, 'price'));
    return q && q.value[0] !== '-' && p !== '' ? text.times(q.value, p, 2) : '';
  }

  function paint(tr) {
    const sum = amount(tr);
    set(tr, 'amount', sum && text.group(sum, 2));
    hint(tr);
    tr.classList.toggle('is-blank', blank(tr));
  }

  const isAuto = (tr, k) => !!cell(tr, k) && cell(tr, k).classList.contains('is-auto');
  const setAuto = (tr, k, on) => { if (cell(tr, k)) cell(tr, k).classList.toggle('is-auto', on); };

  function expected(tr) {
    const made = text.day(value(tr, 'produced'));
    return made && tr.dataset.months ? text.addMonths(made, +tr.dataset.months) : '';
  }

  // fillExpiry writes production + storage life, blue, where the person has
  // written nothing; an expiry that was typed is never touched.
  function fillExpiry(tr) {
    const field = input(tr, 'expires');
    if (!field || field.readOnly) return;
    if (field.value.trim() !== '' && !isAuto(tr, 'expires')) return;
    const day = expected(tr);
    field.value = day;
    setAuto(tr, 'expires', day !== '');
    if (day) heal(tr, 'expires');
  }

  // adopt takes over a row the server rendered: a filled expiry that is the
  // expected one was filled by the system, and may follow its day again.
  function adopt(tr) {
    const field = input(tr, 'expires');
    if (field && !field.readOnly && field.value !== '') setAuto(tr, 'expires', field.value === expected(tr));
    paint(tr);
  }

  // tidy rewrites a finished cell the way it was understood, so that the person
  // sees it: 260305 becomes 2026-03-05. What is not understood stays.
  function tidy(tr, k) {
    const field = input(tr, k);
    if (!field || field.readOnly) return;
    if (k === 'produced' || k === 'expires') field.value = text.day(field.value) || text.fold(field.value);
    else if (k === 'qty' || k === 'price') field.value = text.fold(field.value);
    if (k === 'produced') fillExpiry(tr);
    if (k === 'expires' && field.value === '') fillExpiry(tr);
  }

  // ---- errors in words ----

  function fail(tr, k, sentence) {
    const td = cell(tr, k);
    const field = input(tr, k);
    if (!td || !field) return;
    let words = td.querySelector('.cb-error');
    if (!words) {
      words = document.createElement('p');
      words.className = 'cb-error';
      words.id = field.id + '-error';
      td.append(words);
    }
    words.textContent = sentence;
    td.classList.add('is-bad');
    td.title = sentence;
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', words.id);
  }

  // heal takes the sentence of a mended cell away, here and in the list.
  function heal(tr, k) {
    const td = cell(tr, k);
    const field = input(tr, k);
    if (!td || !field) return;
    crossOut(field);
    if (!td.classList.contains('is-bad')) return;
    td.classList.remove('is-bad');
    td.removeAttribute('title');
    td.querySelectorAll('.cb-error').forEach((p) => p.remove());
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }

  // ---- the server's list of errors ----

  let list = null;
  const faulty = new Map(); // field -> its <li>s

  // watch takes over the list the server rendered. It names cells by number,
  // and numbers change when a row goes: each entry is tied to its field here,
  // while both are still right.
  function watch(errors, jump) {
    list = errors;
    errors.querySelectorAll('li').forEach((li) => {
      const link = li.querySelector('a');
      const field = link && document.getElementById(link.getAttribute('href').slice(1));
      if (!field) return;
      faulty.set(field, (faulty.get(field) || []).concat(li));
      link.addEventListener('click', (e) => {
        e.preventDefault();
        if (field.isConnected) jump(field);
      });
    });
  }

  function crossOut(field) {
    if (!faulty.has(field)) return;
    faulty.get(field).forEach((li) => li.remove());
    faulty.delete(field);
    const left = list.querySelectorAll('li').length;
    list.hidden = left === 0;
    if (left) list.querySelector('b').textContent = '有 ' + left + ' 处需要修改';
  }

  // ---- copies ----

  // snapshot keeps all a row holds, so that an undo brings it back exactly.
  function snapshot(tr) {
    const fields = {};
    const calc = {};
    const secrets = {};
    inputs(tr).forEach((f) => { fields[keyOf(f)] = f.value; });
    tr.querySelectorAll('input[data-h]').forEach((f) => { secrets[f.dataset.h] = f.value; });
    tr.querySelectorAll('td[data-k]').forEach((td) => { if (!input(tr, td.dataset.k)) calc[td.dataset.k] = td.textContent; });
    return {
      fields, calc, secrets, unit: tr.dataset.unit || '', months: tr.dataset.months || '', serial: tr.dataset.serial || '', packs: tr.dataset.packs || '',
      lots: tr.dataset.lots || '', auto: isAuto(tr, 'expires'),
    };
  }

  function restore(tr, was) {
    setFacts(tr, was);
    Object.keys(was.fields).forEach((k) => { set(tr, k, was.fields[k]); heal(tr, k); });
    Object.keys(was.calc).forEach((k) => set(tr, k, was.calc[k]));
    Object.keys(was.secrets).forEach((k) => setHidden(tr, k, was.secrets[k]));
    tr.dataset.lots = was.lots;
    if (input(tr, 'expires') && !input(tr, 'expires').readOnly) setAuto(tr, 'expires', was.auto);
    paint(tr);
  }

  // without is a copy that names no lot.
  function without(was) {
    was.fields.lot_no = '';
    ['lot_id', 'place_id'].filter((k) => k in was.secrets).forEach((k) => { was.secrets[k] = ''; });
    was.lots = '';
    return was;
  }

  // ---- totals of several rows ----

  // totals gives the words under the grid for rows that are not blank.
  function totals(rows) {
    const kinds = new Set(rows.map((tr) => hidden(tr, 'item_id') || text.key(value(tr, 'item'))).filter(Boolean));
    const sum = rows.reduce((so, tr) => text.plus(so, amount(tr) || '0'), '0');
    return { lines: String(rows.length), kinds: String(kinds.size), amount: text.group(sum, 2), units: units(rows) };
  }

  // units adds quantities within one unit only: 30 pieces and 5 boxes are not 35.
  function units(rows) {
    const sums = new Map();
    let open = 0;
    rows.forEach((tr) => {
      const q = quantity(tr);
      if (!q || q.value[0] === '-') return;
      if (tr.dataset.unit) sums.set(tr.dataset.unit, text.plus(sums.get(tr.dataset.unit) || '0', q.value));
      else open++;
    });
    const parts = Array.from(sums, (pair) => pair[0] + ' ' + text.group(pair[1]));
    if (open) parts.push(open + ' 行未定单位');
    return parts.join('、') || '—';
  }

  cb.row = {
    cell, input, inputs, keyOf, value, set, hidden, setHidden, create, blank, number, setItem, itemOf, forgetItem,
    quantity, amount, paint, setAuto, fillExpiry, adopt, tidy, fail, heal, watch, snapshot, restore, without, totals,
  };
})();
