package demo

import (
	"context"
	"slices"

	"changbei/internal/directory"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// other is a depot that is not the bureau's own: another department's, and
// goods a firm keeps for the bureau.
type other struct {
	directory.DepotInput
	goods []otherGoods
}

type otherGoods struct {
	name, spec, unit, qty, price string
	planned                      int64 // by this year's second version, 0 = not
}

var others = []other{
	{directory.DepotInput{Code: "XSL", Name: "望城区水利局防汛物资仓库（演示）", Tier: place.District, Custodian: "望城区水利局（演示）", Keeper: "熊辉", Phone: "13900003001",
		Address: "长沙市望城区高塘岭街道（演示地址）", Holder: place.HeldByDepartment},
		[]otherGoods{{"冲锋舟", "", "艘", "5", "26800", 4}, {"编织袋", "", "条", "20000", "1.1", 0}, {"砂石料", "", "立方米", "300", "95", 0}, {"救生衣", "", "件", "120", "66", 100}}},
	{directory.DepotInput{Code: "XDC", Name: "望城恒通仓储代储点（演示）", Tier: place.District, Custodian: "望城恒通仓储有限公司（演示）", Keeper: "岳敏", Phone: "13900003002",
		Address: "长沙市望城区金山桥街道（演示地址）", Holder: place.HeldByFirm},
		[]otherGoods{{"瓶装饮用水", "", "箱", "700", "30", 800}, {"方便食品", "", "箱", "260", "55", 240}, {"棉被", "", "床", "400", "118", 0}}},
}

// elsewhere founds the depots that are not the bureau's own and books what they
// hold.
func (f *filler) elsewhere(ctx context.Context) error {
	if f.Size.Plain || f.Size.Streets > 0 { // a small district has its own depots only
		return nil
	}
	there, err := f.Directory.Depots(ctx, f.planner)
	if err != nil {
		return err
	}
	all, err := f.goods(ctx)
	if err != nil {
		return err
	}
	for n, o := range others {
		at := slices.IndexFunc(there, func(d place.Depot) bool { return d.Code == o.Code })
		var d place.Depot
		if at >= 0 {
			d = there[at]
		} else if d, err = f.Directory.CreateDepot(ctx, f.planner, o.DepotInput); err != nil {
			return err
		}
		draft := inventory.Draft{Type: ledger.Receipt, DepotID: d.ID, BusinessOn: f.today.AddDays(-40 - n).String(), Reason: "本级采购",
			Counterparty: o.Custodian, Remark: "演示数据：由该单位提供", ClientKey: keyOf(o.Code, 1, "post")}
		for _, g := range o.goods {
			it := goodsOf(all, g)
			line := inventory.Line{ItemID: it.ID, Item: it.Label(), Qty: g.qty, Price: g.price, Owner: o.Custodian, LotNo: o.Code + "-" + it.Code,
				Produced: f.today.AddDays(-60).String()}
			if it.months > 0 {
				line.Expires = f.today.AddDays(-60).AddMonths(it.months).String()
			}
			draft.Lines = append(draft.Lines, line)
		}
		if _, err := f.Inventory.PostDraft(ctx, f.mover, draft); err != nil {
			return err
		}
	}
	return nil
}

func goodsOf(all []goods, g otherGoods) goods {
	code := codeOf(all, g.name, g.spec, g.unit)
	return all[slices.IndexFunc(all, func(o goods) bool { return o.Code == code })]
}

// elsewhereLines are the plan's lines for them: they name the depot, since
// nothing else counts what is not the bureau's own.
func (f *filler) elsewhereLines(ctx context.Context, all []goods) ([]plan.Line, error) {
	if f.Size.Plain {
		return nil, nil
	}
	depots, err := f.Directory.Depots(ctx, f.planner)
	if err != nil {
		return nil, err
	}
	var lines []plan.Line
	for _, o := range others {
		at := slices.IndexFunc(depots, func(d place.Depot) bool { return d.Code == o.Code })
		for _, g := range o.goods {
			if at < 0 || g.planned == 0 {
				continue
			}
			it, form := goodsOf(all, g), plan.Physical
			if o.Holder == place.HeldByFirm {
				form = plan.Kept
			}
			lines = append(lines, plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depots[at].ID}, Target: plan.Target{Kind: plan.OfItem, ID: it.ID}, Unit: it.Unit,
				Minimum: quantity.Of(g.planned * 6 / 10), Standard: quantity.Of(g.planned), Forms: []plan.Form{form}, Responsible: o.Custodian, Fund: "按协议（演示）",
				Basis: plan.Basis{Kind: plan.Fixed}, BasisText: "演示值"})
		}
	}
	return lines, nil
}
