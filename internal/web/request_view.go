package web

import (
	"fmt"
	"os"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/order"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var (
	requestViewPage  = declare[view.RequestView]("base", "request/view")
	requestPrintPage = declare[view.RequestPrint]("print", "request/print")
)

func (s *Server) requestOf(c echo.Context) (dispatching.RequestView, error) {
	request, err := pathID(c, "id")
	if err != nil {
		return dispatching.RequestView{}, err
	}
	return s.Dispatching.Request(c.Request().Context(), actorOf(c), request)
}

// requestView shows a request with what was ordered for each line.
func (s *Server) requestView(c echo.Context) error {
	data, err := s.requestFrame(c)
	if err != nil {
		return err
	}
	return show(s, c, requestViewPage, data)
}

func (s *Server) requestFrame(c echo.Context) (*view.RequestView, error) {
	v, err := s.requestOf(c)
	if err != nil {
		return nil, err
	}
	actor, url := actorOf(c), requestURL(v.ID)
	data := &view.RequestView{Base: s.base(c), ID: v.ID.String(), Number: v.Number, Status: view.RequestTag(v.Status), Direction: view.DirectionTag(v.Direction), Asker: v.Depot.Name,
		Kind: order.KindName(v.Kind), HappenedAt: view.When(v.HappenedAt), Place: v.Place, People: counted(v.MovedPeople), Days: counted(v.Days), Contact: v.Contact, Phone: v.Phone,
		Dial: view.Dial(v.Phone), Response: v.Response.Name, Remark: v.Remark, Author: v.AuthorName, SentAt: view.When(v.SentAt), Decided: decidedText(v.Request),
		Lines: requestNeeds(v), PrintURL: url + "/print", ExportURL: url + "/export", RefuseURL: url + "/refuse", WithdrawURL: url + "/withdraw",
		OrderURL: "/orders/new?request=" + v.ID.String()}
	street := v.Direction == order.ToBureau
	proposes := actor.May(access.OrderPropose, 0)
	data.MayOrder = proposes && street && (v.Status == order.RequestSent || v.Status == order.RequestAnswered)
	if actor.May(access.ResponseEdit, 0) && street && (v.Status == order.RequestSent || v.Status == order.RequestAnswered) {
		data.SourcesURL = "/sources?request=" + v.ID.String()
	}
	data.MayRefuse = proposes && street && v.Status == order.RequestSent
	data.MayWithdraw = v.Status == order.RequestSent && (street && actor.May(access.RequestSend, v.DepotID) || !street && proposes)
	if data.MayOrder {
		data.SumURL = "/requests/new?from=" + v.ID.String()
	}
	for _, o := range v.Orders {
		data.Orders = append(data.Orders, view.RequestOrder{URL: "/orders/" + o.ID.String(), Number: o.Number, By: o.ProposedName, At: view.When(o.ProposedAt), Status: view.Tag{Text: o.Status.Name()}})
	}
	return data, nil
}

func counted(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func decidedText(r order.Request) string {
	if r.DecidedAt == 0 {
		return ""
	}
	text := fmt.Sprintf("%s %s %s", r.DecidedName, view.When(r.DecidedAt), r.Status.Name())
	if r.Answer != "" {
		text += "：" + r.Answer
	}
	return text
}

func requestNeeds(v dispatching.RequestView) []view.RequestNeed {
	var list []view.RequestNeed
	for _, l := range v.Lines {
		code, name, spec := reporting.RequestGoods(v.Goods, l)
		given := v.Given[l.ID]
		list = append(list, view.RequestNeed{No: l.No, Code: code, Name: name, Spec: spec, Unit: l.Unit, Needed: l.Needed.Grouped(), InStock: l.InStock.Grouped(), Used: l.Used.Grouped(),
			Asked: l.Asked.Grouped(), Given: given.Grouped(), Covered: view.CoverTag(int64(l.Asked), int64(given)), Basis: l.Basis, Remark: l.Remark})
	}
	return list
}

// requestRefuse sends a request back with a reason.
func (s *Server) requestRefuse(c echo.Context) error {
	return s.answerRequest(c, "已退回，街镇能看到理由。", func(in dispatching.AnswerInput) error {
		return s.Dispatching.RefuseRequest(c.Request().Context(), actorOf(c), in)
	})
}

// requestWithdraw takes a request back.
func (s *Server) requestWithdraw(c echo.Context) error {
	return s.answerRequest(c, "已撤回。", func(in dispatching.AnswerInput) error {
		return s.Dispatching.WithdrawRequest(c.Request().Context(), actorOf(c), in)
	})
}

func (s *Server) answerRequest(c echo.Context, said string, act func(dispatching.AnswerInput) error) error {
	request, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := dispatching.AnswerInput{RequestID: request, Answer: f.Text("answer")}
	if err := act(in); err != nil {
		switch errs.KindOf(err) {
		case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
			return err
		}
		data, again := s.requestFrame(c)
		if again != nil {
			return again
		}
		data.Answer = in.Answer
		return refuse(s, c, requestViewPage, data, err)
	}
	s.flash(c, "ok", said)
	return redirect(c, requestURL(request))
}

// requestPrint lays a request out on paper.
func (s *Server) requestPrint(c echo.Context) error {
	v, err := s.requestOf(c)
	if err != nil {
		return err
	}
	p := &view.RequestPrint{Base: s.base(c), BackURL: requestURL(v.ID), Title: reporting.RequestName, Number: v.Number, SentAt: view.When(v.SentAt), Lines: requestNeeds(v),
		Signers: []string{"填报人：" + v.AuthorName, "审核人：", "单位负责人（盖章）：", "日期："}}
	if p.Asker = v.Depot.Name; v.Direction == order.ToCity {
		p.Asker = firstText(p.Org, v.Depot.Name)
	}
	p.Head = [][]string{{"灾种：" + order.KindName(v.Kind), "时间：" + view.When(v.HappenedAt), "应急响应：" + firstText(v.Response.Name, "未启动")},
		{"转移人数：" + counted(v.MovedPeople), "天数：" + counted(v.Days), "联系人：" + v.Contact}, {"地点：" + v.Place, "联系电话：" + v.Phone}}
	if v.Remark != "" {
		p.Head = append(p.Head, []string{"情况说明：" + v.Remark})
	}
	return show(s, c, requestPrintPage, p)
}

// requestExport gives a request as a workbook in the office's layout.
func (s *Server) requestExport(c echo.Context) error {
	v, err := s.requestOf(c)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "changbei-export-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	name, err := s.Reporting.Request(c.Request().Context(), actorOf(c), v, file)
	if err != nil {
		return err
	}
	return sendWorkbook(c, file, name.Name, name.Plain)
}
