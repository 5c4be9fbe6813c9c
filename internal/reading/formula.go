package reading

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"changbei/internal/day"
	"changbei/internal/grid"
)

// The bounds of working out formulas that carry no value. They serve ledgers
// saved by programs that do not calculate; what goes beyond is asked for.
const (
	maxFormulaDepth = 64        // references of references
	maxFormulaSteps = 5_000_000 // cells looked at in one workbook
	formulaDecimals = 12        // enough to tell a third from three decimals
)

// errNotWorkedOut says a formula needs a spreadsheet program.
var errNotWorkedOut = errors.New("formula not worked out")

// calculator works out formulas without a cached value, exactly: big.Rat, no
// float. It knows the four rules and the few functions ledgers use.
type calculator struct {
	book   *grid.Workbook
	index  map[*grid.Sheet]map[position]grid.Cell
	done   map[*grid.Sheet]map[position]*big.Rat
	active map[position]bool
	steps  int
}

func newCalculator(book *grid.Workbook) *calculator {
	return &calculator{book: book, index: map[*grid.Sheet]map[position]grid.Cell{}, done: map[*grid.Sheet]map[position]*big.Rat{}, active: map[position]bool{}}
}

// resolve gives a cell its text; a formula without a value is worked out.
func (k *calculator) resolve(s *grid.Sheet, g *grid.Cell) cell {
	if g.Kind != grid.FormulaOnly {
		return cell{Cell: g, text: shown(*g)}
	}
	v, err := k.formula(s, *g, 0)
	if err != nil {
		return cell{Cell: g, text: "=" + clean(g.Formula)}
	}
	text := v.FloatString(formulaDecimals)
	own := *g
	own.Kind, own.Raw = grid.Number, strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	return cell{Cell: &own, text: own.Raw, calculated: true}
}

// maxShort is the longest number text a program writes without a binary tail.
const maxShort = 15

// shown gives a cell's text: a date by its day, a number without the tail its
// binary form leaves (1.1000000000000001) and without an exponent.
func shown(g grid.Cell) string {
	if g.Kind != grid.Number {
		return clean(g.Raw)
	}
	if g.Date != grid.NoDate {
		if d, err := day.FromSerial(g.Raw); err == nil {
			return d.String()
		}
	}
	if f, err := strconv.ParseFloat(g.Raw, 64); err == nil && (len(g.Raw) > maxShort || strings.ContainsAny(g.Raw, "eE")) && math.Abs(f) < 1e18 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return clean(g.Raw)
}

func (k *calculator) cells(s *grid.Sheet) map[position]grid.Cell {
	if k.index[s] == nil {
		m := make(map[position]grid.Cell, len(s.Cells))
		for _, c := range s.Cells {
			m[position{c.Row, c.Col}] = c
		}
		k.index[s], k.done[s] = m, map[position]*big.Rat{}
	}
	return k.index[s]
}

func (k *calculator) formula(s *grid.Sheet, g grid.Cell, depth int) (*big.Rat, error) {
	k.cells(s)
	at := position{g.Row, g.Col}
	if v, ok := k.done[s][at]; ok {
		return v, nil
	}
	if depth > maxFormulaDepth || k.active[at] {
		return nil, errNotWorkedOut
	}
	k.active[at] = true
	defer delete(k.active, at)
	e := &expression{k: k, sheet: s, text: strings.ReplaceAll(g.Formula, "$", ""), depth: depth}
	v, err := e.whole()
	if err == nil {
		k.done[s][at] = v
	}
	return v, err
}

// value gives the number of a cell: nothing is 0; text is refused unless it is
// skipped by SUM and its like (ok false).
func (k *calculator) value(s *grid.Sheet, at position, depth int) (v *big.Rat, ok bool, err error) {
	if k.steps++; k.steps > maxFormulaSteps {
		return nil, false, errNotWorkedOut
	}
	c, found := k.cells(s)[at]
	if !found || c.Kind == grid.Empty {
		return new(big.Rat), false, nil
	}
	switch c.Kind {
	case grid.Number:
		return ratOf(c.Raw)
	case grid.FormulaOnly:
		v, err := k.formula(s, c, depth+1)
		return v, err == nil, err
	case grid.Fault:
		return nil, false, errNotWorkedOut
	}
	return new(big.Rat), false, nil
}

// maxNumberText bounds a raw number before it is turned into digits: 1e308 has
// 308 of them, and no ledger holds it.
const maxNumberText = 24

func ratOf(raw string) (*big.Rat, bool, error) {
	if len(raw) > maxNumberText || exponentTooLarge(raw) {
		return nil, false, errNotWorkedOut
	}
	v, ok := new(big.Rat).SetString(raw)
	if !ok {
		return nil, false, errNotWorkedOut
	}
	return v, true, nil
}

func exponentTooLarge(raw string) bool {
	_, exp, found := strings.Cut(strings.ToLower(raw), "e")
	return found && len(strings.TrimLeft(exp, "+-0")) > 2
}
