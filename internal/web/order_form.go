package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var orderFormPage = declare[view.OrderForm]("base", "order/form")

// How many rows the form offers, and how many more when they are asked for.
const (
	leastOrderLines = 6
	moreOrderLines  = 4
	mostTargets     = 40
)

// orderReasons are what an order is usually for; others are typed.
var orderReasons = []string{"应急调拨", "前置预置", "补充储备", "演练"}

// typedOrder is the form as typed.
type typedOrder struct {
	key                        string
	response, request          id.ID
	reason, remark             string
	requestedAt, requestedName string
	targets                    []dispatching.TargetInput // DepotID 0 and DeskID 0 = not chosen
	lines                      []typedLine
	idle                       []typedLine // of the request, of which nothing is to be sent
}

// orderNew shows the form, filled in from a request when one is named.
func (s *Server) orderNew(c echo.Context) error {
	if err := actorOf(c).Require(access.OrderPropose, 0); err != nil {
		return err
	}
	f := form.Query(c.Request())
	t := typedOrder{key: inventory.NewKey(), reason: orderReasons[0], request: f.ID("request"), response: f.ID("response"), targets: []dispatching.TargetInput{{}}}
	if err := f.Err(); err != nil {
		return errs.New(errs.NotFound, "没有这份需求报告，或您无权查看。")
	}
	if t.request != 0 {
		if err := s.fromRequest(c, &t); err != nil {
			return err
		}
	} else if t.response == 0 {
		running, err := s.Dispatching.Responses(c.Request().Context(), actorOf(c), order.Running)
		if err != nil {
			return err
		}
		if len(running) == 1 {
			t.response = running[0].ID
		}
	}
	p, err := s.orderFormData(c, t, moreOrderLines)
	if err != nil {
		return err
	}
	return show(s, c, orderFormPage, p)
}

// fromRequest fills the form with what a request asks for and has not got.
func (s *Server) fromRequest(c echo.Context, t *typedOrder) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	r, err := s.Dispatching.Request(ctx, actor, t.request)
	if err != nil {
		return err
	}
	goods, err := s.Planning.Goods(ctx, actor)
	if err != nil {
		return err
	}
	t.response = r.ResponseID
	t.targets = []dispatching.TargetInput{{DeskID: r.DepotID, Name: r.Place, Contact: r.Contact, Phone: r.Phone}}
	for _, l := range r.Lines {
		open := max(0, l.Asked-r.Given[l.ID])
		line := typedLine{need: l.ID, note: fmt.Sprintf("申请「%s」%s %s", r.Labels[l.ID], l.Asked.Grouped(), l.Unit), target: 1}
		if given := r.Given[l.ID]; given > 0 {
			line.note += "，已安排 " + given.Grouped()
		}
		if plan.TargetKind(l.Target) == plan.OfGroup {
			line.note += groupMembers(goods, l.TargetID)
		} else if it, known := goods.Item(l.TargetID); known {
			line.item, line.itemID = it.Name, it.ID
		}
		if open > 0 {
			line.qty = open.String()
		}
		t.lines = append(t.lines, line)
	}
	return s.suggestDepots(ctx, actor, t.lines, r.DepotID)
}

// suggestDepots chooses, for each line, the depot with most of its goods where
// that is enough; never the one that asks.
func (s *Server) suggestDepots(ctx context.Context, actor access.Actor, lines []typedLine, asks id.ID) error {
	goods, err := s.lineGoods(ctx, actor, lines)
	if err != nil {
		return err
	}
	for i, l := range lines {
		need, err := goods.items[l.itemID].Amount(l.qty)
		if err != nil || need == 0 {
			continue
		}
		for depot, free := range goods.free[l.itemID] {
			best := goods.free[l.itemID][lines[i].depot]
			if depot != asks && free >= need && (free > best || free == best && depot < lines[i].depot) {
				lines[i].depot = depot
			}
		}
	}
	return nil
}

// namedMembers is how many goods of a group are named beside a line.
const namedMembers = 4

// groupMembers says which goods a group's line can be met with.
func groupMembers(goods *plan.Goods, group id.ID) string {
	g, _ := goods.Group(group)
	var names []string
	for _, m := range g.Members {
		if it, known := goods.Item(m.ItemID); known && len(names) < namedMembers {
			names = append(names, it.Label())
		}
	}
	return "，请选具体物资：" + strings.Join(names, "、")
}

// orderCreate draws the order up, or asks for more rows.
func (s *Server) orderCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	t := readOrder(f)
	switch f.Text("act") {
	case actMore:
		return s.showOrderForm(c, t, moreOrderLines)
	case "target":
		t.targets = append(t.targets, dispatching.TargetInput{})
		return s.showOrderForm(c, t, 0)
	}
	if err := f.Err(); err != nil {
		return s.refuseOrder(c, t, err)
	}
	if inventory.CheckKey(t.key) != nil {
		t.key = inventory.NewKey()
		return s.refuseOrder(c, t, errs.New(errs.Invalid, "页面已过期，请核对下面的内容后再提交一次。"))
	}
	named, err := s.nameItems(ctx, actor, t.lines)
	if err != nil {
		return err
	}
	o, err := s.Dispatching.Propose(ctx, actor, t.input())
	if err != nil {
		return s.refuseOrder(c, t, bothWrong(named, err))
	}
	s.flash(c, "ok", "已拟制 "+o.Number+"，等领导审批。")
	return redirect(c, orderURL(o.ID))
}

// readOrder reads the form. Targets nobody filled in are left out, and lines
// keep pointing at theirs.
func readOrder(f *form.Form) typedOrder {
	t := typedOrder{key: f.Text("client_key"), response: f.ID("response"), request: f.ID("request"), reason: f.Text("reason"), remark: f.Text("remark"),
		requestedAt: f.Text("requested_at"), requestedName: f.Text("requested_name")}
	t.lines, t.idle = readLines(f)
	moved := map[int]int{}
	for n := 1; n <= mostTargets && f.Has(fmt.Sprintf("target.%d.desk", n)); n++ {
		at := func(key string) string { return f.Text(fmt.Sprintf("target.%d.%s", n, key)) }
		r := targetInput(id.Parse(at("desk")), at("name"), at("contact"), at("phone"), at("address"))
		if r == (dispatching.TargetInput{}) && n > 1 {
			continue
		}
		t.targets = append(t.targets, r)
		moved[n] = len(t.targets)
	}
	for _, list := range [][]typedLine{t.lines, t.idle} {
		for i := range list {
			list[i].target = moved[list[i].target]
		}
	}
	return t
}

// targetInput makes a target of what forms ask: a depot, and when a place is
// named, that place, for which the depot's people sign.
func targetInput(depot id.ID, name, contact, phone, address string) dispatching.TargetInput {
	t := dispatching.TargetInput{Name: name, Contact: contact, Phone: phone, Address: address}
	if name == "" {
		t.DepotID = depot
	} else {
		t.DeskID = depot
	}
	return t
}

func (t typedOrder) input() dispatching.OrderInput {
	return dispatching.OrderInput{ClientKey: t.key, ResponseID: t.response, RequestID: t.request, Reason: t.reason, Remark: t.remark, RequestedAt: t.requestedAt,
		RequestedName: t.requestedName, Targets: t.targets, Lines: lineInputs(t.lines, len(t.targets))}
}

func (s *Server) showOrderForm(c echo.Context, t typedOrder, blank int) error {
	p, err := s.orderFormData(c, t, blank)
	if err != nil {
		return err
	}
	return show(s, c, orderFormPage, p)
}

func (s *Server) refuseOrder(c echo.Context, t typedOrder, cause error) error {
	p, err := s.orderFormData(c, t, 0)
	if err != nil {
		return err
	}
	p.Lines.Mark(errs.FieldsOf(cause))
	return refuse(s, c, orderFormPage, p, oneError(cause))
}

// orderFormData makes the page from what is in the form.
func (s *Server) orderFormData(c echo.Context, t typedOrder, blank int) (*view.OrderForm, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	p := &view.OrderForm{Base: s.base(c), ClientKey: t.key, Reason: t.reason, Remark: t.remark, RequestedAt: t.requestedAt, RequestedName: t.requestedName}
	for _, r := range orderReasons {
		p.Reasons = append(p.Reasons, view.Option{Value: r})
	}
	if err := s.orderFormHead(ctx, actor, p, t); err != nil {
		return nil, err
	}
	ends, err := s.Dispatching.Ends(ctx, actor)
	if err != nil {
		return nil, err
	}
	var targets []order.Target
	for i, r := range t.targets {
		desk := r.DepotID + r.DeskID // one of them is 0
		p.Targets = append(p.Targets, view.TargetRow{N: i + 1, Depots: depotsByTier(ends, desk), Name: r.Name, Contact: r.Contact, Phone: r.Phone, Address: r.Address})
		name := r.Name
		for _, d := range ends {
			if d.ID == desk {
				name = firstText(name, d.Name)
			}
		}
		targets = append(targets, order.Target{Name: fmt.Sprintf("%d %s", i+1, firstText(name, "（未填）"))})
	}
	lines := slices.Concat(t.lines, t.idle)
	lines = padded(lines, max(leastOrderLines, len(lines)+blank))
	p.Lines, err = s.lineForm(ctx, actor, lines, targets)
	return p, err
}

// orderFormHead fills in the response and the request.
func (s *Server) orderFormHead(ctx context.Context, actor access.Actor, p *view.OrderForm, t typedOrder) error {
	running, err := s.Dispatching.Responses(ctx, actor, order.Running)
	if err != nil {
		return err
	}
	for _, r := range running {
		p.Responses = append(p.Responses, view.Option{Value: r.ID.String(), Label: r.Name + "（" + r.Nature.Name() + "）", Checked: r.ID == t.response})
	}
	if t.request == 0 {
		return nil
	}
	r, err := s.Dispatching.Request(ctx, actor, t.request)
	if err != nil {
		return err
	}
	p.Request, p.RequestID = view.NamedLink{Text: r.Number, URL: requestURL(r.ID)}, r.ID.String()
	p.RequestFacts = fmt.Sprintf("%s %s 提出，%s %s，转移 %d 人", r.Depot.Name, view.When(r.SentAt), order.KindName(r.Kind), r.Place, r.MovedPeople)
	return nil
}

// freeDepot is a row of the answer of /orders/free.
type freeDepot struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
	Free string `json:"free"` // "" = none
}

// orderFree answers which depots can send an item, the most first.
func (s *Server) orderFree(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	item := id.Parse(c.QueryParam("item"))
	goods, err := s.lineGoods(ctx, actor, []typedLine{{itemID: max(item, 1)}})
	if err != nil {
		return answerError(c, err)
	}
	ends, err := s.Dispatching.Ends(ctx, actor)
	if err != nil {
		return answerError(c, err)
	}
	list := []freeDepot{}
	for _, g := range depotsWithGoods(ends, goods.free[item], goods.items[item], 0) {
		for _, o := range g.Options {
			list = append(list, freeDepot{ID: id.Parse(o.Value), Name: o.Label, Free: some(goods.free[item][id.Parse(o.Value)])})
		}
	}
	return c.JSON(http.StatusOK, list)
}
