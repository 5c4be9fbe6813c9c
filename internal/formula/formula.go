package formula

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"changbei/internal/grid"
)

// The bounds of working out formulas that carry no value. They serve ledgers
// saved by programs that do not calculate; what goes beyond is asked for.
const (
	maxDepth  = 100       // references of references before work is put off
	maxSteps  = 2_000_000 // pieces of work in one workbook, well below a second
	decimals  = 12        // enough to tell a third from three decimals
	stepBytes = 8         // of text that are handled in one step
)

// errNotWorkedOut says a formula needs a spreadsheet program.
var errNotWorkedOut = errors.New("formula not worked out")

// faultError is an error that Excel itself would show, such as #DIV/0!. IFERROR
// may catch it; what is merely not known here it must not.
type faultError string

func (f faultError) Error() string { return string(f) }

// The faults that formulas make and catch. A lost reference (#REF!) and an
// unknown name are never caught: nobody meant them.
const (
	faultDivision = faultError("#DIV/0!")
	faultValue    = faultError("#VALUE!")
	faultNumber   = faultError("#NUM!")
	faultNotFound = faultError("#N/A")
	faultCrossing = faultError("#NULL!")
)

// deepError asks for another formula to be worked out first.
type deepError struct{ first address }

func (deepError) Error() string { return "formula too deep" }

type position struct{ row, col int }

// address is a position in the whole workbook.
type address struct {
	sheet *grid.Sheet
	position
}

// outcome is what became of a formula; active while it is worked on.
type outcome struct {
	value  value
	err    error
	active bool
}

// Calculator works out formulas without a cached value, exactly: big.Rat, no
// float. It knows the operators and the functions offices use, as Excel has
// them; where programs differ or a value would be a guess it refuses.
type Calculator struct {
	book    *grid.Workbook
	rows    map[*grid.Sheet][]filledRow
	done    map[address]outcome
	waiting []address // the formulas that wait for the one of a deepError
	columns map[lookupKey]*lookup
	left    int // steps
}

// filledRow is a row of a sheet that has cells: where they stand among its Cells.
type filledRow struct{ row, from, to int }

// New makes a calculator for the formulas of a workbook.
func New(book *grid.Workbook) *Calculator {
	return &Calculator{
		book: book, left: maxSteps, rows: map[*grid.Sheet][]filledRow{}, done: map[address]outcome{}, columns: map[lookupKey]*lookup{},
	}
}

// Value gives a cell whose formula carries no value with the value worked out;
// ok is false where it is not.
func (k *Calculator) Value(s *grid.Sheet, c grid.Cell) (worked grid.Cell, ok bool) {
	v, err := k.formula(address{s, position{c.Row, c.Col}})
	if err != nil {
		return c, false
	}
	c.Kind, c.Raw = v.stored()
	return c, true
}

// spend counts work, so that a sheet made to burn time is refused after the
// same work on every machine.
func (k *Calculator) spend(steps int) error {
	if steps > k.left {
		k.left = 0
		return errNotWorkedOut
	}
	k.left -= steps
	return nil
}

// formula works out a cell. A chain longer than the depth allowed (the running
// balance of a journal, seen from its end) is worked out from further down;
// what waits for that stays active, so that a circle is seen at its first turn.
func (k *Calculator) formula(at address) (value, error) {
	type wait struct {
		top   address
		chain []address
	}
	stack := []wait{{top: at}}
	for {
		w := &stack[len(stack)-1]
		for _, waiting := range w.chain {
			delete(k.done, waiting)
		}
		v, err := k.work(w.top, 0)
		if deep, ok := errors.AsType[deepError](err); ok {
			w.chain, k.waiting = k.waiting, nil
			stack = append(stack, wait{top: deep.first})
			continue
		}
		if stack = stack[:len(stack)-1]; len(stack) == 0 {
			return v, err
		}
	}
}

// work gives the value of a cell that holds a formula without one. A cell that
// needs itself has none.
func (k *Calculator) work(at address, depth int) (value, error) {
	if known, ok := k.done[at]; ok {
		if known.active {
			return value{}, errNotWorkedOut
		}
		return known.value, known.err
	}
	if depth > maxDepth {
		return value{}, deepError{at}
	}
	c, _ := k.cell(at)
	if err := k.spend(1 + len(c.Formula)/stepBytes); err != nil {
		return value{}, err
	}
	k.done[at] = outcome{active: true}
	var v value
	n, err := (&expression{k: k, sheet: at.sheet, text: c.Formula}).whole()
	if err == nil {
		v, err = (&evaluation{k: k, at: at, depth: depth}).value(n)
	}
	if _, deep := errors.AsType[deepError](err); deep {
		k.waiting = append(k.waiting, at)
		return value{}, err
	}
	k.done[at] = outcome{value: v, err: err}
	return v, err
}

// valueOf gives what a cell counts as in a formula at a depth.
func (k *Calculator) valueOf(s *grid.Sheet, c grid.Cell, depth int) (value, error) {
	v, err := k.held(s, c, depth)
	if err == nil {
		err = k.spend(v.weight())
	}
	return v, err
}

func (k *Calculator) held(s *grid.Sheet, c grid.Cell, depth int) (value, error) {
	switch c.Kind {
	case grid.Number:
		v, err := numberIn(c.Raw)
		return numberOf(v), err
	case grid.Text:
		return textOf(c.Raw), nil
	case grid.Bool:
		return truthOf(c.Raw == "1"), nil
	case grid.Fault:
		switch f := faultError(strings.ToUpper(c.Raw)); f {
		case faultDivision, faultValue, faultNumber, faultNotFound, faultCrossing:
			return value{}, f
		}
		return value{}, errNotWorkedOut
	case grid.FormulaOnly:
		return k.work(address{s, position{c.Row, c.Col}}, depth+1)
	}
	return value{}, nil
}

// cell gives the cell at a place; ok is false where the sheet has none.
func (k *Calculator) cell(at address) (grid.Cell, bool) {
	rows := k.rowsOf(at.sheet)
	i, ok := slices.BinarySearchFunc(rows, at.row, func(r filledRow, row int) int { return cmp.Compare(r.row, row) })
	if !ok {
		return grid.Cell{}, false
	}
	cells := at.sheet.Cells[rows[i].from:rows[i].to]
	j, ok := slices.BinarySearchFunc(cells, at.col, columnOrder)
	if !ok {
		return grid.Cell{}, false
	}
	return cells[j], true
}

func columnOrder(c grid.Cell, col int) int { return cmp.Compare(c.Col, col) }

// scan hands over the cells of an area that the file has, in order.
func (k *Calculator) scan(a area, visit func(s *grid.Sheet, c grid.Cell) error) error {
	for _, s := range a.sheets {
		rows := k.rowsOf(s)
		i, _ := slices.BinarySearchFunc(rows, a.Row1, func(r filledRow, row int) int { return cmp.Compare(r.row, row) })
		for ; i < len(rows) && rows[i].row <= a.Row2; i++ {
			if err := k.spend(1); err != nil {
				return err
			}
			cells := s.Cells[rows[i].from:rows[i].to]
			j, _ := slices.BinarySearchFunc(cells, a.Col1, columnOrder)
			for ; j < len(cells) && cells[j].Col <= a.Col2; j++ {
				if err := visit(s, cells[j]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (k *Calculator) rowsOf(s *grid.Sheet) []filledRow {
	rows, ok := k.rows[s]
	if ok {
		return rows
	}
	for i, c := range s.Cells {
		if n := len(rows); n > 0 && rows[n-1].row == c.Row {
			rows[n-1].to = i + 1
		} else {
			rows = append(rows, filledRow{c.Row, i, i + 1})
		}
	}
	k.rows[s] = rows
	return rows
}

// lastRow is the last row of the workbook that has cells.
func (k *Calculator) lastRow() int {
	last := 0
	for i := range k.book.Sheets {
		if cells := k.book.Sheets[i].Cells; len(cells) > 0 {
			last = max(last, cells[len(cells)-1].Row)
		}
	}
	return last
}

// sheetsNamed gives the sheet of a name, or those from the first to the last;
// hidden ones as well. Another workbook's ([1]Sheet1) is not known.
func (k *Calculator) sheetsNamed(first, last string) ([]*grid.Sheet, error) {
	if last == "" {
		last = first
	}
	from, to := -1, -1
	for i := range k.book.Sheets {
		name := k.book.Sheets[i].Name
		if strings.EqualFold(name, first) && from < 0 {
			from = i
		}
		if strings.EqualFold(name, last) && to < 0 {
			to = i
		}
	}
	if from < 0 || to < from || strings.Contains(first, "[") {
		return nil, errNotWorkedOut
	}
	if err := k.spend(len(k.book.Sheets)); err != nil {
		return nil, err
	}
	var out []*grid.Sheet
	for i := from; i <= to; i++ {
		out = append(out, &k.book.Sheets[i])
	}
	return out, nil
}
