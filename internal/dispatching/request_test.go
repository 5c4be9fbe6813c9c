package dispatching_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

func (w *world) standard(name, target, per string, daily bool) {
	w.t.Helper()
	in := planning.StandardInput{Name: name, Target: target, Per: per, Daily: daily, Cases: []string{"flood"}, Source: "试"}
	if _, err := planning.New(w.st).SaveStandard(w.ctx, w.planner, in); err != nil {
		w.t.Fatal(err, errs.FieldsOf(err))
	}
}

// asking is a request of the street for tents and water.
func (w *world) asking(tents, bottles string) dispatching.RequestInput {
	return dispatching.RequestInput{ClientKey: inventory.NewKey(), ResponseID: w.response.ID, DepotID: w.street.ID, Kind: "flood", HappenedAt: "2026-07-03 18:00",
		Place: "高塘岭中学", MovedPeople: 300, Days: 3, Lines: []dispatching.NeedInput{
			{Target: plan.Target{Kind: plan.OfItem, ID: w.tent.ID}, Needed: tents}, {Typed: "饮用水", Needed: bottles, Used: "10"}}}
}

func (w *world) ask(tents, bottles string) order.Request {
	w.t.Helper()
	r, err := w.dis.SendRequest(w.ctx, w.officer, w.asking(tents, bottles))
	if err != nil {
		w.t.Fatal(err, errs.FieldsOf(err))
	}
	return w.request(r.ID)
}

func (w *world) request(of id.ID) order.Request {
	w.t.Helper()
	r, err := w.st.Read().Request(w.ctx, of)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func TestAStreetAsksAndIsAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		in := w.asking("40", "500")
		r, err := w.dis.SendRequest(w.ctx, w.officer, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.dis.SendRequest(w.ctx, w.officer, in) // a second tap
		if err != nil || again.ID != r.ID || r.Number != "XQ-GTL-2026-000001" {
			t.Fatalf("%s %s %v", r.Number, again.Number, err)
		}
		if l := r.Lines[1]; l.TargetID != w.water.ID || l.Unit != "瓶" || l.Asked != quantity.Of(490) {
			t.Errorf("typed by name, asks for what is lacking: %+v", l)
		}
		r = w.request(r.ID)
		o := w.input(w.toPoint(), w.line(w.north, w.tent, "25"))
		o.RequestID, o.Lines[0].NeedLineID = r.ID, r.Lines[0].ID
		made, err := w.dis.Propose(w.ctx, w.planner, o)
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.dis.Request(w.ctx, w.officer, r.ID)
		if err != nil || v.Status != order.RequestAnswered || v.Given[r.Lines[0].ID] != quantity.Of(25) || len(v.Orders) != 1 || v.Orders[0].ID != made.ID {
			t.Errorf("%+v %v", v, err)
		}
		refused(t, w.dis.WithdrawRequest(w.ctx, w.officer, dispatching.AnswerInput{RequestID: r.ID}), errs.Conflict, "已经处理过")
	})
}

// What the district's planner sends on is what is not ordered, less what the
// bureau still has.
func TestTheCityIsAskedForWhatIsUnmet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		first, second := w.ask("100", "600"), w.ask("120", "410")
		o := w.input(w.toPoint(), w.line(w.north, w.tent, "60"), w.line(w.north, w.water, "590"))
		o.RequestID, o.Lines[0].NeedLineID, o.Lines[1].NeedLineID = first.ID, first.Lines[0].ID, first.Lines[1].ID
		made, err := w.dis.Propose(w.ctx, w.planner, o)
		if err != nil {
			t.Fatal(err)
		}
		w.approve(made) // 90 tents and 410 bottles are left
		sum, err := w.dis.Unmet(w.ctx, w.planner, []id.ID{second.ID, first.ID, first.ID})
		if err != nil {
			t.Fatal(err)
		}
		if sum.MovedPeople != 600 || sum.Days != 3 || sum.Kind != "flood" || sum.ResponseID != w.response.ID || !strings.Contains(sum.Remark, first.Number+"、"+second.Number) {
			t.Errorf("%+v", sum)
		}
		want := []order.NeedLine{{No: 1, Needed: quantity.Of(220), Used: quantity.Of(60), InStock: quantity.Of(90), Asked: quantity.Of(70)},
			{No: 2, Needed: quantity.Of(990), Used: quantity.Of(590), InStock: quantity.Of(410)}}
		for i, l := range sum.Lines {
			if x := want[i]; l.No != x.No || l.Needed != x.Needed || l.Used != x.Used || l.InStock != x.InStock || l.Asked != x.Asked {
				t.Errorf("line %d: %+v", i, l)
			}
		}
		if err := w.dis.RefuseRequest(w.ctx, w.planner, dispatching.AnswerInput{RequestID: second.ID, Answer: "重复"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.dis.Unmet(w.ctx, w.planner, []id.ID{second.ID})
		refused(t, err, errs.Invalid, "不能汇总上报")
		_, err = w.dis.Unmet(w.ctx, w.officer, []id.ID{first.ID})
		refused(t, err, errs.Forbidden, "权限")
		up := w.asking("70", "0")
		up.Direction, up.DepotID, up.Lines = order.ToCity, w.north.ID, up.Lines[:1]
		if _, err := w.dis.SendRequest(w.ctx, w.officer, up); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a street asks the city: %v", err)
		}
		r, err := w.dis.SendRequest(w.ctx, w.planner, up)
		if err != nil || r.Direction != order.ToCity || r.Number != "XQ-WC01-2026-000001" {
			t.Errorf("%+v %v", r, err)
		}
		_, err = w.dis.Unmet(w.ctx, w.planner, []id.ID{r.ID})
		refused(t, err, errs.Invalid, "不能汇总上报")
	})
}

func TestNeedsByStandardAreHeldAgainstTheDepot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.standard("饮用水", "饮用水", "2.5", true)
		w.standard("帐篷", "物资 SH0001 救灾帐篷 12㎡", "1/4", false)
		lines, err := w.dis.Needs(w.ctx, w.keeper, w.north.ID, "flood", 303, 2)
		if err != nil || len(lines) != 2 {
			t.Fatal(lines, err)
		}
		for _, l := range lines {
			want := map[id.ID][3]quantity.Q{w.water.ID: {quantity.Of(1515), quantity.Of(1000), quantity.Of(515)}, w.tent.ID: {quantity.Of(76), quantity.Of(100), 0}}[l.TargetID]
			if l.Needed != want[0] || l.InStock != want[1] || l.Asked != want[2] {
				t.Errorf("%s: %s, %s, %s", l.Basis, l.Needed, l.InStock, l.Asked)
			}
		}
		have, err := w.dis.InStock(w.ctx, w.keeper, w.south.ID, []plan.Target{{Kind: plan.OfItem, ID: w.tent.ID}})
		if err != nil || have[plan.Target{Kind: plan.OfItem, ID: w.tent.ID}] != quantity.Of(50) {
			t.Errorf("%v %v", have, err)
		}
		_, err = w.dis.InStock(w.ctx, w.officer, w.north.ID, nil)
		refused(t, err, errs.NotFound, "无权查看")
		in := w.asking("120", "1300") // 本级储备量 left open is what the books say
		in.DepotID, in.Lines[1].InStock, in.Lines[1].Used = w.north.ID, "0", ""
		r, err := w.dis.SendRequest(w.ctx, w.planner, in)
		if err != nil || r.Lines[0].InStock != quantity.Of(100) || r.Lines[0].Asked != quantity.Of(20) || r.Lines[1].InStock != 0 || r.Lines[1].Asked != quantity.Of(1300) {
			t.Errorf("%+v %v", r.Lines, err)
		}
	})
}

func TestWhatIsNoRequestIsSaidByLine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		for typed, part := range map[string]string{"不存在的": "没有「不存在的」", "类别 SH 生活救助": "不能按类别", "救灾帐篷": "同一种物资"} {
			in := w.asking("10", "10")
			in.Lines = append(in.Lines, dispatching.NeedInput{Typed: typed, Needed: "1"})
			_, err := w.dis.SendRequest(w.ctx, w.officer, in)
			refused(t, err, errs.Invalid, part)
		}
		in := w.asking("十来顶", "10")
		in.Place, in.Kind, in.HappenedAt = "", "war", "前天"
		_, err := w.dis.SendRequest(w.ctx, w.officer, in)
		for _, part := range []string{"灾种", "地点", "看不懂", "第 1 行需用量"} {
			refused(t, err, errs.Invalid, part)
		}
		in = w.asking("10", "10")
		in.DepotID = w.north.ID
		_, err = w.dis.SendRequest(w.ctx, w.officer, in)
		refused(t, err, errs.NotFound, "无权")
		p, err := w.dis.RequestPage(w.ctx, w.planner, dispatching.RequestQuery{})
		if err != nil || len(p.Requests) != 0 {
			t.Errorf("%v %v", p.Requests, err)
		}
	})
}

// A list shows each actor the own depots' requests, open and closed apart.
func TestRequestsAreListedToThoseTheyConcern(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		first := w.ask("10", "20")
		w.clock.Pass(time.Minute)
		second := w.ask("10", "20")
		if err := w.dis.WithdrawRequest(w.ctx, w.officer, dispatching.AnswerInput{RequestID: first.ID, Answer: "雨停了"}); err != nil {
			t.Fatal(err)
		}
		numbers := func(actor access.Actor, q dispatching.RequestQuery) string {
			t.Helper()
			p, err := w.dis.RequestPage(w.ctx, actor, q)
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, r := range p.Requests {
				text += r.Number[len(r.Number)-1:] + p.Depots[r.DepotID].Code
			}
			return text
		}
		for what, got := range map[string]string{
			"2GTL1GTL": numbers(w.officer, dispatching.RequestQuery{}), "2GTL": numbers(w.planner, dispatching.RequestQuery{Open: true}),
			"1GTL": numbers(w.audit, dispatching.RequestQuery{Closed: true}), "": numbers(w.keeper, dispatching.RequestQuery{}),
		} {
			if got != what {
				t.Errorf("got %q, want %q", got, what)
			}
		}
		_, err := w.dis.Request(w.ctx, w.keeper, second.ID)
		refused(t, err, errs.NotFound, "无权查看")
	})
}

// A request is either answered by an order or taken back, never both.
func TestARequestIsAnsweredOrWithdrawnAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		for range 4 {
			r := w.ask("10", "20")
			said := atOnce(4, func(i int) error {
				switch i {
				case 0:
					return w.dis.WithdrawRequest(w.ctx, w.officer, dispatching.AnswerInput{RequestID: r.ID})
				case 1:
					return w.dis.RefuseRequest(w.ctx, w.planner, dispatching.AnswerInput{RequestID: r.ID, Answer: "重复"})
				}
				in := w.input(w.toPoint(), w.line(w.north, w.tent, "1"))
				in.RequestID, in.Reason = r.ID, fmt.Sprint(i)
				_, err := w.dis.Propose(w.ctx, w.planner, in)
				return err
			})
			n, ordered := winners(t, said), 0
			for _, err := range said[2:] {
				if err == nil {
					ordered++
				}
			}
			v, err := w.dis.Request(w.ctx, w.planner, r.ID)
			if err != nil || n-ordered > 1 || ordered > 0 && n != ordered || ordered > 0 != (v.Status == order.RequestAnswered) {
				t.Errorf("%d of which %d orders, now %s: %v", n, ordered, v.Status, said)
			}
		}
	})
}
