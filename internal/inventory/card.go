package inventory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// CardFilter asks for a page of one item's stock card, the newest first.
// Before is the point of the oldest row shown; zero is the card's end, or To's.
type CardFilter struct {
	ItemID  id.ID
	DepotID id.ID // 0 = all the actor may see
	From    string
	To      string
	Before  CardPoint
}

// CardPoint is a point in the ledger's order.
type CardPoint struct {
	On  string
	Seq int64
	ID  id.ID
}

// Card is a page of a stock card (物资卡片), its rows in the ledger's order: the
// balance before its first row, each movement with the balance after it, the
// balance at its end.
type Card struct {
	Item    catalog.Item
	Opening quantity.Q
	Rows    []CardRow
	Closing quantity.Q // after the last row of this page
	Now     quantity.Q // today's stock
	Earlier CardPoint  // of the first row, when more is true
	More    bool       // older rows follow
}

// CardRow is one movement with the balance it leaves.
type CardRow struct {
	store.CardEntry
	In, Out quantity.Q
	Balance quantity.Q
	Expires day.Day
}

// The end of every card, and the end of every day.
const (
	lastDay    = "9999-12-31"
	lastMoment = 1<<62 - 1
)

// Card gives a page of an item's stock card. Balances are computed back from
// today's stock, which costs as many rows as lie after the page; nothing stores
// a running balance.
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
	var card Card
	if err := card.readItem(ctx, c, f.ItemID); err != nil {
		return card, err
	}
	sf := store.CardFilter{Scope: sc, ItemID: f.ItemID, DepotID: f.DepotID, From: f.From, On: f.Before.On, Seq: f.Before.Seq, ID: f.Before.ID, Limit: PageSize + 1}
	if sf.On == "" {
		sf.On, sf.Seq, sf.ID = lastDay, lastMoment, lastMoment
		if f.To != "" {
			sf.On = f.To
		}
	}
	if err := card.readEnd(ctx, c, sf); err != nil {
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

// fill takes the rows newest first, walks them back from the closing, and
// leaves them in order.
func (c *Card) fill(entries []store.CardEntry) {
	balance := c.Closing
	for _, e := range entries {
		c.Rows = append(c.Rows, CardRow{CardEntry: e, In: max(e.Qty, 0), Out: max(-e.Qty, 0), Balance: balance,
			Expires: day.Stored(e.ExpiresOn, e.ExpiresPrecision)})
		balance -= e.Qty
		c.Earlier = CardPoint{On: e.BusinessOn, Seq: e.Seq, ID: e.ID}
	}
	c.Opening = balance
	slices.Reverse(c.Rows)
}
