package inventory_test

import (
	"fmt"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"

	"pgregory.net/rapid"
)

// oldDays are days before the run's first: both ends of a year and of a month.
var oldDays = []string{"2025-12-31", "2026-01-01", "2026-11-30", "2026-12-01", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"}

// day draws a business date: half the time today's, else an earlier one.
func (m *machine) day() string {
	if m.often(5, "today") {
		return m.today
	}
	closed := ""
	if m.often(8, "an open day") {
		closed = max(m.closedOn(0), m.closedOn(1))
	}
	var list []string
	for _, d := range oldDays {
		if d < m.today && d > closed {
			list = append(list, d)
		}
	}
	return pick(m, append(list, m.today), "day")
}

// who draws the one who asks: mostly who may.
func (m *machine) newAsk(t ledger.Type, reasons []string) ask {
	a := ask{typ: t, depot: m.draw(2, "depot"), to: beyond, on: m.day(), reason: pick(m, reasons, "reason"), key: inventory.NewKey(), actor: m.both}
	if t == ledger.Transfer {
		a.to = 1 - a.depot
	}
	m.whoAsks(&a)
	return a
}

func (m *machine) whoAsks(a *ask) {
	switch m.draw(20, "who") {
	case 0:
		a.actor = m.alone[0]
	case 1:
		a.actor = m.alone[1]
	case 2:
		a.actor = m.planner
	}
}

// amount draws a quantity of an item, near what there is, as people write it.
func (m *machine) amount(it catalog.Item, have int64) (text string, qty int64) {
	n := int64(m.draw(9, "qty") + 1)
	switch {
	case it.ID == m.rice.ID:
		qty = n*125 + 3
	case it.ID == m.water.ID:
		qty = n * 6000
	default:
		qty = n * 1000
	}
	switch {
	case have > 0 && m.often(2, "all"):
		qty = have
	case have > 0 && m.often(1, "one more"):
		qty = have + 1000
	case have > 0 && have < qty && m.often(8, "what is there"):
		qty = have
	}
	text = fmt.Sprint(qty / 1000)
	if qty%1000 != 0 {
		text = fmt.Sprintf("%d.%03d", qty/1000, qty%1000)
	}
	if crates := qty / 24000; it.ID == m.water.ID && crates > 0 {
		if text = fmt.Sprintf("%d箱", crates); qty%24000 != 0 {
			text += fmt.Sprintf("%d瓶", qty%24000/1000)
		}
	}
	return text, qty
}

var lives = []struct{ typed, last string }{{"", forever}, {"2030-01", "2030-01-31"}, {"2029-06-30", "2029-06-30"}, {"2028", "2028-12-31"}, {"2026-12-29", "2026-12-29"}, {"2026-12-30", "2026-12-30"}, {"2026-12", "2026-12-31"}, {"2027-01-01", "2027-01-01"}, {"2026-11-30", "2026-11-30"}}

// Receive books goods in: lots, packs, expiry, bins.
func (m *machine) Receive(*rapid.T) {
	a := m.newAsk(ledger.Receipt, []string{"本级采购", "上级调拨", "社会捐赠", "其他"})
	for n := range m.draw(3, "lines") + 1 {
		l := askLine{item: []catalog.Item{m.quilt, m.rice, m.water, m.quilt}[m.draw(4, "item")], to: pick(m, []string{"", "B-2", "DJ", "", ""}, "bin")}
		l.text, l.qty = m.amount(l.item, 0)
		life := pick(m, lives, "life")
		l.lot = &batch{item: l.item, no: pick(m, []string{"", "甲", "乙"}, "lot"), until: life.typed, last: life.last, source: a.reason,
			price: pick(m, []string{"", "12.50"}, "price"), made: pick(m, []string{"", "", "", "", "", "", "2025-12-31", "2026-12-01"}, "made")}
		if n > 0 && m.often(2, "same lot") {
			l.item, l.lot, l.text, l.qty = a.lines[0].item, a.lines[0].lot, a.lines[0].text, a.lines[0].qty
		}
		a.lines = append(a.lines, l)
	}
	m.post(a)
}

// stockUp fills the shelves a little before the other acts begin.
func (m *machine) stockUp() {
	for range 3 {
		m.Receive(nil)
	}
	m.ReceivePieces(nil)
}

// numbers draws some of the few numbers a run has, one of them in another
// spelling.
func (m *machine) numbers() []string {
	var list []string
	for n := range m.draw(3, "pieces") + 1 {
		list = append(list, fmt.Sprintf("%sF-%02d", m.owner, (m.draw(6, "number")+n)%6))
	}
	seen := map[string]bool{}
	var unique []string
	for _, no := range list {
		if !seen[no] {
			unique, seen[no] = append(unique, no), true
		}
	}
	if m.often(1, "spelling") {
		unique[0] = strings.ToLower(unique[0])
	}
	return unique
}

// ReceivePieces books numbered things in, each of them once: the same number
// may stand on two lines, which is refused.
func (m *machine) ReceivePieces(*rapid.T) {
	a := m.newAsk(ledger.Receipt, []string{"本级采购", "上级调拨"})
	for range m.draw(2, "lines") + 1 {
		life := pick(m, lives, "life")
		l := askLine{item: m.generator, numbers: m.numbers(), to: pick(m, []string{"", "B-2", "DJ"}, "bin")}
		l.lot = &batch{item: l.item, until: life.typed, last: life.last, source: a.reason, price: pick(m, []string{"", "980"}, "price")}
		if l.qty = int64(len(l.numbers)) * 1000; m.often(5, "count") {
			l.text = fmt.Sprint(len(l.numbers))
		}
		a.lines = append(a.lines, l)
	}
	m.post(a)
}

// takeLine draws a line that takes: a chosen lot at its place or wherever it
// is, named pieces, or only the item.
func (m *machine) takeLine(a ask) askLine {
	here := m.cells(func(c cell) bool { return c.at.depot == a.depot })
	if fit := m.cells(func(c cell) bool { return c.at.depot == a.depot && m.fit(a, c) }); len(fit) > 0 && m.often(6, "what may go") {
		here = fit
	}
	elsewhere := m.cells(func(c cell) bool { return c.at.depot == 1-a.depot })
	l := askLine{remark: pick(m, []string{"", "指定批次"}, "remark")}
	switch way := m.draw(20, "way"); {
	case way < 8 && len(here) > 0:
		c := pick(m, here, "cell")
		l.item, l.lot, l.at = c.lot.item, c.lot, c.at
		l.text, l.qty = m.amount(l.item, m.have[c])
		if a.typ != ledger.BinMove && m.often(2, "any place") {
			l.at = nil
		}
	case way == 8 && len(elsewhere) > 0:
		c := pick(m, elsewhere, "cell elsewhere")
		l.item, l.lot, l.at = c.lot.item, c.lot, c.at
		l.text, l.qty = m.amount(l.item, m.have[c])
	case way == 9:
		l.item, l.numbers = m.generator, m.numbers()
		l.qty = int64(len(l.numbers)) * 1000
	default:
		l.item = []catalog.Item{m.quilt, m.rice, m.water, m.generator}[m.draw(4, "item")]
		if len(here) > 0 && m.often(8, "an item that is here") {
			l.item = pick(m, here, "item of").lot.item
		}
		var there int64
		for _, c := range here {
			if c.lot.item.ID == l.item.ID && m.fit(a, c) {
				there += m.have[c]
			}
		}
		l.text, l.qty = m.amount(l.item, there)
	}
	return l
}

// stocked reports, most of the time truly, that something may go.
func (m *machine) stocked(t ledger.Type) bool {
	fit := m.cells(func(c cell) bool { return m.fit(ask{typ: t, on: m.today}, c) })
	return len(fit) > 0 || m.often(2, "nothing is here")
}

// fit reports that goods may go by a type of voucher.
func (m *machine) fit(a ask, c cell) bool {
	return barred(a.typ) || c.at.kind == place.Bin && c.lot.good(a.on)
}

func (m *machine) takeAsk(t ledger.Type, reasons []string, bins []string) ask {
	a := m.newAsk(t, reasons)
	if here := m.cells(func(c cell) bool { return m.fit(a, c) }); len(here) > 0 && m.often(8, "where goods are") {
		a.depot = pick(m, here, "depot of").at.depot
		if a.to != beyond {
			a.to = 1 - a.depot
		}
	}
	for range m.draw(2, "lines") + 1 {
		l := m.takeLine(a)
		l.to = pick(m, bins, "to")
		a.lines = append(a.lines, l)
	}
	return a
}

// Issue sends goods out.
func (m *machine) Issue(t *rapid.T) {
	if !m.stocked(ledger.Issue) {
		m.Receive(t) // else most requests would be short
		return
	}
	m.post(m.takeAsk(ledger.Issue, []string{"救灾发放", "调拨出库", "演练消耗"}, []string{""}))
}

// Transfer moves goods to the other depot.
func (m *machine) Transfer(t *rapid.T) {
	if !m.stocked(ledger.Transfer) {
		m.Receive(t) // else most requests would be short
		return
	}
	m.post(m.takeAsk(ledger.Transfer, []string{"补充储备", "轮换调整"}, []string{"", "B-2", "DJ"}))
}

// Move moves goods to another bin, or into the quarantine corner and out of it.
func (m *machine) Move(t *rapid.T) {
	if !m.stocked(ledger.BinMove) {
		m.Receive(t) // else most requests would be short
		return
	}
	m.post(m.takeAsk(ledger.BinMove, []string{"整理货位", "移入待检区"}, []string{place.DefaultBin, "B-2", "DJ"}))
}

// Dispose scraps goods, expired and held ones too.
func (m *machine) Dispose(t *rapid.T) {
	if !m.stocked(ledger.Disposal) {
		m.Receive(t) // else most requests would be short
		return
	}
	m.post(m.takeAsk(ledger.Disposal, []string{"过期失效", "丢失"}, []string{""}))
}

// Return takes goods of an issue back.
func (m *machine) Return(*rapid.T) {
	orig := m.anySlip(ledger.Issue)
	if orig == nil {
		return
	}
	a := ask{typ: ledger.Return, depot: orig.depot, to: beyond, on: pick(m, []string{"", m.day()}, "on"), reason: "演练结束", of: orig, key: inventory.NewKey(), actor: m.both}
	m.whoAsks(&a)
	for range m.draw(2, "lines") + 1 {
		l := askLine{step: m.draw(len(orig.steps), "step"), to: pick(m, []string{"", "B-2", "DJ"}, "bin")}
		mv := orig.steps[l.step]
		l.item = mv.lot.item
		l.text, l.qty = m.amount(l.item, m.left(ref{orig, l.step}))
		a.lines = append(a.lines, l)
	}
	m.post(a)
}

// anySlip draws a voucher: one time of ten any, else of a type if there is one.
func (m *machine) anySlip(t ledger.Type) *slip {
	if len(m.slips) == 0 {
		return nil
	}
	if t == "" || m.often(1, "any type") {
		return pick(m, m.slips, "voucher")
	}
	var list []*slip
	for _, s := range m.slips {
		if s.typ == t {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return pick(m, list, "voucher")
}

// Reverse takes a voucher back, whole or a line or two of it.
func (m *machine) Reverse(*rapid.T) {
	orig := m.anySlip("")
	if orig != nil && orig.typ == ledger.Reversal {
		orig = m.anySlip("") // they are many, and never reversed
	}
	if orig == nil {
		return
	}
	a := ask{typ: ledger.Reversal, depot: orig.depot, to: orig.to, on: pick(m, []string{"", m.day()}, "on"), reason: "录错", of: orig, key: inventory.NewKey(), actor: m.both}
	m.whoAsks(&a)
	if m.often(5, "by line") {
		for range m.draw(2, "lines") + 1 {
			a.only = append(a.only, pick(m, orig.steps, "line").line)
		}
	}
	m.post(a)
}

// faults are fields that no request may have.
var faults = []struct {
	name  string
	spoil func(*ask)
}{
	{"no quantity", func(a *ask) { a.lines[0].text = "" }},
	{"zero", func(a *ask) { a.lines[0].text = "0" }},
	{"a negative quantity", func(a *ask) { a.lines[0].text = "-1" }},
	{"not a number", func(a *ask) { a.lines[0].text = "NaN" }},
	{"10^18", func(a *ask) { a.lines[0].text = "1000000000000000000" }},
	{"more decimals than the unit has", func(a *ask) { a.lines[0].text = "1.0001" }},
	{"no such day", func(a *ask) { a.on = "2026-02-30" }},
	{"the year 26", func(a *ask) { a.on = "0026-01-01" }},
	{"a day to come", func(a *ask) { a.on = "2027-12-31" }},
	{"no reason", func(a *ask) { a.reason = "" }},
	{"a reason of nobody's", func(a *ask) { a.reason = "没有这种" }},
	{"a bin that is not there", func(a *ask) { a.lines[0].to = "没有" }},
	{"no lines", func(a *ask) { a.lines = nil }},
}

// Spoil sends a request with a wrong field; nothing may come of it.
func (m *machine) Spoil(*rapid.T) {
	var a ask
	switch m.draw(4, "what") {
	case 0:
		a = m.takeAsk(ledger.Issue, []string{"救灾发放"}, []string{""})
	case 1:
		a = m.takeAsk(ledger.Transfer, []string{"补充储备"}, []string{""})
	case 2:
		a = m.takeAsk(ledger.Disposal, []string{"丢失"}, []string{""})
	default:
		a = m.newAsk(ledger.Receipt, []string{"本级采购"})
		a.lines = []askLine{{item: m.quilt, text: "1", qty: 1000, lot: &batch{item: m.quilt, last: forever, source: a.reason}}}
	}
	f := faults[m.draw(len(faults), "fault")]
	if takes := a.typ == ledger.Issue || a.typ == ledger.Disposal; takes && f.name == "a bin that is not there" {
		return // it names none
	}
	if a.lines[0].item.Serial && f.name == "no quantity" {
		return // the count of the numbers is one
	}
	a.bad = f.name
	f.spoil(&a)
	m.post(a)
}
