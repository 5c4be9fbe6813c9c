package sheet

import (
	"fmt"
	"math"
	"strconv"

	"changbei/internal/grid"
)

// check reads the filled workbook and compares every line with what was to be
// written: a library that lost a row must not hand a report out. It takes a
// tenth of the time of filling.
func (f *filler) check(data []byte) error {
	book, err := readBack(data)
	if err != nil {
		return err
	}
	if len(book.Sheets) != len(f.sheets) {
		return fmt.Errorf("sheet: %d sheets became %d", len(f.sheets), len(book.Sheets))
	}
	for i := range f.sheets {
		s := &f.sheets[i]
		if s.row == 0 {
			continue
		}
		if err := f.checkLines(s, book.Sheets[i].Cells); err != nil {
			return fmt.Errorf("sheet: %q: %w", s.grid.Name, err)
		}
	}
	return nil
}

// checkLines walks down the cells and the lines side by side: both are in the
// order of rows, then columns.
func (f *filler) checkLines(s *templateSheet, cells []grid.Cell) error {
	next := 0
	for n, line := range f.data.Lines {
		for i := range s.lines {
			x := &s.lines[i]
			row, col := s.row+n, x.cell.Col
			for next < len(cells) && (cells[next].Row < row || cells[next].Row == row && cells[next].Col < col) {
				next++
			}
			found := &grid.Cell{}
			if next < len(cells) && cells[next].Row == row && cells[next].Col == col {
				found = &cells[next]
			}
			if want := f.value(*x, line); !want.stands(found) {
				return fmt.Errorf("%s holds %q instead of %q", grid.Ref(row, col), found.Raw, want.plain())
			}
		}
	}
	return nil
}

// stands reports whether a cell read back holds the value. Days are compared
// by the test of the writer alone: their serial depends on the workbook.
func (v Value) stands(c *grid.Cell) bool {
	switch content := v.content().(type) {
	case nil:
		return c.Kind == grid.Empty
	case string:
		return c.Kind == grid.Text && c.Raw == content || !v.day.IsZero() && c.Kind == grid.Number
	case float64:
		return c.Kind == grid.Number && sameNumber(c.Raw, content)
	case int64:
		return c.Kind == grid.Number && sameNumber(c.Raw, float64(content)) || !v.day.IsZero() && c.Kind != grid.Empty
	}
	return false
}

func sameNumber(raw string, want float64) bool {
	got, err := strconv.ParseFloat(raw, 64)
	return err == nil && math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want))
}
