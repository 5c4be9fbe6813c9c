package inventory_test

import (
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/store/storetest"
)

// TestOneNumberOnTwoLines is what the machine found: a number written on two
// lines of one receipt made two of one piece, or was said to be many people's
// posting at once.
func TestOneNumberOnTwoLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		line := func(price string) inventory.Line {
			return inventory.Line{ItemID: w.generator.ID, LotNo: "FD-001", Price: price}
		}
		for name, second := range map[string]string{"of one lot": "", "of two lots": "980"} {
			t.Run(name, func(t *testing.T) {
				_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-20", line(""), line(second)))
				wantField(t, err, "line.2.lot_no", "已经写过")
			})
		}
		wrong := w.post(w.receipt("2026-11-20", line("")))
		if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: wrong.ID, Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
			t.Fatal(err)
		}
		t.Run("also where it has been before", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-20", line(""), line("980")))
			wantField(t, err, "line.2.lot_no", "已经写过")
			w.want(w.generator, "")
		})
		w.mustCheck()
	})
}
