package sheet

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"changbei/internal/errs"
)

const (
	// maxFigure is the largest number of smallest units (分, thousandths) that a
	// workbook's 15 digits hold exactly.
	maxFigure = 999_999_999_999_999
	maxArgs   = 255  // arguments of one SUM
	maxSource = 8000 // a formula's text may have 8,192 characters
)

// span is a run of sheet rows in one column.
type span struct{ from, to int }

// sums walks down a table and knows, for each column, which cells a Subtotal
// or Total there adds up: every Data row exactly once.
type sums struct {
	columns []columnSum
	group   []span // runs of Data rows since the last Band or Subtotal
	barrier int    // last row that a span must not reach over
}

type columnSum struct {
	form  valueForm // the sort of figure seen; blankForm before the first
	parts []span    // closed groups: subtotal cells, or data rows without one
	group int64     // sum of the open group
	whole int64     // sum of all Data rows so far
	vast  bool      // a sum left the range of exact numbers
}

func newSums(columns int) *sums {
	return &sums{columns: make([]columnSum, columns)}
}

// add counts a Data row.
func (s *sums) add(row int, r Row) {
	if last := len(s.group) - 1; last >= 0 && s.group[last].to == row-1 {
		s.group[last].to = row
	} else {
		s.group = append(s.group, span{row, row})
	}
	for i := range s.columns {
		if v := r.at(i); v.figure() {
			s.columns[i].count(v)
		}
	}
}

func (c *columnSum) count(v Value) {
	if c.form == blankForm {
		c.form = v.form
	}
	c.group += v.n
	c.whole += v.n
	c.vast = c.vast || tooLong(c.group) || tooLong(c.whole) || c.form != v.form
}

func tooLong(n int64) bool { return n > maxFigure || n < -maxFigure }

// skip keeps a Stated row out of every sum.
func (s *sums) skip(row int) { s.barrier = row }

// band closes the open group without a subtotal.
func (s *sums) band() {
	for i := range s.columns {
		s.columns[i].close(s.group, s.barrier)
	}
	s.group = s.group[:0]
}

// close moves a group's rows to the parts of the total. Two runs with nothing
// but bands between them become one, which keeps formulas short.
func (c *columnSum) close(group []span, barrier int) {
	for _, g := range group {
		last := len(c.parts) - 1
		if last >= 0 && barrier < c.parts[last].to {
			c.parts[last].to = g.to
		} else {
			c.parts = append(c.parts, g)
		}
	}
	c.group = 0
}

// subtotal closes the open group with a row of subtotals and gives the formula
// of each column that has a figure there.
func (s *sums) subtotal(row int, r Row, d *Document) ([]string, error) {
	formulas := make([]string, len(s.columns))
	for i := range s.columns {
		c := &s.columns[i]
		v := r.at(i)
		if !d.Columns[i].Total || !v.figure() {
			c.close(s.group, s.barrier)
			continue
		}
		if err := c.check(v, c.group, d, i, row); err != nil {
			return nil, err
		}
		formulas[i] = sumFormula(i+1, s.group)
		c.group = 0
		if len(s.group) > 0 {
			c.parts = append(c.parts, span{row, row})
		}
	}
	s.group, s.barrier = s.group[:0], row
	return formulas, nil
}

// totals gives the formula of each column that has a figure in a Total row.
func (s *sums) totals(row int, r Row, d *Document) ([]string, error) {
	s.band()
	formulas := make([]string, len(s.columns))
	for i := range s.columns {
		v := r.at(i)
		if !d.Columns[i].Total || !v.figure() {
			continue
		}
		if err := s.columns[i].check(v, s.columns[i].whole, d, i, row); err != nil {
			return nil, err
		}
		formulas[i] = sumFormula(i+1, s.columns[i].parts)
	}
	s.barrier = row
	return formulas, nil
}

// check refuses a figure that is not the sum of what it stands under. It is a
// fault of the program and not of its user.
func (c *columnSum) check(v Value, want int64, d *Document, col, row int) error {
	if c.vast {
		return errs.New(errs.Internal, "“%s”列的数字种类不一或超过 15 位，无法合计", d.Columns[col].Heading)
	}
	if v.n == want && (c.form == blankForm || v.form == c.form) {
		return nil
	}
	return errs.New(errs.Internal, "第 %d 行“%s”的合计 %s 与各行之和不符", row, d.Columns[col].Heading, v.plain())
}

// sumFormula adds cells up. Without cells, or with more than one formula can
// name, it gives "" and the figure stands by itself.
func sumFormula(col int, spans []span) string {
	if len(spans) == 0 {
		return ""
	}
	name, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return ""
	}
	var calls []string
	for len(spans) > 0 {
		n := min(maxArgs, len(spans))
		args := make([]string, n)
		for i, p := range spans[:n] {
			args[i] = fmt.Sprintf("%s%d", name, p.from)
			if p.to > p.from {
				args[i] += fmt.Sprintf(":%s%d", name, p.to)
			}
		}
		calls = append(calls, "SUM("+strings.Join(args, ",")+")")
		spans = spans[n:]
	}
	if f := strings.Join(calls, "+"); len(f) <= maxSource {
		return f
	}
	return ""
}
