package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// Two loads to one point and one to a depot, until nobody owes anything: what
// was shipped is at every moment on the road, received, or explained.
func TestTheAccountsOfAResponseAddUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		if err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
			return tx.InsertDivisions(w.ctx, place.Division{Code: "430112", Name: "望城区"}, place.Division{Code: "430112001", Name: "高塘岭街道", Parent: "430112"})
		}); err != nil {
			t.Fatal(err)
		}
		w.begin(false)
		first := w.sent(w.toPoint(), w.line(w.north, w.tent, "20"), w.line(w.north, w.water, "500"))
		second := w.sent(w.toPoint(), w.line(w.south, w.tent, "10"))
		third := w.sent(w.toStreet(), w.line(w.north, w.gen, "2"))
		sheet := func() dispatching.AccountSheet {
			t.Helper()
			got, err := w.dis.AccountSheet(w.ctx, w.planner, w.response.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range got.Streets {
				for _, l := range st.Rows {
					x := l.Line
					if x.Qty != x.OnRoad()+x.Good+x.Damaged+x.Back+x.RoadLost || l.Target.Point() && x.Good != x.Used+x.Returned+x.Repair+x.Scrapped+x.Lost+x.Owed() {
						t.Errorf("%s at %s does not add up: %+v", l.Item.Name, l.Target.Name, x)
					}
				}
			}
			return got
		}
		got := sheet()
		if len(got.Streets) != 1 || got.Streets[0].Name != "高塘岭街道" || len(got.Streets[0].Rows) != 3 || got.Road != 4 || got.Field != 0 {
			t.Fatalf("%d on the road, %d owed: %+v", got.Road, got.Field, got.Streets)
		}
		tents := got.Streets[0].Rows[0]
		if tents.Item.ID != w.tent.ID || tents.Line.OnRoad() != quantity.Of(30) || len(tents.Loads) != 2 || !tents.Loads[0].Open || tents.Settled() {
			t.Errorf("the tents at the point: %+v", tents)
		}
		w.sign(first.Shipments[0], "18", "1", "1") // also 18 of each lot of water
		w.sign(second.Shipments[0], "10", "", "")
		w.sign(third.Shipments[0], "1", "", "")
		got = sheet()
		if got.Road != 2 || got.Field != 3 {
			t.Errorf("%d on the road, %d owed", got.Road, got.Field)
		}
		if sum := got.Items[0]; sum.ID != w.tent.ID || sum.Line.Qty != quantity.Of(30) || sum.Owed.Owed() != quantity.Of(28) || sum.Line.Damaged != quantity.One {
			t.Errorf("all tents: %+v", sum)
		}
		if gens := got.Items[2]; gens.Owed.Owed() != 0 || gens.Line.Good != quantity.Of(2) {
			t.Errorf("what went to a depot is owed by nobody: %+v", gens)
		}
		if err := w.clear(second.Shipments[0], order.Returned, "10"); err != nil {
			t.Fatal(err)
		}
		if got = sheet(); got.Streets[0].Rows[0].Settled() || got.Streets[0].Rows[0].Loads[0].Open == got.Streets[0].Rows[0].Loads[1].Open {
			t.Errorf("one of the two loads is open: %+v", got.Streets[0].Rows[0].Loads)
		}
		seen, err := w.dis.AccountSheet(w.ctx, w.stranger, w.response.ID)
		if err != nil || len(seen.Streets) != 1 || len(seen.Streets[0].Rows) != 1 || seen.Streets[0].Rows[0].Line.Qty != quantity.Of(10) {
			t.Errorf("the south's keeper sees %+v %v", seen.Streets, err)
		}
		_, err = w.dis.AccountSheet(w.ctx, w.nothing, w.response.ID)
		refused(t, err, errs.Unauthenticated, "登录")
	})
}

// A level holds from the minute it was set, and a response says when it began.
func TestChangesOfAResponseKeepTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.begin(false)
		change := func(in dispatching.ChangeInput) error {
			in.ResponseID = r.ID
			_, err := w.dis.ChangeResponse(w.ctx, w.leader, in)
			return err
		}
		w.clock.Pass(time.Hour)
		for _, c := range []struct {
			in   dispatching.ChangeInput
			kind errs.Kind
			part string
		}{
			{dispatching.ChangeInput{Act: order.Levelled, Level: 3}, errs.Invalid, "没有变化"},
			{dispatching.ChangeInput{Act: order.Levelled, Level: 9}, errs.Invalid, "选择响应级别"},
			{dispatching.ChangeInput{Act: order.Levelled, Level: 2, At: "2026-07-03 19:00"}, errs.Invalid, "早于上一次变更"},
			{dispatching.ChangeInput{Act: order.Levelled, Level: 2, At: "2026-07-03 23:00"}, errs.Invalid, "还没有到"},
			{dispatching.ChangeInput{Act: order.WordOff}, errs.Invalid, "没有变化"},
			{dispatching.ChangeInput{Act: order.SettledIt}, errs.Invalid, "先终止响应"},
			{dispatching.ChangeInput{Act: order.Levelled, Level: 2, LockNo: 9}, errs.Conflict, "别人改过"},
			{dispatching.ChangeInput{Act: order.Began}, errs.Invalid, "没有这种变更"},
		} {
			refused(t, change(c.in), c.kind, c.part)
		}
		if err := change(dispatching.ChangeInput{Act: order.Levelled, Level: 2, At: "20:30", DocumentNo: "2号"}); err != nil {
			t.Fatal(err)
		}
		v, err := w.dis.Response(w.ctx, w.officer, r.ID)
		if err != nil || v.Level != 2 || v.DocumentNo != "2号" || len(v.Changes) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		for at, want := range map[string]order.Level{"2026-07-03 19:59": 0, "2026-07-03 20:29": 3, "2026-07-03 20:30": 2} {
			when, _ := order.ParseMoment(at, w.clock.Now())
			if got := order.LevelAt(v.Changes, when); got != want {
				t.Errorf("at %s the level was %s, want %s", at, got.Name(), want.Name())
			}
		}
		_, err = w.dis.ChangeResponse(w.ctx, w.planner, dispatching.ChangeInput{ResponseID: r.ID, Act: order.Ended})
		if err != nil {
			t.Fatal(err)
		}
		refused(t, change(dispatching.ChangeInput{Act: order.WordOn}), errs.Invalid, "已经终止")
		_, err = w.dis.ChangeResponse(w.ctx, w.keeper, dispatching.ChangeInput{ResponseID: r.ID, Act: order.SettledIt})
		refused(t, err, errs.Forbidden, "响应")
	})
}
