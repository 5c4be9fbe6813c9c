package demo_test

import (
	"strings"
	"testing"

	"changbei/internal/demo"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

func TestDemoHasWhatPlansAreComputedFrom(t *testing.T) {
	d := deps(storetest.SQLite().Open(t, clock), demo.Size{Streets: 16, Months: 1, Plain: true})
	fill(t, d)
	sheet, err := d.Planning.FigureSheet(ctx, planner, planning.FigureQuery{})
	if err != nil || sheet.Chosen.Name != plan.MovedPeople || len(sheet.Rows) != 17 {
		t.Fatalf("%+v, %v", sheet, err)
	}
	for _, r := range sheet.Rows[1:] {
		if v := int64(r.Now.Value) / 1000; v < 30 || v > 400 || !strings.HasPrefix(r.Now.Source, "演示值") || r.Before.ID == 0 {
			t.Errorf("%s: %+v", r.Area.Name, r.Now)
		}
	}
	standards, err := d.Planning.Standards(ctx, planner)
	if err != nil || len(standards) < 6 {
		t.Fatalf("%v, %v", standards, err)
	}
	for _, st := range standards {
		if !st.Example || st.Retired {
			t.Errorf("%s is not marked as an example", st.Name)
		}
	}
	roads, err := d.Planning.RoadSheet(ctx, planner, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roads.Rows {
		if r.Minutes < 12 || r.Minutes > 55 || r.Source != "演示值" {
			t.Errorf("to %s: %d minutes, %s", r.Depot.Name, r.Minutes, r.Source)
		}
	}
	if roads.Known <= len(roads.Rows) || roads.Known >= roads.Pairs {
		t.Errorf("%d of %d pairs are known: some are to stay unknown", roads.Known, roads.Pairs)
	}
	// One street was counted again after next year's draft was computed.
	if list, err := d.Planning.FigureEffects(ctx, planner); err != nil || len(list) != 1 || list[0].Area != "铜官街道" || list[0].Becomes <= list[0].Standard {
		t.Errorf("%v, %v", list, err)
	}
}
