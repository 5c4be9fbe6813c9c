package formula

import (
	"math/big"
	"regexp"
	"strings"

	"changbei/internal/grid"
)

// plainFunction works on values alone.
type plainFunction struct {
	least, most int // arguments
	do          func(args []value) (value, error)
}

// maxArguments is what Excel allows.
const maxArguments = 255

var plainFunctions = map[string]plainFunction{
	"ROUND":       {2, 2, rounding(halfAway)},
	"ROUNDUP":     {2, 2, rounding(fromZero)},
	"ROUNDDOWN":   {2, 2, rounding(toZero)},
	"TRUNC":       {1, 2, rounding(toZero)},
	"INT":         {1, 1, rounding(toFloor)},
	"ABS":         {1, 1, absolute},
	"MOD":         {2, 2, remainder},
	"NOT":         {1, 1, negation},
	"TRUE":        {0, 0, func([]value) (value, error) { return truthOf(true), nil }},
	"FALSE":       {0, 0, func([]value) (value, error) { return truthOf(false), nil }},
	"N":           {1, 1, figure},
	"T":           {1, 1, onlyText},
	"VALUE":       {1, 1, readValue},
	"TRIM":        {1, 1, trimmed},
	"CONCATENATE": {1, maxArguments, concatenate},
}

// way is how a number is brought to a place: by its whole part and what is left.
type way func(whole *big.Int, rest *big.Rat) *big.Int

// rounding makes the function of one way; a second argument says the decimals,
// below 0 tens and hundreds.
func rounding(w way) func([]value) (value, error) {
	return func(args []value) (value, error) {
		v, err := args[0].number()
		if err != nil {
			return value{}, err
		}
		digits := 0
		if len(args) > 1 {
			var ok bool
			if digits, ok = args[1].whole(); !ok || digits > decimals || digits < -decimals {
				return value{}, errNotWorkedOut
			}
		}
		scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(digits, -digits))), nil))
		if digits < 0 {
			scale.Inv(scale)
		}
		scaled := new(big.Rat).Mul(v, scale)
		whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
		rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(whole))
		out := new(big.Rat).SetInt(w(whole, rest))
		return numberOf(out.Quo(out, scale)), nil
	}
}

func toZero(whole *big.Int, _ *big.Rat) *big.Int { return whole }

func fromZero(whole *big.Int, rest *big.Rat) *big.Int {
	return whole.Add(whole, big.NewInt(int64(rest.Sign())))
}

func toFloor(whole *big.Int, rest *big.Rat) *big.Int {
	return whole.Add(whole, big.NewInt(int64(min(rest.Sign(), 0))))
}

func halfAway(whole *big.Int, rest *big.Rat) *big.Int {
	if new(big.Rat).Abs(rest).Cmp(big.NewRat(1, 2)) >= 0 {
		return fromZero(whole, rest)
	}
	return whole
}

func absolute(args []value) (value, error) {
	v, err := args[0].number()
	if err != nil {
		return value{}, err
	}
	return numberOf(new(big.Rat).Abs(v)), nil
}

// remainder has the sign of the divisor.
func remainder(args []value) (value, error) {
	v, err := args[0].number()
	if err != nil {
		return value{}, err
	}
	by, err := args[1].number()
	if err != nil {
		return value{}, err
	}
	if by.Sign() == 0 {
		return value{}, faultDivision
	}
	times := new(big.Rat).Quo(v, by)
	floor := new(big.Int).Div(times.Num(), times.Denom())
	out := new(big.Rat).Mul(by, new(big.Rat).SetInt(floor))
	return numberOf(out.Sub(v, out)), nil
}

func negation(args []value) (value, error) {
	b, err := args[0].truth()
	return truthOf(!b), err
}

// figure is N: a number or truth as a number, everything else 0.
func figure(args []value) (value, error) {
	if args[0].kind == aText {
		return numberOf(zero), nil
	}
	n, err := args[0].number()
	return numberOf(n), err
}

func onlyText(args []value) (value, error) {
	if args[0].kind == aText {
		return args[0], nil
	}
	return textOf(""), nil
}

var (
	plainForm   = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)$`)
	groupedForm = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$`)
)

// readValue reads 12, -1.5 and 1,200. Days, shares and amounts of money are
// read in ways that depend on the program.
func readValue(args []value) (value, error) {
	switch args[0].kind {
	case aTruth:
		return value{}, faultValue
	case aText:
		text := strings.Trim(args[0].s, " ")
		if groupedForm.MatchString(text) {
			text = strings.ReplaceAll(text, ",", "")
		}
		if !plainForm.MatchString(text) {
			return value{}, textFault(text)
		}
		n, _, err := ratOf(text)
		return numberOf(n), err
	}
	n, err := args[0].number()
	return numberOf(n), err
}

// trimmed takes blanks off the ends and makes one of several. Wide blanks stay,
// as in Excel.
func trimmed(args []value) (value, error) {
	text, err := args[0].text()
	if err != nil {
		return value{}, err
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	return textOf(strings.Join(words, " ")), nil
}

func concatenate(args []value) (value, error) {
	var b strings.Builder
	for _, v := range args {
		text, err := v.text()
		if err != nil || b.Len()+len(text) > maxText {
			return value{}, errNotWorkedOut
		}
		b.WriteString(text)
	}
	return textOf(b.String()), nil
}

// numbers hands over the numbers among arguments. In cells texts and truths
// are passed over; a fault anywhere is the result.
func (x *evaluation) numbers(args []*node, visit func(n *big.Rat) error) error {
	return x.each(args, func(v value, fromCell bool) error {
		switch {
		case v.kind == aFault:
			return faultError(v.s)
		case fromCell && v.kind != aNumber:
			return nil
		}
		n, err := v.number()
		if err != nil {
			return err
		}
		return visit(n)
	})
}

// aggregate works out the functions that make one number of many.
func (x *evaluation) aggregate(name string, args []*node) (value, error) {
	if name == "COUNT" || name == "COUNTA" {
		return x.count(name, args)
	}
	count, out, sum := 0, zero, total{k: x.k, rest: zero}
	err := x.numbers(args, func(n *big.Rat) (err error) {
		count++
		switch {
		case name == "PRODUCT" && count > 1:
			out, err = x.k.reckon("*", out, n)
		case name == "SUM" || name == "AVERAGE":
			err = sum.add(n)
		case count == 1, name == "MAX" && n.Cmp(out) > 0, name == "MIN" && n.Cmp(out) < 0:
			out = n
		}
		return err
	})
	if err == nil && (name == "SUM" || name == "AVERAGE") {
		out, err = sum.number()
	}
	if err == nil && name == "AVERAGE" {
		out, err = x.k.reckon("/", out, new(big.Rat).SetInt64(int64(count)))
	}
	return numberOf(out), err
}

// total adds up. Most figures of a ledger are whole and small; they are added
// as integers, which is many times faster and just as exact.
type total struct {
	k     *Calculator
	whole int64
	rest  *big.Rat
}

// smallBits keep the whole part of a total from overflowing: no more numbers
// are added than there are steps.
const smallBits = 40

func (t *total) add(n *big.Rat) (err error) {
	if n.IsInt() && n.Num().BitLen() <= smallBits {
		t.whole += n.Num().Int64()
		return nil
	}
	t.rest, err = t.k.reckon("+", t.rest, n)
	return err
}

func (t *total) number() (*big.Rat, error) {
	return t.k.reckon("+", t.rest, new(big.Rat).SetInt64(t.whole))
}

// count counts numbers (COUNT) or what is not empty (COUNTA).
func (x *evaluation) count(name string, args []*node) (value, error) {
	count := 0
	err := x.each(args, func(v value, fromCell bool) error {
		if !fromCell && (v.kind == nothing || name == "COUNT" && v.kind == aText) {
			return errNotWorkedOut // whether COUNT("12") and COUNT(1,) count
		}
		if v.kind == aNumber || !fromCell && v.kind == aTruth || name == "COUNTA" && v.kind != nothing {
			count++
		}
		return nil
	})
	return countOf(count), err
}

// subtotals are the functions that SUBTOTAL knows by number.
var subtotals = map[int]string{1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 6: "PRODUCT", 9: "SUM"}

// hiddenToo is what is added to a SUBTOTAL's number to leave out rows hidden by hand.
const hiddenToo = 100

func (x *evaluation) subtotal(args []*node) (value, error) {
	if len(args) < 2 {
		return value{}, errNotWorkedOut
	}
	code, err := x.value(args[0])
	if err != nil {
		return value{}, err
	}
	number, ok := code.whole()
	name := subtotals[number%hiddenToo]
	if !ok || name == "" || number < 0 || number > 2*hiddenToo {
		return value{}, errNotWorkedOut
	}
	for _, n := range args[1:] {
		if _, err := x.oneArea(n); err != nil {
			return value{}, err
		}
	}
	y := *x
	y.leaves = func(s *grid.Sheet, c grid.Cell) (bool, error) {
		if err := x.k.spend(len(c.Formula) / stepBytes); err != nil {
			return false, err
		}
		return passedOver(s, c, number > hiddenToo)
	}
	return y.aggregate(name, args[1:])
}

// passedOver tells what a SUBTOTAL does not see: other SUBTOTALs and hidden
// rows. A file does not say whether a filter hid them, which 9 leaves out, or a
// hand, which it does not; so 9 over hidden figures is not worked out.
func passedOver(s *grid.Sheet, c grid.Cell, hiddenOut bool) (bool, error) {
	formula := strings.ToUpper(c.Formula)
	switch {
	case s.HiddenRows[c.Row] && !hiddenOut && c.Kind != grid.Empty:
		return false, errNotWorkedOut
	case s.HiddenRows[c.Row]:
		return true, nil
	case strings.Contains(formula, "AGGREGATE("):
		return false, errNotWorkedOut
	case strings.Contains(formula, "SUBTOTAL("):
		if !subtotalForm.MatchString(formula) {
			return false, errNotWorkedOut
		}
		return true, nil
	}
	return false, nil
}

// subtotalForm is a formula that is one SUBTOTAL and nothing else.
var subtotalForm = regexp.MustCompile(`^\s*SUBTOTAL\([^()]*\)\s*$`)

// logical is AND and OR. In cells texts are passed over; without any truth or
// number there is no answer.
func (x *evaluation) logical(name string, args []*node) (value, error) {
	out, seen := name == "AND", false
	err := x.each(args, func(v value, fromCell bool) error {
		switch {
		case v.kind == aFault:
			return faultError(v.s)
		case fromCell && (v.kind == aText || v.kind == nothing):
			return nil
		}
		b, err := v.truth()
		seen = true
		if b != (name == "AND") {
			out = b
		}
		return err
	})
	if err == nil && !seen {
		err = faultValue
	}
	return truthOf(out), err
}
