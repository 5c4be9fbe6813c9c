package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/plan"
)

type rectificationRow struct {
	ID          id.ID                    `db:"id"`
	DepotID     id.ID                    `db:"depot_id"`
	Rule        plan.Rule                `db:"rule"`
	Text        string                   `db:"text"`
	Responsible string                   `db:"responsible"`
	DueOn       string                   `db:"due_on"`
	Status      plan.RectificationStatus `db:"status"`
	OpenedOn    string                   `db:"opened_on"`
	OpenedName  string                   `db:"opened_name"`
	ClosedOn    string                   `db:"closed_on"`
	ClosedName  string                   `db:"closed_name"`
	Evidence    string                   `db:"evidence"`
	LockNo      int64                    `db:"lock_no"`
}

// RectificationKey is a rule at a depot: it has one open rectification.
type RectificationKey struct {
	DepotID id.ID
	Rule    plan.Rule
}

// openKey is unique while a rectification is open; a closed one's is its id.
func (k RectificationKey) openKey() string { return string(k.Rule) + "/" + k.DepotID.String() }

// InsertRectifications opens some. A rule that another opened at the same
// moment sends the whole transaction round again, to find that one's.
func (t *Tx) InsertRectifications(ctx context.Context, list []plan.Rectification) error {
	rows := make([]M, len(list))
	for i, r := range list {
		rows[i] = M{"id": t.NewID(), "depot_id": r.DepotID, "rule": r.Rule, "open_key": RectificationKey{r.DepotID, r.Rule}.openKey(), "text": r.Text,
			"responsible": r.Responsible, "due_on": r.DueOn, "opened_on": r.OpenedOn, "opened_name": r.OpenedName}
	}
	err := t.insertMany(ctx, "rectification-insert", rows)
	if t.s.dialect.duplicate(err) {
		return errRetry
	}
	return err
}

// Rectification gives one or NotFound.
func (c *Conn) Rectification(ctx context.Context, rectification id.ID) (plan.Rectification, error) {
	var r rectificationRow
	err := c.get(ctx, &r, "rectification-get", M{"id": rectification})
	return plan.Rectification(r), err
}

// OpenRectifications gives the day by which each rule that is open is due.
func (c *Conn) OpenRectifications(ctx context.Context) (map[RectificationKey]string, error) {
	var rows []struct {
		DepotID id.ID     `db:"depot_id"`
		Rule    plan.Rule `db:"rule"`
		DueOn   string    `db:"due_on"`
	}
	err := c.list(ctx, &rows, "rectification-keys", nil)
	open := make(map[RectificationKey]string, len(rows))
	for _, r := range rows {
		open[RectificationKey{r.DepotID, r.Rule}] = r.DueOn
	}
	return open, err
}

// RectificationFilter narrows a list and says where it goes on: After is the
// day and id of the last row of the page before, "" = the first page.
type RectificationFilter struct {
	Scope
	DepotID id.ID
	Closed  bool
	LateBy  string // only those due before it, "" = all
	AfterOn string
	AfterID id.ID
}

// Rectifications lists one page: the open by the day they are due, the closed
// with the newest first.
func (c *Conn) Rectifications(ctx context.Context, f RectificationFilter, limit int) ([]plan.Rectification, error) {
	query := "rectification-open"
	if f.Closed {
		query = "rectification-closed"
	}
	var rows []rectificationRow
	err := c.list(ctx, &rows, query, M{"all_depots": f.All, "depots": f.Depots, "depot_id": f.DepotID, "late_by": f.LateBy, "after_on": f.AfterOn,
		"after_id": f.AfterID, "limit": limit})
	list := make([]plan.Rectification, len(rows))
	for i, r := range rows {
		list[i] = plan.Rectification(r)
	}
	return list, err
}

// RectificationCounts counts the open ones and those of them past their day.
func (c *Conn) RectificationCounts(ctx context.Context, f RectificationFilter, today string) (open, late int, err error) {
	var r struct {
		Open int `db:"open_count"`
		Late int `db:"late_count"`
	}
	err = c.get(ctx, &r, "rectification-counts", M{"all_depots": f.All, "depots": f.Depots, "depot_id": f.DepotID, "today": today})
	return r.Open, r.Late, err
}

// CloseRectification writes one off as it stood under its lock number.
func (t *Tx) CloseRectification(ctx context.Context, r plan.Rectification) error {
	return t.mustMatch(ctx, "rectification-close", M{"id": r.ID, "open_key": r.ID.String(), "closed_on": r.ClosedOn, "closed_name": r.ClosedName,
		"evidence": r.Evidence, "lock_no": r.LockNo})
}
