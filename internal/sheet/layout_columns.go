package sheet

const (
	narrowest     = 5.0  // 序号, 单位
	widest        = 40.0 // longer texts wrap
	floorText     = 14.0 // a text column is not squeezed below this
	columnPadding = 2.0  // side margins, and bold figures in total rows
	maxStretch    = 1.5  // a table of three columns must not fill a page
	shortText     = 10   // texts up to this many columns stand centred
	// A table a little wider than the page is printed a little smaller, which
	// reads better than wrapping many cells.
	squeezeAbove = 1.15
	// Half-width characters of 11 pt 宋体 (8 pixels at 96 dpi) between the
	// margins of A4.
	landscapeColumns = 126.0
	portraitColumns  = 85.0
)

// columnShape is what the content says of a column.
type columnShape struct {
	width    float64
	computed bool
	centred  bool
}

// pageColumns is how many characters fit on a printed line.
func (d *Document) pageColumns() float64 {
	if d.Landscape {
		return landscapeColumns
	}
	return portraitColumns
}

// shapeColumns gives every column its width: what the content needs within
// bounds, then stretched or squeezed towards the width of the page.
func shapeColumns(d *Document) []columnShape {
	shapes := make([]columnShape, len(d.Columns))
	content := longestContents(d)
	for i, c := range d.Columns {
		longest := content[i]
		shapes[i].centred = c.Kind == TextKind && longest <= shortText
		if c.Width > 0 {
			shapes[i].width = min(c.Width, 255)
			continue
		}
		shapes[i].computed = true
		need := max(longest, headingNeed(c))
		shapes[i].width = max(narrowest, float64(need)+columnPadding)
		if !c.Kind.figures() {
			// A figure that does not fit shows as ####, so only others are bounded.
			shapes[i].width = min(shapes[i].width, widest)
		}
	}
	squeeze(d, shapes)
	stretch(d, shapes)
	return shapes
}

// longestContents are the widest cells of the columns outside the heading.
// Labels of bands and totals are merged over several columns and do not count.
// It goes by rows, as they lie in memory: by columns it took ten times as long.
func longestContents(d *Document) []int {
	longest := make([]int, len(d.Columns))
	for i := range d.Rows {
		r := &d.Rows[i]
		for col := range r.Values {
			if v := &r.Values[col]; r.Kind == Data || v.form != textForm {
				longest[col] = max(longest[col], v.columns())
			}
		}
	}
	return longest
}

// headingNeed lets a long heading take two lines.
func headingNeed(c Column) int {
	n := textColumns(c.Heading)
	if n > 8 {
		return (n + 1) / 2
	}
	return n
}

func totalWidth(shapes []columnShape) float64 {
	sum := 0.0
	for _, s := range shapes {
		sum += s.width
	}
	return sum
}

// squeeze brings a table that is wider than the page down to it, the widest
// text columns first: a long 备注 wraps before every 存放地点 does.
func squeeze(d *Document, shapes []columnShape) {
	room := d.pageColumns() * squeezeAbove
	for level := widest; level >= floorText && totalWidth(shapes) > room; level-- {
		for i, s := range shapes {
			if s.computed && d.Columns[i].Kind == TextKind {
				shapes[i].width = min(s.width, level)
			}
		}
	}
}

// stretch fills the page when the table is narrower.
func stretch(d *Document, shapes []columnShape) {
	free, room := 0.0, d.pageColumns()
	for _, s := range shapes {
		if s.computed {
			free += s.width
		} else {
			room -= s.width
		}
	}
	if free == 0 || room <= free {
		return
	}
	factor := min(maxStretch, room/free)
	for i, s := range shapes {
		if s.computed {
			shapes[i].width = round2(s.width * factor)
		}
	}
}

// round2 keeps widths short in the file and equal on every machine.
func round2(x float64) float64 { return float64(int(x*100+0.5)) / 100 }
