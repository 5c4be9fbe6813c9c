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
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// boardItems is how many goods stand side by side on a sheet: what A4 lying
// shows without a glass.
const boardItems = 12

// board lays out what every depot has, goods as columns: a category a sheet, or
// several where it has many goods.
func (s *Service) board(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	rows, err := s.stockRows(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	depots, err := s.depots(ctx, actor)
	if err != nil {
		return nil, err
	}
	q.about = q.category.Name
	b := newBoard(rows, depots)
	if len(b.goods) == 0 {
		return nil, errs.New(errs.NotFound, "还没有库存，没有储备情况可以统计。")
	}
	var docs []sheet.Document
	for _, part := range b.parts() {
		docs = append(docs, q.boardSheet(b, part, actor.Name))
	}
	return docs, nil
}

// stocked is what a depot has of an item.
type stocked struct {
	qty      quantity.Q
	amount   money.Fen
	unpriced bool
}

type boardKey struct{ depot, item id.ID }

type board struct {
	goods  []store.StockRow // one row of each item, by category and code
	depots []place.Depot
	at     map[boardKey]stocked
}

func newBoard(rows []store.StockRow, depots []place.Depot) *board {
	b := &board{at: map[boardKey]stocked{}}
	known, used := map[id.ID]bool{}, map[id.ID]bool{}
	for _, r := range rows {
		k := boardKey{r.DepotID, r.Lot.ItemID}
		at := b.at[k]
		at.qty += r.OnHand
		if r.Lot.Price == nil {
			at.unpriced = true
		} else {
			at.amount += r.Lot.Price.Times(r.OnHand)
		}
		b.at[k], used[r.DepotID] = at, true
		if !known[r.Lot.ItemID] {
			known[r.Lot.ItemID] = true
			b.goods = append(b.goods, r)
		}
	}
	first := map[string]int{} // categories in the order their items come
	for i, g := range b.goods {
		if _, ok := first[g.Category]; !ok {
			first[g.Category] = i
		}
	}
	slices.SortStableFunc(b.goods, func(x, y store.StockRow) int { return cmp.Compare(first[x.Category], first[y.Category]) })
	for _, d := range depots {
		if used[d.ID] || !d.Closed && d.Tier != place.Village { // a street without anything is worth knowing
			b.depots = append(b.depots, d)
		}
	}
	return b
}

// parts cuts the goods into sheets: all on one where they fit, else each
// category by itself, a large one evenly over several.
func (b *board) parts() [][]store.StockRow {
	if len(b.goods) <= boardItems {
		return [][]store.StockRow{b.goods}
	}
	var parts [][]store.StockRow
	for start := 0; start < len(b.goods); {
		end := start
		for end < len(b.goods) && b.goods[end].Category == b.goods[start].Category {
			end++
		}
		sheets := (end - start + boardItems - 1) / boardItems
		parts = slices.AppendSeq(parts, slices.Chunk(b.goods[start:end], (end-start+sheets-1)/sheets))
		start = end
	}
	return parts
}

// label is an item with its unit below it, as the heading of its column: 棉帐篷
// 12㎡（顶）.
func label(r store.StockRow) string { return words(r.Item, r.Spec) + "\n（" + r.Unit + "）" }

func (q *query) boardSheet(b *board, goods []store.StockRow, prepared string) sheet.Document {
	name, kind := "储备情况", ""
	if len(goods) < len(b.goods) {
		name, kind = goods[0].Category, "（"+goods[0].Category+"）"
	}
	doc := sheet.Document{SheetName: name, Title: "应急物资储备情况统计表" + kind, Left: q.org, Middle: "截止日期：" + q.today.Chinese(), Right: "金额单位：元",
		Signatures: signatures(prepared), Landscape: true}
	l := boardLayout{board: b, goods: goods, one: !slices.ContainsFunc(goods, func(g store.StockRow) bool { return g.Unit != goods[0].Unit })}
	doc.Columns = l.columns()
	for i, d := range b.depots {
		doc.Rows = append(doc.Rows, l.row(i+1, d))
	}
	doc.Rows = append(doc.Rows, l.total())
	if l.unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：%d 格有批次未填单价，未计入金额。", l.unpriced))
	}
	return doc
}

// boardLayout writes one sheet. one says that all its goods have one unit, so
// that a row has a sum; amounts always have.
type boardLayout struct {
	*board
	goods    []store.StockRow
	one      bool
	unpriced int
	sums     []quantity.Q
	amount   money.Fen
}

// firstGoods is the index of the first item's column.
const firstGoods = 2

func (l *boardLayout) columns() []sheet.Column {
	columns := []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "乡镇（街道）"}}
	for _, g := range l.goods {
		columns = append(columns, sheet.Column{Heading: label(g), Kind: sheet.QuantityKind, Total: true})
	}
	if l.one {
		columns = append(columns, sheet.Column{Heading: "合计", Kind: sheet.QuantityKind, Total: true})
	}
	return append(columns, sheet.Column{Heading: "金额合计（元）", Kind: sheet.MoneyKind, Total: true})
}

func (l *boardLayout) row(n int, d place.Depot) sheet.Row {
	values := []sheet.Value{sheet.Int(int64(n)), sheet.Text(d.Name)}
	if l.sums == nil {
		l.sums = make([]quantity.Q, len(l.goods))
	}
	var all quantity.Q
	var amount money.Fen
	for i, g := range l.goods {
		at := l.at[boardKey{d.ID, g.Lot.ItemID}]
		v := sheet.Blank()
		if at.qty != 0 {
			v = sheet.Quantity(at.qty)
		}
		if at.unpriced {
			l.unpriced++
		}
		values = append(values, v)
		l.sums[i], all, amount = l.sums[i]+at.qty, all+at.qty, amount+at.amount
	}
	if l.one {
		values = append(values, sheet.Computed(fmt.Sprintf("SUM({%d}:{%d})", firstGoods, firstGoods+len(l.goods)-1), sheet.Quantity(all)))
	}
	l.amount += amount
	if amount == 0 {
		return sheet.Row{Values: append(values, sheet.Blank())}
	}
	return sheet.Row{Values: append(values, sheet.Money(amount))}
}

func (l *boardLayout) total() sheet.Row {
	values := []sheet.Value{sheet.Text("合计"), sheet.Blank()}
	var all quantity.Q
	for _, q := range l.sums {
		values, all = append(values, sheet.Quantity(q)), all+q
	}
	if l.one {
		values = append(values, sheet.Quantity(all))
	}
	return sheet.Row{Kind: sheet.Total, Values: append(values, sheet.Money(l.amount))}
}
