package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var depotFormPage = declare[view.DepotForm]("base", "depot/form")

// depotFormFrame fills what the form offers. depot 0 is a new one.
func (s *Server) depotFormFrame(c echo.Context, depot id.ID, chosen place.Tier, holder place.Holder) *view.DepotForm {
	data := &view.DepotForm{Base: s.base(c), ID: depot, Action: "/depots", BackURL: "/depots"}
	if depot != 0 {
		data.Action, data.BackURL = depotURL(depot), depotURL(depot)
	}
	for _, t := range place.Tiers {
		data.Tiers = append(data.Tiers, view.Option{Value: string(t), Label: t.Name(), Checked: t == chosen})
	}
	for _, h := range place.Holders {
		data.Holders = append(data.Holders, view.Option{Value: string(h), Label: h.Name(), Checked: h == holder})
	}
	return data
}

// depotNew shows the empty form.
func (s *Server) depotNew(c echo.Context) error {
	return show(s, c, depotFormPage, s.depotFormFrame(c, 0, "", place.HeldByBureau))
}

// depotEdit shows the form of a depot there is.
func (s *Server) depotEdit(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	d, err := s.Directory.Depot(c.Request().Context(), actorOf(c), depot)
	if err != nil {
		return err
	}
	data := s.depotFormFrame(c, d.ID, d.Tier, d.Holder)
	data.Code, data.Name, data.Tier, data.Division, data.Custodian = d.Code, d.Name, d.Tier.Name(), d.Division, d.Custodian
	data.Keeper, data.Phone, data.Address, data.Closed = d.Keeper, d.Phone, d.Address, d.Closed
	if d.LoadingMinutes > 0 {
		data.Loading = strconv.Itoa(d.LoadingMinutes)
	}
	return show(s, c, depotFormPage, data)
}

// depotCreate adds a depot.
func (s *Server) depotCreate(c echo.Context) error {
	return s.saveDepot(c, 0, "已新增储备库「%s」，编码 %s。", func(ctx context.Context, in directory.DepotInput) (place.Depot, error) {
		return s.Directory.CreateDepot(ctx, actorOf(c), in)
	})
}

// depotUpdate changes a depot.
func (s *Server) depotUpdate(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveDepot(c, depot, "已保存储备库「%s」，编码 %s。", func(ctx context.Context, in directory.DepotInput) (place.Depot, error) {
		return s.Directory.UpdateDepot(ctx, actorOf(c), depot, in)
	})
}

// saveDepot runs a form; done is the sentence for the next page, with name and
// code.
func (s *Server) saveDepot(c echo.Context, depot id.ID, done string, save func(context.Context, directory.DepotInput) (place.Depot, error)) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := directory.DepotInput{Code: f.Text("code"), Name: f.Text("name"), Tier: place.Tier(f.Text("tier")), Division: f.Text("division"), Holder: place.Holder(f.Text("holder")),
		Custodian: f.Text("custodian"), Keeper: f.Text("keeper"), Phone: f.Text("phone"), Address: f.Text("address"), Closed: f.Checked("closed"), Loading: f.Figure("loading")}
	d, err := save(c.Request().Context(), in)
	if err != nil {
		return s.refuseDepot(c, depot, in, err)
	}
	s.flash(c, "ok", fmt.Sprintf(done, d.Name, d.Code))
	return redirect(c, depotURL(d.ID))
}

func (s *Server) refuseDepot(c echo.Context, depot id.ID, in directory.DepotInput, cause error) error {
	data := s.depotFormFrame(c, depot, in.Tier, in.Holder)
	data.Tier = in.Tier.Name()
	if depot != 0 { // the form shows the tier and does not send it
		d, err := s.Directory.Depot(c.Request().Context(), actorOf(c), depot)
		if err != nil {
			return err
		}
		data.Tier = d.Tier.Name()
	}
	data.Code, data.Name, data.Division, data.Custodian = in.Code, in.Name, in.Division, in.Custodian
	data.Keeper, data.Phone, data.Address, data.Closed, data.Loading = in.Keeper, in.Phone, in.Address, in.Closed, in.Loading
	return refuse(s, c, depotFormPage, data, cause)
}
