package formula

import (
	"errors"

	"changbei/internal/grid"
)

// evaluation works out the nodes of one formula.
type evaluation struct {
	k     *Calculator
	at    address // of the formula
	depth int
	// leaves says which cells SUBTOTAL passes over; nil = none.
	leaves func(s *grid.Sheet, c grid.Cell) (bool, error)
}

// value gives what a node comes to where one value is wanted. A range there
// would be cut to the formula's own row by old programs and spill in new ones.
func (x *evaluation) value(n *node) (value, error) {
	if n == nil {
		return value{}, nil
	}
	switch n.kind {
	case areaNode:
		if !n.area.single() {
			return value{}, errNotWorkedOut
		}
		return x.valueAt(n.area)
	case chainNode:
		v, err := x.value(n.args[0])
		for i, op := range n.ops {
			if err != nil {
				return value{}, err
			}
			var right value
			if right, err = x.value(n.args[i+1]); err == nil {
				v, err = x.k.operate(op, v, right)
			}
		}
		return v, err
	case negativeNode, percentNode:
		v, err := x.value(n.args[0])
		if err != nil {
			return value{}, err
		}
		return x.signed(n.kind, v)
	case callNode:
		return x.call(n)
	}
	return n.leaf, nil
}

// valueAt gives the value of a reference's first cell.
func (x *evaluation) valueAt(a area) (value, error) {
	s := a.sheets[0]
	c, _ := x.k.cell(address{s, position{a.Row1, a.Col1}})
	return x.k.valueOf(s, c, x.depth)
}

// signed gives -v or v%.
func (x *evaluation) signed(kind nodeKind, v value) (value, error) {
	if kind == negativeNode {
		return x.k.operate("-", numberOf(zero), v)
	}
	const hundred = 100
	return x.k.operate("/", v, countOf(hundred))
}

// values works out arguments one by one.
func (x *evaluation) values(args []*node) ([]value, error) {
	var out []value
	for _, n := range args {
		v, err := x.value(n)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// area gives the cells an argument refers to; ok is false for a plain value.
// A formula that stands in its own range goes round in a circle.
func (x *evaluation) area(n *node) (a area, ok bool, err error) {
	switch {
	case n == nil:
		return area{}, false, nil
	case n.kind == areaNode:
		a = n.area
	case n.kind == callNode && n.name == "INDEX":
		if a, err = x.index(n.args); err != nil {
			return area{}, false, err
		}
	default:
		return area{}, false, nil
	}
	for _, s := range a.sheets {
		if s == x.at.sheet && a.Contains(x.at.row, x.at.col) {
			return area{}, false, errNotWorkedOut
		}
	}
	return a, true, nil
}

// oneArea gives the range that an argument must be, on one sheet.
func (x *evaluation) oneArea(n *node) (area, error) {
	a, ok, err := x.area(n)
	if err == nil && (!ok || len(a.sheets) != 1) {
		err = errNotWorkedOut
	}
	return a, err
}

// each hands over what arguments hold: the cells of ranges, whose faults come
// as values too, and plain values.
func (x *evaluation) each(args []*node, visit func(v value, fromCell bool) error) error {
	for _, n := range args {
		a, isArea, err := x.area(n)
		if err != nil {
			return err
		}
		if !isArea {
			v, err := x.caught(x.value(n))
			if err == nil {
				err = visit(v, false)
			}
			if err != nil {
				return err
			}
			continue
		}
		err = x.k.scan(a, func(s *grid.Sheet, c grid.Cell) error {
			if x.leaves != nil {
				if leave, err := x.leaves(s, c); leave || err != nil {
					return err
				}
			}
			v, err := x.caught(x.k.valueOf(s, c, x.depth))
			if err != nil {
				return err
			}
			return visit(v, true)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// caught makes a value of a fault. What is not worked out stays an error.
func (x *evaluation) caught(v value, err error) (value, error) {
	if fault, ok := errors.AsType[faultError](err); ok {
		return value{kind: aFault, s: string(fault)}, nil
	}
	return v, err
}

// call works out a function: the ones that look at their arguments before they
// are worked out here, the others by what these come to.
func (x *evaluation) call(n *node) (value, error) {
	args := n.args
	if f, ok := functionOf(n.name); ok {
		if len(args) < f.least || len(args) > f.most {
			return value{}, errNotWorkedOut
		}
		values, err := x.values(args)
		if err != nil {
			return value{}, err
		}
		for _, v := range values {
			if err := x.k.spend(v.weight()); err != nil {
				return value{}, err
			}
		}
		return f.do(values)
	}
	switch n.name {
	case "SUM", "PRODUCT", "COUNT", "COUNTA", "AVERAGE", "MAX", "MIN":
		return x.aggregate(n.name, args)
	case "SUBTOTAL":
		return x.subtotal(args)
	case "AND", "OR":
		return x.logical(n.name, args)
	case "IF":
		return x.choose(args)
	case "IFERROR", "IFNA", "ISERROR", "ISNA", "ISNUMBER", "ISTEXT", "ISBLANK":
		return x.inspect(n.name, args)
	case "ROW", "COLUMN":
		return x.where(n.name, args)
	case "SUMPRODUCT":
		return x.sumProduct(args)
	case "SUMIF":
		return x.sumIf(args)
	case "SUMIFS":
		return x.sumIfs(args)
	case "COUNTIF", "COUNTIFS":
		return x.countIfs(args)
	case "VLOOKUP":
		return x.vlookup(args)
	case "MATCH":
		return x.match(args)
	case "INDEX":
		a, err := x.index(args)
		if err != nil {
			return value{}, err
		}
		return x.valueAt(a)
	}
	return value{}, errNotWorkedOut // TODAY() as well: the day it meant is not in the file
}

// choose works out one branch of IF only.
func (x *evaluation) choose(args []*node) (value, error) {
	if len(args) < 2 || len(args) > 3 {
		return value{}, errNotWorkedOut
	}
	condition, err := x.value(args[0])
	if err != nil {
		return value{}, err
	}
	yes, err := condition.truth()
	switch {
	case err != nil:
		return value{}, err
	case yes:
		return x.value(args[1])
	case len(args) == 2:
		return truthOf(false), nil
	}
	return x.value(args[2])
}

// inspect answers what an argument is, or puts something in a fault's place.
func (x *evaluation) inspect(name string, args []*node) (value, error) {
	instead := name == "IFERROR" || name == "IFNA"
	if len(args) != 1 && !instead || len(args) != 2 && instead {
		return value{}, errNotWorkedOut
	}
	v, err := x.caught(x.value(args[0]))
	if err != nil {
		return value{}, err
	}
	switch name {
	case "IFERROR", "IFNA":
		switch {
		case v.kind != aFault:
			return v, nil
		case name == "IFERROR" || faultError(v.s) == faultNotFound:
			return x.value(args[1])
		}
		return value{}, faultError(v.s)
	case "ISERROR":
		return truthOf(v.kind == aFault), nil
	case "ISNA":
		return truthOf(v.kind == aFault && faultError(v.s) == faultNotFound), nil
	case "ISNUMBER":
		return truthOf(v.kind == aNumber), nil
	case "ISTEXT":
		return truthOf(v.kind == aText), nil
	}
	return x.blank(args[0], v)
}

// blank reports an empty cell. One with a formula is never empty. Whether a
// function that came upon an empty cell hands on the cell depends on it.
func (x *evaluation) blank(n *node, v value) (value, error) {
	a, isArea, err := x.area(n)
	switch {
	case err != nil:
		return value{}, err
	case isArea:
		c, _ := x.k.cell(address{a.sheets[0], position{a.Row1, a.Col1}})
		return truthOf(c.Kind == grid.Empty), nil
	case v.kind == nothing:
		return value{}, errNotWorkedOut
	}
	return truthOf(false), nil
}

// where gives the row or column of a cell, or of the formula itself.
func (x *evaluation) where(name string, args []*node) (value, error) {
	at := x.at.position
	switch {
	case len(args) == 1 && args[0] != nil && args[0].kind == areaNode && args[0].area.single():
		at = position{args[0].area.Row1, args[0].area.Col1}
	case len(args) > 0:
		return value{}, errNotWorkedOut
	}
	if name == "ROW" {
		return countOf(at.row), nil
	}
	return countOf(at.col), nil
}
