package demo

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
)

// keeping shows how streets and villages keep their goods: machines tried,
// shelves counted, phones called, and what is being put right. Every step
// passes over what a fill that was cut off did before.
func (f *filler) keeping(ctx context.Context) error {
	if f.Size.Plain {
		return nil
	}
	for _, step := range []func(context.Context) error{f.trials, f.clearings, f.counts, f.contacts, f.rectifications} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// within moves some days back from today, but not before the quarter.
func (f *filler) within(ago int) day.Day {
	on, first := f.today.AddDays(-ago), plan.QuarterStart(f.today)
	if on.First < first.First {
		return first
	}
	return on
}

// trials tries most machines: some long ago, a few in vain, some never.
func (f *filler) trials(ctx context.Context) error {
	items, err := f.Store.Read().Items(ctx)
	if err != nil {
		return err
	}
	every := map[id.ID]int{}
	for _, it := range items {
		if it.CheckMonths > 0 {
			every[it.ID] = it.CheckMonths
		}
	}
	tried := map[[2]id.ID]bool{}
	for _, s := range f.sites {
		shelves, err := f.Store.Read().ShelvesOn(ctx, s.ID, f.today.First)
		if err != nil {
			return err
		}
		chance := newRand(s.Code + "/trials")
		for _, sh := range shelves {
			months, n, at := every[sh.Lot.ItemID], chance.IntN(20), [2]id.ID{s.ID, sh.Lot.ID}
			if months == 0 || n == 0 || sh.Now <= 0 || tried[at] {
				continue
			}
			tried[at] = true
			if err := f.try(ctx, s, sh.Lot, months, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// try records one trial: of twenty the second failed, two more are out of date.
func (f *filler) try(ctx context.Context, s *site, lot ledger.Lot, months, n int) error {
	there, err := f.Store.Read().ReadinessChecks(ctx, lot.ID, shownBefore)
	if err != nil || slices.ContainsFunc(there, func(r store.ReadinessCheck) bool { return r.DepotID == s.ID }) {
		return err
	}
	in := planning.CheckInput{DepotID: s.ID, Result: planning.TrialPassed, Remark: "空载运转 30 分钟，正常"}
	ago := 5 + 4*n
	switch n {
	case 1:
		in.Result, in.Remark = planning.TrialFailed, "不能启动，待修"
	case 2, 3:
		ago = 31*months + 10*n
	}
	in.CheckedOn = max(f.today.AddDays(-ago).First, lot.Received.First)
	_, err = f.Planning.RecordCheck(ctx, s.keeper, lot.ID, in)
	return err
}

// shownBefore is enough of a record to see whether a fill that was cut off
// made it.
const shownBefore = 100

// clearings has every third depot scrap what has expired, so that some meet
// every rule.
func (f *filler) clearings(ctx context.Context) error {
	for i, s := range f.sites {
		if s.Tier == place.District || i%3 != 1 {
			continue
		}
		shelves, err := f.Store.Read().ShelvesOn(ctx, s.ID, f.today.First)
		if err != nil {
			return err
		}
		d := inventory.Draft{Type: ledger.Disposal, DepotID: s.ID, BusinessOn: f.today.AddDays(-1).First, Reason: ledger.Outdated, Remark: "演示数据",
			ClientKey: keyOf(s.Code, 1, "expired")}
		for _, sh := range shelves {
			if sh.Now > 0 && sh.Lot.Expired(f.today) {
				d.Lines = append(d.Lines, inventory.Line{ItemID: sh.Lot.ItemID, LotID: sh.Lot.ID, PlaceID: sh.PlaceID, Qty: sh.Now.String()})
			}
		}
		if len(d.Lines) == 0 {
			continue
		}
		if _, err := f.Inventory.PostDraft(ctx, s.keeper, d); err != nil {
			return err
		}
	}
	return nil
}

// contacts has the planner call most depots this quarter. Some answered in the
// last one only, one does not answer, and some were never called.
func (f *filler) contacts(ctx context.Context) error {
	for i, s := range f.sites {
		there, err := f.Store.Read().DepotCalls(ctx, s.ID, 1)
		if err != nil {
			return err
		}
		if len(there) > 0 || s.Tier == place.District {
			continue
		}
		in := planning.PhoneInput{Result: planning.CallReached, On: f.within(3 + i).First, Remark: "本人接听"}
		switch i % 8 {
		case 3:
			in.On = plan.QuarterStart(f.today).AddDays(-20 - i).First
		case 5:
			in.Result, in.Remark = planning.CallMissed, "无人接听"
		case 7:
			continue
		}
		if err := f.Planning.CheckPhone(ctx, f.planner, s.ID, in); err != nil {
			return err
		}
	}
	return nil
}

// rectifications opens what fails at a few streets, has one put right, and
// leaves one late.
func (f *filler) rectifications(ctx context.Context) error {
	open, err := f.Store.Read().OpenRectifications(ctx)
	if err != nil || len(open) > 0 {
		return err
	}
	board, err := f.Planning.Scores(ctx, f.planner, planning.ScoreFilter{Failing: true})
	if err != nil {
		return err
	}
	late := true
	for _, r := range board.Rows[:min(len(board.Rows), rectifiedDepots)] {
		if late && len(r.Score.Failing()) > 1 {
			late = false
			if err := f.overdue(ctx, r); err != nil {
				return err
			}
		}
		in := planning.RectifyInput{Filter: planning.ScoreFilter{DepotID: r.Depot.ID}, DueOn: f.today.AddDays(20).First}
		if _, err := f.Planning.OpenRectifications(ctx, f.planner, in); err != nil {
			return err
		}
	}
	return f.putRight(ctx)
}

// rectifiedDepots is how many of the failing depots are being put right.
const rectifiedDepots = 4

// overdue tells of one from before the demo began, whose day has passed: the
// use case opens them today only.
func (f *filler) overdue(ctx context.Context, r planning.ScoreRow) error {
	v := r.Score.Failing()[0]
	one := plan.Rectification{DepotID: r.Depot.ID, Rule: v.Rule, Text: v.Todo, Responsible: r.Depot.Keeper, DueOn: f.today.AddDays(-10).First,
		OpenedOn: f.today.AddDays(-10 - plan.RectifyDays).First, OpenedName: f.planner.Name}
	return f.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.InsertRectifications(ctx, []plan.Rectification{one}); err != nil {
			return err
		}
		return tx.Audit(ctx, r.Depot.ID, ledger.AuditRecord{ActorID: int64(f.planner.ID), ActorName: f.planner.Name, Act: "rectification.open",
			Object: r.Depot.Code + " " + r.Depot.Name, Result: "ok", Detail: "演示数据：" + v.Todo})
	})
}

// putRight has the first phone that is open called again, and writes it off.
func (f *filler) putRight(ctx context.Context) error {
	p, err := f.Planning.Rectifications(ctx, f.planner, planning.RectificationQuery{})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(p.Rows, func(r planning.RectificationRow) bool {
		return r.Rule == plan.RulePhone && !r.Late && r.Depot.Phone != ""
	})
	if at < 0 {
		return nil
	}
	r := p.Rows[at]
	if err := f.Planning.CheckPhone(ctx, f.planner, r.DepotID, planning.PhoneInput{Result: planning.CallReached, Remark: "本人接听"}); err != nil {
		return err
	}
	return f.Planning.CloseRectification(ctx, f.planner, r.ID, planning.CloseInput{Evidence: "已与保管员通话，号码无误（演示）"})
}
