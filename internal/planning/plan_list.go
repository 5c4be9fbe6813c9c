package planning

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// ListedPlan is a version in the list of plans.
type ListedPlan struct {
	plan.Plan
	Lines int
}

// Plans lists all versions, newest first. Drafts are for those who see the
// whole district.
func (s *Service) Plans(ctx context.Context, actor access.Actor) ([]ListedPlan, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	c := s.store.Read()
	all, err := c.Plans(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := c.PlanLineCounts(ctx)
	if err != nil {
		return nil, err
	}
	var list []ListedPlan
	for _, p := range all {
		if maySee(actor, p) {
			list = append(list, ListedPlan{p, counts[p.ID]})
		}
	}
	return list, nil
}

// maySee reports that a version is for the actor's eyes: what is not approved
// yet is for those who see the whole district.
func maySee(actor access.Actor, p plan.Plan) bool {
	return p.Status == plan.Approved || p.Status == plan.Superseded || actor.May(access.PlanView, 0)
}

// Whole is a version with its lines and what they are read with.
type Whole struct {
	plan.Plan
	Lines      []plan.Line
	Goods      *plan.Goods
	Depots     *plan.Depots
	Categories []catalog.Category
}

// Plan gives a version whole. Who sees only some depots gets their lines, their
// tier's and the district's.
func (s *Service) Plan(ctx context.Context, actor access.Actor, version id.ID) (Whole, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return Whole{}, err
	}
	var w Whole
	err := s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		w, err = wholeOf(ctx, c, actor, version)
		return err
	})
	return w, err
}

func wholeOf(ctx context.Context, c *store.Conn, actor access.Actor, version id.ID) (Whole, error) {
	p, err := planFor(ctx, c, actor, version)
	if err != nil {
		return Whole{}, err
	}
	lines, err := c.PlanLines(ctx, p.ID)
	if err != nil {
		return Whole{}, err
	}
	f, err := frameOf(ctx, c)
	if err != nil {
		return Whole{}, err
	}
	if !actor.May(access.PlanView, 0) {
		lines = slices.DeleteFunc(lines, func(l plan.Line) bool { return !concerns(actor, l, f.depots) })
	}
	return Whole{p, lines, f.goods, f.depots, f.categories}, nil
}

// planFor gives a version the actor may see; any other looks like none.
func planFor(ctx context.Context, c *store.Conn, actor access.Actor, version id.ID) (plan.Plan, error) {
	p, err := c.Plan(ctx, version)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return p, err
	}
	if err != nil || !maySee(actor, p) {
		return p, errs.New(errs.NotFound, "没有这个储备计划，或您无权查看。请从计划列表中选择。")
	}
	return p, nil
}

func concerns(actor access.Actor, l plan.Line, depots *plan.Depots) bool {
	if l.Scope.Kind == plan.District {
		return true
	}
	return slices.ContainsFunc(depots.Stands(l), func(d id.ID) bool { return actor.May(access.PlanView, d) })
}

// InForce gives the plan stock is held against on a day: the newest approved
// version whose days hold it, a season's before the year's. For a day gone by a
// version that was replaced since counts too. found is false without one.
func (s *Service) InForce(ctx context.Context, actor access.Actor, on string) (p plan.Plan, found bool, err error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return p, false, err
	}
	all, err := s.store.Read().Plans(ctx)
	if err != nil {
		return p, false, err
	}
	p, found = plan.InForce(all, on, s.Today().First)
	return p, found, nil
}

// Choices are what a line's form offers.
type Choices struct {
	Targets []string
	Depots  []place.Depot // open ones, in the district's order
}

// Choices lists what lines may name.
func (s *Service) Choices(ctx context.Context, actor access.Actor) (Choices, error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return Choices{}, err
	}
	c := s.store.Read()
	f, err := frameOf(ctx, c)
	if err != nil {
		return Choices{}, err
	}
	var targets []string
	for _, t := range f.goods.Targets() {
		targets = append(targets, f.goods.Typed(t))
	}
	open := slices.DeleteFunc(slices.Clone(f.depots.List()), func(d place.Depot) bool { return d.Closed })
	return Choices{targets, open}, nil
}
