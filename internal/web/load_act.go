package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

// loadPick notes that a load's goods are ready at the gate.
func (s *Server) loadPick(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	at := f.Text("at")
	if err := s.Dispatching.Pick(c.Request().Context(), actorOf(c), dispatching.PickInput{ShipmentID: shipment, At: at}); err != nil {
		return s.refuseLoadAct(c, shipment, formPick, "", err, func(p *view.LoadView) { p.Pick = at })
	}
	s.flash(c, "ok", "已备好货，装车后登记发出。")
	return redirect(c, loadURL(shipment)+"#leave")
}

// loadLeave books that a load left.
func (s *Server) loadLeave(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	in := dispatching.LeaveInput{ClientKey: f.Text("client_key"), ShipmentID: shipment, At: f.Text("at"), Vehicle: f.Text("vehicle"), Plate: strings.ToUpper(f.Text("plate")),
		Driver: f.Text("driver"), DriverPhone: f.Text("driver_phone"), Qty: quantities(f, "qty."), DropRest: f.Text("rest") == "drop"}
	v, err := s.Dispatching.Leave(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseLoadAct(c, shipment, formLeave, "", err, func(p *view.LoadView) {
			p.Leave = view.LeaveForm{ClientKey: keptKey(in.ClientKey), At: in.At, Vehicle: in.Vehicle, Plate: in.Plate, Driver: in.Driver, DriverPhone: in.DriverPhone,
				DropRest: in.DropRest, Lines: p.Leave.Lines}
			for i, l := range p.Leave.Lines {
				if text, said := in.Qty[id.Parse(l.ID)]; said {
					p.Leave.Lines[i].Send = text
				}
			}
		})
	}
	s.flash(c, "ok", "已发出，调拨单 "+v.Number+"。")
	return redirect(c, loadURL(shipment))
}

// keptKey keeps a form's key; one that no form of ours made is replaced.
func keptKey(key string) string {
	if inventory.CheckKey(key) != nil {
		return inventory.NewKey()
	}
	return key
}

// quantities reads the fields of a prefix that end in the id of a line.
func quantities(f *form.Form, prefix string) map[id.ID]string {
	list := map[id.ID]string{}
	for _, name := range f.Names() {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if line := id.Parse(rest); line != 0 {
				list[line] = f.Figure(name)
			}
		}
	}
	return list
}

// loadArrive notes that a load came in.
func (s *Server) loadArrive(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	at := f.Text("at")
	if err := s.Dispatching.Arrive(c.Request().Context(), actorOf(c), dispatching.ArriveInput{ShipmentID: shipment, At: at}); err != nil {
		return s.refuseLoadAct(c, shipment, formArrive, "", err, func(p *view.LoadView) { p.Arrive = at })
	}
	s.flash(c, "ok", "已登记到达，清点后签收。")
	return redirect(c, loadURL(shipment)+"#sign")
}

// loadSign books that goods were handed over, in whole or in part.
func (s *Server) loadSign(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	in := dispatching.SignInput{ClientKey: f.Text("client_key"), ShipmentID: shipment, Way: order.Way(f.Text("way")), At: f.Text("at"), ArrivedAt: f.Text("arrived_at"),
		Signer: f.Text("signer"), Remark: f.Text("remark")}
	good, damaged, missing := quantities(f, "good."), quantities(f, "damaged."), quantities(f, "missing.")
	for _, name := range f.Names() { // in the order of the form, which is that of the names
		if line := id.Parse(strings.TrimPrefix(name, "good.")); line != 0 && strings.HasPrefix(name, "good.") {
			in.Lines = append(in.Lines, dispatching.SignLine{LineID: line, Good: good[line], Damaged: damaged[line], Missing: missing[line]})
		}
	}
	h, err := s.Dispatching.Sign(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseLoadAct(c, shipment, formSign, in.Way, err, func(p *view.LoadView) {
			p.Sign.ClientKey, p.Sign.At, p.Sign.ArrivedAt, p.Sign.Signer, p.Sign.Remark = keptKey(in.ClientKey), in.At, in.ArrivedAt, in.Signer, in.Remark
			for i, l := range p.Sign.Lines {
				line := id.Parse(l.ID)
				p.Sign.Lines[i].Well, p.Sign.Lines[i].Broken, p.Sign.Lines[i].Lacking = good[line], damaged[line], missing[line]
			}
		})
	}
	s.flash(c, "ok", h.Signer+" 已签收。")
	return redirect(c, loadURL(shipment))
}

// loadClear books what became of goods on the road or at a point.
func (s *Server) loadClear(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	in := dispatching.ClearInput{ClientKey: f.Text("client_key"), ShipmentID: shipment, Fate: order.Fate(f.Text("fate")), At: f.Text("at"), Note: f.Text("note"), Qty: quantities(f, "qty.")}
	which := f.Text("stage")
	v, err := s.Dispatching.Clear(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseLoadAct(c, shipment, which, "", err, func(p *view.LoadView) {
			for i := range p.Clears {
				if p.Clears[i].Key == which {
					typedClear(&p.Clears[i], in)
				}
			}
		})
	}
	s.flash(c, "ok", "已登记"+in.Fate.Name()+"，"+v.Type.Name()+" "+v.Number+"。")
	return redirect(c, loadURL(shipment))
}

func typedClear(f *view.ClearForm, in dispatching.ClearInput) {
	f.ClientKey, f.At, f.Note = keptKey(in.ClientKey), in.At, in.Note
	for i := range f.Fates {
		f.Fates[i].Checked = f.Fates[i].Value == string(in.Fate)
	}
	for i, l := range f.Lines {
		f.Lines[i].Send = in.Qty[id.Parse(l.ID)]
	}
}

// loadCancel gives up a load that has not left.
func (s *Server) loadCancel(c echo.Context) error {
	shipment, f, err := idAndForm(c)
	if err != nil {
		return err
	}
	reason := f.Text("reason")
	if err := s.Dispatching.CancelLoad(c.Request().Context(), actorOf(c), shipment, reason); err != nil {
		return s.refuseLoadAct(c, shipment, formCancel, "", err, func(p *view.LoadView) { p.Reason = reason })
	}
	s.flash(c, "ok", "这一车已取消，占用的物资已放开。")
	return redirect(c, loadURL(shipment))
}
