package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"changbei/internal/day"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

func TestWidthsAreThoseOfWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-maxFigure, maxFigure).Draw(t, "n")
		for _, v := range []Value{Int(n), Quantity(quantity.Q(n)), Money(money.Fen(n)), Text(rapid.StringOf(rapid.RuneFrom([]rune("棉a1，é㎡ｱ\n"))).Draw(t, "text"))} {
			if got, want := v.columns(), textColumns(v.shown()); got != want {
				t.Fatalf("%q takes %d, want %d", v.shown(), got, want)
			}
		}
	})
}

func TestFiguresAreWrittenExactly(t *testing.T) {
	for want, v := range map[string]Value{"0": Quantity(0), "1.5": Quantity(1500), "-0.001": Quantity(-1), "1860": Money(186000), "-0.01": Money(-1), "12.3": Money(1230),
		"999999999999.999": Quantity(maxFigure), "9999999999999.99": Money(maxFigure), "-12": Int(-12)} {
		if got := string(v.appendNumber(nil)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestASheetsPartHoldsItsElementsInOrder(t *testing.T) {
	part := partText(t, written(t, ledger()), "xl/worksheets/sheet1.xml")
	at := 0
	for _, element := range []string{"<worksheet", "<sheetPr>", "<sheetViews>", "<sheetFormatPr", "<cols>", "<sheetData>", "</sheetData>", "<mergeCells", "<printOptions", "<pageMargins", "<pageSetup", "<headerFooter>", "</worksheet>"} {
		next := strings.Index(part[at:], element)
		if next < 0 {
			t.Fatalf("%s is missing or out of place: programs refuse such a sheet", element)
		}
		at += next
	}
}

// drawValue makes any value that a cell may hold.
func drawValue(t *rapid.T) Value {
	n := rapid.Int64Range(-maxFigure, maxFigure).Draw(t, "n")
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0:
		return Int(n)
	case 1:
		return Quantity(quantity.Q(n))
	case 2:
		return Money(money.Fen(n))
	case 3:
		return Date(day.Of(1899, 12, 1).AddDays(rapid.IntRange(0, 80_000).Draw(t, "days")))
	case 4:
		return Blank()
	}
	return Text(rapid.StringOf(rapid.RuneFrom([]rune("棉被a1 <>&\"'_x0D=\n\t😀"))).Draw(t, "text"))
}

func TestCellsAreWhatTheLibraryWouldWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Document{SheetName: "表", Columns: []Column{{Heading: "甲"}, {Heading: "乙"}, {Heading: "丙"}}}
		plain := excelize.NewFile()
		defer plain.Close()
		stream, err := plain.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for row := range rapid.IntRange(1, 4).Draw(t, "rows") {
			var values []Value
			var given []any
			for range d.Columns {
				v := drawValue(t)
				values, given = append(values, v), append(given, v.content())
			}
			d.Rows = append(d.Rows, Row{Values: values})
			if err := stream.SetRow(fmt.Sprintf("A%d", row+2), given); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.Flush(); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := plain.Write(&b); err != nil {
			t.Fatal(err)
		}
		other, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		own := reopenedRapid(t, d)
		for row := range d.Rows {
			for _, col := range []string{"A", "B", "C"} {
				ref := fmt.Sprintf("%s%d", col, row+2)
				got, err1 := own.GetCellValue("表", ref, excelize.Options{RawCellValue: true})
				want, err2 := other.GetCellValue("Sheet1", ref, excelize.Options{RawCellValue: true})
				if err1 != nil || err2 != nil || got != want {
					t.Fatalf("%s holds %q, the library writes %q, %v %v", ref, got, want, err1, err2)
				}
			}
		}
	})
}
