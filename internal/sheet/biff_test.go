package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// compound makes an OLE2 file with the given streams in its root. Streams are
// padded to the size from which no mini stream is needed.
func compound(streams map[string][]byte) []byte {
	const sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
	names := []string{"Root Entry"}
	for name := range streams {
		names = append(names, name)
	}
	slices.Sort(names[1:])
	dirSectors := (len(names) + 3) / 4
	fat := []uint32{0xFFFFFFFD}
	chain := func(n int) uint32 {
		first := uint32(len(fat))
		for i := 1; i <= n; i++ {
			next := first + uint32(i)
			if i == n {
				next = end
			}
			fat = append(fat, next)
		}
		return first
	}
	dirStart := chain(dirSectors)
	dir := make([]byte, dirSectors*sector)
	var body []byte
	for i, name := range names {
		entry := dir[i*128 : (i+1)*128]
		for j, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(entry[2*j:], u)
		}
		binary.LittleEndian.PutUint16(entry[64:], uint16(2*len(utf16.Encode([]rune(name)))+2))
		entry[66] = 2
		left, right, child, start := uint32(free), uint32(free), uint32(free), uint32(end)
		if i == 0 {
			entry[66], child = 5, 1
		} else {
			content := append(slices.Clone(streams[name]), make([]byte, max(0, 4096-len(streams[name])))...)
			binary.LittleEndian.PutUint32(entry[120:], uint32(len(content)))
			content = append(content, make([]byte, (sector-len(content)%sector)%sector)...)
			start = chain(len(content) / sector)
			body = append(body, content...)
			if i+1 < len(names) {
				right = uint32(i + 1)
			}
		}
		for at, v := range map[int]uint32{68: left, 72: right, 76: child, 116: start} {
			binary.LittleEndian.PutUint32(entry[at:], v)
		}
	}
	fatSector := bytes.Repeat([]byte{0xff}, sector)
	for i, next := range fat {
		binary.LittleEndian.PutUint32(fatSector[4*i:], next)
	}
	return slices.Concat(compoundHeader(dirStart), fatSector, dir, body)
}

// compoundHeader is that of a file with one FAT sector, its first.
func compoundHeader(dirStart uint32) []byte {
	header := make([]byte, 512)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3e, 26: 3, 28: 0xfffe, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(header[at:], v)
	}
	for at, v := range map[int]uint32{44: 1, 48: dirStart, 56: 4096, 60: 0xFFFFFFFE, 68: 0xFFFFFFFE} {
		binary.LittleEndian.PutUint32(header[at:], v)
	}
	for at := 80; at < 512; at += 4 {
		binary.LittleEndian.PutUint32(header[at:], 0xFFFFFFFF)
	}
	return header
}

func bof(version int) []byte {
	return biffRecord(recBOF, le16(version, 5, 0, 0, 0, 0, 0, 0)...)
}

// biffStream is a Workbook stream of one sheet, with further globals.
func biffStream(globals []byte, sheet ...[]byte) []byte {
	head := slices.Concat(bof(biffVersion8), biffRecord(recFont, le16(200, 0)...), biffRecord(recXF, le16(0, 0)...),
		biffRecord(recXF, le16(0, 14)...), globals)
	bound := biffRecord(recBoundSheet, append(le16(0, 0, 0), append([]byte{2, 1}, le16(0x6E05, 0x5355)...)...)...)
	end := biffRecord(recEOF)
	binary.LittleEndian.PutUint32(bound[4:], uint32(len(head)+len(bound)+len(end)))
	return slices.Concat(head, bound, end, bof(biffVersion8), bytes.Join(sheet, nil), biffRecord(recEOF))
}

func sst(total int, texts ...string) []byte {
	data := le16(total, 0, total, 0)
	for _, text := range texts {
		data = append(data, le16(len(text))...)
		data = append(append(data, 0), text...)
	}
	return biffRecord(recSST, data...)
}

func TestXLSHasTheCellsOfTheSameXLSX(t *testing.T) {
	xlsx, xls := readLedger(t, "kinds.xlsx"), readLedger(t, "kinds.xls")
	for i, want := range xlsx.Sheets {
		got := xls.Sheets[i]
		calculated := map[string]grid.Cell{}
		for _, c := range got.Cells {
			calculated[c.Ref()] = c
		}
		for _, c := range want.Cells {
			d := calculated[c.Ref()]
			if c.Kind == grid.FormulaOnly {
				continue
			}
			if c.Kind != d.Kind || c.Raw != d.Raw || c.Date != d.Date || c.Strike != d.Strike {
				t.Errorf("%s = %+v, want %+v", c.Ref(), d, c)
			}
		}
		if diff := cmp.Diff(want.Merges, got.Merges); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want.HiddenRows, got.HiddenRows); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want.HiddenCols, got.HiddenCols); diff != "" {
			t.Error(diff)
		}
	}
	if xls.Sheets[1].Visibility != grid.Hidden {
		t.Error("the hidden sheet is visible")
	}
}

func TestXLSFormulasGiveTheirResults(t *testing.T) {
	book := readLedger(t, "kinds.xls")
	for ref, want := range map[string]grid.Cell{
		"C2": {Kind: grid.Fault, Raw: "#DIV/0!"}, "D2": {Kind: grid.Text, Raw: "帐篷"}, "E2": {Kind: grid.Bool, Raw: "1"},
		"G2": {Kind: grid.Fault, Raw: "#N/A"}, "H2": {Kind: grid.Text, Raw: strings.Repeat("帐篷", 30)}, "I2": {Kind: grid.Number, Raw: "-1.5"},
	} {
		if got := cell(t, book, ref); got.Kind != want.Kind || got.Raw != want.Raw {
			t.Errorf("%s = %v %q, want %v %q", ref, got.Kind, got.Raw, want.Kind, want.Raw)
		}
	}
}

func TestXLSDates1904AreRebased(t *testing.T) {
	book, old := readLedger(t, "kinds.xls"), readLedger(t, "kinds1904.xls")
	for _, ref := range []string{"B1", "D3", "F3"} { // a number, a time, an amount
		if got, want := cell(t, old, ref).Raw, cell(t, book, ref).Raw; got != want {
			t.Errorf("%s = %s, want %s", ref, got, want)
		}
	}
	if got := cell(t, old, "A3").Raw; got != "47462.25" { // 46000.25 stored in the 1904 system
		t.Errorf("A3 = %s", got)
	}
}

func TestXLSRecordsAreRead(t *testing.T) {
	split := slices.Concat(biffRecord(recSST, append(le16(1, 0, 1, 0, 4), 0, 'a', 'b')...), biffRecord(recContinue, append([]byte{1}, le16(0x5e10, 0x7bf7)...)...))
	stream := biffStream(split,
		biffRecord(recLabelSST, le16(0, 0, 0, 0, 0)...),
		biffRecord(recRK, append(le16(1, 1, 1), binary.LittleEndian.AppendUint32(nil, 46000<<2|2)...)...),
		biffRecord(recMulRK, slices.Concat(le16(2, 0), le16(0), binary.LittleEndian.AppendUint32(nil, 1234<<2|3), le16(0), binary.LittleEndian.AppendUint32(nil, uint32(math.Float64bits(2.5)>>32)), le16(1))...),
		biffRecord(recLabel, append(le16(0, 5, 0, 2), 0, 'x', 'y')...), // out of order
	)
	book := mustRead(t, compound(map[string][]byte{"Workbook": stream, "_VBA_PROJECT_CUR": {1}}))
	want := []grid.Cell{
		{Row: 1, Col: 1, Kind: grid.Text, Raw: "ab帐篷"},
		{Row: 1, Col: 6, Kind: grid.Text, Raw: "xy"},
		{Row: 2, Col: 2, Kind: grid.Number, Raw: "46000", Format: "yyyy/m/d", Date: grid.FullDate},
		{Row: 3, Col: 1, Kind: grid.Number, Raw: "12.34"},
		{Row: 3, Col: 2, Kind: grid.Number, Raw: "2.5"},
	}
	if diff := cmp.Diff(want, book.Sheets[0].Cells); diff != "" {
		t.Error(diff)
	}
	if book.Sheets[0].Name != "清单" || len(book.Notices) != 1 || book.Notices[0] != macrosIgnored {
		t.Errorf("name %q, notices %v", book.Sheets[0].Name, book.Notices)
	}
}

func TestBadOLEFilesAreRefused(t *testing.T) {
	good := biffRecord(recNumber, append(le16(0, 0, 0), make([]byte, 8)...)...)
	xls := func(globals []byte, sheet ...[]byte) []byte {
		return compound(map[string][]byte{"Workbook": biffStream(globals, sheet...)})
	}
	mustRead(t, xls(nil, good))
	nan := binary.LittleEndian.AppendUint64(le16(6, 0, 0), math.Float64bits(math.NaN()))
	tests := []struct {
		name  string
		data  []byte
		words []string
	}{
		{"password-protected xls", xls(biffRecord(recFilePass, 1, 0), good), []string{"去掉密码"}},
		{"password-protected xlsx", compound(map[string][]byte{"EncryptedPackage": nil, "EncryptionInfo": nil}), []string{"去掉密码"}},
		{"Word", compound(map[string][]byte{"WordDocument": nil}), []string{"Word", "请选择"}},
		{"PowerPoint", compound(map[string][]byte{"PowerPoint Document": nil}), []string{"演示文稿", "请选择"}},
		{"other", compound(map[string][]byte{"x": nil}), []string{"没有工作簿"}},
		{"Excel 95", compound(map[string][]byte{"Book": bof(0x0500)}), resaved("Excel 95")},
		{"embedded file", compound(map[string][]byte{"Workbook": biffStream(nil, good), "MBD0001": nil}), []string{"删除嵌入"}},
		{"empty", xls(nil), []string{"空白工作簿"}},
		{"bad string index", xls(sst(1, "a"), biffRecord(recLabelSST, le16(6, 2, 0, 9, 0)...)), resaved("清单", "第 7 行", "C7", "9")},
		{"bad format index", xls(nil, biffRecord(recNumber, append(le16(6, 0, 77), make([]byte, 8)...)...)), resaved("第 7 行", "样式")},
		{"no number", xls(nil, biffRecord(recNumber, nan...)), resaved("A7", "数字")},
		{"cell twice", xls(nil, good, good), resaved("A1", "两次")},
		{"short record", xls(nil, biffRecord(recNumber, 1, 0)), resaved("清单", "长度")},
		{"number with a flipped bit in its type", xls(nil, good, biffRecord(recBlank, append(le16(6, 0, 0), make([]byte, 8)...)...)), resaved("长度")},
		{"zeros in place of records", xls(nil, good, make([]byte, 8)), resaved("长度")},
		{"end before the end", xls(nil, good, biffRecord(recEOF), good), resaved("结束标记")},
		{"short run of numbers", xls(nil, biffRecord(recMulRK, 0, 0, 0, 0, 1)), resaved("长度")},
		{"strings cut", xls(sst(3, "a", "b")), resaved("共用文字第 3 条")},
		{"formula without its text", xls(nil, biffRecord(recFormula, append(le16(6, 0, 0), 0, 0, 0, 0, 0, 0, 0xff, 0xff)...)), resaved("A7", "公式")},
		{"sheet without its end", compound(map[string][]byte{"Workbook": bytes.TrimSuffix(biffStream(nil, good), biffRecord(recEOF))}), resaved("清单", "长度")},
		{"container cut", xls(nil, good)[:1500], resaved("没有下载完")},
		{"merges overlapping", xls(nil, good, biffRecord(recMergeCells, le16(2, 0, 1, 0, 1, 1, 2, 1, 2)...)), resaved("重叠")},
		{"deep folders", deepFolders(), resaved("目录")},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readBytes(tc.data)
			assertRefused(t, err, errs.Invalid, tc.words...)
			if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(cause.Error(), "panic") {
				t.Errorf("panicked: %v", cause)
			}
		})
	}
}

// deepFolders is a container whose directory goes on for 120 sectors a loop.
func deepFolders() []byte {
	const sectors = 120
	dir := make([]byte, sectors*512)
	for i := range sectors * 4 {
		entry := dir[i*128:]
		binary.LittleEndian.PutUint16(entry, 'd')
		binary.LittleEndian.PutUint16(entry[64:], 4)
		entry[66] = 1
		for _, at := range []int{68, 72} {
			binary.LittleEndian.PutUint32(entry[at:], 0xFFFFFFFF)
		}
		binary.LittleEndian.PutUint32(entry[76:], uint32(i+1))
	}
	fat := make([]byte, 512)
	for i := range sectors {
		binary.LittleEndian.PutUint32(fat[4*(i+1):], uint32(i+2))
	}
	binary.LittleEndian.PutUint32(fat[4*sectors:], 1)
	return slices.Concat(compoundHeader(1), fat, dir)
}

func TestOpeningAContainerIsMetered(t *testing.T) {
	m := &meteredReader{ReaderAt: bytes.NewReader(make([]byte, 1<<20))}
	sector := make([]byte, 4096)
	var err error
	for i := 0; i < 1000 && err == nil; i++ {
		_, err = m.ReadAt(sector, 0)
	}
	if m.bytes > maxCompoundBytes+len(sector) || err == nil {
		t.Errorf("%d bytes were read, error %v", m.bytes, err)
	}
	m.open = true
	if _, err := m.ReadAt(sector, 0); err != nil {
		t.Errorf("the stream itself must not be metered: %v", err)
	}
}
