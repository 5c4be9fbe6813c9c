package sheet

import "bytes"

// usualAttrs is more than rows and cells have.
const usualAttrs = 16

// byteClass sorts bytes for the tag reader.
type byteClass uint8

const (
	nameByte  byteClass = 1 << iota // may stand in a name
	blankByte                       // separates attributes
	riskyByte                       // needs a second look inside a value
)

var byteClasses = func() (t [256]byteClass) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '_', c == '-', c == '.', c == ':', c >= 0x80:
			t[c] = nameByte
		case c == ' ', c == '\t', c == '\n', c == '\r':
			t[c] = blankByte
		case c < ' ', c == '<', c == '&':
			t[c] = riskyByte
		}
	}
	return t
}()

func (s *xmlScanner) push(name []byte) error {
	if len(s.marks) >= maxDepth {
		return tooMuch("XML 嵌套超过 %d 层", maxDepth)
	}
	s.marks = append(s.marks, len(s.names))
	s.names = append(s.names, name...)
	return nil
}

func (s *xmlScanner) pop() {
	last := len(s.marks) - 1
	s.names = s.names[:s.marks[last]]
	s.marks = s.marks[:last]
}

// readStartTag reads "<name a='v'>". A ">" may stand inside a value, so a tag
// that does not parse is tried again up to the next ">".
func (s *xmlScanner) readStartTag() error {
	if s.rooted && s.depth() == 0 {
		return broken("XML 有一个以上的根元素")
	}
	from := 1
	for {
		i := bytes.IndexByte(s.buf[s.pos+from:s.end], '>')
		if i < 0 {
			from = s.end - s.pos
			if err := s.more(); err != nil {
				return err
			}
			continue
		}
		open, err := s.parseTag(s.buf[s.pos+1 : s.pos+from+i])
		if err != nil {
			return err
		}
		if open {
			from += i + 1
			continue
		}
		s.pos += from + i + 1
		return s.opened()
	}
}

// opened records the tag just parsed. The name is pushed by value because the
// window moves.
func (s *xmlScanner) opened() error {
	if twoColons(s.name) {
		return broken("标签 <%s> 不合规", shownToken(s.name))
	}
	if !s.rooted {
		s.rooted = true
		if i := bytes.IndexByte(s.name, ':'); i >= 0 {
			s.prefix = bytes.Clone(s.name[:i+1])
		}
	}
	return s.push(s.name)
}

// parseTag reads the inside of a start tag; open means that a quoted value goes
// on behind it.
func (s *xmlScanner) parseTag(tag []byte) (open bool, err error) {
	s.attrs = s.attrs[:0]
	n := nameLength(tag)
	if n == 0 {
		return false, broken("出现了多余的“<”符号或不合规的标签")
	}
	s.name = tag[:n]
	for i := n; ; {
		start := i
		for i < len(tag) && byteClasses[tag[i]] == blankByte {
			i++
		}
		if i == len(tag) {
			s.selfClose = false
			return false, nil
		}
		if tag[i] == '/' && i == len(tag)-1 {
			s.selfClose = true
			return false, nil
		}
		if i == start {
			return false, broken("标签 <%s> 的属性写法不合规", shownToken(s.name))
		}
		var next int
		if next, open, err = s.parseAttr(tag, i); open || err != nil {
			return open, err
		}
		i = next
	}
}

// parseAttr reads one attribute that starts at i.
func (s *xmlScanner) parseAttr(tag []byte, i int) (next int, open bool, err error) {
	n := nameLength(tag[i:])
	name := tag[i : i+n]
	i = skipBlanks(tag, i+n)
	if n == 0 || i >= len(tag) || tag[i] != '=' {
		return 0, false, broken("标签 <%s> 的属性写法不合规", shownToken(s.name))
	}
	i = skipBlanks(tag, i+1)
	if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
		return 0, false, broken("标签 <%s> 的属性没有引号", shownToken(s.name))
	}
	quote := tag[i]
	i++
	start, risky := i, false
	for ; i < len(tag) && tag[i] != quote; i++ {
		risky = risky || byteClasses[tag[i]] == riskyByte
	}
	if i == len(tag) {
		return 0, true, nil
	}
	value := tag[start:i]
	if risky {
		if err := checkValue(value); err != nil {
			return 0, false, err
		}
	}
	return i + 1, false, s.addAttr(name, value)
}

func (s *xmlScanner) addAttr(name, value []byte) error {
	if len(s.attrs) >= maxAttrs {
		return tooMuch("标签 <%s> 的属性过多", shownToken(s.name))
	}
	if twoColons(name) {
		return broken("标签 <%s> 的属性写法不合规", shownToken(s.name))
	}
	if len(s.attrs) > usualAttrs {
		*s.work += len(s.attrs) // what the comparisons below cost
	}
	for i := range s.attrs {
		if bytes.Equal(s.attrs[i].name, name) {
			return broken("标签 <%s> 的属性“%s”重复", shownToken(s.name), shownToken(name))
		}
	}
	s.attrs = append(s.attrs, attribute{name, value})
	return nil
}

// checkValue refuses what may not stand in an attribute.
func checkValue(value []byte) error {
	if bytes.IndexByte(value, '<') >= 0 {
		return broken("标签的属性里有多余的“<”符号")
	}
	_, err := appendText(nil, value)
	return err
}

func (s *xmlScanner) readEndTag() error {
	if s.depth() > 0 { // the usual shape, nothing to search for
		opened := s.names[s.marks[s.depth()-1]:]
		from, to := s.pos+2, s.pos+2+len(opened)
		if to < s.end && s.buf[to] == '>' && bytes.Equal(s.buf[from:to], opened) {
			s.name, s.pos = s.buf[from:to], to+1
			s.pop()
			return nil
		}
	}
	rest, err := s.upTo(2, ">")
	if err != nil {
		return err
	}
	n := nameLength(rest)
	if !isBlank(rest[n:]) {
		return broken("结束标签写法不合规")
	}
	if s.depth() == 0 {
		return broken("有多余的结束标签 </%s>", shownToken(rest[:n]))
	}
	opened := s.names[s.marks[s.depth()-1]:]
	if !bytes.Equal(opened, rest[:n]) {
		return broken("标签不成对：<%s> 与 </%s>", shownToken(opened), shownToken(rest[:n]))
	}
	s.name = rest[:n]
	s.pop()
	return nil
}

func nameLength(b []byte) int {
	if len(b) == 0 || b[0] == '-' || b[0] == '.' || b[0] >= '0' && b[0] <= '9' {
		return 0
	}
	n := 0
	for n < len(b) && byteClasses[b[n]] == nameByte {
		n++
	}
	return n
}

// twoColons reports a name with more than one prefix.
func twoColons(name []byte) bool {
	i := bytes.IndexByte(name, ':')
	return i >= 0 && bytes.IndexByte(name[i+1:], ':') >= 0
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && byteClasses[b[i]] == blankByte {
		i++
	}
	return i
}

// shownToken keeps a piece of the file short enough for a sentence.
func shownToken(b []byte) string {
	if r := bytes.Runes(b); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return string(b)
}

// attr gives the value of an attribute without prefix, entities undone.
func (s *xmlScanner) attr(name string) (string, bool) {
	for _, a := range s.attrs {
		if string(a.name) == name {
			return s.plain(a.value), true
		}
	}
	return "", false
}

// relationID gives r:id, whatever the prefix is called.
func (s *xmlScanner) relationID() string {
	for _, a := range s.attrs {
		if bytes.HasSuffix(a.name, []byte(":id")) {
			return s.plain(a.value)
		}
	}
	return ""
}

// plain undoes entities; the value was checked when the tag was parsed.
func (s *xmlScanner) plain(value []byte) string {
	if bytes.IndexByte(value, '&') < 0 {
		return string(value)
	}
	out, _ := appendText(nil, value)
	return string(out)
}

// namespace gives what the root's own prefix is bound to.
func (s *xmlScanner) namespace() string {
	declared := "xmlns"
	if n := len(s.prefix); n > 0 {
		declared += ":" + string(s.prefix[:n-1])
	}
	uri, _ := s.attr(declared)
	return uri
}

// isTrue reads an XML boolean; office programs write 1, true and on.
func isTrue(value []byte) bool {
	switch string(value) {
	case "1", "true", "on", "True", "TRUE":
		return true
	}
	return false
}
