package sheet

import (
	"slices"
	"strconv"
	"strings"
)

// rowRepeat is a row that became n rows: what stood below it moved down by n-1,
// and what covered it covers all of them. n 0 leaves the row blank.
type rowRepeat struct {
	sheet string
	row   int
	n     int
}

// added is how far everything below moves.
func (s rowRepeat) added() int { return max(0, s.n-1) }

// moved is where a row stands now.
func (s rowRepeat) moved(row int) int {
	if s.row > 0 && row > s.row {
		return row + s.added()
	}
	return row
}

// end is where the end of a range stands that covered a row.
func (s rowRepeat) end(row int) int {
	if s.row > 0 && row >= s.row {
		return row + s.added()
	}
	return row
}

// aggregates are the functions that take SUM(D5) as the sum of a column with
// one line, so that a lone cell of the repeated row means all lines.
var aggregates = []string{"SUM", "SUBTOTAL", "AVERAGE", "COUNT", "COUNTA", "COUNTBLANK", "MAX", "MIN", "PRODUCT", "SUMPRODUCT", "AGGREGATE"}

// reference is one cell, row or column end in a formula.
type reference struct {
	col   string // with its $, "" of whole rows
	row   int
	fixed bool // $ before the row
}

func (r reference) text(row int) string {
	mark := ""
	if r.fixed {
		mark = "$"
	}
	return r.col + mark + strconv.Itoa(row)
}

// parseReference reads D5, $D$5, and of whole rows 5 and $5.
func parseReference(word string) (reference, bool) {
	i := 0
	if strings.HasPrefix(word, "$") {
		i = 1
	}
	letters := i
	for letters < len(word) && (word[letters]|0x20) >= 'a' && (word[letters]|0x20) <= 'z' {
		letters++
	}
	r := reference{}
	if letters > i {
		if letters-i > 3 {
			return r, false
		}
		r.col = word[:letters]
		i = letters
		r.fixed = strings.HasPrefix(word[i:], "$")
		if r.fixed {
			i++
		}
	} else {
		r.fixed = i == 1
	}
	n, ok := parseCount([]byte(word[i:]), MaxRow)
	r.row = n
	return r, ok && n > 0
}

// rewriter walks through a formula and moves what points at stretched rows.
type rewriter struct {
	text    string
	home    string // the sheet of unqualified references
	sheets  map[string]rowRepeat
	inRow   bool // the formula stands in the repeated row itself
	widen   bool // a lone cell of the repeated row means all lines
	out     strings.Builder
	calls   []string // open functions
	pointed string   // the sheet named before the next reference, "" = home
}

// stretched gives a formula after rows were repeated. lone says that a single
// cell of the repeated row stands for all lines wherever it is, as in a chart;
// otherwise only in functions that add up.
func stretched(text, home string, sheets map[string]rowRepeat, inRow, lone bool) string {
	w := &rewriter{text: text, home: home, sheets: sheets, inRow: inRow, widen: lone}
	for i := 0; i < len(text); {
		i = w.step(i)
	}
	return w.out.String()
}

func (w *rewriter) step(i int) int {
	c := w.text[i]
	switch {
	case c == '"' || c == '\'':
		return w.quoted(i)
	case isWordByte(c):
		return w.word(i)
	case c == '(':
		w.calls = append(w.calls, "")
	case c == ')' && len(w.calls) > 0:
		w.calls = w.calls[:len(w.calls)-1]
	case c == '[':
		// A table's column or another file: nothing in it is a cell.
		if end := strings.IndexByte(w.text[i:], ']'); end > 0 {
			w.out.WriteString(w.text[i : i+end+1])
			return i + end + 1
		}
	}
	w.out.WriteByte(c)
	return i + 1
}

func (w *rewriter) quoted(i int) int {
	end := i + 1
	for end < len(w.text) {
		if w.text[end] == w.text[i] {
			if end+1 >= len(w.text) || w.text[end+1] != w.text[i] {
				break
			}
			end++ // a doubled quote is one character
		}
		end++
	}
	end = min(end+1, len(w.text))
	if w.text[i] == '\'' && end < len(w.text) && w.text[end] == '!' {
		w.pointed = strings.ReplaceAll(strings.Trim(w.text[i:end], "'"), "''", "'")
		w.out.WriteString(w.text[i : end+1])
		return end + 1
	}
	w.out.WriteString(w.text[i:end])
	return end
}

func (w *rewriter) wordEnd(i int) int {
	for i < len(w.text) && isWordByte(w.text[i]) {
		i++
	}
	return i
}

func (w *rewriter) word(i int) int {
	end := w.wordEnd(i)
	word := w.text[i:end]
	switch {
	case end < len(w.text) && w.text[end] == '(':
		w.calls = append(w.calls, strings.ToUpper(strings.TrimPrefix(word, "_xlfn.")))
		w.out.WriteString(word + "(")
		return end + 1
	case end < len(w.text) && w.text[end] == '!':
		w.pointed = word
		w.out.WriteString(word + "!")
		return end + 1
	}
	s, ok := w.sheets[w.target()]
	w.pointed = ""
	first, isRef := parseReference(word)
	second, behind, isRange := w.rangeEnd(end, first, isRef)
	switch {
	case !ok || !isRef || !isRange && first.col == "":
		w.out.WriteString(w.text[i:max(end, behind)])
	case isRange:
		w.out.WriteString(w.rangeText(s, first, second))
	default:
		w.out.WriteString(w.cellText(s, first))
	}
	return max(end, behind)
}

func (w *rewriter) target() string {
	if w.pointed != "" {
		return w.pointed
	}
	return w.home
}

// rangeEnd reads ":E9" behind a reference.
func (w *rewriter) rangeEnd(end int, first reference, isRef bool) (second reference, behind int, ok bool) {
	if !isRef || end >= len(w.text) || w.text[end] != ':' {
		return second, 0, false
	}
	behind = w.wordEnd(end + 1)
	second, ok = parseReference(w.text[end+1 : behind])
	if !ok || (second.col == "") != (first.col == "") {
		return second, 0, false
	}
	return second, behind, true
}

func (w *rewriter) rangeText(s rowRepeat, first, second reference) string {
	from, to := s.moved(first.row), s.end(second.row)
	if second.row < s.row || first.row > s.row {
		to = s.moved(second.row)
	}
	if w.inRow && second.row == s.row && !second.fixed {
		to = second.row // its own row: each line means itself
	}
	return first.text(from) + ":" + second.text(to)
}

func (w *rewriter) cellText(s rowRepeat, r reference) string {
	adds := w.widen || len(w.calls) > 0 && slices.Contains(aggregates, w.calls[len(w.calls)-1])
	if r.row != s.row || !adds || w.inRow && !r.fixed || s.added() == 0 {
		return r.text(s.moved(r.row))
	}
	return r.text(r.row) + ":" + r.text(s.end(r.row))
}
