package inventory_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"pgregory.net/rapid"
)

// shelfID is one lot at one place.
type shelfID struct{ place, lot id.ID }

// move is one voucher's effect on one shelf.
type move struct {
	on  string
	seq int64
	qty quantity.Q
}

// books is the test's own ledger: the moves of every shelf, and nothing that
// is computed from them.
type books map[shelfID][]move

// with gives the books after one more voucher.
func (b books) with(on string, seq int64, deltas map[shelfID]quantity.Q) books {
	next := books{}
	for s, moves := range b {
		next[s] = slices.Clone(moves)
	}
	for s, q := range deltas {
		next[s] = append(next[s], move{on, seq, q})
		slices.SortFunc(next[s], func(a, b move) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.seq, b.seq)) })
	}
	return next
}

// hole names the first point at which some shelf would hold less than nothing.
func (b books) hole() string {
	for s, moves := range b {
		var balance quantity.Q
		for _, m := range moves {
			if balance += m.qty; balance < 0 {
				return fmt.Sprintf("lot %d at %d holds %s on %s", s.lot, s.place, balance, m.on)
			}
		}
	}
	return ""
}

func (b books) stock() map[shelfID]quantity.Q {
	sums := make(map[shelfID]quantity.Q)
	for s, moves := range b {
		for _, m := range moves {
			sums[s] += m.qty
		}
	}
	return sums
}

// plan runs random vouchers at a depot of its own and keeps books beside it.
type plan struct {
	*world
	rt     *rapid.T
	code   string
	books  books
	posted []ledger.Voucher
	step   int
}

func (p *plan) draw(n int, label string) int {
	return rapid.IntRange(0, n-1).Draw(p.rt, fmt.Sprintf("%d %s", p.step, label))
}

// days are few, so that vouchers of one day and back-dated ones are common.
var days = []string{"2025-12-31", "2026-01-01", "2026-11-22", "2026-11-23", "2026-11-24"}

func (p *plan) day() string { return days[p.draw(len(days), "day")] }

func (p *plan) qty() string { return fmt.Sprint(p.draw(9, "qty") + 1) }

func (p *plan) receive() {
	d := p.receipt(p.day())
	for n := range p.draw(3, "lines") + 1 {
		l := p.quilts(p.qty())
		if p.draw(2, fmt.Sprintf("line %d rice", n)) == 1 {
			l = inventory.Line{ItemID: p.rice.ID, Item: p.rice.Label(), Qty: p.qty() + ".125"}
		}
		l.LotNo = []string{"", "甲", "乙"}[p.draw(3, fmt.Sprintf("line %d lot", n))]
		l.Expires = []string{"", "2026-11-22", "2026-11", "2030-01"}[p.draw(4, fmt.Sprintf("line %d expires", n))]
		l.Bin = []string{"", "B-2"}[p.draw(2, fmt.Sprintf("line %d bin", n))]
		d.Lines = append(d.Lines, l)
	}
	v, err := p.inv.PostDraft(p.ctx, p.keeper, d)
	if err != nil {
		p.rt.Fatalf("a receipt was refused: %v", err)
	}
	p.took(v)
}

// issue takes chosen lots, whose outcome the books foretell, or leaves the
// choice to the product. Of the latter they foretell only those of today: on an
// earlier day the lots that are there now may be spoken for.
func (p *plan) issue() {
	d := p.world.issue(p.day())
	d.DepotID = p.depot.ID
	chosen := p.draw(3, "choose") > 0
	shelves, _, err := p.inv.StockByLot(p.ctx, p.keeper, inventory.StockFilter{DepotID: p.depot.ID}, inventory.AllRows)
	if err != nil {
		p.rt.Fatal(err)
	}
	want := make(map[shelfID]quantity.Q)
	expired := false
	var need quantity.Q
	for n := range p.draw(2, "lines") + 1 {
		l := p.quilts(p.qty())
		need += mustQty(l.Qty)
		if chosen {
			if len(shelves) == 0 {
				return
			}
			s := shelves[p.draw(len(shelves), fmt.Sprintf("line %d shelf", n))].Shelf
			l = inventory.Line{ItemID: s.Lot.ItemID, LotID: s.Lot.ID, PlaceID: s.PlaceID, Qty: p.qty(), Remark: "指定批次"}
			want[shelfID{s.PlaceID, s.Lot.ID}] -= mustQty(l.Qty)
			on, _ := day.Parse(d.BusinessOn, day.At(noon))
			expired = expired || s.Lot.Expired(on.Day)
		}
		d.Lines = append(d.Lines, l)
	}
	today := d.BusinessOn == days[len(days)-1]
	if !chosen {
		for _, s := range shelves {
			if s.Lot.ItemID == p.quilt.ID && !s.Lot.Expired(day.At(noon)) {
				need -= s.OnHand
			}
		}
		expired = need > 0
	}
	v, err := p.inv.PostDraft(p.ctx, p.keeper, d)
	p.outcome(v, err, d.BusinessOn, want, chosen || today, expired)
}

func mustQty(text string) quantity.Q {
	r, err := quantity.Parse(text)
	if err != nil {
		panic(err)
	}
	return r.Q
}

// outcome compares what the product did with what the books foretell.
func (p *plan) outcome(v ledger.Voucher, err error, on string, want map[shelfID]quantity.Q, foretold, forbidden bool) {
	hole := p.books.with(on, 1<<40, want).hole()
	if foretold && err == nil && (hole != "" || forbidden) {
		p.rt.Fatalf("%s was booked, though %s (forbidden: %t)", v.Number, hole, forbidden)
	}
	if foretold && err != nil && hole == "" && !forbidden {
		p.rt.Fatalf("refused without need: %v", err)
	}
	if err != nil {
		if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict {
			p.rt.Fatalf("refused as %v: %v", k, err)
		}
		return
	}
	p.took(v)
}

func (p *plan) reverse() {
	if len(p.posted) == 0 {
		return
	}
	orig := p.posted[p.draw(len(p.posted), "voucher")]
	r := inventory.ReverseRequest{VoucherID: orig.ID, Reason: "录错", ClientKey: inventory.NewKey(), BusinessOn: p.day()}
	if p.draw(2, "one line") == 1 {
		r.Lines = []int{p.draw(orig.Entries[len(orig.Entries)-1].Line, "line") + 1}
	}
	want, forbidden := p.opposite(orig, r.Lines)
	forbidden = forbidden || orig.Type == ledger.Reversal || r.BusinessOn < orig.BusinessOn.First
	v, err := p.inv.Reverse(p.ctx, p.keeper, r)
	p.outcome(v, err, r.BusinessOn, want, true, forbidden)
}

// opposite says what a reversal must do. Asked for by line, a line that is
// reversed already forbids it; asked for whole, what is left is reversed.
func (p *plan) opposite(orig ledger.Voucher, lines []int) (map[shelfID]quantity.Q, bool) {
	done := make(map[id.ID]bool)
	for _, v := range p.posted {
		for _, e := range v.Entries {
			done[e.ReversesID] = true
		}
	}
	want := make(map[shelfID]quantity.Q)
	left, asked := 0, 0
	for _, e := range orig.Entries {
		if lines != nil && e.Line != lines[0] {
			continue
		}
		asked++
		if !done[e.ID] {
			left++
			if e.DepotID != 0 {
				want[shelfID{e.PlaceID, e.LotID}] -= e.Qty
			}
		}
	}
	return want, left == 0 || lines != nil && left < asked
}

// took writes what was booked into the books and looks at the voucher.
func (p *plan) took(v ledger.Voucher) {
	deltas := make(map[shelfID]quantity.Q)
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			deltas[shelfID{e.PlaceID, e.LotID}] += e.Qty
		}
	}
	p.books = p.books.with(v.BusinessOn.First, v.Seq, deltas)
	if hole := p.books.hole(); hole != "" {
		p.rt.Fatalf("after %s %s", v.Number, hole)
	}
	p.posted = append(p.posted, v)
	series := 0
	for _, other := range p.posted {
		if other.Type.Prefix() == v.Type.Prefix() && other.BusinessOn.Year() == v.BusinessOn.Year() {
			series++
		}
	}
	if want := ledger.Number(v.Type, p.code, v.BusinessOn.Year(), int64(series)); v.Number != want {
		p.rt.Fatalf("number %s; want %s, gapless", v.Number, want)
	}
}

// agrees compares the product's stock with the books' and runs its own check.
func (p *plan) agrees() {
	rows, _, err := p.inv.StockByLot(p.ctx, p.keeper, inventory.StockFilter{DepotID: p.depot.ID}, inventory.AllRows)
	if err != nil {
		p.rt.Fatal(err)
	}
	want := p.books.stock()
	for _, r := range rows {
		s := shelfID{r.PlaceID, r.Lot.ID}
		if r.OnHand != want[s] {
			p.rt.Fatalf("lot %d: stock %s, entries %s", s.lot, r.OnHand, want[s])
		}
		delete(want, s)
	}
	for s, q := range want {
		if q != 0 {
			p.rt.Fatalf("lot %d: no stock, entries %s", s.lot, q)
		}
	}
	r, err := p.inv.Check(p.ctx, nil)
	if err != nil || !r.OK() {
		p.rt.Fatalf("check: %v %v", err, r.Differences)
	}
}

// TestRandomPlans books random receipts, issues and reversals, many of them
// back-dated, and after each compares with books kept by hand: stock is the
// sum of entries, no shelf was ever below zero on any day, numbers are
// gapless, what is allowed is booked and what is not is refused.
func TestRandomPlans(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	depots := 0
	rapid.Check(t, func(rt *rapid.T) {
		depots++
		mine := *w
		p := &plan{world: &mine, rt: rt, code: fmt.Sprintf("P%05d", depots), books: books{}}
		p.depot = place.Depot{Code: p.code, Name: "库" + p.code, Tier: place.Township}
		err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
			p.depot.ID = tx.NewID()
			if err := tx.InsertDepot(w.ctx, p.depot); err != nil {
				return err
			}
			return tx.InsertPlaces(w.ctx, place.Place{ID: tx.NewID(), Kind: place.Bin, DepotID: p.depot.ID, Code: "B-2"})
		})
		if err != nil {
			rt.Fatal(err)
		}
		p.keeper = actor(101, "周静", access.Keeper, p.depot.ID)
		for range rapid.IntRange(1, planSteps).Draw(rt, "steps") {
			p.step++
			switch p.draw(6, "act") {
			case 0, 1:
				p.receive()
			case 2, 3, 4:
				p.issue()
			default:
				p.reverse()
			}
		}
		p.agrees()
	})
}
