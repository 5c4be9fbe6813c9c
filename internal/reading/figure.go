package reading

import (
	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/quantity"
)

// Figure reads the one amount a cell of a form holds. A form asks for a count,
// so what a ledger may leave in doubt (约98, 九十八) is refused here, like
// whatever is no amount. unit is what stands behind the figure, "" for nothing.
func (l *Lexicon) Figure(c grid.Cell) (q quantity.Q, unit string, err error) {
	a := l.readAmount(cell{Cell: &c, text: c.Raw})
	switch {
	case a.err != nil:
		return 0, "", a.err
	case a.doubt != "" || a.note != "":
		return 0, "", errs.New(errs.Invalid, "“%s”不是一个确定的数，请清点后只填数字，例如 120。", clip(c.Raw))
	case c.Strike:
		return 0, "", errs.New(errs.Invalid, "“%s”被划了删除线，看不出是否有效，请重新填写。", clip(c.Raw))
	}
	return *a.q, a.unit, nil
}

// SameUnit reports two words for one unit: 个 and 只.
func (l *Lexicon) SameUnit(a, b string) bool { return l.stdUnit(a) == l.stdUnit(b) }
