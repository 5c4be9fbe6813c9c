package dispatching_test

import (
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// road says how far two depots are.
func (w *world) road(a, b place.Depot, minutes int) {
	w.t.Helper()
	err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
		return tx.PutRoad(w.ctx, store.Road{FromID: a.ID, ToID: b.ID, Minutes: minutes, Source: "量测", ActorName: "王芳"})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// keep brings a reserve plan into force by which the south depot keeps tents.
func (w *world) keep(tents int64) {
	w.t.Helper()
	err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
		p := plan.Plan{ID: tx.NewID(), Year: 2026, Season: plan.WholeYear, Version: 1, Name: "计划", Status: plan.Draft, FromOn: "2026-01-01", ToOn: "2026-12-31", LockNo: 1}
		if err := tx.InsertPlan(w.ctx, p); err != nil {
			return err
		}
		return tx.InsertPlanLines(w.ctx, plan.Line{PlanID: p.ID, ID: tx.NewID(), No: 1, Scope: plan.Scope{Kind: plan.AtDepot, DepotID: w.south.ID},
			Target: planItem(w.tent.ID), Unit: "顶", Minimum: quantity.Of(tents), Standard: quantity.Of(tents), Forms: []plan.Form{plan.Physical}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) needs(item id.ID, qty string) dispatching.SourceInput {
	return dispatching.SourceInput{ResponseID: w.response.ID, Targets: []dispatching.TargetInput{w.toPoint()},
		Needs: []dispatching.SourceNeed{{Goods: planItem(item), Qty: qty}}}
}

// The near depot first, but what it must keep stays, and what expires first is
// used first: three plans of the same needs.
func TestThreePlansAndOneIsTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, opts := e.Fixed(t)
		w := newWorld(t, e)
		w.begin(false)
		w.road(w.south, w.street, 15)
		w.keep(30)
		exec(t, storetest.Raw(t, opts), "UPDATE reserve_plan SET status = 'approved', signed_on = '2026-01-02'")
		in := w.needs(w.tent.ID, "60")
		out, err := w.dis.Sources(w.ctx, w.leader, in)
		if err != nil {
			t.Fatal(err)
		}
		takes := func(k sourcing.Kind) map[id.ID]string {
			from := map[id.ID]string{}
			for _, x := range out.Plans[k].Takes {
				from[x.DepotID] = x.Qty.String()
			}
			return from
		}
		if got := takes(sourcing.Fastest); got[w.south.ID] != "50" || got[w.north.ID] != "10" {
			t.Errorf("fastest takes %v", got)
		}
		if got := takes(sourcing.KeepMinimum); got[w.south.ID] != "20" || got[w.north.ID] != "40" {
			t.Errorf("keeping the minimum takes %v", got)
		}
		if !out.Plans[sourcing.Fastest].Unknown || out.Plans[sourcing.Fastest].Last != 15 {
			t.Errorf("the road from the north is unknown: %+v", out.Plans[sourcing.Fastest])
		}
		for _, p := range out.Plans {
			if g, err := p.Gap(out.Problem); err != nil || !g.Proven() {
				t.Errorf("%s: gap %+v %v", p.Kind.Name(), g, err)
			}
		}
		take := dispatching.TakeInput{ClientKey: inventory.NewKey(), Sources: in, Kind: sourcing.KeepMinimum, Digest: out.Digest(sourcing.KeepMinimum), DocumentNo: "7号"}
		o, err := w.dis.TakePlan(w.ctx, w.leader, take)
		if err != nil {
			t.Fatal(err)
		}
		if o.Status != order.Approved || len(o.Shipments) != 2 || o.PlanKind != "minimum" || o.DecidedName != w.leader.Name {
			t.Errorf("%+v", o)
		}
		again, err := w.dis.TakePlan(w.ctx, w.leader, take)
		if err != nil || again.ID != o.ID {
			t.Errorf("a second tap: %s %v", again.Number, err)
		}
		take.ClientKey = inventory.NewKey()
		_, err = w.dis.TakePlan(w.ctx, w.leader, take)
		refused(t, err, errs.Conflict, "库存刚刚有变动")
		w.mustCheck()
	})
}

func TestWhatPlansAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		_, err := w.dis.Sources(w.ctx, w.officer, w.needs(w.tent.ID, "1"))
		refused(t, err, errs.Forbidden, "权限")
		_, err = w.dis.Sources(w.ctx, w.planner, w.needs(w.tent.ID, "0"))
		refused(t, err, errs.Invalid, "应大于 0")
		_, err = w.dis.Sources(w.ctx, w.planner, w.needs(77, "1"))
		refused(t, err, errs.Invalid, "请从列表选择")
		in := w.needs(w.tent.ID, "1")
		in.Targets = nil
		_, err = w.dis.Sources(w.ctx, w.planner, in)
		refused(t, err, errs.Invalid, "送到哪里")
		in = w.needs(w.gen.ID, "5")
		in.Without = []id.ID{w.north.ID}
		out, err := w.dis.Sources(w.ctx, w.planner, in)
		if err != nil || len(out.Plans[0].Unmet()) != 1 {
			t.Fatalf("%+v %v", out.Plans, err)
		}
		_, err = w.dis.TakePlan(w.ctx, w.planner, dispatching.TakeInput{ClientKey: inventory.NewKey(), Sources: in, Digest: out.Digest(0)})
		refused(t, err, errs.Invalid, "一件也调不出来")
		in.Without = nil
		if out, err = w.dis.Sources(w.ctx, w.planner, in); err != nil {
			t.Fatal(err)
		}
		o, err := w.dis.TakePlan(w.ctx, w.planner, dispatching.TakeInput{ClientKey: inventory.NewKey(), Sources: in, Digest: out.Digest(0)})
		if err != nil || o.Status != order.Proposed || len(o.Shipments) != 0 {
			t.Errorf("a planner's waits for a leader: %+v %v", o, err)
		}
		if !out.NoPlan {
			t.Error("no plan is in force, and it is not said")
		}
	})
}
