package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"changbei/internal/browser"
	"changbei/internal/order"
)

// handOver gives the browser to somebody else, on a phone.
func (j *journey) handOver(d *desk, login string) {
	j.t.Helper()
	j.eval(`document.querySelector('form[action="/signout"]').submit(), ''`)
	j.do(j.b.Wait("#login"))
	token, err := d.uses.Accounts.Console().Link(context.Background(), login)
	j.do(err)
	j.do(j.b.Go(j.base + "/signin/link/" + token))
	j.do(j.b.Click("main button"))
	j.do(j.b.Wait("main h1"))
}

// fits fails when a page has to be pushed sideways, or something to be touched
// is smaller than a thumb.
func (j *journey) fits(touched string) {
	j.t.Helper()
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	small := j.eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 38).map((e) => e.outerHTML.slice(0, 120)).join('\n')`, touched))
	if small != "" {
		j.t.Errorf("too small for a thumb:\n%s", small)
	}
}

// seen reports whether something lies on the screen, above what is fixed to its
// lower edge, without scrolling.
const seen = `(s) => { const r = document.querySelector(s).getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.height > 0 }`

// TestPhoneOrderJourney lets goods leave on a phone call, has them signed for
// with damage and a gap by the code on the paper, and makes the papers up: all
// on a phone.
func TestPhoneOrderJourney(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	j := r.watch(t, "keeper")
	j.do(j.b.Phone())
	j.eval(`window.confirm = () => true, ''`)
	j.do(j.b.Go(j.base + "/dispatch"))
	j.do(j.b.Click(`main a[href="/word/new"]`))
	j.do(j.b.Wait("#word"))
	j.eval(`window.confirm = () => true, ''`)
	j.fits("#word .cb-btn, #word input, #word select, .cb-stepper button")
	j.until(`String(document.querySelectorAll('#takes > li:not([hidden])').length <= 6)`, "true")
	qty := "#qty-" + r.first.ID.String()
	j.do(j.b.Click("[data-narrow]"))
	j.keys(strings.ToLower(r.first.Code))
	j.until(`String([...document.querySelectorAll('#takes > li:not([hidden])')].map((li) => li.querySelector('input').id))`, strings.TrimPrefix(qty, "#"))
	for range 3 {
		j.do(j.b.Click(fmt.Sprintf(`[data-step="1"][data-for="qty-%s"]`, r.first.ID)))
	}
	j.until(`document.querySelector('`+qty+`').value + ' ' + document.querySelector('[data-kinds]').textContent`, "3 1")
	j.do(j.b.Click(qty))
	j.keys("0") // thirty
	j.eval(`document.querySelector('#desk').value = '` + r.gtl.ID.String() + `', ''`)
	j.do(j.b.Click("#place"))
	j.keys("高塘岭中学安置点")
	j.do(j.b.Click("#word_of"))
	j.keys("贺志远")
	j.do(j.b.Click(".cb-decide .is-primary"))
	j.do(j.b.Wait("#papers"))
	j.fits("main .cb-btn, #papers input")
	j.see("#papers", "书面调拨指令", "领导补签", "接收回执", "剩 48 小时")
	j.see("#times", "贺志远（电话）")
	at := j.eval("location.pathname")
	o := r.lastOrder(t)
	if at != orderPath(o) || !o.ByWord || o.Shipments[0].Status != order.Left {
		t.Fatalf("at %s: %+v", at, o)
	}

	j.handOver(r.desk, "street")
	j.do(j.b.Go(j.base + "/sign/" + o.Shipments[0].Token)) // the code on the paper
	j.do(j.b.Wait("#sign"))
	j.fits("#sign .cb-btn, #sign input:not([type=radio])")
	line := o.Shipments[0].Lines[0].ID.String()
	j.do(j.b.Click("#damaged-" + line))
	j.keys("1")
	j.do(j.b.Click("#missing-" + line))
	j.keys("1")
	j.until(`document.querySelector('#good-`+line+`').value`, "28")
	j.do(j.b.Click("#sign-remark"))
	j.keys("一件破了")
	j.do(j.b.Click("#sign .is-primary"))
	j.do(j.b.Wait("#receipts"))
	j.see("#receipts", "完好 28 损坏 1 缺少 1", "扫码签收", "一件破了")
	j.see(".cb-head", "有缺少待查明")

	j.handOver(r.desk, "leader")
	j.do(j.b.Go(j.base + "/dispatch"))
	j.do(j.b.Click("#papers li a"))
	j.do(j.b.Wait("#times"))
	j.do(j.b.Click(`#papers form:has(input[value="second"]) .cb-btn`))
	j.do(j.b.Wait(".cb-flash.is-ok"))
	j.until(count("#papers .cb-tag.is-ok"), "2")
	j.do(j.b.Click(`#papers form:has(input[value="written"]) input[name="document_no"]`))
	j.keys("望应急调〔2026〕8号")
	j.do(j.b.Click(`#papers form:has(input[value="written"]) .cb-btn`))
	j.until(count("#papers .cb-tag.is-ok"), "3")
	j.see(".cb-slip", "在途 1 · 收到完好 28 · 损坏 1")
	j.settles(r, loadPath(o, 0), line)
	r.mustCheck(t)
}

// settles ends the response on a phone, is told what it still owes, accounts for
// every piece and settles it.
func (j *journey) settles(r *relief, load, line string) {
	j.t.Helper()
	response := j.base + "/responses/" + r.response.ID.String()
	act := func(which, button string) {
		j.t.Helper()
		j.do(j.b.Go(response))
		j.do(j.b.Wait("#act"))
		j.eval(`window.confirm = () => true, ''`)
		j.do(j.b.Click(`#act form:has(input[value="` + which + `"]) ` + button))
	}
	account := func(stage, fate, qty string) {
		j.t.Helper()
		j.do(j.b.Go(j.base + load))
		j.do(j.b.Wait("#clear-" + stage))
		j.eval(`window.confirm = () => true, ''`)
		j.eval(fmt.Sprintf(`(() => { const f = document.querySelector('#clear-%[1]s'); f.open = true; f.querySelector('[value="%[2]s"]').checked = true;
			document.querySelector('#%[1]s-qty-%[3]s').value = '%[4]s'; document.querySelector('#%[1]s-note').value = '清账'; return '' })()`, stage, fate, line, qty))
		j.do(j.b.Click("#clear-" + stage + " .is-primary"))
		j.do(j.b.Wait(".cb-flash.is-ok"))
	}
	j.quiet()
	act("end", ".is-danger")
	j.do(j.b.Wait(`#act form:has(input[value="settle"])`))
	act("settle", ".is-primary")
	j.do(j.b.Wait(".cb-flash.is-bad"))
	j.see(".cb-flash.is-bad", "还不能清账", "1 行物资还在途中", "1 行物资还在街镇手里")
	if p := j.b.Problems(); len(p) != 1 || !strings.Contains(p[0], "409") { // the refusal itself
		j.t.Errorf("on the way: %v", p)
	}
	j.handOver(r.desk, "keeper")
	account("road", "road-lost", "1")
	account("field", "used", "20")
	account("field", "returned", "8")
	j.do(j.b.Go(j.base + load))
	j.see("main", "这一车没有要办的了")
	j.handOver(r.desk, "leader")
	act("settle", ".is-primary")
	j.do(j.b.Wait(".cb-flash.is-ok"))
	j.see("main", "已清账")
	if p := j.b.Problems(); len(p) != 1 {
		j.t.Errorf("on the way: %v", p)
	}
}

// lastOrder is the newest order there is.
func (r *relief) lastOrder(t testing.TB) order.Order {
	t.Helper()
	list, err := r.uses.Dispatching.Desk(context.Background(), r.actor(t, "planner"))
	if err != nil || len(list.Orders) == 0 {
		t.Fatal("no order", err)
	}
	return list.Orders[0]
}

// TestOrderIsDrawnUpByKeyboardAndApprovedOnAPhone keys an order without a mouse
// and lets the leader decide without scrolling.
func TestOrderIsDrawnUpByKeyboardAndApprovedOnAPhone(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	j := r.watch(t, "planner")
	j.do(j.b.Go(j.base + "/orders/new"))
	j.do(j.b.Wait("#line-1-item"))
	j.eval(`document.querySelector('#target-1-desk').focus(), ''`)
	j.eval(`document.querySelector('#target-1-desk').value = '` + r.gtl.ID.String() + `', ''`)
	j.keys("", browser.Tab)
	j.keys("高塘岭中学安置点")
	for n, it := range []struct{ code, qty, name string }{{r.first.Code, "5", r.first.Name}, {r.second.Code, "3", r.second.Name}} {
		id := fmt.Sprintf("line-%d-", n+1)
		j.eval(`document.querySelector('#` + id + `item').focus(), ''`)
		j.keys(it.code)
		j.do(j.b.Wait("#cb-pick li[role=option]"))
		j.keys("", browser.Enter)
		j.reach(id + "qty")
		j.until(value(id+"item"), it.name)
		j.keys(it.qty, browser.Enter)
		j.reach(id + "depot")
		j.until(`String([...document.querySelectorAll('#`+id+`depot optgroup')].map((g) => g.label)[0])`, "有货")
		j.until(`String(document.querySelector('#`+id+`depot option[value="`+r.center.ID.String()+`"]').textContent.includes('可调'))`, "true")
		j.eval(`document.querySelector('#` + id + `depot').value = '` + r.center.ID.String() + `', ''`)
		j.keys("", browser.Enter)
		j.reach(fmt.Sprintf("line-%d-item", n+2))
	}
	j.do(j.b.Click(".cb-foot .is-primary"))
	j.do(j.b.Wait(".cb-slip"))
	j.see(".cb-flash", "已拟制 ZL-2026-000001")
	at := j.eval("location.pathname")

	j.do(j.b.Phone())
	j.handOver(r.desk, "leader")
	j.do(j.b.Go(j.base + at))
	j.do(j.b.Wait(".cb-decide"))
	j.fits("main .cb-btn, summary")
	for _, s := range []string{"h1", ".cb-slipcard header", ".cb-slip li:last-child", ".cb-decide button"} {
		if got := j.eval(`String((` + seen + `)('` + s + `'))`); got != "true" {
			t.Errorf("%s is not seen without scrolling", s)
		}
	}
	if got := j.eval(`String(document.querySelector('.cb-slip li:last-child').getBoundingClientRect().bottom <= document.querySelector('.cb-decide').getBoundingClientRect().top)`); got != "true" {
		t.Error("the buttons lie over what is to be approved")
	}
	j.see(".cb-slip", "批准后剩")
	j.do(j.b.Click(`.cb-decide a`))
	j.do(j.b.Wait("#decision"))
	j.do(j.b.Click(`#refuse .cb-acts a`))
	j.eval(`window.confirm = () => true, ''`)
	j.do(j.b.Click(`.cb-decide button`))
	j.do(j.b.Wait(".cb-load"))
	j.see(".cb-head", "执行中", "1 车待备货")
	j.quiet()
}
