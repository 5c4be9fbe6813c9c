package formula

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changbei/internal/grid"
)

// naive is a second way to work out + - * / and SUM on a small grid: it makes
// value and text of a formula at once and never reads a formula.
type naive struct {
	t     *rapid.T
	size  int
	cells []*big.Rat // nil = empty; by row, then column
	bad   []bool     // a formula that cannot be worked out
}

// term draws a part of a formula over the cells before at: its text, its value
// and whether it has one. tight asks for brackets around a sum.
func (n *naive) term(at, depth int) (text string, v *big.Rat, ok bool) {
	kinds := 5
	if depth == 0 {
		kinds = 2
	}
	switch rapid.IntRange(0, kinds).Draw(n.t, "kind") {
	case 0:
		hundredths := rapid.IntRange(0, 2000).Draw(n.t, "number")
		return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100), big.NewRat(int64(hundredths), 100), true
	case 1:
		i := rapid.IntRange(0, at-1).Draw(n.t, "cell")
		if n.cells[i] == nil {
			return n.name(i), new(big.Rat), !n.bad[i]
		}
		return n.name(i), n.cells[i], !n.bad[i]
	case 2:
		return n.sum(at)
	case 3:
		text, v, ok := n.term(at, depth-1)
		return "-(" + text + ")", new(big.Rat).Neg(v), ok
	}
	left, a, ok := n.term(at, depth-1)
	right, b, ok2 := n.term(at, depth-1)
	ok = ok && ok2
	out := new(big.Rat)
	op := rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(n.t, "op")
	switch {
	case op == "+":
		out.Add(a, b)
	case op == "-":
		out.Sub(a, b)
	case op == "*":
		out.Mul(a, b)
	case b.Sign() == 0:
		ok = false
	default:
		out.Quo(a, b)
	}
	return "((" + left + ") " + op + " (" + right + "))", out, ok
}

func (n *naive) name(i int) string { return grid.Ref(i/n.size+1, i%n.size+1) }

// sum draws SUM over a rectangle of whole rows before the formula's own.
func (n *naive) sum(at int) (string, *big.Rat, bool) {
	rows := at / n.size
	if rows == 0 {
		return "0", new(big.Rat), true
	}
	from, to := rapid.IntRange(0, rows-1).Draw(n.t, "from"), rapid.IntRange(0, rows-1).Draw(n.t, "to")
	left, right := rapid.IntRange(0, n.size-1).Draw(n.t, "left"), rapid.IntRange(0, n.size-1).Draw(n.t, "right")
	out, ok := new(big.Rat), true
	for row := min(from, to); row <= max(from, to); row++ {
		for col := min(left, right); col <= max(left, right); col++ {
			i := row*n.size + col
			ok = ok && !n.bad[i]
			if n.cells[i] != nil {
				out.Add(out, n.cells[i])
			}
		}
	}
	return "SUM(" + n.name(from*n.size+left) + ":" + n.name(to*n.size+right) + ")", out, ok
}

// TestFormulasAgainstASecondEvaluator works random small grids out in random
// order and holds every cell against the naive way.
func TestFormulasAgainstASecondEvaluator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &naive{t: t, size: rapid.IntRange(1, 4).Draw(t, "size")}
		s := &grid.Sheet{Name: "表"}
		for i := range n.size * 4 {
			c := grid.Cell{Row: i/n.size + 1, Col: i%n.size + 1}
			var v *big.Rat
			ok := true
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
			case 1:
				v = big.NewRat(int64(rapid.IntRange(-500, 500).Draw(t, "typed")), 10)
				c.Kind, c.Raw = grid.Number, v.FloatString(1)
			default:
				c.Formula, v, ok = "7/2", big.NewRat(7, 2), true
				if i > 0 {
					c.Formula, v, ok = n.term(i, 3)
				}
				c.Kind = grid.FormulaOnly
			}
			n.cells, n.bad = append(n.cells, v), append(n.bad, !ok)
			if c.Kind != grid.Empty {
				s.Cells = append(s.Cells, c)
			}
		}
		n.compare(New(&grid.Workbook{Sheets: []grid.Sheet{*s}}))
	})
}

func (n *naive) compare(k *Calculator) {
	s := &k.book.Sheets[0]
	for _, c := range rapid.Permutation(s.Cells).Draw(n.t, "order") {
		if c.Kind != grid.FormulaOnly {
			continue
		}
		i := (c.Row-1)*n.size + c.Col - 1
		got, worked := k.Value(s, c)
		if unwieldy(n.cells[i]) {
			continue // a part of it may have been too long to work out
		}
		want := strings.TrimSuffix(strings.TrimRight(n.cells[i].FloatString(decimals), "0"), ".")
		if want == "-0" {
			want = "0"
		}
		if worked == n.bad[i] || worked && got.Raw != want {
			n.t.Fatalf("%s =%s gives %s (%v), want %s (bad: %v)", c.Ref(), c.Formula, got.Raw, worked, want, n.bad[i])
		}
	}
}

// FuzzFormula throws any text at the parser: it ends, within its bounds, and
// says the same twice.
func FuzzFormula(f *testing.F) {
	for _, seed := range []string{
		"A1+B2", "SUM(A1:C9,'一 号 库'!A:B)", "IF(A1>2,\"多\",-B1%)", "VLOOKUP(\"a*\",A:C,2,0)", "SUMPRODUCT((A1:A3=\"x\")*B1:B3)", "COUNTIF(B:B,\"<>~*\")",
		"SUM(一月:三月!1:3)", "2^-3&TRIM(\" a  b\")", "SUBTOTAL(109,$A$1:C$3)", "IFERROR(INDEX(A1:C3,MATCH(1,A:A,0),2),1E-3)", "{1,2}", "#REF!", "((((((", "SUMIFS(A1:A3,B1:B3,\">=1\",C1:C3,\"?\")",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var said [2]string
		for i := range said {
			k := bookOf(cellsOf("一 号 库", "1|x|=A1", "a*|2.5|=C1&B2", "TRUE|#N/A|'12"), cellsOf("三月", "1|=SUM(表!A1:B3)|3"), cellsOf("表", "3|x|=C2", "=A1*2|y|5", "|'z|=1/0"))
			k.left = maxSteps / 20
			said[i] = says(k, text)
			if k.left < 0 {
				t.Errorf("%d steps left", k.left)
			}
		}
		if said[0] != said[1] {
			t.Errorf("%s, then %s", said[0], said[1])
		}
	})
}
