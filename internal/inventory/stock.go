package inventory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// SoonDays is how far ahead "expiring" looks: one quarter, the rhythm in which
// depots are checked.
const SoonDays = 90

// StockFilter narrows the stock list; zero fields mean "any". After… is the
// key of the last row shown.
type StockFilter struct {
	DepotID     id.ID
	CategoryID  id.ID
	Query       string // name, code, alias or pinyin initials of an item
	ItemID      id.ID
	LotNo       string
	ExpiresFrom string // ISO days: lots whose last day is from this
	ExpiresBy   string // to this, "" = any
	AfterCode   string
	AfterDepot  string
	AfterLot    id.ID
	AfterPlace  id.ID
}

// AllRows asks StockByLot for everything at once, for exports.
const AllRows = 0

func (s *Service) stockFilter(ctx context.Context, actor access.Actor, f StockFilter, limit int) (store.StockFilter, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return store.StockFilter{}, err
	}
	out := store.StockFilter{Scope: sc, DepotID: f.DepotID, CategoryID: f.CategoryID, LotNo: f.LotNo, ExpiresFrom: f.ExpiresFrom, ExpiresBy: f.ExpiresBy,
		AfterCode: f.AfterCode, AfterDepot: f.AfterDepot, AfterLot: f.AfterLot, AfterPlace: f.AfterPlace, Limit: limit}
	if f.ItemID != 0 {
		out.Items = []id.ID{f.ItemID}
	} else if f.Query != "" {
		known, err := s.catalogue.at(ctx, s.store.Read())
		if err != nil {
			return out, err
		}
		out.Items = []id.ID{}
		for _, it := range known.index.Search(f.Query, known.index.Len()) {
			out.Items = append(out.Items, it.ID)
		}
	}
	return out, nil
}

// StockByLot lists lots in bins. limit AllRows gives every row.
func (s *Service) StockByLot(ctx context.Context, actor access.Actor, f StockFilter, limit int) (rows []store.StockRow, more bool, err error) {
	ask := maxExport
	if limit != AllRows {
		ask = limit + 1
	}
	sf, err := s.stockFilter(ctx, actor, f, ask)
	if err != nil {
		return nil, false, err
	}
	rows, err = s.store.Read().StockByLot(ctx, sf)
	if limit != AllRows && len(rows) > limit {
		return rows[:limit], true, err
	}
	if err == nil && limit == AllRows && len(rows) == maxExport {
		return nil, false, errs.New(errs.TooLarge, "要导出的行数超过 %d，请按储备库或类别分几次导出。", maxExport)
	}
	return rows, false, err
}

// maxExport bounds one export, so that one click cannot fill the memory of an
// office machine; a district has a tenth of it.
const maxExport = 200_000

// StockByItem lists items with their sums over the actor's depots.
func (s *Service) StockByItem(ctx context.Context, actor access.Actor, f StockFilter, limit int) (rows []store.ItemStock, more bool, err error) {
	sf, err := s.stockFilter(ctx, actor, f, limit+1)
	if err != nil {
		return nil, false, err
	}
	today := s.Today()
	rows, err = s.store.Read().StockByItem(ctx, sf, today.First, today.AddDays(SoonDays).First)
	if len(rows) > limit {
		return rows[:limit], true, err
	}
	return rows, false, err
}

// StockByDepot counts kinds and lots per depot and category.
func (s *Service) StockByDepot(ctx context.Context, actor access.Actor) ([]store.DepotStock, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	today := s.Today()
	return s.store.Read().StockByDepot(ctx, sc, today.First, today.AddDays(SoonDays).First)
}

// Expiring lists stock expired or expiring within days, soonest first.
func (s *Service) Expiring(ctx context.Context, actor access.Actor, days, limit int) ([]store.StockRow, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	return s.store.Read().Expiring(ctx, store.StockFilter{Scope: sc, ExpiresBy: s.Today().AddDays(days).First, Limit: limit})
}

// CardFilter asks for one item's stock card. After is the point of the last
// row shown; zero starts at From.
type CardFilter struct {
	ItemID  id.ID
	DepotID id.ID // 0 = all the actor may see
	From    string
	To      string
	After   CardPoint
}

// CardPoint is a point in the ledger's order.
type CardPoint struct {
	On  string
	Seq int64
	ID  id.ID
}

// Card is a page of a stock card (物资卡片): the balance before its first row,
// each movement with the balance after it, the balance at its end.
type Card struct {
	Item    catalog.Item
	Opening quantity.Q
	Rows    []CardRow
	Closing quantity.Q // after the last row of this page
	Now     quantity.Q // today's stock
	Next    CardPoint  // of the last row, when more is true
	More    bool
}

// CardRow is one movement with the balance it leaves.
type CardRow struct {
	store.CardEntry
	In, Out quantity.Q
	Balance quantity.Q
	Expires day.Day
}

// lastMoment sorts after every entry of a day.
const lastMoment = 1<<62 - 1

// Card gives a page of an item's stock card. The opening is computed back from
// today's stock; nothing stores a running balance.
func (s *Service) Card(ctx context.Context, actor access.Actor, f CardFilter) (Card, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return Card{}, err
	}
	if f.DepotID != 0 && !actor.May(access.StockView, f.DepotID) {
		return Card{}, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	var card Card
	err = s.store.Snapshot(ctx, func(c *store.Conn) error {
		card, err = readCard(ctx, c, sc, f)
		return err
	})
	return card, err
}

func readCard(ctx context.Context, c *store.Conn, sc store.Scope, f CardFilter) (Card, error) {
	items, err := c.ItemsByID(ctx, []id.ID{f.ItemID})
	if err != nil {
		return Card{}, err
	}
	card := Card{Item: items[f.ItemID]}
	if card.Item.ID == 0 {
		return card, errs.New(errs.NotFound, "没有这种物资，可能已被删除或编号有误。")
	}
	sf := store.CardFilter{Scope: sc, ItemID: f.ItemID, DepotID: f.DepotID, On: f.After.On, Seq: f.After.Seq, ID: f.After.ID, To: f.To, Limit: PageSize + 1}
	if sf.On == "" && f.From != "" {
		sf.On, sf.Seq, sf.ID = dayBefore(f.From), lastMoment, lastMoment
	}
	if card.Opening, err = c.CardBalance(ctx, sf); err != nil {
		return card, err
	}
	if card.Now, err = c.CardBalance(ctx, store.CardFilter{Scope: sc, ItemID: f.ItemID, DepotID: f.DepotID, On: "9999-12-31"}); err != nil {
		return card, err
	}
	entries, err := c.CardEntries(ctx, sf)
	if err != nil {
		return card, err
	}
	if card.More = len(entries) > PageSize; card.More {
		entries = entries[:PageSize]
	}
	card.fill(entries)
	return card, nil
}

func dayBefore(iso string) string { return day.Day{First: iso}.AddDays(-1).First }

func (c *Card) fill(entries []store.CardEntry) {
	balance := c.Opening
	for _, e := range entries {
		balance += e.Qty
		c.Rows = append(c.Rows, CardRow{CardEntry: e, In: max(e.Qty, 0), Out: max(-e.Qty, 0), Balance: balance,
			Expires: day.Stored(e.ExpiresOn, e.ExpiresPrecision)})
		c.Next = CardPoint{On: e.BusinessOn, Seq: e.Seq, ID: e.ID}
	}
	c.Closing = balance
}
