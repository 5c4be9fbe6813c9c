package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// plan brings a plan into force that wants so many tents to stay at each depot
// of the district, and so much water at the north one.
func (w *world) plan(tents, water string) {
	w.t.Helper()
	ok := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	work := planning.New(w.st)
	p, err := work.CreatePlan(w.ctx, w.planner, planning.PlanInput{Year: "2026", Season: plan.WholeYear, Name: "储备计划"})
	ok(err)
	lock := func() int64 {
		whole, err := work.Plan(w.ctx, w.planner, p.ID)
		ok(err)
		return whole.Plan.LockNo
	}
	ok(work.SaveLines(w.ctx, w.planner, p.ID, lock(), plan.Scope{Kind: plan.AtTier, Tier: w.north.Tier},
		[]planning.LineInput{{Target: w.tent.Code, Minimum: tents, Standard: "500", Forms: []plan.Form{plan.Physical}}}))
	ok(work.SaveLines(w.ctx, w.planner, p.ID, lock(), plan.Scope{Kind: plan.AtDepot, DepotID: w.north.ID},
		[]planning.LineInput{{Target: w.water.Code, Minimum: water, Standard: "5000", Forms: []plan.Form{plan.Physical}}}))
	ok(work.SubmitPlan(w.ctx, w.planner, p.ID, lock()))
	ok(work.DecidePlan(w.ctx, w.leader, p.ID, lock(), planning.Verdict{Approve: true, Document: "望应急〔2026〕1号"}))
}

func (w *world) view(of id.ID) dispatching.OrderView {
	w.t.Helper()
	v, err := w.dis.Order(w.ctx, w.leader, of)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// What a leader reads before a yes: what is free, what stays, and what the plan
// wants to stay.
func TestAProposalSaysWhatRemains(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		first := w.propose(w.toPoint(), w.line(w.north, w.tent, "30"))
		if list := w.view(first.ID).Remains; len(list) != 1 || list[0].Minimum != 0 {
			t.Errorf("without a plan nothing must stay: %+v", list)
		}
		w.plan("75", "900")
		w.approve(first) // 30 tents are promised
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "10"), w.line(w.north, w.water, "50"), w.line(w.south, w.tent, "51"), w.line(w.north, w.tent, "2"))
		want := []dispatching.Remain{
			{DepotID: w.north.ID, ItemID: w.tent.ID, Free: quantity.Of(70), Taken: quantity.Of(12), Minimum: quantity.Of(75)},
			{DepotID: w.north.ID, ItemID: w.water.ID, Free: quantity.Of(1000), Taken: quantity.Of(50), Minimum: quantity.Of(900)},
			{DepotID: w.south.ID, ItemID: w.tent.ID, Free: quantity.Of(50), Taken: quantity.Of(51), Minimum: quantity.Of(75)},
		}
		got := w.view(o.ID).Remains
		if len(got) != len(want) {
			t.Fatalf("%+v", got)
		}
		for i, r := range got {
			if r != want[i] {
				t.Errorf("row %d: %+v, want %+v", i, r, want[i])
			}
		}
		if !got[0].Below() || got[1].Below() || got[2].Below() || got[2].After() != -quantity.One {
			t.Errorf("below the minimum: %+v", got)
		}
		if list := w.view(first.ID).Remains; list != nil {
			t.Errorf("an approved order has taken what it takes: %+v", list)
		}
	})
}

// What is offered is what leaves: not what is promised, expired or held.
func TestWhatIsFreeIsWhatCanBeSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "40")))
		w.clock.Pass(70 * 24 * time.Hour) // W1 has expired since
		list, err := w.dis.FreeAt(w.ctx, w.keeper, w.north.ID)
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v %v", list, err)
		}
		for i, want := range []int64{60, 600, 3} {
			if list[i].Free != quantity.Of(want) {
				t.Errorf("%s: %s, want %d", list[i].Name, list[i].Free, want)
			}
		}
		free, err := w.dis.FreeOf(w.ctx, w.planner, []id.ID{w.tent.ID, w.water.ID})
		if err != nil || free[w.tent.ID][w.north.ID] != quantity.Of(60) || free[w.tent.ID][w.south.ID] != quantity.Of(50) || free[w.water.ID][w.north.ID] != quantity.Of(600) {
			t.Errorf("%v %v", free, err)
		}
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "60"), w.line(w.north, w.water, "600"), w.line(w.north, w.gen, "3"))
		w.approve(o)
		if list, _ = w.dis.FreeAt(w.ctx, w.keeper, w.north.ID); len(list) != 0 {
			t.Errorf("all is promised, yet %+v is free", list)
		}
		_, err = w.dis.FreeAt(w.ctx, w.stranger, w.north.ID)
		refused(t, err, errs.NotFound, "无权")
		_, err = w.dis.FreeAt(w.ctx, w.audit, w.north.ID)
		refused(t, err, errs.Forbidden, "拟制")
		_, err = w.dis.FreeOf(w.ctx, w.keeper, nil)
		refused(t, err, errs.Forbidden, "拟制")
		_, err = w.dis.Ends(w.ctx, w.officer)
		refused(t, err, errs.Forbidden, "拟制")
		if ends, err := w.dis.Ends(w.ctx, w.keeper); err != nil || len(ends) != 3 {
			t.Errorf("%v %v", ends, err)
		}
	})
}

// A desk shows what is the actor's to do, and no more.
func TestADeskShowsWhatWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		w.propose(w.toPoint(), w.line(w.north, w.tent, "1"))
		w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "2")))
		gone := w.sent(w.toPoint(), w.line(w.north, w.tent, "3"))
		odd := w.sent(w.toPoint(), w.line(w.north, w.tent, "4"))
		w.sign(odd.Shipments[0], "3", "", "1")
		word := dispatching.WordInput{OrderInput: w.input(w.toStreet(), w.line(w.north, w.tent, "5")), DepotID: w.north.ID, WordOf: "陈局"}
		if _, err := w.dis.SendByWord(w.ctx, w.keeper, word); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who                          access.Actor
			approve, send, sign, explain int
			papers                       int
		}{{w.leader, 1, 0, 0, 0, 3}, {w.keeper, 0, 1, 0, 1, 3}, {w.officer, 0, 0, 2, 0, 3}, {w.planner, 0, 0, 2, 1, 3}, {w.audit, 0, 0, 0, 0, 3}, {w.stranger, 0, 0, 0, 0, 0}} {
			d, err := w.dis.Desk(w.ctx, c.who)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Approve) != c.approve || len(d.Send) != c.send || len(d.Sign) != c.sign || len(d.Explain) != c.explain {
				t.Errorf("%s: %d to approve, %d to send, %d to sign, %d to explain; want %+v", c.who.Name, len(d.Approve), len(d.Send), len(d.Sign), len(d.Explain), c)
			}
			papers, err := w.dis.MissingPapers(w.ctx, c.who)
			if err != nil || len(papers) != c.papers {
				t.Errorf("%s: %d papers (%v), want %d", c.who.Name, len(papers), err, c.papers)
			}
		}
		refused(t, w.dis.CancelLoad(w.ctx, w.audit, gone.Shipments[0].ID, "试试"), errs.Forbidden, "拟制")
		refused(t, w.dis.CancelLoad(w.ctx, w.keeper, gone.Shipments[0].ID, ""), errs.Invalid, "取消原因")
		closed := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "1")))
		if _, err := w.dis.Cancel(w.ctx, w.leader, closed.ID, "雨停了"); err != nil {
			t.Fatal(err)
		}
		refused(t, w.dis.Pick(w.ctx, w.keeper, dispatching.PickInput{ShipmentID: closed.Shipments[0].ID}), errs.Conflict, closed.Number)
		refused(t, w.dis.Pick(w.ctx, w.stranger, dispatching.PickInput{ShipmentID: closed.Shipments[0].ID}), errs.NotFound, "无权")
	})
}
