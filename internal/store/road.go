package store

import (
	"context"

	"changbei/internal/id"
)

// Road is the minutes between two depots, with who said so. FromID is the
// smaller one.
type Road struct {
	FromID    id.ID  `db:"from_id"`
	ToID      id.ID  `db:"to_id"`
	Minutes   int    `db:"minutes"`
	Source    string `db:"source"`
	ActorName string `db:"actor_name"`
	DecidedAt int64  `db:"decided_at"`
}

// Roads lists the pairs whose minutes are known.
func (c *Conn) Roads(ctx context.Context) ([]Road, error) {
	var rows []Road
	err := c.list(ctx, &rows, "road-list", nil)
	return rows, err
}

// PutRoad puts a pair's minutes in the place of those before.
func (t *Tx) PutRoad(ctx context.Context, r Road) error {
	return t.replace(ctx, "road-change", "road-insert", M{"from_id": min(r.FromID, r.ToID), "to_id": max(r.FromID, r.ToID), "minutes": r.Minutes,
		"source": r.Source, "actor_name": r.ActorName, "decided_at": t.NowMicro()})
}

// ForgetRoad makes a pair unknown again.
func (t *Tx) ForgetRoad(ctx context.Context, a, b id.ID) error {
	_, err := t.exec(ctx, "road-forget", M{"from_id": min(a, b), "to_id": max(a, b)})
	return err
}
