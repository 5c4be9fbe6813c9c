package planning

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// PlanInput is the head of a plan as typed. Field names in errors: year,
// season, name, from, to, window, remark. Year and season are fixed once the
// version is there.
type PlanInput struct {
	Year   string
	Season plan.Season
	Name   string
	From   string // "" = the season's own first day
	To     string
	Window string // days, "" = none
	Remark string
	Copy   id.ID // the version whose lines it begins with, 0 = none
}

// Bounds of what a plan's head may say.
const (
	earliestYear = 2000
	maxWindow    = 730
)

// seasonDays are the first and last day a season has when nothing is said. The
// flood season's are the rule's; a winter's begin in its year.
func seasonDays(season plan.Season, year int) (from, to string) {
	switch season {
	case plan.Flood:
		return fmt.Sprintf("%d-04-01", year), fmt.Sprintf("%d-09-30", year)
	case plan.Winter:
		return fmt.Sprintf("%d-11-01", year), fmt.Sprintf("%d-03-31", year+1)
	}
	return fmt.Sprintf("%d-01-01", year), fmt.Sprintf("%d-12-31", year)
}

// CreatePlan begins a new version: empty, or with another's lines.
func (s *Service) CreatePlan(ctx context.Context, actor access.Actor, in PlanInput) (plan.Plan, error) {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return plan.Plan{}, err
	}
	p, err := s.checkHead(in, plan.Plan{})
	if err != nil {
		return p, err
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		p.ID, p.AuthorID, p.AuthorName, p.Status, p.LockNo = tx.NewID(), actor.ID, actor.Name, plan.Draft, 1
		last, err := tx.LastPlanVersion(ctx, p.Year, p.Season)
		if err != nil {
			return err
		}
		p.Version = last + 1
		if err := tx.InsertPlan(ctx, p); err != nil {
			return err
		}
		copied, err := copyLines(ctx, tx, actor, p)
		if err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "plan.create", label(p), fmt.Sprintf("带入 %d 行", copied)))
	})
	if errors.Is(err, store.ErrDuplicate) {
		err = errs.Wrap(errs.Conflict, err, "别人刚刚建了这一年的新版本，这次没有保存。请刷新计划列表后再建。")
	}
	return p, err
}

// copyLines begins a version with the lines of the one it is based on. What no
// longer stands (a closed depot, a retired group) comes along and is named when
// the plan is submitted: nothing is lost unseen.
func copyLines(ctx context.Context, tx *store.Tx, actor access.Actor, p plan.Plan) (int, error) {
	if p.BasedOnID == 0 {
		return 0, nil
	}
	if _, err := planFor(ctx, tx.Conn, actor, p.BasedOnID); err != nil {
		return 0, err
	}
	lines, err := tx.PlanLines(ctx, p.BasedOnID)
	if err != nil {
		return 0, err
	}
	for i := range lines {
		lines[i].ID, lines[i].PlanID = tx.NewID(), p.ID
	}
	return len(lines), tx.InsertPlanLines(ctx, lines...)
}

// SavePlan changes the head of a draft; lockNo is of the page it was typed on.
func (s *Service) SavePlan(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, in PlanInput) error {
	return s.edit(ctx, actor, version, lockNo, "plan.update", func(tx *store.Tx, p plan.Plan) (string, error) {
		changed, err := s.checkHead(in, p)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("名称 %s；期限 %s 至 %s；窗口 %d 天", changed.Name, changed.FromOn, changed.ToOn, changed.WindowDays), tx.UpdatePlanHead(ctx, changed)
	})
}

// DiscardPlan ends a draft nobody wants. Its number stays taken.
func (s *Service) DiscardPlan(ctx context.Context, actor access.Actor, version id.ID, lockNo int64) error {
	return s.step(ctx, actor, access.PlanEdit, version, lockNo, "plan.discard", func(tx *store.Tx, p plan.Plan) (string, error) {
		if err := mustBe(p, plan.Draft); err != nil {
			return "", err
		}
		return "", tx.DiscardPlan(ctx, p)
	})
}

// edit runs a change of a draft: the right, the version's lock, the change and
// its trail. Nothing of a version that is no draft can be changed.
func (s *Service) edit(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, act string, change func(*store.Tx, plan.Plan) (string, error)) error {
	return s.step(ctx, actor, access.PlanEdit, version, lockNo, act, func(tx *store.Tx, p plan.Plan) (string, error) {
		if err := mustBe(p, plan.Draft); err != nil {
			return "", err
		}
		if err := tx.TouchPlan(ctx, p); err != nil {
			return "", err
		}
		return change(tx, p)
	})
}

// step runs one move of a version in a transaction.
func (s *Service) step(ctx context.Context, actor access.Actor, right access.Permission, version id.ID, lockNo int64, act string,
	move func(*store.Tx, plan.Plan) (string, error)) error {
	if err := actor.Require(right, 0); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		p, err := planFor(ctx, tx.Conn, actor, version)
		if err != nil {
			return err
		}
		if p.LockNo != lockNo {
			return errs.New(errs.Conflict, "这份计划刚刚被别人改过（现在是%s），这次没有保存。请刷新页面，看过后再办。", p.Status.Name())
		}
		said, err := move(tx, p)
		if err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, act, label(p), said))
	})
}

func mustBe(p plan.Plan, want plan.Status) error {
	if p.Status == want {
		return nil
	}
	if p.Status == plan.Approved || p.Status == plan.Superseded {
		return errs.New(errs.Conflict, "已批准的计划不能改动。需要调整请点“修订”，另建一个新版本。")
	}
	return errs.New(errs.Conflict, "这份计划现在是%s，不能这样办。请刷新页面。", p.Status.Name())
}

// label names a version: 2026年全年储备计划 第2版.
func label(p plan.Plan) string {
	return fmt.Sprintf("%d年%s储备计划 第%d版", p.Year, p.Season.Name(), p.Version)
}

// checkHead reads the typed head; old is zero for a new version.
func (s *Service) checkHead(in PlanInput, old plan.Plan) (plan.Plan, error) {
	var c errs.Check
	p := old
	if old.ID == 0 {
		p.Year = number(&c, "year", "年度", in.Year, earliestYear, s.Today().Year()+yearsAhead)
		if p.Season = in.Season; p.Season.Name() == "" {
			c.Add("season", "请选择全年、汛期或冬春。")
		}
		p.BasedOnID = in.Copy
	}
	p.Name, p.Remark = tidy(in.Name), tidy(in.Remark)
	if p.Name == "" {
		p.Name = usualName(p.Year, p.Season)
	}
	checkText(&c, "name", "名称", p.Name, 100)
	checkText(&c, "remark", "说明", p.Remark, 500)
	from, to := seasonDays(p.Season, p.Year)
	p.FromOn, p.ToOn = or(s.checkDay(&c, "from", "开始日期", in.From, false), from), or(s.checkDay(&c, "to", "结束日期", in.To, false), to)
	if p.FromOn > p.ToOn {
		c.Add("to", "结束日期 %s 早于开始日期 %s，请改正。", p.ToOn, p.FromOn)
	}
	p.WindowDays = 0
	if strings.TrimSpace(in.Window) != "" {
		p.WindowDays = number(&c, "window", "到期窗口天数", in.Window, 0, maxWindow)
	}
	return p, c.Err()
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
