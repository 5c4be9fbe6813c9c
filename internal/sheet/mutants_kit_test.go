package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/richardlehane/mscfb"
	"golang.org/x/net/html"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// mutants is how many damaged copies all of these tests read together; the
// nightly run asks for more.
var mutants = func() int {
	if n, err := strconv.Atoi(os.Getenv("CHANGBEI_TEST_MUTANTS")); err == nil {
		return n
	}
	return 10_000
}()

// mutate damages a copy of data in one of the ways files are damaged: a byte
// changed, a bit flipped, a piece lost, doubled or zeroed, the end cut off.
func mutate(r *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	at := r.IntN(len(out))
	n := min(1+r.IntN(64), len(out)-at)
	switch r.IntN(7) {
	case 0:
		out[at] = byte(r.IntN(256))
	case 1:
		out[at] ^= 1 << r.IntN(8)
	case 2:
		out = append(out[:at], out[at+n:]...)
	case 3:
		out = append(out[:at+n], data[at:]...)
	case 4:
		clear(out[at : at+n])
	case 5:
		out = out[:at]
	case 6:
		other := r.IntN(len(out))
		out[at], out[other] = out[other], out[at]
	}
	return out
}

// rowCount counts the rows with something in them, of all sheets together, by
// means the reader does not use.
type rowCount func(data []byte) (int, error)

// herd reads mutants and keeps count of them.
type herd struct {
	count         rowCount
	atLeast       bool // what is read beside the rows counted is no fault
	read, refused int
	slowest       time.Duration // CPU
}

// check reads one: either a refusal for people, not a rescued panic, or a
// workbook with all rows the file has by the independent count.
func (h *herd) check(t *testing.T, which int, data []byte) {
	t.Helper()
	before := cpuTime()
	book, err := readBytes(data)
	h.slowest = max(h.slowest, cpuTime()-before)
	if err != nil {
		h.refused++
		if kind := errs.KindOf(err); kind != errs.Invalid && kind != errs.TooLarge {
			t.Errorf("mutant %d: kind %v: %v", which, kind, err)
		}
		if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(cause.Error(), "panic") {
			t.Errorf("mutant %d panicked: %v", which, cause)
		}
		return
	}
	h.read++
	assertOrdered(t, book)
	want, err := h.count(data)
	if err != nil {
		t.Errorf("mutant %d: read what another reader refuses: %v", which, err)
	} else if got := rowsOf(book); got < want || got > want && !h.atLeast {
		t.Errorf("mutant %d: read %d rows, the file has %d", which, got, want)
	}
}

func (h *herd) report(t *testing.T) {
	t.Helper()
	t.Logf("%d read whole, %d refused, the slowest took %v of CPU", h.read, h.refused, h.slowest)
	if h.read == 0 || h.refused == 0 {
		t.Error("one of the two ways was never taken: nothing is shown")
	}
}

func rowsOf(book *grid.Workbook) int {
	n := 0
	for _, s := range book.Sheets {
		last := 0
		for _, c := range s.Cells {
			if c.Row != last {
				n, last = n+1, c.Row
			}
		}
	}
	return n
}

// countXLSX counts the <row> elements of the first sheet with a filled cell.
func countXLSX(data []byte) (int, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 0, err
	}
	part, err := archive.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		return 0, err
	}
	content, err := io.ReadAll(part)
	if err != nil {
		return 0, err
	}
	return countXML(content, "row", "v", "t", "f")
}

// countXML2003 counts the <Row> elements with a <Data> that holds something.
func countXML2003(data []byte) (int, error) { return countXML(data, "Row", "Data") }

func countXML(content []byte, rowName string, values ...string) (int, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	rows, row, value := map[int]bool{}, 0, ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return len(rows), nil
		}
		if err != nil {
			return 0, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == rowName {
				row++
			}
			for _, name := range values {
				if token.Name.Local == name {
					value = name
					if name == "f" {
						rows[row] = true
					}
				}
			}
		case xml.CharData:
			if value != "" && strings.TrimSpace(string(token)) != "" {
				rows[row] = true
			}
		case xml.EndElement:
			if token.Name.Local == value {
				value = ""
			}
		}
	}
}

// countHTML counts the rows of a page's tables by the tree a browser makes. The
// lines beside them are read as well and not counted.
func countHTML(data []byte) (int, error) {
	text, _, err := decodeHTML(data)
	if err != nil {
		return 0, err
	}
	tree, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	n := 0
	for node := range tree.Descendants() {
		if node.Type == html.ElementNode && node.Data == "tr" {
			for inner := range node.Descendants() {
				if inner.Type == html.TextNode && strings.TrimSpace(inner.Data) != "" {
					n++
					break
				}
			}
		}
	}
	return n, nil
}

// countXLS walks the records of the first sheet by their headers alone.
func countXLS(data []byte) (int, error) {
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	for _, f := range doc.File {
		if f.Name != "Workbook" {
			continue
		}
		stream, err := io.ReadAll(f)
		if err != nil {
			return 0, err
		}
		return countRecords(stream), nil
	}
	return 0, errors.New("no workbook")
}

func countRecords(stream []byte) int {
	rows := map[uint16]bool{}
	for at, substream := 0, 0; at+4 <= len(stream); {
		kind, length := binary.LittleEndian.Uint16(stream[at:]), int(binary.LittleEndian.Uint16(stream[at+2:]))
		switch kind {
		case recBOF:
			substream++
		case recLabelSST, recLabel, recRString, recRK, recNumber, recBoolErr, recMulRK, recFormula:
			if substream == 2 {
				rows[binary.LittleEndian.Uint16(stream[at+4:])] = true
			}
		}
		at += 4 + length
	}
	return len(rows)
}

// countCSV counts records with encoding/csv, for files cut at commas.
func countCSV(data []byte) (int, error) {
	text, _, err := decodeText(data)
	if err != nil {
		return 0, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	n := 0
	for {
		record, err := r.Read()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
		if strings.Join(record, "") != "" {
			n++
		}
	}
}
