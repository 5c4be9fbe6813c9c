package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/web/view"
)

var draftListPage = declare[view.DraftList]("base", "draft/list")

// draftList shows the open drafts of the person's depots.
func (s *Server) draftList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	drafts, err := s.Inventory.Drafts(ctx, actor)
	if err != nil {
		return err
	}
	depots, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return err
	}
	p := &view.DraftList{Base: s.base(c), Rows: draftRows(drafts, depots), Empty: view.Empty{Icon: "list-check", Title: "没有草稿",
		Text: "填到一半的单据可以存为草稿，记账前都能改；记账或作废后就不在这里了。", URL: "/receipts/new", Do: "新建入库单"}}
	return show(s, c, draftListPage, p)
}

func draftRows(drafts []inventory.Draft, depots []place.Depot) []view.DraftRow {
	names := map[id.ID]string{}
	for _, d := range depots {
		names[d.ID] = d.Name
	}
	rows := make([]view.DraftRow, len(drafts))
	for i, d := range drafts {
		rows[i] = view.DraftRow{Type: view.TypeTag(d.Type), Depot: names[d.DepotID], Lines: d.LineCount, Actor: d.ActorName,
			Updated: view.When(d.UpdatedAt), URL: draftURL(d.ID)}
	}
	return rows
}

func draftURL(draft id.ID) string { return "/drafts/" + draft.String() }

// draftOpen goes on with a saved draft. One that is done leads to what became
// of it.
func (s *Server) draftOpen(c echo.Context) error {
	d, err := s.draftOf(c)
	if err != nil {
		return err
	}
	switch {
	case d.Status == "posted" && actorOf(c).May(access.StockView, d.DepotID):
		s.flash(c, "ok", "这张草稿已经记账，下面是记账后的单据。")
		return redirect(c, voucherURL(d.VoucherID))
	case d.Status != "open":
		s.flash(c, "warn", "这张草稿已经作废，不能再填写。")
		return redirect(c, "/drafts")
	}
	p, err := s.entryData(c, d)
	if err != nil {
		return err
	}
	return show(s, c, entryPage, p)
}

func (s *Server) draftOf(c echo.Context) (inventory.Draft, error) {
	draft, err := pathID(c, "id")
	if err != nil {
		return inventory.Draft{}, err
	}
	return s.Inventory.Draft(c.Request().Context(), actorOf(c), draft)
}

// draftSubmit saves or posts a draft saved before.
func (s *Server) draftSubmit(c echo.Context) error {
	saved, err := s.draftOf(c)
	if err != nil {
		return err
	}
	return s.entrySubmit(c, saved)
}

// draftDiscard closes a draft without posting it.
func (s *Server) draftDiscard(c echo.Context) error {
	draft, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Inventory.DiscardDraft(c.Request().Context(), actorOf(c), draft); err != nil {
		return err
	}
	s.flash(c, "ok", "草稿已作废。")
	return redirect(c, "/drafts")
}
