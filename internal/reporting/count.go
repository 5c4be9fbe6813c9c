package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/polite"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// counts lays out a count sheet for each depot: in the order a person walks,
// by bin, the counted column left for the pen.
func (s *Service) counts(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	rows, err := s.stockRows(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	byDepot, order := map[id.ID][]store.StockRow{}, []id.ID{}
	for _, r := range rows {
		if byDepot[r.DepotID] == nil {
			order = append(order, r.DepotID)
		}
		byDepot[r.DepotID] = append(byDepot[r.DepotID], r)
	}
	slices.SortStableFunc(order, func(a, b id.ID) int { return cmp.Compare(byDepot[a][0].DepotCode, byDepot[b][0].DepotCode) })
	if q.category.ID != 0 {
		q.about = q.category.Name
	}
	if q.blind {
		q.about = words(q.about, "盲盘")
	}
	var docs []sheet.Document
	for _, depot := range order {
		docs = append(docs, q.countSheet(byDepot[depot], actor.Name))
	}
	if len(docs) == 0 {
		return nil, errs.New(errs.NotFound, "这里没有库存，没有可以盘点的物资。")
	}
	return docs, nil
}

// stockRows gives what stands at the depots: what is on the road or out in use
// is in their books and on no shelf to be counted.
func (s *Service) stockRows(ctx context.Context, actor access.Actor, q *query) (rows []store.StockRow, err error) {
	err = polite.Run(func() error {
		rows, _, err = s.inventory.StockByLot(ctx, actor, q.stock(), inventory.AllRows)
		return err
	})
	return slices.DeleteFunc(rows, func(r store.StockRow) bool { return r.Kind != place.Bin && r.Kind != place.Quarantine }), err
}

// The columns of a count sheet that its formulas speak of.
const (
	bookColumn = iota + 9
	countedColumn
	gainColumn
	lossColumn
)

func countColumns(blind bool) []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "货位"}, {Heading: "编码"}, {Heading: "物资名称"}, {Heading: "规格型号"},
		{Heading: "单位"}, {Heading: "批号"}, {Heading: "生产日期", Kind: sheet.DateKind}, {Heading: "有效期至", Kind: sheet.DateKind}}
	if blind {
		columns = append(columns, sheet.Column{Heading: "实盘数量", Kind: sheet.QuantityKind, Width: countWidth})
	} else {
		columns = append(columns, sheet.Column{Heading: "账面数量", Kind: sheet.QuantityKind, Total: true},
			sheet.Column{Heading: "实盘数量", Kind: sheet.QuantityKind, Total: true, Width: countWidth},
			sheet.Column{Heading: "盘盈数量", Kind: sheet.QuantityKind, Total: true}, sheet.Column{Heading: "盘亏数量", Kind: sheet.QuantityKind, Total: true},
			sheet.Column{Heading: "差异原因", Width: reasonWidth})
	}
	return append(columns, sheet.Column{Heading: "备注"})
}

// Room for the pen, in characters.
const (
	countWidth  = 12.0
	reasonWidth = 16.0
)

func (q *query) countSheet(rows []store.StockRow, prepared string) sheet.Document {
	slices.SortStableFunc(rows, func(a, b store.StockRow) int { return cmp.Compare(a.Bin, b.Bin) })
	doc := sheet.Document{SheetName: rows[0].Depot, Title: "应急物资盘点表", Left: q.org, Middle: "盘点日期：" + q.today.Chinese(),
		Right: "盘点仓库：" + rows[0].Depot, Columns: countColumns(q.blind), Signatures: []string{"制表：" + prepared, "盘点人：", "监盘人：", "保管员：", "审核："}, Landscape: true}
	if q.blind {
		doc.Title += "（盲盘）"
	}
	book := quantity.Q(0)
	mixed := false
	for i, r := range rows {
		doc.Rows = append(doc.Rows, q.countRow(i+1, r))
		book, mixed = book+r.OnHand, mixed || r.Unit != rows[0].Unit
	}
	doc.Notes = []string{"注：账面数量截至 " + q.today.Chinese() + "制表时；实盘数量填写清点的数字，确实没有的填 0。"}
	if q.blind {
		doc.Notes = []string{fmt.Sprintf("注：盲盘不列账面数量，共 %d 行；实盘数量填写清点的数字，确实没有的填 0。", len(rows))}
	} else if !mixed {
		doc.Rows = append(doc.Rows, countSum(book))
	}
	return doc
}

func (q *query) countRow(n int, r store.StockRow) sheet.Row {
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Text(r.Bin), sheet.Text(r.ItemCode), sheet.Text(r.Item), sheet.Text(r.Spec), sheet.Text(r.Unit),
		sheet.Text(r.Lot.No), sheet.Date(r.Lot.Produced), sheet.Date(r.Lot.Expires)}
	if !q.blind {
		values = append(values, sheet.Quantity(r.OnHand))
	}
	values = append(values, sheet.Blank()) // for the pen
	if !q.blind {
		values = append(values, sheet.Computed(difference(countedColumn, bookColumn), sheet.Quantity(0)),
			sheet.Computed(difference(bookColumn, countedColumn), sheet.Quantity(0)), sheet.Blank())
	}
	return sheet.Row{Values: append(values, sheet.Text(stateWord(r)))}
}

// difference is what one column has more than another, once something is
// counted.
func difference(more, less int) string {
	return fmt.Sprintf(`IF({%d}="",0,MAX({%d}-{%d},0))`, countedColumn, more, less)
}

// countSum adds up where all goods have one unit.
func countSum(book quantity.Q) sheet.Row {
	values := make([]sheet.Value, lossColumn+1)
	values[3] = sheet.Text("合计")
	values[bookColumn] = sheet.Quantity(book)
	for _, col := range []int{gainColumn, lossColumn} {
		values[col] = sheet.Quantity(0)
	}
	return sheet.Row{Kind: sheet.Total, Values: values}
}

// stateWord says why goods that are there may not leave.
func stateWord(r store.StockRow) string {
	var held, waits string
	if r.Lot.Held {
		held = "冻结"
	}
	if r.Kind == place.Quarantine {
		waits = "待检"
	}
	return words(held, waits)
}
