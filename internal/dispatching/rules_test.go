package dispatching_test

import (
	"testing"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

// Two loads of one lot are on the road: of neither comes more than it carries.
func TestNeverMoreThanItsOwnLoadCarries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		first := w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
		w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
		w.sign(first.Shipments[0], "7", "", "")
		_, err := w.dis.Sign(w.ctx, w.officer, w.signing(first.Shipments[0], "4", "", ""))
		refused(t, err, errs.Invalid, "还没签收的是 3 顶")
		refused(t, w.clear(first.Shipments[0], order.Back, "4"), errs.Invalid, "只有 3 顶")
		refused(t, w.clear(first.Shipments[0], order.Used, "8"), errs.Invalid, "只有 7 顶")
		w.mustCheck()
	})
}

// Two lines of one item share its lots, the first to expire first.
func TestLinesOfOneItemShareItsLots(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		in := w.input(w.toPoint(), w.line(w.north, w.water, "300"), w.line(w.north, w.water, "300"))
		in.Targets = append(in.Targets, w.toStreet())
		in.Lines[1].Target = 1
		o, err := w.dis.Propose(w.ctx, w.planner, in)
		if err != nil {
			t.Fatal(err)
		}
		if o = w.approve(o); len(o.Shipments) != 2 {
			t.Fatalf("a load to each target: %+v", o.Shipments)
		}
		w.mustCheck()
		for _, sh := range o.Shipments {
			w.leave(sh)
			if _, err := w.dis.Sign(w.ctx, w.officer, w.signing(sh, sh.Lines[0].Qty.String(), "", "")); err != nil && len(sh.Lines) == 1 {
				t.Fatal(err)
			}
		}
		w.mustCheck()
	})
}

// Nobody approves what they drew up, nor signs a second time for what they sent.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		both := w.planner
		both.Grants = append(both.Grants, access.Grant{Role: access.Leader})
		o, err := w.dis.Propose(w.ctx, both, w.input(w.toPoint(), w.line(w.north, w.tent, "1")))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.dis.Approve(w.ctx, both, dispatching.DecisionInput{OrderID: o.ID})
		refused(t, err, errs.Forbidden, "自己拟制")
		o, err = w.dis.SendByWord(w.ctx, both, dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "1")), DepotID: w.north.ID, WordOf: "刘局"})
		if err != nil {
			t.Fatal(err)
		}
		refused(t, w.dis.HandInPaper(w.ctx, both, dispatching.PaperInput{OrderID: o.ID, Kind: order.SecondSignature}), errs.Forbidden, "另一位领导")
	})
}

// What a settled response is made of stays as it is.
func TestASettledResponseStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.begin(false)
		o := w.sent(w.toPoint(), w.line(w.north, w.water, "5"))
		h, err := w.dis.Sign(w.ctx, w.officer, w.signing(o.Shipments[0], "5", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.clear(o.Shipments[0], order.Used, "5"); err != nil {
			t.Fatal(err)
		}
		for _, act := range []order.Act{order.Ended, order.SettledIt} {
			if _, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: act}); err != nil {
				t.Fatal(err)
			}
		}
		used, err := w.st.Read().Clearings(w.ctx, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		undo := dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: used[0].VoucherID, OrderID: o.ID, Reason: "错了"}
		refused(t, w.dis.UndoClear(w.ctx, w.keeper, undo), errs.Conflict, "已经清账")
		undo.ID = h.ID
		refused(t, w.dis.UndoSign(w.ctx, w.officer, undo), errs.Conflict, "已经清账")
		w.mustCheck()
	})
}

// A request is asked for by the street, filled from its stock and the
// standards, and answered by an order whose lines count toward it.
func TestARequestIsAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.begin(false)
		in := dispatching.RequestInput{ClientKey: inventory.NewKey(), ResponseID: r.ID, DepotID: w.street.ID, Kind: "flood", Place: "高塘岭中学", MovedPeople: 120, Days: 3,
			Lines: []dispatching.NeedInput{{Target: planItem(w.tent.ID), Needed: "30", InStock: "5", Used: "2"}}}
		_, err := w.dis.SendRequest(w.ctx, w.stranger, in)
		refused(t, err, errs.NotFound, "无权")
		req, err := w.dis.SendRequest(w.ctx, w.officer, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.dis.SendRequest(w.ctx, w.officer, in)
		if err != nil || again.ID != req.ID || req.Number != "XQ-GTL-2026-000001" {
			t.Fatalf("%s %s %v", req.Number, again.Number, err)
		}
		v, err := w.dis.Request(w.ctx, w.planner, req.ID)
		if err != nil || len(v.Lines) != 1 || v.Lines[0].Asked.String() != "23" {
			t.Fatalf("%+v %v", v.Lines, err)
		}
		order1 := w.input(w.toPoint(), w.line(w.north, w.tent, "20"))
		order1.RequestID, order1.Lines[0].NeedLineID = req.ID, v.Lines[0].ID
		o, err := w.dis.Propose(w.ctx, w.planner, order1)
		if err != nil {
			t.Fatal(err)
		}
		if o.RequestedAt != req.SentAt || o.RequestedName != w.officer.Name {
			t.Errorf("asked for at %d by %s", o.RequestedAt, o.RequestedName)
		}
		refused(t, w.dis.WithdrawRequest(w.ctx, w.officer, dispatching.AnswerInput{RequestID: req.ID}), errs.Conflict, "已经处理过")
		v, err = w.dis.Request(w.ctx, w.officer, req.ID)
		if err != nil || v.Given[v.Lines[0].ID].String() != "20" || v.Status != order.RequestAnswered {
			t.Errorf("%v %v %v", v.Given, v.Status, err)
		}
		w.mustCheck()
	})
}

// What check says is seen: each spoilt figure is named.
func TestCheckNamesWhatOrdersSay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, opts := e.Fixed(t)
		w := newWorld(t, e)
		o := w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
		w.sign(o.Shipments[0], "6", "", "")
		waits := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "10")))
		w.mustCheck()
		raw := storetest.Raw(t, opts)
		for what, spoil := range map[string]struct{ do, undo, says string }{
			"a promise nobody made":       {"UPDATE stock SET allocated = allocated + 1000 WHERE qty > 90000", "UPDATE stock SET allocated = allocated - 1000 WHERE qty > 90000", "已分配数"},
			"a receipt with more":         {"UPDATE handover_line SET good = good + 1000", "UPDATE handover_line SET good = good - 1000", "账上结存"},
			"a load with more":            {"UPDATE shipment_line SET qty = qty + 1000 WHERE shipment_id = " + o.Shipments[0].ID.String(), "UPDATE shipment_line SET qty = qty - 1000 WHERE shipment_id = " + o.Shipments[0].ID.String(), "批准 10，各车合计 11"},
			"a load that waits with less": {"UPDATE shipment_line SET qty = qty - 1000 WHERE shipment_id = " + waits.Shipments[0].ID.String(), "UPDATE shipment_line SET qty = qty + 1000 WHERE shipment_id = " + waits.Shipments[0].ID.String(), "已分配数"},
			"a load without its voucher":  {"UPDATE shipment SET voucher_id = 1 WHERE id = " + o.Shipments[0].ID.String(), "UPDATE shipment SET voucher_id = " + w.order(o.ID).Shipments[0].VoucherID.String() + " WHERE id = " + o.Shipments[0].ID.String(), "没有它的单据"},
			"an order that is gone":       {"UPDATE dispatch_order SET number = 'ZL-2026-000007' WHERE id = " + o.ID.String(), "UPDATE dispatch_order SET number = '" + o.Number + "' WHERE id = " + o.ID.String(), "编号不连续"},
		} {
			exec(t, raw, spoil.do)
			r, err := w.inv.Check(w.ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !says(r.Differences, spoil.says) {
				t.Errorf("%s: %v", what, r.Differences)
			}
			exec(t, raw, spoil.undo)
			w.mustCheck()
		}
	})
}

// What is on the road is in the books of the depot it left, and no shelf that a
// ledger of the depot is compared with.
func TestACountIsOfWhatIsThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.sent(w.toPoint(), w.line(w.south, w.tent, "20"))
		shelves, err := w.st.Read().ShelvesOn(w.ctx, w.south.ID, "2026-07-03")
		if err != nil || len(shelves) != 1 || shelves[0].OnHand.String() != "30" {
			t.Errorf("%+v %v", shelves, err)
		}
		if shelves, err = w.st.Read().ShelvesOn(w.ctx, w.south.ID, "2026-07-02"); err != nil || len(shelves) != 1 || shelves[0].OnHand.String() != "50" {
			t.Errorf("the day before: %+v %v", shelves, err)
		}
	})
}

// Every act asks for its right.
func TestRightsOfActs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "1"))
		no := func(what string, err error) {
			t.Helper()
			if k := errs.KindOf(err); k != errs.Forbidden && k != errs.NotFound && k != errs.Unauthenticated || err == nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := w.dis.Approve(w.ctx, w.planner, dispatching.DecisionInput{OrderID: o.ID})
		no("a planner approves", err)
		_, err = w.dis.Propose(w.ctx, w.officer, w.input(w.toPoint(), w.line(w.north, w.tent, "1")))
		no("a street proposes", err)
		o = w.approve(o)
		sh := o.Shipments[0]
		for name, who := range map[string]access.Actor{"a street": w.officer, "a stranger": w.stranger, "a leader": w.leader, "an auditor": w.audit, "nobody": w.nothing} {
			no(name+" picks", w.dis.Pick(w.ctx, who, dispatching.PickInput{ShipmentID: sh.ID}))
			_, err = w.dis.Leave(w.ctx, who, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID})
			no(name+" sends", err)
		}
		no("a street cancels", w.dis.CancelLoad(w.ctx, w.officer, sh.ID, "不要"))
		w.leave(sh)
		for name, who := range map[string]access.Actor{"a stranger": w.stranger, "a leader": w.leader, "an auditor": w.audit, "nobody": w.nothing} {
			_, err = w.dis.Sign(w.ctx, who, w.signing(sh, "1", "", ""))
			no(name+" signs", err)
			_, err = w.dis.Clear(w.ctx, who, dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Fate: order.Back, Qty: map[id.ID]string{sh.Lines[0].ID: "1"}})
			no(name+" clears", err)
		}
		_, err = w.dis.Order(w.ctx, w.stranger, o.ID)
		no("a stranger looks", err)
		_, err = w.dis.LoadByToken(w.ctx, w.stranger, sh.Token)
		no("a stranger scans", err)
		_, err = w.dis.BeginResponse(w.ctx, w.keeper, dispatching.ResponseInput{Nature: order.Drill, Name: "演练"})
		no("a keeper begins a response", err)
	})
}
