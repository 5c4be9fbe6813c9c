package formula

import (
	"encoding/csv"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"changbei/internal/grid"
	"changbei/internal/sheet"
)

// TestFormulasAsAnOfficeProgramHasThem holds a workbook without cached values
// against what LibreOffice 7 calculates for the same file: column A has the
// formula's text, B the value.
func TestFormulasAsAnOfficeProgramHasThem(t *testing.T) {
	folder := "testdata"
	wb, err := sheet.ReadFile(filepath.Join(folder, "formulas.xlsx"), "formulas.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(folder, "formulas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k, compared := New(wb), 0
	for _, c := range wb.Sheets[0].Cells {
		if c.Kind != grid.FormulaOnly {
			continue
		}
		compared++
		got, ok := k.Value(&wb.Sheets[0], c)
		if said := want[c.Row-1][1]; !ok || !sameAs(t, got, said) {
			t.Errorf("B%d =%s gives %q, the office program %q", c.Row, c.Formula, got.Raw, said)
		}
	}
	if compared != len(want) || compared < 200 {
		t.Errorf("compared %d formulas of %d", compared, len(want))
	}
}

// sameAs compares with a value of the CSV file, which has numbers as binary
// ones to fifteen digits.
func sameAs(t *testing.T, got grid.Cell, said string) bool {
	t.Helper()
	switch got.Kind {
	case grid.Text:
		return got.Raw == said
	case grid.Bool:
		return strings.EqualFold(said, strconv.FormatBool(got.Raw == "1"))
	}
	share, isShare := strings.CutSuffix(said, "%")
	want, ok := new(big.Rat).SetString(share)
	if !ok {
		return false
	}
	if isShare {
		want.Quo(want, big.NewRat(100, 1))
	}
	have, ok := new(big.Rat).SetString(got.Raw)
	difference := have.Sub(have, want)
	return ok && difference.Abs(difference).Cmp(big.NewRat(1, 1_000_000_000)) < 0
}
