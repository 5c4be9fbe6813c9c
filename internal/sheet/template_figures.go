package sheet

import (
	"math"
	"strconv"
	"strings"

	"changbei/internal/grid"
)

// figures works out the plain formulas of a filled sheet: the four rules, SUM
// and its like over cells of the workbook. The library can do far more and is
// asked for the rest, but it takes twenty times as long for a product, and a
// table has one in every line.
type figures struct {
	numbers  map[[2]int]float64
	formulas map[[2]int]string
	open     map[[2]int]bool         // being worked out, to tell a circle
	text     func(row, col int) bool // whether a cell without a number holds a text
	sheets   map[string]*figures     // of the whole workbook, by name
}

// newFigures makes room for so many numbers and formulas.
func newFigures(size int, sheets map[string]*figures, text func(row, col int) bool) *figures {
	return &figures{sheets: sheets, numbers: make(map[[2]int]float64, size), formulas: make(map[[2]int]string, size), open: map[[2]int]bool{}, text: text}
}

// note remembers what was put into a cell.
func (g *figures) note(row, col int, content any) {
	switch v := content.(type) {
	case int64:
		g.numbers[[2]int{row, col}] = float64(v)
	case float64:
		g.numbers[[2]int{row, col}] = v
	}
}

// noteCell remembers a cell of the template that stays as it is.
func (g *figures) noteCell(row int, c grid.Cell) {
	if c.Kind != grid.Number {
		return
	}
	if v, err := strconv.ParseFloat(c.Raw, 64); err == nil {
		g.numbers[[2]int{row, c.Col}] = v
	}
}

// cell gives a cell's number; blank cells are 0. Not ok: a text, or a formula
// that is not plain.
func (g *figures) cell(row, col int) (float64, bool) {
	at := [2]int{row, col}
	if v, ok := g.numbers[at]; ok {
		return v, true
	}
	text, ok := g.formulas[at]
	if !ok {
		return 0, !g.text(row, col)
	}
	if g.open[at] {
		return 0, false
	}
	g.open[at] = true
	defer delete(g.open, at)
	e := &sumReader{figures: g, formula: text}
	v, ok := e.terms()
	if !ok || e.peek() != 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, false
	}
	g.numbers[at] = v
	return v, true
}

// plainNumber writes a number with the 15 digits a workbook keeps.
func plainNumber(v float64) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		short = v
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// sumReader reads one formula left to right.
type sumReader struct {
	*figures
	formula string
	at      int
	depth   int
}

// maxNesting keeps a formula of open brackets from using up the stack.
const maxNesting = 50

func (e *sumReader) peek() byte {
	for e.at < len(e.formula) && e.formula[e.at] == ' ' {
		e.at++
	}
	if e.at == len(e.formula) {
		return 0
	}
	return e.formula[e.at]
}

func (e *sumReader) terms() (float64, bool) {
	v, ok := e.factors()
	for ok && (e.peek() == '+' || e.peek() == '-') {
		minus := e.peek() == '-'
		e.at++
		var right float64
		if right, ok = e.factors(); minus {
			right = -right
		}
		v += right
	}
	return v, ok
}

func (e *sumReader) factors() (float64, bool) {
	v, ok := e.operand()
	for ok && (e.peek() == '*' || e.peek() == '/') {
		over := e.peek() == '/'
		e.at++
		var right float64
		if right, ok = e.operand(); over {
			ok = ok && right != 0
			v /= right
		} else {
			v *= right
		}
	}
	return v, ok
}

func (e *sumReader) operand() (float64, bool) {
	if e.depth++; e.depth > maxNesting {
		return 0, false
	}
	defer func() { e.depth-- }()
	switch c := e.peek(); {
	case c == '-':
		e.at++
		v, ok := e.operand()
		return -v, ok
	case c == '(':
		e.at++
		v, ok := e.terms()
		return v, e.closes() && ok
	case c >= '0' && c <= '9' || c == '.':
		start := e.at
		for e.at < len(e.formula) && (e.formula[e.at] >= '0' && e.formula[e.at] <= '9' || e.formula[e.at] == '.') {
			e.at++
		}
		v, err := strconv.ParseFloat(e.formula[start:e.at], 64)
		return v, err == nil && e.peek() != ':' // 5:5 is rows, not a number
	}
	from := e.sheet()
	word := e.word()
	if e.peek() == '(' {
		return e.call(strings.ToUpper(word))
	}
	r, ok := parseReference(word)
	if !ok || from == nil || r.col == "" || e.peek() == ':' {
		return 0, false
	}
	return from.cell(r.row, columnOf(r))
}

func (e *sumReader) closes() bool {
	if e.peek() != ')' {
		return false
	}
	e.at++
	return true
}

func (e *sumReader) word() string {
	start := e.at
	for e.at < len(e.formula) && isWordByte(e.formula[e.at]) {
		e.at++
	}
	return e.formula[start:e.at]
}

// columnOf is the number of a reference's column.
func columnOf(r reference) int {
	_, col, _ := parseRef([]byte(strings.Trim(r.col, "$") + "1"))
	return col
}

// call reads the arguments of a function that adds up.
func (e *sumReader) call(name string) (float64, bool) {
	e.at++
	var values []float64
	for e.peek() != ')' {
		more, ok := e.argument()
		if !ok {
			return 0, false
		}
		if values = append(values, more...); e.peek() == ',' {
			e.at++
		} else if e.peek() != ')' {
			return 0, false
		}
	}
	e.at++
	return applied(name, values)
}

func applied(name string, values []float64) (float64, bool) {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	switch {
	case name == "SUM":
		return sum, true
	case name == "COUNT":
		return float64(len(values)), true
	case name == "AVERAGE" && len(values) > 0:
		return sum / float64(len(values)), true
	case name == "MAX" && len(values) > 0:
		return extreme(values, math.Max), true
	case name == "MIN" && len(values) > 0:
		return extreme(values, math.Min), true
	}
	return 0, false
}

func extreme(values []float64, pick func(a, b float64) float64) float64 {
	out := values[0]
	for _, v := range values[1:] {
		out = pick(out, v)
	}
	return out
}

// argument is a range, whose texts and blanks do not count, or a term.
func (e *sumReader) argument() ([]float64, bool) {
	start := e.at
	e.peek()
	from := e.sheet()
	first, ok := parseReference(e.word())
	if ok && from != nil && first.col != "" {
		second := first
		if e.peek() == ':' {
			e.at++
			second, ok = parseReference(e.word())
		}
		if c := e.peek(); ok && second.col != "" && (c == ',' || c == ')') {
			return from.inRange(first, second)
		}
	}
	e.at = start
	v, ok := e.terms()
	return []float64{v}, ok
}

// sheet reads the name of another sheet before a reference: 表!A1, '表 1'!A1.
// Without one it is the formula's own; nil = there is no such sheet.
func (e *sumReader) sheet() *figures {
	start := e.at
	name := ""
	if e.at < len(e.formula) && e.formula[e.at] == '\'' {
		end := quotedEnd(e.formula, e.at)
		name, e.at = strings.Trim(e.formula[e.at:end], "'"), end
	} else {
		name = e.word()
	}
	if e.at >= len(e.formula) || e.formula[e.at] != '!' {
		e.at = start
		return e.figures
	}
	e.at++
	return e.sheets[name]
}

func (e *figures) inRange(first, second reference) ([]float64, bool) {
	from, to := columnOf(first), columnOf(second)
	if (second.row-first.row+1)*(to-from+1) > maxHeldCells {
		return nil, false
	}
	var out []float64
	for row := first.row; row <= second.row; row++ {
		for col := from; col <= to; col++ {
			at := [2]int{row, col}
			if v, known := e.numbers[at]; known {
				out = append(out, v)
			} else if _, isFormula := e.formulas[at]; isFormula {
				v, ok := e.cell(row, col)
				if !ok {
					return nil, false
				}
				out = append(out, v)
			}
		}
	}
	return out, true
}
