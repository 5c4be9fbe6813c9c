package store

import (
	"changbei/internal/catalog"
	"context"
	"errors"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// ErrShort says that a guarded UPDATE did not match every row: some shelf does
// not hold what was to be taken.
var ErrShort = errors.New("store: stock is short")

// Delta is the change of one lot at one place by one voucher.
type Delta struct {
	PlaceID id.ID
	LotID   id.ID
	DepotID id.ID
	ItemID  id.ID
	Qty     quantity.Q
}

func (d Delta) args() M {
	return M{"place_id": d.PlaceID, "lot_id": d.LotID, "depot_id": d.DepotID, "item_id": d.ItemID, "qty": d.Qty, "need": -d.Qty}
}

type shelfKey struct {
	PlaceID id.ID `db:"place_id"`
	LotID   id.ID `db:"lot_id"`
}

// ApplyStock moves the stock rows of a voucher: missing rows are made at zero,
// then one guarded UPDATE a chunk changes all of them. If any row would go
// below what is allocated, fewer rows match and ErrShort rolls all back.
func (t *Tx) ApplyStock(ctx context.Context, voucher id.ID, deltas []Delta) error {
	for len(deltas) > 0 {
		n := min(len(deltas), chunkRows)
		if err := t.applyChunk(ctx, voucher, deltas[:n]); err != nil {
			return err
		}
		deltas = deltas[n:]
	}
	return nil
}

func (t *Tx) applyChunk(ctx context.Context, voucher id.ID, deltas []Delta) error {
	rows := make([]M, len(deltas))
	for i, d := range deltas {
		rows[i] = d.args()
	}
	var known []shelfKey
	if err := t.listEach(ctx, &known, "stock-known", nil, rows); err != nil {
		return err
	}
	if err := t.openShelves(ctx, known, deltas); err != nil {
		return err
	}
	n, err := t.execEach(ctx, "stock-apply", M{"voucher_id": voucher}, rows)
	if err == nil && n != int64(len(deltas)) {
		return ErrShort
	}
	return err
}

func (t *Tx) openShelves(ctx context.Context, known []shelfKey, deltas []Delta) error {
	there := make(map[shelfKey]bool, len(known))
	for _, k := range known {
		there[k] = true
	}
	var missing []M
	for _, d := range deltas {
		if !there[shelfKey{d.PlaceID, d.LotID}] {
			missing = append(missing, d.args())
		}
	}
	err := t.insertMany(ctx, "stock-open", missing)
	if t.s.dialect.duplicate(err) {
		return errRetry // another posting made the row just now
	}
	return err
}

// ShelfStock is what a shelf holds.
type ShelfStock struct {
	PlaceID   id.ID      `db:"place_id"`
	LotID     id.ID      `db:"lot_id"`
	Qty       quantity.Q `db:"qty"`
	Allocated quantity.Q `db:"allocated"`
	VoucherID id.ID      `db:"last_voucher_id"` // that moved it last
}

// StockOf reads the rows of some deltas; a shelf without a row is left out.
func (c *Conn) StockOf(ctx context.Context, deltas []Delta) ([]ShelfStock, error) {
	var all []ShelfStock
	for len(deltas) > 0 {
		n := min(len(deltas), chunkRows)
		rows := make([]M, n)
		for i, d := range deltas[:n] {
			rows[i] = d.args()
		}
		var part []ShelfStock
		if err := c.listEach(ctx, &part, "stock-of", nil, rows); err != nil {
			return nil, err
		}
		all = append(all, part...)
		deltas = deltas[n:]
	}
	return all, nil
}

type shelfRow struct {
	PlaceID   id.ID      `db:"place_id"`
	Bin       string     `db:"bin"`
	DepotID   id.ID      `db:"depot_id"`
	Qty       quantity.Q `db:"qty"`
	Allocated quantity.Q `db:"allocated"`
	lotRow
}

func (r shelfRow) shelf() ledger.Shelf {
	return ledger.Shelf{PlaceID: r.PlaceID, Bin: r.Bin, DepotID: r.DepotID, Lot: r.lot(), OnHand: r.Qty, Allocated: r.Allocated}
}

// Shelves lists what a depot's bins hold of some items.
func (c *Conn) Shelves(ctx context.Context, depot id.ID, items []id.ID) ([]ledger.Shelf, error) {
	var list []ledger.Shelf
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		var rows []shelfRow
		if err := c.list(ctx, &rows, "stock-shelves", M{"depot_id": depot, "items": items[:n]}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			list = append(list, r.shelf())
		}
		items = items[n:]
	}
	return list, nil
}

// StockRow is a row of the stock list at its finest: a lot in a bin.
type StockRow struct {
	ledger.Shelf
	DepotCode, Depot     string
	ItemCode, Item, Spec string
	Unit, Category       string
}

type stockRow struct {
	shelfRow
	DepotCode string `db:"depot_code"`
	Depot     string `db:"depot"`
	ItemCode  string `db:"item_code"`
	Item      string `db:"item"`
	Spec      string `db:"spec"`
	Unit      string `db:"unit"`
	Category  string `db:"category"`
}

func stockRows(rows []stockRow) []StockRow {
	list := make([]StockRow, len(rows))
	for i, r := range rows {
		list[i] = StockRow{Shelf: r.shelf(), DepotCode: r.DepotCode, Depot: r.Depot, ItemCode: r.ItemCode, Item: r.Item,
			Spec: r.Spec, Unit: r.Unit, Category: r.Category}
	}
	return list
}

// StockFilter narrows the stock list; zero fields mean "any". The After…
// fields are the page's key: the last row already shown.
type StockFilter struct {
	Scope       Scope
	DepotID     id.ID
	CategoryID  id.ID
	Items       []id.ID // nil = any, empty = none
	LotNo       string
	ExpiresFrom string // last day of expiry at least this,
	ExpiresBy   string // and at most this; "" = any
	AfterCode   string // item code,
	AfterDepot  string // depot code,
	AfterLot    id.ID
	AfterPlace  id.ID
	Limit       int
}

func (f StockFilter) args() M {
	return M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "depot_id": f.DepotID, "category_id": f.CategoryID,
		"any_item": f.Items == nil, "items": f.Items, "lot_no": contains(catalog.Key(f.LotNo)), "expires_from": f.ExpiresFrom, "expires_by": f.ExpiresBy,
		"after_code": f.AfterCode, "after_depot": f.AfterDepot, "after_lot": f.AfterLot, "after_place": f.AfterPlace, "limit": f.Limit}
}

// StockByLot lists lots in bins, by item code, depot code and lot.
func (c *Conn) StockByLot(ctx context.Context, f StockFilter) ([]StockRow, error) {
	var rows []stockRow
	err := c.list(ctx, &rows, "stock-rows", f.args())
	return stockRows(rows), err
}

// Expiring lists stock whose expiry lies at or before ExpiresBy, soonest first.
func (c *Conn) Expiring(ctx context.Context, f StockFilter) ([]StockRow, error) {
	var rows []stockRow
	err := c.list(ctx, &rows, "stock-expiring", f.args())
	return stockRows(rows), err
}

// ItemStock is an item's stock over the depots in scope.
type ItemStock struct {
	ItemID    id.ID      `db:"item_id"`
	ItemCode  string     `db:"item_code"`
	Item      string     `db:"item"`
	Spec      string     `db:"spec"`
	Unit      string     `db:"unit"`
	Category  string     `db:"category"`
	Qty       quantity.Q `db:"qty"`
	Available quantity.Q `db:"available"` // may be issued: neither promised, expired nor held
	Expired   quantity.Q `db:"expired"`
	Expiring  quantity.Q `db:"expiring"`
	Lots      int        `db:"lots"`
	Depots    int        `db:"depots"`
}

// StockByItem lists items with their sums; today and soon bound "expiring".
func (c *Conn) StockByItem(ctx context.Context, f StockFilter, today, soon string) ([]ItemStock, error) {
	args := f.args()
	args["today"], args["soon"] = today, soon
	var rows []ItemStock
	err := c.list(ctx, &rows, "stock-by-item", args)
	return rows, err
}

// DepotStock counts what a depot holds of a category. Quantities of different
// units are never added up, so it counts kinds and lots.
type DepotStock struct {
	DepotID    id.ID  `db:"depot_id"`
	DepotCode  string `db:"depot_code"`
	Depot      string `db:"depot"`
	CategoryID id.ID  `db:"category_id"`
	Category   string `db:"category"`
	Items      int    `db:"items"`
	Lots       int    `db:"lots"`
	Expired    int    `db:"expired"`
	Expiring   int    `db:"expiring"`
}

// StockByDepot gives the counts of every depot and category in scope.
func (c *Conn) StockByDepot(ctx context.Context, scope Scope, today, soon string) ([]DepotStock, error) {
	var rows []DepotStock
	err := c.list(ctx, &rows, "stock-by-depot", M{"all_depots": scope.All, "depots": scope.Depots, "today": today, "soon": soon})
	return rows, err
}

// DepotHasEntries reports whether anything posted at a depot stands: entries
// that are neither reversals nor reversed.
func (c *Conn) DepotHasEntries(ctx context.Context, depot id.ID) (bool, error) {
	var n int
	err := c.get(ctx, &n, "stock-depot-standing", M{"depot_id": depot})
	return n > 0, err
}
