package web

import (
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/store"
	"changbei/internal/web/view"
)

var dispatchPage = declare[view.DispatchDesk]("base", "dispatch/desk")

// dispatchDesk shows what waits for the person looking.
func (s *Server) dispatchDesk(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	d, err := s.Dispatching.Desk(ctx, actor)
	if err != nil {
		return err
	}
	papers, err := s.Dispatching.MissingPapers(ctx, actor)
	if err != nil {
		return err
	}
	responses, err := s.Dispatching.Responses(ctx, actor, order.Running, order.Over)
	if err != nil {
		return err
	}
	p := &view.DispatchDesk{Base: s.base(c), MayPropose: actor.May(access.OrderPropose, 0)}
	for _, r := range responses {
		p.Responses = append(p.Responses, view.RunningResponse{Name: r.Name, URL: responseURL(r.ID), Since: view.When(r.BegunAt), Tags: responseTags(r)})
		p.MayWord = p.MayWord || r.WordFirst && actor.MayAnywhere(access.OrderWord)
	}
	s.fillPapers(p, papers)
	s.fillDesk(p, d, actor)
	p.Figures = append(p.Figures, view.Kpi{Label: "手续待补", Value: count(len(p.Papers)), Unit: "份指令", Tone: lateTone(p), Hint: lateHint(p.Late), URL: "#papers"})
	p.Empty = view.Empty{Icon: "circle-check", Title: "现在没有等您办的事", Text: "有指令要审批、备货、发出或签收时，会列在这里。"}
	return show(s, c, dispatchPage, p)
}

func lateTone(p *view.DispatchDesk) string {
	if p.Late > 0 {
		return "is-bad"
	}
	return toneOf(len(p.Papers) == 0)
}

func lateHint(late int) string {
	if late == 0 {
		return "没有逾期"
	}
	return fmt.Sprintf("%d 份已逾期", late)
}

// fillDesk lists what the actor's rights let them do.
func (s *Server) fillDesk(p *view.DispatchDesk, d dispatching.Desk, actor access.Actor) {
	add := func(list view.DeskList, shown bool, unit, hint string) {
		if !shown && len(list.Rows) == 0 {
			return
		}
		p.Figures = append(p.Figures, view.Kpi{Label: list.Heading, Value: count(len(list.Rows)), Unit: unit, Tone: toneOf(len(list.Rows) == 0), Hint: hint, URL: "#" + list.ID})
		if len(list.Rows) > 0 {
			p.Lists = append(p.Lists, list)
		}
	}
	approve := view.DeskList{ID: "approve", Heading: "待审批", Hint: "批准后立即占用物资，仓库开始备货", Icon: "checks"}
	for _, o := range slices.Backward(d.Approve) { // the oldest has waited longest
		row := s.orderTask(d, o)
		approve.Rows = append(approve.Rows, row)
	}
	add(approve, actor.May(access.OrderApprove, 0), "份", "拟制后等领导审批")
	for _, k := range []struct {
		list  view.DeskList
		loads []dispatching.LoadRef
		right access.Permission
		hint  string
	}{
		{view.DeskList{ID: "send", Heading: "待发出", Hint: "已经批准，物资已占用", Icon: "package-export"}, d.Send, access.VoucherPost, "已批准，等仓库备货发出"},
		{view.DeskList{ID: "sign", Heading: "待签收", Hint: "车已发出，到了请清点签收", Icon: "map-pin"}, d.Sign, access.GoodsSign, "在途或已到"},
		{view.DeskList{ID: "explain", Heading: "缺少待查明", Hint: "签收时说少了的，找到了补签，找不到的登记去向", Icon: "alert-triangle"}, d.Explain, "", "签收时缺少"},
	} {
		for _, ref := range slices.Backward(k.loads) {
			k.list.Rows = append(k.list.Rows, s.loadTask(d, ref))
		}
		add(k.list, k.right != "" && actor.MayAnywhere(k.right), "车", k.hint)
	}
}

func (s *Server) orderTask(d dispatching.Desk, o order.Order) view.DeskRow {
	return view.DeskRow{URL: orderURL(o.ID), Number: o.Number, Do: "审批", Tags: []view.Tag{view.NatureTag(o.Nature)}, Goods: orderGoods(o, d.Items),
		From: orderFrom(o, d.Depots), To: orderTo(o), Who: o.ProposedName + " 拟制", Waited: s.waited(o.ProposedAt)}
}

// loadTask says what is next with a load: its own state tells.
func (s *Server) loadTask(d dispatching.Desk, ref dispatching.LoadRef) view.DeskRow {
	sh := ref.Shipment
	row := view.DeskRow{URL: loadURL(sh.ID), Number: ref.Order.Number + " " + loadName(sh), Tags: []view.Tag{view.LoadTag(sh)}, Goods: loadGoods(sh, d.Items),
		From: shortDepot(d.Depots[sh.DepotID].Name), To: shortDepot(ref.Target.Name)}
	if ref.Order.ByWord {
		row.Tags = append(row.Tags, view.WordTag)
	}
	switch sh.Status {
	case order.Allocated:
		row.Do, row.Waited = "备货", s.waited(sh.AllocatedAt)
	case order.Picked:
		row.Do, row.Who, row.Waited = "发出", sh.PickedName+" 备货", s.waited(sh.PickedAt)
	case order.Left:
		row.Do, row.Who, row.Waited = "签收", carrier(sh), "已走 "+s.since(sh.LeftAt)
	case order.Arrived:
		row.Do, row.Who, row.Waited = "签收", carrier(sh), "已到 "+s.since(sh.ArrivedAt)
	default:
		row.Do, row.Goods, row.Who, row.Waited = "查明", "缺 "+roadGoods(sh, d.Items), sh.SignedName+" 签收", s.since(sh.SignedAt)+"前"
	}
	return row
}

// carrier says who drives what.
func carrier(sh order.Shipment) string {
	text := firstText(sh.Plate, sh.Vehicle)
	if sh.Driver != "" {
		text += " " + sh.Driver
	}
	return text
}

// fillPapers groups the missing papers by order, the most urgent first.
func (s *Server) fillPapers(p *view.DispatchDesk, papers []store.MissingPaper) {
	now := s.Store.Now().UnixMicro()
	at := map[id.ID]int{}
	for _, m := range papers {
		i, seen := at[m.OrderID]
		if !seen {
			i = len(p.Papers)
			at[m.OrderID] = i
			p.Papers = append(p.Papers, view.OwedPapers{Number: m.Number, URL: orderURL(m.OrderID) + "#papers", Due: view.When(m.DueAt), Left: view.DueTag(m.DueAt, now)})
			if m.Late(now) {
				p.Late++
			}
		}
		p.Papers[i].Kinds = append(p.Papers[i].Kinds, m.Kind.Name())
	}
}
