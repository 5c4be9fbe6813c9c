package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var reversalPage = declare[view.Reversal]("base", "voucher/reversal")

func reversalURL(v inventory.VoucherView) string { return voucherURL(v.ID) + "/reversal" }

// reversible opens a voucher the person may take back.
func (s *Server) reversible(c echo.Context) (inventory.VoucherView, error) {
	v, err := s.voucherOf(c)
	if err != nil {
		return v, err
	}
	return v, mayFollow(actorOf(c), v.Voucher)
}

// reversalForm asks what to take back and why. Where nothing is left to take
// back, the voucher itself says so.
func (s *Server) reversalForm(c echo.Context) error {
	v, err := s.reversible(c)
	if err != nil {
		return err
	}
	switch {
	case v.Type == ledger.Reversal:
		s.flash(c, "warn", "红冲单不能再红冲。如果冲错了，请按正确的内容重新填一张单据。")
		return redirect(c, voucherURL(v.ID))
	case !v.Reversible:
		s.flash(c, "warn", v.Number+" 的明细已全部红冲过，不能再冲。")
		return redirect(c, voucherURL(v.ID))
	}
	p := s.reversalData(c, v, inventory.ReverseRequest{ClientKey: inventory.NewKey(), BusinessOn: s.Inventory.Today().String()})
	return show(s, c, reversalPage, p)
}

func (s *Server) reversalData(c echo.Context, v inventory.VoucherView, r inventory.ReverseRequest) *view.Reversal {
	p := &view.Reversal{Base: s.base(c), V: voucher(v), Type: view.TypeTag(v.Type), BackURL: voucherURL(v.ID), ReversalURL: reversalURL(v),
		ClientKey: r.ClientKey, Reason: r.Reason, BusinessOn: r.BusinessOn, Whole: r.Lines == nil, Lines: view.NewVoucherLines(v.Paper(), voucherLines(v)), Chosen: map[int]bool{}}
	for _, n := range r.Lines {
		p.Chosen[n] = true
	}
	return p
}

// reversalSubmit books the reversal. A second tap gives the same voucher.
func (s *Server) reversalSubmit(c echo.Context) error {
	v, err := s.reversible(c)
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	r := typedReversal(f, v)
	if err := checkReversal(&r); err != nil {
		return refuse(s, c, reversalPage, s.reversalData(c, v, r), err)
	}
	made, err := s.Inventory.Reverse(c.Request().Context(), actorOf(c), r)
	if err != nil {
		return s.reversalRefuse(c, v, r, err)
	}
	s.flash(c, "ok", "已红冲 "+v.Number+"，红冲单编号 "+made.Number+"。")
	return redirect(c, voucherURL(made.ID))
}

func typedReversal(f *form.Form, v inventory.VoucherView) inventory.ReverseRequest {
	r := inventory.ReverseRequest{VoucherID: v.ID, ClientKey: f.Text("client_key"), Reason: f.Text("reason"), BusinessOn: f.Text("business_on")}
	if f.Text("scope") == "whole" {
		return r
	}
	r.Lines = []int{}
	for _, text := range f.All("line") {
		if n, err := strconv.Atoi(text); err == nil {
			r.Lines = append(r.Lines, n)
		}
	}
	slices.Sort(r.Lines)
	r.Lines = slices.Compact(r.Lines)
	return r
}

func checkReversal(r *inventory.ReverseRequest) error {
	var check errs.Check
	if r.Lines != nil && len(r.Lines) == 0 {
		check.Add("lines", "请勾选要红冲的行；要全部冲回，请选「整单」。")
	}
	if r.Reason == "" {
		check.Add("reason", "请写明红冲原因，例如：数量录错。")
	}
	if err := check.Err(); err != nil {
		return err
	}
	if inventory.CheckKey(r.ClientKey) != nil {
		r.ClientKey = inventory.NewKey()
		return errs.New(errs.Invalid, "页面已过期，请核对下面的内容后再确认一次。")
	}
	return nil
}

// reversalRefuse shows the form again, with the lines as they are by now:
// somebody else may have taken some back meanwhile.
func (s *Server) reversalRefuse(c echo.Context, v inventory.VoucherView, r inventory.ReverseRequest, err error) error {
	now, readErr := s.Inventory.Voucher(c.Request().Context(), actorOf(c), v.ID)
	if readErr != nil {
		now = v
	}
	return refuse(s, c, reversalPage, s.reversalData(c, now, r), onLines(err))
}

// onLines puts what a posting says about single lines above the list of lines:
// a reversal has no cells to say it beside.
func onLines(err error) error {
	var told []string
	var fields []errs.Field
	for _, f := range errs.FieldsOf(err) {
		if strings.HasPrefix(f.Name, "line.") {
			told = append(told, f.Message)
			continue
		}
		fields = append(fields, f)
	}
	if len(told) == 0 {
		return err
	}
	fields = append(fields, errs.Field{Name: "lines", Message: strings.Join(told, "")})
	return &errs.Error{Kind: errs.KindOf(err), Message: errs.MessageOf(err), Fields: fields, Err: err}
}
