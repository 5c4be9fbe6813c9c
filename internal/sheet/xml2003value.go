package sheet

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/grid"
)

// namedFormats are the number formats that SpreadsheetML and Excel's web pages
// call by name.
var namedFormats = map[string]string{
	"General": "", "General Number": "", "G/通用格式": "",
	"General Date": builtinCodes[22], "Long Date": builtinCodes[31], "Medium Date": builtinCodes[15], "Short Date": builtinCodes[14],
	"Long Time": builtinCodes[19], "Medium Time": builtinCodes[18], "Short Time": builtinCodes[20],
	"Fixed": builtinCodes[2], "Standard": builtinCodes[4], "Currency": `"¥"#,##0.00`, "Euro Currency": `"€"#,##0.00`,
	"Percent": builtinCodes[10], "Scientific": builtinCodes[11],
	"Yes/No": `"Yes";"Yes";"No"`, "True/False": `"True";"True";"False"`, "On/Off": `"On";"On";"Off"`,
}

// namedStyle is what a number format by name or code means for reading.
func namedStyle(format string) style {
	if code, named := namedFormats[format]; named {
		format = code
	}
	return style{format: format, date: dateFormOf(format)}
}

// readStyle reads one <Style>, which begins as its parent.
func (b *book2003) readStyle(tag string) error {
	if tag != "Style" {
		return b.unknown()
	}
	id := b.value("ID")
	if _, twice := b.styles[id]; twice || len(b.styles) >= maxStyles {
		return broken("样式“%s”出现了两次或样式过多", shownToken([]byte(id)))
	}
	st := b.styles[b.value("Parent")]
	if err := b.children(func(tag string) error {
		switch tag {
		case "NumberFormat":
			format := b.value("Format")
			if len(format) > maxFormatCode {
				return tooMuch("数字格式长达 %d 字节", len(format))
			}
			struck := st.struck
			st = namedStyle(format)
			st.struck = struck
		case "Font":
			if strike := b.value("StrikeThrough"); strike != "" {
				st.struck = isTrue([]byte(strike))
			}
		}
		return b.skip()
	}); err != nil {
		return err
	}
	b.styles[id] = st
	return nil
}

// styleOf gives the style a cell is shown with: its own, else its row's, its
// column's, the table's, or the default one.
func (b *book2003) styleOf(own string, col int) (style, error) {
	s := b.sheet
	for _, id := range []string{own, s.style[1], s.colStyle[col], s.style[0]} {
		if id == "" {
			continue
		}
		st, ok := b.styles[id]
		if !ok {
			return style{}, broken("单元格 %s 的样式“%s”不存在", grid.Ref(s.row, col), shownToken([]byte(id)))
		}
		return st, nil
	}
	return b.styles["Default"], nil
}

// readValue reads <Data> by its type.
func (b *book2003) readValue(c *passCell) error {
	kind := b.value("Type")
	text, struck, err := b.readMarked(b.sheet.text[:0])
	if err != nil {
		return err
	}
	b.sheet.text = text
	c.strike = struck
	value := bytes.TrimSpace(text)
	bad := func(called string) error {
		return broken("单元格 %s 的%s“%s”不合规", grid.Ref(c.row, c.col), called, shownToken(value))
	}
	switch {
	case kind == "String":
		if text = unescapeX(text); len(text) > 0 || c.formula != "" {
			c.kind, c.raw = grid.Text, text
		}
	case kind != "Number" && kind != "DateTime" && kind != "Boolean" && kind != "Error":
		return broken("单元格 %s 的类型“%s”不认识", grid.Ref(c.row, c.col), shownToken([]byte(kind)))
	case len(value) == 0: // report tools write numbers that are not there
	case kind == "Number":
		if !validNumber(value) {
			return bad("数字")
		}
		c.kind, c.raw = grid.Number, value
	case kind == "DateTime":
		serial, form, ok := parseISO(string(value))
		if !ok {
			return bad("日期")
		}
		c.kind, c.raw, c.date = grid.Number, []byte(serial), form
	case kind == "Boolean":
		if c.kind, c.text = grid.Bool, string(value); c.text != "0" && c.text != "1" {
			return bad("是非值")
		}
	default:
		c.kind, c.raw = grid.Fault, value
	}
	return nil
}

// readMarked appends the text of the current element, whatever markup of web
// pages is in it; struck says that some of it is struck through.
func (b *book2003) readMarked(dst []byte) (text []byte, struck bool, err error) {
	outside, struckAt := b.depth()-1, 0
	for {
		kind, err := b.next()
		if err != nil {
			return dst, struck, err
		}
		switch kind {
		case tokenEnd:
			if b.depth() == outside {
				return dst, struck, nil
			}
			if b.depth() < struckAt {
				struckAt = 0
			}
		case tokenStart:
			if struckAt == 0 && struckTags[b.markup()] {
				struckAt = b.depth()
			}
		case tokenText:
			before := len(dst)
			if dst, err = b.appendToken(dst); err != nil {
				return dst, struck, err
			}
			struck = struck || struckAt > 0 && len(bytes.TrimSpace(dst[before:])) > 0
		}
		if len(dst) > MaxCellText {
			return dst, struck, tooMuch("一个单元格的内容超过 %d KB", MaxCellText>>10).
				mend("请把这个单元格的内容缩短后再上传。")
		}
	}
}

// struckTags are the elements of web pages whose text is struck through.
var struckTags = map[string]bool{"s": true, "strike": true, "del": true}

// wordR1C1 finds words in a formula, texts and sheet names in quotes among them.
var wordR1C1 = regexp.MustCompile(`"[^"]*"|'[^']*'|[A-Za-z_\x{80}-\x{10FFFF}\\][\w.\x{80}-\x{10FFFF}]*(?:\[-?\d+\])?(?:C(?:\[-?\d+\]|\d+)?)?[(!]?`)

var refR1C1 = regexp.MustCompile(`^(?:R(\[-?\d+\]|\d*))?(?:C(\[-?\d+\]|\d*))?$`)

// formulaA1 turns a formula such as =R[-1]C*RC[-2] into the form of all other
// files, B4*A5 in B5: R1 is a cell there and a whole row here.
func formulaA1(formula string, row, col int) string {
	formula = strings.TrimPrefix(formula, "=")
	if formula == "" || len(formula) > MaxFormula {
		return formula
	}
	return wordR1C1.ReplaceAllStringFunc(formula, func(word string) string {
		parts := refR1C1.FindStringSubmatch(word)
		if parts == nil || word == "" {
			return word
		}
		rowText, okRow := axisA1(parts[1], row, MaxRow, strconv.Itoa)
		colText, okCol := axisA1(parts[2], col, MaxCol, grid.ColumnName)
		switch hasRow, hasCol := word[0] == 'R', strings.Contains(word, "C"); {
		case !okRow || !okCol:
			return "#REF!"
		case !hasCol:
			return rowText + ":" + rowText
		case !hasRow:
			return colText + ":" + colText
		}
		return colText + rowText
	})
}

// axisA1 gives one half of a reference: [n] is relative, n fixed, none the own
// row or column.
func axisA1(part string, own, most int, name func(int) string) (text string, ok bool) {
	fixed := ""
	at := own
	if inner, relative := strings.CutPrefix(part, "["); relative {
		n, _ := strconv.Atoi(strings.TrimSuffix(inner, "]"))
		at = own + n
	} else if part != "" {
		fixed = "$"
		at, _ = strconv.Atoi(part)
	}
	if at < 1 || at > most {
		return "", false
	}
	return fixed + name(at), true
}
