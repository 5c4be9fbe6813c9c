package sheet

import (
	"bytes"

	"changbei/internal/grid"
)

// htmlTable is an open table.
type htmlTable struct {
	page       *htmlPage
	out        *grid.Sheet
	row, col   int // of the last cell's right edge
	inRow      bool
	cell       *htmlCell // open, nil = none
	place      htmlCell  // where each cell in turn is kept
	covered    coverage
	texts      bool // no cell is a number but where it says so
	lastCol    int  // of the columns described so far
	filled     int  // rows with something in them, and the last of them
	lastFilled int
	hidden     bool // the group of rows that is open
	rowGone    bool // the row that is open is hidden
	layout     bool // it only arranges other tables: its texts are lines of the page
	lineRow    int  // whose texts the last line of the page has
}

// htmlCell is an open cell.
type htmlCell struct {
	tag    htmlTag
	text   htmlText
	struck int // open elements that strike through
	strike bool
}

func (p *htmlPage) startTable(t htmlTag) error {
	p.seen = true
	if n := len(p.open); n >= maxNested {
		return tooMuch("表格嵌套超过 %d 层", maxNested)
	} else if n > 0 && p.open[n-1].cell == nil {
		return broken("表格标签 <table> 不成对")
	}
	if len(p.sheets) >= MaxSheets {
		return tooMuch("网页里的表格超过 %d 个", MaxSheets).mend("请拆成几个文件后分别上传。")
	}
	if len(p.open) == 0 {
		if err := p.flushText(); err != nil {
			return err
		}
	}
	visibility := grid.Visible
	if t.look.hidden {
		visibility = grid.Hidden
	}
	p.open = append(p.open, &htmlTable{page: p, texts: t.has("x:str"), lineRow: -1,
		out: &grid.Sheet{Visibility: visibility, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}})
	return nil
}

// endTable decides what a table was: a sheet; a row of its own such as a title,
// which goes above the next one; or a frame around one text.
func (p *htmlPage) endTable() error {
	t := p.open[len(p.open)-1]
	if err := t.endRow(); err != nil {
		return err
	}
	p.open = p.open[:len(p.open)-1]
	if err := checkMerges(t.out.Merges); err != nil {
		return err
	}
	switch {
	case len(t.out.Cells) == 0:
	case len(p.open) > 0 && len(t.out.Cells) == 1:
		cell := p.open[len(p.open)-1].cell
		cell.text.block()
		cell.text.write([]byte(t.out.Cells[0].Raw))
		cell.strike = cell.strike || t.out.Cells[0].Strike
	case t.filled == 1 && t.out.Visibility == grid.Visible && !t.out.HiddenRows[t.out.Cells[0].Row]:
		p.spread()
		p.lines = append(p.lines, t.out.Cells)
	default:
		p.spread()
		t.out.Name = p.takeHeading()
		t.shift(len(p.lines))
		t.out.Cells = append(p.takeLines(0), t.out.Cells...)
		p.addSheet(t.out)
	}
	return nil
}

// spread turns what the tables around the one just closed hold so far into
// lines: they only arrange it on the page.
func (p *htmlPage) spread() {
	for _, outer := range p.open {
		outer.layout = true
		for _, c := range outer.out.Cells {
			outer.line(c)
		}
		outer.out.Cells, outer.out.Merges = nil, nil
		if text := string(outer.cell.text.take()); text != "" {
			outer.line(grid.Cell{Row: outer.row, Col: outer.col, Kind: grid.Text, Raw: text, Strike: outer.cell.strike})
		}
	}
}

// line adds a cell to the page's line of its row.
func (t *htmlTable) line(c grid.Cell) {
	p := t.page
	if n := len(p.lines); n == 0 || t.lineRow != c.Row || p.lines[n-1][len(p.lines[n-1])-1].Col >= c.Col {
		p.lines = append(p.lines, nil)
	}
	t.lineRow = c.Row
	last := &p.lines[len(p.lines)-1]
	*last = append(*last, c)
}

// shift makes room for lines above the table.
func (t *htmlTable) shift(rows int) {
	if rows == 0 {
		return
	}
	for i := range t.out.Cells {
		t.out.Cells[i].Row += rows
	}
	for i := range t.out.Merges {
		t.out.Merges[i].Row1 += rows
		t.out.Merges[i].Row2 += rows
	}
	hidden := map[int]bool{}
	for row := range t.out.HiddenRows {
		hidden[row+rows] = true
	}
	t.out.HiddenRows = hidden
}

func (t *htmlTable) startRow(tag htmlTag) error {
	if err := t.endRow(); err != nil {
		return err
	}
	t.row, t.col, t.inRow = t.row+1, 0, true
	if t.row > MaxRow {
		return tooMuch("超过 %d 行", MaxRow).mend("请拆成几个文件后分别上传。")
	}
	t.rowGone = tag.look.hidden || t.hidden
	return nil
}

func (t *htmlTable) endRow() error {
	err := t.endCell()
	t.inRow = false
	return err
}

func (t *htmlTable) startCell(tag htmlTag) error {
	if err := t.endCell(); err != nil {
		return err
	}
	if !t.inRow {
		if err := t.startRow(htmlTag{}); err != nil {
			return err
		}
	}
	t.place = htmlCell{tag: tag, text: htmlText{out: t.place.text.out[:0]}}
	t.cell = &t.place
	if tag.look.hidden {
		return nil // it takes no place in the row
	}
	for t.col++; t.covered.has(t.row, t.col); t.col++ {
	}
	return nil
}

func (t *htmlTable) write(text []byte) error {
	c := t.cell
	c.text.write(text)
	if c.struck > 0 && len(bytes.TrimSpace(text)) > 0 {
		c.strike = true
	}
	if c.text.size() > MaxCellText {
		return tooMuch("一个单元格的内容超过 %d KB", MaxCellText>>10).mend("请把这个单元格的内容缩短后再上传。")
	}
	return nil
}

// endCell places the open cell and the region it covers.
func (t *htmlTable) endCell() error {
	if t.cell == nil {
		return nil
	}
	cell := t.cell
	t.cell = nil
	text := t.page.cells.keep(cell.text.take())
	if cell.tag.look.hidden {
		t.page.hidden = t.page.hidden || text != ""
		return nil
	}
	c := passCell{row: t.row, col: t.col, strike: cell.strike}
	if err := cell.tag.typed(&c, text, t); err != nil {
		return err
	}
	if err := t.cover(cell.tag); err != nil {
		return err
	}
	if c.kind == grid.Empty {
		return t.page.addBlank()
	}
	if err := t.page.addCell(len(c.text) + len(c.formula)); err != nil {
		return err
	}
	if t.layout {
		t.line(grid.Cell{Row: c.row, Col: c.col, Kind: c.kind, Raw: c.text, Strike: c.strike})
		return nil
	}
	if t.rowGone {
		t.out.HiddenRows[c.row] = true
	}
	if t.lastFilled != c.row {
		t.filled, t.lastFilled = t.filled+1, c.row
	}
	t.page.cells.take(t.out, &c, t.page.progress())
	return nil
}

// cover records the region of a cell and moves to its right edge.
func (t *htmlTable) cover(tag htmlTag) error {
	across, okAcross := tag.span("colspan")
	down, okDown := tag.span("rowspan")
	first := t.col
	t.col += across - 1
	if t.col > MaxCol {
		return tooMuch("第 %d 行的列数超过 %d 列", t.row, MaxCol)
	}
	if !okAcross || !okDown {
		return broken("单元格 %s 的 colspan 或 rowspan 不合规", grid.Ref(t.row, first))
	}
	m := grid.Merge{Row1: t.row, Col1: first, Row2: min(t.row+down-1, MaxRow), Col2: t.col}
	if err := addMerge(t.out, &t.page.budget, m.Row1, m.Col1, m.Row2, m.Col2); err != nil || across == 1 && down == 1 {
		return err
	}
	return t.covered.add(&t.page.budget, m)
}

// describe reads <col>, by which Excel hides columns.
func (t *htmlTable) describe(tag htmlTag) error {
	n, ok := tag.span("span")
	if !ok || t.lastCol+n > MaxCol {
		return broken("列设置 <col> 不合规")
	}
	for range n {
		if t.lastCol++; tag.look.hidden {
			t.out.HiddenCols[t.lastCol] = true
		}
	}
	return nil
}
