package dispatching

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Remain is what a depot can still send of an item once a proposal is approved.
type Remain struct {
	DepotID, ItemID id.ID
	Free            quantity.Q // now: in bins, and neither promised, expired nor held
	Taken           quantity.Q // by this proposal
	Minimum         quantity.Q // of the plan in force for this depot, 0 = it names none
}

// After is what is left; below 0 there is not enough.
func (r Remain) After() quantity.Q { return r.Free - r.Taken }

// Below reports goods that are there and would fall under the plan's minimum.
func (r Remain) Below() bool { return r.After() >= 0 && r.After() < r.Minimum }

// remains works out what a proposal leaves at each depot it takes from, in the
// order of its lines.
func (s *Service) remains(ctx context.Context, c *store.Conn, o order.Order, w world) ([]Remain, error) {
	free, err := freeOf(ctx, c, itemsOf(o), s.today())
	if err != nil {
		return nil, err
	}
	least, err := s.minimums(ctx, c, o, w)
	if err != nil {
		return nil, err
	}
	var list []Remain
	at := map[shelfKey]int{}
	for _, l := range o.Lines {
		key := shelfKey{l.DepotID, l.ItemID}
		i, seen := at[key]
		if !seen {
			i = len(list)
			at[key] = i
			list = append(list, Remain{DepotID: l.DepotID, ItemID: l.ItemID, Free: free[key], Minimum: least[key]})
		}
		list[i].Taken += l.Qty
	}
	return list, nil
}

// shelfKey is an item at a depot.
type shelfKey struct{ depot, item id.ID }

func (s *Service) today() string { return dayOf(s.Now().UnixMicro()).First }

func freeOf(ctx context.Context, c *store.Conn, items []id.ID, today string) (map[shelfKey]quantity.Q, error) {
	rows, err := c.FreeOf(ctx, items, today)
	free := make(map[shelfKey]quantity.Q, len(rows))
	for _, r := range rows {
		free[shelfKey{r.DepotID, r.ItemID}] = r.Qty
	}
	return free, err
}

// minimums gives what the plan in force wants to stay of an order's goods at the
// depots they come from, also where it speaks of groups and categories.
func (s *Service) minimums(ctx context.Context, c *store.Conn, o order.Order, w world) (map[shelfKey]quantity.Q, error) {
	lines, found, err := s.planLines(ctx, c)
	if err != nil || !found {
		return nil, err
	}
	goods, err := goodsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	items, asked, stock := itemsOf(o), map[id.ID]quantity.Q{}, plan.Stock{}
	for _, l := range o.Lines {
		asked[l.ItemID] += l.Qty
	}
	rows, err := c.PlanLots(ctx, store.PlanStockFilter{Scope: store.Scope{Depots: o.Depots()}, OnDay: s.today()}, plan.Beside(lines, goods, items), maxLots)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		stock.Add(r.DepotID, r.Lot.ItemID, r.Why, r.OnHand, r.Allocated)
	}
	var depots []place.Depot
	for _, d := range w.depots {
		depots = append(depots, d)
	}
	least := map[shelfKey]quantity.Q{}
	known := plan.NewDepots(depots)
	for at, q := range plan.FloorsOf(lines, goods, known, stock, items, asked) {
		least[shelfKey{at[0], at[1]}] = q
	}
	for _, l := range lines { // an item's own minimum is told whole, there or not
		it := w.items[l.Target.ID]
		if l.Target.Kind != plan.OfItem || l.Scope.Kind == plan.District || it.ID == 0 || catalog.Key(l.Unit) != catalog.Key(it.Unit) {
			continue
		}
		for _, depot := range known.Stands(l) {
			least[shelfKey{depot, it.ID}] = max(least[shelfKey{depot, it.ID}], l.Minimum)
		}
	}
	return least, nil
}

// senders are the rights of those who say where goods go.
var senders = []access.Permission{access.OrderPropose, access.OrderApprove, access.OrderWord}

// anyOf refuses somebody who has none of some rights anywhere.
func anyOf(actor access.Actor, list ...access.Permission) error {
	if slices.ContainsFunc(list, actor.MayAnywhere) {
		return nil
	}
	return actor.Require(list[0], 0)
}

// Ends lists the open depots goods can go to, for those who send any: names and
// contacts, no stock.
func (s *Service) Ends(ctx context.Context, actor access.Actor) ([]place.Depot, error) {
	if err := anyOf(actor, senders...); err != nil {
		return nil, err
	}
	all, err := s.store.Read().Depots(ctx)
	return slices.DeleteFunc(all, func(d place.Depot) bool { return d.Closed }), err
}

// FreeItem is an item with what a depot may send of it.
type FreeItem struct {
	catalog.Item
	Free quantity.Q
}

// FreeAt lists what a depot may send now, by the items' codes.
func (s *Service) FreeAt(ctx context.Context, actor access.Actor, depot id.ID) ([]FreeItem, error) {
	if !actor.May(access.DispatchView, depot) || depot == 0 {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	if err := anyOf(actor, senders...); err != nil {
		return nil, err
	}
	rows, err := s.store.Read().FreeAt(ctx, depot, s.today())
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ItemID
	}
	items, err := s.store.Read().ItemsByID(ctx, ids)
	list := make([]FreeItem, len(rows))
	for i, r := range rows {
		list[i] = FreeItem{items[r.ItemID], r.Qty}
	}
	slices.SortFunc(list, func(a, b FreeItem) int { return cmp.Compare(a.Code, b.Code) })
	return list, err
}

// FreeOf tells which depots have some items free, by item and depot, for those
// who draw orders up for the whole district.
func (s *Service) FreeOf(ctx context.Context, actor access.Actor, items []id.ID) (map[id.ID]map[id.ID]quantity.Q, error) {
	if !actor.May(access.OrderApprove, 0) {
		if err := actor.Require(access.OrderPropose, 0); err != nil {
			return nil, err
		}
	}
	rows, err := s.store.Read().FreeOf(ctx, items, s.today())
	free := map[id.ID]map[id.ID]quantity.Q{}
	for _, r := range rows {
		if free[r.ItemID] == nil {
			free[r.ItemID] = map[id.ID]quantity.Q{}
		}
		free[r.ItemID][r.DepotID] = r.Qty
	}
	return free, err
}
