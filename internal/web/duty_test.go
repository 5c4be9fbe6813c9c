package web_test

import (
	"net/http"
	"strings"
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/store/storetest"
)

// busy is a response with a load that is late, one whose way nobody knows, one
// that waits, a proposal and a request.
func (w *ward) busy(t testing.TB) (late, called order.Order) {
	t.Helper()
	w.begin(t, order.Real, "七月防汛"+w.sly)
	late = w.approved(t, "5", "10")
	w.leave(t, late.Shipments[0])
	w.pass(5)
	called = w.byWord(t, "2")
	w.approved(t, "1", "1")
	if _, err := w.dis.Propose(w.ctx, w.actors["planner"], dispatching.OrderInput{ClientKey: inventory.NewKey(), ResponseID: w.begun.ID,
		Targets: []dispatching.TargetInput{{DeskID: w.gtl.ID, Name: "胜利村" + w.sly}}, Lines: []dispatching.LineInput{{DepotID: w.depot.ID, ItemID: w.tent.ID, Qty: "1"}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.dis.SendRequest(w.ctx, w.actors["officer"], dispatching.RequestInput{ClientKey: inventory.NewKey(), Direction: order.ToBureau, ResponseID: w.begun.ID, DepotID: w.gtl.ID,
		Kind: "flood", Place: "西塘村", MovedPeople: 120, Lines: []dispatching.NeedInput{{Target: plan.Target{Kind: plan.OfItem, ID: w.tent.ID}, Needed: "9"}}}); err != nil {
		t.Fatal(err)
	}
	w.pass(25)
	return late, called
}

func TestTheDutyPageShowsWhatMovesAndWaits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		late, called := w.busy(t)
		self := "/responses/" + w.begun.ID.String()
		p := w.as(t, "leader").get(t, self+"/duty").want(t, http.StatusOK)
		if strings.Contains(p.Body, "<script>alert") {
			t.Fatal("a name is not escaped")
		}
		figures := p.text("#duty-figures")
		for _, part := range []string{"级别Ⅲ级已响应 30 分钟", "在途2车超时 1 车", "待发出1车", "待批准1份", "没有答复1份", "待补手续3份最急的剩 47 小时 35 分"} {
			if !strings.Contains(strings.ReplaceAll(figures, " 车超时", "车超时"), part) {
				t.Errorf("the figures lack %q: %s", part, figures)
			}
		}
		loads := p.Find("#duty-loads li")
		if loads.Length() != 2 {
			t.Fatalf("%d loads", loads.Length())
		}
		if got := oneLine(loads.Eq(0).Text()); !strings.Contains(got, "超时 5 分钟") || !strings.Contains(got, "已走 30 分钟 · 预计 20:25 到") || !strings.Contains(got, "救灾帐篷 5 顶、饮用水 10 瓶") || loads.Eq(0).Find(`a[href="tel:13700000001"]`).Length() != 1 ||
			loads.Eq(0).Find("b a").AttrOr("href", "") != "/loads/"+late.Shipments[0].ID.String() {
			t.Errorf("the late one: %s", got)
		}
		if got := oneLine(loads.Eq(1).Text()); !strings.Contains(got, "路程未知") || !strings.Contains(got, "未知已走 25 分钟") {
			t.Errorf("the one by word: %s", got)
		}
		if got := p.text("#duty-wait"); !strings.Contains(got, "书面调拨指令、接收回执") && !strings.Contains(got, "领导补签、书面调拨指令") || !strings.Contains(got, "西塘村") || !strings.Contains(got, "转移 120 人已等 25 分钟") || p.Find(`#duty-wait a[href="/orders/`+called.ID.String()+`"]`).Length() != 1 {
			t.Errorf("what waits: %s", got)
		}
		sketch := p.Find("svg#duty-map")
		if sketch.Find("g.is-late path").Length() != 1 || sketch.Find("g.is-way path").Length() != 1 || sketch.Find("g.is-node").Length() != 4 || sketch.Find("g.is-node.is-unknown").Length() != 1 || !strings.Contains(sketch.Find("g.is-unknown").Text(), "白沙洲") || !strings.Contains(sketch.Text(), "坐标未知") {
			t.Errorf("the sketch: %s", oneLine(sketch.Text()))
		}
		if got := p.text("#duty-depots"); !strings.Contains(got, "可调 2 种") || !strings.Contains(got, "计划没有列") {
			t.Errorf("the depots: %s", got)
		}
		look := p.Find("#look")
		if look.AttrOr("hx-trigger", "") != "click, every 15s" || look.AttrOr("href", "") != self+"/duty" {
			t.Errorf("it looks again by %v", look.AttrOr("hx-trigger", ""))
		}
		for _, part := range strings.Split(look.AttrOr("hx-select-oob", ""), ",") {
			if p.Find(part).Length() != 1 {
				t.Errorf("%s is not on the page", part)
			}
		}
		if far := w.as(t, "far").get(t, self+"/duty").want(t, http.StatusOK); far.Find("#duty-loads li").Length() != 1 || strings.Contains(far.text("#duty-wait"), "西塘村") || strings.Contains(far.text("#duty-depots"), "区级") {
			t.Errorf("another street sees %s", far.text("main"))
		}
		if _, err := w.dis.ChangeResponse(w.ctx, w.actors["leader"], dispatching.ChangeInput{ResponseID: w.begun.ID, Act: order.Ended}); err != nil {
			t.Fatal(err)
		}
		over := w.as(t, "leader").get(t, self+"/duty?wall=1").want(t, http.StatusOK)
		if over.Find("[hx-trigger]").Length() != 0 || !strings.Contains(over.text("#duty-over"), "已于 2026-07-03 20:30 终止") || !over.Find("body").HasClass("is-wall") {
			t.Errorf("over: %s", over.text("main"))
		}
		w.as(t, "system").get(t, self+"/duty").want(t, http.StatusForbidden)
	})
}

// TestADutyPageRefreshesUnderTheReader looks again by itself and by the button:
// figures change, the focus and the place on the page stay.
func TestADutyPageRefreshesUnderTheReader(t *testing.T) {
	t.Parallel()
	w := newWard(t, storetest.SQLite())
	late, _ := w.busy(t)
	token, err := w.uses.Accounts.Console().Link(t.Context(), "leader")
	if err != nil {
		t.Fatal(err)
	}
	j := browse(t, w.server.URL, token)
	j.do(j.b.Go(j.base + "/responses/" + w.begun.ID.String() + "/duty"))
	j.do(j.b.Wait("#duty-loads li"))
	first := "load-" + late.Shipments[0].ID.String()
	j.eval(`document.getElementById("` + first + `").focus(), window.scrollTo(0, 150), window.marked = document.querySelector('.cb-mapbox'), ''`)
	at := j.eval(`String(window.scrollY)`)
	w.pass(2)
	j.eval(`htmx.trigger('#look', 'click'), ''`)
	j.until(`document.querySelector('#duty-now b').textContent`, "20:32:00")
	j.see("#duty-loads", "超时 7 分钟")
	j.until(`document.activeElement.id`, first)
	j.until(`String(window.scrollY)`, at)
	j.until(`String(window.marked === document.querySelector('.cb-mapbox'))`, "true")
	for _, size := range []func() error{j.b.Desk, j.b.Phone} {
		j.do(size())
		j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	}
	j.quiet()
}
