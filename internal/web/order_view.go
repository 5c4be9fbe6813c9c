package web

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/view"
)

var orderViewPage = declare[view.OrderView]("base", "order/view")

// The forms of the page, by the name under which one is shown again.
const (
	formApprove = "approve"
	formRefuse  = "refuse"
	formCancel  = "cancel"
	formChange  = "change"
	formUndo    = "undo"
	formPaper   = "paper."
)

// orderView shows one order with everything that became of it.
func (s *Server) orderView(c echo.Context) error {
	of, err := pathID(c, "id")
	if err != nil {
		return err
	}
	p, _, err := s.orderData(c, of)
	if err != nil {
		return err
	}
	return show(s, c, orderViewPage, p)
}

// orderData makes the page of an order.
func (s *Server) orderData(c echo.Context, of id.ID) (*view.OrderView, dispatching.OrderView, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	v, err := s.Dispatching.Order(ctx, actor, of)
	if err != nil {
		return nil, v, err
	}
	p := &view.OrderView{Base: s.base(c), Self: orderURL(v.ID), Number: v.Number, Status: view.OrderTag(v.Status), Nature: view.NatureTag(v.Nature), ByWord: v.ByWord,
		Lead: s.orderLead(v), LockNo: v.LockNo, Today: s.Inventory.Today().First, Times: orderTimes(v.Order), Decision: view.DecisionTyped{SignedOn: s.Inventory.Today().First}}
	if v.Response.ID != 0 {
		p.Response = view.NamedLink{Text: v.Response.Name, URL: responseURL(v.Response.ID)}
	}
	if v.Request.ID != 0 {
		p.Request = view.NamedLink{Text: v.Request.Number, URL: requestURL(v.Request.ID)}
	}
	p.Facts = orderFacts(v)
	fillSlips(p, v)
	for _, sh := range v.Shipments {
		p.Loads = append(p.Loads, loadCard(actor, v, sh))
	}
	p.Receipts = receipts(c, s, actor, v, 0)
	p.Clearings = clearings(c, s, actor, v, 0)
	s.fillOrderPapers(p, actor, v)
	orderRights(p, actor, v)
	if p.MayChange {
		if p.Change, err = s.lineForm(ctx, actor, make([]typedLine, changeLines), v.Targets); err != nil {
			return nil, v, err
		}
	}
	return p, v, nil
}

// changeLines is how many lines a change of an order offers.
const changeLines = 3

// orderRights says what the person looking may do with the order as it stands.
func orderRights(p *view.OrderView, actor access.Actor, v dispatching.OrderView) {
	leads, plans := actor.May(access.OrderApprove, 0), actor.May(access.OrderPropose, 0)
	switch v.Status {
	case order.Proposed:
		if leads {
			if p.MayDecide = v.ProposedID != actor.ID; !p.MayDecide {
				p.WhyNotDecide = "这份指令由您自己拟制，须由另一位领导审批。"
			}
		}
		p.MayCancel, p.CancelWord = plans, "撤回"
	case order.Approved:
		p.MayChange = leads
		onRoad := slices.ContainsFunc(v.Shipments, func(sh order.Shipment) bool { return sh.OnRoad() > 0 })
		p.MayCancel, p.CancelWord = (leads || plans) && !onRoad, "取消"
	}
}

// orderLead says in a sentence where an order stands.
func (s *Server) orderLead(v dispatching.OrderView) string {
	switch v.Status {
	case order.Proposed:
		return v.ProposedName + "拟制，等领导审批，" + s.waited(v.ProposedAt)
	case order.Refused:
		return v.DecidedName + "没有批准：" + v.Decision
	case order.Cancelled:
		return "已取消：" + v.Decision
	case order.Done:
		return "全部办结，申请到办结 " + between(v.RequestedAt, v.DoneAt)
	}
	if text := progress(v.Order); text != "" {
		return text
	}
	return "没有要发的车"
}

func orderFacts(v dispatching.OrderView) []view.Fact {
	var list []view.Fact
	add := func(label, text string, wide bool) {
		if text != "" {
			list = append(list, view.Fact{Label: label, Text: text, Wide: wide})
		}
	}
	add("事由", v.Reason, false)
	add("拟制", v.ProposedName+" "+view.When(v.ProposedAt), false)
	if v.ByWord {
		add("电话批准", v.WordOf+" "+view.When(v.DecidedAt), false)
	}
	add("文号", v.DocumentNo, false)
	add("签发日期", v.SignedOn, false)
	var senders []string
	for _, d := range v.Order.Depots() {
		at := v.Depots[d]
		senders = append(senders, at.Name+"（"+firstText(at.Keeper+" "+at.Phone, "未登记联系人")+"）")
	}
	add("出库联系", someOf(senders), true)
	if v.Decision != "" && v.Status != order.Refused && v.Status != order.Cancelled {
		add("说明", v.Decision, true)
	}
	add("备注", v.Remark, true)
	return list
}

func (s *Server) fillOrderPapers(p *view.OrderView, actor access.Actor, v dispatching.OrderView) {
	now := s.Store.Now().UnixMicro()
	for _, kind := range order.PaperKinds {
		at := slices.IndexFunc(v.Papers, func(x order.Paper) bool { return x.Kind == kind })
		if at < 0 {
			continue
		}
		x := v.Papers[at]
		row := view.OrderPaper{Kind: string(x.Kind), Name: x.Kind.Name(), Due: view.When(x.DueAt), Done: view.When(x.DoneAt), By: x.DoneName, DocumentNo: x.DocumentNo,
			Note: x.Note, NeedsNo: kind == order.WrittenOrder, NeedsNote: kind == order.SignedReceipt}
		if x.Missing() {
			row.Left = view.DueTag(x.DueAt, now)
			row.May = mayHandIn(actor, v, kind)
		} else if x.Late(now) {
			row.Left = view.Tag{Text: "晚了 " + between(x.DueAt, x.DoneAt), Tone: "is-warn", Icon: "clock-exclamation"}
		}
		p.Papers = append(p.Papers, row)
	}
}

// mayHandIn says whom a paper's form is offered to; the use case decides.
func mayHandIn(actor access.Actor, v dispatching.OrderView, kind order.PaperKind) bool {
	if v.Status != order.Approved && v.Status != order.Done {
		return false
	}
	if kind == order.SecondSignature {
		return actor.May(access.OrderApprove, 0) && v.ProposedID != actor.ID
	}
	return actor.May(access.OrderPropose, 0) || slices.ContainsFunc(v.Order.Depots(), func(d id.ID) bool { return actor.May(access.OrderWord, d) })
}

// refuseOrderAct shows the order again with what was typed into one of its
// forms.
func (s *Server) refuseOrderAct(c echo.Context, of id.ID, which string, cause error, typed func(*view.OrderView) error) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound, errs.Internal:
		return cause
	}
	p, _, err := s.orderData(c, of)
	if err != nil {
		return err
	}
	p.Failed = which
	if err := typed(p); err != nil {
		return err
	}
	return refuse(s, c, orderViewPage, p, oneError(cause))
}

// targetOptions lists the targets of an order by their place in it, from 1.
func targetOptions(targets []order.Target, chosen int) []view.Option {
	var list []view.Option
	for i, t := range targets {
		list = append(list, view.Option{Value: count(i + 1), Label: t.Name, Checked: i+1 == chosen})
	}
	return list
}

// lineForm lays typed lines out with what the system knows of their items.
func (s *Server) lineForm(ctx context.Context, actor access.Actor, lines []typedLine, targets []order.Target) (view.LineForm, error) {
	ends, err := s.Dispatching.Ends(ctx, actor)
	if err != nil {
		return view.LineForm{}, err
	}
	goods, err := s.lineGoods(ctx, actor, lines)
	if err != nil {
		return view.LineForm{}, err
	}
	f := view.LineForm{Choose: len(targets) > 1}
	for i, l := range lines {
		f.Rows = append(f.Rows, goods.row(i+1, l, ends, targets))
	}
	return f, nil
}
