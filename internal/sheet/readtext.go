package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"changbei/internal/grid"
)

const (
	// maxTextFile bounds a text file, which is held in memory whole: 200,000
	// lines of 150 bytes.
	maxTextFile = 32 << 20
	saveCSV     = "请用 WPS 或 Excel 打开后「另存为」.xlsx，或另存为“CSV UTF-8（逗号分隔）”，再重新上传。"
)

// readText reads a file that no signature claimed: a table as text, or nothing
// that can be read.
func readText(src io.ReaderAt, size int64) (*grid.Workbook, error) {
	if size > maxTextFile {
		return nil, tooMuch("文本文件有 %d MB，超过 %d MB 的上限", size>>20, maxTextFile>>20)
	}
	raw := make([]byte, size)
	if n, err := src.ReadAt(raw, 0); int64(n) < size {
		return nil, brokenBy(err, "文件读不完整")
	}
	text, encoding, err := decodeText(raw)
	if err != nil {
		return nil, err
	}
	if err := checkPrintable(text); err != nil {
		return nil, err
	}
	sheet, err := parseCSV(text)
	if err != nil {
		return nil, err
	}
	return &grid.Workbook{Format: "csv", Encoding: encoding, Sheets: []grid.Sheet{*sheet}}, nil
}

// decodeText gives UTF-8 and the name of the encoding it came from. UTF-8 is
// tried first because GB18030 accepts nearly anything; a decoder of x/text puts
// U+FFFD for what it cannot read, so none may be in the result.
func decodeText(raw []byte) (text []byte, encoding string, err error) {
	if rest, marked := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf")); marked {
		if !utf8.Valid(rest) {
			return nil, "", broken("文件开头标明是 UTF-8，但第 %d 行有无法识别的字符", badLine(rest)).mend(saveCSV)
		}
		return rest, "utf-8", nil
	}
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		text, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(raw)
		return decoded(text, "utf-16", err)
	case utf8.Valid(raw):
		return raw, "utf-8", nil
	case bytes.IndexByte(raw, 0) >= 0:
		return nil, "", notText()
	}
	return decodeGB18030(raw)
}

func decodeGB18030(raw []byte) (text []byte, encoding string, err error) {
	text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	return decoded(text, "gb18030", err)
}

// decoded refuses a text in which the decoder could not read something.
func decoded(text []byte, encoding string, err error) ([]byte, string, error) {
	if err != nil {
		return nil, "", brokenBy(err, "文件的字符编码无法识别").mend(saveCSV)
	}
	if i := bytes.Index(text, []byte("\uFFFD")); i >= 0 {
		return nil, "", broken("第 %d 行有无法识别的字符（既不是 UTF-8 也不是 GB18030 编码）",
			1+bytes.Count(text[:i], []byte("\n"))).mend(saveCSV)
	}
	return text, encoding, nil
}

func notText() error {
	return broken("无法识别文件的格式，它不是表格").mend(pick)
}

// badLine gives the line of the first byte that is no UTF-8.
func badLine(text []byte) int {
	line := 1
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		text = text[n:]
	}
	return line
}

// checkPrintable refuses binary files that happen to decode.
func checkPrintable(text []byte) error {
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1a {
			return notText()
		}
	}
	return nil
}
