package planning

import (
	"cmp"
	"context"
	"math"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Proposals say what to do about the shortages of a plan, each grouped as it
// is done: transfers per pair of depots, call-ups per agreement, one purchase.
type Proposals struct {
	Coverage
	Found     bool // a plan is in force
	Transfers []TransferProposal
	CallUps   []CallUpProposal
	Purchases []Purchase
	Short     int // lines below their standard
}

// TransferProposal is what one depot could send to another.
type TransferProposal struct {
	From, To place.Depot
	Minutes  int
	Known    bool
	Lines    []TransferLine
}

// TransferLine is goods of one lot at one place, first expired first.
type TransferLine struct {
	Item    catalog.Item
	Lot     ledger.Lot
	Bin     string
	PlaceID id.ID
	Qty     quantity.Q
}

// CallUpProposal is what one agreement could be called up for.
type CallUpProposal struct {
	Deal  plan.Deal
	Stale bool // nobody has asked by phone lately whether it holds
	Lines []CallUpLine
}

// CallUpLine is goods for a depot, 0 = the district as a whole.
type CallUpLine struct {
	Item  catalog.Item
	To    place.Depot
	Qty   quantity.Q
	Price *money.Fen
}

// Purchase is what is to be bought of an item for all who lack it. Item is zero
// for a category.
type Purchase struct {
	Item       catalog.Item
	Label      string
	Unit       string
	Qty        quantity.Q
	Price      *money.Fen // last paid, nil = unknown
	CategoryID id.ID
	Shares     []PurchaseShare // for whom
}

// PurchaseShare is what one depot lacks of a purchase; the depot is zero for a
// line of the district as a whole.
type PurchaseShare struct {
	Depot place.Depot
	Qty   quantity.Q
}

// For names the depot, or the district.
func (s PurchaseShare) For() string { return cmp.Or(s.Depot.Name, "全区合计") }

func (p *Purchase) add(depot place.Depot, qty quantity.Q) {
	p.Qty += qty
	at := slices.IndexFunc(p.Shares, func(s PurchaseShare) bool { return s.Depot.ID == depot.ID })
	if at < 0 {
		at = len(p.Shares)
		p.Shares = append(p.Shares, PurchaseShare{Depot: depot})
	}
	p.Shares[at].Qty += qty
}

// Propose finds what to do about today's shortages.
func (s *Service) Propose(ctx context.Context, actor access.Actor) (out Proposals, err error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return out, err
	}
	out.On, out.Moment = s.Today().First, Now
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		if out.Plan, out.Found, err = s.planOf(ctx, c, actor, CoverageFilter{}, out.On); err != nil || !out.Found {
			return err
		}
		if err := s.cover(ctx, c, actor, &out.Coverage); err != nil {
			return err
		}
		return s.proposals(ctx, c, &out)
	})
	return out, err
}

func (s *Service) proposals(ctx context.Context, c *store.Conn, out *Proposals) error {
	roads, err := roadsOf(ctx, c)
	if err != nil {
		return err
	}
	expires, err := c.FirstExpiries(ctx, out.filter(), out.shortItems())
	if err != nil {
		return err
	}
	p := plan.Propose(plan.Proposing{Sight: out.Sight, Met: out.Met, Roads: roads, FirstExpiry: func(depot, item id.ID) string { return expires[[2]id.ID{depot, item}] }})
	lots, err := usableLots(ctx, c, out.filter(), p.Moves)
	if err != nil {
		return err
	}
	out.transfers(p.Moves, lots)
	if err := out.callUps(ctx, c, p.Calls); err != nil {
		return err
	}
	return out.purchases(ctx, c, p.Buys)
}

// shortItems lists what could help somebody who lacks something.
func (out *Proposals) shortItems() []id.ID {
	var items []id.ID
	seen := map[id.ID]bool{}
	for _, m := range out.Met {
		if m.Short() == 0 {
			continue
		}
		out.Short++
		for _, c := range out.Goods.Counting(m.Line.Target, m.Line.Unit) {
			if !seen[c.ItemID] {
				seen[c.ItemID] = true
				items = append(items, c.ItemID)
			}
		}
	}
	return items
}

// filter asks for stock as the coverage judges it.
func (v *Coverage) filter() store.PlanStockFilter {
	f := store.PlanStockFilter{Scope: whole, OnDay: v.On}
	if v.Plan.WindowDays > 0 {
		f.WindowOn = isoDay(v.On).AddDays(v.Plan.WindowDays).First
	}
	return f
}

// usableLots lists, per depot and item that is to give, the lots that count,
// first expired first. It looks at one item at a time, at the depots that give
// it: all lots of all short items took ten times as long.
func usableLots(ctx context.Context, c *store.Conn, f store.PlanStockFilter, moves []plan.Move) (map[[2]id.ID][]store.PlanLot, error) {
	givers := map[id.ID][]id.ID{}
	for _, m := range moves {
		if !slices.Contains(givers[m.ItemID], m.From) {
			givers[m.ItemID] = append(givers[m.ItemID], m.From)
		}
	}
	lots := map[[2]id.ID][]store.PlanLot{}
	for item, depots := range givers {
		f.Scope = store.Scope{Depots: depots}
		rows, err := c.PlanLots(ctx, f, []id.ID{item}, mostLots)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Why == plan.Usable && r.Available() > 0 {
				at := [2]id.ID{r.DepotID, item}
				lots[at] = append(lots[at], r)
			}
		}
	}
	return lots, nil
}

// mostLots bounds one look at the lots of an item.
const mostLots = 100_000

// transfers groups moves by the depots they go between and names the lots.
func (out *Proposals) transfers(moves []plan.Move, lots map[[2]id.ID][]store.PlanLot) {
	at := map[[2]id.ID]int{}
	for _, m := range moves {
		pair := [2]id.ID{m.From, m.To}
		i, seen := at[pair]
		if !seen {
			i = len(out.Transfers)
			at[pair] = i
			from, _ := out.Depots.Depot(m.From)
			to, _ := out.Depots.Depot(m.To)
			out.Transfers = append(out.Transfers, TransferProposal{From: from, To: to, Minutes: m.Minutes, Known: m.Known})
		}
		t := &out.Transfers[i]
		t.Lines = append(t.Lines, takeLots(lots, m, itemOf(out.Goods, m.ItemID))...)
	}
	slices.SortStableFunc(out.Transfers, func(a, b TransferProposal) int { // near first, unknown roads last
		far := func(t TransferProposal) int {
			if !t.Known {
				return math.MaxInt
			}
			return t.Minutes
		}
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a.From.Code, b.From.Code), cmp.Compare(a.To.Code, b.To.Code))
	})
}

// takeLots takes a quantity from the lots that are left, in their order.
func takeLots(lots map[[2]id.ID][]store.PlanLot, m plan.Move, it catalog.Item) []TransferLine {
	var lines []TransferLine
	rows, need := lots[[2]id.ID{m.From, m.ItemID}], m.Qty
	for i := range rows {
		take := min(need, rows[i].Available())
		if take <= 0 {
			continue
		}
		lines = append(lines, TransferLine{Item: it, Lot: rows[i].Lot, Bin: rows[i].Bin, PlaceID: rows[i].PlaceID, Qty: take})
		rows[i].OnHand -= take
		need -= take
	}
	return lines
}

func (out *Proposals) callUps(ctx context.Context, c *store.Conn, calls []plan.CallUp) error {
	if len(calls) == 0 {
		return nil
	}
	deals, err := c.Agreements(ctx)
	if err != nil {
		return err
	}
	days, err := verifyDays(ctx, c)
	if err != nil {
		return err
	}
	at := map[id.ID]int{}
	for _, call := range calls {
		i, seen := at[call.DealID]
		if !seen {
			i = len(out.CallUps)
			at[call.DealID] = i
			deal := deals[slices.IndexFunc(deals, func(d plan.Deal) bool { return d.ID == call.DealID })]
			out.CallUps = append(out.CallUps, CallUpProposal{Deal: deal, Stale: plan.Stale(deal, isoDay(out.On), days)})
		}
		to, _ := out.Depots.Depot(call.To)
		out.CallUps[i].Lines = append(out.CallUps[i].Lines, CallUpLine{Item: itemOf(out.Goods, call.ItemID), To: to, Qty: call.Qty, Price: call.Price})
	}
	return nil
}

func (out *Proposals) purchases(ctx context.Context, c *store.Conn, buys []plan.Buy) error {
	type key struct {
		item   id.ID
		target plan.Target
		unit   string
	}
	at := map[key]int{}
	var items []id.ID
	for _, b := range buys {
		k := key{item: b.ItemID, unit: b.Unit}
		if b.ItemID == 0 {
			k.target = b.Target
		}
		i, seen := at[k]
		if !seen {
			i = len(out.Purchases)
			at[k] = i
			p := Purchase{Item: itemOf(out.Goods, b.ItemID), Unit: b.Unit, Label: out.Goods.Label(b.Target), CategoryID: out.Goods.CategoryOf(b.Target)}
			if b.ItemID != 0 {
				p.Label, p.CategoryID = p.Item.Label(), p.Item.CategoryID
				items = append(items, b.ItemID)
			}
			out.Purchases = append(out.Purchases, p)
		}
		to, _ := out.Depots.Depot(b.To)
		out.Purchases[i].add(to, b.Qty)
	}
	prices, err := c.LastPrices(ctx, items)
	for i, p := range out.Purchases {
		if fen, known := prices[p.Item.ID]; known {
			out.Purchases[i].Price = &fen
		}
	}
	slices.SortStableFunc(out.Purchases, func(a, b Purchase) int { return cmp.Compare(a.Item.Code, b.Item.Code) })
	return err
}
