package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// someDay draws a day of a narrow range, so that equal ones are common, at any
// precision, or none.
func someDay(t *rapid.T, label string) day.Day {
	d := day.Of(2026, rapid.IntRange(10, 12).Draw(t, label+" month"), rapid.IntRange(1, 28).Draw(t, label+" day"))
	switch rapid.SampledFrom([]string{"none", "day", "month", "year"}).Draw(t, label+" precision") {
	case "none":
		return day.Day{}
	case "month":
		return day.Stored(d.First[:7]+"-01", day.ToMonth)
	case "year":
		return day.Stored(d.First[:4]+"-01-01", day.ToYear)
	}
	return d
}

func someShelves(t *rapid.T) []ledger.Shelf {
	n := rapid.IntRange(0, 8).Draw(t, "shelves")
	list := make([]ledger.Shelf, n)
	for i := range list {
		label := fmt.Sprintf("shelf %d", i)
		list[i] = ledger.Shelf{PlaceID: id.ID(i + 1), Bin: rapid.SampledFrom([]string{"A-01", "A-02"}).Draw(t, label+" bin"),
			OnHand: quantity.Q(rapid.Int64Range(0, 20_000).Draw(t, label+" on hand")), Allocated: quantity.Q(rapid.Int64Range(0, 5_000).Draw(t, label+" allocated")),
			Lot: ledger.Lot{ID: id.ID(100 + i), Expires: someDay(t, label+" expires"), Produced: someDay(t, label+" produced"),
				Received: day.Of(2026, 9, rapid.IntRange(1, 5).Draw(t, label+" received")), Held: rapid.IntRange(0, 4).Draw(t, label+" held") == 0}}
	}
	return list
}

func mayLeave(s ledger.Shelf, on day.Day) bool {
	expired := !s.Lot.Expires.IsZero() && s.Lot.Expires.Last() < on.First
	return !s.Lot.Held && !expired && s.OnHand > s.Allocated
}

// before says in the field's words which of two lots leaves first: what
// expires sooner, then what came sooner; what never expires comes last.
func before(a, b ledger.Lot) bool {
	ae, be := a.Expires.Last(), b.Expires.Last()
	switch {
	case ae != be:
		return be == "" || ae != "" && ae < be
	default:
		return a.Received.First < b.Received.First
	}
}

func TestPropose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shelves := someShelves(t)
		given := slices.Clone(shelves)
		need := quantity.Q(rapid.Int64Range(-5, 60_000).Draw(t, "need"))
		on := day.Of(2026, 11, rapid.IntRange(1, 28).Draw(t, "on"))
		picks, short := ledger.Propose(shelves, need, on)

		if !slices.Equal(shelves, given) {
			t.Fatal("the caller's shelves were changed")
		}
		taken := make(map[id.ID]quantity.Q)
		var sum, available quantity.Q
		for _, p := range picks {
			if p.Qty <= 0 || p.Qty > p.Shelf.Available() {
				t.Fatalf("takes %s of %s available", p.Qty, p.Shelf.Available())
			}
			if !mayLeave(p.Shelf, on) {
				t.Fatalf("takes a held, expired or empty lot: %+v", p.Shelf)
			}
			if taken[p.Shelf.PlaceID] != 0 {
				t.Fatal("takes from one shelf twice")
			}
			taken[p.Shelf.PlaceID] = p.Qty
			sum += p.Qty
		}
		if sum+short != max(need, 0) || short < 0 {
			t.Fatalf("%s taken + %s short is not %s", sum, short, need)
		}
		for _, s := range shelves {
			if !mayLeave(s, on) {
				continue
			}
			available += s.Available()
			for _, p := range picks {
				if before(s.Lot, p.Shelf.Lot) && taken[s.PlaceID] != s.Available() {
					t.Fatalf("lot %d leaves while the earlier lot %d still has something", p.Shelf.Lot.ID, s.Lot.ID)
				}
			}
		}
		if short > 0 && sum != available {
			t.Fatalf("%s short, but only %s of %s taken", short, sum, available)
		}
	})
}

func TestProposeOrder(t *testing.T) {
	on := day.Of(2026, 11, 24)
	lot := func(n int, expires day.Day, received day.Day) ledger.Shelf {
		return ledger.Shelf{PlaceID: id.ID(n), OnHand: quantity.One, Lot: ledger.Lot{ID: id.ID(n), Expires: expires, Received: received}}
	}
	early, late := day.Of(2026, 1, 1), day.Of(2026, 6, 1)
	month := func(m string) day.Day { return day.Stored(m+"-01", day.ToMonth) }
	shelves := []ledger.Shelf{
		lot(1, day.Day{}, early), lot(2, month("2027-01"), early), lot(3, day.Of(2027, 1, 15), late), lot(4, day.Of(2027, 1, 31), late),
		lot(5, day.Of(2026, 11, 23), early), lot(6, on, late), lot(7, month("2026-11"), late), lot(8, day.Stored("2026-01-01", day.ToYear), early),
	}
	picks, short := ledger.Propose(shelves, 100*quantity.One, on)
	var order []id.ID
	for _, p := range picks {
		order = append(order, p.Shelf.Lot.ID)
	}
	// 6 expires today and may still leave; 7 holds through 30 November, 8
	// through December; 2 and 4 end on the same day, 2 came first; 1 never ends.
	if want := []id.ID{6, 7, 8, 3, 2, 4, 1}; !slices.Equal(order, want) || short != 93*quantity.One {
		t.Errorf("order %v, short %s; want %v", order, short, want)
	}
}

func TestFirstShortfall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Forward, as a person would with the card: the balance at the end of
		// the posted day, then voucher after voucher.
		balance := quantity.Q(rapid.Int64Range(-3, 6).Draw(t, "at the end of the day"))
		n := rapid.IntRange(0, 8).Draw(t, "vouchers")
		posted := "2026-11-01"
		now, d := balance, 2
		later := make([]ledger.Move, n)
		want, found := ledger.Shortfall{}, false
		if balance < 0 {
			want, found = ledger.Shortfall{On: posted, Balance: balance}, true
		}
		for i := range later {
			d += rapid.IntRange(0, 1).Draw(t, fmt.Sprintf("days before voucher %d", i)) // several on one day
			later[i] = ledger.Move{On: day.Of(2026, 11, d).First, Qty: quantity.Q(rapid.Int64Range(-4, 4).Draw(t, fmt.Sprintf("voucher %d", i)))}
			now += later[i].Qty
			if now < 0 && !found {
				want, found = ledger.Shortfall{On: later[i].On, Balance: now}, true
			}
		}
		got, short := ledger.FirstShortfall(posted, now, later)
		if short != found || got != want {
			t.Fatalf("got %+v %t; want %+v %t", got, short, want, found)
		}
	})
}
