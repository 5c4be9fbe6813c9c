/*
 * The entry grid of all keyed vouchers: keys, rows, totals, and what ties the
 * other grid scripts together. See grid-text, grid-pick, grid-row, grid-lots
 * (where goods are taken), grid-paste and grid-keep for their parts.
 *
 * The form is an ordinary one and the server the judge: this script never
 * blocks a submit, it only helps to fill the fields. Without it the rows the
 * server rendered can be filled and sent.
 */
(function () {
  'use strict';
  const cb = window.cb;
  const form = document.getElementById('entry');
  if (!form || !form.dataset.grid) return;

  const text = cb.text;
  const row = cb.row;
  const table = form.querySelector('table.cb-grid');
  const body = table.tBodies[0];
  const phone = window.matchMedia('(max-width:760px)').matches;

  const MAX_LINES = 1000;        // as the server takes in one voucher
  const MIN_ROWS = phone ? 1 : 8; // an empty grid shows that lines may come

  const grid = {
    form, body,
    depot: () => form.querySelector('#depot').value,
    rows: () => [].slice.call(body.rows),
    add, tail, go, step, changed, restore, replace, note, unfold: () => unfold(true), dirty,
  };

  // ---- rows ----

  // add appends a row, or puts it before another; null when the voucher is full.
  function add(before) {
    if (body.rows.length >= MAX_LINES) {
      note('一张单据最多 ' + MAX_LINES + ' 行，请另开一张单据继续填写。');
      return null;
    }
    const tr = row.create(form);
    offerBins(tr);
    tr.classList.add('is-blank');
    body.insertBefore(tr, before || null);
    return tr;
  }

  // tail keeps enough rows and always a blank last one, numbers them anew and
  // totals.
  function tail() {
    while (body.rows.length < MIN_ROWS || !row.blank(body.rows[body.rows.length - 1])) {
      if (!add()) break;
    }
    grid.rows().forEach((tr, i) => row.number(tr, i + 1));
    refresh();
  }

  function appended() {
    const tr = add();
    tail();
    return tr;
  }

  function trim() {
    while (body.rows.length > MIN_ROWS && row.blank(body.rows[body.rows.length - 1]) && row.blank(body.rows[body.rows.length - 2])) {
      body.rows[body.rows.length - 1].remove();
    }
  }

  function remove(tr, k) {
    const rows = grid.rows();
    const at = rows.indexOf(tr);
    const was = row.blank(tr) ? null : row.snapshot(tr);
    const item = row.hidden(tr, 'item_id');
    cb.list.close();
    row.inputs(tr).forEach((f) => row.heal(tr, row.keyOf(f))); // its errors go with it
    tr.remove();
    tail();
    if (cb.lots) cb.lots.gone(item);
    if (was) {
      dirty();
      note('已删除第 ' + (at + 1) + ' 行。', () => putBack(was, at));
    }
    go(body.rows[Math.min(at, body.rows.length - 1)], k || 'item');
  }

  function putBack(was, at) {
    const tr = add(body.rows[at]);
    if (!tr) return;
    restore(tr, was);
    tail();
    go(tr, 'item');
  }

  function restore(tr, was) {
    const before = row.hidden(tr, 'item_id');
    row.restore(tr, was);
    if (!cb.lots) return;
    tr.dataset.asked = row.hidden(tr, 'item_id');
    cb.lots.gone(before);
    cb.lots.gone(tr.dataset.asked);
  }

  // replace puts other rows in the place of all there are.
  function replace(list) {
    grid.rows().forEach((tr) => tr.remove());
    list.forEach((was) => {
      const tr = add();
      if (tr) restore(tr, was);
    });
    tail();
    dirty();
  }

  // copy doubles a row below itself. The batch number is left out: a second row
  // of an item is there because it is another batch.
  function copy() {
    const tr = body.querySelector('tr.is-current');
    if (!tr || row.blank(tr)) {
      note('请先点一下要复制的那一行，再按“复制行”。');
      return;
    }
    const more = add(tr.nextSibling);
    if (!more) return;
    restore(more, row.without(row.snapshot(tr)));
    if (cb.lots) cb.lots.changed(more, 'item'); // its lots are its own
    dirty();
    tail();
    go(more, cb.lots ? 'qty' : 'lot_no');
  }

  const to = form.querySelector('#to_depot'); // of a transfer

  // offerBins points a row at the lists of the chosen depots' bins.
  function offerBins(tr) {
    offer(row.input(tr, 'bin'), grid.depot());
    offer(row.input(tr, 'to_bin'), to ? to.value : grid.depot());
  }

  function offer(field, depot) {
    if (!field || field.readOnly) return;
    const list = 'bins-' + depot;
    if (document.getElementById(list)) field.setAttribute('list', list);
    else field.removeAttribute('list');
  }

  function unfold(open) {
    table.classList.toggle('is-unfolded', open);
    const button = form.querySelector('[data-act="unfold"]');
    if (button) button.setAttribute('aria-expanded', String(open));
  }

  // ---- moving about ----

  function makeCurrent(tr) {
    grid.rows().forEach((other) => other.classList.toggle('is-current', other === tr));
  }

  // go puts the caret into a cell. The row is made current first, because a
  // phone hides blank rows that are not.
  function go(tr, k) {
    if (!tr) return;
    makeCurrent(tr);
    const field = row.input(tr, k) || row.input(tr, 'item');
    field.focus();
    field.select();
  }

  // jump goes to any field of the form.
  function jump(field) {
    if (body.contains(field)) go(field.closest('tr'), row.keyOf(field));
    else field.focus();
  }

  const isSeen = (field) => field.getClientRects().length > 0;
  const isChoice = (field) => 'hand' in form.dataset && row.keyOf(field) === 'lot_no'; // a stop, though nothing is typed there
  const editable = (tr) => row.inputs(tr).filter((f) => (!f.readOnly || isChoice(f)) && isSeen(f)).map(row.keyOf);

  // step goes to the next or the previous cell that can be typed in; past the
  // end of the last row a new one begins.
  function step(tr, k, way) {
    const order = row.inputs(tr).map(row.keyOf);
    const ahead = editable(tr).filter((other) => (order.indexOf(other) - order.indexOf(k)) * way > 0);
    if (ahead.length) {
      go(tr, way > 0 ? ahead[0] : ahead[ahead.length - 1]);
      return;
    }
    if (way > 0 && !tr.nextElementSibling) appended();
    const other = way > 0 ? tr.nextElementSibling : tr.previousElementSibling;
    if (!other) return;
    makeCurrent(other);
    const cells = editable(other);
    go(other, way > 0 ? cells[0] : cells[cells.length - 1]);
  }

  // sideways leaves a cell with an arrow key once the caret is at its edge;
  // read-only cells are stops too, that is how keys reach the lot.
  function sideways(field, tr, way) {
    const edge = way > 0 ? field.value.length : 0;
    if (!field.readOnly && (field.selectionStart !== edge || field.selectionEnd !== edge)) return false;
    const stops = row.inputs(tr).filter((f) => f.tabIndex >= 0 && isSeen(f));
    const next = stops[stops.indexOf(field) + way];
    if (next) go(tr, row.keyOf(next));
    return !!next;
  }

  function asAbove(tr, k) {
    const above = tr.previousElementSibling;
    const field = row.input(tr, k);
    if (!above || field.readOnly) return;
    if (k === 'item') {
      row.setItem(tr, row.itemOf(above));
    } else {
      field.value = row.value(above, k);
      if (k === 'expires') row.setAuto(tr, k, false);
      row.heal(tr, k);
    }
    changed(tr, k);
    step(tr, k, 1);
  }

  // ---- keys ----

  function enter(tr, k, back) {
    if (!back && k === 'item' && cb.pick.enter(tr)) return;
    step(tr, k, back ? -1 : 1);
  }

  // Each answers true when the key was its own.
  function plainKey(e, tr, k) {
    const way = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (e.key === 'Enter') enter(tr, k, e.shiftKey);
    if (e.key === 'Enter' || e.shiftKey) return e.key === 'Enter';
    if (e.key === 'Escape') return cb.pick.dismiss(e.target);
    if (!way) return false;
    if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') return sideways(e.target, tr, way);
    go(way > 0 ? tr.nextElementSibling : tr.previousElementSibling, k);
    return true;
  }

  function ctrlKey(e, tr, k) {
    if (e.key.toLowerCase() === 'd') asAbove(tr, k);
    if (e.key === 'Delete') remove(tr, k);
    return e.key === 'Delete' || e.key.toLowerCase() === 'd';
  }

  body.addEventListener('keydown', (e) => {
    const td = e.target.closest('td[data-k]');
    if (!td || e.target.tagName !== 'INPUT' || e.isComposing || e.keyCode === 229) return; // 229: an input method has the key
    const tr = td.closest('tr');
    const k = td.dataset.k;
    const ctrl = e.ctrlKey || e.metaKey;
    const done = cb.list.press(e) || (cb.lots && cb.lots.press(e, tr, k)) ||
      (ctrl && !e.altKey && !e.shiftKey && ctrlKey(e, tr, k)) || (!ctrl && !e.altKey && plainKey(e, tr, k));
    if (done) e.preventDefault();
  });

  // Enter never sends the form, not even from a keyboard that skips keydown.
  form.addEventListener('keypress', (e) => {
    if (e.key === 'Enter' && e.target.tagName !== 'BUTTON') e.preventDefault();
  });

  // In the head it goes to the next required field that is still empty, then
  // to the grid.
  form.querySelector('.cb-form').addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || !/^(?:INPUT|SELECT)$/.test(e.target.tagName)) return;
    e.preventDefault();
    const empty = emptyField();
    if (empty && empty !== e.target) jump(empty);
    else go(grid.rows().find(row.blank) || body.rows[0], 'item');
  });

  function emptyField() {
    return [].find.call(form.querySelectorAll('.cb-form [required]'), (f) => f.value.trim() === '');
  }

  document.addEventListener('keydown', (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey || e.isComposing) return;
    const act = e.key === 'Enter' ? 'post' : e.key.toLowerCase() === 's' ? 'draft' : '';
    const button = act && form.querySelector('button[name="act"][value="' + act + '"]');
    if (!button) return;
    e.preventDefault();
    if (e.repeat) return;
    finish(document.activeElement);
    form.requestSubmit(button);
  });

  // ---- changes ----

  // changed follows up a cell whose value is new, typed or filled in.
  function changed(tr, k) {
    dirty();
    row.paint(tr);
    if (cb.lots && (k === 'item' || k === 'qty' || k === 'lot_no')) cb.lots.changed(tr, k);
    if (tr === body.rows[body.rows.length - 1] && !row.blank(tr)) tail();
    else refresh();
  }

  // finish tidies a cell that is left.
  function finish(field) {
    const td = field && field.closest && field.closest('td[data-k]');
    if (td && body.contains(td)) {
      row.tidy(td.closest('tr'), td.dataset.k);
      row.paint(td.closest('tr'));
      refresh();
    } else if (field && field.matches && field.matches('[data-day]')) {
      field.value = text.day(field.value) || text.fold(field.value);
    }
  }

  body.addEventListener('input', (e) => {
    const td = e.target.closest('td[data-k]');
    const tr = td.closest('tr');
    row.heal(tr, td.dataset.k);
    if (td.dataset.k === 'item') row.forgetItem(tr);
    if (td.dataset.k === 'expires') row.setAuto(tr, 'expires', false);
    changed(tr, td.dataset.k);
  });
  body.addEventListener('focusin', (e) => makeCurrent(e.target.closest('tr')));
  form.addEventListener('focusout', (e) => finish(e.target));
  body.addEventListener('click', (e) => {
    if (e.target.closest('.cb-del')) remove(e.target.closest('tr'));
  });

  form.addEventListener('click', (e) => {
    const button = e.target.closest('[data-act]');
    const act = button && button.dataset.act;
    if (act === 'unfold') unfold(!table.classList.contains('is-unfolded'));
    if (act === 'copy') copy();
    if (act === 'add') go(appended(), 'item');
  });

  [form.querySelector('#depot'), to].filter(Boolean).forEach((f) => f.addEventListener('change', () => grid.rows().forEach(offerBins)));

  // ---- totals ----

  let due = 0;

  // refresh totals once for all changes of one event.
  function refresh() {
    if (!due) due = setTimeout(total, 0);
  }

  function total() {
    due = 0;
    const sums = row.totals(grid.rows().filter((tr) => !row.blank(tr)));
    Object.keys(sums).forEach((what) => show(what, sums[what]));
  }

  function show(what, words) {
    form.querySelectorAll('[data-total="' + what + '"]').forEach((e) => { e.textContent = words; });
  }

  // ---- the bar that can undo ----

  const bar = form.querySelector('[data-note]');
  let takeBack = null;

  function note(sentence, undo) {
    takeBack = undo || null;
    bar.querySelector('span').textContent = sentence;
    bar.querySelector('button').hidden = !undo;
    bar.hidden = false;
  }

  bar.querySelector('button').addEventListener('click', () => {
    const undo = takeBack;
    takeBack = null;
    bar.hidden = true;
    if (undo) undo();
    dirty();
  });

  function dirty() { cb.keep.touch(); }

  form.addEventListener('input', dirty);
  form.addEventListener('change', dirty);

  // ---- start ----

  row.watch(form.querySelector('[data-errors]'), jump);
  grid.rows().forEach((tr) => {
    offerBins(tr);
    row.adopt(tr);
  });
  if (phone) trim();
  tail();
  cb.pick.start(grid);
  if (cb.lots) cb.lots.start(grid);
  cb.paste.start(grid);
  cb.keep.start(grid);

  // The caret starts where something is missing. Not on a phone, whose keyboard
  // would cover the page before it was seen.
  if (!phone) {
    const bad = form.querySelector('.cb-field.is-bad input, .cb-field.is-bad select, td.is-bad > input:not([type="hidden"])');
    jump(bad || emptyField() || row.input(grid.rows().find(row.blank) || body.rows[0], 'item'));
  }
})();
