package inventory_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// ask is a request to book something, as a person means it.
type ask struct {
	typ       ledger.Type
	depot, to int
	on        string // "" = today, in reversals and returns
	reason    string
	remark    string
	lines     []askLine
	of        *slip // reversals and returns: what they follow
	only      []int // of a reversal: lines, nil = what is left
	bad       string
	actor     access.Actor
	key       string
	draft     id.ID // a saved draft, with the version the page has
	version   int64
}

// askLine is a line of it. A line that takes says a lot (and place), numbers,
// or only the item.
type askLine struct {
	item    catalog.Item
	text    string // of the quantity
	qty     int64
	lot     *batch   // receipts: to find or make; else chosen
	at      *spot    // chosen
	numbers []string // pieces named
	to      string   // bin it goes to, "" = the default
	remark  string
	step    int // returns: of the issue
}

// forecast is what the model says of a request.
type forecast struct {
	why  string // it is refused whatever is on the shelves
	hole string // it is refused, since it leaves less than nothing somewhere
	open bool   // the product chooses among equals
	slip *slip
}

// unsaid reports that the rules do not decide: of a back-dated choice among
// equals one may pass where another does not.
func (f forecast) unsaid(today string) bool { return f.why == "" && f.open && f.slip.on < today }

func (f forecast) refused() bool { return f.why != "" || f.hole != "" }

// foretell says what becomes of a request.
func (m *model) foretell(a ask) forecast {
	if a.bad != "" {
		return forecast{why: a.bad}
	}
	s := &slip{typ: a.typ, on: a.on, order: 1 << 30, depot: a.depot, to: a.to}
	if s.on == "" {
		s.on = m.today
	}
	var why string
	open := false
	switch a.typ {
	case ledger.Receipt:
		why = m.receive(a, s)
	case ledger.Return:
		why = m.giveBack(a, s)
	case ledger.Reversal:
		why = m.takeBack(a, s)
	default:
		open, why = m.take(a, s)
	}
	if why == "" {
		why = m.rights(a, s)
	}
	if why == "" {
		why = m.bars(s)
	}
	f := forecast{why: why, open: open, slip: s}
	if why == "" {
		f.hole = m.hole(s)
	}
	return f
}

// rights asks for the right to post at every depot a slip touches.
func (m *model) rights(a ask, s *slip) string {
	for _, d := range s.depots() {
		if !slices.ContainsFunc(a.actor.Grants, func(g access.Grant) bool {
			return g.Role == access.Keeper && g.DepotID == m.ids[d]
		}) {
			return "no right at " + m.codes[d]
		}
	}
	return ""
}

func (m *model) receive(a ask, s *slip) string {
	from := m.outer(place.Supplier)
	switch a.reason {
	case "上级调拨":
		from = m.outer(place.Upper)
	case "社会捐赠":
		from = m.outer(place.Donor)
	}
	for i, l := range a.lines {
		if l.lot.made > s.on {
			return "made after it came in"
		}
		if l.lot.made > l.lot.last {
			return "expired before it was made"
		}
		to := m.spot(a.depot, cmp.Or(l.to, place.DefaultBin))
		if !l.item.Serial {
			s.steps = append(s.steps, step{line: i + 1, lot: m.known(*l.lot, s), qty: l.qty, from: from, to: to})
		}
		for _, no := range l.numbers {
			one := *l.lot
			one.no = no
			s.steps = append(s.steps, step{line: i + 1, lot: m.known(one, s), qty: 1000, from: from, to: to})
		}
	}
	return ""
}

// known gives the lot that is the same, in the books or earlier on the slip,
// or a new one.
func (m *model) known(l batch, s *slip) *batch {
	lots := m.lots
	for _, mv := range s.steps {
		lots = append(lots[:len(lots):len(lots)], mv.lot)
	}
	for _, o := range lots {
		if o.name() == l.name() {
			return o
		}
	}
	return &l
}

// giveBack makes what comes back of an issue: never more than left with it.
func (m *model) giveBack(a ask, s *slip) string {
	if a.of.typ != ledger.Issue {
		return "only issues come back"
	}
	if s.on < a.of.on {
		return "before it went out"
	}
	left := map[int]int64{}
	for i := range a.of.steps {
		left[i] = m.left(ref{a.of, i})
	}
	for i, l := range a.lines {
		if left[l.step] -= l.qty; left[l.step] < 0 {
			return "more than is left"
		}
		out := a.of.steps[l.step]
		s.steps = append(s.steps, step{line: i + 1, lot: out.lot, qty: l.qty, from: out.to,
			to: m.spot(a.of.depot, cmp.Or(l.to, place.DefaultBin)), back: ref{a.of, l.step}})
	}
	s.depot, s.to = a.of.depot, beyond
	return ""
}

// takeBack makes the opposite of a slip or of some lines of it.
func (m *model) takeBack(a ask, s *slip) string {
	if a.of.typ == ledger.Reversal {
		return "a reversal is not reversed"
	}
	if s.on < a.of.on {
		return "before it was booked"
	}
	for i, mv := range a.of.steps {
		if a.only != nil && !slices.Contains(a.only, mv.line) {
			continue
		}
		if a.of.typ == ledger.Issue && m.returned(ref{a.of, i}) > 0 {
			return "some of it has come back"
		}
		if a.of.undone[i] {
			if a.only != nil {
				return "that line is reversed"
			}
			continue
		}
		s.steps = append(s.steps, step{line: mv.line, lot: mv.lot, qty: mv.qty, from: mv.to, to: mv.from, back: ref{a.of, i}})
	}
	if len(s.steps) == 0 {
		return "all of it is reversed"
	}
	s.depot, s.to, s.reverses = a.of.depot, a.of.to, a.of
	return ""
}

// taking is a slip that takes, while its lines are gone through.
type taking struct {
	*model
	a     ask
	s     *slip
	taken map[cell]int64
	open  bool
}

// barred types take what may not be issued: it is what they are for.
func barred(t ledger.Type) bool { return t == ledger.BinMove || t == ledger.Disposal }

// take makes what leaves the shelves of a depot: what was chosen first, then
// first expired first out.
func (m *model) take(a ask, s *slip) (open bool, why string) {
	t := taking{model: m, a: a, s: s, taken: map[cell]int64{}}
	for _, chosen := range []bool{true, false} {
		for i, l := range a.lines {
			if (l.lot != nil || len(l.numbers) > 0) != chosen {
				continue
			}
			if why := t.line(i+1, l); why != "" {
				return false, fmt.Sprintf("line %d: %s", i+1, why)
			}
		}
	}
	for _, l := range a.lines {
		if !t.inTurn(l) {
			return false, "an earlier lot is left"
		}
	}
	slices.SortStableFunc(s.steps, func(a, b step) int { return a.line - b.line })
	return t.open, ""
}

func (t *taking) free(c cell) int64 { return t.have[c] - t.taken[c] }

// here lists the cells a line may take from, at the beginning.
func (t *taking) here(l askLine) []cell {
	return t.cells(func(c cell) bool {
		return c.at.depot == t.a.depot && (c.at.kind == place.Bin || barred(t.a.typ)) && c.lot.item.ID == l.item.ID &&
			(l.lot == nil || c.lot == l.lot) && (l.at == nil || c.at == l.at)
	})
}

func (t *taking) line(n int, l askLine) string {
	list := t.here(l)
	for _, no := range l.numbers {
		i := slices.IndexFunc(list, func(c cell) bool { return strings.EqualFold(c.lot.no, no) && t.free(c) > 0 })
		if i < 0 {
			return "the piece is not here"
		}
		if !barred(t.a.typ) && !list[i].lot.good(t.s.on) {
			return "the piece is barred"
		}
		if !t.move(n, l, list[i], 1000) {
			return "it is there already"
		}
	}
	if len(l.numbers) > 0 {
		return ""
	}
	if barred(t.a.typ) && l.lot == nil && len(list) > 1 {
		return "which one is not said"
	}
	return t.byExpiry(n, l, list)
}

// byExpiry takes from cells that may be issued, the first to expire first.
func (t *taking) byExpiry(n int, l askLine, list []cell) string {
	groups := map[string][]cell{}
	for _, c := range list {
		if (barred(t.a.typ) || c.lot.good(t.s.on)) && t.free(c) > 0 {
			groups[c.lot.last] = append(groups[c.lot.last], c)
		}
	}
	need := l.qty
	for _, day := range slices.Sorted(maps.Keys(groups)) {
		var total int64
		for _, c := range groups[day] {
			total += t.free(c)
		}
		t.open = t.open || need > 0 && need < total && len(groups[day]) > 1
		for _, c := range groups[day] {
			if q := min(need, t.free(c)); q > 0 {
				need -= q
				if !t.move(n, l, c, q) {
					return "it is there already"
				}
			}
		}
	}
	if need > 0 {
		return "not enough"
	}
	return ""
}

func (t *taking) move(n int, l askLine, c cell, qty int64) bool {
	to := t.outside()
	switch t.a.typ {
	case ledger.Transfer:
		to = t.spot(t.a.to, cmp.Or(l.to, place.DefaultBin))
	case ledger.BinMove:
		to = t.spot(t.a.depot, l.to)
	}
	t.taken[c] += qty
	t.s.steps = append(t.s.steps, step{line: n, lot: c.lot, qty: qty, from: c.at, to: to})
	return to != c.at
}

func (t *taking) outside() *spot {
	switch t.a.reason {
	case "调拨出库":
		return t.outer(place.Upper)
	case "丢失":
		return t.outer(place.Lost)
	}
	if t.a.typ == ledger.Disposal {
		return t.outer(place.Scrapped)
	}
	return t.outer(place.Used)
}

// inTurn reports that a chosen lot leaves in its turn, or for a reason.
func (t *taking) inTurn(l askLine) bool {
	if l.lot == nil || barred(t.a.typ) || l.remark != "" {
		return true
	}
	earlier := t.cells(func(c cell) bool {
		return c.at.depot == t.a.depot && c.at.kind == place.Bin && c.lot.item.ID == l.item.ID && c.lot.last < l.lot.last &&
			c.lot.good(t.s.on) && t.free(c) > 0
	})
	return len(earlier) == 0
}
