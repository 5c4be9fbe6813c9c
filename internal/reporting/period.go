package reporting

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/polite"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// The four figures of a 收发存, each as quantity and amount under one heading.
var summaryGroups = []string{"期初结存", "本期收入", "本期发出", "期末结存"}

func summaryColumns(byDepot bool) []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}}
	if byDepot {
		columns = append(columns, sheet.Column{Heading: "储备库"})
	}
	columns = append(columns, sheet.Column{Heading: "编码"}, sheet.Column{Heading: "物资类别"}, sheet.Column{Heading: "物资名称"},
		sheet.Column{Heading: "规格型号"}, sheet.Column{Heading: "单位"})
	for _, g := range summaryGroups {
		columns = append(columns, sheet.Column{Group: g, Heading: "数量", Kind: sheet.QuantityKind, Total: true},
			sheet.Column{Group: g, Heading: "金额", Kind: sheet.MoneyKind, Total: true})
	}
	return columns
}

// StockSummary writes the 收发存汇总表 of a month as a workbook in office
// layout: 小计 by category (by depot where the rows are), 合计 at the end.
// Quantities are only summed within one unit.
func (s *Service) StockSummary(ctx context.Context, actor access.Actor, f inventory.SummaryFilter, w io.Writer) error {
	done, err := s.wait(ctx)
	if err != nil {
		return err
	}
	defer done()
	sum, err := s.inventory.Summary(ctx, actor, f)
	if err != nil {
		return err
	}
	if err := s.recordSummary(ctx, actor, f, len(sum.Rows)); err != nil {
		return err
	}
	c := s.store.Read()
	org, err := c.Setting(ctx, OrgSetting)
	if err != nil {
		return err
	}
	title := "应急物资收发存汇总表"
	var where []sheet.Line
	if f.DepotID != 0 {
		depot, err := c.Depot(ctx, f.DepotID)
		if err != nil {
			return err
		}
		title, where = depot.Name+title, []sheet.Line{{Left: "储备库：" + depot.Name}}
	}
	doc := sheet.Document{SheetName: "收发存汇总表", Title: title, Left: "编制单位：" + cmp.Or(org, "（未设置）"), Middle: SummaryPeriod(sum),
		Right: "金额单位：元", More: where, Columns: summaryColumns(f.ByDepot), Rows: summaryRows(sum, f.ByDepot), Notes: SummaryNotes(sum),
		Signatures: []string{"制表人：" + actor.Name, "审核人：", "日期："}, Landscape: true}
	return polite.Run(func() error { return sheet.Write(w, doc) })
}

func (s *Service) recordSummary(ctx context.Context, actor access.Actor, f inventory.SummaryFilter, rows int) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.Audit(ctx, 0, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "summary.export", Object: "收发存汇总表",
			Result: "ok", Detail: fmt.Sprintf("%s %d 行", f.Month, rows), IP: actor.IP, RequestID: actor.RequestID})
	})
}

// SummaryPeriod words the month of a summary and whether its figures stand.
func SummaryPeriod(sum inventory.Summary) string {
	if len(sum.Open) > 0 {
		return sum.Month.Chinese() + "（未月结）"
	}
	return sum.Month.Chinese()
}

// shownOpen bounds how many depots a note names.
const shownOpen = 5

// SummaryNotes says what a reader of the figures has to know: where they may
// still change, and which amounts are missing.
func SummaryNotes(sum inventory.Summary) []string {
	var notes []string
	if n := len(sum.Open); n > 0 {
		var names []string
		for _, d := range sum.Open[:min(n, shownOpen)] {
			names = append(names, d.Name)
		}
		text := strings.Join(names, "、")
		if n > shownOpen {
			text += fmt.Sprintf("等 %d 个储备库", n)
		}
		if n == sum.Of && n > 1 {
			text = fmt.Sprintf("全部 %d 个储备库", n)
		}
		notes = append(notes, text+"本月未月结，数字会随补记变化。")
	}
	blank := 0
	for _, r := range sum.Rows {
		if r.Amounts == nil {
			blank++
		}
	}
	if blank > 0 {
		notes = append(notes, fmt.Sprintf("%d 行有批次未填单价，金额留空，未计入合计。", blank))
	}
	return notes
}

// SummarySum adds up rows of a summary. Mixed says that their units differ, so
// that quantities have no sum; Priced that some row has amounts.
type SummarySum struct {
	Opening, Received, Issued, Closing quantity.Q
	Amounts                            inventory.Amounts
	Mixed, Priced                      bool
	unit                               string
	rows                               int
}

// Add counts a row.
func (s *SummarySum) Add(r inventory.SummaryRow) {
	s.Mixed = s.Mixed || s.rows > 0 && s.unit != r.Item.Unit
	s.unit, s.rows = r.Item.Unit, s.rows+1
	s.Opening, s.Received, s.Issued, s.Closing = s.Opening+r.Opening, s.Received+r.Received, s.Issued+r.Issued, s.Closing+r.Closing
	if r.Amounts != nil {
		s.Priced = true
		a := &s.Amounts
		a.Opening, a.Received, a.Issued, a.Closing = a.Opening+r.Amounts.Opening, a.Received+r.Amounts.Received, a.Issued+r.Amounts.Issued, a.Closing+r.Amounts.Closing
	}
}

func (s SummarySum) row(kind sheet.RowKind, label string, byDepot bool) sheet.Row {
	values := []sheet.Value{sheet.Blank(), sheet.Blank(), sheet.Blank(), sheet.Text(label), sheet.Blank(), sheet.Blank()}
	if byDepot {
		values = append([]sheet.Value{sheet.Blank()}, values...)
	}
	var a *inventory.Amounts
	if s.Priced {
		a = &s.Amounts
	}
	return sheet.Row{Kind: kind, Values: append(values, figures([4]quantity.Q{s.Opening, s.Received, s.Issued, s.Closing}, a, s.Mixed)...)}
}

// figures are the eight cells of a row; quantities of mixed units and unknown
// amounts are blank.
func figures(q [4]quantity.Q, a *inventory.Amounts, mixed bool) []sheet.Value {
	values := make([]sheet.Value, 0, 2*len(q))
	var amounts [4]money.Fen
	if a != nil {
		amounts = [4]money.Fen{a.Opening, a.Received, a.Issued, a.Closing}
	}
	for i := range q {
		qty, amount := sheet.Quantity(q[i]), sheet.Money(amounts[i])
		if mixed {
			qty = sheet.Blank()
		}
		if a == nil {
			amount = sheet.Blank()
		}
		values = append(values, qty, amount)
	}
	return values
}

func summaryRows(sum inventory.Summary, byDepot bool) []sheet.Row {
	var out []sheet.Row
	var total, part SummarySum
	group := func(r inventory.SummaryRow) string {
		if byDepot {
			return r.Depot.Name
		}
		return r.Item.Category
	}
	for i, r := range sum.Rows {
		if i > 0 && group(r) != group(sum.Rows[i-1]) {
			out = append(out, part.row(sheet.Subtotal, "小计", byDepot))
			part = SummarySum{}
		}
		part.Add(r)
		total.Add(r)
		values := []sheet.Value{sheet.Int(int64(i + 1))}
		if byDepot {
			values = append(values, sheet.Text(r.Depot.Name))
		}
		values = append(values, sheet.Text(r.Item.Code), sheet.Text(r.Item.Category), sheet.Text(r.Item.Name), sheet.Text(r.Item.Spec), sheet.Text(r.Item.Unit))
		values = append(values, figures([4]quantity.Q{r.Opening, r.Received, r.Issued, r.Closing}, r.Amounts, false)...)
		out = append(out, sheet.Row{Values: values})
	}
	if len(sum.Rows) > 0 {
		out = append(out, part.row(sheet.Subtotal, "小计", byDepot), total.row(sheet.Total, "合计", byDepot))
	}
	return out
}
