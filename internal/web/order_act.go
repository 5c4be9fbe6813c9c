package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// orderApprove approves a proposal: its goods are promised at once.
func (s *Server) orderApprove(c echo.Context) error { return s.orderDecide(c, order.Approved) }

// orderRefuse sends a proposal back with a reason.
func (s *Server) orderRefuse(c echo.Context) error { return s.orderDecide(c, order.Refused) }

func (s *Server) orderDecide(c echo.Context, to order.Status) error {
	of, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	in := dispatching.DecisionInput{OrderID: of, LockNo: f.Version(), DocumentNo: f.Text("document_no"), SignedOn: f.Text("signed_on"), Decision: f.Text("decision")}
	decide, which := s.Dispatching.Approve, formApprove
	if to == order.Refused {
		decide, which, in.DocumentNo, in.SignedOn = s.Dispatching.Refuse, formRefuse, "", ""
	}
	o, err := decide(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseOrderAct(c, of, which, err, func(p *view.OrderView) error {
			p.Decision = view.DecisionTyped{DocumentNo: in.DocumentNo, SignedOn: firstText(in.SignedOn, p.Today), Reason: in.Decision}
			return nil
		})
	}
	if to == order.Approved {
		s.flash(c, "ok", "已批准 "+o.Number+"，物资已占用，"+progress(o)+"。")
	} else {
		s.flash(c, "ok", o.Number+" 没有批准，理由已告知拟制人。")
	}
	return redirect(c, orderURL(of))
}

func idAndForm(c echo.Context) (id.ID, *form.Form, error) {
	of, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	f, err := form.Read(c.Request())
	return of, f, err
}

// orderCancel gives an order up, or takes a proposal back.
func (s *Server) orderCancel(c echo.Context) error {
	of, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	reason := f.Text("decision")
	o, err := s.Dispatching.Cancel(c.Request().Context(), actorOf(c), of, reason)
	if err != nil {
		return s.refuseOrderAct(c, of, formCancel, err, func(p *view.OrderView) error { p.Reason = reason; return nil })
	}
	if o.Status == order.Cancelled {
		s.flash(c, "ok", o.Number+" 已取消，占用的物资已放开。")
	} else {
		s.flash(c, "ok", o.Number+" 没有发出的部分已取消，已经送到的不变。")
	}
	return redirect(c, orderURL(of))
}

// orderChange adds lines to an order under way.
func (s *Server) orderChange(c echo.Context) error {
	of, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	lines, _ := readLines(f)
	named, err := s.nameItems(ctx, actor, lines)
	if err != nil {
		return err
	}
	in := dispatching.ChangeOrderInput{OrderID: of, LockNo: f.Version(), Lines: lineInputs(lines, 1), Reason: f.Text("reason")}
	if _, err = s.Dispatching.AddLines(ctx, actor, in); err != nil {
		wrong := bothWrong(named, err)
		return s.refuseOrderAct(c, of, formChange, wrong, func(p *view.OrderView) (err error) {
			p.ChangeReason = in.Reason
			p.Change, err = s.lineForm(ctx, actor, padded(lines, changeLines), s.targetsOf(c, of))
			p.Change.Mark(errs.FieldsOf(wrong))
			return err
		})
	}
	s.flash(c, "ok", "已增加 "+count(len(in.Lines))+" 行，物资已占用。")
	return redirect(c, orderURL(of))
}

// targetsOf gives an order's targets; the page that asks has just shown it.
func (s *Server) targetsOf(c echo.Context, of id.ID) []order.Target {
	v, err := s.Dispatching.Order(c.Request().Context(), actorOf(c), of)
	if err != nil {
		return nil
	}
	return v.Targets
}

// orderPaper hands a missing paper in.
func (s *Server) orderPaper(c echo.Context) error {
	of, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	in := dispatching.PaperInput{OrderID: of, Kind: order.PaperKind(f.Text("kind")), DocumentNo: f.Text("document_no"), Note: f.Text("note")}
	if err := s.Dispatching.HandInPaper(c.Request().Context(), actorOf(c), in); err != nil {
		return s.refuseOrderAct(c, of, formPaper+string(in.Kind), err, func(p *view.OrderView) error {
			if at := slices.IndexFunc(p.Papers, func(x view.OrderPaper) bool { return x.Kind == string(in.Kind) }); at >= 0 {
				p.Papers[at].Typed, p.Papers[at].TypedNote = in.DocumentNo, in.Note
			}
			return nil
		})
	}
	s.flash(c, "ok", in.Kind.Name()+"已补上。")
	return redirect(c, orderURL(of)+"#papers")
}

// receiptUndo takes a receipt back that was keyed wrongly.
func (s *Server) receiptUndo(c echo.Context) error {
	return s.orderUndo(c, "receipt", func(in dispatching.UndoInput) error {
		return s.Dispatching.UndoSign(c.Request().Context(), actorOf(c), in)
	})
}

// clearingUndo takes an account back that was keyed wrongly.
func (s *Server) clearingUndo(c echo.Context) error {
	return s.orderUndo(c, "voucher", func(in dispatching.UndoInput) error {
		return s.Dispatching.UndoClear(c.Request().Context(), actorOf(c), in)
	})
}

func (s *Server) orderUndo(c echo.Context, param string, undo func(dispatching.UndoInput) error) error {
	of, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	what, err := pathID(c, param)
	if err != nil {
		return err
	}
	in := dispatching.UndoInput{ClientKey: f.Text("client_key"), ID: what, OrderID: of, Reason: f.Text("reason")}
	if err := undo(in); err != nil {
		return s.refuseOrderAct(c, of, formUndo, err, func(p *view.OrderView) error {
			typedUndo(p, what.String(), in, err)
			return nil
		})
	}
	s.flash(c, "ok", "已撤销并红冲，原来的记录和原因都留着。")
	return redirect(c, orderURL(of))
}

// typedUndo puts a refused undo back into its form.
func typedUndo(p *view.OrderView, what string, in dispatching.UndoInput, cause error) {
	keep := func(u *view.Undo) {
		if u.URL == "" {
			return
		}
		u.Open, u.Reason, u.Error = true, in.Reason, errs.MessageOf(cause)
		if inventory.CheckKey(in.ClientKey) == nil {
			u.ClientKey = in.ClientKey
		}
	}
	for i := range p.Receipts {
		if p.Receipts[i].ID == what {
			keep(&p.Receipts[i].Undo)
		}
	}
	for i := range p.Clearings {
		if p.Clearings[i].ID == what {
			keep(&p.Clearings[i].Undo)
		}
	}
}
