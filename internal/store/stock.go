package store

import (
	"changbei/internal/catalog"
	"context"
	"errors"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
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

// shelfKey is what a stock row is kept by.
type shelfKey struct{ place, lot id.ID }

// ApplyStock moves the stock rows of a voucher with one guarded UPDATE a
// chunk. If any row would go below what is allocated, fewer rows match and
// ErrShort rolls all back. Rows not there yet are made at zero: those of new
// lots beforehand, others when the UPDATE missed them.
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
	var fresh []Delta
	for _, d := range deltas {
		if at := (shelfKey{d.PlaceID, d.LotID}); t.made[d.LotID] && !t.opened[at] {
			t.opened[at] = true
			fresh = append(fresh, d)
		}
	}
	if err := t.openShelves(ctx, fresh); err != nil {
		return err
	}
	n, err := t.apply(ctx, voucher, deltas)
	if err != nil || n == len(deltas) {
		return err
	}
	missing, err := t.missing(ctx, voucher, deltas)
	if err != nil {
		return err
	}
	if err := t.openShelves(ctx, missing); err != nil {
		return err
	}
	more, err := t.apply(ctx, voucher, missing)
	if err == nil && n+more != len(deltas) {
		return ErrShort
	}
	return err
}

func (t *Tx) apply(ctx context.Context, voucher id.ID, deltas []Delta) (matched int, err error) {
	if len(deltas) == 0 {
		return 0, nil
	}
	n, err := t.execEach(ctx, "stock-apply", M{"voucher_id": voucher}, deltaRows(deltas))
	return int(n), err
}

// missing gives the deltas without a stock row, after the UPDATE has moved the
// rows there are.
func (t *Tx) missing(ctx context.Context, voucher id.ID, deltas []Delta) ([]Delta, error) {
	rows, err := t.StockOf(ctx, deltas)
	if err != nil {
		return nil, err
	}
	there := make(map[shelfKey]bool, len(rows))
	for _, r := range rows {
		if r.VoucherID != voucher {
			return nil, ErrShort // a row the guard refused
		}
		there[shelfKey{r.PlaceID, r.LotID}] = true
	}
	var missing []Delta
	for _, d := range deltas {
		if there[shelfKey{d.PlaceID, d.LotID}] {
			continue
		}
		if d.Qty < 0 {
			return nil, ErrShort
		}
		missing = append(missing, d)
	}
	return missing, nil
}

func (t *Tx) openShelves(ctx context.Context, deltas []Delta) error {
	err := t.insertMany(ctx, "stock-open", deltaRows(deltas))
	if t.s.dialect.duplicate(err) {
		return errRetry // another posting made the row just now
	}
	return err
}

func deltaRows(deltas []Delta) []M {
	rows := make([]M, len(deltas))
	for i, d := range deltas {
		rows[i] = d.args()
	}
	return rows
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
		var part []ShelfStock
		if err := c.listEach(ctx, &part, "stock-of", nil, deltaRows(deltas[:n])); err != nil {
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

// Shelves lists what some of a depot's places hold of some items.
func (c *Conn) Shelves(ctx context.Context, depot id.ID, items []id.ID, at []place.Place) ([]ledger.Shelf, error) {
	var list []ledger.Shelf
	bins := make(map[id.ID]string, len(at))
	for _, p := range at {
		bins[p.ID] = p.Code
	}
	var r shelfRow
	dest := r.dest()
	for len(items) > 0 {
		n := min(len(items), chunkRows)
		err := c.each(ctx, "stock-shelves", M{"depot_id": depot, "items": items[:n]}, dest, func() error {
			var known bool
			if r.Bin, known = bins[r.PlaceID]; known {
				list = append(list, r.shelf())
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return list, nil
}

// dest is where the columns of stock-shelves go: every posting reads some, and
// without reflection that takes half the time.
func (r *shelfRow) dest() []any {
	return []any{(*num)(&r.PlaceID), (*num)(&r.DepotID), (*num)(&r.Qty), (*num)(&r.Allocated), (*num)(&r.ID), (*num)(&r.ItemID),
		(*text)(&r.LotNo), (*text)(&r.ProducedOn), (*small)(&r.ProducedPrecision), (*text)(&r.ExpiresOn), (*small)(&r.ExpiresPrecision),
		(*text)(&r.ReceivedOn), (*small)(&r.ReceivedPrecision), (*text)((*string)(&r.Source)), fen{&r.PriceFen}, (*text)(&r.Owner),
		(*flag)(&r.Serial), (*flag)(&r.Held)}
}

// Shelves lists what a depot's places hold, and knows their lots from then on.
func (t *Tx) Shelves(ctx context.Context, depot id.ID, items []id.ID, at []place.Place) ([]ledger.Shelf, error) {
	list, err := t.Conn.Shelves(ctx, depot, items, at)
	for _, s := range list {
		t.knowLot(s.Lot)
	}
	return list, err
}

// StockRow is a row of the stock list at its finest: a lot in a bin.
type StockRow struct {
	ledger.Shelf
	Kind                 place.Kind // of the place
	DepotCode, Depot     string
	ItemCode, Item, Spec string
	Unit, Category       string
}

type stockRow struct {
	shelfRow
	Kind      place.Kind `db:"place_kind"`
	DepotCode string     `db:"depot_code"`
	Depot     string     `db:"depot"`
	ItemCode  string     `db:"item_code"`
	Item      string     `db:"item"`
	Spec      string     `db:"spec"`
	Unit      string     `db:"unit"`
	Category  string     `db:"category"`
}

func stockRows(rows []stockRow) []StockRow {
	list := make([]StockRow, len(rows))
	for i, r := range rows {
		list[i] = StockRow{Shelf: r.shelf(), Kind: r.Kind, DepotCode: r.DepotCode, Depot: r.Depot, ItemCode: r.ItemCode, Item: r.Item,
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
	Barred      bool   // only held lots and goods outside bins
	AfterCode   string // item code,
	AfterDepot  string // depot code,
	AfterLot    id.ID
	AfterPlace  id.ID
	Limit       int
}

func (f StockFilter) args() M {
	return M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "depot_id": f.DepotID, "category_id": f.CategoryID,
		"any_item": f.Items == nil, "items": f.Items, "lot_no": contains(catalog.Key(f.LotNo)), "expires_from": f.ExpiresFrom, "expires_by": f.ExpiresBy, "barred": f.Barred,
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

// ItemsAt tells which items some depots have in stock.
func (c *Conn) ItemsAt(ctx context.Context, depots ...id.ID) (map[id.ID]bool, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "stock-items-at", M{"depots": depots})
	m := make(map[id.ID]bool, len(ids))
	for _, i := range ids {
		m[i] = true
	}
	return m, err
}

// Free is what a depot may send of an item: in bins, and neither promised,
// expired nor held.
type Free struct {
	DepotID id.ID      `db:"depot_id"`
	ItemID  id.ID      `db:"item_id"`
	Qty     quantity.Q `db:"qty"`
}

// FreeOf gives where some items are free.
func (c *Conn) FreeOf(ctx context.Context, items []id.ID, today string) ([]Free, error) {
	var rows []Free
	err := c.list(ctx, &rows, "stock-free-of", M{"items": items, "today": today})
	return rows, err
}

// FreeAt gives what is free at a depot.
func (c *Conn) FreeAt(ctx context.Context, depot id.ID, today string) ([]Free, error) {
	var rows []Free
	err := c.list(ctx, &rows, "stock-free-at", M{"depot_id": depot, "today": today})
	return rows, err
}

// ItemStock is an item's stock over the depots in scope.
type ItemStock struct {
	ItemID      id.ID      `db:"item_id"`
	ItemCode    string     `db:"item_code"`
	Item        string     `db:"item"`
	Spec        string     `db:"spec"`
	Unit        string     `db:"unit"`
	Category    string     `db:"category"`
	Qty         quantity.Q `db:"qty"`
	Available   quantity.Q `db:"available"` // may be issued: in a bin, and neither promised, expired nor held
	Held        quantity.Q `db:"held"`
	Quarantined quantity.Q `db:"quarantined"` // in a quarantine place
	Away        quantity.Q `db:"away"`        // on the road, in use outside, under repair
	Allocated   quantity.Q `db:"allocated"`   // promised to dispatch orders
	Expired     quantity.Q `db:"expired"`
	Expiring    quantity.Q `db:"expiring"`
	Lots        int        `db:"lots"`
	Depots      int        `db:"depots"`
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
