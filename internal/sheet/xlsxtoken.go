package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// The limits of the XML a workbook is made of.
const (
	// maxToken bounds one tag, text or comment and so the window held in
	// memory. A cell's text may be MaxCellText with every character escaped.
	maxToken = 2 << 20
	// maxDepth bounds nesting; office programs stay under 20.
	maxDepth = 100
	// maxAttrs bounds the attributes of one tag; a root declares some 50
	// namespaces.
	maxAttrs = 256
	// maxWork bounds the tokens of all parts together, and so the time: the
	// largest ledger within MaxCells and MaxBlankCells has 25 million.
	maxWork = 30_000_000
	// maxSkipped bounds those of one part that are of no account for reading:
	// formats, drawings and extensions of the most coloured ledger stay under a
	// hundred thousand.
	maxSkipped = 3_000_000
	// firstWindow is the usual size of the window.
	firstWindow = 64 << 10
	// maxEmptyReads is the custom of package bufio.
	maxEmptyReads = 100
)

type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenStart
	tokenEnd
	tokenText
)

// attribute is one attribute of a start tag; value is raw, before entities.
type attribute struct {
	name, value []byte
}

// xmlScanner cuts one XML part into tokens. It exists because reading must be
// strict, streaming and close to the speed of inflating: it checks that tags
// are paired, attributes are quoted and unique, entities are known and bytes
// are UTF-8, refuses a DOCTYPE, and holds one window only. Namespaces are
// followed as far as a workbook needs: names are compared without the prefix of
// the root element, any other prefix is foreign.
//
// All slices it hands out are valid until the next call of next.
type xmlScanner struct {
	src      io.Reader
	work     *int // tokens so far, counted over all parts
	skipped  int  // tokens passed over in this part
	buf      []byte
	pos, end int
	checked  int // buf[:checked] is known to be valid UTF-8
	atEnd    bool
	failed   error // of the source or its encoding, behind buf[:end]

	names     []byte // the names of the open elements, one after the other
	marks     []int  // where each of them starts
	prefix    []byte // prefix of the root with its colon
	rooted    bool
	selfClose bool

	name  []byte // of the current tag, with its prefix
	attrs []attribute
	text  []byte // of the current text
	cdata bool   // text is to be taken as it stands
}

func newScanner(src io.Reader, work *int) (*xmlScanner, error) {
	decoded, err := decodeXML(src)
	if err != nil {
		return nil, err
	}
	return &xmlScanner{src: decoded, work: work, buf: make([]byte, firstWindow)}, nil
}

func (s *xmlScanner) depth() int { return len(s.marks) }

// local is the name of the current tag without the root's prefix; "" when it
// belongs to another vocabulary.
func (s *xmlScanner) local() []byte {
	if len(s.prefix) > 0 {
		if !bytes.HasPrefix(s.name, s.prefix) {
			return nil
		}
		return s.name[len(s.prefix):]
	}
	if bytes.IndexByte(s.name, ':') >= 0 {
		return nil
	}
	return s.name
}

// next gives the next token. A self-closing tag gives a start and an end.
// tokenEOF comes only after the root has been closed and the source has been
// read to its end, so that a checksum behind it was compared.
func (s *xmlScanner) next() (tokenKind, error) {
	if s.selfClose {
		s.selfClose = false
		s.pop()
		return tokenEnd, nil
	}
	for {
		if *s.work++; *s.work > maxWork {
			return tokenEOF, tooMuch("内容过于零碎（超过 %d 万个标签）", maxWork/10_000)
		}
		if s.pos == s.end {
			more, err := s.fill()
			if err != nil {
				return tokenEOF, err
			}
			if !more {
				return tokenEOF, s.finish()
			}
		}
		if s.buf[s.pos] != '<' {
			if err := s.readText(); err != nil {
				return tokenEOF, err
			}
			if s.depth() > 0 {
				return tokenText, nil
			}
			if !isBlank(s.text) {
				return tokenEOF, broken("XML 的根元素外面有多余的内容")
			}
			continue
		}
		kind, skipped, err := s.readMarkup()
		if err != nil || !skipped {
			return kind, err
		}
	}
}

func (s *xmlScanner) finish() error {
	if s.depth() > 0 || !s.rooted {
		return broken("内容不完整，文件可能没有下载完或被截断")
	}
	return nil
}

// readMarkup reads what starts with "<". Comments, declarations and processing
// instructions are skipped.
func (s *xmlScanner) readMarkup() (kind tokenKind, skipped bool, err error) {
	if err := s.need(2); err != nil {
		return tokenEOF, false, err
	}
	switch s.buf[s.pos+1] {
	case '/':
		err = s.readEndTag()
		return tokenEnd, false, err
	case '?':
		inner, err := s.upTo(2, "?>")
		if err == nil {
			err = checkControls(inner)
		}
		return tokenEOF, true, err
	case '!':
		return s.readDeclaration()
	}
	err = s.readStartTag()
	return tokenStart, false, err
}

func (s *xmlScanner) readDeclaration() (kind tokenKind, skipped bool, err error) {
	if s.starts("<!--") {
		_, err = s.upTo(4, "-->")
		return tokenEOF, true, err
	}
	if s.starts("<![CDATA[") && s.depth() > 0 {
		s.text, err = s.upTo(9, "]]>")
		s.cdata = true
		return tokenText, false, err
	}
	if s.starts("<!DOCTYPE") {
		return tokenEOF, false, broken("文件里有不允许的 DOCTYPE 声明")
	}
	return tokenEOF, false, broken("XML 里有不认识的声明")
}

// readText takes everything up to the next "<".
func (s *xmlScanner) readText() error {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			s.take(from + i)
			return nil
		}
		from = s.end - s.pos
		more, err := s.fill()
		if err != nil {
			return err
		}
		if !more {
			s.take(from)
			return nil
		}
	}
}

func (s *xmlScanner) take(n int) {
	s.text, s.cdata = s.buf[s.pos:s.pos+n], false
	s.pos += n
}

// upTo gives the bytes between the first skip ones and the mark, and moves
// behind the mark.
func (s *xmlScanner) upTo(skip int, mark string) ([]byte, error) {
	from := skip
	for {
		if from <= s.end-s.pos {
			if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
				inner := s.buf[s.pos+skip : s.pos+from+i]
				s.pos += from + i + len(mark)
				return inner, nil
			}
			from = max(skip, s.end-s.pos-len(mark)+1)
		}
		if err := s.more(); err != nil {
			return nil, err
		}
	}
}

// starts reports whether the window continues with the given text.
func (s *xmlScanner) starts(text string) bool {
	if s.need(len(text)) != nil {
		return false
	}
	return string(s.buf[s.pos:s.pos+len(text)]) == text
}

// need makes sure that n bytes are in the window.
func (s *xmlScanner) need(n int) error {
	for s.end-s.pos < n {
		if err := s.more(); err != nil {
			return err
		}
	}
	return nil
}

// more is fill where the end of the source is a fault.
func (s *xmlScanner) more() error {
	more, err := s.fill()
	if err == nil && !more {
		err = broken("内容不完整，文件可能没有下载完或被截断")
	}
	return err
}

// fill reads on, moving what is still needed to the front; false at the end. A
// fault of the source waits until everything before it has been used, so that
// the row it is reported for is the right one.
func (s *xmlScanner) fill() (bool, error) {
	if s.failed != nil || s.atEnd {
		return false, s.failed
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.checked -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return false, tooMuch("单个标签、文字或连续空白超过 %d MB", maxToken>>20)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for tries := 0; tries < maxEmptyReads; tries++ {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.atEnd = true
		} else if err != nil {
			s.failed = err
		}
		if before := s.end - n; n > 0 {
			s.checkUTF8()
			if s.end > before {
				return true, nil
			}
			return false, s.failed
		}
		if err != nil {
			return false, s.failed
		}
	}
	return false, io.ErrNoProgress
}

// checkUTF8 checks what has arrived, leaving a rune that is still incomplete.
// What is not valid is cut off and reported when it is reached.
func (s *xmlScanner) checkUTF8() {
	fresh := s.buf[s.checked:s.end]
	if !s.atEnd {
		fresh = fresh[:len(fresh)-incompleteTail(fresh)]
	}
	if utf8.Valid(fresh) {
		s.checked += len(fresh)
		return
	}
	for {
		r, n := utf8.DecodeRune(s.buf[s.checked:s.end])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		s.checked += n
	}
	s.end = s.checked
	s.failed = broken("含有无法识别的字符编码（不是 UTF-8）")
}

// incompleteTail gives the length of a rune that was cut at the end of b.
func incompleteTail(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// skip passes over the rest of the element whose start was just read.
func (s *xmlScanner) skip() error { return s.pass(new(int), maxWork) }

// skipForeign passes over an element that is of no account for reading, of
// which no part has many.
func (s *xmlScanner) skipForeign() error { return s.pass(&s.skipped, maxSkipped) }

func (s *xmlScanner) pass(passed *int, most int) error {
	for target := s.depth() - 1; ; {
		kind, err := s.next()
		if err != nil {
			return err
		}
		if kind == tokenEnd && s.depth() == target {
			return nil
		}
		if *passed++; *passed > most {
			return tooMuch("内容过于零碎（超过 %d 万个无关的标签）", most/10_000)
		}
	}
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
