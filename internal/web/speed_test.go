package web_test

import (
	"net/http"
	"strings"
	"testing"

	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

func TestHowFastIsShownPerNature(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		u := w.as(t, "planner")
		if p := u.get(t, "/speed").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "还没有") {
			t.Errorf("an empty district shows %s", p.text("main"))
		}
		w.begin(t, order.Real, "七月防汛")
		first := w.approved(t, "5", "10")
		w.pass(20)
		w.leave(t, first.Shipments[0])
		w.pass(63)
		w.sign(t, first.Shipments[0])
		w.approved(t, "1", "1")
		w.begin(t, order.Drill, w.sly)
		drill := w.approved(t, "2", "2")
		w.pass(1)
		w.leave(t, drill.Shipments[0])
		w.sign(t, drill.Shipments[0])

		u = w.as(t, "planner") // the evening was long
		p := u.get(t, "/speed").want(t, http.StatusOK)
		if n := p.Find("#figures > section").Length(); n != 2 || p.Find("#speed-real").Length() != 1 || p.Find("#speed-drill").Length() != 1 {
			t.Fatalf("%d sections: %s", n, p.text("#figures"))
		}
		if got := p.text("#speed-real .cb-nature"); !strings.Contains(got, "实战") || !strings.Contains(got, "1 / 2 车已签收") || !strings.Contains(got, "1 车还没有签收") {
			t.Errorf("the head says %s", got)
		}
		if got := p.text("#speed-real .cb-figure:nth-child(1)"); !strings.Contains(got, "1 小时 23 分") || !strings.Contains(got, "1 / 2 车") {
			t.Errorf("the whole way: %s", got)
		}
		if got := p.text("#speed-real tr.is-mark"); !strings.Contains(got, "20 分") || !strings.Contains(got, "1 小时 3 分") {
			t.Errorf("the legs: %s", got)
		}
		if p.Find("#speed-real svg .is-long").Length() != 2 || p.Find("#speed-real svg text.is-text").First().Text() != "1 小时 23 分" {
			t.Errorf("the bars: %s", p.text("#speed-real svg"))
		}
		six := p.Find("#speed-real .cb-six tbody tr")
		if six.Length() != 1 || !strings.Contains(six.Text(), "2026-07-03 20:20") || !strings.Contains(six.Text(), "周静") || six.Find("a").AttrOr("href", "") != "/loads/"+first.Shipments[0].ID.String() {
			t.Errorf("the six times: %s", oneLine(six.Text()))
		}
		if !strings.Contains(p.text("#speed-drill .cb-nature"), "演练") || !strings.Contains(p.text("#speed-drill .cb-figure"), "1 分") || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("the drill: %s", p.text("#speed-drill"))
		}
		p = u.get(t, "/speed?response="+w.begun.ID.String())
		if p.Find("#figures > section").Length() != 1 || p.Find("#speed-drill").Length() != 1 {
			t.Errorf("of the drill alone: %s", p.text("#figures"))
		}
		bad := u.get(t, "/speed?from=2026-07-09&to=2026-07-01").want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(bad.text(".cb-flash"), "早于") || bad.Find(`input[name=from]`).AttrOr("value", "") != "2026-07-09" || bad.Find(`input[name=to][aria-invalid]`).Length() != 1 {
			t.Errorf("wrong days: %s", bad.text("main"))
		}
		w.as(t, "system").get(t, "/speed").want(t, http.StatusForbidden)
	})
}
