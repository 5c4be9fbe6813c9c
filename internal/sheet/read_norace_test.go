//go:build !race

package sheet

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// heavy are the hostile files that stay just within the caps on size. Making
// and reading them under the race detector takes a minute and shows nothing:
// one reading uses one goroutine.
var heavy = []hostile{
	{"millions of tags outside the data", func() []byte {
		return workbook(worksheet(numbered("<a b='%d'>"+strings.Repeat("<a/>", 100)+"</a>", 300_000), "", "")).zip()
	}, errs.TooLarge, resaved("清单", "零碎")},
	{"as much blank as the caps allow", blanksWithinCaps, errs.Invalid, resaved("清单", "t=“x”")},
	{"more shared strings than cells", manyStrings, errs.TooLarge, resaved("共用文字")},
	{"more styled blanks than any ledger", manyBlanks, errs.TooLarge, []string{"清单", "空单元格", "有数据的区域"}},
	{"more cells than any ledger", manyCells, errs.TooLarge, []string{"清单", "150 万", "拆成"}},
}

func manyStrings() []byte {
	return fine.with("xl/sharedStrings.xml", xmlTop+`<sst `+mainNS+` uniqueCount="2000000000">`+
		numbered("<si><t>%d</t></si>", maxStrings+1)+`</sst>`).zip()
}

func manyBlanks() []byte {
	return workbook(rows(numbered(`<row ht="%d">`+strings.Repeat(`<c s="0"/>`, 100)+`</row>`, MaxBlankCells/100+1))).zip()
}

func manyCells() []byte {
	return workbook(rows(numbered(`<row ht="%d">`+strings.Repeat(`<c><v>1</v></c>`, 20)+`</row>`, MaxCells/20+1))).zip()
}

// blanksWithinCaps is a sheet of 750 MB of blanks with just so much noise that
// the ratio is kept, and a fault at its end.
func blanksWithinCaps() []byte {
	gap := bytes.Repeat([]byte(" "), 1<<20)
	packedGap := deflate(gap)
	sum := crc32.NewIEEE()
	e := rawEntry{name: "xl/worksheets/sheet1.xml"}
	add := func(content, packed []byte) {
		sum.Write(content)
		e.packed = append(e.packed, packed...)
		e.size += uint64(len(content))
	}
	text := func(s string) { add([]byte(s), deflate([]byte(s))) }
	text(xmlTop + `<worksheet ` + mainNS + `>`)
	r := rand.New(rand.NewPCG(1, 1))
	for range 750 {
		noise := make([]byte, 5000)
		for i := range noise {
			noise[i] = "0123456789abcdef"[r.IntN(16)]
		}
		for range 2 {
			text("<!--" + string(noise) + "-->")
		}
		add(gap, packedGap)
	}
	text(`<sheetData><row><c t="x"/></row></sheetData></worksheet>`)
	e.packed, e.crc = append(e.packed, lastBlock...), sum.Sum32()
	return fine.without(e.name).zipWith(e)
}

// TestMemoryBesidesTheGridIsFlat: what reading allocates is the grid, the
// digits of its numbers, the texts, and little more.
func TestMemoryBesidesTheGridIsFlat(t *testing.T) {
	const allowance = 24 << 20 // text headers, windows, the grid's foretold slack
	data := bigLedger(bigRows)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	book := mustRead(t, data)
	runtime.ReadMemStats(&after)
	cells := book.Sheets[0].Cells
	if len(cells) != bigRows*bigCols {
		t.Fatalf("cells = %d", len(cells))
	}
	own := uint64(len(cells))*uint64(unsafe.Sizeof(grid.Cell{})) + uint64(len(cells))*16
	used := after.TotalAlloc - before.TotalAlloc
	t.Logf("grid %d MB, allocated %d MB", own>>20, used>>20)
	if used > own+allowance {
		t.Errorf("allocated %d MB for a grid of %d MB", used>>20, own>>20)
	}
}
