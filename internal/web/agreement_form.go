package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var agreementFormPage = declare[view.AgreementForm]("base", "agreement/form")

// The goods of the form: so many lines at least, so many blank ones below what
// was typed, so many more when they are asked for.
const (
	leastGoods = 8
	blankGoods = 2
	moreGoods  = 8
	mostGoods  = 240 // more than an agreement may have, so that too many are said and not dropped
)

// itemChoices are the goods a browser offers while one is typed.
func (s *Server) itemChoices(ctx context.Context) ([]view.Option, error) {
	ix, err := s.Directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	var list []view.Option
	for _, it := range ix.Items() {
		if !it.Draft {
			list = append(list, view.Option{Value: planning.Listed(it), Label: it.Unit})
		}
	}
	return list, nil
}

// agreementFormData makes the page from what is in the form. A failed one is
// laid out alike.
func (s *Server) agreementFormData(c echo.Context, in planning.AgreementInput, blank int) (*view.AgreementForm, error) {
	items, err := s.itemChoices(c.Request().Context())
	if err != nil {
		return nil, err
	}
	data := &view.AgreementForm{Base: s.base(c), ID: in.ID, Action: "/agreements", BackURL: "/agreements", LockNo: in.LockNo, Forms: dealForms(in.Form), Items: items,
		Number: in.Number, Firm: in.Firm, Contact: in.Contact, Phone: in.Phone, Address: in.Address, From: in.FromOn, To: in.ToOn, Lead: in.LeadHours, Remark: in.Remark}
	if in.ID != 0 {
		data.Action, data.BackURL = agreementURL(in.ID), agreementURL(in.ID)
	}
	typed := 0
	for i, l := range in.Lines {
		if !l.Blank() {
			typed = i + 1
		}
	}
	for i := range max(leastGoods, min(typed+blank, mostGoods)) {
		l := view.AgreementLine{N: i + 1}
		if i < len(in.Lines) {
			l.Item, l.Qty, l.Price = in.Lines[i].Item, in.Lines[i].Qty, in.Lines[i].Price
		}
		data.Lines = append(data.Lines, l)
	}
	return data, nil
}

// agreementNew shows the empty form.
func (s *Server) agreementNew(c echo.Context) error {
	in := planning.AgreementInput{Form: string(plan.Agreement), FromOn: s.Planning.Today().First}
	return s.showAgreementForm(c, in, blankGoods)
}

func (s *Server) showAgreementForm(c echo.Context, in planning.AgreementInput, blank int) error {
	data, err := s.agreementFormData(c, in, blank)
	if err != nil {
		return err
	}
	return show(s, c, agreementFormPage, data)
}

// agreementEdit shows the form of an agreement there is.
func (s *Server) agreementEdit(c echo.Context) error {
	agreement, err := pathID(c, "id")
	if err != nil {
		return err
	}
	a, err := s.Planning.Agreement(c.Request().Context(), actorOf(c), agreement)
	if err != nil {
		return err
	}
	if a.Ended {
		s.flash(c, "warn", "这份协议已经终止，不能再修改。续签的请新增一份协议。")
		return redirect(c, agreementURL(agreement))
	}
	in := dealInput(a.Deal)
	for _, g := range a.Lines {
		l := planning.AgreementLine{Item: planning.Listed(g.Item), Qty: g.Qty.String()}
		if g.Price != nil {
			l.Price = g.Price.String()
		}
		in.Lines = append(in.Lines, l)
	}
	return s.showAgreementForm(c, in, blankGoods)
}

// agreementCreate adds an agreement.
func (s *Server) agreementCreate(c echo.Context) error { return s.saveAgreement(c, 0) }

// agreementUpdate changes an agreement.
func (s *Server) agreementUpdate(c echo.Context) error {
	agreement, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveAgreement(c, agreement)
}

// actMore asks for more lines instead of saving, for browsers without script.
const actMore = "more"

func (s *Server) saveAgreement(c echo.Context, agreement id.ID) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := readAgreement(f, agreement)
	if f.Text("act") == actMore {
		return s.showAgreementForm(c, in, moreGoods)
	}
	d, err := s.Planning.SaveAgreement(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseAgreement(c, in, err)
	}
	what := "已保存"
	if agreement == 0 {
		what = "已新增"
	}
	s.flash(c, "ok", fmt.Sprintf("%s协议「%s」，%s，物资 %d 种。", what, d.Number, d.Firm, len(d.Goods)))
	return redirect(c, agreementURL(d.ID))
}

// readAgreement takes the form as typed. Figures keep what stands inside them:
// whether that is a number is not for a form to decide.
func readAgreement(f *form.Form, agreement id.ID) planning.AgreementInput {
	in := planning.AgreementInput{ID: agreement, LockNo: f.Version(), Number: f.Text("number"), Form: f.Text("form"), Firm: f.Text("firm"), Contact: f.Text("contact"),
		Phone: f.Text("phone"), Address: f.Text("address"), FromOn: f.Text("from_on"), ToOn: f.Text("to_on"), LeadHours: f.Text("lead_hours"), Remark: f.Text("remark")}
	for n := 1; n <= mostGoods; n++ {
		l := view.AgreementLine{N: n}
		if !f.Has(l.Field("item")) && !f.Has(l.Field("qty")) {
			break
		}
		in.Lines = append(in.Lines, planning.AgreementLine{Item: f.Text(l.Field("item")), Qty: f.Figure(l.Field("qty")), Price: f.Figure(l.Field("price"))})
	}
	return in
}

func (s *Server) refuseAgreement(c echo.Context, in planning.AgreementInput, cause error) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return cause
	}
	data, err := s.agreementFormData(c, in, blankGoods)
	if err != nil {
		return err
	}
	return refuse(s, c, agreementFormPage, data, cause)
}
