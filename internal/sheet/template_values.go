package sheet

import (
	"bytes"
	"encoding/xml"
	"io"
)

// withValues copies the rows of a sheet and puts what formulas come to beside
// them. The library writes every formula as one that gives a text, without a
// value. Own cutting, because a table has a formula in every line: the text is
// the library's, which writes each cell in one way.
func withValues(w io.Writer, rows []byte, values map[string]string) error {
	for len(values) > 0 {
		at := bytes.Index(rows, []byte("><f"))
		if at < 0 {
			break
		}
		start := bytes.LastIndex(rows[:at], []byte("<c "))
		end := bytes.Index(rows[at:], []byte("</c>"))
		if start < 0 || end < 0 {
			break
		}
		end += at
		if _, err := w.Write(rows[:start]); err != nil {
			return err
		}
		if err := formulaCell(w, rows[start:end], at-start, values); err != nil {
			return err
		}
		rows = rows[end:]
	}
	_, err := w.Write(rows)
	return err
}

// cellTypes are the attributes of the four kinds of value.
var cellTypes = map[byte]string{'n': "", 's': ` t="str"`, 'b': ` t="b"`, 'e': ` t="e"`}

// formulaCell writes one cell up to its end tag; tag is where its start tag
// ends.
func formulaCell(w io.Writer, cell []byte, tag int, values map[string]string) error {
	_, rest, _ := bytes.Cut(cell[:tag], []byte(` r="`))
	name, _, _ := bytes.Cut(rest, []byte(`"`))
	value, known := values[string(name)]
	if !known {
		_, err := w.Write(cell)
		return err
	}
	start, body := cell[:tag], cell[tag:]
	if v := bytes.Index(body, []byte("<v>")); v >= 0 {
		body = body[:v]
	}
	var out bytes.Buffer
	before, after, typed := bytes.Cut(start, []byte(` t="`))
	out.Write(before)
	if _, behind, ok := bytes.Cut(after, []byte(`"`)); typed && ok {
		out.Write(behind)
	}
	if value != "" {
		out.WriteString(cellTypes[value[0]])
	}
	out.Write(body)
	if value != "" {
		out.WriteString("<v>")
		xml.EscapeText(&out, []byte(value[1:]))
		out.WriteString("</v>")
	}
	_, err := w.Write(out.Bytes())
	return err
}
