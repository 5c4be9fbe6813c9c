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
	today := s.Today()
	last := today.AddMonths(trendMonths).AddDays(out.Plan.WindowDays)
	fixed, changing := plan.Stock{}, []store.PlanStock{}
	err = c.PlanStock(ctx, store.PlanStockFilter{Scope: whole, OnDay: today.First, HorizonOn: last.First}, func(r store.PlanStock) {
		if mayLapse(r) {
			changing = append(changing, r)
		} else {
			fixed.Add(r.DepotID, r.ItemID, r.Why, r.Qty, r.Allocated)
		}
	})
	if err != nil {
		return nil, err
	}
	more, err := besideOf(ctx, c, s.Today())
	if err != nil {
		return nil, err
	}
	targets := plan.NewTargets(lines, f.goods, f.depots)
	all := actor.May(access.PlanView, 0)
	var list []Trend
	for n := 0; n <= trendMonths; n++ {
		at := *out
		if at.On = today.AddMonths(n).First; n > 0 {
			at.Moment = Ahead
		}
		sight := plan.Sight{Goods: f.goods, Depots: f.depots, Stock: judged(fixed, changing, at.On, out.Plan.WindowDays)}
		more.add(&at, &sight)
		var mean plan.Mean
		for _, m := range targets.Hold(sight) {
			if all || m.DepotID != 0 && actor.May(access.PlanView, m.DepotID) {
				mean.Add(m.Rate())
			}
		}
		rate, _ := mean.Rate()
		list = append(list, Trend{at.On, rate})
	}
	return list, nil
}

// mayLapse reports stock that time alone may bring to count no more.
func mayLapse(r store.PlanStock) bool {
	return (r.Why == plan.Usable || r.Why == plan.Untested) && (r.ExpiresOn != "" || r.DueOn != "")
}

// judged says of stock as it stands what of it will count on a day.
func judged(fixed plan.Stock, changing []store.PlanStock, on string, window int) plan.Stock {
	stock := fixed.Clone()
	until := ""
	if window > 0 {
		until = isoDay(on).AddDays(window).First
	}
	for _, r := range changing {
		why := r.Why
		switch {
		case r.ExpiresOn != "" && r.ExpiresOn < on:
			why = plan.Expired
		case r.ExpiresOn != "" && r.ExpiresOn <= until:
			why = plan.Expiring
		case r.DueOn != "" && r.DueOn < on:
			why = plan.Untested
		}
		stock.Add(r.DepotID, r.ItemID, why, r.Qty, r.Allocated)
	}
	return stock
}
