package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
	"changbei/internal/grid"
)

// Mark is one thing that is wrong in a ledger, or that a person has to
// confirm. Text is a sentence for the office that sent the ledger.
type Mark struct {
	Sheet    string // of a text file: ""
	Row, Col int    // from 1; Col 0 = the row as a whole, Row 0 = the whole sheet
	Text     string
	Bad      bool // an error; otherwise to be confirmed
}

// Marks are what a ledger goes back to its office with, by sheet.
type Marks struct {
	List  []Mark
	Heads map[string][]int             // rows of the headings of all tables
	Mends map[string]map[string]string // texts a person put over cells already: "F4" → "120"
}

// WriteMarked writes the ledger at path once more, as .xlsx, with what is wrong
// in it: a column 错误原因 right of all others, the marked cells coloured, and
// what was mended already in its place. A workbook
// that came as .xlsx stays as the office made it, macros aside; other files,
// and workbooks too big to hold, come as a plain workbook with the same cells.
// A ledger that went round before gets its new reasons in the column it has.
//
// The marked ledger reads back as the one at path, mended: that is checked before the
// first byte is written. Errors are those of Read.
func WriteMarked(w io.Writer, path, name string, m Marks) error {
	book, err := ReadFile(path, name)
	if err != nil {
		return err
	}
	mended := mendBook(book, m.Mends)
	plans, err := planMarks(book, m.List, m.Heads)
	if err != nil {
		return err
	}
	if book.Format == "xlsx" {
		out, err := markOriginal(path, book, plans, mended)
		if err == nil {
			_, err = w.Write(out)
			return err
		}
		if !errors.Is(err, errUnfit) {
			return err
		}
	}
	return markAnew(w, book, plans)
}

// mendBook puts the texts over the cells of a book, and lists them.
func mendBook(book *grid.Workbook, mends map[string]map[string]string) (mended []mendedCell) {
	for i := range book.Sheets {
		s := &book.Sheets[i]
		key := s.Name
		if book.Format == "csv" {
			key = ""
		}
		for ref, text := range mends[key] {
			col, row, err := excelize.CellNameToCoordinates(ref)
			if err != nil {
				continue // no cell of a sheet: reading passes it over as well
			}
			mended = append(mended, mendedCell{s.Name, ref, text})
			at, found := slices.BinarySearchFunc(s.Cells, grid.Cell{Row: row, Col: col}, func(a, b grid.Cell) int {
				return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
			})
			c := grid.Cell{Row: row, Col: col, Kind: grid.Text, Raw: text}
			switch {
			case text == "" && found:
				s.Cells = slices.Delete(s.Cells, at, at+1)
			case text == "":
			case found:
				s.Cells[at] = c
			default:
				s.Cells = slices.Insert(s.Cells, at, c)
			}
		}
	}
	return mended
}

type mendedCell struct{ sheet, ref, text string }

// errUnfit says that a workbook cannot be marked in its own shape.
var errUnfit = errors.New("sheet: to be laid out anew")

// holds reports whether a row is one of the span's.
func (s span) holds(row int) bool { return row >= s.from && row <= s.to }

// markPlan is what happens to one sheet.
type markPlan struct {
	sheet *grid.Sheet
	col   int // of the reasons; 0 = the sheet has nothing to say
	again bool
	heads []span
	notes map[int]string
	top   string               // what belongs to no line of goods
	paint map[int]map[int]bool // row → column → is an error
}

// planMarks gives a plan for every sheet of the book, in its order.
func planMarks(book *grid.Workbook, marks []Mark, heads map[string][]int) ([]markPlan, error) {
	bySheet := map[string][]Mark{}
	for _, m := range marks {
		bySheet[m.Sheet] = append(bySheet[m.Sheet], m)
	}
	plans := make([]markPlan, len(book.Sheets))
	for i := range book.Sheets {
		s := &book.Sheets[i]
		key := s.Name
		if book.Format == "csv" {
			key = ""
		}
		if plans[i] = planSheet(s, bySheet[key], heads[key]); plans[i].col > MaxCol {
			return nil, errs.New(errs.Invalid, "工作表“%s”一直用到了最后一列，没有地方写错误原因。请删去右边不用的列后再上传。", shownName(s.Name))
		}
		delete(bySheet, key)
	}
	for name := range bySheet {
		return nil, errs.New(errs.Internal, "文件里没有工作表“%s”，无法标出问题", name)
	}
	return plans, nil
}

func planSheet(s *grid.Sheet, marks []Mark, heads []int) markPlan {
	p := markPlan{sheet: s, notes: map[int]string{}, paint: map[int]map[int]bool{}}
	old, again := s.Reason()
	if p.again = again; !again && len(marks) == 0 {
		return p
	}
	p.col = old.Col
	if !again {
		p.col = lastColumn(s) + 1
	}
	switch p.heads = runs(heads); {
	case len(p.heads) > 0:
	case again:
		p.heads = []span{{old.Row, old.Row}}
	case len(s.Cells) > 0:
		p.heads = []span{{s.Cells[0].Row, s.Cells[0].Row}}
	default:
		p.heads = []span{{1, 1}}
	}
	sorted := slices.Clone(marks)
	slices.SortStableFunc(sorted, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
	})
	p.addNotes(sorted)
	p.addPaint(sorted)
	return p
}

// lastColumn is the last one that holds something or is merged.
func lastColumn(s *grid.Sheet) int {
	last := 0
	for _, c := range s.Cells {
		last = max(last, c.Col)
	}
	for _, m := range s.Merges {
		// A title merged over a whole row would push the reasons out of sight.
		if m.Col2 < MaxCol/2 {
			last = max(last, m.Col2)
		}
	}
	return last
}

// runs joins neighbouring rows: a heading of two rows is one heading.
func runs(rows []int) []span {
	var out []span
	for _, row := range slices.Compact(slices.Sorted(slices.Values(rows))) {
		if n := len(out); n > 0 && out[n-1].to+1 == row {
			out[n-1].to = row
			continue
		}
		out = append(out, span{row, row})
	}
	return out
}

// addPaint colours the marked cells; in a merged region the first cell, whose
// colour is the one that shows. One sweep down both lists, because a ledger may
// have ten thousands of either.
func (p *markPlan) addPaint(sorted []Mark) {
	merges := slices.Clone(p.sheet.Merges)
	slices.SortFunc(merges, func(a, b grid.Merge) int { return cmp.Compare(a.Row1, b.Row1) })
	var open []grid.Merge
	for _, m := range sorted {
		if m.Row < 1 || m.Col < 1 || m.Col == p.col {
			continue
		}
		for len(merges) > 0 && merges[0].Row1 <= m.Row {
			open, merges = append(open, merges[0]), merges[1:]
		}
		open = slices.DeleteFunc(open, func(r grid.Merge) bool { return r.Row2 < m.Row })
		at := [2]int{m.Row, m.Col}
		if i := slices.IndexFunc(open, func(r grid.Merge) bool { return r.Contains(m.Row, m.Col) }); i >= 0 {
			at = [2]int{open[i].Row1, open[i].Col1}
		}
		if p.paint[at[0]] == nil {
			p.paint[at[0]] = map[int]bool{}
		}
		p.paint[at[0]][at[1]] = p.paint[at[0]][at[1]] || m.Bad
	}
}

// addNotes joins the sentences of each row. Those of headings and of what
// stands above the first one go below the heading's word: a sentence beside a
// title would be read as part of it.
func (p *markPlan) addNotes(sorted []Mark) {
	var top []string
	rows := map[int][]string{}
	for _, m := range sorted {
		text := strings.TrimRight(cleanText(strings.TrimSpace(m.Text)), "。；")
		switch {
		case text == "":
		case p.ofHeading(m.Row):
			top = addOnce(top, text)
		default:
			rows[m.Row] = addOnce(rows[m.Row], text)
		}
	}
	p.top = joinReasons(top)
	for row, texts := range rows {
		p.notes[row] = joinReasons(texts)
	}
}

func (p *markPlan) ofHeading(row int) bool {
	if len(p.heads) > 0 && row < p.heads[0].from {
		return true
	}
	return slices.ContainsFunc(p.heads, func(h span) bool { return h.holds(row) })
}

func addOnce(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func joinReasons(texts []string) string {
	text := strings.Join(texts, "；")
	if unitsOf(text) <= maxCellUnits-100 {
		return text
	}
	return cutUnits(text, maxCellUnits-100) + "……"
}

// headText is the content of the heading's cell.
func (p *markPlan) headText(first bool) string {
	if first && p.top != "" {
		return grid.ReasonHeading + "\n" + p.top
	}
	return grid.ReasonHeading
}

// silent says that nothing is left to say: an old column is only cleared.
func (p *markPlan) silent() bool {
	return p.col == 0 || len(p.notes) == 0 && p.top == "" && len(p.paint) == 0
}

// sameCells reports whether two readings agree but for the reasons. It is the
// last word on every rewritten workbook: a library that lost a row, or put it
// into another one's place, must not hand the ledger out.
func sameCells(a, b *grid.Workbook, plans []markPlan) error {
	if len(a.Sheets) != len(b.Sheets) {
		return fmt.Errorf("%d sheets became %d", len(a.Sheets), len(b.Sheets))
	}
	for i, p := range plans {
		x, y := besides(a.Sheets[i].Cells, p.col), besides(b.Sheets[i].Cells, p.col)
		if len(x) != len(y) {
			return fmt.Errorf("sheet %d: %d cells became %d", i+1, len(x), len(y))
		}
		for j := range x {
			if !sameContent(x[j], y[j]) {
				return fmt.Errorf("sheet %d: cell %s became %s %q", i+1, x[j].Ref(), y[j].Ref(), y[j].Raw)
			}
		}
	}
	return nil
}

func sameContent(a, b grid.Cell) bool {
	return a.Row == b.Row && a.Col == b.Col && a.Kind == b.Kind && a.Raw == b.Raw && a.Date == b.Date && (a.Formula == "") == (b.Formula == "")
}

func besides(cells []grid.Cell, col int) []grid.Cell {
	out := make([]grid.Cell, 0, len(cells))
	for _, c := range cells {
		if c.Col != col {
			out = append(out, c)
		}
	}
	return out
}

// readBack reads bytes just written.
func readBack(data []byte) (*grid.Workbook, error) {
	return Read(bytes.NewReader(data), int64(len(data)), "")
}

// openFile opens a file with its size.
func openFile(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("open workbook: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("stat workbook: %w", err)
	}
	return f, info.Size(), nil
}
