package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var responseFormPage = declare[view.ResponseForm]("base", "response/form")

// noLevel is a level nobody chose; the use case asks for one.
const noLevel order.Level = -1

func levelOf(text string) order.Level {
	n, err := strconv.Atoi(text)
	if err != nil {
		return noLevel
	}
	return order.Level(n)
}

func levelOptions(chosen order.Level, none bool) []view.Option {
	var list []view.Option
	for _, l := range order.Levels {
		list = append(list, view.Option{Value: count(int(l)), Label: l.Name(), Checked: l == chosen})
	}
	if none {
		list = append(list, view.Option{Value: "0", Label: order.Level(0).Name() + "（演练、预置）", Checked: chosen == 0})
	}
	return list
}

// seasonTag says whether a day lies in the flood season.
func seasonTag(on day.Day) view.Tag {
	if order.FloodSeason.Holds(on) {
		return view.Tag{Text: "汛期", Tone: "is-info", Icon: "calendar"}
	}
	return view.Tag{Text: "非汛期", Icon: "calendar"}
}

// seasonSpan writes the flood season as people say it.
func seasonSpan() string {
	first, last := day.Day{First: "2000-" + order.FloodSeason.From}.Time(), day.Day{First: "2000-" + order.FloodSeason.To}.Time()
	return first.Format("1月2日") + "—" + last.Format("1月2日")
}

// responseNew shows the empty form, for an event where the address names one.
func (s *Server) responseNew(c echo.Context) error {
	in := dispatching.ResponseInput{EventID: form.Query(c.Request()).ID("event"), Level: noLevel, BegunAt: s.nowMinute()}
	ctx, actor := c.Request().Context(), actorOf(c)
	events, err := s.Dispatching.Events(ctx, actor)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.ID == in.EventID {
			in.Nature, in.Name, in.Areas = order.Real, e.Name+"应急响应", e.Areas
		}
	}
	data, err := s.responseFormData(ctx, c, in)
	if err != nil {
		return err
	}
	return show(s, c, responseFormPage, data)
}

func (s *Server) responseFormData(ctx context.Context, c echo.Context, in dispatching.ResponseInput) (*view.ResponseForm, error) {
	actor := actorOf(c)
	streets, err := s.Dispatching.Streets(ctx, actor)
	if err != nil {
		return nil, err
	}
	events, err := s.Dispatching.Events(ctx, actor)
	if err != nil {
		return nil, err
	}
	data := &view.ResponseForm{Base: s.base(c), Name: in.Name, DocumentNo: in.DocumentNo, BegunAt: in.BegunAt, Levels: levelOptions(in.Level, true),
		Areas: areaOptions(streets, in.Areas), WordFirst: in.WordFirst, Season: seasonTag(day.At(s.Store.Now())), SeasonSpan: seasonSpan(), Now: s.nowMinute()}
	for _, e := range events {
		data.Events = append(data.Events, view.Option{Value: e.ID.String(), Label: e.Name + "（" + view.When(e.BegunAt) + "）", Checked: e.ID == in.EventID})
	}
	for _, n := range order.Natures {
		data.Natures = append(data.Natures, view.Option{Value: string(n), Label: n.Name(), Checked: n == in.Nature})
	}
	return data, nil
}

// responseCreate begins a response.
func (s *Server) responseCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := dispatching.ResponseInput{EventID: f.ID("event"), Nature: order.Nature(f.Text("nature")), Name: f.Text("name"), Areas: f.All("areas"),
		Level: levelOf(f.Text("level")), DocumentNo: f.Text("document_no"), BegunAt: f.Text("begun_at"), WordFirst: f.Checked("word_first")}
	ctx, actor := c.Request().Context(), actorOf(c)
	if err := actor.Require(access.ResponseEdit, 0); err != nil {
		return err
	}
	r, err := s.Dispatching.BeginResponse(ctx, actor, in)
	if err != nil {
		data, failed := s.responseFormData(ctx, c, in)
		if failed != nil {
			return failed
		}
		return refuse(s, c, responseFormPage, data, err)
	}
	s.flash(c, "ok", "已启动「"+r.Name+"」（"+r.Nature.Name()+"，"+r.Level.Name()+"）。")
	return redirect(c, responseURL(r.ID))
}
