package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// JournalLine is what one line of a voucher brought into a depot (a quantity
// above zero) or took out of it (below).
type JournalLine struct {
	VoucherID            id.ID
	Line                 int
	BusinessOn           string
	Qty                  quantity.Q
	Packed, Remark       string
	Number               string
	Type                 ledger.Type
	ReversesType         ledger.Type // of a reversal: the type of what it takes back
	Reason, Counterparty string
	ActorName            string
	DepotCode, Depot     string
	FromDepot, ToDepot   string // of a transfer
	Bin                  string
	ItemCode, Item, Spec string
	Unit, Category       string
	Lot                  ledger.Lot
}

type journalRow struct {
	VoucherID    id.ID       `db:"voucher_id"`
	Line         int         `db:"line"`
	BusinessOn   string      `db:"business_on"`
	Qty          quantity.Q  `db:"qty"`
	Packed       string      `db:"packed"`
	Remark       string      `db:"remark"`
	Number       string      `db:"number"`
	Type         ledger.Type `db:"type"`
	ReversesType ledger.Type `db:"reverses_type"`
	Reason       string      `db:"reason"`
	Counterparty string      `db:"counterparty"`
	ActorName    string      `db:"actor_name"`
	DepotCode    string      `db:"depot_code"`
	Depot        string      `db:"depot"`
	FromDepot    string      `db:"from_depot"`
	ToDepot      string      `db:"to_depot"`
	Bin          string      `db:"bin"`
	ItemCode     string      `db:"item_code"`
	Item         string      `db:"item"`
	Spec         string      `db:"spec"`
	Unit         string      `db:"unit"`
	Category     string      `db:"category"`
	lotRow
}

func (r journalRow) line() JournalLine {
	return JournalLine{VoucherID: r.VoucherID, Line: r.Line, BusinessOn: r.BusinessOn, Qty: r.Qty, Packed: r.Packed, Remark: r.Remark,
		Number: r.Number, Type: r.Type, ReversesType: r.ReversesType, Reason: r.Reason, Counterparty: r.Counterparty, ActorName: r.ActorName,
		DepotCode: r.DepotCode, Depot: r.Depot, FromDepot: r.FromDepot, ToDepot: r.ToDepot, Bin: r.Bin,
		ItemCode: r.ItemCode, Item: r.Item, Spec: r.Spec, Unit: r.Unit, Category: r.Category, Lot: r.lot()}
}

// JournalFilter asks for the movements of a span of business days, both ends
// counted; other zero fields mean "any".
type JournalFilter struct {
	Scope    Scope
	DepotID  id.ID
	Type     ledger.Type
	From, To string // ISO days
	Number   string // a part of the voucher's number
	Limit    int
}

// Journal lists movements in and out of depots in the ledger's order.
func (c *Conn) Journal(ctx context.Context, f JournalFilter) ([]JournalLine, error) {
	var rows []journalRow
	err := c.list(ctx, &rows, "journal-lines", M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "depot_id": f.DepotID,
		"type": f.Type, "from_on": f.From, "to_on": f.To, "number": contains(f.Number), "limit": f.Limit})
	lines := make([]JournalLine, len(rows))
	for i, r := range rows {
		lines[i] = r.line()
	}
	return lines, err
}

// CardValue is what a card is worth before a day, in thousandths of a fen.
// Unpriced counts entries up to its end whose lots have no price.
type CardValue struct {
	Value    int64 `db:"value"`
	Unpriced int   `db:"unpriced"`
}

// CardValue gives the worth of an item at a depot before a day, and whether it
// is known to the end of the card.
func (c *Conn) CardValue(ctx context.Context, depot, item id.ID, from, to string) (CardValue, error) {
	var v CardValue
	err := c.get(ctx, &v, "journal-card-value", M{"depot_id": depot, "item_id": item, "from_on": from, "to_on": to})
	return v, err
}

// ItemDepots lists the depots in scope whose books know an item.
func (c *Conn) ItemDepots(ctx context.Context, scope Scope, item id.ID) (map[id.ID]bool, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "journal-item-depots", M{"item_id": item, "all_depots": scope.All, "depots": scope.Depots})
	known := make(map[id.ID]bool, len(ids))
	for _, i := range ids {
		known[i] = true
	}
	return known, err
}
