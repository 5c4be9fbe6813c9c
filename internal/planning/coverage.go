package planning

import (
	"context"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Moment says how a day's figures come about.
type Moment string

// The moments. A projection takes today's stock, what will have expired, and
// what is expected to come.
const (
	Now   Moment = "now"
	Past  Moment = "past"
	Ahead Moment = "ahead"
)

// CoverageFilter asks for stock against a plan; zero fields are today and the
// plan in force.
type CoverageFilter struct {
	PlanID id.ID
	On     string // ISO day
}

// Coverage is a plan held against stock on a day.
type Coverage struct {
	Plan   plan.Plan
	On     string
	Moment Moment
	plan.Sight
	Met    []plan.Met // of the depots the actor sees
	Matrix plan.Matrix
	Notes  []string // what the figures rest on, for people
}

// farthest bounds projections: beyond it nothing is known.
const farthest = 1826 // days: five years

// Coverage holds a plan against the stock of a day gone by, of today or to
// come. found is false where no plan is in force.
func (s *Service) Coverage(ctx context.Context, actor access.Actor, f CoverageFilter) (out Coverage, found bool, err error) {
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return out, false, err
	}
	if out.On, out.Moment, err = s.moment(f.On); err != nil {
		return out, false, err
	}
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		if out.Plan, found, err = s.planOf(ctx, c, actor, f, out.On); err != nil || !found {
			return err
		}
		return s.cover(ctx, c, actor, sc, &out)
	})
	return out, found, err
}

func (s *Service) moment(on string) (string, Moment, error) {
	today := s.Today()
	if on == "" || on == today.First {
		return today.First, Now, nil
	}
	r, err := day.Typed(on, today)
	switch {
	case err != nil || r.Day.Precision != day.ToDay:
		return "", "", errs.New(errs.Invalid, "日期「%s」看不懂，请填到日，例如 %s。", on, today)
	case r.Day.First < ledger.EarliestMonth.First():
		return "", "", errs.New(errs.Invalid, "日期 %s 太早，请核对年份。", r.Day.First)
	case r.Day.First > today.AddDays(farthest).First:
		return "", "", errs.New(errs.Invalid, "最远只能推算到 %s。", today.AddDays(farthest).First)
	case r.Day.First > today.First:
		return r.Day.First, Ahead, nil
	case r.Day.First == today.First:
		return today.First, Now, nil
	}
	return r.Day.First, Past, nil
}

// planOf gives the version asked for, or the one in force on the day.
func (s *Service) planOf(ctx context.Context, c *store.Conn, actor access.Actor, f CoverageFilter, on string) (plan.Plan, bool, error) {
	if f.PlanID != 0 {
		p, err := planFor(ctx, c, actor, f.PlanID)
		return p, err == nil, err
	}
	all, err := c.Plans(ctx)
	if err != nil {
		return plan.Plan{}, false, err
	}
	p, found := inForce(all, on, s.Today().First)
	return p, found, nil
}

// cover reads what there is and holds the plan against it. District lines need
// every depot's stock; who sees only some gets no district lines.
func (s *Service) cover(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, out *Coverage) error {
	f, err := frameOf(ctx, c)
	if err != nil {
		return err
	}
	lines, err := c.PlanLines(ctx, out.Plan.ID)
	if err != nil {
		return err
	}
	if !sc.All {
		lines = slices.DeleteFunc(lines, func(l plan.Line) bool { return l.Scope.Kind == plan.District || !concerns(actor, l, f.depots) })
	}
	if out.Sight, err = s.sight(ctx, c, f, sc, out); err != nil {
		return err
	}
	out.Met = slices.DeleteFunc(plan.Coverage(lines, out.Sight), func(m plan.Met) bool { return !sc.All && !actor.May(access.PlanView, m.DepotID) })
	out.Matrix = plan.NewMatrix(out.Met, f.goods, f.depots, f.categories)
	return nil
}

// sight reads stock, agreements and what is expected as of the day.
func (s *Service) sight(ctx context.Context, c *store.Conn, f *frame, sc store.Scope, out *Coverage) (plan.Sight, error) {
	sight := plan.Sight{Goods: f.goods, Depots: f.depots, Stock: plan.Stock{}}
	filter := store.PlanStockFilter{Scope: sc, OnDay: out.On}
	if out.Plan.WindowDays > 0 {
		filter.WindowOn = isoDay(out.On).AddDays(out.Plan.WindowDays).First
	}
	add := func(r store.PlanStock) { sight.Stock.Add(r.DepotID, r.ItemID, r.Why, r.Qty, r.Allocated) }
	var err error
	if out.Moment == Past {
		err = s.past(ctx, c, f, filter, add)
		out.Notes = append(out.Notes, "按账本还原到当天日终；当时的已分配数量没有留存，不计。")
	} else {
		err = c.PlanStock(ctx, filter, add)
	}
	if err != nil {
		return sight, err
	}
	if out.Moment == Ahead {
		out.Notes = append(out.Notes, "按今天的库存推算：到那天已过期或窗口内到期的不计，预计到货和归还计入，不预计消耗。")
	}
	return sight, s.beside(ctx, c, sc, out, &sight)
}

// past groups the depots by the closed month their figures stand on.
func (s *Service) past(ctx context.Context, c *store.Conn, f *frame, filter store.PlanStockFilter, add func(store.PlanStock)) error {
	month, err := ledger.ParseMonth(filter.OnDay[:7], s.Today())
	if err != nil {
		return err
	}
	if month.Last() != filter.OnDay { // only a whole month's figures hold the day
		month = month.Add(-1)
	}
	before, err := c.PeriodBases(ctx, filter.Scope, month)
	if err != nil {
		return err
	}
	after, err := c.PeriodBasesAfter(ctx, filter.Scope, month)
	if err != nil {
		return err
	}
	bases := map[ledger.Month][]id.ID{}
	for _, d := range f.depots.List() {
		if filter.Scope.All || slices.Contains(filter.Scope.Depots, d.ID) {
			base := nearest(before[d.ID], after[d.ID], filter.OnDay, s.Today().First)
			bases[base] = append(bases[base], d.ID)
		}
	}
	until := isoDay(filter.OnDay).AddDays(1).Time().Add(-time.Microsecond).UnixMicro()
	return c.PlanStockPast(ctx, filter, bases, until, add)
}

// nearest chooses the closed month whose end is fewest days from a day, or ""
// for today's stock: the entries between must be read.
func nearest(before, after ledger.Month, on, today string) ledger.Month {
	days := func(a, b string) int { return int(isoDay(b).Time().Sub(isoDay(a).Time()).Hours()) / 24 }
	best, least := ledger.Month(""), days(on, today)
	if after != "" && days(on, after.Last()) < least {
		best, least = after, days(on, after.Last())
	}
	if before != "" && days(before.Last(), on) <= least {
		best = before
	}
	return best
}

// isoDay is a full day by its ISO form.
func isoDay(on string) day.Day { return day.Day{First: on} }

// Shown is a target with the words a list shows it by.
type Shown struct {
	plan.Met
	Depot    place.Depot // zero = the district as a whole
	Label    string
	Category string
}

// Lines gives the targets of a depot and category, 0 = any; the district's as a
// whole with depot District. Worst first.
func (v Coverage) Lines(depot, category id.ID, district bool) []Shown {
	var list []Shown
	for _, m := range v.Met {
		if category != 0 && m.Category != category || depot != 0 && m.DepotID != depot || district && m.DepotID != 0 {
			continue
		}
		d, _ := v.Depots.Depot(m.DepotID)
		list = append(list, Shown{Met: m, Depot: d, Label: v.Goods.Label(m.Line.Target)})
	}
	slices.SortStableFunc(list, func(a, b Shown) int { return int(a.Rate().Capped() - b.Rate().Capped()) })
	return list
}

// LotFilter asks for the lots behind a target.
type LotFilter struct {
	CoverageFilter
	LineID  id.ID
	DepotID id.ID    // 0 = every depot of the line
	Why     plan.Why // only what is excluded so; with Any all
	Any     bool
}

// LotRow is a lot where it stands, why it does not count, and how much of it
// is promised to orders.
type LotRow struct {
	store.StockRow
	Why plan.Why
}

// maxLots bounds the list behind one target.
const maxLots = 2000

// Lots lists the lots behind a target as they are judged today or on a day to
// come. The days gone by are in the stock cards.
func (s *Service) Lots(ctx context.Context, actor access.Actor, f LotFilter) (rows []LotRow, of Shown, err error) {
	v, found, err := s.Coverage(ctx, actor, f.CoverageFilter)
	if err != nil {
		return nil, of, err
	}
	at := slices.IndexFunc(v.Met, func(m plan.Met) bool { return m.Line.ID == f.LineID && m.DepotID == f.DepotID })
	if !found || at < 0 {
		return nil, of, errs.New(errs.NotFound, "计划里没有这一行，或您无权查看。请回到储备对照重新选择。")
	}
	of = v.shown(v.Met[at])
	if v.Moment == Past {
		return nil, of, nil
	}
	rows, err = s.lots(ctx, v, v.Met[at], f)
	return rows, of, err
}

func (v Coverage) shown(m plan.Met) Shown {
	d, _ := v.Depots.Depot(m.DepotID)
	return Shown{Met: m, Depot: d, Label: v.Goods.Label(m.Line.Target)}
}

func (s *Service) lots(ctx context.Context, v Coverage, m plan.Met, f LotFilter) ([]LotRow, error) {
	var items []id.ID
	for _, c := range v.Goods.Counting(m.Line.Target, m.Line.Unit) {
		items = append(items, c.ItemID)
	}
	depots := []id.ID{m.DepotID}
	if m.DepotID == 0 {
		depots = v.Depots.At(m.Line.Scope)
	}
	filter := store.PlanStockFilter{Scope: store.Scope{Depots: depots}, OnDay: v.On}
	if v.Plan.WindowDays > 0 {
		filter.WindowOn = isoDay(v.On).AddDays(v.Plan.WindowDays).First
	}
	found, err := s.store.Read().PlanLots(ctx, filter, items, maxLots)
	if err != nil {
		return nil, err
	}
	var rows []LotRow
	for _, r := range found {
		if f.Any || r.Why == f.Why || f.Why == plan.Allocated && r.Why == plan.Usable && r.Allocated > 0 {
			rows = append(rows, LotRow{r.StockRow, r.Why})
		}
	}
	return rows, nil
}

// Trend is 计划完成率 at the begin of coming months.
type Trend struct {
	On   string
	Rate plan.Rate
}

// Ahead projects the plan in force (or one asked for) over twelve months in one
// look at the stock.
func (s *Service) Ahead(ctx context.Context, actor access.Actor, f CoverageFilter) ([]Trend, error) {
	sc, err := scope(actor, access.PlanView)
	if err != nil {
		return nil, err
	}
	out := Coverage{On: s.Today().First, Moment: Now}
	var list []Trend
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		var found bool
		if out.Plan, found, err = s.planOf(ctx, c, actor, f, out.On); err != nil || !found {
			return err
		}
		list, err = s.ahead(ctx, c, actor, sc, &out)
		return err
	})
	return list, err
}

// trendMonths is how far the trend looks.
const trendMonths = 12

func (s *Service) ahead(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, out *Coverage) ([]Trend, error) {
	f, err := frameOf(ctx, c)
	if err != nil {
		return nil, err
	}
	lines, err := c.PlanLines(ctx, out.Plan.ID)
	if err != nil {
		return nil, err
	}
	if !sc.All {
		lines = slices.DeleteFunc(lines, func(l plan.Line) bool { return l.Scope.Kind == plan.District || !concerns(actor, l, f.depots) })
	}
	today := s.Today()
	last := today.AddMonths(trendMonths).AddDays(out.Plan.WindowDays)
	fixed, changing := plan.Stock{}, []store.PlanStock{}
	err = c.PlanStock(ctx, store.PlanStockFilter{Scope: sc, OnDay: today.First, HorizonOn: last.First}, func(r store.PlanStock) {
		if mayChange(r) {
			changing = append(changing, r)
		} else {
			fixed.Add(r.DepotID, r.ItemID, r.Why, r.Qty, r.Allocated)
		}
	})
	if err != nil {
		return nil, err
	}
	targets := plan.NewTargets(lines, f.goods, f.depots)
	var list []Trend
	for n := 0; n <= trendMonths; n++ {
		at := *out
		at.On, at.Moment = today.AddMonths(n).First, Ahead
		sight := plan.Sight{Goods: f.goods, Depots: f.depots, Stock: judged(fixed, changing, at.On, out.Plan.WindowDays)}
		if err := s.beside(ctx, c, sc, &at, &sight); err != nil {
			return nil, err
		}
		var mean plan.Mean
		for _, m := range targets.Hold(sight) {
			if sc.All || actor.May(access.PlanView, m.DepotID) {
				mean.Add(m.Rate())
			}
		}
		rate, _ := mean.Rate()
		list = append(list, Trend{at.On, rate})
	}
	return list, nil
}

// mayChange reports stock that time alone may bring to count no more.
func mayChange(r store.PlanStock) bool {
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

// beside adds what is no stock: agreements that hold on the day, and for a day
// to come what is expected until then.
func (s *Service) beside(ctx context.Context, c *store.Conn, sc store.Scope, out *Coverage, sight *plan.Sight) error {
	return nil
}
