package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var agreementViewPage = declare[view.AgreementView]("base", "agreement/view")

// agreementView shows one agreement with its goods and the record of calls.
func (s *Server) agreementView(c echo.Context) error {
	agreement, err := pathID(c, "id")
	if err != nil {
		return err
	}
	data, err := s.agreementFrame(c, agreement)
	if err != nil {
		return err
	}
	return show(s, c, agreementViewPage, data)
}

func (s *Server) agreementFrame(c echo.Context, agreement id.ID) (*view.AgreementView, error) {
	a, err := s.Planning.Agreement(c.Request().Context(), actorOf(c), agreement)
	if err != nil {
		return nil, err
	}
	self := agreementURL(a.ID)
	data := &view.AgreementView{Base: s.base(c), Number: a.Number, Firm: a.Firm, Form: a.Form.Name(), From: a.FromOn, To: a.ToOn, Lead: view.Lead(a.LeadHours),
		Contact: a.Contact, Phone: a.Phone, Dial: view.Dial(a.Phone), Address: a.Address, Remark: a.Remark, State: view.DealTag(a.State),
		Check: view.CallTag(a.Deal, a.Stale), Verified: a.VerifiedOn, VerifiedBy: a.VerifiedName, VerifyDays: a.VerifyDays,
		MayEdit: actorOf(c).May(access.PlanEdit, 0) && !a.Ended, EditURL: self + "/edit", CallURL: self + "/verify", EndURL: self + "/end", LockNo: a.LockNo,
		CheckedOn: s.Planning.Today().First}
	fillAgreementGoods(data, a.Lines)
	for _, call := range a.Checks {
		data.Calls = append(data.Calls, view.AgreementCall{On: call.CheckedOn, Phone: call.Phone, Remark: call.Remark, Who: call.ActorName, When: view.When(call.At), Reached: call.Reached})
	}
	return data, nil
}

func fillAgreementGoods(data *view.AgreementView, lines []planning.AgreementGood) {
	sum, priced := money.Fen(0), false
	for _, g := range lines {
		row := view.AgreementGood{Code: g.Item.Code, Name: g.Item.Name, Spec: g.Item.Spec, URL: itemURL(g.Item.ID), Qty: g.Qty.Grouped(), Unit: g.Item.Unit}
		if g.Price != nil {
			amount := g.Price.Times(g.Qty)
			row.Price, row.Amount = g.Price.Grouped(), amount.Grouped()
			sum, priced = sum+amount, true
		}
		data.Goods = append(data.Goods, row)
	}
	if priced {
		data.Amount = sum.Grouped()
	}
}

// agreementVerify records a call to the contact.
func (s *Server) agreementVerify(c echo.Context) error {
	agreement, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.VerifyInput{AgreementID: agreement, Reached: f.Text("reached"), CheckedOn: f.Text("checked_on"), Remark: f.Text("remark")}
	if err := s.Planning.VerifyAgreement(c.Request().Context(), actorOf(c), in); err != nil {
		return s.refuseAgreementAct(c, agreement, err, func(data *view.AgreementView) {
			data.Reached, data.CheckedOn, data.Noted = in.Reached, in.CheckedOn, in.Remark
		})
	}
	if in.Reached == "yes" {
		s.flash(c, "ok", "已记下这次电话核实。")
	} else {
		s.flash(c, "warn", "已记下未接通。最近核实日期没有变，请换个时间再打，或联系企业核对电话。")
	}
	return redirect(c, agreementURL(agreement)+"#calls")
}

// agreementEnd ends an agreement before its day.
func (s *Server) agreementEnd(c echo.Context) error {
	agreement, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	reason := f.Text("reason")
	if err := s.Planning.EndAgreement(c.Request().Context(), actorOf(c), agreement, f.Version(), reason); err != nil {
		return s.refuseAgreementAct(c, agreement, err, func(data *view.AgreementView) { data.Reason = reason })
	}
	s.flash(c, "ok", "已终止这份协议，不再计入保障能力。")
	return redirect(c, agreementURL(agreement))
}

// refuseAgreementAct shows the agreement again with what was typed.
func (s *Server) refuseAgreementAct(c echo.Context, agreement id.ID, cause error, typed func(*view.AgreementView)) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return cause
	}
	data, err := s.agreementFrame(c, agreement)
	if err != nil {
		return err
	}
	typed(data)
	return refuse(s, c, agreementViewPage, data, cause)
}

// dealInput is what a page's form begins with.
func dealInput(d plan.Deal) planning.AgreementInput {
	return planning.AgreementInput{ID: d.ID, LockNo: d.LockNo, Number: d.Number, Form: string(d.Form), Firm: d.Firm, Contact: d.Contact, Phone: d.Phone,
		Address: d.Address, FromOn: d.FromOn, ToOn: d.ToOn, LeadHours: count(d.LeadHours), Remark: d.Remark}
}
