package dispatching

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Duty is what the duty officer of a response watches: where things are now and
// what waits for somebody.
type Duty struct {
	order.Response
	Now      int64
	Changes  []order.Change
	Loads    []DutyLoad // on the road or come in and not signed for, the longest first
	Waiting  []DutyLoad // promised, not gone
	Proposed []order.Order
	Signed   int // loads signed for in full
	Requests []order.Request
	Papers   []store.MissingPaper
	Targets  []DutyTarget // of orders that stand
	Depots   []DutyDepot
	Streets  []place.Division // of the district, with their coordinates where known
	District place.Division
	Items    map[id.ID]catalog.Item
}

// DutyLoad is a load with where it goes from and to.
type DutyLoad struct {
	order.Shipment
	Order    order.Order
	Depot    place.Depot
	Target   order.Target
	From, To string // codes of the streets, the district's own for its depots
	Minutes  int
	Known    bool // the minutes are
	DueAt    int64
	Late     bool
	LateBy   int64
}

// DutyTarget is where goods of the response go, and whether some have not been
// signed for.
type DutyTarget struct {
	Name, Street string
	Open         bool
}

// DutyDepot is a depot in sight and the street it lies in, the district for the
// district's own.
type DutyDepot struct {
	place.Depot
	Street string
}

// Duty gives a response as its duty page shows it, as far as the actor sees it.
func (s *Service) Duty(ctx context.Context, actor access.Actor, response id.ID) (Duty, error) {
	d := Duty{Now: s.Now().UnixMicro()}
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return d, err
	}
	err = s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if d.Response, err = c.Response(ctx, response); err != nil {
			return err
		}
		if d.Changes, err = c.Changes(ctx, response); err != nil {
			return err
		}
		where, err := terrainOf(ctx, c)
		if err != nil {
			return err
		}
		d.District, d.Streets = where.district, where.streets
		f := store.RequestFilter{Scope: sc, Statuses: []order.RequestStatus{order.RequestSent}, Direction: order.ToBureau, ResponseID: response}
		if d.Requests, err = c.Requests(ctx, f, maxDesk); err != nil {
			return err
		}
		slices.Reverse(d.Requests) // who waits longest stands first
		return d.readLoads(ctx, c, sc, where)
	})
	return d, err
}

// readLoads reads the orders of the response and sorts their loads by what
// waits.
func (d *Duty) readLoads(ctx context.Context, c *store.Conn, sc store.Scope, where terrain) error {
	orders, err := c.Orders(ctx, store.OrderFilter{Scope: sc, ResponseID: d.ID}, maxOrders)
	if err != nil {
		return err
	}
	var items []id.ID
	seen := map[id.ID]bool{}
	for _, o := range orders {
		items, seen[o.ID] = append(items, itemsOf(o)...), true
	}
	slices.Sort(items)
	w, err := readWorld(ctx, c, slices.Compact(items))
	if err != nil {
		return err
	}
	d.Items = w.items
	roads, err := roadsOf(ctx, c)
	if err != nil {
		return err
	}
	for _, o := range orders {
		d.addOrder(o, w, where, roads)
		if o.Status == order.Approved || o.Status == order.Done || o.Status == order.Proposed {
			d.addTargets(o, w, where)
		}
	}
	longest := func(a, b DutyLoad) int {
		return cmp.Or(cmp.Compare(a.LeftAt, b.LeftAt), cmp.Compare(a.AllocatedAt, b.AllocatedAt), cmp.Compare(a.Shipment.ID, b.Shipment.ID))
	}
	slices.SortFunc(d.Loads, longest)
	slices.SortFunc(d.Waiting, longest)
	slices.SortStableFunc(d.Proposed, func(a, b order.Order) int { return cmp.Compare(a.ProposedAt, b.ProposedAt) })
	if d.Papers, err = c.MissingPapers(ctx, d.ID); err != nil {
		return err
	}
	d.Papers = slices.DeleteFunc(d.Papers, func(p store.MissingPaper) bool { return !seen[p.OrderID] })
	for _, x := range w.depots {
		if !x.Closed && (sc.All || slices.Contains(sc.Depots, x.ID)) {
			d.Depots = append(d.Depots, DutyDepot{Depot: x, Street: where.streetOf(x.Division).Code})
		}
	}
	slices.SortFunc(d.Depots, func(a, b DutyDepot) int {
		return cmp.Or(cmp.Compare(tierRank(a.Tier), tierRank(b.Tier)), cmp.Compare(a.Street, b.Street), cmp.Compare(a.Code, b.Code))
	})
	return nil
}

func tierRank(t place.Tier) int { return slices.Index(place.Tiers, t) }

func roadsOf(ctx context.Context, c *store.Conn) (plan.Roads, error) {
	rows, err := c.Roads(ctx)
	roads := plan.Roads{}
	for _, r := range rows {
		roads[[2]id.ID{r.FromID, r.ToID}] = r.Minutes
	}
	return roads, err
}

// addOrder sorts an order's loads. The way to a point is that to the desk which
// signs for it; within one depot it is not known.
func (d *Duty) addOrder(o order.Order, w world, where terrain, roads plan.Roads) {
	if o.Status == order.Proposed {
		d.Proposed = append(d.Proposed, o)
	}
	for _, sh := range o.Shipments {
		t := o.Target(sh.TargetID)
		l := DutyLoad{Shipment: sh, Order: o, Depot: w.depots[sh.DepotID], Target: t}
		l.From, l.To = where.streetOf(l.Depot.Division).Code, where.streetOf(cmp.Or(t.Division, w.depots[t.DeskID].Division)).Code
		if sh.DepotID != t.DeskID {
			l.Minutes, l.Known = roads.Minutes(sh.DepotID, t.DeskID)
		}
		l.DueAt = sh.DueAt(l.Minutes, l.Known)
		l.LateBy, l.Late = sh.Overdue(l.DueAt, d.Now)
		switch {
		case sh.Status.Waiting():
			d.Waiting = append(d.Waiting, l)
		case sh.Status == order.Signed && sh.OnRoad() == 0:
			d.Signed++
		case sh.Status.Gone():
			d.Loads = append(d.Loads, l)
		}
	}
}

func (d *Duty) addTargets(o order.Order, w world, where terrain) {
	for _, t := range o.Targets {
		x := DutyTarget{Name: t.Name, Street: where.streetOf(cmp.Or(t.Division, w.depots[t.DeskID].Division)).Code, Open: o.Status != order.Done}
		at := slices.IndexFunc(d.Targets, func(y DutyTarget) bool { return y.Name == x.Name && y.Street == x.Street })
		if at < 0 {
			d.Targets = append(d.Targets, x)
			continue
		}
		d.Targets[at].Open = d.Targets[at].Open || x.Open
	}
}

// Kinds counts, per depot in sight, the kinds of goods it can send today: what
// stands in its bins, is neither held, expired nor promised.
func (s *Service) Kinds(ctx context.Context, actor access.Actor) (map[id.ID]int, error) {
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return nil, err
	}
	kinds := map[id.ID]int{}
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		stock, err := s.usable(ctx, c, sc)
		for depot, items := range stock {
			for _, a := range items {
				if a.Usable() > 0 {
					kinds[depot]++
				}
			}
		}
		return err
	})
	return kinds, err
}
