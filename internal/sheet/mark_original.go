package sheet

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

const (
	reasonWidth = 50.0
	reasonSize  = 10.0
)

// markOriginal marks an office's own workbook and checks that nothing else of
// it changed. errUnfit when it must be laid out anew.
func markOriginal(path string, book *grid.Workbook, plans []markPlan, mended []mendedCell) (out []byte, err error) {
	defer func() {
		// The library panics on parts that other programs leave out.
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("%w: panic: %v\n%s", errUnfit, p, debug.Stack())
		}
	}()
	src, size, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	file, err := openOriginal(src, size)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m := &marker{file: file.File, painted: map[[2]int]int{}}
	if err := m.mend(mended); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	}
	if err := m.run(plans); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	}
	if out, err = file.bytes(); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	}
	back, err := readBack(out)
	if err == nil {
		err = sameCells(book, back, plans)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, err)
	}
	return out, nil
}

// marker writes plans into a workbook.
type marker struct {
	file    *excelize.File
	painted map[[2]int]int // style and colour → style in that colour
	fills   [2]int
	note    int
	head    int
}

// mend writes what a person put over cells; each keeps its own looks.
func (m *marker) mend(mended []mendedCell) error {
	for _, c := range mended {
		var err error
		if c.text == "" {
			err = m.file.SetCellValue(c.sheet, c.ref, nil)
		} else {
			err = m.file.SetCellStr(c.sheet, c.ref, c.text)
		}
		if err != nil {
			return fmt.Errorf("%q %s: %w", c.sheet, c.ref, err)
		}
	}
	return nil
}

func (m *marker) run(plans []markPlan) error {
	if err := m.styles(); err != nil {
		return err
	}
	m.washOut()
	for i := range plans {
		p := &plans[i]
		if p.col == 0 {
			continue
		}
		for _, step := range []func(*markPlan) error{m.clear, m.reasons, m.paint} {
			if err := step(p); err != nil {
				return fmt.Errorf("%q: %w", p.sheet.Name, err)
			}
		}
	}
	return nil
}

// styles makes the two colours and the looks of the column.
func (m *marker) styles() error {
	for i, colour := range markColours {
		id, err := m.file.NewStyle(&excelize.Style{Fill: solid(colour)})
		if err != nil {
			return err
		}
		m.fills[i] = *m.file.Styles.CellXfs.Xf[id].FillID
	}
	var err error
	if m.head, err = m.file.NewStyle(reasonStyle(true)); err != nil {
		return err
	}
	m.note, err = m.file.NewStyle(reasonStyle(false))
	return err
}

// washOut takes our colours off all styles at once: those of an earlier round
// are no longer true. What colour a cell had before, its style no longer says.
func (m *marker) washOut() {
	ours := map[int]bool{}
	for i, fill := range m.file.Styles.Fills.Fill {
		if p := fill.PatternFill; p != nil && p.PatternType == "solid" && p.FgColor != nil && isMarkColour(p.FgColor.RGB) {
			ours[i] = true
		}
	}
	for i := range m.file.Styles.CellXfs.Xf {
		if xf := &m.file.Styles.CellXfs.Xf[i]; xf.FillID != nil && ours[*xf.FillID] {
			none := 0
			xf.FillID = &none
		}
	}
}

// clear empties a column of reasons that went round before.
func (m *marker) clear(p *markPlan) error {
	if !p.again {
		return nil
	}
	for _, c := range p.sheet.Cells {
		if c.Col != p.col {
			continue
		}
		if err := m.set(p, c.Row, "", 0); err != nil {
			return err
		}
	}
	return nil
}

func (m *marker) set(p *markPlan, row int, text string, style int) error {
	cell := grid.Ref(row, p.col)
	if text == "" {
		if err := m.file.SetCellValue(p.sheet.Name, cell, nil); err != nil {
			return err
		}
		return m.file.SetCellStyle(p.sheet.Name, cell, cell, style)
	}
	if err := m.file.SetCellStr(p.sheet.Name, cell, text); err != nil {
		return err
	}
	return m.file.SetCellStyle(p.sheet.Name, cell, cell, style)
}

// reasons writes the column: its heading beside every table's, and the
// sentences, each row high enough to show its own.
func (m *marker) reasons(p *markPlan) error {
	if p.silent() {
		return nil
	}
	name, column := p.sheet.Name, grid.ColumnName(p.col)
	if err := m.file.SetColVisible(name, column, true); err != nil {
		return err
	}
	if err := m.file.SetColWidth(name, column, column, reasonWidth); err != nil {
		return err
	}
	for i, h := range p.heads {
		if err := m.set(p, h.from, p.headText(i == 0), m.head); err != nil {
			return err
		}
		if err := m.raise(p, h.from, p.headText(i == 0)); err != nil {
			return err
		}
	}
	for row, text := range p.notes {
		if err := m.set(p, row, text, m.note); err != nil {
			return err
		}
		if err := m.raise(p, row, text); err != nil {
			return err
		}
	}
	return nil
}

// raise makes a row high enough for its sentence. No program grows a row whose
// height is written down.
func (m *marker) raise(p *markPlan, row int, text string) error {
	need := reasonHeight(text)
	now, err := m.file.GetRowHeight(p.sheet.Name, row)
	if err != nil || now >= need {
		return err
	}
	return m.file.SetRowHeight(p.sheet.Name, row, need)
}

func reasonHeight(text string) float64 {
	return heightOf(countLines(text, fits(reasonWidth, reasonSize)), reasonSize)
}

// paint colours cells and leaves all else of their style: font, border, number
// format and alignment stay.
func (m *marker) paint(p *markPlan) error {
	for row, cols := range p.paint {
		for col, bad := range cols {
			cell := grid.Ref(row, col)
			style, err := m.file.GetCellStyle(p.sheet.Name, cell)
			if err != nil {
				return err
			}
			if err := m.file.SetCellStyle(p.sheet.Name, cell, cell, m.inColour(style, bad)); err != nil {
				return err
			}
		}
	}
	return nil
}

// inColour gives the twin of a style with another fill. The list is written to
// directly, because reading a style into the library's own form and making it
// again loses theme colours and font schemes.
func (m *marker) inColour(style int, bad bool) int {
	key := [2]int{style, 0}
	if bad {
		key[1] = 1
	}
	if id, ok := m.painted[key]; ok {
		return id
	}
	list := m.file.Styles.CellXfs
	twin := list.Xf[min(max(style, 0), len(list.Xf)-1)]
	fill, yes := m.fills[key[1]], true
	twin.FillID, twin.ApplyFill = &fill, &yes
	list.Xf = append(list.Xf, twin)
	list.Count = len(list.Xf)
	m.painted[key] = list.Count - 1
	return list.Count - 1
}

// markColours are light amber and light red, of shades that no office picks
// from a palette, so that our own are known again.
var markColours = [2]string{"FFE9A9", "FFC9C6"}

func isMarkColour(argb string) bool {
	return len(argb) >= 6 && (strings.EqualFold(argb[len(argb)-6:], markColours[0]) || strings.EqualFold(argb[len(argb)-6:], markColours[1]))
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func reasonStyle(head bool) *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: bodyFont, Size: reasonSize, Bold: head, Color: "9C0006"},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		s.Border = append(s.Border, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	return s
}
