package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func (w *world) hold(actor access.Actor, lot id.ID, held bool, reason string) error {
	return w.inv.HoldLot(w.ctx, actor, inventory.HoldRequest{LotID: lot, Held: held, Reason: reason})
}

// quarantine adds a corner for goods under inspection to the first depot.
func (w *world) quarantine(code string) place.Place {
	w.t.Helper()
	p := place.Place{Kind: place.Quarantine, DepotID: w.depot.ID, Code: code, Name: code}
	err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
		p.ID = tx.NewID()
		return tx.InsertPlaces(w.ctx, p)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) lotOf(no string) store.StockRow {
	w.t.Helper()
	rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{LotNo: no}, 10)
	if err != nil || len(rows) == 0 {
		w.t.Fatalf("lot %s: %v, %v", no, rows, err)
	}
	return rows[0]
}

func TestHeldLotDoesNotLeave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "10", LotNo: "A1"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "5", LotNo: "B1"}))
		a := w.lotOf("A1")
		line := inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "2", LotID: a.Lot.ID, PlaceID: a.PlaceID}
		if err := w.hold(w.keeper, a.Lot.ID, true, "抽检 不合格\n待复检"); err != nil {
			t.Fatal(err)
		}
		t.Run("by choice it is refused, by proposal passed over", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", line))
			wantField(t, err, "line.1.lot_no", "冻结")
			_, err = w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("6")))
			wantField(t, err, "line.1.qty", "可用 5 床")
			w.post(w.issue("2026-11-24", w.quilts("5")))
		})
		t.Run("it may still be disposed of", func(t *testing.T) {
			d := w.issue("2026-11-24", line)
			d.Type, d.Reason = ledger.Disposal, "损坏变质"
			w.post(d)
		})
		t.Run("the page shows who held it and why, once", func(t *testing.T) {
			l, err := w.inv.Lot(w.ctx, w.keeper, a.Lot.ID)
			if err != nil || !l.Held || l.MayHold || l.MayRelease || len(l.Holds) != 1 || l.Holds[0].Reason != "抽检 不合格 待复检" || l.Holds[0].ActorName != w.keeper.Name {
				t.Errorf("%+v, %v", l, err)
			}
			if l, err := w.inv.Lot(w.ctx, w.planner, a.Lot.ID); err != nil || !l.MayRelease || len(l.Stands) != 1 || l.Stands[0].OnHand != quantity.Of(8) {
				t.Errorf("%+v, %v", l, err)
			}
			trail, err := w.st.Read().AuditChain(w.ctx, 0, 0, 100)
			if err != nil || trail[len(trail)-1].Act != "lot.hold" || !strings.Contains(trail[len(trail)-1].Object, "A1") {
				t.Errorf("%+v, %v", trail, err)
			}
		})
		t.Run("released, it leaves again", func(t *testing.T) {
			if err := w.hold(w.planner, a.Lot.ID, false, "复检合格"); err != nil {
				t.Fatal(err)
			}
			w.post(w.issue("2026-11-24", line))
			l, err := w.inv.Lot(w.ctx, w.keeper, a.Lot.ID)
			if err != nil || l.Held || !l.MayHold || len(l.Holds) != 2 || l.Holds[0].Held || !l.Holds[1].Held {
				t.Errorf("%+v, %v", l, err)
			}
		})
		w.mustCheck()
	})
}

func TestWhoMayHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "3", LotNo: "A1"}))
		lot := w.lotOf("A1").Lot.ID
		leader, auditor := actor(104, "张领导", access.Leader, 0), actor(105, "审计员", access.Audit, 0)
		for _, tc := range []struct {
			name   string
			actor  access.Actor
			held   bool
			reason string
			kind   errs.Kind
		}{
			{"nobody", access.Actor{}, true, "坏了", errs.Unauthenticated},
			{"a keeper of another depot sees no such lot", w.stranger, true, "坏了", errs.NotFound},
			{"a leader", leader, true, "坏了", errs.Forbidden},
			{"an auditor", auditor, true, "坏了", errs.Forbidden},
			{"without a reason", w.keeper, true, " ", errs.Invalid},
			{"a reason too long", w.keeper, true, strings.Repeat("长", 201), errs.Invalid},
			{"releasing what is not held", w.planner, false, "合格", errs.Conflict},
			{"a keeper releases nothing", w.keeper, false, "合格", errs.Forbidden},
		} {
			t.Run(tc.name, func(t *testing.T) {
				if err := w.hold(tc.actor, lot, tc.held, tc.reason); errs.KindOf(err) != tc.kind {
					t.Errorf("%v, want %v", err, tc.kind)
				}
				if list, err := w.st.Read().LotHolds(w.ctx, lot, 10); err != nil || len(list) > 0 || w.lotOf("A1").Lot.Held {
					t.Errorf("written: %v, %v", list, err)
				}
			})
		}
		t.Run("a lot that is gone is the planners' to hold, and still to be seen", func(t *testing.T) {
			w.post(w.issue("2026-11-24", w.quilts("3")))
			if err := w.hold(w.keeper, lot, true, "召回"); !errors.Is(err, errs.Forbidden) {
				t.Errorf("%v", err)
			}
			if l, err := w.inv.Lot(w.ctx, w.keeper, lot); err != nil || l.MayHold || len(l.Stands) != 1 || l.Stands[0].OnHand != 0 {
				t.Errorf("%+v, %v", l, err)
			}
			if err := w.hold(w.planner, lot, true, "召回"); err != nil {
				t.Error(err)
			}
		})
		t.Run("an unknown lot and one of other depots are not there", func(t *testing.T) {
			for _, who := range []access.Actor{w.stranger, w.planner} {
				if _, err := w.inv.Lot(w.ctx, who, 12345); !errors.Is(err, errs.NotFound) {
					t.Errorf("%v", err)
				}
			}
			if _, err := w.inv.Lot(w.ctx, w.stranger, lot); !errors.Is(err, errs.NotFound) {
				t.Errorf("%v", err)
			}
		})
	})
}

func TestHoldIsDoneOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "3", LotNo: "A1"}))
		lot := w.lotOf("A1").Lot.ID
		t.Run("a second tap is the first one's success, another's is told who was first", func(t *testing.T) {
			for range 2 {
				if err := w.hold(w.keeper, lot, true, "受潮"); err != nil {
					t.Fatal(err)
				}
			}
			err := w.hold(w.planner, lot, true, "召回")
			if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.MessageOf(err), "周静 于 2026-11-24 12:00 冻结") {
				t.Errorf("%v", err)
			}
		})
		t.Run("many at once give one change", func(t *testing.T) {
			if err := w.hold(w.planner, lot, false, "合格"); err != nil {
				t.Fatal(err)
			}
			var done sync.WaitGroup
			failed := make([]error, 8)
			for i := range failed {
				done.Go(func() { failed[i] = w.hold(w.planner, lot, true, fmt.Sprintf("第 %d 人", i)) })
			}
			done.Wait()
			won := 0
			for _, err := range failed {
				if err == nil {
					won++
				} else if !errors.Is(err, errs.Conflict) {
					t.Error(err)
				}
			}
			list, err := w.st.Read().LotHolds(w.ctx, lot, 10)
			if won != 1 || err != nil || len(list) != 3 {
				t.Errorf("%d won, %v, %v", won, list, err)
			}
		})
		t.Run("each change stands in every depot's order, later than the one before", func(t *testing.T) {
			late := place.Depot{Code: "LATE", Name: "后建的库", Tier: place.Village}
			err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
				late.ID = tx.NewID()
				return tx.InsertDepot(w.ctx, late)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.hold(w.planner, lot, false, "复检"); err != nil {
				t.Fatal(err)
			}
			list, err := w.st.Read().LotHolds(w.ctx, lot, 10)
			if err != nil || len(list) != 4 || list[0].Reason != "复检" || !slices.IsSortedFunc(list, func(a, b store.LotHold) int { return int(b.Seq - a.Seq) }) {
				t.Errorf("%+v, %v", list, err)
			}
		})
		w.mustCheck()
	})
}

// TestNothingIsIssuedAfterAHold lets issues of one lot run against its hold:
// in the depot's own order none may stand behind it.
func TestNothingIsIssuedAfterAHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		const rounds, callers = 6, 8
		w := newWorld(t, e)
		refusedOnce := false
		for round := range rounds {
			no := fmt.Sprintf("R%d", round)
			w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "100", LotNo: no}))
			a := w.lotOf(no)
			line := inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "1", LotID: a.Lot.ID, PlaceID: a.PlaceID, Remark: "指定"}
			var done sync.WaitGroup
			issued := make([]ledger.Voucher, callers*4)
			for i := range callers {
				done.Go(func() {
					for j := range 4 {
						issued[4*i+j], _ = w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", line))
					}
				})
			}
			time.Sleep(time.Duration(round) * 4 * time.Millisecond)
			if err := w.hold(w.planner, a.Lot.ID, true, "召回"); err != nil {
				t.Fatal(err)
			}
			done.Wait()
			list, err := w.st.Read().LotHolds(w.ctx, a.Lot.ID, 1)
			if err != nil || len(list) != 1 || list[0].DepotID != w.depot.ID {
				t.Fatalf("%v, %v", list, err)
			}
			for _, v := range issued {
				if v.Seq > list[0].Seq {
					t.Errorf("round %d: %s was issued at %d, after the hold at %d", round, v.Number, v.Seq, list[0].Seq)
				}
				refusedOnce = refusedOnce || v.ID == 0
			}
		}
		if !refusedOnce {
			t.Error("every issue was quicker than its hold: nothing was shown")
		}
		w.mustCheck()
	})
}

// TestUsableHasOneMeaning compares every place that says 可用 with quarantine
// and held lots about: list, lots, picker, proposal, and what posting takes.
func TestUsableHasOneMeaning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.quarantine("待检区")
		w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "10", LotNo: "GOOD"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "7", LotNo: "OLD", Expires: "2026-10"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "5", LotNo: "HELD"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "4", LotNo: "GOOD", Bin: "待检区"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "3", LotNo: "HELD", Bin: "待检区"}))
		held := w.lotOf("HELD").Lot.ID
		if err := w.hold(w.keeper, held, true, "抽检"); err != nil {
			t.Fatal(err)
		}
		t.Run("账面 is all of it, 可用 what may leave", func(t *testing.T) { w.wantUsable("29", "10") })
		t.Run("a refusal says the same figure", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("11")))
			wantField(t, err, "line.1.qty", "可用 10 床")
		})
		t.Run("the filter lists what is there and may not leave", func(t *testing.T) {
			rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{Barred: true}, 10)
			var sum quantity.Q
			for _, r := range rows {
				sum += r.OnHand
			}
			items, _, itemsErr := w.inv.StockByItem(w.ctx, w.planner, inventory.StockFilter{Barred: true}, 10)
			if err != nil || itemsErr != nil || len(rows) != 3 || sum != quantity.Of(12) || len(items) != 1 || items[0].Qty != sum ||
				items[0].Held != quantity.Of(8) || items[0].Quarantined != quantity.Of(7) {
				t.Errorf("%+v %+v %v %v", rows, items, err, itemsErr)
			}
		})
		t.Run("released and moved out of quarantine it is usable", func(t *testing.T) {
			if err := w.hold(w.planner, held, false, "合格"); err != nil {
				t.Fatal(err)
			}
			w.wantUsable("29", "15")
			rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{LotNo: "GOOD", Barred: true}, 10)
			if err != nil || len(rows) != 1 {
				t.Fatalf("%v, %v", rows, err)
			}
			move := w.issue("2026-11-24", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "4", LotID: rows[0].Lot.ID, PlaceID: rows[0].PlaceID, ToBin: place.DefaultBin})
			move.Type, move.Reason = ledger.BinMove, "检验合格移出"
			w.post(move)
			w.wantUsable("29", "19")
			w.post(w.issue("2026-11-24", w.quilts("19")))
			w.wantUsable("10", "0")
		})
		w.mustCheck()
	})
}

// wantUsable asks everyone who says how many quilts there are and may leave.
func (w *world) wantUsable(onHand, usable string) {
	w.t.Helper()
	said := map[string][2]quantity.Q{}
	items, _, err := w.inv.StockByItem(w.ctx, w.planner, inventory.StockFilter{ItemID: w.quilt.ID}, 10)
	if err != nil || len(items) != 1 {
		w.t.Fatalf("%v, %v", items, err)
	}
	said["list"] = [2]quantity.Q{items[0].Qty, items[0].Available}
	picker, err := w.st.Read().OnHandOf(w.ctx, w.depot.ID, []id.ID{w.quilt.ID}, w.inv.Today().First)
	if err != nil {
		w.t.Fatal(err)
	}
	said["picker"] = [2]quantity.Q{picker[w.quilt.ID].Qty, picker[w.quilt.ID].Available}
	lots, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{ItemID: w.quilt.ID}, inventory.AllRows)
	if err != nil {
		w.t.Fatal(err)
	}
	var sum [2]quantity.Q
	for _, r := range lots {
		sum[0] += r.OnHand
		if r.Kind == place.Bin && r.Issuable(w.inv.Today()) {
			sum[1] += r.Available()
		}
	}
	said["lots"] = sum
	p, err := w.inv.Propose(w.ctx, w.keeper, w.depot.ID, w.quilt.ID, quantity.One)
	if err != nil {
		w.t.Fatal(err)
	}
	said["proposal"] = [2]quantity.Q{sum[0], p.Available}
	for who, figures := range said {
		if figures[0].String() != onHand || figures[1].String() != usable {
			w.t.Errorf("the %s says %s there and %s usable, want %s and %s", who, figures[0], figures[1], onHand, usable)
		}
	}
}
