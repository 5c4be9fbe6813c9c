package planning

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Trend is 计划完成率 at the begin of coming months.
type Trend struct {
	On   string
	Rate plan.Rate
}

// Month is the month of the point, 1 to 12.
func (t Trend) Month() int { return int(isoDay(t.On).Time().Month()) }

// Ahead projects the plan in force (or one asked for) over twelve months in one
// look at the stock.
func (s *Service) Ahead(ctx context.Context, actor access.Actor, f CoverageFilter) ([]Trend, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	out := Coverage{On: s.Today().First, Moment: Now}
	var list []Trend
	err := s.store.Heavy(ctx, func(c *store.Conn) error {
		var found bool
		var err error
		if out.Plan, found, err = s.planOf(ctx, c, actor, f, out.On); err != nil || !found {
			return err
		}
		list, err = s.ahead(ctx, c, actor, &out)
		return err
	})
	return list, err
}

// trendMonths is how far the trend looks.
const trendMonths = 12

func (s *Service) ahead(ctx context.Context, c *store.Conn, actor access.Actor, out *Coverage) ([]Trend, error) {
	f, err := frameOf(ctx, c)
	if err != nil {
		return nil, err
	}
	lines, err := c.PlanLines(ctx, out.Plan.ID)
	if err != nil {
		return nil, err
	}
	st, err := s.standing(ctx, c, f, out)
	if err != nil {
		return nil, err
	}
	more, err := besideOf(ctx, c)
	if err != nil {
		return nil, err
	}
	today := s.Today()
	var list []Trend
	for n := 0; n <= trendMonths; n++ {
		at := *out
		if at.On = today.AddMonths(n).First; n > 0 {
			at.Moment = Ahead
		}
		sight := plan.Sight{Goods: f.goods, Depots: f.depots, Stock: st.on(at.On, out.Plan.WindowDays)}
		more.add(&at, &sight)
		var mean plan.Mean
		for _, m := range visible(actor, plan.Coverage(lines, sight)) {
			mean.Add(m.Rate())
		}
		rate, _ := mean.Rate()
		list = append(list, Trend{at.On, rate})
	}
	return list, nil
}

// standing is stock as it stands today. Machines are apart: their trials run
// out as other goods expire.
type standing struct {
	rows     []store.PlanStock
	machines []store.PlanMachine
}

func (s *Service) standing(ctx context.Context, c *store.Conn, f *frame, out *Coverage) (st standing, err error) {
	today := s.Today()
	last := today.AddMonths(trendMonths).AddDays(out.Plan.WindowDays)
	filter := store.PlanStockFilter{Scope: whole, OnDay: today.First, HorizonOn: last.First}
	err = c.PlanStock(ctx, filter, func(r store.PlanStock) {
		if itemOf(f.goods, r.ItemID).CheckMonths == 0 {
			st.rows = append(st.rows, r)
		}
	})
	if err == nil {
		st.machines, err = c.PlanMachines(ctx, today.First)
	}
	return st, err
}

// on says of stock as it stands what of it will count on a day.
func (st standing) on(day string, window int) plan.Stock {
	stock := plan.Stock{}
	until := ""
	if window > 0 {
		until = isoDay(day).AddDays(window).First
	}
	add := func(r store.PlanStock, tested bool) {
		why := r.Why
		if why == plan.Usable {
			switch {
			case r.ExpiresOn != "" && r.ExpiresOn < day:
				why = plan.Expired
			case r.ExpiresOn != "" && r.ExpiresOn <= until:
				why = plan.Expiring
			case !tested:
				why = plan.Untested
			}
		}
		stock.Add(r.DepotID, r.ItemID, why, r.Qty, min(r.Allocated, r.Qty))
	}
	for _, r := range st.rows {
		add(r, true)
	}
	for _, m := range st.machines {
		add(m.PlanStock, m.TestedUntil >= day)
	}
	return stock
}
