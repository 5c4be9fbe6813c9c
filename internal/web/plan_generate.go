package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planGeneratePage = declare[view.PlanGenerate]("base", "plan/generate")

// planGenerate shows the two ways to many lines: by a basis, and by copying a
// depot.
func (s *Server) planGenerate(c echo.Context) error {
	data, _, err := s.generateFrame(c, planning.BasisInput{Kind: plan.PerHead, Figure: plan.MovedPeople}, planning.CopyInput{})
	if err != nil {
		return err
	}
	return show(s, c, planGeneratePage, data)
}

func (s *Server) generateFrame(c echo.Context, basis planning.BasisInput, copied planning.CopyInput) (*view.PlanGenerate, planning.Whole, error) {
	w, err := s.planWhole(c)
	if err != nil {
		return nil, w, err
	}
	if !mayEditPlan(actorOf(c), w.Plan) {
		return nil, w, errs.New(errs.Conflict, "只有草稿可以编写。已批准的计划请点“修订”，另建一个新版本。")
	}
	choices, err := s.Planning.Choices(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, w, err
	}
	data := &view.PlanGenerate{Base: s.base(c), Title: planTitle(w.Plan), BackURL: planURL(w.Plan), LockNo: strconv.FormatInt(w.Plan.LockNo, 10),
		ByBasisURL: planURL(w.Plan) + "/generate", CopyURL: planURL(w.Plan) + "/copy", Targets: choices.Targets,
		Basis: view.PlanBasisInput{Target: basis.Target, Unit: basis.Unit, Figure: basis.Figure, Year: basis.Year, Per: basis.Per, Days: basis.Days,
			Factor: basis.Factor, Share: basis.Share, Most: basis.Most, Basis: basis.Basis},
		Copy: view.PlanCopyInput{Percent: copied.Percent}}
	for _, k := range []plan.BasisKind{plan.PerHead, plan.PerKm} {
		data.Basis.Kinds = append(data.Basis.Kinds, view.Option{Value: string(k), Label: k.Name(), Checked: k == basis.Kind})
	}
	planned := map[id.ID]int{}
	for _, l := range w.Lines {
		if l.Scope.Kind == plan.AtDepot {
			planned[l.Scope.DepotID]++
		}
	}
	for _, d := range choices.Depots {
		label := d.Name
		if n := planned[d.ID]; n > 0 {
			label += "（" + count(n) + " 行）"
			data.From = append(data.From, view.Option{Value: d.ID.String(), Label: label, Checked: d.ID == copied.From})
		}
		data.Depots = append(data.Depots, view.Option{Value: d.ID.String(), Label: label})
	}
	for _, t := range tiersOf(w.Depots) {
		data.Tiers = append(data.Tiers, view.Option{Value: string(t), Label: "全部" + t.Name()})
	}
	data.Copy.Tiers, data.Copy.Depots = slices.Clone(data.Tiers), slices.Clone(data.Depots)
	return data, w, nil
}

// chosenDepots are the ticked depots and those of the ticked tiers.
func chosenDepots(f *form.Form, w planning.Whole) []id.ID {
	var list []id.ID
	seen := map[id.ID]bool{}
	add := func(d id.ID) {
		if d != 0 && !seen[d] {
			seen[d] = true
			list = append(list, d)
		}
	}
	for _, t := range f.All("tier") {
		for _, d := range w.Depots.Stands(plan.Line{Scope: plan.Scope{Kind: plan.AtTier, Tier: place.Tier(t)}, Forms: []plan.Form{plan.Physical}}) {
			add(d)
		}
	}
	for _, text := range f.All("depot") {
		add(id.Parse(text))
	}
	return list
}

// planByBasis computes lines from a basis figure.
func (s *Server) planByBasis(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.BasisInput{Target: f.Text("target"), Unit: f.Text("unit"), Kind: plan.BasisKind(f.Text("kind")), Figure: f.Text("figure"),
		Year: f.Figure("year"), Per: f.Figure("per"), Days: f.Figure("days"), Factor: f.Figure("factor"), Share: f.Figure("share"), Most: f.Figure("most"), Basis: f.Text("basis")}
	ticked := func(data *view.PlanGenerate) { tickChosen(data.Tiers, data.Depots, f) }
	return s.generated(c, f, in, planning.CopyInput{}, ticked, func(w planning.Whole) (planning.Generated, error) {
		in.Depots = chosenDepots(f, w)
		return s.Planning.GenerateLines(c.Request().Context(), actorOf(c), w.Plan.ID, lockNo(f), in)
	})
}

// planCopy gives depots the profile of another.
func (s *Server) planCopy(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.CopyInput{From: id.Parse(f.Text("from")), Percent: f.Figure("percent")}
	ticked := func(data *view.PlanGenerate) { tickChosen(data.Copy.Tiers, data.Copy.Depots, f) }
	return s.generated(c, f, planning.BasisInput{Kind: plan.PerHead, Figure: plan.MovedPeople}, in, ticked, func(w planning.Whole) (planning.Generated, error) {
		in.Depots = chosenDepots(f, w)
		return s.Planning.CopyProfile(c.Request().Context(), actorOf(c), w.Plan.ID, lockNo(f), in)
	})
}

// generated runs one of the two forms; on an error both are shown again, that
// one as typed.
func (s *Server) generated(c echo.Context, f *form.Form, basis planning.BasisInput, copied planning.CopyInput, ticked func(*view.PlanGenerate),
	run func(planning.Whole) (planning.Generated, error)) error {
	data, w, err := s.generateFrame(c, basis, copied)
	if err != nil {
		return err
	}
	out, err := run(w)
	if err != nil {
		data.LockNo = f.Text("lock")
		ticked(data)
		return refuse(s, c, planGeneratePage, data, err)
	}
	said := fmt.Sprintf("新增 %d 行，重算 %d 行。", out.Made, out.Changed)
	kind := "ok"
	if len(out.Without) > 0 {
		kind, said = "warn", said+"没有动："+strings.Join(out.Without, "、")+"（没有基数，或已有计划行）。"
	}
	s.flash(c, kind, said)
	return redirect(c, planURL(w.Plan))
}

func tickChosen(tiers, depots []view.Option, f *form.Form) {
	for _, field := range []struct {
		name    string
		options []view.Option
	}{{"tier", tiers}, {"depot", depots}} {
		for _, v := range f.All(field.name) {
			for i := range field.options {
				if field.options[i].Value == v {
					field.options[i].Checked = true
				}
			}
		}
	}
}
