package inventory_test

import (
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// machine drives the use cases and the model side by side. Its exported
// methods are the acts rapid chooses from.
type machine struct {
	*model
	*lab
	rt      judge
	roll    func(label string) int
	both    access.Actor // keeper of both depots
	alone   [2]access.Actor
	planner access.Actor
	leader  access.Actor
	sent    []sending
	drafts  []*saved
	steps   int
	seq     [2]int64 // the last of each depot,
	hash    [2]string
	every   int // how many steps lie between two comparisons of everything
}

// sending is a request that was sent, with what became of it.
type sending struct {
	ask  ask
	slip *slip // nil = refused
}

// draw draws evenly from n.
func (m *machine) draw(n int, label string) int {
	return m.roll(label) % n
}

// judge is what fails a run.
type judge interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// dice are even: rapid's own ranges prefer small numbers, which would make most
// requests alike.
var dice = rapid.Custom(func(t *rapid.T) int {
	n := 0
	for range 10 {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
})

// often is true n times of ten.
func (m *machine) often(n int, label string) bool { return m.draw(10, label) < n }

func pick[T any](m *machine, list []T, label string) T { return list[m.draw(len(list), label)] }

// draft writes a request as the form does.
func (m *machine) draft(a ask) inventory.Draft {
	d := inventory.Draft{ID: a.draft, Version: a.version, Type: a.typ, DepotID: m.ids[a.depot], ClientKey: a.key, BusinessOn: a.on, Reason: a.reason, Remark: a.remark}
	if a.to != beyond {
		d.ToDepotID = m.ids[a.to]
	}
	for _, l := range a.lines {
		w := inventory.Line{ItemID: l.item.ID, Item: l.item.Label(), Qty: l.text, Remark: l.remark, LotNo: strings.Join(l.numbers, "、")}
		switch {
		case a.typ == ledger.Receipt:
			w.Bin, w.Produced, w.Expires, w.Price, w.Owner = l.to, l.lot.made, l.lot.until, l.lot.price, m.owner
			if !l.item.Serial {
				w.LotNo = l.lot.no
			}
		case l.lot != nil:
			w.LotID, w.LotNo, w.ToBin = l.lot.id, l.lot.no, l.to
			if l.at != nil {
				w.PlaceID = l.at.id
			}
		default:
			w.ToBin = l.to
		}
		d.Lines = append(d.Lines, w)
	}
	return d
}

// send sends a request through the use case it is for.
func (m *machine) send(a ask) (ledger.Voucher, error) {
	switch a.typ {
	case ledger.Return:
		r := inventory.ReturnRequest{VoucherID: a.of.voucher.ID, BusinessOn: a.on, Reason: a.reason, ClientKey: a.key}
		for _, l := range a.lines {
			r.Lines = append(r.Lines, inventory.ReturnLine{EntryID: outOf(a.of, l.step).ID, Qty: l.text, Bin: l.to, Remark: l.remark})
		}
		return m.inv.Return(m.ctx, a.actor, r)
	case ledger.Reversal:
		return m.inv.Reverse(m.ctx, a.actor, inventory.ReverseRequest{VoucherID: a.of.voucher.ID, Lines: a.only, BusinessOn: a.on, Reason: a.reason, ClientKey: a.key})
	}
	return m.inv.PostDraft(m.ctx, a.actor, m.draft(a))
}

// outOf and inOf give the entries of a slip's step.
func outOf(s *slip, i int) ledger.Entry {
	a, b := s.voucher.Entries[2*i], s.voucher.Entries[2*i+1]
	if a.Qty < 0 {
		return a
	}
	return b
}

func inOf(s *slip, i int) ledger.Entry {
	a, b := s.voucher.Entries[2*i], s.voucher.Entries[2*i+1]
	if a.Qty < 0 {
		return b
	}
	return a
}

// post sends a request and holds what becomes of it against the forecast.
func (m *machine) post(a ask) *slip {
	f := m.foretell(a)
	v, err := m.send(a)
	return m.outcome(a, f, v, err)
}

func (m *machine) outcome(a ask, f forecast, v ledger.Voucher, err error) *slip {
	m.count(string(a.typ), err)
	switch {
	case err == nil && f.refused() && !f.unsaid(m.today):
		m.rt.Fatalf("%s was booked, though %s%s", v.Number, f.why, f.hole)
	case err != nil && !f.refused() && !f.unsaid(m.today):
		m.rt.Fatalf("a %s was refused without need: %v", a.typ, err)
	case err != nil:
		m.politely(err)
		if a.draft == 0 { // drafts are asked for again by themselves
			m.sent = append(m.sent, sending{ask: a})
		}
		return nil
	}
	m.took(a, f, v)
	s := m.slips[len(m.slips)-1]
	m.sent = append(m.sent, sending{a, s})
	return s
}

// politely asserts that a refusal is one for people.
func (m *machine) politely(err error) {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.Forbidden, errs.NotFound:
	default:
		m.rt.Fatalf("refused as %v: %v", errs.KindOf(err), err)
	}
	if errs.MessageOf(err) == "" && len(errs.FieldsOf(err)) == 0 {
		m.rt.Fatalf("refused without a word: %v", err)
	}
}

// took reads a booked voucher back into the model.
func (m *machine) took(a ask, f forecast, v ledger.Voucher) {
	s := f.slip
	steps := m.stepsOf(v, s.steps)
	if inOrder := a.typ == ledger.Receipt || a.typ == ledger.Return || a.typ == ledger.Reversal; inOrder {
		for i := range min(len(steps), len(s.steps)) {
			steps[i].back = s.steps[i].back
		}
	}
	want, got := written(s.steps, f.open), written(steps, f.open)
	if !slices.Equal(want, got) {
		m.rt.Fatalf("%s moves\n%s\nand not\n%s", v.Number, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	s.steps, s.voucher = steps, v
	if f.open {
		m.chosenWell(a, s)
	}
	for _, mv := range s.steps {
		if !slices.Contains(m.lots, mv.lot) {
			m.lots = append(m.lots, mv.lot)
		}
	}
	m.book(s)
	m.follows(s)
}

// stepsOf reads the movements of a voucher. Lots nobody knew are the receipt's,
// in its order.
func (m *machine) stepsOf(v ledger.Voucher, want []step) []step {
	var steps []step
	for i := 0; i+1 < len(v.Entries); i += 2 {
		out, in := v.Entries[i], v.Entries[i+1]
		if out.Qty > 0 {
			out, in = in, out
		}
		if out.Qty >= 0 || out.Qty != -in.Qty || out.LotID != in.LotID || out.Line != in.Line {
			m.rt.Fatalf("%s: two entries that are no movement: %+v %+v", v.Number, out, in)
		}
		lot := m.lotOf(out.LotID)
		if lot == nil && i/2 < len(want) && (want[i/2].lot.id == 0 || want[i/2].lot.id == out.LotID) {
			lot = want[i/2].lot
			lot.id = out.LotID
		}
		if lot == nil {
			m.rt.Fatalf("%s: lot %d is nobody's", v.Number, out.LotID)
		}
		steps = append(steps, step{line: out.Line, lot: lot, qty: int64(in.Qty), from: m.spotOf(out), to: m.spotOf(in)})
	}
	return steps
}

func (m *machine) lotOf(lot id.ID) *batch {
	i := slices.IndexFunc(m.lots, func(l *batch) bool { return l.id == lot })
	if i < 0 {
		return nil
	}
	return m.lots[i]
}

func (m *machine) spotOf(e ledger.Entry) *spot {
	i := slices.IndexFunc(m.spots, func(s *spot) bool { return s.id == e.PlaceID })
	if i < 0 || m.spots[i].depot == beyond && e.DepotID != 0 || m.spots[i].depot != beyond && m.ids[m.spots[i].depot] != e.DepotID {
		m.rt.Fatalf("an entry at place %d of depot %d", e.PlaceID, e.DepotID)
	}
	return m.spots[i]
}

// written gives movements as comparable texts. Where the product chose among
// equals, lots of the same last day are one, and so are their bins.
func written(steps []step, open bool) []string {
	sums := map[string]int64{}
	for _, s := range steps {
		what := s.lot.name() + " " + s.from.code
		if open {
			what = s.lot.item.Code + " " + s.lot.last
		}
		sums[fmt.Sprintf("line %d: %s to %s", s.line, what, s.to.code)] += s.qty
	}
	var list []string
	for k, q := range sums {
		list = append(list, fmt.Sprintf("%s %s", k, quantity.Q(q)))
	}
	slices.Sort(list)
	return list
}

// chosenWell asserts that what the product chose among equals may be taken.
func (m *machine) chosenWell(a ask, s *slip) {
	for _, mv := range s.steps {
		l := a.lines[mv.line-1]
		t := taking{model: m.model, a: a, s: s}
		if !slices.Contains(t.here(l), cell{mv.lot, mv.from}) || !barred(a.typ) && !mv.lot.good(s.on) {
			m.rt.Fatalf("%s takes %s at %s", s.voucher.Number, mv.lot.name(), mv.from.code)
		}
	}
	if hole := m.hole(s); hole != "" {
		m.rt.Fatalf("%s was booked, though %s", s.voucher.Number, hole)
	}
}

// follows asserts that a voucher stands in its place in the books: number,
// order, chain, day and links.
func (m *machine) follows(s *slip) {
	v := s.voucher
	on, to := v.BusinessOn.First, id.ID(0)
	if s.to != beyond {
		to = m.ids[s.to]
	}
	if v.Number != s.number || on != s.on || v.Type != s.typ || v.DepotID != m.ids[s.depot] || v.ToDepotID != to {
		m.rt.Fatalf("%s of %s at %d to %d; want %s of %s", v.Number, on, v.DepotID, v.ToDepotID, s.number, s.on)
	}
	if v.PrevHash != m.hash[s.depot] || v.Hash == "" {
		m.rt.Fatalf("%s follows %s, want %s", v.Number, ledger.Tail(v.PrevHash), ledger.Tail(m.hash[s.depot]))
	}
	m.hash[s.depot] = v.Hash
	seqs := map[int]int64{s.depot: v.Seq}
	for i, mv := range s.steps {
		for _, side := range []struct {
			depot int
			entry ledger.Entry
		}{{mv.from.depot, outOf(s, i)}, {mv.to.depot, inOf(s, i)}} {
			if side.depot == beyond {
				continue
			}
			if known, ok := seqs[side.depot]; ok && known != side.entry.Seq || side.entry.Seq <= m.seq[side.depot] {
				m.rt.Fatalf("%s stands at %d after %d", v.Number, side.entry.Seq, m.seq[side.depot])
			}
			seqs[side.depot] = side.entry.Seq
		}
		m.linked(s, i)
	}
	for d, seq := range seqs {
		m.seq[d] = seq
	}
}

func (m *machine) linked(s *slip, i int) {
	var out, in, returns id.ID
	if r := s.steps[i].back; r.slip != nil && s.typ == ledger.Reversal {
		out, in = inOf(r.slip, r.step).ID, outOf(r.slip, r.step).ID
	} else if r.slip != nil {
		returns = outOf(r.slip, r.step).ID
	}
	if outOf(s, i).ReversesID != out || inOf(s, i).ReversesID != in || inOf(s, i).ReturnsID != returns || outOf(s, i).ReturnsID != 0 {
		m.rt.Fatalf("%s line %d: wrong links %+v %+v", s.number, s.steps[i].line, outOf(s, i), inOf(s, i))
	}
	if s.typ == ledger.Reversal && s.voucher.ReversesID != s.reverses.voucher.ID {
		m.rt.Fatalf("%s does not name what it reverses", s.number)
	}
}
