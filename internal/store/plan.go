package store

import (
	"context"
	"encoding/json"
	"fmt"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
)

type planRow struct {
	ID            id.ID       `db:"id"`
	Year          int         `db:"plan_year"`
	Season        plan.Season `db:"season"`
	Version       int         `db:"version_no"`
	Name          string      `db:"name"`
	Status        plan.Status `db:"status"`
	FromOn        string      `db:"from_on"`
	ToOn          string      `db:"to_on"`
	WindowDays    int         `db:"window_days"`
	BasedOnID     id.ID       `db:"based_on_id"`
	Remark        string      `db:"remark"`
	AuthorID      id.ID       `db:"author_id"`
	AuthorName    string      `db:"author_name"`
	CreatedAt     int64       `db:"created_at"`
	SubmittedID   id.ID       `db:"submitted_id"`
	SubmittedName string      `db:"submitted_name"`
	SubmittedAt   int64       `db:"submitted_at"`
	DecidedID     id.ID       `db:"decided_id"`
	DecidedName   string      `db:"decided_name"`
	DecidedAt     int64       `db:"decided_at"`
	DocumentNo    string      `db:"document_no"`
	SignedOn      string      `db:"signed_on"`
	Decision      string      `db:"decision"`
	ContentHash   string      `db:"content_hash"`
	LockNo        int64       `db:"lock_no"`
}

// Plans lists every version of every plan, newest first.
func (c *Conn) Plans(ctx context.Context) ([]plan.Plan, error) {
	var rows []planRow
	if err := c.list(ctx, &rows, "plan-list", nil); err != nil {
		return nil, err
	}
	list := make([]plan.Plan, len(rows))
	for i, r := range rows {
		list[i] = plan.Plan(r)
	}
	return list, nil
}

// Plan gives one version or NotFound.
func (c *Conn) Plan(ctx context.Context, version id.ID) (plan.Plan, error) {
	var r planRow
	err := c.get(ctx, &r, "plan-get", M{"id": version})
	return plan.Plan(r), err
}

// PlanLineCounts counts the lines of every version.
func (c *Conn) PlanLineCounts(ctx context.Context) (map[id.ID]int, error) {
	var rows []struct {
		PlanID id.ID `db:"plan_id"`
		Lines  int   `db:"line_count"`
	}
	err := c.list(ctx, &rows, "plan-line-counts", nil)
	counts := make(map[id.ID]int, len(rows))
	for _, r := range rows {
		counts[r.PlanID] = r.Lines
	}
	return counts, err
}

// LastPlanVersion gives the highest version number of a year and season, 0 =
// none.
func (c *Conn) LastPlanVersion(ctx context.Context, year int, season plan.Season) (int, error) {
	var n int
	err := c.get(ctx, &n, "plan-last-version", M{"plan_year": year, "season": season})
	return n, err
}

// InsertPlan makes a draft. A version number already taken is ErrDuplicate.
func (t *Tx) InsertPlan(ctx context.Context, p plan.Plan) error {
	_, err := t.exec(ctx, "plan-insert", M{"id": p.ID, "plan_year": p.Year, "season": p.Season, "version_no": p.Version, "name": p.Name,
		"from_on": p.FromOn, "to_on": p.ToOn, "window_days": p.WindowDays, "based_on_id": p.BasedOnID, "remark": p.Remark,
		"author_id": p.AuthorID, "author_name": p.AuthorName, "created_at": t.NowMicro()})
	return err
}

// TouchPlan takes a draft as its editor saw it. Whoever changes a plan or its
// lines does this first; no other transaction can change it after.
func (t *Tx) TouchPlan(ctx context.Context, p plan.Plan) error {
	return t.mustMatch(ctx, "plan-touch", M{"id": p.ID, "lock_no": p.LockNo})
}

// UpdatePlanHead changes what stands above the lines of a touched draft.
func (t *Tx) UpdatePlanHead(ctx context.Context, p plan.Plan) error {
	return t.mustMatch(ctx, "plan-head", M{"id": p.ID, "name": p.Name, "from_on": p.FromOn, "to_on": p.ToOn, "window_days": p.WindowDays, "remark": p.Remark})
}

// PlanMove is a step of a version on its way, with who takes it.
type PlanMove struct {
	Plan       plan.Plan
	ActorID    id.ID
	ActorName  string
	Decision   string
	DocumentNo string
	SignedOn   string
	Hash       string
}

func (m PlanMove) args(at int64) M {
	return M{"id": m.Plan.ID, "lock_no": m.Plan.LockNo, "actor_id": m.ActorID, "actor_name": m.ActorName, "decision": m.Decision,
		"document_no": m.DocumentNo, "signed_on": m.SignedOn, "content_hash": m.Hash, "at": at}
}

// SubmitPlan hands a draft to the leaders.
func (t *Tx) SubmitPlan(ctx context.Context, m PlanMove) error {
	return t.mustMatch(ctx, "plan-submit", m.args(t.NowMicro()))
}

// SendBackPlan makes a submitted version a draft again.
func (t *Tx) SendBackPlan(ctx context.Context, m PlanMove) error {
	return t.mustMatch(ctx, "plan-send-back", m.args(t.NowMicro()))
}

// ApprovePlan brings a submitted version into force in place of the one before
// it. Its author and who submitted it cannot match.
func (t *Tx) ApprovePlan(ctx context.Context, m PlanMove) error {
	if err := t.mustMatch(ctx, "plan-approve", m.args(t.NowMicro())); err != nil {
		return err
	}
	n, err := t.exec(ctx, "plan-supersede", M{"id": m.Plan.ID, "plan_year": m.Plan.Year, "season": m.Plan.Season})
	if err == nil && n > 1 {
		err = fmt.Errorf("store: %d versions of plan %d %s were in force", n, m.Plan.Year, m.Plan.Season)
	}
	return err
}

// PlanEdits counts how often somebody wrote on a version, as the trail names it.
func (c *Conn) PlanEdits(ctx context.Context, actor id.ID, object string) (int, error) {
	var n int
	err := c.get(ctx, &n, "plan-edits", M{"actor_id": actor, "object": object})
	return n, err
}

// DiscardPlan ends a draft.
func (t *Tx) DiscardPlan(ctx context.Context, p plan.Plan) error {
	return t.mustMatch(ctx, "plan-discard", M{"id": p.ID, "lock_no": p.LockNo})
}

type planLineRow struct {
	ID          id.ID           `db:"id"`
	PlanID      id.ID           `db:"plan_id"`
	No          int             `db:"line_no"`
	Scope       plan.ScopeKind  `db:"scope"`
	DepotID     id.ID           `db:"depot_id"`
	Tier        place.Tier      `db:"tier"`
	Target      plan.TargetKind `db:"target"`
	TargetID    id.ID           `db:"target_id"`
	Unit        string          `db:"unit"`
	Minimum     quantity.Q      `db:"minimum"`
	Standard    quantity.Q      `db:"standard"`
	Maximum     quantity.Q      `db:"maximum"`
	Forms       string          `db:"forms"`
	Responsible string          `db:"responsible"`
	Fund        string          `db:"fund"`
	Basis       string          `db:"basis"`
	BasisText   string          `db:"basis_text"`
	Remark      string          `db:"remark"`
}

func (r planLineRow) line() (plan.Line, error) {
	l := plan.Line{ID: r.ID, PlanID: r.PlanID, No: r.No, Scope: plan.Scope{Kind: r.Scope, DepotID: r.DepotID, Tier: r.Tier},
		Target: plan.Target{Kind: r.Target, ID: r.TargetID}, Unit: r.Unit, Minimum: r.Minimum, Standard: r.Standard, Maximum: r.Maximum,
		Forms: plan.ParseForms(r.Forms), Responsible: r.Responsible, Fund: r.Fund, BasisText: r.BasisText, Remark: r.Remark}
	if err := json.Unmarshal([]byte(r.Basis), &l.Basis); err != nil {
		return l, fmt.Errorf("store: basis of plan line %d: %w", r.ID, err)
	}
	return l, nil
}

// PlanLines lists the lines of a version.
func (c *Conn) PlanLines(ctx context.Context, version id.ID) ([]plan.Line, error) {
	var rows []planLineRow
	if err := c.list(ctx, &rows, "plan-lines", M{"plan_id": version}); err != nil {
		return nil, err
	}
	list := make([]plan.Line, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.line(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func planLineArgs(l plan.Line) (M, error) {
	basis, err := json.Marshal(l.Basis)
	return M{"id": l.ID, "plan_id": l.PlanID, "line_no": l.No, "scope": l.Scope.Kind, "depot_id": l.Scope.DepotID, "tier": l.Scope.Tier,
		"target": l.Target.Kind, "target_id": l.Target.ID, "unit": l.Unit, "minimum": l.Minimum, "standard": l.Standard, "maximum": l.Maximum,
		"forms": plan.JoinForms(l.Forms), "responsible": l.Responsible, "fund": l.Fund, "basis": string(basis), "basis_text": l.BasisText,
		"remark": l.Remark}, err
}

// InsertPlanLines adds lines to a touched draft.
func (t *Tx) InsertPlanLines(ctx context.Context, lines ...plan.Line) error {
	rows := make([]M, len(lines))
	for i, l := range lines {
		var err error
		if rows[i], err = planLineArgs(l); err != nil {
			return err
		}
	}
	return t.insertMany(ctx, "plan-line-insert", rows)
}

// UpdatePlanLine changes a line of a touched draft.
func (t *Tx) UpdatePlanLine(ctx context.Context, l plan.Line) error {
	args, err := planLineArgs(l)
	if err != nil {
		return err
	}
	return t.mustMatch(ctx, "plan-line-update", args)
}

// DeletePlanLines takes lines out of a touched draft.
func (t *Tx) DeletePlanLines(ctx context.Context, version id.ID, ids []id.ID) error {
	_, err := t.exec(ctx, "plan-line-delete", M{"plan_id": version, "ids": ids})
	return err
}

// ReplacePlanLines puts new lines in place of all of a touched draft.
func (t *Tx) ReplacePlanLines(ctx context.Context, version id.ID, lines []plan.Line) error {
	if _, err := t.exec(ctx, "plan-line-clear", M{"plan_id": version}); err != nil {
		return err
	}
	return t.InsertPlanLines(ctx, lines...)
}
