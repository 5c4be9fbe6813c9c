package reading

import (
	"regexp"
	"strings"

	"changbei/internal/grid"
)

// counted are the fields that hold amounts of goods.
var counted = []Field{Quantity, InQty, OutQty, OpeningQty, Balance, BookQty, CountedQty, PlanQty, Gain, Loss, Total, PlaceQty, ItemQty, GoodQty, BadQty, ExpiredQty}

// classify tells a row of goods ("") from the rows that yield nothing.
func (t *table) classify(row int) Reason {
	cells := t.b.span(row, t.left, t.right)
	if len(cells) == 0 {
		return SkipBlank
	}
	if repeated(t.b, row, t.columns) || numberingAt(t.b, row) {
		return SkipHeader
	}
	for _, c := range cells[:min(3, len(cells))] {
		if t.l.carryLabel(c.text) {
			return SkipCarry
		}
	}
	if reason, ok := t.totalRow(row, cells); ok {
		return reason
	}
	if _, named := t.own(row, Depot); t.kind == DepotList && named {
		return ""
	}
	amounts := t.hasAmount(row)
	if !amounts && t.signature(row, cells) {
		return SkipSignature
	}
	if !amounts && noteRow(cells) || t.example(row, cells) {
		return SkipNote
	}
	if t.countsPeople(cells) {
		return SkipHeader
	}
	if t.bandRow(row, cells, amounts) {
		return SkipBand
	}
	return t.thinRow(row, cells, amounts)
}

func (t *table) totalRow(row int, cells []cell) (Reason, bool) {
	item, hasItem := t.own(row, Item)
	for i, c := range cells {
		field := t.fieldAt(c.Col)
		if i > 0 && field != Item && field != Category && field != Seq && field != Date && field != Spec && field != Summary && field != DocType && field != Depot {
			continue
		}
		reason, ok := t.l.totalLabel(c.text)
		if ok && (!hasItem || i == 0 || item.Col == c.Col) {
			return reason, true
		}
	}
	return "", false
}

func (t *table) hasAmount(row int) bool {
	for _, c := range t.columns {
		if !isCounted(c.field) {
			continue
		}
		if v, ok := t.b.at(row, c.col); ok && (v.Kind != grid.Text || strings.ContainsAny(v.text, "0123456789")) && !strings.ContainsAny(v.text, ":：") {
			return true
		}
	}
	return false
}

func isCounted(f Field) bool {
	for _, c := range counted {
		if f == c {
			return true
		}
	}
	return false
}

func (t *table) signature(row int, cells []cell) bool {
	if signatureForm.MatchString(fold(cells[0].text)) {
		return true
	}
	item, hasItem := t.own(row, Item)
	unit, hasUnit := t.own(row, Unit)
	if hasItem && hasUnit && !strings.ContainsAny(item.text+unit.text, ":：") {
		return false
	}
	for _, c := range cells {
		if signatureForm.MatchString(fold(c.text)) {
			return true
		}
	}
	return false
}

func noteRow(cells []cell) bool {
	first := cells[0].text
	if noteForm.MatchString(first) {
		return true
	}
	if len(cells) > 1 || cells[0].numeric() {
		return false
	}
	return runeCount(first) > maxBand || strings.ContainsRune(first, '。') || pointForm.MatchString(first) && runeCount(first) > longNote
}

var peopleForm = regexp.MustCompile(`^(保障|转移|安置|服务|应急|常住|户籍|受灾|需)?.{0,4}(人数|人口|户数)`)

// countsPeople reports a line of a wide table that says for how many people
// each place provides.
func (t *table) countsPeople(cells []cell) bool {
	if t.col(PlaceQty) == 0 {
		return false
	}
	for _, c := range cells[:min(2, len(cells))] {
		if base, _ := cutBrackets(fold(c.text)); peopleForm.MatchString(base) {
			return true
		}
	}
	return false
}

func (t *table) example(row int, cells []cell) bool {
	if c, ok := t.own(row, Seq); ok {
		return t.l.examples[fold(c.text)]
	}
	return t.l.examples[fold(cells[0].text)]
}

// bandRow reports a title across the table: one text alone, or a Chinese
// number in the number column with a title beside it.
func (t *table) bandRow(row int, cells []cell, amounts bool) bool {
	if seq, ok := t.own(row, Seq); ok && chineseSeq.MatchString(seq.text) && t.arabicSeq {
		_, unit := t.own(row, Unit)
		return len(cells) > 1 && !unit && cells[1].Kind == grid.Text
	}
	if amounts || len(cells) != 1 || cells[0].Kind != grid.Text || runeCount(cells[0].text) > maxBand {
		return false
	}
	c := cells[0]
	m, merged := t.b.merge(row, c.Col)
	across := merged && m.Col2 > m.Col1
	switch field := t.fieldAt(c.Col); {
	case across, field == Seq:
		return true
	case field == Item:
		meaning := bandMeaning(c.text)
		return meaning != "" && t.col(Unit) > 0 || meaning == Depot && strings.ContainsAny(c.text, ":：") // 社区：东方社区
	case field == Remark, field == Spec, field == Unit:
		return false
	}
	return c.Col == t.left
}

// thinRow tells rows that hold nothing to read: a number printed in advance, a
// remark alone.
func (t *table) thinRow(row int, cells []cell, amounts bool) Reason {
	if amounts {
		return ""
	}
	for _, c := range cells {
		switch field := t.fieldAt(c.Col); {
		case field == Item || field == Spec || field == DocNo, isCounted(field):
			if !t.l.isEmpty(c.text) {
				return ""
			}
		}
	}
	if len(cells) == 1 && t.fieldAt(cells[0].Col) != Seq && cells[0].Kind == grid.Text {
		return SkipNote
	}
	return SkipBlank
}

// bands gives every band its meaning. What its own words leave open is taken
// from the other bands of the table; a band without rows below it is a note.
func (t *table) bands() {
	sure := map[Field]int{}
	for _, row := range t.rowsOf(SkipBand) {
		sure[bandMeaning(t.bandText(row))]++
	}
	open := Category
	if sure[Category] == 0 && sure[Location] > 0 {
		open = Location
	} else if sure[Category] == 0 && sure[Depot] > 0 {
		open = Depot
	}
	lastData := 0
	for _, row := range t.list {
		if t.reasons[row] == "" {
			lastData = row
		}
	}
	for _, row := range t.rowsOf(SkipBand) {
		if row > lastData {
			t.reasons[row] = SkipNote
			continue
		}
		meaning := bandMeaning(t.bandText(row))
		if meaning == "" {
			meaning = open
		}
		if meaning == Depot && t.col(Depot) > 0 {
			meaning = Location
		}
		t.bandFields[row] = meaning
	}
}

func (t *table) bandText(row int) string {
	cells := t.b.span(row, t.left, t.right)
	if len(cells) > 1 && chineseSeq.MatchString(cells[0].text) {
		return cells[0].text + "、" + cells[1].text
	}
	return cells[0].text
}

func (t *table) rowsOf(reason Reason) []int {
	var out []int
	for _, row := range t.list {
		if t.reasons[row] == reason {
			out = append(out, row)
		}
	}
	return out
}
