package reading

import (
	"regexp"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/quantity"
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
	d.Extra.WeightGram = d.measure(UnitWeight, quantity.IsWeight, quantity.Gram, quantity.GramCell)
	d.Extra.VolumeCm3 = d.measure(UnitVolume, quantity.IsVolume, quantity.Cm3, quantity.Cm3Cell)
	d.finish()
}

// measure reads what one unit weighs or fills, in the unit its heading names;
// a figure that cannot be read is asked, not lost.
func (d *draft) measure(f Field, known func(unit string) bool, typed func(string) (int64, error), number func(raw, unit string) (int64, error)) int64 {
	c, ok := d.t.cellOf(d.Row.Row, f)
	if !ok || d.t.l.isEmpty(c.text) {
		return 0
	}
	column, _ := d.t.column(f)
	unit := headingMeasure(column.header, known)
	var n int64
	var err error
	switch {
	case c.numeric():
		n, err = number(c.Raw, unit)
	case unit != "" && plainFigure.MatchString(fold(c.text)):
		n, err = typed(fold(c.text) + unit)
	default:
		n, err = typed(c.text)
	}
	if err != nil {
		d.flag(f, c.Ref(), codeMeasure, Confirm, c.text, "%s确认后这一行不带%s。", errs.MessageOf(err), labels[f])
		return 0
	}
	d.Cells.put(f, c.Row, c.Col)
	return n
}

// plainFigure is a figure without a unit of its own.
var plainFigure = regexp.MustCompile(`^[\d.,]+$`)

// headingMeasure gives the unit in a heading's brackets: 单重（克）.
func headingMeasure(header string, known func(string) bool) string {
	_, inside := cutBrackets(fold(header))
	for _, in := range inside {
		if in = strings.TrimPrefix(strings.TrimPrefix(in, "单位"), ":"); known(in) {
			return in
		}
	}
	return ""
}

// measureWords are headings of what one unit weighs and fills. Only a list of
// goods means that by them; elsewhere 重量 may be that of all there is.
var measureWords = map[Field]*regexp.Regexp{
	UnitWeight: regexp.MustCompile(`^(单件|单位|每件|单个|单体|单)?(毛重|净重|重量|重)$`),
	UnitVolume: regexp.MustCompile(`^(单件|单位|每件|单个|单体|单|包装)?体积$`),
}

// measured finds the columns of weights and volumes of a list of goods, and
// takes their meaning off others where nobody gave it.
func measured(columns []column, kind Kind) {
	for i := range columns {
		c := &columns[i]
		if c.given {
			continue
		}
		base, _ := cutBrackets(fold(c.parts[len(c.parts)-1]))
		base = withoutMeasure(base)
		for _, f := range []Field{UnitWeight, UnitVolume} {
			switch {
			case kind == ItemCatalogue && (c.field == "" || c.field == Other) && measureWords[f].MatchString(base):
				c.field = f
			case kind != ItemCatalogue && c.field == f:
				c.field = Other
			}
		}
	}
}

// withoutMeasure takes a unit off that stands behind a heading without
// brackets: 单重kg.
func withoutMeasure(base string) string {
	for _, unit := range []string{"kg", "千克", "公斤", "m3", "m³", "立方米"} {
		base = strings.TrimSuffix(base, unit)
	}
	return base
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
