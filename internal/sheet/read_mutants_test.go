package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// mutants is how many damaged copies of a ledger one test reads.
const mutants = 2_000

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

// assertRefusedOrWhole: either a refusal for people, not a rescued panic, or a
// workbook with all rows the file has by an independent count.
func assertRefusedOrWhole(t *testing.T, data []byte, count func([]byte) (map[int]bool, error)) (read bool) {
	t.Helper()
	start := time.Now()
	book, err := readBytes(data)
	if took := time.Since(start); took > hostileTime && !raceEnabled {
		t.Errorf("took %v", took)
	}
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.Invalid && kind != errs.TooLarge {
			t.Errorf("kind %v: %v", kind, err)
		}
		if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(cause.Error(), "panic") {
			t.Errorf("panicked: %v", cause)
		}
		return false
	}
	assertOrdered(t, book)
	want, err := count(data)
	if err != nil {
		t.Errorf("read what encoding/xml refuses: %v", err)
	}
	if got := rowsOf(book.Sheets[0]); len(got) != len(want) {
		t.Errorf("read %d rows, the file has %d", len(got), len(want))
	}
	return true
}

func rowsOf(s grid.Sheet) map[int]bool {
	rows := map[int]bool{}
	for _, c := range s.Cells {
		rows[c.Row] = true
	}
	return rows
}

// countRows counts the <row> elements of the first sheet that have a filled
// cell, with packages the reader does not use.
func countRows(data []byte) (map[int]bool, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	part, err := archive.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(part)
	if err != nil {
		return nil, err
	}
	return countXMLRows(content)
}

func countXMLRows(content []byte) (map[int]bool, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	rows, row, inValue := map[int]bool{}, 0, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "row":
				row++
			case "v", "t", "f":
				inValue = true
				if token.Name.Local == "f" {
					rows[row] = true
				}
			}
		case xml.CharData:
			if inValue && strings.TrimSpace(string(token)) != "" {
				rows[row] = true
			}
		case xml.EndElement:
			inValue = false
		}
	}
}

func TestMutantsOfAnXLSXAreRefusedOrWhole(t *testing.T) {
	original, err := os.ReadFile("testdata/" + ledgerDagou)
	if err != nil {
		t.Fatal(err)
	}
	if !assertRefusedOrWhole(t, original, countRows) {
		t.Fatal("the original was refused")
	}
	r := rand.New(rand.NewPCG(2024, 6))
	read := 0
	for i := range mutants {
		data := mutate(r, original)
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if assertRefusedOrWhole(t, data, countRows) {
				read++
			}
		})
	}
	t.Logf("%d of %d mutants were read", read, mutants)
}

// TestMutantsWithRightChecksumsAreRefusedOrWhole damages the XML itself, so
// that only the reader's own strictness stands between damage and a short
// import.
func TestMutantsWithRightChecksumsAreRefusedOrWhole(t *testing.T) {
	original := unzip(t, ledgerDagou)
	r := rand.New(rand.NewPCG(2024, 7))
	targets := []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
	read := 0
	for i := range mutants {
		name := targets[i%len(targets)]
		data := original.with(name, string(mutate(r, []byte(original[name])))).store()
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if assertRefusedOrWhole(t, data, countRows) {
				read++
			}
		})
	}
	t.Logf("%d of %d mutants were read", read, mutants)
}

func unzip(t *testing.T, ledger string) parts {
	t.Helper()
	archive, err := zip.OpenReader("testdata/" + ledger)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	p := parts{}
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		p[f.Name] = string(content)
	}
	return p
}

func TestMutantsOfOtherFormatsDoNotPanic(t *testing.T) {
	for _, name := range []string{ledgerShiqiao, ledgerCSV} {
		original, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(2024, 8))
		for i := range mutants {
			data := mutate(r, original)
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				assertRefusedOrWhole(t, data, func(data []byte) (map[int]bool, error) {
					book, err := readBytes(data)
					if err != nil {
						return nil, err
					}
					return rowsOf(book.Sheets[0]), nil
				})
			})
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, l := range ledgers {
		data, err := os.ReadFile("testdata/" + l.name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a,b\n1,2\n"))
	f.Add(fine.zip())
	f.Add(passwordProtected())
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := readBytes(data)
		if err != nil {
			if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(cause.Error(), "panic") {
				t.Fatalf("panicked: %v", cause)
			}
			return
		}
		assertOrdered(t, book)
	})
}

// FuzzSheetXML goes past the checksums: whatever is read must also be XML to
// encoding/xml and have as many rows.
func FuzzSheetXML(f *testing.F) {
	f.Add(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))
	f.Add(rows(`<row><c t="inlineStr"><is><r><t>a</t></r></is></c></row><row><c t="str"><f>A1</f><v>&#10;<![CDATA[x]]></v></c></row>`))
	f.Add(worksheet(`<cols><col min="1" max="2" hidden="1"/></cols>`, `<row r="2" hidden="1"/>`, `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`))
	f.Fuzz(func(t *testing.T, content string) {
		if declaredEncoding.MatchString(content) && !strings.Contains(content, "UTF-8") {
			return // encoding/xml knows UTF-8 only
		}
		assertRefusedOrWhole(t, fine.with("xl/worksheets/sheet1.xml", content).store(), countRows)
	})
}
