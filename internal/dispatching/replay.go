package dispatching

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Replay is a response as it stood at an instant of its past (复盘), on the
// clock on which things happened: see order.Record. Stock of a depot goes by
// the same clock where a voucher belongs to one of the response's loads; any
// other voucher counts from when it was keyed, a back-dated one from the end of
// its business day, since its minute is not known.
type Replay struct {
	order.Response // as it stood
	Now            order.Response
	At             int64
	From, To       int64          // what can be looked at
	Changes        []order.Change // all there are
	Orders         []order.Order
	Requests       []order.Request
	Ticks          []Tick
	Stock          []PastStock
	Depots         map[id.ID]place.Depot
	Items          map[id.ID]catalog.Item
}

// PastStock is what a depot's bins held of an item.
type PastStock struct {
	DepotID, ItemID id.ID
	Then, Today     quantity.Q
}

// TickKind says what happened at a tick.
type TickKind string

// The kinds of ticks.
const (
	TickResponse TickKind = "response"
	TickRequest  TickKind = "request"
	TickOrder    TickKind = "order"
	TickLeft     TickKind = "left"
	TickArrived  TickKind = "arrived"
	TickSigned   TickKind = "signed"
	TickCleared  TickKind = "cleared"
	TickPaper    TickKind = "paper"
)

// Tick is something that happened in a response. Exactly one of the ids is set,
// but for a change of the response itself.
type Tick struct {
	At       int64
	Kind     TickKind
	Text     string
	Who      string
	Order    id.ID
	Request  id.ID
	Shipment id.ID
}

// Replay rebuilds a response at an instant; 0 = its newest.
func (s *Service) Replay(ctx context.Context, actor access.Actor, response id.ID, at int64) (Replay, error) {
	var r Replay
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return r, err
	}
	now := s.Now().UnixMicro()
	err = s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if r.Now, err = c.Response(ctx, response); err != nil {
			return err
		}
		changes, err := c.Changes(ctx, response)
		if err != nil {
			return err
		}
		r.Changes = changes
		orders, err := c.Orders(ctx, store.OrderFilter{Scope: sc, ResponseID: response}, maxOrders)
		if err != nil {
			return err
		}
		slices.Reverse(orders)
		records, err := c.Records(ctx, orders)
		if err != nil {
			return err
		}
		if err := whenCancelled(ctx, c, r.Now, changes, records, now); err != nil {
			return err
		}
		requests, err := c.Requests(ctx, store.RequestFilter{Scope: sc, ResponseID: response}, maxOrders)
		if err != nil {
			return err
		}
		slices.Reverse(requests)
		r.tick(changes, records, requests)
		r.bound(at, now)
		r.stand(changes, records, requests)
		return r.readStock(ctx, c, sc, records)
	})
	return r, err
}

// whenCancelled finds out when orders and loads were given up. A load that has
// no record of its own went with its order.
func whenCancelled(ctx context.Context, c *store.Conn, r order.Response, changes []order.Change, records []order.Record, now int64) error {
	any := slices.ContainsFunc(records, func(o order.Record) bool {
		return o.Status == order.Cancelled || slices.ContainsFunc(o.Shipments, func(sh order.Shipment) bool { return sh.Status == order.ShipmentCancelled })
	})
	if !any {
		return nil
	}
	until := now
	for _, x := range changes {
		if x.Act == order.SettledIt { // nothing is given up afterwards
			until = x.RecordedAt
		}
	}
	list, err := c.Cancels(ctx, r.RecordedAt, until)
	if err != nil {
		return err
	}
	when := map[string]int64{}
	for _, x := range list {
		when[x.Act+" "+x.Object] = x.At
	}
	for i := range records {
		o := &records[i]
		o.CancelledAt = when["order.cancelled "+o.Number]
		for _, sh := range o.Shipments {
			if sh.Status == order.ShipmentCancelled {
				o.LoadsEnded[sh.ID] = cmp.Or(when[fmt.Sprintf("shipment.cancel %s 第 %d 车", o.Number, sh.No)], o.CancelledAt)
			}
		}
	}
	return nil
}

// bound sets what can be looked at: from the first tick to the last, or to now
// while the response is not settled.
func (r *Replay) bound(at, now int64) {
	r.From, r.To = r.Now.BegunAt, max(r.Now.EndedAt, r.Now.SettledAt)
	if r.Now.Status != order.Settled {
		r.To = now
	}
	for _, t := range r.Ticks {
		r.From, r.To = min(r.From, t.At), max(r.To, t.At)
	}
	r.At = at
	if at == 0 || at > r.To {
		r.At = r.To
	}
	r.At = max(r.At, r.From)
}

// stand rebuilds how things stood.
func (r *Replay) stand(changes []order.Change, records []order.Record, requests []order.Request) {
	r.Response = order.ResponseAt(r.Now, changes, r.At)
	for _, x := range records {
		if o, there := x.At(r.At); there {
			r.Orders = append(r.Orders, o)
		}
	}
	for _, q := range requests {
		if past, there := order.RequestAt(q, r.At); there {
			r.Requests = append(r.Requests, past)
		}
	}
}

// readStock goes back from what bins hold now.
func (r *Replay) readStock(ctx context.Context, c *store.Conn, sc store.Scope, records []order.Record) error {
	var depots, items []id.ID
	at, undone := map[id.ID]int64{}, map[id.ID]bool{}
	for _, x := range records {
		items = append(items, itemsOf(x.Order)...)
		for _, d := range append(x.Depots(), targetDepots(x.Order)...) {
			if sc.All || slices.Contains(sc.Depots, d) {
				depots = append(depots, d)
			}
		}
		moved, back := x.Instants()
		for v, t := range moved {
			at[v] = t
		}
		for v := range back {
			undone[v] = true
		}
	}
	slices.Sort(items)
	slices.Sort(depots)
	items, depots = slices.Compact(items), slices.Compact(depots)
	w, err := readWorld(ctx, c, items)
	if err != nil {
		return err
	}
	r.Depots, r.Items = w.depots, w.items
	now, err := c.BinStock(ctx, depots, items)
	if err != nil {
		return err
	}
	moves, err := c.BinMoves(ctx, depots, items, dayOf(r.At).First, r.At)
	r.back(now, slices.DeleteFunc(moves, func(m store.BinMove) bool {
		when, ours := at[m.VoucherID]
		return undone[m.VoucherID] || ours && when <= r.At
	}))
	return err
}

// back takes off what moved after the instant.
func (r *Replay) back(now []store.BinStock, moves []store.BinMove) {
	rows := map[[2]id.ID]*PastStock{}
	row := func(x store.BinStock) *PastStock {
		key := [2]id.ID{x.DepotID, x.ItemID}
		if rows[key] == nil {
			rows[key] = &PastStock{DepotID: x.DepotID, ItemID: x.ItemID}
		}
		return rows[key]
	}
	for _, x := range now {
		p := row(x)
		p.Then, p.Today = p.Then+x.Qty, p.Today+x.Qty
	}
	for _, m := range moves {
		row(m.BinStock).Then -= m.Qty
	}
	for _, p := range rows {
		if p.Then != 0 || p.Today != 0 {
			r.Stock = append(r.Stock, *p)
		}
	}
	slices.SortFunc(r.Stock, func(a, b PastStock) int {
		return cmp.Or(cmp.Compare(tierRank(r.Depots[a.DepotID].Tier), tierRank(r.Depots[b.DepotID].Tier)), cmp.Compare(r.Depots[a.DepotID].Code, r.Depots[b.DepotID].Code),
			cmp.Compare(r.Items[a.ItemID].Code, r.Items[b.ItemID].Code))
	})
}

func targetDepots(o order.Order) []id.ID {
	var list []id.ID
	for _, t := range o.Targets {
		if t.DepotID != 0 {
			list = append(list, t.DepotID)
		}
	}
	return list
}
