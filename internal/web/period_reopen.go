package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var periodReopenPage = declare[view.PeriodReopen]("base", "period/reopen")

// reopenForm asks why a closed month should be opened again. The month and the
// depot come from the board's link.
func (s *Server) reopenForm(c echo.Context) error {
	f := form.Query(c.Request())
	data, err := s.reopenData(c, f.ID("depot"), f.Text("month"))
	if err != nil {
		return err
	}
	return show(s, c, periodReopenPage, data)
}

func (s *Server) reopenData(c echo.Context, depot id.ID, text string) (*view.PeriodReopen, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	month, err := ledger.ParseMonth(text, s.Inventory.Today())
	if err != nil || depot == 0 || month < ledger.EarliestMonth {
		return nil, errs.New(errs.NotFound, "没有要反结账的储备库和月份，请从月结页面选择。")
	}
	d, err := s.Directory.Depot(ctx, actor, depot)
	if err != nil {
		return nil, err
	}
	if err := actor.Require(access.PeriodClose, depot); err != nil {
		return nil, err
	}
	months, err := s.Inventory.Opens(ctx, actor, depot, month)
	if err != nil {
		return nil, err
	}
	return &view.PeriodReopen{Base: s.base(c), DepotID: depot.String(), Depot: d.Name, Month: string(month), Name: month.Chinese(),
		Opens: monthRange(months), BackURL: periodsURL(month)}, nil
}

// reopenAsk hands the request in.
func (s *Server) reopenAsk(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	data, err := s.reopenData(c, f.ID("depot"), f.Text("month"))
	if err != nil {
		return err
	}
	data.Reason = f.Text("reason")
	r, err := s.Inventory.AskReopening(c.Request().Context(), actorOf(c), id.Parse(data.DepotID), ledger.Month(data.Month), data.Reason)
	if err != nil {
		return refuse(s, c, periodReopenPage, data, err)
	}
	s.flash(c, "ok", "已提交"+data.Depot+data.Name+"的反结账申请，请另一位有审批权的人在月结页面审批。")
	return redirect(c, periodsURL(r.Month)+"#requests")
}

// reopenDecide approves or refuses a request, as the pressed button says.
func (s *Server) reopenDecide(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	answer := f.Text("answer")
	return s.endRequest(c, func(ctx context.Context, actor access.Actor, request id.ID) (string, error) {
		if answer != "approve" && answer != "refuse" {
			return "", errs.New(errs.Invalid, "请选择批准或不批准。")
		}
		r, err := s.Inventory.DecideReopening(ctx, actor, request, answer == "approve")
		if r.Status == store.ReopeningApproved {
			return "已批准反结账，" + r.Month.Chinese() + "起重新开放记账；补记后请重新月结。", err
		}
		return "没有批准这项反结账申请，" + r.Month.Chinese() + "保持已月结。", err
	})
}

// reopenWithdraw takes a request back.
func (s *Server) reopenWithdraw(c echo.Context) error {
	return s.endRequest(c, func(ctx context.Context, actor access.Actor, request id.ID) (string, error) {
		return "已撤回反结账申请。", s.Inventory.WithdrawReopening(ctx, actor, request)
	})
}

// endRequest brings a request to an end and goes back to the board; what
// stands against it is told there.
func (s *Server) endRequest(c echo.Context, do func(context.Context, access.Actor, id.ID) (string, error)) error {
	request, err := pathID(c, "id")
	if err != nil {
		return err
	}
	text, err := do(c.Request().Context(), actorOf(c), request)
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		noteFailure(c, err)
		s.flash(c, "bad", errs.MessageOf(err))
	default:
		if err != nil {
			return err
		}
		s.flash(c, "ok", text)
	}
	return redirect(c, "/periods#requests")
}
