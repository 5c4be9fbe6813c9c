package sheet

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"changbei/internal/grid"
)

// sniffed is what a file turned out to be: the reader for it.
type sniffed struct{ read reader }

// headLength is enough to tell every format known here by its beginning.
const headLength = 4096

// pick is the remedy where somebody chose a file of another kind.
const pick = "请选择 Excel 工作簿（.xlsx、.xls）或 .csv 文件；如果数据在这个文件里，请先复制到 WPS 或 Excel 的表格中，「另存为」.xlsx 后再上传。"

// signatures are the beginnings of files that are no tables, with what to call
// them. The name of a file is never asked: pictures are uploaded as .xlsx.
var signatures = []struct{ magic, called string }{
	{"%PDF", " PDF 文件"},
	{"\x89PNG", "图片（PNG）"},
	{"\xff\xd8\xff", "图片（JPG）"},
	{"GIF8", "图片（GIF）"},
	{"BM", "图片（BMP）"},
	{"II*\x00", "图片（TIFF）"},
	{"MM\x00*", "图片（TIFF）"},
	{"RIFF", "图片、声音或视频文件"},
	{"Rar!", " RAR 压缩包"},
	{"7z\xbc\xaf", " 7z 压缩包"},
	{"\x1f\x8b", " gzip 压缩包"},
	{"{\\rtf", " RTF 文档"},
	{"MZ", "程序文件"},
	{"SQLite format 3", "数据库文件"},
}

// sniff tells the format of a file by its content.
func sniff(src io.ReaderAt, size int64) (*sniffed, error) {
	if size <= 0 {
		return nil, broken("文件是空的（0 字节）").mend("请确认文件已经保存好，再重新上传。")
	}
	head := make([]byte, min(size, headLength))
	if _, err := src.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, brokenBy(err, "文件读不出来")
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return &sniffed{readZip}, nil
	case bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return nil, broken("压缩包里没有任何文件").mend(pick)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return &sniffed{readCompound}, nil
	case len(head) >= 6 && bytes.HasPrefix(head, []byte{0x09}) && head[1] <= 8 && (head[1]&1 == 0) && head[3] == 0:
		return nil, broken("这是 Excel 5.0 以前的旧格式")
	case len(head) > 12 && string(head[4:8]) == "ftyp":
		return nil, broken("这是图片或视频文件，不是表格").mend(pick)
	}
	if called := signatureOf(head); called != "" {
		return nil, broken("这是%s，不是表格", called).mend(pick)
	}
	read, err := sniffMarkup(head)
	if err != nil {
		return nil, err
	}
	return &sniffed{read}, nil
}

// signatureOf names a file by its magic. "BM" and "MZ" may also begin a text,
// so those two count only with a byte that no text holds.
func signatureOf(head []byte) string {
	for _, s := range signatures {
		if !bytes.HasPrefix(head, []byte(s.magic)) {
			continue
		}
		if len(s.magic) == 2 && bytes.IndexByte(head, 0) < 0 {
			continue
		}
		return s.called
	}
	return ""
}

// reader reads a file of one format.
type reader func(src io.ReaderAt, size int64) (*grid.Workbook, error)

// pageStarts are the beginnings of web pages, whole ones and pieces.
var pageStarts = []string{"<html", "<!doctype html", "<table", "<meta", "<head", "<body", "<style", "<div", "<!--", "<tr", "<title", "<script", "<center", "<link"}

// sniffMarkup tells the web pages and XML files that report tools name .xls
// from texts.
func sniffMarkup(head []byte) (reader, error) {
	text := strings.ToLower(strings.TrimLeft(headText(head), " \t\r\n"))
	begins := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(text, p) })
	}
	switch {
	case begins("<?xml", "<workbook", "<?mso-application", "<ss:workbook"):
		switch {
		case strings.Contains(text, "office:spreadsheet") || strings.Contains(text, "excel.sheet"):
			return readXML2003, nil
		case strings.Contains(text, "<html"):
			return readHTML, nil
		}
		return nil, broken("这是 XML 文件，不是 Excel 工作簿").mend(pick)
	case begins(pageStarts...) || begins("<") && strings.Contains(text, "<table"):
		return readHTML, nil
	case begins("mime-version:") && strings.Contains(text, "multipart/related"):
		return nil, broken("这是“单个文件网页”格式的表格（扩展名可能写成了 .xls）")
	}
	return readText, nil
}

// headText is the beginning as text, UTF-16 undone, without byte order mark.
func headText(head []byte) string {
	big := bytes.HasPrefix(head, []byte("\xfe\xff"))
	if !big && !bytes.HasPrefix(head, []byte("\xff\xfe")) {
		return string(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	}
	units := make([]uint16, 0, len(head)/2)
	for i := 2; i+1 < len(head); i += 2 {
		if big {
			units = append(units, uint16(head[i])<<8|uint16(head[i+1]))
		} else {
			units = append(units, uint16(head[i+1])<<8|uint16(head[i]))
		}
	}
	return string(utf16.Decode(units))
}

// readZip reads a zip that holds a workbook and names any other kind.
func readZip(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	a, err := openArchive(src, size)
	if err != nil {
		return nil, err
	}
	mimetype, err := a.readSmall("mimetype", 1<<10)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.Contains(string(mimetype), "opendocument.spreadsheet"):
		return nil, broken("这是 OpenDocument 表格（.ods）")
	case strings.Contains(string(mimetype), "opendocument"):
		return nil, broken("这是 OpenDocument 文档，不是表格").mend(pick)
	case a.has("word/"):
		return nil, broken("这是 Word 文档（.docx），不是表格").mend(pick)
	case a.has("ppt/"):
		return nil, broken("这是演示文稿（.pptx），不是表格").mend(pick)
	case a.has("xl/workbook.bin"):
		return nil, broken("这是二进制工作簿（.xlsb）")
	case a.parts["[content_types].xml"] == nil && a.parts["_rels/.rels"] == nil && a.parts["xl/workbook.xml"] == nil:
		return nil, broken("这是压缩包，里面不是一个 Excel 工作簿").mend("请先解压，再逐个上传其中的 .xlsx、.xls 或 .csv 文件。")
	}
	if err := a.refuseEmbedded(); err != nil {
		return nil, err
	}
	return readXLSX(a)
}

// refuseEmbedded refuses whole documents and programs inside a workbook:
// nobody has looked at them, and the file is kept and handed out again.
func (a *archive) refuseEmbedded() error {
	for _, name := range a.names {
		if strings.Contains(name, "/embeddings/") && !strings.HasSuffix(name, "/") || strings.Contains(name, "/activex/") {
			return broken("工作簿里嵌入了别的文件或控件（%s）", shownToken([]byte(name))).
				mend("请用 WPS 或 Excel 打开，删除嵌入的对象后「另存为」.xlsx，再重新上传。")
		}
	}
	return nil
}
