/*
 * What every page needs: the menu on a phone, the search key, print buttons,
 * questions before a dangerous step, one submit per press, file drops, and a
 * sentence when a part of the page could not be loaded.
 *
 * Everything is bound once to the document by data attributes, so parts that
 * htmx swaps in work too. Without this file every page still works.
 * Must not know any page's fields, send anything by itself, or write HTML.
 */
(function () {
  'use strict';
  const cb = window.cb = window.cb || {};

  // ---- small parts other scripts use ----

  // icon makes the SVG of a symbol. The address of the sprite carries a
  // checksum, so it is read off an icon the server rendered.
  cb.icon = function (name) {
    const known = document.querySelector('svg.cb-i use');
    if (!known) return document.createTextNode('');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'cb-i');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('focusable', 'false');
    use.setAttribute('href', known.getAttribute('href').split('#')[0] + '#i-' + name);
    svg.append(use);
    return svg;
  };

  // tell shows one sentence above the page's content; a newer one replaces it.
  function tell(sentence) {
    const main = document.getElementById('main') || document.body;
    let note = main.querySelector('[data-told]');
    if (note) note.remove();
    note = document.createElement('p');
    note.className = 'cb-note cb-flash is-bad';
    note.setAttribute('role', 'alert');
    note.setAttribute('data-told', '');
    const words = document.createElement('span');
    words.textContent = sentence;
    note.append(cb.icon('circle-x'), words);
    main.prepend(note);
    note.scrollIntoView({ block: 'nearest' });
  }

  // ---- menu on a phone, search key ----

  function openMenu(open) {
    const burger = document.querySelector('.cb-burger');
    if (!burger) return;
    document.body.classList.toggle('nav-open', open);
    burger.setAttribute('aria-expanded', String(open));
    burger.setAttribute('aria-label', open ? '关闭菜单' : '打开菜单');
  }

  function menuClick(e) {
    const isOpen = document.body.classList.contains('nav-open');
    if (e.target.closest('.cb-burger')) openMenu(!isOpen);
    else if (isOpen && !e.target.closest('.cb-side')) openMenu(false);
  }

  const typing = (e) => e.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(e.tagName);

  document.addEventListener('keydown', (e) => {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    if (e.key === 'Escape' && document.body.classList.contains('nav-open')) {
      openMenu(false);
      document.querySelector('.cb-burger').focus();
    }
    const search = document.getElementById('global-search');
    if (e.key === '/' && search && !typing(e.target)) {
      e.preventDefault();
      search.focus();
      search.select();
    }
  });

  // ---- buttons with a data attribute ----

  function toggle(button) {
    const target = document.querySelector(button.dataset.toggle);
    if (target) button.setAttribute('aria-expanded', String(target.classList.toggle(button.dataset.class)));
  }

  document.addEventListener('click', (e) => {
    menuClick(e);
    if (e.target.closest('[data-print]')) window.print();
    const button = e.target.closest('[data-toggle][data-class]');
    if (button) toggle(button);
  });

  // ---- check boxes that move together ----

  function boxes(form, name) {
    return [].filter.call((form || document).querySelectorAll('input[type="checkbox"]'), (b) => b.name === name && !b.disabled);
  }

  // agree sets the box for all after the boxes it stands for.
  function agree(form, name) {
    const all = [].find.call((form || document).querySelectorAll('[data-all]'), (b) => b.dataset.all === name);
    if (!all) return;
    const list = boxes(form, name);
    const checked = list.filter((b) => b.checked).length;
    all.checked = list.length > 0 && checked === list.length;
    all.indeterminate = checked > 0 && checked < list.length;
  }

  document.addEventListener('change', (e) => {
    const box = e.target;
    if (box.dataset.all) boxes(box.form, box.dataset.all).forEach((b) => { b.checked = box.checked; });
    else if (box.type === 'checkbox' && box.name) agree(box.form, box.name);
    const radio = box.dataset.checks && document.querySelector(box.dataset.checks);
    if (radio) radio.checked = true;
    if (box.type === 'file' && box.closest('.cb-drop')) {
      const no = refusal(box, box.files);
      if (no) box.value = '';
      nameFile(box, no);
    }
  });

  document.querySelectorAll('[data-all]').forEach((all) => agree(all.form, all.dataset.all));

  // ---- one submit per press ----

  // A lost answer must not leave a dead form. Sending again is harmless where
  // the form carries a client key, which the server books once; others, such as
  // a large upload on a slow line, wait much longer.
  const HELD = 30000; // milliseconds
  const HELD_LONG = 600000;
  const held = new Map(); // form -> {buttons, timer}

  function question(form, button) {
    return (button && button.dataset.confirm) || form.dataset.confirm || '';
  }

  // setPressed says which button it was in a field of its own, so that nothing
  // that happens to the button can lose it.
  function setPressed(form, value) {
    const field = form.querySelector('[data-pressed]');
    if (field) field.value = value;
  }

  // hold switches the form's buttons off, after the browser has read them: a
  // disabled button would take its name=value out of what is sent.
  function hold(form) {
    const buttons = [].filter.call(form.elements, (b) => b.type === 'submit' && !b.disabled);
    held.set(form, { buttons, timer: setTimeout(() => release(form), form.elements.client_key ? HELD : HELD_LONG) });
    setTimeout(() => {
      if (held.has(form)) buttons.forEach((b) => { b.disabled = true; });
    }, 0);
    form.setAttribute('aria-busy', 'true');
  }

  function release(form) {
    const was = held.get(form);
    if (!was) return;
    held.delete(form);
    clearTimeout(was.timer);
    was.buttons.forEach((b) => { b.disabled = false; });
    setPressed(form, '');
    form.removeAttribute('aria-busy');
    form.dispatchEvent(new CustomEvent('cb:release', { bubbles: true }));
  }

  // Capture, so that a "no" and a second tap stop htmx and the page's own
  // scripts as well.
  document.addEventListener('submit', (e) => {
    const form = e.target;
    const button = e.submitter || null;
    const ask = question(form, button);
    if (held.has(form) || (ask && !window.confirm(ask))) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    setPressed(form, button ? button.value : '');
  }, true);

  document.addEventListener('submit', (e) => {
    const way = (e.submitter && e.submitter.getAttribute('formmethod')) || e.target.getAttribute('method') || '';
    if (!e.defaultPrevented && way.toLowerCase() === 'post') hold(e.target);
  });

  // Who signs out leaves nothing typed behind for the next person here.
  document.addEventListener('submit', (e) => {
    if (e.defaultPrevented || !/\/signout$/.test(e.target.getAttribute('action') || '')) return;
    try {
      Object.keys(window.localStorage).filter((key) => key.startsWith('cb-entry:')).forEach((key) => window.localStorage.removeItem(key));
    } catch (err) { /* storage is switched off */ }
  });

  // The page may come back from the browser's memory with its buttons off.
  window.addEventListener('pageshow', () => Array.from(held.keys()).forEach(release));

  // ---- file drops ----

  // nameFile says which file is chosen, or why it was not taken.
  function nameFile(input, refusal) {
    const zone = input.closest('.cb-drop');
    let words = zone.querySelector('[data-file]');
    if (!words) {
      words = document.createElement('p');
      words.setAttribute('data-file', '');
      words.setAttribute('role', 'status');
      zone.append(words);
    }
    const names = [].map.call(input.files, (f) => f.name + '（' + size(f.size) + '）');
    words.textContent = refusal || (names.length ? '已选：' + names.join('、') : '');
    words.className = refusal ? 'cb-error' : '';
    zone.classList.toggle('has-file', names.length > 0);
  }

  function size(bytes) {
    if (bytes < 1024 * 1024) return Math.max(1, Math.round(bytes / 1024)) + ' KB';
    return (bytes / 1024 / 1024).toFixed(1) + ' MB';
  }

  // refusal is why files cannot be taken; of what is dropped the browser checks
  // nothing, of what is chosen in its own dialogue the kind alone.
  function refusal(input, files) {
    if (files.length > 1 && !input.multiple) return '一次只能放一个文件，请重新拖入一个。';
    const kinds = input.accept.toLowerCase().split(',').map((k) => k.trim()).filter((k) => k[0] === '.');
    const odd = [].find.call(files, (f) => kinds.length && !kinds.some((k) => f.name.toLowerCase().endsWith(k)));
    if (odd) return '「' + odd.name + '」不是能读的文件，请选 ' + kinds.join('、') + ' 文件。';
    // Said here, since a server that refuses 200 MB halfway looks like a lost
    // connection to the browser.
    const most = Number(input.dataset.max) * 1024 * 1024;
    const large = most && [].find.call(files, (f) => f.size > most);
    return large ? '「' + large.name + '」有 ' + size(large.size) + '，超过 ' + input.dataset.max + ' MB。请按储备库或年份拆成几个文件，或删去其中的图片后再上传。' : '';
  }

  const carries = (e) => e.dataTransfer && [].indexOf.call(e.dataTransfer.types, 'Files') >= 0;

  function over(e) {
    const zones = document.querySelectorAll('.cb-drop');
    if (!zones.length || !carries(e)) return;
    e.preventDefault(); // also beside the zone: a miss must not leave the page
    const zone = e.target.closest && e.target.closest('.cb-drop');
    e.dataTransfer.dropEffect = zone ? 'copy' : 'none';
    zones.forEach((z) => z.classList.toggle('is-over', z === zone));
  }

  function drop(e) {
    const zones = document.querySelectorAll('.cb-drop');
    if (!zones.length || !carries(e)) return;
    e.preventDefault();
    zones.forEach((z) => z.classList.remove('is-over'));
    const zone = e.target.closest && e.target.closest('.cb-drop');
    const input = zone && zone.querySelector('input[type="file"]');
    if (!input || input.disabled || !e.dataTransfer.files.length) return;
    const no = refusal(input, e.dataTransfer.files);
    if (!no) input.files = e.dataTransfer.files;
    nameFile(input, no);
  }

  document.addEventListener('dragenter', over);
  document.addEventListener('dragover', over);
  document.addEventListener('drop', drop);
  document.addEventListener('dragleave', (e) => {
    if (!e.relatedTarget) document.querySelectorAll('.cb-drop').forEach((z) => z.classList.remove('is-over'));
  });
  document.querySelectorAll('.cb-drop input[type="file"]').forEach((f) => { if (f.files.length) nameFile(f, ''); });

  // ---- parts of a page that htmx could not load ----

  const sentences = {
    403: '您没有权限查看这部分内容。需要时请联系系统管理员。',
    404: '要找的内容已经不在了，请刷新页面再看。',
    409: '内容刚刚被别人改动，请刷新页面后再试。',
    413: '提交的内容过大，请分几次提交。',
    422: '填写的内容有误，请检查筛选条件后再试。',
    429: '操作太频繁，请稍等片刻再试。',
    503: '系统正忙，请稍等片刻再试。',
  };

  document.addEventListener('htmx:responseError', (e) => {
    const status = e.detail.xhr.status;
    if (status === 401) window.location.reload(); // the server then leads to sign-in and back
    else tell(sentences[status] || '系统出错了，这部分内容没有更新。请刷新页面再试，仍不行请联系系统管理员。');
  });
  ['htmx:sendError', 'htmx:timeout'].forEach((name) => document.addEventListener(name, () => {
    tell('暂时连不上服务器，页面内容没有更新。请检查网络后再试。');
  }));
  document.addEventListener('htmx:afterOnLoad', (e) => {
    const note = document.querySelector('[data-told]');
    if (note && e.detail.xhr.status < 400) note.remove();
  });
})();
