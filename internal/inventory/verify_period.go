package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// flow names what one voucher nets of a lot at a depot.
type flow struct{ voucher, lot, depot id.ID }

// figures are a lot's running month.
type figures struct{ opening, received, issued quantity.Q }

func (f figures) closing() quantity.Q { return f.opening + f.received - f.issued }

// lotMonth is a lot's running month at the depot at hand.
type lotMonth struct {
	figures
	listed bool // among the depot's lots
	met    bool // has a row of the month
}

// closedDepot recomputes the closed months of one depot, one after the other.
type closedDepot struct {
	*checker
	depot   id.ID
	lots    []lotMonth    // by their place in the table of lots: a map of all takes four times as much
	touched []int         // lots that ever moved here
	now     store.DayMove // sum of the voucher and lot at hand
	rows    [2]int64      // figures met, per lot and per item
}

// periods proves that closed months follow each other up to the head's last
// closed day, and that their figures are what the entries give.
func (k *checker) periods(ctx context.Context) error {
	months, err := k.conn.ClosedMonths(ctx)
	if err != nil {
		return err
	}
	k.months = months
	of := map[id.ID][]ledger.Month{}
	for _, m := range months {
		of[m.DepotID] = append(of[m.DepotID], m.Month)
	}
	d := &closedDepot{checker: k}
	if len(months) > 0 {
		d.lots = make([]lotMonth, len(k.facts.lots.ids))
	}
	for _, depot := range slices.Sorted(maps.Keys(of)) {
		if _, known := k.facts.depots[depot]; !known {
			k.add("orphan", "月结 "+depot.String(), "储备库不存在")
		}
		if err := d.all(ctx, depot, of[depot]); err != nil {
			return err
		}
	}
	for _, depot := range k.facts.order {
		if len(of[depot]) == 0 && k.facts.closes[depot] != "" {
			k.add("period", "储备库 "+k.facts.code(depot), "账本记着月结到 %s，却没有已月结的月份", k.facts.closes[depot])
		}
	}
	return k.lostFigures(ctx, d.rows)
}

// lostFigures names figures of months that are not closed.
func (k *checker) lostFigures(ctx context.Context, met [2]int64) error {
	lots, items, err := k.conn.PeriodCounts(ctx)
	if err != nil || met == [2]int64{lots, items} {
		return err
	}
	list, err := k.conn.LostFigures(ctx)
	for _, m := range list {
		k.add("period", k.monthOf(m.DepotID, m.Month), "没有月结，却有月结的数字")
	}
	return err
}

func (k *checker) monthOf(depot id.ID, m ledger.Month) string {
	return "储备库 " + k.facts.code(depot) + " " + string(m)
}

func (d *closedDepot) all(ctx context.Context, depot id.ID, months []ledger.Month) error {
	for _, i := range d.touched {
		d.lots[i] = lotMonth{}
	}
	d.depot, d.touched = depot, d.touched[:0]
	for i, m := range months[1:] {
		if m != months[i].Add(1) {
			d.add("period", d.monthOf(d.depot, m), "前面缺 %s 的月结", months[i].Add(1))
		}
	}
	if last := months[len(months)-1].Last(); last != d.facts.closes[d.depot] {
		d.add("period", "储备库 "+d.facts.code(d.depot), "账本记着月结到 %s，月结的月份却到 %s", orDash(d.facts.closes[d.depot]), last)
	}
	before := ledger.Month("")
	for _, m := range months {
		if err := d.month(ctx, before, m); err != nil {
			return err
		}
		before = m
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "（无）"
	}
	return s
}

// month adds up a month and compares. What lies between it and the closed month
// before, as all that comes before the first, is in its opening.
func (d *closedDepot) month(ctx context.Context, before, m ledger.Month) error {
	for _, i := range d.touched {
		d.lots[i] = lotMonth{figures: figures{opening: d.lots[i].closing()}, listed: true}
	}
	if gap := between(before, m); gap[1] != "" {
		err := d.conn.EachDayMove(ctx, d.depot, gap[0], gap[1], func(e store.DayMove) {
			if l := d.lot(e.LotID); l != nil {
				l.opening += e.Qty
			}
		})
		if err != nil {
			return err
		}
	}
	if err := d.conn.EachDayMove(ctx, d.depot, m.First(), m.Last(), d.move); err != nil {
		return err
	}
	d.flow()
	if err := d.lotFigures(ctx, m); err != nil {
		return err
	}
	return d.itemFigures(ctx, m)
}

// lot gives a lot's month to add to, nil for a lot that is not there.
func (d *closedDepot) lot(lot id.ID) *lotMonth {
	i := d.facts.lots.index(lot)
	if i < 0 {
		return nil
	}
	if !d.lots[i].listed {
		d.lots[i].listed = true
		d.touched = append(d.touched, i)
	}
	return &d.lots[i]
}

// between gives the first and the last day between two months, "" = none.
func between(before, m ledger.Month) [2]string {
	switch {
	case before == "":
		return [2]string{"", m.Add(-1).Last()}
	case before.Add(1) < m:
		return [2]string{before.Add(1).First(), m.Add(-1).Last()}
	}
	return [2]string{}
}

// move gathers what a voucher nets of a lot; its entries follow each other.
func (d *closedDepot) move(e store.DayMove) {
	if e.LotID != d.now.LotID || e.VoucherID != d.now.VoucherID {
		d.flow()
		d.now = e
		return
	}
	d.now.Qty += e.Qty
}

// flow puts the net at hand into its column.
func (d *closedDepot) flow() {
	now := d.now
	d.now = store.DayMove{}
	l := d.lot(now.LotID)
	if now.Qty == 0 || l == nil {
		return
	}
	original := now.Qty
	if d.reversals[now.VoucherID] {
		original = 0
		if d.negative[flow{now.VoucherID, now.LotID, d.depot}] {
			original = -1
		}
	}
	received, issued := ledger.Flow(now.Qty, original)
	l.received += received
	l.issued += issued
}

// lotFigures compares the month per lot.
func (d *closedDepot) lotFigures(ctx context.Context, m ledger.Month) error {
	object := func(lot id.ID) string { return d.monthOf(d.depot, m) + " 批次 " + lot.String() }
	err := d.conn.EachLotFigures(ctx, store.DepotMonth{DepotID: d.depot, Month: m}, func(r store.LotFigures) {
		d.rows[0]++
		i := d.facts.lots.index(r.LotID)
		if i < 0 || d.facts.lots.facts[i].item != r.ItemID {
			d.add("period", object(r.LotID), "月结的物资与批次不符")
			return
		}
		d.lots[i].met = true
		switch want := d.lots[i].figures; {
		case want == figures{}:
			d.add("period", object(r.LotID), "按明细没有数字，月结却记着期初 %s 收入 %s 发出 %s 期末 %s", r.Opening, r.Received, r.Issued, r.Closing)
		case want != figures{r.Opening, r.Received, r.Issued} || want.closing() != r.Closing:
			d.add("period", object(r.LotID), "月结记期初 %s 收入 %s 发出 %s 期末 %s，按明细为 %s、%s、%s、%s", r.Opening, r.Received, r.Issued, r.Closing,
				want.opening, want.received, want.issued, want.closing())
		}
	})
	for _, i := range d.touched {
		if l := d.lots[i]; l.figures != (figures{}) && !l.met && err == nil {
			d.add("period", object(d.facts.lots.ids[i]), "月结里没有，按明细为期初 %s 收入 %s 发出 %s 期末 %s", l.opening, l.received, l.issued, l.closing())
		}
	}
	return err
}

// itemFigures compares the month per item, with the values.
func (d *closedDepot) itemFigures(ctx context.Context, m ledger.Month) error {
	want := d.byItem()
	err := d.conn.EachItemFigures(ctx, store.DepotMonth{DepotID: d.depot, Month: m}, func(r store.ItemFigures) {
		d.rows[1]++
		if w := want[r.ItemID]; w != r {
			d.add("period", fmt.Sprintf("%s 物资 %s", d.monthOf(d.depot, m), r.ItemID), "按物资汇总的月结数字或金额与明细不符（期末 %s，按明细 %s）", r.Qty[3], w.Qty[3])
		}
		delete(want, r.ItemID)
	})
	if err != nil {
		return err
	}
	for _, item := range sortedIDs(want) {
		d.add("period", fmt.Sprintf("%s 物资 %s", d.monthOf(d.depot, m), item), "按物资汇总的月结里没有，按明细期末为 %s", want[item].Qty[3])
	}
	return nil
}

// byItem sums the month's figures per item.
func (d *closedDepot) byItem() map[id.ID]store.ItemFigures {
	sums := map[id.ID]store.ItemFigures{}
	for _, i := range d.touched {
		f, lot := d.lots[i].figures, &d.facts.lots.facts[i]
		if f == (figures{}) {
			continue
		}
		r := sums[lot.item]
		r.ItemID = lot.item
		for column, q := range [4]quantity.Q{f.opening, f.received, f.issued, f.closing()} {
			r.Qty[column] += q
			r.Value[column] += int64(q) * lot.price
		}
		if !lot.priced {
			r.Unpriced++
			r.UnpricedClosing += f.closing()
		}
		sums[lot.item] = r
	}
	return sums
}
