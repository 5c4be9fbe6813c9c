package view_test

import (
	"testing"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/ledger"
	"changbei/internal/web/view"
)

func TestExpiryTag(t *testing.T) {
	today := day.Of(2026, 11, 25)
	month := day.Day{First: "2026-11-01", Precision: day.ToMonth}
	for name, c := range map[string]struct {
		expires day.Day
		want    view.Tag
	}{
		"none stated":               {day.Day{}, view.Tag{}},
		"yesterday":                 {day.Of(2026, 11, 24), view.Tag{Text: "已过期 1 天", Tone: "is-bad", Icon: "circle-x"}},
		"today still holds":         {today, view.Tag{Text: "剩 0 天", Tone: "is-bad", Icon: "alert-triangle"}},
		"a month holds to its end":  {month, view.Tag{Text: "剩 5 天", Tone: "is-bad", Icon: "alert-triangle"}},
		"inside a month":            {day.Of(2026, 12, 25), view.Tag{Text: "剩 30 天", Tone: "is-bad", Icon: "alert-triangle"}},
		"inside a quarter":          {day.Of(2026, 12, 26), view.Tag{Text: "剩 31 天", Tone: "is-warn", Icon: "alert-triangle"}},
		"the quarter's last day":    {day.Of(2027, 2, 23), view.Tag{Text: "剩 90 天", Tone: "is-warn", Icon: "alert-triangle"}},
		"later is no one's concern": {day.Of(2027, 2, 24), view.Tag{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := view.ExpiryTag(c.expires, today); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestEveryTypeHasATag(t *testing.T) {
	for _, typ := range ledger.Types {
		if tag := view.TypeTag(typ); tag.Text == "" || tag.Icon == "" {
			t.Errorf("%s: %+v", typ, tag)
		}
	}
}

func TestRoleNamesAreSaidOnce(t *testing.T) {
	got := view.RoleNames([]access.Grant{{Role: access.Keeper, DepotID: 1}, {Role: access.Keeper, DepotID: 2}, {Role: access.Planner}})
	if got != "仓库保管员、计划员" {
		t.Error(got)
	}
}

func TestWhenIsShanghaiTime(t *testing.T) {
	if got := view.When(1_795_536_000_000_000); got != "2026-11-25 00:00" {
		t.Error(got)
	}
	if view.When(0) != "" {
		t.Error("never has a time")
	}
}
