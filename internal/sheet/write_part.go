package sheet

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetPart writes the part of one sheet as it goes, row after row, straight
// into its compressed form. The library's own stream takes twice as long for
// each cell, and keeps a large sheet in a temporary file.
type sheetPart struct {
	out    io.Writer
	names  []string // of the columns, A first
	buf    []byte
	merges []string
}

// writtenCell is a table cell or a piece of a line: a value in a look.
type writtenCell struct {
	style   int // 0 = no cell here at all
	value   Value
	formula string
}

const (
	partHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`
	partTail = `</worksheet>`
)

// begin writes what stands before the rows: columns of the given widths, and
// panes frozen below the heading.
func (p *sheetPart) begin(shapes []columnShape, frozen int, first bool) error {
	b := append(p.buf[:0], partHead...)
	b = append(b, `<sheetViews><sheetView workbookViewId="0"`...)
	if first {
		b = append(b, ` tabSelected="1"`...)
	}
	below := "A" + strconv.Itoa(frozen+1)
	b = append(b, `><pane ySplit="`+strconv.Itoa(frozen)+`" topLeftCell="`+below+`" activePane="bottomLeft" state="frozen"/>`+
		`<selection pane="bottomLeft" activeCell="`+below+`" sqref="`+below+`"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`...)
	for i, s := range shapes {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		p.names = append(p.names, name)
		n := strconv.Itoa(i + 1)
		b = append(b, `<col min="`+n+`" max="`+n+`" width="`...)
		b = strconv.AppendFloat(b, s.width, 'f', -1, 64)
		b = append(b, `" customWidth="1"/>`...)
	}
	b = append(b, `</cols><sheetData>`...)
	return p.flush(b)
}

func (p *sheetPart) flush(b []byte) error {
	p.buf = b
	_, err := p.out.Write(b)
	return err
}

// row writes one row of a height in points.
func (p *sheetPart) row(n int, cells []writtenCell, height float64) error {
	b := append(p.buf[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, `" ht="`...)
	b = strconv.AppendFloat(b, height, 'f', -1, 64)
	b = append(b, `" customHeight="1">`...)
	for i := range cells {
		if c := &cells[i]; c.style != 0 {
			b = append(append(b, `<c r="`...), p.names[i]...)
			b = strconv.AppendInt(b, int64(n), 10)
			b = append(b, `" s="`...)
			b = strconv.AppendInt(b, int64(c.style), 10)
			b = c.append(append(b, '"'))
		}
	}
	return p.flush(append(b, `</row>`...))
}

// append ends a cell that was begun: its sort, formula and value.
func (c *writtenCell) append(b []byte) []byte {
	text, isText := c.value.written()
	switch {
	case isText && text != "":
		return appendInline(b, text)
	case isText || c.value.blank():
		return append(b, `/>`...)
	}
	b = append(b, '>')
	if c.formula != "" {
		b = append(appendEscaped(append(b, `<f>`...), c.formula), `</f>`...)
	}
	b = append(b, `<v>`...)
	return append(c.value.appendNumber(b), `</v></c>`...)
}

// written is the text of a value that is written as one: a text, or a day
// before the days that all programs count alike.
func (v Value) written() (string, bool) {
	switch v.form {
	case textForm:
		return cleanText(v.text), true
	case dayForm:
		if v.serial() < firstSerial {
			return v.day.String(), true
		}
	}
	return "", false
}

// appendNumber writes a figure exactly, as digits.
func (v Value) appendNumber(b []byte) []byte {
	switch v.form {
	case quantityForm:
		return appendDecimal(b, v.n, 3)
	case moneyForm:
		return appendDecimal(b, v.n, 2)
	case dayForm:
		return strconv.AppendInt(b, v.serial(), 10)
	}
	return strconv.AppendInt(b, v.n, 10)
}

// appendDecimal writes n units of which the last digits are decimals, without
// zeros at the end.
func appendDecimal(b []byte, n int64, decimals int) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	b = strconv.AppendInt(b, n/unit, 10)
	rest := n % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for unit /= 10; rest > 0; unit /= 10 {
		b, rest = append(b, byte('0'+rest/unit)), rest%unit
	}
	return b
}

// appendInline writes a text as a string of its own, never a formula.
func appendInline(b []byte, s string) []byte {
	b = append(b, ` t="inlineStr"><is><t`...)
	if strings.TrimSpace(s) != s {
		b = append(b, ` xml:space="preserve"`...)
	}
	return append(appendEscaped(append(b, '>'), s), `</t></is></c>`...)
}

// escapeLike are texts that look like the escapes by which workbooks store
// control characters (_x000D_); their first sign is escaped itself.
var escapeLike = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

func appendEscaped(b []byte, s string) []byte {
	if strings.Contains(s, "_x") {
		s = escapeLike.ReplaceAllString(s, "_x005F_$1")
	}
	if !strings.ContainsAny(s, "&<>\"'\t\r") {
		return append(b, s...)
	}
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(s)) // a Builder takes everything
	return append(b, strings.ReplaceAll(escaped.String(), "&#xA;", "\n")...)
}

// merge joins a rectangle once the rows are written.
func (p *sheetPart) merge(row1, col1, row2, col2 int) {
	p.merges = append(p.merges, p.names[col1-1]+strconv.Itoa(row1)+":"+p.names[col2-1]+strconv.Itoa(row2))
}

// end writes what stands behind the rows: merged cells and the page.
func (p *sheetPart) end(d *Document) error {
	b := append(p.buf[:0], `</sheetData>`...)
	if len(p.merges) > 0 {
		b = append(b, `<mergeCells count="`+strconv.Itoa(len(p.merges))+`">`...)
		for _, m := range p.merges {
			b = append(b, `<mergeCell ref="`+m+`"/>`...)
		}
		b = append(b, `</mergeCells>`...)
	}
	return p.flush(append(d.appendPage(b), partTail...))
}
