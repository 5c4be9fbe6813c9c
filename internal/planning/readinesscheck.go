package planning

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// CheckInput is the form of a machine's trial (试机). Field names in errors:
// checked_on, result, remark, depot.
type CheckInput struct {
	DepotID   id.ID // where it was tried, 0 = the one depot of the actor that holds the lot
	CheckedOn string
	Result    string // TrialPassed or TrialFailed
	Remark    string
}

// The results of a trial.
const (
	TrialPassed = "passed"
	TrialFailed = "failed"
)

// Trials is the record of a lot's trials with what the form needs.
type Trials struct {
	Months int // between two, 0 = the item is not tried
	Checks []store.ReadinessCheck
	InDate bool   // the last one passed and still counts
	DueOn  string // the day until which it counts, "" = never tried
	MayTry bool
	Depots []store.LotStand // of the actor that hold the lot, each once
}

// shownTrials bounds the record a page shows: ten years of monthly trials.
const shownTrials = 120

// Trials gives the record of a lot that stands, or stood, where the actor may
// see it.
func (s *Service) Trials(ctx context.Context, actor access.Actor, lot id.ID) (Trials, error) {
	var t Trials
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		_, item, stands, err := machineFor(ctx, c, actor, lot)
		if err != nil {
			return err
		}
		t.Months, t.Depots = item.CheckMonths, holding(actor, stands)
		t.MayTry = t.Months > 0 && len(t.Depots) > 0
		t.Checks, err = c.ReadinessChecks(ctx, lot, shownTrials)
		return err
	})
	if len(t.Checks) > 0 {
		last := t.Checks[0]
		t.DueOn, t.InDate = last.DueOn, last.Passed && last.DueOn >= s.Today().First
	}
	return t, err
}

// machineFor gives a lot with its item and where it stands; one that never
// stood at a depot of the actor looks like none.
func machineFor(ctx context.Context, c *store.Conn, actor access.Actor, lot id.ID) (ledger.Lot, catalog.Item, []store.LotStand, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return ledger.Lot{}, catalog.Item{}, nil, err
	}
	stands, err := c.LotStands(ctx, lot, sc)
	if err != nil {
		return ledger.Lot{}, catalog.Item{}, nil, err
	}
	if len(stands) == 0 {
		return ledger.Lot{}, catalog.Item{}, nil, errs.New(errs.NotFound, "没有这个批次，或您无权查看。请从库存台账中重新选择。")
	}
	lots, err := c.LotsByID(ctx, []id.ID{lot})
	if err != nil {
		return ledger.Lot{}, catalog.Item{}, nil, err
	}
	l := lots[lot]
	items, err := c.ItemsByID(ctx, []id.ID{l.ItemID})
	return l, items[l.ItemID], stands, err
}

// holding lists the depots where some of the lot is and the actor may record a
// trial, each once.
func holding(actor access.Actor, stands []store.LotStand) []store.LotStand {
	var list []store.LotStand
	for _, at := range stands {
		there := slices.ContainsFunc(list, func(o store.LotStand) bool { return o.DepotID == at.DepotID })
		if at.OnHand > 0 && !there && actor.May(access.MachineCheck, at.DepotID) {
			list = append(list, at)
		}
	}
	return list
}

// RecordCheck records a trial of a machine where it stands. One that failed
// counts for nothing from its own day on.
func (s *Service) RecordCheck(ctx context.Context, actor access.Actor, lot id.ID, in CheckInput) (store.ReadinessCheck, error) {
	var made store.ReadinessCheck
	if !actor.MayAnywhere(access.MachineCheck) {
		return made, actor.Require(access.MachineCheck, 0)
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		l, item, stands, err := machineFor(ctx, tx.Conn, actor, lot)
		if err != nil {
			return err
		}
		if made, err = s.checkTrial(actor, item, stands, in); err != nil {
			return err
		}
		made.LotID, made.ActorID, made.ActorName = lot, actor.ID, actor.Name
		last, err := tx.ReadinessChecks(ctx, lot, 1)
		if err != nil || len(last) == 1 && sameTrial(last[0], made) {
			return err
		}
		if err := tx.InsertReadinessCheck(ctx, made); err != nil {
			return err
		}
		result := "不合格"
		if made.Passed {
			result = "合格，有效至 " + made.DueOn
		}
		return tx.Audit(ctx, made.DepotID, record(actor, "machine.check", fmt.Sprintf("%s %s 批次 %s", item.Code, item.Label(), l.No),
			made.CheckedOn+" 试机"+result+"。"+made.Remark))
	})
	return made, err
}

// sameTrial reports a second tap of the form.
func sameTrial(a, b store.ReadinessCheck) bool {
	return a.CheckedOn == b.CheckedOn && a.Passed == b.Passed && a.DepotID == b.DepotID && a.Remark == b.Remark && a.ActorID == b.ActorID
}

func (s *Service) checkTrial(actor access.Actor, item catalog.Item, stands []store.LotStand, in CheckInput) (store.ReadinessCheck, error) {
	var c errs.Check
	r := store.ReadinessCheck{Passed: in.Result == TrialPassed, Remark: tidy(in.Remark)}
	if item.CheckMonths == 0 {
		return r, errs.New(errs.Conflict, "「%s」没有设试机周期，不用登记试机。要登记，请先在物资目录填写试机周期。", item.Label())
	}
	at := holding(actor, stands)
	if len(at) == 0 {
		return r, errs.New(errs.Forbidden, "这个批次在您的储备库没有结存，不能由您登记试机。请联系存放它的储备库。")
	}
	if in.DepotID != 0 {
		at = slices.DeleteFunc(at, func(o store.LotStand) bool { return o.DepotID != in.DepotID })
	}
	if len(at) != 1 {
		c.Add("depot", "请选择在哪个储备库试机。")
	} else {
		r.DepotID, r.Depot = at[0].DepotID, at[0].Depot
	}
	if in.Result != TrialPassed && in.Result != TrialFailed {
		c.Add("result", "请选择试机合格还是不合格。")
	}
	if r.CheckedOn = s.checkDay(&c, "checked_on", "试机日期", in.CheckedOn, true); r.CheckedOn > s.Today().First {
		c.Add("checked_on", "试机日期 %s 还没有到，请填今天或以前的日期。", r.CheckedOn)
	}
	checkText(&c, "remark", "备注", r.Remark, 200)
	if !r.Passed && r.Remark == "" && in.Result == TrialFailed {
		c.Add("remark", "不合格请写明情况，例如：不能启动，待修。")
	}
	if r.DueOn = r.CheckedOn; r.Passed && r.CheckedOn != "" {
		r.DueOn = day.Day{First: r.CheckedOn}.AddMonths(item.CheckMonths).First
	}
	return r, c.Err()
}
