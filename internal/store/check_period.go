package store

import (
	"context"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// ledgerDay collects the two columns of a day.
type ledgerDay struct {
	first     string
	precision day.Precision
}

func (d ledgerDay) day() day.Day { return day.Stored(d.first, d.precision) }

// DepotMonth names the books of a month at a depot.
type DepotMonth struct {
	DepotID id.ID        `db:"depot_id"`
	Month   ledger.Month `db:"month"`
}

// ClosedMonths lists all closed months by depot and month.
func (c *Conn) ClosedMonths(ctx context.Context) ([]Period, error) {
	var rows []Period
	err := c.list(ctx, &rows, "check-periods", nil)
	return rows, err
}

// AllReopenings lists all requests to open closed months again, by depot.
func (c *Conn) AllReopenings(ctx context.Context) ([]Reopening, error) {
	var rows []Reopening
	err := c.list(ctx, &rows, "check-reopenings", nil)
	return rows, err
}

// PeriodCounts counts the figures kept of closed months, per lot and per item.
func (c *Conn) PeriodCounts(ctx context.Context) (lots, items int64, err error) {
	var n struct {
		Lots  int64 `db:"lots"`
		Items int64 `db:"items"`
	}
	err = c.get(ctx, &n, "check-period-counts", nil)
	return n.Lots, n.Items, err
}

// LostFigures lists months with figures that are not closed, the first of them.
func (c *Conn) LostFigures(ctx context.Context) ([]DepotMonth, error) {
	var rows []DepotMonth
	err := c.list(ctx, &rows, "check-period-lost", M{"limit": lostLimit})
	return rows, err
}

// DayMove is an entry as a month's close sees it.
type DayMove struct {
	LotID, VoucherID id.ID
	Qty              quantity.Q
}

// EachDayMove gives the entries of a depot between two days; those of one
// voucher and lot follow each other.
func (c *Conn) EachDayMove(ctx context.Context, depot id.ID, from, to string, fn func(DayMove)) error {
	var m DayMove
	dest := []any{(*num)(&m.LotID), (*num)(&m.VoucherID), (*num)(&m.Qty)}
	return c.each(ctx, "check-period-moves", M{"depot_id": depot, "from_on": from, "to_on": to}, dest, func() error { fn(m); return nil })
}

// LotFigures are a lot's row of a closed month.
type LotFigures struct {
	LotID, ItemID                      id.ID
	Opening, Received, Issued, Closing quantity.Q
}

// EachLotFigures gives what is kept of a closed month per lot.
func (c *Conn) EachLotFigures(ctx context.Context, m DepotMonth, fn func(LotFigures)) error {
	var r LotFigures
	dest := []any{(*num)(&r.LotID), (*num)(&r.ItemID), (*num)(&r.Opening), (*num)(&r.Received), (*num)(&r.Issued), (*num)(&r.Closing)}
	return c.each(ctx, "check-period-lots", M{"month": m.Month, "depot_id": m.DepotID}, dest, func() error { fn(r); return nil })
}

// ItemFigures are an item's row of a closed month: quantities, then values in
// thousandths of a fen, then the lots without a price and what is left of them.
type ItemFigures struct {
	ItemID          id.ID
	Qty             [4]quantity.Q // opening, received, issued, closing
	Value           [4]int64
	Unpriced        int64
	UnpricedClosing quantity.Q
}

// EachItemFigures gives what is kept of a closed month per item.
func (c *Conn) EachItemFigures(ctx context.Context, m DepotMonth, fn func(ItemFigures)) error {
	var r ItemFigures
	dest := []any{(*num)(&r.ItemID), (*num)(&r.Qty[0]), (*num)(&r.Qty[1]), (*num)(&r.Qty[2]), (*num)(&r.Qty[3]),
		(*num)(&r.Value[0]), (*num)(&r.Value[1]), (*num)(&r.Value[2]), (*num)(&r.Value[3]), (*num)(&r.Unpriced), (*num)(&r.UnpricedClosing)}
	return c.each(ctx, "check-period-items", M{"month": m.Month, "depot_id": m.DepotID}, dest, func() error { fn(r); return nil })
}
