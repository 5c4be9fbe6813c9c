package importing

import (
	"context"
	"errors"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
)

// draftPlan makes the draft and moves the batch on, in one transaction. The
// batch moves first, so that of two taps the second finds nothing to do.
func (s *Service) draftPlan(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) error {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return err
	}
	draft, err := moveToDraft(ctx, tx, actor, p)
	if err != nil {
		return err
	}
	if p.makesGoods() {
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
	}
	for _, still := range []func(context.Context, *store.Tx) error{p.stillSo, p.stillCompared, p.stillNew} {
		if err := still(ctx, tx); err != nil {
			return err
		}
	}
	made, err := s.makeItems(ctx, tx, actor, p)
	if err != nil {
		return err
	}
	d := p.Plan
	head := planning.DraftHead{ID: draft, Year: d.Year, Season: d.Season, BasedOnID: d.Base.ID, Remark: "导入：" + p.Batch.FileName}
	if d.Base.Year == d.Year && d.Base.Season == d.Season {
		head.Window = d.Base.WindowDays
	}
	if _, err := planning.DraftFrom(ctx, tx, actor, head, d.linesWith(made)); err != nil {
		return err
	}
	if err := p.keepPlanRows(ctx, tx); err != nil {
		return err
	}
	if err := p.remember(ctx, tx, actor, Decisions{}); err != nil {
		return err
	}
	return tx.Audit(ctx, 0, audit(actor, "import.apply", p.Batch, "ok"))
}

// moveToDraft notes in the batch which version it becomes, and closes it. A
// transaction may run again, so that the preview itself stays as it is.
func moveToDraft(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) (id.ID, error) {
	b, d := p.Batch, p.Decisions
	d.Draft = tx.NewID()
	b.Decisions = d.encode()
	if err := tx.DecideImport(ctx, b); err != nil {
		return 0, err
	}
	b.Version++
	return d.Draft, tx.MoveImport(ctx, b, Applied, actor.Name)
}

// stillCompared refuses when another version than the one shown would be the
// one to compare with.
func (p *Preview) stillCompared(ctx context.Context, tx *store.Tx) error {
	g, err := planning.GroundOf(ctx, tx.Conn, p.Plan.Year, p.Plan.Season)
	if err == nil && (g.Base.ID != p.Plan.Base.ID || g.Base.LockNo != p.Plan.Base.LockNo) {
		err = errs.New(errs.Conflict, "用来比较的计划版本刚刚有了变动，这次没有导入。请刷新页面，看过新的差异后再导入。")
	}
	return err
}

// stillNew refuses a plan that another batch just made a draft of: each of its
// rows is known by now, and was not when it was shown.
func (p *Preview) stillNew(ctx context.Context, tx *store.Tx) error {
	var keys []string
	for _, r := range p.Rows {
		if r.booked() && !r.Known {
			keys = append(keys, r.Content)
		}
	}
	known, err := tx.KnownImportRows(ctx, keys)
	if err != nil || len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return !known[k] }) {
		return err
	}
	return errs.New(errs.Conflict, "同样的计划表刚刚由另一次导入建了草稿，这次没有导入。请刷新页面后再看。")
}

// linesWith gives the draft's lines, those of new goods with the goods made.
func (d *PlanDraft) linesWith(made map[string]catalog.Item) []plan.Line {
	lines := make([]plan.Line, len(d.planned))
	for i, one := range d.planned {
		if lines[i] = one.line; one.line.Target.ID == 0 {
			it := made[WordKey(one.row.Row)]
			lines[i].Target.ID, lines[i].Unit = it.ID, it.Unit
		}
	}
	return lines
}

func (p *Preview) keepPlanRows(ctx context.Context, tx *store.Tx) error {
	var record []store.ImportRow
	for _, r := range p.Rows {
		if r.booked() {
			record = append(record, store.ImportRow{BatchID: p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content})
		}
	}
	return tx.InsertImportRows(ctx, record)
}

// Draft gives the version of a plan a batch became, also after it was taken
// back; found is false where it became none.
func (s *Service) Draft(ctx context.Context, actor access.Actor, batch id.ID) (p plan.Plan, found bool, err error) {
	d, err := s.batch(ctx, s.store.Read(), actor, batch)
	if err != nil || d.Decisions.Draft == 0 {
		return p, false, err
	}
	p, err = s.store.Read().Plan(ctx, d.Decisions.Draft)
	if errors.Is(err, errs.NotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// takeBackDraft ends the draft that a batch made.
func takeBackDraft(ctx context.Context, tx *store.Tx, actor access.Actor, b Batch) error {
	d, err := unpack(b)
	if err != nil || d.Decisions.Draft == 0 {
		return err
	}
	return planning.DiscardDraft(ctx, tx, actor, d.Decisions.Draft)
}
