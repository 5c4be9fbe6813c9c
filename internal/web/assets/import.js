/*
 * The preview of a ledger: cells mended in place. What is changed is sent at
 * once and the page's work area comes back as the server reads it now; Tab goes
 * to the next cell that needs somebody, Alt+1 takes the value proposed.
 *
 * Without this file the same form is sent by its buttons.
 * Must not judge anything itself: what is wrong is the server's to say.
 */
(function () {
  'use strict';
  const form = () => document.getElementById('preview');
  let sending = false;
  let again = false; // something was typed while an answer was on its way
  let sent = new Map(); // field name -> value that was sent

  function fields() {
    return [].filter.call(form().elements, (f) => f.name && f.hasAttribute('data-mend'));
  }

  function mend() {
    if (!form()) return;
    if (sending) { // only what that answer will not know yet asks for another
      again = again || fields().some((f) => sent.get(f.name) !== f.value);
      return;
    }
    sending = true;
    sent = new Map(fields().map((f) => [f.name, f.value]));
    form().dispatchEvent(new CustomEvent('cb:mend'));
  }

  // What a field held when the page came; a select says it by its options.
  function initial(f) {
    if (!f.options) return f.defaultValue;
    const o = [].find.call(f.options, (o) => o.defaultSelected) || f.options[0];
    return o ? o.value : '';
  }

  function changed(f) { return f.value !== initial(f); }

  // What was typed meanwhile stands over what comes back, and what was marked
  // stays marked: a text typed over it must not land beside it.
  let later = [];
  let marked = null;
  document.addEventListener('htmx:beforeSwap', (e) => {
    if (!form() || e.detail.target.id !== 'work') return;
    if (e.detail.xhr.status === 422 || e.detail.xhr.status === 409) {
      e.detail.shouldSwap = true;
      e.detail.isError = false;
    }
    later = fields().filter((f) => f.id && sent.has(f.name) && sent.get(f.name) !== f.value).map((f) => [f.id, f.value]);
    const at = document.activeElement;
    marked = at && at.id && at.hasAttribute('data-next') ? { id: at.id, from: at.selectionStart, to: at.selectionEnd } : null;
  });

  // At once, and not when the answer has settled: whoever types on does so in
  // the text they see.
  document.addEventListener('htmx:afterSwap', () => {
    later.forEach((l) => {
      const f = document.getElementById(l[0]);
      if (f) f.value = l[1];
    });
    later = [];
    if (marked && document.activeElement.id === marked.id) document.activeElement.setSelectionRange(marked.from, marked.to);
    marked = null;
  });

  document.addEventListener('htmx:afterSettle', (e) => {
    if (!e.detail.target || e.detail.target.id !== 'work') return;
    // Also what was typed into the new fields before they had settled.
    done(again && fields().some(changed));
  });
  ['htmx:sendError', 'htmx:responseError', 'htmx:timeout'].forEach((name) => document.addEventListener(name, () => done(false)));

  function done(more) {
    sending = false;
    again = false;
    if (more) mend();
  }

  document.addEventListener('change', (e) => {
    if (e.target.hasAttribute('data-mend') && e.target.form === form()) mend();
  });

  // What was put back after an answer makes no change event of its own.
  document.addEventListener('focusout', (e) => {
    const f = e.target;
    if (f.hasAttribute('data-mend') && f.form === form() && changed(f) && !(sending && sent.get(f.name) === f.value)) mend();
  });

  // ---- the next cell that needs somebody ----

  function step(from, back) {
    const all = [].slice.call(document.querySelectorAll('[data-next]'));
    const to = all[all.indexOf(from) + (back ? -1 : 1)];
    if (!to) return false;
    to.focus();
    to.select();
    return true;
  }

  document.addEventListener('keydown', (e) => {
    if (e.isComposing || !e.target.hasAttribute || !e.target.hasAttribute('data-next')) return;
    const proposed = e.target.parentNode.querySelector('[data-suggest]');
    if (e.altKey && e.key === '1' && proposed) {
      e.preventDefault();
      take(proposed);
    } else if (e.key === 'Tab' && !e.ctrlKey && !e.altKey && step(e.target, e.shiftKey)) {
      e.preventDefault();
    } else if (e.key === 'Enter') {
      e.preventDefault(); // the first button of the form is not what is meant
      if (!step(e.target, e.shiftKey)) e.target.blur();
    }
  });

  function take(button) {
    const input = button.parentNode.querySelector('input[data-mend]');
    input.value = button.dataset.suggest;
    step(input, false);
    mend();
  }

  document.addEventListener('click', (e) => {
    const button = e.target.closest('[data-suggest]');
    if (button) take(button);
  });

  // ---- a cell nothing is wrong with, on demand ----

  document.addEventListener('dblclick', (e) => {
    const cell = e.target.closest('td[data-cell]');
    if (!cell || !form()) return;
    const n = form().querySelectorAll('input[name^="cellkey."]').length + 1;
    const add = (name, value, type) => {
      const f = document.createElement('input');
      f.name = name + '.' + n;
      f.value = value;
      if (type) f.type = type;
      return f;
    };
    const input = add('cell', cell.dataset.text);
    input.setAttribute('data-mend', '');
    input.setAttribute('data-next', '');
    input.setAttribute('aria-label', '改这一格');
    input.id = 'cell-' + cell.dataset.cell.slice(2).replace('!', '-');
    cell.textContent = '';
    cell.append(add('cellkey', cell.dataset.cell, 'hidden'), add('cellwas', cell.dataset.text, 'hidden'), input);
    cell.removeAttribute('data-cell');
    input.focus();
    input.select();
  });

  // ---- how far the booking of a long ledger has come ----

  document.addEventListener('submit', (e) => {
    const f = e.target;
    if (e.defaultPrevented || f.id !== 'preview' || !e.submitter || !e.submitter.hasAttribute('formaction')) return;
    const note = document.createElement('p');
    note.className = 'cb-note cb-flash';
    note.setAttribute('role', 'status');
    note.textContent = '正在入账，请不要关闭页面…';
    document.getElementById('work').prepend(note);
    note.scrollIntoView({ block: 'nearest' });
    setInterval(() => {
      fetch(f.dataset.progress, { headers: { Accept: 'application/json' } }).then((r) => r.ok ? r.json() : null).then((p) => {
        if (p && p.stage) note.textContent = '正在' + p.stage + (p.total ? '：' + p.done + ' / ' + p.total + ' 行' : '…');
      }).catch(() => {});
    }, 700);
  });
})();
