package sheet

import (
	"bytes"
	"io"
	"strings"

	"changbei/internal/grid"
)

// names2003 is the vocabulary of "XML 表格 2003" (SpreadsheetML of 2003), which
// report tools like to name .xls.
const names2003 = "urn:schemas-microsoft-com:office:spreadsheet"

// book2003 is the state of reading one such file. It uses the same scanner as
// .xlsx and so has its guards: no DOCTYPE, known entities, UTF-8, caps.
type book2003 struct {
	*xmlScanner
	cells    *collector
	caps     budget
	prefixes map[string]bool // bound to the vocabulary, "" the default one
	styles   map[string]style
	date1904 bool
	book     *grid.Workbook
	sheet    *scan2003 // being read, nil between sheets
	src      *io.SectionReader
}

func (b *book2003) progress() float64 {
	at, _ := b.src.Seek(0, io.SeekCurrent)
	return float64(at-int64(b.end-b.pos)) / float64(max(b.src.Size(), 1))
}

// scan2003 is the state of reading one sheet.
type scan2003 struct {
	out       *grid.Sheet
	row, col  int // of the current row and of the last column a cell covers
	nextRow   int // where a row without index stands
	nextCol   int // the same of <Column>
	hasTable  bool
	style     [2]string // of the table and of the row
	colStyle  map[int]string
	rowHidden bool
	covered   coverage
	text      []byte
}

func readXML2003(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	b := &book2003{cells: newCollector(), prefixes: map[string]bool{"": true, "ss": true}, styles: map[string]style{},
		book: &grid.Workbook{Format: "xml2003"}, src: io.NewSectionReader(src, 0, size)}
	var err error
	if b.xmlScanner, err = newScanner(b.src, &b.caps.work); err == nil {
		err = b.read()
	}
	if err != nil {
		return nil, b.located(err)
	}
	return b.book, nil
}

func (b *book2003) located(err error) error {
	switch {
	case b.sheet != nil && b.sheet.row > 0:
		return located(err, "工作表“%s”第 %d 行", shownName(b.sheet.out.Name), b.sheet.row)
	case b.sheet != nil:
		return located(err, "工作表“%s”", shownName(b.sheet.out.Name))
	}
	return located(err, "工作簿的公共部分")
}

// tag is the name of the current element in the vocabulary, "" for another's.
func (b *book2003) tag() string {
	if prefix, local, found := bytes.Cut(b.name, []byte(":")); found {
		if b.prefixes[string(prefix)] {
			return string(local)
		}
		return ""
	}
	return string(b.name)
}

// markup is the name of the current element in whatever vocabulary.
func (b *book2003) markup() string {
	return strings.ToLower(string(b.name[bytes.IndexByte(b.name, ':')+1:]))
}

// value gives an attribute of the vocabulary, blanks around it cut off.
func (b *book2003) value(name string) string {
	for _, a := range b.attrs {
		local := a.name
		if prefix, rest, found := bytes.Cut(a.name, []byte(":")); found && b.prefixes[string(prefix)] {
			local = rest
		}
		if string(local) == name {
			return strings.TrimSpace(b.plain(a.value))
		}
	}
	return ""
}

// count gives an attribute that is a number of cells, fallback without one.
func (b *book2003) count(name string, fallback int) (int, error) {
	value := b.value(name)
	if value == "" {
		return fallback, nil
	}
	n, ok := parseCount([]byte(value), MaxRow)
	if !ok {
		return 0, broken("标签 <%s> 的属性“%s”不是有效的数字：“%s”", shownToken(b.name), name, shownToken([]byte(value)))
	}
	return n, nil
}

// foreign reports an element of another vocabulary, which is of no account. An
// unknown one of this vocabulary is refused: it may be a row under another name.
func (b *book2003) foreign() bool {
	space, _ := b.attr("xmlns")
	prefixed := bytes.IndexByte(b.name, ':') >= 0
	return b.tag() == "" || !prefixed && space != "" && space != names2003
}

// children calls read at the start of each child that is not foreign; read
// leaves the scanner behind the child's end.
func (b *book2003) children(read func(tag string) error) error {
	outside := b.depth() - 1
	for {
		kind, err := b.next()
		if err != nil {
			return err
		}
		switch {
		case kind == tokenEnd && b.depth() == outside:
			return nil
		case kind == tokenText && !isBlank(b.text):
			return broken("有写在单元格外面的文字“%s”", shownToken(bytes.TrimSpace(b.text)))
		case kind != tokenStart:
			continue
		case b.foreign() && b.tag() != "WorksheetOptions" && b.tag() != "ExcelWorkbook":
			err = b.skipForeign()
		default:
			err = read(b.tag())
		}
		if err != nil {
			return err
		}
	}
}

func (b *book2003) unknown() error {
	return broken("有不认识的内容 <%s>", shownToken(b.name))
}

func (b *book2003) read() error {
	kind, err := b.next()
	if err != nil {
		return err
	}
	for _, a := range b.attrs {
		if prefix, ok := strings.CutPrefix(string(a.name), "xmlns:"); ok && string(a.value) == names2003 {
			b.prefixes[prefix] = true
		}
	}
	if kind != tokenStart || b.tag() != "Workbook" || b.namespace() != names2003 {
		return broken("根元素应为 <Workbook>，实际是 <%s>", shownToken(b.name))
	}
	if err := b.children(b.part); err != nil {
		return err
	}
	if len(b.book.Sheets) == 0 {
		return broken("工作簿里没有工作表")
	}
	_, err = b.next() // the end of the file, or what stands behind the root
	return err
}

// part reads one child of the workbook.
func (b *book2003) part(tag string) error {
	switch tag {
	case "Worksheet":
		return b.readSheet()
	case "Styles":
		return b.children(b.readStyle)
	case "ExcelWorkbook":
		return b.flags(func(tag string) { b.date1904 = b.date1904 || tag == "date1904" })
	case "Names", "SmartTags", "DocumentProperties", "OfficeDocumentSettings":
		return b.skipForeign()
	}
	return b.unknown()
}

// flags calls see with the name of every element below the current one.
func (b *book2003) flags(see func(tag string)) error {
	for outside := b.depth() - 1; ; {
		kind, err := b.next()
		if err != nil {
			return err
		}
		if kind == tokenEnd && b.depth() == outside {
			return nil
		}
		if kind == tokenStart {
			see(b.markup())
		}
	}
}
