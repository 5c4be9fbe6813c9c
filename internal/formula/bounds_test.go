package formula

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/grid"
)

// many repeats a row of cells; $ in it is the number of the row.
func many(name string, rows int, row ...string) *grid.Sheet {
	s := &grid.Sheet{Name: name}
	for r := 1; r <= rows; r++ {
		for i, text := range row {
			s.Cells = append(s.Cells, cellOf(r, i+1, strings.ReplaceAll(text, "$", fmt.Sprint(r))))
		}
	}
	return s
}

// costly are workbooks made to burn time or memory: each would take minutes or
// gigabytes if its work were not counted.
var costly = map[string]func() []*grid.Sheet{
	"running sums":      func() []*grid.Sheet { return tables(many("表", 20_000, "1", "=SUM(A1:A$)")) },
	"range upon range":  func() []*grid.Sheet { return tables(many("表", 5_000, "=SUM(B1:C$)", "1", "2")) },
	"sums with terms":   func() []*grid.Sheet { return tables(many("表", 5_000, "1", "=SUMIF(A:A,1,A:A)")) },
	"large numbers":     func() []*grid.Sheet { return tables(large(), many("表", 5_000, "=SUM(数!C:C)+$")) },
	"largest number":    func() []*grid.Sheet { return tables(large(), many("表", 5_000, "=MAX(数!C1:C$)")) },
	"numbers compared":  func() []*grid.Sheet { return tables(large(), many("表", 5_000, "=COUNTIF(数!C:C,\">$\")")) },
	"numbers looked up": func() []*grid.Sheet { return tables(large(), many("表", 5_000, "=MATCH($,数!C1:C$,0)")) },
	"numbers rounded":   func() []*grid.Sheet { return tables(large(), many("表", 500, "=0"+again("+ROUND(数!C$,1)"))) },
	"remainders":        func() []*grid.Sheet { return tables(large(), many("表", 500, "=0"+again("+MOD(数!C$,数!B$)"))) },
	"numbers as texts": func() []*grid.Sheet {
		return tables(many("数", 500, "=2^-60*$", "=A$*A$*A$*A$*A$*A$"), many("表", 500, "=0"+again("&数!B$")))
	},
	"powers":        func() []*grid.Sheet { return tables(many("表", 500, "=0"+again("+1.7^64"))) },
	"growing texts": func() []*grid.Sheet { return tables(many("表", 500, "x", "="+strings.Repeat("A$&", 900)+text(9000))) },
	"texts of texts": func() []*grid.Sheet {
		return tables(many("字", 1, strings.Repeat("啊a1", 6000)), many("表", 5_000, "=字!A1&$", "=A$&1", "=TRIM(B$)", "=C$=B$"))
	},
	"patterns": func() []*grid.Sheet {
		return tables(many("字", 500, strings.Repeat("啊a1", 6000)), many("表", 500, "=COUNTIF(字!A:A,\"*a1啊*a1*啊*a啊b$*?\")"))
	},
	"texts looked up": func() []*grid.Sheet {
		return tables(many("字", 5_000, "a$"), many("表", 5_000, "=VLOOKUP(\"a$\",字!A$:A30000,1,0)"))
	},
	"whole columns":   func() []*grid.Sheet { return tables(many("表", 5_000, "1", "=SUMPRODUCT((C:C=1)*C:C)")) },
	"whole sheets":    func() []*grid.Sheet { return tables(many("表", 5_000, "1", "=SUM(C1:XFD1048576)")) },
	"wide arrays":     func() []*grid.Sheet { return tables(many("表", 9, "=SUMPRODUCT((B:XFD=1)*1)")) },
	"many sheets":     manySheets,
	"long formulas":   func() []*grid.Sheet { return tables(many("表", 500, "=1"+again("+1"))) },
	"long calls":      func() []*grid.Sheet { return tables(many("表", 500, "=SUM(1"+again(",")+")")) },
	"many references": func() []*grid.Sheet { return tables(many("表", 500, "1", "=0"+again("+A$"))) },
	"unread branches": func() []*grid.Sheet { return tables(many("表", 500, "=IF(1,1,0"+again("+表!A9:B9")+")")) },
	"deep formulas": func() []*grid.Sheet {
		return tables(many("表", 5_000, "="+strings.Repeat("IF(1,", 49)+"B$"+strings.Repeat(")", 49)))
	},
	"signs": func() []*grid.Sheet {
		return tables(many("表", 5_000, "="+strings.Repeat("-", 49)+"1"+strings.Repeat("--1", 9)))
	},
	"totals of totals": func() []*grid.Sheet {
		return tables(many("表", 500, "=SUBTOTAL(9,B1:B$)", "=SUBTOTAL(9,C$)"+again(" ")))
	},
	"a long ring": func() []*grid.Sheet { return tables(many("表", 20_000, "=A$0+1", "=B$0")) },
}

func tables(list ...*grid.Sheet) []*grid.Sheet { return list }

// again repeats a part of a formula until the longest text is full.
func again(part string) string { return strings.Repeat(part, 32_000/len(part)) }

func text(letters int) string { return `"` + strings.Repeat("啊", letters) + `"` }

// large has numbers of two thousand bits in its column C.
func large() *grid.Sheet {
	return many("数", 500, "=1/3/7/11/13/17/19/23/29/31/37/41/43/47/53/59/61/67/71/73/79/83/89/97/101/103*$", "=A$^7", "=B$*(A$+1)^2")
}

func manySheets() []*grid.Sheet {
	var out []*grid.Sheet
	for i := range 5_000 {
		out = append(out, many(fmt.Sprint("S", i+1), 1, "1", "=SUM(S1:S5000!A1)"))
	}
	return out
}

// TestCostlyFormulasEnd works through all of them with a twentieth of the steps.
// What counts is that it ends: without the count of steps it would not.
func TestCostlyFormulasEnd(t *testing.T) {
	for name, sheets := range costly {
		wb := &grid.Workbook{}
		for _, s := range sheets() {
			wb.Sheets = append(wb.Sheets, *s)
		}
		k := New(wb)
		k.left = maxSteps / 20
		for i := range wb.Sheets {
			for _, c := range wb.Sheets[i].Cells {
				k.Value(&wb.Sheets[i], c)
			}
		}
		if k.left != 0 {
			t.Errorf("%s: %d steps left: the workbook is not costly", name, k.left)
		}
	}
}
