package ledger

import (
	"fmt"
	"regexp"
	"strconv"
)

// BlankTypes are the vouchers there is numbered blank paper of (空白单据): what
// a keeper does on a day without power.
var BlankTypes = []Type{Receipt, Issue, Transfer}

// blankPrefix leads the numbers of blanks. They are a series of their own per
// depot and year of printing: what is written on one gets its voucher's number
// when it is entered.
const blankPrefix = "KB"

// BlankSeries names the counter of a year's blanks.
func BlankSeries(year int) string { return fmt.Sprintf("%s-%d", blankPrefix, year) }

// BlankNumber writes a blank's number: KB-WC01-2026-000012.
func BlankNumber(depotCode string, year int, n int64) string {
	return fmt.Sprintf("%s-%s-%d-%06d", blankPrefix, depotCode, year, n)
}

var blankNumber = regexp.MustCompile(`^` + blankPrefix + `-[A-Z0-9]{1,6}-([0-9]{4})-([0-9]{6,12})$`)

// ParseBlankNumber reads the year and the place in its series of a number.
func ParseBlankNumber(number string) (year int, n int64, ok bool) {
	m := blankNumber.FindStringSubmatch(number)
	if m == nil {
		return 0, 0, false
	}
	year, _ = strconv.Atoi(m[1])
	n, _ = strconv.ParseInt(m[2], 10, 64)
	return year, n, true
}
