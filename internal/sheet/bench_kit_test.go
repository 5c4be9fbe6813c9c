package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/grid"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

const (
	bigRows  = 100_000
	bigCols  = 14
	bigTexts = 50_000
	xlsRows  = 65_536
)

// bigLedger is a ledger of so many rows and 14 columns as office programs write
// it: texts shared, numbers and dates with a style.
func bigLedger(rowCount int) []byte {
	var data strings.Builder
	for row := 1; row <= rowCount; row++ {
		fmt.Fprintf(&data, `<row r="%d" spans="1:14" x14ac:dyDescent="0.2">`, row)
		for col := 1; col <= bigCols; col++ {
			ref := grid.Ref(row, col)
			switch col % 3 {
			case 0:
				fmt.Fprintf(&data, `<c r="%s" s="1"><v>%d</v></c>`, ref, 44000+row%2000)
			case 1:
				fmt.Fprintf(&data, `<c r="%s" s="0"><v>%d.5</v></c>`, ref, row*col)
			default:
				fmt.Fprintf(&data, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, (row*col)%bigTexts)
			}
		}
		data.WriteString("</row>")
	}
	p := workbook(strings.Replace(rows(data.String()), "<worksheet ", `<worksheet xmlns:x14ac="u" `, 1)).
		with("xl/styles.xml", styledStyles).
		with("xl/sharedStrings.xml", xmlTop+`<sst `+mainNS+`>`+numbered("<si><t>物资名称 %d</t></si>", bigTexts)+`</sst>`)
	return p.zip()
}

// bigXLS has the cells of bigLedger as a .xls file: numbers packed where the
// format can, the others as doubles.
func bigXLS(rowCount int) []byte {
	var sheet []byte
	record := func(kind uint16, data []byte) { sheet = append(sheet, biffRecord(kind, data...)...) }
	for row := range rowCount {
		for col := 1; col <= bigCols; col++ {
			at := le16(row, col-1, 0)
			switch col % 3 {
			case 0:
				record(recRK, binary.LittleEndian.AppendUint32(le16(row, col-1, 1), uint32(44000+(row+1)%2000)<<2|2))
			case 1:
				record(recNumber, binary.LittleEndian.AppendUint64(at, math.Float64bits(float64((row+1)*col)+0.5)))
			default:
				record(recLabelSST, binary.LittleEndian.AppendUint32(at, uint32(((row+1)*col)%bigTexts)))
			}
		}
	}
	return compound4K("Workbook", biffStream(bigSST(), sheet))
}

// bigSST is the table of shared texts with the records that continue it.
func bigSST() []byte {
	var out []byte
	data := binary.LittleEndian.AppendUint32(le16(bigTexts, 0), bigTexts)
	kind := uint16(recSST)
	for i := range bigTexts {
		text := []rune(fmt.Sprint("物资名称 ", i))
		if len(data)+2*len(text)+3 > 8000 {
			out = append(out, biffRecord(kind, data...)...)
			kind, data = recContinue, nil
		}
		data = append(append(data, le16(len(text))...), 1)
		for _, r := range text {
			data = append(data, le16(int(r))...)
		}
	}
	return append(out, biffRecord(kind, data...)...)
}

// compound4K makes an OLE2 file with one stream of any length. Its sectors of
// 4 KB make the table of tables in the header long enough.
func compound4K(name string, stream []byte) []byte {
	const sector, end = 4096, 0xFFFFFFFE
	stream = append(stream, make([]byte, (sector-len(stream)%sector)%sector)...)
	n := len(stream) / sector
	fatSectors := (n + 1 + sector/4 - 1) / (sector / 4)
	for fatSectors*sector/4 < n+1+fatSectors {
		fatSectors++
	}
	header := append(compoundHeader(uint32(fatSectors)), make([]byte, sector-512)...)
	binary.LittleEndian.PutUint16(header[26:], 4)
	binary.LittleEndian.PutUint16(header[30:], 12)
	binary.LittleEndian.PutUint32(header[40:], 1)
	binary.LittleEndian.PutUint32(header[44:], uint32(fatSectors))
	fat := bytes.Repeat([]byte{0xff}, fatSectors*sector)
	for i := range fatSectors {
		binary.LittleEndian.PutUint32(header[76+4*i:], uint32(i))
		binary.LittleEndian.PutUint32(fat[4*i:], 0xFFFFFFFD)
	}
	binary.LittleEndian.PutUint32(fat[4*fatSectors:], end)
	for i := range n {
		next := uint32(fatSectors + 1 + i + 1)
		if i == n-1 {
			next = end
		}
		binary.LittleEndian.PutUint32(fat[4*(fatSectors+1+i):], next)
	}
	dir := make([]byte, sector)
	for i, entry := range []string{"Root Entry", name} {
		at := dir[i*128:]
		for j, c := range []byte(entry) {
			at[2*j] = c
		}
		binary.LittleEndian.PutUint16(at[64:], uint16(2*len(entry)+2))
		at[66] = []byte{5, 2}[i]
		for _, link := range []int{68, 72, 76} {
			binary.LittleEndian.PutUint32(at[link:], 0xFFFFFFFF)
		}
	}
	binary.LittleEndian.PutUint32(dir[76:], 1)
	binary.LittleEndian.PutUint32(dir[116:], end)
	binary.LittleEndian.PutUint32(dir[128+116:], uint32(fatSectors+1))
	binary.LittleEndian.PutUint64(dir[128+120:], uint64(len(stream)))
	return slices.Concat(header, fat, dir, stream)
}

// bigCSV is the same ledger as a text file.
func bigCSV(rowCount int) string {
	var b strings.Builder
	for row := 1; row <= rowCount; row++ {
		for col := 1; col <= bigCols; col++ {
			switch col % 3 {
			case 0:
				fmt.Fprintf(&b, "2023-%02d-%02d", 1+row%12, 1+row%28)
			case 1:
				fmt.Fprintf(&b, "%d.5", row*col)
			default:
				fmt.Fprintf(&b, "物资名称 %d", (row*col)%bigTexts)
			}
			b.WriteByte(",\n"[col/bigCols])
		}
	}
	return b.String()
}

// bigDocument is a styled export of 14 columns.
func bigDocument(rowCount int) Document {
	d := ledger()
	d.Columns = append(d.Columns, Column{Heading: "保管人"}, Column{Heading: "电话"}, Column{Heading: "库房"}, Column{Heading: "单价", Kind: MoneyKind})
	d.Rows = d.Rows[:0]
	for i := range rowCount {
		r := dataRow(i+1, quantity.Of(int64(i)), money.Fen(i*100))
		r.Values[6] = Date(day.Of(2026, 3, 1+i%28))
		r.Values = append(r.Values, Text("李四"), Text("0512-6660001"), Text("一号库房"), Money(money.Fen(12_500)))
		d.Rows = append(d.Rows, r)
	}
	return d
}

func TestTheLedgersOfTheBenchAreTheSame(t *testing.T) {
	const few = 300
	xlsx, xls := mustRead(t, bigLedger(few)).Sheets[0].Cells, mustRead(t, bigXLS(few)).Sheets[0].Cells
	if len(xlsx) != few*bigCols || len(xls) != len(xlsx) {
		t.Fatalf("%d and %d cells", len(xlsx), len(xls))
	}
	for i := range xlsx {
		if xlsx[i] != xls[i] {
			t.Fatalf("%+v, want %+v", xls[i], xlsx[i])
		}
	}
}
