package reading

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/day"
	"changbei/internal/grid"
	"changbei/internal/quantity"
)

// PaperCell is a cell of a paper, with the ways to read it.
type PaperCell struct {
	Ref  string
	Text string
	// Shared is a cell merged over several rows: a name, and never an amount,
	// may stand for all of them.
	Shared bool

	cell cell
	l    *Lexicon
}

// Amount reads the cell as a quantity. doubt is why a person should look at it,
// a code of quantity; an empty cell is 0.
func (c PaperCell) Amount() (q quantity.Q, unit, doubt string, err error) {
	if c.cell.Cell == nil || c.l.isEmpty(c.Text) {
		return 0, "", "", nil
	}
	a := c.l.readAmount(c.cell)
	if a.err != nil {
		return 0, "", "", a.err
	}
	if doubt = a.doubt; doubt == "" && a.note != "" {
		doubt = quantity.DoubtApproximate
	}
	return *a.q, a.unit, doubt, nil
}

// Blank reports an empty cell, a dash or another mark for nothing.
func (c PaperCell) Blank() bool { return c.cell.Cell == nil || c.l.isEmpty(c.Text) }

// Number reports a cell that the file holds as a number. Beyond fifteen digits
// a workbook keeps none of them.
func (c PaperCell) Number() bool { return c.cell.Cell != nil && c.cell.numeric() }

// Struck reports text that was crossed out.
func (c PaperCell) Struck() bool { return c.cell.Cell != nil && c.cell.Strike }

// Moment gives a date cell's day and the minute of it, 0 where it holds no time
// of day; false where the cell is no date.
func (c PaperCell) Moment() (on day.Day, minute int, ok bool) {
	if !c.Number() || c.cell.Date == grid.NoDate || c.cell.Date == grid.TimeOnly {
		return day.Day{}, 0, false
	}
	on, err := day.FromSerial(c.cell.Raw)
	f, bad := strconv.ParseFloat(strings.TrimSpace(c.cell.Raw), 64)
	if err != nil || bad != nil {
		return day.Day{}, 0, false
	}
	minute = int(math.Round((f - math.Floor(f)) * minutesADay))
	if minute == minutesADay {
		return on.AddDays(1), 0, true
	}
	return on, minute, true
}

const minutesADay = 24 * 60

func (pr *paperReader) cellAt(b *board, row, col int) (PaperCell, bool) {
	c, ok := b.seen(row, col)
	if !ok {
		return PaperCell{}, false
	}
	m, merged := b.merge(row, col)
	return PaperCell{Ref: grid.Ref(row, col), Text: c.text, Shared: merged && m.Row2 > m.Row1, cell: c, l: pr.l}, true
}

// readTitle takes the first line above the table that says no label.
func (pr *paperReader) readTitle(b *board, header int, p *Paper) {
	for _, row := range b.rows {
		if row >= header {
			return
		}
		for _, c := range b.cells[row] {
			if !c.numeric() && len(pr.pairsIn(c.text)) == 0 && !annexForm.MatchString(fold(c.text)) && !pr.labelled(c.text) {
				p.Title = c.text
				return
			}
		}
	}
}

// readRows reads what stands below the heading: rows of the table until it
// ends, without totals, notes, signatures and headings said again.
func (pr *paperReader) readRows(b *board, first int, p *Paper) {
	band := ""
	for _, row := range b.rows {
		if row < first {
			continue
		}
		if len(p.Rows) == maxPaperRows {
			return
		}
		if pr.totals(b, row) {
			p.Totals = append(p.Totals, pr.rowAt(b, row, p.Columns))
			continue
		}
		if pr.skips(b, row, p) {
			continue
		}
		if name, ok := pr.bandAt(b, row); ok {
			band = name
			continue
		}
		if r := pr.rowAt(b, row, p.Columns); len(r.Cells) > 0 {
			r.Band, r.Hidden = band, b.sheet.HiddenRows[row]
			p.Rows = append(p.Rows, r)
		}
	}
}

func (pr *paperReader) skips(b *board, row int, p *Paper) bool {
	cells := b.cells[row]
	if len(cells) == 0 || noteRow(cells) || pr.saidAgain(b, row, p.Columns) {
		return true
	}
	for _, c := range cells[:min(len(cells), labelCells)] {
		if _, total := pr.l.totalLabel(c.text); total && !c.numeric() {
			return true
		}
	}
	if pr.kind == RollPaper && spokenFor.MatchString(cells[0].text) {
		return true // no person is called so
	}
	// Only what a row begins with tells: 联系人：张三 may stand in a remark.
	return len(pr.pairsIn(cells[0].text)) > 0 || pr.labelled(cells[0].text) || signatureForm.MatchString(fold(cells[0].text)) && !cells[0].numeric()
}

// spokenFor begins a line that speaks of the list: 发放人：周静.
var spokenFor = regexp.MustCompile(`^[\p{Han}（）()、/ ]{2,12}[:：]`)

// labelCells is how far to the right the word of a total row stands.
const labelCells = 3

// totals reports a row that states the sum of the whole table; those of its
// parts are passed over.
func (pr *paperReader) totals(b *board, row int) bool {
	cells := b.cells[row]
	for _, c := range cells[:min(len(cells), labelCells)] {
		if reason, total := pr.l.totalLabel(c.text); total && !c.numeric() {
			return reason == SkipTotal
		}
	}
	return false
}

// saidAgain reports a row that says the headings once more, as every printed
// page does: nothing but headings, each over its own column. 户主 in a column of
// relations is none.
func (pr *paperReader) saidAgain(b *board, row int, columns []PaperColumn) bool {
	same := 0
	for _, c := range b.cells[row] {
		at := slices.IndexFunc(columns, func(p PaperColumn) bool { return p.Col == c.Col })
		if at < 0 || !slices.Contains(strings.Split(fold(columns[at].Header), "/"), fold(c.text)) && fold(columns[at].Header) != fold(c.text) {
			return false
		}
		same++
	}
	return same >= minKnown
}

// bandAt reads a line inside the table that names the village of those below.
func (pr *paperReader) bandAt(b *board, row int) (string, bool) {
	cells := b.cells[row]
	if pr.kind != RollPaper || len(cells) != 1 || cells[0].numeric() {
		return "", false
	}
	name, _ := bandTitle(cells[0].text)
	return name, placeName(name)
}

func (pr *paperReader) rowAt(b *board, row int, columns []PaperColumn) PaperRow {
	r := PaperRow{Row: row, Cells: map[string]PaperCell{}, Goods: map[int]PaperCell{}}
	own := false
	for _, c := range columns {
		v, ok := pr.cellAt(b, row, c.Col)
		if !ok {
			continue
		}
		if _, here := b.at(row, c.Col); here && c.Field != PaperOther {
			own = true
		}
		switch c.Field {
		case PaperOther:
		case "":
			r.Goods[c.Col] = v
		default:
			r.Cells[c.Field] = v
		}
	}
	if !own { // nothing but what is merged down from above
		return PaperRow{}
	}
	return r
}

// plainAmount is a cell that can be how much of something somebody got: a
// longer number is an account or an identity.
var plainAmount = regexp.MustCompile(`^\d{1,6}(\.\d{1,3})?\p{Han}{0,2}$`)

// findGoods takes for goods the columns of a roll without a known heading whose
// cells are amounts, or whose heading states a unit; of a table that has a
// column of goods there are none. Other columns with figures are told.
func (pr *paperReader) findGoods(b *board, p *Paper) {
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Field != "" {
			continue
		}
		filled, amounts := 0, 0
		for _, r := range p.Rows {
			if v, ok := r.Goods[c.Col]; ok && !v.Blank() {
				filled++
				if plainAmount.MatchString(fold(v.Text)) {
					amounts++
				}
			}
		}
		switch {
		case amounts == 0:
		case pr.kind == RollPaper && !p.Has("qty") && (amounts*2 > filled || c.Unit != ""):
			c.Field = PaperGoods
		default:
			p.Unread = append(p.Unread, *c)
		}
	}
	for _, r := range append(slices.Clone(p.Rows), p.Totals...) {
		for col := range r.Goods {
			if !slices.ContainsFunc(p.Columns, func(c PaperColumn) bool { return c.Col == col && c.Field == PaperGoods }) {
				delete(r.Goods, col)
			}
		}
	}
}

// labelled reports a cell that is a label alone, its value beside it.
func (pr *paperReader) labelled(text string) bool {
	_, known := pr.labels[strings.TrimRight(fold(text), ":")]
	return known
}

// readLabels reads labelled cells above and below the table: 灾种：洪涝 in one
// cell, or a label and its value side by side.
func (pr *paperReader) readLabels(b *board, header int, p *Paper) {
	last := p.Rows[max(0, len(p.Rows)-1):]
	for _, row := range b.rows {
		if row >= header && (len(last) == 0 || row <= last[0].Row) {
			continue
		}
		cells := b.cells[row]
		for i, c := range cells {
			pairs := pr.pairsIn(c.Raw)
			for n, pair := range pairs {
				v := PaperCell{Ref: c.Ref(), Text: pair.value, cell: cell{Cell: &grid.Cell{Row: c.Row, Col: c.Col, Kind: grid.Text, Raw: pair.value}, text: pair.value}, l: pr.l}
				if pair.value == "" && n == len(pairs)-1 {
					v = pr.beside(cells, i)
				}
				pr.take(p, pair.key, v)
			}
			if len(pairs) == 0 && pr.labelled(c.text) {
				pr.take(p, pr.labels[strings.TrimRight(fold(c.text), ":")], pr.beside(cells, i))
			}
		}
	}
}

func (pr *paperReader) take(p *Paper, key string, v PaperCell) {
	if _, known := p.Labels[key]; !known && v.Text != "" && key != PaperOther {
		p.Labels[key] = v
	}
}

// beside gives the cell right of a label, unless it is a label itself.
func (pr *paperReader) beside(cells []cell, i int) PaperCell {
	if i+1 >= len(cells) {
		return PaperCell{}
	}
	next := cells[i+1]
	if pr.labelled(next.text) || len(pr.pairsIn(next.text)) > 0 {
		return PaperCell{}
	}
	return PaperCell{Ref: next.Ref(), Text: next.text, cell: next, l: pr.l}
}

// pairsIn cuts 灾种：洪涝  时间：7月3日 08:00 at the labels it knows; a colon
// behind anything else belongs to the value. A text that begins with no label
// is a value, whatever it speaks of.
func (pr *paperReader) pairsIn(line string) []pair {
	line = strings.NewReplacer("\u00a0", " ", "\u3000", " ", "\n", "  ", "\t", "  ", "\r", "").Replace(strings.TrimSpace(line))
	var out []pair
	rest := line
	for at := 0; at < len(line); {
		i := strings.IndexAny(line[at:], ":：")
		if i < 0 {
			break
		}
		end := at + i
		at = end + len(":")
		if strings.HasPrefix(line[end:], "：") {
			at = end + len("：")
		}
		start, key := pr.keyBefore(line[:end])
		switch {
		case key == "":
			continue
		case len(out) == 0 && start > 0:
			return nil
		}
		if n := len(out); n > 0 {
			out[n-1].value = valueOf(rest[:len(rest)-(len(line)-start)])
		}
		rest = line[at:]
		out = append(out, pair{key: key})
	}
	if n := len(out); n > 0 {
		out[n-1].value = valueOf(rest)
	}
	return out
}

// keyBefore finds the label a text ends with, standing by itself.
func (pr *paperReader) keyBefore(text string) (start int, key string) {
	text = strings.TrimRight(text, " ")
	runes := []rune(text)
	for n := min(len(runes), maxLabel); n > 0; n-- {
		word := string(runes[len(runes)-n:])
		canonical, known := pr.labels[fold(word)]
		if known && (n == len(runes) || !letter(runes[len(runes)-n-1])) && strings.TrimSpace(word) == word {
			return len(text) - len(word), canonical
		}
	}
	return 0, ""
}

// maxLabel is the longest label in letters.
const maxLabel = 14

func letter(r rune) bool { return r >= 0x2e80 && !strings.ContainsRune("，。；、）（　", r) }

func valueOf(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "  ")
	return clean(strings.TrimRight(text, " ，,；;。"))
}
