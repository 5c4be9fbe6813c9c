package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var rectificationListPage = declare[view.RectificationList]("base", "rectification/list")

// rectificationQuery is the list's narrowing as the address says it.
type rectificationQuery struct {
	state  string
	street string
	depot  id.ID
	after  string // day and id of the last row before
}

// rectificationAfterMark stands between the day and the id of a page's key.
const rectificationAfterMark = "."

var rectificationStates = []struct{ value, label string }{{planning.StateOpen, "待整改"}, {planning.StateLate, "已逾期"}, {planning.StateClosed, "已销号"}}

func readRectificationQuery(f *form.Form) rectificationQuery {
	q := rectificationQuery{state: planning.StateOpen, street: f.Text("street"), depot: id.Parse(f.Text("depot")), after: f.Text("after")}
	for _, st := range rectificationStates {
		if st.value == f.Text("state") {
			q.state = st.value
		}
	}
	return q
}

func rectificationURL(q rectificationQuery) string {
	v := url.Values{}
	if q.state != "" && q.state != planning.StateOpen {
		v.Set("state", q.state)
	}
	for _, field := range []struct{ name, value string }{{"street", q.street}, {"depot", idText(q.depot)}, {"after", q.after}} {
		if field.value != "" {
			v.Set(field.name, field.value)
		}
	}
	return withQuery("/rectifications", v)
}

func rectificationCloseURL(rectification id.ID) string {
	return "/rectifications/" + rectification.String() + "/close"
}

// ask turns the address into the use case's query.
func (q rectificationQuery) ask() planning.RectificationQuery {
	ask := planning.RectificationQuery{State: q.state, Street: q.street, DepotID: q.depot}
	if on, last, ok := strings.Cut(q.after, rectificationAfterMark); ok && id.Parse(last) != 0 {
		ask.AfterOn, ask.AfterID = on, id.Parse(last)
	}
	return ask
}

// rectificationList shows what must be put right.
func (s *Server) rectificationList(c echo.Context) error {
	p, err := s.rectificationPage(c, readRectificationQuery(form.Query(c.Request())))
	if err != nil {
		return err
	}
	return show(s, c, rectificationListPage, p)
}

func (s *Server) rectificationPage(c echo.Context, q rectificationQuery) (*view.RectificationList, error) {
	found, err := s.Planning.Rectifications(c.Request().Context(), actorOf(c), q.ask())
	if err != nil {
		return nil, err
	}
	p := &view.RectificationList{Base: s.base(c), Open: found.Open, Late: found.Late, State: q.state, Closed: q.state == planning.StateClosed,
		Depots: depotOptions(found.Depots, q.depot), Filtered: q.street != "" || q.depot != 0, ClearURL: rectificationURL(rectificationQuery{state: q.state}),
		Empty: rectificationEmpty(q)}
	for _, st := range rectificationStates {
		tab := view.StockTab{Label: st.label, Current: st.value == q.state, URL: rectificationURL(rectificationQuery{state: st.value, street: q.street, depot: q.depot})}
		if n := map[string]int{planning.StateOpen: found.Open, planning.StateLate: found.Late}[st.value]; n > 0 {
			tab.Label = fmt.Sprintf("%s %d", st.label, n)
		}
		p.Tabs = append(p.Tabs, tab)
	}
	for _, d := range found.Streets {
		p.Streets = append(p.Streets, view.Option{Value: d.Code, Label: d.Name, Checked: d.Code == q.street})
	}
	for _, r := range found.Rows {
		p.Rows = append(p.Rows, rectificationRow(r, q, p.CSRF))
	}
	p.Pager = rectificationPager(found, q)
	return p, nil
}

func rectificationRow(r planning.RectificationRow, q rectificationQuery, csrf string) view.RectificationRow {
	row := view.RectificationRow{Depot: r.Depot.Name, DepotURL: depotURL(r.DepotID), Rule: r.Rule.Name(), Text: r.Text, Responsible: r.Responsible, DueOn: r.DueOn,
		Tag: view.Tag{Text: "待整改", Tone: "is-warn", Icon: "clock"}, OpenedOn: r.OpenedOn, OpenedBy: r.OpenedName, ClosedOn: r.ClosedOn, ClosedBy: r.ClosedName,
		Evidence: r.Evidence, Lock: strconv.FormatInt(r.LockNo, 10), Query: rectificationURL(q), CSRF: csrf}
	switch {
	case r.Status == plan.RectifyClosed:
		row.Tag = view.Tag{Text: "已销号", Tone: "is-ok", Icon: "circle-check"}
	case r.Late:
		row.Tag = view.Tag{Text: "已逾期", Tone: "is-bad", Icon: "clock-exclamation"}
	}
	if r.MayClose {
		row.CloseURL = rectificationCloseURL(r.ID)
	}
	return row
}

func rectificationPager(found planning.RectificationPage, q rectificationQuery) view.Pager {
	p := view.Pager{Shown: len(found.Rows), Needed: found.More || q.after != ""}
	if q.after != "" {
		first := q
		first.after = ""
		p.First = rectificationURL(first)
	}
	if found.More {
		last := found.Rows[len(found.Rows)-1]
		on := last.DueOn
		if q.state == planning.StateClosed {
			on = last.ClosedOn
		}
		next := q
		next.after = on + rectificationAfterMark + last.ID.String()
		p.Next = rectificationURL(next)
	}
	return p
}

func rectificationEmpty(q rectificationQuery) view.Empty {
	switch {
	case q.street != "" || q.depot != 0 || q.after != "":
		return view.Empty{Icon: "search", Title: "没有符合条件的整改", Text: "可以放宽条件再查。", URL: rectificationURL(rectificationQuery{state: q.state}), Do: "清除条件"}
	case q.state == planning.StateClosed:
		return view.Empty{Icon: "list-check", Title: "还没有销号的整改", Text: "整改到位并销号后，列在这里备查。"}
	case q.state == planning.StateLate:
		return view.Empty{Icon: "circle-check", Title: "没有逾期的整改", Text: "到期没有销号的会列在这里。"}
	}
	return view.Empty{Icon: "circle-check", Title: "没有待整改的事项", Text: "在“六有三有”页一次开出列表中不达标各项的整改。", URL: "/score?failing=1", Do: "看不达标的储备库"}
}

// rectificationClose writes one off.
func (s *Server) rectificationClose(c echo.Context) error {
	rectification, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	lock, _ := strconv.ParseInt(f.Text("lock"), 10, 64)
	in := planning.CloseInput{Evidence: f.Text("evidence"), LockNo: lock}
	q := rectificationQuery{state: planning.StateOpen}
	if u, err := url.Parse(f.Text("query")); err == nil {
		q = readRectificationQuery(form.Query(&http.Request{URL: u}))
	}
	if err := s.Planning.CloseRectification(c.Request().Context(), actorOf(c), rectification, in); err != nil {
		return s.refuseWriteOff(c, rectification, q, in, err)
	}
	s.flash(c, "ok", "已销号。")
	return redirect(c, rectificationURL(q))
}

// refuseWriteOff shows the list again with what was typed at its row.
func (s *Server) refuseWriteOff(c echo.Context, rectification id.ID, q rectificationQuery, in planning.CloseInput, cause error) error {
	if status := statusOf(cause); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return cause
	}
	p, err := s.rectificationPage(c, q)
	if err != nil {
		return err
	}
	for i, r := range p.Rows {
		if r.CloseURL == rectificationCloseURL(rectification) {
			p.Rows[i].Typed, p.Rows[i].Refused = in.Evidence, errs.MessageOf(cause)
		}
	}
	return refuse(s, c, rectificationListPage, p, cause)
}
