package store

import (
	"context"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// ImportBatch is one uploaded ledger and what became of it. Decisions is what
// people chose on the preview, as the use case wrote it.
type ImportBatch struct {
	ID          id.ID  `db:"id"`
	FileName    string `db:"file_name"`
	FileHash    string `db:"file_hash"`
	FileSize    int64  `db:"file_size"`
	Status      string `db:"status"` // uploaded, applied, undone, discarded
	Version     int64  `db:"version"`
	DepotID     id.ID  `db:"depot_id"` // of the first depot mapped, for the list
	Kind        string `db:"kind"`
	AsOf        string `db:"as_of"`
	RowsOK      int    `db:"rows_ok"`
	RowsConfirm int    `db:"rows_confirm"`
	RowsError   int    `db:"rows_error"`
	Decisions   string `db:"decisions"`
	ActorID     id.ID  `db:"actor_id"`
	ActorName   string `db:"actor_name"`
	UploadedAt  int64  `db:"uploaded_at"`
	AppliedAt   int64  `db:"applied_at"`
	AppliedName string `db:"applied_name"`
}

func (b ImportBatch) args() M {
	return M{"id": b.ID, "file_name": b.FileName, "file_hash": b.FileHash, "file_size": b.FileSize, "version": b.Version, "depot_id": b.DepotID,
		"kind": b.Kind, "as_of": b.AsOf, "rows_ok": b.RowsOK, "rows_confirm": b.RowsConfirm, "rows_error": b.RowsError,
		"decisions": b.Decisions, "actor_id": b.ActorID, "actor_name": b.ActorName, "uploaded_at": b.UploadedAt}
}

// InsertImport records an upload.
func (t *Tx) InsertImport(ctx context.Context, b ImportBatch) error {
	b.UploadedAt = t.NowMicro()
	_, err := t.exec(ctx, "import-insert", b.args())
	return err
}

// Import gives one batch or NotFound.
func (c *Conn) Import(ctx context.Context, batch id.ID) (ImportBatch, error) {
	var b ImportBatch
	err := c.get(ctx, &b, "import-get", M{"id": batch})
	return b, err
}

// Imports lists batches, newest first: those of the depots in scope, and the
// actor's own.
func (c *Conn) Imports(ctx context.Context, sc Scope, actor id.ID, beforeAt int64, beforeID id.ID, limit int) ([]ImportBatch, error) {
	var rows []ImportBatch
	err := c.list(ctx, &rows, "import-page", M{"all_depots": sc.All, "depots": sc.Depots, "actor_id": actor, "before_at": beforeAt, "before_id": beforeID, "limit": limit})
	return rows, err
}

// AppliedTwin gives another applied batch of the same file, nil if none.
func (c *Conn) AppliedTwin(ctx context.Context, b ImportBatch) (*ImportBatch, error) {
	var twin ImportBatch
	err := c.get(ctx, &twin, "import-same-file", M{"file_hash": b.FileHash, "id": b.ID})
	if errors.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &twin, err
}

// DecideImport saves decisions of an open batch; an older page is a Conflict.
func (t *Tx) DecideImport(ctx context.Context, b ImportBatch) error {
	return t.mustMatch(ctx, "import-decide", b.args())
}

// MoveImport changes a batch's status, once.
func (t *Tx) MoveImport(ctx context.Context, b ImportBatch, to, by string) error {
	return t.mustMatch(ctx, "import-status", M{"id": b.ID, "was": b.Status, "version": b.Version, "status": to, "depot_id": b.DepotID,
		"applied_at": t.NowMicro(), "applied_name": by})
}

// ImportRow ties a cell of an uploaded ledger to the voucher it became.
type ImportRow struct {
	BatchID   id.ID
	Sheet     string
	Cell      string
	Key       string // identity of the row's content
	VoucherID id.ID  // 0 = booked nothing (quantity 0)
}

// InsertImportRows records what a batch booked.
func (t *Tx) InsertImportRows(ctx context.Context, list []ImportRow) error {
	rows := make([]M, len(list))
	for i, r := range list {
		rows[i] = M{"batch_id": r.BatchID, "sheet": r.Sheet, "cell": r.Cell, "row_key": r.Key, "voucher_id": r.VoucherID}
	}
	return t.insertMany(ctx, "import-row-insert", rows)
}

// KnownImportRows tells which rows were booked by an applied batch already.
func (c *Conn) KnownImportRows(ctx context.Context, keys []string) (map[string]bool, error) {
	known := map[string]bool{}
	for len(keys) > 0 {
		n := min(len(keys), chunkRows)
		var found []string
		if err := c.list(ctx, &found, "import-row-known", M{"keys": keys[:n]}); err != nil {
			return nil, err
		}
		for _, k := range found {
			known[k] = true
		}
		keys = keys[n:]
	}
	return known, nil
}

// ImportVouchers lists the vouchers a batch booked.
func (c *Conn) ImportVouchers(ctx context.Context, batch id.ID) ([]id.ID, error) {
	var ids []id.ID
	err := c.list(ctx, &ids, "import-vouchers", M{"batch_id": batch})
	return ids, err
}
