package grid

import "strings"

// ReasonHeading heads the column that a ledger gets when it goes back to its
// office with what is wrong in it. Sentences that belong to no line of goods
// stand below the word in the same cell.
const ReasonHeading = "错误原因"

// IsReasonHeading reports whether a cell heads that column.
func IsReasonHeading(c Cell) bool {
	first, _, _ := strings.Cut(c.Raw, "\n")
	return c.Kind == Text && strings.TrimSpace(first) == ReasonHeading
}

// Reason gives the first heading of the column of reasons, the topmost; false
// when a sheet never went round.
func (s *Sheet) Reason() (Cell, bool) {
	for _, c := range s.Cells {
		if IsReasonHeading(c) {
			return c, true
		}
	}
	return Cell{}, false
}
