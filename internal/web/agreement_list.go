package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var agreementListPage = declare[view.AgreementList]("base", "agreement/list")

func agreementURL(agreement id.ID) string { return "/agreements/" + agreement.String() }

// stateStale narrows the list to those that must be called.
const stateStale = "stale"

var agreementStates = []struct{ value, label string }{{string(plan.DealHolds), "有效"}, {string(plan.DealEnding), "即将到期（90 天）"},
	{string(plan.DealLater), "未开始"}, {string(plan.DealExpired), "已到期"}, {string(plan.DealEnded), "已终止"}, {stateStale, "未核实"}}

// agreementQuery is the filter of the list as the URL says it.
type agreementQuery struct{ form, state, text string }

func readAgreementQuery(c echo.Context) (agreementQuery, error) {
	f := form.Query(c.Request())
	q := agreementQuery{form: f.Text("form"), state: f.Text("state"), text: f.Text("q")}
	known := slices.ContainsFunc(agreementStates, func(s struct{ value, label string }) bool { return s.value == q.state })
	switch {
	case q.form != "" && !plan.Form(q.form).Promised():
		return q, errs.New(errs.Invalid, "没有这种协议形式，请从列表中重新选择。")
	case q.state != "" && !known:
		return q, errs.New(errs.Invalid, "状态有误，请从列表中重新选择。")
	case len([]rune(q.text)) > maxStockText:
		return q, errs.New(errs.Invalid, "查找的文字太长，请缩短到 %d 个字以内。", maxStockText)
	}
	return q, nil
}

func (q agreementQuery) filter() planning.AgreementFilter {
	f := planning.AgreementFilter{Form: plan.Form(q.form), Query: q.text, Stale: q.state == stateStale}
	if !f.Stale {
		f.State = plan.DealState(q.state)
	}
	return f
}

// agreementList shows the agreements of the district.
func (s *Server) agreementList(c echo.Context) error {
	q, wrong := readAgreementQuery(c)
	f := q.filter()
	if wrong != nil { // the rights are checked all the same
		f = planning.AgreementFilter{}
	}
	list, err := s.Planning.Agreements(c.Request().Context(), actorOf(c), f)
	if err != nil {
		return err
	}
	data := &view.AgreementList{Base: s.base(c), MayEdit: actorOf(c).May(access.PlanEdit, 0), Text: q.text, Filtered: q != agreementQuery{}, Forms: dealForms(q.form)}
	for _, st := range agreementStates {
		data.States = append(data.States, view.Option{Value: st.value, Label: st.label, Checked: st.value == q.state})
	}
	if wrong == nil {
		for _, a := range list {
			data.Rows = append(data.Rows, agreementRow(a))
			data.VerifyDays = a.VerifyDays
			if a.Stale {
				data.Stale++
			}
		}
	}
	data.Empty = noAgreements(data, wrong)
	return show(s, c, agreementListPage, data)
}

// dealForms are the forms an agreement can have, for a select.
func dealForms(chosen string) []view.Option {
	var list []view.Option
	for _, f := range plan.DealForms {
		list = append(list, view.Option{Value: string(f), Label: f.Name(), Checked: string(f) == chosen})
	}
	return list
}

// namedGoods is how many goods a row names.
const namedGoods = 3

func agreementRow(a planning.AgreementView) view.AgreementRow {
	r := view.AgreementRow{URL: agreementURL(a.ID), Number: a.Number, Firm: a.Firm, Form: a.Form.Name(), From: a.FromOn, To: a.ToOn, State: view.DealTag(a.State),
		Lead: view.Lead(a.LeadHours), Contact: a.Contact, Phone: a.Phone, Dial: view.Dial(a.Phone), Verified: a.VerifiedOn, Check: view.CallTag(a.Deal, a.Stale)}
	for i, g := range a.Lines {
		if i == namedGoods {
			r.More = len(a.Lines) - namedGoods
			break
		}
		r.Goods = append(r.Goods, g.Item.Label()+" "+g.Qty.Grouped()+" "+g.Item.Unit)
	}
	return r
}

func noAgreements(data *view.AgreementList, wrong error) view.Empty {
	switch {
	case wrong != nil:
		return view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(wrong), URL: "/agreements", Do: "重新查询"}
	case data.Filtered:
		return view.Empty{Icon: "search", Title: "没有符合条件的协议", Text: "可以放宽条件，或清除条件再查。", URL: "/agreements", Do: "清除条件"}
	}
	e := view.Empty{Icon: "certificate", Title: "还没有协议储备", Text: "与企业签订的协议、产能、社会储备登记在这里，期限内按计划允许的形式计入保障能力。计划员可以新增。"}
	if data.MayEdit {
		e.URL, e.Do = "/agreements/new", "新增协议"
	}
	return e
}
