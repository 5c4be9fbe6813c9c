package reading

import (
	"regexp"
	"slices"

	"changbei/internal/day"
	"changbei/internal/grid"
)

// readSegment reads one table, or the several that stand side by side under
// one heading.
func (rd *reader) readSegment(s *candidate, seg segment, h heads) {
	blocks := split(seg.columns)
	file := stem(rd.o.FileName)
	said := rd.said(s, seg)
	kind := rd.l.kindOf(blocks[0], append(backwards(h.lines), h.title, s.b.name, file)...)
	if said.Kind != "" {
		kind = said.Kind
	}
	var tables []*table
	for i, columns := range blocks {
		left, right := 1, s.b.lastCol
		if i > 0 {
			left = columns[0].col
		}
		if i+1 < len(blocks) {
			right = blocks[i+1][0].col - 1
		}
		t := &table{
			l: rd.l, b: s.b, kind: kind, columns: columns, header: seg.header, left: left, right: right, first: seg.first, end: seg.end,
			index: len(rd.result.Tables), heads: h, today: rd.o.Today, limit: h.asOf, filePlace: placeIn(file),
			said: said, fingerprint: fingerprint(s.b, seg.header), planYear: yearOf(h.title, s.b.name, file), reasons: map[int]Reason{}, bandFields: map[int]Field{}, above: map[Field]string{}, lastDays: map[Field]day.Day{}, balances: map[string]running{},
		}
		if g := columns[0].group; g != "" && rd.l.isDirection(g) && said.Kind == "" {
			t.kind = MovementJournal
		}
		t.direction = rd.l.titleDirection(append(append([]string{columns[0].group}, backwards(h.lines)...), s.b.name, h.title, file)...)
		t.bandDepot = h.band
		t.settleKind(said)
		t.prepare()
		tables = append(tables, t)
		rd.readTable(s, t)
	}
	rd.skipped(s.b, seg, tables)
}

// noLimit stands where neither the ledger nor the clock gives a day.
var noLimit = day.Of(2100, 12, 31)

func (t *table) prepare() {
	if t.limit.IsZero() {
		t.limit = t.today
	}
	if t.limit.IsZero() {
		t.limit = noLimit
	}
	for _, row := range t.b.rows {
		if row >= t.first && row <= t.end {
			t.list = append(t.list, row)
		}
	}
}

func (rd *reader) readTable(s *candidate, t *table) {
	question := settle(t.columns, t.kind)
	if len(t.said.Columns) > 0 {
		t.override(t.said.Columns)
		question = unclear(t.columns, slices.ContainsFunc(t.columns, func(c column) bool { return c.field == PlaceQty || c.field == ItemQty }))
	}
	if question == "" && t.kind == ReservePlan {
		question = t.unreadFigures()
	}
	if question == "" {
		t.read()
	} else {
		t.ask(question)
	}
	if s.override.Depot != "" {
		t.setDepot(s.override.Depot)
	}
	rd.result.Tables = append(rd.result.Tables, t.summary())
	if rd.result.Rows == nil {
		rd.result.Rows = t.rows // the only table of most ledgers
	} else {
		rd.result.Rows = append(rd.result.Rows, t.rows...)
	}
	rd.result.Issues = append(rd.result.Issues, t.issues...)
	rd.heads = append(rd.heads, t.heads)
	rd.kinds = append(rd.kinds, t.kind)
}

// override takes a person's columns as they are: no value changes them.
func (t *table) override(fields map[string]Field) {
	for i := range t.columns {
		c := &t.columns[i]
		if f, ok := fields[grid.ColumnName(c.col)]; ok {
			c.field, c.review, c.given = f, false, true
			if heading := c.parts[len(c.parts)-1]; f == PlaceQty {
				c.place = heading
			} else if f == ItemQty {
				c.item = withoutUnit(heading)
			}
		}
	}
}

// setDepot names the depot of every row that names none itself.
func (t *table) setDepot(depot string) {
	if t.depotFrom == DepotColumnHeader || t.depotFrom == DepotColumn {
		return
	}
	for i := range t.rows {
		if t.rows[i].Depot == t.depot {
			t.rows[i].Depot = depot
		}
	}
	t.depot = depot
}

// ask leaves a table unread until a person answers.
func (t *table) ask(question string) {
	row := t.header[0]
	ref := ""
	if cells := t.b.cells[row]; len(cells) > 0 {
		ref = cells[0].Ref()
	}
	t.flag(row, "", ref, codeHeaderUnclear, Error, "", "第 %d 行的表头%s", row, question)
	t.indexFields()
	for _, row := range t.list {
		t.reasons[row] = SkipNote
	}
}

func (t *table) summary() Table {
	out := Table{Sheet: t.b.name, DocKind: t.kind, AsOf: t.heads.asOf, HeaderRows: slices.Clone(t.header), Heading: slices.Clone(t.header), Fingerprint: t.fingerprint, DepotFrom: t.depotFrom, Depot: t.depot}
	for _, row := range t.list {
		switch t.reasons[row] {
		case SkipHeader:
			out.HeaderRows = append(out.HeaderRows, row)
		case "", SkipBand, SkipSubtotal, SkipTotal, SkipCarry:
			if out.FirstDataRow == 0 {
				out.FirstDataRow = row
			}
			out.LastDataRow = row
		}
	}
	for _, c := range t.columns {
		out.Columns = append(out.Columns, Column{grid.ColumnName(c.col), c.header, c.field})
	}
	return out
}

// skipped lists every row of the stretch that yields nothing. A row is taken
// for goods when any of the tables side by side reads it.
func (rd *reader) skipped(b *board, seg segment, tables []*table) {
	blank := rd.blankBefore(b)
	add := func(row int, reason Reason) {
		rd.result.Skipped = append(rd.result.Skipped, Skipped{b.name, row, reason})
	}
	for _, row := range b.rows {
		if row < seg.headFrom || row > seg.end {
			continue
		}
		blank(row, add)
		switch {
		case row < seg.header[0]:
			add(row, SkipTitle)
		case row < seg.first:
			add(row, SkipHeader)
		default:
			if reason := together(tables, row); reason != "" {
				add(row, reason)
			}
		}
	}
}

func together(tables []*table, row int) Reason {
	reason := SkipBlank
	for _, t := range tables {
		r := t.reasons[row]
		if r == "" {
			return ""
		}
		if reason == SkipBlank {
			reason = r
		}
	}
	return reason
}

// blankBefore tells the empty rows between one filled row and the next. The
// lines inside a quoted field of a CSV are no rows.
func (rd *reader) blankBefore(b *board) func(row int, add func(int, Reason)) {
	return func(row int, add func(int, Reason)) {
		i, _ := slices.BinarySearch(b.rows, row)
		from := 1
		if i > 0 {
			from = b.rows[i-1] + 1
		}
		if row-from > maxGap {
			return
		}
		for r := from; r < row; r++ {
			if !b.within[r] {
				add(r, SkipBlank)
			}
		}
	}
}

func backwards[T any](list []T) []T {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

// stockLike is a heading that may be of what is there.
var stockLike = regexp.MustCompile(`^[^其]*(结存|库存|现存|现有|在库|余额|存量|数量)$`)

// unreadFigures asks before a plan's figure is taken while another column of
// figures stands beside it that nobody knows: it may be the stock.
func (t *table) unreadFigures() string {
	if slices.ContainsFunc(t.columns, func(c column) bool { return c.given || c.field == PlaceQty || c.field == ItemQty }) {
		return ""
	}
	for _, c := range t.columns {
		if c.field == "" && c.part == "" && stockLike.MatchString(fold(c.header)) {
			if texts := t.sample(c.col); len(texts) > 0 && share(texts, notAmount) == 0 {
				return "没有认出“" + clip(c.header) + "”一列，它可能是库存数量。请在“列的含义”里指定。"
			}
		}
	}
	return ""
}

// settleKind makes a list a journal where a column of it says which way each
// line's goods went, or places receive what one depot hands out.
func (t *table) settleKind(said Mapping) {
	if said.Kind != "" || t.kind != StockList && t.kind != MovementJournal {
		return
	}
	for row := t.first; row <= t.end && len(t.list) == 0; row++ {
		if len(t.b.cells[row]) > 0 {
			t.list = append(t.list, row)
		}
	}
	for _, c := range t.columns {
		if c.field == DocType && share(t.sample(c.col), t.l.isDirection) > half && slices.ContainsFunc(t.columns, func(o column) bool { return o.field == Quantity }) {
			t.kind = MovementJournal
		}
	}
	t.list = nil
}
