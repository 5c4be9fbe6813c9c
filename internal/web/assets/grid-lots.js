/*
 * Lots of what is taken: which lot each row takes, first expired first out.
 *
 * When a row has an item and a quantity and the head a depot, the server is
 * asked (GET /shelves). A row served by one lot names it; a row that needs
 * several leaves lot_id empty, so that posting splits it, and shows the split as
 * a placeholder: what stands in the cell is asked for, what is pale is only what
 * will happen. Rows of one item share its shelves: lots chosen by hand go first,
 * then the rows in their order, as posting does.
 *
 * A form "by hand" (moves, disposals) offers expired, held and quarantined
 * goods too and proposes nothing where there is a choice. Pieces go by their
 * numbers, typed or taken from the list.
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
  let hand = false;
  let timer = 0;
  const waiting = new Set(); // items whose rows have changed
  const turns = new Map();   // item -> number of its newest question

  const itemOf = (tr) => row.hidden(tr, 'item_id');
  const shelfKey = (p) => p.lot_id + '|' + p.place_id;
  const pinned = (tr) => (row.hidden(tr, 'lot_id') ? row.hidden(tr, 'lot_id') + '|' + row.hidden(tr, 'place_id') : '');
  const isNamed = (tr) => !!tr.dataset.serial && row.value(tr, 'lot_no').trim() !== '';
  const isChosen = (tr) => isNamed(tr) || (tr.dataset.lots === 'chosen' && pinned(tr) !== '');

  // need is a row's quantity in whole thousandths, 0 when it is not readable.
  function need(tr) {
    const q = row.quantity(tr);
    const n = q ? text.milli(q.value) : 0;
    return n > 0 ? n : 0;
  }

  // ---- what a row shows ----

  // write sets the lot, or what will be taken in its place, and the words that
  // explain it.
  function write(tr, lot, words, pale) {
    const field = row.input(tr, 'lot_no');
    row.set(tr, 'lot_no', lot);
    row.cell(tr, 'lot_no').title = words;
    field.placeholder = pale || (tr.dataset.serial ? 'FD-001至FD-003' : '');
  }

  // common is what all picks share, or what says that they differ.
  function common(picks, k, differ) {
    const first = picks[0][k] || '';
    return picks.every((p) => (p[k] || '') === first) ? first : differ;
  }

  // describe is what the cell itself can show; its title says the rest.
  function describe(picks, serial) {
    return picks.map((p) => (p.lot_no || NO_LOT) + (serial ? '' : '×' + p.qty)).join('、');
  }

  function detail(p, unit) {
    return (p.lot_no || NO_LOT) + '×' + p.qty + unit + '，' + p.bin + (p.expires ? '，' + p.expires + ' 到期' : '');
  }

  const clearDays = (tr) => ['produced', 'expires', 'bin'].forEach((k) => row.set(tr, k, ''));

  // clear takes out everything a proposal or a choice had filled in; numbers of
  // pieces stay, they were typed or picked one by one.
  function clear(tr) {
    ['lot_id', 'place_id'].forEach((k) => row.setHidden(tr, k, ''));
    clearDays(tr);
    tr.dataset.lots = '';
    row.setAuto(tr, 'lot_no', !tr.dataset.serial);
    row.setAuto(tr, 'bin', true);
    askWhy(tr, '');
    if (!isNamed(tr)) write(tr, tr.dataset.lotTyped || '', '');
  }

  function fill(tr, shelf) {
    row.setHidden(tr, 'lot_id', shelf.lot_id);
    row.setHidden(tr, 'place_id', shelf.place_id);
    row.set(tr, 'produced', shelf.produced || '');
    row.set(tr, 'expires', shelf.expires || '');
    row.set(tr, 'bin', shelf.bin || '');
    row.heal(tr, 'lot_no');
  }

  function pin(tr, shelf) {
    delete tr.dataset.lotTyped;
    fill(tr, shelf);
    write(tr, shelf.lot_no || NO_LOT, (shelf.badge ? '（' + shelf.badge + '）' : '') + '人工选定的批次。按空格可改选，按 Delete 取消');
    tr.dataset.lots = 'chosen';
    row.setAuto(tr, 'lot_no', false);
    row.setAuto(tr, 'bin', false);
  }

  // propose shows the picks of a row that the person leaves to the system. One
  // lot that serves it whole is named; anything else is left to posting.
  function propose(tr, picks, short, unit) {
    clear(tr);
    if (!picks.length) return;
    row.heal(tr, 'lot_no');
    tr.dataset.lots = 'auto';
    if (picks.length === 1 && !short && !tr.dataset.serial) {
      fill(tr, picks[0]);
      write(tr, picks[0].lot_no || NO_LOT, '先到期先出：' + describe(picks));
      return;
    }
    row.set(tr, 'produced', common(picks, 'produced', ''));
    row.set(tr, 'expires', picks[0].expires || '');
    row.cell(tr, 'expires').title = '最早一批的有效期';
    row.set(tr, 'bin', common(picks, 'bin', '多处'));
    const few = picks.slice(0, 6);
    write(tr, '', '先到期先出：' + describe(picks) + '\n' + picks.map((p) => detail(p, unit)).join('\n'),
      describe(few, tr.dataset.serial) + (picks.length > 6 ? ' 等 ' + picks.length + ' 批' : ''));
  }

  // single is for a form by hand: the only shelf there is needs no choosing.
  function single(tr, shelves, unit) {
    clear(tr);
    if (shelves.length !== 1 || tr.dataset.serial) {
      write(tr, '', '', shelves.length ? '有 ' + shelves.length + (tr.dataset.serial ? ' 件' : ' 处') + '，请选定' : '本库没有结存');
      recover(tr);
      return;
    }
    fill(tr, shelves[0]);
    write(tr, shelves[0].lot_no || NO_LOT, '本库只有这一批');
    tr.dataset.lots = 'auto';
    shortage(tr, shelves[0].left, serve(shelves, need(tr)).short, unit, '');
  }

  // shortage writes the figures into the quantity cell, or takes its own
  // sentence back.
  function shortage(tr, have, short, unit, whose) {
    if (short > 0) {
      row.fail(tr, 'qty', whose + (hand ? '结存 ' : '可用 ') + text.group(text.ofMilli(have)) + ' ' + unit + '，还差 ' + text.group(text.ofMilli(short)) + ' ' + unit);
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

  const serve = text.serve;

  // settleLoaded decides what a lot in a row of a saved draft was: the head of
  // the queue was surely the system's, any other may be somebody's choice.
  function settleLoaded(tr, shelves) {
    if (tr.dataset.lots || !pinned(tr)) return;
    const head = shelves[0];
    tr.dataset.lots = (!hand || shelves.length === 1) && head && shelfKey(head) === pinned(tr) && need(tr) <= head.left ? 'auto' : 'chosen';
  }

  // findTyped looks for a lot that was pasted by its number.
  function findTyped(tr, shelves) {
    const no = tr.dataset.lotTyped;
    if (!no || isChosen(tr)) return;
    const mine = shelves.filter((s) => text.key(s.lot_no) === text.key(no));
    if (mine.length === 1) pin(tr, mine[0]);
    else row.fail(tr, 'lot_no', mine.length ? '批号「' + no + '」在几个货位，请按空格选定' : '本库没有可取的批号「' + no + '」，请按空格选');
  }

  function takeChosen(tr, shelves, unit) {
    row.setAuto(tr, 'lot_no', false);
    const mine = shelves.filter((s) => shelfKey(s) === pinned(tr));
    if (!mine.length) {
      row.fail(tr, 'lot_no', hand ? '这一批已不在这里，请按空格重选' : '这一批已不能出库，请按空格重选');
      return;
    }
    const have = mine[0].left;
    shortage(tr, have, serve(mine, need(tr)).short, unit, '本批');
    const first = shelves.find((s) => s.left > 0 && s.lot_id !== mine[0].lot_id);
    askWhy(tr, !hand && first && (first.expires || '9999') < (mine[0].expires || '9999') ? '不是最早到期，请写原因' : '');
  }

  // askWhy says in the remark that a reason is wanted there.
  function askWhy(tr, words) {
    row.input(tr, 'remark').placeholder = words;
  }

  // takeNamed serves a row that names its pieces.
  function takeNamed(tr, shelves) {
    const numbers = text.serials(row.value(tr, 'lot_no'));
    clearDays(tr);
    recover(tr);
    if (!numbers) return; // the server says how
    const found = numbers.map((no) => shelves.find((s) => s.left > 0 && text.key(s.lot_no) === text.key(no)));
    const missing = numbers[found.indexOf(undefined)];
    if (missing) return row.fail(tr, 'lot_no', '本库没有可取的编号「' + missing + '」');
    row.heal(tr, 'lot_no');
    found.forEach((s) => { s.left = 0; });
    ['produced', 'expires'].forEach((k) => row.set(tr, k, common(found, k, '')));
    row.set(tr, 'bin', common(found, 'bin', '多处'));
  }

  function apply(rows, answer) {
    const shelves = answer.shelves.map((p) => Object.assign({}, p, { left: text.milli(p.available) || 0 }));
    rows.forEach((tr) => { findTyped(tr, shelves); settleLoaded(tr, shelves); });
    rows.filter(isNamed).forEach((tr) => takeNamed(tr, shelves));
    rows.filter((tr) => isChosen(tr) && !isNamed(tr)).forEach((tr) => takeChosen(tr, shelves, answer.unit));
    rows.filter((tr) => !isChosen(tr) && !tr.dataset.lotTyped).forEach((tr) => {
      if (hand) {
        single(tr, shelves, answer.unit);
        return;
      }
      const want = need(tr);
      const got = serve(shelves, want);
      propose(tr, got.picks, got.short, answer.unit);
      shortage(tr, want - got.short, got.short, answer.unit, '');
      if (want && !answer.shelves.length) write(tr, '', '', '本库没有可以出库的批次');
    });
  }

  // ---- asking ----

  function url(item, qty) {
    return grid.form.dataset.shelves + '&depot=' + encodeURIComponent(grid.depot()) + '&item=' + encodeURIComponent(item) + '&qty=' + encodeURIComponent(qty);
  }

  const asks = (tr) => hand || tr.dataset.serial || tr.dataset.lotTyped || row.value(tr, 'qty').trim() !== '';
  const rowsOf = (item) => grid.rows().filter((tr) => itemOf(tr) === item && asks(tr));

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
    if (!isChosen(tr)) row.input(tr, 'lot_no').placeholder = hand ? '暂时查不到批次' : '记账时自动配批';
  }

  function flush() {
    const items = Array.from(waiting);
    waiting.clear();
    items.forEach(ask);
  }

  // changed is told after a cell of a row has changed.
  function changed(tr, k) {
    if (k === 'lot_no') { // typed numbers of pieces: no other choice stands
      cb.list.close();
      ['lot_id', 'place_id'].forEach((h) => row.setHidden(tr, h, ''));
      tr.dataset.lots = '';
    }
    if (k === 'item') {
      clear(tr);
      recover(tr);
      others(tr.dataset.asked); // the rows of the old item have more to share
    }
    tr.dataset.asked = itemOf(tr);
    if (k === 'qty' && !asks(tr) && !isChosen(tr)) {
      clear(tr);
      recover(tr);
    }
    others(itemOf(tr));
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
    const stock = (s) => [['is-badge', s.badge || ''], ['is-stock', text.group(s.available) + ' ' + unit]];
    return (s) => {
      if (s.auto) return [['', '自动配批'], ['cb-desk', ''], ['', '先到期先出'], ['cb-desk', ''], ['is-badge', ''], ['is-stock', '']];
      return [['', s.lot_no || NO_LOT], ['cb-desk', s.produced ? s.produced + ' 产' : ''],
        [hand ? 'cb-desk' : '', s.expires ? s.expires + ' 止' : '无有效期'], [hand ? '' : 'cb-desk', s.bin]].concat(stock(s));
    };
  }

  // open lists the shelves of a row's item under its lot cell.
  function open(tr) {
    const input = row.input(tr, 'lot_no');
    const say = (sentence) => cb.list.open(input, [], { draw: null, choose: null, say: sentence });
    if (!itemOf(tr)) return say('请先在本行选定物资，再选批次。');
    if (!grid.depot()) return say('请先选择储备库，再选批次。');
    return cb.pick.get(url(itemOf(tr), '')).then((answer) => {
      if (document.activeElement !== input) return;
      const named = (tr.dataset.serial && text.serials(input.value)) || [];
      const shelves = answer.shelves.filter((s) => !named.some((no) => text.key(no) === text.key(s.lot_no)));
      const rows = shelves.concat(shelves.length && !hand && !tr.dataset.serial ? [AUTO] : []);
      const at = Math.max(0, shelves.findIndex((s) => shelfKey(s) === pinned(tr)));
      cb.list.open(input, rows, { draw: draw(answer.unit), choose: (s) => choose(tr, s), at, kind: 'is-lots', say: shelves.length ? '' : none(named.length) });
    }, (err) => { if (document.activeElement === input) say(err.sentence); });
  }

  function none(named) {
    if (named) return '没有别的可选了。';
    return hand ? '本库没有这种物资的结存。' : '本库没有可以出库的批次（过期和冻结的不列）。可换一个储备库，或先办理入库。';
  }

  function choose(tr, shelf) {
    if (tr.dataset.serial) {
      addPiece(tr, shelf);
      return;
    }
    delete tr.dataset.lotTyped;
    clear(tr);
    recover(tr);
    if (!shelf.auto) pin(tr, shelf);
    grid.dirty();
    others(itemOf(tr), true);
    grid.step(tr, 'lot_no', 1);
  }

  // addPiece writes a piece's number behind those that stand there; the caret
  // stays, more may follow.
  function addPiece(tr, shelf) {
    const field = row.input(tr, 'lot_no');
    const before = field.value.trim().replace(/[、,，;；]+$/, '');
    field.value = before ? before + '、' + shelf.lot_no : shelf.lot_no;
    grid.changed(tr, 'lot_no');
  }

  // press takes the keys of a lot cell and says whether it took this one.
  function press(e, tr, k) {
    if (k !== 'lot_no' || e.ctrlKey || e.metaKey) return false;
    const space = e.key === ' ' && !e.altKey && !(tr.dataset.serial && e.target.value !== ''); // between numbers it is a sign
    const asked = hand && e.key === 'Enter' && !e.altKey && !e.shiftKey && itemOf(tr) && !tr.dataset.lots && !isNamed(tr) && !cb.list.isOpen(e.target);
    if (space || asked || (e.altKey && e.key === 'ArrowDown')) {
      if (cb.list.isOpen(e.target)) cb.list.close();
      else open(tr);
      return true;
    }
    if (!e.altKey && (e.key === 'Delete' || e.key === 'Backspace') && (isChosen(tr) || tr.dataset.lotTyped) && !tr.dataset.serial) {
      delete tr.dataset.lotTyped;
      row.heal(tr, 'lot_no');
      clear(tr);
      grid.dirty();
      others(itemOf(tr), true);
      return true;
    }
    return false;
  }

  function start(g) {
    grid = g;
    hand = 'hand' in g.form.dataset;
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
