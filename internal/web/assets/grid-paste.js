/*
 * Pasting a block copied from Excel or WPS into the entry grid.
 *
 * A heading row, where there is one, says what the columns are; without one
 * they follow the grid from the current cell. Names are looked up afterwards,
 * and only an exact name is taken: anything else stays as it was typed and the
 * server asks. One button takes the whole paste back.
 * Must not send anything but searches, and never guess an item.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};
  const text = cb.text;
  const row = cb.row;

  // The words offices put over their columns. Compared without spaces,
  // brackets and the star of a required field. '' is known and of no use here.
  const headings = {
    item: '物资 物资名称 物资品名 物资品种 品名 品种 名称 物品 物品名称 装备 装备名称 设备名称 器材名称 货物名称 商品名称 产品名称 物料名称 存货名称 应急物资名称 救灾物资名称 物资装备名称',
    code: '编码 物资编码 物资编号 应急物资编号 应急物资编码 物料编码 存货编码 商品编码',
    spec: '规格 规格型号 型号规格 型号 规格及型号 型号/规格 品牌型号规格 品牌/规格型号 物资规格 参考规格 规格参数 主要参数 装备参数',
    unit: '单位 计量单位 物资单位 计量 计价单位',
    lot_no: '批号 批次 批次号 生产批号 生产批次 装备编号 设备编号 出厂编号 序列号 机身号',
    produced: '生产日期 出厂日期 制造日期 生产年月 出厂年月 生产时间',
    expires: '有效期 有效期至 有效期截止 有效期截止至 有效日期 到期日期 到期时间 失效日期 失效期 过期日期 保质期至',
    qty: '数量 物资数量 入库数量 入库数 入库量 本期入库 出库数量 出库数 出库量 本期出库 实收数量 实发数量 接收数量 捐赠数量 调拨数量 移库数量 报废数量 领用数量 发放数量 发出数量 收入数量 采购数量 现有数量 库存数量 结存数量 账面数量',
    price: '单价 价格 采购单价 参考单价 含税单价',
    to_bin: '移入货位 调入货位 新货位 目标货位',
    bin: '货位 库位 仓位 货架 货架号 库区 存放位置 存放货位 存放地点 存放处 存放点 存储位置 储存位置',
    owner: '产权 产权单位 权属 权属单位 储备管理单位',
    remark: '备注 说明 摘要 备考',
    '': '行 行号 序号 项次 编号 金额 总价 合价 总金额 类别 物资类别 分类 种类 大类 保管人 保管员 负责人 联系人 联系电话 入库时间 入库日期 日期 来源 供货单位 储备库 仓库',
  };
  const known = new Map();
  Object.keys(headings).forEach((k) => headings[k].split(' ').forEach((word) => known.set(text.key(word), k)));

  const totals = /^(?:合计|小计|总计|累计|本页小计|本页合计|本月合计|本年累计|月结)[:：]?$/;
  const titleRows = 3; // a title may stand above the heading row

  // headingOf gives a column's key, '' for one of no use, undefined for a word
  // that is no heading.
  function headingOf(cell) {
    const word = text.key(cell).replace(/\((?:元|万元|￥|¥|个|件)\)$/, '').replace(/^\*|[()*:]/g, '');
    return known.get(word);
  }

  // findHeading gives the columns of a block that has a heading row, with the
  // words of columns nobody here needs.
  function findHeading(block) {
    for (let i = 0; i < Math.min(titleRows, block.length); i++) {
      const found = block[i].map(headingOf);
      const useful = found.filter(Boolean);
      if (useful.length < 2 || !(useful.includes('item') || useful.includes('code'))) continue;
      const keys = found.map((k, at) => (k && found.indexOf(k) === at ? k : ''));
      const idle = block[i].map((w) => text.fold(w)).filter((w, at) => w && !keys[at] && !/^(?:行|行号|序号|项次|金额)$/.test(w));
      return { keys, idle, lines: block.slice(i + 1) };
    }
    return null;
  }

  // ---- columns without a heading ----

  const fits = {
    qty: (s) => text.qty(s) !== null,
    price: (s) => text.price(s) !== '',
    amount: (s) => text.price(s) !== '',
    produced: (s) => text.day(s) !== '' && /\d{4}|\D/.test(s),
    expires: (s) => text.day(s) !== '' && /\d{4}|\D/.test(s),
    unit: (s) => s.length <= 3 && !/\d/.test(s),
    item: (s) => !/^[\d.,/-]+$/.test(s) || s.length >= 4,
  };

  function score(keys, lines) {
    let sum = 0;
    lines.slice(0, 20).forEach((line) => line.forEach((cell, i) => {
      const s = text.fold(cell);
      if (s && !keys[i]) sum -= 1;
      else if (s && fits[keys[i]]) sum += fits[keys[i]](s) ? 1 : -1;
    }));
    return sum;
  }

  // follow lays the columns along the grid. People copy either the layout they
  // see, with spec, unit and amount, or only what they would type: the values
  // tell which.
  function follow(tr, k, lines) {
    const all = [].filter.call(tr.querySelectorAll('td[data-k]'), (td) => td.getClientRects().length);
    const from = all.slice(all.findIndex((td) => td.dataset.k === k));
    const seen = from.map((td) => td.dataset.k);
    const typed = from.filter((td) => row.input(tr, td.dataset.k) && !row.input(tr, td.dataset.k).readOnly).map((td) => td.dataset.k);
    return score(typed, lines) > score(seen, lines) ? typed : seen;
  }

  // ---- filling rows ----

  // targets gives the rows to fill. A block with headings brings whole rows and
  // goes to blank ones; cells without headings overwrite, as in Excel.
  function targets(grid, tr, n, whole) {
    const rows = grid.rows();
    let list = rows.slice(rows.indexOf(tr));
    if (whole) list = list.filter(row.blank);
    list = list.slice(0, n);
    while (list.length < n) {
      const more = grid.add();
      if (!more) break;
      list.push(more);
    }
    return list;
  }

  function put(tr, k, cell) {
    const field = row.input(tr, k);
    if (k === 'lot_no' && field && field.readOnly && text.fold(cell)) field.value = tr.dataset.lotTyped = text.fold(cell); // looked for on the shelves
    if (!field || field.readOnly) return;
    field.value = text.fold(cell);
    if (k === 'item' && row.hidden(tr, 'item_id')) row.forgetItem(tr);
    if (k === 'expires') row.setAuto(tr, k, false);
    row.heal(tr, k);
  }

  // fillRow writes one line and gives what else it says of the item.
  function fillRow(tr, keys, line) {
    const beside = { spec: '', unit: '', code: '' };
    keys.forEach((k, i) => {
      const cell = line[i] === undefined ? '' : line[i];
      if (k in beside) beside[k] = text.fold(cell);
      else if (k && line[i] !== undefined) put(tr, k, cell);
    });
    if (beside.code && !row.value(tr, 'item')) put(tr, 'item', beside.code);
    ['produced', 'expires', 'qty', 'price'].forEach((k) => row.tidy(tr, k));
    row.paint(tr);
    return beside;
  }

  const says = (line) => line.some((cell) => text.fold(cell) !== '');
  const isTotal = (line) => totals.test(text.fold(line.find((cell) => text.fold(cell) !== '') || '').replace(/ /g, ''));

  // ---- looking names up ----

  const ABREAST = 4; // searches at a time, so that the page stays quick for others

  // sharing asks for each name once.
  function sharing() {
    const asked = new Map();
    return (q) => {
      if (!asked.has(q)) asked.set(q, cb.pick.search(q));
      return asked.get(q);
    };
  }

  // resolveAll looks up the rows' names and promises how many it could not
  // take. A name with a spec nobody knows keeps the spec in its text, since the
  // server reads no other column for it.
  function resolveAll(filled, isOver) {
    const search = sharing();
    const queue = filled.slice();
    let open = 0;
    const next = () => {
      const job = queue.shift();
      if (!job || isOver()) return Promise.resolve();
      return cb.pick.resolve(job.tr, job.beside.spec, job.beside.unit, search).then((done) => {
        const item = row.value(job.tr, 'item');
        if (!isOver() && !done && item !== '' && !row.hidden(job.tr, 'item_id')) {
          open++;
          if (job.beside.spec && item === job.typed) row.set(job.tr, 'item', item + ' ' + job.beside.spec);
        }
        return next();
      });
    };
    return Promise.all(Array.from({ length: ABREAST }, next)).then(() => open);
  }

  // ---- one paste ----

  let latest = 0; // a newer paste or an undo ends the look-ups of this one

  function paste(grid, tr, k, block) {
    const my = ++latest;
    const headed = findHeading(block);
    const lines = (headed ? headed.lines : block).filter(says).filter((line) => !isTotal(line));
    if (!lines.length) {
      grid.note('粘贴的内容里没有明细行。请连同数据行一起复制后再粘贴。');
      return;
    }
    const keys = headed ? headed.keys : follow(tr, k, lines);
    if (keys.includes('owner')) grid.unfold();
    const rows = targets(grid, tr, lines.length, !!headed);
    const before = rows.map((r) => ({ tr: r, was: row.snapshot(r) }));
    const filled = rows.map((r, i) => {
      const beside = fillRow(r, keys, lines[i]);
      return { tr: r, beside, typed: row.value(r, 'item') };
    });
    rows.forEach((r) => grid.changed(r, 'qty'));
    grid.dirty();
    grid.tail();
    const undo = () => {
      latest++;
      before.filter((b) => b.tr.isConnected).forEach((b) => grid.restore(b.tr, b.was));
      grid.tail();
      grid.go(tr.isConnected ? tr : grid.rows()[0], k);
    };
    const dropped = lines.length - rows.length;
    const tail = (dropped ? '；超出一张单据的行数，有 ' + dropped + ' 行没有粘贴' : '') +
      (headed && headed.idle.length ? '；没有用到的列：' + headed.idle.join('、') : '') + '。';
    grid.note('已粘贴 ' + rows.length + ' 行，正在核对物资名称…', undo);
    resolveAll(filled, () => my !== latest).then((open) => {
      if (my !== latest) return;
      grid.note('已粘贴 ' + rows.length + ' 行' + (open ? '，其中 ' + open + ' 行的物资没有对上目录，请从列表选定' : '，物资名称都已对上') + tail, undo);
    });
  }

  // oneCell puts a single cell that Excel had quoted where the caret stands.
  function oneCell(input, words) {
    input.setRangeText(text.fold(words), input.selectionStart, input.selectionEnd, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function start(grid) {
    grid.body.addEventListener('paste', (e) => {
      const td = e.target.closest('td[data-k]');
      const words = e.clipboardData ? e.clipboardData.getData('text/plain') : '';
      if (!td || !/[\t\n\r]/.test(words)) return;
      const block = text.cells(words);
      e.preventDefault();
      if (block.length > 1 || block[0].length > 1) paste(grid, td.closest('tr'), td.dataset.k, block);
      else if (!e.target.readOnly) oneCell(e.target, block[0][0]);
    });
  }

  cb.paste = { start, findHeading };
})();
