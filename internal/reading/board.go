package reading

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/formula"
	"changbei/internal/grid"
)

// maxMergedCells bounds the positions that merged regions cover. Real ledgers
// have some thousands; beyond it a file is made to burn memory.
const maxMergedCells = 3_000_000

// maxGap is how many empty rows in a row are told one by one. A longer gap is
// not a ledger's blank line but the space between two tables.
const maxGap = 200

// cell is a grid cell with its text as it stands on paper.
type cell struct {
	*grid.Cell
	text       string
	calculated bool // the value was worked out here: the file holds none
}

// noCell is what stands where nothing does.
var noCell = cell{Cell: &grid.Cell{}}

func (c cell) numeric() bool { return c.Kind == grid.Number }

type position struct{ row, col int }

// board is one sheet laid out for reading: cells by position, hidden columns
// taken off, merged regions known.
type board struct {
	name    string
	sheet   *grid.Sheet
	rows    []int // rows that have cells, ascending
	all     []cell
	cells   map[int][]cell
	merges  map[position]grid.Merge // every covered position, clipped to the used area
	lastRow int
	lastCol int
	plain   bool         // a file of texts: its numbers are texts as well
	within  map[int]bool // CSV lines inside a quoted field: rows that do not exist
	mended  map[string]bool
	own     map[position]string // what the file has under a mend
}

// layOut makes a board. mends are texts a person typed over cells, by cell
// name; they replace what the file has.
func layOut(s *grid.Sheet, name string, csv bool, calc *formula.Calculator, mends map[string]string) (*board, error) {
	b := &board{name: name, sheet: s, plain: csv, cells: map[int][]cell{}, merges: map[position]grid.Merge{}, within: map[int]bool{}, mended: map[string]bool{}, own: map[position]string{}}
	reasons, returned := s.Reason()
	b.all = make([]cell, 0, len(s.Cells))
	for i := range s.Cells {
		g := &s.Cells[i]
		if s.HiddenCols[g.Col] {
			continue
		}
		if returned && g.Col == reasons.Col && g.Row >= reasons.Row {
			// Written by this program when the ledger went back: nothing of it
			// is the office's, and beside a band or a total it would mislead.
			continue
		}
		if text, ok := mends[g.Ref()]; ok {
			b.own[position{g.Row, g.Col}] = resolve(calc, s, g).text
			g = &grid.Cell{Row: g.Row, Col: g.Col, Kind: grid.Text, Raw: text}
			b.mended[g.Ref()] = true
		}
		if csv {
			for i := range strings.Count(g.Raw, "\n") {
				b.within[g.Row+i+1] = true
			}
		}
		b.put(resolve(calc, s, g))
	}
	b.fold()
	b.addMends(mends)
	for row := range b.cells {
		b.rows = append(b.rows, row)
	}
	slices.Sort(b.rows)
	return b, b.layMerges()
}

// resolve gives a cell its text; a formula without a value is worked out.
func resolve(calc *formula.Calculator, s *grid.Sheet, g *grid.Cell) cell {
	if g.Kind != grid.FormulaOnly {
		return cell{Cell: g, text: shown(*g)}
	}
	worked, ok := calc.Value(s, *g)
	if !ok {
		return cell{Cell: g, text: "=" + clean(g.Formula)}
	}
	text := clean(worked.Raw)
	if worked.Date != grid.NoDate {
		text = shown(worked)
	}
	return cell{Cell: &worked, text: text, calculated: true}
}

// maxShort is the longest number text a program writes without a binary tail.
const maxShort = 15

// shown gives a cell's text: a date by its day, a number without the tail its
// binary form leaves (1.1000000000000001) and without an exponent.
func shown(g grid.Cell) string {
	if g.Kind != grid.Number {
		return clean(g.Raw)
	}
	if g.Date != grid.NoDate {
		if d, err := day.FromSerial(g.Raw); err == nil {
			return d.String()
		}
	}
	if f, err := strconv.ParseFloat(g.Raw, 64); err == nil && (len(g.Raw) > maxShort || strings.ContainsAny(g.Raw, "eE")) && math.Abs(f) < 1e18 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return clean(g.Raw)
}

func (b *board) put(c cell) {
	if c.text == "" {
		return
	}
	b.all = append(b.all, c)
	b.lastRow, b.lastCol = max(b.lastRow, c.Row), max(b.lastCol, c.Col)
}

// fold gives each row its stretch of the cells, which come row by row.
func (b *board) fold() {
	for start := 0; start < len(b.all); {
		end := start + 1
		for end < len(b.all) && b.all[end].Row == b.all[start].Row {
			end++
		}
		b.cells[b.all[start].Row] = b.all[start:end:end] // who adds to a row gets a copy
		start = end
	}
}

// addMends puts typed texts into cells the file leaves empty.
func (b *board) addMends(mends map[string]string) {
	for ref, text := range mends {
		row, col, ok := parseRef(ref)
		if !ok || b.mended[ref] {
			continue
		}
		b.mended[ref] = true
		if text = clean(text); text == "" {
			continue
		}
		b.cells[row] = append(b.cells[row], cell{Cell: &grid.Cell{Row: row, Col: col, Kind: grid.Text, Raw: text}, text: text})
		b.lastRow, b.lastCol = max(b.lastRow, row), max(b.lastCol, col)
		sort.Slice(b.cells[row], func(i, j int) bool { return b.cells[row][i].Col < b.cells[row][j].Col })
	}
}

func (b *board) layMerges() error {
	covered := 0
	for _, m := range b.sheet.Merges {
		m.Row2, m.Col2 = min(m.Row2, b.lastRow), min(m.Col2, b.lastCol)
		if m.Row2 < m.Row1 || m.Col2 < m.Col1 {
			continue
		}
		if covered += (m.Row2 - m.Row1 + 1) * (m.Col2 - m.Col1 + 1); covered > maxMergedCells {
			return errs.New(errs.TooLarge, "工作表“%s”的合并单元格太多，无法读取。请取消不需要的合并单元格后再上传。", clip(b.name))
		}
		for row := m.Row1; row <= m.Row2; row++ {
			for col := m.Col1; col <= m.Col2; col++ {
				b.merges[position{row, col}] = m
			}
		}
	}
	return nil
}

// at gives the cell that stands at a position itself.
func (b *board) at(row, col int) (cell, bool) {
	cells := b.cells[row]
	i := sort.Search(len(cells), func(i int) bool { return cells[i].Col >= col })
	if i < len(cells) && cells[i].Col == col {
		return cells[i], true
	}
	return noCell, false
}

// seen gives the cell a person sees at a position: its own, or the one whose
// merged region covers it.
func (b *board) seen(row, col int) (cell, bool) {
	if c, ok := b.at(row, col); ok {
		return c, true
	}
	if m, ok := b.merges[position{row, col}]; ok {
		return b.at(m.Row1, m.Col1)
	}
	return noCell, false
}

// merge gives the merged region of a position.
func (b *board) merge(row, col int) (grid.Merge, bool) {
	m, ok := b.merges[position{row, col}]
	return m, ok
}

// span gives the cells of a row within columns, both inclusive.
func (b *board) span(row, from, to int) []cell {
	cells := b.cells[row]
	i := sort.Search(len(cells), func(i int) bool { return cells[i].Col >= from })
	j := sort.Search(len(cells), func(j int) bool { return cells[j].Col > to })
	return cells[i:max(i, j)]
}

// parseRef reads F4; it refuses what is no position of a sheet.
func parseRef(ref string) (row, col int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		col = col*26 + int(ref[i]-'A') + 1
	}
	if i == 0 || i > 3 || i == len(ref) || len(ref)-i > 7 {
		return 0, 0, false
	}
	for ; i < len(ref); i++ {
		if ref[i] < '0' || ref[i] > '9' {
			return 0, 0, false
		}
		row = row*10 + int(ref[i]-'0')
	}
	return row, col, row > 0
}
