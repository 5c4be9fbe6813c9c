package web

import (
	"fmt"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var responseListPage = declare[view.ResponseList]("base", "response/list")

var responseStates = []struct {
	value  order.ResponseStatus
	label  string
	title  string
	reason string
}{
	{order.Running, "响应中", "没有正在进行的响应", "启动后，调拨、签收和缺少的手续都归到这次响应下。"},
	{order.Over, "待清账", "没有待清账的响应", "终止以后还有物资、手续没有交代的响应列在这里。"},
	{order.Settled, "已清账", "还没有清完账的响应", "谁都不欠物资和手续以后，响应才算清账。"},
	{"", "全部", "还没有应急响应", "启动响应、演练或预置后列在这里。"},
}

// responseList shows the responses in one state; those that run by themselves.
func (s *Server) responseList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	all, err := s.Dispatching.Responses(ctx, actor)
	if err != nil {
		return err
	}
	events, err := s.Dispatching.Events(ctx, actor)
	if err != nil {
		return err
	}
	streets, err := s.Dispatching.Streets(ctx, actor)
	if err != nil {
		return err
	}
	data := &view.ResponseList{Base: s.base(c), MayEdit: actor.May(access.ResponseEdit, 0)}
	at := responseState(form.Query(c.Request()).Text("state"), all)
	counts := map[order.ResponseStatus]int{}
	for _, r := range all {
		counts[r.Status]++
		counts[""]++
	}
	for i, st := range responseStates {
		data.Tabs = append(data.Tabs, view.StockTab{Label: fmt.Sprintf("%s %d", st.label, counts[st.value]), Current: i == at, URL: responsesURL(st.label)})
	}
	st := responseStates[at]
	data.Empty = view.Empty{Icon: "bell", Title: st.title, Text: st.reason}
	if data.MayEdit {
		data.Empty.URL, data.Empty.Do = "/responses/new", "启动响应"
	}
	for _, r := range all {
		if st.value != "" && r.Status != st.value {
			continue
		}
		row := s.responseRow(r, streets)
		for _, e := range events {
			if e.ID == r.EventID {
				row.Event = e.Name
			}
		}
		data.Rows = append(data.Rows, row)
	}
	return show(s, c, responseListPage, data)
}

func responsesURL(state string) string { return withQuery("/responses", url.Values{"state": {state}}) }

// responseState finds the tab: the one asked for, else what runs, else what is
// not settled, else all.
func responseState(asked string, all []order.Response) int {
	for i, st := range responseStates {
		if asked == st.label || asked != "" && asked == string(st.value) {
			return i
		}
	}
	for i, st := range responseStates[:2] {
		for _, r := range all {
			if r.Status == st.value {
				return i
			}
		}
	}
	return len(responseStates) - 1
}

func (s *Server) responseRow(r order.Response, streets []place.Division) view.ResponseRow {
	row := view.ResponseRow{Name: r.Name, URL: responseURL(r.ID), Tags: responseTags(r), Areas: areaText(r.Areas, streets), Begun: view.When(r.BegunAt),
		Lasted: s.lasted(r), Document: r.DocumentNo, ReplayURL: responseURL(r.ID) + "/replay", AccountURL: responseURL(r.ID) + "/accounts"}
	if r.Status == order.Running {
		row.DutyURL = responseURL(r.ID) + "/duty"
	}
	return row
}

// lasted says how long a response has run or ran.
func (s *Server) lasted(r order.Response) string {
	if r.EndedAt != 0 {
		return between(r.BegunAt, r.EndedAt)
	}
	return between(r.BegunAt, s.Store.Now().UnixMicro())
}
