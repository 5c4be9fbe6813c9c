package sheet

// heading writes one row, or two where columns are grouped: groups merged over
// their columns, other columns merged down.
func (w *sheetWriter) heading() error {
	id, err := w.looks.id(look{size: bodySize, bold: true, framed: true, fill: headFill, align: "center"})
	if err != nil {
		return err
	}
	upper, lower := w.headingTexts()
	if w.head.from == w.head.to {
		return w.headingRow(lower, id, w.headingLines())
	}
	if err := w.headingRow(upper, id, w.groupLines()); err != nil {
		return err
	}
	if err := w.headingRow(lower, id, max(1, w.headingLines()-w.groupLines())); err != nil {
		return err
	}
	w.mergeHeading()
	return nil
}

// headingTexts gives the texts of both rows; a merged text stands in its first
// cell only.
func (w *sheetWriter) headingTexts() (upper, lower []string) {
	upper, lower = make([]string, len(w.shapes)), make([]string, len(w.shapes))
	grouped := w.head.to > w.head.from
	for i, c := range w.doc.Columns {
		switch {
		case grouped && c.Group == "":
			upper[i] = c.Heading
		default:
			lower[i] = c.Heading
			if grouped && w.groupStart(i) == i {
				upper[i] = c.Group
			}
		}
	}
	return upper, lower
}

// groupStart is the first of the neighbours with the same group.
func (w *sheetWriter) groupStart(i int) int {
	for i > 0 && w.doc.Columns[i-1].Group == w.doc.Columns[i].Group {
		i--
	}
	return i
}

func (w *sheetWriter) headingRow(texts []string, style, lines int) error {
	w.row++
	cells := make([]writtenCell, len(texts))
	for i, text := range texts {
		cells[i] = textCell(text, style)
	}
	return w.setRow(cells, heightOf(lines, bodySize))
}

// headingLines is the most lines a column's own heading takes.
func (w *sheetWriter) headingLines() int {
	lines := 1
	for i, c := range w.doc.Columns {
		n := countLines(c.Heading, fits(w.shapes[i].width, bodySize))
		if c.Group != "" {
			n += w.groupLines() // it has the lower row alone
		}
		lines = max(lines, n)
	}
	return lines
}

// groupLines is the most lines a group takes over its columns.
func (w *sheetWriter) groupLines() int {
	lines := 1
	for i, c := range w.doc.Columns {
		if from := w.groupStart(i); c.Group != "" {
			lines = max(lines, countLines(c.Group, fits(totalWidth(w.shapes[from:w.groupEnd(i)+1]), bodySize)))
		}
	}
	return lines
}

func (w *sheetWriter) groupEnd(i int) int {
	for i+1 < len(w.doc.Columns) && w.doc.Columns[i+1].Group == w.doc.Columns[i].Group {
		i++
	}
	return i
}

func (w *sheetWriter) mergeHeading() {
	for i, c := range w.doc.Columns {
		switch {
		case c.Group == "":
			w.merge(w.head.from, i+1, w.head.to, i+1)
		case w.groupStart(i) == i:
			w.merge(w.head.from, i+1, w.head.from, w.groupEnd(i)+1)
		}
	}
}

// textCell is a cell of text; without a text it is still there for its frame.
func textCell(text string, style int) writtenCell {
	return writtenCell{style: style, value: Text(text)}
}
