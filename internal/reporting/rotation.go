package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/sheet"
)

// rotationMonths is how far a plan of rotation looks: a budget's year.
const rotationMonths = 12

// useWidth holds a suggestion on one line.
const useWidth = 18.0

// The columns of a plan of rotation whose sums are given.
const rotationAmount = 10

// rotation lays out what expires within a year, depot by depot, with what it
// had best be used for before.
func (s *Service) rotation(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	list, err := s.plans.Rotation(ctx, actor, rotationMonths)
	if err != nil {
		return nil, err
	}
	if q.depot.ID != 0 {
		list = slices.DeleteFunc(list, func(r planning.Rotating) bool { return r.DepotID != q.depot.ID })
	}
	if q.category.ID != 0 {
		list = slices.DeleteFunc(list, func(r planning.Rotating) bool { return r.Category != q.category.Name })
	}
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "十二个月内没有到期的物资，不需要轮换。")
	}
	depots, err := s.store.Read().Depots(ctx)
	if err != nil {
		return nil, err
	}
	rank := make(map[id.ID]int, len(depots))
	for i, d := range depots {
		rank[d.ID] = i
	}
	slices.SortStableFunc(list, func(a, b planning.Rotating) int { return cmp.Compare(rank[a.DepotID], rank[b.DepotID]) })
	q.about = q.depot.Name
	doc := sheet.Document{SheetName: "轮换计划", Title: q.depot.Name + "应急物资轮换计划", Left: q.org, Middle: "截止日期：" + q.today.Chinese(), Right: "金额单位：元",
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "储备库"}, {Heading: "类别"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "批号"},
			{Heading: "有效期至", Kind: sheet.DateKind}, {Heading: "数量", Kind: sheet.QuantityKind}, {Heading: "单位"}, {Heading: "单价", Kind: sheet.MoneyKind},
			{Heading: "金额", Kind: sheet.MoneyKind, Total: true}, {Heading: "建议用途", Width: useWidth}, {Heading: "备注"}},
		Signatures: signatures(actor.Name), Landscape: true,
		Notes: []string{fmt.Sprintf("注：列出 %s前到期和已过期的批次；建议用途按剩余时间提出，由计划员核定。", q.today.AddMonths(rotationMonths).Chinese())}}
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = r.Depot
	}
	doc.Columns[1].Width = depotWidth(names...)
	var part, all costs
	for i, r := range list {
		if i > 0 && list[i-1].DepotID != r.DepotID {
			doc.Rows = append(doc.Rows, rotationSum(part, sheet.Subtotal, "小计"))
			part = costs{}
		}
		row, amount := rotationRow(i+1, r)
		part.add(amount)
		all.add(amount)
		doc.Rows = append(doc.Rows, row)
	}
	doc.Rows = append(doc.Rows, rotationSum(part, sheet.Subtotal, "小计"), rotationSum(all, sheet.Total, "合计"))
	if all.unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 个批次没有单价，未计入金额。", all.unpriced))
	}
	return []sheet.Document{doc}, nil
}

func rotationRow(n int, r planning.Rotating) (sheet.Row, *money.Fen) {
	price, cost := sheet.Blank(), sheet.Blank()
	var amount *money.Fen
	if r.Lot.Price != nil {
		total := r.Lot.Price.Times(r.OnHand)
		amount, price, cost = &total, sheet.Money(*r.Lot.Price), sheet.Money(total)
	}
	state := stateWord(r.StockRow)
	if r.Expired {
		state = words("已过期", state)
	}
	return sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(r.Depot), sheet.Text(r.Category), sheet.Text(r.Item), sheet.Text(r.Spec), sheet.Text(r.Lot.No), sheet.Date(r.Lot.Expires),
		sheet.Quantity(r.OnHand), sheet.Text(r.Unit), price, cost, sheet.Text(r.Use), sheet.Text(state)}}, amount
}

func rotationSum(c costs, kind sheet.RowKind, word string) sheet.Row {
	values := make([]sheet.Value, rotationAmount+1)
	values[1], values[rotationAmount] = sheet.Text(fmt.Sprintf("%s（%d 个批次）", word, c.rows)), sheet.Money(c.sum)
	return sheet.Row{Kind: kind, Values: values}
}
