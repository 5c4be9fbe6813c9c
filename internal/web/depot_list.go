package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/web/view"
)

var depotListPage = declare[view.DepotList]("base", "depot/list")

func depotURL(depot id.ID) string { return "/depots/" + depot.String() }

// depotFigures are the kinds and lots a depot has in stock.
type depotFigures struct{ kinds, lots, expired int }

// depotFigures counts for every depot whose stock the actor may see; nothing
// for those who see none.
func (s *Server) depotFigures(ctx context.Context, actor access.Actor) (map[id.ID]depotFigures, error) {
	if !actor.MayAnywhere(access.StockView) {
		return nil, nil
	}
	rows, err := s.Inventory.StockByDepot(ctx, actor)
	sums := map[id.ID]depotFigures{}
	for _, r := range rows {
		sum := sums[r.DepotID]
		sums[r.DepotID] = depotFigures{sum.kinds + r.Items, sum.lots + r.Lots, sum.expired + r.Expired}
	}
	return sums, err
}

// depotList shows the depots in the actor's scope.
func (s *Server) depotList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return err
	}
	figures, err := s.depotFigures(ctx, actor)
	if err != nil {
		return err
	}
	data := view.DepotList{Base: s.base(c), MayEdit: actor.May(access.DepotEdit, 0)}
	for _, d := range depots {
		data.Rows = append(data.Rows, view.DepotRow{Code: d.Code, Name: d.Name, Tier: d.Tier.Name(), Custodian: d.Custodian, Keeper: d.Keeper,
			Phone: d.Phone, Holder: view.HolderTag(d.Holder), Closed: d.Closed, URL: depotURL(d.ID), SeesStock: actor.May(access.StockView, d.ID),
			StockURL: stockURL(stockQuery{depot: d.ID}), Kinds: figures[d.ID].kinds, Lots: figures[d.ID].lots})
	}
	data.Empty = view.Empty{Icon: "building-warehouse", Title: "还没有储备库", Text: "计划员新增储备库后，才能登记入库和导入台账。"}
	if data.MayEdit {
		data.Empty.URL, data.Empty.Do = "/depots/new", "新增储备库"
	}
	return show(s, c, depotListPage, &data)
}
