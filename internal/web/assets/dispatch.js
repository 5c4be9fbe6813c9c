/*
 * What helps fingers on the pages of orders and loads: steps of one, a list
 * narrowed by a few letters, good = there was − damaged − missing, and on the
 * form of an order the list of items and which depots can send one.
 *
 * Every form works without it; the server is the judge. Must not send anything
 * by itself, save for the choice of depot that only opens another page.
 */
(function () {
  'use strict';
  const cb = window.cb;

  // ---- steps of one ----

  function change(field) {
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  document.addEventListener('click', (e) => {
    const button = e.target.closest('[data-step]');
    const field = button && document.getElementById(button.dataset.for);
    if (!field) return;
    const now = field.value.trim() === '' ? 0 : Number(field.value);
    if (Number.isNaN(now)) return; // packs, which a step cannot count
    const next = Math.max(0, now + Number(button.dataset.step));
    field.value = next === 0 ? '' : String(next);
    change(field);
  });

  // ---- how many kinds are chosen ----

  function kinds() {
    const shown = document.querySelector('[data-kinds]');
    if (!shown) return;
    let n = 0;
    document.querySelectorAll('[data-kind]').forEach((f) => {
      const chosen = f.value.trim() !== '' && f.value.trim() !== '0';
      f.closest('li').classList.toggle('has-qty', chosen);
      if (chosen) n++;
    });
    shown.textContent = n;
  }

  // ---- a list narrowed by a few letters; what is chosen stays on view ----

  const FEW = 6; // goods shown before somebody asks for more: what comes next stays near

  const search = document.querySelector('[data-narrow]');
  const allGoods = document.querySelector('[data-all-goods]');
  let few = true;

  function narrow() {
    const word = search.value.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
    let shown = 0;
    let left = 0;
    document.querySelectorAll(search.dataset.narrow + ' > li').forEach((li) => {
      const typed = li.querySelector('input').value.trim() !== '';
      const fits = word === '' || li.dataset.find.indexOf(word) >= 0;
      const room = word !== '' || !few || shown < FEW;
      li.hidden = !typed && !(fits && room);
      if (!typed && fits) {
        if (room) shown++;
        else left++;
      }
    });
    allGoods.hidden = left === 0;
  }

  if (search) {
    search.hidden = false;
    search.addEventListener('input', narrow);
    search.addEventListener('keydown', (e) => { if (e.key === 'Enter') e.preventDefault(); });
    allGoods.querySelector('button').addEventListener('click', () => {
      few = false;
      narrow();
    });
    narrow();
  }

  // ---- good is what is neither damaged nor missing ----

  function share(li) {
    const rest = li.querySelector('[data-rest]');
    const parts = [].map.call(li.querySelectorAll('[data-part]'), (f) => (f.value.trim() === '' ? 0 : Number(f.value)));
    const left = Number(li.dataset.share) - parts.reduce((a, b) => a + b, 0);
    if (Number.isNaN(left) || left < 0) return; // said in words by the server
    rest.value = String(Math.round(left * 1000) / 1000);
  }

  document.addEventListener('input', (e) => {
    if (e.target.matches('[data-kind]')) kinds();
    if (e.target.matches('[data-part]')) share(e.target.closest('[data-share]'));
  });

  // ---- another response or depot is another page ----

  document.querySelectorAll('form[data-choose]').forEach((form) => {
    form.querySelectorAll('[data-noscript]').forEach((b) => { b.parentNode.hidden = true; });
    form.addEventListener('change', () => {
      if ([].every.call(form.querySelectorAll('select'), (f) => f.value)) form.submit();
    });
  });

  kinds();

  // ---- lines of an order ----

  const form = document.querySelector('form[data-lines]');
  if (!form || !cb.pick) return;
  const row = cb.row;
  const body = form.querySelector('.cb-ordergrid').tBodies[0];
  const fields = (tr) => [].filter.call(tr.querySelectorAll('input, select'), (f) => f.type !== 'hidden' && f.getClientRects().length);

  function makeCurrent(tr) {
    [].forEach.call(body.rows, (other) => other.classList.toggle('is-current', other === tr));
  }

  // go makes the row current first: a phone hides blank rows that are not.
  function go(field) {
    makeCurrent(field.closest('tr'));
    field.focus();
    if (field.select) field.select();
  }

  function step(tr, field) {
    const list = fields(tr);
    const next = list[list.indexOf(field) + 1];
    if (next) go(next);
    else if (tr.nextElementSibling) go(row.input(tr.nextElementSibling, 'item'));
  }

  const grid = {
    form, body,
    depot: () => '',
    rows: () => [].slice.call(body.rows),
    step: (tr, k) => step(tr, row.input(tr, k)),
    changed,
  };

  function changed(tr, k) {
    row.paint(tr);
    if (k === 'item') offer(tr);
  }

  // offer asks which depots can send the row's item and marks them.
  function offer(tr) {
    const item = row.hidden(tr, 'item_id');
    const select = tr.querySelector('td[data-k="depot"] select');
    if (!select || !item || tr.dataset.offered === item) return; // a needs list names no depot
    tr.dataset.offered = item;
    cb.pick.get(form.dataset.free + '?item=' + encodeURIComponent(item)).then((list) => {
      if (row.hidden(tr, 'item_id') !== item) return;
      const chosen = select.value;
      select.querySelectorAll('optgroup').forEach((g) => g.remove());
      [['有货', list.filter((d) => d.free)], ['没有可调的', list.filter((d) => !d.free)]].forEach((pair) => {
        if (!pair[1].length) return;
        const group = document.createElement('optgroup');
        group.label = pair[0];
        pair[1].forEach((d) => {
          const option = document.createElement('option');
          option.value = d.id;
          option.textContent = d.name;
          group.append(option);
        });
        select.append(group);
      });
      select.value = chosen;
    }, () => {}); // without the figures the depots are still there
  }

  body.addEventListener('focusin', (e) => makeCurrent(e.target.closest('tr')));
  body.addEventListener('input', (e) => {
    const td = e.target.closest('td[data-k]');
    if (!td) return;
    const tr = td.closest('tr');
    row.heal(tr, td.dataset.k);
    if (td.dataset.k === 'item') {
      row.forgetItem(tr);
      tr.dataset.offered = '';
    }
    row.paint(tr);
  });
  body.addEventListener('keydown', (e) => {
    const td = e.target.closest('td[data-k]');
    if (!td || e.isComposing || e.keyCode === 229) return;
    if (cb.list.press(e)) {
      e.preventDefault();
      return;
    }
    if (e.key === 'Escape' && cb.pick.dismiss(e.target)) e.preventDefault();
    if (e.key !== 'Enter' || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    if (td.dataset.k !== 'item' || !cb.pick.enter(td.closest('tr'))) step(td.closest('tr'), e.target);
  });
  // Enter in the head goes on to the next field and never sends the form.
  form.addEventListener('keypress', (e) => {
    if (e.key === 'Enter' && e.target.tagName !== 'BUTTON' && e.target.tagName !== 'TEXTAREA') e.preventDefault();
  });

  // A blank row that a phone hides is there already: no need to ask for more.
  const more = form.querySelector('[data-more]');
  if (more) {
    more.addEventListener('click', (e) => {
      const blank = [].find.call(body.rows, (tr) => row.blank(tr) && !row.input(tr, 'item').getClientRects().length);
      if (!blank) return;
      e.preventDefault();
      makeCurrent(blank);
      row.input(blank, 'item').focus();
    });
  }

  grid.rows().forEach((tr) => row.adopt(tr));
  cb.pick.start(grid);
})();
