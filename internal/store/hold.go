package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// LotHold is one change of a lot's hold flag as one depot's books saw it: Seq
// stands in that depot's order, so that what was posted before and after is
// told without a clock.
type LotHold struct {
	ID        id.ID  `db:"id"`
	LotID     id.ID  `db:"lot_id"`
	DepotID   id.ID  `db:"depot_id"`
	Seq       int64  `db:"seq"`
	Held      bool   `db:"held"`
	Reason    string `db:"reason"`
	ActorID   id.ID  `db:"actor_id"`
	ActorName string `db:"actor_name"`
	At        int64  `db:"at"`
}

// SetHeld changes a lot's flag and reports whether it did: false says that it
// stood so already. It comes after TakeAllHeads, so that no posting decides by
// the flag of a moment ago.
func (t *Tx) SetHeld(ctx context.Context, lot id.ID, held bool) (changed bool, err error) {
	n, err := t.exec(ctx, "lot-set-held", M{"id": lot, "held": held})
	return n == 1, err
}

// RecordHold writes a change into every depot's order. What it needs of h: lot,
// flag, reason and actor.
func (t *Tx) RecordHold(ctx context.Context, h LotHold) error {
	heads, err := t.Heads(ctx)
	if err != nil {
		return err
	}
	var rows []M
	for _, head := range heads {
		if head.DepotID != 0 { // the system's own chain posts nothing
			rows = append(rows, M{"id": t.NewID(), "lot_id": h.LotID, "depot_id": head.DepotID, "seq": head.Seq, "held": h.Held,
				"reason": h.Reason, "actor_id": h.ActorID, "actor_name": h.ActorName, "at": t.NowMicro()})
		}
	}
	return t.insertMany(ctx, "hold-insert", rows)
}

// LotHolds lists the changes of a lot's flag, each once, the newest first.
func (c *Conn) LotHolds(ctx context.Context, lot id.ID, limit int) ([]LotHold, error) {
	var rows []LotHold
	err := c.list(ctx, &rows, "hold-list", M{"lot_id": lot, "limit": limit})
	return rows, err
}

// LotStand is where a lot stands, or stood: then its figures are zero.
type LotStand struct {
	PlaceID   id.ID      `db:"place_id"`
	Kind      place.Kind `db:"place_kind"`
	Bin       string     `db:"bin"`
	DepotID   id.ID      `db:"depot_id"`
	DepotCode string     `db:"depot_code"`
	Depot     string     `db:"depot"`
	OnHand    quantity.Q `db:"qty"`
	Allocated quantity.Q `db:"allocated"`
}

// LotStands lists the places of a lot at the depots in scope.
func (c *Conn) LotStands(ctx context.Context, lot id.ID, scope Scope) ([]LotStand, error) {
	var rows []LotStand
	err := c.list(ctx, &rows, "lot-stands", M{"lot_id": lot, "all_depots": scope.All, "depots": scope.Depots})
	return rows, err
}
