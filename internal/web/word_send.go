package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var wordSendPage = declare[view.WordForm]("base", "order/word")

// wordReason is what an order given by word is for.
const wordReason = "先调后补"

// wordNew shows the form of goods leaving on a phone call.
func (s *Server) wordNew(c echo.Context) error {
	f := form.Query(c.Request())
	p, err := s.wordData(c, f.ID("response"), f.ID("depot"))
	if err != nil {
		return err
	}
	return show(s, c, wordSendPage, p)
}

// wordData makes the page. The only response and the only depot are chosen
// already; until both are, nothing else is asked.
func (s *Server) wordData(c echo.Context, response, depot id.ID) (*view.WordForm, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	p := &view.WordForm{Base: s.base(c), ClientKey: inventory.NewKey()}
	responses, depots, err := s.wordChoices(ctx, actor)
	if err != nil {
		return nil, err
	}
	if len(responses) == 1 {
		response = responses[0].ID
	}
	if len(depots) == 1 {
		depot = depots[0].ID
	}
	for _, r := range responses {
		p.Responses = append(p.Responses, view.Option{Value: r.ID.String(), Label: r.Name + "（" + r.Nature.Name() + "）", Checked: r.ID == response})
		if r.ID == response {
			p.ResponseID, p.Response = r.ID.String(), r.Name
		}
	}
	p.Depots = depotOptions(depots, depot)
	for _, d := range depots {
		if d.ID == depot {
			p.DepotID, p.Depot = d.ID.String(), d.Name
		}
	}
	if len(responses) == 0 {
		p.Empty = view.Empty{Icon: "phone", Title: "现在不能先调后补", Text: "没有启用了先调后补的应急响应。请领导在响应页面启用，或按正常程序拟制调拨指令报批。", URL: "/dispatch", Do: "回到调度台"}
		return p, nil
	}
	p.Fixed = len(responses) == 1 && len(depots) == 1
	if p.Ready = p.ResponseID != "" && p.DepotID != ""; !p.Ready {
		return p, nil
	}
	return p, s.fillWord(ctx, actor, p, depot)
}

// wordChoices gives the responses that allow it and the depots the person may
// send from.
func (s *Server) wordChoices(ctx context.Context, actor access.Actor) ([]order.Response, []place.Depot, error) {
	responses, err := s.Dispatching.Responses(ctx, actor, order.Running)
	if err != nil {
		return nil, nil, err
	}
	responses = slices.DeleteFunc(responses, func(r order.Response) bool { return !r.WordFirst })
	depots, err := s.Directory.Depots(ctx, actor)
	return responses, depotsWith(actor, access.OrderWord, depots), err
}

func (s *Server) fillWord(ctx context.Context, actor access.Actor, p *view.WordForm, depot id.ID) error {
	goods, err := s.Dispatching.FreeAt(ctx, actor, depot)
	if err != nil {
		return err
	}
	for _, g := range goods {
		p.Goods = append(p.Goods, view.WordGoods{ID: g.ID.String(), Code: g.Code, Name: g.Name, Spec: g.Spec, Unit: g.Unit, Packs: packHint(g.Item), Find: catalog.FindText(g.Item), Free: g.Free.Grouped()})
	}
	ends, err := s.Dispatching.Ends(ctx, actor)
	if err != nil {
		return err
	}
	p.Ends = depotsByTier(ends, 0)
	p.Empty = view.Empty{Icon: "package", Title: "这个储备库没有可调的物资", Text: "货位上没有，或已过期、冻结、被别的指令占用。请换一个储备库。"}
	return nil
}

// wordSend lets the goods leave: the order, its load and the voucher at once.
func (s *Server) wordSend(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	response, depot, desk := f.ID("response"), f.ID("depot"), f.ID("desk")
	typed := view.WordTyped{Place: f.Text("place"), Contact: f.Text("contact"), Phone: f.Text("phone"), Address: f.Text("address"), WordOf: f.Text("word_of"), SaidAt: f.Text("said_at"), LeftAt: f.Text("left_at"),
		Vehicle: f.Text("vehicle"), Plate: strings.ToUpper(f.Text("plate")), Driver: f.Text("driver"), DriverPhone: f.Text("driver_phone")}
	qty := quantities(f, "qty.")
	in := dispatching.WordInput{DepotID: depot, WordOf: typed.WordOf, SaidAt: typed.SaidAt, LeftAt: typed.LeftAt, Vehicle: typed.Vehicle, Plate: typed.Plate, Driver: typed.Driver, DriverPhone: typed.DriverPhone}
	in.OrderInput = dispatching.OrderInput{ClientKey: f.Text("client_key"), ResponseID: response, Reason: wordReason,
		Targets: []dispatching.TargetInput{targetInput(desk, typed.Place, typed.Contact, typed.Phone, typed.Address)}}
	var items []id.ID
	for _, name := range f.Names() {
		if item := id.Parse(strings.TrimPrefix(name, "qty.")); strings.HasPrefix(name, "qty.") && item != 0 && qty[item] != "" && qty[item] != "0" {
			items = append(items, item)
			in.Lines = append(in.Lines, dispatching.LineInput{ItemID: item, Qty: qty[item]})
		}
	}
	if err = f.Err(); err == nil {
		var o order.Order
		if o, err = s.Dispatching.SendByWord(c.Request().Context(), actorOf(c), in); err == nil {
			s.flash(c, "ok", fmt.Sprintf("已发出，指令 %s。还要补 %d 份手续，见下面的倒计时。", o.Number, len(order.PaperKinds)))
			return redirect(c, orderURL(o.ID))
		}
	}
	return s.refuseWord(c, in, typed, desk, qty, items, err)
}

// refuseWord shows the form again. What is wrong with a line stands at its
// goods.
func (s *Server) refuseWord(c echo.Context, in dispatching.WordInput, typed view.WordTyped, desk id.ID, qty map[id.ID]string, items []id.ID, cause error) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound, errs.Internal:
		return cause
	}
	p, err := s.wordData(c, in.ResponseID, in.DepotID)
	if err != nil {
		return err
	}
	p.ClientKey, p.Typed = keptKey(in.ClientKey), typed
	for _, g := range p.Ends {
		for i := range g.Options {
			g.Options[i].Checked = g.Options[i].Value == idText(desk)
		}
	}
	said := map[string]string{}
	for _, f := range errs.FieldsOf(cause) {
		for i, item := range items {
			if strings.HasPrefix(f.Name, fmt.Sprintf("line.%d.", i+1)) {
				_, said[item.String()], _ = strings.Cut(f.Message, "行")
			}
		}
	}
	for i, g := range p.Goods {
		p.Goods[i].Qty, p.Goods[i].Error = qty[id.Parse(g.ID)], said[g.ID]
		if p.Goods[i].Qty != "" {
			p.Kinds++
		}
	}
	return refuse(s, c, wordSendPage, p, oneError(atDeparture(cause)))
}

// atDeparture puts what the books say of the day to the field of the departure,
// whose day it is.
func atDeparture(cause error) error {
	var e *errs.Error
	if !errors.As(cause, &e) {
		return cause
	}
	fields := slices.Clone(e.Fields)
	for i := range fields {
		if fields[i].Name == "business_on" {
			fields[i].Name = "left_at"
		}
	}
	return &errs.Error{Kind: e.Kind, Message: e.Message, Fields: fields, Err: e.Err}
}
