package plan_test

import (
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/plan"
)

// sound is a depot that passes every rule on 25 November 2026.
func sound() plan.Facts {
	return plan.Facts{Stocked: true, TouchedOn: "2026-11-20", CountedOn: "2026-11-03", Keeper: "李红梅", Phone: "13900001002", ReachedOn: "2026-10-01"}
}

func TestJudge(t *testing.T) {
	today := day.Of(2026, 11, 25)
	for name, c := range map[string]struct {
		change func(*plan.Facts)
		rule   plan.Rule
		fact   string
		todo   string // part of the sentence; "" = passes
	}{
		"all is well":                  {func(*plan.Facts) {}, plan.RuleListed, "最近动账 2026-11-20", ""},
		"nothing on the books":         {func(f *plan.Facts) { f.Stocked = false }, plan.RuleListed, "账上没有物资", "请导入台账"},
		"list a year old to the day":   {func(f *plan.Facts) { f.TouchedOn = "2025-11-25" }, plan.RuleListed, "最近动账 2025-11-25", ""},
		"list older than a year":       {func(f *plan.Facts) { f.TouchedOn = "2025-11-24" }, plan.RuleListed, "最近动账 2025-11-24", "已超过 12 个月"},
		"list never touched":           {func(f *plan.Facts) { f.TouchedOn = "" }, plan.RuleListed, "一年没有动账", "请清点后导入"},
		"counted on the first day":     {func(f *plan.Facts) { f.CountedOn = "2026-10-01" }, plan.RuleCounted, "上次清点 2026-10-01", ""},
		"counted the day before":       {func(f *plan.Facts) { f.CountedOn = "2026-09-30" }, plan.RuleCounted, "上次清点 2026-09-30", "本季度（2026-10-01 起）还没有清点"},
		"counted today":                {func(f *plan.Facts) { f.CountedOn = "2026-11-25" }, plan.RuleCounted, "上次清点 2026-11-25", ""},
		"a count dated ahead":          {func(f *plan.Facts) { f.CountedOn = "2026-11-26" }, plan.RuleCounted, "上次清点 2026-11-26", "请发核对表"},
		"never counted":                {func(f *plan.Facts) { f.CountedOn = "" }, plan.RuleCounted, "一年内没有清点", "请发核对表"},
		"something expired":            {func(f *plan.Facts) { f.Expired = 3 }, plan.RuleFresh, "过期 3 批", "3 批物资已过期"},
		"no keeper":                    {func(f *plan.Facts) { f.Keeper = "" }, plan.RuleKeeper, "没有保管员", "保管员姓名"},
		"no phone":                     {func(f *plan.Facts) { f.Phone = "" }, plan.RuleKeeper, "李红梅，没有电话", "保管员李红梅没有登记联系电话"},
		"no phone to call":             {func(f *plan.Facts) { f.Phone = "" }, plan.RulePhone, "没有电话", "请先在储备库资料中填写"},
		"nobody at all":                {func(f *plan.Facts) { f.Keeper, f.Phone = "", "" }, plan.RuleKeeper, "没有保管员", "保管员和联系电话"},
		"answered on the first day":    {func(f *plan.Facts) { f.ReachedOn = "2026-10-01" }, plan.RulePhone, "接通 2026-10-01", ""},
		"answered last quarter":        {func(f *plan.Facts) { f.ReachedOn = "2026-09-30" }, plan.RulePhone, "接通 2026-09-30", "本季度还没有核实"},
		"never called":                 {func(f *plan.Facts) { f.ReachedOn = "" }, plan.RulePhone, "没有核实过", "没有核实过"},
		"no answer lately":             {func(f *plan.Facts) { f.ReachedOn, f.MissedOn = "2026-08-01", "2026-11-02" }, plan.RulePhone, "未接通 2026-11-02", "没有接通"},
		"no answer, but one before":    {func(f *plan.Facts) { f.MissedOn = "2026-11-02" }, plan.RulePhone, "接通 2026-10-01", ""},
		"no answer before an old call": {func(f *plan.Facts) { f.ReachedOn, f.MissedOn = "2026-08-01", "2026-07-01" }, plan.RulePhone, "接通 2026-08-01", "上次接通是 2026-08-01"},
	} {
		t.Run(name, func(t *testing.T) {
			f := sound()
			c.change(&f)
			v := plan.Judge(f, today).Verdict(c.rule)
			if v.Fact != c.fact || v.Pass != (c.todo == "") || !strings.Contains(v.Todo, c.todo) || v.Pass != (v.Todo == "") {
				t.Errorf("%+v, want %q and %q", v, c.fact, c.todo)
			}
		})
	}
}

func TestScoreAddsUp(t *testing.T) {
	today := day.Of(2026, 11, 25)
	for _, c := range []struct {
		facts  plan.Facts
		points int
		grade  plan.Grade
	}{
		{sound(), 100, plan.GradeMet},
		{plan.Facts{Stocked: true, TouchedOn: "2026-11-01", Keeper: "甲", Phone: "1", ReachedOn: "2026-11-01"}, 80, plan.GradeFair},
		{plan.Facts{Stocked: true, TouchedOn: "2026-11-01", Keeper: "甲", Phone: "1"}, 60, plan.GradeFair},
		{plan.Facts{Stocked: true, TouchedOn: "2026-11-01", Keeper: "甲"}, 40, plan.GradePoor},
		{plan.Facts{Expired: 1}, 0, plan.GradePoor},
	} {
		s := plan.Judge(c.facts, today)
		if s.Points != c.points || s.Grade() != c.grade || len(s.Verdicts) != len(plan.Rules) || len(s.Failing()) != (100-c.points)/plan.RulePoints {
			t.Errorf("%+v scores %+v, %s; want %d, %s", c.facts, s, s.Grade().Name(), c.points, c.grade.Name())
		}
		for i, v := range s.Verdicts {
			if v.Rule != plan.Rules[i] || v.Rule.Name() == "" {
				t.Errorf("verdict %d is of %q", i, v.Rule)
			}
		}
	}
}

func TestQuarterStart(t *testing.T) {
	for on, want := range map[string]string{
		"2026-01-01": "2026-01-01 2026 年第 1 季度", "2026-03-31": "2026-01-01 2026 年第 1 季度", "2026-04-01": "2026-04-01 2026 年第 2 季度",
		"2026-06-30": "2026-04-01 2026 年第 2 季度", "2026-07-01": "2026-07-01 2026 年第 3 季度", "2026-09-30": "2026-07-01 2026 年第 3 季度",
		"2026-10-01": "2026-10-01 2026 年第 4 季度", "2026-12-31": "2026-10-01 2026 年第 4 季度",
	} {
		d := day.Day{First: on}
		if got := plan.QuarterStart(d).String() + " " + plan.QuarterName(d); got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

func TestLateIsOpenAfterItsDay(t *testing.T) {
	r := plan.Rectification{Status: plan.RectifyOpen, DueOn: "2026-11-25"}
	if r.Late("2026-11-25") || !r.Late("2026-11-26") {
		t.Error("late from the day after")
	}
	if r.Status = plan.RectifyClosed; r.Late("2026-12-31") {
		t.Error("a closed one is late")
	}
}
