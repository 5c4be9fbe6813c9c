// Package grid is a workbook as reading needs it: cells with what was stored
// and what was meant to be seen, whatever file they came from.
//
// internal/sheet fills it from .xlsx, .csv and the rest; internal/reading
// finds ledgers in it. It knows neither files nor ledgers. A leaf.
package grid

import "strconv"

// Kind is the type the file itself gives a cell.
type Kind uint8

// The kinds of cell. A formula's cell has the kind of its cached value;
// FormulaOnly is a formula without one.
const (
	Empty Kind = iota
	Text
	Number
	Bool
	Fault // #REF!, #N/A …, in Raw
	FormulaOnly
)

// DateForm is what a cell's number format says of dates.
type DateForm uint8

// The date forms. MonthDay shows no year (ids 28, 58): its year is inferred.
const (
	NoDate DateForm = iota
	FullDate
	YearMonth
	YearOnly
	MonthDay
	TimeOnly
)

// Cell is one non-empty cell. Raw is the stored value exactly as in the file
// (a number's decimal text, a text's characters); never the displayed text.
// A ledger has a million of them, so the small fields stand together: 72 bytes
// a cell instead of 96.
type Cell struct {
	Row, Col int // from 1, as Excel shows them
	Kind     Kind
	Date     DateForm
	Strike   bool // struck-through text often means "void"
	Raw      string
	Format   string // the number format code; "" = General
	Formula  string // without "=", "" when the cell is no formula
}

// Ref gives "F4".
func (c Cell) Ref() string { return Ref(c.Row, c.Col) }

// Merge is a merged region, bounds inclusive, from 1.
type Merge struct{ Row1, Col1, Row2, Col2 int }

// Contains reports whether a position lies in the region.
func (m Merge) Contains(row, col int) bool {
	return row >= m.Row1 && row <= m.Row2 && col >= m.Col1 && col <= m.Col2
}

// Visibility of a sheet.
type Visibility uint8

// Hidden and VeryHidden sheets are not read unless a person ticks them.
const (
	Visible Visibility = iota
	Hidden
	VeryHidden
)

// Sheet is one worksheet: cells in row order, then column order, each position
// at most once.
type Sheet struct {
	Name       string
	Visibility Visibility
	Cells      []Cell
	Merges     []Merge
	HiddenRows map[int]bool
	HiddenCols map[int]bool
}

// Workbook is a whole file. Date1904 has already been applied: serials in
// date cells are rebased to the 1900 system by the reader.
type Workbook struct {
	Format   string   // xlsx, xls, csv, html, xml2003
	Encoding string   // of a text file: utf-8, gb18030
	Notices  []string // Chinese sentences for the reader: 宏已忽略 …
	Sheets   []Sheet
}

// Ref gives Excel's name of a position: Ref(4, 6) = "F4".
func Ref(row, col int) string { return ColumnName(col) + strconv.Itoa(row) }

// ColumnName gives A, B … Z, AA …
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col > 0 {
		i--
		col--
		b[i] = byte('A' + col%26)
		col /= 26
	}
	return string(b[i:])
}
