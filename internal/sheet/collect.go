package sheet

import (
	"hash/maphash"
	"strings"

	"changbei/internal/grid"
)

const (
	// firstGrowth is where the grid stops growing by doubling: from there on its
	// final size is foretold from how much of the part has been read.
	firstGrowth = 1 << 14
	// arenaChunk is how much text is allocated at a time. Texts as long as a
	// quarter of it stand alone, so that none of it is wasted.
	arenaChunk = 64 << 10
	// seenTexts is how many recent texts are compared with a new one: a column
	// says 顶, 完好 and 2023-05 again and again.
	seenTexts = 1 << 12
	// longestSeen: longer texts hardly ever come twice.
	longestSeen = 64
)

// passCell is the cell a pass over a sheet has come to. raw is the reader's own
// memory and overwritten by the next cell; a text that is kept anyway, such as
// a shared one, is in text and raw is nil.
type passCell struct {
	row, col int
	kind     grid.Kind
	date     grid.DateForm
	strike   bool
	raw      []byte
	text     string
	format   string
	formula  string
}

// collector makes the grid out of a pass.
type collector struct {
	seed   maphash.Seed
	recent [seenTexts]string
	arena  strings.Builder
}

func newCollector() *collector { return &collector{seed: maphash.MakeSeed()} }

// take appends the cell of a pass to the sheet.
func (k *collector) take(out *grid.Sheet, c *passCell, progress float64) {
	text := c.text
	if c.raw != nil {
		text = k.keep(c.raw)
	}
	grow(out, progress)
	out.Cells = append(out.Cells, grid.Cell{Row: c.row, Col: c.col, Kind: c.kind, Date: c.date, Strike: c.strike,
		Raw: text, Format: c.format, Formula: c.formula})
}

// grow makes room for one more cell. progress is the share of the sheet that
// has been read: with it a grid grows once to about its final size, because
// growing by steps would leave twice its memory behind.
func grow(out *grid.Sheet, progress float64) {
	n := len(out.Cells)
	if n < cap(out.Cells) || n < firstGrowth || progress <= 0 {
		return
	}
	want := int(float64(n)/progress*1.02) + firstGrowth
	grown := make([]grid.Cell, n, max(n+n/4, min(want, MaxCells)))
	copy(grown, out.Cells)
	out.Cells = grown
}

// keep gives a text that stays, one for all that are the same and close by.
func (k *collector) keep(raw []byte) string {
	if len(raw) > longestSeen {
		return k.store(raw)
	}
	slot := &k.recent[maphash.Bytes(k.seed, raw)%seenTexts]
	if *slot != string(raw) {
		*slot = k.store(raw)
	}
	return *slot
}

// store copies a text into the arena. The arena never grows in place: it is
// left to the texts cut from it and a new one begun.
func (k *collector) store(raw []byte) string {
	if len(raw) > arenaChunk/4 {
		return string(raw)
	}
	if k.arena.Len()+len(raw) > k.arena.Cap() {
		k.arena = strings.Builder{}
		k.arena.Grow(arenaChunk)
	}
	start := k.arena.Len()
	k.arena.Write(raw)
	return k.arena.String()[start:]
}
