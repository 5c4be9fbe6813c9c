package sheet

import (
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/grid"
)

// maxSpan is the most columns or rows one cell of a page may cover; browsers
// stop at 1,000 columns and 65,534 rows.
const maxSpan = 65_534

// htmlTag is a start tag with its attributes, entities undone.
type htmlTag struct {
	name   string
	attrs  []htmlAttr
	look   htmlStyle // its classes and its own style joined
	closed bool      // <name/>
}

type htmlAttr struct{ key, value string }

// htmlStyle is what of a style sheet counts for reading.
type htmlStyle struct {
	format         string
	formatted      bool
	hidden, struck bool
}

// usualTags are the names that come by the million.
var usualTags = map[string]string{"tr": "tr", "td": "td", "th": "th", "span": "span", "font": "font", "br": "br", "b": "b", "p": "p"}

func tagName(name []byte) string {
	if known, ok := usualTags[string(name)]; ok {
		return known
	}
	return string(name)
}

var swallowedTag = regexp.MustCompile(`(?i)<\s*/?\s*(?:table|tr|td|th)\b`)

// readTag gives the tag the tokenizer stands at. A value of a table's tag that
// has another such tag in it means that a quote was lost and the cells behind
// it are swallowed.
func (p *htmlPage) readTag() (htmlTag, error) {
	name, more := p.z.TagName()
	t := htmlTag{name: tagName(name)}
	for more {
		var key, value []byte
		key, value, more = p.z.TagAttr()
		if len(t.attrs) >= maxAttrs {
			return t, tooMuch("标签 <%s> 的属性过多", shownToken([]byte(t.name)))
		}
		if len(key) > 0 {
			t.attrs = append(t.attrs, htmlAttr{string(key), string(value)})
		}
		if swallowedTag.Match(value) || swallowedTag.Match(key) {
			return t, broken("标签 <%s> 的引号不成对", shownToken([]byte(t.name)))
		}
	}
	if len(t.attrs) > 0 {
		t.look = p.lookOf(&t)
	}
	return t, nil
}

// get gives an attribute, the first of several as in a browser.
func (t *htmlTag) get(key string) string {
	value, _ := t.find(key)
	return value
}

func (t *htmlTag) has(key string) bool {
	_, found := t.find(key)
	return found
}

func (t *htmlTag) find(key string) (string, bool) {
	for _, a := range t.attrs {
		if a.key == key {
			return a.value, true
		}
	}
	return "", false
}

// span gives a number of rows or columns, 1 without the attribute.
func (t *htmlTag) span(key string) (int, bool) {
	value := strings.TrimSpace(t.get(key))
	if value == "" {
		return 1, true
	}
	n, ok := parseCount([]byte(value), maxSpan)
	return n, ok && n > 0
}

// lookOf joins the classes and the own style of a tag. Pages repeat a few
// hundred styles in every cell, so what was read is kept.
func (p *htmlPage) lookOf(t *htmlTag) htmlStyle {
	var st htmlStyle
	for class := range strings.FieldsSeq(t.get("class")) {
		st.add(p.classes[strings.ToLower(class)])
	}
	if own := t.get("style"); own != "" {
		known, ok := p.styles[own]
		if !ok && len(p.styles) < maxStyles {
			known = parseStyle(own)
			p.styles[own] = known
		} else if !ok {
			known = parseStyle(own)
		}
		st.add(known)
	}
	st.hidden = st.hidden || t.has("hidden")
	return st
}

func (s *htmlStyle) add(other htmlStyle) {
	if other.formatted {
		s.format, s.formatted = other.format, true
	}
	s.hidden = s.hidden || other.hidden
	s.struck = s.struck || other.struck
}

var (
	hiddenStyle  = regexp.MustCompile(`(?i)(?:^|[;\s{])display\s*:\s*none`)
	struckStyle  = regexp.MustCompile(`(?i)text-decoration[a-z-]*\s*:[^;]*line-through`)
	formatStyle  = regexp.MustCompile(`(?i)mso-number-format\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^;"'\\]|\\.)+))`)
	classRule    = regexp.MustCompile(`\.([A-Za-z_][\w-]*)\s*\{([^{}]*)\}`)
	styleEscapes = regexp.MustCompile(`\\(00[0-9A-Fa-f]{2}\s?|.)`)
)

func parseStyle(text string) htmlStyle {
	st := htmlStyle{hidden: hiddenStyle.MatchString(text), struck: struckStyle.MatchString(text)}
	if m := formatStyle.FindStringSubmatch(text); m != nil {
		format := strings.TrimSpace(m[1] + m[2] + m[3])
		st.formatted = len(format) <= maxFormatCode
		st.format = styleEscapes.ReplaceAllStringFunc(format, unescapeStyle)
	}
	return st
}

// unescapeStyle undoes \0022 and \@; Excel writes four digits and no more.
func unescapeStyle(escape string) string {
	if n, err := strconv.ParseUint(strings.TrimSpace(escape[1:]), 16, 16); err == nil && len(escape) > 4 {
		return string(rune(n))
	}
	return escape[1:]
}

// addClasses reads the rules of a style sheet that are for a class.
func (p *htmlPage) addClasses(text string) {
	for _, m := range classRule.FindAllStringSubmatch(text, maxStyles) {
		st := p.classes[strings.ToLower(m[1])]
		st.add(parseStyle(m[2]))
		p.classes[strings.ToLower(m[1])] = st
	}
}

// plainNumeral is a text that nobody can have meant otherwise: no leading
// zeros, no commas, and no more digits than Excel keeps.
var plainNumeral = regexp.MustCompile(`^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$`)

// perhapsMonth is a text like 2022.10, which may be a year and a month.
var perhapsMonth = regexp.MustCompile(`^(?:19|20)\d\d\.\d{1,2}$`)

// isFault reports an error value as it is shown, LibreOffice's own among them.
func isFault(text string) bool {
	if digits, own := strings.CutPrefix(text, "Err:"); own {
		_, number := parseCount([]byte(digits), 999)
		return number
	}
	for _, fault := range biffFaults {
		if text == fault {
			return true
		}
	}
	return false
}

// typed gives a cell its kind and value: what the page says of it (Excel's
// x:num and x:str, LibreOffice's sdval), else a number where the text is
// nothing but one, else text for the parsers behind.
func (t *htmlTag) typed(c *passCell, text string, table *htmlTable) error {
	st := t.look
	if sdnum := t.get("sdnum"); sdnum != "" {
		if parts := strings.SplitN(sdnum, ";", 3); len(parts) == 3 {
			st.format, st.formatted = parts[2], true
		}
	}
	known := namedStyle(st.format)
	c.format, c.strike = known.format, c.strike || st.struck
	if c.formula = strings.TrimPrefix(t.get("x:fmla"), "="); len(c.formula) > MaxFormula {
		return tooMuch("单元格 %s 的公式超过 %d KB", grid.Ref(c.row, c.col), MaxFormula>>10)
	}
	number, given := t.find("x:num")
	if !given {
		number, given = t.find("sdval")
	}
	number = strings.TrimSpace(number)
	said, isText := t.find("x:str")
	switch {
	case !isText && !table.texts && isFault(text):
		c.kind, c.text = grid.Fault, text // LibreOffice gives it the value 0
	case given && number != "":
		if !validNumber([]byte(number)) {
			return broken("单元格 %s 的数字“%s”不合规", grid.Ref(c.row, c.col), shownToken([]byte(number)))
		}
		c.kind, c.text = grid.Number, number
	case given && validNumber([]byte(text)):
		c.kind, c.text = grid.Number, text
	case isText && said != "":
		c.kind, c.text = grid.Text, said
	case text == "" && c.formula != "":
		c.kind = grid.FormulaOnly
	case text == "":
	case t.has("x:err"):
		c.kind, c.text = grid.Fault, text
	case !isText && !table.texts && st.format != "@" && plainNumeral.MatchString(text) && !perhapsMonth.MatchString(text):
		c.kind, c.text = grid.Number, text
	default:
		c.kind, c.text = grid.Text, text
	}
	if c.kind == grid.Number || c.kind == grid.FormulaOnly {
		c.date = known.date
	}
	return nil
}
