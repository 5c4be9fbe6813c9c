package reporting

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// Wanted is goods to be bought: of one unit, Price nil = nobody knows it. For
// says what they are for.
type Wanted struct {
	Item, Spec, Unit string
	Qty              quantity.Q
	Price            *money.Fen
	For              string
}

// purchase lays out an application to buy. Of today's plan it is what is still
// missing after transfers and call-ups, as the proposals have it; of another
// day or plan, or for one who sees some depots only, it is all that is short.
func (s *Service) purchase(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	if err := actor.Require(access.PlanView, 0); err != nil { // what others could spare is the district's to see
		return nil, err
	}
	today, err := s.ofToday(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	if today {
		return s.proposedPurchase(ctx, actor, q)
	}
	list, v, err := s.shorts(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	if q.about = q.depot.Name; v.On != q.today.First {
		q.about = words(q.about, v.On)
	}
	doc := q.application(wanted(v, list), "补足"+planning.Label(v.Plan)+"的缺口", actor.Name)
	doc.Notes = append(doc.Notes, "注：申请数量为缺口全部，没有扣除可以调拨或调用协议补上的部分。")
	return []sheet.Document{doc}, nil
}

// ofToday reports that today's plan is asked for by one who may see proposals.
func (s *Service) ofToday(ctx context.Context, actor access.Actor, q *query) (bool, error) {
	if q.on != q.today.First || !actor.May(access.PlanView, 0) {
		return false, nil
	}
	if q.plan.ID == 0 {
		return true, nil
	}
	p, found, err := s.plans.InForce(ctx, actor, q.on)
	return found && p.ID == q.plan.ID, err
}

func (s *Service) proposedPurchase(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	p, err := s.plans.Propose(ctx, actor)
	if err != nil {
		return nil, err
	}
	if !p.Found {
		return nil, noPlan(q)
	}
	list := q.proposed(p.Purchases)
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "不需要采购：没有缺口，或缺口都可以由调拨和调用协议补上，请看调拨建议表。")
	}
	q.about = q.depot.Name
	doc := q.application(list, "补足"+planning.Label(p.Plan)+"的缺口", actor.Name)
	doc.Notes = append(doc.Notes, "注：申请数量已扣除可以调拨和调用协议补上的部分，这些见调拨建议表。")
	return []sheet.Document{doc}, nil
}

// proposed takes what of some purchases is for the depot and category asked for.
func (q *query) proposed(list []planning.Purchase) []Wanted {
	var all []Wanted
	for _, p := range list {
		if q.category.ID != 0 && p.CategoryID != q.category.ID {
			continue
		}
		w := Wanted{Item: p.Label, Unit: p.Unit, Price: p.Price}
		if p.Item.ID != 0 {
			w.Item, w.Spec = p.Item.Name, p.Item.Spec
		}
		shares := slices.DeleteFunc(slices.Clone(p.Shares), func(one planning.PurchaseShare) bool { return q.depot.ID != 0 && one.Depot.ID != q.depot.ID })
		for _, one := range shares {
			w.Qty += one.Qty
			w.For = one.For()
		}
		if len(shares) > 1 {
			w.For = fmt.Sprintf("补足 %d 个库", len(shares))
		}
		if len(shares) > 0 {
			all = append(all, w)
		}
	}
	return all
}

// wanted adds shortages up by goods and unit, in the order they first come.
func wanted(v planning.Coverage, list []planning.Shortage) []Wanted {
	type key struct {
		kind plan.TargetKind
		of   id.ID
		unit string
	}
	at := map[key]int{}
	depots := map[key]int{}
	var all []Wanted
	for _, one := range list {
		k := key{one.Line.Target.Kind, one.Line.Target.ID, one.Line.Unit}
		i, seen := at[k]
		if !seen {
			name, spec := targetWords(v.Goods, one.Line.Target)
			i = len(all)
			at[k] = i
			all = append(all, Wanted{Item: name, Spec: spec, Unit: one.Line.Unit, Price: one.Price})
		}
		all[i].Qty += one.ToStandard
		depots[k]++
		all[i].For = depotWords(v, one.DepotID)
		if depots[k] > 1 {
			all[i].For = fmt.Sprintf("补足 %d 个库", depots[k])
		}
	}
	return all
}

// application lays out 采购申请 for a list of goods, whoever made the list.
func (q *query) application(list []Wanted, purpose, prepared string) sheet.Document {
	doc := sheet.Document{SheetName: "采购申请", Title: "应急物资采购申请表", Left: q.org, Middle: "申请日期：" + q.today.Chinese(), Right: "金额单位：元",
		More: []sheet.Line{{Left: "申请单位：" + q.office}, {Left: "用途：" + purpose}}, Landscape: true,
		Signatures: []string{"申请人：" + prepared, "部门负责人：", "财务审核：", "分管领导："},
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"}, {Heading: "申请数量", Kind: sheet.QuantityKind},
			{Heading: "单价", Kind: sheet.MoneyKind}, {Heading: "金额（元）", Kind: sheet.MoneyKind, Total: true}, {Heading: "用途"}, {Heading: "备注"}}}
	const amount = 6
	var sum costs
	for i, one := range list {
		price, cost, remark := sheet.Blank(), sheet.Blank(), unpriced
		var fen *money.Fen
		if one.Price != nil {
			total := one.Price.Times(one.Qty)
			fen, price, cost, remark = &total, sheet.Money(*one.Price), sheet.Money(total), ""
		}
		sum.add(fen)
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(one.Item), sheet.Text(one.Spec), sheet.Text(one.Unit), sheet.Quantity(one.Qty), price, cost,
			sheet.Text(one.For), sheet.Text(remark)}})
	}
	total := make([]sheet.Value, amount+1)
	total[1], total[amount] = sheet.Text("合计"), sheet.Money(sum.sum)
	doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Total, Values: total},
		sheet.Row{Kind: sheet.Band, Values: []sheet.Value{sheet.Text("合计金额（大写）：" + sum.sum.Capital())}})
	doc.Notes = []string{"注：单价为最近一次入库的单价，仅供预算参考，以询价或招标结果为准。"}
	if sum.unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 种待询价，未计入合计金额。", sum.unpriced))
	}
	return doc
}
