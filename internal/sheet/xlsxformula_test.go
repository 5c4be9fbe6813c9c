package sheet

import "testing"

func TestSharedFormulasMoveEveryKindOfReference(t *testing.T) {
	for _, c := range []struct {
		text       string
		rows, cols int
		want       string
	}{
		{"SUM(A:A)", 1, 1, "SUM(B:B)"},
		{"SUM($A:C)", 0, 2, "SUM($A:E)"},
		{"SUM(3:$5)*2", 4, 0, "SUM(7:$5)*2"},
		{"SUM(一月!A:B)+A1", 1, 1, "SUM(一月!B:C)+B2"},
		{"SUM(A:A)", 0, -1, "SUM(#REF!:#REF!)"},
		{"SUM(A1:B$2)", 1, 1, "SUM(B2:C$2)"},
		{`IF(A1="A:A",B1,1:1)`, 1, 1, `IF(B2="A:A",C2,2:2)`},
		{"SUM(一月:三月!B3)", 1, 0, "SUM(一月:三月!B4)"},
		{"SUM(Jan:Mar!B3)", 1, 1, "SUM(Jan:Mar!C4)"},
	} {
		if got := moveFormula(c.text, c.rows, c.cols); got != c.want {
			t.Errorf("%s moved by %d,%d is %s, want %s", c.text, c.rows, c.cols, got, c.want)
		}
	}
}

func TestSharedFormulasBeyondTheBoundGiveNothing(t *testing.T) {
	r := &sheetScan{shared: map[int]sharedFormula{1: {1, 1, "B1*2"}}, row: 2, col: 1, expanded: maxExpanded + 1}
	if got := r.expand(1); got != "#REF!B1*2" {
		t.Errorf("a cell beyond the bound got the formula %s", got)
	}
}
