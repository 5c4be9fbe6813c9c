package plan_test

import (
	"testing"

	"changbei/internal/day"
	"changbei/internal/plan"
)

func TestStale(t *testing.T) {
	today := day.Of(2026, 11, 24)
	deal := plan.Deal{FromOn: "2026-01-01", ToOn: "2027-12-31"}
	for _, tc := range []struct {
		name, verified string
		change         func(*plan.Deal)
		want           bool
	}{
		{"never asked", "", nil, true},
		{"asked today", "2026-11-24", nil, false},
		{"asked exactly the limit ago", "2026-08-26", nil, false},
		{"asked a day before the limit", "2026-08-25", nil, true},
		{"never asked and not begun", "", func(d *plan.Deal) { d.FromOn = "2027-01-01" }, true},
		{"never asked and ended", "", func(d *plan.Deal) { d.Ended = true }, false},
		{"never asked and past its term", "", func(d *plan.Deal) { d.ToOn = "2026-11-23" }, false},
		{"never asked on its last day", "", func(d *plan.Deal) { d.ToOn = "2026-11-24" }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := deal
			d.VerifiedOn = tc.verified
			if tc.change != nil {
				tc.change(&d)
			}
			if got := plan.Stale(d, today, plan.VerifyDays); got != tc.want {
				t.Errorf("Stale = %t", got)
			}
		})
	}
}

func TestDealState(t *testing.T) {
	today := day.Of(2026, 11, 24)
	for _, tc := range []struct {
		from, to string
		ended    bool
		want     plan.DealState
		holds    bool
	}{
		{"2026-01-01", "2027-12-31", false, plan.DealHolds, true},
		{"2026-01-01", "2027-02-23", false, plan.DealHolds, true},
		{"2026-01-01", "2027-02-22", false, plan.DealEnding, true},
		{"2026-01-01", "2026-11-24", false, plan.DealEnding, true},
		{"2026-01-01", "2026-11-23", false, plan.DealExpired, false},
		{"2026-11-25", "2027-12-31", false, plan.DealLater, false},
		{"2026-01-01", "2027-12-31", true, plan.DealEnded, false},
	} {
		d := plan.Deal{FromOn: tc.from, ToOn: tc.to, Ended: tc.ended}
		if got := d.State(today); got != tc.want || got.Name() == "" || d.Holds(today.First) != tc.holds {
			t.Errorf("%s to %s, ended %t: %s, holds %t", tc.from, tc.to, tc.ended, got, d.Holds(today.First))
		}
	}
}

// TestEndingLeavesThePastAlone: an agreement held until the day before it was
// ended, so that the figures of days gone by stay as they were.
func TestEndingLeavesThePastAlone(t *testing.T) {
	d := plan.Deal{FromOn: "2026-01-01", ToOn: "2026-12-31", Ended: true, EndedOn: "2026-06-10"}
	for on, want := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-06-09": true, "2026-06-10": false, "2026-07-01": false} {
		if d.Holds(on) != want {
			t.Errorf("on %s it holds: %v", on, !want)
		}
	}
}
