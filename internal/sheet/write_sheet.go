package sheet

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// sheetWriter streams one document from its title down to its signatures.
type sheetWriter struct {
	doc    *Document
	part   *sheetPart
	looks  *looks
	shapes []columnShape
	sums   *sums
	row    int // the last row written
	head   span
	bottom int // the last row of the table

	styles     map[cellSort]int
	cellsOfRow []writtenCell // written over for each row of the table
}

// cellSort is all that a table cell's look depends on.
type cellSort struct {
	col      int
	row      RowKind
	form     valueForm
	decimals int
	computed bool
	labelled bool
}

// writeSheet fills one sheet, whose rows go to out.
func writeSheet(f *excelize.File, l *looks, name string, d *Document, out io.Writer, first bool) error {
	w := &sheetWriter{doc: d, part: &sheetPart{out: out}, looks: l, shapes: shapeColumns(d), sums: newSums(len(d.Columns)),
		styles: map[cellSort]int{}, cellsOfRow: make([]writtenCell, len(d.Columns))}
	w.head = d.headRows()
	steps := []func() error{
		func() error { return w.part.begin(w.shapes, w.head.to, first) },
		w.title, w.info, w.heading, w.table, w.notes, w.signatures,
		func() error { return w.part.end(d) },
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
	top += len(d.lines())
	if d.grouped() {
		return span{top, top + 1}
	}
	return span{top, top}
}

// lines are those above the table that say something.
func (d *Document) lines() []Line {
	var lines []Line
	for _, l := range append([]Line{{d.Left, d.Middle, d.Right}}, d.More...) {
		if l != (Line{}) {
			lines = append(lines, l)
		}
	}
	return lines
}

func (d *Document) grouped() bool {
	for _, c := range d.Columns {
		if c.Group != "" {
			return true
		}
	}
	return false
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
	for _, l := range w.doc.lines() {
		areas := infoAreas(l, w.shapes)
		if err := w.line(areas, look{size: bodySize}, heightOf(linesOf(areas, w.shapes), bodySize)); err != nil {
			return err
		}
	}
	return nil
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
	cells := make([]writtenCell, len(w.shapes))
	for _, a := range areas {
		k.align = a.align
		id, err := w.looks.id(k)
		if err != nil {
			return err
		}
		cells[a.from-1] = writtenCell{style: id, value: Text(a.text)}
		w.merge(w.row, a.from, w.row, a.to)
	}
	return w.setRow(cells, height)
}

func (w *sheetWriter) setRow(cells []writtenCell, height float64) error {
	return w.part.row(w.row, cells, min(height, maxRowHeight))
}

// merge joins a rectangle; a single cell needs none.
func (w *sheetWriter) merge(row1, col1, row2, col2 int) {
	if row1 != row2 || col1 != col2 {
		w.part.merge(row1, col1, row2, col2)
	}
}
