package fault

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

// roundTime bounds a round of callers: nobody at a counter waits longer.
const roundTime = 5 * time.Second

// TestR1NoOversell has many keepers issue one unit each of goods that half of
// them can have: chosen lots in odd rounds, the product's own proposal in even
// ones, where several lots are emptied one after the other.
func TestR1NoOversell(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		begun := time.Now()
		rounds, there := count(1, 20, 500), count(8, 100, 100)
		h := newHouse(t, e.Options(t))
		for round := range rounds {
			oversell(t, h, round, there)
		}
		h.mustCheck(t)
		counted(t, begun, "R1", "%-6s %d rounds of %d issuers on %d units: %d booked and %d refused in each", e.Server, rounds, 2*there, there, there, there)
	})
}

func oversell(t *testing.T, h *house, round, there int) {
	t.Helper()
	lot := fmt.Sprintf("L%d", round)
	d := h.form(ledger.Receipt, inventory.NewKey(), h.quilts(fmt.Sprint(there), lot))
	line := h.quilts("1", "")
	if round%2 == 0 {
		d.Lines = []inventory.Line{h.quilts(fmt.Sprint(there/4), lot+"a"), h.quilts(fmt.Sprint(there-there/4), lot+"b")}
	}
	h.post(t, d)
	if round%2 == 1 {
		s := h.shelf(t, h.quilt.ID, lot)
		line.LotID, line.PlaceID = s.Lot.ID, s.PlaceID
	}
	var booked, refused atomic.Int64
	begun := time.Now()
	crowd(2*there, func(int) {
		_, err := h.inv.PostDraft(h.ctx, h.keeper, h.form(ledger.Issue, inventory.NewKey(), line))
		switch {
		case err == nil:
			booked.Add(1)
		case isShort(err):
			refused.Add(1)
		default:
			t.Errorf("round %d: a loser got %v", round, err)
		}
	})
	took := time.Since(begun)
	if booked.Load() != int64(there) || refused.Load() != int64(there) || h.onHand(t, h.quilt.ID) != 0 {
		t.Fatalf("round %d: %d booked, %d refused, on hand %s; %d were there", round, booked.Load(), refused.Load(), h.onHand(t, h.quilt.ID), there)
	}
	if took > roundTime && !testing.Short() {
		t.Errorf("round %d took %s", round, took)
	}
}

// isShort reports the refusal that names the line whose goods are not there:
// too few, or a chosen lot of which nothing is left.
func isShort(err error) bool {
	fields := errs.FieldsOf(err)
	if errs.KindOf(err) != errs.Invalid || len(fields) != 1 {
		return false
	}
	f := fields[0]
	return f.Name == "line.1.qty" && strings.Contains(f.Message, "不够") || f.Name == "line.1.lot_no" && strings.Contains(f.Message, "已不在")
}
