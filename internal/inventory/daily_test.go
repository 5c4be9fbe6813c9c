package inventory_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// sheet says a daily sheet in one text.
func sheet(d inventory.Daily) string {
	var parts []string
	for _, v := range d.Vouchers {
		parts = append(parts, v.Number)
	}
	for _, v := range d.Late {
		parts = append(parts, "late "+v.Number)
	}
	for _, it := range d.Items {
		parts = append(parts, fmt.Sprintf("%s +%s -%s =%s", it.Item.Name, it.Received, it.Issued, it.Closing))
	}
	return strings.Join(parts, "; ")
}

func TestDaily(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		w.post(w.receipt("2026-11-20", w.quilts("10"), inventory.Line{ItemID: w.water.ID, Qty: "2箱"}))
		w.post(w.issue("2026-11-22", w.quilts("3")))
		if _, err := w.inv.PostDraft(w.ctx, w.both, w.transfer(w.quilts("2"))); err != nil {
			t.Fatal(err)
		}
		w.post(w.draft(ledger.BinMove, "整理货位", inventory.Line{ItemID: w.water.ID, Qty: "5", ToBin: "B-2"}))
		wrong := w.post(w.issue("2026-11-24", w.quilts("4")))
		red, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: wrong.ID, Reason: "录错", ClientKey: inventory.NewKey()})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, on, want string
		}{
			{"today, with what was recorded late", "", "DB-WC01-2026-000001; YK-WC01-2026-000001; CK-WC01-2026-000002; HC-WC01-2026-000001; late RK-WC01-2026-000001; late CK-WC01-2026-000001; 棉被 +0 -2 =5"},
			{"a day before", "2026-11-20", "RK-WC01-2026-000001; 棉被 +10 -0 =10; 矿泉水 +48 -0 =48"},
			{"another", "2026年11月22日", "CK-WC01-2026-000001; 棉被 +0 -3 =7"},
			{"nothing", "2026-11-21", ""},
		} {
			d, err := w.inv.Daily(w.ctx, w.keeper, w.depot.ID, c.on)
			if got := sheet(d); err != nil || got != c.want {
				t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
			}
			if d.Last.Number != red.Number || d.Tail != ledger.Tail(red.Hash) || d.Unchecked || d.AuditSeq < 6 || len(d.AuditTail) != 8 {
				t.Errorf("%s: the books end with %s %s %d %s", c.name, d.Last.Number, d.Tail, d.AuditSeq, d.AuditTail)
			}
		}
		t.Run("the other end of a transfer", func(t *testing.T) {
			d, err := w.inv.Daily(w.ctx, w.stranger, w.other.ID, "")
			if got := sheet(d); err != nil || got != "DB-WC01-2026-000001; 棉被 +2 -0 =2" || d.Last.ID != 0 || d.Unchecked {
				t.Errorf("%q %v, last %q", got, err, d.Last.Number)
			}
		})
		t.Run("the span of a day has its first moment and not its last", func(t *testing.T) {
			for span, want := range map[[2]int64]int{{0, 1}: 1, {1, 2}: 0, {-1, 0}: 0} {
				f := store.DailyFilter{DepotID: w.depot.ID, On: "2026-11-01", FromAt: noon.UnixMicro() + span[0], ToAt: noon.UnixMicro() + span[1], LimitLines: 1}
				rows, err := w.st.Read().DailyVouchers(w.ctx, f)
				if err != nil || len(rows) != want {
					t.Errorf("%v: %d rows, want %d, %v", span, len(rows), want, err)
				}
			}
		})
		t.Run("who may not, and days that cannot be", func(t *testing.T) {
			if _, err := w.inv.Daily(w.ctx, w.stranger, w.depot.ID, ""); !errors.Is(err, errs.NotFound) {
				t.Errorf("a stranger: %v", err)
			}
			for _, on := range []string{"2026-02-30", "2026-11-25", "2026-11", "0026-11-24", "x"} {
				if _, err := w.inv.Daily(w.ctx, w.keeper, w.depot.ID, on); !errors.Is(err, errs.Invalid) {
					t.Errorf("%s: %v", on, err)
				}
			}
		})
		t.Run("a repeat says that it is one, and a return where it comes from", func(t *testing.T) {
			d := w.issue("2026-11-24", w.quilts("1"))
			first, again := w.post(d), w.post(d)
			if first.Again || !again.Again || first.ID != again.ID {
				t.Errorf("first %v, again %v", first.Again, again.Again)
			}
			view, err := w.inv.Voucher(w.ctx, w.keeper, first.ID)
			if err != nil {
				t.Fatal(err)
			}
			back, err := w.inv.Return(w.ctx, w.keeper, inventory.ReturnRequest{VoucherID: first.ID, Reason: "用完", ClientKey: inventory.NewKey(),
				Lines: []inventory.ReturnLine{{EntryID: view.Lines[0].EntryID, Qty: "1"}}})
			if err != nil {
				t.Fatal(err)
			}
			if view, err = w.inv.Voucher(w.ctx, w.keeper, back.ID); err != nil || view.ReturnOf == nil || view.ReturnOf.ID != first.ID || view.Lines[0].Qty != quantity.Of(1) {
				t.Errorf("%+v %v", view.ReturnOf, err)
			}
		})
		w.mustCheck()
	})
}
