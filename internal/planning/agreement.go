package planning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// verifySetting holds how many days a telephone check stands; "" = a quarter.
const verifySetting = "plan.verify-days"

// verifyDays reads it. What is no number of days falls back: a slip in a
// setting must not make every agreement look fresh.
func verifyDays(ctx context.Context, c *store.Conn) (int, error) {
	text, err := c.Setting(ctx, verifySetting)
	if n, wrong := strconv.Atoi(text); err == nil && wrong == nil && n > 0 {
		return n, nil
	}
	return plan.VerifyDays, err
}

// AgreementView is an agreement as pages show it on a day.
type AgreementView struct {
	plan.Deal
	State  plan.DealState
	Stale  bool              // nobody asked after it lately, or ever
	Lines  []AgreementGood   // its goods, by code
	Checks []plan.PhoneCheck // one agreement only: the calls, latest first

	VerifyDays int // how long a call stands
}

// AgreementGood is what an agreement promises of an item.
type AgreementGood struct {
	plan.DealItem
	Item catalog.Item
}

// AgreementFilter narrows the list; zero fields ask for all.
type AgreementFilter struct {
	Form  plan.Form
	State plan.DealState // DealHolds means all that hold, those that end soon too
	Stale bool           // those that must be called
	Query string         // part of number, firm or an item's name, or its code
}

// Agreements lists the agreements of the district: those that hold first.
func (s *Service) Agreements(ctx context.Context, actor access.Actor, f AgreementFilter) ([]AgreementView, error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return nil, err
	}
	c := s.store.Read()
	deals, err := c.Agreements(ctx)
	if err != nil {
		return nil, err
	}
	items, days, err := agreementFrame(ctx, c)
	if err != nil {
		return nil, err
	}
	var list []AgreementView
	for _, d := range deals {
		if v := s.viewOf(d, items, days); f.takes(v) {
			list = append(list, v)
		}
	}
	return list, nil
}

func agreementFrame(ctx context.Context, c *store.Conn) (map[id.ID]catalog.Item, int, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, 0, err
	}
	days, err := verifyDays(ctx, c)
	return itemsByID(items), days, err
}

func (s *Service) viewOf(d plan.Deal, items map[id.ID]catalog.Item, days int) AgreementView {
	today := s.Today()
	v := AgreementView{Deal: d, State: d.State(today), Stale: plan.Stale(d, today, days), VerifyDays: days}
	for _, g := range d.Goods {
		v.Lines = append(v.Lines, AgreementGood{g, items[g.ItemID]})
	}
	slices.SortFunc(v.Lines, func(a, b AgreementGood) int { return compareCodes(a.Item, b.Item) })
	return v
}

// Agreement gives one with the record of its calls.
func (s *Service) Agreement(ctx context.Context, actor access.Actor, agreement id.ID) (AgreementView, error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return AgreementView{}, err
	}
	c := s.store.Read()
	d, err := agreementOf(ctx, c, agreement)
	if err != nil {
		return AgreementView{}, err
	}
	items, days, err := agreementFrame(ctx, c)
	if err != nil {
		return AgreementView{}, err
	}
	v := s.viewOf(d, items, days)
	v.Checks, err = c.PhoneChecks(ctx, plan.AboutAgreement, agreement)
	return v, err
}

func agreementOf(ctx context.Context, c *store.Conn, agreement id.ID) (plan.Deal, error) {
	d, err := c.Agreement(ctx, agreement)
	if errors.Is(err, errs.NotFound) {
		return d, errs.New(errs.NotFound, "没有这份协议。请从协议储备列表重新进入。")
	}
	return d, err
}

// SaveAgreement makes an agreement, or changes one as it stood under its lock
// number. An ended one is not changed any more.
func (s *Service) SaveAgreement(ctx context.Context, actor access.Actor, in AgreementInput) (plan.Deal, error) {
	var saved plan.Deal
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		// The chain's head first: of two who write one number at once, the second
		// sees what the first has saved.
		if _, err := tx.TakeHead(ctx, 0); err != nil {
			return err
		}
		var old plan.Deal
		if in.ID != 0 {
			var err error
			if old, err = agreementOf(ctx, tx.Conn, in.ID); err != nil {
				return err
			}
			if err := mayChange(old, in.LockNo); err != nil {
				return err
			}
		}
		d, err := s.checkAgreement(ctx, tx, in)
		if err != nil {
			return err
		}
		saved = d
		return putAgreement(ctx, tx, actor, old, &saved)
	})
	return saved, err
}

// mayChange refuses an agreement that has ended or was changed by another.
func mayChange(d plan.Deal, lockNo int64) error {
	switch {
	case d.Ended:
		return errs.New(errs.Conflict, "协议「%s」已经终止，不能再修改。续签的请新增一份协议。", d.Number)
	case d.LockNo != lockNo:
		return errs.New(errs.Conflict, "协议「%s」刚刚被别人修改过，这次没有保存。请重新打开后再改。", d.Number)
	}
	return nil
}

func putAgreement(ctx context.Context, tx *store.Tx, actor access.Actor, old plan.Deal, d *plan.Deal) error {
	act, detail := "agreement.update", describeAgreement(*d)
	if old.ID == 0 {
		act, d.ID, d.LockNo = "agreement.create", tx.NewID(), 1
		if err := tx.InsertAgreement(ctx, *d); err != nil {
			return err
		}
	} else {
		d.VerifiedOn, d.VerifiedName = old.VerifiedOn, old.VerifiedName
		if err := tx.UpdateAgreement(ctx, *d); err != nil {
			return err
		}
		d.LockNo++
		detail = "原为 " + describeAgreement(old) + "；现为 " + detail
	}
	return tx.Audit(ctx, 0, record(actor, act, d.Number+" "+d.Firm, detail))
}

// describeAgreement writes an agreement for the audit trail.
func describeAgreement(d plan.Deal) string {
	return fmt.Sprintf("%s，%s，%s 至 %s，%d 小时，联系人 %s %s，物资 %d 种", d.Form.Name(), d.Firm, d.FromOn, d.ToOn, d.LeadHours, d.Contact, d.Phone, len(d.Goods))
}

// EndAgreement ends an agreement before its day. reason stands in the audit
// trail; the field in errors is reason.
func (s *Service) EndAgreement(ctx context.Context, actor access.Actor, agreement id.ID, lockNo int64, reason string) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		d, err := agreementOf(ctx, tx.Conn, agreement)
		if err != nil {
			return err
		}
		if err := mayChange(d, lockNo); err != nil {
			return err
		}
		var c errs.Check
		if reason = tidy(reason); reason == "" {
			c.Add("reason", "请填写终止的原因，例如：企业停产。")
		}
		checkText(&c, "reason", "终止原因", reason, 200)
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.EndAgreement(ctx, agreement, lockNo, s.Today().First); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "agreement.end", d.Number+" "+d.Firm, reason))
	})
}

// VerifyInput is the form of a call. Field names in errors: reached,
// checked_on, remark.
type VerifyInput struct {
	AgreementID id.ID
	Reached     string // yes or no
	CheckedOn   string
	Remark      string
}

// VerifyAgreement records a call to the contact. Only one that reached somebody
// moves the day of the last check, and never back.
func (s *Service) VerifyAgreement(ctx context.Context, actor access.Actor, in VerifyInput) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		d, err := agreementOf(ctx, tx.Conn, in.AgreementID)
		if err != nil {
			return err
		}
		if d.Ended {
			return errs.New(errs.Conflict, "协议「%s」已经终止，不用再核实。", d.Number)
		}
		call, err := s.checkCall(in)
		if err != nil {
			return err
		}
		call.ID, call.Phone, call.ActorID, call.ActorName, call.At = tx.NewID(), d.Phone, actor.ID, actor.Name, tx.NowMicro()
		if err := tx.InsertPhoneCheck(ctx, call); err != nil {
			return err
		}
		if call.Reached && call.CheckedOn >= d.VerifiedOn {
			if err := tx.VerifyAgreement(ctx, d, call.CheckedOn, actor.Name); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, 0, record(actor, "agreement.verify", d.Number+" "+d.Firm, call.CheckedOn+" "+reachedText(call.Reached)+" "+call.Remark))
	})
}

func reachedText(reached bool) string {
	if reached {
		return "已接通"
	}
	return "未接通"
}

func (s *Service) checkCall(in VerifyInput) (plan.PhoneCheck, error) {
	var c errs.Check
	call := plan.PhoneCheck{About: plan.AboutAgreement, AboutID: in.AgreementID, Reached: in.Reached == "yes", Remark: tidy(in.Remark)}
	if in.Reached != "yes" && in.Reached != "no" {
		c.Add("reached", "请选择电话是否接通。")
	}
	call.CheckedOn = s.checkDayWithin(&c, "checked_on", "核实日期", in.CheckedOn, day.Day{First: earliestDay}, s.Today())
	checkText(&c, "remark", "备注", call.Remark, 200)
	return call, c.Err()
}
