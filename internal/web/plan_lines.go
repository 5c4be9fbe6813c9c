package web

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planLinesPage = declare[view.PlanLines]("base", "plan/lines")

// Rows a grid offers beyond those there are, and as many as one form may send.
const (
	blankPlanRows = 8
	maxPlanRows   = 1500
)

// planLines shows the lines of one scope as a grid.
func (s *Server) planLines(c echo.Context) error {
	w, at, err := s.planScope(c, form.Query(c.Request()).Text("at"))
	if err != nil {
		return err
	}
	if !mayEditPlan(actorOf(c), w.Plan) {
		return errs.New(errs.Conflict, "只有草稿可以编写。已批准的计划请点“修订”，另建一个新版本。")
	}
	var rows []planning.LineInput
	for _, l := range w.Lines {
		if l.Scope == at {
			rows = append(rows, lineInput(w, l))
		}
	}
	data, err := s.planGrid(c, w, at, rows)
	if err != nil {
		return err
	}
	return show(s, c, planLinesPage, data)
}

// planScope reads the plan and the scope its lines stand at.
func (s *Server) planScope(c echo.Context, text string) (planning.Whole, plan.Scope, error) {
	w, err := s.planWhole(c)
	if err != nil {
		return w, plan.Scope{}, err
	}
	at, err := planning.ParseScope(text)
	if err == nil && at.Kind == plan.AtDepot {
		if _, there := w.Depots.Depot(at.DepotID); !there {
			err = errs.New(errs.Invalid, "没有这个储备库，请从列表中选择。")
		}
	}
	if err != nil {
		return w, at, errs.Wrap(errs.NotFound, err, "%s", errs.MessageOf(err))
	}
	return w, at, nil
}

func lineInput(w planning.Whole, l plan.Line) planning.LineInput {
	in := planning.LineInput{ID: l.ID, Target: w.Goods.Typed(l.Target), Unit: l.Unit, Standard: l.Standard.String(), Forms: l.Forms,
		Responsible: l.Responsible, Fund: l.Fund, BasisText: l.BasisText, Remark: l.Remark}
	if l.Minimum != 0 {
		in.Minimum = l.Minimum.String()
	}
	if l.Maximum != 0 {
		in.Maximum = l.Maximum.String()
	}
	return in
}

func (s *Server) planGrid(c echo.Context, w planning.Whole, at plan.Scope, rows []planning.LineInput) (*view.PlanLines, error) {
	choices, err := s.Planning.Choices(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	text := planning.ScopeText(at)
	data := &view.PlanLines{Base: s.base(c), Title: planTitle(w.Plan), Where: w.Depots.Label(at), Action: planURL(w.Plan) + "/lines",
		BackURL: withQuery(planURL(w.Plan), url.Values{"at": {text}}), LockNo: strconv.FormatInt(w.Plan.LockNo, 10), WhereURL: planURL(w.Plan) + "/lines",
		Targets: choices.Targets, Hint: scopeHint(at)}
	for _, sc := range scopesOf(w) {
		if d, ok := w.Depots.Depot(sc.DepotID); sc.Kind != plan.AtDepot || ok && !d.Closed || sc == at {
			data.Wheres = append(data.Wheres, view.Option{Value: planning.ScopeText(sc), Label: w.Depots.Label(sc), Checked: sc == at})
		}
	}
	for i := range len(rows) + blankPlanRows {
		in := planning.LineInput{Forms: []plan.Form{plan.Physical}}
		if i < len(rows) {
			in = rows[i]
		}
		data.Rows = append(data.Rows, planRowInput(i+1, in))
	}
	return data, nil
}

func scopeHint(at plan.Scope) string {
	switch at.Kind {
	case plan.District:
		return "全区各库（不含其他部门）的库存合在一起对照，不分到库。"
	case plan.AtTier:
		return "这一层级的每个储备库各按这些量对照。"
	}
	return "这个储备库自己的量。"
}

// formSets are the choices of what counts, as one select a row.
var formSets = [][]plan.Form{
	{plan.Physical}, {plan.Physical, plan.Kept}, {plan.Physical, plan.Agreement}, {plan.Physical, plan.Kept, plan.Agreement},
	{plan.Physical, plan.Kept, plan.Agreement, plan.Capacity, plan.Social}, {plan.Kept}, {plan.Agreement}, {plan.Capacity}, {plan.Social},
}

func planRowInput(n int, in planning.LineInput) view.PlanRowInput {
	row := view.PlanRowInput{N: n, ID: idText(in.ID), Target: in.Target, Unit: in.Unit, Minimum: in.Minimum, Standard: in.Standard, Maximum: in.Maximum,
		Responsible: in.Responsible, Fund: in.Fund, Basis: in.BasisText, Remark: in.Remark, Errors: map[string]string{}}
	chosen, known := plan.JoinForms(in.Forms), false
	for _, set := range formSets {
		value := plan.JoinForms(set)
		known = known || value == chosen
		row.Forms = append(row.Forms, view.Option{Value: value, Label: formNames(set), Checked: value == chosen})
	}
	if !known && chosen != "" {
		row.Forms = append(row.Forms, view.Option{Value: chosen, Label: formNames(in.Forms), Checked: true})
	}
	return row
}

// planLinesSave takes the grid. Where somebody changed or submitted the plan
// meanwhile, what was typed is shown again.
func (s *Server) planLinesSave(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	w, at, err := s.planScope(c, f.Text("at"))
	if err != nil {
		return err
	}
	rows, err := readPlanRows(f)
	if err != nil {
		return err
	}
	if err := s.Planning.SaveLines(c.Request().Context(), actorOf(c), w.Plan.ID, lockNo(f), at, rows); err != nil {
		data, gridErr := s.planGrid(c, w, at, rows)
		if gridErr != nil {
			return gridErr
		}
		data.LockNo = f.Text("lock")
		for i := range data.Rows {
			for _, field := range []string{"target", "unit", "minimum", "standard", "maximum", "forms", "responsible", "fund", "basis", "remark", "depot", "tier"} {
				for _, wrong := range errs.FieldsOf(err) {
					if wrong.Name == fmt.Sprintf("%s.%d", field, i+1) {
						data.Rows[i].Errors[field] = wrong.Message
					}
				}
			}
		}
		return refuse(s, c, planLinesPage, data, err)
	}
	s.flash(c, "ok", "已保存"+w.Depots.Label(at)+"的计划行。")
	return redirect(c, withQuery(planURL(w.Plan), url.Values{"at": {planning.ScopeText(at)}}))
}

// readPlanRows reads the rows sent, blank ones too, so that errors name the row
// on the page. Rows beyond the limit are refused: what is left out of the grid
// is taken from the plan.
func readPlanRows(f *form.Form) ([]planning.LineInput, error) {
	var rows []planning.LineInput
	for n := 1; ; n++ {
		at := "." + strconv.Itoa(n)
		if !f.Has("target" + at) {
			return rows, nil
		}
		if n > maxPlanRows {
			return nil, errs.New(errs.TooLarge, "一处最多在网页上编写 %d 行，这次没有保存。行数更多的请用“台账导入”导入计划表。", maxPlanRows)
		}
		rows = append(rows, planning.LineInput{ID: id.Parse(f.Text("id" + at)), Target: f.Text("target" + at), Unit: f.Text("unit" + at),
			Minimum: f.Figure("minimum" + at), Standard: f.Figure("standard" + at), Maximum: f.Figure("maximum" + at), Forms: plan.ParseForms(f.Text("forms" + at)),
			Responsible: f.Text("responsible" + at), Fund: f.Text("fund" + at), BasisText: f.Text("basis" + at), Remark: f.Text("remark" + at)})
	}
}
