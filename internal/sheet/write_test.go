package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

const ledgerSheet = "库存台账"

// Rows of the ledger's sheet: title 1, line 2, heading 3 and 4, then three
// times band, twenty rows, subtotal.
const (
	firstDataRow = 6
	subtotalRow  = 26
	totalRow     = 71
	noteRow      = 72
	signatureRow = 73
)

func TestWriteLaysTheSheetOut(t *testing.T) {
	f := reopened(t, ledger())

	t.Run("title, line, grouped heading, bands and labels are merged", func(t *testing.T) {
		merges, err := f.GetMergeCells(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, m := range merges {
			got[m.GetStartAxis()+":"+m.GetEndAxis()] = m.GetCellValue()
		}
		for ref, want := range map[string]string{
			"A1:J1": "望城区应急物资储备台账", "E3:F3": "结存", "A3:A4": "序号", "J3:J4": "备注",
			"A5:J5": "一、生活保障类", "A26:D26": "小计", "A71:D71": "合计",
		} {
			if got[ref] != want {
				t.Errorf("merge %s holds %q, want %q", ref, got[ref], want)
			}
		}
		if v := rawValue(t, f, ledgerSheet, "A2"); v != "编制单位：望城区应急管理局" {
			t.Errorf("A2 = %q", v)
		}
		if v := rawValue(t, f, ledgerSheet, fmt.Sprintf("A%d", signatureRow)); v != "制表人：" {
			t.Errorf("first signature = %q", v)
		}
	})

	t.Run("heading rows repeat on each page and the print area ends with the signatures", func(t *testing.T) {
		got := map[string]string{}
		for _, n := range f.GetDefinedName() {
			if n.Scope != ledgerSheet {
				t.Errorf("%s has the scope %q", n.Name, n.Scope)
			}
			got[n.Name] = n.RefersTo
		}
		want := map[string]string{"_xlnm.Print_Titles": "'库存台账'!$3:$4", "_xlnm.Print_Area": fmt.Sprintf("'库存台账'!$A$1:$J$%d", signatureRow)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("page is A4 lying, one page wide, centred, with a numbered footer", func(t *testing.T) {
		p, err := f.GetPageLayout(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		props, err := f.GetSheetProps(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		m, err := f.GetPageMargins(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		foot, err := f.GetHeaderFooter(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		if *p.Size != 9 || *p.Orientation != "landscape" || *p.FitToWidth != 1 || *p.FitToHeight != 0 || !*props.FitToPage || !*m.Horizontally {
			t.Errorf("page: %d %s %d×%d fit %v centred %v", *p.Size, *p.Orientation, *p.FitToWidth, *p.FitToHeight, *props.FitToPage, *m.Horizontally)
		}
		if !strings.Contains(foot.OddFooter, "第 &P 页 / 共 &N 页") {
			t.Errorf("footer = %q", foot.OddFooter)
		}
	})

	t.Run("panes are frozen under the heading", func(t *testing.T) {
		p, err := f.GetPanes(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Freeze || p.YSplit != 4 || p.TopLeftCell != "A5" {
			t.Errorf("panes = %+v", p)
		}
	})

	t.Run("a document standing is portrait", func(t *testing.T) {
		d := ledger()
		d.Landscape = false
		p, err := reopened(t, d).GetPageLayout(ledgerSheet)
		if err != nil {
			t.Fatal(err)
		}
		if *p.Orientation != "portrait" {
			t.Errorf("orientation = %s", *p.Orientation)
		}
	})
}

func TestWriteTypesCells(t *testing.T) {
	d := ledger()
	d.Rows = []Row{
		{Values: []Value{Int(1), Text("001234"), Text("46000"), Blank(), Quantity(1500), Money(186000), Date(day.Of(2026, 3, 5)), Date(day.Stored("2031-06-01", day.ToMonth)), Text("=1+1"), Date(day.Stored("2031-01-01", day.ToYear))}},
		{Values: []Value{Int(1234), Blank(), Blank(), Blank(), Quantity(quantity.Of(-12000)), Money(-1), Date(day.Of(1899, 5, 1)), Date(day.Day{}), Text("")}},
	}
	f := reopened(t, d)
	for _, c := range []struct {
		ref, raw, shown string
		kind            excelize.CellType
	}{
		{"A5", "1", "1", excelize.CellTypeUnset},
		{"B5", "001234", "001234", excelize.CellTypeInlineString},
		{"C5", "46000", "46000", excelize.CellTypeInlineString},
		{"D5", "", "", excelize.CellTypeUnset},
		{"E5", "1.5", "1.5", excelize.CellTypeUnset},
		{"F5", "1860", "1,860.00", excelize.CellTypeUnset},
		{"G5", "46086", "2026-03-05", excelize.CellTypeUnset},
		{"H5", "2031-06", "2031-06", excelize.CellTypeInlineString},
		{"I5", "=1+1", "=1+1", excelize.CellTypeInlineString},
		{"J5", "2031", "2031", excelize.CellTypeInlineString},
		{"A6", "1234", "1234", excelize.CellTypeUnset}, // 序号 has no separator
		{"E6", "-12000", "-12,000", excelize.CellTypeUnset},
		{"F6", "-0.01", "-0.01", excelize.CellTypeUnset},
		{"G6", "1899-05-01", "1899-05-01", excelize.CellTypeInlineString},
		{"H6", "", "", excelize.CellTypeUnset},
		{"I6", "", "", excelize.CellTypeUnset},
	} {
		t.Run(c.ref+" holds "+c.shown, func(t *testing.T) {
			shown, err := f.GetCellValue(ledgerSheet, c.ref)
			if err != nil {
				t.Fatal(err)
			}
			kind, err := f.GetCellType(ledgerSheet, c.ref)
			if err != nil {
				t.Fatal(err)
			}
			if raw := rawValue(t, f, ledgerSheet, c.ref); raw != c.raw || shown != c.shown || kind != c.kind {
				t.Errorf("got raw %q, shown %q, type %v", raw, shown, kind)
			}
		})
	}
}

func TestWriteShowsDecimalsOnlyWhereThereAreSome(t *testing.T) {
	for _, c := range []struct {
		q    quantity.Q
		want string
	}{{0, "0"}, {quantity.Of(12000), "12,000"}, {1500, "1.5"}, {1250, "1.25"}, {125, "0.125"}, {-1_234_567_100, "-1,234,567.1"}} {
		t.Run(c.want, func(t *testing.T) {
			d := Document{Columns: []Column{{Heading: "数量", Kind: QuantityKind}}, Rows: []Row{{Values: []Value{Quantity(c.q)}}}}
			got, err := reopened(t, d).GetCellValue("表", "A2")
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("shown %q", got)
			}
		})
	}
}

func TestWriteComputesRowHeights(t *testing.T) {
	f := reopened(t, ledger())
	height := func(row int) float64 {
		h, err := f.GetRowHeight(ledgerSheet, row)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	plain := height(firstDataRow)
	if plain != heightOf(1, bodySize) {
		t.Errorf("a row of one line is %v high", plain)
	}
	// The seventh row has the long remark.
	width, err := f.GetColWidth(ledgerSheet, "J")
	if err != nil {
		t.Fatal(err)
	}
	least := float64(textColumns(longRemark)) / width * minLineHeight
	if got := height(firstDataRow + 6); got < least || got > least+2*minLineHeight+rowPadding {
		t.Errorf("a row of %d columns in a cell of %v is %v high, want about %v", textColumns(longRemark), width, got, least)
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	second := ledger()
	second.SheetName = "第二张"
	third := ledger()
	third.SheetName = "第三张"
	want := written(t, ledger(), second, third)
	for range 8 {
		if !bytes.Equal(written(t, ledger(), second, third), want) {
			t.Fatal("the same documents gave other bytes")
		}
	}
}

func TestWriteDescribesTheFile(t *testing.T) {
	f := reopened(t, ledger())
	p, err := f.GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	if p.Creator != "常备" || p.Title != "望城区应急物资储备台账" {
		t.Errorf("creator %q, title %q", p.Creator, p.Title)
	}
	if font, err := f.GetDefaultFont(); err != nil || font != "宋体" {
		t.Errorf("default font %q, %v", font, err)
	}
}

// payloads are texts that a spreadsheet might run, or might change.
var payloads = []string{
	`=cmd|'/C calc'!A0`, `=1+1`, `+1+1`, `-1+1`, `@SUM(1+1)`, `=HYPERLINK("http://example.invalid","点我")`,
	`=IMPORTXML("http://example.invalid","//a")`, `=WEBSERVICE("http://example.invalid")`, `=DDE("cmd";"/C calc";"1")`,
	`+cmd|'/C calc'!A0`, `-cmd|'/C calc'!A0`, `@cmd|'/C calc'!A0`, "\t=1+1", "\n=1+1", `"=1+1"`, `'=1+1`, `;=1+1`,
	`＝1+1`, `{=SUM(A1)}`, `=IFERROR(1/0,"</t></is></c><c r=""Z9""><f>1+1</f></c>")`, `_x003D_1+1`, ` =1+1 `,
}

func TestWriteKeepsPayloadsText(t *testing.T) {
	d := Document{Title: payloads[0], Left: payloads[1], Columns: []Column{{Heading: payloads[2]}}, Notes: []string{payloads[4]}, Signatures: []string{payloads[5]}}
	for _, p := range payloads {
		d.Rows = append(d.Rows, Row{Values: []Value{Text(p)}})
	}
	d.Rows = append(d.Rows, Row{Kind: Band, Values: []Value{Text(payloads[0])}}, Row{Kind: Total, Values: []Value{Text(payloads[1])}})
	b := written(t, d)
	f := reopened(t, d)
	name := f.GetSheetName(0)
	for i, p := range payloads {
		t.Run(p, func(t *testing.T) {
			ref := fmt.Sprintf("A%d", 4+i)
			kind, err := f.GetCellType(name, ref)
			if err != nil {
				t.Fatal(err)
			}
			if got := rawValue(t, f, name, ref); got != p || kind != excelize.CellTypeInlineString {
				t.Errorf("%s = %q, type %v", ref, got, kind)
			}
		})
	}
	t.Run("no part holds a formula", func(t *testing.T) {
		if n := strings.Count(partText(t, b, "xl/worksheets/sheet1.xml"), "<f>"); n != 0 {
			t.Errorf("%d formulas", n)
		}
	})
}

// partText is one part of a written workbook.
func partText(t *testing.T, b []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
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

func TestWriteRemovesWhatXMLCannotHold(t *testing.T) {
	d := Document{Title: "台\x01账", Columns: []Column{{Heading: "名\x00称"}}, Rows: []Row{
		{Values: []Value{Text("棉\x0b帐\x1f篷\ufffe\xff 甲\r\n乙\r丙\t丁😀")}},
		{Values: []Value{Text("\x01")}},
	}}
	f := reopened(t, d)
	for ref, want := range map[string]string{"A1": "台账", "A2": "名称", "A3": "棉帐篷 甲\n乙\n丙\t丁😀", "A4": ""} {
		if got := rawValue(t, f, "台账", ref); got != want {
			t.Errorf("%s = %q, want %q", ref, got, want)
		}
	}
}

func TestWriteRefusesWhatNoSheetHolds(t *testing.T) {
	one := []Column{{Heading: "数量", Kind: QuantityKind, Total: true}}
	long := strings.Repeat("长", maxCellUnits+1)
	for name, c := range map[string]struct {
		doc  Document
		kind errs.Kind
		says string
	}{
		"too many rows":              {Document{Title: "流水账", Columns: one, Rows: make([]Row, maxRows+1)}, errs.TooLarge, "缩小日期范围"},
		"a text too long for a cell": {Document{Title: "台账", Columns: one, Rows: []Row{{Values: []Value{Text(long)}}}}, errs.Invalid, "第 1 行“数量”"},
		"a note too long":            {Document{Title: "台账", Columns: one, Notes: []string{long}}, errs.Invalid, "附注"},
		"a number of 16 digits":      {Document{Title: "台账", Columns: one, Rows: []Row{{Values: []Value{Money(money.Fen(maxFigure + 1))}}}}, errs.Invalid, "超过 15 位"},
		"no columns":                 {Document{Title: "台账"}, errs.Internal, "0 列"},
		"more values than columns":   {Document{Columns: one, Rows: []Row{{Values: make([]Value, 2)}}}, errs.Internal, "多于"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Write(io.Discard, c.doc)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("no document", func(t *testing.T) {
		if err := Write(io.Discard); !errors.Is(err, errs.Internal) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWriteMakesSheetNamesLegalAndUnique(t *testing.T) {
	names := []string{"", "a/b:c*d?e[f]\\g", "'引号'", "History", strings.Repeat("长", 40), strings.Repeat("长", 40), "ABC", "abc", "第一行\n第二行", "乌山's"}
	var docs []Document
	for _, n := range names {
		docs = append(docs, Document{SheetName: n, Columns: []Column{{Heading: "名称"}}})
	}
	want := []string{
		"表", "a／b：c＊d？e［f］＼g", "引号", "History表", strings.Repeat("长", 31), strings.Repeat("长", 28) + "（2）",
		"ABC", "abc（2）", "第一行 第二行", "乌山's",
	}
	f := reopened(t, docs...)
	if diff := cmp.Diff(want, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	for _, n := range f.GetDefinedName() {
		if n.Scope == "乌山's" && !strings.HasPrefix(n.RefersTo, "'乌山''s'!") {
			t.Errorf("%s refers to %s", n.Name, n.RefersTo)
		}
	}
}

func TestWriteWithoutTitleOrLineStartsWithTheHeading(t *testing.T) {
	f := reopened(t, Document{Columns: []Column{{Heading: "名称"}}, Rows: []Row{{Values: []Value{Text("棉被")}}}})
	if got := rawValue(t, f, "表", "A1") + rawValue(t, f, "表", "A2"); got != "名称棉被" {
		t.Errorf("got %q", got)
	}
}

// BenchmarkWrite20kRows is the size of a district's yearly journal.
func BenchmarkWrite20kRows(b *testing.B) {
	d := ledger()
	d.Rows = d.Rows[:0]
	for i := range 20_000 {
		d.Rows = append(d.Rows, dataRow(i+1, quantity.Of(int64(i)), money.Fen(i*100)))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
