package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planChangesPage = declare[view.PlanChanges]("base", "plan/changes")

// shownChanges bounds the page; a revision of half a plan is longer.
const shownChanges = 1000

// planChanges shows what a version changes against another, ?with= or the one
// before it.
func (s *Server) planChanges(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	w, err := s.planWhole(c)
	if err != nil {
		return err
	}
	d, err := s.Planning.PlanDifference(ctx, actor, w.Plan.ID, form.Query(c.Request()).ID("with"))
	if err != nil {
		return err
	}
	list, err := s.Planning.Plans(ctx, actor)
	if err != nil {
		return err
	}
	data := &view.PlanChanges{Base: s.base(c), Title: planTitle(w.Plan), BackURL: planURL(w.Plan), Action: planURL(w.Plan) + "/changes"}
	if d.Against.ID != 0 {
		data.Against = planTitle(d.Against)
	}
	for _, o := range list {
		if o.ID != w.Plan.ID && o.Status != plan.Discarded {
			data.Others = append(data.Others, view.Option{Value: o.ID.String(), Label: planTitle(o.Plan) + "（" + o.Status.Name() + "）", Checked: o.ID == d.Against.ID})
		}
	}
	data.Added, data.Removed, data.Changed = countChanges(d.Changes)
	for i, change := range d.Changes {
		if i == shownChanges {
			data.Cut = fmt.Sprintf("共 %d 处，这里只列前 %d 处。", len(d.Changes), shownChanges)
			break
		}
		data.Rows = append(data.Rows, changeRow(w, change))
	}
	data.Empty = view.Empty{Icon: "circle-check", Title: "两个版本的计划行完全一致", Text: "没有新增、减少或调整。"}
	if d.Against.ID == 0 {
		data.Empty = view.Empty{Icon: "clipboard-list", Title: "没有可以比较的版本", Text: "这是第一个版本；选另一个版本可以比较。"}
	}
	return show(s, c, planChangesPage, data)
}

var otherFields = map[string]string{"unit": "单位", "forms": "储备形式", "responsible": "责任单位", "fund": "资金来源", "basis": "依据", "remark": "备注"}

func changeRow(w planning.Whole, change plan.Change) view.PlanChange {
	l, was := change.New, change.Old
	tag := view.Tag{Text: "调整", Tone: "is-warn", Icon: "pencil"}
	switch {
	case was == nil:
		tag, was = view.Tag{Text: "新增", Tone: "is-ok", Icon: "plus"}, &plan.Line{}
	case l == nil:
		tag, l = view.Tag{Text: "减少", Tone: "is-bad", Icon: "minus"}, &plan.Line{}
	}
	shown := l
	if change.New == nil {
		shown = was
	}
	row := view.PlanChange{Tag: tag, Where: w.Depots.Label(shown.Scope), Target: w.Goods.Label(shown.Target), Unit: shown.Unit,
		Minimum: planMove(was.Minimum, l.Minimum), Standard: planMove(was.Standard, l.Standard), Maximum: planMove(was.Maximum, l.Maximum)}
	for _, f := range change.Fields {
		if word := otherFields[f]; word != "" {
			row.Other = append(row.Other, word)
		}
	}
	return row
}

func planMove(was, now quantity.Q) view.PlanMove {
	return view.PlanMove{Was: level(was), Now: level(now), Differs: was != now}
}
