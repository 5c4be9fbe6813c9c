package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// BookCounts say how long the books are.
type BookCounts struct {
	Entries  int64 `db:"entries"`
	Vouchers int64 `db:"vouchers"`
	Audits   int64 `db:"audits"`
	Lots     int   `db:"lots"`
	Stocks   int   `db:"stocks"`
}

// BookCounts counts the rows of the books.
func (c *Conn) BookCounts(ctx context.Context) (BookCounts, error) {
	var n BookCounts
	err := c.get(ctx, &n, "check-counts", nil)
	return n, err
}

// EachPlace gives all places, of which id, kind, depot and code are read.
func (c *Conn) EachPlace(ctx context.Context, fn func(place.Place)) error {
	var p place.Place
	dest := []any{(*num)(&p.ID), (*text)(&p.Kind), (*num)(&p.DepotID), (*text)(&p.Code)}
	return c.each(ctx, "check-places", nil, dest, func() error { fn(p); return nil })
}

// StoredItem is what of an item gives figures their meaning.
type StoredItem struct {
	ID     id.ID  `db:"id"`
	Code   string `db:"code"`
	Unit   string `db:"unit"`
	Serial bool   `db:"serial"`
}

// StoredItems lists all items by code.
func (c *Conn) StoredItems(ctx context.Context) ([]StoredItem, error) {
	var rows []StoredItem
	err := c.list(ctx, &rows, "check-items", nil)
	return rows, err
}

// StoredLot is a lot with what is stored beside it for searching.
type StoredLot struct {
	ledger.Lot
	Key  string // the key it was found or made by
	Last string // the last day of its expiry
}

// EachLot gives all lots by id. The lot is lent.
func (c *Conn) EachLot(ctx context.Context, fn func(*StoredLot)) error {
	var l StoredLot
	var produced, expires, received ledgerDay
	dest := []any{(*num)(&l.ID), (*num)(&l.ItemID), (*text)(&l.Key), (*text)(&l.No), (*text)(&produced.first), (*small)(&produced.precision),
		(*text)(&expires.first), (*small)(&expires.precision), (*text)(&l.Last), (*text)(&received.first), (*small)(&received.precision),
		(*text)(&l.Source), fen{&l.Price}, (*text)(&l.Owner), (*flag)(&l.Serial), (*flag)(&l.Held)}
	return c.each(ctx, "check-lots", nil, dest, func() error {
		l.Produced, l.Expires, l.Received = produced.day(), expires.day(), received.day()
		fn(&l)
		return nil
	})
}

// EachHold gives the holds of lots by lot, depot and sequence, all but their ids.
func (c *Conn) EachHold(ctx context.Context, fn func(LotHold)) error {
	var h LotHold
	dest := []any{(*num)(&h.LotID), (*num)(&h.DepotID), (*num)(&h.Seq), (*flag)(&h.Held), (*text)(&h.Reason), (*num)(&h.ActorID),
		(*text)(&h.ActorName), (*num)(&h.At)}
	return c.each(ctx, "check-holds", nil, dest, func() error { fn(h); return nil })
}

// ShelfMove is an entry as its shelf sees it.
type ShelfMove struct {
	LotID   id.ID
	PlaceID id.ID
	On      string
	Seq     int64
	Qty     quantity.Q
}

// EachMove gives all entries shelf by shelf, in the ledger's order on each.
func (c *Conn) EachMove(ctx context.Context, fn func(ShelfMove)) error {
	var m ShelfMove
	dest := []any{(*num)(&m.LotID), (*num)(&m.PlaceID), (*text)(&m.On), (*num)(&m.Seq), (*num)(&m.Qty)}
	return c.each(ctx, "check-moves", nil, dest, func() error { fn(m); return nil })
}

// StoredStock is a stock row.
type StoredStock struct {
	PlaceID, LotID, DepotID, ItemID id.ID
	Qty, Allocated                  quantity.Q
}

// EachStock gives all stock rows, in any order.
func (c *Conn) EachStock(ctx context.Context, fn func(StoredStock)) error {
	var r StoredStock
	dest := []any{(*num)(&r.PlaceID), (*num)(&r.LotID), (*num)(&r.DepotID), (*num)(&r.ItemID), (*num)(&r.Qty), (*num)(&r.Allocated)}
	return c.each(ctx, "check-stock", nil, dest, func() error { fn(r); return nil })
}

// ReversedTwice lists entries with more than one reversal.
func (c *Conn) ReversedTwice(ctx context.Context) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "check-reversed-twice", nil)
	return ids, err
}

// StoredReturn is an entry that says it returns another, with that one.
type StoredReturn struct {
	ReturnsID id.ID
	ID        id.ID
	Qty       quantity.Q
	LotID     id.ID
	DepotID   id.ID
	Type      ledger.Type // of its voucher
	UndoneID  id.ID       // its reversal, 0 = it stands

	IssuedID      id.ID // 0 = there is none
	IssuedQty     quantity.Q
	IssuedLotID   id.ID
	IssuedDepotID id.ID
	IssuedType    ledger.Type
	TakenID       id.ID // the issued entry's reversal, 0 = it stands
}

// EachReturn gives all returning entries by what they return.
func (c *Conn) EachReturn(ctx context.Context, fn func(StoredReturn)) error {
	var r StoredReturn
	dest := []any{(*num)(&r.ReturnsID), (*num)(&r.ID), (*num)(&r.Qty), (*num)(&r.LotID), (*num)(&r.DepotID), (*text)(&r.Type), (*num)(&r.UndoneID),
		(*num)(&r.IssuedID), (*num)(&r.IssuedQty), (*num)(&r.IssuedLotID), (*num)(&r.IssuedDepotID), (*text)(&r.IssuedType), (*num)(&r.TakenID)}
	return c.each(ctx, "check-returns", nil, dest, func() error { fn(r); return nil })
}

// StoredPiece is a numbered piece with the lot it is.
type StoredPiece struct {
	ItemID, LotID, PlaceID id.ID
	Key                    string
	LotItemID              id.ID // 0 = the lot is not there
	LotNo                  string
	Serial                 bool
}

// EachPiece gives all pieces.
func (c *Conn) EachPiece(ctx context.Context, fn func(StoredPiece)) error {
	var p StoredPiece
	dest := []any{(*num)(&p.ItemID), (*text)(&p.Key), (*num)(&p.LotID), (*num)(&p.PlaceID), (*num)(&p.LotItemID), (*text)(&p.LotNo), (*flag)(&p.Serial)}
	return c.each(ctx, "check-pieces", nil, dest, func() error { fn(p); return nil })
}

// EachAudit gives one chain of the audit trail in order. The record is lent.
func (c *Conn) EachAudit(ctx context.Context, chain id.ID, fn func(*ledger.AuditRecord)) error {
	var a ledger.AuditRecord
	dest := []any{(*num)(&a.ID), (*num)(&a.Chain), (*num)(&a.Seq), (*num)(&a.At), (*num)(&a.ActorID), (*text)(&a.ActorName), (*text)(&a.Act),
		(*text)(&a.Object), (*text)(&a.Result), (*text)(&a.Detail), (*text)(&a.IP), (*text)(&a.RequestID), (*text)(&a.PrevHash), (*text)(&a.Hash)}
	return c.each(ctx, "check-audit", M{"chain": chain}, dest, func() error { fn(&a); return nil })
}

// lostLimit bounds what is listed of rows that belong to nothing.
const lostLimit = 200

// LostAudits lists audit records of no chain, the first of them.
func (c *Conn) LostAudits(ctx context.Context) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "check-audit-lost", M{"limit": lostLimit})
	return ids, err
}
