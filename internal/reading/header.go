package reading

import (
	"slices"
	"strconv"
	"strings"
)

// The shape of heading rows.
const (
	maxHeaderRows = 4  // printed forms have up to three, and a row of numbers
	maxHeadingLen = 40 // longer texts are instructions
	minKnown      = 2  // a single known word may stand in any sentence
)

// headerAt reports whether a row is the row of headings that names the goods.
// The cheap look-ups come first: it is asked of every row of a sheet.
func (l *Lexicon) headerAt(b *board, row int) bool {
	fields, texts := map[Field]int{}, 0
	var open []string
	if anyFigure(b.cells[row]) || keyValues(l, b.cells[row]) {
		return false
	}
	for _, c := range l.headTexts(b, row) {
		if c.numeric() {
			return false
		}
		if runeCount(c.text) > maxHeadingLen || strings.ContainsAny(c.text, ":：") {
			continue
		}
		texts++
		if h, ok := l.exactHeading(c.text); ok {
			fields[h.field]++
		} else if part, ok := datePart(c.text); ok {
			fields[part]++
		} else {
			open = append(open, c.text)
		}
	}
	if len(fields) == 0 {
		return false
	}
	wide := 0
	for _, text := range open {
		if l.wideHeading(text) {
			wide++
		} else if h, ok := l.heading(text); ok {
			fields[h.field]++
		}
	}
	return namesGoods(fields, wide, texts)
}

// headTexts are the texts that say what the columns of a heading hold: a
// group's label gives way to what stands below it.
func (l *Lexicon) headTexts(b *board, row int) []cell {
	var out []cell
	if !slices.ContainsFunc(b.cells[row], func(c cell) bool { return l.ownHeading(b, row, c) }) {
		return b.cells[row] // a title over the whole table, say
	}
	for _, c := range b.cells[row] {
		out = append(out, below(b, c, 2)...)
	}
	return out
}

// below gives what stands under a group's label, down to where the groups end.
func below(b *board, c cell, depth int) []cell {
	m, merged := b.merge(c.Row, c.Col)
	if depth == 0 || !merged || m.Row1 != c.Row || m.Row2 != c.Row || m.Col2 == m.Col1 {
		return []cell{c}
	}
	under := b.span(c.Row+1, m.Col1, m.Col2)
	if len(under) == 0 || len(under) < 2 && depth < 2 || anyNumeric(under) {
		return []cell{c}
	}
	var out []cell
	for _, u := range under {
		out = append(out, below(b, u, depth-1)...)
	}
	if len(out) < 2 {
		return []cell{c}
	}
	return out
}

// ownHeading reports a heading of one column, no group's.
func (l *Lexicon) ownHeading(b *board, row int, c cell) bool {
	if m, merged := b.merge(row, c.Col); merged && m.Col2 > m.Col1 {
		return false
	}
	_, known := l.exactHeading(c.text)
	return known
}

// anyFigure reports a row that holds a number or a text of digits alone: rows of
// goods do, headings do not.
func anyFigure(cells []cell) bool {
	for _, c := range cells {
		if c.numeric() || c.text != "" && strings.Trim(c.text, "0123456789.,") == "" {
			return true
		}
	}
	return false
}

func anyNumeric(cells []cell) bool {
	for _, c := range cells {
		if c.numeric() {
			return true
		}
	}
	return false
}

// keyValues reports a line whose cells are in turn a known key and its value,
// as above the table of a stock card: 物资名称 | 棉被 | 计量单位 | 床.
func keyValues(l *Lexicon, cells []cell) bool {
	if len(cells) < 2 || len(cells)%2 != 0 {
		return false
	}
	for i := 0; i < len(cells); i += 2 {
		_, key := l.pairs[strings.TrimRight(fold(cells[i].text), ":")]
		_, heading := l.exactHeading(cells[i].text)
		_, value := l.exactHeading(cells[i+1].text)
		if !key && !heading || value || cells[i].numeric() {
			return false
		}
	}
	return true
}

// namesGoods decides by what a row's headings mean: goods with something said
// of them, movements by day, or a wide table of places or items.
func namesGoods(fields map[Field]int, wide, texts int) bool {
	known := len(fields)
	if known < minKnown && wide < minKnown || (known+wide)*3 < texts {
		return false
	}
	moves := fields[InQty] + fields[OutQty] + fields[Quantity]
	return fields[Item] > 0 || fields[Date]+fields[DocNo]+fields[Month] > 0 && moves > 0 ||
		wide+fields[ItemQty] >= minKnown && (fields[Depot] > 0 || fields[Seq] > 0)
}

// wideHeading reports a heading of a wide layout: a place, or an item with its
// unit in brackets.
func (l *Lexicon) wideHeading(text string) bool {
	if placeName(text) || l.items[fold(text)] != "" {
		return true
	}
	var c column
	l.readHeadingUnit(&c, text)
	return c.unit != "" && withoutUnit(text) != text
}

// headerRows gives all rows of the heading that row belongs to: group titles
// above it, the second line below, and a row of column numbers.
func (l *Lexicon) headerRows(b *board, row int) []int {
	top, bottom := row, row
	for _, c := range b.cells[row] {
		if m, ok := b.merge(row, c.Col); ok && m.Row1 == row {
			bottom = max(bottom, min(m.Row2, row+maxHeaderRows-1))
		}
	}
	if bottom == row && (l.subheadsAt(b, row) || l.unitsAt(b, row+1)) {
		bottom++
	}
	if l.groupsAt(b, row-1, row) {
		top--
	}
	for bottom < row+maxHeaderRows && (numberingAt(b, bottom+1) || l.latinAt(b, bottom+1)) {
		bottom++
	}
	var rows []int
	for r := top; r <= bottom; r++ {
		rows = append(rows, r)
	}
	return rows
}

// subheadsAt reports whether the row below holds second headings: every one of
// them known, under a merged group or right of a group's only label.
func (l *Lexicon) subheadsAt(b *board, row int) bool {
	below := b.cells[row+1]
	if len(below) < minKnown {
		return false
	}
	for _, c := range below {
		if c.numeric() || !l.subhead(c.text) {
			return false
		}
		m, merged := b.merge(row, c.Col)
		_, own := b.at(row, c.Col)
		grouped := merged && m.Col2 > m.Col1
		if own && !grouped && !l.partOf(b, row, c) {
			_, right := b.at(row, c.Col+1)
			_, belowRight := b.at(row+1, c.Col+1)
			if right || !belowRight {
				return false
			}
		}
	}
	return true
}

// partOf reports a second heading that goes with the one right above it, merged
// or not: 收入 over 数量, 2026年 over 月.
func (l *Lexicon) partOf(b *board, row int, c cell) bool {
	up, _ := b.at(row, c.Col)
	if _, day := datePart(c.text); day {
		return yearForm.MatchString(fold(up.text))
	}
	group, _ := l.heading(up.text)
	part, _ := l.heading(c.text)
	_, ok := groupFields[group.field][part.field]
	return ok
}

// unitsAt reports a row that gives the unit of every column of goods above it:
// 计量单位 | 顶 | 床 | 件.
func (l *Lexicon) unitsAt(b *board, row int) bool {
	units := 0
	for i, c := range b.cells[row] {
		switch {
		case c.numeric():
			return false
		case l.unitText(c.text):
			units++
		case i == 0 && strings.Contains(c.text, "单位"):
		default:
			return false
		}
	}
	return units >= minKnown
}

// unitText reports a unit as headings write it, with a multiplier or two at
// once: 万条, （套、件）.
func (l *Lexicon) unitText(text string) bool {
	var c column
	l.readHeadingUnit(&c, "("+strings.Trim(fold(text), "()")+")")
	return c.unit != ""
}

// latinAt reports a row that says the headings above once more in English.
func (l *Lexicon) latinAt(b *board, row int) bool {
	known := 0
	for _, c := range b.cells[row] {
		if c.numeric() || strings.ContainsFunc(c.text, func(r rune) bool { return r >= 0x2e80 }) {
			return false
		}
		if _, ok := l.exactHeading(c.text); ok {
			known++
		}
	}
	return known >= minKnown
}

func (l *Lexicon) subhead(text string) bool {
	_, known := l.exactHeading(text)
	_, part := datePart(text)
	return known || part || placeName(text) || l.isUnit(text)
}

// groupsAt reports whether a row holds titles over groups of the columns
// below it: merged over some of them, not over all.
func (l *Lexicon) groupsAt(b *board, row, header int) bool {
	width := len(b.cells[header])
	groups := 0
	for _, c := range b.cells[row] {
		if c.numeric() || strings.ContainsAny(c.text, ":：") || runeCount(c.text) > maxHeadingLen {
			return false
		}
		if m, ok := b.merge(row, c.Col); ok && m.Col2 > m.Col1 && m.Row1 == row && m.Row2 == row && m.Col2-m.Col1+1 < width {
			groups++
		}
	}
	return groups > 0 && len(b.cells[row]) > 1
}

// numberingAt reports a row of column numbers: 甲 乙 丙 1 2 3=1+2.
func numberingAt(b *board, row int) bool {
	cells := b.cells[row]
	if len(cells) < 3 {
		return false
	}
	stems, next := 0, 1
	for _, c := range cells {
		key := strings.Trim(fold(c.text), "()")
		switch {
		case strings.Contains("甲乙丙丁戊己庚辛壬癸", key) && runeCount(key) == 1, key == "栏次":
			stems++
		case key == strconv.Itoa(next), strings.HasPrefix(key, strconv.Itoa(next)+"="):
			next++
		default:
			return false
		}
	}
	return stems > 0 && next > 1 || next > 3
}

// repeated reports whether a row says the headings once more, as every printed
// page does.
func repeated(b *board, row int, columns []column) bool {
	same, cells := 0, 0
	for _, col := range columns {
		c, ok := b.at(row, col.col)
		if !ok {
			continue
		}
		cells++
		for _, part := range col.parts {
			if fold(part) == fold(c.text) {
				same++
				break
			}
		}
	}
	return same >= minKnown && same == cells
}
