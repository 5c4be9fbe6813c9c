package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var lotViewPage = declare[view.LotView]("base", "lot/view")

func lotURL(lot id.ID) string { return "/lots/" + lot.String() }

// lotView shows one lot: what it is, where it stands, who held it.
func (s *Server) lotView(c echo.Context) error {
	lot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	data, err := s.lotFrame(c, lot)
	if err != nil {
		return err
	}
	return show(s, c, lotViewPage, data)
}

func (s *Server) lotFrame(c echo.Context, lot id.ID) (*view.LotView, error) {
	l, err := s.Inventory.Lot(c.Request().Context(), actorOf(c), lot)
	if err != nil {
		return nil, err
	}
	it := l.Item
	data := &view.LotView{Base: s.base(c), Title: l.Name(), Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit,
		ItemURL: itemURL(it.ID), CardURL: cardURL(it.ID, 0), No: l.No, Serial: l.Serial, Produced: l.Produced.String(), Expires: l.Expires.String(),
		Received: l.Received.String(), Source: string(l.Source), Owner: l.Owner, Held: l.Held, Tag: view.ExpiryTag(l.Expires, s.Inventory.Today()),
		MayHold: l.MayHold, MayRelease: l.MayRelease, HoldURL: lotURL(l.ID) + "/hold", ReleaseURL: lotURL(l.ID) + "/release"}
	if l.Price != nil {
		data.Price = l.Price.Grouped()
	}
	s.fillStands(l, data)
	for _, h := range l.Holds {
		data.Holds = append(data.Holds, view.LotHold{Held: h.Held, At: view.When(h.At), Actor: h.ActorName, Reason: h.Reason})
	}
	data.Trials, err = s.lotTrials(c, lot)
	return data, err
}

// fillStands lists where some of the lot is now.
func (s *Server) fillStands(l inventory.LotView, data *view.LotView) {
	var sum quantity.Q
	for _, at := range l.Stands {
		if at.OnHand == 0 {
			continue
		}
		sum += at.OnHand
		row := store.StockRow{Kind: at.Kind}
		row.Lot, row.OnHand, row.Allocated = l.Lot, at.OnHand, at.Allocated
		data.Stands = append(data.Stands, view.LotStand{Depot: at.Depot, Bin: at.Bin, CardURL: cardURL(l.ItemID, at.DepotID), OnHand: at.OnHand.Grouped(),
			Allocated: someQty(at.Allocated), Available: usable(row, s.Inventory.Today()).Grouped(), Quarantine: at.Kind == place.Quarantine})
	}
	if len(data.Stands) > 0 {
		data.Sum = strings.TrimSpace(sum.Grouped() + " " + data.Unit)
	}
}

// lotHold stops a lot from leaving, everywhere.
func (s *Server) lotHold(c echo.Context) error { return s.changeHold(c, true) }

// lotRelease lets a held lot go again.
func (s *Server) lotRelease(c echo.Context) error { return s.changeHold(c, false) }

func (s *Server) changeHold(c echo.Context, held bool) error {
	lot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	r := inventory.HoldRequest{LotID: lot, Held: held, Reason: f.Text("reason")}
	if err := s.Inventory.HoldLot(c.Request().Context(), actorOf(c), r); err != nil {
		return s.refuseHold(c, r, err)
	}
	if held {
		s.flash(c, "ok", "已冻结这个批次：各储备库都不能再出库、调拨和借出，可以移库、报废。")
	} else {
		s.flash(c, "ok", "已解除冻结，这个批次可以照常出库。")
	}
	return redirect(c, lotURL(lot))
}

func (s *Server) refuseHold(c echo.Context, r inventory.HoldRequest, cause error) error {
	if kind := errs.KindOf(cause); kind == errs.Forbidden || kind == errs.Unauthenticated || kind == errs.NotFound {
		return cause
	}
	data, err := s.lotFrame(c, r.LotID)
	if err != nil {
		return err
	}
	data.Reason = r.Reason
	return refuse(s, c, lotViewPage, data, cause)
}
