package web

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/web/view"
)

var orderSheetPage = declare[view.OrderSheet]("print", "order/paper")

// natureMark is what a paper that is not in earnest bears at its head.
func natureMark(n order.Nature) string {
	if n == order.Drill || n == order.Preposition {
		return "【" + n.Name() + "】"
	}
	return ""
}

// orderSheet lays an order out as the official paper it is.
func (s *Server) orderSheet(c echo.Context) error {
	of, err := pathID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Dispatching.Order(c.Request().Context(), actorOf(c), of)
	if err != nil {
		return err
	}
	p := &view.OrderSheet{Base: s.base(c), Number: v.Number, Heading: "应急物资调拨指令", Mark: natureMark(v.Nature), BackURL: orderURL(v.ID), Document: v.DocumentNo,
		Remark: v.Remark, Proposed: v.ProposedName + " " + view.When(v.ProposedAt)}
	p.Issuer = firstText(p.Org, "应急管理局")
	if v.Status != order.Approved && v.Status != order.Done {
		p.Void = v.Status.Name() + "，不作调拨依据"
	}
	p.Body = orderBody(v)
	fillOrderSheet(p, v)
	return show(s, c, orderSheetPage, p)
}

// orderBody says why the goods go, as such papers do.
func orderBody(v dispatching.OrderView) string {
	why := firstText(v.Reason, "应急调拨")
	switch {
	case v.Response.ID != 0 && v.Response.Level != 0:
		why = fmt.Sprintf("%s（%s%s）%s", v.Response.Name, v.Response.Nature.Name(), v.Response.Level.Name(), why)
	case v.Response.ID != 0:
		why = fmt.Sprintf("%s（%s）%s", v.Response.Name, v.Response.Nature.Name(), why)
	}
	if v.Request.ID != 0 {
		why += "，依据需求报告 " + v.Request.Number
	}
	return "因" + why + "，请将下列物资调往指定地点，与接收单位办理交接，并登记出发和签收。"
}

// receiver is who takes goods at a target; where nobody is named at a point,
// those of the street who sign for it.
func receiver(v dispatching.OrderView, t order.Target) view.SheetContact {
	to := view.SheetContact{Name: t.Name, Address: t.Address, Contact: t.Contact, Phone: t.Phone}
	if t.Point() {
		desk := v.Depots[t.DeskID]
		to.Name += "（" + desk.Name + "签收）"
		if t.Contact == "" && t.Phone == "" {
			to.Contact, to.Phone = desk.Keeper, desk.Phone
		}
	}
	return to
}

func fillOrderSheet(p *view.OrderSheet, v dispatching.OrderView) {
	var names []string
	for _, d := range v.Order.Depots() {
		x := v.Depots[d]
		names = append(names, x.Name)
		p.Senders = append(p.Senders, view.SheetContact{Name: x.Name, Address: x.Address, Contact: x.Keeper, Phone: x.Phone})
	}
	p.Depots = strings.Join(names, "、")
	for _, t := range v.Targets {
		p.Receivers = append(p.Receivers, receiver(v, t))
	}
	for _, l := range v.Order.Lines {
		it := v.Items[l.ItemID]
		row := view.OrderSheetLine{N: l.No, Name: it.Name, Spec: it.Spec, Unit: it.Unit, Qty: (l.Qty - l.Dropped).Grouped(), Note: l.Remark, From: v.Depots[l.DepotID].Name, To: v.Target(l.TargetID).Name}
		if l.Dropped > 0 {
			row.Note = strings.TrimSpace(fmt.Sprintf("%s 原 %s，取消 %s", l.Remark, l.Qty.Grouped(), l.Dropped.Grouped()))
		}
		p.Lines = append(p.Lines, row)
	}
	switch {
	case v.ByWord:
		p.Approved, p.ByWord = v.WordOf, order.Clock(v.DecidedAt)+" 电话批准，物资已先发出，书面手续随后补齐"
	case v.Status != order.Proposed && v.DecidedAt != 0:
		p.Approved = v.DecidedName + "（" + order.Clock(v.DecidedAt) + "）"
	}
	p.SignedOn = day.Stored(v.SignedOn, day.ToDay).Chinese()
}
