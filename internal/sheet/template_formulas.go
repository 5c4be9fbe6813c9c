package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

// formulas writes every formula anew from the template's own text. The
// library moves them too, but not the ends of ranges that stop at the repeated
// row, and a formula shared by several cells is lost when one of them changes.
func (f *filler) formulas() error {
	for i := range f.sheets {
		s := &f.sheets[i]
		r := f.repeats[s.grid.Name]
		known := f.figures[s.grid.Name]
		for _, c := range s.grid.Cells {
			if c.Formula == "" && c.Row == s.row {
				continue
			}
			at := [2]int{r.moved(c.Row), c.Col}
			switch {
			case s.about.arrays[[2]int{c.Row, c.Col}]:
				known.formulas[at] = "" // nothing plain: the library is asked
				continue
			case c.Formula == "":
				known.noteCell(at[0], c)
				continue
			}
			inRow := s.row > 0 && c.Row == s.row
			text := stretched(c.Formula, s.grid.Name, f.repeats, inRow, false)
			if !inRow {
				if err := f.formula(s, r.moved(c.Row), c.Col, text); err != nil {
					return err
				}
				continue
			}
			for n := range max(1, len(f.data.Lines)) {
				if err := f.formula(s, s.row+n, c.Col, moveFormula(text, n, 0)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (f *filler) formula(s *templateSheet, row, col int, text string) error {
	f.figures[s.grid.Name].formulas[[2]int{row, col}] = text
	return f.file.SetCellFormula(s.grid.Name, grid.Ref(row, col), text)
}

// maxCalculated bounds the formulas that are worked out here; beyond it the
// office's program does it when it opens the workbook, as it is told to.
const maxCalculated = 60_000

// calculate works out what formulas come to, for viewers that do not.
func (f *filler) calculate() error {
	yes := true
	if err := f.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}); err != nil {
		return err
	}
	raw, done := excelize.Options{RawCellValue: true}, 0
	for i := range f.sheets {
		s := &f.sheets[i]
		found := map[string]string{}
		f.values[s.part] = found
		r := f.repeats[s.grid.Name]
		for _, c := range s.grid.Cells {
			if c.Formula == "" || s.about.arrays[[2]int{c.Row, c.Col}] || strings.Contains(c.Formula, "[") {
				continue // what another file holds is only in the old value
			}
			first, last := r.moved(c.Row), r.moved(c.Row)
			if s.row > 0 && c.Row == s.row {
				last = r.end(c.Row)
			}
			for row := first; row <= last && done < maxCalculated; row++ {
				done++
				cell := grid.Ref(row, c.Col)
				if v, ok := f.figures[s.grid.Name].cell(row, c.Col); ok {
					found[cell] = "n" + plainNumber(v)
					continue
				}
				value, err := f.file.CalcCellValue(s.grid.Name, cell, raw)
				found[cell] = cachedValue(c.Formula, value, err)
			}
		}
	}
	return nil
}

// cachedValue is the XML of a value with its type in front: n, str, b, e; ""
// when it could not be worked out.
func cachedValue(formula, value string, err error) string {
	switch {
	case err != nil && strings.HasPrefix(value, "#"):
		return "e" + value
	case err != nil:
		return ""
	case value == "TRUE":
		return "b1"
	case value == "FALSE":
		return "b0"
	}
	if _, err := strconv.ParseFloat(value, 64); err == nil && !makesText(formula) {
		return "n" + value
	}
	return "s" + value
}

// makesText reports a formula whose result is a text even where it looks like
// a number.
func makesText(formula string) bool {
	upper := strings.ToUpper(formula)
	if strings.Contains(upper, "&") {
		return true
	}
	name, _, _ := strings.Cut(upper, "(")
	return slices.Contains([]string{"TEXT", "CONCATENATE", "CONCAT", "LEFT", "RIGHT", "MID"}, name)
}
