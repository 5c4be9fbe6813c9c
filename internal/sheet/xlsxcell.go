package sheet

import (
	"bytes"

	"changbei/internal/grid"
)

// firstGrowth is where the grid stops growing by doubling: from there on its
// final size is foretold from how much of the part has been read.
const firstGrowth = 1 << 14

// cellType is the t attribute.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeBool
	typeFault
	typeString
	typeInline
	typeDate
)

// cellParts is what one <c> element says.
type cellParts struct {
	kind               cellType
	style              int // -1 = none of its own
	hasValue           bool
	hasFormula, struck bool
	formula            string
}

func parseCellType(b []byte) (cellType, bool) {
	switch string(b) {
	case "n", "":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "b":
		return typeBool, true
	case "e":
		return typeFault, true
	case "str":
		return typeString, true
	case "inlineStr":
		return typeInline, true
	case "d":
		return typeDate, true
	}
	return 0, false
}

// readCell reads one <c> element; without a reference it stands behind the
// last one.
func (r *sheetScan) readCell() error {
	c := cellParts{style: -1}
	col := r.col + 1
	for _, a := range r.attrs {
		ok := true
		switch string(a.name) {
		case "r":
			var row int
			row, col, ok = parseRef(bytes.TrimSpace(a.value))
			if ok && row != r.row {
				return broken("单元格 %s 写在了别的行里", shownToken(a.value))
			}
		case "s":
			c.style, ok = parseCount(bytes.TrimSpace(a.value), maxStyles)
		case "t":
			c.kind, ok = parseCellType(a.value)
		}
		if !ok {
			return broken("单元格的属性 %s=“%s” 不合规", shownToken(a.name), shownToken(a.value))
		}
	}
	if col <= r.col || col > MaxCol {
		return broken("单元格没有按顺序排列（%s 列写在 %s 列后面）", grid.ColumnName(col), grid.ColumnName(r.col))
	}
	r.col = col
	r.value = r.value[:0]
	if r.selfClose {
		if err := r.skip(); err != nil {
			return err
		}
	} else if err := r.readCellParts(&c); err != nil {
		return err
	}
	return r.emit(&c)
}

func (r *sheetScan) readCellParts(c *cellParts) error {
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
			return broken("单元格 %s 的内容写在了标签外面", grid.Ref(r.row, r.col))
		case kind != tokenStart:
			continue
		}
		switch string(r.local()) {
		case "v", "is":
			if c.hasValue {
				return broken("单元格 %s 有两个值", grid.Ref(r.row, r.col))
			}
			c.hasValue = true
			if string(r.local()) == "v" {
				r.value, err = r.readString(r.value, MaxCellText)
			} else {
				r.value, c.struck, err = r.readRich(r.value)
			}
		case "f":
			err = r.readFormula(c)
		case "extLst":
			err = r.skip()
		default:
			err = broken("单元格 %s 里有不认识的内容 <%s>", grid.Ref(r.row, r.col), shownToken(r.name))
		}
		if err != nil {
			return err
		}
	}
}

// emit turns the parts into a grid cell, or counts a blank one.
func (r *sheetScan) emit(c *cellParts) error {
	cell, err := r.typed(c)
	if err != nil {
		return err
	}
	if cell.Kind == grid.Empty {
		return r.book.addBlank()
	}
	st, err := r.styleOf(c.style)
	if err != nil {
		return err
	}
	cell.Row, cell.Col, cell.Formula, cell.Format = r.row, r.col, c.formula, st.format
	cell.Strike = cell.Strike || st.struck || c.struck
	if cell.Kind == grid.Number || cell.Kind == grid.FormulaOnly {
		if cell.Date == grid.NoDate {
			cell.Date = st.date
		}
		if r.book.date1904 && cell.Kind == grid.Number && c.kind == typeNumber {
			cell.Raw = rebase1904(cell.Raw, cell.Date)
		}
	}
	size := len(cell.Formula)
	if c.kind != typeShared {
		size += len(cell.Raw)
	}
	if err := r.book.addCell(size); err != nil {
		return err
	}
	if r.rowHidden {
		r.out.HiddenRows[r.row] = true
	}
	r.append(cell)
	return nil
}

// append grows the grid once to about its final size, because growing by steps
// would leave twice its memory behind.
func (r *sheetScan) append(cell grid.Cell) {
	cells := r.out.Cells
	used := float64(r.part.read) - float64(r.end-r.pos)
	if n := len(cells); n == cap(cells) && n >= firstGrowth && used > 0 {
		want := float64(n) * float64(r.part.want) / used * 1.02
		grown := make([]grid.Cell, n, max(n+n/4, min(int(want)+firstGrowth, MaxCells)))
		copy(grown, cells)
		cells = grown
	}
	r.out.Cells = append(cells, cell)
}

// typed gives kind and raw value by the cell's type; Empty when there is
// nothing in it.
func (r *sheetScan) typed(c *cellParts) (grid.Cell, error) {
	switch c.kind {
	case typeString, typeInline:
		text := unescapeX(r.value)
		if len(text) == 0 && !(c.hasFormula && c.hasValue) {
			return r.valueless(c), nil
		}
		return grid.Cell{Kind: grid.Text, Raw: string(text)}, nil
	}
	value := bytes.TrimSpace(r.value)
	if len(value) == 0 {
		return r.valueless(c), nil
	}
	switch c.kind {
	case typeShared:
		return r.sharedText(value)
	case typeBool:
		switch {
		case isTrue(value):
			return grid.Cell{Kind: grid.Bool, Raw: "1"}, nil
		case string(value) == "0" || string(value) == "false":
			return grid.Cell{Kind: grid.Bool, Raw: "0"}, nil
		}
		return grid.Cell{}, broken("单元格 %s 的是非值“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
	case typeFault:
		return grid.Cell{Kind: grid.Fault, Raw: string(value)}, nil
	case typeDate:
		serial, form, ok := parseISO(string(value))
		if !ok {
			return grid.Cell{}, broken("单元格 %s 的日期“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
		}
		return grid.Cell{Kind: grid.Number, Raw: serial, Date: form}, nil
	}
	if !validNumber(value) {
		return grid.Cell{}, broken("单元格 %s 的数字“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
	}
	return grid.Cell{Kind: grid.Number, Raw: string(value)}, nil
}

// valueless is a formula that was never calculated, or nothing.
func (r *sheetScan) valueless(c *cellParts) grid.Cell {
	if c.hasFormula {
		return grid.Cell{Kind: grid.FormulaOnly}
	}
	return grid.Cell{}
}

func (r *sheetScan) sharedText(value []byte) (grid.Cell, error) {
	i, ok := parseCount(value, maxStrings)
	if !ok || i >= len(r.book.strings) {
		return grid.Cell{}, broken("单元格 %s 引用的共用文字第 %s 条不存在", grid.Ref(r.row, r.col), shownToken(value))
	}
	if r.book.strings[i] == "" {
		return grid.Cell{}, nil
	}
	return grid.Cell{Kind: grid.Text, Raw: r.book.strings[i], Strike: r.book.struck[i]}, nil
}

// styleOf gives the style a cell is shown with: its own, else that of its row,
// else that of its column.
func (r *sheetScan) styleOf(own int) (style, error) {
	i := own
	if i < 0 {
		i = r.rowStyle
	}
	if i < 0 && r.colStyle != nil {
		i = r.colStyle[r.col]
	}
	styles := r.book.styles
	if len(styles) == 0 {
		return style{}, nil
	}
	if i = max(i, 0); i >= len(styles) {
		return style{}, broken("单元格 %s 的样式编号 %d 不存在", grid.Ref(r.row, r.col), i)
	}
	return styles[i], nil
}
