package planning

import (
	"context"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// PlanCalled finds a version by its id or its year: of a year the approved one
// of the whole year, else the newest to be seen. "" is the one in force today.
func (s *Service) PlanCalled(ctx context.Context, actor access.Actor, text string) (plan.Plan, error) {
	if text = strings.TrimSpace(text); text == "" {
		p, found, err := s.InForce(ctx, actor, s.Today().First)
		if err == nil && !found {
			err = errs.New(errs.NotFound, "现在没有生效的储备计划。请填写计划年度，或先由领导批准一份计划。")
		}
		return p, err
	}
	if _, err := scope(actor, access.PlanView); err != nil {
		return plan.Plan{}, err
	}
	year, err := strconv.Atoi(strings.TrimSuffix(text, "年"))
	if err != nil || year > s.Today().Year()+yearsAhead {
		return planFor(ctx, s.store.Read(), actor, id.Parse(text))
	}
	all, err := s.Plans(ctx, actor)
	if err != nil {
		return plan.Plan{}, err
	}
	var seen []plan.Plan
	for _, p := range all {
		if p.Year == year {
			seen = append(seen, p.Plan)
		}
	}
	p := predecessor(seen, year, plan.WholeYear)
	if p.ID == 0 {
		return p, errs.New(errs.NotFound, "没有 %d 年的储备计划，或您无权查看。请从计划列表中选择。", year)
	}
	return p, nil
}

// Shortage is a target below its standard. Price is the newest of one unit of
// the line, nil = nobody knows it: a category's or a group's never is.
type Shortage struct {
	Shown
	ToMinimum, ToStandard quantity.Q
	Price, Cost           *money.Fen // Cost is of what the standard lacks
}

// Shortages lists the targets of a plan below their standard, in the order of
// the plan, with what they would cost at the newest prices paid. found is false
// where no plan is in force.
func (s *Service) Shortages(ctx context.Context, actor access.Actor, f CoverageFilter) (list []Shortage, of Coverage, found bool, err error) {
	of, found, err = s.Coverage(ctx, actor, f)
	if err != nil || !found {
		return nil, of, found, err
	}
	var items []id.ID
	for _, m := range of.Met {
		if m.Short() == 0 {
			continue
		}
		list = append(list, Shortage{Shown: of.shown(m), ToMinimum: max(0, m.Line.Minimum-m.Have()), ToStandard: m.Short()})
		if m.Line.Target.Kind == plan.OfItem {
			items = append(items, m.Line.Target.ID)
		}
	}
	prices, err := s.store.Read().LastPrices(ctx, items)
	if err != nil {
		return nil, of, found, err
	}
	for i := range list {
		list[i].price(of.Goods, prices)
	}
	return list, of, found, nil
}

func (s *Shortage) price(goods *plan.Goods, prices map[id.ID]money.Fen) {
	fen, known := prices[s.Line.Target.ID]
	it, _ := goods.Item(s.Line.Target.ID)
	if s.Line.Target.Kind != plan.OfItem || !known {
		return
	}
	if pack, packed := it.PackOf(s.Line.Unit); packed && catalog.Key(s.Line.Unit) != catalog.Key(it.Unit) {
		fen = fen.Times(pack.Factor)
	}
	cost := fen.Times(s.ToStandard)
	s.Price, s.Cost = &fen, &cost
}
