package reporting

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/money"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// cards lays out the card of an item, a sheet for each depot and year: offices
// open their books anew every January.
func (s *Service) cards(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	books, err := s.inventory.CardBooks(ctx, actor, inventory.CardFilter{ItemID: q.item.ID, DepotID: q.depot.ID, From: q.from, To: q.to})
	if err != nil {
		return nil, err
	}
	q.about = q.item.Name
	var docs []sheet.Document
	for _, b := range books {
		if len(books) > 1 && len(b.Rows) == 0 && b.Opening == 0 {
			continue // a depot that has none of it any more
		}
		docs = append(docs, q.cardYears(b, actor.Name)...)
	}
	if len(docs) == 0 {
		return nil, errs.New(errs.NotFound, "%s在这里没有收发，也没有结存，没有卡片可以导出。", q.item.Name)
	}
	if len(docs) == 1 {
		docs[0].SheetName = "物资卡片"
	}
	return docs, nil
}

// cardYears cuts a card at the years' ends. A card without rows is one sheet.
func (q *query) cardYears(b inventory.CardBook, prepared string) []sheet.Document {
	var docs []sheet.Document
	l := cardLayout{query: q, book: b, balance: b.Opening, worth: b.Worth}
	for start := 0; start < len(b.Rows) || len(docs) == 0; {
		end := start
		for end < len(b.Rows) && b.Rows[end].BusinessOn[:4] == b.Rows[start].BusinessOn[:4] {
			end++
		}
		docs = append(docs, l.year(start, end, prepared))
		start = end
	}
	return docs
}

// cardLayout writes a card year by year; balance and worth are carried along.
type cardLayout struct {
	*query
	book    inventory.CardBook
	balance quantity.Q
	worth   money.Fen
}

func (l *cardLayout) year(start, end int, prepared string) sheet.Document {
	b, it := l.book, l.book.Item
	first, name := l.query.from, b.Depot.Name
	if start < end {
		first = b.Rows[start].BusinessOn
		name += first[:4] + "年"
	}
	doc := sheet.Document{SheetName: name, Title: "物资卡片（明细账）", Left: l.org, Middle: l.yearSpan(first, end == len(b.Rows)), Right: "金额单位：元",
		More: []sheet.Line{{Left: "物资名称：" + it.Name, Middle: "规格型号：" + it.Spec, Right: "计量单位：" + it.Unit},
			{Left: "编码：" + it.Code, Middle: "类别：" + it.Category, Right: "储备库：" + b.Depot.Name}},
		Columns: cardColumns(b.Priced), Signatures: []string{"记账：" + prepared, "保管：", "审核："}, Landscape: true}
	if !b.Priced {
		doc.Right = ""
		doc.Notes = append(doc.Notes, "注：有批次未填单价，未列金额。")
	}
	if b.Inside > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("注：另有库内移库 %d 笔，不改变结存，未列入。", b.Inside))
	}
	doc.Rows = l.rows(start, end, first)
	return doc
}

// yearSpan words the days a sheet speaks of. After the last sheet's rows nothing
// moved, so it reaches as far as was asked.
func (l *cardLayout) yearSpan(first string, last bool) string {
	year := *l.query
	if first == "" {
		return year.span("")
	}
	if from := first[:4] + "-01-01"; year.from < from {
		year.from = from
		if l.query.from == "" && l.balance == 0 && l.book.Rows[0].BusinessOn == first {
			year.from = first
		}
	}
	if to := first[:4] + "-12-31"; !last && (year.to == "" || year.to > to) {
		year.to = to
	}
	return year.span("")
}

func cardColumns(priced bool) []sheet.Column {
	columns := []sheet.Column{{Heading: "日期", Kind: sheet.DateKind}, {Heading: "单据编号", Width: numberWidth}, {Heading: "摘要"}, {Heading: "批号"}}
	for i, group := range []string{"收入", "发出", "结存"} {
		if !priced {
			columns = append(columns, sheet.Column{Heading: group + "数量", Kind: sheet.QuantityKind, Total: i < 2})
			continue
		}
		columns = append(columns, sheet.Column{Group: group, Heading: "数量", Kind: sheet.QuantityKind, Total: i < 2},
			sheet.Column{Group: group, Heading: "金额", Kind: sheet.MoneyKind, Total: i < 2})
	}
	return append(columns, sheet.Column{Heading: "经办人"}, sheet.Column{Heading: "备注"})
}

// rows writes what the sheet begins with, its movements, and after each month
// the month's sums and those of the year so far.
func (l *cardLayout) rows(start, end int, first string) []sheet.Row {
	rows := l.carried(start, first)
	var month, year flow
	for i := start; i < end; i++ {
		r := l.book.Rows[i]
		l.balance = r.Balance
		amount := new(money.Fen)
		if l.book.Priced {
			a := l.book.Amounts[i]
			*amount, l.worth = a.In+a.Out, a.Balance
		}
		rows = append(rows, l.row(r, *amount))
		month.add("", r.Qty, amount)
		year.add("", r.Qty, amount)
		if i+1 == end || l.book.Rows[i+1].BusinessOn[:7] != r.BusinessOn[:7] {
			rows = append(rows, l.sum(sheet.Subtotal, "本月合计", month), l.sum(sheet.Total, l.soFar(r.BusinessOn), year))
			month = flow{}
		}
	}
	return rows
}

// soFar names the running sums: of the year, where the sheet has all of it.
func (l *cardLayout) soFar(on string) string {
	if l.query.from > on[:4]+"-01-01" {
		return "本期累计"
	}
	return "本年累计"
}

// carried is the row a sheet begins with: the balance from before. Within one
// workbook a later year goes on from the sheet before (承前页); it is counted
// once when the workbook is read.
func (l *cardLayout) carried(start int, first string) []sheet.Row {
	label, from := "期初结存", l.query.from
	switch {
	case start > 0:
		label, from = "承前页", first[:4]+"-01-01"
	case l.balance == 0:
		return nil
	case from == "" || from[5:] == "01-01":
		label = "上年结转"
	}
	in := l.figures(sheet.Blank(), sheet.Blank(), sheet.Blank(), sheet.Blank())
	values := append([]sheet.Value{sheet.Date(isoDay(from)), sheet.Blank(), sheet.Text(label), sheet.Blank()}, in...)
	return []sheet.Row{{Kind: sheet.Stated, Values: values}}
}

func (l *cardLayout) row(r inventory.CardRow, amount money.Fen) sheet.Row {
	var figures []sheet.Value
	if r.Qty < 0 {
		figures = l.figures(sheet.Blank(), sheet.Blank(), sheet.Quantity(r.Out), sheet.Money(amount))
	} else {
		figures = l.figures(sheet.Quantity(r.In), sheet.Money(amount), sheet.Blank(), sheet.Blank())
	}
	text := words(movementWord(r.Type, r.ReversesType), reasonWord(r.Type, r.Reason), otherDepot(r.Depot, r.FromDepot, r.ToDepot, r.Qty), r.Counterparty)
	values := append([]sheet.Value{sheet.Date(isoDay(r.BusinessOn)), sheet.Text(r.Number), sheet.Text(text), sheet.Text(r.LotNo)}, figures...)
	return sheet.Row{Values: append(values, sheet.Text(r.ActorName), sheet.Text(r.Remark))}
}

// figures are the cells of 收入, 发出 and 结存; without prices only quantities.
func (l *cardLayout) figures(in, inAmount, out, outAmount sheet.Value) []sheet.Value {
	if !l.book.Priced {
		return []sheet.Value{in, out, sheet.Quantity(l.balance)}
	}
	return []sheet.Value{in, inAmount, out, outAmount, sheet.Quantity(l.balance), sheet.Money(l.worth)}
}

func (l *cardLayout) sum(kind sheet.RowKind, label string, f flow) sheet.Row {
	in, inFen, out, outFen := sheet.Blank(), sheet.Blank(), sheet.Blank(), sheet.Blank()
	if f.in != 0 || f.inFen != 0 {
		in, inFen = sheet.Quantity(f.in), sheet.Money(f.inFen)
	}
	if f.out != 0 || f.outFen != 0 {
		out, outFen = sheet.Quantity(f.out), sheet.Money(f.outFen)
	}
	figures := l.figures(in, inFen, out, outFen)
	return sheet.Row{Kind: kind, Values: append([]sheet.Value{sheet.Text(label), sheet.Blank(), sheet.Blank(), sheet.Blank()}, figures...)}
}
