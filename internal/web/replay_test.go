package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

func TestAReplayPageShowsAMinute(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		late, _ := w.busy(t)
		w.sign(t, w.order(t, late.ID).Shipments[0])
		w.pass(1)
		w.clock.advance(30 * time.Second) // within a minute
		if _, err := w.dis.ChangeResponse(w.ctx, w.actors["leader"], dispatching.ChangeInput{ResponseID: w.begun.ID, Act: order.Levelled, Level: 2, Note: w.sly}); err != nil {
			t.Fatal(err)
		}
		w.pass(10)
		self := "/responses/" + w.begun.ID.String() + "/replay"
		u := w.as(t, "audit")
		at := func(clock string) *page {
			t.Helper()
			p := u.get(t, self+"?at=2026-07-03T"+clock).want(t, http.StatusOK)
			if strings.Contains(p.Body, "<script>alert") {
				t.Fatal("a name is not escaped")
			}
			return p
		}
		for _, c := range []struct{ at, level, loads, goods, stock string }{
			{"20:00", "Ⅲ级", "在途", "救灾帐篷 12㎡顶50000", "救灾帐篷 12㎡顶9593"},
			{"20:05", "Ⅲ级", "在途", "救灾帐篷 12㎡顶70000", "救灾帐篷 12㎡顶9393"},
			{"20:30", "Ⅲ级", "已签收", "救灾帐篷 12㎡顶25050", "救灾帐篷 12㎡顶9393"},
			{"20:31", "Ⅱ级", "已签收", "救灾帐篷 12㎡顶25050", "救灾帐篷 12㎡顶9393"},
		} {
			p := at(c.at)
			if !strings.Contains(p.text("#replay-at"), "2026-07-03 "+c.at) || !strings.Contains(p.text(".cb-strip section:first-child"), c.level) || !strings.Contains(oneLine(p.Find("#replay-loads tbody tr").First().Text()), c.loads) ||
				!strings.Contains(p.text("#replay-goods tbody tr:first-child"), c.goods) || !strings.Contains(p.text("#replay-stock tbody tr:first-child"), c.stock) {
				t.Errorf("%s: %s | %s | %s | %s", c.at, p.text(".cb-strip"), p.text("#replay-loads"), p.text("#replay-goods"), p.text("#replay-stock"))
			}
		}
		first := at("20:00")
		slider := first.Find("#replay-m")
		if slider.AttrOr("min", "") != fmt.Sprint(evening.Unix()/60) || slider.AttrOr("max", "") != fmt.Sprint(evening.Unix()/60+41) || slider.AttrOr("value", "") != slider.AttrOr("min", "-") || slider.Closest("form").AttrOr("method", "") != "get" {
			t.Errorf("the slider goes from %s to %s", slider.AttrOr("min", ""), slider.AttrOr("max", ""))
		}
		if first.Find("#replay-prev").Length() != 0 || first.Find("#replay-ticks li.is-here").Length() != 1 || first.Find("#replay-ticks li.is-later").Length() == 0 {
			t.Errorf("the first minute: %s", first.text("#replay-ticks"))
		}
		next := u.get(t, first.Find("#replay-next").AttrOr("href", "")).want(t, http.StatusOK)
		if !strings.Contains(next.text("#replay-at"), "2026-07-03 20:05") || !strings.Contains(next.text("#replay-ticks .is-here"), "ZL-2026-000004 拟制") {
			t.Errorf("the next event: %s, %s", next.text("#replay-at"), next.text("#replay-ticks .is-here"))
		}
		if back := u.get(t, next.Find("#replay-prev").AttrOr("href", "")); !strings.Contains(back.text("#replay-at"), "2026-07-03 20:00") {
			t.Errorf("and back: %s", back.text("#replay-at"))
		}
		end := u.get(t, self).want(t, http.StatusOK)
		if !strings.Contains(end.text("#replay-at"), "2026-07-03 20:41") || end.Find("#replay-next").Length() != 0 || end.Find("#replay-line .is-l2, #replay-line .is-l3").Length() != 2 {
			t.Errorf("the end: %s", end.text("#replay-at"))
		}
		for _, part := range []string{"启动：Ⅲ级", "启用先调后补", "第 1 车出发，送往高塘岭中学安置点", "电话批准", "签收（手机签收）", "调整级别：Ⅱ级"} {
			if !strings.Contains(end.text("#replay-ticks"), part) {
				t.Errorf("the ticks lack %q: %s", part, end.text("#replay-ticks"))
			}
		}
		if far := u.get(t, self+"?m=99999999").want(t, http.StatusOK); !strings.Contains(far.text("#replay-at"), "20:41") {
			t.Errorf("past the end: %s", far.text("#replay-at"))
		}
		bad := u.get(t, self+"?at=%3Cscript%3Ealert(1)%3C/script%3E").want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(bad.text(".cb-flash.is-bad"), "看不懂") || strings.Contains(bad.Body, "<script>alert") {
			t.Errorf("a wrong time: %s", bad.text("main"))
		}
		w.as(t, "system").get(t, self).want(t, http.StatusForbidden)
	})
}

// TestAReplayIsWalkedByKeyboard moves the slider with the arrow keys: the page
// follows, the slider keeps the focus, and the address can be passed on.
func TestAReplayIsWalkedByKeyboard(t *testing.T) {
	t.Parallel()
	w := newWard(t, storetest.SQLite())
	w.busy(t)
	token, err := w.uses.Accounts.Console().Link(t.Context(), "leader")
	if err != nil {
		t.Fatal(err)
	}
	j := browse(t, w.server.URL, token)
	j.do(j.b.Go(j.base + "/responses/" + w.begun.ID.String() + "/replay?at=2026-07-03T20:03"))
	j.do(j.b.Wait("#replay-m"))
	j.see("#replay-loads", "1 车")
	j.eval(`document.getElementById('replay-m').focus(), ''`)
	j.keys("", kb.ArrowRight, kb.ArrowRight)
	j.until(`document.querySelector('#replay-at b').textContent`, "2026-07-03 20:05")
	j.see("#replay-loads", "3 车")
	j.until(`document.activeElement.id`, "replay-m")
	j.until(`String(location.search === '?m=' + document.getElementById('replay-m').value)`, "true")
	j.do(j.b.Phone())
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	j.quiet()
}
