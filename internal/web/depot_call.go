package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// callForm is the form that records a call to a depot.
func callForm(d place.Depot, csrf, back string) *view.CallForm {
	return &view.CallForm{CSRF: csrf, Action: depotURL(d.ID) + "/phone-checks", Back: back, Name: d.Keeper, Phone: d.Phone}
}

// depotStand fills the score and the calls of a depot's own page.
func (s *Server) depotStand(ctx context.Context, actor access.Actor, d place.Depot, csrf string) (*view.DepotStand, error) {
	if !actor.May(access.PlanView, d.ID) {
		return nil, nil
	}
	score, calls, judged, err := s.Planning.DepotScore(ctx, actor, d.ID)
	if err != nil {
		return nil, err
	}
	st := &view.DepotStand{Judged: judged, Points: score.Points, Grade: gradeTag(score.Grade()), Quarter: plan.QuarterName(s.Planning.Today()),
		Cells: scoreCells(score, d.ID, actor)}
	if actor.May(access.Rectify, d.ID) && d.Phone != "" {
		st.Call = callForm(d, csrf, depotURL(d.ID))
	}
	for _, call := range calls {
		st.Calls = append(st.Calls, view.DepotCall{On: call.CalledOn, Phone: call.Phone, Tag: callTag(call.Reached), Actor: call.ActorName, Remark: call.Remark})
	}
	return st, nil
}

func callTag(reached bool) view.Tag {
	if reached {
		return view.Tag{Text: "已接通", Tone: "is-ok", Icon: "check"}
	}
	return view.Tag{Text: "未接通", Tone: "is-bad", Icon: "x"}
}

// depotCall records a call to a depot, from its page or from the scores.
func (s *Server) depotCall(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.PhoneInput{Result: f.Text("result"), Remark: f.Text("remark")}
	if err := s.Planning.CheckPhone(c.Request().Context(), actorOf(c), depot, in); err != nil {
		if statusOf(err) != http.StatusUnprocessableEntity {
			return err
		}
		data, again := s.depotFrame(c, depot)
		if again != nil {
			return again
		}
		if data.Stand != nil && data.Stand.Call != nil {
			form := data.Stand.Call
			form.Back, form.Remark, form.Reached, form.Missed = callBack(f.Text("back"), form.Back), in.Remark, in.Result == planning.CallReached, in.Result == planning.CallMissed
		}
		return refuse(s, c, depotViewPage, data, err)
	}
	s.flash(c, "ok", "已登记通话。")
	return redirect(c, callBack(f.Text("back"), depotURL(depot)+"#call"))
}

// callBack gives the list of scores a form came from, and never an address
// beyond it.
func callBack(typed, otherwise string) string {
	if u, err := url.Parse(typed); err == nil && u.Scheme == "" && u.Host == "" && u.Path == "/score" {
		return withQuery("/score", u.Query())
	}
	return otherwise
}
