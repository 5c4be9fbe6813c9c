package inventory

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// SummaryFilter asks for the 收发存 of a month; zero fields mean "any".
type SummaryFilter struct {
	Month      ledger.Month
	DepotID    id.ID
	CategoryID id.ID
	ByDepot    bool // a row per depot and item, else per item
}

// Summary is the stock summary (收发存汇总) of a month.
type Summary struct {
	Month ledger.Month
	Rows  []SummaryRow
	Open  []place.Depot // where the month is not closed: figures may still change
	Of    int           // depots it covers
}

// SummaryRow is an item's month. Depot is set only in a summary by depot.
type SummaryRow struct {
	Depot                              place.Depot
	Item                               catalog.Item
	Opening, Received, Issued, Closing quantity.Q
	Amounts                            *Amounts // nil when some lot has no price
}

// Amounts are the figures of a row in money.
type Amounts struct{ Opening, Received, Issued, Closing money.Fen }

// Summary gives the month's opening stock, what was received and issued, and
// its closing stock, over the actor's depots. Closed months come from their
// kept figures; others are computed from the last closed month and the entries
// since.
func (s *Service) Summary(ctx context.Context, actor access.Actor, f SummaryFilter) (Summary, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return Summary{}, err
	}
	if f.DepotID != 0 && !actor.May(access.StockView, f.DepotID) {
		return Summary{}, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	today := ledger.MonthOf(s.Today())
	switch {
	case f.Month < ledger.EarliestMonth:
		return Summary{}, errs.New(errs.Invalid, "%s太早，请核对年份。", f.Month.Chinese())
	case f.Month > today:
		return Summary{}, errs.New(errs.Invalid, "%s还没有到，最晚看到%s。", f.Month.Chinese(), today.Chinese())
	}
	out := Summary{Month: f.Month}
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		known, err := s.catalogue.at(ctx, c)
		if err != nil {
			return err
		}
		return out.read(ctx, c, actor, sc, f, known.names.byID)
	})
	return out, err
}

func (out *Summary) read(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, f SummaryFilter, items map[id.ID]catalog.Item) error {
	all, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	depots := slices.DeleteFunc(all, func(d place.Depot) bool {
		return !actor.May(access.StockView, d.ID) || f.DepotID != 0 && d.ID != f.DepotID
	})
	closedOn, err := c.ClosedDays(ctx, sc)
	if err != nil {
		return err
	}
	bases, err := c.PeriodBases(ctx, sc, f.Month)
	if err != nil {
		return err
	}
	groups := map[ledger.Month][]id.ID{} // depots by the month their figures stand on
	for _, d := range depots {
		groups[bases[d.ID]] = append(groups[bases[d.ID]], d.ID)
		if ledger.ClosedMonth(closedOn[d.ID]) < f.Month {
			out.Open = append(out.Open, d)
		}
	}
	out.Of = len(depots)
	sums, err := monthSums(ctx, c, f, groups)
	if err != nil {
		return err
	}
	out.fill(sums, items, depots)
	return nil
}

// monthSums reads the figures of each group of depots and adds them up per
// item, or per depot and item.
func monthSums(ctx context.Context, c *store.Conn, f SummaryFilter, groups map[ledger.Month][]id.ID) (map[[2]id.ID]store.PeriodSum, error) {
	sums := map[[2]id.ID]store.PeriodSum{}
	for base, depots := range groups {
		pf := store.PeriodFilter{Month: f.Month, Depots: depots, CategoryID: f.CategoryID, ByDepot: f.ByDepot}
		var rows []store.PeriodSum
		var err error
		if base == f.Month {
			rows, err = c.PeriodSums(ctx, pf)
		} else {
			rows, err = c.PeriodOpenSums(ctx, pf, base)
		}
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			k := [2]id.ID{r.DepotID, r.ItemID}
			sums[k] = plus(sums[k], r)
		}
	}
	return sums, nil
}

func plus(a, b store.PeriodSum) store.PeriodSum {
	b.Opening, b.Received, b.Issued, b.Closing = b.Opening+a.Opening, b.Received+a.Received, b.Issued+a.Issued, b.Closing+a.Closing
	b.OpeningValue, b.ReceivedValue = b.OpeningValue+a.OpeningValue, b.ReceivedValue+a.ReceivedValue
	b.IssuedValue, b.ClosingValue = b.IssuedValue+a.IssuedValue, b.ClosingValue+a.ClosingValue
	b.Unpriced += a.Unpriced
	return b
}

// fill makes the rows, by depot in the district's order and by item code.
func (out *Summary) fill(sums map[[2]id.ID]store.PeriodSum, items map[id.ID]catalog.Item, depots []place.Depot) {
	order := map[id.ID]int{}
	for i, d := range depots {
		order[d.ID] = i
	}
	for k, sum := range sums {
		if sum.Opening == 0 && sum.Received == 0 && sum.Issued == 0 && sum.Closing == 0 {
			continue
		}
		row := SummaryRow{Item: items[k[1]], Opening: sum.Opening, Received: sum.Received, Issued: sum.Issued, Closing: sum.Closing}
		if k[0] != 0 {
			row.Depot = depots[order[k[0]]]
		}
		if sum.Unpriced == 0 {
			row.Amounts = amounts(sum)
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortFunc(out.Rows, func(a, b SummaryRow) int {
		return cmp.Or(cmp.Compare(order[a.Depot.ID], order[b.Depot.ID]), cmp.Compare(a.Item.Code, b.Item.Code))
	})
}

// amounts rounds each value to whole fen once. What is left over of the
// rounding goes to what moved, so that a row adds up and opens with what the
// month before closed with.
func amounts(s store.PeriodSum) *Amounts {
	a := &Amounts{Opening: whole(s.OpeningValue), Received: whole(s.ReceivedValue), Issued: whole(s.IssuedValue), Closing: whole(s.ClosingValue)}
	if s.IssuedValue != 0 {
		a.Issued = a.Opening + a.Received - a.Closing
	} else {
		a.Received = a.Closing - a.Opening
	}
	return a
}

// whole rounds thousandths of a fen, half away from zero.
func whole(value int64) money.Fen { return money.Fen(1).Times(quantity.Q(value)) }
