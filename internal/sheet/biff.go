package sheet

import (
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"changbei/internal/grid"
)

// The limits of an OLE2 container. mscfb builds a path for every entry, so a
// long chain of folders within folders would cost the square of its length.
const (
	// maxCompoundBytes is what may be read while opening: 2,000 entries of the
	// directory; a workbook has some 30.
	maxCompoundBytes = 256 << 10
	// maxCompoundReads bounds the steps along sector chains while opening.
	maxCompoundReads = 100_000
)

// meteredReader fails once opening a container costs too much. Reading the one
// stream that is wanted is not metered: its length is known.
type meteredReader struct {
	io.ReaderAt
	bytes, reads int
	open         bool
}

func (m *meteredReader) ReadAt(p []byte, off int64) (int, error) {
	if !m.open {
		m.reads++
		if len(p) > 4 {
			m.bytes += len(p)
		}
		if m.bytes > maxCompoundBytes || m.reads > maxCompoundReads {
			return 0, tooMuch("文件内部的目录过大，像是恶意构造的文件")
		}
	}
	return m.ReaderAt.ReadAt(p, off)
}

// foreignStreams tell OLE2 files that are no workbooks by a stream they have.
var foreignStreams = map[string]string{
	"WordDocument":            " Word 文档（.doc）",
	"PowerPoint Document":     "演示文稿（.ppt）",
	"VisioDocument":           " Visio 图",
	"__properties_version1.0": "电子邮件（.msg）",
}

// readCompound reads an OLE2 file: .xls and the .et of WPS, which differ from
// password-protected .xlsx and from Word files by their streams only.
func readCompound(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	metered := &meteredReader{ReaderAt: src}
	doc, err := mscfb.New(metered)
	if err != nil {
		return nil, brokenBy(err, "文件的内部目录已损坏，可能没有下载完")
	}
	metered.open = true
	var workbook *mscfb.File
	var secrets []*mscfb.File
	encrypted, macros := false, false
	for _, f := range doc.File {
		switch {
		case len(f.Path) > 0:
		case f.Name == "EncryptedPackage":
			encrypted = true
		case f.Name == "EncryptionInfo":
			secrets = append(secrets, f)
		case foreignStreams[f.Name] != "":
			return nil, broken("这是%s，不是表格", foreignStreams[f.Name]).mend(pick)
		case f.Name == "Book" && workbook == nil:
			workbook = f
		case f.Name == "Workbook" && f.Size > 0:
			workbook = f
		case strings.HasPrefix(f.Name, "MBD"):
			return nil, broken("工作簿里嵌入了别的文件").
				mend("请用 WPS 或 Excel 打开，删除嵌入的对象后「另存为」.xlsx，再重新上传。")
		case f.Name == "_VBA_PROJECT_CUR":
			macros = true
		}
	}
	if encrypted {
		return readEncrypted(src, size, secrets)
	}
	if workbook == nil {
		return nil, broken("文件里没有工作簿，不是表格").mend(pick)
	}
	stream, err := readStream(workbook, size)
	if err != nil {
		return nil, err
	}
	book, err := readBIFF(stream)
	if err == nil && macros {
		book.Notices = append(book.Notices, macrosIgnored)
	}
	return book, err
}

func needsPassword() error {
	return broken("工作簿设置了打开密码").
		mend("请用 WPS 或 Excel 打开，在「文件」里去掉密码后保存，再重新上传。")
}

func readStream(f *mscfb.File, size int64) ([]byte, error) {
	if f.Size > size {
		return nil, broken("内容不完整，文件可能没有下载完或被截断")
	}
	stream := make([]byte, f.Size)
	if _, err := io.ReadFull(f, stream); err != nil {
		return nil, brokenBy(err, "内容不完整，文件可能没有下载完或被截断")
	}
	return stream, nil
}
