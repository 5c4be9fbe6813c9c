package formula

import (
	"strings"
	"testing"

	"changbei/internal/grid"
)

// goods is the sheet the tables of formulas refer to:
//
//	   A        B     C   D
//	1  名称     单位  数量 单价
//	2  棉帐篷   顶    30   375.5
//	3  单帐篷   顶    12   #N/A
//	4  棉被     床    "12" TRUE
//	5  毛毯     条         2.5
//	6  5~10米绳 根    -3   0
func goods() *grid.Sheet {
	return cellsOf("数据", "名称|单位|数量|单价", "棉帐篷|顶|30|375.5", "单帐篷|顶|12|#N/A", "棉被|床|'12|TRUE", "毛毯|条||2.5", "5~10米绳|根|-3|0")
}

// cellsOf makes a sheet of rows of cells: 12 a number, '12 a text, =A1 a
// formula without a value, TRUE, #N/A; nothing is an empty cell.
func cellsOf(name string, rows ...string) *grid.Sheet {
	s := &grid.Sheet{Name: name, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	for i, row := range rows {
		for j, text := range strings.Split(row, "|") {
			if text != "" {
				s.Cells = append(s.Cells, cellOf(i+1, j+1, text))
			}
		}
	}
	return s
}

func cellOf(row, col int, text string) grid.Cell {
	c := grid.Cell{Row: row, Col: col, Kind: grid.Text, Raw: text}
	switch {
	case text[0] == '=':
		c.Kind, c.Raw, c.Formula = grid.FormulaOnly, "", text[1:]
	case text[0] == '\'':
		c.Raw = text[1:]
	case text[0] == '#':
		c.Kind = grid.Fault
	case text == "TRUE", text == "FALSE":
		c.Kind, c.Raw = grid.Bool, map[bool]string{true: "1", false: "0"}[text == "TRUE"]
	case strings.Trim(text, "0123456789.-") == "":
		c.Kind = grid.Number
	}
	return c
}

// refused is what says shows for a formula that is not worked out.
const refused = "refused"

// says works out a formula in cell H9 of the last sheet: 12, "text", TRUE or
// refused.
func says(k *Calculator, formula string) string {
	s := &k.book.Sheets[len(k.book.Sheets)-1]
	at := grid.Cell{Row: 9, Col: 8, Kind: grid.FormulaOnly, Formula: formula}
	if n := len(s.Cells); n == 0 || s.Cells[n-1].Row != 9 {
		s.Cells = append(s.Cells, at)
	}
	s.Cells[len(s.Cells)-1] = at
	delete(k.done, address{s, position{9, 8}})
	switch c, ok := k.Value(s, at); {
	case !ok:
		return refused
	case c.Kind == grid.Text:
		return `"` + c.Raw + `"`
	case c.Kind == grid.Bool:
		return map[string]string{"1": "TRUE", "0": "FALSE"}[c.Raw]
	default:
		return c.Raw
	}
}

func bookOf(sheets ...*grid.Sheet) *Calculator {
	wb := &grid.Workbook{Format: "xlsx"}
	for _, s := range sheets {
		wb.Sheets = append(wb.Sheets, *s)
	}
	return New(wb)
}

func checkFormulas(t *testing.T, k *Calculator, table string) {
	t.Helper()
	for _, row := range strings.Split(strings.TrimSpace(table), "\n") {
		formula, want, _ := strings.Cut(strings.TrimSpace(row), " → ")
		if got := says(k, formula); got != want {
			t.Errorf("=%s gives %s, want %s", formula, got, want)
		}
	}
}
