package sheet

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

func TestTotalsAreFormulasWithTheirValues(t *testing.T) {
	f := reopened(t, ledger())
	for _, c := range []struct{ ref, formula, value string }{
		{fmt.Sprintf("E%d", subtotalRow), "SUM(E6:E25)", "7037.5"},
		{fmt.Sprintf("F%d", subtotalRow), "SUM(F6:F25)", "8796875"},
		{"F48", "SUM(F28:F47)", "8821875"},
		{fmt.Sprintf("E%d", totalRow), "SUM(E26,E48,E70)", "21172.5"},
		{fmt.Sprintf("F%d", totalRow), "SUM(F26,F48,F70)", "26465625"},
	} {
		t.Run(c.ref, func(t *testing.T) {
			formula, err := f.GetCellFormula(ledgerSheet, c.ref)
			if err != nil {
				t.Fatal(err)
			}
			if got := rawValue(t, f, ledgerSheet, c.ref); formula != c.formula || got != c.value {
				t.Errorf("%s = %s, cached %s", c.ref, formula, got)
			}
			checkCalculated(t, f, ledgerSheet, c.ref)
		})
	}
	t.Run("notes follow the total", func(t *testing.T) {
		if got := rawValue(t, f, ledgerSheet, fmt.Sprintf("A%d", noteRow)); !strings.HasPrefix(got, "注：") {
			t.Errorf("A%d = %q", noteRow, got)
		}
	})
}

// fataler is testing.T and rapid.T.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// checkCalculated compares a formula's result with the value beside it, in
// thousandths, because a spreadsheet adds binary fractions.
func checkCalculated(t fataler, f *excelize.File, sheet, ref string) {
	t.Helper()
	raw := excelize.Options{RawCellValue: true}
	cached, err := f.GetCellValue(sheet, ref, raw)
	if err != nil {
		t.Fatal(err)
	}
	calculated, err := f.CalcCellValue(sheet, ref, raw)
	if err != nil {
		t.Fatal(err)
	}
	if thousandths(t, cached) != thousandths(t, calculated) {
		t.Fatalf("%s: %s is written, the formula gives %s", ref, cached, calculated)
	}
}

func thousandths(t fataler, s string) int64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(math.Round(x * 1000))
}

// drawTable makes any order of bands, rows, subtotals, stated rows and totals,
// with the sums of a plain model.
func drawTable(t *rapid.T) Document {
	d := Document{SheetName: "表", Title: "随机", Columns: []Column{
		{Heading: "名称"}, {Heading: "数量", Kind: QuantityKind, Total: true}, {Heading: "金额", Kind: MoneyKind, Total: true},
	}}
	var group, whole [2]int64
	kinds := []RowKind{Data, Data, Data, Data, Band, Subtotal, Total, Stated}
	for range rapid.IntRange(0, 60).Draw(t, "rows") {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		figures := [2]int64{rapid.Int64Range(-5_000_000, 5_000_000).Draw(t, "qty"), rapid.Int64Range(-5_000_000, 5_000_000).Draw(t, "fen")}
		switch kind {
		case Data:
			for i, n := range figures {
				group[i], whole[i] = group[i]+n, whole[i]+n
			}
		case Band:
			group = [2]int64{}
		case Subtotal:
			figures, group = group, [2]int64{}
		case Total:
			figures, group = whole, [2]int64{}
		}
		r := Row{Kind: kind, Values: []Value{Text("行"), Quantity(quantity.Q(figures[0])), Money(money.Fen(figures[1]))}}
		if kind != Data && rapid.Bool().Draw(t, "mixed units") {
			r.Values[1] = Blank() // a total over several units has no quantity
		}
		if kind == Data && rapid.IntRange(0, 9).Draw(t, "words") == 0 {
			group[0], whole[0] = group[0]-figures[0], whole[0]-figures[0]
			r.Values[1] = Text("若干")
		}
		d.Rows = append(d.Rows, r)
	}
	return d
}

func TestAnyTableCalculatesToTheWrittenTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawTable(t)
		f := reopenedRapid(t, d)
		defer f.Close()
		covered := false
		for i, r := range d.Rows {
			covered = covered || r.Kind == Data
			for _, col := range []string{"B", "C"} {
				ref := fmt.Sprintf("%s%d", col, i+3)
				formula, err := f.GetCellFormula("表", ref)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case formula != "":
					if r.Kind != Subtotal && r.Kind != Total {
						t.Fatalf("%s is no total and has the formula %s", ref, formula)
					}
					checkCalculated(t, f, "表", ref)
				case r.Kind == Total && covered && !r.at(int(col[0]-'A')).blank():
					t.Fatalf("%s is a total without a formula", ref)
				}
			}
		}
	})
}

func reopenedRapid(t *rapid.T, d Document) *excelize.File {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(Write(w, d)) }()
	f, err := excelize.OpenReader(r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestManySubtotalsStillMakeATotal(t *testing.T) {
	for _, c := range []struct {
		groups int
		want   bool
	}{{300, true}, {3000, false}} {
		t.Run(fmt.Sprintf("%d groups", c.groups), func(t *testing.T) {
			d := Document{Columns: []Column{{Heading: "名称"}, {Heading: "数量", Kind: IntegerKind, Total: true}}}
			for range c.groups {
				d.Rows = append(d.Rows, Row{Values: []Value{Text("棉被"), Int(2)}}, Row{Kind: Subtotal, Values: []Value{Text("小计"), Int(2)}})
			}
			d.Rows = append(d.Rows, Row{Kind: Total, Values: []Value{Text("合计"), Int(int64(2 * c.groups))}})
			f := reopened(t, d)
			ref := fmt.Sprintf("B%d", len(d.Rows)+1)
			formula, err := f.GetCellFormula("表", ref)
			if err != nil {
				t.Fatal(err)
			}
			if got := rawValue(t, f, "表", ref); got != strconv.Itoa(2*c.groups) || (formula != "") != c.want {
				t.Errorf("%s holds %s, formula %.40s", ref, got, formula)
			}
			if c.want {
				checkCalculated(t, f, "表", ref)
			}
		})
	}
}

func TestWriteRefusesTotalsThatDoNotAddUp(t *testing.T) {
	columns := []Column{{Heading: "名称"}, {Heading: "数量", Kind: QuantityKind, Total: true}}
	two := Row{Values: []Value{Text("棉被"), Quantity(quantity.Of(2))}}
	for name, rows := range map[string][]Row{
		"a wrong subtotal":      {two, {Kind: Subtotal, Values: []Value{Text("小计"), Quantity(quantity.Of(3))}}},
		"a total counted twice": {two, {Kind: Subtotal, Values: []Value{Text("小计"), Quantity(quantity.Of(2))}}, {Kind: Total, Values: []Value{Text("合计"), Quantity(quantity.Of(4))}}},
		"a stated row counted":  {two, {Kind: Stated, Values: []Value{Text("承前页"), Quantity(quantity.Of(5))}}, {Kind: Total, Values: []Value{Text("合计"), Quantity(quantity.Of(7))}}},
		"figures of two sorts":  {two, {Values: []Value{Text("棉被"), Money(100)}}, {Kind: Total, Values: []Value{Text("合计"), Quantity(2100)}}},
		"a total of other sort": {two, {Kind: Total, Values: []Value{Text("合计"), Money(2000)}}},
		"sums beyond 15 digits": {{Values: []Value{Text("甲"), Quantity(maxFigure)}}, {Values: []Value{Text("乙"), Quantity(1)}}, {Kind: Total, Values: []Value{Text("合计"), Quantity(maxFigure)}}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Write(io.Discard, Document{Columns: columns, Rows: rows}); !errors.Is(err, errs.Internal) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a column without sums takes any figure", func(t *testing.T) {
		free := []Column{{Heading: "名称"}, {Heading: "数量", Kind: QuantityKind}}
		rows := []Row{two, {Kind: Total, Values: []Value{Text("合计"), Quantity(quantity.Of(9))}}}
		f := reopened(t, Document{Columns: free, Rows: rows})
		formula, err := f.GetCellFormula("表", "B3")
		if err != nil {
			t.Fatal(err)
		}
		if got := rawValue(t, f, "表", "B3"); got != "9" || formula != "" {
			t.Errorf("B3 = %q, formula %q", got, formula)
		}
	})
}
