package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

type expectedRow struct {
	ID         id.ID             `db:"id"`
	Kind       plan.ExpectedKind `db:"kind"`
	DepotID    id.ID             `db:"depot_id"`
	ItemID     id.ID             `db:"item_id"`
	Qty        quantity.Q        `db:"qty"`
	DueOn      string            `db:"due_on"`
	Partner    string            `db:"partner"`
	Reference  string            `db:"reference"`
	Status     string            `db:"status"`
	ActorName  string            `db:"actor_name"`
	CreatedAt  int64             `db:"created_at"`
	ClosedName string            `db:"closed_name"`
	ClosedAt   int64             `db:"closed_at"`
}

func expecteds(rows []expectedRow) []plan.Expected {
	list := make([]plan.Expected, len(rows))
	for i, r := range rows {
		list[i] = plan.Expected(r)
	}
	return list
}

// Expecteds lists what is expected at some depots in one status, by the day it
// is due.
func (c *Conn) Expecteds(ctx context.Context, sc Scope, status string) ([]plan.Expected, error) {
	var rows []expectedRow
	err := c.list(ctx, &rows, "expected-list", M{"all_depots": sc.All, "depots": sc.Depots, "status": status})
	return expecteds(rows), err
}

// ClosedExpecteds lists what came or was given up, the latest first.
func (c *Conn) ClosedExpecteds(ctx context.Context, sc Scope, limit int) ([]plan.Expected, error) {
	var rows []expectedRow
	err := c.list(ctx, &rows, "expected-closed", M{"all_depots": sc.All, "depots": sc.Depots, "limit": limit})
	return expecteds(rows), err
}

// Expected gives one, or NotFound.
func (c *Conn) Expected(ctx context.Context, expected id.ID) (plan.Expected, error) {
	var r expectedRow
	err := c.get(ctx, &r, "expected-get", M{"id": expected})
	return plan.Expected(r), err
}

// InsertExpected makes an open one.
func (t *Tx) InsertExpected(ctx context.Context, e plan.Expected) error {
	_, err := t.exec(ctx, "expected-insert", M{"id": e.ID, "kind": e.Kind, "depot_id": e.DepotID, "item_id": e.ItemID, "qty": e.Qty, "due_on": e.DueOn,
		"partner": e.Partner, "reference": e.Reference, "actor_name": e.ActorName, "created_at": e.CreatedAt})
	return err
}

// CloseExpected ends an open one: done when the goods came, cancelled when they
// will not. One that is closed already is a Conflict.
func (t *Tx) CloseExpected(ctx context.Context, expected id.ID, status, name string) error {
	return t.mustMatch(ctx, "expected-close", M{"id": expected, "status": status, "closed_name": name, "closed_at": t.NowMicro()})
}
