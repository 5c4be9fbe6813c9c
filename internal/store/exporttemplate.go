package store

import (
	"context"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// ExportTemplate is an office's own workbook as the layout of one kind of
// export. Of one kind and name at most one version is active.
type ExportTemplate struct {
	ID          id.ID  `db:"id"`
	Kind        string `db:"kind"`
	Name        string `db:"name"`
	Version     int64  `db:"version"`
	FileName    string `db:"file_name"`
	FileHash    string `db:"file_hash"`
	FileSize    int64  `db:"file_size"`
	Status      string `db:"status"` // active, retired
	ActorID     id.ID  `db:"actor_id"`
	ActorName   string `db:"actor_name"`
	UploadedAt  int64  `db:"uploaded_at"`
	RetiredAt   int64  `db:"retired_at"`
	RetiredName string `db:"retired_name"`
}

// InsertTemplate records an uploaded template as active.
func (t *Tx) InsertTemplate(ctx context.Context, e ExportTemplate) error {
	_, err := t.exec(ctx, "template-insert", M{"id": e.ID, "kind": e.Kind, "name": e.Name, "version": e.Version, "file_name": e.FileName,
		"file_hash": e.FileHash, "file_size": e.FileSize, "actor_id": e.ActorID, "actor_name": e.ActorName, "uploaded_at": t.NowMicro()})
	return err
}

// Template gives one template or NotFound.
func (c *Conn) Template(ctx context.Context, template id.ID) (ExportTemplate, error) {
	var e ExportTemplate
	err := c.get(ctx, &e, "template-get", M{"id": template})
	return e, err
}

// Templates lists templates, the active ones first; kind "" = all kinds.
func (c *Conn) Templates(ctx context.Context, kind string, activeOnly bool, limit int) ([]ExportTemplate, error) {
	var list []ExportTemplate
	err := c.list(ctx, &list, "template-list", M{"kind": kind, "active": activeOnly, "limit": limit})
	return list, err
}

// LastTemplate gives the latest version of a name, nil when there is none.
func (c *Conn) LastTemplate(ctx context.Context, kind, name string) (*ExportTemplate, error) {
	var e ExportTemplate
	err := c.get(ctx, &e, "template-last", M{"kind": kind, "name": name})
	if errors.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &e, err
}

// RetireTemplate takes an active template out of use, once.
func (t *Tx) RetireTemplate(ctx context.Context, template id.ID, by string) error {
	return t.mustMatch(ctx, "template-retire", M{"id": template, "retired_at": t.NowMicro(), "retired_name": by})
}
