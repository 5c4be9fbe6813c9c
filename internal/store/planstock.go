package store

import (
	"context"
	"strconv"
	"strings"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// PlanStock is some stock of an item at a depot and why it does not count.
// With a horizon, ExpiresOn is the last day of what expires within it and DueOn
// the day until which a machine's trial holds.
type PlanStock struct {
	DepotID   id.ID      `db:"depot_id"`
	ItemID    id.ID      `db:"item_id"`
	Why       plan.Why   `db:"why"`
	ExpiresOn string     `db:"expires_on"`
	DueOn     string     `db:"due_on"`
	Qty       quantity.Q `db:"qty"`
	Allocated quantity.Q `db:"allocated"`
}

// sums and parts are where the columns go: a district has a hundred thousand
// rows of them, and reflection would take as long as the engine.
func (r *PlanStock) sums() []any {
	return []any{(*num)(&r.DepotID), (*num)(&r.ItemID), (*num)(&r.Qty), (*num)(&r.Allocated)}
}

func (r *PlanStock) parts() []any {
	return []any{(*num)(&r.DepotID), (*num)(&r.ItemID), (*whole)(&r.Why), (*text)(&r.ExpiresOn), (*text)(&r.DueOn), (*num)(&r.Qty), (*num)(&r.Allocated)}
}

// PlanPlaces are the places that are no bin, by what stands there.
type PlanPlaces struct{ Transit, Lent, Repair, Quarantine []id.ID }

func (p PlanPlaces) all() []id.ID {
	list := append(append(append(append([]id.ID{nowhere}, p.Transit...), p.Lent...), p.Repair...), p.Quarantine...)
	return list
}

// nowhere keeps a NOT IN from becoming empty, which would match nothing.
const nowhere id.ID = -1

// PlanPlaces lists them: some per depot at most.
func (c *Conn) PlanPlaces(ctx context.Context) (PlanPlaces, error) {
	var rows []struct {
		ID   id.ID      `db:"id"`
		Kind place.Kind `db:"kind"`
	}
	err := c.list(ctx, &rows, "plan-places", nil)
	var p PlanPlaces
	for _, r := range rows {
		switch r.Kind {
		case place.Transit:
			p.Transit = append(p.Transit, r.ID)
		case place.Borrower:
			p.Lent = append(p.Lent, r.ID)
		case place.Workshop:
			p.Repair = append(p.Repair, r.ID)
		case place.Quarantine:
			p.Quarantine = append(p.Quarantine, r.ID)
		}
	}
	return p, err
}

func (p PlanPlaces) whyOf(at id.ID) plan.Why {
	for _, k := range []struct {
		ids []id.ID
		why plan.Why
	}{{p.Transit, plan.InTransit}, {p.Lent, plan.Lent}, {p.Repair, plan.InRepair}} {
		for _, one := range k.ids {
			if one == at {
				return k.why
			}
		}
	}
	return plan.Barred
}

// PlanStockFilter asks for stock on a day. What expires up to WindowOn does
// not count either, "" = all that is not expired counts. With a HorizonOn, the
// rows tell the last day of what expires until then.
type PlanStockFilter struct {
	Scope     Scope
	OnDay     string
	WindowOn  string
	HorizonOn string
}

func (f PlanStockFilter) args(p PlanPlaces) M {
	from := f.OnDay
	if f.HorizonOn == "" {
		from = "9999-99" // no last day is later
	}
	return M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "on_day": f.OnDay, "window_on": f.WindowOn, "from_on": from,
		"until_on": max(f.OnDay, f.WindowOn, f.HorizonOn), "held": true, "places": p.all(),
		"transit": p.Transit, "lent": p.Lent, "repair": p.Repair, "quarantine": p.Quarantine}
}

// PlanStock gives what stands today as it will be judged on a day. All of it is
// given as counting first; what does not, or expires by the horizon, is then
// taken off again and given as what it is.
func (c *Conn) PlanStock(ctx context.Context, f PlanStockFilter, each func(PlanStock)) error {
	p, err := c.PlanPlaces(ctx)
	if err != nil {
		return err
	}
	args := f.args(p)
	if err := c.planSums(ctx, "plan-stock", args, each); err != nil {
		return err
	}
	return c.planParts(ctx, "plan-stock-late", args, func(r PlanStock) { recount(r, each) })
}

func (c *Conn) planSums(ctx context.Context, name string, args M, each func(PlanStock)) error {
	var r PlanStock
	return c.each(ctx, name, args, r.sums(), func() error { each(r); return nil })
}

func (c *Conn) planParts(ctx context.Context, name string, args M, each func(PlanStock)) error {
	var r PlanStock
	return c.each(ctx, name, args, r.parts(), func() error { each(r); return nil })
}

// recount takes off what was given as counting and gives it as what it is.
func recount(r PlanStock, each func(PlanStock)) {
	if r.Why == plan.Usable && r.ExpiresOn == "" && r.DueOn == "" {
		return
	}
	each(PlanStock{DepotID: r.DepotID, ItemID: r.ItemID, Qty: -r.Qty, Allocated: -r.Allocated})
	each(r)
}

// PlanStockPast gives what stood at the end of a day gone by, as PlanStock
// does: depots by the closed month their figures stand on, before the day or
// after it ("" = none: from today's stock), and until is that day's last
// instant, which holds are told by. What was promised to orders then is not
// known.
func (c *Conn) PlanStockPast(ctx context.Context, f PlanStockFilter, bases map[ledger.Month][]id.ID, until int64, each func(PlanStock)) error {
	p, err := c.PlanPlaces(ctx)
	if err != nil {
		return err
	}
	for base, depots := range bases {
		if err := c.planStockFrom(ctx, f, base, depots, each); err != nil {
			return err
		}
	}
	return c.planStockAside(ctx, f, p, until, each)
}

// planStockFrom goes from a base to the day: forward, or backward by taking
// off what was posted since.
func (c *Conn) planStockFrom(ctx context.Context, f PlanStockFilter, base ledger.Month, depots []id.ID, each func(PlanStock)) error {
	args := f.args(PlanPlaces{}) // where things stand comes later,
	args["all_depots"], args["depots"], args["held"] = false, depots, false
	sums, parts := "plan-stock", "plan-stock-late"
	args["after_on"], args["up_to_on"] = f.OnDay, "9999"
	sign := quantity.Q(-1)
	switch {
	case base == "":
	case base.Last() <= f.OnDay:
		args["after_on"], args["up_to_on"], sign = base.Last(), f.OnDay, 1
	default:
		args["up_to_on"] = base.Last()
	}
	if base != "" {
		sums, parts, args["base_month"] = "plan-stock-closed", "plan-stock-closed-late", base
	}
	unpromised := func(r PlanStock) { r.Allocated = 0; each(r) } // and so do promises, never
	if err := c.planSums(ctx, sums, args, unpromised); err != nil {
		return err
	}
	if err := c.planParts(ctx, parts, args, func(r PlanStock) { recount(r, unpromised) }); err != nil {
		return err
	}
	return c.planParts(ctx, "plan-stock-moved", args, func(r PlanStock) { r.Qty *= sign; each(r) })
}

// planStockAside moves what stood outside bins, or was held, from what it was
// taken for to why it did not count.
func (c *Conn) planStockAside(ctx context.Context, f PlanStockFilter, p PlanPlaces, until int64, each func(PlanStock)) error {
	var place id.ID
	var r PlanStock // Why is what it was taken for
	dest := []any{(*num)(&place), (*num)(&r.DepotID), (*num)(&r.ItemID), (*whole)(&r.Why), (*num)(&r.Qty)}
	move := func(why plan.Why) {
		each(PlanStock{DepotID: r.DepotID, ItemID: r.ItemID, Why: r.Why, Qty: -r.Qty})
		each(PlanStock{DepotID: r.DepotID, ItemID: r.ItemID, Why: why, Qty: r.Qty})
	}
	args := f.args(p)
	args["until"] = until
	err := c.each(ctx, "plan-stock-past-places", args, dest, func() error { move(p.whyOf(place)); return nil })
	if err != nil {
		return err
	}
	return c.each(ctx, "plan-stock-past-held", args, dest, func() error { move(plan.Barred); return nil })
}

// FirstExpiries gives, per depot and item, the last day of what expires first
// of the stock that counts on a day, "" = nothing of it expires.
func (c *Conn) FirstExpiries(ctx context.Context, f PlanStockFilter, items []id.ID) (map[[2]id.ID]string, error) {
	p, err := c.PlanPlaces(ctx)
	if err != nil {
		return nil, err
	}
	first := map[[2]id.ID]string{}
	var r PlanStock
	dest := []any{(*num)(&r.DepotID), (*num)(&r.ItemID), (*text)(&r.ExpiresOn)}
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		err := c.each(ctx, "plan-first-expiry", M{"items": items[:n], "places": p.all(), "on_day": f.OnDay, "window_on": f.WindowOn}, dest, func() error {
			if r.ExpiresOn < "9999" {
				first[[2]id.ID{r.DepotID, r.ItemID}] = r.ExpiresOn
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return first, nil
}

// LastPrices gives, for items, the price of the lot received last.
func (c *Conn) LastPrices(ctx context.Context, items []id.ID) (map[id.ID]money.Fen, error) {
	prices := make(map[id.ID]money.Fen, len(items))
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		var rows []struct {
			ItemID id.ID  `db:"item_id"`
			Newest string `db:"newest"` // day, blank, 1000000000000 + fen, so that the text sorts by day
		}
		if err := c.list(ctx, &rows, "plan-prices", M{"items": items[:n]}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			_, fen, _ := strings.Cut(r.Newest, " ")
			if v, err := strconv.ParseInt(fen, 10, 64); err == nil {
				prices[r.ItemID] = money.Fen(v - 1_000_000_000_000)
			}
		}
		items = items[n:]
	}
	return prices, nil
}

// PlanLot is a lot where it stands and why it does not count.
type PlanLot struct {
	StockRow
	Why plan.Why
}

// PlanLots lists what some depots hold of some items, as plan-stock judges it:
// first expired first.
func (c *Conn) PlanLots(ctx context.Context, f PlanStockFilter, items []id.ID, limit int) ([]PlanLot, error) {
	var rows []struct {
		stockRow
		Why plan.Why `db:"why"`
	}
	err := c.list(ctx, &rows, "plan-lots", M{"depots": f.Scope.Depots, "items": items, "on_day": f.OnDay, "window_on": f.WindowOn, "limit": limit})
	list := make([]PlanLot, len(rows))
	for i, r := range rows {
		list[i] = PlanLot{stockRows([]stockRow{r.stockRow})[0], r.Why}
	}
	return list, err
}
