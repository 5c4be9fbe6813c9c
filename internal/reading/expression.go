package reading

import (
	"math/big"
	"strings"

	"changbei/internal/grid"
)

// expression reads one formula left to right: sums of products of values.
type expression struct {
	k     *calculator
	sheet *grid.Sheet
	text  string
	at    int
	depth int
	level int // open brackets, so that ((((… ends
}

const maxBrackets = 50

func (e *expression) whole() (*big.Rat, error) {
	v, err := e.sum()
	if err != nil || e.peek() != 0 {
		return nil, errNotWorkedOut
	}
	return v, nil
}

func (e *expression) peek() byte {
	for e.at < len(e.text) && e.text[e.at] == ' ' {
		e.at++
	}
	if e.at == len(e.text) {
		return 0
	}
	return e.text[e.at]
}

func (e *expression) sum() (*big.Rat, error) {
	v, err := e.product()
	for err == nil {
		var right *big.Rat
		switch e.peek() {
		case '+':
			e.at++
			if right, err = e.product(); err == nil {
				v = new(big.Rat).Add(v, right)
			}
		case '-':
			e.at++
			if right, err = e.product(); err == nil {
				v = new(big.Rat).Sub(v, right)
			}
		default:
			return v, nil
		}
	}
	return nil, err
}

func (e *expression) product() (*big.Rat, error) {
	v, err := e.operand()
	for err == nil {
		op := e.peek()
		if op != '*' && op != '/' {
			return v, nil
		}
		e.at++
		var right *big.Rat
		if right, err = e.operand(); err != nil {
			break
		}
		if op == '/' {
			if right.Sign() == 0 {
				return nil, errNotWorkedOut
			}
			right = new(big.Rat).Inv(right)
		}
		if v = new(big.Rat).Mul(v, right); unwieldy(v) {
			return nil, errNotWorkedOut
		}
	}
	return nil, err
}

// unwieldy stops products of products, whose digits double at every step.
func unwieldy(v *big.Rat) bool {
	const bits = 2048
	return v.Num().BitLen() > bits || v.Denom().BitLen() > bits
}

func (e *expression) operand() (*big.Rat, error) {
	switch c := e.peek(); {
	case c == '-' || c == '+':
		e.at++
		if e.level++; e.level > maxBrackets {
			return nil, errNotWorkedOut
		}
		v, err := e.operand()
		e.level--
		if err == nil && c == '-' {
			v = new(big.Rat).Neg(v)
		}
		return v, err
	case c == '(':
		return e.bracket()
	case c >= '0' && c <= '9' || c == '.':
		v, _, err := ratOf(e.take("0123456789."))
		return v, err
	}
	return e.named()
}

func (e *expression) bracket() (*big.Rat, error) {
	if e.level++; e.level > maxBrackets {
		return nil, errNotWorkedOut
	}
	e.at++
	v, err := e.sum()
	if err != nil || e.peek() != ')' {
		return nil, errNotWorkedOut
	}
	e.at++
	e.level--
	return v, nil
}

func (e *expression) take(set string) string {
	start := e.at
	for e.at < len(e.text) && strings.IndexByte(set, e.text[e.at]) >= 0 {
		e.at++
	}
	return e.text[start:e.at]
}

const nameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789."

// named reads a reference to one cell or a function.
func (e *expression) named() (*big.Rat, error) {
	start := e.at
	name := strings.ToUpper(e.take(nameBytes))
	if name != "" && e.peek() == '(' {
		return e.function(strings.TrimPrefix(name, "_XLFN."))
	}
	e.at = start
	r, ok := e.reference()
	if !ok || r.Row1 != r.Row2 || r.Col1 != r.Col2 {
		return nil, errNotWorkedOut
	}
	c := e.k.cells(e.sheet)[position{r.Row1, r.Col1}]
	if c.Kind == grid.Text && clean(c.Raw) != "" || c.Kind == grid.Bool {
		return nil, errNotWorkedOut // Excel may take "12" for 12; we ask
	}
	v, _, err := e.k.value(e.sheet, position{r.Row1, r.Col1}, e.depth)
	return v, err
}

// reference reads A1 or A1:B2 of the same sheet. References to other sheets
// belong to summaries, which are not read.
func (e *expression) reference() (grid.Merge, bool) {
	row, col, ok := parseRef(strings.ToUpper(e.take(nameBytes)))
	if !ok {
		return grid.Merge{}, false
	}
	r := grid.Merge{Row1: row, Col1: col, Row2: row, Col2: col}
	if e.peek() != ':' {
		return r, true
	}
	e.at++
	row2, col2, ok := parseRef(strings.ToUpper(e.take(nameBytes)))
	if !ok {
		return grid.Merge{}, false
	}
	return grid.Merge{Row1: min(row, row2), Col1: min(col, col2), Row2: max(row, row2), Col2: max(col, col2)}, true
}

// function reads the arguments of SUM, N, ROUND, ABS, MAX, MIN and PRODUCT.
func (e *expression) function(name string) (*big.Rat, error) {
	var values []*big.Rat
	if e.level++; e.level > maxBrackets {
		return nil, errNotWorkedOut
	}
	e.at++
	for e.peek() != ')' {
		more, err := e.argument(name)
		if err != nil {
			return nil, err
		}
		values = append(values, more...)
		if e.peek() == ',' {
			e.at++
		} else if e.peek() != ')' {
			return nil, errNotWorkedOut
		}
	}
	e.at++
	e.level--
	return apply(name, values)
}

// argument reads one argument; a cell or range that holds text counts as
// nothing, as in Excel.
func (e *expression) argument(name string) ([]*big.Rat, error) {
	start := e.at
	e.peek()
	if r, ok := e.reference(); ok && (e.peek() == ',' || e.peek() == ')') {
		return e.rangeValues(r, name == "N" || name == "SUM")
	}
	e.at = start
	v, err := e.sum()
	return []*big.Rat{v}, err
}

func (e *expression) rangeValues(r grid.Merge, textIsZero bool) ([]*big.Rat, error) {
	if (r.Row2-r.Row1+1)*(r.Col2-r.Col1+1) > maxFormulaSteps-e.k.steps {
		return nil, errNotWorkedOut
	}
	var out []*big.Rat
	for row := r.Row1; row <= r.Row2; row++ {
		for col := r.Col1; col <= r.Col2; col++ {
			v, ok, err := e.k.value(e.sheet, position{row, col}, e.depth)
			if err != nil {
				return nil, err
			}
			if ok || textIsZero && r.Row1 == r.Row2 && r.Col1 == r.Col2 {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

func apply(name string, values []*big.Rat) (*big.Rat, error) {
	out := new(big.Rat)
	switch {
	case name == "SUM":
		for _, v := range values {
			out.Add(out, v)
		}
		return out, nil
	case name == "N" && len(values) == 1:
		return values[0], nil
	case name == "ABS" && len(values) == 1:
		return out.Abs(values[0]), nil
	case name == "ROUND" && len(values) == 2:
		return roundTo(values[0], values[1])
	case (name == "MAX" || name == "MIN") && len(values) > 0:
		out.Set(values[0])
		for _, v := range values[1:] {
			if name == "MAX" && v.Cmp(out) > 0 || name == "MIN" && v.Cmp(out) < 0 {
				out.Set(v)
			}
		}
		return out, nil
	case name == "PRODUCT" && len(values) > 0 && len(values) <= maxBrackets:
		out.SetInt64(1)
		for _, v := range values {
			if out.Mul(out, v); unwieldy(out) {
				return nil, errNotWorkedOut
			}
		}
		return out, nil
	}
	return nil, errNotWorkedOut
}

func roundTo(v, digits *big.Rat) (*big.Rat, error) {
	if !digits.IsInt() || digits.Sign() < 0 || digits.Cmp(big.NewRat(formulaDecimals, 1)) > 0 {
		return nil, errNotWorkedOut
	}
	out, ok := new(big.Rat).SetString(v.FloatString(int(digits.Num().Int64())))
	if !ok {
		return nil, errNotWorkedOut
	}
	return out, nil
}
