package sheet

import "changbei/internal/errs"

// Form is a sheet that goes out to be filled in without this program: what is
// known stands there grey and locked, what is asked is white and open. From
// the top: title, lines, blanks to sign in, a table with a row for everything
// known, a table of empty rows for what is not, and signatures. A form without
// the second table asks for everything in the first, whose rows are empty.
type Form struct {
	SheetName, Title string
	Lines            []string // each over the whole width
	Blanks           []FormBlank
	Columns          []FormColumn
	Rows             []FormRow
	Band             string       // over the second table
	More             []FormColumn // its columns, under those of the first; "" = not used; nil = no second table
	MoreRows         int
	Signatures       []string // below everything
	// Hidden is kept on a sheet that no menu shows, as texts. Its name and
	// what stands there are the caller's.
	HiddenName string
	Hidden     [][]string
}

// FormBlank is a label above the table, in column Col from 1 of the Line it
// stands in from 0, and behind it an open cell over so many columns, which may
// hold a value and offer choices.
type FormBlank struct {
	Label     string
	Col, Wide int
	Line      int
	Text      bool // what is typed stays text
	Value     string
	Choices   []string
	Hint      string
}

// FormColumn is a column of a form.
type FormColumn struct {
	Heading string
	Width   float64 // in half-width characters; only of the first table
	Open    bool
	Text    bool // what is typed stays text: 3-5 is no day
	Centred bool
	Figure  bool     // a quantity: numbers from 0, with the row's decimals
	Choices []string // offered in a list
	Strict  bool     // nothing but the choices
	Hint    string   // shown when the cell is chosen
	Leave   string   // what to do with a cell one has no figure for, "" = 没有清点的留空
}

// FormRow is a row of what is known. Values of open columns are left out; a row
// without any is as high as a hand writes.
type FormRow struct {
	Values   []Value
	Decimals int
	Most     int64 // the largest figure allowed, 0 = any
}

// Heading gives the row the first table's heading stands in.
func (f *Form) Heading() int { return 2 + len(f.Lines) + f.blankLines() }

func (f *Form) blankLines() int {
	lines := 0
	for _, b := range f.Blanks {
		lines = max(lines, b.Line+1)
	}
	return lines
}

// FirstRow gives the row of the first thing known.
func (f *Form) FirstRow() int { return f.Heading() + 1 }

// MoreHeading gives the row the second table's heading stands in.
func (f *Form) MoreHeading() int { return f.FirstRow() + len(f.Rows) + 2 }

// lastRow is the last row of the tables.
func (f *Form) lastRow() int {
	if f.More == nil {
		return f.Heading() + len(f.Rows)
	}
	return f.MoreHeading() + f.MoreRows
}

// check refuses what would not be the form that is meant.
func (f *Form) check() error {
	if len(f.Columns) == 0 || f.More != nil && len(f.More) != len(f.Columns) || f.HiddenName == "" {
		return errs.New(errs.Internal, "“%s”的列不完整，无法写成表格", f.Title)
	}
	d := Document{Title: f.Title, Columns: make([]Column, len(f.Columns)), Notes: f.Lines, Signatures: f.Signatures}
	for i, c := range f.Columns {
		d.Columns[i].Heading = c.Heading
	}
	for _, r := range f.Rows {
		d.Rows = append(d.Rows, Row{Values: r.Values})
	}
	return d.check()
}
