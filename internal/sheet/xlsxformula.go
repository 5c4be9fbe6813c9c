package sheet

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/grid"
)

// maxExpanded bounds the text made from shared formulas: a long one may be
// shared by a million cells. Beyond it cells get a formula that gives nothing,
// never that of another cell.
const maxExpanded = 16 << 20

// sharedFormula is the formula of the first cell of a group.
type sharedFormula struct {
	row, col int
	text     string
}

// readFormula reads <f>. Cells that share a formula get it with the references
// moved, as if it had been typed there.
func (r *sheetScan) readFormula(c *cellParts) error {
	if c.hasFormula {
		return broken("单元格 %s 有两个公式", grid.Ref(r.row, r.col))
	}
	c.hasFormula = true
	shared, index := false, -1
	for _, a := range r.attrs {
		switch string(a.name) {
		case "t":
			shared = string(a.value) == "shared"
		case "si":
			if n, ok := parseCount(bytes.TrimSpace(a.value), MaxRow); ok {
				index = n
			}
		}
	}
	var err error
	if r.formula, err = r.readString(r.formula[:0], MaxFormula); err != nil {
		return err
	}
	c.formula = strings.TrimPrefix(string(unescapeX(r.formula)), "=")
	if !shared || index < 0 {
		return nil
	}
	if c.formula != "" {
		if r.shared == nil {
			r.shared = map[int]sharedFormula{}
		}
		r.shared[index] = sharedFormula{r.row, r.col, c.formula}
		return nil
	}
	c.formula = r.expand(index)
	return nil
}

func (r *sheetScan) expand(index int) string {
	master, ok := r.shared[index]
	if !ok || r.expanded > maxExpanded {
		return "#REF!" + master.text
	}
	text := moveFormula(master.text, r.row-master.row, r.col-master.col)
	r.expanded += len(text)
	return text
}

// moveFormula shifts the relative references of a formula. Texts in quotes,
// sheet names and function names stay.
func moveFormula(text string, rows, cols int) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			end := quotedEnd(text, i)
			out.WriteString(text[i:end])
			i = end
		case isWordByte(c):
			end := i
			for end < len(text) && isWordByte(text[end]) {
				end++
			}
			out.WriteString(moveWord(text, i, end, rows, cols))
			i = end
		default:
			out.WriteByte(c)
			i++
		}
	}
	return out.String()
}

// sheetSpan follows the first sheet of a range over sheets: 一月:三月!B3.
var sheetSpan = regexp.MustCompile(`^:[^ ,()!:]{1,31}!`)

// moveWord shifts text[start:end] if it is a reference.
func moveWord(text string, start, end, rows, cols int) string {
	word := text[start:end]
	switch {
	case end < len(text) && (text[end] == '(' || text[end] == '!'), sheetSpan.MatchString(text[end:]):
		return word
	case start > 0 && text[start-1] == ':', end < len(text) && text[end] == ':':
		if moved, ok := moveWhole(word, rows, cols); ok {
			return moved
		}
	}
	return moveRef(word, rows, cols)
}

// moveWhole shifts an end of a range of whole columns or rows: A:C, $3:5.
func moveWhole(word string, rows, cols int) (string, bool) {
	rest, fixed := strings.CutPrefix(word, "$")
	if n, err := strconv.Atoi(rest); err == nil && n >= 1 && n <= MaxRow {
		if !fixed {
			n += rows
		}
		return wholeRef(word, strconv.Itoa(n), n >= 1 && n <= MaxRow), true
	}
	_, col, ok := parseRef([]byte(rest + "1"))
	if !ok || strings.ContainsAny(rest, "0123456789") {
		return "", false
	}
	if !fixed {
		col += cols
	}
	return wholeRef(word, grid.ColumnName(max(col, 1)), col >= 1 && col <= MaxCol), true
}

// wholeRef is name with the $ that word had, if it lies on the sheet.
func wholeRef(word, name string, inside bool) string {
	switch {
	case !inside:
		return "#REF!"
	case word[0] == '$':
		return "$" + name
	}
	return name
}

func quotedEnd(text string, start int) int {
	if i := strings.IndexByte(text[start+1:], text[start]); i >= 0 {
		return start + i + 2
	}
	return len(text)
}

func isWordByte(c byte) bool {
	return c == '$' || c == '.' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// moveRef shifts a word if it is a cell reference such as B3, $B3 or B$3.
func moveRef(word string, rows, cols int) string {
	rest, fixedCol := strings.CutPrefix(word, "$")
	letters := 0
	for letters < len(rest) && (rest[letters]|0x20) >= 'a' && (rest[letters]|0x20) <= 'z' {
		letters++
	}
	digits, fixedRow := strings.CutPrefix(rest[letters:], "$")
	row, col, ok := parseRef([]byte(rest[:letters] + digits))
	if !ok {
		return word
	}
	var out strings.Builder
	if fixedCol {
		out.WriteByte('$')
	} else {
		col += cols
	}
	if !fixedRow {
		row += rows
	}
	if row < 1 || row > MaxRow || col < 1 || col > MaxCol {
		return "#REF!"
	}
	out.WriteString(grid.ColumnName(col))
	if fixedRow {
		out.WriteByte('$')
	}
	out.WriteString(strconv.Itoa(row))
	return out.String()
}
