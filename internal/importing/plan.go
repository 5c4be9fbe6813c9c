package importing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// PlanDraft is the draft a plan's workbook will become, and what it changes.
type PlanDraft struct {
	Year    int // 0 = the workbook names none, and nobody said it yet
	Season  plan.Season
	Base    plan.Plan // the version it is compared with, zero = there is none
	Changes []PlanChange
	Lines   int  // of the draft
	Rest    int  // lines of the base that the workbook does not speak of
	Others  int  // of these, lines that no table by depot and item can hold
	Fallen  int  // of these, lines that no longer hold and cannot come along
	Keep    bool // the rest comes along
	mute    bool // the actor may not write plans
	known   bool // every row was imported before
	ground  planning.Ground
	planned []planned
}

// PlanChange is a line that the draft changes. Old is nil for a new one, New
// for one taken out.
type PlanChange struct {
	Depot, Label, Unit string
	Cell               string // where it stands, "" = taken out
	Old, New           *plan.Line
	Fields             []string
}

// planned is a line with the row it stands in, nil = it comes from the base.
type planned struct {
	line plan.Line
	row  *Row
}

// planYear is the year of the plan, 0 = not told. It is worked out once: every
// row's identity holds it.
func (p *Preview) planYear() int {
	if p.year == nil {
		year := p.yearSaid()
		p.year = &year
	}
	return *p.year
}

func (p *Preview) yearSaid() int {
	if p.Decisions.Year != 0 {
		return p.Decisions.Year
	}
	year := 0
	for _, r := range p.Rows {
		said := r.Extra.PlanYear
		if r.Aside || said == 0 || said == year {
			continue
		}
		if year != 0 {
			return 0 // sheets of several years: asked for
		}
		year = said
	}
	if year == 0 && p.Decisions.AsOf != "" {
		return p.AsOf.Year()
	}
	return year
}

// planSeason is what was decided, else what the title names: 汛期, 冬春.
func (p *Preview) planSeason() plan.Season {
	for _, s := range []plan.Season{plan.Flood, plan.Winter} {
		if p.Decisions.Season == "" && strings.Contains(p.Result.Title, s.Name()) {
			return s
		}
	}
	return cmp.Or(p.Decisions.Season, plan.WholeYear)
}

// judgePlan makes lines of the rows, holds them against the rules of plans and
// against the version before. What is wrong is said at its cell.
func (p *Preview) judgePlan(ctx context.Context, c *store.Conn, actor access.Actor) error {
	if p.Act != DraftPlan {
		return nil
	}
	d := &PlanDraft{Year: p.planYear(), Season: p.planSeason()}
	p.Plan = d
	if p.leaveOut(); p.Batch.Status != Uploaded {
		return nil
	}
	if d.mute = !actor.May(access.PlanEdit, 0); d.mute || d.known {
		return nil
	}
	var err error
	if d.ground, err = planning.GroundOf(ctx, c, d.Year, d.Season); err != nil {
		return err
	}
	d.Base = d.ground.Base
	d.Keep = d.Base.ID != 0 && d.Base.Year == d.Year && d.Base.Season == d.Season
	if p.Decisions.Rest != nil {
		d.Keep = *p.Decisions.Rest
	}
	p.planRows()
	p.planRest()
	p.checkPlan()
	d.compare()
	return nil
}

// leaveOut leaves out the rows of places nobody wants, and takes known rows
// where others are new: a plan is a whole, and a draft of its new rows alone
// would drop all the rest.
func (p *Preview) leaveOut() {
	left := map[string]bool{}
	for _, d := range p.Depots {
		left[d.Written] = d.Left
	}
	rows, fresh := 0, false
	for _, r := range p.Rows {
		if r.Aside || left[r.Depot] {
			continue
		}
		skip, said := p.Decisions.Skip[r.Key]
		rows++
		fresh = fresh || !r.Known || said && !skip
	}
	p.Plan.known = rows > 0 && !fresh
	for i := range p.Rows {
		r := &p.Rows[i]
		if fresh && r.Known && !p.Decisions.Skip[r.Key] {
			r.Skipped = false
		}
		r.Skipped = r.Skipped || left[r.Depot] && !r.Aside
	}
}

// checkPlan holds the lines against the rules and takes out those that break
// one. Goods that are still to be made are checked when they are.
func (p *Preview) checkPlan() {
	d := p.Plan
	var known []int
	var lines []plan.Line
	for i, one := range d.planned {
		if one.line.Target.ID != 0 {
			known, lines = append(known, i), append(lines, one.line)
		}
	}
	for _, w := range d.ground.Check(lines) {
		one := d.planned[known[w.Line]]
		if one.row == nil {
			continue // a base that overlaps itself: told when the draft is made
		}
		said := w.Message
		if w.With >= 0 {
			said = p.overlap(d.planned[known[w.With]], lines[w.With])
		}
		one.row.fail(reading.Quantity, "第 %d 行 %s 格「%s」（%s）：%s", one.row.Row.Row, one.row.Cell, one.row.Item.Label(), one.row.Depot, said)
	}
	d.planned = slices.DeleteFunc(d.planned, func(one planned) bool { return one.row != nil && one.row.Status != reading.OK })
	d.Lines = len(d.planned)
}

func (p *Preview) overlap(other planned, l plan.Line) string {
	if other.row != nil {
		return fmt.Sprintf("和 %s 格是同一个库的同一种物资，请合并为一格，或勾选“不导入”。", other.row.Cell)
	}
	g := p.Plan.ground
	return fmt.Sprintf("和照旧带入的「%s %s」重叠，同一份库存会算两次。请勾选“不导入”，或不带入没有写到的计划行。", g.Depots.Label(l.Scope), g.Goods.Label(l.Target))
}

// compare lists what the draft changes.
func (d *PlanDraft) compare() {
	var lines []plan.Line
	cells := map[plan.At]string{}
	for _, one := range d.planned {
		if one.row != nil {
			cells[one.line.At()] = one.row.Cell
		}
		if one.line.Target.ID != 0 {
			lines = append(lines, one.line)
			continue
		}
		l := one.line
		d.Changes = append(d.Changes, PlanChange{Depot: d.ground.Depots.Label(l.Scope), Label: strings.TrimSpace(one.row.Row.Item + " " + one.row.Spec), Unit: l.Unit, Cell: one.row.Cell, New: &l})
	}
	for _, c := range plan.Compare(d.ground.Lines, lines) {
		l := c.New
		if l == nil {
			l = c.Old
		}
		change := PlanChange{Depot: d.ground.Depots.Label(l.Scope), Label: d.ground.Goods.Label(l.Target), Unit: l.Unit, Old: c.Old, New: c.New, Fields: c.Fields}
		if c.New != nil {
			change.Cell = cells[l.At()]
		}
		d.Changes = append(d.Changes, change)
	}
}

// stamp writes what a person saw of the difference.
func (d *PlanDraft) stamp(b *strings.Builder) {
	if d == nil {
		return
	}
	fmt.Fprintf(b, "plan=%d/%s/%s/%d/%d;", d.Year, d.Season, d.Base.ID, d.Base.LockNo, d.Lines)
	for _, c := range d.Changes {
		fmt.Fprintf(b, "%s|%s|%s", c.Depot, c.Label, c.Cell)
		for _, l := range []*plan.Line{c.Old, c.New} {
			if l != nil {
				fmt.Fprintf(b, "|%s %s %s %s", l.Unit, l.Minimum, l.Standard, l.Maximum)
			}
		}
		b.WriteByte(';')
	}
}

// blockPlan says why no draft can be made.
func (p *Preview) blockPlan() {
	d := p.Plan
	if p.Blocked != "" || d == nil || p.Batch.Status != Uploaded {
		return
	}
	switch {
	case d.mute:
		p.Blocked = "您没有编制储备计划的权限，这份计划表只能看，不能导入。请交给计划员导入。"
	case d.Year == 0:
		p.Blocked = "表上没有写明是哪一年的计划，请在下方填写计划年度。"
	case planning.CheckYear(d.Year, p.today) != nil:
		p.Blocked = fmt.Sprintf("计划年度 %d 不对，请在下方改正。", d.Year)
	case d.known:
		p.Blocked = "这份表的各行都已导入过，没有新的内容。确要再建一份草稿，请把任意一行的“不导入”去掉。"
	case d.Base.ID != 0 && d.Base.Year == d.Year && d.Base.Season == d.Season && len(d.Changes) == 0 && p.Counts.Confirm+p.Counts.Error == 0:
		p.Blocked = fmt.Sprintf("和「%s」没有差异，不需要再建草稿。", planning.Label(d.Base))
	}
}
