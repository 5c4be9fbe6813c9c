package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var roadListPage = declare[view.Roads]("base", "road/list")

func roadsURL(depot id.ID) string {
	return withQuery("/roads", url.Values{"depot": {depot.String()}})
}

// roadList shows one depot's minutes to all others.
func (s *Server) roadList(c echo.Context) error {
	p, err := s.roadPage(c, id.Parse(form.Query(c.Request()).Text("depot")))
	if err != nil {
		return err
	}
	return show(s, c, roadListPage, p)
}

func (s *Server) roadPage(c echo.Context, depot id.ID) (*view.Roads, error) {
	sheet, err := s.Planning.RoadSheet(c.Request().Context(), actorOf(c), depot)
	if err != nil {
		return nil, err
	}
	p := &view.Roads{Base: s.base(c), MayEdit: actorOf(c).May(access.PlanEdit, 0), Depots: depotOptions(sheet.Depots, sheet.Depot.ID),
		DepotID: sheet.Depot.ID.String(), Depot: sheet.Depot.Name, Known: sheet.Known, Pairs: sheet.Pairs,
		Empty: view.Empty{Icon: "map-2", Title: "还没有两个在用的储备库", Text: "有两个以上在用的储备库后，可在这里填写它们之间的行车时间。"}}
	for _, r := range sheet.Rows {
		row := view.RoadRow{ID: r.Depot.ID.String(), Depot: r.Depot.Name, Tier: r.Depot.Tier.Name(), URL: roadsURL(r.Depot.ID)}
		if r.Minutes > 0 {
			row.Was, row.Source, row.Who, row.When = strconv.Itoa(r.Minutes), r.Source, r.ActorName, view.When(r.DecidedAt)
		}
		row.Minutes = row.Was
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// roadSave writes the minutes that were changed.
func (s *Server) roadSave(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.RoadsInput{DepotID: id.Parse(f.Text("depot")), Source: f.Text("source")}
	for _, name := range f.Names() {
		if other, ok := strings.CutPrefix(name, "minutes."); ok {
			in.Rows = append(in.Rows, planning.RoadInput{DepotID: id.Parse(other), Was: f.Text("was." + other), Minutes: f.Figure(name)})
		}
	}
	n, err := s.Planning.SaveRoads(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseRoads(c, f, in, err)
	}
	if n > 0 {
		s.flash(c, "ok", fmt.Sprintf("已保存 %d 条行车时间，来回按同一时间计。", n))
	} else {
		s.flash(c, "warn", "没有改动，未保存。")
	}
	return redirect(c, roadsURL(in.DepotID))
}

func (s *Server) refuseRoads(c echo.Context, f *form.Form, in planning.RoadsInput, cause error) error {
	p, err := s.roadPage(c, in.DepotID)
	if err != nil {
		return err
	}
	p.Fail(cause)
	p.Source = in.Source
	for i, r := range p.Rows {
		if name := "minutes." + r.ID; f.Has(name) {
			p.Rows[i].Minutes, p.Rows[i].Error = f.Figure(name), p.FieldError(name)
		}
	}
	return refuse(s, c, roadListPage, p, cause)
}
