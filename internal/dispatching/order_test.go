package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// The whole way of an order to a point: promised, sent, received with damage
// and a gap, explained, used, returned, settled.
func TestAnOrderFromProposalToSettled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "20"), w.line(w.north, w.water, "500"))
		if o.Number != "ZL-2026-000001" || o.Status != order.Proposed {
			t.Fatalf("%s %s", o.Number, o.Status)
		}
		w.clock.Pass(5 * time.Minute)
		o = w.approve(o)
		if len(o.Shipments) != 1 || len(o.Shipments[0].Lines) != 3 {
			t.Fatalf("one load with tents and two lots of water: %+v", o.Shipments)
		}
		w.wantStands(w.north, w.tent, place.Bin, 100) // promised, still there
		w.clock.Pass(10 * time.Minute)
		if err := w.dis.Pick(w.ctx, w.keeper, dispatching.PickInput{ShipmentID: o.Shipments[0].ID}); err != nil {
			t.Fatal(err)
		}
		w.clock.Pass(10 * time.Minute)
		w.leave(o.Shipments[0])
		w.wantStands(w.north, w.tent, place.Bin, 80)
		w.wantStands(w.north, w.tent, place.Transit, 20)
		w.mustCheck()

		w.clock.Pass(40 * time.Minute)
		sh := w.order(o.ID).Shipments[0]
		in := w.signing(sh, "", "", "")
		in.Lines = []dispatching.SignLine{{LineID: sh.Lines[0].ID, Good: "18", Damaged: "1", Missing: "1"}, {LineID: sh.Lines[1].ID, Good: "400"}, {LineID: sh.Lines[2].ID, Good: "100"}}
		if _, err := w.dis.Sign(w.ctx, w.officer, in); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.tent, place.Transit, 1) // not explained, visible
		w.wantStands(w.north, w.tent, place.Borrower, 18)
		w.wantStands(w.north, w.tent, place.Quarantine, 1)
		got := w.order(o.ID)
		if s := got.Shipments[0]; s.Status != order.Signed || got.Status != order.Approved || s.SignedAt == 0 || s.ArrivedAt == 0 {
			t.Errorf("signed with a gap is still open: %s %s", s.Status, got.Status)
		}
		w.mustCheck()

		one := func(fate order.Fate, line order.ShipmentLine, qty string) {
			t.Helper()
			if _, err := w.dis.Clear(w.ctx, w.keeper, dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Fate: fate, Note: "登记", Qty: map[id.ID]string{line.ID: qty}}); err != nil {
				t.Fatal(err)
			}
		}
		one(order.RoadLost, sh.Lines[0], "1")
		if got := w.order(o.ID); got.Status != order.Done {
			t.Errorf("nothing on the road: %s", got.Status)
		}
		end := dispatching.ChangeInput{ResponseID: w.response.ID, Act: order.Ended}
		if _, err := w.dis.ChangeResponse(w.ctx, w.leader, end); err != nil {
			t.Fatal(err)
		}
		end.Act = order.SettledIt
		_, err := w.dis.ChangeResponse(w.ctx, w.leader, end)
		refused(t, err, errs.Conflict, "还在街镇手里")
		one(order.Used, sh.Lines[1], "400")
		one(order.Used, sh.Lines[2], "100")
		one(order.Returned, sh.Lines[0], "15")
		one(order.Repair, sh.Lines[0], "2")
		one(order.Scrapped, sh.Lines[0], "1")
		if _, err := w.dis.ChangeResponse(w.ctx, w.leader, end); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.tent, place.Bin, 95)
		w.wantStands(w.north, w.tent, place.Workshop, 2)
		w.wantStands(w.north, w.tent, place.Borrower, 0)
		w.mustCheck()
	})
}

// To a depot goods go on its shelf, damaged ones into its corner, and nobody
// owes anything.
func TestADepotReceivesOnItsShelf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.sent(w.toStreet(), w.line(w.north, w.gen, "2"))
		w.sign(o.Shipments[0], "1", "", "")
		w.wantStands(w.street, w.gen, place.Bin, 2)
		if got := w.order(o.ID); got.Status != order.Done {
			t.Errorf("%s", got.Status)
		}
		refused(t, w.clear(o.Shipments[0], order.Used, "1"), errs.Invalid, "不用清账")
		w.mustCheck()
	})
}

// A load that takes less leaves the rest for another, or gives it up.
func TestWhatStaysBehindIsAnotherLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "20"), w.line(w.north, w.water, "10")))
		sh := o.Shipments[0]
		in := dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Qty: map[id.ID]string{sh.Lines[0].ID: "12", sh.Lines[1].ID: "0"}}
		if _, err := w.dis.Leave(w.ctx, w.keeper, in); err != nil {
			t.Fatal(err)
		}
		w.mustCheck()
		o = w.order(o.ID)
		if len(o.Shipments) != 2 || o.Shipments[1].Status != order.Allocated || len(o.Shipments[1].Lines) != 2 {
			t.Fatalf("%+v", o.Shipments)
		}
		rest := o.Shipments[1]
		in = dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: rest.ID, DropRest: true, Qty: map[id.ID]string{rest.Lines[0].ID: "3"}}
		if _, err := w.dis.Leave(w.ctx, w.keeper, in); err != nil {
			t.Fatal(err)
		}
		if o = w.order(o.ID); o.Lines[0].Dropped != quantity.Of(5) || o.Lines[1].Dropped != 0 {
			t.Errorf("dropped %s and %s", o.Lines[0].Dropped, o.Lines[1].Dropped)
		}
		w.sign(o.Shipments[0], "12", "", "")
		if o = w.order(o.ID); o.Status != order.Approved {
			t.Errorf("the second load is on the road: %s", o.Status)
		}
		w.mustCheck()
	})
}

// Every refusal says what is the matter, and changes nothing.
func TestWhatIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		tooMuch := w.propose(w.toPoint(), w.line(w.south, w.tent, "51"))
		_, err := w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: tooMuch.ID})
		refused(t, err, errs.Conflict, "现在能调 50 顶，不够 51 顶")
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "5"))
		_, err = w.dis.Refuse(w.ctx, w.leader, dispatching.DecisionInput{OrderID: o.ID})
		refused(t, err, errs.Invalid, "理由")
		o = w.approve(o)
		sh := o.Shipments[0]
		_, err = w.dis.Sign(w.ctx, w.officer, w.signing(sh, "5", "", ""))
		refused(t, err, errs.Conflict, "还没有发出")
		w.leave(sh)
		_, err = w.dis.Leave(w.ctx, w.keeper, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID})
		refused(t, err, errs.Conflict, "不能再次发出")
		_, err = w.dis.Sign(w.ctx, w.officer, w.signing(sh, "6", "", ""))
		refused(t, err, errs.Invalid, "超过了")
		_, err = w.dis.Sign(w.ctx, w.stranger, w.signing(sh, "5", "", ""))
		refused(t, err, errs.NotFound, "无权")
		_, err = w.dis.Cancel(w.ctx, w.leader, o.ID, "雨停了")
		refused(t, err, errs.Conflict, "已在路上")
		refused(t, w.dis.CancelLoad(w.ctx, w.planner, sh.ID, "雨停了"), errs.Conflict, "已经发出")
		v, err := w.st.Read().Voucher(w.ctx, w.order(o.ID).Shipments[0].VoucherID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Reason: "错了", ClientKey: inventory.NewKey()})
		refused(t, err, errs.Conflict, "不能在这里红冲")
		w.sign(sh, "5", "", "")
		_, err = w.dis.Sign(w.ctx, w.officer, w.signing(sh, "1", "", ""))
		refused(t, err, errs.Conflict, "签收完毕")
		refused(t, w.clear(sh, order.Returned, "6"), errs.Invalid, "只有 5 顶")
		w.mustCheck()
	})
}

// A receipt keyed wrongly is taken back and keyed again; the goods are on the
// road in between.
func TestAReceiptIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.sent(w.toPoint(), w.line(w.north, w.tent, "5"))
		in := w.signing(o.Shipments[0], "5", "", "")
		h, err := w.dis.Sign(w.ctx, w.officer, in)
		if err != nil {
			t.Fatal(err)
		}
		undo := dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: h.ID, OrderID: o.ID, Reason: "数错了"}
		for range 2 { // the second tap
			if err := w.dis.UndoSign(w.ctx, w.officer, undo); err != nil && errs.KindOf(err) != errs.Conflict {
				t.Fatal(err)
			}
		}
		w.wantStands(w.north, w.tent, place.Transit, 5)
		if got := w.order(o.ID); got.Status != order.Approved || got.Shipments[0].Status != order.Arrived {
			t.Errorf("%s %s", got.Status, got.Shipments[0].Status)
		}
		w.mustCheck()
		w.sign(o.Shipments[0], "4", "", "1")
		if err := w.clear(o.Shipments[0], order.Lost, "4"); err != nil {
			t.Fatal(err)
		}
		list, err := w.st.Read().Clearings(w.ctx, o.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		undo = dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: list[0].VoucherID, OrderID: o.ID, Reason: "找到了"}
		if err := w.dis.UndoClear(w.ctx, w.keeper, undo); err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.tent, place.Borrower, 4)
		w.mustCheck()
	})
}
