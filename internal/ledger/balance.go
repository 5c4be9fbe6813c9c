package ledger

import (
	"cmp"
	"slices"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Shelf is what stands of one lot at one place: the row a keeper takes from.
type Shelf struct {
	PlaceID   id.ID
	Bin       string
	DepotID   id.ID
	Lot       Lot
	OnHand    quantity.Q
	Allocated quantity.Q
}

// Available is on hand less what is promised to dispatch orders.
func (s Shelf) Available() quantity.Q { return s.OnHand - s.Allocated }

// Pick is a quantity to take from a shelf.
type Pick struct {
	Shelf Shelf
	Qty   quantity.Q
}

// Issuable reports that something of it may leave on a day: it is free, and its
// lot neither expired nor held.
func (s Shelf) Issuable(on day.Day) bool {
	return s.Available() > 0 && !s.Lot.Held && !s.Lot.Expired(on)
}

// Propose picks lots for an issue: first expired first out, then first in
// first out; lots without expiry come after those with one. Expired and held
// lots are passed over, since they may only be disposed of. short is what
// cannot be met.
func Propose(shelves []Shelf, need quantity.Q, on day.Day) (picks []Pick, short quantity.Q) {
	return pick(shelves, need, func(s Shelf) bool { return s.Issuable(on) })
}

// ProposeAny picks in the same order from all that is free: for disposal and
// moves, which expired and held lots are meant for.
func ProposeAny(shelves []Shelf, need quantity.Q) (picks []Pick, short quantity.Q) {
	return pick(shelves, need, func(s Shelf) bool { return s.Available() > 0 })
}

func pick(shelves []Shelf, need quantity.Q, may func(Shelf) bool) (picks []Pick, short quantity.Q) {
	order := slices.Clone(shelves)
	slices.SortStableFunc(order, byExpiryThenReceipt)
	for _, s := range order {
		if need <= 0 {
			break
		}
		if !may(s) {
			continue
		}
		take := min(need, s.Available())
		picks = append(picks, Pick{Shelf: s, Qty: take})
		need -= take
	}
	return picks, max(need, 0)
}

// ExpiresBefore reports that a lot's last day comes before another's; a lot
// without expiry comes after all others.
func (l Lot) ExpiresBefore(other Lot) bool {
	return orNever(l.Expires.Last()) < orNever(other.Expires.Last())
}

// never sorts after every real day.
const never = "9999-12-31"

func byExpiryThenReceipt(a, b Shelf) int {
	return cmp.Or(
		cmp.Compare(orNever(a.Lot.Expires.Last()), orNever(b.Lot.Expires.Last())),
		cmp.Compare(orNever(a.Lot.Received.First), orNever(b.Lot.Received.First)),
		cmp.Compare(orNever(a.Lot.Produced.First), orNever(b.Lot.Produced.First)),
		cmp.Compare(a.Bin, b.Bin),
		cmp.Compare(a.Lot.ID, b.Lot.ID),
	)
}

func orNever(s string) string {
	if s == "" {
		return never
	}
	return s
}

// Move is the sum of one voucher's entries of one lot at one place.
type Move struct {
	On  string // business date
	Qty quantity.Q
}

// Shortfall is the first later day on which a running balance would be below
// zero, with the balance it would have.
type Shortfall struct {
	On      string
	Balance quantity.Q
}

// FirstShortfall looks, for one lot at one place, at the days after a
// back-dated posting. now is the stock including that posting; later are the
// vouchers of later business dates in the ledger's order (business date, depot
// sequence), one Move each: a day that ends well may still dip below zero in
// its middle. The posting stands last in its own day, so the balance at the
// end of that day counts too.
//
// It works backwards from the stock: no running balance is stored anywhere.
func FirstShortfall(postedOn string, now quantity.Q, later []Move) (Shortfall, bool) {
	balance := now
	for _, m := range later {
		balance -= m.Qty
	}
	found, first := Shortfall{}, false
	note := func(on string) {
		if balance < 0 && !first {
			found, first = Shortfall{On: on, Balance: balance}, true
		}
	}
	note(postedOn)
	for _, m := range later {
		balance += m.Qty
		note(m.On)
	}
	return found, first
}
