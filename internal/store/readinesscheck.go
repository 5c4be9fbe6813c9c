package store

import (
	"context"

	"changbei/internal/id"
)

// ReadinessCheck is a trial of a machine (试机). DueOn is the day until which it
// counts: of one that failed the day of the trial itself.
type ReadinessCheck struct {
	ID        id.ID  `db:"id"`
	LotID     id.ID  `db:"lot_id"`
	DepotID   id.ID  `db:"depot_id"`
	Depot     string `db:"depot"`
	CheckedOn string `db:"checked_on"`
	DueOn     string `db:"due_on"`
	Passed    bool   `db:"passed"`
	Remark    string `db:"remark"`
	ActorID   id.ID  `db:"actor_id"`
	ActorName string `db:"actor_name"`
	At        int64  `db:"at"`
}

// InsertReadinessCheck records a trial.
func (t *Tx) InsertReadinessCheck(ctx context.Context, r ReadinessCheck) error {
	_, err := t.exec(ctx, "readiness-check-insert", M{"id": t.NewID(), "lot_id": r.LotID, "depot_id": r.DepotID, "checked_on": r.CheckedOn, "due_on": r.DueOn,
		"passed": r.Passed, "remark": r.Remark, "actor_id": r.ActorID, "actor_name": r.ActorName, "at": t.NowMicro()})
	return err
}

// ReadinessChecks lists the trials of a lot, the newest first.
func (c *Conn) ReadinessChecks(ctx context.Context, lot id.ID, limit int) ([]ReadinessCheck, error) {
	var rows []ReadinessCheck
	err := c.list(ctx, &rows, "readiness-check-list", M{"lot_id": lot, "limit": limit})
	return rows, err
}
