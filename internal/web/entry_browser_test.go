package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"changbei/internal/browser"
)

// watch opens a browser for the keeper of both depots.
func (s *shop) watch(t *testing.T) *journey {
	t.Helper()
	token, err := s.uses.Accounts.Console().Link(context.Background(), "pair")
	if err != nil {
		t.Fatal(err)
	}
	return browse(t, s.server.URL, token)
}

// browse opens a browser and signs in by a link's token.
func browse(t *testing.T, base, token string) *journey {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	b, err := browser.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	j := &journey{t: t, b: b, base: base}
	j.do(b.Desk())
	j.do(b.Go(j.base + "/signin/link/" + token))
	j.do(b.Click("main button"))
	j.do(b.Wait(".cb-kpis"))
	return j
}

// eval runs a script and gives its text.
func (j *journey) eval(script string) string {
	j.t.Helper()
	got, err := j.b.Eval(script)
	j.do(err)
	return got
}

// patience is how long a page may take on a machine that runs much beside it.
const patience = time.Minute

// until waits for a script to give a text.
func (j *journey) until(script, want string) {
	j.t.Helper()
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = j.eval(script); got == want {
			return
		}
	}
	j.t.Fatalf("%s gives %q and never %q", script, got, want)
}

// open goes to a type's empty form with its head filled in.
func (j *journey) open(path string, head map[string]string) {
	j.t.Helper()
	j.do(j.b.Go(j.base + path + "/new"))
	j.do(j.b.Wait("#line-1-item"))
	for id, value := range head {
		j.eval(`(() => { const f = document.getElementById('` + id + `'); f.value = '` + value + `'; f.dispatchEvent(new Event('change', {bubbles: true})); return '' })()`)
	}
	j.eval(`document.getElementById('line-1-item').focus(), ''`)
}

func value(id string) string { return "document.getElementById('" + id + "').value" }

// post sends the form by its keys and gives the voucher's number.
func (j *journey) post() string {
	j.t.Helper()
	j.do(j.b.Press(browser.Enter, chromedp.ModifierCtrl))
	j.do(j.b.Wait("a[href$='/print']"))
	number, err := j.b.Text("h1")
	j.do(err)
	return number
}

func (j *journey) quiet() {
	j.t.Helper()
	if problems := j.b.Problems(); len(problems) > 0 {
		j.t.Errorf("on the way: %s", strings.Join(problems, "\n"))
	}
}

func TestLotsArePickedByKeyboard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.posted(t, "/receipts", s.entry(t, "/receipts", map[string]string{"reason": "本级采购"}, map[string]string{"item": s.pump.Code, "lot_no": "FD-001至FD-004"}))
	j := s.watch(t)
	t.Run("an expired lot for disposal", func(t *testing.T) {
		j.t = t
		j.open("/disposals", map[string]string{"reason": "过期失效", "depot": s.here.ID.String()})
		j.keys(s.cloth.Code, browser.Enter)
		j.reach("line-1-lot_no")
		j.keys("", browser.Enter)
		j.until(`(document.querySelector('#cb-pick li[aria-selected="true"]') || {}).innerText?.includes('OVER') + ''`, "true")
		j.see("#cb-pick", "过期", "冻结", "待检")
		j.keys("", browser.Enter)
		j.reach("line-1-qty")
		j.until(value("line-1-lot_no"), "OVER")
		j.keys("7", browser.Enter)
		if number := j.post(); !strings.HasPrefix(number, "BF-") || s.where(t, "OVER") != "" {
			t.Errorf("%s, left %q", number, s.where(t, "OVER"))
		}
	})
	t.Run("two pieces by their numbers", func(t *testing.T) {
		j.t = t
		j.open("/issues", map[string]string{"reason": "日常领用", "depot": s.here.ID.String()})
		j.keys(s.pump.Code, browser.Enter)
		j.reach("line-1-lot_no")
		for _, want := range []string{"FD-001", "FD-001、FD-002"} {
			j.do(j.b.Press(browser.ArrowDown, chromedp.ModifierAlt))
			j.do(j.b.Wait("#cb-pick li[role=option]"))
			j.keys("", browser.Enter)
			j.until(value("line-1-lot_no"), want)
		}
		j.until(`document.querySelector('tr[data-n="1"] .cb-pack').textContent`, "共 2 台")
		number := j.post()
		if got := j.eval(`[...document.querySelectorAll('.cb-table tbody td[data-l="编号"]')].map((td) => td.innerText).join(' ')`); got != "FD-001 FD-002" {
			t.Errorf("%s has %q", number, got)
		}
	})
	t.Run("a pasted batch number is looked for on the shelves", func(t *testing.T) {
		j.t = t
		j.open("/issues", map[string]string{"reason": "日常领用", "depot": s.here.ID.String()})
		j.eval(`(() => { const d = new DataTransfer(); d.setData('text/plain', '物资名称\t批号\t数量\n` + s.cloth.Name + `\tLATE\t3\n` + s.cloth.Name + `\tNONE\t1'); document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})); return '' })()`)
		j.until(value("line-1-lot_no"), "LATE")
		j.until(`document.getElementById('line-1-remark').placeholder`, "不是最早到期，请写原因")
		j.until(`(document.getElementById('line-2-lot_no-error') || {}).textContent?.includes('NONE') + ''`, "true")
		j.until(value("line-2-lot_no"), "NONE")
		j.eval(dies)
	})
	t.Run("packs are counted in the item's unit", func(t *testing.T) {
		j.t = t
		j.open("/receipts", map[string]string{"reason": "本级采购", "depot": s.here.ID.String()})
		j.keys(s.water.Code, browser.Enter)
		j.reach("line-1-lot_no")
		j.until(`document.querySelector('tr[data-n="1"] .cb-pack').textContent`, "1箱=24瓶")
		j.eval(`document.getElementById('line-1-qty').focus(), ''`)
		j.keys("5箱3瓶", browser.Enter)
		j.keys("2", browser.Enter)
		j.until(`document.querySelector('tr[data-n="1"] .cb-pack').textContent`, "= 123 瓶")
		j.until(`document.querySelector('tr[data-n="1"] td[data-k="amount"]').textContent`, "246.00")
		j.until(`document.querySelector('[data-total="units"]').textContent`, "瓶 123")
		j.post()
	})
	j.t = t
	j.quiet()
}

// dies leaves a page as a browser that is killed does: nothing is asked.
const dies = `(() => { const p = BeforeUnloadEvent.prototype; p.preventDefault = () => {}; Object.defineProperty(p, 'returnValue', {set() {}}); return '' })()`

const keptEntries = `String(Object.keys(localStorage).filter((k) => k.startsWith('cb-entry:')).length)`

func TestWhatWasTypedOutlivesTheBrowser(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	j := s.watch(t)
	fill := func(t *testing.T) {
		j.t = t
		j.open("/receipts", map[string]string{"reason": "本级采购", "depot": s.here.ID.String(), "counterparty": "湘安<b>厂"})
		j.keys(s.cloth.Code, browser.Enter)
		j.reach("line-1-lot_no")
		j.keys("L-9", browser.Enter)
		j.eval(`document.getElementById('line-1-qty').focus(), ''`)
		j.keys("12", browser.Enter)
		j.until(`String(Object.values(localStorage).some((v) => v.includes('"qty":"12"')))`, "true")
	}
	offered := `String(!document.querySelector('[data-kept]').hidden)`
	t.Run("it is offered again, restored, posted and forgotten", func(t *testing.T) {
		fill(t)
		j.eval(dies)
		j.do(j.b.Go(j.base + "/receipts/new"))
		j.until(offered, "true")
		j.see("[data-kept]", "1 行", "没有保存")
		j.do(j.b.Click(`[data-act="restore"]`))
		j.until(value("line-1-qty"), "12")
		j.until(value("counterparty"), "湘安<b>厂")
		if lot, item := j.eval(value("line-1-lot_no")), j.eval(`document.querySelector('[name="line.1.item_id"]').value`); lot != "L-9" || item != s.cloth.ID.String() {
			t.Errorf("lot %q, item %q", lot, item)
		}
		j.eval(`document.getElementById('line-1-qty').focus(), ''`)
		if number := j.post(); !strings.HasPrefix(number, "RK-") {
			t.Errorf("posted %q", number)
		}
		j.until(keptEntries, "0")
		j.do(j.b.Go(j.base + "/receipts/new"))
		time.Sleep(500 * time.Millisecond)
		if j.eval(offered) != "false" {
			t.Error("what was posted is offered again")
		}
	})
	t.Run("posted while the answer was lost, it is not booked twice", func(t *testing.T) {
		fill(t)
		before := vouchers(t, s.u, "type=receipt&from=2026-11-25")
		// The form goes out as a press of the button sends it, and no answer comes.
		j.eval(`(() => { const f = document.getElementById('entry'); const d = new URLSearchParams(new FormData(f)); d.set('act', 'post');
			fetch(f.action, {method: 'POST', body: d, redirect: 'manual'}); f.dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true})); return '' })()`)
		j.eval(dies)
		for end := time.Now().Add(patience); vouchers(t, s.u, "type=receipt&from=2026-11-25") == before && time.Now().Before(end); {
			time.Sleep(50 * time.Millisecond)
		}
		j.do(j.b.Go(j.base + "/receipts/new"))
		j.until(offered, "true")
		j.see("[data-kept]", "没有收到答复")
		j.do(j.b.Click(`[data-act="restore"]`))
		j.until(value("line-1-qty"), "12")
		j.eval(`document.getElementById('line-1-qty').focus(), ''`)
		j.post()
		if after := vouchers(t, s.u, "type=receipt&from=2026-11-25"); after != before+1 {
			t.Errorf("%d vouchers more, want 1", after-before)
		}
		j.until(keptEntries, "0")
	})
	t.Run("a saved draft, and a wish, are forgotten", func(t *testing.T) {
		fill(t)
		j.do(j.b.Click(`[name="act"][value="draft"]`))
		j.do(j.b.Wait(`form[action$="/discard"]`))
		j.until(keptEntries, "0")
		fill(t)
		j.eval(dies)
		j.do(j.b.Go(j.base + "/receipts/new"))
		j.until(offered, "true")
		j.do(j.b.Click(`[data-act="forget"]`))
		j.until(keptEntries, "0")
	})
	t.Run("nothing is left for the next person after signing out", func(t *testing.T) {
		fill(t)
		j.eval(dies)
		j.do(j.b.Click(`.cb-me form button`))
		j.do(j.b.Wait("#login"))
		if n := j.eval(keptEntries); n != "0" {
			t.Errorf("%s entries are left", n)
		}
	})
	j.t = t
	j.quiet()
}
