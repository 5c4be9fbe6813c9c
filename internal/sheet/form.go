package sheet

import "changbei/internal/errs"

// Form is a sheet that goes out to be filled in without this program: what is
// known stands there grey and locked, what is asked is white and open. From
// the top: title, lines, blanks to sign in, a table with a row for everything
// known, and a table of empty rows for what is not.
type Form struct {
	SheetName, Title string
	Lines            []string // each over the whole width
	Blanks           []FormBlank
	Columns          []FormColumn
	Rows             []FormRow
	Band             string       // over the second table
	More             []FormColumn // its columns, under those of the first; "" = not used
	MoreRows         int
	// Hidden is kept on a sheet that no menu shows, as texts. Its name and
	// what stands there are the caller's.
	HiddenName string
	Hidden     [][]string
}

// FormBlank is a label above the table, in column Col from 1, and behind it an
// open cell over so many columns.
type FormBlank struct {
	Label     string
	Col, Wide int
}

// FormColumn is a column of a form.
type FormColumn struct {
	Heading string
	Width   float64 // in half-width characters; only of the first table
	Open    bool
	Centred bool
	Figure  bool     // a quantity: numbers from 0, with the row's decimals
	Choices []string // offered in a list
	Strict  bool     // nothing but the choices
	Hint    string   // shown when the cell is chosen
}

// FormRow is a row of what is known. Values of open columns are left out.
type FormRow struct {
	Values   []Value
	Decimals int
	Most     int64 // the largest figure allowed, 0 = any
}

// Heading gives the row the first table's heading stands in.
func (f *Form) Heading() int { return 2 + len(f.Lines) + min(len(f.Blanks), 1) }

// FirstRow gives the row of the first thing known.
func (f *Form) FirstRow() int { return f.Heading() + 1 }

// MoreHeading gives the row the second table's heading stands in.
func (f *Form) MoreHeading() int { return f.FirstRow() + len(f.Rows) + 2 }

func (f *Form) lastRow() int { return f.MoreHeading() + f.MoreRows }

// check refuses what would not be the form that is meant.
func (f *Form) check() error {
	if len(f.Columns) == 0 || len(f.More) != len(f.Columns) || f.HiddenName == "" {
		return errs.New(errs.Internal, "“%s”的列不完整，无法写成表格", f.Title)
	}
	d := Document{Title: f.Title, Columns: make([]Column, len(f.Columns)), Notes: f.Lines}
	for i, c := range f.Columns {
		d.Columns[i].Heading = c.Heading
	}
	for _, r := range f.Rows {
		d.Rows = append(d.Rows, Row{Values: r.Values})
	}
	return d.check()
}
