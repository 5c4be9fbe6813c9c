package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var stockCardPage = declare[view.StockCard]("base", "stock/card")

// cardQuery is what the URL asks of a card. wrong holds a sentence for each
// part that could not be meant and was left out.
type cardQuery struct {
	depot    id.ID
	from, to string
	before   inventory.CardPoint
	wrong    []string
}

func readCardQuery(r *http.Request, depots []place.Depot) cardQuery {
	f := form.Query(r)
	q := cardQuery{depot: f.ID("depot")}
	if f.Err() != nil || q.depot != 0 && !slices.ContainsFunc(depots, func(d place.Depot) bool { return d.ID == q.depot }) {
		q.depot = 0
		q.wrong = append(q.wrong, "没有这个储备库，或您无权查看，已列出全部可见储备库。")
	}
	q.from, q.to = q.date("开始日期", f.Text("from")), q.date("结束日期", f.Text("to"))
	if q.from != "" && q.to != "" && q.from > q.to {
		q.from, q.to = q.to, q.from
		q.wrong = append(q.wrong, "开始日期晚于结束日期，已按先后调换。")
	}
	q.readBefore(f.Text("before"))
	return q
}

// date takes an ISO day, as a date field sends it.
func (q *cardQuery) date(label, text string) string {
	if text == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		q.wrong = append(q.wrong, fmt.Sprintf("%s「%s」有误，请填写如 2026-03-05 的日期；已按不限日期列出。", label, clip(text)))
		return ""
	}
	return text
}

// clip bounds what a sentence quotes.
func clip(text string) string {
	const most = 20
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// readBefore takes the point of the oldest row shown: <day>~<sequence>~<id>.
func (q *cardQuery) readBefore(text string) {
	if text == "" {
		return
	}
	parts := strings.Split(text, "~")
	if len(parts) == 3 {
		_, err := time.Parse(time.DateOnly, parts[0])
		seq, seqErr := strconv.ParseInt(parts[1], 10, 64)
		point := inventory.CardPoint{On: parts[0], Seq: seq, ID: id.Parse(parts[2])}
		if errors.Join(err, seqErr) == nil && seq >= 0 && point.ID > 0 && point.On >= q.from && (q.to == "" || point.On <= q.to) {
			q.before = point
			return
		}
	}
	q.wrong = append(q.wrong, "翻页的位置有误，已从最新一页列出。")
}

func (q cardQuery) url(path string) string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"depot", idText(q.depot)}, {"from", q.from}, {"to", q.to}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	if q.before.On != "" {
		v.Set("before", fmt.Sprintf("%s~%d~%d", q.before.On, q.before.Seq, q.before.ID))
	}
	return withQuery(path, v)
}

// stockCard shows an item's movements with the balance each leaves.
func (s *Server) stockCard(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	item, err := pathID(c, "item")
	if err != nil {
		return err
	}
	depots, err := s.stockDepots(ctx, actor)
	if err != nil {
		return err
	}
	q := readCardQuery(c.Request(), depots)
	card, err := s.Inventory.Card(ctx, actor, inventory.CardFilter{ItemID: item, DepotID: q.depot, From: q.from, To: q.to, Before: q.before})
	if err != nil {
		return err
	}
	data := cardView(card, q)
	data.Base = s.base(c)
	for _, sentence := range q.wrong {
		data.Flash = append(data.Flash, view.Flash{Kind: "warn", Text: sentence})
	}
	data.Depots, data.Depot = depotOptions(depots, q.depot), "全部可见储备库"
	for _, d := range depots {
		if d.ID == q.depot {
			data.Depot = d.Name
		}
	}
	return show(s, c, stockCardPage, &data)
}

func cardView(card inventory.Card, q cardQuery) view.StockCard {
	it := card.Item
	self := "/stock/card/" + it.ID.String()
	data := view.StockCard{Code: it.Code, Name: it.Name, Spec: it.Spec, Category: it.Category, Unit: it.Unit, Now: card.Now.Grouped(),
		ItemURL: "/items/" + it.ID.String(), StockURL: stockURL(stockQuery{by: byLot, depot: q.depot, text: it.Code}), SelfURL: self,
		ExportURL: exportURL(reporting.Card, reporting.Ask{reporting.FieldItem: it.Code, reporting.FieldDepot: idText(q.depot), reporting.FieldFrom: q.from, reporting.FieldTo: q.to}),
		From:      q.from, To: q.to, Later: q.before.On != "", Earlier: card.More, Opening: card.Opening.Grouped(), Closing: card.Closing.Grouped()}
	for _, r := range card.Rows {
		data.Rows = append(data.Rows, cardRow(r))
	}
	data.Pager = view.Pager{Shown: len(card.Rows), Needed: data.Later || card.More, FirstText: "回到最新一页", NextText: "更早的记录"}
	first, next := q, q
	first.before, next.before = inventory.CardPoint{}, card.Earlier
	if data.Later {
		data.Pager.First = first.url(self)
	}
	if card.More {
		data.Pager.Next = next.url(self)
	}
	return data
}

func cardRow(r inventory.CardRow) view.StockCardRow {
	text := r.Reason
	if other := otherEnd(r); other != "" {
		text += " " + other
	}
	if r.Counterparty != "" {
		text += " " + r.Counterparty
	}
	return view.StockCardRow{On: r.BusinessOn, Number: r.Number, URL: "/vouchers/" + r.VoucherID.String(), Type: view.TypeTag(r.Type),
		Text: strings.TrimSpace(text), Remark: r.Remark, Depot: r.Depot, Bin: r.Bin, LotNo: r.LotNo, LotURL: lotURL(r.LotID), Expires: r.Expires.String(),
		In: someQty(r.In), Out: someQty(r.Out), Balance: r.Balance.Grouped(), Actor: r.ActorName}
}

// otherEnd says where goods of a transfer went or came from.
func otherEnd(r inventory.CardRow) string {
	other := r.ToDepot
	if r.Depot == r.ToDepot {
		other = r.FromDepot
	}
	switch {
	case other == "":
		return ""
	case r.Qty < 0:
		return "调往 " + other
	}
	return "调自 " + other
}
