package reporting

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/money"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// journalColumns are the columns of a journal. Of one depot, it is named above
// the table.
func journalColumns(oneDepot bool) []sheet.Column {
	columns := slices.Clone(allJournalColumns)
	if oneDepot {
		columns = slices.Delete(columns, journalDepot, journalDepot+1)
	}
	return columns
}

// Where a journal's figures begin, and its column of depots.
const (
	journalFigures = 12
	journalDepot   = 17
)

var allJournalColumns = []sheet.Column{
	{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "日期", Kind: sheet.DateKind}, {Heading: "单据编号", Width: numberWidth}, {Heading: "业务类型"}, {Heading: "用途"},
	{Heading: "编码"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"}, {Heading: "批号"},
	{Heading: "生产日期", Kind: sheet.DateKind}, {Heading: "有效期至", Kind: sheet.DateKind},
	{Group: "入库", Heading: "数量", Kind: sheet.QuantityKind, Total: true}, {Group: "入库", Heading: "金额", Kind: sheet.MoneyKind, Total: true},
	{Group: "出库", Heading: "数量", Kind: sheet.QuantityKind, Total: true}, {Group: "出库", Heading: "金额", Kind: sheet.MoneyKind, Total: true},
	{Heading: "单价", Kind: sheet.MoneyKind}, {Heading: "储备库"}, {Heading: "货位"}, {Heading: "往来单位"},
	{Heading: "经办人"}, {Heading: "备注"},
}

// journal lays out the movements of a span of days, a line of a voucher a row;
// with sums after each month where there are several.
func (s *Service) journal(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	lines, err := s.inventory.Journal(ctx, actor, inventory.JournalFilter{DepotID: q.depot.ID, Type: q.typ, From: q.from, To: q.to, Number: q.number})
	if err != nil {
		return nil, err
	}
	first := ""
	if len(lines) > 0 {
		first = lines[0].BusinessOn
	}
	q.about = string(q.month)
	doc := sheet.Document{SheetName: "出入库流水", Title: q.depot.Name + "应急物资出入库流水账", Left: q.org, Middle: q.span(first), Right: "金额单位：元",
		Columns: journalColumns(q.depot.ID != 0), Signatures: signatures(actor.Name), Landscape: true}
	if q.typ != "" {
		doc.Right = "单据类型：" + q.typ.Name() + "    " + doc.Right
	}
	if q.depot.ID != 0 {
		doc.More = []sheet.Line{{Left: "储备库：" + q.depot.Name}}
	}
	var unpriced int
	doc.Rows, unpriced = journalRows(lines, q.depot.ID != 0)
	if unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 行未填单价，金额留空，未计入合计。", unpriced))
	}
	doc.Notes = append(doc.Notes, "注：库内移库不改变结存，未列入；红冲按反方向列示，业务类型写“更正”。")
	return []sheet.Document{doc}, nil
}

func journalRows(lines []store.JournalLine, oneDepot bool) (rows []sheet.Row, unpriced int) {
	var month, all flow
	months := len(lines) > 0 && lines[0].BusinessOn[:7] != lines[len(lines)-1].BusinessOn[:7]
	for i, l := range lines {
		var amount *money.Fen
		if l.Lot.Price != nil {
			fen := l.Lot.Price.Times(max(l.Qty, -l.Qty))
			amount = &fen
		}
		rows = append(rows, journalRow(i+1, l, amount, oneDepot))
		month.add(l.Unit, l.Qty, amount)
		all.add(l.Unit, l.Qty, amount)
		if months && (i+1 == len(lines) || lines[i+1].BusinessOn[:7] != l.BusinessOn[:7]) {
			rows = append(rows, journalSum(sheet.Subtotal, "本月合计", month))
			month = flow{}
		}
	}
	if len(lines) > 0 {
		rows = append(rows, journalSum(sheet.Total, "合计", all))
	}
	return rows, all.unpriced
}

func journalRow(n int, l store.JournalLine, amount *money.Fen, oneDepot bool) sheet.Row {
	fen, price := sheet.Blank(), sheet.Blank()
	if amount != nil {
		fen, price = sheet.Money(*amount), sheet.Money(*l.Lot.Price)
	}
	flows := []sheet.Value{sheet.Quantity(l.Qty), fen, sheet.Blank(), sheet.Blank()}
	if l.Qty < 0 {
		flows = []sheet.Value{sheet.Blank(), sheet.Blank(), sheet.Quantity(-l.Qty), fen}
	}
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Date(isoDay(l.BusinessOn)), sheet.Text(l.Number), sheet.Text(movementWord(l.Type, l.ReversesType)),
		sheet.Text(reasonWord(l.Type, l.Reason)), sheet.Text(l.ItemCode), sheet.Text(l.Item), sheet.Text(l.Spec), sheet.Text(l.Unit), sheet.Text(l.Lot.No),
		sheet.Date(l.Lot.Produced), sheet.Date(l.Lot.Expires)}
	values = append(append(values, flows...), price, sheet.Text(l.Depot), sheet.Text(l.Bin), sheet.Text(words(otherDepot(l.Depot, l.FromDepot, l.ToDepot, l.Qty), l.Counterparty)),
		sheet.Text(l.ActorName), sheet.Text(withPacks(l.Remark, l.Packed)))
	if oneDepot {
		values = slices.Delete(values, journalDepot, journalDepot+1)
	}
	return sheet.Row{Values: values}
}

// journalSum is a row of sums under both directions.
func journalSum(kind sheet.RowKind, label string, f flow) sheet.Row {
	values := make([]sheet.Value, journalFigures+4)
	values[0] = sheet.Text(label)
	in := journalFigures
	values[in], values[in+2] = f.quantities()
	values[in+1], values[in+3] = sheet.Money(f.inFen), sheet.Money(f.outFen)
	return sheet.Row{Kind: kind, Values: values}
}

// withPacks keeps beside the remark what was typed in packs.
func withPacks(remark, packed string) string {
	if packed == "" {
		return remark
	}
	return words(remark, "按包装："+packed)
}
