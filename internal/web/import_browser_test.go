package web_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"changbei/internal/browser"
)

// watch opens a browser for somebody of the demo district.
func (d *desk) watch(t *testing.T, login string) *journey {
	t.Helper()
	token, err := d.uses.Accounts.Console().Link(context.Background(), login)
	if err != nil {
		t.Fatal(err)
	}
	return browse(t, d.server.URL, token)
}

const messy = "石门坎社区应急物资清单\n截止日期：2026年10月31日\n序号,物资名称,规格型号,单位,数量,生产日期\n" +
	"1,铁锹,,把,约200,2024-05-01\n2,铁锹,,把,若干,2024-05-01\n3,铁锹,,把,10,2024-13-01\n4,铁锹,,把,12,2024-05-02\n"

func count(selector string) string {
	return "String(document.querySelectorAll('" + selector + "').length)"
}

func TestCellsAreMendedInPlace(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	path := filepath.Join(t.TempDir(), "清单.csv")
	if err := os.WriteFile(path, []byte(messy), 0o600); err != nil {
		t.Fatal(err)
	}
	depot := emptyDepot(t, d.as(t, "planner"))
	j := d.watch(t, "planner")
	j.do(j.b.Go(j.base + "/imports/new"))
	j.do(j.b.Files("#file", path))
	j.do(j.b.Click("#upload button.is-primary"))
	j.do(j.b.Wait("#preview"))
	j.until(count(".cb-import td.is-bad .cb-mend input"), "2")
	j.until(count(".cb-import td.is-warn [data-suggest]"), "1")
	// The suggestion is one key away, and Tab leads to the next problem.
	j.eval(`document.querySelector('[data-next]').focus(), ''`)
	j.do(j.b.Press("1", chromedp.ModifierAlt))
	j.until(`document.activeElement.value`, "若干")
	j.until(count(".cb-import td.is-mended"), "1")
	j.do(j.b.Type("35"))
	j.do(j.b.Type(browser.Tab))
	j.until(count(".cb-import td.is-mended"), "2")
	j.until(`document.activeElement.value`, "2024-13-01")
	j.do(j.b.Type("2024-12-01"))
	j.do(j.b.Type(browser.Enter))
	j.until(count(".cb-import td.is-bad .cb-mend input"), "0")
	j.until(`document.querySelector('.cb-chip.is-ok b').textContent`, "4")
	// A cell nothing is wrong with opens on a double click.
	j.eval(`document.querySelector('td[data-cell="k:!E7"]').dispatchEvent(new MouseEvent('dblclick', {bubbles: true})), ''`)
	j.eval(`(() => { const f = document.activeElement; f.value = '13'; f.dispatchEvent(new Event('change', {bubbles: true})); return '' })()`)
	j.until(count(".cb-import td.is-mended"), "4")
	j.eval(`(() => { const f = document.querySelector('select[name="depot.1"]'); f.value = '` + depot + `'; return '' })()`)
	j.do(j.b.Click("#mapping button[value=save]"))
	j.until(count("#blocked"), "0")
	j.eval(`window.confirm = () => true, ''`)
	j.do(j.b.Click(".cb-foot button[value=all]"))
	j.do(j.b.Wait("#vouchers"))
	j.until(`document.querySelector('#vouchers tbody .cb-num').textContent`, "4")
	j.quiet()
}

// Whoever types on while an answer comes in loses nothing: not what was typed
// just before it replaced the fields, nor just after.
func TestTypingOnWhileAnAnswerComesIn(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	path := filepath.Join(t.TempDir(), "清单.csv")
	if err := os.WriteFile(path, []byte(messy), 0o600); err != nil {
		t.Fatal(err)
	}
	j := d.watch(t, "planner")
	j.do(j.b.Go(j.base + "/imports/new"))
	j.do(j.b.Files("#file", path))
	j.do(j.b.Click("#upload button.is-primary"))
	j.do(j.b.Wait("#preview"))
	mends := func() string { return count(".cb-import td.is-mended") }
	// The second cell is typed into between the swap and its settling.
	j.eval(`document.addEventListener('htmx:afterSwap', () => {
		const f = document.querySelectorAll('[data-next]')[1];
		f.focus(); f.value = '35'; f.dispatchEvent(new Event('change', {bubbles: true}));
	}, {once: true}), ''`)
	j.eval(`document.querySelector('[data-suggest]').click(), ''`)
	j.until(mends(), "2")
	// The third is typed into right before the swap and left after it.
	j.eval(`document.addEventListener('htmx:beforeSwap', () => {
		const f = document.querySelectorAll('[data-next]')[2];
		window.third = f.id; f.focus(); f.value = '2024-12-01';
	}, {once: true, capture: true}), ''`)
	j.eval(`(() => { const f = document.querySelectorAll('[data-next]')[1]; f.value = '36'; f.dispatchEvent(new Event('change', {bubbles: true})); return '' })()`)
	j.until(`document.activeElement.id === window.third ? document.activeElement.value : ""`, "2024-12-01")
	j.eval(`setTimeout(() => document.activeElement.blur(), 200), ''`)
	j.until(mends(), "3")
	j.quiet()
}

// An answer leaves the cell one stands in as it was: a text typed over it takes
// its place. Nothing is sent that was not changed.
func TestAnAnswerLeavesTheMarkedCellMarked(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	path := filepath.Join(t.TempDir(), "清单.csv")
	if err := os.WriteFile(path, []byte(messy), 0o600); err != nil {
		t.Fatal(err)
	}
	j := d.watch(t, "planner")
	j.do(j.b.Go(j.base + "/imports/new"))
	j.do(j.b.Files("#file", path))
	j.do(j.b.Click("#upload button.is-primary"))
	j.do(j.b.Wait("#preview"))
	j.eval(`window.seen = {mend: 0, settled: 0};
		document.addEventListener('cb:mend', () => seen.mend++, true);
		document.addEventListener('htmx:afterSettle', () => setTimeout(() => seen.settled++, 50)), ''`)
	j.eval(`document.querySelector('[data-next]').focus(), ''`)
	j.do(j.b.Press("1", chromedp.ModifierAlt))
	j.until(`String(seen.settled)`, "1")
	j.do(j.b.Type("35")) // over 若干, which the key had marked
	j.do(j.b.Type(browser.Tab))
	j.until(`String(seen.settled)`, "2")
	j.until(count(".cb-import td.is-mended"), "2")
	if got := j.eval(`String(seen.mend)`); got != "2" {
		t.Errorf("%s times something was sent, two cells were changed", got)
	}
	j.until(`document.activeElement.value + document.activeElement.selectionStart + '-' + document.activeElement.selectionEnd`, "2024-13-010-10")
	j.quiet()
}
