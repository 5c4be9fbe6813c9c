package inventory_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// TestTwoProgramsAtOneDepot has a second program change what the first one's
// last posting left: it goes on from what it remembers, and must notice.
func TestTwoProgramsAtOneDepot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		fixed, _ := e.Fixed(t)
		w := newDistrict(t, fixed)
		far := inventory.New(fixed.Open(t, func() time.Time { return noon }))
		w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, LotNo: "甲", Qty: "500"}))
		warm := func() {
			t.Helper()
			w.post(w.issue("2026-11-24", w.quilts("1")))
		}
		t.Run("its postings", func(t *testing.T) {
			for range 3 {
				warm()
				if _, err := far.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("1"))); err != nil {
					t.Fatal(err)
				}
			}
			var both sync.WaitGroup
			for _, inv := range []*inventory.Service{w.inv, far} {
				both.Go(func() {
					for range 20 {
						if _, err := inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("1"))); err != nil {
							t.Error(err)
						}
					}
				})
			}
			both.Wait()
			w.want(w.quilt, "WC01 默认货位 甲 454")
		})
		t.Run("its hold", func(t *testing.T) {
			warm()
			lot := lotOf(t, w.world, "甲")
			if err := far.HoldLot(w.ctx, w.planner, inventory.HoldRequest{LotID: lot, Held: true, Reason: "抽检"}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("1"))); !errors.Is(err, errs.Invalid) {
				t.Errorf("a held lot was issued: %v", err)
			}
			if err := far.HoldLot(w.ctx, w.planner, inventory.HoldRequest{LotID: lot, Reason: "合格"}); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("its closed month", func(t *testing.T) {
			warm()
			if r, err := far.ClosePeriods(w.ctx, w.planner, "2026-10", []id.ID{w.depot.ID}); err != nil || r[0].Err != nil {
				t.Fatal(r, err)
			}
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-10-31", w.quilts("1")))
			wantField(t, err, "business_on", "2026-11-01 或以后")
		})
		t.Run("its draft under the same key", func(t *testing.T) {
			warm()
			d := w.issue("2026-11-24", w.quilts("1"))
			saved, err := far.SaveDraft(w.ctx, w.keeper, d)
			if err != nil {
				t.Fatal(err)
			}
			warm()
			v := w.post(d)
			if got, err := far.Draft(w.ctx, w.keeper, saved.ID); err != nil || got.Status != "posted" || got.VoucherID != v.ID {
				t.Errorf("the draft is %s, %v", got.Status, err)
			}
		})
		w.mustCheck()
	})
}

// TestANewPackCountsAtOnce changes the catalogue between two postings.
func TestANewPackCountsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		in := func() quantity.Q {
			t.Helper()
			v := w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.water.ID, Qty: "1箱"}))
			return v.Entries[1].Qty
		}
		if got := in() + in(); got != quantity.Of(48) {
			t.Errorf("two boxes hold %s", got)
		}
		changed := w.water
		changed.Packs = []catalog.Pack{{Name: "箱", Factor: quantity.Of(12)}}
		if err := w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.UpdateItem(w.ctx, changed) }); err != nil {
			t.Fatal(err)
		}
		if got := in(); got != quantity.Of(12) {
			t.Errorf("the smaller box holds %s", got)
		}
		made := catalog.Item{ID: w.st.NewID(), Code: "SH0099", Name: "手电筒", Unit: "床", CategoryID: w.water.CategoryID}
		if err := w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.InsertItems(w.ctx, made) }); err != nil {
			t.Fatal(err)
		}
		v := w.post(w.receipt("2026-11-20", inventory.Line{Item: "手电筒", Qty: "3"}))
		if v.Type != ledger.Receipt || !strings.HasPrefix(v.Number, "RK-") {
			t.Error(v.Number)
		}
	})
}
