package web_test

import (
	"context"
	"net/url"
	"regexp"
	"testing"
	"time"

	"changbei/internal/browser"
)

var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// TestBlankPaperIsOnePageASheet prints blanks of every type on both papers, and
// goes on from the number of one to its form.
func TestBlankPaperIsOnePageASheet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
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
	j.do(b.Press(browser.Enter))
	j.do(b.Wait(".cb-kpis"))
	var numbers []string
	for _, kind := range []string{"receipt", "issue", "transfer"} {
		p := printed(t, u, kind, "3")
		numbers = numbersOn(p)
		for _, paper := range []string{"", "?paper=a4"} {
			j.do(b.Go(j.base + p.URL.Path + paper))
			j.do(b.Wait(".cp-qr path"))
			pdf, err := b.PDF()
			j.do(err)
			if n := len(pdfPage.FindAll(pdf, -1)); n != 3 {
				t.Errorf("%s%s: 3 sheets are %d pages", kind, paper, n)
			}
			// What is on the paper stays on it.
			over, err := b.Eval(`String([...document.querySelectorAll('.cp-page')].filter((p) => p.scrollHeight > p.clientHeight + 1).length)`)
			j.do(err)
			if over != "0" {
				t.Errorf("%s%s: %s sheets hold more than their paper", kind, paper, over)
			}
		}
	}
	j.do(b.Go(j.base + "/blanks/" + numbers[0]))
	j.do(b.Wait("#blank_no"))
	j.focused("reason")
	if got, err := b.Eval(`document.querySelector('#blank_no').value + ' ' + location.pathname`); err != nil || got != numbers[0]+" /transfers/new" {
		t.Errorf("the number leads to %q, %v", got, err)
	}
	if problems := b.Problems(); len(problems) > 0 {
		t.Errorf("on the way: %v", problems)
	}
}
