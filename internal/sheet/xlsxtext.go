package sheet

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxEntity is the length of the longest entity with its "&" and ";".
const maxEntity = 12

// appendText appends character data with entities undone and line ends made
// "\n", refusing a stray "&", unknown entities and control characters.
func appendText(dst, raw []byte) ([]byte, error) {
	start := 0
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c >= ' ' && c != '&' || c == '\n' || c == '\t' {
			continue
		}
		dst = append(dst, raw[start:i]...)
		start = i + 1
		switch c {
		case '&':
			r, n, err := entity(raw[i:])
			if err != nil {
				return dst, err
			}
			dst = utf8.AppendRune(dst, r)
			i += n - 1
			start = i + 1
		case '\r':
			if i+1 >= len(raw) || raw[i+1] != '\n' {
				dst = append(dst, '\n')
			}
		default:
			return dst, broken("含有不允许的控制字符 U+%04X", c)
		}
	}
	return append(dst, raw[start:]...), nil
}

// appendToken appends the scanner's current text.
func (s *xmlScanner) appendToken(dst []byte) ([]byte, error) {
	if s.cdata {
		return append(dst, s.text...), checkControls(s.text)
	}
	return appendText(dst, s.text)
}

// checkControls refuses the characters that XML cannot hold.
func checkControls(text []byte) error {
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return broken("含有不允许的控制字符 U+%04X", c)
		}
	}
	return nil
}

// entity reads "&…;" at the start of raw and gives its rune and length.
func entity(raw []byte) (rune, int, error) {
	end := bytes.IndexByte(raw[:min(len(raw), maxEntity)], ';')
	if end < 0 {
		return 0, 0, broken("出现了多余的“&”符号")
	}
	name := string(raw[1:end])
	switch name {
	case "amp":
		return '&', end + 1, nil
	case "lt":
		return '<', end + 1, nil
	case "gt":
		return '>', end + 1, nil
	case "quot":
		return '"', end + 1, nil
	case "apos":
		return '\'', end + 1, nil
	}
	digits, isNumber := strings.CutPrefix(name, "#")
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	if !isNumber || err != nil || n > utf8.MaxRune || !utf8.ValidRune(r) || r < ' ' && r != '\n' && r != '\t' && r != '\r' {
		return 0, 0, broken("出现了不认识的实体“&%s;”", shownToken([]byte(name)))
	}
	return r, end + 1, nil
}

var hexEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// unescapeX undoes _x000D_ and its like, by which workbooks store characters
// that XML cannot hold. A carriage return before a line feed is dropped, other
// control characters as well: nobody can have meant them in a ledger.
func unescapeX(text []byte) []byte {
	if !bytes.Contains(text, []byte("_x")) {
		return text
	}
	return hexEscape.ReplaceAllFunc(text, func(m []byte) []byte {
		n, _ := strconv.ParseUint(string(m[2:6]), 16, 32)
		switch r := rune(n); {
		case r == '\n' || r == '\t':
			return []byte(string(r))
		case r < ' ' || r == 0x7f:
			return nil
		case !utf8.ValidRune(r):
			return m
		default:
			return []byte(string(r))
		}
	})
}

// replacementRefused passes decoded text on and fails on U+FFFD, which decoders
// of x/text put in place of bytes they cannot read, without an error.
type replacementRefused struct {
	r    io.Reader
	tail []byte
}

func (d *replacementRefused) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	joined := append(d.tail, p[:n]...)
	if bytes.Contains(joined, []byte("\uFFFD")) {
		return 0, broken("含有无法识别的字符编码")
	}
	d.tail = append(d.tail[:0], joined[max(0, len(joined)-2):]...)
	return n, err
}

var declaredEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// decodeXML gives the part as UTF-8 without a byte order mark. Office programs
// write UTF-8; UTF-16 and the Chinese code pages come from old report tools.
func decodeXML(src io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(src, 512)
	head, err := buffered.Peek(200)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err = buffered.Discard(3)
		return buffered, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		return &replacementRefused{r: transform.NewReader(buffered, decoder)}, nil
	}
	declared := declaredEncoding.FindSubmatch(head)
	if declared == nil {
		return buffered, nil
	}
	switch name := strings.ToLower(string(declared[1])); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return buffered, nil
	case "gbk", "gb2312", "gb18030", "cp936", "x-gbk", "windows-936":
		decoder := simplifiedchinese.GB18030.NewDecoder()
		return &replacementRefused{r: transform.NewReader(buffered, decoder)}, nil
	default:
		return nil, broken("使用了不支持的字符编码“%s”", shownToken([]byte(name)))
	}
}
