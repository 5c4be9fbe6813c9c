package store

import (
	"context"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// DailyFilter asks for a depot's day: its business date, and the span of time,
// microseconds UTC, in which vouchers were recorded that day.
type DailyFilter struct {
	DepotID    id.ID
	On         string
	FromAt     int64
	ToAt       int64
	LimitLines int
}

// DailyVouchers lists the vouchers of a business day and those recorded that
// day, in the ledger's order.
func (c *Conn) DailyVouchers(ctx context.Context, f DailyFilter) ([]VoucherLine, error) {
	var rows []VoucherLine
	err := c.list(ctx, &rows, "daily-vouchers", M{"depot_id": f.DepotID, "on": f.On, "from_at": f.FromAt, "to_at": f.ToAt, "limit": f.LimitLines})
	return rows, err
}

// DailyNet is what a voucher nets of a lot at the depot, with the net of what it
// takes back where it is a reversal.
type DailyNet struct {
	ItemID   id.ID      `db:"item_id"`
	Net      quantity.Q `db:"net"`
	Original quantity.Q `db:"original"`
}

// DailyNets lists what the vouchers of a business day move in and out of a
// depot; moves within it are not among them.
func (c *Conn) DailyNets(ctx context.Context, depot id.ID, on string) ([]DailyNet, error) {
	var rows []DailyNet
	err := c.list(ctx, &rows, "daily-nets", M{"depot_id": depot, "on": on})
	return rows, err
}

// StockAtEnd gives the stock of some items at a depot as it was at the end of a
// business day: what stands there now, less what was moved later.
func (c *Conn) StockAtEnd(ctx context.Context, depot id.ID, items []id.ID, on string) (map[id.ID]quantity.Q, error) {
	at := map[id.ID]quantity.Q{}
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		args := M{"depot_id": depot, "items": items[:n], "on": on}
		for query, sign := range map[string]quantity.Q{"daily-stock": 1, "daily-since": -1} {
			var rows []struct {
				ItemID id.ID      `db:"item_id"`
				Qty    quantity.Q `db:"qty"`
			}
			if err := c.list(ctx, &rows, query, args); err != nil {
				return nil, err
			}
			for _, r := range rows {
				at[r.ItemID] += sign * r.Qty
			}
		}
		items = items[n:]
	}
	return at, nil
}

// HeadOf gives a depot's end of the books as it stands.
func (c *Conn) HeadOf(ctx context.Context, depot id.ID) (Head, error) {
	var r headRow
	if err := c.get(ctx, &r, "head-get", M{"depot_id": depot}); err != nil {
		return Head{}, err
	}
	return r.head()
}

// LastVoucher gives the newest voucher of a depot's chain, without entries; the
// zero Voucher when there is none.
func (c *Conn) LastVoucher(ctx context.Context, depot id.ID) (ledger.Voucher, error) {
	var r voucherRow
	err := c.get(ctx, &r, "voucher-last", M{"depot_id": depot})
	if errors.Is(err, errs.NotFound) {
		return ledger.Voucher{}, nil
	}
	return r.voucher(), err
}
