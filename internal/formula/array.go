package formula

import (
	"math/big"

	"changbei/internal/grid"
)

// array holds values by row and column, as SUMPRODUCT works on them.
type array struct {
	rows, cols int
	values     []value
	// open says that the last row stands for all the empty ones below it: the
	// array is of whole columns.
	open bool
}

// arrayWork is what a value in an array costs, memory counted.
const arrayWork = 4

func (x *evaluation) newArray(rows, cols int) (array, error) {
	if rows > maxSteps || x.k.spend(rows*cols*arrayWork) != nil {
		return array{}, errNotWorkedOut
	}
	return array{rows: rows, cols: cols, values: make([]value, rows*cols)}, nil
}

// at gives a value; a single row or column is repeated beside a larger array.
func (a array) at(row, col int) value {
	if a.rows == 1 {
		row = 0
	}
	if a.cols == 1 {
		col = 0
	}
	return a.values[row*a.cols+col]
}

// array works out a node value by value. Functions in it give one value.
func (x *evaluation) array(n *node) (array, error) {
	switch {
	case n != nil && n.kind == areaNode:
		return x.cellsOf(n)
	case n != nil && n.kind == chainNode:
		a, err := x.array(n.args[0])
		for i, op := range n.ops {
			if err != nil {
				return array{}, err
			}
			var b array
			if b, err = x.array(n.args[i+1]); err == nil {
				a, err = x.pairs(op, a, b)
			}
		}
		return a, err
	case n != nil && (n.kind == negativeNode || n.kind == percentNode):
		a, err := x.array(n.args[0])
		if err != nil {
			return array{}, err
		}
		for i, v := range a.values {
			if a.values[i], err = x.signed(n.kind, v); err != nil {
				return array{}, err
			}
		}
		return a, nil
	}
	v, err := x.value(n)
	return array{rows: 1, cols: 1, values: []value{v}}, err
}

// cellsOf lays out a range. Whole columns end one row below the last row of
// the workbook.
func (x *evaluation) cellsOf(n *node) (array, error) {
	r, err := x.oneArea(n)
	if err != nil {
		return array{}, err
	}
	open := r.Row1 == 1 && r.Row2 == maxSheetRow
	if open {
		r.Row2 = min(x.k.lastRow()+1, maxSheetRow)
	}
	a, err := x.newArray(r.rows(), r.cols())
	if err != nil {
		return array{}, err
	}
	a.open = open
	err = x.k.scan(r, func(s *grid.Sheet, c grid.Cell) (err error) {
		a.values[(c.Row-r.Row1)*a.cols+c.Col-r.Col1], err = x.k.valueOf(s, c, x.depth)
		return err
	})
	return a, err
}

func (x *evaluation) pairs(op string, a, b array) (array, error) {
	rows, cols := max(a.rows, b.rows), max(a.cols, b.cols)
	if a.rows != rows && a.rows != 1 || b.rows != rows && b.rows != 1 || a.cols != cols && a.cols != 1 || b.cols != cols && b.cols != 1 {
		return array{}, errNotWorkedOut
	}
	out, err := x.newArray(rows, cols)
	if err != nil {
		return array{}, err
	}
	if out.open = a.open || b.open; out.open && (a.rows == rows && !a.open || b.rows == rows && !b.open) {
		return array{}, errNotWorkedOut
	}
	for row := range rows {
		for col := range cols {
			if out.values[row*cols+col], err = x.k.operate(op, a.at(row, col), b.at(row, col)); err != nil {
				return array{}, err
			}
		}
	}
	return out, nil
}

// sumProduct multiplies arrays of one shape value by value and adds up. Texts
// count as 0; so do truths in Excel, which is hardly what is meant.
func (x *evaluation) sumProduct(args []*node) (value, error) {
	var list []array
	for _, n := range args {
		a, err := x.array(n)
		if err != nil {
			return value{}, err
		}
		if len(list) > 0 && (a.rows != list[0].rows || a.cols != list[0].cols || a.open != list[0].open) {
			return value{}, errNotWorkedOut
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return value{}, errNotWorkedOut
	}
	out := total{k: x.k, rest: zero}
	for i := range list[0].values {
		product, err := x.product(list, i)
		if err == nil {
			err = out.add(product)
		}
		if err != nil {
			return value{}, err
		}
		if list[0].open && i/list[0].cols == list[0].rows-1 && product.Sign() != 0 {
			return value{}, errNotWorkedOut // a million empty rows would count
		}
	}
	n, err := out.number()
	return numberOf(n), err
}

func (x *evaluation) product(list []array, i int) (*big.Rat, error) {
	out := zero
	for j, a := range list {
		var err error
		switch v := a.values[i]; {
		case v.kind == aTruth:
			return nil, errNotWorkedOut
		case v.kind != aNumber:
			return zero, nil
		case j == 0:
			out = v.n
		default:
			if out, err = x.k.reckon("*", out, v.n); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
