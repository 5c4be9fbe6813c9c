package sheet

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// sheetWriter streams one document from its title down to its signatures.
type sheetWriter struct {
	doc    *Document
	stream *excelize.StreamWriter
	looks  *looks
	shapes []columnShape
	sums   *sums
	row    int // the last row written
	head   span
	bottom int // the last row of the table
}

// writeSheet fills one sheet. The order is excelize's: page set-up before the
// stream is opened, widths and panes before the first row.
func writeSheet(f *excelize.File, l *looks, name string, d *Document) error {
	if err := setPage(f, name, d); err != nil {
		return fmt.Errorf("sheet: page of %q: %w", name, err)
	}
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet: open %q: %w", name, err)
	}
	w := &sheetWriter{doc: d, stream: stream, looks: l, shapes: shapeColumns(d), sums: newSums(len(d.Columns))}
	w.head = d.headRows()
	steps := []func() error{
		w.columns, w.title, w.info, w.heading, w.table, w.notes, w.signatures, stream.Flush,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("sheet: write %q: %w", name, err)
		}
	}
	if err := w.names(f, name); err != nil {
		return fmt.Errorf("sheet: names of %q: %w", name, err)
	}
	return nil
}

// headRows is where the heading stands below title and line.
func (d *Document) headRows() span {
	top := 1
	if d.Title != "" {
		top++
	}
	if d.hasInfo() {
		top++
	}
	if d.grouped() {
		return span{top, top + 1}
	}
	return span{top, top}
}

func (d *Document) hasInfo() bool { return d.Left+d.Middle+d.Right != "" }

func (d *Document) grouped() bool {
	for _, c := range d.Columns {
		if c.Group != "" {
			return true
		}
	}
	return false
}

func (w *sheetWriter) columns() error {
	for i, s := range w.shapes {
		if err := w.stream.SetColWidth(i+1, i+1, s.width); err != nil {
			return err
		}
	}
	below, err := excelize.CoordinatesToCellName(1, w.head.to+1)
	if err != nil {
		return err
	}
	return w.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: w.head.to, TopLeftCell: below, ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: below, ActiveCell: below, Pane: "bottomLeft"}},
	})
}

func (w *sheetWriter) title() error {
	if w.doc.Title == "" {
		return nil
	}
	a := area{from: 1, to: len(w.shapes), text: w.doc.Title, align: "center"}
	lines := countLines(a.text, fits(totalWidth(w.shapes), titleSize))
	return w.line([]area{a}, look{size: titleSize, bold: true}, heightOf(lines, titleSize)+rowPadding)
}

func (w *sheetWriter) info() error {
	if !w.doc.hasInfo() {
		return nil
	}
	areas := infoAreas(w.doc, w.shapes)
	return w.line(areas, look{size: bodySize}, heightOf(linesOf(areas, w.shapes), bodySize))
}

func (w *sheetWriter) notes() error {
	w.bottom = w.row
	for _, note := range w.doc.Notes {
		a := area{from: 1, to: len(w.shapes), text: note, align: "left"}
		lines := countLines(note, fits(totalWidth(w.shapes), noteSize))
		if err := w.line([]area{a}, look{size: noteSize}, heightOf(lines, noteSize)); err != nil {
			return err
		}
	}
	return nil
}

// signatures stand a little apart, so that there is room to sign.
func (w *sheetWriter) signatures() error {
	if len(w.doc.Signatures) == 0 {
		return nil
	}
	areas := signatureAreas(w.doc, w.shapes)
	return w.line(areas, look{size: bodySize}, heightOf(linesOf(areas, w.shapes), bodySize)+2*rowPadding)
}

// line writes a row of merged texts outside the table.
func (w *sheetWriter) line(areas []area, k look, height float64) error {
	w.row++
	cells := make([]any, len(w.shapes))
	for _, a := range areas {
		k.align = a.align
		id, err := w.looks.id(k)
		if err != nil {
			return err
		}
		cells[a.from-1] = excelize.Cell{StyleID: id, Value: cleanText(a.text)}
		if err := w.merge(w.row, a.from, w.row, a.to); err != nil {
			return err
		}
	}
	return w.setRow(cells, height)
}

func (w *sheetWriter) setRow(cells []any, height float64) error {
	first, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return err
	}
	return w.stream.SetRow(first, cells, excelize.RowOpts{Height: min(height, maxRowHeight)})
}

// merge joins a rectangle; a single cell needs none.
func (w *sheetWriter) merge(row1, col1, row2, col2 int) error {
	if row1 == row2 && col1 == col2 {
		return nil
	}
	from, err := excelize.CoordinatesToCellName(col1, row1)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(col2, row2)
	if err != nil {
		return err
	}
	return w.stream.MergeCell(from, to)
}
