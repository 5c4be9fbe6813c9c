package dispatching_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store/storetest"
)

// atOnce runs n acts at once and gives what each said.
func atOnce(n int, act func(i int) error) []error {
	said := make([]error, n)
	var ready, all sync.WaitGroup
	ready.Add(n)
	for i := range n {
		all.Go(func() {
			ready.Done()
			ready.Wait()
			said[i] = act(i)
		})
	}
	all.Wait()
	return said
}

// winners counts the acts that went through; the rest must be told of it.
func winners(t *testing.T, said []error) int {
	t.Helper()
	n := 0
	for _, err := range said {
		switch {
		case err == nil:
			n++
		case !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "":
			t.Errorf("a loser is told: %v", err)
		}
	}
	return n
}

func TestTwoLeadersApproveAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.propose(w.toPoint(), w.line(w.north, w.tent, "60"))
		said := atOnce(8, func(i int) error {
			who := []access.Actor{w.leader, w.other}[i%2]
			_, err := w.dis.Approve(w.ctx, who, dispatching.DecisionInput{OrderID: o.ID, LockNo: o.LockNo, DocumentNo: fmt.Sprint(i % 2)})
			return err
		})
		got := w.order(o.ID)
		for i, err := range said {
			mine := got.DecidedID == []access.Actor{w.leader, w.other}[i%2].ID
			if mine != (err == nil) {
				t.Errorf("%d: decided by %s, told %v", i, got.DecidedName, err)
			}
		}
		if len(got.Shipments) != 1 {
			t.Errorf("%d loads", len(got.Shipments))
		}
		w.mustCheck()
	})
}

func TestOrdersForTheLastGoodsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		var orders []order.Order
		for range 6 {
			orders = append(orders, w.propose(w.toPoint(), w.line(w.south, w.tent, "20")))
		}
		said := atOnce(7, func(i int) error {
			if i == 6 { // a keeper issues of the same shelf meanwhile
				_, err := w.inv.PostDraft(w.ctx, w.keeper, inventory.Draft{Type: "issue", DepotID: w.south.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-07-03",
					Reason: "日常领用", Lines: []inventory.Line{{ItemID: w.tent.ID, Qty: "10"}}})
				return err
			}
			_, err := w.dis.Approve(w.ctx, w.leader, dispatching.DecisionInput{OrderID: orders[i].ID})
			return err
		})
		if n := winners(t, said[:6]); n != 2 {
			t.Errorf("%d orders of 20 got 50 tents less 10", n)
		}
		w.mustCheck()
	})
}

func TestOneLoadLeavesAndIsSignedForOnceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		o := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "10")))
		sh := o.Shipments[0]
		said := atOnce(8, func(i int) error {
			if i == 0 {
				return w.dis.CancelLoad(w.ctx, w.planner, sh.ID, "不要了")
			}
			_, err := w.dis.Leave(w.ctx, w.keeper, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID})
			return err
		})
		if n := winners(t, said); n != 1 {
			t.Fatalf("%d left or cancelled", n)
		}
		w.mustCheck()
		if said[0] == nil { // cancelled: another goes
			o = w.sent(w.toPoint(), w.line(w.north, w.tent, "10"))
			sh = o.Shipments[0]
		}
		said = atOnce(8, func(i int) error {
			_, err := w.dis.Sign(w.ctx, w.officer, w.signing(sh, "10", "", ""))
			return err
		})
		if n := winners(t, said); n != 1 {
			t.Errorf("%d signed for the same goods", n)
		}
		w.wantStands(w.north, w.tent, place.Borrower, 10)
		w.mustCheck()
	})
}

// The same form sent again, by three copies at once too, is the first's.
func TestOneFormIsOneActWhileSentThrice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		in := w.input(w.toPoint(), w.line(w.north, w.tent, "5"))
		var made [3]order.Order
		each := func(act func(i int) error) {
			t.Helper()
			for _, err := range atOnce(3, act) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		each(func(i int) (err error) { made[i], err = w.dis.Propose(w.ctx, w.planner, in); return err })
		if made[0].ID != made[1].ID || made[1].ID != made[2].ID {
			t.Errorf("three orders: %v", made)
		}
		o := w.approve(made[0])
		leave := dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID}
		each(func(int) error { _, err := w.dis.Leave(w.ctx, w.keeper, leave); return err })
		sign := w.signing(o.Shipments[0], "5", "", "")
		each(func(int) error { _, err := w.dis.Sign(w.ctx, w.officer, sign); return err })
		used := dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID, Fate: order.Used, Note: "登记", Qty: map[id.ID]string{o.Shipments[0].Lines[0].ID: "5"}}
		each(func(int) error { _, err := w.dis.Clear(w.ctx, w.officer, used); return err })
		word := dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "7")), DepotID: w.north.ID, WordOf: "陈局"}
		each(func(int) error { _, err := w.dis.SendByWord(w.ctx, w.keeper, word); return err })
		w.wantStands(w.north, w.tent, place.Bin, 88)
		in.Reason = "补充储备"
		_, err := w.dis.Propose(w.ctx, w.planner, in)
		refused(t, err, errs.Conflict, "内容与这次的不同")
		w.mustCheck()
	})
}

// While orders are drawn up and settled at once, a settled response takes none.
func TestNothingJoinsAResponseWhileItIsSettled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		for range 4 {
			r := w.begin(true)
			said := atOnce(6, func(i int) error {
				switch i {
				case 0:
					_, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: r.ID, Act: order.Ended})
					return err
				case 1:
					_, err := w.dis.ChangeResponse(w.ctx, w.other, dispatching.ChangeInput{ResponseID: r.ID, Act: order.SettledIt})
					return err
				}
				_, err := w.dis.Propose(w.ctx, w.planner, w.input(w.toPoint(), w.line(w.north, w.tent, "1")))
				return err
			})
			winners(t, said)
			got, err := w.st.Read().Response(w.ctx, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			debts, err := w.st.Read().Debts(w.ctx, r.ID)
			if err != nil || got.Status == order.Settled && debts.Orders > 0 {
				t.Errorf("settled with %d orders open (%v)", debts.Orders, err)
			}
		}
		w.mustCheck()
	})
}
