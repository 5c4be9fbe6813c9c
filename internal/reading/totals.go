package reading

import (
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

func (t *table) checkColumn(c column) {
	var all, part, group, page, today tally
	day := ""
	for _, row := range t.list {
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
			for _, sum := range []*tally{&all, &part, &group, &page, &today} {
				sum.add(t.l, v, filled)
			}
		case reason == SkipBand:
			group = tally{}
		case reason == SkipHeader, reason == SkipCarry:
			page = tally{}
		case reason == SkipSubtotal:
			t.checkTotal(row, c, v, filled, part, group, all, page, today)
			part = tally{}
		case reason == SkipTotal:
			t.checkTotal(row, c, v, filled, all, part, page)
		}
	}
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

func (t *table) checkTotal(row int, c column, v cell, filled bool, sums ...tally) {
	if !filled || v.calculated {
		return
	}
	a := t.l.readAmount(v)
	if a.q == nil {
		return
	}
	for _, sum := range sums {
		if sum.q == *a.q {
			return
		}
	}
	if sums[0].unread > 0 {
		t.flag(row, Total, v.Ref(), codeTotalMismatch, Confirm, v.text, "合计写的是 %s，能读出的各行相加是 %s，另有 %d 行读不出数量。请改好这些行后再核对；合计不会导入。", *a.q, sums[0].q, sums[0].unread)
		return
	}
	t.flag(row, Total, v.Ref(), codeTotalMismatch, Confirm, v.text, "合计写的是 %s，各行相加是 %s。请核对；合计不会导入。", *a.q, sums[0].q)
}
