package store

import (
	"context"
	"database/sql"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// Snapshot runs fn on one consistent view of the database, for reports and
// checks made of several queries. fn only reads.
func (s *Store) Snapshot(ctx context.Context, fn func(*Conn) error) error {
	tx, err := s.read.BeginTxx(ctx, &sql.TxOptions{Isolation: s.dialect.snapshot, ReadOnly: s.dialect.name == "mysql"})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(&Conn{ext: tx, s: s})
}

// ShelfDifference is a shelf whose stock row and entries do not agree.
type ShelfDifference struct {
	PlaceID id.ID      `db:"place_id"`
	LotID   id.ID      `db:"lot_id"`
	Entries quantity.Q `db:"entries"`
	Stock   quantity.Q `db:"stock"`
	Rows    int        `db:"rows_there"`
}

// StockDifferences lists shelves where stock is not the sum of the entries,
// is below zero, or has no row.
func (c *Conn) StockDifferences(ctx context.Context) ([]ShelfDifference, error) {
	var rows []ShelfDifference
	err := c.list(ctx, &rows, "check-stock", nil)
	return rows, err
}

// UnbalancedLot is a lot of a voucher whose entries do not sum to zero.
type UnbalancedLot struct {
	VoucherID id.ID      `db:"voucher_id"`
	LotID     id.ID      `db:"lot_id"`
	Qty       quantity.Q `db:"qty"`
}

// StrayStock lists stock rows whose depot or item is not that of their place
// or lot: lists would show them in the wrong place.
func (c *Conn) StrayStock(ctx context.Context) ([]ShelfStock, error) {
	var rows []ShelfStock
	err := c.list(ctx, &rows, "check-stock-shelf", nil)
	return rows, err
}

// StoredLot is a lot with what is stored beside it for searching.
type StoredLot struct {
	ledger.Lot
	Key  string // the key it was found or made by
	Last string // the last day of its expiry
}

// LotsInOrder lists lots by id, after one.
func (c *Conn) LotsInOrder(ctx context.Context, after id.ID, limit int) ([]StoredLot, error) {
	var rows []struct {
		lotRow
		Key  string `db:"lot_key"`
		Last string `db:"expires_last"`
	}
	err := c.list(ctx, &rows, "check-lots", M{"after": after, "limit": limit})
	list := make([]StoredLot, len(rows))
	for i, r := range rows {
		list[i] = StoredLot{Lot: r.lot(), Key: r.Key, Last: r.Last}
	}
	return list, err
}

// Unbalanced lists vouchers that make or lose goods.
func (c *Conn) Unbalanced(ctx context.Context) ([]UnbalancedLot, error) {
	var rows []UnbalancedLot
	err := c.list(ctx, &rows, "check-unbalanced", nil)
	return rows, err
}

// BadAllocations lists shelves that promise more than they hold.
func (c *Conn) BadAllocations(ctx context.Context) ([]ShelfStock, error) {
	var rows []ShelfStock
	err := c.list(ctx, &rows, "check-allocated", nil)
	return rows, err
}

// OrphanEntries lists entries that point at nothing, or carry another day,
// depot or item than what they point at.
func (c *Conn) OrphanEntries(ctx context.Context) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "check-entry-orphans", nil)
	return ids, err
}

// EmptyVouchers lists the numbers of vouchers without entries.
func (c *Conn) EmptyVouchers(ctx context.Context) ([]string, error) {
	var numbers []string
	err := c.list(ctx, &numbers, "check-voucher-empty", nil)
	return numbers, err
}

// BadReversals lists entries that are not the exact opposite of the entry they
// reverse.
func (c *Conn) BadReversals(ctx context.Context) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "check-reversal", nil)
	return ids, err
}

// EntryCount counts all entries.
func (c *Conn) EntryCount(ctx context.Context) (int64, error) {
	var n int64
	err := c.get(ctx, &n, "check-counts", nil)
	return n, err
}

// VouchersInOrder lists whole vouchers of a depot after a sequence number.
func (c *Conn) VouchersInOrder(ctx context.Context, depot id.ID, after int64, limit int) ([]ledger.Voucher, error) {
	var rows []voucherRow
	if err := c.list(ctx, &rows, "check-vouchers", M{"depot_id": depot, "after": after, "limit": limit}); err != nil {
		return nil, err
	}
	list := make([]ledger.Voucher, len(rows))
	at := make(map[id.ID]int, len(rows))
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		list[i], ids[i], at[r.ID] = r.voucher(), r.ID, i
	}
	var entries []entryRow
	if err := c.list(ctx, &entries, "check-entries", M{"ids": ids}); err != nil {
		return nil, err
	}
	for _, e := range entries {
		v := &list[at[e.VoucherID]]
		v.Entries = append(v.Entries, e.entry())
	}
	return list, nil
}

// PrefixMove is the sum of a voucher's entries of a lot at a place.
type PrefixMove struct {
	LotID   id.ID      `db:"lot_id"`
	PlaceID id.ID      `db:"place_id"`
	On      string     `db:"business_on"`
	Seq     int64      `db:"seq"`
	Qty     quantity.Q `db:"qty"`
}

// EachMove walks a depot's movements in the ledger's order per shelf, without
// holding them all in memory.
func (c *Conn) EachMove(ctx context.Context, depot id.ID, fn func(PrefixMove)) error {
	text, args, err := c.render("check-prefix", M{"depot_id": depot}, nil)
	if err != nil {
		return err
	}
	rows, err := c.ext.QueryxContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var m PrefixMove
		if err := rows.StructScan(&m); err != nil {
			return err
		}
		fn(m)
	}
	return rows.Err()
}

// CheckRun is the record of one ledger check.
type CheckRun struct {
	ID          id.ID  `db:"id"`
	StartedAt   int64  `db:"started_at"`
	FinishedAt  int64  `db:"finished_at"`
	Entries     int64  `db:"entries"`
	Differences int64  `db:"differences"`
	Report      string `db:"report"`
}

// InsertCheckRun records a check.
func (t *Tx) InsertCheckRun(ctx context.Context, r CheckRun) error {
	_, err := t.exec(ctx, "check-run-insert", M{"id": r.ID, "started_at": r.StartedAt, "finished_at": r.FinishedAt,
		"entries": r.Entries, "differences": r.Differences, "report": r.Report})
	return err
}

// LastCheck gives the newest check, nil when none has run.
func (c *Conn) LastCheck(ctx context.Context) (*CheckRun, error) {
	var r CheckRun
	err := c.get(ctx, &r, "check-run-last", nil)
	if errors.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &r, err
}

// VoucherCounts counts vouchers by what they do.
type VoucherCounts struct {
	Receipts  int `db:"receipts"`
	Issues    int `db:"issues"`
	Reversals int `db:"reversals"`
}

// VoucherCounts counts the vouchers since a business date.
func (c *Conn) VoucherCounts(ctx context.Context, sc Scope, from string) (VoucherCounts, error) {
	var n VoucherCounts
	err := c.get(ctx, &n, "voucher-counts", M{"from_on": from, "all_depots": sc.All, "depots": sc.Depots})
	return n, err
}

// KindsInStock counts, per category, the items of which something is there. An
// item that stands in several depots counts once, so these are no sums of the
// depots' own counts.
func (c *Conn) KindsInStock(ctx context.Context, sc Scope) (map[id.ID]int, error) {
	var rows []struct {
		CategoryID id.ID `db:"category_id"`
		Items      int   `db:"items"`
	}
	err := c.list(ctx, &rows, "stock-kinds", M{"all_depots": sc.All, "depots": sc.Depots})
	kinds := make(map[id.ID]int, len(rows))
	for _, r := range rows {
		kinds[r.CategoryID] = r.Items
	}
	return kinds, err
}
