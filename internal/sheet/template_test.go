package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
)

func TestFillRepeatsTheRowWithItsLooks(t *testing.T) {
	f, book, _ := filled(t, 3)
	date := `yyyy"年"m"月"d"日"`
	for ref, want := range map[string]grid.Cell{
		"A5":  {Kind: grid.Number, Raw: "1"},
		"B7":  {Kind: grid.Text, Raw: "棉帐篷（12㎡）"},
		"D7":  {Kind: grid.Text, Raw: "顶"},
		"E7":  {Kind: grid.Number, Raw: "3"},
		"F6":  {Kind: grid.Number, Raw: "123.45", Format: "#,##0.00"},
		"G7":  {Kind: grid.Number, Raw: "370.35", Format: "#,##0.00", Formula: "E7*F7"},
		"H6":  {Kind: grid.Number, Raw: "45353", Format: date, Date: grid.FullDate},
		"I7":  {Kind: grid.Text, Raw: "区级库"},
		"E8":  {Kind: grid.Number, Raw: "6", Formula: "SUM(E5:E7)"},
		"F8":  {Kind: grid.Number, Raw: "370.35", Format: "#,##0.00", Formula: "SUM(F5:F7)"},
		"G8":  {Kind: grid.Number, Raw: "740.7", Format: "#,##0.00", Formula: "SUM(G$5:G7)"},
		"H8":  {Kind: grid.Number, Raw: "3", Formula: "COUNT($A$5:$A$7)"},
		"I8":  {Kind: grid.Text, Raw: "有 E5", Formula: `IF(E8>0,"有 E5",E5)`},
		"A9":  {Kind: grid.Text, Raw: "共 3 行，合计 6"},
		"A10": {Kind: grid.Text, Raw: "制表人："},
		"J10": {Kind: grid.Number, Raw: "6"},
		"A2":  {Kind: grid.Text, Raw: "编制单位：望城区应急管理局"},
		"F2":  {Kind: grid.Text, Raw: "截止2026年11月28日"},
		"J5":  {},
	} {
		got := at(book, 0, ref)
		got.Row, got.Col = 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", ref, diff)
		}
	}
	if c := at(book, 1, "B1"); c.Raw != "12" || c.Formula != "SUM('物资 台账'!E5:E7)+'物资 台账'!E8" {
		t.Errorf("the other sheet's sum: %+v", c)
	}
	first, _ := looksOf(t, f, sheetName, "H5")
	last, _ := looksOf(t, f, sheetName, "H7")
	if diff := cmp.Diff(first, last); diff != "" || !last.Font.Bold || last.Font.Family != "楷体" || len(last.Border) != 4 {
		t.Errorf("the last line looks otherwise: %s %+v", diff, last.Font)
	}
	for row, want := range map[int]float64{5: 24, 7: 24, 10: 40} {
		if height, err := f.GetRowHeight(sheetName, row); err != nil || height != want {
			t.Errorf("row %d is %v high, want %v, %v", row, height, want, err)
		}
	}
	if height, _ := f.GetRowHeight(sheetName, 6); height < 5*minLineHeight {
		t.Errorf("the wrapped line is %v high", height)
	}
}

func TestFillMovesWhatStandsBelow(t *testing.T) {
	f, book, data := filled(t, 3)
	merges := map[string]bool{}
	for _, m := range book.Sheets[0].Merges {
		merges[grid.Ref(m.Row1, m.Col1)+":"+grid.Ref(m.Row2, m.Col2)] = true
	}
	if diff := cmp.Diff(map[string]bool{"A1:J1": true, "B3:C3": true, "B5:C5": true, "B6:C6": true, "B7:C7": true, "A8:D8": true, "A10:C10": true}, merges); diff != "" {
		t.Error(diff)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if diff := cmp.Diff(map[string]string{"_xlnm.Print_Titles": "'物资 台账'!$1:$3", "_xlnm.Print_Area": "'物资 台账'!$A$1:$J$10", "数量列": "'物资 台账'!$E$5:$E$7"}, names); diff != "" {
		t.Error(diff)
	}
	rules, err := f.GetConditionalFormats(sheetName)
	if err != nil || len(rules) != 1 || rules["E5:E7"] == nil {
		t.Errorf("rules %v, %v", rules, err)
	}
	lists, err := f.GetDataValidations(sheetName)
	if err != nil || len(lists) != 1 || lists[0].Sqref != "D5:D7" {
		t.Errorf("lists %+v, %v", lists, err)
	}
	comments, err := f.GetComments(sheetName)
	at := map[string]string{}
	for _, c := range comments {
		at[c.Cell] = c.Text
	}
	if diff := cmp.Diff(map[string]string{"A10": "签名处", "A3": "表头"}, at); err != nil || diff != "" {
		t.Errorf("comments: %v %s", err, diff)
	}
	if cells, err := f.GetPictureCells(sheetName); err != nil || len(cells) != 1 || cells[0] != "I9" {
		t.Errorf("pictures at %v, %v", cells, err)
	}
	for part, words := range map[string][]string{
		"xl/charts/chart1.xml":        {"$B$5:$B$7", "$E$5:$E$7"},
		"xl/worksheets/sheet1.xml":    {`<brk id="9"`, `orientation="landscape"`, `第 &amp;P 页`, `<mergeCells count="7">`},
		"xl/drawings/vmlDrawing1.vml": {"<x:Row>9</x:Row>", "<x:Anchor>0, 23, 9, 0, 1, 76, 10, 12</x:Anchor>", "<x:Row>2</x:Row>"},
		"xl/workbook.xml":             {`fullCalcOnLoad="true"`},
		"xl/worksheets/sheet2.xml":    {"<drawing"},
		"xl/drawings/drawing1.xml":    {"xdr:oneCellAnchor"},
	} {
		text := partOf(t, data, part)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s has no %s", part, word)
			}
		}
	}
	if strings.Contains(partOf(t, data, "xl/charts/chart1.xml"), "<v>") {
		t.Error("the chart keeps figures of the template")
	}
}

func partOf(t *testing.T, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name != name {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return ""
}

func TestFillWithNoneOneAndMany(t *testing.T) {
	t.Run("no line leaves the row empty and the sums at nothing", func(t *testing.T) {
		_, book, _ := filled(t, 0)
		for _, ref := range []string{"A5", "B5", "E5", "H5"} {
			if c := at(book, 0, ref); c.Kind != grid.Empty {
				t.Errorf("%s holds %q", ref, c.Raw)
			}
		}
		if c := at(book, 0, "E6"); c.Raw != "0" || c.Formula != "SUM(E5:E5)" {
			t.Errorf("sum %+v", c)
		}
	})
	t.Run("one line moves nothing", func(t *testing.T) {
		_, book, _ := filled(t, 1)
		if c := at(book, 0, "A8"); c.Raw != "制表人：" || at(book, 0, "E6").Raw != "1" || at(book, 0, "G5").Raw != "123.45" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("five thousand lines are all there, each on its own row", func(t *testing.T) {
		_, book, _ := filled(t, templateLines)
		lines := 0
		for _, c := range book.Sheets[0].Cells {
			if c.Col == 5 && c.Kind == grid.Number && c.Formula == "" {
				if lines++; c.Row != sampleRow+lines-1 || c.Raw != fmt.Sprint(lines) {
					t.Fatalf("line %d is %s on row %d", lines, c.Raw, c.Row)
				}
			}
		}
		sum := at(book, 0, "E5005")
		if lines != templateLines || sum.Raw != "12502500" || sum.Formula != "SUM(E5:E5004)" {
			t.Errorf("%d lines, sum %+v", lines, sum)
		}
	})
	t.Run("too many are refused with the way out", func(t *testing.T) {
		form, err := template(fileBytes(t, officeForm(t)), officeFields)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = form.Fill(&out, Filling{Lines: make([][]Value, maxTemplateLines+1)})
		if errs.KindOf(err) != errs.TooLarge || !strings.Contains(errs.MessageOf(err), "系统自带的版式") || out.Len() > 0 {
			t.Errorf("%v, %d bytes", err, out.Len())
		}
	})
}

func TestDaysKnownToTheMonthStayMonths(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, format := range []string{`yyyy"年"m"月"`, "yyyy-mm-dd", "yyyy"} {
		cell := grid.Ref(1, i+1)
		if err := f.SetCellValue("Sheet1", cell, "{{入库日期}}"); err != nil {
			t.Fatal(err)
		}
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", cell, cell, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellValue("Sheet1", "D1", "于{{入库日期}}入库"); err != nil {
		t.Fatal(err)
	}
	form, err := template(fileBytes(t, f), officeFields)
	if err != nil {
		t.Fatal(err)
	}
	data := officeFilling(1)
	data.Lines[0][6] = Date(day.Day{First: "2024-03-01", Precision: day.ToMonth})
	var out bytes.Buffer
	if err := form.Fill(&out, data); err != nil {
		t.Fatal(err)
	}
	book, err := readBack(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Cell{
		{Row: 1, Col: 1, Kind: grid.Number, Raw: "45352", Format: `yyyy"年"m"月"`, Date: grid.YearMonth},
		{Row: 1, Col: 2, Kind: grid.Text, Raw: "2024-03", Format: "yyyy-mm-dd"},
		{Row: 1, Col: 3, Kind: grid.Number, Raw: "45352", Format: "yyyy", Date: grid.YearOnly},
		{Row: 1, Col: 4, Kind: grid.Text, Raw: "于2024年3月入库"},
	}
	if diff := cmp.Diff(want, book.Sheets[0].Cells); diff != "" {
		t.Error(diff)
	}
}

func TestPrintTitlesArePinned(t *testing.T) {
	for refs, want := range map[string]string{
		"'物资 台账'!1:4":           "'物资 台账'!$1:$4",
		"Sheet1!$1:$4":          "Sheet1!$1:$4",
		"Sheet1!A:B,Sheet1!1:2": "Sheet1!$A:$B,Sheet1!$1:$2",
		"'1:4'!1:4":             "'1:4'!$1:$4",
	} {
		if got := fixedTitles(refs); got != want {
			t.Errorf("%s becomes %s", refs, got)
		}
	}
}

func TestValuesTakeTheCellsFormatOrTheirOwn(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]string{"A1": "{{入库日期}}", "B1": "{{单价}}", "C1": "{{数量}}", "D1": "{{入库日期}}"} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	text := 49
	id, err := f.NewStyle(&excelize.Style{NumFmt: text})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", "D1", "D1", id); err != nil {
		t.Fatal(err)
	}
	form, err := template(fileBytes(t, f), officeFields)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := form.Fill(&out, officeFilling(2)); err != nil {
		t.Fatal(err)
	}
	book, err := readBack(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Cell{
		{Row: 2, Col: 1, Kind: grid.Number, Raw: "45353", Format: dateFormat, Date: grid.FullDate},
		{Row: 2, Col: 2, Kind: grid.Number, Raw: "123.45", Format: moneyFormat},
		{Row: 2, Col: 3, Kind: grid.Number, Raw: "2"},
		{Row: 2, Col: 4, Kind: grid.Text, Raw: "2024-03-02", Format: "@"},
	}
	if diff := cmp.Diff(want, book.Sheets[0].Cells[4:]); diff != "" {
		t.Error(diff)
	}
}
