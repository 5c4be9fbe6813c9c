package reporting

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/planning"
	"changbei/internal/sheet"
)

// useWidth holds a suggestion on one line.
const useWidth = 18.0

// The columns of a plan of rotation whose sums are given.
const rotationAmount = 10

// rotation lays out what expires soon, depot by depot, with what it had best be
// used for before, and the sums a budget is made from on a sheet of their own.
func (s *Service) rotation(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	p, err := s.plans.Rotation(ctx, actor, planning.RotationFilter{Months: q.within, DepotID: q.depot.ID, CategoryID: q.category.ID})
	if err != nil {
		return nil, err
	}
	if len(p.Lots) == 0 {
		return nil, errs.New(errs.NotFound, "%d 个月内没有到期的物资，不需要轮换。", p.Months)
	}
	q.about = q.depot.Name
	doc := q.rotationPaper("轮换计划", "应急物资轮换计划", actor.Name)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "储备库"}, {Heading: "类别"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "批号"},
		{Heading: "有效期至", Kind: sheet.DateKind}, {Heading: "数量", Kind: sheet.QuantityKind}, {Heading: "单位"}, {Heading: "单价", Kind: sheet.MoneyKind},
		{Heading: "金额", Kind: sheet.MoneyKind, Total: true}, {Heading: "建议用途", Width: useWidth}, {Heading: "备注"}}
	doc.Notes = []string{fmt.Sprintf("注：列出 %s前到期和已过期的批次；建议用途按剩余时间提出，由计划员核定。", p.Until.Chinese())}
	names := make([]string, len(p.Depots))
	n := 0
	for i, d := range p.Depots {
		names[i] = d.Label
		for range d.Lots {
			doc.Rows = append(doc.Rows, rotationRow(n+1, p.Lots[n]))
			n++
		}
		doc.Rows = append(doc.Rows, rotationSum(d, sheet.Subtotal, "小计"))
	}
	doc.Columns[1].Width = depotWidth(names...)
	doc.Rows = append(doc.Rows, rotationSum(p.Total, sheet.Total, "合计"))
	if p.Total.Unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 个批次没有单价，未计入金额。", p.Total.Unpriced))
	}
	if p.Cut {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：批次太多，只列最早到期的 %d 个；请按储备库分别导出。", len(p.Lots)))
	}
	return []sheet.Document{doc, q.rotationSums(p, actor.Name)}, nil
}

func (q *query) rotationPaper(name, title, prepared string) sheet.Document {
	return sheet.Document{SheetName: name, Title: q.depot.Name + title, Left: q.org, Middle: "截止日期：" + q.today.Chinese(), Right: "金额单位：元",
		Signatures: signatures(prepared), Landscape: true}
}

func rotationRow(n int, r planning.Rotating) sheet.Row {
	price, cost := sheet.Blank(), sheet.Blank()
	if r.Amount != nil {
		price, cost = sheet.Money(*r.Lot.Price), sheet.Money(*r.Amount)
	}
	state := stateWord(r.StockRow)
	if r.Expired {
		state = words("已过期", state)
	}
	return sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(r.Depot), sheet.Text(r.Category), sheet.Text(r.Item), sheet.Text(r.Spec), sheet.Text(r.Lot.No), sheet.Date(r.Lot.Expires),
		sheet.Quantity(r.OnHand), sheet.Text(r.Unit), price, cost, sheet.Text(r.Use), sheet.Text(state)}}
}

func rotationSum(s planning.RotationSum, kind sheet.RowKind, word string) sheet.Row {
	values := make([]sheet.Value, rotationAmount+1)
	values[1], values[rotationAmount] = sheet.Text(fmt.Sprintf("%s（%d 个批次）", word, s.Lots)), sheet.Money(s.Amount)
	return sheet.Row{Kind: kind, Values: values}
}

// piecesWidth holds the quantities of a sum, unit by unit, on two lines.
const piecesWidth = 76.0

// rotationSums adds the lots up by use and by quarter: each group covers all of
// them, so that there is no sum over both.
func (q *query) rotationSums(p planning.RotationPlan, prepared string) sheet.Document {
	doc := q.rotationPaper("轮换汇总", "应急物资轮换汇总表", prepared)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "项目", Width: useWidth}, {Heading: "批次数", Kind: sheet.IntegerKind, Total: true},
		{Heading: "数量", Width: piecesWidth}, {Heading: "金额（元）", Kind: sheet.MoneyKind, Total: true}, {Heading: "没有单价\n的批次", Kind: sheet.IntegerKind, Total: true}}
	for _, part := range []struct {
		title string
		list  []planning.RotationSum
	}{{"按建议用途", p.Uses}, {"按到期季度", p.Quarters}} {
		doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Band, Values: []sheet.Value{sheet.Text(part.title)}})
		for i, one := range part.list {
			doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(one.Label), sheet.Int(int64(one.Lots)), sheet.Text(one.Pieces()),
				sheet.Money(one.Amount), sheet.Int(int64(one.Unpriced))}})
		}
		doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Subtotal, Values: []sheet.Value{sheet.Blank(), sheet.Text("小计"), sheet.Int(int64(p.Total.Lots)), sheet.Blank(),
			sheet.Money(p.Total.Amount), sheet.Int(int64(p.Total.Unpriced))}})
	}
	return doc
}
