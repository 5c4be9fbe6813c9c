package planning

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// Ground is what a plan that comes from outside is held against: goods and
// depots, and the version before it with its lines. A zero Base is none.
type Ground struct {
	Goods  *plan.Goods
	Depots *plan.Depots
	Base   plan.Plan
	Lines  []plan.Line
}

// GroundOf reads the ground of a year and season. The caller has asked whether
// the actor may edit plans, who sees all of them.
func GroundOf(ctx context.Context, c *store.Conn, year int, season plan.Season) (Ground, error) {
	f, err := frameOf(ctx, c)
	if err != nil {
		return Ground{}, err
	}
	g := Ground{Goods: f.goods, Depots: f.depots}
	all, err := c.Plans(ctx)
	if err != nil {
		return g, err
	}
	if g.Base = predecessor(all, year, season); g.Base.ID != 0 {
		g.Lines, err = c.PlanLines(ctx, g.Base.ID)
	}
	return g, err
}

// predecessor picks the version a new one is compared with: the approved one of its
// year and season, else the newest of them, else an approved one, of its year
// before others; a draft of something else only where there is nothing better.
func predecessor(all []plan.Plan, year int, season plan.Season) (best plan.Plan) {
	rank := func(p plan.Plan) int {
		switch {
		case p.Year == year && p.Season == season && p.Status == plan.Approved:
			return 6
		case p.Year == year && p.Season == season:
			return 5
		case p.Year == year && p.Status == plan.Approved:
			return 4
		case p.Status == plan.Approved:
			return 3
		case p.Year == year:
			return 2
		}
		return 1
	}
	for _, p := range all {
		if p.Status == plan.Discarded {
			continue
		}
		newer := cmp.Or(cmp.Compare(rank(p), rank(best)), cmp.Compare(p.Year, best.Year), cmp.Compare(p.Version, best.Version), cmp.Compare(p.CreatedAt, best.CreatedAt))
		if best.ID == 0 || newer > 0 {
			best = p
		}
	}
	return best
}

// Wrong is what a rule has against a line, by the line's place in the list.
// With is the line it overlaps, -1 = none.
type Wrong struct {
	Line, With int
	Message    string
}

// Check holds the lines of a whole plan against the rules. Nos are given here.
// Of two lines that overlap the later one is named.
func (g Ground) Check(lines []plan.Line) []Wrong {
	var wrong []Wrong
	for i := range lines {
		lines[i].No = i + 1
		for _, f := range errs.FieldsOf(plan.CheckLine(lines[i], g.Goods, g.Depots)) {
			wrong = append(wrong, Wrong{i, -1, f.Message})
		}
	}
	for _, c := range plan.Clashes(lines, g.Goods, g.Depots) {
		wrong = append(wrong, Wrong{c.B.No - 1, c.A.No - 1, c.Sentence(g.Goods, g.Depots)})
	}
	return wrong
}

// DraftHead is the head of a draft made from a workbook. Name and days are the
// usual ones of its year and season.
type DraftHead struct {
	ID        id.ID
	Year      int
	Season    plan.Season
	BasedOnID id.ID
	Window    int // days
	Remark    string
}

// CheckYear refuses a year no plan can be for.
func CheckYear(year int, today day.Day) error {
	if last := today.Year() + yearsAhead; year < earliestYear || year > last {
		return errs.New(errs.Invalid, "计划年度请填 %d 到 %d 之间的年份。", earliestYear, last)
	}
	return nil
}

// DraftFrom makes a draft with whole new lines inside somebody's transaction,
// as an import does. Every line is checked again: goods and depots may have
// changed since they were shown.
func DraftFrom(ctx context.Context, tx *store.Tx, actor access.Actor, head DraftHead, lines []plan.Line) (plan.Plan, error) {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return plan.Plan{}, err
	}
	if err := CheckYear(head.Year, day.At(time.UnixMicro(tx.NowMicro()))); err != nil {
		return plan.Plan{}, err
	}
	p := plan.Plan{ID: head.ID, Year: head.Year, Season: head.Season, Name: usualName(head.Year, head.Season), WindowDays: head.Window,
		BasedOnID: head.BasedOnID, Remark: clip(tidy(head.Remark), 500), AuthorID: actor.ID, AuthorName: actor.Name, Status: plan.Draft, LockNo: 1}
	p.FromOn, p.ToOn = seasonDays(p.Season, p.Year)
	last, err := tx.LastPlanVersion(ctx, p.Year, p.Season)
	if err != nil {
		return p, err
	}
	p.Version = last + 1
	if err := tx.InsertPlan(ctx, p); err != nil {
		return p, err
	}
	if err := replaceLines(ctx, tx, p, lines); err != nil {
		return p, err
	}
	return p, tx.Audit(ctx, 0, record(actor, "plan.create", label(p), fmt.Sprintf("%s；%d 行", p.Remark, len(lines))))
}

// DiscardDraft takes an imported draft away inside somebody's transaction. One
// that went on is refused; one that is gone already is left as it is.
func DiscardDraft(ctx context.Context, tx *store.Tx, actor access.Actor, version id.ID) error {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return err
	}
	p, err := tx.Plan(ctx, version)
	switch {
	case err != nil:
		return err
	case p.Status == plan.Discarded:
		return nil
	case p.Status != plan.Draft:
		return errs.New(errs.Conflict, "不能撤销：这次导入的%s现在是%s，不再是草稿。要改动请在计划页面退回或修订。", label(p), p.Status.Name())
	}
	if err := tx.DiscardPlan(ctx, p); err != nil {
		return err
	}
	return tx.Audit(ctx, 0, record(actor, "plan.discard", label(p), "撤销导入"))
}

// usualName is what a plan is called when nobody says otherwise.
func usualName(year int, season plan.Season) string {
	if season == plan.WholeYear {
		return fmt.Sprintf("%d年度应急物资储备计划", year)
	}
	return fmt.Sprintf("%d年%s应急物资储备计划", year, season.Name())
}

// Label names a version: 2026年全年储备计划 第2版.
func Label(p plan.Plan) string { return label(p) }
