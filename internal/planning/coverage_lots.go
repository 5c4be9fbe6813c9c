package planning

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

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
func (s *Service) Lots(ctx context.Context, actor access.Actor, f LotFilter) (rows []LotRow, v Coverage, of Shown, err error) {
	v, found, err := s.Coverage(ctx, actor, f.CoverageFilter)
	if err != nil {
		return nil, v, of, err
	}
	at := slices.IndexFunc(v.Met, func(m plan.Met) bool { return m.Line.ID == f.LineID && m.DepotID == f.DepotID })
	if !found || at < 0 {
		return nil, v, of, errs.New(errs.NotFound, "计划里没有这一行，或您无权查看。请回到储备对照重新选择。")
	}
	of = v.shown(v.Met[at])
	if v.Moment == Past {
		return nil, v, of, nil
	}
	rows, err = s.lots(ctx, v, v.Met[at], f)
	return rows, v, of, err
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
		depots = v.Depots.Stands(m.Line)
	}
	depots = slices.DeleteFunc(depots, func(d id.ID) bool { return !v.Depots.Holds(&m.Line, d) })
	if len(depots) == 0 {
		return nil, nil
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
