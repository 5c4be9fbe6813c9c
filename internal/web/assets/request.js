/*
 * The form of a request: shows what a line will ask for while its figures are
 * typed. Without this file the server computes it when the form is sent.
 * Must not write into a field: an empty 申请量 is the server's to fill.
 */
(function () {
  'use strict';
  const plain = /^\d+(\.\d{1,3})?$/;

  // thousandths reads a plain figure exactly; null for anything else.
  function thousandths(text, empty) {
    const t = text.trim();
    if (t === '') return empty;
    if (!plain.test(t)) return null;
    const parts = t.split('.');
    return Number(parts[0]) * 1000 + Number(((parts[1] || '') + '000').slice(0, 3));
  }

  function lacking(line) {
    const at = (key, empty) => thousandths(line.querySelector('[data-' + key + ']').value, empty);
    const need = at('need', null);
    const have = at('have', 0);
    const used = at('used', 0);
    if (need === null || have === null || used === null) return '';
    return String(Math.max(0, need - have - used) / 1000);
  }

  document.addEventListener('input', (e) => {
    const line = e.target.closest && e.target.closest('[data-line]');
    if (line) line.querySelector('[data-asked]').placeholder = lacking(line);
  });
})();
