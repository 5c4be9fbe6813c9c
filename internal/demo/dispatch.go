package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// emergency tells three responses through the real use cases: one of this month
// from the first call to the settled account, a drill, and one that runs, with
// something to approve, to pick, to sign and to make up for. Times are told
// from the demo's day.
func (f *filler) emergency(ctx context.Context) error {
	if f.Size.Plain || f.Dispatching == nil || len(f.sites) < 4 {
		return nil
	}
	n := &nights{filler: f}
	for i, story := range []func(context.Context) error{n.waterlogging, n.drill, n.freezing} {
		n.acts = 100 * (i + 1) // a story that is over takes no keys of the next
		if err := story(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

type nights struct {
	*filler
	acts int
}

// on writes a minute some days ago.
func (n *nights) on(ago int, clock string) string { return n.today.AddDays(-ago).First + " " + clock }

// key is a form's key: the same in every attempt.
func (n *nights) key() string {
	n.acts++
	return keyOf("emergency", n.acts, "dispatch")
}

// response begins a response unless an earlier attempt did.
func (n *nights) response(ctx context.Context, event dispatching.EventInput, in dispatching.ResponseInput) (order.Response, error) {
	there, err := n.Dispatching.Responses(ctx, n.leader)
	if err != nil {
		return order.Response{}, err
	}
	if at := slices.IndexFunc(there, func(r order.Response) bool { return r.Name == in.Name }); at >= 0 {
		return there[at], nil
	}
	if event.Name != "" {
		e, err := n.Dispatching.RecordEvent(ctx, n.planner, event)
		if err != nil {
			return order.Response{}, err
		}
		in.EventID = e.ID
	}
	return n.Dispatching.BeginResponse(ctx, n.leader, in)
}

// change changes a response that has not come so far yet.
func (n *nights) change(ctx context.Context, r order.Response, in dispatching.ChangeInput) error {
	v, err := n.Dispatching.Response(ctx, n.leader, r.ID)
	if err != nil || slices.ContainsFunc(v.Changes, func(c order.Change) bool { return c.Act == in.Act && c.Level == cmp.Or(in.Level, c.Level) }) {
		return err
	}
	in.ResponseID = r.ID
	_, err = n.Dispatching.ChangeResponse(ctx, n.leader, in)
	return err
}

// wanted is goods a story moves, by name; the amount is cut to a fifth of what
// the depot has.
type wanted struct {
	name string
	qty  int64
}

// lines finds what a depot has of some goods and asks for a part of it.
func (n *nights) lines(ctx context.Context, s *site, want ...wanted) ([]dispatching.LineInput, map[id.ID]catalog.Item, error) {
	rows, _, err := n.Inventory.StockByLot(ctx, n.mover, inventory.StockFilter{DepotID: s.ID}, inventory.AllRows)
	if err != nil {
		return nil, nil, err
	}
	free, names := map[id.ID]quantity.Q{}, map[string]id.ID{}
	for _, r := range rows {
		if r.Shelf.Issuable(n.today) && !r.Lot.Serial {
			free[r.Lot.ItemID] += r.Available()
			if best, known := names[r.Item]; !known || free[r.Lot.ItemID] > free[best] {
				names[r.Item] = r.Lot.ItemID
			}
		}
	}
	var lines []dispatching.LineInput
	for _, w := range want {
		item, there := names[w.name]
		if most := int64(free[item]/quantity.One) / 5; there && most > 0 {
			lines = append(lines, dispatching.LineInput{DepotID: s.ID, ItemID: item, Qty: fmt.Sprint(min(w.qty, most))})
		}
	}
	if len(lines) == 0 { // a small demo: whatever there is most of
		item := slices.MaxFunc(mapKeysOf(free), func(a, b id.ID) int { return cmp.Or(cmp.Compare(free[a], free[b]), cmp.Compare(b, a)) })
		lines = append(lines, dispatching.LineInput{DepotID: s.ID, ItemID: item, Qty: fmt.Sprint(max(1, int64(free[item]/quantity.One)/10))})
	}
	items, err := n.Store.Read().Items(ctx)
	byID := map[id.ID]catalog.Item{}
	for _, it := range items {
		byID[it.ID] = it
	}
	return lines, byID, err
}

func mapKeysOf(m map[id.ID]quantity.Q) []id.ID {
	var keys []id.ID
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// signer is who signs at a street's desk: its keeper.
func (n *nights) signer(s *site) access.Actor { return s.keeper }

// told finds the order an earlier attempt made under a key: what depots have
// now would ask for another one.
func (n *nights) told(ctx context.Context, key string) (o order.Order, there bool, err error) {
	o, err = n.Store.Read().OrderByKey(ctx, key)
	if errs.KindOf(err) == errs.NotFound {
		return o, false, nil
	}
	return o, err == nil, err
}

// byWord lets a load leave on a phone call, once.
func (n *nights) byWord(ctx context.Context, in dispatching.WordInput) (order.Order, error) {
	in.ClientKey, in.Reason, in.WordOf = n.key(), "应急调拨", n.leader.Name
	if o, there, err := n.told(ctx, in.ClientKey); err != nil || there {
		return o, err
	}
	return n.Dispatching.SendByWord(ctx, n.mover, in)
}

func (n *nights) point(s *site, name string) dispatching.TargetInput {
	return dispatching.TargetInput{DeskID: s.ID, Name: name, Contact: s.Keeper, Phone: s.Phone, Address: s.Address}
}

// leaves lets the loads of an order leave and gives them as they then are.
func (n *nights) leaves(ctx context.Context, o order.Order, at, plate, driver string) (order.Order, error) {
	for _, sh := range o.Shipments {
		if sh.Status.Gone() {
			n.acts++ // its key stays its own
			continue
		}
		in := dispatching.LeaveInput{ClientKey: n.key(), ShipmentID: sh.ID, At: at, Vehicle: "4.2 米厢式货车", Plate: plate, Driver: driver, DriverPhone: "13900003001"}
		if _, err := n.Dispatching.Leave(ctx, n.mover, in); err != nil {
			return o, err
		}
	}
	v, err := n.Dispatching.Order(ctx, n.leader, o.ID)
	return v.Order, err
}

// signs signs for all loads of an order; of its first line one piece is
// damaged where there are more.
func (n *nights) signs(ctx context.Context, o order.Order, desk *site, arrived, at string, damaged bool) error {
	for _, sh := range o.Shipments {
		in := dispatching.SignInput{ClientKey: n.key(), ShipmentID: sh.ID, Way: order.ByPage, ArrivedAt: arrived, At: at, Signer: desk.Keeper}
		for i, l := range sh.Lines {
			x := dispatching.SignLine{LineID: l.ID, Good: l.Qty.String()}
			if damaged && i == 0 && l.Qty > quantity.Of(2) {
				x.Good, x.Damaged = (l.Qty - quantity.One).String(), "1"
			}
			in.Lines = append(in.Lines, x)
		}
		if sh.Status == order.Signed {
			continue
		}
		if _, err := n.Dispatching.Sign(ctx, n.signer(desk), in); err != nil {
			return err
		}
	}
	return nil
}

// settles accounts for all a point got: what comes back does, the rest was
// used up.
func (n *nights) settles(ctx context.Context, of id.ID, items map[id.ID]catalog.Item, at string) error {
	v, err := n.Dispatching.Order(ctx, n.leader, of)
	if err != nil {
		return err
	}
	for _, sh := range v.Order.Shipments {
		used := dispatching.ClearInput{ClientKey: n.key(), ShipmentID: sh.ID, Fate: order.Used, At: at, Note: "按发放花名册（演示）", Qty: map[id.ID]string{}}
		back := dispatching.ClearInput{ClientKey: n.key(), ShipmentID: sh.ID, Fate: order.Returned, At: at, Note: "清洗晾晒后入库（演示）", Qty: map[id.ID]string{}}
		for _, l := range sh.Lines {
			switch {
			case l.Owed() == 0:
			case items[l.ItemID].Recoverable:
				back.Qty[l.ID] = l.Owed().String()
			default:
				used.Qty[l.ID] = l.Owed().String()
			}
		}
		for _, in := range []dispatching.ClearInput{used, back} {
			if len(in.Qty) == 0 {
				continue
			}
			if _, err := n.Dispatching.Clear(ctx, n.mover, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// papers hands in what an order by word owes, but for the kinds named.
func (n *nights) papers(ctx context.Context, o order.Order, no string, but ...order.PaperKind) error {
	for _, k := range []order.PaperKind{order.WrittenOrder, order.SecondSignature} {
		if slices.Contains(but, k) {
			continue
		}
		err := n.Dispatching.HandInPaper(ctx, n.leader, dispatching.PaperInput{OrderID: o.ID, Kind: k, DocumentNo: no})
		if k == order.WrittenOrder {
			err = n.Dispatching.HandInPaper(ctx, n.planner, dispatching.PaperInput{OrderID: o.ID, Kind: k, DocumentNo: no})
		}
		if err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return nil
}

// itemTarget names an item in a request.
func itemTarget(it id.ID) plan.Target { return plan.Target{Kind: plan.OfItem, ID: it} }
