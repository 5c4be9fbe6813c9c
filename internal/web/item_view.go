package web

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/web/view"
)

var itemViewPage = declare[view.ItemView]("base", "item/view")

// itemView shows one item and, to those who may see stock, what their depots
// have of it.
func (s *Server) itemView(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	item, err := pathID(c, "id")
	if err != nil {
		return err
	}
	it, err := s.Directory.Item(ctx, actor, item)
	if err != nil {
		return err
	}
	data := view.ItemView{Base: s.base(c), Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit, Category: it.Category,
		Storage: view.Storage(it.StorageMonths), Aliases: strings.Join(it.Aliases, "、"), Draft: it.Draft, Recoverable: it.Recoverable, Serial: it.Serial,
		Packs:  packWords(it.Item),
		Trials: trialWords(it.CheckMonths),
		Weight: directory.WeightText(it.Item), Volume: directory.VolumeText(it.Item),
		MayEdit: actor.May(access.CatalogEdit, 0), EditURL: itemURL(it.ID) + "/edit", CardURL: cardURL(it.ID, 0),
		SeesStock: actor.MayAnywhere(access.StockView)}
	if data.SeesStock {
		if err := s.fillItemStock(ctx, actor, it.Item, &data); err != nil {
			return err
		}
	}
	return show(s, c, itemViewPage, &data)
}

// packWords writes packs as people say them: 1 箱 = 24 瓶.
func packWords(it catalog.Item) string {
	var words []string
	for _, p := range it.Packs {
		words = append(words, "1 "+p.Name+" = "+p.Factor.Grouped()+" "+it.Unit)
	}
	return strings.Join(words, "，")
}

func itemURL(item id.ID) string { return "/items/" + item.String() }

func (s *Server) fillItemStock(ctx context.Context, actor access.Actor, it catalog.Item, data *view.ItemView) error {
	rows, _, err := s.Inventory.StockByLot(ctx, actor, inventory.StockFilter{ItemID: it.ID}, inventory.AllRows)
	if err != nil {
		return err
	}
	today := s.Inventory.Today()
	var sum quantity.Q
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].DepotID == rows[0].DepotID {
			n++
		}
		row, qty := itemDepot(rows[:n], today)
		data.Stock = append(data.Stock, row)
		sum += qty
		rows = rows[n:]
	}
	if len(data.Stock) > 0 {
		data.Sum = strings.TrimSpace(sum.Grouped() + " " + it.Unit)
	}
	return nil
}

// itemDepot sums an item's rows at one depot. A lot in two bins is one lot.
func itemDepot(rows []store.StockRow, today day.Day) (view.ItemDepot, quantity.Q) {
	var qty quantity.Q
	var next day.Day
	lots := map[id.ID]bool{}
	for _, r := range rows {
		qty += r.OnHand
		lots[r.Lot.ID] = true
		if e := r.Lot.Expires; !e.IsZero() && (next.IsZero() || cmp.Less(e.Last(), next.Last())) {
			next = e
		}
	}
	return view.ItemDepot{Depot: rows[0].Depot, CardURL: cardURL(rows[0].Lot.ItemID, rows[0].DepotID), OnHand: qty.Grouped(),
		Lots: len(lots), Next: next.String(), Tag: view.ExpiryTag(next, today)}, qty
}

// trialWords says how often a machine is tried, "" where it is not.
func trialWords(months int) string {
	if months == 0 {
		return ""
	}
	return fmt.Sprintf("每 %d 个月试机一次", months)
}
