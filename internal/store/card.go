package store

import (
	"context"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// CardEntry is a movement on a stock card. It carries its place in the order
// (business date, sequence, id), which is the page's key.
type CardEntry struct {
	ID               id.ID         `db:"id"`
	VoucherID        id.ID         `db:"voucher_id"`
	Line             int           `db:"line"`
	BusinessOn       string        `db:"business_on"`
	Seq              int64         `db:"seq"`
	Qty              quantity.Q    `db:"qty"`
	Remark           string        `db:"remark"`
	Number           string        `db:"number"`
	Type             ledger.Type   `db:"type"`
	Reason           string        `db:"reason"`
	Counterparty     string        `db:"counterparty"`
	ActorName        string        `db:"actor_name"`
	ReversesID       id.ID         `db:"reverses_id"`
	ReversesType     ledger.Type   `db:"reverses_type"` // of what a reversal takes back, else ""
	Depot            string        `db:"depot"`
	FromDepot        string        `db:"from_depot"` // of a transfer: the one that gives
	ToDepot          string        `db:"to_depot"`   // and the one that receives, else ""
	Bin              string        `db:"bin"`
	LotID            id.ID         `db:"lot_id"`
	LotNo            string        `db:"lot_no"`
	ExpiresOn        string        `db:"expires_on"`
	ExpiresPrecision day.Precision `db:"expires_precision"`
	PriceFen         *money.Fen    `db:"price_fen"`
}

// CardFilter asks for one item's movements before a point in the ledger's
// order. DepotID 0 means all depots in scope.
type CardFilter struct {
	Scope   Scope
	ItemID  id.ID
	DepotID id.ID
	From    string // no older than this business date, "" = any
	On      string // the point: business date,
	Seq     int64  // sequence and
	ID      id.ID  // entry id of the first entry after the page
	Limit   int
}

func (f CardFilter) args() M {
	return M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "item_id": f.ItemID, "depot_id": f.DepotID,
		"from_on": f.From, "on": f.On, "seq": f.Seq, "id": f.ID, "limit": f.Limit}
}

// query names the text for one depot or for all in scope: each has an index
// that gives its rows in order.
func (f CardFilter) query(name string) string {
	if f.DepotID != 0 {
		return name + "-depot"
	}
	return name
}

// CardEntries lists movements, newest first.
func (c *Conn) CardEntries(ctx context.Context, f CardFilter) ([]CardEntry, error) {
	var rows []CardEntry
	err := c.list(ctx, &rows, f.query("card-entries"), f.args())
	return rows, err
}

// CardTotal gives the stock now.
func (c *Conn) CardTotal(ctx context.Context, f CardFilter) (now quantity.Q, err error) {
	err = c.get(ctx, &now, "card-total", f.args())
	return now, err
}

// CardSince sums the movements at and after the filter's point: the stock now
// less these is the balance there. Nothing stores a running balance.
func (c *Conn) CardSince(ctx context.Context, f CardFilter) (since quantity.Q, err error) {
	err = c.get(ctx, &since, f.query("card-since"), f.args())
	return since, err
}
