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
	"changbei/internal/store"
)

// AccountSheet is 清账 of a response as a table: per street, target and item
// what was shipped and what became of it, and the sums per item.
type AccountSheet struct {
	order.Response
	Streets []AccountStreet
	Items   []AccountItem // what all of it adds up to, in each item's own unit
	Road    int           // lines with goods on the road
	Field   int           // lines with goods a street still answers for
}

// AccountStreet is what the targets of one street got.
type AccountStreet struct {
	place.Division
	Rows []AccountLine
}

// AccountLine is an item at a target, with the loads that brought it.
type AccountLine struct {
	Target order.Target
	Item   catalog.Item
	Line   order.ShipmentLine // summed up
	Loads  []AccountLoad
}

// Settled reports a line of which nothing is on the road and nothing owed.
func (l AccountLine) Settled() bool {
	return l.Line.OnRoad() == 0 && (!l.Target.Point() || l.Line.Owed() == 0)
}

// AccountLoad is a load, and whether something of the line is open on it.
type AccountLoad struct {
	Shipment id.ID
	Number   string // of the order
	No       int
	Open     bool
}

// AccountItem is an item over all targets. Owed is of points alone: what went
// to a depot stands in its books.
type AccountItem struct {
	catalog.Item
	Line order.ShipmentLine
	Owed order.ShipmentLine
}

// AccountSheet gives what the goods of a response have become, as far as the
// actor sees them.
func (s *Service) AccountSheet(ctx context.Context, actor access.Actor, response id.ID) (AccountSheet, error) {
	var out AccountSheet
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return out, err
	}
	err = s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if out.Response, err = c.Response(ctx, response); err != nil {
			return err
		}
		a, err := s.accounts(ctx, c, response)
		if err != nil {
			return err
		}
		a.Rows = within(a.Rows, sc)
		out.Road, out.Field = a.Open()
		var items []id.ID
		for _, r := range a.Rows {
			items = append(items, r.ItemID)
		}
		slices.Sort(items)
		w, err := readWorld(ctx, c, slices.Compact(items))
		if err != nil {
			return err
		}
		where, err := terrainOf(ctx, c)
		out.lay(a.Rows, w, where)
		return err
	})
	return out, err
}

// within keeps the rows of depots in sight: of those that sent and of those
// that sign.
func within(rows []AccountRow, sc store.Scope) []AccountRow {
	return slices.DeleteFunc(rows, func(r AccountRow) bool {
		return !sc.All && !slices.Contains(sc.Depots, r.DepotID) && !slices.Contains(sc.Depots, r.Target.DeskID)
	})
}

// lay adds the rows up per street, target and item. Targets of different orders
// are one when their name and desk are.
func (s *AccountSheet) lay(rows []AccountRow, w world, where terrain) {
	type key struct {
		street string
		target order.Target
		item   id.ID
	}
	lines := map[key]*AccountLine{}
	sums := map[id.ID]*AccountItem{}
	streets := map[string]*AccountStreet{}
	var keys []key
	for _, r := range rows {
		street := where.streetOf(cmp.Or(r.Target.Division, w.depots[r.Target.DeskID].Division))
		k := key{street.Code, order.Target{DepotID: r.Target.DepotID, DeskID: r.Target.DeskID, Name: r.Target.Name}, r.ItemID}
		if streets[street.Code] == nil {
			streets[street.Code] = &AccountStreet{Division: street}
		}
		if lines[k] == nil {
			lines[k] = &AccountLine{Target: r.Target, Item: w.items[r.ItemID]}
			keys = append(keys, k)
		}
		l := lines[k]
		l.Line = sumLines(l.Line, r.Line)
		l.Loads = append(l.Loads, AccountLoad{Shipment: r.Shipment, Number: r.Number, No: r.No, Open: !r.Settled})
		if sums[r.ItemID] == nil {
			sums[r.ItemID] = &AccountItem{Item: w.items[r.ItemID]}
		}
		sums[r.ItemID].Line = sumLines(sums[r.ItemID].Line, r.Line)
		if r.Target.Point() {
			sums[r.ItemID].Owed = sumLines(sums[r.ItemID].Owed, r.Line)
		}
	}
	for _, k := range keys {
		streets[k.street].Rows = append(streets[k.street].Rows, *lines[k])
	}
	for _, st := range streets {
		slices.SortStableFunc(st.Rows, func(a, b AccountLine) int {
			return cmp.Or(cmp.Compare(a.Target.Name, b.Target.Name), cmp.Compare(a.Target.DeskID, b.Target.DeskID), cmp.Compare(a.Item.Code, b.Item.Code))
		})
		s.Streets = append(s.Streets, *st)
	}
	slices.SortFunc(s.Streets, func(a, b AccountStreet) int { return cmp.Compare(a.Code, b.Code) })
	for _, x := range sums {
		s.Items = append(s.Items, *x)
	}
	slices.SortFunc(s.Items, func(a, b AccountItem) int { return cmp.Compare(a.Code, b.Code) })
}
