/*
 * The list of candidates under a grid cell, and the item cell that asks for it.
 *
 * cb.list is the one pop-up of the page: keys, mouse, wording for a reader of
 * the screen. cb.pick makes a combobox of the item cells: it asks
 * GET /items/search, drops answers that come too late, and lets the person type
 * on when the server cannot be reached.
 * Must not know lots, numbering or totals; must never write data as HTML.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};
  const text = cb.text;

  // ---- the pop-up ----

  let box = null;   // built at first use
  let shown = null; // {input, rows, choose}
  let at = 0;       // the marked row

  function element(tag, className, words) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (words != null) e.textContent = words;
    return e;
  }

  function build() {
    box = element('div', 'cb-pick');
    box.hidden = true;
    const ul = element('ul');
    ul.id = 'cb-pick';
    ul.setAttribute('role', 'listbox');
    ul.setAttribute('aria-label', '候选');
    const say = element('p', 'cb-note');
    say.setAttribute('role', 'status');
    const keys = element('p', 'cb-pick-foot');
    [['↑ ↓', '选择'], ['Enter', '确定'], ['Alt 1–9', '直选'], ['Esc', '关闭']].forEach((pair) => {
      const hint = element('span');
      hint.append(element('kbd', '', pair[0]), ' ' + pair[1]);
      keys.append(hint);
    });
    box.append(ul, say, keys);
    document.body.append(box);
    // mousedown, because a click would first take the focus from the cell
    box.addEventListener('mousedown', (e) => {
      e.preventDefault();
      const li = e.target.closest('li');
      if (li && e.button === 0) choose([].indexOf.call(ul.children, li));
    });
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
  }

  // place puts the box below its cell, or above where there is no room below.
  function place() {
    if (!shown || box.hidden) return;
    const cell = shown.input.getBoundingClientRect();
    const height = box.offsetHeight;
    const above = cell.bottom + height > window.innerHeight && cell.top > height;
    const left = Math.max(8, Math.min(cell.left, document.documentElement.clientWidth - box.offsetWidth - 8));
    box.style.position = 'absolute';
    box.style.left = (left + window.pageXOffset) + 'px';
    box.style.top = (above ? cell.top - height - 2 : cell.bottom + 1) + window.pageYOffset + 'px';
  }

  // open shows rows under a cell. options: draw(row) gives the parts of a line
  // as [class, words] pairs, choose(row), say (a sentence), at (marked row),
  // kind (a class for other columns).
  function open(input, rows, options) {
    if (!box) build();
    if (shown && shown.input !== input) close();
    shown = { input, rows, choose: options.choose };
    const ul = box.querySelector('ul');
    ul.textContent = '';
    rows.forEach((row, i) => ul.append(line(row, i, options.draw)));
    box.className = 'cb-pick' + (options.kind ? ' ' + options.kind : '');
    box.querySelector('.cb-note').textContent = options.say || '';
    box.querySelector('.cb-note').hidden = !options.say;
    box.querySelector('.cb-pick-foot').hidden = !rows.length;
    ul.hidden = !rows.length;
    box.hidden = false;
    if (input.hasAttribute('aria-expanded')) input.setAttribute('aria-expanded', 'true');
    place(); // before the mark, which scrolls to where the box is
    mark(options.at || 0);
  }

  function line(row, i, draw) {
    const li = element('li');
    li.id = 'cb-pick-' + i;
    li.setAttribute('role', 'option');
    li.append(element('span', 'is-n', i < 9 ? String(i + 1) : ''));
    draw(row).forEach((part) => li.append(element('span', part[0], part[1])));
    return li;
  }

  function mark(i) {
    at = i;
    const ul = box.querySelector('ul');
    [].forEach.call(ul.children, (li, n) => li.setAttribute('aria-selected', String(n === i)));
    if (!ul.children[i]) return;
    shown.input.setAttribute('aria-activedescendant', 'cb-pick-' + i);
    ul.children[i].scrollIntoView({ block: 'nearest' });
  }

  function close() {
    if (!shown) return;
    if (shown.input.hasAttribute('aria-expanded')) shown.input.setAttribute('aria-expanded', 'false');
    shown.input.removeAttribute('aria-activedescendant');
    shown = null;
    box.hidden = true;
  }

  function choose(i) {
    const was = shown;
    if (!was || was.rows[i] === undefined) return false;
    close();
    was.choose(was.rows[i]);
    return true;
  }

  // press gives the open list its keys and says whether it took this one.
  function press(e) {
    if (!shown || shown.input !== e.target || !shown.rows.length) return false;
    const n = shown.rows.length;
    if (e.ctrlKey || e.metaKey || e.shiftKey) return false;
    if (shown.stale && (e.altKey || e.key === 'Enter')) return false;
    if (e.altKey) {
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(e.code);
      return !!digit && choose(digit[1] - 1);
    }
    if (e.key === 'ArrowDown') mark((at + 1) % n);
    else if (e.key === 'ArrowUp') mark((at + n - 1) % n);
    else if (e.key === 'Enter') choose(at);
    else return false;
    return true;
  }

  cb.list = { open, close, press, isOpen: (input) => !!shown && shown.input === input };

  // ---- asking for items ----

  const PAUSE = 90; // milliseconds without a key before the server is asked

  const sentences = {
    away: '暂时连不上服务器。物资名称可照常填写，保存或记账时再核对。',
    signedOut: '登录已失效。请在新窗口重新登录，再回到本页继续，已填内容不会丢。',
    failed: '服务器没有答复，请稍后再试；可照常填写，记账时再核对。',
  };

  // get reads JSON; the error it throws carries a sentence for the person and
  // the status, 0 when there was no answer at all.
  function get(url, signal) {
    return fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' }, signal }).then((answer) => {
      const isJSON = /json/.test(answer.headers.get('Content-Type') || '');
      if (answer.status === 401 || (answer.redirected && !isJSON)) throw failure(sentences.signedOut, 401);
      if (!isJSON) throw failure(sentences.failed, answer.status);
      return answer.json().then((body) => {
        if (!answer.ok) throw failure((body && body.error) || sentences.failed, answer.status);
        return body;
      });
    }, (err) => { throw err.name === 'AbortError' ? err : failure(sentences.away, 0); });
  }

  function failure(sentence, status) {
    const err = new Error(sentence);
    err.sentence = sentence;
    err.status = status;
    return err;
  }

  let grid = null;
  let turn = 0;        // only the answer to the last question counts
  let timer = 0;
  let running = null;  // the request on its way
  let answered = null; // {tr, q}: this text needs no further question

  function search(q, signal) {
    const depot = grid.depot();
    return get(grid.form.dataset.search + '?q=' + encodeURIComponent(q) + (depot ? '&depot=' + encodeURIComponent(depot) : ''), signal)
      .then((found) => (Array.isArray(found) ? found : []));
  }

  function stop() {
    clearTimeout(timer);
    turn++;
    if (running) running.abort();
    running = null;
  }

  // ask puts the question for a cell's text. eager is an Enter that is waiting:
  // a single or exact answer is taken at once, as a scanner needs it.
  function ask(tr, eager) {
    stop();
    answered = null;
    const input = cb.row.input(tr, 'item');
    const q = text.fold(input.value);
    if (!q) {
      close();
      return;
    }
    // The list still on view answers an older text: nothing may be taken from it.
    if (shown && shown.input === input) shown.stale = true;
    const my = turn;
    timer = setTimeout(() => {
      const control = running = new AbortController();
      search(q, control.signal).then(
        (found) => { if (my === turn && document.activeElement === input) show(tr, q, found, eager); },
        (err) => { if (my === turn && err.name !== 'AbortError') tell(tr, q, err.sentence || sentences.failed); });
    }, eager ? 0 : PAUSE);
  }

  function tell(tr, q, sentence) {
    answered = { tr, q };
    const input = cb.row.input(tr, 'item');
    if (document.activeElement === input) open(input, [], { draw: null, choose: null, say: sentence });
  }

  function show(tr, q, found, eager) {
    const sure = found.filter((it) => text.key(it.code) === text.key(q));
    if (eager && (found.length === 1 || sure.length === 1)) {
      take(tr, sure[0] || found[0]);
      return;
    }
    if (!found.length) {
      tell(tr, q, '目录中没有「' + q + '」。可换名称、编码或拼音首字母再找；按 Enter 照原样保留，记账时再核对。');
      return;
    }
    open(cb.row.input(tr, 'item'), found, { draw, choose: (it) => take(tr, it) });
  }

  function draw(it) {
    const unit = it.draft || !it.unit ? '待补单位' : it.unit;
    const stock = 'lines' in grid.form.dataset ? '' : grid.form.dataset.shelves && !('hand' in grid.form.dataset) ? '可用 ' + (it.available || '0') : '结存 ' + (it.on_hand || '0');
    return [['cb-code', it.code], ['', it.name], ['', it.spec], ['is-unit', unit], ['is-stock', stock]];
  }

  function take(tr, it) {
    stop();
    close();
    cb.row.setItem(tr, it);
    grid.changed(tr, 'item');
    grid.step(tr, 'item', 1);
  }

  // enter decides what Enter means in an item cell; false lets it move on.
  function enter(tr) {
    const q = text.fold(cb.row.input(tr, 'item').value);
    const settled = answered && answered.tr === tr && answered.q === q;
    if (!q || cb.row.hidden(tr, 'item_id') || settled) return false;
    ask(tr, true);
    return true;
  }

  // dismiss closes the list and keeps the text as it is.
  function dismiss(input) {
    if (!cb.list.isOpen(input)) return false;
    stop();
    close();
    answered = { tr: input.closest('tr'), q: text.fold(input.value) };
    return true;
  }

  // ---- exact names ----

  // exact gives the one item a text names beyond doubt: by code, by name and
  // spec, or by a name that only one item bears. spec and unit, where the
  // person gave them, must not speak against it.
  function exact(found, typed, spec, unit) {
    const k = text.key(typed);
    const specKey = text.key(spec);
    let list = found.filter((it) => [it.code, it.name + it.spec].some((s) => text.key(s) === k));
    if (!list.length) list = found.filter((it) => text.key(it.name) === k);
    if (specKey) list = list.filter((it) => text.key(it.spec) === specKey || text.key(it.name + it.spec) === k);
    if (list.length > 1 && unit) list = list.filter((it) => text.key(it.unit) === text.key(unit));
    return list.length === 1 ? list[0] : null;
  }

  // resolve looks up a cell that was filled without the list. It changes the
  // row only while it still holds that text, and promises whether it did.
  function resolve(tr, spec, unit, shared) {
    const input = cb.row.input(tr, 'item');
    const typed = input.value;
    const q = text.fold(typed);
    if (!q || cb.row.hidden(tr, 'item_id')) return Promise.resolve(false);
    return (shared || search)(q).then((found) => {
      const it = exact(found, q, spec, unit);
      if (!it || !tr.isConnected || input.value !== typed || cb.row.hidden(tr, 'item_id')) return false;
      cb.row.setItem(tr, it);
      grid.changed(tr, 'item');
      return true;
    }, () => false);
  }

  function start(g) {
    grid = g;
    const item = (e) => (e.target.closest('td[data-k="item"]') ? e.target.closest('tr') : null);
    // While an input method composes, the text is not yet what is meant.
    g.body.addEventListener('input', (e) => { if (item(e) && !e.isComposing) ask(item(e), false); });
    g.body.addEventListener('compositionend', (e) => { if (item(e)) ask(item(e), false); });
    g.body.addEventListener('focusout', (e) => {
      close();
      if (!item(e)) return;
      stop();
      resolve(item(e));
    });
  }

  cb.pick = { start, enter, dismiss, search, resolve, exact, get };
})();
