package sheet

import (
	"strconv"

	"changbei/internal/grid"
)

const (
	// maxStyles is above the 65,490 cell formats Excel allows.
	maxStyles = 70_000
	// maxFormatCode is far above Excel's 255 characters.
	maxFormatCode = 2 << 10
)

// style is what a cell's format means for reading.
type style struct {
	format string
	date   grid.DateForm
	struck bool
}

// styleParts collects the tables of the styles part.
type styleParts struct {
	codes  map[int]string
	struck []bool // by font
	fonts  []int  // by cell format
	ids    []int
}

// readStyles reads number formats and struck-through fonts. A workbook without
// styles part is plain; one whose styles part is missing is damaged.
func (b *xlsxBook) readStyles() error {
	part := b.partOfKind("styles")
	if part == "" || b.parts[part] == nil {
		return nil
	}
	s, err := b.scan(part, "styleSheet")
	if err != nil {
		return located(err, "部件“%s”", part)
	}
	parts := &styleParts{codes: map[int]string{}}
	if err := parts.scan(s); err != nil {
		return located(err, "部件“%s”", part)
	}
	b.styles, err = parts.resolve()
	return located(err, "部件“%s”", part)
}

func (p *styleParts) scan(s *xmlScanner) error {
	section := ""
	for {
		kind, err := s.next()
		if err != nil || kind == tokenEOF {
			return err
		}
		if kind != tokenStart {
			continue
		}
		name := string(s.local())
		switch {
		case s.depth() == 2:
			section = name
		case s.depth() == 3 && section == "numFmts" && name == "numFmt":
			err = p.addCode(s)
		case s.depth() == 3 && section == "fonts" && name == "font":
			p.struck = append(p.struck, false)
		case s.depth() == 4 && section == "fonts" && name == "strike" && len(p.struck) > 0:
			p.struck[len(p.struck)-1] = strikes(s)
		case s.depth() == 3 && section == "cellXfs" && name == "xf":
			err = p.addFormat(s)
		}
		if err == nil && len(p.struck)+len(p.codes) > 2*maxStyles {
			err = tooMuch("字体或数字格式过多")
		}
		if err != nil {
			return err
		}
	}
}

// strikes reads <strike val="…"/>, true without a value.
func strikes(s *xmlScanner) bool {
	value, given := s.attr("val")
	return !given || isTrue([]byte(value))
}

func (p *styleParts) addCode(s *xmlScanner) error {
	id, err := s.number("numFmtId")
	if err != nil {
		return err
	}
	code, _ := s.attr("formatCode")
	if len(code) > maxFormatCode {
		return tooMuch("数字格式长达 %d 字节", len(code))
	}
	p.codes[id] = code
	return nil
}

func (p *styleParts) addFormat(s *xmlScanner) error {
	if len(p.ids) >= maxStyles {
		return tooMuch("单元格格式超过 %d 种", maxStyles)
	}
	id, err := s.number("numFmtId")
	if err != nil {
		return err
	}
	font, err := s.number("fontId")
	if err != nil {
		return err
	}
	p.ids = append(p.ids, id)
	p.fonts = append(p.fonts, font)
	return nil
}

// resolve joins the tables. A code the file defines wins over the built-in
// meaning of its number, as in Excel.
func (p *styleParts) resolve() ([]style, error) {
	forms := map[int]style{}
	styles := make([]style, len(p.ids))
	for i, id := range p.ids {
		known, ok := forms[id]
		if !ok {
			known = styleOf(id, p.codes)
			forms[id] = known
		}
		known.struck = p.fonts[i] < len(p.struck) && p.struck[p.fonts[i]]
		styles[i] = known
	}
	return styles, nil
}

func styleOf(id int, codes map[int]string) style {
	code, custom := codes[id]
	if !custom {
		code = builtinCodes[id]
	}
	if code == "General" || code == "G/通用格式" {
		code = ""
	}
	return style{format: code, date: dateFormOf(code)}
}

// number reads a non-negative attribute, 0 when it is not there.
func (s *xmlScanner) number(name string) (int, error) {
	value, given := s.attr(name)
	if !given {
		return 0, nil
	}
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return 0, broken("标签 <%s> 的属性“%s”不是有效的数字：“%s”", shownToken(s.name), name, shownToken([]byte(value)))
	}
	return int(n), nil
}
