package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

func ledgerBytes(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestMutantsOfAnXLSXAreRefusedOrWhole(t *testing.T) {
	original := ledgerBytes(t, ledgerDagou)
	h := &herd{count: countXLSX}
	h.check(t, -1, original)
	r := rand.New(rand.NewPCG(2024, 6))
	for i := range mutants * 2 / 10 {
		h.check(t, i, mutate(r, original))
	}
	h.report(t)
}

// TestMutantsWithRightChecksumsAreRefusedOrWhole damages the XML itself, so
// that only the reader's own strictness stands between damage and a short
// import.
func TestMutantsWithRightChecksumsAreRefusedOrWhole(t *testing.T) {
	original := unzip(t, ledgerDagou)
	r := rand.New(rand.NewPCG(2024, 7))
	targets := []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
	h := &herd{count: countXLSX}
	for i := range mutants * 3 / 10 {
		name := targets[i%len(targets)]
		h.check(t, i, original.with(name, string(mutate(r, []byte(original[name])))).store())
	}
	h.report(t)
}

// TestReworkedSheetsAreRefusedOrWhole damages whole elements, as programs do
// that put a sheet together wrongly.
func TestReworkedSheetsAreRefusedOrWhole(t *testing.T) {
	const name = "xl/worksheets/sheet1.xml"
	original := unzip(t, ledgerDagou)
	r := rand.New(rand.NewPCG(2024, 10))
	h := &herd{count: countXLSX}
	for i := range mutants / 10 {
		sheet := rework(r, original[name])
		data := original.with(name, sheet).store()
		if r.IntN(10) == 0 { // the sheet a second time
			data = original.zipWith(rawEntry{name: name, content: []byte(sheet)})
		}
		h.check(t, i, data)
	}
	h.report(t)
}

// rework changes one element, or one text into bytes of GBK.
func rework(r *rand.Rand, sheet string) string {
	element, next := "<row ", "</row>"
	if r.IntN(2) == 0 {
		element, next = "<c ", "</c>"
	}
	pick := func() (from, to int) {
		starts := strings.Count(sheet, element)
		from = -1
		for range 1 + r.IntN(starts) {
			from += 1 + strings.Index(sheet[from+1:], element)
		}
		if end := strings.Index(sheet[from:], next); end >= 0 {
			return from, from + end + len(next)
		}
		return from, len(sheet)
	}
	from, to := pick()
	one := sheet[from:to]
	switch r.IntN(6) {
	case 0: // lost
		return sheet[:from] + sheet[to:]
	case 1: // twice
		return sheet[:to] + one + sheet[to:]
	case 2: // in another place
		rest := sheet[:from] + sheet[to:]
		at := strings.Index(rest, "<sheetData>") + len("<sheetData>")
		return rest[:at] + one + rest[at:]
	case 3: // without its place
		return sheet[:from] + strings.Replace(one, ` r="`, ` q="`, 1) + sheet[to:]
	case 4: // GBK in XML that says UTF-8
		return sheet[:from] + strings.Replace(one, "<v>", "<v>\xd5\xca\xc5\xf1", 1) + sheet[to:]
	default: // of another type
		return sheet[:from] + strings.Replace(one, `t="s"`, `t="`+[]string{"str", "n", "b", "e", "d", "x", ""}[r.IntN(7)]+`"`, 1) + sheet[to:]
	}
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

// asPage and asXML2003 are a ledger as report tools would give it out.
func asPage(t *testing.T, ledger string) []byte {
	t.Helper()
	var b strings.Builder
	eachRow(t, ledger, func(cells []string) {
		b.WriteString("<tr>")
		for _, c := range cells {
			fmt.Fprintf(&b, `<td class="xl65" style='width:20pt'>%s</td>`, c)
		}
		b.WriteString("</tr>\n")
	})
	return []byte(page("<table border=1>\n" + b.String() + "</table>"))
}

func asXML2003(t *testing.T, ledger string) []byte {
	t.Helper()
	var b strings.Builder
	eachRow(t, ledger, func(cells []string) {
		b.WriteString("<Row>")
		for _, c := range cells {
			fmt.Fprintf(&b, `<Cell><Data ss:Type="String">%s</Data></Cell>`, c)
		}
		b.WriteString("</Row>\n")
	})
	return []byte(book2003XML(b.String()))
}

// eachRow gives the filled cells of a ledger's first sheet, escaped.
func eachRow(t *testing.T, ledger string, do func(cells []string)) {
	t.Helper()
	var row []string
	last := 0
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", "\n", " ")
	for _, c := range readLedger(t, ledger).Sheets[0].Cells {
		if c.Row != last && row != nil {
			do(row)
			row = nil
		}
		last = c.Row
		row = append(row, escape.Replace(c.Raw))
	}
	do(row)
}

func TestMutantsOfOtherFormatsAreRefusedOrWhole(t *testing.T) {
	tests := []struct {
		name     string
		original []byte
		count    rowCount
		tenths   int
	}{
		{"xls", ledgerBytes(t, ledgerShiqiao), countXLS, 1},
		{"csv", ledgerBytes(t, ledgerCSV), countCSV, 1},
		{"html", asPage(t, ledgerDagou), countHTML, 1},
		{"xml2003", asXML2003(t, ledgerDagou), countXML2003, 1},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			h := &herd{count: tc.count, atLeast: tc.name == "html"}
			h.check(t, -1, tc.original)
			r := rand.New(rand.NewPCG(2024, 8))
			for i := range mutants * tc.tenths / 10 {
				data := mutate(r, tc.original)
				if tc.name == "html" && !utf8.Valid(data) {
					data = bytes.ToValidUTF8(data, []byte("?"))
				}
				h.check(t, i, data)
			}
			h.report(t)
		})
	}
}
