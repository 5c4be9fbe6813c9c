package inventory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/store"
)

// CardBook is the whole card of an item at a depot over a span of days, as the
// books of an office have it: what stays inside the depot is not in it.
type CardBook struct {
	Card
	Depot   place.Depot
	From    string       // ISO day, "" = from the beginning
	Priced  bool         // every lot on it has a price, so that amounts are known
	Worth   money.Fen    // before the first row
	Amounts []CardAmount // of each row, when priced
	Inside  int          // moves inside the depot that were left out
}

// CardAmount is a row of a card in money.
type CardAmount struct{ In, Out, Balance money.Fen }

// CardBooks gives the cards of an item, one for each depot in scope that knows
// it, in the district's order. DepotID of the filter narrows to one; Before is
// not used.
func (s *Service) CardBooks(ctx context.Context, actor access.Actor, f CardFilter) ([]CardBook, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	if f.DepotID != 0 && !actor.May(access.StockView, f.DepotID) {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	var books []CardBook
	err = s.store.Heavy(ctx, func(c *store.Conn) error {
		depots, err := cardDepots(ctx, c, sc, f)
		if err != nil {
			return err
		}
		for _, d := range depots {
			b, err := readCardBook(ctx, c, sc, f, d)
			if err != nil {
				return err
			}
			books = append(books, b)
		}
		return nil
	})
	return books, err
}

func cardDepots(ctx context.Context, c *store.Conn, sc store.Scope, f CardFilter) ([]place.Depot, error) {
	all, err := c.Depots(ctx)
	if err != nil {
		return nil, err
	}
	known, err := c.ItemDepots(ctx, sc, f.ItemID)
	return slices.DeleteFunc(all, func(d place.Depot) bool {
		return f.DepotID != d.ID && (f.DepotID != 0 || !known[d.ID])
	}), err
}

func readCardBook(ctx context.Context, c *store.Conn, sc store.Scope, f CardFilter, d place.Depot) (CardBook, error) {
	b := CardBook{Depot: d, From: f.From}
	sf := store.CardFilter{Scope: sc, ItemID: f.ItemID, DepotID: d.ID, From: f.From, On: lastDay, Seq: lastMoment, ID: lastMoment, Limit: maxExport}
	if f.To != "" {
		sf.On = f.To
	}
	if err := b.readItem(ctx, c, f.ItemID); err != nil {
		return b, err
	}
	if err := b.readEnd(ctx, c, sf); err != nil {
		return b, err
	}
	entries, err := c.CardEntries(ctx, sf)
	if err != nil {
		return b, err
	}
	if len(entries) == maxExport {
		return b, errs.New(errs.TooLarge, "%s 的卡片超过 %d 行，请按日期分几次导出。", b.Item.Name, maxExport)
	}
	b.fill(entries)
	b.leaveInside()
	worth, err := c.CardValue(ctx, d.ID, f.ItemID, f.From, sf.On)
	if b.Priced = worth.Unpriced == 0; err == nil && b.Priced {
		b.fillAmounts(worth.Value)
	}
	return b, err
}

func (c *Card) readItem(ctx context.Context, conn *store.Conn, item id.ID) error {
	items, err := conn.ItemsByID(ctx, []id.ID{item})
	if err != nil {
		return err
	}
	if c.Item = items[item]; c.Item.ID == 0 {
		return errs.New(errs.NotFound, "没有这种物资，可能已被删除或编号有误。")
	}
	return nil
}

// readEnd reads the stock now and the balance at the filter's point.
func (c *Card) readEnd(ctx context.Context, conn *store.Conn, f store.CardFilter) (err error) {
	if c.Now, err = conn.CardTotal(ctx, f); err != nil {
		return err
	}
	since, err := conn.CardSince(ctx, f)
	c.Closing = c.Now - since
	return err
}

// leaveInside takes out the moves between bins: they change no balance, and an
// office's card does not know bins.
func (b *CardBook) leaveInside() {
	before := len(b.Rows)
	b.Rows = slices.DeleteFunc(b.Rows, func(r CardRow) bool { return r.Type == ledger.BinMove || r.ReversesType == ledger.BinMove })
	b.Inside = (before - len(b.Rows)) / 2
}

// fillAmounts values each row by its lot's price. A row's amount is the change
// of the rounded balance, so that the card adds up to the fen.
func (b *CardBook) fillAmounts(value int64) {
	balance := whole(value)
	b.Worth = balance
	for _, r := range b.Rows {
		value += int64(r.Qty) * int64(*r.PriceFen)
		after := whole(value)
		a := CardAmount{Balance: after}
		if r.Qty < 0 {
			a.Out = balance - after
		} else {
			a.In = after - balance
		}
		balance = after
		b.Amounts = append(b.Amounts, a)
	}
}
