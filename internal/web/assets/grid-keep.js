/*
 * What is typed into an entry form outlives the browser: it is kept in this
 * browser's storage under the form's client key, and offered again when the form
 * is opened anew. The key comes back with it, so that a form that was booked
 * after all, while its answer was lost, is not booked twice. Leaving the page
 * with unsaved typing is asked about.
 *
 * Kept until the voucher is posted or the draft saved, at most a week, and
 * thrown away at sign-out (app.js). On the page of a voucher this script only
 * forgets what led to it.
 * Must not send anything, and never restore without being asked.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};

  const PREFIX = 'cb-entry:';
  const PAUSE = 600;                // milliseconds of quiet before writing
  const LIFE = 7 * 24 * 3600 * 1000;
  const ANSWER = 250;               // milliseconds other windows have to say "mine"
  const head = ['reason', 'depot', 'to_depot', 'business_on', 'counterparty', 'reference', 'remark', 'blank_no'];
  const typed = ['counterparty', 'reference', 'remark', 'blank_no']; // of them, what a new form leaves empty

  // ---- storage: a browser without it, or a full one, costs only the offer ----

  function read(key) {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (err) {
      return null;
    }
  }

  function write(key, kept) {
    try {
      window.localStorage.setItem(key, JSON.stringify(kept));
    } catch (err) { /* full or switched off */ }
  }

  function drop(key) {
    try {
      window.localStorage.removeItem(key);
    } catch (err) { /* switched off */ }
  }

  function all() {
    try {
      return Object.keys(window.localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => ({ key, kept: read(key) }));
    } catch (err) {
      return [];
    }
  }

  const keyOf = (user, clientKey) => PREFIX + user + ':' + clientKey;

  // On a voucher's page: what was typed for it is in the books.
  const spent = document.querySelector('[data-spent]');
  if (spent) drop(keyOf(spent.dataset.user, spent.dataset.spent));

  // ---- the form on this page ----

  let grid = null;
  let user = '';
  let draft = '';
  let timer = 0;
  let offered = null; // {key, kept} on offer

  const clientKey = () => grid.form.elements.client_key.value;
  const own = () => keyOf(user, clientKey());
  const field = (name) => grid.form.elements[name];
  const bar = () => grid.form.querySelector('[data-kept]');

  function content() {
    const values = {};
    head.filter((name) => field(name)).forEach((name) => { values[name] = field(name).value; });
    const rows = grid.rows().filter((tr) => !cb.row.blank(tr)).map(cb.row.snapshot);
    return { kind: grid.form.dataset.grid, draft, version: field('version').value, clientKey: clientKey(), at: Date.now(), head: values, rows };
  }

  const isEmpty = (c) => !c.rows.length && typed.every((name) => !(c.head[name] || '').trim());

  function save(isSent) {
    clearTimeout(timer);
    timer = 0;
    const c = content();
    if (isEmpty(c)) drop(own());
    else write(own(), Object.assign(c, { sent: isSent }));
  }

  // touch is told of every change; it writes when the person pauses.
  function touch() {
    unsaved = true;
    if (grid && !timer) timer = setTimeout(() => save(false), PAUSE);
  }

  // ---- leaving ----

  let unsaved = false;
  let leaving = false;

  // Sending the form, or a step the person has just confirmed, is no loss. What
  // goes out is kept until a page says that it arrived.
  document.addEventListener('submit', (e) => {
    if (!grid || e.defaultPrevented) return;
    if (/\/signout$/.test(e.target.getAttribute('action') || '')) timer = clearTimeout(timer); // app.js throws all away
    if (e.target !== grid.form && !e.target.dataset.confirm) return;
    leaving = true;
    if (e.target === grid.form) save(true);
  });
  ['pageshow', 'cb:release'].forEach((name) => window.addEventListener(name, () => { leaving = false; }));
  window.addEventListener('beforeunload', (e) => {
    if (!unsaved || leaving) return;
    e.preventDefault();
    e.returnValue = '';
  });
  window.addEventListener('pagehide', () => { if (timer) save(false); });

  // ---- offering ----

  const same = (a, b) => JSON.stringify([a.head, a.rows]) === JSON.stringify([b.head, b.rows]);

  function offer(found) {
    offered = found;
    const c = found.kept;
    const when = new Date(c.at);
    const clock = (when.getMonth() + 1) + ' 月 ' + when.getDate() + ' 日 ' + String(when.getHours()).padStart(2, '0') + ':' + String(when.getMinutes()).padStart(2, '0');
    bar().querySelector('span').textContent = clock + ' 填写的' + (c.rows.length ? ' ' + c.rows.length + ' 行' : '抬头') +
      (c.sent ? '已经提交，但没有收到答复。恢复后再提交一次即可，不会重复记账。' : '没有保存，浏览器留了一份。');
    bar().hidden = false;
  }

  function close() {
    offered = null;
    bar().hidden = true;
  }

  function restore() {
    const c = offered.kept;
    if (!isEmpty(content()) && !window.confirm('恢复会换掉本页已填的内容，确定恢复？')) return;
    if (offered.key !== own()) drop(own());
    field('client_key').value = c.clientKey;
    field('version').value = c.version;
    head.filter((name) => field(name) && name in c.head).forEach((name) => {
      field(name).value = c.head[name];
      if (field(name).value !== c.head[name]) field(name).value = ''; // a choice that is gone
    });
    ['depot', 'to_depot'].filter(field).forEach((name) => field(name).dispatchEvent(new Event('change', { bubbles: true })));
    grid.replace(c.rows);
    close();
    save(false);
  }

  function forget() {
    drop(offered.key);
    close();
  }

  // ---- windows that are still open ----

  const channel = window.BroadcastChannel ? new window.BroadcastChannel('cb-entry') : null;

  function listen() {
    if (!channel) return;
    channel.onmessage = (e) => {
      if (e.data.ask === own()) channel.postMessage({ mine: own() });
      if (e.data.mine && offered && offered.key === e.data.mine) close();
      waiting.delete(e.data.mine);
    };
  }

  const waiting = new Map(); // key -> what may be offered, unless a window says "mine"

  // offerAbandoned asks the other windows first: what is being typed there is
  // not lost.
  function offerAbandoned(list) {
    list.forEach((found) => waiting.set(found.key, found));
    if (channel) list.forEach((found) => channel.postMessage({ ask: found.key }));
    setTimeout(() => {
      const left = Array.from(waiting.values()).sort((a, b) => b.kept.at - a.kept.at);
      waiting.clear();
      if (left.length) offer(left[0]);
    }, ANSWER);
  }

  // start looks what this browser kept.
  function start(g) {
    grid = g;
    const ids = grid.form.dataset.keep.split('.');
    user = ids[0];
    draft = ids[2] === '0' ? '' : ids[2];
    grid.form.addEventListener('click', (e) => {
      const button = e.target.closest('[data-act]');
      if (button && button.dataset.act === 'restore') restore();
      if (button && button.dataset.act === 'forget') forget();
    });
    const kept = all();
    kept.filter((k) => !k.kept || Date.now() - k.kept.at > LIFE).forEach((k) => drop(k.key));
    listen();
    if (!grid.form.querySelector('[data-errors]').hidden || document.querySelector('.cb-note.is-bad')) {
      touch(); // a refused form is not saved, and stands on the page
      return;
    }
    const mine = kept.find((k) => k.key === own() && k.kept);
    if (mine && (mine.kept.sent || same(mine.kept, content()))) drop(own()); // it arrived: this is the saved draft
    else if (mine) offer(mine);
    else if (!draft) offerAbandoned(kept.filter((k) => k.kept && k.key.startsWith(PREFIX + user + ':') && k.kept.kind === grid.form.dataset.grid && !k.kept.draft));
  }

  cb.keep = { start, touch };
})();
