package web

import (
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var standardFormPage = declare[view.StandardForm]("base", "standard/form")

// standardFrame fills what the form offers, with the standard as typed.
func (s *Server) standardFrame(c echo.Context, in planning.StandardInput) (*view.StandardForm, error) {
	ctx := c.Request().Context()
	goods, err := s.Planning.Goods(ctx, actorOf(c))
	if err != nil {
		return nil, err
	}
	units, err := s.unitNames(ctx)
	if err != nil {
		return nil, err
	}
	p := &view.StandardForm{Base: s.base(c), ID: in.ID, Version: in.LockNo, Action: "/standards", Units: units, Name: in.Name, Target: in.Target, Unit: in.Unit,
		Per: in.Per, Daily: in.Daily, Source: in.Source, Example: in.Example, Retired: in.Retired}
	if in.ID != 0 {
		p.Action = "/standards/" + in.ID.String()
	}
	for _, t := range goods.Targets() {
		p.Targets = append(p.Targets, view.Option{Value: goods.Typed(t)})
	}
	for _, one := range plan.Cases {
		p.Cases = append(p.Cases, view.Option{Value: one.Key, Label: one.Name, Checked: slices.Contains(in.Cases, one.Key)})
	}
	return p, nil
}

// standardNew shows the empty form.
func (s *Server) standardNew(c echo.Context) error {
	p, err := s.standardFrame(c, planning.StandardInput{})
	if err != nil {
		return err
	}
	return show(s, c, standardFormPage, p)
}

// standardEdit shows the form of a standard there is.
func (s *Server) standardEdit(c echo.Context) error {
	key, err := pathID(c, "id")
	if err != nil {
		return err
	}
	list, err := s.Planning.Standards(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(st plan.Standard) bool { return st.ID == key })
	if at < 0 {
		return errs.New(errs.NotFound, "没有这条保障标准，请从列表重新进入。")
	}
	goods, err := s.Planning.Goods(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	st := list[at]
	p, err := s.standardFrame(c, planning.StandardInput{ID: st.ID, LockNo: st.LockNo, Name: st.Name, Target: goods.Typed(st.Target), Unit: st.Unit,
		Per: st.Per.String(), Daily: st.Daily, Cases: st.Cases, Source: st.Source, Example: st.Example, Retired: st.Retired})
	if err != nil {
		return err
	}
	return show(s, c, standardFormPage, p)
}

// standardCreate adds a standard.
func (s *Server) standardCreate(c echo.Context) error { return s.saveStandard(c, 0) }

// standardUpdate changes a standard.
func (s *Server) standardUpdate(c echo.Context) error {
	key, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveStandard(c, key)
}

func (s *Server) saveStandard(c echo.Context, key id.ID) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.StandardInput{ID: key, LockNo: f.Version(), Name: f.Text("name"), Target: f.Text("target"), Unit: f.Text("unit"), Per: f.Figure("per"),
		Daily: f.Text("often") == "daily", Cases: f.All("case"), Source: f.Text("source"), Example: f.Checked("example"), Retired: f.Checked("retired")}
	st, err := s.Planning.SaveStandard(c.Request().Context(), actorOf(c), in)
	if err != nil {
		p, again := s.standardFrame(c, in)
		if again != nil {
			return again
		}
		return refuse(s, c, standardFormPage, p, err)
	}
	s.flash(c, "ok", fmt.Sprintf("已保存保障标准「%s」。", st.Name))
	return redirect(c, "/standards")
}
