package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// lotTrials fills the record of a machine's trials and the form for another.
func (s *Server) lotTrials(c echo.Context, lot id.ID) (view.LotTrials, error) {
	found, err := s.Planning.Trials(c.Request().Context(), actorOf(c), lot)
	if err != nil {
		return view.LotTrials{}, err
	}
	today := s.Planning.Today().First
	t := view.LotTrials{Every: trialWords(found.Months), May: found.MayTry, URL: lotURL(lot) + "/checks", Latest: today, CheckedOn: today, State: trialState(found)}
	if len(found.Depots) > 1 {
		for _, d := range found.Depots {
			t.Depots = append(t.Depots, view.Option{Value: d.DepotID.String(), Label: d.Depot})
		}
	}
	for _, r := range found.Checks {
		t.Rows = append(t.Rows, lotTrial(r))
	}
	return t, nil
}

func lotTrial(r store.ReadinessCheck) view.LotTrial {
	row := view.LotTrial{On: r.CheckedOn, Depot: r.Depot, Actor: r.ActorName, Remark: r.Remark, Tag: view.Tag{Text: "不合格", Tone: "is-bad", Icon: "x"}}
	if r.Passed {
		row.Due, row.Tag = r.DueOn, view.Tag{Text: "合格", Tone: "is-ok", Icon: "check"}
	}
	return row
}

// trialState says whether the machine counts as ready.
func trialState(t planning.Trials) view.Tag {
	switch {
	case t.Months == 0:
		return view.Tag{}
	case t.InDate:
		return view.Tag{Text: "试机有效至 " + t.DueOn, Tone: "is-ok", Icon: "circle-check"}
	case len(t.Checks) == 0:
		return view.Tag{Text: "还没有试机", Tone: "is-bad", Icon: "circle-x"}
	case !t.Checks[0].Passed:
		return view.Tag{Text: "试机不合格", Tone: "is-bad", Icon: "circle-x"}
	}
	return view.Tag{Text: "试机已过期 " + t.DueOn, Tone: "is-bad", Icon: "clock-exclamation"}
}

// lotCheck records a trial.
func (s *Server) lotCheck(c echo.Context) error {
	lot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.CheckInput{DepotID: id.Parse(f.Text("depot")), CheckedOn: f.Text("checked_on"), Result: f.Text("result"), Remark: f.Text("remark")}
	made, err := s.Planning.RecordCheck(c.Request().Context(), actorOf(c), lot, in)
	if err != nil {
		return s.refuseCheck(c, lot, in, err)
	}
	text := "已登记试机：不合格，从当天起不计入计划的可用量，修好后请再试机。"
	if made.Passed {
		text = "已登记试机：合格，有效至 " + made.DueOn + "。"
	}
	s.flash(c, "ok", text)
	return redirect(c, lotURL(lot)+"#trials")
}

func (s *Server) refuseCheck(c echo.Context, lot id.ID, in planning.CheckInput, cause error) error {
	if status := statusOf(cause); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return cause
	}
	data, err := s.lotFrame(c, lot)
	if err != nil {
		return err
	}
	t := &data.Trials
	t.CheckedOn, t.Passed, t.Failed, t.Remark = in.CheckedOn, in.Result == planning.TrialPassed, in.Result == planning.TrialFailed, in.Remark
	for i, o := range t.Depots {
		t.Depots[i].Checked = o.Value == in.DepotID.String()
	}
	return refuse(s, c, lotViewPage, data, cause)
}
