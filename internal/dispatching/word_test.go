package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store/storetest"
)

// Goods leave on a phone call; the papers follow within 48 hours, or are late.
func TestGoodsLeaveOnAPhoneCall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(false)
		word := dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "7")), DepotID: w.north.ID, WordOf: "陈局", SaidAt: "20:05", LeftAt: "20:05"}
		w.clock.Pass(10 * time.Minute)
		_, err := w.dis.SendByWord(w.ctx, w.keeper, word)
		refused(t, err, errs.Conflict, "没有启用先调后补")
		r := w.response
		if _, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: order.WordOn}); err != nil {
			t.Fatal(err)
		}
		o, err := w.dis.SendByWord(w.ctx, w.keeper, word)
		if err != nil {
			t.Fatal(err)
		}
		w.wantStands(w.north, w.tent, place.Transit, 7)
		o = w.order(o.ID)
		said := time.Date(2026, 7, 3, 12, 5, 0, 0, time.UTC).UnixMicro()
		if o.Status != order.Approved || !o.ByWord || o.WordOf != "陈局" || o.DecidedAt != said || o.RequestedAt != said || o.Shipments[0].LeftAt != said {
			t.Errorf("%+v", o)
		}
		if len(o.Papers) != 3 || o.Papers[0].DueAt != said+(48*time.Hour).Microseconds() {
			t.Fatalf("papers %+v", o.Papers)
		}
		hand := func(k order.PaperKind) error {
			return w.dis.HandInPaper(w.ctx, w.leader, dispatching.PaperInput{OrderID: o.ID, Kind: k, DocumentNo: "望应急调〔2026〕8号"})
		}
		refused(t, w.dis.HandInPaper(w.ctx, w.keeper, dispatching.PaperInput{OrderID: o.ID, Kind: order.WrittenOrder}), errs.Invalid, "文号")
		if err := w.dis.HandInPaper(w.ctx, w.keeper, dispatching.PaperInput{OrderID: o.ID, Kind: order.WrittenOrder, DocumentNo: "望应急调〔2026〕8号"}); err != nil {
			t.Fatal(err)
		}
		refused(t, w.dis.HandInPaper(w.ctx, w.keeper, dispatching.PaperInput{OrderID: o.ID, Kind: order.SecondSignature}), errs.Forbidden, "审批")
		w.clock.Pass(49 * time.Hour)
		missing, err := w.dis.MissingPapers(w.ctx, w.planner)
		if err != nil || len(missing) != 2 || !missing[0].Late(w.clock.Now().UnixMicro()) {
			t.Errorf("%+v %v", missing, err)
		}
		if err := hand(order.SecondSignature); err != nil {
			t.Fatal(err)
		}
		refused(t, hand(order.SecondSignature), errs.Conflict, "已经补过")
		w.sign(o.Shipments[0], "7", "", "")
		if missing, _ = w.dis.MissingPapers(w.ctx, w.planner); len(missing) != 0 {
			t.Errorf("the signature is the receipt: %+v", missing)
		}
		w.mustCheck()
	})
}

// Nothing leaves that is not there, and a refused call leaves no order behind.
func TestACallForTooMuchChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		word := dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "101")), DepotID: w.north.ID, WordOf: "陈局"}
		_, err := w.dis.SendByWord(w.ctx, w.keeper, word)
		refused(t, err, errs.Invalid, "现在能调 100 顶")
		word.Lines[0].Qty, word.WordOf = "1", " "
		_, err = w.dis.SendByWord(w.ctx, w.keeper, word)
		refused(t, err, errs.Invalid, "批准人")
		word.WordOf, word.SaidAt = "陈局", "2026-07-04 08:00"
		_, err = w.dis.SendByWord(w.ctx, w.keeper, word)
		refused(t, err, errs.Invalid, "还没有到")
		word.SaidAt = ""
		_, err = w.dis.SendByWord(w.ctx, w.officer, word)
		refused(t, err, errs.NotFound, "无权")
		p, err := w.dis.Orders(w.ctx, w.planner, dispatching.OrderQuery{})
		if err != nil || len(p.Orders) != 0 {
			t.Errorf("%v %v", p.Orders, err)
		}
		word.ClientKey = inventory.NewKey()
		if o, err := w.dis.SendByWord(w.ctx, w.keeper, word); err != nil || o.Number != "ZL-2026-000001" {
			t.Errorf("no number was burnt: %s %v", o.Number, err)
		}
		w.mustCheck()
	})
}
