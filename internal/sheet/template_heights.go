package sheet

import "changbei/internal/grid"

// lineHeights computes how high a line must be for its wrapped texts. No
// program grows a row whose height is written down.
type lineHeights struct {
	sheet *templateSheet
	wraps []wrapped
}

// wrapped is a cell of the repeated row whose text wraps.
type wrapped struct {
	slot int // index in the sheet's lines
	room int
	size float64
}

func (f *filler) heightsOf(s *templateSheet) *lineHeights {
	h := &lineHeights{sheet: s}
	styles := map[int]int{}
	for _, c := range s.about.cells {
		styles[c.col] = c.style
	}
	for i, x := range s.lines {
		style, err := f.file.GetStyle(styles[x.cell.Col])
		if err != nil || style.Alignment == nil || !style.Alignment.WrapText {
			continue
		}
		size := bodySize
		if style.Font != nil && style.Font.Size > 0 {
			size = style.Font.Size
		}
		h.wraps = append(h.wraps, wrapped{i, fits(f.widthOf(s, x.cell), size), size})
	}
	return h
}

// widthOf is the width of a cell, or of the cells of its row it is merged with.
func (f *filler) widthOf(s *templateSheet, c grid.Cell) float64 {
	from, to := c.Col, c.Col
	for _, m := range s.grid.Merges {
		if m.Contains(c.Row, c.Col) {
			from, to = m.Col1, min(m.Col2, m.Col1+100)
		}
	}
	sum := 0.0
	for col := from; col <= to; col++ {
		width, err := f.file.GetColWidth(s.grid.Name, grid.ColumnName(col))
		if err == nil {
			sum += width
		}
	}
	return sum
}

// of gives the height of a line with these values, 0 = as the program likes.
// Only texts wrap: a number too long for its cell shows as ####.
func (h *lineHeights) of(values []Value) float64 {
	need := 0.0
	for _, x := range h.wraps {
		v := values[x.slot]
		if v.form != textForm {
			continue
		}
		if lines := countLines(v.text, x.room); lines > 1 {
			need = max(need, heightOf(lines, x.size))
		}
	}
	return max(h.sheet.about.height, need)
}
