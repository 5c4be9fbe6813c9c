package store

import (
	"context"
	"database/sql"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
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

// ChainEnd is where the two chains of a depot end; depot 0 is the system, which
// has vouchers none.
type ChainEnd struct {
	DepotID   id.ID  `db:"depot_id"`
	Number    string `db:"number"` // of the last voucher, "" = none
	Seq       int64  `db:"seq"`    // of the last voucher, which the head's may have passed
	Hash      string `db:"last_hash"`
	AuditSeq  int64  `db:"audit_seq"`
	AuditHash string `db:"audit_hash"`
}

// ChainEnds lists the ends of all chains, the system's first.
func (c *Conn) ChainEnds(ctx context.Context) ([]ChainEnd, error) {
	var rows []ChainEnd
	err := c.list(ctx, &rows, "check-ends", nil)
	return rows, err
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
