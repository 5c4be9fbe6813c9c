package reading

import (
	"strings"

	"changbei/internal/grid"
)

// candidate is a sheet before its role is known.
type candidate struct {
	b        *board
	segments []segment
	depots   bool // its table is a list of depots
	override SheetOverride
	role     Role
}

// roles gives every sheet its role. Names decide only where another sheet
// holds the goods: a workbook's only table is read whatever its sheet is called.
func (l *Lexicon) roles(sheets []*candidate) {
	tables := 0
	for _, s := range sheets {
		if len(s.segments) > 0 && s.b.sheet.Visibility == grid.Visible {
			tables++
		}
	}
	for _, s := range sheets {
		s.role = s.override.Role
		if s.role == "" {
			s.role = l.roleOf(s, tables)
		}
	}
}

func (l *Lexicon) roleOf(s *candidate, tables int) Role {
	if len(s.b.rows) == 0 {
		return RoleEmpty
	}
	named := Role(match(l.roleNames, fold(s.b.name)))
	if s.b.sheet.Visibility != grid.Visible {
		if named == RoleDictionary || named == RoleInstructions {
			return named
		}
		return RoleOldVersion
	}
	others := tables
	if len(s.segments) > 0 {
		others--
	}
	switch {
	case named == RoleSummary && (strings.Contains(s.b.name, "收发存") || strings.Contains(s.b.name, "进销存")):
	case named != "" && (others > 0 || len(s.segments) == 0):
		return named
	case others > 0 && s.depots:
		return RoleDictionary // beside goods it says where they are
	case others > 0 && summing(s.b):
		return RoleSummary
	}
	if len(s.segments) == 0 && !s.b.hasNumbers() {
		if len(s.b.rows) <= shortSheet {
			return RoleEmpty // 本季度无新增物资，零报告
		}
		return RoleInstructions
	}
	return RoleData
}

// shortSheet is how many lines of text alone still say that there is nothing
// to report.
const shortSheet = 3

// summing reports a sheet most of whose figures come from other sheets.
func summing(b *board) bool {
	figures, foreign := 0, 0
	for _, row := range b.rows {
		for _, c := range b.cells[row] {
			if c.Kind != grid.Number && c.Kind != grid.FormulaOnly && c.Kind != grid.Fault {
				continue
			}
			figures++
			if strings.Contains(c.Formula, "!") && !strings.Contains(c.Formula, "#REF!") {
				foreign++
			}
		}
	}
	return foreign > 0 && float64(foreign) > half*float64(figures)/2
}

func (b *board) hasNumbers() bool {
	for _, row := range b.rows {
		for _, c := range b.cells[row] {
			if c.numeric() || c.Kind == grid.FormulaOnly {
				return true
			}
		}
	}
	return false
}
