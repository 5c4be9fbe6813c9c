/*
 * Uploading ledgers: several at once, from a folder or dropped, one after the
 * other, each with how far it has come and what was found in it. One file leads
 * straight to its preview.
 *
 * Without this file the form sends what was chosen in one go.
 * Must not judge what is in a file: the server does.
 */
(function () {
  'use strict';
  const form = document.getElementById('upload');
  const input = document.getElementById('file');
  const list = document.getElementById('uploads');
  const folder = document.getElementById('folder');
  if (!form || !input || !window.XMLHttpRequest) return;
  const kinds = input.accept.toLowerCase().split(',');
  const suits = (name) => !/^[.~]/.test(name) && kinds.some((k) => name.toLowerCase().endsWith(k));
  let dropped = null; // what a folder gave, which the field itself cannot hold

  // ---- a whole folder ----

  const picker = document.createElement('input');
  if ('webkitdirectory' in picker) {
    picker.type = 'file';
    picker.webkitdirectory = true;
    folder.hidden = false;
    folder.addEventListener('click', () => picker.click());
    picker.addEventListener('change', () => choose([].slice.call(picker.files)));
  }

  function choose(files) {
    dropped = files.filter((f) => suits(f.name));
    input.required = false;
    list.hidden = false;
    list.textContent = '';
    const line = document.createElement('li');
    line.textContent = dropped.length ? '文件夹里有 ' + dropped.length + ' 份能读的台账，点“上传并核对”开始。' : '文件夹里没有能读的台账。';
    list.append(line);
  }

  // A dropped folder comes as an entry that has to be walked.
  document.addEventListener('drop', (e) => {
    const zone = e.target.closest && e.target.closest('.cb-drop');
    const items = zone && e.dataTransfer && e.dataTransfer.items;
    if (!items) return;
    const entries = [].map.call(items, (i) => i.webkitGetAsEntry && i.webkitGetAsEntry()).filter(Boolean);
    if (!entries.some((x) => x.isDirectory)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    zone.classList.remove('is-over');
    Promise.all(entries.map(walk)).then((found) => choose([].concat.apply([], found)));
  }, true);

  function walk(entry) {
    if (entry.isFile) return new Promise((ok) => entry.file((f) => ok([f]), () => ok([])));
    const reader = entry.createReader();
    const all = [];
    return new Promise((ok) => {
      const more = () => reader.readEntries((batch) => { // gives a hundred at a time
        if (!batch.length) ok(Promise.all(all.map(walk)).then((found) => [].concat.apply([], found)));
        else { all.push.apply(all, batch); more(); }
      }, () => ok([]));
      more();
    });
  }

  input.addEventListener('change', () => { dropped = null; });

  // ---- one after the other ----

  form.addEventListener('submit', (e) => {
    const files = dropped || [].slice.call(input.files);
    if (e.defaultPrevented || !files.length) return;
    e.preventDefault();
    const button = form.querySelector('button.is-primary');
    button.disabled = true;
    list.hidden = false;
    list.textContent = '';
    const lines = files.map((f) => entry(f.name));
    let last = null;
    let good = 0;
    files.reduce((before, f, i) => before.then(() => send(f, lines[i])).then((answer) => {
      if (answer) { last = answer; good++; }
    }), Promise.resolve()).then(() => {
      button.disabled = false;
      if (files.length === 1 && last) window.location.href = last.url;
      else if (good) button.textContent = '继续上传';
    });
  });

  function entry(name) {
    const line = document.createElement('li');
    const b = document.createElement('b');
    const bar = document.createElement('progress');
    const words = document.createElement('span');
    b.textContent = name;
    bar.max = 100;
    bar.value = 0;
    words.textContent = '等待';
    line.append(b, bar, words);
    list.append(line);
    return { line, bar, words };
  }

  const key = () => Array.from(window.crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, '0')).join('');

  // send gives the server's answer, or null after a refusal, which stays beside
  // the file's name.
  function send(file, at) {
    return new Promise((ok) => {
      const mine = key();
      const data = new FormData();
      data.append('file', file, file.name);
      const xhr = new XMLHttpRequest();
      let watch = 0;
      xhr.open('POST', form.action + '&progress=' + mine);
      xhr.setRequestHeader('Accept', 'application/json');
      xhr.upload.onprogress = (e) => {
        if (!e.lengthComputable) return;
        at.bar.value = 60 * e.loaded / e.total;
        at.words.textContent = '上传 ' + Math.round(100 * e.loaded / e.total) + '%';
      };
      xhr.upload.onload = () => { watch = setInterval(() => look(mine, at), 500); };
      xhr.onloadend = () => {
        clearInterval(watch);
        let answer = {};
        try { answer = JSON.parse(xhr.responseText); } catch (err) { /* not ours */ }
        at.bar.remove();
        if (xhr.status === 201) {
          finish(at, answer);
          ok(answer);
          return;
        }
        if (xhr.status === 401) window.location.reload();
        at.line.className = 'is-bad';
        at.words.textContent = answer.message || (xhr.status ? '没有上传成功，请重试。' : '网络断了，没有传完，请重试。');
        ok(null);
      };
      xhr.send(data);
    });
  }

  function look(mine, at) {
    fetch('/imports/progress?key=' + mine).then((r) => r.ok ? r.json() : {}).then((p) => {
      if (!p.stage || !at.bar.parentNode) return;
      at.bar.value = p.total ? 70 + 30 * p.done / p.total : 70;
      at.words.textContent = p.stage + (p.total ? ' ' + p.total + ' 行' : '') + '…';
    }).catch(() => {});
  }

  function finish(at, answer) {
    const link = document.createElement('a');
    link.href = answer.url;
    link.textContent = '去核对';
    at.words.textContent = answer.kind + '：可导入 ' + answer.ok + ' 行' + (answer.confirm ? '，待确认 ' + answer.confirm + ' 行' : '') + (answer.error ? '，错误 ' + answer.error + ' 行' : '') + ' ';
    at.words.append(link);
    at.line.className = 'is-ok';
  }
})();
