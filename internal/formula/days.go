package formula

import (
	"math/big"
	"strconv"

	"changbei/internal/day"
)

// dayFunctions count on the calendar, as expiry columns do: =EDATE(H7,I7).
var dayFunctions = map[string]plainFunction{
	"DATE":    {3, 3, dateOf},
	"EDATE":   {2, 2, monthsOn},
	"EOMONTH": {2, 2, lastOfMonth},
	"YEAR":    {1, 1, partOf(0, 4)},
	"MONTH":   {1, 1, partOf(5, 7)},
	"DAY":     {1, 1, partOf(8, 10)},
}

// functionOf finds a function of values alone.
func functionOf(name string) (plainFunction, bool) {
	f, ok := plainFunctions[name]
	if !ok {
		f, ok = dayFunctions[name]
	}
	return f, ok
}

// Serials outside these are refused: before the first, programs that take
// 1900-02-29 for a day are one off; the last is 9999-12-31.
const (
	firstSureSerial = 61
	lastSureSerial  = 2958465
)

var serialZero = day.Of(1899, 12, 30)

func serialOf(d day.Day) (value, error) {
	n := serialZero.Until(d)
	if n < firstSureSerial || n > lastSureSerial {
		return value{}, errNotWorkedOut
	}
	return countOf(n), nil
}

// calendar gives the day of a serial; a time of day is dropped.
func calendar(v value) (day.Day, error) {
	n, err := v.number()
	if err != nil {
		return day.Day{}, err
	}
	whole := new(big.Int).Quo(n.Num(), n.Denom())
	if whole.Cmp(big.NewInt(firstSureSerial)) < 0 || whole.Cmp(big.NewInt(lastSureSerial)) > 0 {
		return day.Day{}, errNotWorkedOut
	}
	return serialZero.AddDays(int(whole.Int64())), nil
}

// maxMonths keeps sums of months within the calendar.
const maxMonths = 12 * 1000

// monthsOn is EDATE: the same day of a later month, or its last one.
func monthsOn(args []value) (value, error) {
	d, err := calendar(args[0])
	if err != nil {
		return value{}, err
	}
	months, ok := args[1].whole()
	if !ok || months > maxMonths || months < -maxMonths {
		return value{}, errNotWorkedOut
	}
	return serialOf(d.AddMonths(months))
}

// lastOfMonth is EOMONTH.
func lastOfMonth(args []value) (value, error) {
	v, err := monthsOn(args)
	if err != nil {
		return value{}, err
	}
	d, err := calendar(v)
	if err != nil {
		return value{}, err
	}
	return serialOf(day.Of(d.Year(), int(d.Time().Month()), 1).AddMonths(1).AddDays(-1))
}

// dateOf is DATE(year, month, day); months and days may run over, years of two
// digits are refused since programs differ about them.
func dateOf(args []value) (value, error) {
	var parts [3]int
	for i, v := range args {
		n, ok := v.whole()
		if !ok || n > maxMonths || n < -maxMonths {
			return value{}, errNotWorkedOut
		}
		parts[i] = n
	}
	if parts[0] < serialZero.Year() {
		return value{}, errNotWorkedOut
	}
	return serialOf(day.Of(parts[0], 1, 1).AddMonths(parts[1] - 1).AddDays(parts[2] - 1))
}

// partOf gives a part of a day as it is written, 2026-03-05.
func partOf(from, to int) func([]value) (value, error) {
	return func(args []value) (value, error) {
		d, err := calendar(args[0])
		if err != nil {
			return value{}, err
		}
		n, err := strconv.Atoi(d.First[from:to])
		return countOf(n), err
	}
}
