package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var depotViewPage = declare[view.DepotView]("base", "depot/view")

// depotView shows one depot with its bins.
func (s *Server) depotView(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	data, err := s.depotFrame(c, depot)
	if err != nil {
		return err
	}
	return show(s, c, depotViewPage, data)
}

func (s *Server) depotFrame(c echo.Context, depot id.ID) (*view.DepotView, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	d, err := s.Directory.Depot(ctx, actor, depot)
	if err != nil {
		return nil, err
	}
	bins, err := s.Directory.Places(ctx, actor, depot)
	if err != nil {
		return nil, err
	}
	figures, err := s.depotFigures(ctx, actor)
	if err != nil {
		return nil, err
	}
	self, f := depotURL(d.ID), figures[d.ID]
	data := &view.DepotView{Base: s.base(c), Code: d.Code, Name: d.Name, Tier: d.Tier.Name(), Custodian: d.Custodian, Keeper: d.Keeper,
		Phone: d.Phone, Address: d.Address, Division: d.Division, Loading: directory.LoadingText(d), Holder: d.Holder.Name(), HolderTag: view.HolderTag(d.Holder), Closed: d.Closed, MayEdit: actor.May(access.DepotEdit, d.ID), EditURL: self + "/edit",
		SeesStock: actor.May(access.StockView, d.ID), StockURL: stockURL(stockQuery{depot: d.ID}), DailyURL: dailyURL(d.ID, ""), CountURL: exportURL(reporting.Count, reporting.Ask{reporting.FieldDepot: d.ID.String()}), Kinds: f.kinds, Lots: f.lots, Expired: f.expired,
		MayBin: actor.May(access.BinEdit, d.ID), BinURL: self + "/bins"}
	if data.Stand, err = s.depotStand(ctx, actor, d, data.CSRF); err != nil {
		return nil, err
	}
	for _, b := range bins {
		data.Bins = append(data.Bins, view.DepotBin{Code: b.Code, Name: b.Name, Quarantine: b.Kind == place.Quarantine})
	}
	data.BinKinds = placeKinds(place.Bin)
	return data, nil
}

// placeKinds are the choices of the form for another place.
func placeKinds(chosen place.Kind) []view.Option {
	var list []view.Option
	for _, k := range directory.PlaceKinds {
		list = append(list, view.Option{Value: string(k), Label: k.Name(), Checked: k == chosen})
	}
	return list
}

// binCreate adds a bin or a quarantine place to a depot. Who may is the use case's to say: planners
// everywhere, keepers on their own shelves.
func (s *Server) binCreate(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	typed := place.Place{Kind: place.Kind(f.Text("kind")), DepotID: depot, Code: f.Text("code"), Name: f.Text("name")}
	bin, err := s.Directory.CreateBin(c.Request().Context(), actorOf(c), depot, typed.Kind, typed.Code, typed.Name)
	if err != nil {
		return s.refuseBin(c, typed, err)
	}
	s.flash(c, "ok", "已新增"+bin.Kind.Name()+"「"+bin.Code+"」。")
	return redirect(c, depotURL(depot)+"#bins")
}

func (s *Server) refuseBin(c echo.Context, typed place.Place, cause error) error {
	if errs.KindOf(cause) == errs.Forbidden || errs.KindOf(cause) == errs.Unauthenticated {
		return cause
	}
	data, err := s.depotFrame(c, typed.DepotID)
	if err != nil {
		return err
	}
	data.BinCode, data.BinName, data.BinKinds = typed.Code, typed.Name, placeKinds(typed.Kind)
	if len(errs.FieldsOf(cause)) == 0 { // the page has no other place for it
		data.Flash = append(data.Flash, view.Flash{Kind: "bad", Text: errs.MessageOf(cause)})
	}
	return refuse(s, c, depotViewPage, data, cause)
}
