/*
 * Lots of an issue: which lot each row takes, first expired first out.
 *
 * When a row has an item and a quantity and the head a depot, the server is
 * asked (GET /issues/proposal). A row served by one lot names it; a row that
 * needs several leaves lot_id empty, so that posting splits it, and shows the
 * split. Rows of one item share its shelves: lots chosen by hand go first, then
 * the rows in their order, as posting does.
 * Must not decide what is booked: posting proposes again and has the last word.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};
  const text = cb.text;
  const row = cb.row;

  const PAUSE = 200; // milliseconds of quiet before the server is asked
  const NO_LOT = '无批号';

  let grid = null;
  let timer = 0;
  const waiting = new Set(); // items whose rows have changed
  const turns = new Map();   // item -> number of its newest question

  const itemOf = (tr) => row.hidden(tr, 'item_id');
  const shelfKey = (p) => p.lot_id + '|' + p.place_id;
  const pinned = (tr) => (row.hidden(tr, 'lot_id') ? row.hidden(tr, 'lot_id') + '|' + row.hidden(tr, 'place_id') : '');
  const isChosen = (tr) => tr.dataset.lots === 'chosen' && pinned(tr) !== '';

  // need is a row's quantity in whole thousandths, 0 when it is not readable.
  function need(tr) {
    const q = text.qty(row.value(tr, 'qty'));
    const n = q ? text.milli(q.value) : 0;
    return n > 0 ? n : 0;
  }

  // ---- what a row shows ----

  function write(tr, lot, words) {
    row.set(tr, 'lot_no', lot);
    row.cell(tr, 'lot_no').title = words;
    row.input(tr, 'lot_no').placeholder = '';
  }

  // common is what all picks share, or what says that they differ.
  function common(picks, k, differ) {
    const first = picks[0][k] || '';
    return picks.every((p) => (p[k] || '') === first) ? first : differ;
  }

  // describe is what the cell itself can show; its title says the rest.
  function describe(picks) {
    return picks.map((p) => (p.lot_no || NO_LOT) + '×' + p.qty).join('、');
  }

  function detail(p, unit) {
    return (p.lot_no || NO_LOT) + '×' + p.qty + unit + '，' + p.bin + (p.expires ? '，' + p.expires + ' 到期' : '');
  }

  // clear takes out everything a proposal or a choice had filled in.
  function clear(tr) {
    ['lot_id', 'place_id'].forEach((k) => row.setHidden(tr, k, ''));
    ['produced', 'expires', 'bin'].forEach((k) => row.set(tr, k, ''));
    write(tr, '', '');
    tr.dataset.lots = '';
    row.setAuto(tr, 'lot_no', true);
    row.setAuto(tr, 'bin', true);
  }

  function fill(tr, shelf) {
    row.setHidden(tr, 'lot_id', shelf.lot_id);
    row.setHidden(tr, 'place_id', shelf.place_id);
    row.set(tr, 'produced', shelf.produced || '');
    row.set(tr, 'expires', shelf.expires || '');
    row.set(tr, 'bin', shelf.bin || '');
    row.heal(tr, 'lot_no');
  }

  // propose shows the picks of a row that the person leaves to the system. One
  // lot that serves it whole is named; anything else is left to posting.
  function propose(tr, picks, short, unit) {
    clear(tr);
    if (!picks.length) return;
    row.heal(tr, 'lot_no');
    tr.dataset.lots = 'auto';
    if (picks.length === 1 && !short) {
      fill(tr, picks[0]);
      write(tr, picks[0].lot_no || NO_LOT, '先到期先出：' + describe(picks));
      return;
    }
    row.set(tr, 'produced', common(picks, 'produced', ''));
    row.set(tr, 'expires', picks[0].expires || '');
    row.cell(tr, 'expires').title = '最早一批的有效期';
    row.set(tr, 'bin', common(picks, 'bin', '多处'));
    const few = picks.slice(0, 6);
    write(tr, describe(few) + (picks.length > 6 ? ' 等 ' + picks.length + ' 批' : ''),
      '先到期先出：' + describe(picks) + '\n' + picks.map((p) => detail(p, unit)).join('\n'));
  }

  // shortage writes the figures into the quantity cell, or takes its own
  // sentence back.
  function shortage(tr, have, short, unit, whose) {
    if (short > 0) {
      row.fail(tr, 'qty', whose + '可用 ' + text.group(text.ofMilli(have)) + ' ' + unit + '，还差 ' + text.group(text.ofMilli(short)) + ' ' + unit);
      tr.dataset.short = '1';
    } else {
      recover(tr);
    }
  }

  function recover(tr) {
    if (!tr.dataset.short) return;
    delete tr.dataset.short;
    row.heal(tr, 'qty');
  }

  // ---- sharing the shelves among the rows of an item ----

  // serve takes a quantity off the shelves, in their order.
  function serve(shelves, want) {
    const picks = [];
    shelves.forEach((s) => {
      const take = Math.min(want, s.left);
      if (take <= 0) return;
      s.left -= take;
      want -= take;
      picks.push(Object.assign({}, s, { qty: text.ofMilli(take) }));
    });
    return { picks, short: want };
  }

  // settleLoaded decides what a lot in a row of a saved draft was: the head of
  // the queue was surely the system's, any other may be somebody's choice.
  function settleLoaded(tr, shelves) {
    if (tr.dataset.lots || !pinned(tr)) return;
    const head = shelves[0];
    tr.dataset.lots = head && shelfKey(head) === pinned(tr) && need(tr) <= head.left ? 'auto' : 'chosen';
  }

  function takeChosen(tr, shelves, unit) {
    row.setAuto(tr, 'lot_no', false);
    const mine = shelves.filter((s) => shelfKey(s) === pinned(tr));
    if (!mine.length) {
      row.fail(tr, 'lot_no', '这一批已不能出库，请按空格重选');
      return;
    }
    const have = mine[0].left;
    shortage(tr, have, serve(mine, need(tr)).short, unit, '本批');
  }

  function apply(rows, answer) {
    const shelves = answer.shelves.map((p) => Object.assign({}, p, { left: text.milli(p.available) || 0 }));
    rows.forEach((tr) => settleLoaded(tr, shelves));
    rows.filter(isChosen).forEach((tr) => takeChosen(tr, shelves, answer.unit));
    rows.filter((tr) => !isChosen(tr)).forEach((tr) => {
      const want = need(tr);
      const got = serve(shelves, want);
      propose(tr, got.picks, got.short, answer.unit);
      shortage(tr, want - got.short, got.short, answer.unit, '');
      if (want && !answer.shelves.length) write(tr, '', '本库没有可以出库的批次');
    });
  }

  // ---- asking ----

  function url(item, qty) {
    return grid.form.dataset.proposal + '?depot=' + encodeURIComponent(grid.depot()) + '&item=' + encodeURIComponent(item) + '&qty=' + encodeURIComponent(qty);
  }

  function rowsOf(item) {
    return grid.rows().filter((tr) => itemOf(tr) === item && row.value(tr, 'qty').trim() !== '');
  }

  // ask puts the question for one item. A row alone sends its quantity as it
  // was typed, so that the server can say what is wrong with it.
  function ask(item) {
    const rows = rowsOf(item);
    const my = (turns.get(item) || 0) + 1;
    turns.set(item, my);
    if (!rows.length || !grid.depot()) return;
    const typed = rows.length === 1 ? text.fold(row.value(rows[0], 'qty')) : '';
    const still = () => turns.get(item) === my;
    cb.pick.get(url(item, typed)).then(
      (answer) => { if (still()) apply(rows.filter((tr) => tr.isConnected && itemOf(tr) === item), answer); },
      (err) => { if (still()) rows.forEach((tr) => refuse(tr, err, typed !== '')); });
  }

  function refuse(tr, err, alone) {
    if (!isChosen(tr)) clear(tr);
    recover(tr);
    if (err.status === 422 && alone) {
      row.fail(tr, 'qty', err.sentence);
      tr.dataset.short = '1';
      return;
    }
    row.cell(tr, 'lot_no').title = err.sentence;
    if (!isChosen(tr)) row.input(tr, 'lot_no').placeholder = '记账时自动配批';
  }

  function flush() {
    const items = Array.from(waiting);
    waiting.clear();
    items.forEach(ask);
  }

  // changed is told after a cell of a row has changed. now skips the pause.
  function changed(tr, k, now) {
    if (k === 'item') {
      clear(tr);
      recover(tr);
      others(tr.dataset.asked); // the rows of the old item have more to share
    }
    tr.dataset.asked = itemOf(tr);
    if (k === 'qty' && row.value(tr, 'qty').trim() === '' && !isChosen(tr)) {
      clear(tr);
      recover(tr);
    }
    others(itemOf(tr), now);
  }

  function others(item, now) {
    if (!item) return;
    waiting.add(item);
    clearTimeout(timer);
    timer = setTimeout(flush, now ? 0 : PAUSE);
  }

  // depotChanged starts over: shelves belong to a depot.
  function depotChanged() {
    grid.rows().forEach((tr) => {
      if (!itemOf(tr)) return;
      clear(tr);
      recover(tr);
      others(itemOf(tr), true);
    });
  }

  // ---- choosing by hand ----

  const AUTO = { auto: true };

  function draw(unit) {
    return (s) => (s.auto ? [['', '自动配批'], ['cb-desk', ''], ['', '先到期先出'], ['cb-desk', ''], ['is-stock', '']] : [
      ['', s.lot_no || NO_LOT], ['cb-desk', s.produced ? s.produced + ' 产' : ''], ['', s.expires ? s.expires + ' 止' : '无有效期'], ['cb-desk', s.bin],
      ['is-stock', text.group(s.available) + ' ' + unit]]);
  }

  // open lists the shelves of a row's item under its lot cell.
  function open(tr) {
    const input = row.input(tr, 'lot_no');
    const say = (sentence) => cb.list.open(input, [], { draw: null, choose: null, say: sentence });
    if (!itemOf(tr)) return say('请先在本行选定物资，再选批次。');
    if (!grid.depot()) return say('请先选择储备库，再选批次。');
    return cb.pick.get(url(itemOf(tr), '')).then((answer) => {
      if (document.activeElement !== input) return;
      const rows = answer.shelves.concat(answer.shelves.length ? [AUTO] : []);
      const at = Math.max(0, answer.shelves.findIndex((s) => shelfKey(s) === pinned(tr)));
      cb.list.open(input, rows, {
        draw: draw(answer.unit), choose: (s) => choose(tr, s), at, kind: 'is-lots',
        say: answer.shelves.length ? '' : '本库没有可以出库的批次（过期和冻结的不列）。可换一个储备库，或先办理入库。',
      });
    }, (err) => { if (document.activeElement === input) say(err.sentence); });
  }

  function choose(tr, shelf) {
    clear(tr);
    recover(tr);
    if (!shelf.auto) {
      fill(tr, shelf);
      write(tr, shelf.lot_no || NO_LOT, '人工选定的批次。按空格可改选，按 Delete 恢复自动配批');
      tr.dataset.lots = 'chosen';
      row.setAuto(tr, 'lot_no', false);
      row.setAuto(tr, 'bin', false);
    }
    grid.dirty();
    others(itemOf(tr), true);
    grid.step(tr, 'lot_no', 1);
  }

  // press takes the keys of a lot cell and says whether it took this one.
  function press(e, tr, k) {
    if (k !== 'lot_no' || e.ctrlKey || e.altKey || e.metaKey) return false;
    if (e.key === ' ') {
      if (cb.list.isOpen(e.target)) cb.list.close();
      else open(tr);
      return true;
    }
    if ((e.key === 'Delete' || e.key === 'Backspace') && isChosen(tr)) {
      clear(tr);
      grid.dirty();
      others(itemOf(tr), true);
      return true;
    }
    return false;
  }

  function start(g) {
    grid = g;
    grid.form.querySelector('#depot').addEventListener('change', depotChanged);
    // A finger has no space key.
    grid.body.addEventListener('click', (e) => {
      const td = e.target.closest('td[data-k="lot_no"]');
      if (td && document.activeElement === td.querySelector('input') && !cb.list.isOpen(document.activeElement)) open(td.closest('tr'));
    });
    grid.rows().forEach((tr) => {
      tr.dataset.asked = itemOf(tr);
      others(itemOf(tr), true);
    });
  }

  cb.lots = { start, changed, press, gone: others };
})();
