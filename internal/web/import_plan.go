package web

import (
	"context"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/importing"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// depotLeft is the value of a place that is left out of a plan.
const depotLeft = "none"

// planned fills what a plan's workbook would change, with the questions that
// only a plan has.
func (d *importDesk) planned(p *view.ImportPreview) {
	made := d.Plan
	if made == nil || !d.open {
		return
	}
	v := &view.ImportPlan{SeasonWas: string(made.Season), Lines: made.Lines, Rest: made.Rest, Others: made.Others, Fallen: made.Fallen, Keep: made.Keep}
	if made.Year != 0 {
		v.YearWas = strconv.Itoa(made.Year)
	}
	if v.Year = v.YearWas; d.sent != nil && d.sent.Has("plan_year") {
		v.Year = d.sent.Text("plan_year")
	}
	for _, s := range plan.Seasons {
		v.Seasons = append(v.Seasons, view.Option{Value: string(s), Label: s.Name(), Checked: s == made.Season})
	}
	if v.Keep {
		v.RestWas = "1"
	}
	if made.Base.ID != 0 {
		v.Base, v.BaseURL, v.BaseStatus = planning.Label(made.Base), "/plans/"+made.Base.ID.String(), made.Base.Status.Name()
	}
	for _, c := range made.Changes {
		switch {
		case c.Old == nil:
			v.Added++
		case c.New == nil:
			v.Removed++
		default:
			v.Changed++
		}
		if len(v.Changes) < importDiffRows {
			v.Changes = append(v.Changes, planChange(c))
		}
	}
	v.More = len(made.Changes) - len(v.Changes)
	p.Plan = v
}

// planFields name what differs between two versions of a line.
var planFields = map[string]string{"unit": "单位", "minimum": "最低量", "standard": "标准量", "maximum": "最高量", "forms": "储备形式", "responsible": "责任单位",
	"fund": "资金来源", "remark": "备注"}

func planChange(c importing.PlanChange) view.ImportPlanChange {
	v := view.ImportPlanChange{Depot: c.Depot, Label: c.Label, Unit: c.Unit, Cell: c.Cell, Kind: view.Tag{Text: "改动", Tone: "is-info", Icon: "edit"}}
	var old, now plan.Line
	switch {
	case c.Old == nil:
		now = *c.New
		v.Kind = view.Tag{Text: "新增", Tone: "is-ok", Icon: "plus"}
	case c.New == nil:
		old = *c.Old
		v.Kind = view.Tag{Text: "去掉", Tone: "is-bad", Icon: "minus"}
	default:
		old, now = *c.Old, *c.New
		var fields []string
		for _, f := range c.Fields {
			if name := planFields[f]; name != "" {
				fields = append(fields, name)
			}
		}
		v.What = strings.Join(fields, "、")
	}
	v.OldMinimum, v.Minimum = planFigure(old.Minimum), planFigure(now.Minimum)
	v.OldStandard, v.Standard = planFigure(old.Standard), planFigure(now.Standard)
	if diff := now.Standard - old.Standard; diff != 0 && (c.Old == nil || c.New == nil || old.Unit == now.Unit) {
		v.Diff, v.Less = diff.Grouped(), diff < 0
		if diff > 0 {
			v.Diff = "+" + v.Diff
		}
	}
	return v
}

func planFigure(q quantity.Q) string {
	if q == 0 {
		return ""
	}
	return q.Grouped()
}

// readPlan takes the answers only a plan is asked for.
func (s *Server) readPlan(f *form.Form, d *importChoices) {
	if text, differs := changed(f, "plan_year", "was_plan_year"); differs {
		year, err := strconv.Atoi(strings.TrimSuffix(text, "年"))
		if err != nil || planning.CheckYear(year, s.Planning.Today()) != nil {
			f.Fail("plan_year", "计划年度请填四位数的年份，例如 "+strconv.Itoa(s.Planning.Today().Year())+"，现在是「"+text+"」。")
		} else {
			d.add(func(c *importing.Decisions) { c.Year = year })
		}
	}
	if season, differs := changed(f, "plan_season", "was_plan_season"); differs && plan.Season(season).Name() != "" {
		d.add(func(c *importing.Decisions) { c.Season = plan.Season(season) })
	}
	if keep := f.Checked("plan_rest"); f.Has("was_plan_rest") && keep != (f.Text("was_plan_rest") != "") {
		d.add(func(c *importing.Decisions) { c.Rest = &keep })
	}
}

// importDraft shows the version of a plan that a batch became.
func (s *Server) importDraft(ctx context.Context, actor access.Actor, d *importDesk, p *view.ImportPreview) error {
	draft, found, err := s.Importing.Draft(ctx, actor, d.Batch.ID)
	if err != nil || !found {
		return err
	}
	p.Draft = &view.ImportDraft{URL: "/plans/" + draft.ID.String(), Label: planning.Label(draft), Status: draft.Status.Name(), Name: draft.Name}
	return nil
}
