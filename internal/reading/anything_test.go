package reading_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// words are what random sheets are made of: headings, goods, marks, numbers
// and texts that break careless code.
var words = []string{
	"序号", "物资名称", "品名", "规格型号", "单位", "数量", "账面数量", "实盘数量", "入库数量", "出库数量", "结存", "日期", "生产日期", "有效期", "存放地点", "仓库", "备注", "合计", "期初结存", "单价",
	"城关镇", "石桥镇", "救灾帐篷（顶）", "编织袋（万条）", "棉被", "单帐篷", "床", "顶", "件", "12", "1.5万条", "约200", "若干", "2024.5.1", "2022.2.30", "长期", "/", "〃", "同上", "小计", "本月合计", "上年结转", "承前页",
	"一、帐篷类", "一号库房", "注：无", "制表人：王芳", "填报单位：石桥镇人民政府  填报日期：2024.6.20", "一", "例", "雨衣、雨靴", "其中：棉被", "（", "）（", "：", "：：", "\n", "　", "-", "99999999999999999999", "\u200b", "\xff", "各100", "100-200",
}

var numbers = []string{"0", "1", "-3", "2.5", "20220420", "45225", "2022.1", "1E+05", "1e300", "NaN", "0.30000000000000004", "123456789012345678", "2024"}

var formulas = []string{"A1+B2", "SUM(A1:C9)", "SUM(A:A)", "((((((A1", "A1/0", "D4", "#REF!+1", "汇总!A1", "N(A1)*-2", "PRODUCT(A1:D9)", "ROUND(A1,9999999999)", "A1:B2", "", "-", "1E9"}

func anyCell(t *rapid.T, row, col int) grid.Cell {
	c := grid.Cell{Row: row, Col: col, Date: grid.DateForm(rapid.IntRange(0, 8).Draw(t, "date"))}
	if c.Date > grid.TimeOnly {
		c.Date = grid.NoDate
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1, 2, 3, 4:
		c.Kind, c.Raw = grid.Text, rapid.SampledFrom(words).Draw(t, "word")
	case 5, 6, 7:
		c.Kind, c.Raw = grid.Number, rapid.SampledFrom(numbers).Draw(t, "number")
	case 8:
		c.Kind, c.Formula = grid.FormulaOnly, rapid.SampledFrom(formulas).Draw(t, "formula")
	default:
		c.Kind, c.Raw = grid.Fault, "#N/A"
	}
	return c
}

// anySheet has a heading of known words now and then, so that the random rows
// below it are read and not only refused.
func anySheet(t *rapid.T) grid.Sheet {
	s := grid.Sheet{Name: rapid.SampledFrom([]string{"Sheet1", "石桥镇", "汇总", "说明", ""}).Draw(t, "name"), HiddenRows: map[int]bool{3: true}, HiddenCols: map[int]bool{9: true}}
	rows, cols := rapid.IntRange(1, 10).Draw(t, "rows"), rapid.IntRange(1, 9).Draw(t, "cols")
	head := rapid.IntRange(0, 3).Draw(t, "head")
	for row := 1; row <= rows; row++ {
		for col := 1; col <= cols; col++ {
			switch {
			case row == head:
				s.Cells = append(s.Cells, grid.Cell{Row: row, Col: col, Kind: grid.Text, Raw: rapid.SampledFrom(words[:24]).Draw(t, "heading")})
			case rapid.IntRange(0, 3).Draw(t, "filled") > 0:
				s.Cells = append(s.Cells, anyCell(t, row, col))
			}
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "merges") {
		m := grid.Merge{Row1: rapid.IntRange(1, rows).Draw(t, "r"), Col1: rapid.IntRange(1, cols).Draw(t, "c")}
		m.Row2, m.Col2 = m.Row1+rapid.IntRange(0, 3).Draw(t, "h"), m.Col1+rapid.IntRange(0, 3).Draw(t, "w")
		s.Merges = append(s.Merges, m)
	}
	return s
}

func TestAnySheetIsReadOrRefused(t *testing.T) {
	l := lexicon(t)
	rapid.Check(t, func(t *rapid.T) {
		wb := &grid.Workbook{Format: rapid.SampledFrom([]string{"xlsx", "csv"}).Draw(t, "format"), Sheets: []grid.Sheet{anySheet(t)}}
		r, err := reading.Read(wb, reading.Options{FileName: "x.xlsx", Today: day.Of(2026, 5, 20), Lexicon: l})
		if err != nil {
			if !errors.Is(err, errs.Invalid) || errs.MessageOf(err) == "" {
				t.Fatalf("refused without a sentence: %v", err)
			}
			return
		}
		if err := sound(wb, r); err != nil {
			t.Fatal(err)
		}
	})
}

// TestALedgerWithAChangedCellStaysSound changes one cell of the real ledgers:
// most rows stay good, so what goes wrong around a bad one shows.
func TestALedgerWithAChangedCellStaysSound(t *testing.T) {
	l, names := lexicon(t), ledgers(t)
	books := map[string]*grid.Workbook{}
	for _, name := range names {
		wb, err := sheet.ReadFile(filepath.Join("testdata", name), name)
		if err != nil {
			t.Fatal(err)
		}
		books[name] = wb
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "ledger")
		wb := books[name]
		cells := wb.Sheets[rapid.IntRange(0, len(wb.Sheets)-1).Draw(t, "sheet")].Cells
		if len(cells) == 0 {
			return
		}
		j := rapid.IntRange(0, len(cells)-1).Draw(t, "cell")
		kept := cells[j]
		defer func() { cells[j] = kept }()
		cells[j] = anyCell(t, kept.Row, kept.Col)
		r, err := reading.Read(wb, reading.Options{FileName: name, Today: today, Lexicon: l})
		if errors.Is(err, errs.Invalid) {
			return
		}
		if err == nil {
			err = sound(wb, r)
		}
		if err != nil {
			t.Fatalf("%s = %+v: %v", kept.Ref(), cells[j], err)
		}
	})
}

type line struct {
	sheet string
	row   int
}

// sound checks what must hold of every result: no row is both read and
// skipped, none gets lost, an ok row is complete, and no row is held back
// without an issue.
func sound(wb *grid.Workbook, r *reading.Result) error {
	if _, err := json.Marshal(r); err != nil {
		return err
	}
	read, skipped, flagged := map[line]bool{}, map[line]bool{}, map[line]reading.Status{}
	for _, i := range r.Issues {
		if at := (line{i.Sheet, i.Row}); flagged[at] != reading.Error {
			flagged[at] = i.Severity
		}
	}
	for _, s := range r.Skipped {
		at := line{s.Sheet, s.Row}
		if skipped[at] {
			return fmt.Errorf("row %v is skipped twice", at)
		}
		skipped[at] = true
	}
	for _, row := range r.Rows {
		at := line{row.Sheet, row.Row}
		read[at] = true
		if skipped[at] {
			return fmt.Errorf("row %v is both read and skipped", at)
		}
		if row.Status == reading.OK && (row.Quantity == nil || row.Item == "" || row.Unit == "") {
			return fmt.Errorf("row %v is ok without item, unit or quantity: %+v", at, row)
		}
		if row.Status != reading.OK && flagged[at] == "" || row.Status == reading.Error && flagged[at] != reading.Error {
			return fmt.Errorf("row %v is %s and no issue says why", at, row.Status)
		}
	}
	for i, s := range r.Sheets {
		for _, c := range wb.Sheets[i].Cells {
			at := line{s.Name, c.Row}
			if s.Role == reading.RoleData && !wb.Sheets[i].HiddenCols[c.Col] && c.Kind == grid.Number && !read[at] && !skipped[at] {
				return fmt.Errorf("row %v got lost", at)
			}
		}
	}
	return nil
}

// BenchmarkRead shows the work of a row. A search over all rows or merges for
// every row would show as seconds.
func BenchmarkRead20kRows(b *testing.B) {
	const rows = 20_000
	s := page("Sheet1", row{"石桥镇物资台账"}, row{"序号", "物资名称", "规格", "单位", "数量", "入库日期", "备注"})
	for i := range rows {
		n := i + 3
		s.Cells = append(s.Cells,
			grid.Cell{Row: n, Col: 2, Kind: grid.Text, Raw: fmt.Sprintf("棉被%d", i)}, grid.Cell{Row: n, Col: 3, Kind: grid.Text, Raw: "2m"}, grid.Cell{Row: n, Col: 4, Kind: grid.Text, Raw: "床"},
			grid.Cell{Row: n, Col: 5, Kind: grid.Text, Raw: "1,200"}, grid.Cell{Row: n, Col: 6, Kind: grid.Text, Raw: "2024.5.1"}, grid.Cell{Row: n, Col: 7, Kind: grid.Text, Raw: "完好"})
		s.Merges = append(s.Merges, grid.Merge{Row1: n, Col1: 7, Row2: n, Col2: 8})
	}
	l := lexicon(b)
	for b.Loop() {
		r, err := reading.Read(book(s), reading.Options{FileName: "x.xlsx", Today: today, Lexicon: l})
		if err != nil || len(r.Rows) != rows || len(r.Issues) != 0 {
			b.Fatalf("%v", err)
		}
	}
}
