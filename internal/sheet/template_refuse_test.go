package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
)

// changed gives officeForm with one thing done to it.
func changed(t *testing.T, change func(f *excelize.File) error) []byte {
	t.Helper()
	f := officeForm(t)
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	return fileBytes(t, f)
}

func set(cell, text string) func(f *excelize.File) error {
	return func(f *excelize.File) error { return f.SetCellValue(sheetName, cell, text) }
}

func TestTemplatesAreRefusedWithASentence(t *testing.T) {
	xls, err := os.ReadFile("testdata/" + ledgerShiqiao)
	if err != nil {
		t.Fatal(err)
	}
	csv, err := os.ReadFile("testdata/" + ledgerCSV)
	if err != nil {
		t.Fatal(err)
	}
	macros := workbook(rows(`<row r="1"><c r="A1" t="inlineStr"><is><t>{{数量}}</t></is></c></row>`)).with("xl/vbaProject.bin", "VBA").zip()
	for name, tc := range map[string]struct {
		data  []byte
		words []string
	}{
		"an .xls":   {xls, []string{".xlsx", "xls", "另存为"}},
		"a .csv":    {csv, []string{".xlsx", "csv", "另存为"}},
		"a picture": {[]byte("\x89PNG\r\n\x1a\n0000"), []string{"图片"}},
		"macros":    {macros, []string{"宏", "另存为"}},
		"several unknown": {changed(t, func(f *excelize.File) error {
			return errors.Join(set("J5", "{{物资名}}")(f), set("B5", "{{甲}}与{{乙}}")(f))
		}), []string{"3 个占位", "J5 的“物资名”", "“甲”", "“乙”"}},
		"an unknown field":      {changed(t, set("J5", "{{物资名}}")), []string{"物资 台账", "J5", "物资名", "{{物资名称}}"}},
		"nothing like it":       {changed(t, set("J5", "{{XYZ}}")), []string{"J5", "XYZ", "导出模板"}},
		"a field never closed":  {changed(t, set("J5", "{{备注")), []string{"J5", "没有写完整", "}}"}},
		"one closed by another": {changed(t, set("J5", "{{备注{{单位}}")), []string{"J5", "没有写完整"}},
		"two repeated rows":     {changed(t, set("A7", "{{数量}}")), []string{"A7", "第 5 行和第 7 行", "只留一行"}},
		"no repeated row": {changed(t, func(f *excelize.File) error {
			return f.RemoveRow(sheetName, sampleRow)
		}), []string{"没有找到明细行", "{{序号}}"}},
		"a protected sheet": {changed(t, func(f *excelize.File) error {
			return f.ProtectSheet(sheetName, &excelize.SheetProtectionOptions{})
		}), []string{"物资 台账", "保护", "撤销"}},
		"a row merged with the next": {changed(t, func(f *excelize.File) error { return f.MergeCell(sheetName, "I5", "I6") }), []string{"I5:I6", "合并", "取消"}},
		"a field in a formula":       {changed(t, func(f *excelize.File) error { return f.SetCellFormula(sheetName, "G5", `"{{单价}}"&E5`) }), []string{"G5", "公式"}},
		"cells without end": {changed(t, func(f *excelize.File) error {
			for row := 100; row < 130; row++ {
				if err := f.SetCellValue(sheetName, fmt.Sprintf("XFD%d", row), 1); err != nil {
					return err
				}
			}
			return nil
		}), []string{"单元格太多"}},
		"an empty workbook": {fileBytes(t, excelize.NewFile()), []string{"空白"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := template(tc.data, officeFields)
			assertRefused(t, err, errs.KindOf(err), tc.words...)
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.TooLarge {
				t.Errorf("kind %v", k)
			}
		})
	}
	t.Run("fifty megabytes", func(t *testing.T) {
		_, err := ReadTemplate(bytes.NewReader(nil), 50<<20, "测试.xlsx", officeFields)
		assertRefused(t, err, errs.TooLarge, "50 MB", "10 MB")
	})
}

func TestFieldsMayBeWrittenAsPeopleType(t *testing.T) {
	for text, want := range map[string]string{
		"{{数量}}":         "1",
		"{{ 数 量 }}":      "1",
		"｛｛数量｝｝":         "1",
		"共{{数量}}{{单位}}。": "共1顶。",
		"{单位}":           "",
		"没有占位":           "",
		"{{截止日期}}{{数量}}": "2026年11月28日1",
	} {
		pieces, err := cut(text, officeFields)
		if err != nil || (pieces == nil) != (want == "") {
			t.Errorf("%s: %v %v", text, pieces, err)
			continue
		}
		f := &filler{data: officeFilling(1)}
		if got := f.value(slot{pieces: pieces}, f.data.Lines[0]).shown(); want != "" && got != want {
			t.Errorf("%s becomes %q, want %q", text, got, want)
		}
	}
}

func TestReferencesFollowTheRepeatedRow(t *testing.T) {
	sheets := map[string]rowRepeat{"明细": {"明细", 5, 4}, "空": {"空", 0, 4}}
	for _, tc := range []struct {
		in, want    string
		inRow, lone bool
	}{
		{in: "SUM(D5:D5)", want: "SUM(D5:D8)"},
		{in: "SUM(D5)", want: "SUM(D5:D8)"},
		{in: "sum(D5,E5)+D5", want: "sum(D5:D8,E5:E8)+D5"},
		{in: "SUM(D4:D5)", want: "SUM(D4:D8)"},
		{in: "SUM(D5:D6)", want: "SUM(D5:D9)"},
		{in: "SUM(D6:D9)/D10", want: "SUM(D9:D12)/D13"},
		{in: "D4+$D$6", want: "D4+$D$9"},
		{in: "SUM(D1:D3)", want: "SUM(D1:D3)"},
		{in: `IF(D6>0,"D6","'D6")`, want: `IF(D9>0,"D6","'D6")`},
		{in: `"他说""D6"""&D6`, want: `"他说""D6"""&D9`},
		{in: "其他!D6+空!D6+明细!D6", want: "其他!D6+空!D6+明细!D9"},
		{in: "'明细'!D6+'别 的'!D6", want: "'明细'!D9+'别 的'!D6"},
		{in: "ROW6(1)+LOG10(6)+6", want: "ROW6(1)+LOG10(6)+6"},
		{in: "表1[D6]+D6", want: "表1[D6]+D9"},
		{in: "SUM(D:D)+SUM($5:$6)", want: "SUM(D:D)+SUM($5:$9)"},
		{in: "E5*F5", want: "E5*F5", inRow: true},
		{in: "SUM(D5,F5)/SUM(D$5)", want: "SUM(D5,F5)/SUM(D$5:D$8)", inRow: true},
		{in: "D5/SUM(D$5:D$5)", want: "D5/SUM(D$5:D$8)", inRow: true},
		{in: "SUM(D$5:D5)", want: "SUM(D$5:D5)", inRow: true},
		{in: "SUM(C5:E5)/D$6", want: "SUM(C5:E5)/D$9", inRow: true},
		{in: "明细!$D$5", want: "明细!$D$5:$D$8", lone: true},
		{in: "明细!$1:$4", want: "明细!$1:$4", lone: true},
		{in: "明细!$1:$5,明细!$A:$B", want: "明细!$1:$8,明细!$A:$B", lone: true},
	} {
		if got := stretched(tc.in, "明细", sheets, tc.inRow, tc.lone); got != tc.want {
			t.Errorf("%s becomes %s, want %s", tc.in, got, tc.want)
		}
	}
}

func TestChartsFollowAndDropTheirCopyOfTheFigures(t *testing.T) {
	f := &filler{repeats: map[string]rowRepeat{"甲&乙": {"甲&乙", 5, 3}}}
	in := `<c:cat><c:strRef><c:f>'甲&amp;乙'!$B$5:$B$5</c:f><c:strCache><c:pt idx="0"><c:v>{{品名}}</c:v></c:pt></c:strCache></c:strRef></c:cat>`
	want := `<c:cat><c:strRef><c:f>&#39;甲&amp;乙&#39;!$B$5:$B$7</c:f></c:strRef></c:cat>`
	if got := string(f.chart([]byte(in))); got != want {
		t.Errorf("got %s", got)
	}
	other := strings.ReplaceAll(in, "甲", "丙")
	if got := string(f.chart([]byte(other))); got != other {
		t.Errorf("a chart of another sheet became %s", got)
	}
}

func TestNotesFollowWhateverTheirPrefix(t *testing.T) {
	r := rowRepeat{"明细", 5, 4}
	for in, want := range map[string]string{
		`<v:shape id="a"><x:Anchor>1, 2, 7, 3, 4, 5, 9, 6</x:Anchor><x:Row>7</x:Row></v:shape>`: `<v:shape id="a"><x:Anchor>1, 2, 10, 3, 4, 5, 12, 6</x:Anchor><x:Row>10</x:Row></v:shape>`,
		`<ns0:shape id="a"><ns2:Row>7</ns2:Row><ns2:Column>0</ns2:Column></ns0:shape>`:          `<ns0:shape id="a"><ns2:Row>10</ns2:Row><ns2:Column>0</ns2:Column></ns0:shape>`,
		`<v:shape id="a"><x:Anchor>1, 2, 4, 3, 4, 5, 6, 6</x:Anchor><x:Row>4</x:Row></v:shape>`: `<v:shape id="a"><x:Anchor>1, 2, 4, 3, 4, 5, 6, 6</x:Anchor><x:Row>4</x:Row></v:shape>`,
		`<v:shape id="button"><x:Anchor>1, 2, 9, 3, 4, 5, 9, 6</x:Anchor></v:shape>`:            `<v:shape id="button"><x:Anchor>1, 2, 9, 3, 4, 5, 9, 6</x:Anchor></v:shape>`,
	} {
		if got := string(movedShape([]byte(in), r)); got != want {
			t.Errorf("%s becomes\n%s", in, got)
		}
	}
}

func TestALostOrChangedLineIsNoReport(t *testing.T) {
	form, err := template(fileBytes(t, officeForm(t)), officeFields)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := form.Fill(&out, officeFilling(3)); err != nil {
		t.Fatal(err)
	}
	f := &filler{Template: form, data: officeFilling(3)}
	if err := f.check(out.Bytes()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(book *excelize.File) error{
		"a lost row":       func(b *excelize.File) error { return b.RemoveRow(sheetName, 6) },
		"another quantity": func(b *excelize.File) error { return b.SetCellInt(sheetName, "E6", 3) },
		"another number":   func(b *excelize.File) error { return b.SetCellInt(sheetName, "A6", 9) },
		"a text for it":    func(b *excelize.File) error { return b.SetCellStr(sheetName, "E6", "2") },
		"no remark":        func(b *excelize.File) error { return b.SetCellValue(sheetName, "J6", nil) },
		"no day":           func(b *excelize.File) error { return b.SetCellValue(sheetName, "H7", nil) },
		"something more":   func(b *excelize.File) error { return b.SetCellStr(sheetName, "J7", "x") },
		"a sheet too many": func(b *excelize.File) error { _, err := b.NewSheet("多"); return err },
	} {
		b, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := change(b); err != nil {
			t.Fatal(err)
		}
		if err := f.check(fileBytes(t, b)); err == nil {
			t.Errorf("%s passes", name)
		}
		b.Close()
	}
}

// TestPlainFormulasComeToWhatTheLibrarySays compares the two ways on formulas
// of both sorts: a plain one must agree, any other must be left to the library.
func TestPlainFormulasComeToWhatTheLibrarySays(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	g := newFigures(0, map[string]*figures{}, func(row, col int) bool { return row == 3 && col == 1 })
	g.sheets["Sheet1"], g.sheets["别 表"] = g, newFigures(0, g.sheets, func(int, int) bool { return false })
	g.sheets["别 表"].note(1, 1, 2.5)
	for cell, v := range map[string]any{"A1": int64(3), "A2": 12.5, "A3": "文字", "A5": int64(-4), "B1": 0.1, "B2": 0.2} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
		row, col, _ := parseRef([]byte(cell))
		g.note(row, col, v)
	}
	if _, err := f.NewSheet("别 表"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("别 表", "A1", 2.5); err != nil {
		t.Fatal(err)
	}
	plain := []string{"A1*A2", "A1+A2-A5*2/4", "-(A1+A2)*3", "SUM(A1:A5)", "SUM(A1,B1:B2,4)", "COUNT(A1:A5)", "AVERAGE(A1:A5)", "MAX(A1:B5)", "MIN(A1:A5)", "A4+1", "B1+B2", "$A$1*A$2", "SUM(C1:C2)", "2*(3+4)", "Sheet1!A1*2", "SUM(Sheet1!A1:A2,A5)", "'别 表'!A1+A1", "SUM('别 表'!A1:A9)"}
	other := []string{"A3+1", "A1/A4", "A1&A2", "A1^2", "A1%", "IF(A1>1,2,3)", "没有!A1", "SUM(没有!A1:A2)", "ROUND(A2,0)", "SUM(A:A)", "A1>2", "SUM(A1", "5:5", ""}
	for i, text := range append(plain, other...) {
		row := 10 + i
		g.formulas[[2]int{row, 4}] = text
		got, ok := g.cell(row, 4)
		if isPlain := i < len(plain); ok != isPlain {
			t.Errorf("%s: plain is %v", text, ok)
			continue
		}
		if !ok {
			continue
		}
		if err := f.SetCellFormula("Sheet1", fmt.Sprintf("D%d", row), text); err != nil {
			t.Fatal(err)
		}
		want, err := f.CalcCellValue("Sheet1", fmt.Sprintf("D%d", row), excelize.Options{RawCellValue: true})
		if err != nil || plainNumber(got) != want {
			t.Errorf("%s comes to %s, the library says %s, %v", text, plainNumber(got), want, err)
		}
	}
	g.formulas[[2]int{90, 1}], g.formulas[[2]int{91, 1}] = "A91+1", "A90+1"
	if _, ok := g.cell(90, 1); ok {
		t.Error("a circle was worked out")
	}
	g.formulas[[2]int{92, 1}] = strings.Repeat("(", 1_000_000)
	if _, ok := g.cell(92, 1); ok {
		t.Error("brackets without end were worked out")
	}
}
