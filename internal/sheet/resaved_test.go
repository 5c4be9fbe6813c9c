package sheet

import (
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/grid"
)

// TestCopiesSavedByLibreOfficeReadTheSame has ledgers that LibreOffice opened
// and saved in another format. It writes down the results of formulas that had
// none, and a web page shows runs of blanks as one; all else must be the same.
func TestCopiesSavedByLibreOfficeReadTheSame(t *testing.T) {
	for copied, original := range map[string]string{
		"石桥镇应急物资清单.xlsx":       ledgerShiqiao,
		"石桥镇应急物资清单.html":       ledgerShiqiao,
		"2023年度救灾物资收发存汇总表.xls": ledgerSummary,
	} {
		t.Run(copied, func(t *testing.T) {
			want, got := readLedger(t, original).Sheets[0], readLedger(t, filepath.Join("resaved", copied)).Sheets[0]
			if len(got.Cells) != len(want.Cells) || len(got.Merges) != len(want.Merges) {
				t.Fatalf("%d cells and %d regions, want %d and %d", len(got.Cells), len(got.Merges), len(want.Cells), len(want.Merges))
			}
			for i, w := range want.Cells {
				g := got.Cells[i]
				if w.Kind == grid.FormulaOnly && g.Kind == grid.Number && g.Ref() == w.Ref() {
					continue
				}
				if g.Ref() != w.Ref() || g.Kind != w.Kind || g.Date != w.Date || strings.Join(strings.Fields(g.Raw), " ") != strings.Join(strings.Fields(w.Raw), " ") {
					t.Errorf("%s = %v %q, want %s %v %q", g.Ref(), g.Kind, g.Raw, w.Ref(), w.Kind, w.Raw)
				}
			}
		})
	}
}
