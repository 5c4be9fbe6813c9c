package sheet

import "bytes"

// usualParts are the bytes that stand around a value in a usual cell.
var (
	usualStart = []byte("<c ")
	usualValue = []byte("<v>")
	usualEnd   = []byte("</v></c>")
	usualBlank = []byte("/>")
)

// usualCell reads a cell of the shape that nearly all have,
//
//	<c r="B7" s="3" t="s"><v>12</v></c>  or  <c r="B7" s="3"/>
//
// when it stands whole in the window. It saves half of the time of reading and
// decides nothing: done is false for any other cell, for every fault above all,
// and nothing has moved then, so that readCell judges it.
func (r *sheetScan) usualCell() (done bool, err error) {
	b := r.buf[r.pos:r.end]
	if r.selfClose || len(r.prefix) > 0 || !bytes.HasPrefix(b, usualStart) {
		return false, nil
	}
	c := cellParts{style: -1}
	col, at, ok := r.usualAttrs(b, &c)
	if !ok {
		return false, nil
	}
	var value []byte
	switch {
	case bytes.HasPrefix(b[at:], usualBlank):
		at += len(usualBlank)
	case b[at] == '>' && bytes.HasPrefix(b[at+1:], usualValue):
		start := at + 1 + len(usualValue)
		end := start
		for end < len(b) && byteClasses[b[end]]&(riskyByte|blankByte) == 0 {
			end++
		}
		if end-start > MaxCellText || !bytes.HasPrefix(b[end:], usualEnd) {
			return false, nil
		}
		value, c.hasValue = b[start:end], true
		at = end + len(usualEnd)
	default:
		return false, nil
	}
	r.pos += at
	*r.work += usualWork
	r.col, r.value = col, append(r.value[:0], value...)
	return true, r.emit(&c)
}

// usualWork is the number of tokens such a cell has, for maxWork.
const usualWork = 5

// usualAttrs reads the attributes r, s and t, each at most once and of letters
// and digits; at is where they end.
func (r *sheetScan) usualAttrs(b []byte, c *cellParts) (col, at int, ok bool) {
	col = r.col + 1
	var seen [128]bool
	for at = len(usualStart); ; at++ {
		if at+4 > len(b) || b[at+1] != '=' || b[at+2] != '"' || b[at] >= 128 || seen[b[at]] {
			return 0, 0, false
		}
		name, start := b[at], at+3
		seen[name] = true
		for at = start; at < len(b) && isAlphanumeric(b[at]); at++ {
		}
		if at+1 >= len(b) || b[at] != '"' {
			return 0, 0, false
		}
		value := b[start:at]
		switch name {
		case 'r':
			var row int
			row, col, ok = parseRef(value)
			ok = ok && row == r.row
		case 's':
			c.style, ok = parseCount(value, maxStyles)
		case 't':
			c.kind, ok = parseCellType(value)
		default:
			ok = false
		}
		if !ok {
			return 0, 0, false
		}
		if at++; b[at] != ' ' {
			return col, at, col > r.col && col <= MaxCol
		}
	}
}

func isAlphanumeric(c byte) bool {
	return c-'0' < 10 || (c|0x20)-'a' < 26
}
