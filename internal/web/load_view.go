package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var loadViewPage = declare[view.LoadView]("base", "load/view")

// The forms of the page, by the name under which one is shown again; those of
// clearings bear the name of their stage.
const (
	formPick   = "pick"
	formLeave  = "leave"
	formArrive = "arrive"
	formSign   = "sign"
)

// loadView shows a load and what can be done with it now.
func (s *Server) loadView(c echo.Context) error {
	shipment, err := pathID(c, "id")
	if err != nil {
		return err
	}
	p, err := s.loadData(c, shipment, order.Way(form.Query(c.Request()).Text("way")))
	if err != nil {
		return err
	}
	return show(s, c, loadViewPage, p)
}

// signOpen opens what a code on a paper leads to: the load, ready to be signed
// for by code.
func (s *Server) signOpen(c echo.Context) error {
	v, err := s.Dispatching.LoadByToken(c.Request().Context(), actorOf(c), c.Param("token"))
	if err != nil {
		return err
	}
	return redirect(c, loadURL(v.Shipment.ID)+"?way="+string(order.ByCode)+"#sign")
}

// loadData makes the page of a load. way is how it was opened.
func (s *Server) loadData(c echo.Context, shipment id.ID, way order.Way) (*view.LoadView, error) {
	actor := actorOf(c)
	v, err := s.Dispatching.Load(c.Request().Context(), actor, shipment)
	if err != nil {
		return nil, err
	}
	sh := v.Shipment
	p := &view.LoadView{Base: s.base(c), L: loadCard(actor, v.OrderView, sh), Nature: view.NatureTag(v.Nature), ByWord: v.ByWord, Lead: s.loadLead(v), Times: sixTimes(v.Order, sh),
		Receipts: receipts(c, s, actor, v.OrderView, sh.ID), Clearings: clearings(c, s, actor, v.OrderView, sh.ID)}
	if v.Response.ID != 0 {
		p.Response = view.NamedLink{Text: v.Response.Name, URL: responseURL(v.Response.ID)}
	}
	if underWay := v.Status == order.Approved || v.Status == order.Done; underWay {
		loadRights(p, actor, v)
	}
	if sh.Status.Waiting() {
		p.Picks = pickBins(v.OrderView, sh)
		p.Leave = view.LeaveForm{ClientKey: inventory.NewKey(), Vehicle: sh.Vehicle, Plate: sh.Plate, Driver: sh.Driver, DriverPhone: sh.DriverPhone,
			Lines: typedLines(v, func(x order.ShipmentLine) quantity.Q { return x.Qty })}
	}
	if p.MaySign {
		p.Sign = view.SignForm{ClientKey: inventory.NewKey(), Signer: actor.Name, AsksArrival: sh.ArrivedAt == 0, Ways: signWays(way), Lines: typedLines(v, order.ShipmentLine.OnRoad)}
	}
	s.fillClears(p, actor, v)
	p.Settled = !sh.Status.Waiting() && sh.OnRoad() == 0 && len(p.Clears) == 0
	return p, nil
}

// loadRights says what the person looking may do with the load as it stands.
func loadRights(p *view.LoadView, actor access.Actor, v dispatching.LoadView) {
	sh := v.Shipment
	sends, signs := actor.May(access.VoucherPost, sh.DepotID), actor.May(access.GoodsSign, v.Target.DeskID)
	p.MayPick = sends && sh.Status == order.Allocated
	p.MayLeave = sends && sh.Status.Waiting()
	p.MayArrive = signs && sh.Status == order.Left
	p.MaySign = signs && sh.OnRoad() > 0
}

// loadLead says in a sentence where a load stands and what is next.
func (s *Server) loadLead(v dispatching.LoadView) string {
	sh := v.Shipment
	switch sh.Status {
	case order.Allocated:
		return "物资已占用，等 " + v.Depots[sh.DepotID].Name + " 备货"
	case order.Picked:
		return sh.PickedName + "已备好货，等发出"
	case order.Left:
		return carrier(sh) + " 在路上，已走 " + s.since(sh.LeftAt)
	case order.Arrived:
		return "已到达，等清点签收"
	case order.Signed:
		return sh.SignedName + " 于 " + view.When(sh.SignedAt) + " 签收，申请到签收 " + between(v.RequestedAt, sh.SignedAt)
	}
	return "这一车已取消，占用的物资已放开"
}

// typedLines gives the lines of a load of which a form may speak, each with the
// amount there is.
func typedLines(v dispatching.LoadView, of func(order.ShipmentLine) quantity.Q) []view.TypedLine {
	var list []view.TypedLine
	for _, x := range v.Shipment.Lines {
		q := of(x)
		if q <= 0 {
			continue
		}
		l := view.TypedLine{LoadLine: loadLine(v.OrderView, v.Shipment, x), Send: q.String(), Well: q.String()}
		l.Qty = q.Grouped() // what this form speaks of
		list = append(list, l)
	}
	return list
}

// signWays are the ways of signing; by code only what came by the code.
func signWays(came order.Way) []view.Option {
	ways := []order.Way{order.ByPage, order.ByPaper}
	if came == order.ByCode {
		ways = []order.Way{order.ByCode, order.ByPaper}
	}
	if came != order.ByPaper {
		came = ways[0]
	}
	var list []view.Option
	for _, w := range ways {
		list = append(list, view.Option{Value: string(w), Label: w.Name(), Checked: w == came})
	}
	return list
}

// fillClears offers the forms that say what became of goods on the road and of
// goods at a point.
func (s *Server) fillClears(p *view.LoadView, actor access.Actor, v dispatching.LoadView) {
	sh := v.Shipment
	if !sh.Status.Gone() || !stillOpen(v.OrderView) {
		return
	}
	add := func(stage order.Stage, fates []order.Fate, heading, hint string, of func(order.ShipmentLine) quantity.Q) {
		f := view.ClearForm{Key: string(stage), Heading: heading, Hint: hint, ClientKey: inventory.NewKey(), Open: !p.MaySign || sh.Status == order.Signed, Lines: typedLines(v, of)}
		for _, x := range fates {
			if mayClear(actor, v.Order, sh, x) {
				f.Fates = append(f.Fates, view.Option{Value: string(x), Label: x.Name()})
			}
		}
		if len(f.Fates) > 0 && len(f.Lines) > 0 {
			for i := range f.Lines {
				f.Lines[i].Send = ""
			}
			p.Clears = append(p.Clears, f)
		}
	}
	add(order.OnTheRoad, order.RoadFates, "查明途中物资", "没有送到的：退回了原库，还是在途中损失了", order.ShipmentLine.OnRoad)
	if v.Target.Point() {
		add(order.InTheField, order.FieldFates, "登记使用和归还", "送到"+v.Target.Name+"的物资，用了、还了还是损失了，登记到一件不欠为止", order.ShipmentLine.Owed)
	}
}

// refuseLoadAct shows the load again with what was typed into one of its forms.
func (s *Server) refuseLoadAct(c echo.Context, shipment id.ID, which string, way order.Way, cause error, typed func(*view.LoadView)) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound, errs.Internal:
		return cause
	}
	p, err := s.loadData(c, shipment, way)
	if err != nil {
		return err
	}
	p.Failed = which
	typed(p)
	return refuse(s, c, loadViewPage, p, oneError(cause))
}
