package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/grid"
)

const (
	ledgerYunhu   = "云湖县应急物资储备台账（2024年6月底）.xlsx"
	ledgerSummary = "2023年度救灾物资收发存汇总表.xlsx"
	ledgerPlan    = "2024年度县乡两级应急物资储备计划表.xlsx"
	ledgerTowns   = "各乡镇应急物资储备情况（2024年汛前）.xlsx"
	ledgerDagou   = "大沟乡应急物资台账（待核实）.xlsx"
	ledgerJournal = "应急物资仓库出入库流水登记表（2024年1-6月）.xlsx"
	ledgerShiqiao = "石桥镇应急物资清单.xls"
	ledgerCSV     = "城关镇防汛物资清单.csv"
)

// ledgers are the eight workbooks of testdata with what is known of them.
var ledgers = []struct {
	name, format, encoding string
	sheets                 []string
	cells                  []int
}{
	{ledgerYunhu, "xlsx", "", []string{"Sheet1", "Sheet2", "Sheet3"}, []int{329, 0, 0}},
	{ledgerSummary, "xlsx", "", []string{"收发存汇总"}, []int{203}},
	{ledgerPlan, "xlsx", "", []string{"储备计划"}, []int{196}},
	{ledgerTowns, "xlsx", "", nil, nil},
	{ledgerDagou, "xlsx", "", nil, nil},
	{ledgerJournal, "xlsx", "", nil, nil},
	{ledgerShiqiao, "xls", "", []string{"清单"}, []int{110}},
	{ledgerCSV, "csv", "gb18030", []string{"Sheet1"}, []int{87}},
}

func readLedger(t *testing.T, name string) *grid.Workbook {
	t.Helper()
	book, err := ReadFile("testdata/"+name, name)
	if err != nil {
		t.Fatalf("ReadFile(%s): %v", name, err)
	}
	return book
}

func TestLedgersAreRead(t *testing.T) {
	for _, want := range ledgers {
		t.Run(want.name, func(t *testing.T) {
			book := readLedger(t, want.name)
			if book.Format != want.format || book.Encoding != want.encoding {
				t.Errorf("format, encoding = %q, %q; want %q, %q", book.Format, book.Encoding, want.format, want.encoding)
			}
			for i, name := range want.sheets {
				if book.Sheets[i].Name != name || len(book.Sheets[i].Cells) != want.cells[i] {
					t.Errorf("sheet %d = %s with %d cells; want %s with %d", i, book.Sheets[i].Name,
						len(book.Sheets[i].Cells), name, want.cells[i])
				}
			}
			assertOrdered(t, book)
		})
	}
}

// assertOrdered checks the promise of grid.Sheet.
func assertOrdered(t *testing.T, book *grid.Workbook) {
	t.Helper()
	for _, s := range book.Sheets {
		for i := 1; i < len(s.Cells); i++ {
			a, b := s.Cells[i-1], s.Cells[i]
			if a.Row > b.Row || a.Row == b.Row && a.Col >= b.Col {
				t.Fatalf("%s: %s stands before %s", s.Name, a.Ref(), b.Ref())
			}
		}
	}
}

func TestLedgerCellsAreExact(t *testing.T) {
	tests := []struct {
		ledger, sheet string
		want          grid.Cell
	}{
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 1, Col: 1, Kind: grid.Text, Raw: "云湖县应急救灾物资储备台账"}},
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 4, Col: 6, Kind: grid.Number, Raw: "30"}},
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 11, Col: 7, Kind: grid.Number, Raw: "45108", Format: `yyyy"年"m"月"`, Date: grid.YearMonth}},
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 15, Col: 9, Kind: grid.Number, Raw: "44965", Format: "yyyy/m/d", Date: grid.FullDate}},
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 37, Col: 6, Kind: grid.Number, Raw: "571", Formula: "SUM(F32:F36)"}},
		{ledgerYunhu, "Sheet1", grid.Cell{Row: 38, Col: 6, Kind: grid.FormulaOnly, Formula: "F14+F25+F31+F37"}},
		{ledgerSummary, "收发存汇总", grid.Cell{Row: 6, Col: 7, Kind: grid.Number, Raw: "116250", Format: "#,##0.00", Formula: "F6*E6"}},
		{ledgerTowns, "石桥镇", grid.Cell{Row: 4, Col: 3, Kind: grid.Text, Raw: "1.5万条", Format: "@"}},
		{ledgerTowns, "汇总", grid.Cell{Row: 3, Col: 3, Kind: grid.FormulaOnly, Formula: "SUM('城关镇'!E:E)"}},
		{ledgerShiqiao, "清单", grid.Cell{Row: 3, Col: 5, Kind: grid.Text, Raw: "现有\n数量"}},
		{ledgerShiqiao, "清单", grid.Cell{Row: 5, Col: 6, Kind: grid.Number, Raw: "43837", Format: `yyyy\年m\月d\日`, Date: grid.FullDate}},
		{ledgerCSV, "Sheet1", grid.Cell{Row: 4, Col: 3, Kind: grid.Text, Raw: "50×80cm,加厚"}},
		{ledgerCSV, "Sheet1", grid.Cell{Row: 8, Col: 8, Kind: grid.Text, Raw: "其中20件为2019年购置,\n待更新"}},
		{ledgerCSV, "Sheet1", grid.Cell{Row: 13, Col: 8, Kind: grid.Text, Raw: `2" 接口`}},
	}
	for _, tc := range tests {
		t.Run(tc.sheet+tc.want.Ref(), func(t *testing.T) {
			for _, s := range readLedger(t, tc.ledger).Sheets {
				if s.Name != tc.sheet {
					continue
				}
				for _, c := range s.Cells {
					if c.Row == tc.want.Row && c.Col == tc.want.Col {
						if diff := cmp.Diff(tc.want, c); diff != "" {
							t.Error(diff)
						}
						return
					}
				}
			}
			t.Error("cell not found")
		})
	}
}

func TestLedgerMergesAndHiddenPartsAreKept(t *testing.T) {
	yunhu := readLedger(t, ledgerYunhu).Sheets[0]
	if want := (grid.Merge{Row1: 4, Col1: 2, Row2: 13, Col2: 2}); yunhu.Merges[2] != want {
		t.Errorf("merge = %v, want %v", yunhu.Merges[2], want)
	}
	towns := map[string]grid.Visibility{}
	for _, s := range readLedger(t, ledgerTowns).Sheets {
		towns[s.Name] = s.Visibility
	}
	if len(towns) != 10 || towns["城关镇（旧）"] != grid.Hidden || towns["城关镇"] != grid.Visible {
		t.Errorf("visibility of sheets = %v", towns)
	}
	dagou := readLedger(t, ledgerDagou).Sheets[0]
	if diff := cmp.Diff(map[int]bool{43: true}, dagou.HiddenRows); diff != "" {
		t.Error(diff)
	}
}
