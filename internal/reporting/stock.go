// Package reporting makes the tables an office hands in: from use cases to
// laid-out workbooks. It may import the use cases it reports on and sheet; it
// knows no HTTP and no SQL.
package reporting

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/polite"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// OrgSetting names the setting that holds the bureau's name (编制单位).
const OrgSetting = "org.name"

// Service makes reports.
type Service struct {
	store     *store.Store
	inventory *inventory.Service
	plans     *planning.Service
	turn      chan struct{} // one report at a time: each holds all its rows
}

// New makes the service.
func New(st *store.Store, inv *inventory.Service) *Service {
	return &Service{store: st, inventory: inv, plans: planning.New(st), turn: make(chan struct{}, 1)}
}

// wait takes the turn; the answer gives it back.
func (s *Service) wait(ctx context.Context) (func(), error) {
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// stockColumns are the columns of the stock ledger. Their headings are words
// the reader of ledgers knows, so that an export reads back as it is.
var stockColumns = []sheet.Column{
	{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "储备库"}, {Heading: "编码"}, {Heading: "物资类别"}, {Heading: "物资名称"},
	{Heading: "规格型号"}, {Heading: "单位"}, {Heading: "批号"}, {Heading: "生产日期", Kind: sheet.DateKind},
	{Heading: "有效期至", Kind: sheet.DateKind}, {Heading: "入库日期", Kind: sheet.DateKind}, {Heading: "数量", Kind: sheet.QuantityKind, Total: true},
	{Heading: "单价", Kind: sheet.MoneyKind}, {Heading: "金额", Kind: sheet.MoneyKind, Total: true}, {Heading: "来源"}, {Heading: "产权单位"}, {Heading: "货位"}, {Heading: "备注"},
}

// The columns whose sums are given.
const (
	labelColumn    = 4
	quantityColumn = 11
	amountColumn   = 13
)

// StockLedger writes the stock the actor may see, narrowed by a filter, as a
// workbook in office layout: 小计 by category, 合计 at the end. Quantities are
// only summed where a category has one unit; amounts always.
func (s *Service) StockLedger(ctx context.Context, actor access.Actor, f inventory.StockFilter, w io.Writer) error {
	done, err := s.wait(ctx)
	if err != nil {
		return err
	}
	defer done()
	var rows []store.StockRow
	if err := polite.Run(func() error {
		rows, _, err = s.inventory.StockByLot(ctx, actor, f, inventory.AllRows)
		return err
	}); err != nil {
		return err
	}
	if err := s.record(ctx, actor, len(rows)); err != nil {
		return err
	}
	org, err := s.store.Read().Setting(ctx, OrgSetting)
	if err != nil {
		return err
	}
	title := "应急物资储备台账"
	if depot := onlyDepot(rows, f.DepotID); depot != "" {
		title = depot + title
	}
	doc := sheet.Document{SheetName: "库存台账", Title: title, Left: "编制单位：" + cmp.Or(org, "（未设置）"),
		Middle: "截止日期：" + s.inventory.Today().Chinese(), Right: fmt.Sprintf("共 %d 行", len(rows)), Columns: stockColumns, Rows: stockRows(rows),
		Signatures: []string{"制表人：" + actor.Name, "审核人：", "日期："}, Landscape: true}
	return polite.Run(func() error { return sheet.Write(w, doc) })
}

// record writes who took the figures out of the house, before they leave.
func (s *Service) record(ctx context.Context, actor access.Actor, rows int) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.Audit(ctx, 0, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "stock.export", Object: "库存台账",
			Result: "ok", Detail: fmt.Sprintf("%d 行", rows), IP: actor.IP, RequestID: actor.RequestID})
	})
}

func onlyDepot(rows []store.StockRow, chosen id.ID) string {
	if chosen == 0 || len(rows) == 0 {
		return ""
	}
	return rows[0].Depot
}

// sum adds up what may be added.
type sum struct {
	unit   string
	mixed  bool
	qty    quantity.Q
	amount money.Fen
	rows   int
}

func (s *sum) add(r store.StockRow) {
	if s.rows > 0 && s.unit != r.Unit {
		s.mixed = true
	}
	s.unit, s.rows = r.Unit, s.rows+1
	s.qty += r.OnHand
	if r.Lot.Price != nil {
		s.amount += r.Lot.Price.Times(r.OnHand)
	}
}

func (s *sum) row(kind sheet.RowKind, label string) sheet.Row {
	values := make([]sheet.Value, len(stockColumns))
	for i := range values {
		values[i] = sheet.Blank()
	}
	values[labelColumn] = sheet.Text(label)
	if !s.mixed {
		values[quantityColumn] = sheet.Quantity(s.qty)
	}
	values[amountColumn] = sheet.Money(s.amount)
	return sheet.Row{Kind: kind, Values: values}
}

func stockRows(rows []store.StockRow) []sheet.Row {
	var out []sheet.Row
	var total, part sum
	category := ""
	for i, r := range rows {
		if i > 0 && r.Category != category {
			out = append(out, part.row(sheet.Subtotal, "小计"))
			part = sum{}
		}
		category = r.Category
		part.add(r)
		total.add(r)
		out = append(out, stockRow(i+1, r))
	}
	if len(rows) > 0 {
		out = append(out, part.row(sheet.Subtotal, "小计"), total.row(sheet.Total, "合计"))
	}
	return out
}

func stockRow(n int, r store.StockRow) sheet.Row {
	price, amount := sheet.Blank(), sheet.Blank()
	if r.Lot.Price != nil {
		price, amount = sheet.Money(*r.Lot.Price), sheet.Money(r.Lot.Price.Times(r.OnHand))
	}
	return sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(r.Depot), sheet.Text(r.ItemCode), sheet.Text(r.Category), sheet.Text(r.Item),
		sheet.Text(r.Spec), sheet.Text(r.Unit), sheet.Text(r.Lot.No), sheet.Date(r.Lot.Produced), sheet.Date(r.Lot.Expires), sheet.Date(r.Lot.Received),
		sheet.Quantity(r.OnHand), price, amount, sheet.Text(string(r.Lot.Source)), sheet.Text(r.Lot.Owner), sheet.Text(r.Bin), sheet.Text(stateWord(r))}}
}
