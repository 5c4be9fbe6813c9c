package sheet

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/day"
	"changbei/internal/grid"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// officeFields are those of a stock list.
var officeFields = Fields{
	Head: []string{"编制单位", "截止日期", "合计数量", "行数"},
	Line: []string{"序号", "物资名称", "规格型号", "单位", "数量", "单价", "入库日期", "备注"},
}

// The columns of officeForm.
const (
	sampleRow = 5
	sheetName = "物资 台账"
)

// officeForm is a template with all that goes wrong when rows are inserted:
// one repeated row with a merge, a formula and a word of its own, sums, a
// share and a signature below, rules, comments, a chart on another sheet, a
// picture, print titles.
func officeForm(t testing.TB) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	t.Cleanup(func() { f.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(s *excelize.Style) int {
		t.Helper()
		id, err := f.NewStyle(s)
		must(err)
		return id
	}
	must(f.SetSheetName("Sheet1", sheetName))
	cells := map[string]any{"A1": "应急物资台账", "A2": "编制单位：{{编制单位}}", "F2": "截止｛｛截止日期｝｝", "A3": "序号", "B3": "名称", "D3": "单位", "E3": "数量", "F3": "单价", "G3": "金额", "H3": "入库日期", "I3": "存放", "J3": "备注",
		"A4": "（填报说明）", "A5": "{{序号}}", "B5": "{{ 物资 名称 }}（{{规格型号}}）", "D5": "{{单位}}", "E5": "{{数量}}", "F5": "{{单价}}", "H5": "{{入库日期}}", "I5": "区级库", "J5": "{{备注}}",
		"A6": "合计", "A7": "共 {{行数}} 行，合计 {{合计数量}}", "A8": "制表人：", "J8": "{{合计数量}}"}
	for cell, v := range cells {
		must(f.SetCellValue(sheetName, cell, v))
	}
	for cell, formula := range map[string]string{"G5": "E5*F5", "E6": "SUM(E5:E5)", "F6": "SUM(F5)", "G6": "SUM(G$5:G5)", "H6": "COUNT($A$5:$A$5)", "I6": "IF(E6>0,\"有 E5\",E5)", "J6": "A4&\"x\""} {
		must(f.SetCellFormula(sheetName, cell, formula))
	}
	box := []excelize.Border{{Type: "left", Color: "000000", Style: 1}, {Type: "right", Color: "000000", Style: 1}, {Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1}}
	money2, date := "#,##0.00", `yyyy"年"m"月"d"日"`
	must(f.SetCellStyle(sheetName, "A5", "J5", style(&excelize.Style{Border: box, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})))
	must(f.SetCellStyle(sheetName, "F5", "G6", style(&excelize.Style{Border: box, CustomNumFmt: &money2})))
	must(f.SetCellStyle(sheetName, "H5", "H5", style(&excelize.Style{Border: box, CustomNumFmt: &date, Font: &excelize.Font{Bold: true, Family: "楷体", Color: "0000FF"}})))
	must(f.SetRowHeight(sheetName, sampleRow, 24))
	must(f.SetRowHeight(sheetName, 8, 40))
	must(f.SetColWidth(sheetName, "B", "C", 12))
	must(f.SetColWidth(sheetName, "H", "H", 18))
	for from, to := range map[string]string{"A1": "J1", "B3": "C3", "B5": "C5", "A6": "D6", "A8": "C8"} {
		must(f.MergeCell(sheetName, from, to))
	}
	red, err := f.NewConditionalStyle(&excelize.Style{Fill: solid("FF8080")})
	must(err)
	must(f.SetConditionalFormat(sheetName, "E5:E5", []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "<", Value: "10", Format: &red}}))
	rule := excelize.NewDataValidation(true)
	rule.Sqref = "D5"
	must(rule.SetDropList([]string{"顶", "床"}))
	must(f.AddDataValidation(sheetName, rule))
	for name, refers := range map[string]string{"_xlnm.Print_Titles": "'" + sheetName + "'!$1:$3", "_xlnm.Print_Area": "'" + sheetName + "'!$A$1:$J$8"} {
		must(f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: refers, Scope: sheetName}))
	}
	must(f.SetDefinedName(&excelize.DefinedName{Name: "数量列", RefersTo: "'" + sheetName + "'!$E$5"}))
	must(f.AddComment(sheetName, excelize.Comment{Cell: "A8", Author: "办公室", Text: "签名处"}))
	must(f.AddComment(sheetName, excelize.Comment{Cell: "A3", Author: "办公室", Text: "表头"}))
	var seal bytes.Buffer
	must(png.Encode(&seal, image.NewRGBA(image.Rect(0, 0, 40, 40))))
	must(f.AddPictureFromBytes(sheetName, "I7", &excelize.Picture{Extension: ".png", File: seal.Bytes(), Format: &excelize.GraphicOptions{Positioning: "oneCell"}}))
	must(f.InsertPageBreak(sheetName, "A8"))
	orientation, fit := "landscape", true
	must(f.SetPageLayout(sheetName, &excelize.PageLayoutOptions{Orientation: &orientation}))
	must(f.SetSheetProps(sheetName, &excelize.SheetPropsOptions{FitToPage: &fit}))
	must(f.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页"}))
	_, err = f.NewSheet("图")
	must(err)
	must(f.SetCellValue("图", "A1", "到{{截止日期}}"))
	must(f.SetCellFormula("图", "B1", "SUM('"+sheetName+"'!E5:E5)+'"+sheetName+"'!E6"))
	must(f.AddChart("图", "A3", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "数量", Categories: "'" + sheetName + "'!$B$5:$B$5", Values: "'" + sheetName + "'!$E$5:$E$5"}}}))
	return f
}

func fileBytes(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func template(data []byte, fields Fields) (*Template, error) {
	return ReadTemplate(bytes.NewReader(data), int64(len(data)), "测试.xlsx", fields)
}

// officeFilling has n lines with known sums.
func officeFilling(n int) Filling {
	f := Filling{Head: []Value{Text("望城区应急管理局"), Date(day.Of(2026, 11, 28)), Quantity(quantity.Of(int64(n * (n + 1) / 2))), Int(int64(n))}}
	for i := range n {
		remark := ""
		if i == 1 {
			remark = "其中一部分已经借给水利站，等汛期过后归还，归还后要清洗晾晒再重新入库"
		}
		f.Lines = append(f.Lines, []Value{Int(int64(i + 1)), Text("棉帐篷"), Text("12㎡"), Text("顶"), Quantity(quantity.Of(int64(i + 1))), Money(money.Fen(12345)), Date(day.Of(2024, 3, 1+i%28)), Text(remark)})
	}
	return f
}

// filled fills officeForm and opens the result both ways.
func filled(t testing.TB, n int) (*excelize.File, *grid.Workbook, []byte) {
	t.Helper()
	form, err := template(fileBytes(t, officeForm(t)), officeFields)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := form.Fill(&out, officeFilling(n)); err != nil {
		t.Fatal(err)
	}
	book, err := readBack(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, book, out.Bytes()
}

// at gives a cell of a sheet, the zero cell when it is empty.
func at(book *grid.Workbook, sheet int, ref string) grid.Cell {
	for _, c := range book.Sheets[sheet].Cells {
		if c.Ref() == ref {
			return c
		}
	}
	return grid.Cell{}
}
