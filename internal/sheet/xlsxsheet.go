package sheet

import (
	"bytes"
	"fmt"
	"slices"

	"changbei/internal/grid"
)

// maxColFills bounds the work of overlapping <col> elements.
const maxColFills = 1 << 20

// sheetScan is the state of reading one worksheet part.
type sheetScan struct {
	*xmlScanner
	book  *xlsxBook
	part  *partReader
	out   *grid.Sheet
	label string // the part, for messages

	row, col  int // of the current row and its last cell
	inRows    bool
	seenRows  bool
	rowStyle  int // -1 = the row has none
	rowHidden bool
	colStyle  []int // by column, -1 = none; nil = no column has one
	colFills  int

	cell           passCell // the one that visit is shown
	value, formula []byte
	shared         map[int]sharedFormula
	expanded       int // bytes of expanded shared formulas
}

func (b *xlsxBook) readSheets() error {
	for _, entry := range b.sheets {
		r, ok := b.relation[entry.relation]
		if !ok || r.external {
			return broken("工作表“%s”没有对应的内容部件", shownName(entry.name))
		}
		switch r.kind {
		case "worksheet":
		case "chartsheet":
			b.book.Notices = append(b.book.Notices, fmt.Sprintf(chartSheetFound, shownName(entry.name)))
			continue
		case "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet":
			b.book.Notices = append(b.book.Notices, macrosIgnored)
			continue
		default:
			return broken("工作表“%s”指向的部件不是工作表", shownName(entry.name))
		}
		sheet := grid.Sheet{Name: entry.name, Visibility: entry.visibility,
			HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
		if err := b.readSheet(r.target, &sheet); err != nil {
			return err
		}
		b.book.Sheets = append(b.book.Sheets, sheet)
	}
	return nil
}

func (b *xlsxBook) readSheet(part string, out *grid.Sheet) error {
	r := &sheetScan{book: b, out: out, label: part, rowStyle: -1}
	if b.parts[part] == nil {
		return r.located(broken("缺少这个工作表的内容部件"))
	}
	src, err := b.openPart(part)
	if err != nil {
		return r.located(err)
	}
	r.part = src
	if r.xmlScanner, err = newScanner(src, &b.work); err == nil {
		err = r.scan()
	}
	return r.located(err)
}

func (r *sheetScan) located(err error) error {
	if r.inRows && r.row > 0 {
		return located(err, "工作表“%s”第 %d 行（%s）", shownName(r.out.Name), r.row, r.label)
	}
	return located(err, "工作表“%s”（%s）", shownName(r.out.Name), r.label)
}

// scan reads the worksheet to its very end.
func (r *sheetScan) scan() error {
	if err := r.expectRoot("worksheet"); err != nil {
		return err
	}
	for {
		kind, err := r.next()
		if err != nil {
			return err
		}
		switch kind {
		case tokenEOF:
			if !r.seenRows {
				return broken("缺少数据区 <sheetData>")
			}
			return r.checkMerges()
		case tokenStart:
			if err := r.section(string(r.local())); err != nil {
				return err
			}
		}
	}
}

// section reads one child of the worksheet. Everything but rows, columns and
// merges is of no account for reading.
func (r *sheetScan) section(name string) error {
	switch name {
	case "cols":
		return r.eachChild("col", r.readCol)
	case "mergeCells":
		return r.eachChild("mergeCell", r.readMerge)
	case "sheetData":
		if r.seenRows {
			return broken("数据区 <sheetData> 出现了两次")
		}
		r.seenRows, r.inRows = true, true
		if err := r.eachChild("row", r.readRow); err != nil {
			return err
		}
		r.inRows = false
		return nil
	}
	return r.skipForeign()
}

// eachChild calls read at the start of each child, all of which must have the
// name: a row under another name would be lost silently. Read must leave the
// scanner behind the child's end.
func (r *sheetScan) eachChild(name string, read func() error) error {
	outside := r.depth() - 1
	for {
		kind, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case kind == tokenEnd && r.depth() == outside:
			return nil
		case kind == tokenText && !isBlank(r.text):
			return broken("有写在标签外面的文字“%s”", shownToken(bytes.TrimSpace(r.text)))
		case kind != tokenStart:
			continue
		case string(r.local()) != name:
			return broken("应为 <%s> 的地方是 <%s>", name, shownToken(r.xmlScanner.name))
		}
		if err := read(); err != nil {
			return err
		}
	}
}

func (r *sheetScan) readCol() error {
	from, err := r.number("min")
	if err != nil {
		return err
	}
	to, err := r.number("max")
	if err != nil {
		return err
	}
	if from < 1 || to < from || to > MaxCol {
		return broken("列设置 <col> 的范围 %d–%d 不合规", from, to)
	}
	if r.colFills += to - from + 1; r.colFills > maxColFills {
		return tooMuch("列设置 <col> 过多")
	}
	style := -1
	if _, given := r.attr("style"); given {
		if style, err = r.number("style"); err != nil {
			return err
		}
	}
	hidden, _ := r.attr("hidden")
	width, _ := r.attr("width")
	r.fillCols(from, to, style, isTrue([]byte(hidden)) || width == "0")
	return r.skip()
}

func (r *sheetScan) fillCols(from, to, style int, hidden bool) {
	if style >= 0 && r.colStyle == nil {
		r.colStyle = slices.Repeat([]int{-1}, MaxCol+1)
	}
	for col := from; col <= to; col++ {
		if r.colStyle != nil {
			r.colStyle[col] = style
		}
		if hidden {
			r.out.HiddenCols[col] = true
		}
	}
}

// readRow reads one <row>. Rows must ascend: a row out of order would be read
// into another one's place by every program that trusts positions.
func (r *sheetScan) readRow() error {
	row, style, custom := r.row+1, -1, false
	r.rowHidden = false
	for _, a := range r.attrs {
		value := bytes.TrimSpace(a.value)
		switch string(a.name) {
		case "r":
			n, ok := parseCount(value, MaxRow)
			if !ok || n == 0 {
				r.row++
				return broken("行号“%s”不合规", shownToken(a.value))
			}
			row = n
		case "s":
			n, ok := parseCount(value, maxStyles)
			if !ok {
				return broken("第 %d 行的样式编号“%s”不合规", row, shownToken(a.value))
			}
			style = n
		case "customFormat":
			custom = isTrue(value)
		case "hidden":
			r.rowHidden = r.rowHidden || isTrue(value)
		case "ht":
			r.rowHidden = r.rowHidden || string(value) == "0"
		}
	}
	if row <= r.row || row > MaxRow {
		last := r.row
		r.row = row
		return broken("行号没有按顺序排列（第 %d 行写在第 %d 行后面）", row, last)
	}
	r.row, r.col, r.rowStyle = row, 0, -1
	if custom {
		r.rowStyle = style
	}
	return r.readCells()
}

func (r *sheetScan) readCells() error {
	outside := r.depth() - 1
	for {
		if done, err := r.usualCell(); err != nil {
			return err
		} else if done {
			continue
		}
		kind, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case kind == tokenEnd && r.depth() == outside:
			return nil
		case kind == tokenText && !isBlank(r.text):
			return broken("有写在单元格外面的文字“%s”", shownToken(bytes.TrimSpace(r.text)))
		case kind != tokenStart:
			continue
		}
		switch string(r.local()) {
		case "c":
			err = r.readCell()
		case "extLst":
			err = r.skip()
		default:
			err = broken("应为单元格 <c> 的地方是 <%s>", shownToken(r.name))
		}
		if err != nil {
			return err
		}
	}
}

// parseCount reads a decimal number of at most limit.
func parseCount(b []byte, limit int) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= limit
}

// parseRef reads "F4"; lower case is written by some report tools.
func parseRef(b []byte) (row, col int, ok bool) {
	i := 0
	for ; i < len(b) && i < 4; i++ {
		c := b[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		col = col*26 + int(c-'a') + 1
	}
	if i == 0 || i > 3 || col > MaxCol {
		return 0, 0, false
	}
	row, ok = parseCount(b[i:], MaxRow)
	return row, col, ok && row > 0
}
