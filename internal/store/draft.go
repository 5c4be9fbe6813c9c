package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/ledger"
)

// DraftRow is a voucher not yet posted. Content is what was typed, as the use
// case wrote it; the store does not look into it.
type DraftRow struct {
	ID        id.ID       `db:"id"`
	DepotID   id.ID       `db:"depot_id"`
	Type      ledger.Type `db:"type"`
	Status    string      `db:"status"`
	ClientKey string      `db:"client_key"`
	Content   string      `db:"content"`
	Version   int64       `db:"version"`
	LineCount int         `db:"line_count"`
	ActorID   id.ID       `db:"actor_id"`
	ActorName string      `db:"actor_name"`
	UpdatedAt int64       `db:"updated_at"`
	VoucherID id.ID       `db:"voucher_id"`
}

func (t *Tx) draftArgs(d DraftRow) M {
	return M{"id": d.ID, "depot_id": d.DepotID, "type": d.Type, "client_key": d.ClientKey, "content": d.Content, "version": d.Version,
		"line_count": d.LineCount, "actor_id": d.ActorID, "actor_name": d.ActorName, "updated_at": t.NowMicro()}
}

// InsertDraft saves a new draft; a client key saved before is ErrDuplicate.
func (t *Tx) InsertDraft(ctx context.Context, d DraftRow) error {
	_, err := t.exec(ctx, "draft-insert", t.draftArgs(d))
	return err
}

// UpdateDraft saves an open draft again; a version that is no longer the
// newest is a Conflict.
func (t *Tx) UpdateDraft(ctx context.Context, d DraftRow) error {
	return t.mustMatch(ctx, "draft-update", t.draftArgs(d))
}

// CloseDraft moves an open draft to posted or discarded, once, as the version
// somebody saw; a newer one is a Conflict.
func (t *Tx) CloseDraft(ctx context.Context, draft id.ID, version int64, status string, voucher id.ID) error {
	return t.mustMatch(ctx, "draft-close", M{"id": draft, "version": version, "status": status, "voucher_id": voucher, "updated_at": t.NowMicro()})
}

// Draft gives one draft or NotFound.
func (c *Conn) Draft(ctx context.Context, draft id.ID) (DraftRow, error) {
	var r DraftRow
	err := c.get(ctx, &r, "draft-get", M{"id": draft})
	return r, err
}

// OpenDrafts lists open drafts, last changed first, without content.
func (c *Conn) OpenDrafts(ctx context.Context, scope Scope, limit int) ([]DraftRow, error) {
	var rows []DraftRow
	err := c.list(ctx, &rows, "draft-open-list", M{"all_depots": scope.All, "depots": scope.Depots, "limit": limit})
	return rows, err
}

// DraftByKey gives the draft a form's key made, or NotFound.
func (c *Conn) DraftByKey(ctx context.Context, key string) (DraftRow, error) {
	var r DraftRow
	err := c.get(ctx, &r, "draft-by-key", M{"client_key": key})
	return r, err
}
