package formula

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"changbei/internal/grid"
)

// value is what a formula or a part of it comes to. The zero value is that of
// an empty cell: 0 in sums, "" in texts.
type value struct {
	kind valueKind
	n    *big.Rat // never changed once it is here
	s    string
	b    bool
}

type valueKind uint8

// In this order Excel ranks values of different kinds.
const (
	nothing valueKind = iota
	aNumber
	aText
	aTruth
	aFault // only where faults are looked at; the fault is in s
)

func numberOf(n *big.Rat) value { return value{kind: aNumber, n: n} }
func countOf(n int) value       { return numberOf(new(big.Rat).SetInt64(int64(n))) }
func textOf(s string) value     { return value{kind: aText, s: s} }
func truthOf(b bool) value      { return value{kind: aTruth, b: b} }

var zero = new(big.Rat)

// stored gives the kind and raw text a cell with this value would have.
func (v value) stored() (grid.Kind, string) {
	switch v.kind {
	case aText:
		return grid.Text, v.s
	case aTruth:
		if v.b {
			return grid.Bool, "1"
		}
		return grid.Bool, "0"
	case aNumber:
		text := v.n.FloatString(decimals)
		if text = strings.TrimSuffix(strings.TrimRight(text, "0"), "."); text != "-0" {
			return grid.Number, text
		}
	}
	return grid.Number, "0" // a reference to an empty cell shows 0
}

// number gives the value in sums and products. A text is none: Excel takes
// "12" for 12 and "3月5日" for a day of this year, which is asked.
func (v value) number() (*big.Rat, error) {
	switch v.kind {
	case aNumber:
		return v.n, nil
	case aText:
		return nil, textFault(v.s)
	case aTruth:
		if v.b {
			return big.NewRat(1, 1), nil
		}
	}
	return zero, nil
}

// textFault is what comes of a text where a number is wanted. Without a figure
// in it no program takes it for one.
func textFault(s string) error {
	if strings.ContainsFunc(s, unicode.IsNumber) {
		return errNotWorkedOut
	}
	return faultValue
}

func (v value) truth() (bool, error) {
	switch v.kind {
	case aNumber:
		return v.n.Sign() != 0, nil
	case aText:
		if strings.EqualFold(v.s, "TRUE") || strings.EqualFold(v.s, "FALSE") {
			return false, errNotWorkedOut
		}
		return false, textFault(v.s)
	}
	return v.b, nil
}

// maxShort is the longest number text a program writes without a binary tail.
const maxShort = 15

// maxText is the longest text a cell can hold.
const maxText = 32767

func (v value) text() (string, error) {
	switch v.kind {
	case aNumber:
		return plainNumber(v.n)
	case aTruth:
		if v.b {
			return "TRUE", nil
		}
		return "FALSE", nil
	}
	return v.s, nil
}

// plainNumber writes a number as Excel joins it to a text. What Excel would
// round or write with an exponent is not worked out.
func plainNumber(n *big.Rat) (string, error) {
	const digits, least = 15, 10_000
	places, exact := n.FloatPrec()
	if n.Sign() != 0 && new(big.Rat).Abs(n).Cmp(big.NewRat(1, least)) < 0 || !exact || places > digits {
		return "", errNotWorkedOut
	}
	text := n.FloatString(places)
	if len(strings.TrimLeft(strings.Replace(text, ".", "", 1), "-0")) > digits {
		return "", errNotWorkedOut
	}
	return text, nil
}

// whole gives a number as an int; ok is false where it is none or too large.
func (v value) whole() (int, bool) {
	n, err := v.number()
	if err != nil || !n.IsInt() || n.Num().BitLen() > 31 {
		return 0, false
	}
	return int(n.Num().Int64()), true
}

// compareValues gives -1, 0 or 1. Which of two texts comes first depends on the
// language of the program, so only their sameness is known.
func compareValues(a, b value) (int, error) {
	a, b = a.beside(b), b.beside(a)
	switch {
	case a.kind != b.kind:
		return int(a.kind) - int(b.kind), nil
	case a.kind == aNumber:
		return a.n.Cmp(b.n), nil
	case a.kind == aText && !strings.EqualFold(a.s, b.s):
		return 0, errNotWorkedOut
	case a.kind == aTruth && a.b != b.b:
		if b.b {
			return -1, nil
		}
		return 1, nil
	}
	return 0, nil
}

// beside gives an empty cell the kind of what it is compared with.
func (v value) beside(other value) value {
	if v.kind == nothing {
		switch other.kind {
		case aNumber:
			return numberOf(zero)
		case aText, aTruth:
			return value{kind: other.kind}
		}
	}
	return v
}

// sameValue reports that two values are equal as = sees them.
func sameValue(a, b value) bool {
	a, b = a.beside(b), b.beside(a)
	if a.kind == aText && b.kind == aText {
		return strings.EqualFold(a.s, b.s)
	}
	order, err := compareValues(a, b)
	return err == nil && order == 0
}

// operate joins two values.
func (k *Calculator) operate(op string, a, b value) (value, error) {
	if err := k.spend(a.weight() + b.weight()); err != nil {
		return value{}, err
	}
	switch op {
	case "&":
		return join(a, b)
	case "=", "<>":
		return truthOf(sameValue(a, b) == (op == "=")), nil
	case "<", "<=", ">", ">=":
		order, err := compareValues(a, b)
		return truthOf(order < 0 && op[0] == '<' || order > 0 && op[0] == '>' || order == 0 && len(op) == 2), err
	}
	x, err := a.number()
	if err != nil {
		return value{}, err
	}
	y, err := b.number()
	if err != nil {
		return value{}, err
	}
	n, err := k.reckon(op, x, y)
	return numberOf(n), err
}

func join(a, b value) (value, error) {
	left, err := a.text()
	if err != nil {
		return value{}, err
	}
	right, err := b.text()
	if err != nil {
		return value{}, err
	}
	if len(left)+len(right) > maxText {
		return value{}, errNotWorkedOut
	}
	return textOf(left + right), nil
}

// reckon does the four rules and powers.
func (k *Calculator) reckon(op string, x, y *big.Rat) (*big.Rat, error) {
	if err := k.spend(1 + weight(x) + weight(y)); err != nil {
		return nil, err
	}
	out := new(big.Rat)
	switch op {
	case "+":
		out.Add(x, y)
	case "-":
		out.Sub(x, y)
	case "*":
		out.Mul(x, y)
	case "/":
		if y.Sign() == 0 {
			return nil, faultDivision
		}
		out.Quo(x, y)
	case "^":
		return k.power(x, y)
	}
	if unwieldy(out) {
		return nil, errNotWorkedOut
	}
	return out, nil
}

// maxPower is the largest power that is multiplied out.
const maxPower = 64

func (k *Calculator) power(x, y *big.Rat) (*big.Rat, error) {
	times, ok := numberOf(y).whole()
	switch {
	case !ok || times > maxPower || times < -maxPower:
		return nil, errNotWorkedOut
	case x.Sign() == 0 && times == 0:
		return nil, faultNumber
	case x.Sign() == 0 && times < 0:
		return nil, faultDivision
	}
	out, err := big.NewRat(1, 1), error(nil)
	for range max(times, -times) {
		if out, err = k.reckon("*", out, x); err != nil {
			return nil, err
		}
	}
	if times < 0 {
		out = new(big.Rat).Inv(out)
	}
	return out, nil
}

// The digits of a number may double at every step; beyond maxBits it is no
// quantity.
const (
	maxBits  = 2048
	wordBits = 64
)

func unwieldy(v *big.Rat) bool {
	return v.Num().BitLen() > maxBits || v.Denom().BitLen() > maxBits
}

// weight is the work a value makes where it is looked at, in steps.
func (v value) weight() int {
	steps := 1 + len(v.s)/stepBytes
	if v.n != nil {
		steps += weight(v.n)
	}
	return steps
}

// weight is the work a number makes: that of its words with each other.
func weight(v *big.Rat) int {
	words := (v.Num().BitLen() + v.Denom().BitLen()) / wordBits
	return words * words / 2
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

// numberIn reads the number of a cell without the tail its binary form leaves:
// 1.1000000000000001 is 1.1 to every spreadsheet program.
func numberIn(raw string) (*big.Rat, error) {
	if n, err := strconv.ParseInt(raw, 10, 64); err == nil && len(raw) <= maxShort {
		return new(big.Rat).SetInt64(n), nil // most cells
	}
	v, _, err := ratOf(raw)
	if err != nil || len(raw) <= maxShort || v.IsInt() {
		return v, err
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return nil, errNotWorkedOut
	}
	v, _, err = ratOf(strconv.FormatFloat(f, 'g', maxShort, 64))
	return v, err
}

func exponentTooLarge(raw string) bool {
	_, exp, found := strings.Cut(strings.ToLower(raw), "e")
	return found && len(strings.TrimLeft(exp, "+-0")) > 2
}
