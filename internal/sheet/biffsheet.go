package sheet

import (
	"math"
	"slices"
	"strconv"

	"changbei/internal/grid"
)

// biffFaults are the error values of Excel by their code.
var biffFaults = map[uint8]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}

// biffScan is the state of reading one sheet. Formulas give their cached value;
// their text stays empty, because .xls holds it compiled.
type biffScan struct {
	*biffBook
	out     *grid.Sheet
	row     int // of the record at hand, for messages
	depth   int // of substreams: charts stand inside a sheet
	hidden  map[int]bool
	cells   *collector
	digits  []byte     // of the number at hand
	from    int        // where the sheet starts in the stream
	until   int        // where the next one starts, or the stream ends
	pending *grid.Cell // a formula whose text comes in a STRING record
}

func (b *biffBook) readSheet(s biffSheet) error {
	scan := &biffScan{biffBook: b, hidden: map[int]bool{}, cells: newCollector(), from: s.offset, until: b.endOf(s), out: &grid.Sheet{Name: s.name, Visibility: s.visibility,
		HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}}
	if err := scan.read(s.offset); err != nil {
		if scan.row > 0 {
			return located(err, "工作表“%s”第 %d 行附近", shownName(s.name), scan.row)
		}
		return located(err, "工作表“%s”", shownName(s.name))
	}
	b.book.Sheets = append(b.book.Sheets, *scan.out)
	return nil
}

// endOf gives where a sheet ends if the sheets follow one another, as they do.
func (b *biffBook) endOf(s biffSheet) int {
	end := len(b.stream)
	for _, other := range b.sheets {
		if other.offset > s.offset {
			end = min(end, other.offset)
		}
	}
	return end
}

func (s *biffScan) read(offset int) error {
	s.pos = offset
	if offset > len(s.stream) {
		return broken("内容不完整，文件可能没有下载完或被截断")
	}
	if err := s.begin(); err != nil {
		return err
	}
	for {
		if err := s.next(); err != nil {
			return err
		}
		switch {
		case s.kind == recBOF:
			s.depth++
		case s.kind == recEOF && s.depth == 0:
			if err := s.checkRest(); err != nil {
				return err
			}
			return s.finish()
		case s.kind == recEOF:
			s.depth--
		case s.depth == 0:
			if err := s.record(); err != nil {
				return err
			}
		}
	}
}

// checkRest refuses a sheet that ends before the next one begins: what stands
// between would be lost because of one damaged byte. Zeros are padding.
func (s *biffScan) checkRest() error {
	for _, c := range s.stream[s.pos:max(s.pos, s.until)] {
		if c != 0 {
			return broken("工作表的结束标记后面还有内容")
		}
	}
	return nil
}

// record reads one record of the sheet itself.
func (s *biffScan) record() error {
	d := &s.data
	switch s.kind {
	case recRow:
		s.readRow()
	case recColInfo:
		s.readCols()
	case recMergeCells:
		return s.readMerges()
	case recMulRK:
		return s.readMulRK()
	case recString:
		return s.readFormulaText()
	case recLabelSST, recLabel, recRString, recRK, recNumber, recBoolErr, recFormula:
		return s.readCell()
	case recNone, recBlank, recMulBlank:
		return s.checkBlank()
	}
	return d.fault()
}

// checkBlank makes sure that a record without content is one: a number with a
// flipped bit in its type would be passed over otherwise.
func (s *biffScan) checkBlank() error {
	n := len(s.data.segments[0])
	if s.kind == recNone || s.kind == recBlank && n != 6 || s.kind == recMulBlank && (n < 8 || n%2 != 0) {
		return broken("记录的长度不对，内容已损坏")
	}
	return nil
}

func (s *biffScan) readRow() {
	row := int(s.data.u16()) + 1
	s.data.skip(10)
	if s.data.u32()&0x20 != 0 {
		s.hidden[row] = true
	}
}

func (s *biffScan) readCols() {
	first, last, width := int(s.data.u16()), int(s.data.u16()), s.data.u16()
	s.data.u16()
	if hidden := s.data.u16()&1 != 0; hidden || width == 0 {
		for col := first; col <= min(last, 255); col++ {
			s.out.HiddenCols[col+1] = true
		}
	}
}

func (s *biffScan) readMerges() error {
	for n := s.data.u16(); n > 0; n-- {
		row1, row2, col1, col2 := int(s.data.u16()), int(s.data.u16()), int(s.data.u16()), int(s.data.u16())
		if err := s.data.fault(); err != nil {
			return err
		}
		if err := addMerge(s.out, &s.budget, row1+1, col1+1, row2+1, col2+1); err != nil {
			return err
		}
	}
	return nil
}

// readCell reads a record that begins with row, column and format.
func (s *biffScan) readCell() error {
	d := &s.data
	cell := grid.Cell{Row: int(d.u16()) + 1, Col: int(d.u16()) + 1}
	format := int(d.u16())
	s.row = cell.Row
	var err error
	switch s.kind {
	case recLabelSST:
		err = s.sharedText(&cell)
	case recLabel, recRString:
		cell.Kind = grid.Text
		cell.Raw, _ = d.richText(int(d.u16()))
	case recRK:
		err = s.number(&cell, rkValue(d.u32()))
	case recNumber:
		err = s.number(&cell, math.Float64frombits(d.u64()))
	case recBoolErr:
		value := d.u8()
		boolOrFault(&cell, value, d.u8() != 0)
	case recFormula:
		err = s.formula(&cell, format)
		if cell.Kind == grid.Empty {
			return err
		}
	}
	if err == nil {
		err = d.fault()
	}
	if err != nil {
		return err
	}
	return s.add(cell, format)
}

func (s *biffScan) sharedText(cell *grid.Cell) error {
	i := int(s.data.u32())
	if i >= len(s.strings) {
		return broken("单元格 %s 引用的共用文字第 %d 条不存在", cell.Ref(), i)
	}
	cell.Kind, cell.Raw = grid.Text, s.strings[i]
	cell.Strike = slices.ContainsFunc(s.fonts[i], s.strikes)
	return nil
}

func (s *biffScan) number(cell *grid.Cell, v float64) error {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return broken("单元格 %s 的数字不合规", cell.Ref())
	}
	s.digits = appendFloat(s.digits[:0], v)
	cell.Kind, cell.Raw = grid.Number, s.cells.keep(s.digits)
	return nil
}

func boolOrFault(cell *grid.Cell, value uint8, fault bool) {
	if !fault {
		cell.Kind, cell.Raw = grid.Bool, strconv.Itoa(int(value&1))
		return
	}
	cell.Kind, cell.Raw = grid.Fault, biffFaults[value]
	if cell.Raw == "" {
		cell.Raw = "#N/A"
	}
}

// formula reads a cached result. A text follows in a STRING record: the cell is
// then kept in pending, and Empty is returned.
func (s *biffScan) formula(cell *grid.Cell, format int) error {
	bits := s.data.u64()
	if err := s.data.fault(); err != nil {
		return err
	}
	if bits>>48 != 0xffff {
		return s.number(cell, math.Float64frombits(bits))
	}
	switch value := uint8(bits >> 16); bits & 0xff {
	case 0:
		return s.hold(*cell, format)
	case 1, 2:
		boolOrFault(cell, value, bits&0xff == 2)
	case 3:
		cell.Kind = grid.Text
	default:
		return broken("单元格 %s 的公式结果不合规", cell.Ref())
	}
	return nil
}

// hold keeps a place in the sheet for the text of a formula.
func (s *biffScan) hold(cell grid.Cell, format int) error {
	if s.pending != nil {
		return broken("单元格 %s 的公式没有结果", s.pending.Ref())
	}
	st, err := s.styleAt(&cell, format)
	if err != nil {
		return err
	}
	cell.Kind, cell.Format, cell.Strike = grid.Text, st.format, st.struck
	s.pending = &cell
	return nil
}

func (s *biffScan) readFormulaText() error {
	if s.pending == nil {
		return nil
	}
	if err := s.join(); err != nil {
		return err
	}
	cell := *s.pending
	s.pending = nil
	cell.Raw, _ = s.data.richText(int(s.data.u16()))
	if err := s.data.fault(); err != nil {
		return err
	}
	return s.keep(cell)
}

// readMulRK reads a run of numbers in one row.
func (s *biffScan) readMulRK() error {
	d := &s.data
	row, col := int(d.u16())+1, int(d.u16())+1
	s.row = row
	if len(d.segments[0]) < 2 || (len(d.segments[0])-2)%6 != 0 {
		return broken("记录的长度不对，内容已损坏")
	}
	for len(d.segments[0]) > 2 {
		cell := grid.Cell{Row: row, Col: col}
		format := int(d.u16())
		if err := s.number(&cell, rkValue(d.u32())); err != nil {
			return err
		}
		if err := s.add(cell, format); err != nil {
			return err
		}
		col++
	}
	return nil
}

// rkValue undoes the packing of a number into 30 bits: an integer or the upper
// half of a double, either one perhaps in hundredths.
func rkValue(rk uint32) float64 {
	v := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&2 != 0 {
		v = float64(int32(rk) >> 2)
	}
	if rk&1 != 0 {
		v /= 100
	}
	return v
}

func (s *biffScan) styleAt(cell *grid.Cell, format int) (style, error) {
	if format >= len(s.styles) {
		return style{}, broken("单元格 %s 的样式编号 %d 不存在", cell.Ref(), format)
	}
	return s.styles[format], nil
}

// add gives a cell its style and keeps it.
func (s *biffScan) add(cell grid.Cell, format int) error {
	st, err := s.styleAt(&cell, format)
	if err != nil {
		return err
	}
	cell.Format = st.format
	cell.Strike = cell.Strike || st.struck
	if cell.Kind == grid.Number {
		cell.Date = st.date
		if s.date1904 {
			cell.Raw = rebase1904(cell.Raw, cell.Date)
		}
	}
	return s.keep(cell)
}

// keep appends a cell; texts without characters are blank.
func (s *biffScan) keep(cell grid.Cell) error {
	if cell.Kind == grid.Text && cell.Raw == "" {
		return s.addBlank()
	}
	if cell.Col > MaxCol {
		return broken("单元格的列号 %d 不合规", cell.Col)
	}
	if err := s.addCell(len(cell.Raw)); err != nil {
		return err
	}
	grow(s.out, float64(s.pos-s.from)/float64(max(s.until-s.from, 1)))
	s.out.Cells = append(s.out.Cells, cell)
	return nil
}

// finish brings the cells into order, which the format does not promise, and
// refuses a position that is there twice.
func (s *biffScan) finish() error {
	if s.pending != nil {
		return broken("单元格 %s 的公式没有结果", s.pending.Ref())
	}
	order := func(a, b grid.Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	}
	cells := s.out.Cells
	if !slices.IsSortedFunc(cells, order) {
		slices.SortFunc(cells, order)
	}
	for i := range cells {
		if i > 0 && cells[i].Row == cells[i-1].Row && cells[i].Col == cells[i-1].Col {
			return broken("单元格 %s 出现了两次", cells[i].Ref())
		}
		if s.hidden[cells[i].Row] {
			s.out.HiddenRows[cells[i].Row] = true
		}
	}
	return checkMerges(s.out.Merges)
}
