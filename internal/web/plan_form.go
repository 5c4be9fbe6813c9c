package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planFormPage = declare[view.PlanForm]("base", "plan/form")

// planNew shows the head of a new version; ?copy= names the one to revise.
func (s *Server) planNew(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	list, err := s.Planning.Plans(ctx, actor)
	if err != nil {
		return err
	}
	from := form.Query(c.Request()).ID("copy")
	in := planning.PlanInput{Year: strconv.Itoa(s.Planning.Today().Year()), Season: plan.WholeYear, Copy: from}
	for _, p := range list {
		if p.ID == from {
			in = planInput(p.Plan)
			in.Copy = from
		}
	}
	return show(s, c, planFormPage, s.planFrame(c, in, list))
}

func planInput(p plan.Plan) planning.PlanInput {
	in := planning.PlanInput{Year: strconv.Itoa(p.Year), Season: p.Season, Name: p.Name, From: p.FromOn, To: p.ToOn, Remark: p.Remark}
	if p.WindowDays > 0 {
		in.Window = strconv.Itoa(p.WindowDays)
	}
	return in
}

// planFrame fills the form of a new version.
func (s *Server) planFrame(c echo.Context, in planning.PlanInput, list []planning.ListedPlan) *view.PlanForm {
	data := &view.PlanForm{Base: s.base(c), Action: "/plans", BackURL: "/plans", Year: in.Year, Name: in.Name, From: in.From, To: in.To,
		Window: in.Window, Remark: in.Remark}
	for _, season := range plan.Seasons {
		data.Seasons = append(data.Seasons, view.Option{Value: string(season), Label: season.Name(), Checked: season == in.Season})
	}
	for _, p := range list {
		if p.Status != plan.Discarded && p.Lines > 0 {
			data.Copies = append(data.Copies, view.Option{Value: p.ID.String(), Label: planTitle(p.Plan) + "（" + p.Status.Name() + "，" + count(p.Lines) + " 行）", Checked: p.ID == in.Copy})
		}
	}
	return data
}

func readPlanInput(f *form.Form) planning.PlanInput {
	return planning.PlanInput{Year: f.Figure("year"), Season: plan.Season(f.Text("season")), Name: f.Text("name"), From: f.Text("from"), To: f.Text("to"),
		Window: f.Figure("window"), Remark: f.Text("remark"), Copy: f.ID("copy")}
}

// planCreate begins a version.
func (s *Server) planCreate(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := readPlanInput(f)
	p, err := s.Planning.CreatePlan(ctx, actor, in)
	if err != nil {
		list, listErr := s.Planning.Plans(ctx, actor)
		if listErr != nil {
			return listErr
		}
		return refuse(s, c, planFormPage, s.planFrame(c, in, list), err)
	}
	s.flash(c, "ok", "已建立"+planTitle(p)+"草稿。编好各行后点“报批”。")
	return redirect(c, planURL(p))
}

// planEdit shows the head of a draft.
func (s *Server) planEdit(c echo.Context) error {
	w, err := s.planWhole(c)
	if err != nil {
		return err
	}
	return show(s, c, planFormPage, s.planEditFrame(c, w.Plan, planInput(w.Plan)))
}

func (s *Server) planEditFrame(c echo.Context, p plan.Plan, in planning.PlanInput) *view.PlanForm {
	data := s.planFrame(c, in, nil)
	data.ID, data.Action, data.BackURL, data.Fixed = p.ID.String(), planURL(p), planURL(p), planTitle(p)
	data.LockNo = strconv.FormatInt(p.LockNo, 10)
	return data
}

// planUpdate changes the head of a draft.
func (s *Server) planUpdate(c echo.Context) error {
	version, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := readPlanInput(f)
	if err := s.Planning.SavePlan(c.Request().Context(), actorOf(c), version, lockNo(f), in); err != nil {
		w, wholeErr := s.planWhole(c)
		if wholeErr != nil {
			return wholeErr
		}
		data := s.planEditFrame(c, w.Plan, in)
		data.LockNo = f.Text("lock") // another's change is not written over by a second try
		return refuse(s, c, planFormPage, data, err)
	}
	s.flash(c, "ok", "已保存计划的名称和期限。")
	return redirect(c, "/plans/"+version.String())
}

// lockNo is the version of the draft a page was made from.
func lockNo(f *form.Form) int64 {
	n, _ := strconv.ParseInt(f.Text("lock"), 10, 64)
	return n
}

// planWhole reads the plan the address names.
func (s *Server) planWhole(c echo.Context) (planning.Whole, error) {
	version, err := pathID(c, "id")
	if err != nil {
		return planning.Whole{}, err
	}
	return s.Planning.Plan(c.Request().Context(), actorOf(c), version)
}

// planStep runs a move of a plan and goes back to its page; a refusal is said
// there.
func (s *Server) planStep(c echo.Context, done string, move func(version id.ID, f *form.Form) error) error {
	version, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	if err := move(version, f); err != nil {
		data, pageErr := s.planData(c)
		if pageErr != nil {
			return pageErr
		}
		data.Wrote = view.PlanVerdict{Document: f.Text("document"), Signed: f.Text("signed"), Words: f.Text("words")}
		return refuse(s, c, planViewPage, data, err)
	}
	s.flash(c, "ok", done)
	return redirect(c, "/plans/"+version.String())
}

// planSubmit hands a draft to the leaders.
func (s *Server) planSubmit(c echo.Context) error {
	return s.planStep(c, "已报批，请领导审批。", func(version id.ID, f *form.Form) error {
		return s.Planning.SubmitPlan(c.Request().Context(), actorOf(c), version, lockNo(f))
	})
}

// planDecide approves a plan or sends it back, as the pressed button says.
func (s *Server) planDecide(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	done := "已退回编制人修改。"
	approve := f.Text("answer") == "approve"
	if approve {
		done = "已批准，计划期限内按这一版对照库存。"
	}
	return s.planStep(c, done, func(version id.ID, f *form.Form) error {
		return s.Planning.DecidePlan(c.Request().Context(), actorOf(c), version, lockNo(f), planning.Verdict{Approve: approve,
			Document: f.Text("document"), Signed: f.Text("signed"), Words: f.Text("words")})
	})
}

// planDiscard ends a draft.
func (s *Server) planDiscard(c echo.Context) error {
	return s.planStep(c, "草稿已作废。", func(version id.ID, f *form.Form) error {
		return s.Planning.DiscardPlan(c.Request().Context(), actorOf(c), version, lockNo(f))
	})
}

// mayEditPlan reports that a version can be written to by the actor.
func mayEditPlan(actor access.Actor, p plan.Plan) bool {
	return p.Status == plan.Draft && actor.May(access.PlanEdit, 0)
}
