package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var requestListPage = declare[view.RequestList]("base", "request/list")

// The states a list can be narrowed to.
const (
	stateOpen   = "open"
	stateClosed = "closed"
)

// requestQuery is the filter of the list as the URL says it.
type requestQuery struct {
	state     string
	direction order.Direction
	response  id.ID
	before    int64
	beforeID  id.ID
}

func readRequestQuery(c echo.Context) (requestQuery, error) {
	f := form.Query(c.Request())
	q := requestQuery{state: f.Text("state"), direction: order.Direction(f.Text("direction")), response: f.ID("response"), beforeID: f.ID("before_id")}
	q.before, _ = strconv.ParseInt(f.Text("before"), 10, 64)
	if !slices.Contains([]string{"", stateOpen, stateClosed}, q.state) || !slices.Contains([]order.Direction{"", order.ToBureau, order.ToCity}, q.direction) {
		return q, errs.New(errs.Invalid, "查询条件有误，请从列表中重新选择。")
	}
	return q, f.Err()
}

// values gives the address of the list with a state, from a row on.
func (q requestQuery) values(state string, last *order.Request) url.Values {
	v := url.Values{}
	if state != "" {
		v.Set("state", state)
	}
	if q.direction != "" {
		v.Set("direction", string(q.direction))
	}
	if q.response != 0 {
		v.Set("response", q.response.String())
	}
	if last != nil {
		v.Set("before", strconv.FormatInt(last.SentAt, 10))
		v.Set("before_id", last.ID.String())
	}
	return v
}

// requestList shows the requests that wait, then those with an answer.
func (s *Server) requestList(c echo.Context) error {
	q, err := readRequestQuery(c)
	if err != nil {
		return err
	}
	actor := actorOf(c)
	data := &view.RequestList{Base: s.base(c), MayAsk: actor.MayAnywhere(access.RequestSend), MaySum: actor.May(access.OrderPropose, 0),
		Filtered: q.state != "" || q.direction != "" || q.response != 0}
	data.States, data.Directions = requestChoices(q)
	if q.state != stateClosed {
		p, err := s.requestPage(c, q, stateOpen)
		if err != nil {
			return err
		}
		data.Open = requestRows(p, data.MaySum)
		switch {
		case p.More && q.state == "":
			data.OpenMore = withQuery("/requests", q.values(stateOpen, nil))
		case q.state == stateOpen:
			data.Pager = requestPager(q, p)
		}
	}
	if q.state != stateOpen {
		p, err := s.requestPage(c, q, stateClosed)
		if err != nil {
			return err
		}
		data.Closed, data.Pager = requestRows(p, data.MaySum), requestPager(q, p)
	}
	if data.Responses, err = s.responseOptions(c, q.response); err != nil {
		return err
	}
	data.Empty = noRequests(data)
	return show(s, c, requestListPage, data)
}

// requestPage reads one page of a state.
func (s *Server) requestPage(c echo.Context, q requestQuery, state string) (dispatching.RequestPage, error) {
	f := dispatching.RequestQuery{Direction: q.direction, ResponseID: q.response, Open: state == stateOpen, Closed: state == stateClosed}
	if q.state == state {
		f.BeforeAt, f.BeforeID = q.before, q.beforeID
	}
	return s.Dispatching.RequestPage(c.Request().Context(), actorOf(c), f)
}

func requestPager(q requestQuery, p dispatching.RequestPage) view.Pager {
	pager := view.Pager{Shown: len(p.Requests), Needed: p.More || q.before != 0}
	state := q.state
	if state == "" {
		state = stateClosed
	}
	if q.before != 0 {
		pager.First = withQuery("/requests", q.values(q.state, nil))
	}
	if p.More {
		pager.Next = withQuery("/requests", q.values(state, &p.Requests[len(p.Requests)-1]))
	}
	return pager
}

func requestRows(p dispatching.RequestPage, maySum bool) []view.RequestRow {
	var rows []view.RequestRow
	for _, r := range p.Requests {
		row := view.RequestRow{ID: r.ID.String(), URL: requestURL(r.ID), Number: r.Number, Depot: p.Depots[r.DepotID].Name, Kind: order.KindName(r.Kind), Place: r.Place,
			Lines: len(r.Lines), Who: r.AuthorName, At: view.When(r.SentAt), Response: p.Responses[r.ResponseID].Name, Direction: view.DirectionTag(r.Direction), Status: view.RequestTag(r.Status),
			MaySum: maySum && r.Direction == order.ToBureau && (r.Status == order.RequestSent || r.Status == order.RequestAnswered)}
		if r.MovedPeople > 0 {
			row.People = strconv.FormatInt(r.MovedPeople, 10)
		}
		rows = append(rows, row)
	}
	return rows
}

// responseOptions lists the responses for a filter, those that run first.
func (s *Server) responseOptions(c echo.Context, chosen id.ID) ([]view.Option, error) {
	list, err := s.Dispatching.Responses(c.Request().Context(), actorOf(c))
	var options []view.Option
	for _, r := range list {
		options = append(options, view.Option{Value: r.ID.String(), Label: r.Name, Checked: r.ID == chosen})
	}
	return options, err
}

func requestChoices(q requestQuery) (states, directions []view.Option) {
	for _, o := range []view.Option{{Value: stateOpen, Label: "待处理"}, {Value: stateClosed, Label: "已处理"}} {
		o.Checked = o.Value == q.state
		states = append(states, o)
	}
	for _, o := range []view.Option{{Value: string(order.ToBureau), Label: "街镇报区里"}, {Value: string(order.ToCity), Label: "区里报上级"}} {
		o.Checked = o.Value == string(q.direction)
		directions = append(directions, o)
	}
	return states, directions
}

func noRequests(data *view.RequestList) view.Empty {
	if data.Filtered {
		return view.Empty{Icon: "search", Title: "没有符合条件的需求报告", Text: "可以放宽条件，或清除条件再查。", URL: "/requests", Do: "清除条件"}
	}
	e := view.Empty{Icon: "clipboard-list", Title: "还没有需求报告", Text: "街镇缺物资时在这里报需求；也可以下载空白表填好后上传。"}
	if data.MayAsk {
		e.URL, e.Do = "/requests/new", "新报需求"
	}
	return e
}
