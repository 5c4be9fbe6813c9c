package sheet

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

// dateWidth holds 2024年12月31日; a date too wide for its column shows as ####.
const dateWidth = 16.0

// markAnew writes the cells of a book into a new workbook: values with their
// types, number formats, formulas, merges and what is hidden. The rest of the
// looks is not in a grid.
func markAnew(w io.Writer, book *grid.Workbook, plans []markPlan) error {
	folder, err := os.MkdirTemp("", "changbei-sheet-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer os.RemoveAll(folder)
	f := excelize.NewFile(excelize.Options{TmpDir: folder})
	defer f.Close()
	f.SetZipWriter(newPartsWriter)
	looks := &plainLooks{file: f, ids: map[plainLook]int{}}
	names := namesOf(book)
	visible := max(0, slices.IndexFunc(book.Sheets, func(s grid.Sheet) bool { return s.Visibility == grid.Visible }))
	for i, name := range names {
		if err := addSheet(f, i, name); err != nil {
			return fmt.Errorf("sheet: add %q: %w", name, err)
		}
		if err := writePlain(f, looks, name, &plans[i]); err != nil {
			return fmt.Errorf("sheet: write %q: %w", name, err)
		}
	}
	f.SetActiveSheet(visible)
	for i, s := range book.Sheets {
		if s.Visibility == grid.Visible || i == visible {
			continue
		}
		if err := f.SetSheetVisible(names[i], false, s.Visibility == grid.VeryHidden); err != nil {
			return fmt.Errorf("sheet: hide %q: %w", names[i], err)
		}
	}
	return f.Write(w)
}

// namesOf gives the sheets' names as Excel takes them: other files and other
// programs know no such limits.
func namesOf(book *grid.Workbook) []string {
	docs := make([]Document, len(book.Sheets))
	for i, s := range book.Sheets {
		docs[i].SheetName = s.Name
	}
	return sheetNames(docs)
}

// plainLook is all that tells one style of such a workbook from another.
type plainLook struct {
	format string
	struck bool
	wrap   bool
	colour int // 0 none, else one of markColours
	reason bool
	head   bool
}

type plainLooks struct {
	file *excelize.File
	ids  map[plainLook]int
}

func (l *plainLooks) id(k plainLook) (int, error) {
	if k == (plainLook{}) {
		return 0, nil
	}
	if id, ok := l.ids[k]; ok {
		return id, nil
	}
	s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "center", WrapText: k.wrap}}
	if k.reason {
		s = reasonStyle(k.head)
	}
	if k.format != "" {
		s.CustomNumFmt = &k.format
	}
	if k.struck {
		s.Font = &excelize.Font{Family: bodyFont, Size: bodySize, Strike: true}
	}
	if k.colour > 0 {
		s.Fill = solid(markColours[k.colour-1])
	}
	id, err := l.file.NewStyle(s)
	if err != nil {
		return 0, err
	}
	l.ids[k] = id
	return id, nil
}

// plainSheet streams one sheet.
type plainSheet struct {
	plan   *markPlan
	looks  *plainLooks
	widths []float64
	merged map[[2]int]bool // first cells of merged regions: their texts have more room
	alone  map[int]bool    // rows of one cell, titles and notes: they run on over their neighbours
}

func writePlain(f *excelize.File, looks *plainLooks, name string, p *markPlan) error {
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	s := &plainSheet{plan: p, looks: looks, merged: map[[2]int]bool{}, alone: map[int]bool{}}
	if err := s.columns(stream); err != nil {
		return err
	}
	cells := besides(p.sheet.Cells, p.col)
	for _, row := range s.rows(cells) {
		n, _ := slices.BinarySearchFunc(cells, row+1, func(c grid.Cell, row int) int { return c.Row - row })
		if err := s.row(stream, row, cells[:n]); err != nil {
			return err
		}
		cells = cells[n:]
	}
	for _, m := range p.sheet.Merges {
		if m.Row1 == m.Row2 && m.Col1 == m.Col2 {
			continue
		}
		if err := stream.MergeCell(grid.Ref(m.Row1, m.Col1), grid.Ref(m.Row2, m.Col2)); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// columns gives each column the width its texts ask for.
func (s *plainSheet) columns(stream *excelize.StreamWriter) error {
	for _, m := range s.plan.sheet.Merges {
		s.merged[[2]int{m.Row1, m.Col1}] = true
	}
	s.widths = make([]float64, max(lastColumn(s.plan.sheet), s.plan.col)+1)
	cells := besides(s.plan.sheet.Cells, s.plan.col)
	for i, c := range cells {
		s.alone[c.Row] = (i == 0 || cells[i-1].Row != c.Row) && (i+1 == len(cells) || cells[i+1].Row != c.Row)
		if !s.alone[c.Row] && !s.merged[[2]int{c.Row, c.Col}] {
			s.widths[c.Col] = max(s.widths[c.Col], float64(textColumns(c.Raw))+columnPadding)
			if c.Date != grid.NoDate {
				s.widths[c.Col] = max(s.widths[c.Col], dateWidth)
			}
		}
	}
	for col := 1; col < len(s.widths); col++ {
		width := min(max(s.widths[col], narrowest*2), widest)
		if col == s.plan.col {
			width = reasonWidth
		}
		s.widths[col] = width
		if err := stream.SetColWidth(col, col, width); err != nil {
			return err
		}
		if s.plan.sheet.HiddenCols[col] && col != s.plan.col {
			if err := stream.SetColVisible(col, col, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows lists the rows that hold something, or are hidden, in order.
func (s *plainSheet) rows(cells []grid.Cell) []int {
	var rows []int
	for _, c := range cells {
		if len(rows) == 0 || rows[len(rows)-1] != c.Row {
			rows = append(rows, c.Row)
		}
	}
	for row := range s.plan.notes {
		rows = append(rows, row)
	}
	for row := range s.plan.paint {
		rows = append(rows, row)
	}
	for row := range s.plan.sheet.HiddenRows {
		rows = append(rows, row)
	}
	if !s.plan.silent() {
		for _, h := range s.plan.heads {
			rows = append(rows, h.from)
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

func (s *plainSheet) row(stream *excelize.StreamWriter, row int, cells []grid.Cell) error {
	values := make([]any, 0, len(cells)+1)
	lines := 1
	for _, c := range cells {
		values = widen(values, c.Col-1)
		k := plainLook{format: c.Format, struck: c.Strike, colour: s.colour(row, c.Col)}
		if c.Kind == grid.Text && !s.alone[row] {
			k.wrap = true
			if !s.merged[[2]int{row, c.Col}] {
				lines = max(lines, countLines(c.Raw, fits(s.widths[c.Col], bodySize)))
			}
		}
		id, err := s.looks.id(k)
		if err != nil {
			return err
		}
		values = append(values, excelize.Cell{StyleID: id, Value: plainValue(c), Formula: plainFormula(c)})
	}
	values, err := s.emptyPainted(row, values)
	if err != nil {
		return err
	}
	values, height, err := s.reason(row, values)
	if err != nil {
		return err
	}
	return stream.SetRow(grid.Ref(row, 1), values, excelize.RowOpts{Height: max(height, heightOf(lines, bodySize)), Hidden: s.plan.sheet.HiddenRows[row]})
}

func (s *plainSheet) colour(row, col int) int {
	bad, marked := s.plan.paint[row][col]
	switch {
	case !marked:
		return 0
	case bad:
		return 2
	}
	return 1
}

// emptyPainted colours the cells of a row that hold nothing: something is
// missing there.
func (s *plainSheet) emptyPainted(row int, values []any) ([]any, error) {
	for _, col := range slices.Sorted(maps.Keys(s.plan.paint[row])) {
		if col <= len(values) && values[col-1] != nil {
			continue
		}
		id, err := s.looks.id(plainLook{colour: s.colour(row, col)})
		if err != nil {
			return nil, err
		}
		values = widen(values, col)
		values[col-1] = excelize.Cell{StyleID: id}
	}
	return values, nil
}

// reason adds the row's heading or sentences at the end.
func (s *plainSheet) reason(row int, values []any) ([]any, float64, error) {
	text, head := s.plan.notes[row], false
	for i, h := range s.plan.heads {
		if h.from == row && !s.plan.silent() {
			text, head = s.plan.headText(i == 0), true
		}
	}
	if text == "" {
		return values, 0, nil
	}
	id, err := s.looks.id(plainLook{reason: true, head: head})
	if err != nil {
		return nil, 0, err
	}
	values = widen(values, s.plan.col)
	values[s.plan.col-1] = excelize.Cell{StyleID: id, Value: text}
	return values, reasonHeight(text), nil
}

// widen makes room for so many cells.
func widen(values []any, n int) []any {
	return append(values, make([]any, max(0, n-len(values)))...)
}

// plainValue is a cell's stored value with its type.
func plainValue(c grid.Cell) any {
	switch c.Kind {
	case grid.Number:
		if n, err := strconv.ParseInt(c.Raw, 10, 64); err == nil {
			return n
		}
		if x, err := strconv.ParseFloat(c.Raw, 64); err == nil && !math.IsInf(x, 0) && !math.IsNaN(x) {
			return x
		}
	case grid.Bool:
		return c.Raw == "1" || strings.EqualFold(c.Raw, "true")
	case grid.FormulaOnly, grid.Fault:
		// A stream cannot hold an error; the formula gives it again.
		return nil
	}
	return c.Raw
}

func plainFormula(c grid.Cell) string {
	if c.Kind == grid.Fault && c.Formula == "" {
		return c.Raw
	}
	return c.Formula
}
