package inventory_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// The model is a ledger of its own, written from the rules of the house and
// not from the code: slips in the order they were booked, and from them, by
// counting, whatever anybody may ask. It foretells whether a request is booked
// or refused, and what it moves. It leaves three things open: which of several
// lots of the same last day, or bins of one lot, the product takes when asked
// to choose; whether such a back-dated choice is refused, since another choice
// might have passed; the words of refusals.

// beyond is the depot of places outside the district.
const beyond = -1

// forever sorts after every day.
const forever = "9999-12-31"

// spot is a place.
type spot struct {
	depot int
	kind  place.Kind
	code  string
	id    id.ID
}

// batch is a lot.
type batch struct {
	item          catalog.Item
	no            string
	made          string // as typed
	until, last   string // as typed, and the last day it is good
	source, price string
	id            id.ID // once it was booked

	held bool
	by   id.ID // who changed the hold last,
	why  string
}

// name tells lots apart, as the rules do.
func (l *batch) name() string {
	return strings.Join([]string{l.item.Code, l.no, l.made, l.until, l.source, l.price}, "|")
}

func (l *batch) good(on string) bool { return l.last >= on && !l.held }

// cell is a lot at a place.
type cell struct {
	lot *batch
	at  *spot
}

// step is a quantity, in thousandths, of a lot going from place to place.
type step struct {
	line     int
	lot      *batch
	qty      int64
	from, to *spot
	back     ref // of a return, the issue's step whose goods come back
}

// ref names a step of a slip.
type ref struct {
	slip *slip
	step int
}

// slip is a posted voucher.
type slip struct {
	typ       ledger.Type
	on        string
	order     int // of booking
	depot, to int // to is beyond but for transfers
	number    string
	steps     []step
	undone    []bool         // by step: reversed
	sums      map[cell]int64 // of a booked slip
	reverses  *slip
	asked     string         // of a draft, the remark of the page it was posted from
	voucher   ledger.Voucher // as the product gave it
}

// net sums what a slip changes in each cell inside.
func (s *slip) net() map[cell]int64 {
	if s.sums != nil {
		return s.sums
	}
	sums := map[cell]int64{}
	for _, m := range s.steps {
		if m.from.depot != beyond {
			sums[cell{m.lot, m.from}] -= m.qty
		}
		if m.to.depot != beyond {
			sums[cell{m.lot, m.to}] += m.qty
		}
	}
	return sums
}

// depots lists the depots a slip touches.
func (s *slip) depots() []int {
	seen := []int{s.depot}
	for _, m := range s.steps {
		for _, d := range []int{m.from.depot, m.to.depot} {
			if d != beyond && !slices.Contains(seen, d) {
				seen = append(seen, d)
			}
		}
	}
	return seen
}

// piece is where a numbered thing is: nowhere of ours with at == nil.
type piece struct {
	lot *batch
	at  *spot
}

// model is the ledger.
type model struct {
	today  string
	codes  [2]string // of the depots
	ids    [2]id.ID
	spots  []*spot
	lots   []*batch
	slips  []*slip
	have   map[cell]int64
	pieces map[string]piece
	closed [2][]string // closed months, in order
	asked  [2]*reopening
}

// reopening is a request that waits.
type reopening struct {
	month string
	by    id.ID
	id    id.ID
}

func (m *model) spot(depot int, code string) *spot {
	for _, s := range m.spots {
		if s.depot == depot && s.code == code {
			return s
		}
	}
	return nil
}

func (m *model) outer(k place.Kind) *spot { return m.spot(beyond, string(k)) }

// closedOn is the last day of a depot's last closed month, "" without one.
func (m *model) closedOn(depot int) string {
	n := len(m.closed[depot])
	if n == 0 {
		return ""
	}
	return lastOf(m.closed[depot][n-1])
}

// lastOf gives a month's last day.
func lastOf(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		panic(err)
	}
	return t.AddDate(0, 1, -1).Format(time.DateOnly)
}

// after gives the month after a month.
func after(month string) string {
	t, _ := time.Parse("2006-01", month)
	return t.AddDate(0, 1, 0).Format("2006-01")
}

// cells lists what stands somewhere, in an order that does not depend on ids.
func (m *model) cells(may func(cell) bool) []cell {
	var list []cell
	for _, l := range m.lots {
		for _, s := range m.spots {
			if c := (cell{l, s}); m.have[c] > 0 && may(c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// change is what one slip does to a cell.
type change struct {
	on    string
	order int
	qty   int64
}

// history lists the changes of a cell in the order of the books.
func (m *model) history(c cell, more ...*slip) []change {
	var list []change
	for _, s := range slices.Concat(m.slips, more) {
		if q := s.net()[c]; q != 0 {
			list = append(list, change{s.on, s.order, q})
		}
	}
	slices.SortFunc(list, func(a, b change) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.order, b.order)) })
	return list
}

// hole names the first moment at which a slip would leave a cell below nothing.
func (m *model) hole(s *slip) string {
	for c, q := range s.net() {
		if q >= 0 {
			continue // what comes in leaves no hole
		}
		var balance int64
		for _, ch := range m.history(c, s) {
			if balance += ch.qty; balance < 0 {
				return fmt.Sprintf("%s at %s holds %d on %s", c.lot.name(), c.at.code, balance, ch.on)
			}
		}
	}
	return ""
}

// number gives a slip its number: the next of its series.
func (m *model) number(s *slip) string {
	series := map[ledger.Type]string{ledger.Receipt: "RK", ledger.Issue: "CK", ledger.Transfer: "DB", ledger.Return: "GH",
		ledger.BinMove: "YK", ledger.Disposal: "BF", ledger.Reversal: "HC"}[s.typ]
	head := fmt.Sprintf("%s-%s-%s-", series, m.codes[s.depot], s.on[:4])
	n := 1
	for _, o := range m.slips {
		if strings.HasPrefix(o.number, head) {
			n++
		}
	}
	return fmt.Sprintf("%s%06d", head, n)
}

// far gives nil for the places goods come from: whatever has not come in, or
// was given back there, may come in under any lot.
func far(s *spot) *spot {
	switch s.kind {
	case place.Supplier, place.Donor, place.Upper, place.Opened:
		return nil
	}
	return s
}

func pieceName(l *batch) string { return l.item.Code + "|" + strings.ToLower(l.no) }

// movePieces moves numbered pieces and says which cannot be where they are
// said to be.
func movePieces(known map[string]piece, s *slip) string {
	for _, mv := range s.steps {
		if !mv.lot.item.Serial {
			continue
		}
		if mv.qty != 1000 {
			return "a piece is one"
		}
		name := pieceName(mv.lot)
		p := known[name]
		if p.at != far(mv.from) || p.at != nil && p.lot != mv.lot {
			return "the piece " + name + " is elsewhere"
		}
		known[name] = piece{mv.lot, far(mv.to)}
	}
	return ""
}

// bars says why a slip may not be booked whatever is on the shelves.
func (m *model) bars(s *slip) string {
	if s.on > m.today {
		return "the day has not come"
	}
	for _, d := range s.depots() {
		if s.on <= m.closedOn(d) {
			return "the month is closed"
		}
	}
	pieces := map[string]piece{}
	for k, v := range m.pieces {
		pieces[k] = v
	}
	return movePieces(pieces, s)
}

// book writes a slip down.
func (m *model) book(s *slip) {
	s.order, s.undone = len(m.slips)+1, make([]bool, len(s.steps))
	s.number = m.number(s)
	s.sums = s.net()
	for c, q := range s.sums {
		m.have[c] += q
	}
	movePieces(m.pieces, s)
	if s.reverses != nil {
		for i, mv := range s.reverses.steps {
			if slices.ContainsFunc(s.steps, func(t step) bool { return t.back == ref{s.reverses, i} && t.line == mv.line }) {
				s.reverses.undone[i] = true
			}
		}
	}
	m.slips = append(m.slips, s)
}

// returned says how much of a step has come back and not gone out again.
func (m *model) returned(r ref) (qty int64) {
	for _, s := range m.slips {
		if s.typ != ledger.Return {
			continue
		}
		for i, mv := range s.steps {
			if mv.back == r && !s.undone[i] {
				qty += mv.qty
			}
		}
	}
	return qty
}

// left says how much of an issue's step has neither been reversed nor come back.
func (m *model) left(r ref) int64 {
	if r.slip.undone[r.step] {
		return 0
	}
	return r.slip.steps[r.step].qty - m.returned(r)
}
