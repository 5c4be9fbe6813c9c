// Package quantity holds exact amounts of goods: int64 thousandths of a unit.
//
// No float ever holds a quantity. A unit says how many of the three decimals
// it allows (顶 0, 吨 3). The package is a leaf: it knows no unit by name and
// imports nothing but errs.
package quantity

import (
	"strconv"
	"strings"
)

// Q is a quantity in thousandths of its unit: 1500 is 1.5 吨.
type Q int64

// One is one whole unit.
const One Q = 1000

// Max bounds a single quantity (10^9 units). Sums of a million such entries
// still fit an int64 of thousandths with room to spare, so adding never wraps.
const Max Q = 1_000_000_000_000

// Of makes whole units.
func Of(units int64) Q { return Q(units) * One }

// String writes the shortest exact form: "30", "1.5", "-0.125".
func (q Q) String() string {
	sign := ""
	u := uint64(q)
	if q < 0 {
		sign, u = "-", uint64(-q)
	}
	whole, frac := u/1000, u%1000
	if frac == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	f := strconv.FormatUint(1000+frac, 10)[1:]
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(f, "0")
}

// Grouped writes thousands separators, as tables show figures: "12,000.5".
func (q Q) Grouped() string {
	s := q.String()
	sign, frac := "", ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if i := strings.IndexByte(s, '.'); i >= 0 {
		s, frac = s[:i], s[i:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s + frac
}

// Fits reports whether q has no more decimals than the unit allows (0 to 3).
func (q Q) Fits(decimals int) bool {
	step := Q(1)
	for i := decimals; i < 3; i++ {
		step *= 10
	}
	return q%step == 0
}

// Float gives the nearest float, for cells of a workbook only: a workbook has
// no other number. Never compute with it.
func (q Q) Float() float64 { return float64(q) / 1000 }
