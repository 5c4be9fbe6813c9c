package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var basisListPage = declare[view.Bases]("base", "basis/list")

// newFigure in an address asks for the form of a figure nobody has recorded.
const newFigure = "new"

func basesURL(name string, year int, under string) string {
	v := url.Values{}
	for key, text := range map[string]string{"name": name, "under": under} {
		if text != "" {
			v.Set(key, text)
		}
	}
	if year != 0 {
		v.Set("year", strconv.Itoa(year))
	}
	return withQuery("/bases", v)
}

// basisList shows a figure over the areas, and what it would change.
func (s *Server) basisList(c echo.Context) error {
	q := form.Query(c.Request())
	year, _ := strconv.Atoi(q.Text("year"))
	p, err := s.basisPage(c, planning.FigureQuery{Name: q.Text("name"), Year: year, Under: q.Text("under"), New: q.Has(newFigure)})
	if err != nil {
		return err
	}
	effects, err := s.Planning.FigureEffects(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	p.Effects = basisEffects(effects)
	return show(s, c, basisListPage, p)
}

func (s *Server) basisPage(c echo.Context, q planning.FigureQuery) (*view.Bases, error) {
	sheet, err := s.Planning.FigureSheet(c.Request().Context(), actorOf(c), q)
	if err != nil {
		return nil, err
	}
	p := &view.Bases{Base: s.base(c), MayEdit: actorOf(c).May(access.PlanEdit, 0), Year: strconv.Itoa(sheet.Year), Under: q.Under, NewURL: "/bases?" + newFigure + "=1"}
	p.New = sheet.Chosen.Name == "" && p.MayEdit
	p.Nothing = sheet.Chosen.Name == "" && !p.MayEdit
	if p.Name, p.Unit = sheet.Chosen.Name, sheet.Chosen.Unit; p.New && len(sheet.Names) == 0 {
		p.Name, p.Unit = plan.MovedPeople, "人"
	}
	for _, n := range sheet.Names {
		p.Tabs = append(p.Tabs, view.StockTab{Label: n.Name, URL: basesURL(n.Name, 0, ""), Current: n.Name == sheet.Chosen.Name})
	}
	if p.MayEdit {
		p.Tabs = append(p.Tabs, view.StockTab{Label: "+ 新指标", URL: p.NewURL, Current: p.New})
	}
	p.Years = s.figureYears(sheet)
	if sheet.Parent.Code != "" {
		p.Parent, p.BackURL = sheet.Parent.Name, basesURL(p.Name, sheet.Year, "")
	}
	for _, r := range sheet.Rows {
		p.Rows = append(p.Rows, basisRow(r, sheet))
	}
	p.Empty = view.Empty{Icon: "map-2", Title: "还没有可填的区划", Text: "新增储备库时填写它的区划代码，这里就会列出它所在的区划。"}
	if sheet.Parent.Code != "" {
		p.Empty = view.Empty{Icon: "map-2", Title: "没有村（社区）", Text: p.Parent + "下面没有登记村（社区）。", URL: p.BackURL, Do: "返回街镇"}
	}
	if p.Nothing {
		p.Empty = view.Empty{Icon: "users", Title: "还没有测算基数", Text: "计划员登记各街镇的需转移人口、堤防长度等以后，会列在这里。"}
	}
	return p, nil
}

// figureYears offers the years there are, this one and the next.
func (s *Server) figureYears(sheet planning.FigureSheet) []view.Option {
	today := s.Planning.Today().Time().Year()
	years := slices.Concat(sheet.Chosen.Years, []int{sheet.Year, today, today + 1})
	slices.Sort(years)
	slices.Reverse(years)
	var list []view.Option
	for _, y := range slices.Compact(years) {
		text := strconv.Itoa(y)
		list = append(list, view.Option{Value: text, Label: text + " 年", Checked: y == sheet.Year})
	}
	return list
}

func basisRow(r planning.FigureRow, sheet planning.FigureSheet) view.BasisRow {
	row := view.BasisRow{Area: r.Area.Name, Field: "value." + r.Area.Code}
	if !strings.HasSuffix(r.Area.Name, r.Area.Kind) { // villages are stored by their short names
		row.Kind = r.Area.Kind
	}
	if r.Now.ID != 0 {
		row.Value, row.Source, row.Who, row.When = r.Now.Value.Grouped(), r.Now.Source, r.Now.ActorName, view.When(r.Now.RecordedAt)
	}
	if r.Before.ID != 0 {
		row.Before = r.Before.Value.Grouped()
		if r.Before.Year != sheet.Year {
			row.BeforeYear = strconv.Itoa(r.Before.Year) + " 年"
		}
	}
	if r.Parts > 0 && sheet.Chosen.Name != "" {
		row.PartsURL, row.PartsLabel = basesURL(sheet.Chosen.Name, sheet.Year, r.Area.Code), fmt.Sprintf("%d 个村社区", r.Parts)
	}
	return row
}

func basisEffects(list []planning.Effect) []view.BasisEffect {
	var rows []view.BasisEffect
	for _, e := range list {
		row := view.BasisEffect{Plan: e.Plan, State: planTag(e.Status), Line: e.LineNo, Scope: e.Scope, Target: e.Target, Unit: e.Unit, Figure: e.Area + "的" + e.Figure,
			Was: figureText(e.Was), Now: figureText(e.Now), Standard: e.Standard.Grouped()}
		if e.Computed {
			row.Becomes = e.Becomes.Grouped()
		}
		rows = append(rows, row)
	}
	return rows
}

// figureText writes a figure with its unit and year: 150 人（2026）.
func figureText(f plan.Figure) string {
	return fmt.Sprintf("%s %s（%d）", f.Value.Grouped(), f.Unit, f.Year)
}

// basisSave records a column of figures, or shows what that would change.
func (s *Server) basisSave(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := readFigures(f)
	ctx, actor := c.Request().Context(), actorOf(c)
	if f.Text("do") == "preview" {
		effects, err := s.Planning.PreviewFigures(ctx, actor, in)
		if err != nil {
			return s.refuseBasis(c, f, in, err)
		}
		p, err := s.basisTyped(c, f, in)
		if err != nil {
			return err
		}
		p.Effects, p.Previewed = basisEffects(effects), true
		return show(s, c, basisListPage, p)
	}
	n, err := s.Planning.RecordFigures(ctx, actor, in)
	if err != nil {
		return s.refuseBasis(c, f, in, err)
	}
	if n > 0 {
		s.flash(c, "ok", fmt.Sprintf("已记录 %d 个区划的「%s」；原来的数值留在记录里。", n, in.Name))
	} else {
		s.flash(c, "warn", "填写的数值与现有的相同，没有新的记录。")
	}
	year, _ := strconv.Atoi(in.Year)
	return redirect(c, basesURL(in.Name, year, f.Text("under")))
}

func readFigures(f *form.Form) planning.FiguresInput {
	in := planning.FiguresInput{Name: f.Text("name"), Unit: f.Text("unit"), Year: f.Text("year"), Source: f.Text("source"), Values: map[string]string{}}
	for _, name := range f.Names() {
		if code, ok := strings.CutPrefix(name, "value."); ok {
			in.Values[code] = f.Figure(name)
		}
	}
	return in
}

// basisTyped makes the page again with what was typed.
func (s *Server) basisTyped(c echo.Context, f *form.Form, in planning.FiguresInput) (*view.Bases, error) {
	year, _ := strconv.Atoi(in.Year)
	p, err := s.basisPage(c, planning.FigureQuery{Name: in.Name, Year: year, Under: f.Text("under"), New: true})
	if err != nil {
		return nil, err
	}
	if p.Source = in.Source; p.New {
		p.Name, p.Unit, p.Year = in.Name, in.Unit, in.Year
	}
	for i, r := range p.Rows {
		p.Rows[i].Typed = f.Figure(r.Field)
	}
	return p, nil
}

func (s *Server) refuseBasis(c echo.Context, f *form.Form, in planning.FiguresInput, cause error) error {
	p, err := s.basisTyped(c, f, in)
	if err != nil {
		return err
	}
	p.Fail(cause)
	for i, r := range p.Rows {
		p.Rows[i].Error = p.FieldError(r.Field)
	}
	effects, err := s.Planning.FigureEffects(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	p.Effects = basisEffects(effects)
	return refuse(s, c, basisListPage, p, cause)
}
