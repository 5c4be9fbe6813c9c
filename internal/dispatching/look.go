package dispatching

import (
	"context"
	"errors"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store"
)

// OrderView is an order with the names of what it speaks of.
type OrderView struct {
	order.Order
	Response  order.Response // zero = daily
	Request   order.Request  // zero = none
	Depots    map[id.ID]place.Depot
	Items     map[id.ID]catalog.Item
	Lots      map[id.ID]ledger.Lot
	Bins      map[id.ID]place.Place
	Handovers []order.Handover
	Clearings []order.Clearing
	Vouchers  map[id.ID]string // numbers, by id
	Remains   []Remain         // of a proposal: what is left when it is approved
}

// mayLook says who sees an order: those of the district, of a depot it takes
// from, and of a desk that signs for it.
func mayLook(actor access.Actor, o order.Order) bool {
	if actor.May(access.DispatchView, 0) {
		return true
	}
	for _, l := range o.Lines {
		if actor.May(access.DispatchView, l.DepotID) {
			return true
		}
	}
	return slices.ContainsFunc(o.Targets, func(t order.Target) bool { return actor.May(access.DispatchView, t.DeskID) })
}

// Order gives an order whole.
func (s *Service) Order(ctx context.Context, actor access.Actor, of id.ID) (OrderView, error) {
	var v OrderView
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		o, err := c.Order(ctx, of)
		if err != nil {
			return err
		}
		if !mayLook(actor, o) {
			return errs.New(errs.NotFound, "没有这份调拨指令，或您无权查看。")
		}
		v = OrderView{Order: o}
		w, err := readWorld(ctx, c, itemsOf(o))
		if err != nil {
			return err
		}
		v.Depots, v.Items = w.depots, w.items
		if o.Status == order.Proposed {
			if v.Remains, err = s.remains(ctx, c, o, w); err != nil {
				return err
			}
		}
		return v.read(ctx, c)
	})
	return v, err
}

func (v *OrderView) read(ctx context.Context, c *store.Conn) (err error) {
	if v.ResponseID != 0 {
		if v.Response, err = c.Response(ctx, v.ResponseID); err != nil {
			return err
		}
	}
	if v.RequestID != 0 {
		if v.Request, err = c.Request(ctx, v.RequestID); err != nil {
			return err
		}
	}
	if v.Handovers, err = c.Handovers(ctx, v.ID); err != nil {
		return err
	}
	if v.Clearings, err = c.Clearings(ctx, v.ID); err != nil {
		return err
	}
	return v.readLots(ctx, c)
}

// readLots names the lots, bins and vouchers of the loads.
func (v *OrderView) readLots(ctx context.Context, c *store.Conn) (err error) {
	var lots, places, vouchers []id.ID
	for _, sh := range v.Shipments {
		vouchers = append(vouchers, sh.VoucherID)
		for _, l := range sh.Lines {
			lots, places = append(lots, l.LotID), append(places, l.PlaceID)
		}
	}
	for _, h := range v.Handovers {
		vouchers = append(vouchers, h.VoucherID, h.UndoVoucherID)
	}
	for _, x := range v.Clearings {
		vouchers = append(vouchers, x.VoucherID, x.UndoVoucherID)
	}
	if v.Lots, err = c.LotsByID(ctx, lots); err != nil {
		return err
	}
	if v.Bins, err = c.PlacesByID(ctx, places); err != nil {
		return err
	}
	v.Vouchers = map[id.ID]string{}
	for _, voucher := range vouchers {
		if voucher == 0 || v.Vouchers[voucher] != "" {
			continue
		}
		number, err := c.VoucherNumber(ctx, voucher)
		if err != nil {
			return err
		}
		v.Vouchers[voucher] = number
	}
	return nil
}

// LoadView is one load with its order.
type LoadView struct {
	OrderView
	Shipment order.Shipment
	Target   order.Target
}

// Load gives a load by its id.
func (s *Service) Load(ctx context.Context, actor access.Actor, shipment id.ID) (LoadView, error) {
	of, err := s.store.Read().ShipmentOrder(ctx, shipment)
	if err != nil {
		return LoadView{}, err
	}
	v, err := s.Order(ctx, actor, of)
	if err != nil {
		return LoadView{}, err
	}
	sh, _ := v.Order.Shipment(shipment)
	return LoadView{v, sh, v.Order.Target(sh.TargetID)}, nil
}

// LoadByToken finds a load by the code on its paper. Who may not see it learns
// nothing of it: a foreign code and an unknown one are told alike.
func (s *Service) LoadByToken(ctx context.Context, actor access.Actor, token string) (LoadView, error) {
	shipment, _, err := s.store.Read().ShipmentByToken(ctx, token)
	var v LoadView
	if err == nil {
		v, err = s.Load(ctx, actor, shipment)
	}
	if errors.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "这个二维码不是本系统的交接单，或您无权查看。")
	}
	return v, err
}

// OrderQuery narrows the list of orders.
type OrderQuery struct {
	Statuses   []order.Status
	ResponseID id.ID
	RequestID  id.ID
	DepotID    id.ID
	Number     string
	BeforeAt   int64
	BeforeID   id.ID
}

// OrderPage is one page of orders with the names they need.
type OrderPage struct {
	Orders []order.Order
	More   bool
	Depots map[id.ID]place.Depot
	Items  map[id.ID]catalog.Item
}

// Orders lists one page, the newest first.
func (s *Service) Orders(ctx context.Context, actor access.Actor, q OrderQuery) (OrderPage, error) {
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return OrderPage{}, err
	}
	return s.orders(ctx, s.store.Read(), store.OrderFilter{Scope: sc, Statuses: q.Statuses, ResponseID: q.ResponseID, RequestID: q.RequestID,
		DepotID: q.DepotID, Number: tidy(q.Number), BeforeAt: q.BeforeAt, BeforeID: q.BeforeID}, PageSize)
}

func (s *Service) orders(ctx context.Context, c *store.Conn, f store.OrderFilter, size int) (OrderPage, error) {
	var p OrderPage
	var err error
	if p.Orders, err = c.Orders(ctx, f, size+1); err != nil {
		return p, err
	}
	if p.More = len(p.Orders) > size; p.More {
		p.Orders = p.Orders[:size]
	}
	var items []id.ID
	for _, o := range p.Orders {
		items = append(items, itemsOf(o)...)
	}
	slices.Sort(items)
	w, err := readWorld(ctx, c, slices.Compact(items))
	p.Depots, p.Items = w.depots, w.items
	return p, err
}

// Desk is what waits for somebody: proposals to approve, loads to pick and to
// send, loads to sign for, and loads that were signed for while something was
// missing, which somebody must explain.
type Desk struct {
	OrderPage
	Approve []order.Order // in the page's order
	Send    []LoadRef
	Sign    []LoadRef
	Explain []LoadRef
}

// LoadRef is a load of one of the page's orders.
type LoadRef struct {
	Order    order.Order
	Shipment order.Shipment
	Target   order.Target
}

// maxDesk bounds what one desk shows.
const maxDesk = 200

// Desk gives what the actor has to do now.
func (s *Service) Desk(ctx context.Context, actor access.Actor) (Desk, error) {
	var d Desk
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return d, err
	}
	d.OrderPage, err = s.orders(ctx, s.store.Read(), store.OrderFilter{Scope: sc, Statuses: []order.Status{order.Proposed, order.Approved}}, maxDesk)
	for _, o := range d.Orders {
		if o.Status == order.Proposed && actor.May(access.OrderApprove, 0) {
			d.Approve = append(d.Approve, o)
		}
		for _, sh := range o.Shipments {
			ref := LoadRef{o, sh, o.Target(sh.TargetID)}
			switch {
			case sh.Status.Waiting() && actor.May(access.VoucherPost, sh.DepotID):
				d.Send = append(d.Send, ref)
			case sh.Status == order.Signed && sh.OnRoad() > 0:
				if actor.May(access.OrderClear, sh.DepotID) {
					d.Explain = append(d.Explain, ref)
				}
			case sh.OnRoad() > 0 && actor.May(access.GoodsSign, ref.Target.DeskID):
				d.Sign = append(d.Sign, ref)
			}
		}
	}
	return d, err
}

// Responses lists responses, those that run first.
func (s *Service) Responses(ctx context.Context, actor access.Actor, statuses ...order.ResponseStatus) ([]order.Response, error) {
	if _, err := scope(actor, access.DispatchView); err != nil {
		return nil, err
	}
	return s.store.Read().Responses(ctx, statuses...)
}

// Events lists events, the newest first.
func (s *Service) Events(ctx context.Context, actor access.Actor) ([]order.Event, error) {
	if _, err := scope(actor, access.DispatchView); err != nil {
		return nil, err
	}
	return s.store.Read().Events(ctx)
}

// ResponseView is a response with its changes and what it still owes.
type ResponseView struct {
	order.Response
	Event   order.Event
	Changes []order.Change
	Debts   store.Debts
	Papers  []store.MissingPaper
}

// Response gives one.
func (s *Service) Response(ctx context.Context, actor access.Actor, response id.ID) (ResponseView, error) {
	var v ResponseView
	if _, err := scope(actor, access.DispatchView); err != nil {
		return v, err
	}
	err := s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if v.Response, err = c.Response(ctx, response); err != nil {
			return err
		}
		if v.EventID != 0 {
			if v.Event, err = c.Event(ctx, v.EventID); err != nil {
				return err
			}
		}
		if v.Changes, err = c.Changes(ctx, response); err != nil {
			return err
		}
		if v.Debts, err = c.Debts(ctx, response); err != nil {
			return err
		}
		v.Papers, err = seenPapers(ctx, c, actor, response)
		return err
	})
	return v, err
}

// MissingPapers lists the papers orders given by word still owe, the most
// urgent first, of the orders the actor sees.
func (s *Service) MissingPapers(ctx context.Context, actor access.Actor) ([]store.MissingPaper, error) {
	if _, err := scope(actor, access.DispatchView); err != nil {
		return nil, err
	}
	return seenPapers(ctx, s.store.Read(), actor, 0)
}

// seenPapers lists what is owed of a response, 0 = of all, as far as the actor
// sees its orders.
func seenPapers(ctx context.Context, c *store.Conn, actor access.Actor, response id.ID) ([]store.MissingPaper, error) {
	list, err := c.MissingPapers(ctx, response)
	if err != nil || actor.May(access.DispatchView, 0) {
		return list, err
	}
	var ids []id.ID
	for _, p := range list {
		if !slices.Contains(ids, p.OrderID) {
			ids = append(ids, p.OrderID)
		}
	}
	orders, err := c.OrdersByID(ctx, ids)
	hidden := slices.DeleteFunc(orders, func(o order.Order) bool { return mayLook(actor, o) })
	return slices.DeleteFunc(list, func(p store.MissingPaper) bool {
		return slices.ContainsFunc(hidden, func(o order.Order) bool { return o.ID == p.OrderID })
	}), err
}
