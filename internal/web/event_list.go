package web

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var (
	eventListPage = declare[view.EventList]("base", "event/list")
	eventFormPage = declare[view.EventForm]("base", "event/form")
)

func eventURL(event id.ID) string { return "/events#event-" + event.String() }

// minute writes an instant as a field of date and time holds it.
func minute(at int64) string {
	if at == 0 {
		return ""
	}
	return time.UnixMicro(at).In(day.Zone()).Format("2006-01-02T15:04")
}

func (s *Server) nowMinute() string { return minute(s.Store.Now().UnixMicro()) }

// areaText names the streets of some codes; none is the whole district.
func areaText(codes []string, streets []place.Division) string {
	if len(codes) == 0 {
		return "全区"
	}
	var names []string
	for _, code := range codes {
		name := code
		for _, st := range streets {
			if st.Code == code {
				name = st.Name
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

func areaOptions(streets []place.Division, chosen []string) []view.Option {
	var list []view.Option
	for _, st := range streets {
		o := view.Option{Value: st.Code, Label: st.Name}
		for _, code := range chosen {
			o.Checked = o.Checked || code == st.Code
		}
		list = append(list, o)
	}
	return list
}

// eventList shows what happened and the responses to it.
func (s *Server) eventList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	events, err := s.Dispatching.Events(ctx, actor)
	if err != nil {
		return err
	}
	responses, err := s.Dispatching.Responses(ctx, actor)
	if err != nil {
		return err
	}
	streets, err := s.Dispatching.Streets(ctx, actor)
	if err != nil {
		return err
	}
	data := &view.EventList{Base: s.base(c), MayEdit: actor.May(access.ResponseEdit, 0),
		Empty: view.Empty{Icon: "alert-circle", Title: "还没有登记突发事件", Text: "发生灾情后在这里登记，再启动应急响应；演练和预置可以不登记事件。"}}
	if data.MayEdit {
		data.Empty.URL, data.Empty.Do = "/events/new", "登记突发事件"
	}
	for _, e := range events {
		row := view.EventRow{ID: e.ID.String(), Name: e.Name, Kind: order.KindName(e.Kind), Areas: areaText(e.Areas, streets), Place: e.Place, Summary: e.Summary,
			At: view.When(e.BegunAt), Who: e.AuthorName}
		for _, r := range responses {
			if r.EventID == e.ID {
				row.Responses = append(row.Responses, view.Link{Path: responseURL(r.ID), Label: r.Nature.Name() + " · " + r.Name})
			}
		}
		if data.MayEdit {
			row.ResponseURL = "/responses/new?event=" + e.ID.String()
		}
		data.Rows = append(data.Rows, row)
	}
	return show(s, c, eventListPage, data)
}

// eventNew shows the empty form.
func (s *Server) eventNew(c echo.Context) error {
	data, err := s.eventForm(c, dispatching.EventInput{BegunAt: s.nowMinute()})
	if err != nil {
		return err
	}
	return show(s, c, eventFormPage, data)
}

func (s *Server) eventForm(c echo.Context, in dispatching.EventInput) (*view.EventForm, error) {
	streets, err := s.Dispatching.Streets(c.Request().Context(), actorOf(c))
	data := &view.EventForm{Base: s.base(c), Name: in.Name, Place: in.Place, Summary: in.Summary, BegunAt: in.BegunAt, Areas: areaOptions(streets, in.Areas), Now: s.nowMinute()}
	for _, k := range order.Kinds {
		data.Kinds = append(data.Kinds, view.Option{Value: k.Key, Label: k.Name, Checked: k.Key == in.Kind})
	}
	return data, err
}

// eventCreate records an event.
func (s *Server) eventCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := dispatching.EventInput{Name: f.Text("name"), Kind: f.Text("kind"), Areas: f.All("areas"), Place: f.Text("place"), Summary: f.Text("summary"), BegunAt: f.Text("begun_at")}
	e, err := s.Dispatching.RecordEvent(c.Request().Context(), actorOf(c), in)
	if err != nil {
		data, failed := s.eventForm(c, in)
		if failed != nil {
			return failed
		}
		return refuse(s, c, eventFormPage, data, err)
	}
	s.flash(c, "ok", "已登记「"+e.Name+"」。需要调用物资时，在它这一行启动响应。")
	return redirect(c, eventURL(e.ID))
}
