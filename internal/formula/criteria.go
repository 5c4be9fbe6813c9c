package formula

import (
	"math/big"
	"regexp"
	"strings"

	"changbei/internal/grid"
)

// criterion is what SUMIF and its like hold cells against: 帐篷, *帐篷*, ">0", 12.
type criterion struct {
	op      string
	than    value
	pattern bool // than is a text with * or ?
	bare    bool // no operator: an empty one then means empty texts as well
}

// maxCriterion is the longest text that Excel compares.
const maxCriterion = 255

// dayLike are texts a program may take for a day, a time, a share or an amount
// of money, in the way of its language.
var dayLike = regexp.MustCompile(`^[\p{Nd}\s.,:/%¥￥$€年月日时分秒eEaApPmM+-]*\p{Nd}[\p{Nd}\s.,:/%¥￥$€年月日时分秒eEaApPmM+-]*$`)

func criterionOf(v value) (criterion, error) {
	if v.kind == nothing {
		v = numberOf(zero)
	}
	if v.kind != aText {
		return criterion{op: "=", than: v}, nil
	}
	c := criterion{op: "=", bare: true}
	rest := v.s
	for _, op := range ranks[0] {
		if after, found := strings.CutPrefix(rest, op); found {
			c.op, c.bare, rest = op, false, after
			break
		}
	}
	switch {
	case plainForm.MatchString(rest):
		n, _, err := ratOf(rest)
		c.than = numberOf(n)
		return c, err
	case dayLike.MatchString(rest), strings.EqualFold(rest, "TRUE"), strings.EqualFold(rest, "FALSE"), strings.HasPrefix(rest, "#"), len(rest) > maxCriterion:
		return c, errNotWorkedOut
	case c.op != "=" && c.op != "<>":
		return c, errNotWorkedOut // the order of texts depends on the language
	}
	c.than, c.pattern = textOf(rest), strings.ContainsAny(rest, wildcards)
	if c.pattern && looseTilde.MatchString(strings.ReplaceAll(rest, "~~", "")) {
		return c, errNotWorkedOut
	}
	return c, nil
}

// meets reports whether a cell's value is what the criterion asks for.
func (c criterion) meets(v value) (bool, error) {
	switch c.than.kind {
	case aNumber:
		return c.meetsNumber(v)
	case aText:
		if c.than.s == "" {
			return c.meetsEmpty(v)
		}
		is := v.kind == aText && (c.pattern && wildcard(c.than.s, v.s) || !c.pattern && strings.EqualFold(c.than.s, v.s))
		return is == (c.op == "="), nil
	}
	return v.kind == aTruth && v.b == c.than.b, nil
}

// meetsNumber compares with numbers only. Programs do not agree whether a text
// "12" is 12 here.
func (c criterion) meetsNumber(v value) (bool, error) {
	if v.kind == aText && (c.op == "=" || c.op == "<>") && dayLike.MatchString(v.s) {
		return false, errNotWorkedOut
	}
	if v.kind != aNumber {
		return c.op == "<>", nil
	}
	order := v.n.Cmp(c.than.n)
	switch c.op {
	case "=":
		return order == 0, nil
	case "<>":
		return order != 0, nil
	}
	return order < 0 && c.op[0] == '<' || order > 0 && c.op[0] == '>' || order == 0 && len(c.op) == 2, nil
}

// meetsEmpty tells empty cells. Programs do not agree whether one whose formula
// gives "" is empty to "=" and "<>".
func (c criterion) meetsEmpty(v value) (bool, error) {
	if v.kind == aText && v.s == "" && !c.bare {
		return false, errNotWorkedOut
	}
	empty := v.kind == nothing || v.kind == aText && v.s == ""
	return empty == (c.op == "="), nil
}

const wildcards = "*?~"

// looseTilde is a ~ before an ordinary sign, as in 5~10kg. Some programs take
// it away and some do not.
var looseTilde = regexp.MustCompile(`~([^*?~]|$)`)

// wildcard matches * (any letters), ? (one letter) and ~ (the sign behind it
// itself), capitals and small letters alike.
func wildcard(pattern, text string) bool {
	p, t := []rune(strings.ToLower(pattern)), []rune(strings.ToLower(text))
	star, retry := -1, 0
	i, j := 0, 0
	for j < len(t) {
		step := 1
		if i+1 < len(p) && p[i] == '~' {
			step = 2
		}
		switch {
		case i < len(p) && step == 1 && p[i] == '*':
			star, retry = i, j
			i++
		case i < len(p) && (step == 1 && p[i] == '?' || p[i+step-1] == t[j]):
			i, j = i+step, j+1
		case star >= 0:
			retry++
			i, j = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// condition is a criterion with the range it is asked of.
type condition struct {
	area
	criterion
}

func (x *evaluation) conditions(args []*node) ([]condition, error) {
	var out []condition
	for len(args) > 1 {
		a, err := x.oneArea(args[0])
		if err != nil {
			return nil, err
		}
		v, err := x.value(args[1])
		if err != nil {
			return nil, err
		}
		c, err := criterionOf(v)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 && (a.rows() != out[0].rows() || a.cols() != out[0].cols()) {
			return nil, errNotWorkedOut
		}
		out, args = append(out, condition{a, c}), args[2:]
	}
	if len(args) > 0 || len(out) == 0 {
		return nil, errNotWorkedOut
	}
	return out, nil
}

// met reports whether all conditions hold at a distance from their first cells.
func (x *evaluation) met(list []condition, down, right int) (bool, error) {
	for _, c := range list {
		cell, _ := x.k.cell(address{c.sheets[0], position{c.Row1 + down, c.Col1 + right}})
		v, err := x.caught(x.k.valueOf(c.sheets[0], cell, x.depth))
		if err != nil {
			return false, err
		}
		if c.pattern {
			err = x.k.spend(len(c.than.s) * len(v.s) / stepBytes)
		}
		is := false
		if err == nil {
			is, err = c.meets(v)
		}
		if !is || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sumIf is SUMIF(range, criterion, sum): what is summed has the shape of the
// range, whatever is written.
func (x *evaluation) sumIf(args []*node) (value, error) {
	if len(args) != 2 && len(args) != 3 {
		return value{}, errNotWorkedOut
	}
	list, err := x.conditions(args[:2])
	if err != nil {
		return value{}, err
	}
	sum := list[0].area
	if len(args) == 3 {
		if sum, err = x.oneArea(args[2]); err != nil {
			return value{}, err
		}
		sum.Row2, sum.Col2 = sum.Row1+list[0].rows()-1, sum.Col1+list[0].cols()-1
	}
	return x.sumWhere(sum, list)
}

func (x *evaluation) sumIfs(args []*node) (value, error) {
	if len(args) == 0 {
		return value{}, errNotWorkedOut
	}
	sum, err := x.oneArea(args[0])
	if err != nil {
		return value{}, err
	}
	list, err := x.conditions(args[1:])
	if err != nil {
		return value{}, err
	}
	if sum.rows() != list[0].rows() || sum.cols() != list[0].cols() {
		return value{}, errNotWorkedOut
	}
	return x.sumWhere(sum, list)
}

func (x *evaluation) sumWhere(sum area, list []condition) (value, error) {
	out := total{k: x.k, rest: zero}
	err := x.k.scan(sum, func(s *grid.Sheet, c grid.Cell) error {
		ok, err := x.met(list, c.Row-sum.Row1, c.Col-sum.Col1)
		if !ok || err != nil {
			return err
		}
		v, err := x.k.valueOf(s, c, x.depth)
		if err == nil && v.kind == aNumber {
			err = out.add(v.n)
		}
		return err
	})
	if err != nil {
		return value{}, err
	}
	n, err := out.number()
	return numberOf(n), err
}

// countIfs goes through the cells the file has of the first range and adds the
// empty ones, if they meet the criterion too.
func (x *evaluation) countIfs(args []*node) (value, error) {
	list, err := x.conditions(args)
	if err != nil {
		return value{}, err
	}
	first := list[0]
	count, seen := 0, 0
	err = x.k.scan(first.area, func(_ *grid.Sheet, c grid.Cell) error {
		seen++
		ok, err := x.met(list, c.Row-first.Row1, c.Col-first.Col1)
		if ok {
			count++
		}
		return err
	})
	if err != nil {
		return value{}, err
	}
	empty, err := first.meets(value{})
	if err == nil && empty && len(list) > 1 {
		err = errNotWorkedOut
	}
	out := new(big.Rat).SetInt64(int64(count))
	if empty {
		out.SetInt64(int64(count + first.rows()*first.cols() - seen))
	}
	return numberOf(out), err
}
