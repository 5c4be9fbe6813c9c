package sheet

import (
	"bytes"

	"changbei/internal/grid"
)

func (b *book2003) readSheet() error {
	if len(b.book.Sheets) >= MaxSheets {
		return tooMuch("工作表超过 %d 张", MaxSheets).mend("请拆成几个文件后分别上传。")
	}
	b.sheet = &scan2003{colStyle: map[int]string{}, out: &grid.Sheet{Name: b.value("Name"),
		HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}}
	if err := b.children(b.sheetPart); err != nil {
		return err
	}
	if err := checkMerges(b.sheet.out.Merges); err != nil {
		return err
	}
	b.book.Sheets = append(b.book.Sheets, *b.sheet.out)
	b.sheet = nil
	return nil
}

func (b *book2003) sheetPart(tag string) error {
	s := b.sheet
	switch tag {
	case "Table":
		if s.hasTable {
			return broken("数据区 <Table> 出现了两次")
		}
		s.hasTable, s.style[0], s.nextRow, s.nextCol = true, b.value("StyleID"), 1, 1
		return b.children(b.tablePart)
	case "WorksheetOptions":
		return b.readOptions()
	case "Names":
		return b.skipForeign()
	}
	return b.unknown()
}

// readOptions finds out whether the sheet is hidden.
func (b *book2003) readOptions() error {
	inVisible := false
	for outside := b.depth() - 1; ; {
		kind, err := b.next()
		if err != nil {
			return err
		}
		switch {
		case kind == tokenEnd && b.depth() == outside:
			return nil
		case kind == tokenText && inVisible:
			switch string(bytes.TrimSpace(b.text)) {
			case "SheetHidden":
				b.sheet.out.Visibility = grid.Hidden
			case "SheetVeryHidden":
				b.sheet.out.Visibility = grid.VeryHidden
			}
		case kind == tokenStart:
			inVisible = b.markup() == "visible"
		}
	}
}

func (b *book2003) tablePart(tag string) error {
	switch tag {
	case "Column":
		return b.readColumn()
	case "Row":
		return b.readRow()
	}
	return b.unknown()
}

func (b *book2003) readColumn() error {
	s := b.sheet
	from, err := b.count("Index", s.nextCol)
	if err != nil {
		return err
	}
	span, err := b.count("Span", 0)
	if err != nil {
		return err
	}
	if from < s.nextCol || from+span > MaxCol {
		return broken("列设置 <Column> 的范围 %d–%d 不合规", from, from+span)
	}
	s.nextCol = from + span + 1
	hidden := isTrue([]byte(b.value("Hidden"))) || b.value("Width") == "0"
	for col := from; col < s.nextCol; col++ {
		if id := b.value("StyleID"); id != "" {
			s.colStyle[col] = id
		}
		if hidden {
			s.out.HiddenCols[col] = true
		}
	}
	return b.skip()
}

// readRow reads one <Row>, which must ascend as in .xlsx.
func (b *book2003) readRow() error {
	s := b.sheet
	row, err := b.count("Index", s.nextRow)
	if err != nil {
		return err
	}
	span, err := b.count("Span", 0)
	if err != nil {
		return err
	}
	if row < s.nextRow || row+span > MaxRow {
		return broken("行号没有按顺序排列（第 %d 行写在第 %d 行后面）", row, s.row)
	}
	s.row, s.col, s.nextRow = row, 0, row+span+1
	s.style[1] = b.value("StyleID")
	s.rowHidden = isTrue([]byte(b.value("Hidden"))) || b.value("Height") == "0"
	return b.children(func(tag string) error {
		if tag != "Cell" {
			return b.unknown()
		}
		return b.readCell()
	})
}

// readCell reads one <Cell> with the region it covers.
func (b *book2003) readCell() error {
	s := b.sheet
	col, err := b.count("Index", s.col+1)
	if err != nil {
		return err
	}
	across, err := b.count("MergeAcross", 0)
	if err != nil {
		return err
	}
	down, err := b.count("MergeDown", 0)
	if err != nil {
		return err
	}
	if col <= s.col || col+across > MaxCol || s.row+down > MaxRow {
		return broken("单元格没有按顺序排列或超出了表格（%s 列）", grid.ColumnName(min(col, MaxCol)))
	}
	s.col = col + across
	c := passCell{row: s.row, col: col, formula: formulaA1(b.value("Formula"), s.row, col)}
	if len(c.formula) > MaxFormula {
		return tooMuch("单元格 %s 的公式超过 %d KB", grid.Ref(c.row, c.col), MaxFormula>>10)
	}
	if c.formula != "" {
		c.kind = grid.FormulaOnly
	}
	st, err := b.styleOf(b.value("StyleID"), col)
	if err != nil {
		return err
	}
	if err := b.readData(&c); err != nil {
		return err
	}
	if err := b.cover(col, across, down, c.kind != grid.Empty); err != nil {
		return err
	}
	return b.add(&c, st)
}

// cover records a merged region. A filled cell under another region is refused,
// as by Excel: nobody could see it.
func (b *book2003) cover(col, across, down int, filled bool) error {
	s := b.sheet
	if filled && s.covered.has(s.row, col) {
		return broken("单元格 %s 被另一处合并单元格盖住了", grid.Ref(s.row, col))
	}
	if across == 0 && down == 0 {
		return nil
	}
	m := grid.Merge{Row1: s.row, Col1: col, Row2: s.row + down, Col2: col + across}
	if err := addMerge(s.out, &b.caps, m.Row1, m.Col1, m.Row2, m.Col2); err != nil {
		return err
	}
	return s.covered.add(&b.caps, m)
}

// readData reads the children of a cell, of which <Data> counts.
func (b *book2003) readData(c *passCell) error {
	seen := false
	return b.children(func(tag string) error {
		switch tag {
		case "Data":
			if seen {
				return broken("单元格 %s 有两个值", grid.Ref(c.row, c.col))
			}
			seen = true
			return b.readValue(c)
		case "Comment", "NamedCell", "SmartTags":
			return b.skip()
		}
		return b.unknown()
	})
}

// add gives the cell its style and keeps it.
func (b *book2003) add(c *passCell, st style) error {
	if c.kind == grid.Empty {
		return b.caps.addBlank()
	}
	c.format, c.strike = st.format, c.strike || st.struck
	if c.kind == grid.Number || c.kind == grid.FormulaOnly {
		rebase := b.date1904 && c.kind == grid.Number && c.date == grid.NoDate
		if st.date != grid.NoDate {
			c.date = st.date
		}
		if rebase {
			c.raw = []byte(rebase1904(string(c.raw), c.date))
		}
	}
	if err := b.caps.addCell(len(c.raw) + len(c.formula)); err != nil {
		return err
	}
	if b.sheet.rowHidden {
		b.sheet.out.HiddenRows[c.row] = true
	}
	b.cells.take(b.sheet.out, c, b.progress())
	return nil
}
