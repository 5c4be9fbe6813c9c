package planning_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
)

// The model holds a plan against what was posted, entry by entry, from the
// rules of the house and not from the code: it knows no closed months, no sums
// and no stock, only what the vouchers say.

// spot is a lot at a place.
type spot struct{ place, depot, lot id.ID }

// known is what the model knows of a lot.
type known struct {
	item id.ID
	last string // its last good day, "" = for ever
}

type moved struct {
	on string
	spot
	qty int64
}

// flagged is a change of a lot's hold; tried a machine's trial.
type flagged struct {
	lot  id.ID
	held bool
	on   string
}

type tried struct {
	lot     id.ID
	on, due string
	order   int
	passed  bool
}

type model struct {
	moves    []moved
	lots     map[id.ID]known
	kinds    map[id.ID]place.Kind // of places that are no bin
	holds    []flagged
	trials   []tried
	machines map[id.ID]bool // items
	promised map[spot]int64 // to orders, today
}

func (m *model) post(v ledger.Voucher) {
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			m.moves = append(m.moves, moved{v.BusinessOn.First, spot{e.PlaceID, e.DepotID, e.LotID}, int64(e.Qty)})
		}
	}
}

// stood is what was where at the end of a day.
func (m *model) stood(on string) map[spot]int64 {
	sums := map[spot]int64{}
	for _, mv := range m.moves {
		if mv.on <= on {
			sums[mv.spot] += mv.qty
		}
	}
	return sums
}

func (m *model) held(lot id.ID, on string) (held bool) {
	for _, h := range m.holds {
		if h.lot == lot && h.on <= on {
			held = h.held
		}
	}
	return held
}

// ready reports that a machine's newest trial until a day passed and is in
// date.
func (m *model) ready(lot id.ID, on string) bool {
	var newest tried
	for _, t := range m.trials {
		if t.lot == lot && t.on <= on && (t.on > newest.on || t.on == newest.on && t.order > newest.order) {
			newest = t
		}
	}
	return newest.passed && newest.due >= on
}

// why judges a lot at a place: the first reason of the list counts.
func (m *model) why(s spot, on, today string, window int) plan.Why {
	lot := m.lots[s.lot]
	kind := m.kinds[s.place]
	switch {
	case kind == place.Transit:
		return plan.InTransit
	case kind == place.Borrower:
		return plan.Lent
	case kind == place.Workshop:
		return plan.InRepair
	case kind == place.Quarantine || m.held(s.lot, min(on, today)):
		return plan.Barred
	case lot.last != "" && lot.last < on:
		return plan.Expired
	case lot.last != "" && window > 0 && lot.last <= later(on, window):
		return plan.Expiring
	case m.machines[lot.item] && !m.ready(s.lot, on):
		return plan.Untested
	}
	return plan.Usable
}

func later(on string, days int) string {
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		panic(err)
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// shelf is what a depot has of an item: in all, and by why it does not count.
type shelf struct {
	book int64
	out  map[plan.Why]int64
}

func (m *model) shelves(on, today string, window int) map[[2]id.ID]shelf {
	all := map[[2]id.ID]shelf{}
	for s, qty := range m.stood(min(on, today)) {
		at := [2]id.ID{s.depot, m.lots[s.lot].item}
		sh := all[at]
		if sh.out == nil {
			sh.out = map[plan.Why]int64{}
		}
		sh.book += qty
		if why := m.why(s, on, today, window); why != plan.Usable {
			sh.out[why] += qty
		} else if on >= today {
			sh.out[plan.Allocated] += m.promised[s]
		}
		all[at] = sh
	}
	return all
}

// want is a target as the model reads a line: the items that count with what
// one of each counts, at each of some depots or over all of them.
type want struct {
	depots []id.ID
	over   bool
	each   map[id.ID][2]int64 // item -> num, den
	line   plan.Line
}

// figure is what a target comes to. Converted figures are told by what is
// there and what counts alone.
type figure struct {
	depot            id.ID
	line             int
	book, usable     int64
	out              map[plan.Why]int64
	rate             int64
	enough, converts bool
}

// convert rounds down: what counts is never more than there is.
func convert(q int64, r [2]int64) int64 {
	n := new(big.Int).Mul(big.NewInt(q), big.NewInt(r[0]))
	return n.Div(n, big.NewInt(r[1])).Int64()
}

func (w want) at(depots []id.ID, all map[[2]id.ID]shelf) figure {
	f := figure{line: w.line.No, out: map[plan.Why]int64{}}
	for _, d := range depots {
		for item, r := range w.each {
			sh := all[[2]id.ID{d, item}]
			usable := sh.book
			for why, q := range sh.out {
				f.out[why] += q // compared only where nothing is converted
				usable -= q
			}
			f.book += convert(sh.book, r)
			f.usable += convert(usable, r)
			f.converts = f.converts || r[0] != r[1]
		}
	}
	std := int64(w.line.Standard)
	f.rate = f.usable * 10000 / std
	f.enough = f.usable > 0
	if least := int64(w.line.Minimum); least > 0 {
		f.enough = f.usable >= least
	}
	return f
}

// figures holds every target against the books.
func (m *model) figures(wants []want, on, today string, window int) []figure {
	all := m.shelves(on, today, window)
	var list []figure
	for _, w := range wants {
		if w.over {
			list = append(list, w.at(w.depots, all))
			continue
		}
		for _, d := range w.depots {
			f := w.at([]id.ID{d}, all)
			f.depot = d
			list = append(list, f)
		}
	}
	return list
}

// mean is 计划完成率 and 品类齐全率 of some targets, in basis points.
func mean(list []figure) (rate, complete int64) {
	var sum, enough int64
	for _, f := range list {
		sum += min(f.rate, 10000)
		if f.enough {
			enough++
		}
	}
	return sum / int64(len(list)), enough * 10000 / int64(len(list))
}

// text writes figures so that two lists of them can be compared.
func (f figure) text() string {
	s := fmt.Sprintf("line %d at %d: book %d usable %d rate %d enough %v", f.line, f.depot, f.book, f.usable, f.rate, f.enough)
	if f.converts {
		return s
	}
	for _, why := range slices.Sorted(maps.Keys(f.out)) {
		if f.out[why] != 0 {
			s += fmt.Sprintf(" %s %d", why.Key(), f.out[why])
		}
	}
	return s
}

func texts(list []figure) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.text())
	}
	return out
}

// told reads the product's answer into the same form.
func told(met []plan.Met, converts map[int]bool) []figure {
	var list []figure
	for _, m := range met {
		f := figure{depot: m.DepotID, line: m.Line.No, book: int64(m.Book), usable: int64(m.Usable()), rate: int64(m.Rate()), enough: m.Enough(),
			out: map[plan.Why]int64{}, converts: converts[m.Line.No]}
		for _, w := range plan.Whys {
			f.out[w] = int64(m.Out[w])
		}
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b figure) int { return cmp.Compare(a.line, b.line) })
	return list
}
