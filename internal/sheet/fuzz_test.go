package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/grid"
)

// whole reads what a fuzzer made up: a refusal that is no rescued panic, or a
// workbook in order.
func whole(t *testing.T, data []byte) (*grid.Workbook, bool) {
	t.Helper()
	book, err := readBytes(data)
	if err != nil {
		if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(cause.Error(), "panic") {
			t.Fatalf("panicked: %v", cause)
		}
		return nil, false
	}
	assertOrdered(t, book)
	return book, true
}

// counted also compares the rows with an independent count.
func counted(t *testing.T, data []byte, count rowCount) {
	t.Helper()
	book, ok := whole(t, data)
	if !ok {
		return
	}
	want, err := count(data)
	if err != nil {
		t.Fatalf("read what another reader refuses: %v", err)
	}
	if got := rowsOf(book); got != want {
		t.Fatalf("read %d rows, the file has %d", got, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, l := range ledgers {
		f.Add(ledgerBytes(f, l.name))
	}
	f.Add([]byte("a,b\n1,2\n"))
	f.Add(fine.zip())
	f.Add(protected("secret"))
	f.Add([]byte(page(`<table><tr><td>a</td><td>1</td></tr></table>`)))
	f.Add([]byte(book2003XML(`<Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>`)))
	f.Fuzz(func(t *testing.T, data []byte) { whole(t, data) })
}

// FuzzSheetXML goes past the checksums: whatever is read must also be XML to
// encoding/xml and have as many rows.
func FuzzSheetXML(f *testing.F) {
	f.Add(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))
	f.Add(rows(`<row><c t="inlineStr"><is><r><t>a</t></r></is></c></row><row><c t="str"><f>A1</f><v>&#10;<![CDATA[x]]></v></c></row>`))
	f.Add(worksheet(`<cols><col min="1" max="2" hidden="1"/></cols>`, `<row r="2" hidden="1"/>`, `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`))
	f.Fuzz(func(t *testing.T, content string) {
		if strings.Contains(content, "encoding") && !strings.Contains(content, `encoding="UTF-8"`) {
			return // encoding/xml knows UTF-8 only
		}
		counted(t, fine.with("xl/worksheets/sheet1.xml", content).store(), countXLSX)
	})
}

// FuzzUsualCell compares the short way that reads most cells with the long way,
// which a second blank behind the name makes the reader take.
func FuzzUsualCell(f *testing.F) {
	for _, tc := range cellCases {
		f.Add(tc.xml)
	}
	f.Add(`<c r="A1" s="0"/><c r="B1" s="1" t="b"><v>1</v></c><c r="A1"><v>1</v></c>`)
	f.Fuzz(func(t *testing.T, cells string) {
		read := func(cells string) (*grid.Workbook, error) {
			return readBytes(workbook(rows(`<row r="1">` + cells + `</row>`)).store())
		}
		short, errShort := read(cells)
		long, errLong := read(strings.ReplaceAll(cells, "<c ", "<c  "))
		if (errShort == nil) != (errLong == nil) {
			t.Fatalf("short way %v, long way %v", errShort, errLong)
		}
		if diff := cmp.Diff(long, short); diff != "" && !strings.Contains(cells, "CDATA") && !strings.Contains(cells, "<!--") {
			t.Fatal(diff)
		}
	})
}

func FuzzFormat(f *testing.F) {
	for _, code := range builtinCodes {
		f.Add(code)
	}
	f.Add(`[$-804]yyyy"年"m"月";@`)
	f.Add(`上午/下午h"时"\年`)
	f.Fuzz(func(t *testing.T, code string) {
		form := dateFormOf(code)
		if form > grid.TimeOnly {
			t.Fatalf("%q = %v", code, form)
		}
		if sections, _, _ := strings.Cut(code, ";"); !strings.ContainsAny(sections, `"\[!_*`) && dateFormOf(sections) != form {
			t.Fatalf("%q depends on more than its first section", code)
		}
	})
}

func FuzzBIFF(f *testing.F) {
	number := biffRecord(recNumber, append(le16(0, 0, 0), make([]byte, 8)...)...)
	f.Add([]byte(nil), slices.Concat(number, biffRecord(recMergeCells, le16(1, 0, 1, 0, 1)...)))
	f.Add(sst(1, "a"), biffRecord(recLabelSST, le16(6, 2, 0, 0, 0)...))
	f.Add([]byte(nil), slices.Concat(biffRecord(recMulRK, le16(0, 0, 0, 1, 0, 0)...), biffRecord(recFormula, append(le16(6, 0, 0), 0, 0, 0, 0, 0, 0, 0xff, 0xff)...),
		biffRecord(recString, 1, 0, 0, 'x')))
	f.Fuzz(func(t *testing.T, globals, sheet []byte) {
		stream := biffStream(globals, sheet)
		if len(stream) > 60_000 {
			return // more than the one sector of the test's container links
		}
		whole(t, compound(map[string][]byte{"Workbook": stream}))
	})
}

func FuzzHTML(f *testing.F) {
	f.Add(page(`<table><tr><td>a</td><td>1</td></tr></table>`))
	f.Add(excelPage)
	f.Add(page(`<h2>t</h2><table><tr><td rowspan=2>a<table><tr><td>1<td>2<tr><td>3</table></td></tr></table><select><option>x</select>`))
	f.Add(`<table><tr hidden><td style="display:none">a<td x:num="1" sdnum="2052;0;yyyy-mm-dd">1</table>`)
	f.Fuzz(func(t *testing.T, content string) { whole(t, []byte(content)) })
}

func FuzzXML2003(f *testing.F) {
	f.Add(book2003XML(`<Row ss:Index="2"><Cell ss:MergeAcross="1" ss:Formula="=R[-1]C"><Data ss:Type="Number">1</Data></Cell></Row>`))
	f.Add(book2003XML(`<Column ss:Span="2" ss:Hidden="1"/><Row><Cell><ss:Data ss:Type="String" xmlns="x">a<S>b</S></ss:Data></Cell></Row>`))
	f.Fuzz(func(t *testing.T, content string) {
		if book, ok := whole(t, []byte(content)); ok && book.Format == "xml2003" && (!strings.Contains(content, "encoding") || strings.Contains(content, `encoding="UTF-8"`)) {
			d := xml.NewDecoder(strings.NewReader(content))
			for {
				if token, err := d.Token(); token == nil {
					if err.Error() != "EOF" {
						t.Fatalf("read what another reader refuses: %v", err)
					}
					return
				}
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("名称,数量\n\"a,b\",\"c\"\"d\"\n2\" 管,x\n"))
	f.Add([]byte("sep=|\n名称|数量\n帐篷|0012\n"))
	f.Add([]byte("a\tb\r1\t2\r\n\"x\ny\"\t3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, ok := whole(t, data)
		if !ok || book.Format != "csv" {
			return
		}
		lines := 1 + lineBreaks(data)
		for _, c := range book.Sheets[0].Cells {
			if c.Row > lines || book.Encoding == "utf-8" && !bytes.Contains(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte(strings.SplitN(c.Raw, `"`, 2)[0])) {
				t.Fatalf("%s = %q is not in the file", c.Ref(), c.Raw)
			}
		}
	})
}
