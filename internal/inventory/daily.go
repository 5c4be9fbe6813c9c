package inventory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Daily is a depot's daily sheet (日结单): what was done on a business day, what
// else was recorded that day, and where the depot's chains end now. Printed and
// signed, it keeps the chain's end outside the database.
type Daily struct {
	Depot    place.Depot
	On       day.Day
	Vouchers []store.VoucherLine // of the business day, in the ledger's order
	Late     []store.VoucherLine // of other business days, recorded on this one
	More     bool                // there are more than a sheet lists
	Counts   []DailyCount
	Items    []DailyItem

	At         int64 // when this was read, microseconds UTC
	Last       ledger.Voucher
	Tail       string // of the chain of vouchers
	AuditSeq   int64
	AuditTail  string
	Unchecked  bool // the last voucher is not the one the chain ends with
	ClosedThru string
}

// DailyCount says how many vouchers of a type a day has.
type DailyCount struct {
	Type  ledger.Type
	Count int
}

// DailyItem is what a day moved of an item, and what stood there at its end.
type DailyItem struct {
	Item             catalog.Item
	Received, Issued quantity.Q
	Closing          quantity.Q
}

// maxDaily bounds the vouchers of a sheet; no depot posts as many in a day by
// hand.
const maxDaily = 500

// Daily gives a depot's sheet of a day, "" = today.
func (s *Service) Daily(ctx context.Context, actor access.Actor, depot id.ID, typed string) (Daily, error) {
	d := Daily{On: s.Today(), At: s.store.Now().UnixMicro()}
	if err := d.readDay(typed); err != nil {
		return d, err
	}
	err := s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if d.Depot, err = depotFor(ctx, c, actor, access.StockView, depot); err != nil {
			return err
		}
		if err = d.readVouchers(ctx, c); err != nil {
			return err
		}
		known, err := s.catalogue.at(ctx, c)
		if err != nil {
			return err
		}
		if err = d.readItems(ctx, c, known.names.byID); err != nil {
			return err
		}
		return d.readHead(ctx, c)
	})
	return d, err
}

func (d *Daily) readDay(typed string) error {
	if typed == "" {
		return nil
	}
	on, err := day.Typed(typed, d.On)
	switch {
	case err != nil:
		return errs.New(errs.Invalid, "日期「%s」有误：%s", typed, errs.MessageOf(err))
	case on.Day.Precision != day.ToDay || on.Day.First < earliest:
		return errs.New(errs.Invalid, "日期「%s」有误，请填写如 %s 的日期。", typed, d.On)
	case on.Day.First > d.On.First:
		return errs.New(errs.Invalid, "%s 还没有到，最晚看到今天（%s）。", on.Day, d.On)
	}
	d.On = on.Day
	return nil
}

func (d *Daily) readVouchers(ctx context.Context, c *store.Conn) error {
	from, err := time.ParseInLocation(time.DateOnly, d.On.First, day.Zone())
	if err != nil {
		return err
	}
	rows, err := c.DailyVouchers(ctx, store.DailyFilter{DepotID: d.Depot.ID, On: d.On.First, FromAt: from.UnixMicro(),
		ToAt: from.AddDate(0, 0, 1).UnixMicro(), LimitLines: maxDaily + 1})
	if d.More = len(rows) > maxDaily; d.More {
		rows = rows[:maxDaily]
	}
	counts := map[ledger.Type]int{}
	for _, v := range rows {
		if v.BusinessOn != d.On.First {
			d.Late = append(d.Late, v)
			continue
		}
		d.Vouchers = append(d.Vouchers, v)
		counts[v.Type]++
	}
	for _, t := range ledger.Types {
		if counts[t] > 0 {
			d.Counts = append(d.Counts, DailyCount{Type: t, Count: counts[t]})
		}
	}
	return err
}

func (d *Daily) readItems(ctx context.Context, c *store.Conn, items map[id.ID]catalog.Item) error {
	nets, err := c.DailyNets(ctx, d.Depot.ID, d.On.First)
	if err != nil {
		return err
	}
	at := map[id.ID]int{}
	for _, n := range nets {
		i, ok := at[n.ItemID]
		if !ok {
			i = len(d.Items)
			at[n.ItemID] = i
			d.Items = append(d.Items, DailyItem{Item: items[n.ItemID]})
		}
		in, out := ledger.Flow(n.Net, n.Original)
		d.Items[i].Received += in
		d.Items[i].Issued += out
	}
	var ids []id.ID
	for _, it := range d.Items {
		ids = append(ids, it.Item.ID)
	}
	closing, err := c.StockAtEnd(ctx, d.Depot.ID, ids, d.On.First)
	for i := range d.Items {
		d.Items[i].Closing = closing[d.Items[i].Item.ID]
	}
	slices.SortFunc(d.Items, func(a, b DailyItem) int { return cmp.Compare(a.Item.Code, b.Item.Code) })
	return err
}

// readHead reads where the depot's chains end.
func (d *Daily) readHead(ctx context.Context, c *store.Conn) error {
	h, err := c.HeadOf(ctx, d.Depot.ID)
	if err != nil {
		return err
	}
	if d.Last, err = c.LastVoucher(ctx, d.Depot.ID); err != nil {
		return err
	}
	d.Tail, d.AuditSeq, d.AuditTail, d.ClosedThru = ledger.Tail(h.LastHash), h.AuditSeq, ledger.Tail(h.AuditHash), h.ClosedOn
	d.Unchecked = d.Last.Hash != h.LastHash
	return nil
}
