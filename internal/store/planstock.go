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
// ExpiresOn is the last day of what expires within the asked horizon.
type PlanStock struct {
	DepotID   id.ID      `db:"depot_id"`
	ItemID    id.ID      `db:"item_id"`
	Why       plan.Why   `db:"why"`
	ExpiresOn string     `db:"expires_on"`
	Qty       quantity.Q `db:"qty"`
	Allocated quantity.Q `db:"allocated"`
}

// dest is where the columns of the three queries go: a district has a hundred
// thousand rows of them, and reflection would take as long as the engine.
func (r *PlanStock) dest() []any {
	return []any{(*num)(&r.DepotID), (*num)(&r.ItemID), (*whole)(&r.Why), (*text)(&r.ExpiresOn), (*num)(&r.Qty), (*num)(&r.Allocated)}
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
		from = "9999" // no last day is later
	}
	return M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "on_day": f.OnDay, "window_on": f.WindowOn, "from_on": from, "horizon_on": f.HorizonOn,
		"transit": p.Transit, "lent": p.Lent, "repair": p.Repair, "quarantine": p.Quarantine}
}

// PlanStock gives what stands today as it will be judged on a day, row by row.
func (c *Conn) PlanStock(ctx context.Context, f PlanStockFilter, each func(PlanStock)) error {
	p, err := c.PlanPlaces(ctx)
	if err != nil {
		return err
	}
	return c.planStock(ctx, "plan-stock", f.args(p), each)
}

func (c *Conn) planStock(ctx context.Context, name string, args M, each func(PlanStock)) error {
	var r PlanStock
	return c.each(ctx, name, args, r.dest(), func() error { each(r); return nil })
}

// PlanMachine is some machines of a lot in one place. Why tells of the place
// and of holds only; TestedUntil is the last day their trial counts, "" = none.
type PlanMachine struct {
	PlanStock
	TestedUntil string `db:"tested_until"`
}

// PlanMachines lists the machines of the district with the trials done until a
// day.
func (c *Conn) PlanMachines(ctx context.Context, on string) ([]PlanMachine, error) {
	var list []PlanMachine
	err := c.list(ctx, &list, "plan-machines", M{"on_day": on})
	return list, err
}

// PlanStockPast gives what stood at the end of a day gone by, depots by the
// closed month their figures stand on ("" = none: backwards from today's
// stock), and until is that day's last instant, which holds are told by. What
// was promised to orders then is not known.
func (c *Conn) PlanStockPast(ctx context.Context, f PlanStockFilter, bases map[ledger.Month][]id.ID, until int64, each func(PlanStock)) error {
	p, err := c.PlanPlaces(ctx)
	if err != nil {
		return err
	}
	for base, depots := range bases {
		args, name := f.args(p), "plan-stock-back"
		if base != "" {
			name, args["base_month"], args["base_on"] = "plan-stock-past", base, base.Last()
		}
		args["depots"] = depots
		if err := c.planStock(ctx, name, args, each); err != nil {
			return err
		}
	}
	return c.planStockAside(ctx, f, p, until, each)
}

// planStockAside moves what stood outside bins, or was held, from what the
// queries by lot took it for to why it did not count.
func (c *Conn) planStockAside(ctx context.Context, f PlanStockFilter, p PlanPlaces, until int64, each func(PlanStock)) error {
	type row struct {
		PlaceID id.ID      `db:"place_id"`
		DepotID id.ID      `db:"depot_id"`
		LotID   id.ID      `db:"lot_id"`
		ItemID  id.ID      `db:"item_id"`
		Was     plan.Why   `db:"was"`
		Qty     quantity.Q `db:"qty"`
	}
	shown := make(map[id.ID]bool, len(f.Scope.Depots))
	for _, d := range f.Scope.Depots {
		shown[d] = true
	}
	move := func(r row, why plan.Why) {
		if !f.Scope.All && !shown[r.DepotID] {
			return
		}
		each(PlanStock{DepotID: r.DepotID, ItemID: r.ItemID, Why: r.Was, Qty: -r.Qty})
		each(PlanStock{DepotID: r.DepotID, ItemID: r.ItemID, Why: why, Qty: r.Qty})
	}
	args := f.args(p)
	args["places"], args["until"] = p.all(), until
	var aside []row
	if err := c.list(ctx, &aside, "plan-stock-past-places", args); err != nil {
		return err
	}
	for _, r := range aside {
		move(r, p.whyOf(r.PlaceID))
	}
	var held []row
	if err := c.list(ctx, &held, "plan-stock-past-held", args); err != nil {
		return err
	}
	for _, r := range held {
		move(r, plan.Barred)
	}
	return nil
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
