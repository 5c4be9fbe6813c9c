package sheet

import (
	"bytes"

	"changbei/internal/grid"
)

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

// emit makes the parts the current cell of the pass and shows it to the visitor,
// or counts a blank one.
func (r *sheetScan) emit(c *cellParts) error {
	r.cell = passCell{row: r.row, col: r.col, formula: c.formula, strike: c.struck}
	if err := r.typed(c); err != nil {
		return err
	}
	if r.cell.kind == grid.Empty {
		return r.book.addBlank()
	}
	st, err := r.styleOf(c.style)
	if err != nil {
		return err
	}
	r.cell.format = st.format
	r.cell.strike = r.cell.strike || st.struck
	if r.cell.kind == grid.Number || r.cell.kind == grid.FormulaOnly {
		if r.cell.date == grid.NoDate {
			r.cell.date = st.date
		}
		if r.book.date1904 && r.cell.kind == grid.Number && c.kind == typeNumber {
			r.cell.raw = []byte(rebase1904(string(r.cell.raw), r.cell.date))
		}
	}
	if err := r.book.addCell(len(r.cell.formula) + len(r.cell.raw)); err != nil {
		return err
	}
	if r.rowHidden {
		r.out.HiddenRows[r.row] = true
	}
	return r.book.visit(r)
}

// progress is the share of the part that has been read, to foretell how many
// cells there will be.
func (r *sheetScan) progress() float64 {
	return (float64(r.part.read) - float64(r.end-r.pos)) / float64(max(r.part.want, 1))
}

// typed gives the current cell its kind and raw value by its type; the kind
// stays Empty when there is nothing in it.
func (r *sheetScan) typed(c *cellParts) error {
	switch c.kind {
	case typeString, typeInline:
		text := unescapeX(r.value)
		if len(text) == 0 && !(c.hasFormula && c.hasValue) {
			r.valueless(c)
			return nil
		}
		r.cell.kind, r.cell.raw = grid.Text, text
		return nil
	}
	value := bytes.TrimSpace(r.value)
	if len(value) == 0 {
		r.valueless(c)
		return nil
	}
	switch c.kind {
	case typeShared:
		return r.sharedText(value)
	case typeBool:
		return r.boolean(value)
	case typeFault:
		r.cell.kind, r.cell.raw = grid.Fault, value
		return nil
	case typeDate:
		serial, form, ok := parseISO(string(value))
		if !ok {
			return broken("单元格 %s 的日期“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
		}
		r.cell.kind, r.cell.raw, r.cell.date = grid.Number, []byte(serial), form
		return nil
	}
	if !validNumber(value) {
		return broken("单元格 %s 的数字“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
	}
	r.cell.kind, r.cell.raw = grid.Number, value
	return nil
}

// valueless is a formula that was never calculated, or nothing.
func (r *sheetScan) valueless(c *cellParts) {
	if c.hasFormula {
		r.cell.kind = grid.FormulaOnly
	}
}

func (r *sheetScan) boolean(value []byte) error {
	switch {
	case isTrue(value):
		r.cell.kind, r.cell.text = grid.Bool, "1"
	case string(value) == "0" || string(value) == "false":
		r.cell.kind, r.cell.text = grid.Bool, "0"
	default:
		return broken("单元格 %s 的是非值“%s”不合规", grid.Ref(r.row, r.col), shownToken(value))
	}
	return nil
}

func (r *sheetScan) sharedText(value []byte) error {
	i, ok := parseCount(value, maxStrings)
	if !ok || i >= len(r.book.strings) {
		return broken("单元格 %s 引用的共用文字第 %s 条不存在", grid.Ref(r.row, r.col), shownToken(value))
	}
	if r.book.strings[i] == "" {
		return nil
	}
	r.cell.kind, r.cell.text = grid.Text, r.book.strings[i]
	r.cell.strike = r.cell.strike || len(r.book.struck) > 0 && r.book.struck[i]
	return nil
}

// styleOf gives the style a cell is shown with: its own, else that of its row,
// else that of its column.
func (r *sheetScan) styleOf(own int) (*style, error) {
	i := own
	if i < 0 {
		i = r.rowStyle
	}
	if i < 0 && r.colStyle != nil {
		i = r.colStyle[r.col]
	}
	styles := r.book.styles
	if len(styles) == 0 {
		return &style{}, nil
	}
	if i = max(i, 0); i >= len(styles) {
		return nil, broken("单元格 %s 的样式编号 %d 不存在", grid.Ref(r.row, r.col), i)
	}
	return &styles[i], nil
}
