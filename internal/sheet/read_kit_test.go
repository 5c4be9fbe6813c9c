package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

const (
	mainNS = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relNS  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relURI = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	xmlTop = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// parts is a workbook as its parts; tests change what they are about.
type parts map[string]string

// workbook is the least workbook with one sheet holding the given XML.
func workbook(sheetXML string) parts {
	return parts{
		"[Content_Types].xml": xmlTop + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels": xmlTop + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relURI + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": xmlTop + `<workbook ` + mainNS + ` ` + relNS + `><sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": xmlTop + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relURI + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + relURI + `styles" Target="styles.xml"/>` +
			`<Relationship Id="rId3" Type="` + relURI + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml":            xmlTop + `<styleSheet ` + mainNS + `><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":     xmlTop + `<sst ` + mainNS + `><si><t>帐篷</t></si><si><t>棉被</t></si></sst>`,
		"xl/worksheets/sheet1.xml": sheetXML,
	}
}

// rows is a worksheet with the given content of sheetData.
func rows(data string) string { return worksheet("", data, "") }

func worksheet(before, data, after string) string {
	return xmlTop + `<worksheet ` + mainNS + `>` + before + `<sheetData>` + data + `</sheetData>` + after + `</worksheet>`
}

func (p parts) with(name, content string) parts {
	p = maps.Clone(p)
	p[name] = content
	return p
}

func (p parts) without(name string) parts {
	p = maps.Clone(p)
	delete(p, name)
	return p
}

func (p parts) replace(name, old, replacement string) parts {
	if !strings.Contains(p[name], old) {
		panic("no " + old + " in " + name)
	}
	return p.with(name, strings.Replace(p[name], old, replacement, 1))
}

func (p parts) zip() []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, p[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// store is zip without compressing, for tests that make thousands.
func (p parts) store() []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(f, p[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// rawEntry is a zip entry whose directory may lie about it.
type rawEntry struct {
	name    string
	content []byte
	packed  []byte // the deflated content, made from content when nil
	size    uint64 // 0 = true
	crc     uint32 // 0 = true
	flags   uint16
}

// zipWith adds raw entries to the parts.
func (p parts) zipWith(entries ...rawEntry) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		writeRaw(w, rawEntry{name: name, content: []byte(p[name])})
	}
	for _, e := range entries {
		writeRaw(w, e)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func writeRaw(w *zip.Writer, e rawEntry) {
	if e.packed == nil {
		e.packed = append(deflate(e.content), lastBlock...)
	}
	h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags,
		CRC32: crc32.ChecksumIEEE(e.content), UncompressedSize64: uint64(len(e.content)), CompressedSize64: uint64(len(e.packed))}
	if e.size != 0 {
		h.UncompressedSize64 = e.size
	}
	if e.crc != 0 {
		h.CRC32 = e.crc
	}
	f, err := w.CreateRaw(h)
	if err == nil {
		_, err = f.Write(e.packed)
	}
	if err != nil {
		panic(err)
	}
}

// lastBlock ends a deflated stream.
const lastBlock = "\x01\x00\x00\xff\xff"

// deflate gives a stream without its last block; such streams can be joined.
func deflate(content []byte) []byte {
	var packed bytes.Buffer
	deflater, _ := flate.NewWriter(&packed, 6)
	deflater.Write(content)
	deflater.Flush()
	return packed.Bytes()
}

// blanks is an entry that truly inflates to so many MB of spaces.
func blanks(name string, megabytes int) rawEntry {
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	sum := crc32.NewIEEE()
	for range megabytes {
		sum.Write(chunk)
	}
	packed := bytes.Repeat(deflate(chunk), megabytes)
	return rawEntry{name: name, packed: append(packed, lastBlock...), size: uint64(megabytes) << 20, crc: sum.Sum32()}
}

func readBytes(data []byte) (*grid.Workbook, error) {
	return Read(bytes.NewReader(data), int64(len(data)), "测试.xlsx")
}

func mustRead(t *testing.T, data []byte) *grid.Workbook {
	t.Helper()
	book, err := readBytes(data)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return book
}

// cell finds a cell of the first sheet.
func cell(t *testing.T, book *grid.Workbook, ref string) grid.Cell {
	t.Helper()
	for _, c := range book.Sheets[0].Cells {
		if c.Ref() == ref {
			return c
		}
	}
	t.Fatalf("no cell %s", ref)
	return grid.Cell{}
}

// assertRefused checks kind and sentence: the file's name and all of the given
// words are in it, and it ends as a sentence.
func assertRefused(t *testing.T, err error, kind errs.Kind, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("read without an error")
	}
	if !errors.Is(err, kind) {
		t.Errorf("kind = %v, want %v (%v)", errs.KindOf(err), kind, err)
	}
	message := errs.MessageOf(err)
	for _, word := range append(words, "测试.xlsx") {
		if !strings.Contains(message, word) {
			t.Errorf("message %q does not name %q", message, word)
		}
	}
	if !strings.HasSuffix(message, "。") {
		t.Errorf("message %q is no sentence", message)
	}
}

// biffRecord is one record of a .xls stream.
func biffRecord(kind uint16, data ...byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(data)))
	return append(out, data...)
}

func le16(values ...int) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}
