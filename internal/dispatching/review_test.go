package dispatching_test

import (
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

// What an order booked is given back on the order, and nowhere else: else the
// goods would come back twice.
func TestAnOrdersGoodsComeBackOnTheOrderOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.sent(w.toPoint(), w.line(w.north, w.water, "5"))
		w.sign(o.Shipments[0], "5", "", "")
		v, err := w.dis.Clear(w.ctx, w.keeper, dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID, Fate: order.Used,
			Qty: map[id.ID]string{o.Shipments[0].Lines[0].ID: "2"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.inv.Return(w.ctx, w.keeper, inventory.ReturnRequest{VoucherID: v.ID, Reason: "没用完", ClientKey: inventory.NewKey(),
			Lines: []inventory.ReturnLine{{EntryID: v.Entries[0].ID, Qty: "1"}}})
		refused(t, err, errs.Conflict, "不能在这里办理归还")
		w.mustCheck()
	})
}

// A receipt whose goods were used stays, though another load's goods of the
// same lot lie in the same place.
func TestAReceiptOfUsedGoodsStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		first := w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
		second := w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
		h, err := w.dis.Sign(w.ctx, w.officer, w.signing(first.Shipments[0], "10", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		w.sign(second.Shipments[0], "10", "", "")
		if err := w.clear(first.Shipments[0], order.Lost, "4"); err != nil {
			t.Fatal(err)
		}
		undo := dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: h.ID, OrderID: first.ID, Reason: "数错了"}
		refused(t, w.dis.UndoSign(w.ctx, w.officer, undo), errs.Conflict, "已有发放、归还或核销")
		w.mustCheck()
	})
}

// A request whose only order was refused or given up waits again, and keeps its
// response from being settled.
func TestARequestWaitsAgainWhenItsOrderFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.begin(false)
		req, err := w.dis.SendRequest(w.ctx, w.officer, dispatching.RequestInput{ClientKey: inventory.NewKey(), ResponseID: r.ID, DepotID: w.street.ID, Kind: "flood",
			Place: "中学", Lines: []dispatching.NeedInput{{Target: planItem(w.tent.ID), Needed: "3", Asked: "3"}}})
		if err != nil {
			t.Fatal(err)
		}
		status := func() order.RequestStatus {
			t.Helper()
			v, err := w.st.Read().Request(w.ctx, req.ID)
			if err != nil {
				t.Fatal(err)
			}
			return v.Status
		}
		propose := func() order.Order {
			t.Helper()
			in := w.input(w.toPoint(), w.line(w.north, w.tent, "3"))
			in.RequestID = req.ID
			o, err := w.dis.Propose(w.ctx, w.planner, in)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		one, two := propose(), propose()
		if _, err := w.dis.Refuse(w.ctx, w.leader, dispatching.DecisionInput{OrderID: one.ID, Decision: "重复"}); err != nil || status() != order.RequestAnswered {
			t.Errorf("another order stands: %s %v", status(), err)
		}
		if _, err := w.dis.Cancel(w.ctx, w.planner, two.ID, "不要了"); err != nil || status() != order.RequestSent {
			t.Errorf("no order stands: %s %v", status(), err)
		}
		if _, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: order.Ended}); err != nil {
			t.Fatal(err)
		}
		_, err = w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: order.SettledIt})
		refused(t, err, errs.Conflict, "1 份需求报告没有答复")
	})
}

// What was drawn up in a response that ended is not approved, nor what goes to
// a depot that was closed; the paper of a receipt is there with the signature,
// and gone with it.
func TestWhatChangedMeanwhileIsAskedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, opts := e.Fixed(t)
		w := newWorld(t, e)
		r := w.begin(true)
		late := w.propose(w.toPoint(), w.line(w.north, w.tent, "1"))
		o, err := w.dis.SendByWord(w.ctx, w.keeper, dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "2")), DepotID: w.north.ID, WordOf: "陈局"})
		if err != nil {
			t.Fatal(err)
		}
		receipt := dispatching.PaperInput{OrderID: o.ID, Kind: order.SignedReceipt, Note: "张三签收"}
		refused(t, w.dis.HandInPaper(w.ctx, w.keeper, receipt), errs.Conflict, "还有 1 车没有签收")
		o = w.order(o.ID)
		h, err := w.dis.Sign(w.ctx, w.officer, w.signing(o.Shipments[0], "2", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		missing := func() int {
			t.Helper()
			list, err := w.dis.MissingPapers(w.ctx, w.planner)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if n := missing(); n != 2 {
			t.Errorf("%d papers missing once it is signed for", n)
		}
		if err := w.dis.UndoSign(w.ctx, w.officer, dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: h.ID, OrderID: o.ID, Reason: "签错车"}); err != nil {
			t.Fatal(err)
		}
		if n := missing(); n != 3 {
			t.Errorf("%d papers missing once the receipt is taken back", n)
		}
		exec(t, storetest.Raw(t, opts), "UPDATE depot SET closed = 1 WHERE code = 'GTL'")
		_, err = w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: late.ID})
		refused(t, err, errs.Conflict, "已停用")
		exec(t, storetest.Raw(t, opts), "UPDATE depot SET closed = 0 WHERE code = 'GTL'")
		if _, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: order.Ended}); err != nil {
			t.Fatal(err)
		}
		_, err = w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: late.ID})
		refused(t, err, errs.Conflict, "不能再下达调拨指令")
		early := dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "2")), DepotID: w.north.ID, WordOf: "陈局", SaidAt: "2026-06-01 08:00"}
		early.ResponseID = w.begin(true).ID
		_, err = w.dis.SendByWord(w.ctx, w.keeper, early)
		refused(t, err, errs.Invalid, "早于响应启动")
	})
}

// Machines without a trial in date are not promised, shown as free, or sent.
func TestMachinesMustBeTriedBeforeTheyAreSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, opts := e.Fixed(t)
		w := newWorld(t, e)
		exec(t, storetest.Raw(t, opts), "UPDATE item SET check_months = 3 WHERE code = 'SH0003'")
		o := w.propose(w.toPoint(), w.line(w.north, w.gen, "1"))
		_, err := w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: o.ID})
		refused(t, err, errs.Conflict, "现在能调 0 台")
		free, err := w.dis.FreeAt(w.ctx, w.planner, w.north.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range free {
			if f.ID == w.gen.ID && f.Free > 0 {
				t.Errorf("%s of untried machines are free", f.Free)
			}
		}
	})
}
