package reporting

import (
	"context"
	"fmt"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// voucher lays out one posted voucher as its paper.
func (s *Service) voucher(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	which, err := s.voucherID(ctx, actor, q.number)
	if err != nil {
		return nil, err
	}
	v, err := s.inventory.Voucher(ctx, actor, which)
	if err != nil {
		return nil, err
	}
	q.about = v.Heading() + "-" + v.Number
	return []sheet.Document{voucherPaper(v, q.org)}, nil
}

// voucherID finds a voucher the actor may see by its whole number, or takes the
// id that a page gives.
func (s *Service) voucherID(ctx context.Context, actor access.Actor, text string) (id.ID, error) {
	rows, _, err := s.inventory.Vouchers(ctx, actor, inventory.VoucherFilter{Number: text})
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if r.Number == text {
			return r.ID, nil
		}
	}
	if which := id.Parse(text); which != 0 {
		return which, nil
	}
	return 0, errs.New(errs.NotFound, "没有单据「%s」，或您无权查看。请填写完整的单据编号，例如 RK-WC01-%d-000001。", text, s.inventory.Today().Year())
}

// paper lays out a voucher. A reversal shows its figures below zero, as red
// figures on paper do.
type paper struct {
	inventory.VoucherView
	kind   ledger.Type // whose paper it is
	priced bool        // some line has a price
}

func voucherPaper(v inventory.VoucherView, org string) sheet.Document {
	p := paper{VoucherView: v, kind: v.Paper()}
	for _, l := range v.Lines {
		p.priced = p.priced || l.Amount != nil && p.kind != ledger.BinMove
	}
	doc := sheet.Document{SheetName: v.Heading(), Title: "应急物资" + v.Heading(), Left: org, Middle: "日期：" + v.BusinessOn.Chinese(), Right: "编号：" + v.Number,
		More: p.head(), Columns: p.columns(), Signatures: v.Signers(), Landscape: true}
	var sums paperSum
	for i, l := range v.Lines {
		sums.mixed = sums.mixed || l.Item.Unit != v.Lines[0].Item.Unit
		if i > 0 && v.Lines[i-1].Line == l.Line {
			l.Line = 0
		}
		doc.Rows = append(doc.Rows, p.row(l, &sums))
	}
	doc.Rows = append(doc.Rows, p.sum(sums))
	if p.priced && p.kind != ledger.Adjustment {
		doc.Rows = append(doc.Rows, sheet.Row{Kind: sheet.Band, Values: []sheet.Value{sheet.Text(p.capital(sums))}})
	}
	recorded := time.UnixMicro(v.RecordedAt).In(day.Zone()).Format("2006-01-02 15:04")
	doc.Notes = []string{fmt.Sprintf("录入时间 %s    校验码 %s（本单哈希的末 8 位，可与账上核对）", recorded, ledger.Tail(v.Hash))}
	return doc
}

// head is what stands above the lines, beside date and number. The depot whose
// voucher it is stands last: of several places above a table, a reader of
// ledgers takes the nearest for where the goods are.
func (p paper) head() []sheet.Line {
	party, depot := "", "储备库："+p.Depot.Name
	if label := inventory.PartyLabel(p.kind); label != "" {
		party = label + "：" + p.Counterparty
	}
	reason := inventory.ReasonLabel(p.Type) + "：" + p.Reason
	if p.kind == ledger.Transfer {
		return []sheet.Line{{Left: p.ReferenceLine(), Middle: party, Right: reason}, {Left: "备注：" + p.Remark, Middle: "调入库：" + p.ToDepot.Name, Right: "调出" + depot}}
	}
	return []sheet.Line{{Left: p.ReferenceLine(), Middle: party, Right: reason}, {Left: "备注：" + p.Remark, Right: depot}}
}

// quantityHeads are what the quantity of a paper is called: by these words it
// reads back as goods that came in or went out.
func (p paper) quantityHeads() []string {
	switch p.kind {
	case ledger.Receipt, ledger.Opening, ledger.Return:
		return []string{"入库数量"}
	case ledger.Adjustment:
		return []string{"入库数量", "出库数量"}
	case ledger.BinMove:
		return []string{"移库数量"}
	}
	return []string{"出库数量"}
}

func (p paper) columns() []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "编码"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"}, {Heading: "批号"},
		{Heading: "生产日期", Kind: sheet.DateKind}, {Heading: "有效期至", Kind: sheet.DateKind}}
	for _, h := range p.quantityHeads() {
		columns = append(columns, sheet.Column{Heading: h, Kind: sheet.QuantityKind, Total: true})
	}
	if p.priced {
		columns = append(columns, sheet.Column{Heading: "单价", Kind: sheet.MoneyKind}, sheet.Column{Heading: "金额", Kind: sheet.MoneyKind, Total: p.kind != ledger.Adjustment})
	}
	for _, h := range p.binHeads() {
		columns = append(columns, sheet.Column{Heading: h})
	}
	return append(columns, sheet.Column{Heading: "备注"}, sheet.Column{Heading: "日期", Kind: sheet.DateKind}, sheet.Column{Heading: "单据编号", Width: numberWidth})
}

func (p paper) binHeads() []string {
	switch p.kind {
	case ledger.Transfer:
		return []string{"货位", "调入货位"}
	case ledger.BinMove:
		return []string{"货位", "移入货位"}
	}
	return []string{"货位"}
}

// figures gives a line's quantity and amount, below zero on a reversal, and the
// column of quantities they stand in.
func (p paper) figures(l inventory.VoucherLine) (qty quantity.Q, amount *money.Fen, column int) {
	qty, red := l.Qty, p.Type == ledger.Reversal
	if l.Amount != nil {
		fen := *l.Amount
		amount = &fen
	}
	if red {
		qty = -qty
		if amount != nil {
			*amount = -*amount
		}
	}
	if p.kind == ledger.Adjustment && l.In == red {
		column = 1 // it took away, or gives back what had been found
	}
	return qty, amount, column
}

// paperSum adds up a paper's lines.
type paperSum struct {
	qty      [2]quantity.Q
	amount   money.Fen
	mixed    bool // units differ
	unpriced int
}

func (p paper) row(l inventory.VoucherLine, sum *paperSum) sheet.Row {
	ordinal := sheet.Blank() // of further lots of the line above
	if l.Line > 0 {
		ordinal = sheet.Int(int64(l.Line))
	}
	qty, amount, column := p.figures(l)
	sum.qty[column] += qty
	values := []sheet.Value{ordinal, sheet.Text(l.Item.Code), sheet.Text(l.Item.Name), sheet.Text(l.Item.Spec), sheet.Text(l.Item.Unit), sheet.Text(l.Lot.No),
		sheet.Date(l.Lot.Produced), sheet.Date(l.Lot.Expires)}
	for i := range p.quantityHeads() {
		if i == column {
			values = append(values, sheet.Quantity(qty))
		} else {
			values = append(values, sheet.Blank())
		}
	}
	if amount == nil {
		sum.unpriced++
	} else {
		sum.amount += *amount
	}
	values = append(append(values, p.money(l, amount)...), p.bins(l)...)
	return sheet.Row{Values: append(values, sheet.Text(withPacks(l.Remark, l.Packed)), sheet.Date(p.BusinessOn), sheet.Text(p.Number))}
}

func (p paper) money(l inventory.VoucherLine, amount *money.Fen) []sheet.Value {
	switch {
	case !p.priced:
		return nil
	case amount == nil:
		return []sheet.Value{sheet.Blank(), sheet.Blank()}
	}
	return []sheet.Value{sheet.Money(*l.Lot.Price), sheet.Money(*amount)}
}

// bins are the places of a line. A reversal stands under the heads of the
// movement that was.
func (p paper) bins(l inventory.VoucherLine) []sheet.Value {
	from, to := l.Bin, l.ToBin
	if p.Type == ledger.Reversal && to != "" {
		from, to = to, from
	}
	if len(p.binHeads()) == 1 {
		return []sheet.Value{sheet.Text(from)}
	}
	return []sheet.Value{sheet.Text(from), sheet.Text(to)}
}

func (p paper) sum(s paperSum) sheet.Row {
	columns := p.columns()
	values := make([]sheet.Value, len(columns))
	values[0] = sheet.Text("合计")
	at := 0
	for i, c := range columns {
		switch {
		case c.Kind == sheet.QuantityKind && !s.mixed:
			values[i] = sheet.Quantity(s.qty[at])
			at++
		case c.Kind == sheet.MoneyKind && c.Total:
			values[i] = sheet.Money(s.amount)
		}
	}
	return sheet.Row{Kind: sheet.Total, Values: values}
}

// capital writes the sum in words, so that no digit can be added by hand.
func (p paper) capital(s paperSum) string {
	if s.unpriced > 0 {
		return "已登记单价部分金额（大写）：" + s.amount.Capital()
	}
	return "金额（大写）：" + s.amount.Capital()
}
