package dispatching

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Needs computes the lines of a request for so many people and days by the
// supply standards of a disaster, with what the depot has that counts. Lines of
// targets that are categories are left out: nothing can be sent of them.
func (s *Service) Needs(ctx context.Context, actor access.Actor, depot id.ID, kind string, people, days int64) ([]order.NeedLine, error) {
	if !actor.May(access.DispatchView, depot) || depot == 0 {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	if people < 1 || people > 10_000_000 || days < 1 || days > 365 {
		return nil, errs.New(errs.Invalid, "请填写人数（1 到一千万）和天数（1 到 365），再按标准测算。")
	}
	c := s.store.Read()
	goods, err := goodsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	standards, err := c.Standards(ctx)
	if err != nil {
		return nil, err
	}
	stock, err := s.usable(ctx, c, store.Scope{Depots: []id.ID{depot}})
	if err != nil {
		return nil, err
	}
	var list []order.NeedLine
	for _, st := range standards {
		if st.Retired || !st.For(kind) || st.Target.Kind == plan.OfCategory {
			continue
		}
		times := people
		if st.Daily {
			times *= days
		}
		if st.Per > quantity.Max/quantity.Q(times) {
			return nil, errs.New(errs.Invalid, "「%s」按 %d 人 %d 天算出的数量太大，请核对人数和天数。", st.Name, people, days)
		}
		l := order.NeedLine{No: len(list) + 1, Target: string(st.Target.Kind), TargetID: st.Target.ID, Unit: st.Unit, Needed: whole(st.Per*quantity.Q(times), goods.Decimals(st.Target)),
			Basis: fmt.Sprintf("%s：每人%s %s%s", st.Name, perDay(st.Daily), st.Per, st.Unit)}
		l.InStock = counted(goods, st.Target, st.Unit, stock[depot])
		l.Asked = l.Lacking()
		list = append(list, l)
	}
	return list, nil
}

func perDay(daily bool) string {
	if daily {
		return "每天"
	}
	return ""
}

// whole rounds a need up to what its unit can be counted in.
func whole(q quantity.Q, decimals int) quantity.Q {
	step := quantity.One
	for range decimals {
		step /= 10
	}
	return (q + step - 1) / step * step
}

// counted adds up what counts toward a target.
func counted(goods *plan.Goods, t plan.Target, unit string, at map[id.ID]plan.Amounts) quantity.Q {
	var sum quantity.Q
	for _, x := range goods.Counting(t, unit) {
		sum += x.Ratio.Down(at[x.ItemID].Usable())
	}
	return sum
}

// usable reads what may be sent today: what a plan would count, and what
// expires soon, which is best used first.
func (s *Service) usable(ctx context.Context, c *store.Conn, sc store.Scope) (plan.Stock, error) {
	stock := plan.Stock{}
	err := c.PlanStock(ctx, store.PlanStockFilter{Scope: sc, OnDay: dayOf(s.Now().UnixMicro()).First}, func(r store.PlanStock) {
		stock.Add(r.DepotID, r.ItemID, r.Why, r.Qty, r.Allocated)
	})
	return stock, err
}

// amountOf gives what reads quantities of a target: the item, or for a group
// something with its unit.
func amountOf(goods *plan.Goods, t plan.Target) (catalog.Item, bool) {
	if t.Kind == plan.OfGroup {
		g, known := goods.Group(t.ID)
		return catalog.Item{Name: g.Name, Unit: g.Unit, Decimals: goods.Decimals(t)}, known
	}
	return goods.Item(t.ID)
}

func goodsOf(ctx context.Context, c *store.Conn) (*plan.Goods, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := c.ItemGroups(ctx)
	return plan.NewGoods(items, categories, groups), err
}
