package sheet

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

func markedFile(t *testing.T, path, name string, marks []Mark, heads map[string][]int) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteMarked(&out, path, name, Marks{List: marks, Heads: heads}); err != nil {
		t.Fatal(err)
	}
	return saved(t, out.Bytes())
}

func saved(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func opened(t *testing.T, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// looksOf gives the style of a cell with the fill apart.
func looksOf(t *testing.T, f *excelize.File, name, cell string) (excelize.Style, string) {
	t.Helper()
	id, err := f.GetCellStyle(name, cell)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.Join(s.Fill.Color, " ")
	s.Fill = excelize.Fill{}
	return *s, fill
}

// plainCells are a workbook's cells as far as every format can say them.
func plainCells(book *grid.Workbook, reasonCol func(int) int) [][]grid.Cell {
	out := make([][]grid.Cell, len(book.Sheets))
	for i, s := range book.Sheets {
		out[i] = append(out[i], besides(s.Cells, reasonCol(i))...)
	}
	return out
}

func TestMarkedLedgersKeepTheirCells(t *testing.T) {
	for _, l := range ledgers {
		t.Run(l.name, func(t *testing.T) {
			path := "testdata/" + l.name
			before := readLedger(t, l.name)
			first := before.Sheets[0]
			key := first.Name
			if l.format == "csv" {
				key = ""
			}
			last := first.Cells[len(first.Cells)-1]
			marks := []Mark{{Sheet: key, Row: last.Row, Col: last.Col, Text: "数量看不清。", Bad: true}, {Sheet: key, Row: last.Row, Text: "重复的行。"}}
			after, err := ReadFile(markedFile(t, path, l.name, marks, map[string][]int{key: {3}}), "")
			if err != nil {
				t.Fatal(err)
			}
			col := lastColumn(&first) + 1
			reason := func(i int) int { return map[bool]int{true: col}[i == 0] }
			if diff := cmp.Diff(plainCells(before, reason), plainCells(after, reason)); diff != "" {
				t.Error(diff)
			}
			var text, head string
			for _, c := range after.Sheets[0].Cells {
				switch {
				case c.Col == col && c.Row == last.Row:
					text = c.Raw
				case c.Col == col && c.Row == 3:
					head = c.Raw
				}
			}
			if text != "重复的行；数量看不清" || head != grid.ReasonHeading {
				t.Errorf("column %d: %q under %q", col, text, head)
			}
			for i := range before.Sheets {
				if diff := cmp.Diff(before.Sheets[i].Merges, after.Sheets[i].Merges); diff != "" {
					t.Errorf("merges: %s", diff)
				}
				if diff := cmp.Diff(before.Sheets[i].HiddenRows, after.Sheets[i].HiddenRows); diff != "" {
					t.Errorf("hidden rows: %s", diff)
				}
				if before.Sheets[i].Visibility != after.Sheets[i].Visibility {
					t.Errorf("sheet %s became visible or hidden", before.Sheets[i].Name)
				}
			}
		})
	}
}

func TestMarkingChangesNothingButTheColour(t *testing.T) {
	path := "testdata/" + ledgerYunhu
	marks := []Mark{{Sheet: "Sheet1", Row: 4, Col: 6, Text: "约数。"}, {Sheet: "Sheet1", Row: 15, Col: 9, Text: "日期在将来。", Bad: true},
		{Sheet: "Sheet1", Row: 9, Col: 2, Text: "类别不明。", Bad: true}, {Sheet: "Sheet1", Row: 2, Text: "没有截止日期。"}}
	heads := map[string][]int{"Sheet1": {3}}
	once := markedFile(t, path, ledgerYunhu, marks, heads)
	was, is := opened(t, path), opened(t, once)
	for _, c := range []struct{ cell, colour string }{{"F4", markColours[0]}, {"I15", markColours[1]}, {"B4", markColours[1]}} {
		old, _ := looksOf(t, was, "Sheet1", c.cell)
		now, colour := looksOf(t, is, "Sheet1", c.cell)
		if diff := cmp.Diff(old, now); diff != "" || colour != c.colour {
			t.Errorf("%s is %s, style changed: %s", c.cell, colour, diff)
		}
	}
	if _, colour := looksOf(t, is, "Sheet1", "F5"); colour != "" {
		t.Errorf("F5 is coloured %s", colour)
	}
	head, err := is.GetCellValue("Sheet1", grid.Ref(3, lastColumn(&readLedger(t, ledgerYunhu).Sheets[0])+1))
	if err != nil || head != "错误原因\n没有截止日期" {
		t.Errorf("heading %q, %v", head, err)
	}
	t.Run("a second round takes the first one's colours and sentences away", func(t *testing.T) {
		again := opened(t, markedFile(t, once, ledgerYunhu, []Mark{{Sheet: "Sheet1", Row: 6, Col: 6, Text: "单位不对。", Bad: true}}, heads))
		for cell, want := range map[string]string{"F4": "", "I15": "", "F6": markColours[1]} {
			if _, colour := looksOf(t, again, "Sheet1", cell); colour != want {
				t.Errorf("%s is %q, want %q", cell, colour, want)
			}
		}
		rows, err := again.GetRows("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, r := range rows {
			all += strings.Join(r, "|") + "\n"
		}
		if strings.Count(all, "错误原因") != 1 || strings.Contains(all, "约数") || !strings.Contains(all, "单位不对") {
			t.Error(all)
		}
	})
	t.Run("a mended ledger goes out clean", func(t *testing.T) {
		clean, err := ReadFile(markedFile(t, once, ledgerYunhu, nil, heads), "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plainCells(readLedger(t, ledgerYunhu), func(int) int { return 0 }), plainCells(clean, func(int) int { return 0 })); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLongReasonsAreWrappedAndShown(t *testing.T) {
	long := strings.Repeat("数量与上月结存不符，请核对原始单据。", 20)
	f := opened(t, markedFile(t, "testdata/"+ledgerYunhu, ledgerYunhu, []Mark{{Sheet: "Sheet1", Row: 5, Text: long}}, map[string][]int{"Sheet1": {3}}))
	height, err := f.GetRowHeight("Sheet1", 5)
	if want := reasonHeight(long); err != nil || height < want || want < 100 {
		t.Errorf("height %v of at least %v, %v", height, want, err)
	}
	column := grid.ColumnName(lastColumn(&readLedger(t, ledgerYunhu).Sheets[0]) + 1)
	if width, err := f.GetColWidth("Sheet1", column); err != nil || width != reasonWidth {
		t.Errorf("width %v, %v", width, err)
	}
}

func TestMacrosDoNotComeBack(t *testing.T) {
	p := workbook(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>`)).
		with("xl/styles.xml", xmlTop+`<styleSheet `+mainNS+`><fonts><font/></fonts><fills><fill><patternFill patternType="none"/></fill></fills>`+
			`<borders><border/></borders><cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs></styleSheet>`).
		with("[Content_Types].xml", xmlTop+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
			`<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>`+
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`).
		with("xl/vbaProject.bin", "VBA").
		replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`)
	out := markedFile(t, saved(t, p.zip()), "测试.xlsm", []Mark{{Sheet: "清单", Row: 2, Col: 1, Text: "没有单位。", Bad: true}}, map[string][]int{"清单": {1}})
	src, size, err := openFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	a, err := openArchive(src, size)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range a.names {
		text, err := a.readSmall(name, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(name+string(text)), "vba") || strings.Contains(string(text), "macroEnabled") {
			t.Errorf("%s still speaks of macros: %s", name, text)
		}
	}
}

func TestWorkbooksTooBigToHoldAreLaidOutAnew(t *testing.T) {
	for name, data := range map[string]string{
		"one cell at the edge of each row":     strings.Repeat(`<row><c t="s"><v>0</v></c><c><v>1.5</v></c></row>`, 20) + `<row r="21"><c r="XFD21"><v>1</v></c></row><row r="22"><c r="A22"><v>2</v></c></row>`,
		"a cell far below":                     `<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="400000"><c r="A400000"><v>7</v></c></row>`,
		"two hundred thousand rows of nothing": `<row r="1"><c r="A1" t="s"><v>0</v></c></row>` + strings.Repeat(`<row><c s="0"/><c s="0"/></row>`, 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			path := saved(t, workbook(rows(data)).store())
			before, err := ReadFile(path, "")
			if err != nil {
				t.Fatal(err)
			}
			col := lastColumn(&before.Sheets[0]) + 1
			if name == "one cell at the edge of each row" {
				var out bytes.Buffer
				err := WriteMarked(&out, path, "测试.xlsx", Marks{List: []Mark{{Sheet: "清单", Row: 2, Text: "重复。"}}})
				if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), "最后一列") {
					t.Errorf("%v", err)
				}
				return
			}
			after, err := ReadFile(markedFile(t, path, "测试.xlsx", []Mark{{Sheet: "清单", Row: 1, Col: 1, Text: "重复。"}}, map[string][]int{"清单": {1}}), "")
			if err != nil {
				t.Fatal(err)
			}
			reason := func(int) int { return col }
			if diff := cmp.Diff(plainCells(before, reason), plainCells(after, reason)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkbooksTheLibraryCannotWriteAreLaidOutAnew(t *testing.T) {
	// A styles part without fills: the library panics on it.
	path := saved(t, workbook(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)).zip())
	after, err := ReadFile(markedFile(t, path, "测试.xlsx", []Mark{{Sheet: "清单", Row: 1, Text: "没有表头。"}}, nil), "")
	if err != nil || len(after.Sheets[0].Cells) != 2 || after.Sheets[0].Cells[1].Raw != "错误原因\n没有表头" {
		t.Errorf("%+v %v", after, err)
	}
}

func TestHeldCellsCountsGapsToo(t *testing.T) {
	for _, tc := range []struct {
		data string
		want int
	}{
		{`<row r="1"><c r="A1"><v>1</v></c></row>`, 2},
		{`<row r="1"><c r="J1"><v>1</v></c></row><row r="100"><c r="A100"><v>1</v></c></row>`, 111},
		{`<row><c/><c/></row><row><c/></row>`, 5},
	} {
		data := workbook(rows(tc.data)).zip()
		a, err := openArchive(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := heldCells(a, "xl/worksheets/sheet1.xml", maxHeldCells); err != nil || n != tc.want {
			t.Errorf("%s: %d, want %d (%v)", tc.data, n, tc.want, err)
		}
	}
}

func TestMarksOfAnUnknownSheetAreRefused(t *testing.T) {
	var out bytes.Buffer
	err := WriteMarked(&out, "testdata/"+ledgerYunhu, ledgerYunhu, Marks{List: []Mark{{Sheet: "没有", Row: 1, Text: "错。"}}})
	if errs.KindOf(err) != errs.Internal || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}

func TestLaidOutAnewKeepsWhatIsHidden(t *testing.T) {
	p := workbook(worksheet(`<cols><col min="2" max="2" hidden="1"/></cols>`,
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row><row r="2" hidden="1"><c r="A2" t="b"><v>1</v></c><c r="C2"><f>A1&amp;"x"</f><v>3</v></c></row>`,
		`<mergeCells><mergeCell ref="A3:B3"/></mergeCells>`)).
		replace("xl/workbook.xml", `</sheets>`, `<sheet name="旧" sheetId="2" state="veryHidden" r:id="rId8"/></sheets>`).
		replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId8" Type="`+relURI+`worksheet" Target="worksheets/sheet2.xml"/></Relationships>`).
		with("xl/worksheets/sheet2.xml", rows(`<row r="1"><c r="A1"><v>0.1</v></c></row>`))
	path := saved(t, p.zip())
	before, err := ReadFile(path, "")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := planMarks(before, []Mark{{Sheet: "清单", Row: 2, Col: 4, Text: "没有日期。", Bad: true}}, map[string][]int{"清单": {1}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := markAnew(&out, before, plans); err != nil {
		t.Fatal(err)
	}
	after, err := readBack(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i := range after.Sheets {
		after.Sheets[i].Cells = besides(after.Sheets[i].Cells, plans[i].col)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasMendedGoesBackMended(t *testing.T) {
	for _, name := range []string{ledgerYunhu, "石桥镇应急物资清单.xls", "城关镇防汛物资清单.csv"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("..", "reading", "testdata", name)
			book, err := ReadFile(path, name)
			if err != nil {
				t.Fatal(err)
			}
			key := book.Sheets[0].Name
			if book.Format == "csv" {
				key = ""
			}
			var out bytes.Buffer
			m := Marks{List: []Mark{{Sheet: key, Row: 5, Col: 2, Text: "改过。"}}, Mends: map[string]map[string]string{key: {"B5": "改后的名称", "C5": "", "H9": "新填的"}}}
			if err := WriteMarked(&out, path, name, m); err != nil {
				t.Fatal(err)
			}
			back, err := readBack(out.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, c := range back.Sheets[0].Cells {
				got[c.Ref()] = c.Raw
			}
			if got["B5"] != "改后的名称" || got["C5"] != "" || got["H9"] != "新填的" {
				t.Errorf("B5 %q, C5 %q, H9 %q", got["B5"], got["C5"], got["H9"])
			}
		})
	}
}
