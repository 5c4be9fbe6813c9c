package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"changbei/internal/browser"
)

// TestJourney is a keeper's first quarter of an hour in a real browser, without
// a mouse, under a host name as offices use on their network.
func TestJourney(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, err := d.uses.Accounts.Console().Link(context.Background(), "keeper")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	b, err := browser.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	at, err := url.Parse(d.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{t: t, b: b, base: "http://changbei.test:" + at.Port()}
	j.do(b.Desk())

	j.do(b.Go(j.base + "/signin/link/" + token))
	j.do(b.Wait("main button"))
	j.do(b.Press(browser.Enter)) // the button has the focus
	j.do(b.Wait(".cb-kpis"))
	j.see(".cb-me", "周建国")

	j.do(b.Go(j.base + "/receipts/new"))
	j.do(b.Wait("#reason"))
	j.focused("reason")
	j.keys("", browser.ArrowDown, browser.ArrowDown, browser.ArrowDown)
	j.keys("", browser.Tab, browser.Tab, browser.Tab) // depot and day are filled in
	j.reach("counterparty")
	j.keys("望城区慈善会", browser.Enter) // nothing else is required
	j.reach("line-1-item")
	j.line(1, "mt", "25", "A-02-01")
	j.line(2, "jsy", "40", "")
	j.do(b.Press(browser.Enter, chromedp.ModifierCtrl))
	j.do(b.Wait("a[href$='/print']"))
	j.see("main", "记账", "望城区慈善会", "A-02-01", "25", "40", "社会捐赠")
	number, err := b.Text("h1")
	j.do(err)
	if !strings.HasPrefix(number, "RK-WC01-2026-") {
		t.Errorf("number %q", number)
	}

	where, err := b.Eval("location.href")
	j.do(err)
	j.do(b.Go(where + "/print"))
	j.see("main", number, "入 库 单", "望城区慈善会", "校验码")
	pdf, err := b.PDF()
	j.do(err)
	if len(pdf) < 5000 || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Errorf("the print is %d bytes", len(pdf))
	}
	if problems := b.Problems(); len(problems) > 0 {
		t.Errorf("on the way: %s", strings.Join(problems, "\n"))
	}
}

type journey struct {
	t    *testing.T
	b    *browser.Browser
	base string
}

func (j *journey) do(err error) {
	j.t.Helper()
	if err != nil {
		where, _ := j.b.Eval("location.href + ' ' + (document.activeElement || {}).id + ' ' + document.querySelector('main').innerText.slice(0, 800)")
		j.t.Fatalf("%v\nat %s\n%v", err, where, j.b.Problems())
	}
}

// keys types a text, then presses keys.
func (j *journey) keys(text string, keys ...string) {
	j.t.Helper()
	if text != "" {
		j.do(j.b.Type(text))
	}
	for _, k := range keys {
		j.do(j.b.Press(k))
	}
}

func (j *journey) see(selector string, texts ...string) {
	j.t.Helper()
	j.do(j.b.Wait(selector))
	got, err := j.b.Text(selector)
	j.do(err)
	for _, want := range texts {
		if !strings.Contains(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
			j.t.Errorf("%s lacks %q: %.600s", selector, want, got)
		}
	}
}

func (j *journey) focused(want string) {
	j.t.Helper()
	got, err := j.b.Eval("(document.activeElement || {}).id || ''")
	j.do(err)
	if got != want {
		j.t.Fatalf("the focus is at %q, want %q", got, want)
	}
}

// reach waits until the focus is somewhere: a list answers in its own time.
func (j *journey) reach(want string) {
	j.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		got, err := j.b.Eval("(document.activeElement || {}).id || ''")
		j.do(err)
		if got == want {
			return
		}
		if time.Now().After(end) {
			j.t.Fatalf("the focus is at %q and never came to %q", got, want)
		}
	}
}

// line keys one line in, from the item's pinyin initials to the end.
func (j *journey) line(n int, initials, qty, bin string) {
	j.t.Helper()
	id := func(key string) string { return "line-" + string(rune('0'+n)) + "-" + key }
	j.keys(initials)
	j.do(j.b.Wait("#cb-pick li[role=option]"))
	j.keys("", browser.Enter)
	j.reach(id("lot_no"))
	j.keys("L-77", browser.Enter)
	j.reach(id("produced"))
	j.keys("260305", browser.Enter)
	j.reach(id("expires"))
	j.keys("", browser.Enter)
	j.reach(id("qty"))
	j.keys(qty, browser.Enter)
	j.reach(id("price"))
	j.keys("12.5", browser.Enter)
	j.reach(id("bin"))
	j.keys(bin, browser.Enter)
	j.reach(id("remark"))
	j.keys("", browser.Enter)
}

// TestListOfAnOlderText types on while the answer to the first letters is still
// on view, on a slow line: Enter must not take what answers the older text.
func TestListOfAnOlderText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, err := d.uses.Accounts.Console().Link(context.Background(), "keeper")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	b, err := browser.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	j := &journey{t: t, b: b, base: d.server.URL}
	j.do(b.Go(j.base + "/signin/link/" + token))
	j.do(b.Click("main button"))
	j.do(b.Wait(".cb-kpis"))
	j.do(b.Go(j.base + "/receipts/new"))
	j.do(b.Click("#line-1-item"))
	j.keys("m")
	j.do(b.Wait("#cb-pick li[role=option]"))
	_, err = b.Eval(`(() => { const f = window.fetch; window.fetch = (...a) => new Promise((go) => setTimeout(go, 1500)).then(() => f(...a)); return '' })()`)
	j.do(err)
	j.keys("t", browser.Enter)
	taken, err := b.Eval("document.querySelector('[name=\"line.1.item_id\"]').value")
	j.do(err)
	if taken != "" {
		t.Errorf("item %s was taken from the list of an older text", taken)
	}
}
