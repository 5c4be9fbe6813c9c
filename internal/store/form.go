package store

import (
	"context"

	"changbei/internal/id"
)

// StreetForm is a depot's stock as it was sent out to be filled in, and what
// became of it.
type StreetForm struct {
	ID         id.ID  `db:"id"`
	DepotID    id.ID  `db:"depot_id"`
	BusinessOn string `db:"business_on"` // the day its figures speak of
	Content    string `db:"content"`     // the rows as sent, as the use case wrote them; "" in lists
	FileName   string `db:"file_name"`
	FileHash   string `db:"file_hash"`
	FileSize   int64  `db:"file_size"`
	Status     string `db:"status"` // sent, returned, withdrawn
	SentBy     id.ID  `db:"sent_by"`
	SentName   string `db:"sent_name"`
	SentAt     int64  `db:"sent_at"`
	BatchID    id.ID  `db:"batch_id"`    // the import that booked it, 0 = none
	ClosedName string `db:"closed_name"` // who booked its return or withdrew it, and when
	ClosedAt   int64  `db:"closed_at"`
}

// InsertForms records forms that go out together.
func (t *Tx) InsertForms(ctx context.Context, list []StreetForm) error {
	rows := make([]M, len(list))
	for i, f := range list {
		rows[i] = M{"id": f.ID, "depot_id": f.DepotID, "business_on": f.BusinessOn, "content": f.Content, "file_name": f.FileName,
			"file_hash": f.FileHash, "file_size": f.FileSize, "sent_by": f.SentBy, "sent_name": f.SentName, "sent_at": t.NowMicro()}
	}
	return t.insertMany(ctx, "form-insert", rows)
}

// Form gives one form with its content, or NotFound.
func (c *Conn) Form(ctx context.Context, form id.ID) (StreetForm, error) {
	var f StreetForm
	err := c.get(ctx, &f, "form-get", M{"id": form})
	return f, err
}

// FormOfImport gives the form whose return an import booked, or NotFound.
func (c *Conn) FormOfImport(ctx context.Context, batch id.ID) (StreetForm, error) {
	var f StreetForm
	err := c.get(ctx, &f, "form-of-import", M{"batch_id": batch})
	return f, err
}

// OpenForms gives the forms of some depots that are out, with their content.
func (c *Conn) OpenForms(ctx context.Context, depots []id.ID) ([]StreetForm, error) {
	var rows []StreetForm
	err := c.list(ctx, &rows, "form-open", M{"depots": depots})
	return rows, err
}

// Forms lists the forms of the depots in scope, newest first.
func (c *Conn) Forms(ctx context.Context, sc Scope, beforeAt int64, beforeID id.ID, limit int) ([]StreetForm, error) {
	var rows []StreetForm
	err := c.list(ctx, &rows, "form-page", M{"all_depots": sc.All, "depots": sc.Depots, "before_at": beforeAt, "before_id": beforeID, "limit": limit})
	return rows, err
}

// MoveForm changes a form's status, once: another who was quicker is a
// Conflict. batch and by are 0 and "" where the form goes out again.
func (t *Tx) MoveForm(ctx context.Context, f StreetForm, to string, batch id.ID, by string) error {
	at := t.NowMicro()
	if by == "" {
		at = 0
	}
	return t.mustMatch(ctx, "form-status", M{"id": f.ID, "was": f.Status, "was_batch": f.BatchID, "status": to, "batch_id": batch,
		"closed_name": by, "closed_at": at})
}
