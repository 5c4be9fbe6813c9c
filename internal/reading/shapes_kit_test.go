package reading_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/reading"
)

// num is a numeric cell; a plain string is text, "" an empty cell.
type num string

type serial string // a date cell

type formula struct{ text, cached string }

// page builds a sheet from rows of cells. A string that starts with "merge "
// in place of a row merges a region: "merge A1:C1".
func page(name string, rows ...[]any) grid.Sheet {
	s := grid.Sheet{Name: name, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	for i, row := range rows {
		for j, v := range row {
			c := grid.Cell{Row: i + 1, Col: j + 1}
			switch v := v.(type) {
			case string:
				if v == "" {
					continue
				}
				c.Kind, c.Raw = grid.Text, v
			case int:
				c.Kind, c.Raw = grid.Number, fmt.Sprint(v)
			case num:
				c.Kind, c.Raw = grid.Number, string(v)
			case serial:
				c.Kind, c.Raw, c.Date, c.Format = grid.Number, string(v), grid.FullDate, "yyyy-mm-dd"
			case formula:
				c.Kind, c.Raw, c.Formula = grid.Number, v.cached, v.text
				if v.cached == "" {
					c.Kind = grid.FormulaOnly
				}
			}
			s.Cells = append(s.Cells, c)
		}
	}
	return s
}

func merged(s grid.Sheet, regions ...[4]int) grid.Sheet {
	for _, r := range regions {
		s.Merges = append(s.Merges, grid.Merge{Row1: r[0], Col1: r[1], Row2: r[2], Col2: r[3]})
	}
	return s
}

func book(sheets ...grid.Sheet) *grid.Workbook { return &grid.Workbook{Format: "xlsx", Sheets: sheets} }

func read(t *testing.T, wb *grid.Workbook, file string, over ...reading.SheetOverride) *reading.Result {
	t.Helper()
	o := reading.Options{FileName: file, Today: today, Lexicon: lexicon(t)}
	if len(over) > 0 {
		o.Overrides.Sheets = map[string]reading.SheetOverride{wb.Sheets[0].Name: over[0]}
	}
	r, err := reading.Read(wb, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines writes the rows short: cell status depot/category/item/spec quantity
// unit and what else is there.
func lines(r *reading.Result) string {
	var b strings.Builder
	for _, row := range r.Rows {
		q := "?"
		if row.Quantity != nil {
			q = row.Quantity.String()
		}
		fmt.Fprintf(&b, "%s %s %s/%s/%s/%s %s%s", row.Cell, row.Status, row.Depot, row.Category, row.Item, row.Spec, q, row.Unit)
		for _, v := range []string{row.Date.String(), row.Extra.Direction, row.Location} {
			if v != "" {
				b.WriteString(" " + v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// codes writes the issues short: cell code severity.
func codes(r *reading.Result) string {
	var out []string
	for _, i := range r.Issues {
		out = append(out, i.Cell+" "+i.Code)
	}
	return strings.Join(out, ", ")
}

func reasons(r *reading.Result) string {
	var out []string
	for _, s := range r.Skipped {
		out = append(out, fmt.Sprintf("%d %s", s.Row, s.Reason))
	}
	return strings.Join(out, ", ")
}

type want struct{ kind, rows, issues, skipped string }

func check(t *testing.T, r *reading.Result, w want) {
	t.Helper()
	trim := func(s string) string {
		var out []string
		for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
			out = append(out, strings.TrimSpace(line))
		}
		return strings.Join(out, "\n")
	}
	if w.kind != "" && string(r.DocKind) != w.kind {
		t.Errorf("kind %s, want %s", r.DocKind, w.kind)
	}
	if got := trim(lines(r)); got != trim(w.rows) {
		t.Errorf("rows:\n%s\nwant:\n%s", got, trim(w.rows))
	}
	if got := codes(r); got != w.issues {
		t.Errorf("issues: %s\nwant:   %s", got, w.issues)
	}
	if got := reasons(r); w.skipped != "" && got != w.skipped {
		t.Errorf("skipped: %s\nwant:    %s", got, w.skipped)
	}
	for _, i := range r.Issues {
		if i.Message == "" || i.Severity == reading.OK || !strings.Contains(i.Message, i.Cell) {
			t.Errorf("issue %+v does not name its cell", i)
		}
	}
	explained(t, r)
}

// explained checks that no row is held back without a cell to look at.
func explained(t *testing.T, r *reading.Result) {
	t.Helper()
	for _, row := range r.Rows {
		worst := reading.OK
		for _, i := range r.Issues {
			if i.Sheet == row.Sheet && i.Row == row.Row && (worst == reading.OK || i.Severity == reading.Error) {
				worst = i.Severity
			}
		}
		if row.Status == reading.Error && worst != reading.Error || row.Status == reading.Confirm && worst == reading.OK {
			t.Errorf("row %d is %s without an issue", row.Row, row.Status)
		}
	}
}

func refused(t *testing.T, wb *grid.Workbook) string {
	t.Helper()
	_, err := reading.Read(wb, reading.Options{FileName: "x.xlsx", Today: today, Lexicon: lexicon(t)})
	if !errors.Is(err, errs.Invalid) {
		t.Fatalf("not refused: %v", err)
	}
	return errs.MessageOf(err)
}
