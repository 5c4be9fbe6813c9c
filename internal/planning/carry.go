package planning

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// CarryFilter asks how far stock carries people: for so many days, in a case of
// disaster, on a day (zero = today).
type CarryFilter struct {
	Days int
	Case string // key of plan.Cases, "" = every standard
	On   string
}

// Carrying is 保障人·天 of the district and its streets.
type Carrying struct {
	On        string
	Moment    Moment
	Notes     []string
	Standards []plan.Standard
	District  StreetCarry // with every depot of the bureau
	Streets   []StreetCarry
	Goods     *plan.Goods
}

// StreetCarry is a street, or the district, with how far it carries.
type StreetCarry struct {
	Street
	plan.Carried
}

// Bounds of what may be asked.
const (
	DefaultDays = 3
	mostDays    = 60
)

// Carry tells for how many people and days what there is would do, per street
// with its own goods and for the district with all.
func (s *Service) Carry(ctx context.Context, actor access.Actor, f CarryFilter) (out Carrying, err error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return out, err
	}
	if f.Days < 1 || f.Days > mostDays {
		return out, errs.New(errs.Invalid, "天数请填 1 到 %d。", mostDays)
	}
	if f.Case != "" && plan.CaseName(f.Case) == "" {
		return out, errs.New(errs.Invalid, "没有这种情形，请从列表中选择。")
	}
	if out.On, out.Moment, err = s.moment(f.On); err != nil {
		return out, err
	}
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		w, err := s.world(ctx, c, out.On, out.Moment)
		if err != nil {
			return err
		}
		out.Notes, out.Goods = w.notes, w.sight.Goods
		out.Standards = plan.Needed(w.standards, f.Case)
		out.District.Name = "全区"
		for _, d := range w.sight.Depots.List() {
			if !d.Closed && d.Holder != place.HeldByDepartment {
				out.District.Depots = append(out.District.Depots, d.ID)
			}
		}
		for _, st := range w.streets {
			out.District.Street.People += st.People
			out.Streets = append(out.Streets, StreetCarry{st, carried(w.sight, out.Standards, st, f.Days)})
		}
		out.District.Carried = carried(w.sight, out.Standards, out.District.Street, f.Days)
		return nil
	})
	return out, err
}

func carried(sight plan.Sight, standards []plan.Standard, st Street, days int) plan.Carried {
	return plan.CarryOf(standards, func(s plan.Standard) quantity.Q { return sight.Having(st.Depots, s) }, st.People, days)
}

// world is what scenarios and carrying stand on: usable stock without a plan's
// window, streets, standards, roads.
type world struct {
	sight     plan.Sight
	streets   []Street
	standards []plan.Standard
	roads     plan.Roads
	lines     []plan.Line // of the plan in force, none without one
	plan      plan.Plan
	notes     []string
}

func (s *Service) world(ctx context.Context, c *store.Conn, on string, moment Moment) (*world, error) {
	f, err := frameOf(ctx, c)
	if err != nil {
		return nil, err
	}
	w := &world{}
	all, err := c.Plans(ctx)
	if err != nil {
		return nil, err
	}
	if p, found := plan.InForce(all, on, s.Today().First); found {
		w.plan = p
		if w.lines, err = c.PlanLines(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	// What expires soon can still be used up: the plan's window is not taken off.
	cover := Coverage{On: on, Moment: moment}
	if w.sight, err = s.sight(ctx, c, f, &cover); err != nil {
		return nil, err
	}
	w.notes = cover.Notes
	if w.standards, err = c.Standards(ctx); err != nil {
		return nil, err
	}
	w.standards = slices.DeleteFunc(w.standards, func(st plan.Standard) bool { return st.Retired })
	if w.streets, err = streetsOf(ctx, c, f, isoDay(on).Year()); err != nil {
		return nil, err
	}
	w.roads, err = roadsOf(ctx, c)
	return w, err
}

// minima are what depots keep back for themselves: their plan's minimum, in
// each item's unit.
func (w *world) minima() map[id.ID]map[id.ID]quantity.Q {
	keep := map[id.ID]map[id.ID]quantity.Q{}
	for _, m := range plan.Coverage(w.lines, w.sight) {
		if m.DepotID == 0 || m.Line.Minimum <= 0 {
			continue
		}
		left := m.Line.Minimum
		for _, c := range w.sight.Goods.Counting(m.Line.Target, m.Line.Unit) {
			have := w.sight.Stock[m.DepotID][c.ItemID].Usable()
			take := min(have, c.Ratio.Inverse().Up(left))
			if take <= 0 {
				continue
			}
			if keep[m.DepotID] == nil {
				keep[m.DepotID] = map[id.ID]quantity.Q{}
			}
			keep[m.DepotID][c.ItemID] += take
			left = max(0, left-c.Ratio.Down(take))
		}
	}
	return keep
}
