package planning

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// SubmitPlan hands a draft to the leaders. Every line is checked once more,
// since goods and depots may have changed since it was typed.
func (s *Service) SubmitPlan(ctx context.Context, actor access.Actor, version id.ID, lockNo int64) error {
	return s.step(ctx, actor, access.PlanEdit, version, lockNo, "plan.submit", func(tx *store.Tx, p plan.Plan) (string, error) {
		if err := mustBe(p, plan.Draft); err != nil {
			return "", err
		}
		lines, err := tx.PlanLines(ctx, p.ID)
		if err != nil {
			return "", err
		}
		if len(lines) == 0 {
			return "", errs.New(errs.Invalid, "计划里还没有一行，请先编制再报批。")
		}
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return "", err
		}
		if err := checkLines(lines, f); err != nil {
			return "", err
		}
		return "", tx.SubmitPlan(ctx, store.PlanMove{Plan: p, ActorID: actor.ID, ActorName: actor.Name, Hash: plan.Hash(p, lines)})
	})
}

// Verdict is what a leader says of a submitted plan. Field names in errors:
// document, signed, words.
type Verdict struct {
	Approve  bool
	Document string // 批准文号, needed to approve
	Signed   string // "" = today
	Words    string // needed to send back
}

// DecidePlan brings a submitted version into force or sends it back. Nobody
// approves what they wrote or submitted.
func (s *Service) DecidePlan(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, in Verdict) error {
	act := "plan.return"
	if in.Approve {
		act = "plan.approve"
	}
	return s.step(ctx, actor, access.PlanApprove, version, lockNo, act, func(tx *store.Tx, p plan.Plan) (string, error) {
		if err := mustBe(p, plan.Submitted); err != nil {
			return "", err
		}
		before, err := replaced(ctx, tx.Conn, p)
		if err != nil {
			return "", err
		}
		m, err := s.checkVerdict(actor, p, before, in)
		if err != nil {
			return "", err
		}
		wrote, err := tx.PlanEdits(ctx, actor.ID, label(p))
		switch {
		case err != nil:
			return "", err
		case wrote > 0 && in.Approve:
			return "", errs.New(errs.Forbidden, "这份计划您改过内容，不能由您自己批准。请另一位领导批准。")
		}
		if !in.Approve {
			return m.Decision, tx.SendBackPlan(ctx, m)
		}
		lines, err := tx.PlanLines(ctx, p.ID)
		if err != nil {
			return "", err
		}
		if plan.Hash(p, lines) != p.ContentHash {
			return "", errs.New(errs.Conflict, "计划内容和报批时不一致，不能批准。请退回后重新报批，并告诉系统管理员核对数据库。")
		}
		if err := mayBegin(ctx, tx.Conn, p, lines); err != nil {
			return "", err
		}
		return strings.TrimSpace(m.DocumentNo + " " + m.Decision), tx.ApprovePlan(ctx, m)
	})
}

// mayBegin refuses to bring a version into force behind a newer one, or with
// lines that no longer stand: a depot may have closed since it was submitted.
func mayBegin(ctx context.Context, c *store.Conn, p plan.Plan, lines []plan.Line) error {
	all, err := c.Plans(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Status == plan.Approved && o.Year == p.Year && o.Season == p.Season && o.Version > p.Version {
			return errs.New(errs.Conflict, "更新的第%d版已经批准执行，不能再批准第%d版。请退回，需要调整的在第%d版上修订。", o.Version, p.Version, o.Version)
		}
	}
	f, err := frameOf(ctx, c)
	if err != nil {
		return err
	}
	if err := checkLines(lines, f); err != nil {
		return errs.Wrap(errs.Conflict, err, "报批以后储备库或物资有了变化，不能批准，请退回修改：%s", errs.MessageOf(err))
	}
	return nil
}

// replaced gives the version that a submitted one would take the place of.
func replaced(ctx context.Context, c *store.Conn, p plan.Plan) (plan.Plan, error) {
	all, err := c.Plans(ctx)
	at := slices.IndexFunc(all, func(o plan.Plan) bool { return o.Year == p.Year && o.Season == p.Season && o.Status == plan.Approved })
	if err != nil || at < 0 {
		return plan.Plan{}, err
	}
	return all[at], nil
}

func (s *Service) checkVerdict(actor access.Actor, p, before plan.Plan, in Verdict) (store.PlanMove, error) {
	var c errs.Check
	m := store.PlanMove{Plan: p, ActorID: actor.ID, ActorName: actor.Name, Decision: tidy(in.Words), DocumentNo: tidy(in.Document)}
	checkText(&c, "words", "意见", m.Decision, 500)
	checkText(&c, "document", "批准文号", m.DocumentNo, 60)
	if !in.Approve {
		if m.Decision == "" {
			c.Add("words", "退回请写明原因，编制人好照着改。")
		}
		return m, c.Err()
	}
	if p.AuthorID == actor.ID || p.SubmittedID == actor.ID {
		return m, errs.New(errs.Forbidden, "这份计划由您编制或报批，不能由您自己批准。请另一位领导批准。")
	}
	if m.DocumentNo == "" {
		c.Add("document", "请填写批准文号。")
	}
	today := s.Today().First
	if m.SignedOn = or(s.checkDay(&c, "signed", "签发日期", in.Signed, false), today); m.SignedOn > today {
		c.Add("signed", "签发日期 %s 晚于今天，请改正。", m.SignedOn)
	}
	// Else the days between would be held against another plan than they were.
	if before.SignedOn > m.SignedOn {
		c.Add("signed", "签发日期 %s 早于现行第 %d 版的签发日期 %s，请改正。", m.SignedOn, before.Version, before.SignedOn)
	}
	return m, c.Err()
}

// Difference is what a version changes against another.
type Difference struct {
	Against plan.Plan // zero = there is none: every line is new
	Changes []plan.Change
}

// PlanDifference compares a version with another; against 0 is the one it was
// made from, else the version in force of its year and season.
func (s *Service) PlanDifference(ctx context.Context, actor access.Actor, version, against id.ID) (Difference, error) {
	var d Difference
	if err := actor.Require(access.PlanView, 0); err != nil {
		return d, err
	}
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		p, err := planFor(ctx, c, actor, version)
		if err != nil {
			return err
		}
		if against == 0 {
			if against, err = before(ctx, c, p); err != nil {
				return err
			}
		}
		now, err := c.PlanLines(ctx, p.ID)
		if err != nil {
			return err
		}
		var old []plan.Line
		if against != 0 {
			if d.Against, err = planFor(ctx, c, actor, against); err != nil {
				return err
			}
			if old, err = c.PlanLines(ctx, against); err != nil {
				return err
			}
		}
		d.Changes = plan.Compare(old, now)
		return nil
	})
	return d, err
}

// before gives the version a reader would hold another against.
func before(ctx context.Context, c *store.Conn, p plan.Plan) (id.ID, error) {
	all, err := c.Plans(ctx)
	if err != nil {
		return 0, err
	}
	best := plan.Plan{}
	for _, o := range all {
		stands := o.Status == plan.Approved || o.Status == plan.Superseded
		if o.ID != p.ID && stands && o.Year == p.Year && o.Season == p.Season && o.Version < p.Version && o.Version > best.Version {
			best = o
		}
	}
	if best.ID != 0 || p.BasedOnID != 0 {
		return cmp.Or(best.ID, p.BasedOnID), nil
	}
	for _, o := range all { // the first of a year: what held before it, newest first
		if o.Status == plan.Approved && o.Season == p.Season && o.Year < p.Year {
			return o.ID, nil
		}
	}
	return 0, nil
}
