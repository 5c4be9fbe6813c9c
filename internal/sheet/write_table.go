package sheet

import (
	"regexp"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// table writes the rows and hands each to the sums.
func (w *sheetWriter) table() error {
	for i := range w.doc.Rows {
		w.row++
		if err := w.tableRow(w.doc.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *sheetWriter) tableRow(r Row) error {
	var formulas []string
	var err error
	switch r.Kind {
	case Band:
		w.sums.band()
		return w.bandRow(r)
	case Subtotal:
		formulas, err = w.sums.subtotal(w.row, r, w.doc)
	case Total:
		formulas, err = w.sums.totals(w.row, r, w.doc)
	case Stated:
		w.sums.skip(w.row)
	default:
		w.sums.add(w.row, r)
		return w.cells(r, look{size: bodySize, framed: true}, nil, 0)
	}
	if err != nil {
		return err
	}
	k := look{size: bodySize, bold: true, framed: true}
	if r.Kind == Total {
		k.fill = totalFill
	}
	r, label := labelled(r, w.doc)
	w.merge(w.row, 1, w.row, max(1, label))
	return w.cells(r, k, formulas, label)
}

// labelled moves the word of a total row (合计) to the left edge and says over
// how many columns it is merged: the blank ones before the first column of
// figures. 0 means there is no such word.
func labelled(r Row, d *Document) (Row, int) {
	at := 0
	for at < len(r.Values) && r.Values[at].blank() {
		at++
	}
	if at >= len(r.Values) || r.Values[at].form != textForm || figuresBefore(d, at+1) {
		return r, 0
	}
	end := at + 1
	for end < len(d.Columns) && r.at(end).blank() && !d.Columns[end].Kind.figures() {
		end++
	}
	moved := Row{Kind: r.Kind, Values: append([]Value(nil), r.Values...)}
	moved.Values[0], moved.Values[at] = moved.Values[at], moved.Values[0]
	return moved, end
}

func figuresBefore(d *Document, n int) bool {
	for _, c := range d.Columns[:n] {
		if c.Kind.figures() {
			return true
		}
	}
	return false
}

// bandRow writes a heading inside the table, merged over its whole width.
func (w *sheetWriter) bandRow(r Row) error {
	text := ""
	for _, v := range r.Values {
		if !v.blank() {
			text = v.shown()
			break
		}
	}
	id, err := w.looks.id(look{size: bodySize, bold: true, framed: true, align: "left"})
	if err != nil {
		return err
	}
	cells := make([]writtenCell, len(w.shapes))
	for i := range cells {
		cells[i] = textCell("", id)
	}
	cells[0] = textCell(text, id)
	w.merge(w.row, 1, w.row, len(w.shapes))
	return w.setRow(cells, heightOf(countLines(text, fits(totalWidth(w.shapes), bodySize)), bodySize))
}

// cells writes a row cell by cell, the first label columns merged and centred.
func (w *sheetWriter) cells(r Row, k look, formulas []string, label int) error {
	lines := 1
	for i := range w.shapes {
		v := r.at(i)
		id, err := w.style(r.Kind, k, v, i, label)
		if err != nil {
			return err
		}
		c := &w.cellsOfRow[i]
		*c = writtenCell{style: id, value: v, formula: v.formula(w.row)}
		if formulas != nil {
			c.formula = formulas[i]
		}
		if v.form == textForm {
			lines = max(lines, countLines(v.text, fits(w.textWidth(i, label), bodySize)))
		}
	}
	return w.setRow(w.cellsOfRow, heightOf(lines, bodySize))
}

// style is the look of a table's cell. It follows from the column, the sort of
// row and of value, so that each is worked out once and not for every row.
func (w *sheetWriter) style(row RowKind, k look, v Value, col, label int) (int, error) {
	at := cellSort{col: col, row: row, form: v.form, computed: v.computed, labelled: col < label}
	if v.form == quantityForm {
		at.decimals = decimalsOf(v.n)
	}
	if id, ok := w.styles[at]; ok {
		return id, nil
	}
	kind := w.doc.Columns[col].Kind
	k.format, k.align = formatOf(v, kind), alignOf(v, kind, w.shapes[col])
	if at.labelled {
		k.align = "center"
	}
	id, err := w.looks.id(k)
	w.styles[at] = id
	return id, err
}

// textWidth is the width of a cell, or of the merged label.
func (w *sheetWriter) textWidth(i, label int) float64 {
	if i < label {
		return totalWidth(w.shapes[:label])
	}
	return w.shapes[i].width
}

var ownCell = regexp.MustCompile(`\{(\d+)\}`)

// formula is a computed value's own in a row, "" for any other.
func (v Value) formula(row int) string {
	if !v.computed {
		return ""
	}
	return ownCell.ReplaceAllStringFunc(v.text, func(mark string) string {
		col, err := strconv.Atoi(mark[1 : len(mark)-1])
		if err != nil {
			return mark
		}
		name, err := excelize.ColumnNumberToName(col + 1)
		if err != nil {
			return mark
		}
		return name + strconv.Itoa(row)
	})
}

// serialEpoch is day 0 of the 1900 system as every program counts it from
// March 1900 on; earlier days differ between programs and become text.
const (
	serialEpoch = -25569 // days from 1970-01-01 to 1899-12-30
	firstSerial = 61     // 1900-03-01
	secondsADay = 24 * 60 * 60
)

// serial is the number of a day in a workbook.
func (v Value) serial() int64 { return v.day.Time().Unix()/secondsADay - serialEpoch }

// content is what the library is given for a value where it writes the cell:
// text, a number or nil.
func (v Value) content() any {
	if text, ok := v.written(); ok && text != "" {
		return text
	}
	switch v.form {
	case integerForm:
		return v.n
	case quantityForm, moneyForm:
		return v.number()
	case dayForm:
		return v.serial()
	}
	return nil
}
