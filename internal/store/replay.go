package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

// BinStock is what the bins of a depot hold of an item.
type BinStock struct {
	DepotID id.ID      `db:"depot_id"`
	ItemID  id.ID      `db:"item_id"`
	Qty     quantity.Q `db:"qty"`
}

// BinStock sums up what the bins of some depots hold of some items now.
func (c *Conn) BinStock(ctx context.Context, depots, items []id.ID) ([]BinStock, error) {
	var rows []BinStock
	err := c.list(ctx, &rows, "replay-stock", M{"depots": depots, "items": items})
	return rows, err
}

// BinMove is what one voucher moved into (+) or out of (−) a depot's bins.
type BinMove struct {
	BinStock
	VoucherID id.ID `db:"voucher_id"`
}

// BinMoves lists what moved in bins of some depots of some items on or after a
// day and was keyed after an instant: a voucher nobody knows the minute of
// counts from when it was keyed, a back-dated one from the end of its day.
func (c *Conn) BinMoves(ctx context.Context, depots, items []id.ID, onDay string, at int64) ([]BinMove, error) {
	var rows []BinMove
	err := c.list(ctx, &rows, "replay-moves", M{"depots": depots, "items": items, "on_day": onDay, "at": at})
	return rows, err
}

// Cancel is the giving up of an order or a load, by the name people know it.
type Cancel struct {
	Act    string `db:"act"`
	Object string `db:"object"`
	At     int64  `db:"at"`
}

// Cancels lists what was given up between two instants.
func (c *Conn) Cancels(ctx context.Context, from, to int64) ([]Cancel, error) {
	var rows []Cancel
	err := c.list(ctx, &rows, "replay-cancels", M{"from_at": from, "to_at": to})
	return rows, err
}

// Records gives some orders with all that is written down of their loads.
func (c *Conn) Records(ctx context.Context, orders []order.Order) ([]order.Record, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	ids, of := make([]id.ID, len(orders)), map[id.ID]int{}
	list := make([]order.Record, len(orders))
	for i, o := range orders {
		ids[i], list[i] = o.ID, order.Record{Order: o, LoadsEnded: map[id.ID]int64{}}
		for _, s := range o.Shipments {
			of[s.ID] = i
		}
	}
	handovers, err := c.handovers(ctx, M{"orders": ids})
	if err != nil {
		return nil, err
	}
	for _, h := range handovers {
		r := &list[of[h.ShipmentID]]
		r.Handovers = append(r.Handovers, h)
	}
	clearings, err := c.clearings(ctx, M{"orders": ids})
	for _, x := range clearings {
		r := &list[of[x.ShipmentID]]
		r.Clearings = append(r.Clearings, x)
	}
	return list, err
}
