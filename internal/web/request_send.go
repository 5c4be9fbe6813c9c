package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// requestCreate takes the form: more lines, lines by the standards, what the
// books have, or the request itself.
func (s *Server) requestCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	t := readRequestForm(f)
	switch f.Text("act") {
	case actMore:
		return s.showRequestForm(c, t, moreNeeds)
	case actNeeds:
		err = s.fillNeeds(c, &t, f)
	case actStock:
		err = s.stockNeeds(c, &t)
	default:
		return s.sendRequest(c, t, f)
	}
	if err != nil {
		return s.refuseRequest(c, t, err)
	}
	return s.showRequestForm(c, t, blankNeeds)
}

func (s *Server) sendRequest(c echo.Context, t requestTyped, f *form.Form) error {
	in := t.input(f)
	if err := f.Err(); err != nil {
		return s.refuseRequest(c, t, err)
	}
	if inventory.CheckKey(t.clientKey) != nil {
		t.clientKey = inventory.NewKey()
		return s.refuseRequest(c, t, errs.New(errs.Invalid, "页面已过期，请核对下面的内容后再报一次。"))
	}
	r, err := s.Dispatching.SendRequest(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseRequest(c, t, err)
	}
	to := "区应急局"
	if r.Direction == order.ToCity {
		to = "上级"
	}
	s.flash(c, "ok", fmt.Sprintf("已报%s，编号 %s，共 %d 行物资。", to, r.Number, len(r.Lines)))
	return redirect(c, requestURL(r.ID))
}

// fillNeeds computes lines by the standards for the people and days typed.
// Lines of the same goods take the new figures, others stay.
func (s *Server) fillNeeds(c echo.Context, t *requestTyped, f *form.Form) error {
	people, days := f.Count("moved_people", "转移人数"), f.Count("days", "天数")
	if err := f.Err(); err != nil {
		return err
	}
	if t.depot == 0 {
		return errs.New(errs.Invalid, "请先选择填报单位，再按标准测算。")
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	lines, err := s.Dispatching.Needs(ctx, actor, t.depot, t.kind, int64(people), int64(days))
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return errs.New(errs.Invalid, "没有适用于这种灾害的保障标准。请在“保障标准”里维护，或逐行填写。")
	}
	ch, err := s.Dispatching.RequestChoices(ctx, actor, t.direction())
	if err != nil {
		return err
	}
	t.merge(needLines(ch.Goods, lines), ch.Goods)
	return nil
}

// merge puts computed lines into those typed.
func (t *requestTyped) merge(computed []view.RequestLine, goods *plan.Goods) {
	at := map[plan.Target]int{}
	for i, l := range t.lines {
		if target, err := goods.ParseTarget(l.Target); err == nil {
			at[target] = i
		}
	}
	for _, l := range computed {
		target, _ := goods.ParseTarget(l.Target)
		if i, there := at[target]; there {
			old := &t.lines[i]
			old.Needed, old.InStock, old.Basis, old.Computed, old.Asked = l.Needed, l.InStock, l.Basis, l.Computed, ""
			continue
		}
		l.N = len(t.lines) + 1
		t.lines = append(t.lines, l)
	}
}

// stockNeeds writes what the depot has of each line into 本级储备量.
func (s *Server) stockNeeds(c echo.Context, t *requestTyped) error {
	if t.depot == 0 {
		return errs.New(errs.Invalid, "请先选择填报单位，再取本级储备量。")
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	ch, err := s.Dispatching.RequestChoices(ctx, actor, t.direction())
	if err != nil {
		return err
	}
	targets := make([]plan.Target, len(t.lines))
	for i, l := range t.lines {
		targets[i], _ = ch.Goods.ParseTarget(l.Target) // what is no goods yet is said when it is sent
	}
	have, err := s.Dispatching.InStock(ctx, actor, t.depot, targets)
	if err != nil {
		return err
	}
	for i, target := range targets {
		if q, known := have[target]; known {
			t.lines[i].InStock = q.String()
		}
	}
	return nil
}
