package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/web/view"
)

var planListPage = declare[view.PlanList]("base", "plan/list")

// planList shows every version of every plan.
func (s *Server) planList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	list, err := s.Planning.Plans(ctx, actor)
	if err != nil {
		return err
	}
	current, found, err := s.Planning.InForce(ctx, actor, s.Planning.Today().First)
	if err != nil {
		return err
	}
	data := &view.PlanList{Base: s.base(c), MayEdit: actor.May(access.PlanEdit, 0),
		Empty: view.Empty{Icon: "clipboard-list", Title: "还没有储备计划", Text: "由计划员新建，或把现有的储备计划表从“台账导入”导入成草稿；领导批准后，这里和储备对照按它计算。"}}
	if data.MayEdit {
		data.Empty.URL, data.Empty.Do = "/plans/new", "新建计划"
	}
	for _, p := range list {
		data.Rows = append(data.Rows, view.PlanRow{URL: planURL(p.Plan), Name: p.Name, Season: p.Season.Name(), Year: p.Year, Version: p.Version,
			Status: planTag(p.Status), Days: p.FromOn + " 至 " + p.ToOn, Lines: p.Lines, Author: p.AuthorName, At: view.When(p.CreatedAt),
			Decided: p.DecidedName, DecidedAt: view.When(p.DecidedAt), Document: p.DocumentNo, Current: found && p.ID == current.ID})
	}
	return show(s, c, planListPage, data)
}

func planURL(p plan.Plan) string { return "/plans/" + p.ID.String() }

// planTitle names a version: 2026年全年 第2版.
func planTitle(p plan.Plan) string {
	return fmt.Sprintf("%d年%s 第%d版", p.Year, p.Season.Name(), p.Version)
}

var planTags = map[plan.Status]view.Tag{
	plan.Draft: {Icon: "pencil"}, plan.Submitted: {Tone: "is-warn", Icon: "clock"}, plan.Approved: {Tone: "is-ok", Icon: "circle-check"},
	plan.Superseded: {Icon: "history"}, plan.Discarded: {Tone: "is-bad", Icon: "ban"},
}

func planTag(s plan.Status) view.Tag {
	t := planTags[s]
	t.Text = s.Name()
	return t
}
