package demo_test

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/demo"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// promised writes the agreements and what is expected without what differs
// between databases.
func promised(t *testing.T, d demo.Deps) []string {
	t.Helper()
	deals, err := d.Planning.Agreements(ctx, planner, planning.AgreementFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, a := range deals {
		v, err := d.Planning.Agreement(ctx, planner, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(v.Number, v.Firm, v.FromOn, v.ToOn, v.VerifiedOn, v.State, v.Stale, len(v.Checks))
		for _, g := range v.Lines {
			text += fmt.Sprint(" ", g.Item.Code, " ", g.Qty)
		}
		list = append(list, text)
	}
	expected, err := d.Planning.ExpectedList(ctx, planner)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range expected.Open {
		list = append(list, fmt.Sprint(e.Kind, e.Depot.Code, e.Item.Code, e.Qty, e.DueOn, e.Reference, e.Late))
	}
	return list
}

func TestAgreementsShowWhatAPlannerMustSee(t *testing.T) {
	d := deps(storetest.SQLite().Open(t, clock), small)
	fill(t, d)
	deals, err := d.Planning.Agreements(ctx, planner, planning.AgreementFilter{})
	if err != nil {
		t.Fatal(err)
	}
	states, forms, never, stale := map[plan.DealState]int{}, map[plan.Form]int{}, 0, 0
	for _, a := range deals {
		states[a.State]++
		forms[a.Form]++
		if a.VerifiedOn == "" {
			never++
		} else if a.Stale {
			stale++
		}
		if !strings.Contains(a.Firm, "（演示）") {
			t.Errorf("%s is not marked", a.Firm)
		}
	}
	if states[plan.DealHolds] < 4 || states[plan.DealEnding] != 1 || never != 1 || stale != 1 || len(forms) != 3 {
		t.Errorf("states %v, forms %v, %d never called, %d long ago", states, forms, never, stale)
	}
	t.Run("a fill that was cut off at its end adds nothing", func(t *testing.T) {
		before := promised(t, d)
		if err := d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.PutSetting(ctx, "demo.filled", "") }); err != nil {
			t.Fatal(err)
		}
		fill(t, d)
		if diff := cmp.Diff(before, promised(t, d)); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
	})
}
