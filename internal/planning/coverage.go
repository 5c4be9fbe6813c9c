package planning

import (
	"context"
	"fmt"
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
	if _, err := scope(actor, access.PlanView); err != nil {
		return out, false, err
	}
	if out.On, out.Moment, err = s.moment(f.On); err != nil {
		return out, false, err
	}
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		if out.Plan, found, err = s.planOf(ctx, c, actor, f, out.On); err != nil || !found {
			return err
		}
		return s.cover(ctx, c, actor, &out)
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
	today := s.Today().First
	p, found := plan.InForce(all, on, today)
	if !found && on > today { // no plan yet for that day: today's goes on
		p, found = plan.InForce(all, today, today)
	}
	return p, found, nil
}

// whole is the scope figures are computed in: agreements go to the lines of all
// depots in turn, so that everybody sees the same figure of a line. What an
// actor may not see is left out afterwards.
var whole = store.Scope{All: true}

// cover reads what there is and holds the plan against it. Who sees only some
// depots gets no lines of the district as a whole.
func (s *Service) cover(ctx context.Context, c *store.Conn, actor access.Actor, out *Coverage) error {
	f, err := frameOf(ctx, c)
	if err != nil {
		return err
	}
	lines, err := c.PlanLines(ctx, out.Plan.ID)
	if err != nil {
		return err
	}
	if out.Sight, err = s.sight(ctx, c, f, out); err != nil {
		return err
	}
	out.Met = visible(actor, plan.Coverage(lines, out.Sight))
	out.Matrix = plan.NewMatrix(out.Met, f.goods, f.depots, f.categories)
	return nil
}

// visible keeps the targets an actor may see.
func visible(actor access.Actor, list []plan.Met) []plan.Met {
	if actor.May(access.PlanView, 0) {
		return list
	}
	return slices.DeleteFunc(list, func(m plan.Met) bool { return m.DepotID == 0 || !actor.May(access.PlanView, m.DepotID) })
}

// sight reads stock, agreements and what is expected as of the day.
func (s *Service) sight(ctx context.Context, c *store.Conn, f *frame, out *Coverage) (plan.Sight, error) {
	sight := plan.Sight{Goods: f.goods, Depots: f.depots, Stock: plan.Stock{}}
	filter := out.filter()
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
		out.Notes = append(out.Notes, "按今天的库存推算：到那天已过期或窗口内到期的不计，预计到货和归还计入（逾期未到的不计），不预计消耗。")
	}
	return sight, s.beside(ctx, c, out, &sight)
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
		base := nearest(before[d.ID], after[d.ID], filter.OnDay, s.Today().First)
		bases[base] = append(bases[base], d.ID)
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

// beside is what counts and is no stock.
type beside struct {
	deals    []plan.Deal
	expected []plan.Expected
	today    day.Day
	days     int // a telephone check stands
}

func besideOf(ctx context.Context, c *store.Conn, today day.Day) (b beside, err error) {
	b.today = today
	if b.days, err = verifyDays(ctx, c); err != nil {
		return b, err
	}
	if b.deals, err = c.Agreements(ctx); err != nil {
		return b, err
	}
	b.expected, err = c.Expecteds(ctx, whole, plan.ExpectedOpen)
	return b, err
}

// add gives agreements that hold on the day, and for a day to come what is
// expected until then: a delivery is new stock, a return was lent and counts
// again.
func (b beside) add(out *Coverage, sight *plan.Sight) {
	sight.Promises = plan.Promises(b.deals, out.On)
	if out.Moment != Ahead {
		return
	}
	for _, e := range b.expected {
		if e.DueOn > out.On || e.DueOn < b.today.First {
			continue // not yet, or late already: nobody knows when
		}
		if e.Kind == plan.GiveBack {
			sight.Stock.GiveBack(e.DepotID, e.ItemID, e.Qty)
			continue
		}
		sight.Stock.Add(e.DepotID, e.ItemID, plan.Usable, e.Qty, 0)
	}
}

func (s *Service) beside(ctx context.Context, c *store.Conn, out *Coverage, sight *plan.Sight) error {
	b, err := besideOf(ctx, c, s.Today())
	if err != nil {
		return err
	}
	b.add(out, sight)
	stale := 0
	for _, d := range b.deals {
		if d.Holds(out.On) && plan.Stale(d, b.today, b.days) {
			stale++
		}
	}
	if stale > 0 && out.Moment != Past {
		out.Notes = append(out.Notes, fmt.Sprintf("有 %d 份有效协议超过 %d 天没有电话核实，仍计在“协议可计”里，请尽快在“协议储备”里核实。", stale, b.days))
	}
	return nil
}
