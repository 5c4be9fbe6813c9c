package reading

import (
	"regexp"
	"slices"
	"strings"
)

// column is one column of a table as understood so far.
type column struct {
	col    int
	parts  []string // its heading from top to bottom
	header string   // joined by /
	field  Field
	review bool
	given  bool // a person said so

	unit      string // in the heading's brackets: 编织袋（万条）
	ambiguous bool   // two units there: 其他衣物（套、件）
	factor    int64
	group     string // 收入 or 支出, of halves that are tables of their own
	part      Field  // of a group's quantity that several columns make up together
	dateOf    Field  // InQty or OutQty: the day goods came, or went
	whole     bool   // the column of that group that holds their sum
	place     string // of a PlaceQty column
	item      string // of an ItemQty column
	sumOf     string // of a Total column: the item whose columns it adds up
}

// columnsOf reads the headings between two columns.
func (l *Lexicon) columnsOf(b *board, rows []int) []column {
	left, right := 0, 0
	for _, row := range rows {
		for _, c := range b.cells[row] {
			if left == 0 || c.Col < left {
				left = c.Col
			}
			last := c.Col
			if m, ok := b.merge(row, c.Col); ok {
				last = m.Col2
			}
			right = max(right, last)
		}
	}
	var out []column
	units := len(rows) > 1 && l.unitsAt(b, rows[len(rows)-1])
	for col := left; col <= right; col++ {
		if b.sheet.HiddenCols[col] {
			continue
		}
		parts := headingParts(b, rows, col)
		if len(parts) == 0 {
			continue
		}
		if n := len(parts); n > 1 && units && (fold(parts[n-1]) == "计量单位" || fold(parts[n-1]) == "单位") {
			if _, known := l.heading(parts[0]); known { // the label of a row of units, not of this column
				parts = parts[:n-1]
			}
		}
		if n := len(parts); n > 1 && withoutLatin(fold(parts[n-1])) == "" && withoutLatin(fold(parts[0])) != "" && !l.unitText(parts[n-1]) {
			parts = parts[:n-1] // the same once more in English
		}
		c := column{col: col, parts: parts, header: strings.Join(parts, "/"), factor: 1}
		l.mean(&c)
		out = append(out, c)
	}
	l.unwrap(out)
	l.widen(out)
	byWay(out)
	joinParts(out)
	return out
}

// headingParts gives the texts over a column from top to bottom. A group's
// label that was not merged belongs to the columns right of it as well.
func headingParts(b *board, rows []int, col int) []string {
	var parts []string
	for i, row := range rows {
		c, ok := b.seen(row, col)
		if ok && c.Row < rows[0] {
			continue
		}
		if !ok && i+1 < len(rows) {
			c, ok = groupLabel(b, row, rows[i+1], col)
		}
		if ok && !(numberingAt(b, row) && len(parts) > 0) && !slices.Contains(parts, c.text) {
			parts = append(parts, c.text)
		}
	}
	return parts
}

func groupLabel(b *board, row, below, col int) (cell, bool) {
	if _, ok := b.at(below, col); !ok {
		return noCell, false
	}
	for left := col - 1; left > 0; left-- {
		if c, ok := b.at(row, left); ok {
			_, sub := b.at(below, left)
			_, merged := b.merge(row, left)
			return c, sub && !merged
		}
		if _, ok := b.at(below, left); !ok {
			return noCell, false
		}
	}
	return noCell, false
}

// dropTwins takes out columns that only exist because their heading is merged
// over two and the goods stand in the other.
func dropTwins(b *board, header []int, columns []column) []column {
	last := header[len(header)-1]
	filled := map[int]bool{}
	for _, row := range b.rows {
		for _, c := range b.cells[row] {
			if row > last {
				filled[c.Col] = true
			}
		}
	}
	return slices.DeleteFunc(columns, func(c column) bool {
		m, merged := b.merge(last, c.col)
		return merged && m.Col2 > m.Col1 && !filled[c.col] && slices.ContainsFunc(columns, func(o column) bool {
			return o.col != c.col && o.col >= m.Col1 && o.col <= m.Col2 && o.header == c.header && filled[o.col]
		})
	})
}

// groupFields are what a group's sub-columns mean: 期初结存 over 数量|金额.
var groupFields = map[Field]map[Field]Field{
	OpeningQty: {Quantity: OpeningQty, Amount: OpeningAmount, UnitPrice: Other},
	InQty:      {Quantity: InQty, Amount: InAmount, UnitPrice: Other},
	OutQty:     {Quantity: OutQty, Amount: OutAmount, UnitPrice: Other},
	Quantity:   {Quantity: Quantity, Amount: Amount, UnitPrice: UnitPrice},
	BookQty:    {Quantity: BookQty, Amount: Other, UnitPrice: Other},
	CountedQty: {Quantity: CountedQty, Amount: Other, UnitPrice: Other},
	Gain:       {Quantity: Gain, Amount: Other, UnitPrice: Other},
	Loss:       {Quantity: Loss, Amount: Other, UnitPrice: Other},
	PlanQty:    {Quantity: PlanQty, Amount: Other, UnitPrice: Other},
	Total:      {Quantity: Total, Amount: Amount, UnitPrice: Other},
}

// mean finds the field of one heading by itself.
func (l *Lexicon) mean(c *column) {
	upper, lower := c.parts[0], c.parts[len(c.parts)-1]
	l.readHeadingUnit(c, lower)
	if len(c.parts) == 1 {
		if f, ok := datePart(lower); ok {
			c.field = f
			return
		}
		h, _ := l.heading(lower)
		c.field, c.review = h.field, h.review
		return
	}
	if h, ok := l.exactHeading(strings.Join(c.parts, "")); ok {
		c.field, c.review = h.field, h.review
		return
	}
	if f, ok := datePart(lower); ok {
		c.field = f
		return
	}
	up, _ := l.heading(upper)
	low, known := l.heading(lower)
	if l.movementPart(c, up.field, low.field) {
		return
	}
	if _, total := l.totalLabel(lower); total && groupFields[up.field] != nil && up.field != Total {
		c.field = up.field // 年初结存 over 合计
		return
	}
	if up.field == OpeningQty && (low.field == GoodQty || low.field == BadQty || low.field == ExpiredQty) {
		c.field = Other // how it was then; the sum counts
		return
	}
	if f, ok := groupFields[up.field][low.field]; ok {
		c.field = f
		return
	}
	switch {
	case !known && up.field != "" && sameAsAbove[fold(lower)]:
		c.field, c.review = up.field, up.review
	case known:
		c.field, c.review = low.field, low.review
	case l.isUnit(lower) && up.field != "":
		c.field, c.unit = up.field, lower
	default:
		c.field = ""
	}
	if known && up.field == "" && placeName(upper) && low.field == Quantity {
		c.field, c.place = PlaceQty, upper
	}
}

// sameAsAbove are second headings that say no more than the group above them:
// 管理人员 over 姓名.
var sameAsAbove = map[string]bool{"姓名": true, "名称": true, "人员": true, "内容": true, "姓名及职务": true}

// datePart reads 年, 月 and 日 standing over columns of their own, as in
// printed books.
func datePart(heading string) (Field, bool) {
	switch fold(heading) {
	case "年", "年份":
		return Year, true
	case "月", "月份":
		return Month, true
	case "日":
		return DayOfMonth, true
	}
	return "", false
}

// readHeadingUnit reads 数量（万条）, 数量/件 and 其他衣物（套、件）.
func (l *Lexicon) readHeadingUnit(c *column, text string) {
	_, inside := cutBrackets(fold(text))
	for _, in := range inside {
		in = strings.TrimPrefix(strings.TrimPrefix(in, "单位"), ":")
		if l.isUnit(in) {
			c.unit = in
			continue
		}
		for _, m := range headingFactors {
			if rest, ok := strings.CutPrefix(in, m.word); ok && (rest == "" || l.isUnit(rest)) {
				c.unit, c.factor = rest, m.factor
			}
		}
		parts := strings.FieldsFunc(in, func(r rune) bool { return strings.ContainsRune("、,/;或", r) })
		if len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { return !l.isUnit(p) }) {
			c.unit, c.ambiguous = in, true
		}
	}
}

// headingFactor is a factor that a heading may have before its unit.
type headingFactor struct {
	word   string
	factor int64
}

var headingFactors = []headingFactor{{"百万", 1_000_000}, {"十万", 100_000}, {"万", 10_000}, {"千", 1_000}, {"百", 100}}

// multiple reports a unit with a factor before it: 千条.
func (l *Lexicon) multiple(unit string) bool {
	return slices.ContainsFunc(headingFactors, func(m headingFactor) bool {
		rest, ok := strings.CutPrefix(unit, m.word)
		return ok && !l.isUnit(unit) && l.isUnit(rest)
	})
}

// widen finds the columns of a pivot among those without a meaning: places
// where there is an item column, items where there is none.
func (l *Lexicon) widen(columns []column) {
	hasItem := slices.ContainsFunc(columns, func(c column) bool { return c.field == Item })
	for i := range columns {
		c := &columns[i]
		upper, lower := c.parts[0], c.parts[len(c.parts)-1]
		switch {
		case hasItem && c.field == "" && placeName(lower):
			c.field, c.place = PlaceQty, lower
		case hasItem && c.field == "" && len(c.parts) > 1 && placeGroup(upper):
			c.field, c.place = PlaceQty, lower
		case !hasItem && len(c.parts) > 1 && l.unitText(lower) && (c.field == "" || c.field == Quantity && c.parts[len(c.parts)-1] == lower):
			c.field, c.item = ItemQty, c.parts[len(c.parts)-2]
			l.readHeadingUnit(c, "("+lower+")")
			if _, total := l.totalLabel(c.item); total {
				c.field = Total
			}
		case !hasItem && ((c.field == "" || c.field == Phone && c.unit != "") && l.wideHeading(lower) || c.field == ItemQty):
			c.field, c.item = ItemQty, withoutUnit(lower)
		}
		if m := itemTotal.FindStringSubmatch(c.item + afterUnit(lower)); m != nil && c.field == ItemQty {
			c.field, c.item, c.sumOf = Total, "", m[1]
		}
	}
}

// itemTotal is a column that adds up those of one item: 棉被合计（床）.
var itemTotal = regexp.MustCompile(`^(.*?)[(（]?(合计|小计|总计|总数|总量|累计|共计)[)）]?$`)

// afterUnit is what follows the last bracket of a heading: 棉被（床）合计.
func afterUnit(heading string) string {
	if i := strings.LastIndexAny(heading, "）)"); i > 0 {
		return clean(strings.TrimLeft(heading[i:], "）)"))
	}
	return ""
}

// withoutUnit takes the last bracket off: 救灾帐篷（顶）.
func withoutUnit(heading string) string {
	if i := strings.LastIndexAny(heading, "（("); i > 0 {
		return clean(heading[:i])
	}
	return heading
}

// split cuts the columns of tables that stand side by side: the first heading
// comes again for each of them.
func split(columns []column) [][]column {
	items := 0
	for _, c := range columns {
		if c.field == Item {
			items++
		}
	}
	if items < 2 {
		return [][]column{columns}
	}
	if blocks := splitGroups(columns); len(blocks) == items {
		return blocks
	}
	starts := blockStarts(columns)
	if len(starts) != items {
		return [][]column{columns}
	}
	var out [][]column
	for i, from := range starts {
		to := len(columns)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		out = append(out, columns[from:to])
	}
	return out
}

// blockStarts finds where each of the tables side by side begins: where the
// first heading comes again, else at the number column before its goods, behind
// an empty column, or at the goods themselves.
func blockStarts(columns []column) []int {
	last := func(c column) string { return fold(c.parts[len(c.parts)-1]) }
	var again, starts []int
	for i, c := range columns {
		if last(c) == last(columns[0]) {
			again = append(again, i)
		}
	}
	free := 0 // the first column no block has yet
	for i, c := range columns {
		if c.field != Item {
			continue
		}
		from := i
		for j := i; j >= free && len(starts) > 0; j-- {
			if columns[j].field == Seq || last(columns[j]) == last(columns[0]) || j > 0 && columns[j].col > columns[j-1].col+1 {
				from = j
				break
			}
		}
		if len(starts) == 0 {
			from = 0
		}
		starts = append(starts, from)
		free = i + 1
	}
	if len(again) == len(starts) {
		return again
	}
	return starts
}
