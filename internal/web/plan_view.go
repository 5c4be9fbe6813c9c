package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planViewPage = declare[view.PlanView]("base", "plan/view")

// shownPlanLines bounds one page of lines; the filter and the workbook hold
// them all.
const shownPlanLines = 600

// planView shows a version with its way, its lines and what may be done.
func (s *Server) planView(c echo.Context) error {
	data, err := s.planData(c)
	if err != nil {
		return err
	}
	return show(s, c, planViewPage, data)
}

func (s *Server) planData(c echo.Context) (*view.PlanView, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	w, err := s.planWhole(c)
	if err != nil {
		return nil, err
	}
	p := w.Plan
	data := &view.PlanView{Base: s.base(c), ID: p.ID.String(), Title: planTitle(p), Name: p.Name, Status: planTag(p.Status), Days: p.FromOn + " 至 " + p.ToOn,
		Remark: p.Remark, Steps: planSteps(p), LockNo: strconv.FormatInt(p.LockNo, 10), Decision: p.Decision, Document: p.DocumentNo, SignedOn: p.SignedOn,
		MayEdit: mayEditPlan(actor, p), EditURL: planURL(p) + "/edit", ChangesURL: planURL(p) + "/changes", GenerateURL: planURL(p) + "/generate",
		ReviseURL: "/plans/new?copy=" + p.ID.String(), Today: s.Planning.Today().First, LinesOf: planURL(p) + "/lines",
		ExportURL: exportURL(reporting.Kind("plan"), nil) + "?plan=" + p.ID.String()}
	if p.WindowDays > 0 {
		data.Window = fmt.Sprintf("%d 天内到期的不计", p.WindowDays)
	}
	if len(p.ContentHash) >= 8 {
		data.Hash = p.ContentHash[len(p.ContentHash)-8:]
	}
	if p.Status == plan.Approved || p.Status == plan.Superseded {
		data.CoverageURL = "/coverage?plan=" + p.ID.String()
		data.MayRevise = actor.May(access.PlanEdit, 0)
	}
	data.MaySubmit = data.MayEdit && len(w.Lines) > 0
	if p.Status == plan.Submitted && actor.May(access.PlanApprove, 0) {
		if data.MayDecide = p.AuthorID != actor.ID && p.SubmittedID != actor.ID; !data.MayDecide {
			data.WhyNotDecide = "这份计划由您编制或报批，须由另一位领导批准。"
		}
	}
	if actor.May(access.PlanView, 0) && (p.Status == plan.Draft || p.Status == plan.Submitted) {
		d, err := s.Planning.PlanDifference(ctx, actor, p.ID, 0)
		if err != nil {
			return nil, err
		}
		data.Changes = changesSaid(d)
	}
	fillPlanLines(data, w, form.Query(c.Request()))
	return data, nil
}

// planSteps is a version's way with who took each step.
func planSteps(p plan.Plan) []view.PlanStep {
	steps := []view.PlanStep{{Label: "编制", Who: p.AuthorName, At: view.When(p.CreatedAt), Done: true}, {Label: "报批"}, {Label: "批准"}}
	if p.SubmittedAt > 0 {
		steps[1] = view.PlanStep{Label: "报批", Who: p.SubmittedName, At: view.When(p.SubmittedAt), Done: p.Status != plan.Draft}
	}
	switch p.Status {
	case plan.Draft:
		steps[0].Now, steps[0].Done = true, false
		if p.DecidedAt > 0 {
			steps[2] = view.PlanStep{Label: "退回", Who: p.DecidedName, At: view.When(p.DecidedAt)}
		}
	case plan.Submitted:
		steps[2].Now = true
	case plan.Approved, plan.Superseded:
		steps[2] = view.PlanStep{Label: "批准", Who: p.DecidedName, At: view.When(p.DecidedAt), Done: true}
	}
	return steps
}

func changesSaid(d planning.Difference) string {
	if d.Against.ID == 0 {
		return ""
	}
	added, removed, changed := countChanges(d.Changes)
	if added+removed+changed == 0 {
		return "与" + planTitle(d.Against) + "完全一致"
	}
	return fmt.Sprintf("与%s相比：新增 %d 行，减少 %d 行，调整 %d 行", planTitle(d.Against), added, removed, changed)
}

func countChanges(list []plan.Change) (added, removed, changed int) {
	for _, c := range list {
		switch {
		case c.Old == nil:
			added++
		case c.New == nil:
			removed++
		default:
			changed++
		}
	}
	return added, removed, changed
}

// fillPlanLines shows the lines of the scope and category the address names.
func fillPlanLines(data *view.PlanView, w planning.Whole, f *form.Form) {
	where, category := f.Text("at"), f.ID("category")
	counts := map[string]int{}
	for _, l := range w.Lines {
		counts[planning.ScopeText(l.Scope)]++
	}
	for _, sc := range scopesOf(w) {
		text := planning.ScopeText(sc)
		n := counts[text]
		at := url.Values{"at": {text}}
		if n > 0 {
			data.Scopes = append(data.Scopes, view.PlanScope{Label: w.Depots.Label(sc), Lines: n, Current: text == where,
				URL: withQuery(planURL(w.Plan), at), EditURL: withQuery(planURL(w.Plan)+"/lines", at)})
		}
		label := w.Depots.Label(sc)
		if n > 0 {
			label += "（" + count(n) + " 行）"
		}
		data.Wheres = append(data.Wheres, view.Option{Value: text, Label: label, Checked: text == where})
		if d, ok := w.Depots.Depot(sc.DepotID); sc.Kind != plan.AtDepot || ok && !d.Closed {
			data.AddAt = append(data.AddAt, view.Option{Value: text, Label: label, Checked: text == where})
		}
	}
	data.Kinds = categoryOptions(w.Categories, category)
	n := 0
	for _, l := range w.Lines {
		if where != "" && planning.ScopeText(l.Scope) != where || category != 0 && w.Goods.CategoryOf(l.Target) != category {
			continue
		}
		if n++; n <= shownPlanLines {
			data.Lines = append(data.Lines, planLine(w, l))
		}
	}
	data.Shown = fmt.Sprintf("%d 行", n)
	if n > shownPlanLines {
		data.Cut = fmt.Sprintf("共 %d 行，这里只列前 %d 行。请选储备库或类别，或导出 Excel 查看全部。", n, shownPlanLines)
	}
	data.Empty = view.Empty{Icon: "clipboard-list", Title: "这里还没有计划行", Text: "选一个储备库、层级或全区逐行编写，或按基数批量生成，也可以从“台账导入”导入现有的计划表。"}
}

// scopesOf lists where lines may stand: the district, the tiers, each depot.
func scopesOf(w planning.Whole) []plan.Scope {
	list := []plan.Scope{{Kind: plan.District}}
	for _, t := range tiersOf(w.Depots) {
		list = append(list, plan.Scope{Kind: plan.AtTier, Tier: t})
	}
	for _, d := range w.Depots.List() {
		list = append(list, plan.Scope{Kind: plan.AtDepot, DepotID: d.ID})
	}
	return list
}

func planLine(w planning.Whole, l plan.Line) view.PlanLine {
	return view.PlanLine{No: l.No, Where: w.Depots.Label(l.Scope), Target: w.Goods.Label(l.Target), Category: categoryName(w, l.Target), Unit: l.Unit,
		Minimum: level(l.Minimum), Standard: l.Standard.Grouped(), Maximum: level(l.Maximum), Forms: formNames(l.Forms), Responsible: l.Responsible, Fund: l.Fund,
		Basis: basisSaid(l), Remark: l.Remark}
}

func categoryName(w planning.Whole, t plan.Target) string {
	at := slices.IndexFunc(w.Categories, func(c catalog.Category) bool { return c.ID == w.Goods.CategoryOf(t) })
	if at < 0 {
		return ""
	}
	return w.Categories[at].Name
}

// level shows a bound; none is empty.
func level(q quantity.Q) string {
	if q == 0 {
		return ""
	}
	return q.Grouped()
}

func formNames(list []plan.Form) string {
	var names []string
	for _, f := range plan.Forms {
		if slices.Contains(list, f) {
			names = append(names, f.Name())
		}
	}
	return strings.Join(names, "、")
}

// basisSaid writes how a standard came about.
func basisSaid(l plan.Line) string {
	b := l.Basis
	var said string
	switch b.Kind {
	case plan.PerHead:
		said = fmt.Sprintf("%s %s 人 × 每人 %s", b.Figure, b.Value.Grouped(), b.Per)
		if b.Days > 1 {
			said += fmt.Sprintf(" × %d 天", b.Days)
		}
	case plan.PerKm:
		said = fmt.Sprintf("%s %s × 每千米 %s", b.Figure, b.Value.Grouped(), b.Per)
		if b.Factor != 0 && b.Factor != quantity.One {
			said += " × " + b.Factor.String()
		}
	}
	if said != "" && l.BasisText != "" {
		said += "；"
	}
	return said + l.BasisText
}

func tiersOf(depots *plan.Depots) []place.Tier {
	var list []place.Tier
	for _, d := range depots.List() {
		if !d.Closed && !slices.Contains(list, d.Tier) {
			list = append(list, d.Tier)
		}
	}
	return list
}
