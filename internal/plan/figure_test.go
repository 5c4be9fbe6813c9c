package plan_test

import (
	"testing"

	"changbei/internal/plan"
	"changbei/internal/quantity"
)

func TestFigures(t *testing.T) {
	rec := func(id int64, area string, year int, value, at int64) plan.Figure {
		return plan.Figure{ID: idOf(id), Division: area, Name: plan.MovedPeople, Year: year, Value: quantity.Of(value), RecordedAt: at}
	}
	f := plan.NewFigures([]plan.Figure{
		rec(9, "A", 2026, 130, 50), rec(1, "A", 2026, 120, 10), rec(2, "A", 2025, 90, 60), rec(3, "B", 2026, 7, 10), rec(4, "B", 2026, 8, 10),
		{ID: 5, Division: "A", Name: "堤防长度", Year: 2027, Value: 1, RecordedAt: 1},
	})
	t.Run("the newest record of a year counts, whatever its id", func(t *testing.T) {
		if got, ok := f.Of("A", plan.MovedPeople, 2026); !ok || got.ID != 9 {
			t.Errorf("%+v", got)
		}
		if got, _ := f.Of("B", plan.MovedPeople, 2026); got.ID != 4 {
			t.Errorf("of the same instant: %+v", got)
		}
	})
	t.Run("an earlier year corrected later is not the latest figure", func(t *testing.T) {
		if got, ok := f.Latest("A", plan.MovedPeople); !ok || got.ID != 9 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("what a figure took the place of", func(t *testing.T) {
		for now, before := range map[int64]int64{9: 1, 1: 2, 2: 0} {
			at, _ := f.Of("A", plan.MovedPeople, 2026)
			if now == 1 {
				at = rec(1, "A", 2026, 120, 10)
			}
			if now == 2 {
				at, _ = f.Of("A", plan.MovedPeople, 2025)
			}
			if got, _ := f.Before(at); got.ID != idOf(before) {
				t.Errorf("before %d: %+v", now, got)
			}
		}
	})
	t.Run("nothing is known of others", func(t *testing.T) {
		for _, area := range []string{"", "C", "AA"} {
			if got, ok := f.Latest(area, plan.MovedPeople); ok {
				t.Errorf("%s: %+v", area, got)
			}
		}
		if _, ok := f.Of("B", "堤防长度", 2027); ok {
			t.Error("B has no dike")
		}
	})
	if n := len(f.Newest()); n != 4 {
		t.Errorf("%d figures", n)
	}
	if got, _ := f.With(rec(10, "A", 2027, 1, 70)).Latest("A", plan.MovedPeople); got.ID != 10 {
		t.Errorf("with one more: %+v", got)
	}
	if got, _ := f.Latest("A", plan.MovedPeople); got.ID != 9 {
		t.Error("With changed the figures themselves")
	}
}
