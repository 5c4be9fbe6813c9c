package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var scoreListPage = declare[view.ScoreList]("base", "score/list")

// scoreFilter reads the list's narrowing from a form or an address. What no
// list knows narrows nothing.
func scoreFilter(f *form.Form) planning.ScoreFilter {
	filter := planning.ScoreFilter{DepotID: id.Parse(f.Text("depot")), Street: f.Text("street"), Failing: f.Checked("failing")}
	if t := place.Tier(f.Text("tier")); t == place.Township || t == place.Village {
		filter.Tier = t
	}
	return filter
}

func scoreURL(f planning.ScoreFilter) string {
	v := url.Values{}
	for _, field := range []struct{ name, value string }{{"tier", string(f.Tier)}, {"street", f.Street}, {"depot", idText(f.DepotID)}} {
		if field.value != "" {
			v.Set(field.name, field.value)
		}
	}
	if f.Failing {
		v.Set("failing", "1")
	}
	return withQuery("/score", v)
}

// scoreList shows how streets and villages keep their goods.
func (s *Server) scoreList(c echo.Context) error {
	p, err := s.scorePage(c, scoreFilter(form.Query(c.Request())))
	if err != nil {
		return err
	}
	return show(s, c, scoreListPage, p)
}

func (s *Server) scorePage(c echo.Context, f planning.ScoreFilter) (*view.ScoreList, error) {
	actor := actorOf(c)
	board, err := s.Planning.Scores(c.Request().Context(), actor, f)
	if err != nil {
		return nil, err
	}
	p := &view.ScoreList{Base: s.base(c), On: board.On.First, Quarter: plan.QuarterName(board.On), Since: plan.QuarterStart(board.On).First, Failing: f.Failing,
		Filtered: f != planning.ScoreFilter{}}
	p.Order = view.ScoreOrder{Depot: idText(f.DepotID), Tier: string(f.Tier), Street: f.Street, Failing: f.Failing, Latest: p.On,
		DueOn: board.On.AddDays(plan.RectifyDays).First}
	for _, t := range board.Tiers {
		p.TierOptions = append(p.TierOptions, view.Option{Value: string(t.Tier), Label: t.Tier.Name(), Checked: t.Tier == f.Tier})
	}
	for _, d := range board.Streets {
		p.Streets = append(p.Streets, view.Option{Value: d.Code, Label: d.Name, Checked: d.Code == f.Street})
	}
	for _, r := range plan.Rules {
		p.Rules = append(p.Rules, r.Name())
	}
	p.Tiers, p.Bare = scoreTiers(board)
	for _, r := range board.Rows {
		if r.MayRectify {
			p.Order.Missing += len(r.Missing())
		}
		p.Rows = append(p.Rows, scoreRow(r, actor, p.CSRF, scoreURL(f), p.On))
	}
	p.Empty = scoreEmpty(f)
	return p, nil
}

// promises are what a tier's list is called: six things of a street, three of
// a village, of which the goods are one.
var promises = map[place.Tier]string{place.Township: "六有", place.Village: "三有"}

func scoreTiers(b planning.ScoreBoard) (tiers []view.ScoreTier, bare string) {
	var without []string
	for _, t := range b.Tiers {
		if t.Bare > 0 {
			without = append(without, fmt.Sprintf("%d 个%s", t.Bare, t.Tier.Name()))
		}
		if t.Depots > 0 {
			tiers = append(tiers, view.ScoreTier{Name: promises[t.Tier] + "（" + t.Tier.Name() + "）", Mean: t.Mean, Met: t.Met, Depots: t.Depots,
				Tag: gradeTag(plan.Score{Points: t.Mean}.Grade())})
		}
	}
	return tiers, strings.Join(without, "、")
}

func scoreEmpty(f planning.ScoreFilter) view.Empty {
	switch {
	case f.Failing:
		return view.Empty{Icon: "circle-check", Title: "没有不达标的储备库", Text: "列出的储备库五项都达标。", URL: "/score", Do: "看全部"}
	case f != planning.ScoreFilter{}:
		return view.Empty{Icon: "search", Title: "没有符合条件的储备库", Text: "可以放宽条件再查。", URL: "/score", Do: "清除条件"}
	}
	return view.Empty{Icon: "building-warehouse", Title: "还没有街镇或村社区的储备库", Text: "计划员新增街镇、村社区的储备库后，按实时数据逐项评分。"}
}

var gradeTags = [...]view.Tag{plan.GradeMet: {Tone: "is-ok", Icon: "circle-check"}, plan.GradeFair: {Tone: "is-warn", Icon: "alert-triangle"},
	plan.GradePoor: {Tone: "is-bad", Icon: "circle-x"}}

func gradeTag(g plan.Grade) view.Tag {
	tag := gradeTags[g]
	tag.Text = g.Name()
	return tag
}

func scoreRow(r planning.ScoreRow, actor access.Actor, csrf, back, today string) view.ScoreRow {
	row := view.ScoreRow{Depot: r.Depot.Name, URL: depotURL(r.Depot.ID), Village: r.Depot.Tier == place.Village, Points: r.Score.Points,
		Grade: gradeTag(r.Score.Grade()), Cells: scoreCells(r.Score, r.Depot.ID, actor)}
	if row.Division = r.Division.Name; row.Division == "" {
		row.Division = "未填区划"
	}
	for i, v := range r.Score.Verdicts {
		if due := r.Open[v.Rule]; due != "" {
			row.Cells[i].Rectify, row.Cells[i].Late, row.Cells[i].RectifyURL = "整改至 "+due, due < today, rectificationURL(rectificationQuery{depot: r.Depot.ID})
		}
	}
	if r.MayRectify && r.Depot.Phone != "" {
		row.Call = callForm(r.Depot, csrf, back)
		row.Cells[slices.Index(plan.Rules, plan.RulePhone)].Form = !r.Score.Verdict(plan.RulePhone).Pass
	}
	return row
}

func scoreCells(score plan.Score, depot id.ID, actor access.Actor) []view.ScoreCell {
	cells := make([]view.ScoreCell, len(score.Verdicts))
	for i, v := range score.Verdicts {
		cells[i] = view.ScoreCell{Rule: v.Rule.Name(), Fact: v.Fact, Todo: v.Todo, Tag: view.Tag{Text: "达标", Tone: "is-ok", Icon: "check"}}
		if !v.Pass {
			cells[i].Tag = view.Tag{Text: "不达标", Tone: "is-bad", Icon: "x"}
			cells[i].Fix, cells[i].FixURL = ruleFix(v.Rule, depot, actor)
		}
	}
	return cells
}

// ruleFix says where a person puts a thing right, "" where it is others' to do.
func ruleFix(r plan.Rule, depot id.ID, actor access.Actor) (do, url string) {
	switch {
	case r == plan.RuleListed && actor.May(access.LedgerImport, depot):
		return "导入台账", "/imports/new"
	case r == plan.RuleCounted && actor.May(access.LedgerImport, depot):
		return "发核对表", "/forms"
	case r == plan.RuleFresh && actor.May(access.StockView, depot):
		return "看过期批次", stockURL(stockQuery{by: byLot, depot: depot, expiry: "expired"})
	case r == plan.RuleKeeper && actor.May(access.DepotEdit, depot):
		return "补填资料", depotURL(depot) + "/edit"
	case r == plan.RulePhone && actor.May(access.Rectify, depot):
		return "登记通话", depotURL(depot) + "#call"
	}
	return "", ""
}

// scoreRectify opens a rectification for all that fails in the list.
func (s *Server) scoreRectify(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.RectifyInput{Filter: scoreFilter(f), Responsible: f.Text("responsible"), DueOn: f.Text("due_on")}
	opened, err := s.Planning.OpenRectifications(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseRectify(c, in, err)
	}
	if opened == 0 {
		s.flash(c, "ok", "没有要新开的整改：不达标的都已在整改中。")
		return redirect(c, scoreURL(in.Filter))
	}
	s.flash(c, "ok", fmt.Sprintf("已开 %d 项整改，整改到位后在这里逐项销号。", opened))
	return redirect(c, "/rectifications")
}

func (s *Server) refuseRectify(c echo.Context, in planning.RectifyInput, cause error) error {
	if statusOf(cause) == http.StatusForbidden || statusOf(cause) == http.StatusUnauthorized {
		return cause
	}
	p, err := s.scorePage(c, in.Filter)
	if err != nil {
		return err
	}
	p.Order.DueOn, p.Order.Responsible = in.DueOn, in.Responsible
	return refuse(s, c, scoreListPage, p, cause)
}
