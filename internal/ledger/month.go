package ledger

import (
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// Month is a calendar month of the books, written 2026-10. Months are closed
// (月结) one after another at each depot; "" is none.
type Month string

// EarliestMonth is the first month of any books here: no business date lies
// before it.
const EarliestMonth Month = "2000-01"

// MonthOf gives the month a day lies in, "" for no day.
func MonthOf(d day.Day) Month {
	if d.IsZero() {
		return ""
	}
	return Month(d.First[:7])
}

// ParseMonth reads a month as people write it: 2026-10, 2026年10月, 202610. A
// day, a year alone or a guess at the year is refused, since a close cannot be
// taken back by oneself.
func ParseMonth(text string, today day.Day) (Month, error) {
	r, err := day.Typed(text, today)
	if err != nil || r.Doubt != "" || r.Day.IsZero() || r.Day.Precision != day.ToMonth {
		return "", errs.New(errs.Invalid, "月份要写成年和月，例如 %s。", MonthOf(today))
	}
	return MonthOf(r.Day), nil
}

func (m Month) day() day.Day { return day.Day{First: string(m) + "-01", Precision: day.ToMonth} }

// First gives the month's first day.
func (m Month) First() string { return m.day().First }

// Last gives the month's last day.
func (m Month) Last() string { return m.day().Last() }

// Add moves by months.
func (m Month) Add(n int) Month { return MonthOf(m.day().AddMonths(n)) }

// Chinese writes 2026年10月.
func (m Month) Chinese() string { return m.day().Chinese() }

// ClosedMonth gives the last closed month of a head's closed_on, "" for none.
func ClosedMonth(closedOn string) Month { return MonthOf(day.Day{First: closedOn}) }

// CheckClose says why a month cannot be closed after what is closed already,
// or nil. Months follow each other without a gap, because each opens with the
// figures the one before closed with; the first may be any that is over, and
// takes all before it along.
func (m Month) CheckClose(closedOn string, today day.Day) error {
	last := ClosedMonth(closedOn)
	switch {
	case m < EarliestMonth:
		return errs.New(errs.Invalid, "%s太早，请核对年份。", m.Chinese())
	case m >= MonthOf(today):
		return errs.New(errs.Invalid, "%s还没有过完，%s 起才能月结。", m.Chinese(), m.Add(1).First())
	case last != "" && m <= last:
		return errs.New(errs.Conflict, "%s已经月结，不用再结。", m.Chinese())
	case last != "" && m != last.Add(1):
		return errs.New(errs.Invalid, "才月结到%s，请先月结%s。", last.Chinese(), last.Add(1).Chinese())
	}
	return nil
}

// Flow puts what one voucher nets of a lot at a depot into the month's two
// columns: what came in is received, what went out issued. original is the net
// of the voucher that was taken back, for any other voucher its own net: a
// reversal counts negative in the column of what it takes back, so that a
// mistake and its mending leave nothing in either.
func Flow(net, original quantity.Q) (received, issued quantity.Q) {
	if original < 0 {
		return 0, -net
	}
	return net, 0
}
