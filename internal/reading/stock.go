package reading

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/grid"
	"changbei/internal/quantity"
)

// stock reads a row with one quantity: a stock list, a summary, a count sheet,
// a plan, a donation.
func (d *draft) stock() {
	d.days()
	field := Quantity
	if d.t.kind == Stocktake {
		field = CountedQty
	}
	c, _ := d.t.column(field)
	d.take(c)
	switch d.t.kind {
	case StockSummary:
		d.summary()
	case Stocktake:
		d.stocktake()
	case ReservePlan:
		d.plan(d.Depot)
		d.Extra.Minimum, d.Extra.Maximum = d.side(Minimum), d.side(Maximum)
	}
	d.conditions()
	d.finish()
}

// summary checks opening + in − out = closing.
func (d *draft) summary() {
	e := &d.Extra
	e.Opening, e.In, e.Out, e.Closing = d.side(OpeningQty), d.side(InQty), d.side(OutQty), d.Quantity
	if e.In == nil {
		e.In = d.zeroIfBlank(InQty)
	}
	if e.Out == nil {
		e.Out = d.zeroIfBlank(OutQty)
	}
	if q, ok := d.partSum(InQty); ok {
		e.In = &q
	}
	if q, ok := d.partSum(OutQty); ok {
		e.Out = &q
	}
	if d.Quantity == nil || e.Opening == nil && d.t.col(OpeningQty) > 0 {
		return
	}
	want := orZero(e.Opening) + orZero(e.In) - orZero(e.Out)
	if want != *d.Quantity {
		d.flag(Quantity, d.Cell, codeBalanceMismatch, Confirm, d.Quantity.String(), "期初 %s + 收入 %s − 发出 %s = %s，表里写的是 %s。请核对后确认，或改正。",
			orZero(e.Opening), orZero(e.In), orZero(e.Out), want, *d.Quantity)
	}
}

func (d *draft) zeroIfBlank(f Field) *quantity.Q {
	c, ok := d.t.own(d.Row.Row, f)
	if d.t.col(f) == 0 || ok && !d.t.l.isEmpty(c.text) {
		return nil
	}
	return new(quantity.Q)
}

func orZero(q *quantity.Q) quantity.Q {
	if q == nil {
		return 0
	}
	return *q
}

// stocktake reads book and counted quantity and checks the difference.
func (d *draft) stocktake() {
	if d.t.col(Date) == 0 {
		d.Date = d.t.heads.countedOn
	}
	e := &d.Extra
	e.CountedQty, e.BookQty, e.Gain, e.Loss = d.Quantity, d.side(BookQty), d.side(Gain), d.side(Loss)
	if c, ok := d.t.own(d.Row.Row, BookQty); ok && e.BookQty == nil && !d.t.l.isEmpty(c.text) {
		d.flag(BookQty, c.Ref(), quantity.CodeNotNumeric, Error, c.text, "账面数量“%s”读不出准确的数字。请改正。", clip(c.text))
	}
	if e.BookQty == nil || e.CountedQty == nil {
		return
	}
	real := *e.CountedQty - *e.BookQty
	said, ref, ok := d.saidDifference()
	if ok && said != real {
		d.flag(Diff, ref, codeDiffMismatch, Confirm, said.String(), "实盘 %s − 账面 %s = %s，表里写的差异是 %s。请核对后确认，或改正。", *e.CountedQty, *e.BookQty, real, said)
	}
}

// saidDifference gives what the sheet says the difference is; ok is false
// where it has no column for it or words instead of a number.
func (d *draft) saidDifference() (said quantity.Q, ref string, ok bool) {
	for _, f := range []Field{Gain, Loss, Diff} {
		c, found := d.t.own(d.Row.Row, f)
		if d.t.col(f) == 0 {
			continue
		}
		if ref == "" || found {
			ref = grid.Ref(d.Row.Row, d.t.col(f))
		}
		ok = true
		if !found || d.t.l.isEmpty(c.text) {
			continue
		}
		q := d.side(f)
		if q == nil {
			return 0, ref, false
		}
		switch f {
		case Loss:
			said -= max(*q, -*q)
		case Gain:
			said += max(*q, -*q)
		default:
			return *q, ref, true
		}
	}
	return said, ref, ok
}

// sumOf adds up all columns of one meaning: 损坏, 待修.
func (d *draft) sumOf(f Field) quantity.Q {
	var sum quantity.Q
	for _, c := range d.t.columns {
		if c.field != f {
			continue
		}
		if v, ok := d.t.b.at(d.Row.Row, c.col); ok && !d.t.l.isEmpty(v.text) {
			sum += orZero(d.t.l.readAmount(v).q)
		}
	}
	return sum
}

// conditions checks that good and bad pieces add up.
func (d *draft) conditions() {
	good := d.side(GoodQty)
	if good == nil || d.Quantity == nil || d.t.col(BadQty)+d.t.col(ExpiredQty) == 0 {
		return
	}
	rest := d.sumOf(BadQty) + d.sumOf(ExpiredQty)
	if *good+rest != *d.Quantity {
		d.flag(GoodQty, d.t.ref(d.Row.Row, GoodQty), codeConditionDiffers, Confirm, d.Quantity.String(), "完好 %s + 损坏、过期 %s = %s，数量写的是 %s。请核对后确认，或改正。", *good, rest, *good+rest, *d.Quantity)
	}
}

var planYearForm = regexp.MustCompile(`((?:19|20)\d\d)(?:年|[—-]|$)`)

func (d *draft) plan(place string) {
	d.Extra.PlanYear = d.t.planYear
	if place != "" {
		d.Extra.PlaceLevel = placeLevel(place)
	}
}

// yearOf finds the year a plan is for in its titles.
func yearOf(texts ...string) int {
	for _, s := range texts {
		if m := planYearForm.FindStringSubmatch(fold(s)); m != nil {
			y, _ := strconv.Atoi(m[1])
			return y
		}
	}
	return 0
}

// pivot reads one row per filled cell of a wide table. Blank, 0, / and — mean
// nothing there.
func (d *draft) pivot() {
	d.days()
	sum, whole := map[string]quantity.Q{}, map[string]bool{}
	made := false
	for _, c := range d.t.columns {
		if c.field != PlaceQty && c.field != ItemQty {
			continue
		}
		v, ok := d.t.b.at(d.Row.Row, c.col)
		if !ok && !d.t.mergedAcross(d.Row.Row, c.col) || ok && d.nothing(v) {
			continue
		}
		one := d.copyFor(c)
		one.take(c)
		if d.t.kind == ReservePlan {
			one.plan(one.Depot)
		}
		one.handedOut()
		one.finish()
		made = true
		group := strings.Join(c.parts[:len(c.parts)-1], "/")
		for _, g := range slices.Compact([]string{"", group, sumOfItem + one.Item}) {
			sum[g] += orZero(one.Quantity)
			whole[g] = whole[g] || one.Quantity == nil
		}
	}
	if !made {
		d.t.reasons[d.Row.Row] = SkipBlank
	}
	d.checkRowTotals(sum, whole)
}

// sumOfItem leads the sum of an item's own columns among those of groups.
const sumOfItem = "item:"

func (d *draft) nothing(v cell) bool {
	if v.Kind == grid.Text && d.t.l.isEmpty(v.text) {
		return true
	}
	a := d.t.l.readAmount(v)
	return a.q != nil && *a.q == 0
}

func (d *draft) copyFor(c column) *draft {
	one := &draft{t: d.t, Row: d.Row}
	one.Cells = slices.Clone(d.Cells)
	if c.field == PlaceQty && d.t.kind == MovementJournal {
		one.Extra.Counterparty, one.Extra.Direction = c.place, d.t.direction
	} else if c.field == PlaceQty {
		one.Depot = c.place
		one.Cells.put(Depot, d.t.header[len(d.t.header)-1], c.col)
	} else {
		one.Item, one.Unit = c.item, ""
		if group := c.parts[0]; one.Category == "" && len(c.parts) > 1 && group != c.item && categoryForm.MatchString(group) {
			one.Category = group
		}
	}
	return one
}

// checkRowTotals holds the 合计 columns of a wide table against its cells: the
// whole row, or the group a 小计 stands in.
func (d *draft) checkRowTotals(sum map[string]quantity.Q, unread map[string]bool) {
	for _, c := range d.t.columns {
		if c.field != Total {
			continue
		}
		v, ok := d.t.b.at(d.Row.Row, c.col)
		if !ok || v.calculated {
			continue
		}
		group := strings.Join(c.parts[:len(c.parts)-1], "/")
		if c.sumOf != "" {
			group = sumOfItem + c.sumOf
		}
		want, known := sum[group]
		a := d.t.l.readAmount(v)
		if !known || a.q == nil || unread[group] || *a.q == want {
			continue
		}
		d.t.flag(d.Row.Row, Total, v.Ref(), codeTotalMismatch, Confirm, v.text, "合计写的是 %s，各列相加是 %s。请核对；合计不会导入。", *a.q, want)
	}
}

// handedOut asks about a line whose goods went to a place in a column, where
// nothing says that they went.
func (d *draft) handedOut() {
	if d.t.kind == MovementJournal && d.Extra.Direction == "" {
		d.flag(Quantity, d.Cell, codeDirection, Confirm, d.Extra.Counterparty, "看不出这一行是入库还是出库。请在标题里写明，再确认。")
	}
}
