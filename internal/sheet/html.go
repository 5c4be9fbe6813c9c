package sheet

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"changbei/internal/grid"
)

const (
	htmlRead       = "文件是网页格式（扩展名可能写成了 .xls），读取的是网页里的表格。"
	htmlHiddenCell = "网页表格里有隐藏的单元格，没有读取。"
	// maxNested bounds tables within tables; pages laid out with them have five.
	maxNested = 30
	// sureUTF8 is how many characters beyond ASCII make valid UTF-8 no accident,
	// whatever encoding the page says it has.
	sureUTF8 = 8
)

// htmlPage is the state of reading a page: every table with at least two rows
// is a sheet, and what stands between tables is put above the next one, as the
// title lines of a ledger are.
type htmlPage struct {
	budget
	cells   *collector
	z       *html.Tokenizer
	classes map[string]htmlStyle
	styles  map[string]htmlStyle // by the text of a style attribute
	names   []string             // of the sheets, as Excel notes them down
	open    []*htmlTable         // from the outermost in
	sheets  []*grid.Sheet
	lines   [][]grid.Cell // rows that belong above the next table
	text    htmlText      // outside of tables
	skipTag string        // an element whose content is passed over, "" = none
	skipped int           // how often its name is open
	passed  int           // tables open inside it
	style   bool          // inside <style>
	headed  bool          // LibreOffice wrote the page: headings name the sheets
	hidden  bool          // some cell was not shown
	seen    bool          // some table
	length  int           // of the page
	done    int           // bytes of it that have been read
}

func (p *htmlPage) progress() float64 { return float64(p.done) / float64(p.length) }

func readHTML(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	if size > maxTextFile {
		return nil, tooMuch("网页文件有 %d MB，超过 %d MB 的上限", size>>20, maxTextFile>>20)
	}
	raw := make([]byte, size)
	if n, err := src.ReadAt(raw, 0); int64(n) < size {
		return nil, brokenBy(err, "文件读不完整")
	}
	text, encoding, err := decodeHTML(raw)
	if err != nil {
		return nil, err
	}
	if err := checkPrintable(text); err != nil {
		return nil, err
	}
	p := &htmlPage{z: html.NewTokenizer(bytes.NewReader(text)), cells: newCollector(), classes: map[string]htmlStyle{}, styles: map[string]htmlStyle{}}
	p.z.SetMaxBuf(maxToken)
	p.length = max(1, len(text))
	if err := p.read(); err != nil {
		return nil, p.located(err)
	}
	return p.book(encoding)
}

func (p *htmlPage) located(err error) error {
	if n := len(p.open); n > 0 {
		return located(err, "网页里第 %d 个表格第 %d 行", len(p.sheets)+n, p.open[n-1].row)
	}
	return located(err, "网页")
}

// book names the sheets and puts what is left of the page below the last one.
func (p *htmlPage) book(encoding string) (*grid.Workbook, error) {
	if err := p.flushText(); err != nil {
		return nil, err
	}
	if len(p.sheets) == 0 {
		if !p.seen {
			return nil, broken("网页里没有表格（如果旁边有 .files 文件夹，数据在那里面）")
		}
		p.addSheet(&grid.Sheet{HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}})
	}
	p.takeHeading()
	last := p.sheets[len(p.sheets)-1]
	bottom := 0
	for _, c := range last.Cells {
		bottom = max(bottom, c.Row)
	}
	last.Cells = append(last.Cells, p.takeLines(bottom)...)
	book := &grid.Workbook{Format: "html", Encoding: encoding, Notices: []string{htmlRead}}
	if p.hidden {
		book.Notices = append(book.Notices, htmlHiddenCell)
	}
	for i, s := range p.sheets {
		switch {
		case s.Name != "":
		case len(p.names) == len(p.sheets):
			s.Name = p.names[i]
		default:
			s.Name = "Sheet" + strconv.Itoa(i+1)
		}
		book.Sheets = append(book.Sheets, *s)
	}
	return book, nil
}

func (p *htmlPage) addSheet(s *grid.Sheet) { p.sheets = append(p.sheets, s) }

// headingOf is what LibreOffice puts above each sheet of a workbook.
var headingOf = regexp.MustCompile(`^Sheet \d+: (.+)$`)

// takeHeading gives the name in the last such heading and drops it with all that
// stands above it: the list of sheets, and sheets that are empty.
func (p *htmlPage) takeHeading() (name string) {
	for i := len(p.lines) - 1; i >= 0 && p.headed; i-- {
		if m := headingOf.FindStringSubmatch(p.lines[i][0].Raw); m != nil {
			p.lines = p.lines[i+1:]
			return m[1]
		}
	}
	return ""
}

// takeLines gives the waiting lines as cells below a row.
func (p *htmlPage) takeLines(above int) []grid.Cell {
	var cells []grid.Cell
	for i, line := range p.lines {
		for _, c := range line {
			c.Row = above + i + 1
			cells = append(cells, c)
		}
	}
	p.lines = nil
	return cells
}

// flushText makes the text outside of tables lines.
func (p *htmlPage) flushText() error {
	for line := range strings.SplitSeq(string(p.text.take()), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(line) > MaxCellText {
			return tooMuch("表格外面有一段文字超过 %d KB", MaxCellText>>10)
		}
		if err := p.addCell(len(line)); err != nil {
			return err
		}
		p.lines = append(p.lines, []grid.Cell{{Col: 1, Kind: grid.Text, Raw: line}})
	}
	return nil
}

// read goes through the page to its end. A page whose tables or whose own
// element are still open there has been cut off.
func (p *htmlPage) read() error {
	root := false
	for {
		if p.work++; p.work > maxWork {
			return tooMuch("内容过于零碎（超过 %d 万个标签）", maxWork/10_000)
		}
		kind := p.z.Next()
		p.done += len(p.z.Raw())
		switch kind {
		case html.ErrorToken:
			if err := p.z.Err(); err != io.EOF {
				return tooMuch("单个标签或文字超过 %d MB", maxToken>>20)
			}
			if len(p.open) > 0 || root || p.skipTag != "" || p.style {
				return broken("内容不完整，文件可能没有下载完或被截断")
			}
			return nil
		case html.TextToken:
			if err := p.addText(p.z.Text()); err != nil {
				return err
			}
		case html.CommentToken:
			p.note(string(p.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t, err := p.readTag()
			if err != nil {
				return err
			}
			t.closed = kind == html.SelfClosingTagToken
			root = root || t.name == "html"
			if err := p.start(t); err != nil {
				return err
			}
		case html.EndTagToken:
			name, _ := p.z.TagName()
			tag := tagName(name)
			root = root && tag != "html" && tag != "body"
			if err := p.end(tag); err != nil {
				return err
			}
		}
	}
}

var worksheetName = regexp.MustCompile(`(?is)<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>`)

// note reads what Excel leaves in a comment: the names of the sheets.
func (p *htmlPage) note(comment string) {
	for _, m := range worksheetName.FindAllStringSubmatch(comment, MaxSheets) {
		p.names = append(p.names, shownName(html.UnescapeString(m[1])))
	}
}

// addText takes text to where it stands: a cell, or outside of all tables.
func (p *htmlPage) addText(text []byte) error {
	switch n := len(p.open); {
	case p.style:
		p.addClasses(string(text))
	case p.skipTag != "":
	case n == 0:
		p.text.write(text)
		if p.text.size() > MaxText {
			return tooMuch("文字总量超过 %d MB", MaxText>>20)
		}
	case p.open[n-1].cell != nil:
		return p.open[n-1].write(text)
	case len(bytes.TrimSpace(text)) > 0:
		return broken("有写在单元格外面的文字“%s”", shownToken(bytes.TrimSpace(text)))
	}
	return nil
}

var declaredCharset = regexp.MustCompile(`(?i)<meta[^>]*charset\s*=\s*["']?\s*([a-z0-9_-]+)`)

// decodeHTML gives UTF-8. A page says its encoding, but report tools copy that
// line from one another: bytes that can only be UTF-8 are taken as such.
func decodeHTML(raw []byte) (text []byte, encoding string, err error) {
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) || bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		return decodeText(raw)
	}
	declared := ""
	if m := declaredCharset.FindSubmatch(raw[:min(len(raw), headLength)]); m != nil {
		declared = strings.ToLower(string(m[1]))
	}
	switch declared {
	case "gbk", "gb2312", "gb18030", "cp936", "x-gbk", "windows-936", "gb_2312-80":
		if beyondASCII(raw) >= sureUTF8 || !slices.ContainsFunc(raw, func(c byte) bool { return c >= utf8.RuneSelf }) {
			return decodeText(raw)
		}
		return decodeGB18030(raw)
	case "big5", "shift_jis", "euc-jp", "euc-kr":
		if !utf8.Valid(raw) {
			return nil, "", broken("使用了不支持的字符编码“%s”", declared)
		}
	}
	return decodeText(raw)
}

// beyondASCII counts the characters beyond ASCII of valid UTF-8; 0 for others.
func beyondASCII(raw []byte) int {
	if !utf8.Valid(raw) {
		return 0
	}
	n := 0
	for _, c := range raw {
		if utf8.RuneStart(c) && c >= utf8.RuneSelf {
			n++
		}
	}
	return n
}
