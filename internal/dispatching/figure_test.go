package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

// run sends a load that is asked for now, leaves, arrives and is signed for
// after so many minutes each; 0 minutes = it stays there.
func (w *world) run(from dispatching.LineInput, leaves, arrives, signs int) order.Order {
	w.t.Helper()
	o := w.approve(w.propose(w.toPoint(), from))
	for _, step := range []struct {
		minutes int
		do      func(order.Shipment)
	}{
		{leaves, w.leave},
		{arrives, func(sh order.Shipment) {
			if err := w.dis.Arrive(w.ctx, w.officer, dispatching.ArriveInput{ShipmentID: sh.ID}); err != nil {
				w.t.Fatal(err)
			}
		}},
		{signs, func(sh order.Shipment) { w.sign(sh, from.Qty, "", "") }},
	} {
		if step.minutes == 0 {
			break
		}
		w.clock.Pass(time.Duration(step.minutes) * time.Minute)
		step.do(o.Shipments[0])
	}
	return w.order(o.ID)
}

// Three loads of a real response worked out by hand, one of a drill and a daily
// one, which are never mixed with them.
func TestHowFastLoadsWent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		real := w.begin(false)
		w.run(w.line(w.north, w.tent, "5"), 20, 40, 10)
		w.run(w.line(w.north, w.tent, "5"), 30, 60, 4)
		w.run(w.line(w.south, w.tent, "5"), 50, 0, 0)
		gone := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "1")))
		if err := w.dis.CancelLoad(w.ctx, w.planner, gone.Shipments[0].ID, "不要了"); err != nil {
			t.Fatal(err)
		}
		drill, err := w.dis.BeginResponse(w.ctx, w.leader, dispatching.ResponseInput{Nature: order.Drill, Name: "汛前演练"})
		if err != nil {
			t.Fatal(err)
		}
		w.response = drill
		w.run(w.line(w.north, w.tent, "5"), 1, 1, 1)
		w.response = order.Response{}
		w.clock.Pass(time.Hour) // past midnight
		w.run(w.line(w.north, w.tent, "5"), 600, 0, 0)

		speed := func(q dispatching.SpeedQuery) dispatching.Speed {
			t.Helper()
			got, err := w.dis.Speed(w.ctx, w.planner, q)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		all := speed(dispatching.SpeedQuery{})
		if len(all.Natures) != 3 || all.Natures[0].Nature != order.Real || all.Natures[1].Nature != order.Drill || all.Natures[2].Nature != order.Daily {
			t.Fatalf("%+v", all.Natures)
		}
		first := all.Natures[0]
		if first.All.Loads != 3 || first.All.Signed != 2 {
			t.Errorf("%d of %d signed, want 2 of 3", first.All.Signed, first.All.Loads)
		}
		for leg, want := range map[order.Leg][3]int64{order.ToLeave: {3, 30, 50}, order.OnTheWay: {2, 50, 60}, order.ToSign: {2, 7, 10}, order.WholeWay: {2, 82, 94}} {
			got := first.All.Legs[leg]
			if int64(got.Known) != want[0] || got.Median != want[1]*60 || got.Worst != want[2]*60 {
				t.Errorf("%s: %+v, want %v minutes", leg.Name(), got, want)
			}
		}
		if len(first.Depots) != 2 || first.Depots[0].Name != "区级中心库" || first.Depots[0].Signed != 2 || first.Depots[1].Signed != 0 || first.Depots[1].Loads != 1 {
			t.Errorf("per depot: %+v", first.Depots)
		}
		if len(first.Responses) != 1 || first.Responses[0].ID != real.ID || len(all.Natures[2].Responses) != 0 {
			t.Errorf("per response: %+v", first.Responses)
		}
		if s := first.Slowest; len(s) != 2 || s[0].Target != "高塘岭中学安置点" || s[0].Times.Left.Who != "周静" || s[0].Times.Approved.Who != "陈局" || s[0].Times.Signed.Who != "李强" {
			t.Errorf("the slowest: %+v", s)
		}
		if got := speed(dispatching.SpeedQuery{DepotID: w.south.ID}).Natures; len(got) != 1 || got[0].All.Loads != 1 || got[0].All.Signed != 0 {
			t.Errorf("of the south alone: %+v", got)
		}
		if got := speed(dispatching.SpeedQuery{ResponseID: drill.ID}).Natures; len(got) != 1 || got[0].Nature != order.Drill || got[0].All.Legs[order.WholeWay].Median != 180 {
			t.Errorf("of the drill alone: %+v", got)
		}
		if got := speed(dispatching.SpeedQuery{From: "2026-07-04"}).Natures; len(got) != 1 || got[0].Nature != order.Daily {
			t.Errorf("asked for after midnight: %+v", got)
		}
		if got := speed(dispatching.SpeedQuery{From: "2026-07-03", To: "2026-07-03"}).Natures; len(got) != 2 {
			t.Errorf("asked for on the day: %+v", got)
		}
		for q, part := range map[dispatching.SpeedQuery]string{{From: "昨天的"}: "看不懂", {From: "2026-07-04", To: "2026-07-03"}: "早于"} {
			_, err := w.dis.Speed(w.ctx, w.planner, q)
			refused(t, err, errs.Invalid, part)
		}
		seen, err := w.dis.Speed(w.ctx, w.stranger, dispatching.SpeedQuery{})
		if err != nil || len(seen.Natures) != 1 || seen.Natures[0].All.Loads != 1 || len(seen.Depots) != 1 {
			t.Errorf("the south's keeper sees %+v %v", seen, err)
		}
		_, err = w.dis.Speed(w.ctx, w.nothing, dispatching.SpeedQuery{})
		refused(t, err, errs.Unauthenticated, "登录")
	})
}
