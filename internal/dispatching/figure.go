package dispatching

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/store"
)

// SpeedQuery narrows the figures of 调得快; zero fields mean "any". Days are
// those on which goods were asked for. Field names in errors: from, to.
type SpeedQuery struct {
	ResponseID id.ID
	DepotID    id.ID // that sent
	From, To   string
}

// Speed is how fast loads went, the natures always apart.
type Speed struct {
	Natures   []SpeedNature
	Depots    []place.Depot // whose loads the actor may look at
	Responses []order.Response
	Cut       int // the newest so many loads were looked at, 0 = all
}

// SpeedNature is the figures of one nature.
type SpeedNature struct {
	Nature    order.Nature
	All       SpeedGroup
	Depots    []SpeedGroup
	Responses []SpeedGroup // daily orders have none
	Slowest   []store.TimedLoad
}

// SpeedGroup is the figures of some loads, by leg. Signed are those that have
// the whole way behind them; the others stand in no whole figure.
type SpeedGroup struct {
	ID     id.ID // of the depot or response, 0 = all
	Name   string
	Loads  int
	Signed int
	Legs   [len(order.Legs)]order.Figure
}

const (
	// maxTimed bounds the loads one page of figures is worked out from.
	maxTimed = 20_000
	// maxSlowest is how many of the slowest loads are named.
	maxSlowest = 10
)

// Speed works out how fast loads went: median and worst of each leg, per
// nature, and within it per depot and per response.
func (s *Service) Speed(ctx context.Context, actor access.Actor, q SpeedQuery) (Speed, error) {
	var out Speed
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return out, err
	}
	f := store.SpeedFilter{Scope: sc, ResponseID: q.ResponseID, DepotID: q.DepotID}
	asked := s.speedDays(q, &f) // said after the choices the page needs
	err = s.store.Snapshot(ctx, func(c *store.Conn) error {
		depots, err := c.Depots(ctx)
		if err != nil {
			return err
		}
		for _, d := range depots {
			if sc.All || slices.Contains(sc.Depots, d.ID) {
				out.Depots = append(out.Depots, d)
			}
		}
		if out.Responses, err = c.Responses(ctx); err != nil || asked != nil {
			return err
		}
		loads, err := c.TimedLoads(ctx, f, maxTimed+1)
		if len(loads) > maxTimed {
			loads, out.Cut = loads[:maxTimed], maxTimed
		}
		out.Natures = speedNatures(loads)
		return err
	})
	if err == nil {
		err = asked
	}
	return out, err
}

// speedDays reads the days asked for.
func (s *Service) speedDays(q SpeedQuery, f *store.SpeedFilter) error {
	var c errs.Check
	today := day.At(s.Now())
	read := func(name, label, text string) day.Day {
		if text == "" {
			return day.Day{}
		}
		r, err := day.Typed(text, today)
		if err != nil || r.Day.Precision != day.ToDay {
			c.Add(name, "%s「%s」看不懂，请填到日，例如 %s。", label, text, today)
		}
		return r.Day
	}
	from, to := read("from", "开始日期", q.From), read("to", "结束日期", q.To)
	if c.OK() && !from.IsZero() && !to.IsZero() && to.First < from.First {
		c.Add("to", "结束日期 %s 早于开始日期 %s，请核对。", to, from)
	}
	if !from.IsZero() {
		f.From = order.Midnight(from)
	}
	if !to.IsZero() {
		f.To = order.Midnight(to.AddDays(1))
	}
	return c.Err()
}

// speedNatures keeps the natures apart; those without a load are left out.
func speedNatures(loads []store.TimedLoad) []SpeedNature {
	var list []SpeedNature
	for _, n := range append(slices.Clone(order.Natures), order.Daily) {
		mine := slices.DeleteFunc(slices.Clone(loads), func(l store.TimedLoad) bool { return l.Nature != n })
		if len(mine) == 0 {
			continue
		}
		x := SpeedNature{Nature: n, All: speedGroup(0, "", mine), Slowest: slowest(mine)}
		x.Depots = speedGroups(mine, func(l store.TimedLoad) (id.ID, string) { return l.DepotID, l.Depot })
		if n != order.Daily {
			x.Responses = speedGroups(mine, func(l store.TimedLoad) (id.ID, string) { return l.ResponseID, l.Response })
		}
		list = append(list, x)
	}
	return list
}

func speedGroup(of id.ID, name string, loads []store.TimedLoad) SpeedGroup {
	times := make([]order.Times, len(loads))
	for i, l := range loads {
		times[i] = l.Times
	}
	g := SpeedGroup{ID: of, Name: name, Loads: len(loads)}
	for i, leg := range order.Legs {
		g.Legs[i] = order.FigureOf(times, leg)
	}
	g.Signed = g.Legs[order.WholeWay].Known
	return g
}

// speedGroups splits loads by what they have in common, in the order of names.
func speedGroups(loads []store.TimedLoad, by func(store.TimedLoad) (id.ID, string)) []SpeedGroup {
	parts := map[id.ID][]store.TimedLoad{}
	names := map[id.ID]string{}
	for _, l := range loads {
		of, name := by(l)
		parts[of], names[of] = append(parts[of], l), name
	}
	var list []SpeedGroup
	for of, mine := range parts {
		list = append(list, speedGroup(of, names[of], mine))
	}
	slices.SortFunc(list, func(a, b SpeedGroup) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return list
}

// slowest gives the signed loads that took longest, the slowest first.
func slowest(loads []store.TimedLoad) []store.TimedLoad {
	span := func(l store.TimedLoad) int64 { s, _ := l.Times.Span(order.WholeWay); return s }
	list := slices.DeleteFunc(slices.Clone(loads), func(l store.TimedLoad) bool {
		_, known := l.Times.Span(order.WholeWay)
		return !known
	})
	slices.SortStableFunc(list, func(a, b store.TimedLoad) int { return cmp.Compare(span(b), span(a)) })
	return list[:min(len(list), maxSlowest)]
}
