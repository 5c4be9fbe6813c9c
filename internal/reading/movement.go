package reading

import (
	"regexp"
	"slices"
	"strings"

	"changbei/internal/day"
	"changbei/internal/grid"
	"changbei/internal/quantity"
)

// The directions of a journal's line.
const (
	GoesIn  = "in"
	GoesOut = "out"
	Opens   = "opening"
)

// running is an item's balance as the journal has it so far.
type running struct {
	q     quantity.Q
	known bool
}

// written is what the line above says once for several.
type written struct {
	date  day.Day
	docNo string
}

// movement reads a line of a journal: an opening, a receipt, an issue, or a
// receipt and an issue in one line.
func (d *draft) movement() {
	before, rows := written{d.t.lastDate, d.t.lastDocNo}, len(d.t.rows)
	d.days()
	noDate := d.Date.IsZero()
	d.Extra.Balance = d.side(Balance)
	switch filled := d.filled(); {
	case d.opening():
		d.openingLine()
	case d.t.col(InQty)+d.t.col(OutQty) == 0:
		d.fillDate()
		d.single()
	case len(filled) == 0:
		d.fillDate()
		c, _ := d.t.column(d.firstMove())
		d.take(c)
		d.finish()
	default:
		d.fillDate()
		for i, f := range filled {
			d.move(f, i == len(filled)-1)
		}
	}
	if d.t.lastDate = d.Date; noDate && d.Extra.DocNo == "" && !d.Date.IsZero() && d.Date == before.date && d.t.col(DocNo) > 0 {
		d.Extra.DocNo = before.docNo // a document's number is written once
		for i := rows; i < len(d.t.rows); i++ {
			d.t.rows[i].Extra.DocNo = before.docNo
		}
	}
	d.t.lastDocNo = d.Extra.DocNo
}

func (d *draft) firstMove() Field {
	if d.t.col(InQty) > 0 {
		return InQty
	}
	return OutQty
}

// filled gives the movement columns that hold something in this row; a 0
// beside a filled one says nothing.
func (d *draft) filled() []Field {
	var out, zero []Field
	for _, f := range []Field{InQty, OutQty} {
		c, ok := d.t.column(f)
		if !ok {
			continue
		}
		v, ok := d.t.b.at(d.Row.Row, c.col)
		if !ok && !d.t.mergedAcross(d.Row.Row, c.col) || ok && v.Kind == grid.Text && d.t.l.isEmpty(v.text) {
			continue
		}
		if ok && d.nothing(v) {
			zero = append(zero, f)
			continue
		}
		out = append(out, f)
	}
	if len(out) == 0 && len(zero) > 0 {
		return zero[:1]
	}
	return out
}

func (d *draft) opening() bool {
	for _, f := range []Field{Date, Summary, DocType, DocNo, Purpose, Remark, Item, Seq} {
		if c, ok := d.t.cellOf(d.Row.Row, f); ok && d.t.l.openingLabel(c.text) {
			return true
		}
	}
	return false
}

// openingLine reads the balance the journal begins with.
func (d *draft) openingLine() {
	c, ok := d.t.column(Balance)
	if !ok {
		c, ok = d.t.column(OpeningQty)
	}
	if !ok {
		c, _ = d.t.column(d.firstMove())
	}
	if d.t.l.openingLabel(d.Item) {
		d.Item = d.t.heads.item
	}
	d.Extra.Direction = Opens
	d.take(c)
	if d.Quantity != nil {
		d.t.balances[d.key()] = running{*d.Quantity, true}
	}
	d.finish()
}

// move reads one side of a line.
func (d *draft) move(f Field, last bool) {
	one := &draft{t: d.t, Row: d.Row}
	one.Cells = slices.Clone(d.Cells)
	c, _ := d.t.column(f)
	one.Extra.Direction = GoesIn
	if f == OutQty {
		one.Extra.Direction = GoesOut
	}
	one.ownDate(f)
	one.take(c)
	one.reversal()
	one.carry(last)
	one.finish()
}

// ownDate reads the day of one side of a line, where each has its own.
func (d *draft) ownDate(f Field) {
	for _, c := range d.t.columns {
		if c.dateOf != f {
			continue
		}
		if v, ok := d.t.b.at(d.Row.Row, c.col); ok && !d.t.l.isEmpty(v.text) {
			d.Cells.put(Date, v.Row, v.Col)
			d.Date = d.ownDay(Date, v)
			d.future(Date, d.Date)
		}
	}
}

// single reads a line whose direction stands in a column or in the title.
func (d *draft) single() {
	c, _ := d.t.column(Quantity)
	d.take(c)
	d.Extra.Direction = d.t.l.directionOf(d.Extra.DocType)
	if d.Extra.Direction == "" && d.t.col(DocType) == 0 {
		d.Extra.Direction = d.t.direction
	}
	if from, _ := d.t.column(Depot); d.Extra.Direction == "" && leftFrom.MatchString(from.header) {
		d.Extra.Direction = GoesOut
	}
	if d.Extra.Direction == "" {
		d.flag(DocType, d.refOr(DocType), codeDirection, Confirm, d.Extra.DocType, "看不出这一行是入库还是出库。请在业务类型里写明，再确认。")
	}
	d.reversal()
	d.finish()
}

// leftFrom are headings of the depot that goods left.
var leftFrom = regexp.MustCompile(`^(调出|拨出|发出|出库)`)

// directionOf reads 采购入库 and 报废: the last known word decides.
func (l *Lexicon) directionOf(text string) string {
	key := fold(text)
	if d, ok := l.directions[key]; ok {
		return d
	}
	switch in, out := strings.Contains(key, "入库"), strings.Contains(key, "出库"); {
	case in && !out:
		return GoesIn
	case out && !in:
		return GoesOut
	case in && out:
		return ""
	}
	found := ""
	for word, d := range l.directions {
		if runeCount(word) < 2 || !strings.Contains(key, word) {
			continue
		}
		if found != "" && found != d {
			return ""
		}
		found = d
	}
	return found
}

func (l *Lexicon) titleDirection(texts ...string) string {
	for _, s := range texts {
		s = fold(s)
		if both := strings.Contains(s, "出入库") || strings.Contains(s, "收发") || strings.Contains(s, "进出"); both || runeCount(s) > maxHeadingLen {
			continue
		}
		if d := l.directionOf(s); d != "" {
			return d
		}
	}
	return ""
}

// reversal asks about corrections: a negative movement, or one that says 冲红.
func (d *draft) reversal() {
	if d.Quantity != nil && *d.Quantity < 0 {
		d.Extra.Reversal = true
		d.flag(Quantity, d.Cell, codeQtyReversal, Confirm, d.Quantity.String(), "数量是负数 %s，应是冲红（更正以前的一笔）。请确认。", *d.Quantity)
		return
	}
	said := d.Remark + d.Extra.Purpose + d.Extra.DocType
	for _, w := range []string{"冲红", "红冲", "冲销", "冲正"} {
		if strings.Contains(said, w) {
			d.flag(Quantity, d.Cell, codeQtyReversal, Confirm, w, "写着“%s”，数量却不是负数。请确认这一行是更正还是正常的收发。", w)
			return
		}
	}
}

// key names what a running balance is kept for.
func (d *draft) key() string {
	return strings.Join([]string{fold(d.Depot), fold(d.Item), fold(d.Spec), fold(d.Unit)}, "\x00")
}

// carry keeps the running balance and checks it against the sheet's. After a
// break the sheet's figure is carried on, so that one slip is told once.
func (d *draft) carry(last bool) {
	now := d.t.balances[d.key()]
	switch {
	case d.Quantity == nil:
		now.known = false
	case d.Extra.Direction == GoesIn:
		now.q += *d.Quantity
	default:
		now.q -= *d.Quantity
	}
	if said := d.Extra.Balance; said != nil && last {
		if now.known && now.q != *said {
			d.flag(Balance, d.t.ref(d.Row.Row, Balance), codeBalanceMismatch, Confirm, said.String(), "结存写的是 %s，按上一笔推算应是 %s。请核对后确认，或改正。", *said, now.q)
		}
		now = running{*said, true}
	}
	d.t.balances[d.key()] = now
}

// sameDocument reports a line that goes on with the document of the line above:
// the number is written once, or again, and so is the date.
func (d *draft) sameDocument() bool {
	if d.t.col(DocNo) == 0 || d.t.lastDocNo == "" {
		return false
	}
	return d.Extra.DocNo == "" || d.Extra.DocNo == d.t.lastDocNo
}

// fillDate takes the date of the line above where the lines belong to one
// document, and asks.
func (d *draft) fillDate() {
	if !d.Date.IsZero() || d.Status == Error || d.t.col(Date)+d.t.col(Month) == 0 {
		return
	}
	if c, ok := d.t.cellOf(d.Row.Row, Date); ok && !d.t.l.isEmpty(c.text) {
		return
	}
	ref := d.t.ref(d.Row.Row, Date)
	if d.t.lastDate.IsZero() || d.Extra.DocNo != "" && d.Extra.DocNo != d.t.lastDocNo {
		d.flag(Date, ref, codeDateFilled, Confirm, "", "没有填日期。请补上这一笔的日期，例如 2026-03-05。")
		return
	}
	d.Date = d.t.lastDate
	if d.sameDocument() {
		return
	}
	d.flag(Date, ref, codeDateFilled, Confirm, "", "没有填日期，暂按上一行的 %s 理解。请确认，或补上日期。", d.Date)
}

// isDirection reports a word that says which way goods went.
func (l *Lexicon) isDirection(text string) bool { return l.directionOf(text) != "" }
