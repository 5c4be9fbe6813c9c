package inventory_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// Check holds the stock against the model after every step, and everything
// else every few.
func (m *machine) Check(*rapid.T) {
	m.stockAgrees()
	if m.steps++; m.steps%m.every == 0 {
		m.agrees(false)
	}
}

func (m *machine) stockAgrees() {
	rows, _, err := m.inv.StockByLot(m.ctx, m.both, inventory.StockFilter{}, inventory.AllRows)
	if err != nil {
		m.rt.Fatal(err)
	}
	got, want := map[string]quantity.Q{}, map[string]quantity.Q{}
	for _, r := range rows {
		lot := m.lotOf(r.Lot.ID)
		if lot == nil {
			m.rt.Fatalf("stock of a lot of nobody's: %+v", r)
		}
		got[fmt.Sprintf("%s %s %s held %t", r.DepotCode, r.Bin, lot.name(), r.Lot.Held)] = r.OnHand
	}
	for c, q := range m.have {
		if q != 0 && c.at.depot != beyond {
			want[fmt.Sprintf("%s %s %s held %t", m.codes[c.at.depot], c.at.code, c.lot.name(), c.lot.held)] = quantity.Q(q)
		}
	}
	if !maps.Equal(got, want) {
		m.rt.Fatalf("stock is\n%v\nand the entries make\n%v", got, want)
	}
}

// agrees runs the product's own check, and compares cards, months, vouchers and
// what is left to return with the model's replay; at the end of a run all cards,
// else of each item one.
func (m *machine) agrees(all bool) {
	m.tally.checks.Add(1)
	r, err := m.inv.Check(m.ctx, nil)
	if err != nil || !r.OK() {
		m.rt.Fatalf("check: %v %v", err, r.Differences)
	}
	items := []catalog.Item{m.quilt, m.rice, m.water, m.generator}
	for _, it := range items {
		cards := [][]int{{0}, {1}, {0, 1}}
		if !all {
			n := m.draw(len(cards), "card")
			cards = cards[n : n+1]
		}
		for _, depots := range cards {
			m.cardAgrees(it, depots, "")
		}
		if all || m.often(3, "a past day") {
			m.cardAgrees(it, []int{m.draw(2, "depot")}, pick(m, oldDays, "past day"))
		}
	}
	for _, month := range []string{"2025-12", "2026-01", "2026-11", "2026-12", "2027-01"} {
		if month <= m.today[:7] && (all || m.often(3, "the month "+month)) {
			m.monthAgrees(month)
		}
	}
	m.vouchersAgree()
	m.draftsAgree()
	m.periodsAgree()
}

// line is a row of a card, as text.
type line struct {
	on      string
	seq     int64
	entry   id.ID
	qty     int64
	text    string
	balance int64
}

// card replays an item's card at some depots up to a day, "" = all of it.
func (m *machine) card(it catalog.Item, depots []int, to string) []line {
	var list []line
	for _, s := range m.slips {
		for i, mv := range s.steps {
			if mv.lot.item.ID != it.ID || to != "" && s.on > to {
				continue
			}
			for _, side := range []struct {
				at    *spot
				entry ledger.Entry
				qty   int64
			}{{mv.from, outOf(s, i), -mv.qty}, {mv.to, inOf(s, i), mv.qty}} {
				if side.at.depot != beyond && slices.Contains(depots, side.at.depot) {
					list = append(list, line{on: s.on, seq: side.entry.Seq, entry: side.entry.ID, qty: side.qty,
						text: fmt.Sprintf("%s %s %s %s %s", s.on, s.number, side.at.code, mv.lot.no, quantity.Q(side.qty))})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.seq, b.seq), cmp.Compare(a.entry, b.entry))
	})
	var balance int64
	for i := range list {
		balance += list[i].qty
		list[i].balance = balance
	}
	return list
}

func (m *machine) cardAgrees(it catalog.Item, depots []int, to string) {
	f := inventory.CardFilter{ItemID: it.ID, To: to}
	if len(depots) == 1 {
		f.DepotID = m.ids[depots[0]]
	}
	want := m.card(it, depots, to)
	var got []string
	for {
		c, err := m.inv.Card(m.ctx, m.both, f)
		if err != nil {
			m.rt.Fatal(err)
		}
		var page []string
		for _, r := range c.Rows {
			page = append(page, fmt.Sprintf("%s %s %s %s %s = %s", r.BusinessOn, r.Number, r.Bin, r.LotNo, r.Qty, r.Balance))
		}
		if end := int64(c.Closing); f.Before.On == "" && (len(want) == 0 && end != 0 || len(want) > 0 && end != want[len(want)-1].balance) {
			m.rt.Fatalf("card of %s to %q closes at %s", it.Name, to, c.Closing)
		}
		got = append(page, got...)
		if !c.More {
			if c.Opening != 0 {
				m.rt.Fatalf("card of %s begins with %s", it.Name, c.Opening)
			}
			break
		}
		f.Before = c.Earlier
	}
	var lines []string
	for _, l := range want {
		lines = append(lines, fmt.Sprintf("%s = %s", l.text, quantity.Q(l.balance)))
	}
	if !slices.Equal(got, lines) {
		m.rt.Fatalf("card of %s at %v to %q is\n%s\nand not\n%s", it.Name, depots, to, strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

// monthFigure is one item's month at one depot: opening, received, issued.
type monthFigure [3]int64

// month counts a month: what a slip nets of a lot at a depot is received or
// issued; what takes another back goes the other's way with its sign changed.
func (m *machine) month(month string) map[string]monthFigure {
	sums := map[string]monthFigure{}
	for _, s := range m.slips {
		for k, q := range netOf(s) {
			in := s.on[:7]
			f := sums[k.name(m)]
			was := q
			if s.reverses != nil {
				was = netOf(s.reverses)[k]
			}
			switch {
			case in < month:
				f[0] += q
			case in > month:
			case was < 0:
				f[2] -= q
			default:
				f[1] += q
			}
			sums[k.name(m)] = f
		}
	}
	maps.DeleteFunc(sums, func(_ string, f monthFigure) bool { return f == monthFigure{} })
	return sums
}

// held is a lot at a depot.
type held struct {
	depot int
	lot   *batch
}

func (h held) name(m *machine) string { return m.codes[h.depot] + " " + h.lot.item.Code }

func netOf(s *slip) map[held]int64 {
	sums := map[held]int64{}
	for c, q := range s.sums {
		sums[held{c.at.depot, c.lot}] += q
	}
	maps.DeleteFunc(sums, func(_ held, q int64) bool { return q == 0 })
	return sums
}

func (m *machine) monthAgrees(month string) {
	sum, err := m.inv.Summary(m.ctx, m.both, inventory.SummaryFilter{Month: ledger.Month(month), ByDepot: true})
	if err != nil {
		m.rt.Fatal(err)
	}
	got := map[string]monthFigure{}
	for _, r := range sum.Rows {
		got[r.Depot.Code+" "+r.Item.Code] = monthFigure{int64(r.Opening), int64(r.Received), int64(r.Issued)}
		if r.Closing != r.Opening+r.Received-r.Issued {
			m.rt.Fatalf("%s of %s does not add up: %+v", month, r.Item.Name, r)
		}
	}
	want := m.month(month)
	if !maps.Equal(got, want) {
		m.rt.Fatalf("%s is\n%v\nand the vouchers make\n%v", month, got, want)
	}
	open := 0
	for d := range m.ids {
		if n := len(m.closed[d]); n == 0 || m.closed[d][n-1] < month {
			open++
		}
	}
	if len(sum.Open) != open {
		m.rt.Fatalf("%s is open at %v; closed are %v", month, sum.Open, m.closed)
	}
}

// vouchersAgree compares the list's first page, and what is left of issues.
func (m *machine) vouchersAgree() {
	rows, _, err := m.inv.Vouchers(m.ctx, m.both, inventory.VoucherFilter{})
	if err != nil {
		m.rt.Fatal(err)
	}
	var got, want []string
	for _, r := range rows {
		got = append(got, r.Number)
	}
	list := slices.Clone(m.slips)
	slices.SortFunc(list, func(a, b *slip) int {
		return -cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.voucher.Seq, b.voucher.Seq), cmp.Compare(a.voucher.DepotID, b.voucher.DepotID))
	})
	for _, s := range list[:min(len(list), inventory.PageSize)] {
		want = append(want, s.number)
	}
	if !slices.Equal(got, want) {
		m.rt.Fatalf("the list shows %v, want %v", got, want)
	}
	for _, s := range m.slips {
		if s.typ == ledger.Issue && m.often(5, "look") {
			m.leftAgrees(s)
		}
	}
}

func (m *machine) leftAgrees(s *slip) {
	view, err := m.inv.Voucher(m.ctx, m.both, s.voucher.ID)
	if err != nil || len(view.Lines) != len(s.steps) {
		m.rt.Fatalf("%s: %d lines, %v", s.number, len(view.Lines), err)
	}
	for i, l := range view.Lines {
		if want := m.left(ref{s, i}); int64(l.Left) != want || l.Reversed != s.undone[i] {
			m.rt.Fatalf("%s line %d: %s left, reversed %t; want %d, %t", s.number, l.Line, l.Left, l.Reversed, want, s.undone[i])
		}
	}
}

func (m *machine) draftsAgree() {
	list, err := m.inv.Drafts(m.ctx, m.both)
	open := map[id.ID]int64{}
	for _, d := range m.drafts {
		if d.status == "open" {
			open[d.last().draft] = d.last().version
		}
	}
	got := map[id.ID]int64{}
	for _, d := range list {
		got[d.ID] = d.Version
	}
	if err != nil || !maps.Equal(got, open) {
		m.rt.Fatalf("open drafts %v, want %v: %v", got, open, err)
	}
}

func (m *machine) periodsAgree() {
	board, err := m.inv.Periods(m.ctx, m.both, "2026-12")
	if err != nil || len(board.Depots) != 2 {
		m.rt.Fatal(err, board)
	}
	for d := range m.ids {
		i := slices.IndexFunc(board.Depots, func(p inventory.PeriodDepot) bool { return p.Depot.ID == m.ids[d] })
		var last ledger.Month
		if n := len(m.closed[d]); n > 0 {
			last = ledger.Month(m.closed[d][n-1])
		}
		if row := board.Depots[i]; row.Last != last || row.Asked != (m.asked[d] != nil) {
			m.rt.Fatalf("the board of %s says %s, asked %t; want %s", m.codes[d], row.Last, row.Asked, last)
		}
	}
}
