package sheet

import (
	"strconv"

	"changbei/internal/day"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// Document is one ledger as an office lays it out: a title, a line under it, a
// bordered table, notes and a row of signatures. It says what stands there;
// fonts, widths, heights, formulas and the page are the writer's.
type Document struct {
	SheetName string // made legal and unique; empty takes the title
	Title     string
	// The line under the title: 编制单位：…, 截止日期：…, 单位：…
	Left, Middle, Right string
	More                []Line // further lines under it, such as the head of a voucher
	Columns             []Column
	Rows                []Row
	Notes               []string // below the table, each over its whole width
	Signatures          []string // 制表人：, 审核人：, 日期：
	Landscape           bool     // A4 lying; false is A4 standing
}

// Line is a line of texts above the table: at the left edge, in the middle and
// at the right edge. An empty text takes no room.
type Line struct{ Left, Middle, Right string }

// Column is one column of the table.
type Column struct {
	Heading string
	// Group is a heading above, merged over neighbours with the same one. One
	// group anywhere gives the whole table a heading of two rows.
	Group string
	Kind  ValueKind
	// Width in half-width characters; 0 is computed from the content.
	Width float64
	// Total makes the figures in Subtotal and Total rows SUM formulas. The
	// figures of such a column must all be of one sort.
	Total bool
}

// ValueKind says what a column mostly holds. It decides where a cell stands
// and how a column takes its width; each cell is written as its own Value.
type ValueKind uint8

// The kinds of column. OrdinalKind is 序号: centred, without separators.
const (
	TextKind ValueKind = iota
	OrdinalKind
	IntegerKind
	QuantityKind
	MoneyKind
	DateKind
)

// figures reports whether a column holds amounts.
func (k ValueKind) figures() bool {
	return k == IntegerKind || k == QuantityKind || k == MoneyKind
}

// Row is one row of the table. Missing values at its end are blank.
type Row struct {
	Kind   RowKind
	Values []Value
}

// RowKind says what a row is to the sums.
type RowKind uint8

// The kinds of row.
//
// A Subtotal covers the Data rows since the last Band, Subtotal or Total; a Total
// covers every Data row above it once, through the subtotals where there are
// any. In Total columns the caller's figure must equal what it covers: a
// ledger that does not add up must not leave the house. Stated is a row that
// looks like a total but whose figures are the caller's alone (承前页,
// 本年累计); no sum counts it.
const (
	Data RowKind = iota
	Band
	Subtotal
	Total
	Stated
)

// Value is the content of one cell; the zero Value is blank.
type Value struct {
	form     valueForm
	computed bool // of a figure: text is the formula it comes from
	text     string
	n        int64   // whole numbers, thousandths or 分
	day      day.Day // also of a text that is a day known to the month or year
}

type valueForm uint8

const (
	blankForm valueForm = iota
	textForm
	integerForm
	quantityForm
	moneyForm
	dayForm
)

// Blank is an empty cell.
func Blank() Value { return Value{} }

// Text is a cell of text, never a formula or a number whatever it looks like.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{form: textForm, text: s}
}

// Int is a whole number.
func Int(n int64) Value { return Value{form: integerForm, n: n} }

// Quantity is an amount of goods; its decimals show only where there are some.
func Quantity(q quantity.Q) Value { return Value{form: quantityForm, n: int64(q)} }

// Money is an amount in yuan with two decimals.
func Money(f money.Fen) Value { return Value{form: moneyForm, n: int64(f)} }

// Date is a real date cell when the day is known. A day known to the month or
// year becomes text at its own precision (2026-03), because a date cell would
// invent the rest.
func Date(d day.Day) Value {
	switch {
	case d.IsZero():
		return Value{}
	case d.Precision != day.ToDay:
		return Value{form: textForm, text: d.String(), day: d}
	}
	return Value{form: dayForm, day: d}
}

// Computed is a figure that a formula over cells of its own row gives: in
// source, {3} stands for the cell of the column with index 3. now is the figure
// the formula has as long as nobody types anything. A zero does not show, so
// that a form is empty until it is filled in.
func Computed(source string, now Value) Value {
	now.computed, now.text = true, source
	return now
}

func (v Value) blank() bool { return v.form == blankForm }

func (v Value) figure() bool {
	return v.form == integerForm || v.form == quantityForm || v.form == moneyForm
}

// plain is the value without separators, as messages quote it.
func (v Value) plain() string {
	switch v.form {
	case textForm:
		return v.text
	case integerForm:
		return strconv.FormatInt(v.n, 10)
	case quantityForm:
		return quantity.Q(v.n).String()
	case moneyForm:
		return money.Fen(v.n).String()
	case dayForm:
		return v.day.String()
	}
	return ""
}

// shown is the value as a page shows it: what a column must be wide enough for.
func (v Value) shown() string {
	switch v.form {
	case integerForm:
		return quantity.Of(v.n).Grouped()
	case quantityForm:
		return quantity.Q(v.n).Grouped()
	case moneyForm:
		return money.Fen(v.n).Grouped()
	}
	return v.plain()
}

// columns is the width of what a page shows, without writing it: a ledger of
// 100,000 rows has more than a million cells.
func (v Value) columns() int {
	switch v.form {
	case textForm:
		return textColumns(v.text)
	case integerForm:
		return groupedColumns(v.n, 1, 0)
	case quantityForm:
		return groupedColumns(v.n, 1000, decimalsOf(v.n))
	case moneyForm:
		return groupedColumns(v.n, 100, 2)
	}
	return len(v.plain()) // a day
}

// groupedColumns is the width of n smallest units with separators: 1,234.50.
func groupedColumns(n, unit int64, decimals int) int {
	width := 1
	if n < 0 {
		width++
	}
	if decimals > 0 {
		width += decimals + 1
	}
	digits := 1
	for whole := n / unit; whole >= 10 || whole <= -10; whole /= 10 {
		digits++
	}
	return width + digits - 1 + (digits-1)/3
}

// number is the nearest number a workbook can hold.
func (v Value) number() float64 {
	switch v.form {
	case quantityForm:
		return quantity.Q(v.n).Float()
	case moneyForm:
		return money.Fen(v.n).Yuan()
	}
	return float64(v.n)
}

// at gives a row's value in a column, blank past its end.
func (r Row) at(col int) Value {
	if col >= len(r.Values) {
		return Value{}
	}
	return r.Values[col]
}
