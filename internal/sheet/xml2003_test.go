package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

const (
	top2003 = `<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>` +
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" ` +
		`xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">` +
		`<DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Author>李</Author></DocumentProperties>`
	styles2003 = `<Styles><Style ss:ID="Default" ss:Name="Normal"><Alignment ss:Vertical="Center"/></Style>` +
		`<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="m"><NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/></Style>` +
		`<Style ss:ID="x" ss:Parent="d"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="u"><NumberFormat ss:Format="0&quot;件&quot;"/></Style></Styles>`
)

// book2003XML is a workbook of one sheet with the given rows.
func book2003XML(rows string) string {
	return top2003 + styles2003 + `<Worksheet ss:Name="清单"><Table>` + rows + `</Table></Worksheet></Workbook>`
}

func TestXML2003IsRead(t *testing.T) {
	data := top2003 + `<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><WindowHeight>1</WindowHeight></ExcelWorkbook>` + styles2003 +
		`<Worksheet ss:Name="清单"><Names><NamedRange ss:Name="a"/></Names><Table ss:ExpandedColumnCount="9" x:FullRows="1">
 <Column ss:Index="2" ss:StyleID="d" ss:Span="1"/><Column ss:Hidden="1"/>
 <Row ss:Height="20"><Cell ss:MergeAcross="2"><Data ss:Type="String">台账</Data></Cell><Cell ss:StyleID="u"><Data ss:Type="Number">12.50</Data></Cell></Row>
 <Row ss:Index="3" ss:Hidden="1"><Cell ss:MergeDown="1"><Data ss:Type="String">0012&#10;二</Data><Comment><ss:Data xmlns="http://www.w3.org/TR/REC-html40">批注</ss:Data></Comment></Cell>` +
		`<Cell><Data ss:Type="DateTime">2023-07-01T00:00:00.000</Data></Cell><Cell ss:Index="4" ss:StyleID="m"><Data ss:Type="Number">45108</Data></Cell></Row>
 <Row ss:Span="1"><Cell ss:Index="2" ss:StyleID="x"><Data ss:Type="Number">45108</Data></Cell>` +
		`<Cell ss:StyleID="Default"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">甲<S>100</S><Font html:Color="#FF0000">乙</Font></ss:Data></Cell></Row>
 <Row><Cell ss:Formula="=R[-3]C[3]*R1C4+SUM(R[-1]C:RC)"><Data ss:Type="Number">3</Data></Cell><Cell ss:Formula="=R1C[5]"></Cell>` +
		`<Cell ss:StyleID="Default"><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell><Data ss:Type="Number"/></Cell><Cell/></Row>
</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
<x:AutoFilter/></Worksheet><Worksheet ss:Name="空"/></Workbook>`
	want := []grid.Sheet{{Name: "清单", Visibility: grid.Hidden, HiddenRows: map[int]bool{3: true}, HiddenCols: map[int]bool{4: true},
		Merges: []grid.Merge{{Row1: 1, Col1: 1, Row2: 1, Col2: 3}, {Row1: 3, Col1: 1, Row2: 4, Col2: 1}},
		Cells: []grid.Cell{
			{Row: 1, Col: 1, Kind: grid.Text, Raw: "台账"},
			{Row: 1, Col: 4, Kind: grid.Number, Raw: "12.50", Format: `0"件"`},
			{Row: 3, Col: 1, Kind: grid.Text, Raw: "0012\n二"},
			{Row: 3, Col: 2, Kind: grid.Number, Raw: "45108", Format: "yyyy/m/d", Date: grid.FullDate},
			{Row: 3, Col: 4, Kind: grid.Number, Raw: "45108", Format: `yyyy"年"m"月"`, Date: grid.YearMonth},
			{Row: 4, Col: 2, Kind: grid.Number, Raw: "45108", Format: "yyyy/m/d", Date: grid.FullDate, Strike: true},
			{Row: 4, Col: 3, Kind: grid.Text, Raw: "甲100乙", Strike: true},
			{Row: 6, Col: 1, Kind: grid.Number, Raw: "3", Formula: "D3*$D$1+SUM(A5:A6)"},
			{Row: 6, Col: 2, Kind: grid.FormulaOnly, Formula: "G$1", Format: "yyyy/m/d", Date: grid.FullDate},
			{Row: 6, Col: 3, Kind: grid.Bool, Raw: "1"},
			{Row: 6, Col: 4, Kind: grid.Fault, Raw: "#N/A"},
		}}, {Name: "空", HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}}
	book := mustRead(t, []byte(data))
	if diff := cmp.Diff(want, book.Sheets); diff != "" {
		t.Error(diff)
	}
	if book.Format != "xml2003" {
		t.Errorf("format %q", book.Format)
	}
}

func TestOddButSoundXML2003IsRead(t *testing.T) {
	base := book2003XML(`<Row><Cell><Data ss:Type="String">帐篷</Data></Cell></Row>`)
	prefixed := strings.NewReplacer("<Workbook xmlns=", "<ss:Workbook xmlns:unused=", "</Workbook", "</ss:Workbook").Replace(base)
	for _, name := range []string{"Worksheet", "Table", "Row", "Cell", "Data", "Styles", "Style", "NumberFormat", "Font", "Alignment"} {
		prefixed = strings.NewReplacer("<"+name+" ", "<ss:"+name+" ", "<"+name+">", "<ss:"+name+">", "</"+name+">", "</ss:"+name+">").Replace(prefixed)
	}
	tests := map[string]string{
		"prefixes":       prefixed,
		"UTF-16":         utf16Text(strings.Replace(base, "UTF-8", "UTF-16", 1)),
		"declared GBK":   gb18030(t, strings.Replace(base, "UTF-8", "GB2312", 1)),
		"mark":           "\ufeff" + base,
		"no declaration": base[strings.Index(base, "<Workbook"):],
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			if got := cell(t, mustRead(t, []byte(data)), "A1").Raw; got != "帐篷" {
				t.Errorf("A1 = %q", got)
			}
		})
	}
}

func TestXML2003DatesOf1904AreRebased(t *testing.T) {
	data := strings.Replace(book2003XML(`<Row><Cell ss:StyleID="d"><Data ss:Type="Number">44538</Data></Cell><Cell ss:StyleID="d"><Data ss:Type="DateTime">2025-12-09T00:00:00.000</Data></Cell></Row>`),
		"<Styles>", `<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><Date1904/></ExcelWorkbook><Styles>`, 1)
	book := mustRead(t, []byte(data))
	for _, ref := range []string{"A1", "B1"} {
		if got := cell(t, book, ref).Raw; got != "46000" {
			t.Errorf("%s = %s", ref, got)
		}
	}
}

func TestFormulasOfRowsAndColumnsAreTurned(t *testing.T) {
	for formula, want := range map[string]string{
		"": "", "=RC[-1]*2": "A5*2", "=R2": "$2:$2", "=C3": "$C:$C", "=SUM(R[-4]C:R[-1]C)": "SUM(B1:B4)", `="R1C1"&'R1C1'!R1C1`: `"R1C1"&'R1C1'!$A$1`,
		"=R[-5]C": "#REF!", "=ROUND(RC1,2)": "ROUND($A5,2)", "=SUM(数量,R)": "SUM(数量,5:5)", "=Sheet2!R[1]C[1]": "Sheet2!C6",
	} {
		if got := formulaA1(formula, 5, 2); got != want {
			t.Errorf("%s = %s, want %s", formula, got, want)
		}
	}
}

func TestBrokenXML2003IsRefused(t *testing.T) {
	good := book2003XML(`<Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>`)
	row := func(cells string) string { return book2003XML("<Row/><Row>" + cells + "</Row>") }
	tests := []struct {
		name, data string
		kind       errs.Kind
		words      []string
	}{
		{"cut", good[:len(good)-60], errs.Invalid, resaved("清单", "第 1 行", "不完整")},
		{"cut between sheets", strings.TrimSuffix(good, "</Workbook>"), errs.Invalid, resaved("不完整")},
		{"row under another name", strings.NewReplacer("<Row>", "<Rox>", "</Row>", "</Rox>").Replace(good), errs.Invalid, resaved("清单", "Rox")},
		{"sheet under another name", strings.NewReplacer("<Worksheet", "<Worksheit", "</Worksheet", "</Worksheit").Replace(good), errs.Invalid, resaved("Worksheit")},
		{"value under another name", row(`<Cell><Date ss:Type="String">1</Date></Cell>`), errs.Invalid, resaved("第 2 行", "Date")},
		{"value outside", row(`<Cell>7</Cell>`), errs.Invalid, resaved("第 2 行", "7")},
		{"two values", row(`<Cell><Data ss:Type="Number">1</Data><Data ss:Type="Number">1</Data></Cell>`), errs.Invalid, resaved("A2", "两个值")},
		{"no number", row(`<Cell><Data ss:Type="Number">1,200</Data></Cell>`), errs.Invalid, resaved("A2", "1,200")},
		{"no day", row(`<Cell><Data ss:Type="DateTime">2024-02-30T00:00:00</Data></Cell>`), errs.Invalid, resaved("A2", "日期")},
		{"neither yes nor no", row(`<Cell><Data ss:Type="Boolean">x</Data></Cell>`), errs.Invalid, resaved("A2", "是非")},
		{"no type", row(`<Cell><Data>1</Data></Cell>`), errs.Invalid, resaved("A2", "类型")},
		{"style that is not there", row(`<Cell ss:StyleID="z"><Data ss:Type="Number">1</Data></Cell>`), errs.Invalid, resaved("A2", "z")},
		{"rows out of order", book2003XML(`<Row ss:Index="3"/><Row ss:Index="2"/>`), errs.Invalid, resaved("顺序")},
		{"cells out of order", row(`<Cell ss:Index="3"/><Cell ss:Index="2"/>`), errs.Invalid, resaved("第 2 行", "顺序")},
		{"column beyond the edge", row(`<Cell ss:Index="16385"/>`), errs.Invalid, resaved("第 2 行")},
		{"no index", row(`<Cell ss:Index="x"/>`), errs.Invalid, resaved("Index", "x")},
		{"covered cell", book2003XML(`<Row><Cell ss:MergeDown="1"/></Row><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>`), errs.Invalid, resaved("A2", "盖住")},
		{"overlapping regions", book2003XML(`<Row><Cell ss:MergeDown="1"/></Row><Row><Cell ss:MergeAcross="1"/></Row>`), errs.Invalid, resaved("重叠")},
		{"DOCTYPE", strings.Replace(good, "<Workbook", "<!DOCTYPE x><Workbook", 1), errs.Invalid, resaved("DOCTYPE")},
		{"unknown entity", row(`<Cell><Data ss:Type="String">&nbsp;</Data></Cell>`), errs.Invalid, resaved("第 2 行", "nbsp")},
		{"bytes of another encoding", strings.Replace(good, "清单", "\xc7\xe5\xb5\xa5", 1), errs.Invalid, resaved("UTF-8")},
		{"two tables", strings.Replace(good, "<Table>", "<Table/><Table>", 1), errs.Invalid, resaved("两次")},
		{"no sheet", top2003 + "</Workbook>", errs.Invalid, resaved("没有工作表")},
		{"another vocabulary", strings.Replace(good, `xmlns="urn:schemas-microsoft-com:office:spreadsheet"`, `xmlns="urn:x"`, 1), errs.Invalid, resaved("Workbook")},
		{"second root", good + "<Workbook/>", errs.Invalid, resaved("根元素")},
		{"long text", row(`<Cell><Data ss:Type="String">` + strings.Repeat("帐篷", MaxCellText/6+1) + `</Data></Cell>`), errs.TooLarge, []string{"缩短"}},
		{"nothing in it", book2003XML("<Row/>"), errs.Invalid, []string{"空白工作簿"}},
	}
	mustRead(t, []byte(good))
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readBytes([]byte(tc.data))
			assertRefused(t, err, tc.kind, tc.words...)
		})
	}
}
