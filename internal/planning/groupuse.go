package planning

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// checkGroupUse refuses a change that would hurt what stands on the group:
// lines of plans and standards count in its unit, and goods it takes in must
// not be counted by another line or standard already.
func checkGroupUse(ctx context.Context, c *store.Conn, f *frame, old, g plan.Group) error {
	if old.ID == 0 {
		return nil // nothing names it yet
	}
	lines, err := c.BasisLines(ctx)
	if err != nil {
		return err
	}
	standards, err := c.Standards(ctx)
	if err != nil {
		return err
	}
	var check errs.Check
	if g.Retired && !old.Retired {
		refuseUsed(&check, "retired", "停用", g.ID, lines, standards)
	}
	if catalog.Key(g.Unit) != catalog.Key(old.Unit) {
		refuseUsed(&check, "unit", "改单位", g.ID, lines, standards)
	}
	if !g.Retired && check.OK() {
		after, err := f.with(ctx, c, g)
		if err != nil {
			return err
		}
		refuseTwice(&check, f, after, g.ID, lines)
		refuseSameNeed(&check, after, g.ID, standards)
	}
	if check.OK() {
		return nil
	}
	return &errs.Error{Kind: errs.Conflict, Message: check.Fields()[0].Message, Fields: check.Fields()}
}

// refuseUsed names the first plan, or else standard, that uses the group.
func refuseUsed(c *errs.Check, field, what string, group id.ID, lines []store.BasisLine, standards []plan.Standard) {
	uses := plan.Target{Kind: plan.OfGroup, ID: group}
	for _, l := range lines {
		if l.Target == uses {
			c.Add(field, "计划「%s」（%s）第 %d 行用着这个等效组，不能%s。请先改计划，或等它不再执行。", l.PlanName, l.PlanStatus.Name(), l.No, what)
			return
		}
	}
	for _, st := range standards {
		if st.Target == uses && !st.Retired {
			c.Add(field, "保障标准「%s」用着这个等效组，不能%s。请先修改或停用那条标准。", st.Name, what)
			return
		}
	}
}

// with gives the goods as they would be with a group changed.
func (f *frame) with(ctx context.Context, c *store.Conn, g plan.Group) (*plan.Goods, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	groups := f.goods.Groups()
	for i := range groups {
		if groups[i].ID == g.ID {
			groups[i] = g
		}
	}
	return plan.NewGoods(items, f.categories, groups), nil
}

// refuseTwice refuses members that another line of the same plan counts
// already; what clashed before is the plan's own matter.
func refuseTwice(c *errs.Check, f *frame, after *plan.Goods, group id.ID, lines []store.BasisLine) {
	uses := plan.Target{Kind: plan.OfGroup, ID: group}
	for len(lines) > 0 {
		n := slices.IndexFunc(lines, func(l store.BasisLine) bool { return l.PlanID != lines[0].PlanID })
		if n < 0 {
			n = len(lines)
		}
		var of []plan.Line
		for _, l := range lines[:n] {
			of = append(of, l.Line)
		}
		before := map[string]bool{}
		pair := func(k plan.Clash) string { return fmt.Sprint(k.A.No, "/", k.B.No) }
		for _, k := range plan.Clashes(of, f.goods, f.depots) {
			before[pair(k)] = true
		}
		for _, k := range plan.Clashes(of, after, f.depots) {
			if (k.A.Target == uses || k.B.Target == uses) && !before[pair(k)] {
				it, _ := after.Item(k.ItemID)
				c.Add("members", "「%s」在计划「%s」里另有一行，加入这个组后同一份库存会在第 %d 行和第 %d 行算两次。请先改计划，或不加入它。",
					it.Label(), lines[0].PlanName, k.A.No, k.B.No)
				return
			}
		}
		lines = lines[n:]
	}
}

func refuseSameNeed(c *errs.Check, after *plan.Goods, group id.ID, standards []plan.Standard) {
	uses := plan.Target{Kind: plan.OfGroup, ID: group}
	for _, a := range standards {
		if a.Target != uses {
			continue
		}
		for _, b := range standards {
			if item, both := after.SameNeed(a, b); both && a.ID != b.ID {
				it, _ := after.Item(item)
				c.Add("members", "「%s」已按保障标准「%s」计算，加入这个组后会同时算进「%s」。请先停用其中一条标准，或不加入它。", it.Label(), b.Name, a.Name)
				return
			}
		}
	}
}
