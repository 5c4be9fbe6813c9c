package reading

import (
	"maps"
	"slices"

	"changbei/internal/quantity"
)

// totalled are the columns whose totals are held against their rows.
var totalled = []Field{Quantity, InQty, OutQty, OpeningQty, BookQty, CountedQty, Gain, Loss, PlaceQty, ItemQty, Total}

// tally is the sum of a column's cells over some rows; unread counts the cells
// that are no numbers.
type tally struct {
	q      quantity.Q
	unread int
}

// checkTotals holds every total cell against its rows: since the last subtotal,
// since the last band, or since the beginning. Totals that the file leaves to
// be calculated say nothing and are passed over.
func (t *table) checkTotals() {
	if len(t.rowsOf(SkipTotal))+len(t.rowsOf(SkipSubtotal)) == 0 {
		return
	}
	for _, c := range t.columns {
		if slices.Contains(totalled, c.field) {
			t.checkColumn(c)
		}
	}
}

// checkColumn holds the totals of a column against the rows above them, and
// those that differ against the rows below: some offices put the total first.
func (t *table) checkColumn(c column) {
	wrong := t.mismatches(c, t.list)
	if len(wrong) == 0 {
		return
	}
	upward := t.mismatches(c, backwards(t.list))
	for _, row := range slices.Sorted(maps.Keys(wrong)) {
		below, differs := upward[row]
		if !differs {
			continue
		}
		m := wrong[row]
		if !m.any {
			m = below
		}
		t.flagTotal(row, m)
	}
}

// mismatch is a total that says otherwise than its rows.
type mismatch struct {
	cell    cell
	said    quantity.Q
	reached tally
	any     bool // there are rows it could be the total of
}

// mismatches goes over the rows and tells the totals that none of the sums
// until there agree with.
func (t *table) mismatches(c column, rows []int) map[int]mismatch {
	var all, part, group, page, today tally
	day, any, wrong := "", false, map[int]mismatch{}
	check := func(row int, v cell, filled bool, sums ...tally) {
		if m, ok := t.unequal(v, filled, sums); ok {
			m.any = any
			wrong[row] = m
		}
	}
	for _, row := range rows {
		reason := t.reasons[row]
		v, filled := t.b.at(row, c.col)
		switch {
		case reason == "":
			if t.openingOf(row) {
				continue
			}
			if d := t.dayAt(row); d != day {
				today, day = tally{}, d
			}
			any = true
			for _, sum := range []*tally{&all, &part, &group, &page, &today} {
				sum.add(t.l, v, filled)
			}
		case reason == SkipBand:
			group = tally{}
		case reason == SkipHeader, reason == SkipCarry:
			page = tally{}
		case reason == SkipSubtotal:
			check(row, v, filled, part, group, all, page, today)
			part = tally{}
		case reason == SkipTotal:
			check(row, v, filled, all, part, page)
		}
	}
	return wrong
}

// dayAt is the day a row was read with.
func (t *table) dayAt(row int) string {
	i, found := slices.BinarySearchFunc(t.rows, row, func(r Row, row int) int { return r.Row - row })
	if !found {
		return ""
	}
	return t.rows[i].Date.String()
}

func (t *table) openingOf(row int) bool {
	return t.kind == MovementJournal && (&draft{t: t, Row: Row{Row: row}}).opening()
}

func (s *tally) add(l *Lexicon, v cell, filled bool) {
	if !filled || l.isEmpty(v.text) {
		return
	}
	a := l.readAmount(v)
	if a.q == nil {
		s.unread++
		return
	}
	s.q += *a.q
}

// unequal reads a total and reports whether it is none of the sums.
func (t *table) unequal(v cell, filled bool, sums []tally) (mismatch, bool) {
	if !filled || v.calculated {
		return mismatch{}, false
	}
	a := t.l.readAmount(v)
	if a.q == nil || slices.ContainsFunc(sums, func(s tally) bool { return s.q == *a.q }) {
		return mismatch{}, false
	}
	return mismatch{cell: v, said: *a.q, reached: sums[0]}, true
}

func (t *table) flagTotal(row int, m mismatch) {
	if m.reached.unread > 0 {
		t.flag(row, Total, m.cell.Ref(), codeTotalMismatch, Confirm, m.cell.text, "合计写的是 %s，能读出的各行相加是 %s，另有 %d 行读不出数量。请改好这些行后再核对；合计不会导入。", m.said, m.reached.q, m.reached.unread)
		return
	}
	t.flag(row, Total, m.cell.Ref(), codeTotalMismatch, Confirm, m.cell.text, "合计写的是 %s，各行相加是 %s。请核对；合计不会导入。", m.said, m.reached.q)
}
