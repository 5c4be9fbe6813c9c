package formula

import (
	"strings"

	"changbei/internal/grid"
)

// lookup is a row or column made ready to be searched: the first place of
// every text, in small letters, and of every number.
type lookup struct {
	texts, numbers map[string]int
	err            error
}

type lookupKey struct {
	sheet *grid.Sheet
	grid.Merge
}

// indexWork is what it takes to put a cell into a lookup, in looks at a cell.
const indexWork = 4

// lookupOf makes a column ready once for all the formulas that search it.
func (x *evaluation) lookupOf(a area) (*lookup, error) {
	key := lookupKey{a.sheets[0], a.Merge}
	if l, ok := x.k.columns[key]; ok {
		return l, l.err
	}
	l := &lookup{texts: map[string]int{}, numbers: map[string]int{}}
	l.err = x.k.scan(a, func(s *grid.Sheet, c grid.Cell) error {
		v, err := x.caught(x.k.valueOf(s, c, x.depth))
		if err == nil {
			err = x.k.spend(indexWork * v.weight())
		}
		if err != nil {
			return err
		}
		to, word := l.numbers, ""
		switch v.kind {
		case aText:
			to, word = l.texts, strings.ToLower(v.s)
		case aNumber:
			word = v.n.RatString()
		default:
			return nil
		}
		if _, taken := to[word]; !taken {
			to[word] = c.Row - a.Row1 + c.Col - a.Col1
		}
		return nil
	})
	if _, deep := l.err.(deepError); !deep {
		x.k.columns[key] = l
	}
	return l, l.err
}

// find gives the place of a value in a row or column, from 0. Nothing but the
// same is found: how near values are found depends on their order.
func (x *evaluation) find(v value, a area) (int, error) {
	if v.kind == aText && (strings.ContainsAny(v.s, wildcards) || len(v.s) > maxCriterion) {
		return x.findPattern(v.s, a)
	}
	l, err := x.lookupOf(a)
	if err != nil {
		return 0, err
	}
	at, ok := 0, false
	switch v.kind {
	case aText:
		at, ok = l.texts[strings.ToLower(v.s)]
	case aNumber:
		at, ok = l.numbers[v.n.RatString()]
	case nothing:
		if _, isZero := l.numbers["0"]; isZero {
			return 0, errNotWorkedOut // programs do not agree whether empty is 0 here
		}
	default:
		return 0, errNotWorkedOut
	}
	if !ok {
		return 0, faultNotFound
	}
	return at, nil
}

// findPattern goes through a row or column for a text with * or ? in it, as
// the sizes in names have (2*3m): they stand for other letters too.
func (x *evaluation) findPattern(pattern string, a area) (int, error) {
	if len(pattern) > maxCriterion || looseTilde.MatchString(strings.ReplaceAll(pattern, "~~", "")) {
		return 0, errNotWorkedOut
	}
	at := -1
	err := x.k.scan(a, func(s *grid.Sheet, c grid.Cell) error {
		if at >= 0 {
			return nil
		}
		v, err := x.caught(x.k.valueOf(s, c, x.depth))
		if err == nil {
			err = x.k.spend(len(pattern) * len(v.s) / stepBytes)
		}
		if err == nil && v.kind == aText && wildcard(pattern, v.s) {
			at = c.Row - a.Row1 + c.Col - a.Col1
		}
		return err
	})
	if err == nil && at < 0 {
		err = faultNotFound
	}
	return at, err
}

// exact reports that a last argument asks for the same and not for the nearest.
func (x *evaluation) exact(n *node) error {
	v, err := x.value(n)
	if err != nil {
		return err
	}
	if nearest, err := v.truth(); nearest || err != nil {
		return errNotWorkedOut
	}
	return nil
}

func (x *evaluation) vlookup(args []*node) (value, error) {
	if len(args) != 4 {
		return value{}, errNotWorkedOut
	}
	if err := x.exact(args[3]); err != nil {
		return value{}, err
	}
	key, err := x.value(args[0])
	if err != nil {
		return value{}, err
	}
	table, err := x.oneArea(args[1])
	if err != nil {
		return value{}, err
	}
	v, err := x.value(args[2])
	if err != nil {
		return value{}, err
	}
	col, ok := v.whole()
	if !ok || col < 1 || col > table.cols() {
		return value{}, errNotWorkedOut
	}
	first := table
	first.Col2 = first.Col1
	row, err := x.find(key, first)
	if err != nil {
		return value{}, err
	}
	table.Row1, table.Col1 = table.Row1+row, table.Col1+col-1
	return x.valueAt(table)
}

func (x *evaluation) match(args []*node) (value, error) {
	if len(args) != 3 {
		return value{}, errNotWorkedOut
	}
	if err := x.exact(args[2]); err != nil {
		return value{}, err
	}
	key, err := x.value(args[0])
	if err != nil {
		return value{}, err
	}
	a, err := x.oneArea(args[1])
	if err != nil {
		return value{}, err
	}
	if a.rows() > 1 && a.cols() > 1 {
		return value{}, errNotWorkedOut
	}
	at, err := x.find(key, a)
	return countOf(at + 1), err
}

// index gives the cell INDEX refers to. A whole row or column (0) is no value.
func (x *evaluation) index(args []*node) (area, error) {
	if len(args) != 2 && len(args) != 3 {
		return area{}, errNotWorkedOut
	}
	a, err := x.oneArea(args[0])
	if err != nil {
		return area{}, err
	}
	numbers, err := x.values(args[1:])
	if err != nil {
		return area{}, err
	}
	row, ok := numbers[0].whole()
	col, ok2 := 1, true
	switch {
	case len(numbers) == 2:
		col, ok2 = numbers[1].whole()
		if a.rows() == 1 && numbers[0].kind == nothing {
			row = 1
		}
	case a.rows() == 1:
		row, col = 1, row
	case a.cols() > 1:
		ok2 = false
	}
	if !ok || !ok2 || row < 1 || row > a.rows() || col < 1 || col > a.cols() {
		return area{}, errNotWorkedOut
	}
	a.Row1, a.Col1 = a.Row1+row-1, a.Col1+col-1
	a.Row2, a.Col2 = a.Row1, a.Col1
	return a, nil
}
