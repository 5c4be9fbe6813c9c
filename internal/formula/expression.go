package formula

import (
	"strings"

	"changbei/internal/grid"
)

// node is one part of a formula. A chain holds operands of one rank and what
// stands between them, so that a thousand terms are not a thousand levels deep.
type node struct {
	kind nodeKind
	name string   // of a function
	ops  []string // ops[i] stands between args[i] and args[i+1]
	args []*node  // nil = an argument left out: IF(A1,,2)
	leaf value
	area area
}

type nodeKind uint8

const (
	constantNode nodeKind = iota
	areaNode
	chainNode
	negativeNode
	percentNode
	callNode
)

// area is a reference: cells of one sheet, or the same cells of several that
// stand side by side (一月:十二月!B3).
type area struct {
	sheets []*grid.Sheet
	grid.Merge
}

func (a area) single() bool {
	return len(a.sheets) == 1 && a.Row1 == a.Row2 && a.Col1 == a.Col2
}

func (a area) rows() int { return a.Row2 - a.Row1 + 1 }
func (a area) cols() int { return a.Col2 - a.Col1 + 1 }

// The last row and column a sheet can have.
const (
	maxSheetRow = 1 << 20
	maxSheetCol = 1 << 14
)

// expression reads the text of one formula into nodes.
type expression struct {
	k     *Calculator
	sheet *grid.Sheet
	text  string
	at    int
	level int // open brackets, so that ((((… ends
}

const maxBrackets = 50

// nodeWork is what it takes to read an operand, in looks at a cell.
const nodeWork = 2

// ranks are the operators from the loosest to the tightest. A sign binds
// tighter than all of them, as in Excel: -2^2 is 4. Of two that begin alike the
// longer comes first.
var ranks = [][]string{{"<>", "<=", ">=", "=", "<", ">"}, {"&"}, {"+", "-"}, {"*", "/"}, {"^"}}

func (e *expression) whole() (*node, error) {
	n, err := e.chain(0)
	if err != nil || e.peek() != 0 {
		return nil, errNotWorkedOut
	}
	return n, nil
}

// peek gives the next byte that is no blank, 0 at the end.
func (e *expression) peek() byte {
	for e.at < len(e.text) && strings.IndexByte(" \n\r\t", e.text[e.at]) >= 0 {
		e.at++
	}
	if e.at == len(e.text) {
		return 0
	}
	return e.text[e.at]
}

// next takes a byte if it is the next one.
func (e *expression) next(c byte) bool {
	if e.peek() != c {
		return false
	}
	e.at++
	return true
}

func (e *expression) take(is func(c byte) bool) string {
	start := e.at
	for e.at < len(e.text) && is(e.text[e.at]) {
		e.at++
	}
	return e.text[start:e.at]
}

// deeper counts an open bracket, a sign or a function.
func (e *expression) deeper() error {
	if e.level++; e.level > maxBrackets {
		return errNotWorkedOut
	}
	return nil
}

func (e *expression) chain(rank int) (*node, error) {
	if rank == len(ranks) {
		return e.signed()
	}
	first, err := e.chain(rank + 1)
	if err != nil {
		return nil, err
	}
	op := e.operator(rank)
	if op == "" {
		return first, nil
	}
	n := &node{kind: chainNode, args: []*node{first}}
	for ; op != ""; op = e.operator(rank) {
		right, err := e.chain(rank + 1)
		if err != nil {
			return nil, err
		}
		n.ops, n.args = append(n.ops, op), append(n.args, right)
	}
	return n, nil
}

func (e *expression) operator(rank int) string {
	if c := e.peek(); c == 0 || c == ',' || c == ')' {
		return ""
	}
	for _, op := range ranks[rank] {
		if strings.HasPrefix(e.text[e.at:], op) {
			e.at += len(op)
			return op
		}
	}
	return ""
}

func (e *expression) signed() (*node, error) {
	c := e.peek()
	if c == '-' || c == '+' {
		e.at++
		if err := e.deeper(); err != nil {
			return nil, err
		}
		n, err := e.signed()
		e.level--
		if err != nil || c == '+' {
			return n, err
		}
		return &node{kind: negativeNode, args: []*node{n}}, nil
	}
	n, err := e.operand()
	if err == nil && e.next('%') {
		n = &node{kind: percentNode, args: []*node{n}}
	}
	return n, err
}

func (e *expression) operand() (*node, error) {
	if err := e.k.spend(nodeWork); err != nil {
		return nil, err
	}
	switch c := e.peek(); {
	case c == '(':
		return e.bracket()
	case c == '"':
		s, err := e.quoted('"')
		return &node{leaf: textOf(s)}, err
	case c == '\'':
		name, err := e.quoted('\'')
		if err != nil || e.peek() != '!' {
			return nil, errNotWorkedOut
		}
		first, last, _ := strings.Cut(name, ":")
		return e.elsewhere(first, last)
	case isDigit(c) || c == '.':
		return e.number()
	case isWord(c):
		return e.named()
	}
	return nil, errNotWorkedOut // also {1,2}, #REF!, [1]Sheet1!A1 and @A1
}

func (e *expression) bracket() (*node, error) {
	if err := e.deeper(); err != nil {
		return nil, err
	}
	e.at++
	n, err := e.chain(0)
	if err != nil || !e.next(')') {
		return nil, errNotWorkedOut
	}
	e.level--
	return n, nil
}

// quoted reads "…" or '…', in which the mark itself is doubled.
func (e *expression) quoted(mark byte) (string, error) {
	var b strings.Builder
	for e.at++; e.at < len(e.text); e.at++ {
		if e.text[e.at] == mark {
			if e.at++; e.at == len(e.text) || e.text[e.at] != mark {
				return b.String(), nil
			}
		}
		b.WriteByte(e.text[e.at])
	}
	return "", errNotWorkedOut
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWord reports the bytes of names, of cells and of sheets without quotes.
func isWord(c byte) bool {
	return isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80 || c == '$' || c == '_' || c == '.'
}

// number reads 12, 1.5 and 1E-3, and 3:3 and 3月!A1, which begin like one.
func (e *expression) number() (*node, error) {
	start := e.at
	e.take(isWord)
	if c := e.peek(); c == '!' || c == ':' {
		e.at = start
		return e.named()
	}
	e.at = start
	e.take(func(c byte) bool { return isDigit(c) || c == '.' })
	if rest := e.text[e.at:]; len(rest) > 1 && rest[0]|0x20 == 'e' {
		digits := strings.TrimLeft(rest[1:], "+-")
		if len(rest)-1-len(digits) <= 1 && digits != "" && isDigit(digits[0]) {
			e.at += len(rest) - len(digits)
			e.take(isDigit)
		}
	}
	v, _, err := ratOf(e.text[start:e.at])
	return &node{leaf: numberOf(v)}, err
}

// named reads what begins with a word: a function, TRUE, a cell, a range, or
// a sheet and its cells. Names that a workbook defines are not known.
func (e *expression) named() (*node, error) {
	start := e.at
	word := e.take(isWord)
	switch e.peek() {
	case '(':
		return e.call(strings.ToUpper(word))
	case '!':
		return e.elsewhere(word, "")
	case ':':
		e.at++
		e.peek()
		if last := e.take(isWord); last != "" && e.peek() == '!' {
			return e.elsewhere(word, last)
		}
	}
	if name := strings.ToUpper(word); name == "TRUE" || name == "FALSE" {
		return &node{leaf: truthOf(name == "TRUE")}, nil
	}
	e.at = start
	return e.reference([]*grid.Sheet{e.sheet})
}

// elsewhere reads the cells behind the name of a sheet, or of the first and
// the last of several.
func (e *expression) elsewhere(first, last string) (*node, error) {
	e.at++
	sheets, err := e.k.sheetsNamed(first, last)
	if err != nil {
		return nil, err
	}
	return e.reference(sheets)
}

// reference reads A1, $A$1, A1:B2, A:A and 3:3.
func (e *expression) reference(sheets []*grid.Sheet) (*node, error) {
	row, col, ok := corner(e.take(isWord))
	row2, col2, ranged := row, col, false
	if ok && e.next(':') {
		e.peek()
		row2, col2, ok = corner(e.take(isWord))
		ok = ok && (row == 0) == (row2 == 0) && (col == 0) == (col2 == 0)
		ranged = true
	}
	if !ok || (row == 0 || col == 0) && !ranged {
		return nil, errNotWorkedOut
	}
	m := grid.Merge{Row1: min(row, row2), Col1: min(col, col2), Row2: max(row, row2), Col2: max(col, col2)}
	if row == 0 {
		m.Row1, m.Row2 = 1, maxSheetRow
	}
	if col == 0 {
		m.Col1, m.Col2 = 1, maxSheetCol
	}
	return &node{kind: areaNode, area: area{sheets, m}}, nil
}

// corner reads B3, and the B of B:B and the 3 of 3:3, whose other part is 0.
func corner(word string) (row, col int, ok bool) {
	rest := strings.TrimPrefix(word, "$")
	for rest != "" && rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z' && col <= maxSheetCol {
		col, rest = col*26+int(rest[0]|0x20-'a')+1, rest[1:]
	}
	if col > 0 {
		rest = strings.TrimPrefix(rest, "$")
	}
	if strings.HasPrefix(rest, "0") {
		return 0, 0, false
	}
	for rest != "" && isDigit(rest[0]) && row <= maxSheetRow {
		row, rest = row*10+int(rest[0]-'0'), rest[1:]
	}
	complete := rest == "" && !strings.HasSuffix(word, "$")
	return row, col, complete && row+col > 0 && row <= maxSheetRow && col <= maxSheetCol
}

// call reads the arguments of a function.
func (e *expression) call(name string) (*node, error) {
	if err := e.deeper(); err != nil {
		return nil, err
	}
	n := &node{kind: callNode, name: strings.TrimPrefix(strings.TrimPrefix(name, "_XLFN."), "_XLWS.")}
	e.at++
	if e.next(')') {
		e.level--
		return n, nil
	}
	for {
		if err := e.k.spend(1); err != nil {
			return nil, err
		}
		var arg *node
		if c := e.peek(); c != ',' && c != ')' {
			var err error
			if arg, err = e.chain(0); err != nil {
				return nil, err
			}
		}
		n.args = append(n.args, arg)
		if e.next(',') {
			continue
		}
		if !e.next(')') {
			return nil, errNotWorkedOut
		}
		e.level--
		return n, nil
	}
}
