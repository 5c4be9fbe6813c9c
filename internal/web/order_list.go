package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var orderListPage = declare[view.OrderList]("base", "order/list")

// orderStatuses lists what the list can be narrowed to.
var orderStatuses = []order.Status{order.Proposed, order.Approved, order.Done, order.Refused, order.Cancelled}

// orderQuery is the filter of the list of orders as the URL says it.
type orderQuery struct {
	status          order.Status
	response, depot id.ID
	number, before  string
}

func (q orderQuery) filtered() bool {
	return q.status != "" || q.response != 0 || q.depot != 0 || q.number != ""
}

func (q orderQuery) url(before string) string {
	v := url.Values{}
	for _, f := range [][2]string{{"status", string(q.status)}, {"response", idText(q.response)}, {"depot", idText(q.depot)}, {"number", q.number}, {"before", before}} {
		if f[1] != "" {
			v.Set(f[0], f[1])
		}
	}
	return withQuery("/orders", v)
}

// readOrderQuery reads the URL into what was asked and the use case's filter.
func readOrderQuery(r *http.Request, depots []place.Depot, responses []order.Response) (orderQuery, dispatching.OrderQuery, error) {
	f := form.Query(r)
	q := orderQuery{status: order.Status(f.Text("status")), response: f.ID("response"), depot: f.ID("depot"), number: strings.ToUpper(f.Text("number")), before: f.Text("before")}
	out := dispatching.OrderQuery{ResponseID: q.response, DepotID: q.depot, Number: q.number}
	if q.status != "" {
		out.Statuses = []order.Status{q.status}
	}
	switch {
	case q.status != "" && q.status.Name() == "":
		return q, out, errs.New(errs.Invalid, "没有这种状态，请从列表中重新选择。")
	case f.Err() != nil || q.depot != 0 && !slices.ContainsFunc(depots, func(d place.Depot) bool { return d.ID == q.depot }):
		return q, out, errs.New(errs.Invalid, "没有这个储备库，或您无权查看，请从列表中重新选择。")
	case q.response != 0 && !slices.ContainsFunc(responses, func(r order.Response) bool { return r.ID == q.response }):
		return q, out, errs.New(errs.Invalid, "没有这次响应，请从列表中重新选择。")
	case len([]rune(q.number)) > maxNumber:
		return q, out, errs.New(errs.Invalid, "编号太长，请缩短到 %d 个字以内。", maxNumber)
	}
	if q.before != "" {
		at, last, _ := strings.Cut(q.before, pointMark)
		n, err := strconv.ParseInt(at, 10, 64)
		if out.BeforeAt, out.BeforeID = n, id.Parse(last); err != nil || n <= 0 || out.BeforeID == 0 {
			return q, out, errs.New(errs.Invalid, "翻页的位置有误，请从第一页重新查看。")
		}
	}
	return q, out, nil
}

// orderList shows dispatch orders, the newest first.
func (s *Server) orderList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return err
	}
	depots = slices.DeleteFunc(depots, func(d place.Depot) bool { return !actor.May(access.DispatchView, d.ID) })
	responses, err := s.Dispatching.Responses(ctx, actor)
	if err != nil {
		return err
	}
	q, f, wrong := readOrderQuery(c.Request(), depots, responses)
	p := &view.OrderList{Base: s.base(c), MayPropose: actor.May(access.OrderPropose, 0), Depots: depotOptions(depots, q.depot), Number: q.number, Filtered: q.filtered()}
	for _, st := range orderStatuses {
		p.Statuses = append(p.Statuses, view.Option{Value: string(st), Label: st.Name(), Checked: st == q.status})
	}
	for _, r := range responses {
		p.Responses = append(p.Responses, view.Option{Value: r.ID.String(), Label: r.Name + "（" + r.Nature.Name() + "）", Checked: r.ID == q.response})
		p.MayWord = p.MayWord || r.WordFirst && actor.MayAnywhere(access.OrderWord)
	}
	if wrong != nil {
		p.Refuse(errs.MessageOf(wrong))
		return show(s, c, orderListPage, p)
	}
	if err := s.fillOrderRows(ctx, actor, q, f, p, responses); err != nil {
		return err
	}
	return show(s, c, orderListPage, p)
}

func (s *Server) fillOrderRows(ctx context.Context, actor access.Actor, q orderQuery, f dispatching.OrderQuery, p *view.OrderList, responses []order.Response) error {
	page, err := s.Dispatching.Orders(ctx, actor, f)
	if err != nil {
		return err
	}
	names := map[id.ID]string{}
	for _, r := range responses {
		names[r.ID] = r.Name
	}
	for _, o := range page.Orders {
		p.Rows = append(p.Rows, view.OrderRow{Number: o.Number, URL: orderURL(o.ID), Status: view.OrderTag(o.Status), Nature: view.NatureTag(o.Nature), ByWord: o.ByWord,
			Goods: orderGoods(o, page.Items), From: orderFrom(o, page.Depots), To: orderTo(o), Response: names[o.ResponseID], Progress: progress(o), Who: o.ProposedName, At: view.When(o.ProposedAt)})
	}
	p.Pager = view.Pager{Shown: len(p.Rows), Needed: page.More || q.before != ""}
	if q.before != "" {
		p.Pager.First = q.url("")
	}
	if page.More {
		last := page.Orders[len(page.Orders)-1]
		p.Pager.Next = q.url(strconv.FormatInt(last.ProposedAt, 10) + pointMark + last.ID.String())
	}
	p.Empty = noOrders(q, p.MayPropose)
	return nil
}

func noOrders(q orderQuery, mayPropose bool) view.Empty {
	switch {
	case q.before != "":
		return view.Empty{Icon: "clipboard-check", Title: "后面没有了", Text: "这一页已没有调拨指令。", URL: q.url(""), Do: "回到第一页"}
	case q.filtered():
		return view.Empty{Icon: "search", Title: "没有符合条件的调拨指令", Text: "可以放宽条件再查，例如换一个状态。", URL: "/orders", Do: "清除条件"}
	}
	e := view.Empty{Icon: "clipboard-check", Title: "还没有调拨指令", Text: "计划员拟制、领导批准后，仓库备货发出，接收方签收，全程记在一份指令上。"}
	if mayPropose {
		e.URL, e.Do = "/orders/new", "拟制调拨指令"
	}
	return e
}
