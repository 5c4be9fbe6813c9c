package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/grid"
)

// cellCases are cells as XML and as they must be read, in A1.
var cellCases = []struct {
	name, xml string
	want      grid.Cell // Row and Col are 1; Kind Empty = no cell
}{
	{"number", `<c r="A1"><v>12.50</v></c>`, grid.Cell{Kind: grid.Number, Raw: "12.50"}},
	{"number of fifteen digits and more", `<c r="A1"><v>123456789012345678</v></c>`, grid.Cell{Kind: grid.Number, Raw: "123456789012345678"}},
	{"number with blanks around", "<c r=\"A1\"><v>\n 7 </v></c>", grid.Cell{Kind: grid.Number, Raw: "7"}},
	{"number with exponent", `<c r="A1"><v>1.5E-3</v></c>`, grid.Cell{Kind: grid.Number, Raw: "1.5E-3"}},
	{"shared string", `<c r="A1" t="s"><v>1</v></c>`, grid.Cell{Kind: grid.Text, Raw: "棉被"}},
	{"inline string", `<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 顶 </t></is></c>`, grid.Cell{Kind: grid.Text, Raw: " 顶 "}},
	{"inline rich runs joined", `<c r="A1" t="inlineStr"><is><r><t>12</t></r><r><rPr><b/></rPr><t>顶</t></r><rPh sb="0" eb="1"><t>ding</t></rPh></is></c>`,
		grid.Cell{Kind: grid.Text, Raw: "12顶"}},
	{"struck run marks the cell", `<c r="A1" t="inlineStr"><is><r><rPr><strike/></rPr><t>100</t></r><r><t>120</t></r></is></c>`,
		grid.Cell{Kind: grid.Text, Raw: "100120", Strike: true}},
	{"run with strike off", `<c r="A1" t="inlineStr"><is><r><rPr><strike val="0"/></rPr><t>100</t></r></is></c>`, grid.Cell{Kind: grid.Text, Raw: "100"}},
	{"entities, CDATA and escapes", `<c r="A1" t="str"><v>A&amp;B &#x4E2D;&#10;<![CDATA[<1&2>]]>_x000D_x_x005F_</v></c>`,
		grid.Cell{Kind: grid.Text, Raw: "A&B 中\n<1&2>x_"}},
	{"entity in a cell of the usual shape", `<c r="A1" t="str"><v>A&amp;B</v></c>`, grid.Cell{Kind: grid.Text, Raw: "A&B"}},
	{"surrogate pair as character", `<c r="A1" t="str"><v>𠮷</v></c>`, grid.Cell{Kind: grid.Text, Raw: "𠮷"}},
	{"long text", `<c r="A1" t="str"><v>` + strings.Repeat("帐", 40000) + `</v></c>`, grid.Cell{Kind: grid.Text, Raw: strings.Repeat("帐", 40000)}},
	{"true", `<c r="A1" t="b"><v>1</v></c>`, grid.Cell{Kind: grid.Bool, Raw: "1"}},
	{"false", `<c r="A1" t="b"><v>0</v></c>`, grid.Cell{Kind: grid.Bool, Raw: "0"}},
	{"fault", `<c r="A1" t="e"><f>A9</f><v>#REF!</v></c>`, grid.Cell{Kind: grid.Fault, Raw: "#REF!", Formula: "A9"}},
	{"formula with cache", `<c r="A1"><f>B1&lt;C1</f><v>3</v></c>`, grid.Cell{Kind: grid.Number, Raw: "3", Formula: "B1<C1"}},
	{"formula without cache", `<c r="A1"><f>B1</f></c>`, grid.Cell{Kind: grid.FormulaOnly, Formula: "B1"}},
	{"formula with empty cache", `<c r="A1"><f>B1</f><v/></c>`, grid.Cell{Kind: grid.FormulaOnly, Formula: "B1"}},
	{"formula whose text is empty", `<c r="A1" t="str"><f>IF(B1,1,"")</f><v></v></c>`, grid.Cell{Kind: grid.Text, Formula: `IF(B1,1,"")`}},
	{"picture of WPS", `<c r="A1" t="str"><f>DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>`,
		grid.Cell{Kind: grid.Text, Raw: `=DISPIMG("ID_1",1)`, Formula: `DISPIMG("ID_1",1)`}},
	{"ISO date", `<c r="A1" t="d"><v>2025-12-09</v></c>`, grid.Cell{Kind: grid.Number, Raw: "46000", Date: grid.FullDate}},
	{"ISO date and time", `<c r="A1" t="d"><v>2025-12-09T12:00:00Z</v></c>`, grid.Cell{Kind: grid.Number, Raw: "46000.5", Date: grid.FullDate}},
	{"ISO time", `<c r="A1" t="d"><v>18:00:00</v></c>`, grid.Cell{Kind: grid.Number, Raw: "0.75", Date: grid.TimeOnly}},
	{"no reference", `<c><v>5</v></c>`, grid.Cell{Kind: grid.Number, Raw: "5"}},
	{"lower-case reference", `<c r="a1"><v>5</v></c>`, grid.Cell{Kind: grid.Number, Raw: "5"}},
	{"styled blank", `<c r="A1" s="0"/>`, grid.Cell{}},
	{"shared string type without value", `<c r="A1" t="s"></c>`, grid.Cell{}},
	{"attribute with a closing bracket", `<c r="A1" foo="a>b"><v>5</v></c>`, grid.Cell{Kind: grid.Number, Raw: "5"}},
}

func TestCellsAreTyped(t *testing.T) {
	for _, tc := range cellCases {
		t.Run(tc.name, func(t *testing.T) {
			book := mustRead(t, workbook(rows(`<row r="1">`+tc.xml+`<c r="B1"><v>1</v></c></row>`)).zip())
			got := book.Sheets[0].Cells
			if tc.want.Kind == grid.Empty {
				if len(got) != 1 {
					t.Errorf("blank cell read as %+v", got[0])
				}
				return
			}
			tc.want.Row, tc.want.Col = 1, 1
			if diff := cmp.Diff(tc.want, got[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const styledSheet = `<row r="1"><c r="A1" s="1"><v>46000</v></c><c r="B1" s="2"><v>46000</v></c><c r="C1" s="3"><v>5</v></c>` +
	`<c r="D1"><v>46000</v></c><c r="E1" t="str" s="1"><v>2025年</v></c><c r="F1" s="4"><v>46000</v></c></row>` +
	`<row r="2" s="2" customFormat="1"><c r="A2"><v>46000</v></c><c r="B2" s="0"><v>46000</v></c></row>`

const styledStyles = xmlTop + `<styleSheet ` + mainNS + `><numFmts count="2"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>` +
	`<numFmt numFmtId="177" formatCode="0&quot;件&quot;"/></numFmts>` +
	`<fonts><font><sz val="11"/></font><font><strike/><sz val="11"/></font></fonts>` +
	`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
	`<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="176" fontId="0"/><xf numFmtId="177" fontId="1"/><xf numFmtId="58"/></cellXfs></styleSheet>`

func TestStylesGiveFormatDateAndStrike(t *testing.T) {
	sheet := worksheet(`<cols><col min="4" max="5" style="1" width="9"/><col min="7" max="7" hidden="1"/></cols>`, styledSheet, "")
	book := mustRead(t, workbook(sheet).with("xl/styles.xml", styledStyles).zip())
	want := map[string]grid.Cell{
		"A1": {Format: "yyyy/m/d", Date: grid.FullDate},
		"B1": {Format: `yyyy"年"m"月"`, Date: grid.YearMonth},
		"C1": {Format: `0"件"`, Strike: true},
		"D1": {Format: "yyyy/m/d", Date: grid.FullDate}, // from its column
		"E1": {Format: "yyyy/m/d"},                      // a text is no date
		"F1": {Format: `m"月"d"日"`, Date: grid.MonthDay},
		"A2": {Format: `yyyy"年"m"月"`, Date: grid.YearMonth}, // from its row
		"B2": {},
	}
	for ref, w := range want {
		c := cell(t, book, ref)
		if c.Format != w.Format || c.Date != w.Date || c.Strike != w.Strike {
			t.Errorf("%s = %q %v %v, want %q %v %v", ref, c.Format, c.Date, c.Strike, w.Format, w.Date, w.Strike)
		}
	}
	if !book.Sheets[0].HiddenCols[7] || len(book.Sheets[0].HiddenCols) != 1 {
		t.Errorf("hidden columns = %v", book.Sheets[0].HiddenCols)
	}
}

func TestDates1904AreRebased(t *testing.T) {
	p := workbook(rows(`<row><c s="1"><v>44538</v></c><c s="1"><v>44538.5</v></c><c><v>44538</v></c><c t="d"><v>2025-12-09</v></c></row>`)).
		with("xl/styles.xml", styledStyles).
		replace("xl/workbook.xml", "<sheets>", `<workbookPr date1904="1"/><sheets>`)
	book := mustRead(t, p.zip())
	for ref, want := range map[string]string{"A1": "46000", "B1": "46000.5", "C1": "44538", "D1": "46000"} {
		if got := cell(t, book, ref).Raw; got != want {
			t.Errorf("%s = %s, want %s", ref, got, want)
		}
	}
}

func TestSharedFormulasAreExpanded(t *testing.T) {
	book := mustRead(t, workbook(rows(`<row r="1"><c r="C1"><f t="shared" ref="C1:C2" si="0">A1*$B$1+SUM(B$1:B1)&amp;"A1"&amp;'表A1'!A1</f><v>1</v></c></row>`+
		`<row r="2"><c r="C2"><f t="shared" si="0"/><v>2</v></c><c r="D2"><f t="shared" si="0"/><v>2</v></c></row>`)).zip())
	want := map[string]string{
		"C1": `A1*$B$1+SUM(B$1:B1)&"A1"&'表A1'!A1`,
		"C2": `A2*$B$1+SUM(B$1:B2)&"A1"&'表A1'!A2`,
		"D2": `B2*$B$1+SUM(C$1:C2)&"A1"&'表A1'!B2`,
	}
	for ref, formula := range want {
		if got := cell(t, book, ref).Formula; got != formula {
			t.Errorf("%s = %s, want %s", ref, got, formula)
		}
	}
}

func TestOddButSoundWorkbooksAreRead(t *testing.T) {
	base := workbook(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))
	strict := base
	for name := range base {
		strict = strict.with(name, strings.NewReplacer(
			"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
			relURI, "http://purl.oclc.org/ooxml/officeDocument/relationships/").Replace(strict[name]))
	}
	backslash := base.without("xl/worksheets/sheet1.xml").with(`xl\worksheets\sheet1.xml`, base["xl/worksheets/sheet1.xml"])
	upper := base.without("xl/sharedStrings.xml").with("xl/SharedStrings.XML", base["xl/sharedStrings.xml"])
	prefixed := base.with("xl/worksheets/sheet1.xml", xmlTop+`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>`+
		`<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`)
	tests := map[string]parts{
		"strict OOXML":             strict,
		"backslash names":          backslash,
		"upper-case shared string": upper,
		"x: prefixes":              prefixed,
		"byte order mark":          base.with("xl/worksheets/sheet1.xml", "\ufeff"+base["xl/worksheets/sheet1.xml"]),
		"UTF-16 part":              base.with("xl/sharedStrings.xml", utf16Text(strings.Replace(base["xl/sharedStrings.xml"], "UTF-8", "UTF-16", 1))),
		"GBK-declared part": base.with("xl/sharedStrings.xml",
			strings.NewReplacer("UTF-8", "GBK", "帐篷", "\xd5\xca\xc5\xf1", "棉被", "\xc3\xde\xb1\xbb").Replace(base["xl/sharedStrings.xml"])),
		"absolute target":      base.replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"),
		"escaped target":       base.replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/%73heet1.xml"),
		"missing styles":       base.without("xl/styles.xml"),
		"no package relations": base.without("_rels/.rels"),
		"comments and instructions": base.with("xl/worksheets/sheet1.xml",
			rows(`<!-- <row> --><?mso x?><row r="1"><c r="A1" t="s"><v>0</v></c></row>`)),
	}
	for name, p := range tests {
		t.Run(name, func(t *testing.T) {
			if got := cell(t, mustRead(t, p.zip()), "A1").Raw; got != "帐篷" {
				t.Errorf("A1 = %q", got)
			}
		})
	}
}

func utf16Text(text string) string {
	out := "\xff\xfe"
	for _, r := range text {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

func TestSheetPartsAreKept(t *testing.T) {
	sheet := worksheet("", `<row r="2" hidden="1"><c r="B2"><v>1</v></c></row><row r="3" hidden="1"/><row r="9" ht="0"><c r="B9"><v>1</v></c></row>`,
		`<mergeCells count="2"><mergeCell ref="B2:C3"/><mergeCell ref="D9:D9"/></mergeCells><extLst><ext><x14:row xmlns:x14="u"/></ext></extLst>`)
	p := workbook(sheet).
		replace("xl/workbook.xml", `r:id="rId1"/>`, `state="veryHidden" r:id="rId1"/>`).
		with("xl/vbaProject.bin", "x").with("xl/externalLinks/externalLink1.xml", "x")
	book := mustRead(t, p.zip())
	want := []grid.Sheet{{Name: "清单", Visibility: grid.VeryHidden,
		Cells:  []grid.Cell{{Row: 2, Col: 2, Kind: grid.Number, Raw: "1"}, {Row: 9, Col: 2, Kind: grid.Number, Raw: "1"}},
		Merges: []grid.Merge{{Row1: 2, Col1: 2, Row2: 3, Col2: 3}}, HiddenRows: map[int]bool{2: true, 9: true}, HiddenCols: map[int]bool{}}}
	if diff := cmp.Diff(want, book.Sheets); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{macrosIgnored, linksIgnored}, book.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestChartSheetIsNoticed(t *testing.T) {
	p := workbook(rows(`<row><c><v>1</v></c></row>`)).
		replace("xl/workbook.xml", "</sheets>", `<sheet name="图" sheetId="2" r:id="rId9"/></sheets>`).
		replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId9" Type="`+relURI+`chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`)
	book := mustRead(t, p.zip())
	if len(book.Sheets) != 1 || len(book.Notices) != 1 || !strings.Contains(book.Notices[0], "图") {
		t.Errorf("sheets %d, notices %v", len(book.Sheets), book.Notices)
	}
}

func TestFarCellsCostNothing(t *testing.T) {
	var data strings.Builder
	for row := 1; row <= 10_000; row++ {
		fmt.Fprintf(&data, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, row, row)
	}
	book := mustRead(t, workbook(worksheet(`<dimension ref="A1:XFD1048576"/>`, data.String(), "")).zip())
	if n := len(book.Sheets[0].Cells); n != 10_000 {
		t.Errorf("cells = %d", n)
	}
}
