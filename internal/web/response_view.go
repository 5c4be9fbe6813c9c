package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var responseViewPage = declare[view.ResponseView]("base", "response/view")

// marked is what a response that is not in earnest says on every page.
func marked(r order.Response) string {
	switch r.Nature {
	case order.Drill:
		return "这是演练。单据照样记账，统计时与实战分开。"
	case order.Preposition:
		return "这是预置：灾前把物资提前摆到位，统计时与实战分开。"
	}
	return ""
}

// responsePages are the pages of one response.
func responsePages(r order.Response, at string) []view.StockTab {
	list := []view.StockTab{{Label: "响应", URL: responseURL(r.ID)}, {Label: "值班", URL: responseURL(r.ID) + "/duty"}, {Label: "清账", URL: responseURL(r.ID) + "/accounts"},
		{Label: "复盘", URL: responseURL(r.ID) + "/replay"}, {Label: "调得快", URL: speedURL(dispatching.SpeedQuery{ResponseID: r.ID})}}
	for i := range list {
		list[i].Current = list[i].Label == at
	}
	return list
}

// responseView shows a response with all that belongs to it.
func (s *Server) responseView(c echo.Context) error {
	response, err := pathID(c, "id")
	if err != nil {
		return err
	}
	data, err := s.responseData(c, response)
	if err != nil {
		return err
	}
	return show(s, c, responseViewPage, data)
}

func (s *Server) responseData(c echo.Context, response id.ID) (*view.ResponseView, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	v, err := s.Dispatching.Response(ctx, actor, response)
	if err != nil {
		return nil, err
	}
	streets, err := s.Dispatching.Streets(ctx, actor)
	if err != nil {
		return nil, err
	}
	r := v.Response
	may := actor.May(access.ResponseEdit, 0)
	data := &view.ResponseView{Base: s.base(c), ID: r.ID.String(), Name: r.Name, Tags: responseTags(r), Marked: marked(r), Running: r.Status == order.Running,
		Begun: view.When(r.BegunAt), Ended: view.When(r.EndedAt), Lasted: s.lasted(r), Level: r.Level.Name(), Areas: areaText(r.Areas, streets), Document: r.DocumentNo, Author: r.AuthorName,
		Pages: responsePages(r, "响应"), ActURL: responseURL(r.ID) + "/changes", LockNo: strconv.FormatInt(r.LockNo, 10), MayLevel: may && r.Status == order.Running,
		MayClose: may && r.Status == order.Over, WordOn: r.WordFirst, Levels: levelOptions(r.Level, r.Nature != order.Real), Now: s.nowMinute()}
	if data.Running {
		data.OrderURL, data.AskURL = mayURL(actor, access.OrderPropose, "/orders/new", r.ID), mayURL(actor, access.RequestSend, "/requests/new", r.ID)
		if r.WordFirst {
			data.WordURL = mayURL(actor, access.OrderWord, "/word/new", r.ID)
		}
	}
	data.Season = "非汛期"
	if r.Flood {
		data.Season = "汛期"
	}
	if v.EventID != 0 {
		data.Event = view.NamedPlace{Text: v.Event.Name, URL: eventURL(v.EventID)}
	}
	if r.SettledAt != 0 {
		data.Settled = view.When(r.SettledAt) + " " + r.SettledName
	}
	for _, x := range v.Changes {
		data.Changes = append(data.Changes, view.ResponseChange{At: view.When(x.At), Act: x.Act.Name(), Level: x.Level.Name(), Document: x.DocumentNo, Note: x.Note, Who: x.ActorName,
			Recorded: view.When(x.RecordedAt)})
	}
	now := s.Store.Now().UnixMicro()
	for _, p := range v.Papers {
		data.Papers = append(data.Papers, view.ResponsePaper{Number: p.Number, URL: orderURL(p.OrderID), Kind: p.Kind.Name(), Due: view.When(p.DueAt), Left: view.DueTag(p.DueAt, now)})
	}
	data.Debts = []view.ResponseDebt{{Label: "没有答复的需求报告", N: v.Debts.Requests, URL: "#requests"}, {Label: "没有办结的调拨指令", N: v.Debts.Orders, URL: "#orders"}, {Label: "没有补齐的手续", N: v.Debts.Papers, URL: "#papers"}}
	return data, s.fillResponse(ctx, c, data, r)
}

// mayURL is a form for a response, "" where the actor may not use it.
func mayURL(actor access.Actor, p access.Permission, path string, response id.ID) string {
	if !actor.MayAnywhere(p) {
		return ""
	}
	return path + "?response=" + response.String()
}

// fillResponse lists the newest orders and requests of a response.
func (s *Server) fillResponse(ctx context.Context, c echo.Context, data *view.ResponseView, r order.Response) error {
	actor := actorOf(c)
	page, err := s.Dispatching.Orders(ctx, actor, dispatching.OrderQuery{ResponseID: r.ID})
	if err != nil {
		return err
	}
	for _, o := range page.Orders {
		data.Orders = append(data.Orders, responseOrder(o, page))
	}
	if page.More {
		data.More = "/orders?response=" + r.ID.String()
	}
	requests, _, err := s.Dispatching.Requests(ctx, actor, dispatching.RequestQuery{ResponseID: r.ID})
	for _, q := range requests {
		data.Requests = append(data.Requests, s.responseRequest(q))
	}
	return err
}

func responseOrder(o order.Order, page dispatching.OrderPage) view.ResponseOrder {
	row := view.ResponseOrder{Number: o.Number, URL: orderURL(o.ID), Tags: []view.Tag{view.OrderTag(o.Status)}, At: view.When(o.RequestedAt)}
	if o.ByWord {
		row.Tags = append(row.Tags, view.WordTag)
	}
	var from, to, goods []string
	for _, d := range o.Depots() {
		from = append(from, shortDepot(page.Depots[d].Name))
	}
	for _, t := range o.Targets {
		to = append(to, t.Name)
	}
	for _, l := range o.Lines {
		it := page.Items[l.ItemID]
		goods = append(goods, fmt.Sprintf("%s %s %s", it.Name, (l.Qty-l.Dropped).Grouped(), it.Unit))
	}
	row.From, row.To, row.Goods = someNames(from, 2), someNames(to, 2), someNames(goods, 3)
	row.Loads = stagesOf(o)
	return row
}

// someNames writes the first of some names and how many there are.
func someNames(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s 等 %d 项", strings.Join(names[:n], "、"), len(names))
}

// stagesOf says how many loads of an order are how far.
func stagesOf(o order.Order) string {
	counts := map[order.ShipmentStatus]int{}
	for _, sh := range o.Shipments {
		counts[sh.Status]++
	}
	var parts []string
	for _, st := range []order.ShipmentStatus{order.Allocated, order.Picked, order.Left, order.Arrived, order.Signed, order.ShipmentCancelled} {
		if n := counts[st]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d 车%s", n, st.Name()))
		}
	}
	return strings.Join(parts, "，")
}

var askedTones = map[order.RequestStatus]view.Tag{
	order.RequestSent: {Tone: "is-warn", Icon: "hourglass-high"}, order.RequestAnswered: {Tone: "is-ok", Icon: "circle-check"},
	order.RequestRefused: {Tone: "is-bad", Icon: "arrow-back-up"}, order.RequestWithdrawn: {Icon: "ban"},
}

func (s *Server) responseRequest(q order.Request) view.ResponseRequest {
	tag := askedTones[q.Status]
	tag.Text = q.Status.Name()
	row := view.ResponseRequest{Number: q.Number, URL: requestURL(q.ID), Status: tag, Place: q.Place, Kind: order.KindName(q.Kind), Lines: fmt.Sprintf("%d 行", len(q.Lines)), At: view.When(q.SentAt)}
	if q.MovedPeople > 0 {
		row.People = grouped(q.MovedPeople) + " 人"
	}
	if q.Status == order.RequestSent {
		row.Waited = between(q.SentAt, s.Store.Now().UnixMicro())
	}
	return row
}

// responseChange changes the level, switches 先调后补, ends or settles.
func (s *Server) responseChange(c echo.Context) error {
	response, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	lock, _ := strconv.ParseInt(f.Text("lock"), 10, 64)
	in := dispatching.ChangeInput{ResponseID: response, LockNo: lock, Act: order.Act(f.Text("act")), Level: levelOf(f.Text("level")), DocumentNo: f.Text("document_no"),
		Note: f.Text("note"), At: f.Text("at")}
	r, err := s.Dispatching.ChangeResponse(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseChange(c, in, f.Text("level"), err)
	}
	s.flash(c, "ok", fmt.Sprintf("「%s」已%s。", r.Name, in.Act.Name()))
	return redirect(c, responseURL(r.ID))
}

// refuseChange shows the response again with what was typed. Who may not change
// responses sees the refusal alone.
func (s *Server) refuseChange(c echo.Context, in dispatching.ChangeInput, level string, cause error) error {
	if status := statusOf(cause); status == 403 || status == 404 {
		return cause
	}
	data, err := s.responseData(c, in.ResponseID)
	if err != nil {
		return err
	}
	data.Wrote = view.ResponseTyped{Act: string(in.Act), Level: level, DocumentNo: in.DocumentNo, Note: in.Note, At: in.At}
	if in.Act == order.Levelled {
		for i, o := range data.Levels {
			data.Levels[i].Checked = o.Value == level
		}
	}
	return refuse(s, c, responseViewPage, data, cause)
}
