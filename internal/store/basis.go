package store

import (
	"context"
	"strings"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// Figures lists every record of the basis figures; those of one area, name and
// year in the order they were recorded.
func (c *Conn) Figures(ctx context.Context) ([]plan.Figure, error) {
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
	if err := c.list(ctx, &rows, "figure-list", nil); err != nil {
		return nil, err
	}
	list := make([]plan.Figure, len(rows))
	for i, r := range rows {
		list[i] = plan.Figure(r)
	}
	return list, nil
}

// InsertFigures records figures; none is ever changed.
func (t *Tx) InsertFigures(ctx context.Context, actor id.ID, list ...plan.Figure) error {
	rows := make([]M, len(list))
	for i, f := range list {
		rows[i] = M{"id": f.ID, "division": f.Division, "name": f.Name, "unit": f.Unit, "of_year": f.Year, "value": f.Value, "source": f.Source,
			"actor_id": actor, "actor_name": f.ActorName, "recorded_at": f.RecordedAt}
	}
	return t.insertMany(ctx, "figure-insert", rows)
}

// BasisLine is a line of a plan that still matters (a draft, one submitted or
// approved), with how its standard came about as it was written.
type BasisLine struct {
	plan.Line  // without forms and texts
	BasisJSON  string
	PlanName   string
	Version    int
	PlanStatus plan.Status
	ToOn       string
}

// BasisLines lists those lines by plan, the newest plan first.
func (c *Conn) BasisLines(ctx context.Context) ([]BasisLine, error) {
	var rows []struct {
		ID       id.ID           `db:"id"`
		PlanID   id.ID           `db:"plan_id"`
		No       int             `db:"line_no"`
		Scope    plan.ScopeKind  `db:"scope"`
		DepotID  id.ID           `db:"depot_id"`
		Tier     place.Tier      `db:"tier"`
		Target   plan.TargetKind `db:"target"`
		TargetID id.ID           `db:"target_id"`
		Unit     string          `db:"unit"`
		Minimum  quantity.Q      `db:"minimum"`
		Standard quantity.Q      `db:"standard"`
		Maximum  quantity.Q      `db:"maximum"`
		Basis    string          `db:"basis"`
		PlanName string          `db:"plan_name"`
		Version  int             `db:"version_no"`
		Status   plan.Status     `db:"status"`
		ToOn     string          `db:"to_on"`
	}
	if err := c.list(ctx, &rows, "basis-plan-lines", nil); err != nil {
		return nil, err
	}
	list := make([]BasisLine, len(rows))
	for i, r := range rows {
		list[i] = BasisLine{Line: plan.Line{ID: r.ID, PlanID: r.PlanID, No: r.No, Scope: plan.Scope{Kind: r.Scope, DepotID: r.DepotID, Tier: r.Tier},
			Target: plan.Target{Kind: r.Target, ID: r.TargetID}, Unit: r.Unit, Minimum: r.Minimum, Standard: r.Standard, Maximum: r.Maximum},
			BasisJSON: r.Basis, PlanName: r.PlanName, Version: r.Version, PlanStatus: r.Status, ToOn: r.ToOn}
	}
	return list, nil
}

type standardRow struct {
	ID       id.ID           `db:"id"`
	Name     string          `db:"name"`
	Target   plan.TargetKind `db:"target"`
	TargetID id.ID           `db:"target_id"`
	Unit     string          `db:"unit"`
	Per      quantity.Q      `db:"per"`
	Daily    bool            `db:"daily"`
	Cases    string          `db:"cases"`
	Source   string          `db:"source"`
	Example  bool            `db:"example"`
	Position int             `db:"position"`
	Retired  bool            `db:"retired"`
	LockNo   int64           `db:"lock_no"`
}

// Standards lists the standards per person in their order, retired ones too.
func (c *Conn) Standards(ctx context.Context) ([]plan.Standard, error) {
	var rows []standardRow
	if err := c.list(ctx, &rows, "standard-list", nil); err != nil {
		return nil, err
	}
	list := make([]plan.Standard, len(rows))
	for i, r := range rows {
		list[i] = plan.Standard{ID: r.ID, Name: r.Name, Target: plan.Target{Kind: r.Target, ID: r.TargetID}, Unit: r.Unit, Per: r.Per, Daily: r.Daily,
			Source: r.Source, Example: r.Example, Position: r.Position, Retired: r.Retired, LockNo: r.LockNo}
		if r.Cases != "" {
			list[i].Cases = strings.Split(r.Cases, ",")
		}
	}
	return list, nil
}

func standardArgs(s plan.Standard) M {
	return M{"id": s.ID, "name": s.Name, "target": s.Target.Kind, "target_id": s.Target.ID, "unit": s.Unit, "per": s.Per, "daily": s.Daily,
		"cases": strings.Join(s.Cases, ","), "source": s.Source, "example": s.Example, "position": s.Position, "retired": s.Retired, "lock_no": s.LockNo}
}

// InsertStandard makes a standard.
func (t *Tx) InsertStandard(ctx context.Context, s plan.Standard) error {
	_, err := t.exec(ctx, "standard-insert", standardArgs(s))
	return err
}

// UpdateStandard changes a standard as it stood under its lock number; one
// that was changed since is a Conflict.
func (t *Tx) UpdateStandard(ctx context.Context, s plan.Standard) error {
	return t.mustMatch(ctx, "standard-update", standardArgs(s))
}
