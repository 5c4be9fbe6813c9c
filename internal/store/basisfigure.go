package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// BasisFigures gives, per area, the figure of a name that counts for a year:
// the newest record of the newest year up to it.
func (c *Conn) BasisFigures(ctx context.Context, name string, year int) (map[string]plan.Figure, error) {
	var rows []struct {
		ID         id.ID      `db:"id"`
		Division   string     `db:"division"`
		Name       string     `db:"name"`
		Unit       string     `db:"unit"`
		Year       int        `db:"of_year"`
		Value      quantity.Q `db:"value"`
		Source     string     `db:"source"`
		ActorName  string     `db:"actor_name"`
		RecordedAt int64      `db:"recorded_at"`
	}
	err := c.list(ctx, &rows, "basis-figure-of", M{"name": name, "of_year": year})
	figures := make(map[string]plan.Figure, len(rows))
	for _, r := range rows {
		figures[r.Division] = plan.Figure(r)
	}
	return figures, err
}
