package importing

import (
	"cmp"
	"slices"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// follow holds rows that are movements of their own day against the calendar,
// and follows the stock of depots that a journal begins, day by day: what
// cannot have left is told here and not only when it is booked.
func (p *Preview) follow() {
	if p.Act != Journal && p.Act != Receive {
		return
	}
	for i := range p.Rows {
		if r := &p.Rows[i]; !r.Aside && r.Status != reading.Error {
			p.checkDay(r)
		}
	}
	if p.Act != Journal {
		return
	}
	for _, depot := range p.mapped() {
		if p.opens[depot] {
			p.followStock(depot)
		}
	}
}

// on is the business date of a row: its own day, else the ledger's. A month
// counts as its last day, when all of it had certainly happened.
func (p *Preview) on(r Row) day.Day {
	switch {
	case r.Extra.Direction == reading.Opens:
		return p.openingDay(r)
	case r.Date.IsZero():
		return p.AsOf
	case r.Date.Precision != day.ToDay:
		return day.Day{First: min(r.Date.Last(), p.today.First)}
	}
	return r.Date
}

// openingDay is the first day of the period a journal speaks of, the day of
// the line itself, or else the first day anything moved.
func (p *Preview) openingDay(r Row) day.Day {
	from, _ := p.days(r.DepotID)
	on := cmp.Or(r.Extra.PeriodFrom.First, r.Date.First, from, p.AsOf.First)
	if from != "" && on > from {
		on = from
	}
	return day.Day{First: on}
}

func (p *Preview) checkDay(r *Row) {
	on := p.on(*r)
	switch {
	case on.IsZero():
		r.fail(reading.Date, "第 %d 行「%s」没有日期，表上也没有写截止日期。请补上日期，例如 %s。", r.Row.Row, r.Row.Item, p.today)
	case r.Date.First > p.today.First:
		r.fail(reading.Date, "第 %d 行「%s」的日期 %s 晚于今天，不能记账。请改正。", r.Row.Row, r.Row.Item, r.Date)
	case r.Extra.Direction == reading.Opens && !p.opens[r.DepotID] && r.DepotID != 0:
		r.Aside = true
		r.Problems = append(r.Problems, Problem{Cell: r.Cells.At(reading.Quantity), Field: string(reading.Quantity), Severity: reading.Confirm,
			Message: "这个储备库账上已有结存，期初行不再入账。"})
	}
}

// followStock adds up a depot's lines day by day and fails the lines that take
// more than is there.
func (p *Preview) followStock(depot id.ID) {
	var lines []*Row
	for i := range p.Rows {
		if r := &p.Rows[i]; r.DepotID == depot && !r.Aside && !r.Skipped && r.Status != reading.Error && r.Quantity != nil {
			lines = append(lines, r)
		}
	}
	slices.SortStableFunc(lines, func(a, b *Row) int { return p.inTurn(*a, *b) })
	have := map[string]quantity.Q{}
	for _, r := range lines {
		key := r.goodsKey()
		change := r.Amount
		if r.Extra.Direction == reading.GoesOut {
			change = -change
		}
		if have[key]+change < 0 {
			r.fail(reading.Quantity, "第 %d 行「%s」：到 %s 只有 %s，出不了 %s。请核对这一行和它前面的收入，或补上期初结存。",
				r.Row.Row, r.Row.Item, p.on(*r), have[key], r.Amount)
			continue
		}
		have[key] += change
	}
}

func (r Row) goodsKey() string {
	if r.Item != nil {
		return r.Item.ID.String()
	}
	return WordKey(r.Row)
}

// inTurn orders lines as they happened: by day, what was there, then what came
// in, then what left; lines of one sort as they stand on the sheet.
func (p *Preview) inTurn(a, b Row) int {
	return cmp.Or(cmp.Compare(p.on(a).First, p.on(b).First), cmp.Compare(turn(a), turn(b)))
}

func turn(r Row) int {
	switch {
	case r.Extra.Direction == reading.Opens:
		return 0
	case r.Extra.Reversal:
		return 3
	case r.Extra.Direction == reading.GoesOut:
		return 2
	}
	return 1
}
