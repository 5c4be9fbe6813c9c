package planning_test

import (
	"errors"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestTrialsOfMachines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		v := w.book(ledger.Receipt, w.first.ID, "2026-09-01", "", 2)
		lot := v.Entries[0].LotID
		try := func(actor access.Actor, in planning.CheckInput) error {
			_, err := w.RecordCheck(w.ctx, actor, lot, in)
			return err
		}
		good := planning.CheckInput{CheckedOn: "2026-08-31", Result: planning.TrialPassed, Remark: "正常"}
		for range 2 { // a second tap
			w.must(try(w.keeper, good))
		}
		tr, err := w.Trials(w.ctx, w.keeper, lot)
		if err != nil || tr.Months != 6 || !tr.MayTry || !tr.InDate || tr.DueOn != "2027-02-28" || len(tr.Checks) != 1 || tr.Checks[0].Depot != w.first.Name {
			t.Errorf("%+v, %v", tr, err)
		}
		w.must(try(w.planner, planning.CheckInput{CheckedOn: "2026-11-25", Result: planning.TrialFailed, Remark: "不能启动"}))
		if tr, err := w.Trials(w.ctx, w.leader, lot); err != nil || tr.MayTry || tr.InDate || tr.DueOn != "2026-11-25" || tr.Checks[0].Passed || len(tr.Checks) != 2 {
			t.Errorf("%+v, %v", tr, err)
		}
		t.Run("refused", func(t *testing.T) {
			wantKind(t, try(w.keeper, planning.CheckInput{CheckedOn: "2026-11-26", Result: planning.TrialPassed}), errs.Invalid, "checked_on: ")
			wantKind(t, try(w.keeper, planning.CheckInput{CheckedOn: "2026-11-25"}), errs.Invalid, "result: ")
			wantKind(t, try(w.keeper, planning.CheckInput{CheckedOn: "2026-11-25", Result: planning.TrialFailed}), errs.Invalid, "remark: ")
			wantKind(t, try(w.leader, good), errs.Forbidden, "试机登记")
			wantKind(t, try(grant(15, "甲", access.Keeper, w.second.ID), good), errs.NotFound, "")
		})
		t.Run("where it stands at two depots, the depot is asked for", func(t *testing.T) {
			w.book(ledger.Receipt, w.second.ID, "2026-09-01", "", 1)
			wantKind(t, try(w.planner, planning.CheckInput{CheckedOn: "2026-11-25", Result: planning.TrialPassed}), errs.Invalid, "depot: ")
			w.must(try(w.planner, planning.CheckInput{DepotID: w.second.ID, CheckedOn: "2026-11-25", Result: planning.TrialPassed}))
			w.must(try(w.keeper, planning.CheckInput{CheckedOn: "2026-11-25", Result: planning.TrialPassed}))
		})
		t.Run("gone from the shelves, or not a machine", func(t *testing.T) {
			w.book(ledger.Disposal, w.first.ID, "2026-11-25", "", -2)
			wantKind(t, try(w.keeper, good), errs.Forbidden, "没有结存")
			it := w.pump
			it.CheckMonths = 0
			w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.UpdateItem(w.ctx, it) }))
			wantKind(t, try(w.planner, good), errs.Conflict, "没有设试机周期")
			if tr, err := w.Trials(w.ctx, w.planner, lot); err != nil || tr.MayTry || len(tr.Checks) != 4 {
				t.Errorf("%+v, %v", tr, err)
			}
		})
		if _, err := w.Trials(w.ctx, w.planner, 1); !errors.Is(err, errs.NotFound) {
			t.Errorf("no lot: %v", err)
		}
	})
}
