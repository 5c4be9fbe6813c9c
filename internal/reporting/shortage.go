package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/sheet"
)

// unpriced is what stands where nobody knows what goods cost.
const unpriced = "待询价"

// shorts gives the shortages asked for, by depot.
func (s *Service) shorts(ctx context.Context, actor access.Actor, q *query) ([]planning.Shortage, planning.Coverage, error) {
	list, v, found, err := s.plans.Shortages(ctx, actor, planning.CoverageFilter{PlanID: q.plan.ID, On: q.on})
	if err == nil && !found {
		err = noPlan(q)
	}
	list = slices.DeleteFunc(list, func(one planning.Shortage) bool {
		return q.depot.ID != 0 && one.DepotID != q.depot.ID || q.category.ID != 0 && one.Met.Category != q.category.ID
	})
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "没有缺口：各行的可用数量都达到了标准量。")
	}
	if err != nil {
		return nil, v, err
	}
	rank := depotRank(v)
	slices.SortStableFunc(list, func(a, b planning.Shortage) int { return cmp.Compare(rank[a.DepotID], rank[b.DepotID]) })
	return list, v, nil
}

// shortage lays out what is below the standard, with what it would cost.
func (s *Service) shortage(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	list, v, err := s.shorts(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	categories, err := s.store.Read().Categories(ctx)
	if err != nil {
		return nil, err
	}
	doc := q.againstStock(v, "缺口清单", "应急物资储备缺口清单", actor.Name)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "储备库"}, {Heading: "类别"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"},
		{Heading: "最低", Group: "计划量", Kind: sheet.QuantityKind}, {Heading: "标准", Group: "计划量", Kind: sheet.QuantityKind}, {Heading: "可用", Kind: sheet.QuantityKind},
		{Heading: "缺到最低", Group: "缺口", Kind: sheet.QuantityKind}, {Heading: "缺到标准", Group: "缺口", Kind: sheet.QuantityKind},
		{Heading: "参考单价", Kind: sheet.MoneyKind}, {Heading: "估算金额（元）", Kind: sheet.MoneyKind, Total: true}, {Heading: "备注"}}
	names := make([]string, len(list))
	for i, one := range list {
		names[i] = depotWords(v, one.DepotID)
	}
	doc.Columns[1].Width = depotWidth(names...)
	var part, all costs
	for i, one := range list {
		if i > 0 && list[i-1].DepotID != one.DepotID {
			doc.Rows = append(doc.Rows, part.row(sheet.Subtotal, "小计"))
			part = costs{}
		}
		part.add(one.Cost)
		all.add(one.Cost)
		doc.Rows = append(doc.Rows, shortageRow(v, i+1, one, categoryWord(v, categories, one.Line.Target)))
	}
	doc.Rows = append(doc.Rows, part.row(sheet.Subtotal, "小计"), all.row(sheet.Total, "合计"))
	doc.Notes = []string{"注：可用含可计入的协议数量；参考单价为最近一次入库的单价；没有入库单价的，或按类别、等效组计划的，需询价。"}
	if all.unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 行待询价，未计入金额。", all.unpriced))
	}
	doc.Notes = append(doc.Notes, v.Notes...)
	return []sheet.Document{doc}, nil
}

func shortageRow(v planning.Coverage, n int, one planning.Shortage, category string) sheet.Row {
	name, spec := targetWords(v.Goods, one.Line.Target)
	price, cost, remark := sheet.Blank(), sheet.Blank(), unpriced
	if one.Price != nil {
		price, cost, remark = sheet.Money(*one.Price), sheet.Money(*one.Cost), ""
	}
	return sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(depotWords(v, one.DepotID)), sheet.Text(category), sheet.Text(name), sheet.Text(spec), sheet.Text(one.Line.Unit),
		figure(one.Line.Minimum), sheet.Quantity(one.Line.Standard), sheet.Quantity(one.Have()), figure(one.ToMinimum), sheet.Quantity(one.ToStandard), price, cost, sheet.Text(remark)}}
}

// costs adds up what is known of prices.
type costs struct {
	sum            money.Fen
	rows, unpriced int
}

func (c *costs) add(cost *money.Fen) {
	if c.rows++; cost == nil {
		c.unpriced++
		return
	}
	c.sum += *cost
}

// costColumn holds the amounts of a list of shortages.
const costColumn = 12

func (c *costs) row(kind sheet.RowKind, word string) sheet.Row {
	values := make([]sheet.Value, costColumn+2)
	values[1], values[costColumn] = sheet.Text(fmt.Sprintf("%s（%d 行）", word, c.rows)), sheet.Money(c.sum)
	if c.unpriced > 0 {
		values[costColumn+1] = sheet.Text(fmt.Sprintf("%d 行待询价", c.unpriced))
	}
	return sheet.Row{Kind: kind, Values: values}
}
