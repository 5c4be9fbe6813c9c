package reading

import (
	"slices"
	"strings"

	"changbei/internal/grid"
)

// catalogue reads a row of a list of goods: a name, a spec and a unit, and no
// quantity. Its cell is the name's.
func (d *draft) catalogue() {
	t, row := d.t, d.Row.Row
	d.Cell = grid.Ref(row, max(t.col(Item), 1))
	ref := t.ref(row, Unit)
	switch {
	case d.Unit != "":
	case ref == "":
		d.flag(Unit, d.Cell, codeUnitMissing, Error, "", "没有填计量单位。请补上，例如 件、台、公斤。")
	default:
		d.flag(Unit, ref, codeUnitMissing, Error, "", "没有填计量单位。请补上，例如 件、台、公斤。")
	}
	d.finish()
}

// depotLine reads a row of a list of depots. Its cell is the name's.
func (d *draft) depotLine() {
	t, row := d.t, d.Row.Row
	d.Cell = grid.Ref(row, max(t.col(Depot), 1))
	tier, _ := t.own(row, Tier)
	if d.Extra.PlaceLevel = levelOf(tier.text); d.Extra.PlaceLevel == "" {
		d.Extra.PlaceLevel = placeLevel(d.Depot)
	}
	if d.Depot == "" {
		d.flag(Depot, d.Cell, codeItemMissing, Error, "", "没有填储备库名称。请补上名称；这一行不要的话请删除。")
	}
	t.rows = append(t.rows, d.Row)
}

// tierWords are the words of a 级别 column.
var tierWords = []struct {
	level string
	words []string
}{
	{"county", []string{"区", "县", "市"}}, {"township", []string{"街", "镇", "乡"}}, {"village", []string{"村", "社区"}},
}

// levelOf reads 区级, 街镇级, 村（社区）.
func levelOf(text string) string {
	level := ""
	for _, t := range tierWords {
		if slices.ContainsFunc(t.words, func(w string) bool { return strings.Contains(text, w) }) {
			level = t.level
		}
	}
	return level
}

// depotSegments finds the heading of a list of depots. A list of contacts looks
// alike, so only a sheet that calls itself a list of depots is read as one.
func (l *Lexicon) depotSegments(b *board, names ...string) []segment {
	if !slices.ContainsFunc(append(names, b.topTexts()...), func(s string) bool { return Kind(match(l.kinds, fold(s))) == DepotList }) {
		return nil
	}
	for _, row := range b.rows[:min(len(b.rows), maxRemembered)] {
		fields := map[Field]int{}
		for _, c := range b.cells[row] {
			if h, ok := l.heading(c.text); ok {
				fields[h.field]++
			}
		}
		if fields[Depot] > 0 && fields[Item] == 0 && fields[Keeper]+fields[Phone]+fields[Location]+fields[Tier] >= minKnown {
			header := l.headerRows(b, row)
			return []segment{{header: header, headFrom: 1, first: header[len(header)-1] + 1, end: b.lastRow, columns: dropTwins(b, header, l.columnsOf(b, header))}}
		}
	}
	return nil
}

// topTexts gives the texts of the first lines, where a sheet says what it is.
func (b *board) topTexts() []string {
	var texts []string
	for _, row := range b.rows[:min(len(b.rows), 3)] {
		texts = append(texts, b.cells[row][0].text)
	}
	return texts
}
