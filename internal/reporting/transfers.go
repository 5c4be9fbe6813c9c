package reporting

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/sheet"
)

// transfers lays out what to do about shortages before anything is bought: what
// depots can spare for each other, and what agreements promise.
func (s *Service) transfers(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	p, err := s.plans.Propose(ctx, actor)
	if err != nil {
		return nil, err
	}
	if q.on = q.today.First; !p.Found {
		return nil, noPlan(q)
	}
	q.about = q.depot.Name
	var docs []sheet.Document
	if list := q.transfersOf(p); len(list) > 0 {
		docs = append(docs, q.transferSheet(p, list, actor.Name))
	}
	if list := q.callUpsOf(p); len(list) > 0 {
		docs = append(docs, q.callUpSheet(p, list, actor.Name))
	}
	if len(docs) == 0 {
		return nil, errs.New(errs.NotFound, "没有可以建议的调拨或协议调用：没有缺口，或没有别的库和协议补得上，请看采购申请。")
	}
	return docs, nil
}

// transfersOf keeps what goes out of or into the depot asked for.
func (q *query) transfersOf(p planning.Proposals) []planning.TransferProposal {
	var list []planning.TransferProposal
	for _, t := range p.Transfers {
		if q.depot.ID != 0 && t.From.ID != q.depot.ID && t.To.ID != q.depot.ID {
			continue
		}
		t.Lines = slices.DeleteFunc(slices.Clone(t.Lines), func(l planning.TransferLine) bool { return q.category.ID != 0 && l.Item.CategoryID != q.category.ID })
		if len(t.Lines) > 0 {
			list = append(list, t)
		}
	}
	return list
}

func (q *query) callUpsOf(p planning.Proposals) []planning.CallUpProposal {
	var list []planning.CallUpProposal
	for _, u := range p.CallUps {
		u.Lines = slices.DeleteFunc(slices.Clone(u.Lines), func(l planning.CallUpLine) bool {
			return q.category.ID != 0 && l.Item.CategoryID != q.category.ID || q.depot.ID != 0 && l.To.ID != q.depot.ID
		})
		if len(u.Lines) > 0 {
			list = append(list, u)
		}
	}
	return list
}

// proposal begins a paper of proposals.
func (q *query) proposal(p planning.Proposals, name, title, right, prepared string) sheet.Document {
	return sheet.Document{SheetName: name, Title: q.depot.Name + title, Left: q.org, Middle: "截止日期：" + q.today.Chinese(), Right: right,
		More: []sheet.Line{{Left: "依据：" + planning.Label(p.Plan)}}, Signatures: signatures(prepared), Landscape: true}
}

func (q *query) transferSheet(p planning.Proposals, list []planning.TransferProposal, prepared string) sheet.Document {
	doc := q.proposal(p, "调拨建议", "应急物资调拨建议表", "计量单位：见各行", prepared)
	var from, to []string
	for _, t := range list {
		from, to = append(from, t.From.Name), append(to, t.To.Name)
	}
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "调出库", Width: depotWidth(from...)}, {Heading: "调入库", Width: depotWidth(to...)},
		{Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "批号"}, {Heading: "有效期至", Kind: sheet.DateKind}, {Heading: "货位"}, {Heading: "单位"},
		{Heading: "数量", Kind: sheet.QuantityKind}, {Heading: "路程\n（分钟）", Kind: sheet.IntegerKind}, {Heading: "备注", Width: remarkWidth}}
	n := 0
	for i, t := range list {
		doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Band, Values: []sheet.Value{sheet.Text(fmt.Sprintf("第 %d 张　%s → %s　%s，%d 行", i+1, t.From.Name, t.To.Name, roadWords(t.Minutes, t.Known), len(t.Lines)))}})
		minutes := sheet.Blank()
		if t.Known {
			minutes = sheet.Int(int64(t.Minutes))
		}
		for _, l := range t.Lines {
			n++
			doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(t.From.Name), sheet.Text(t.To.Name), sheet.Text(l.Item.Name), sheet.Text(l.Item.Spec),
				sheet.Text(l.Lot.No), sheet.Date(l.Lot.Expires), sheet.Text(l.Bin), sheet.Text(l.Item.Unit), sheet.Quantity(l.Qty), minutes}})
		}
	}
	doc.Notes = []string{"注：只动超出调出库自己标准量的可用库存，先近后远，先到期先调；这是建议，没有记账，由调出库的保管员按调拨单办理。"}
	return doc
}

// roadWords says how far it is.
func roadWords(minutes int, known bool) string {
	if !known {
		return "路程未知"
	}
	return fmt.Sprintf("约 %d 分钟", minutes)
}

func (q *query) callUpSheet(p planning.Proposals, list []planning.CallUpProposal, prepared string) sheet.Document {
	doc := q.proposal(p, "协议调用建议", "应急物资协议调用建议表", "金额单位：元", prepared)
	doc.Columns = []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "单位（协议方）"}, {Heading: "协议编号"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"},
		{Heading: "数量", Kind: sheet.QuantityKind}, {Heading: "单价", Kind: sheet.MoneyKind}, {Heading: "金额", Kind: sheet.MoneyKind, Total: true}, {Heading: "给谁"}, {Heading: "备注", Width: remarkWidth}}
	n, priceless := 0, 0
	var sum money.Fen
	for _, u := range list {
		doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Band, Values: []sheet.Value{sheet.Text(callUpWords(u))}})
		for _, l := range u.Lines {
			n++
			price, amount, remark, to := sheet.Blank(), sheet.Blank(), unpriced, "全区合计"
			if l.Price != nil {
				cost := l.Price.Times(l.Qty)
				sum += cost
				price, amount, remark = sheet.Money(*l.Price), sheet.Money(cost), ""
			} else {
				priceless++
			}
			if l.To.ID != 0 {
				to = l.To.Name
			}
			doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(u.Deal.Firm), sheet.Text(u.Deal.Number), sheet.Text(l.Item.Name), sheet.Text(l.Item.Spec),
				sheet.Text(l.Item.Unit), sheet.Quantity(l.Qty), price, amount, sheet.Text(to), sheet.Text(remark)}})
		}
	}
	const amount = 8
	total := make([]sheet.Value, amount+1)
	total[1], total[amount] = sheet.Text("合计"), sheet.Money(sum)
	doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Total, Values: total})
	doc.Notes = []string{"注：列出计划没有计入的协议、产能和社会储备数量；调用到货后由收货的库办理入库。"}
	if priceless > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 行协议没有写单价，未计入金额。", priceless))
	}
	return doc
}

// callUpWords is whom to call, and how soon the goods come.
func callUpWords(u planning.CallUpProposal) string {
	text := fmt.Sprintf("%s　%s　%s　%d 小时内送达　联系人：%s %s", u.Deal.Firm, u.Deal.Form.Name(), u.Deal.Number, u.Deal.LeadHours, u.Deal.Contact, u.Deal.Phone)
	if u.Stale {
		text += "（近期没有电话核实，先核实再调用）"
	}
	return text
}
