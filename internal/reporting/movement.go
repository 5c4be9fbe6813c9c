package reporting

import (
	"strings"

	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// movementWord is what a voucher's type is called on a line: 入库, 调拨. A
// reversal goes the other way as a line of its own, and is a correction there:
// the word of red figures (红冲) would say that its figure is below zero.
func movementWord(t, reverses ledger.Type) string {
	if t == ledger.Reversal {
		return "更正" + strings.TrimSuffix(reverses.Name(), "单")
	}
	return strings.TrimSuffix(t.Name(), "单")
}

// reasonWord is the reason of a line, "" of a reversal: its word says it.
func reasonWord(t ledger.Type, reason string) string {
	if t == ledger.Reversal {
		return ""
	}
	return reason
}

// otherDepot says where goods of a transfer went or came from.
func otherDepot(depot, from, to string, qty quantity.Q) string {
	other := to
	if depot == to {
		other = from
	}
	switch {
	case other == "":
		return ""
	case qty < 0:
		return "调往 " + other
	}
	return "调自 " + other
}

// numberWidth shows a voucher's number in one line: RK-WC01-2026-000001 of a
// depot with the longest code.
const numberWidth = 23

// words joins the texts that say something.
func words(texts ...string) string {
	var said []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			said = append(said, t)
		}
	}
	return strings.Join(said, " ")
}

// flow adds up what came in and went out: quantities only within one unit,
// amounts of the lines that have one.
type flow struct {
	unit          string
	rows          int
	mixed         bool
	in, out       quantity.Q
	inFen, outFen money.Fen
	unpriced      int
}

// add counts a line; amount is nil without a price.
func (f *flow) add(unit string, qty quantity.Q, amount *money.Fen) {
	f.mixed = f.mixed || f.rows > 0 && unit != f.unit
	f.unit, f.rows = unit, f.rows+1
	if amount == nil {
		f.unpriced++
		amount = new(money.Fen)
	}
	if qty < 0 {
		f.out, f.outFen = f.out-qty, f.outFen+*amount
	} else {
		f.in, f.inFen = f.in+qty, f.inFen+*amount
	}
}

// quantities are the cells of both sums, blank where units differ.
func (f *flow) quantities() (in, out sheet.Value) {
	if f.mixed {
		return sheet.Blank(), sheet.Blank()
	}
	return sheet.Quantity(f.in), sheet.Quantity(f.out)
}

// signatures are the last line of a table.
func signatures(prepared string) []string {
	return []string{"制表人：" + prepared, "审核人：", "日期："}
}
