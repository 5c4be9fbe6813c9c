package reading

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"changbei/internal/day"
	"changbei/internal/grid"
)

// askUnknown asks about figures of a wide table under a heading that was not
// understood: they may be one more place or item, and must not get lost.
func (t *table) askUnknown() {
	wide := t.col(PlaceQty)+t.col(ItemQty) > 0
	for _, c := range t.columns {
		texts := t.sample(c.col)
		if !wide && !figureHeading.MatchString(fold(c.header)) || c.field != "" || c.given || len(texts) == 0 || share(texts, notAmount) > 0 {
			continue
		}
		row := t.header[len(t.header)-1]
		t.flag(row, "", grid.Ref(row, c.col), codeHeaderUnclear, Confirm, c.header, "没有认出表头“%s”，这一列的数字没有读取。请在“列的含义”里指定它，或确认不读。", clip(c.header))
	}
}

// askDay asks which column of a journal is the day, where none was
// understood: a movement without its day would be booked on
// another. A column of days is taken for it.
func (t *table) askDay() {
	parts := t.col(Date) + t.col(Month) + t.col(DayOfMonth)
	dated := slices.ContainsFunc(t.columns, func(c column) bool { return c.dateOf != "" })
	if t.kind != MovementJournal || parts > 0 || dated {
		return
	}
	row := t.header[len(t.header)-1]
	for i, c := range t.columns {
		if c.field == "" && !c.given && share(t.sample(c.col), isDay) > half {
			t.columns[i].field = Date
			t.indexFields()
			t.flag(row, Date, grid.Ref(row, c.col), codeHeaderUnclear, Confirm, c.header, "按内容看，“%s”一列是出入库的日期。请确认，或在“列的含义”里指定日期是哪一列。", clip(c.header))
			return
		}
	}
	if !t.heads.asOf.IsZero() {
		return // a slip of that day
	}
	t.flag(row, Date, grid.Ref(row, t.columns[0].col), codeHeaderUnclear, Confirm, "", "没有认出日期一列，表的上方也没有写日期。请在“列的含义”里指定，否则这些出入库会记在台账日期那一天。")
}

// isDay reports a text that is a date with its year.
func isDay(text string) bool {
	r, err := day.Parse(text, day.Day{})
	return err == nil && !r.Day.IsZero()
}

// askTaken asks whether a list's quantity is what is left where a column says
// how much of it was taken.
func (t *table) askTaken() {
	q, ok := t.column(Quantity)
	if t.kind != StockList || !ok || q.given || left.MatchString(fold(q.header)) {
		return
	}
	for _, c := range t.columns {
		taken := slices.ContainsFunc(t.sample(c.col), func(text string) bool { return strings.Trim(text, "0.-/—无 ") != "" })
		if c.given || !takenHeading.MatchString(fold(c.header)) || !taken {
			continue
		}
		row := t.header[len(t.header)-1]
		t.flag(row, "", grid.Ref(row, c.col), codeHeaderUnclear, Confirm, c.header, "表里有“%s”，又有“%s”：请确认“%s”是扣除以后还剩的数量，或在“列的含义”里改选还剩多少的那一列。", clip(q.header), clip(c.header), clip(q.header))
		return
	}
}

var (
	takenHeading = regexp.MustCompile(`^已(领用?|发放?|出库|使用|消耗|用|调出|分发)(出)?(数|量|数量)?$`)
	left         = regexp.MustCompile(`剩|余|结存|库存|现存|现有|实有`)
)

// figureHeading speaks of how much there is: 其他数量.
var figureHeading = regexp.MustCompile(`数量|库存|存量|结存|(数|量|储|存|配|备)$`)

// askBeside asks about figures in columns that have no heading: a column that
// lost it, or a row that slipped, as 1,200 does in a text file without quotes.
func (t *table) askBeside() {
	headed := map[int]bool{}
	for _, c := range t.columns {
		headed[c.col] = true
	}
	beside := map[int][]cell{}
	for _, row := range t.rowsOf("") {
		for _, c := range t.b.cells[row] {
			_, merged := t.b.merge(row, c.Col)
			if c.Col >= t.left && c.Col <= t.right && !headed[c.Col] && !merged && (c.numeric() || amountForm.MatchString(c.text)) {
				beside[c.Col] = append(beside[c.Col], c)
			}
		}
	}
	for _, col := range slices.Sorted(maps.Keys(beside)) {
		cells := beside[col]
		if len(cells) > len(t.rowsOf(""))/2 && len(cells) > 1 {
			head := t.header[len(t.header)-1]
			t.flag(head, "", grid.Ref(head, col), codeHeaderUnclear, Confirm, "", "这一列没有表头，列里的数字没有读取。请在“列的含义”里指定它，或确认不读。")
			continue
		}
		for _, c := range cells {
			t.doubtRow(c.Row)
			t.flag(c.Row, "", c.Ref(), codeHeaderUnclear, Confirm, c.text, "“%s”在表头以外的列里，没有读取，这一行可能错了位。请核对这一行，再确认。", clip(c.text))
		}
	}
}

// doubtRow has a person look at what was read from a row.
func (t *table) doubtRow(row int) {
	for i := range t.rows {
		if t.rows[i].Row == row && t.rows[i].Status == OK {
			t.rows[i].Status = Confirm
		}
	}
}

var amountForm = regexp.MustCompile(`^\d[\d,.]*$`)

// askPortions asks about the rows below a 其中 that go on with it: those that
// have no number of their own where the others have one, or whose quantities
// fill what is left of the row they are part of.
func (t *table) askPortions() {
	if t.col(PlaceQty)+t.col(ItemQty) > 0 {
		return // several quantities a row
	}
	for i := 1; i < len(t.rows); i++ {
		if !strings.HasPrefix(t.rows[i].Item, "其中") {
			continue
		}
		for n := t.portions(i); n > 0; n-- {
			i++
			r := &t.rows[i]
			t.doubtRow(r.Row)
			t.flag(r.Row, Item, t.ref(r.Row, Item), codePartOf, Confirm, r.Item, "“%s”接在“其中”的一行下面，像是同一行的一部分，一起导入会重复计数。请确认要不要导入这一行。", clip(r.Item))
		}
	}
}

// portions is how many rows below the one at i are part of the same row as it.
func (t *table) portions(i int) int {
	numbered := t.col(Seq) > 0 && t.arabicSeq
	rest := t.rows[i+1:]
	left := orZero(t.rows[i-1].Quantity) - orZero(t.rows[i].Quantity)
	for n, r := range rest {
		_, own := t.own(r.Row, Seq)
		left -= orZero(r.Quantity)
		switch {
		case numbered && (own || strings.HasPrefix(r.Item, "其中")):
			return n
		case numbered:
		case strings.HasPrefix(r.Item, "其中"):
			return 0
		case left == 0:
			return n + 1
		}
	}
	if numbered {
		return len(rest)
	}
	return 0
}
