package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"changbei/internal/grid"
)

const (
	bigRows = 100_000
	bigCols = 14
)

// bigLedger is a ledger of 100,000 rows and 14 columns as office programs write
// it: texts shared, numbers and dates with a style.
func bigLedger() []byte {
	var data strings.Builder
	for row := 1; row <= bigRows; row++ {
		fmt.Fprintf(&data, `<row r="%d" spans="1:14" x14ac:dyDescent="0.2">`, row)
		for col := 1; col <= bigCols; col++ {
			ref := grid.Ref(row, col)
			switch col % 3 {
			case 0:
				fmt.Fprintf(&data, `<c r="%s" s="1"><v>%d</v></c>`, ref, 44000+row%2000)
			case 1:
				fmt.Fprintf(&data, `<c r="%s" s="0"><v>%d.5</v></c>`, ref, row*col)
			default:
				fmt.Fprintf(&data, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, (row*col)%50_000)
			}
		}
		data.WriteString("</row>")
	}
	p := workbook(strings.Replace(rows(data.String()), "<worksheet ", `<worksheet xmlns:x14ac="u" `, 1)).
		with("xl/styles.xml", styledStyles).
		with("xl/sharedStrings.xml", xmlTop+`<sst `+mainNS+`>`+numbered("<si><t>物资名称 %d</t></si>", 50_000)+`</sst>`)
	return p.zip()
}

func BenchmarkRead100kRows(b *testing.B) {
	data := bigLedger()
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := readBytes(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("inflate", func(b *testing.B) {
		for b.Loop() {
			archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				b.Fatal(err)
			}
			for _, f := range archive.File {
				part, _ := f.Open()
				if _, err := io.Copy(io.Discard, part); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
