package plan

import (
	"fmt"

	"changbei/internal/day"
)

// Rule is one of the five by which the goods of a street (六有) or a village
// (三有) are judged. The values stand in rectifications and stay.
type Rule string

// The rules.
const (
	RuleListed  Rule = "list"    // goods on the books, and the books alive
	RuleCounted Rule = "counted" // counted this quarter
	RuleFresh   Rule = "fresh"   // nothing expired
	RuleKeeper  Rule = "keeper"  // a keeper named, with a phone
	RulePhone   Rule = "phone"   // that phone answered this quarter
)

// Rules lists them in the order tables show them.
var Rules = []Rule{RuleListed, RuleCounted, RuleFresh, RuleKeeper, RulePhone}

var ruleNames = map[Rule]string{RuleListed: "台账在册", RuleCounted: "本季清点", RuleFresh: "无过期", RuleKeeper: "专人保管", RulePhone: "电话核实"}

// Name gives the column's heading, "" for an unknown rule.
func (r Rule) Name() string { return ruleNames[r] }

// RulePoints is what each rule is worth of FullPoints.
const (
	RulePoints = 20
	FullPoints = 100
)

// ListMonths is how long a list nobody touched still counts as kept.
const ListMonths = 12

// Facts are what a depot is judged by, from live data. Days are ISO, "" =
// never, as far back as anybody looked.
type Facts struct {
	Stocked   bool   // there is something on the books
	TouchedOn string // last day the books moved or were compared
	CountedOn string // last day the goods were counted
	Expired   int    // lots in stock that have expired
	Keeper    string
	Phone     string
	ReachedOn string // last day somebody answered at Phone
	MissedOn  string // last day nobody did
}

// Verdict is how a depot stands by one rule: Fact is what there is, in few
// words; Todo says what is wrong and what to do, "" where it passes.
type Verdict struct {
	Rule Rule
	Pass bool
	Fact string
	Todo string
}

// Grade is one of the three steps of a score, best first.
type Grade int

// The grades.
const (
	GradeMet  Grade = iota // every rule passes
	GradeFair              // 60 points and more
	GradePoor
)

// fairPoints is the lowest score of GradeFair: three rules of five.
const fairPoints = 60

var gradeNames = [...]string{"达标", "待整改", "较差"}

// Name is the grade in words.
func (g Grade) Name() string { return gradeNames[g] }

// Score is the points of a depot with the verdicts they come from.
type Score struct {
	Points   int
	Verdicts []Verdict // in the order of Rules
}

// Grade is the step the points fall in.
func (s Score) Grade() Grade {
	switch {
	case s.Points >= FullPoints:
		return GradeMet
	case s.Points >= fairPoints:
		return GradeFair
	}
	return GradePoor
}

// Failing lists the verdicts that do not pass.
func (s Score) Failing() []Verdict {
	var list []Verdict
	for _, v := range s.Verdicts {
		if !v.Pass {
			list = append(list, v)
		}
	}
	return list
}

// Verdict gives the one of a rule.
func (s Score) Verdict(r Rule) Verdict {
	for _, v := range s.Verdicts {
		if v.Rule == r {
			return v
		}
	}
	return Verdict{Rule: r}
}

// QuarterStart is the first day of the calendar quarter of a day.
func QuarterStart(on day.Day) day.Day {
	t := on.Time()
	return day.Of(t.Year(), (int(t.Month())-1)/3*3+1, 1)
}

// QuarterName writes the quarter of a day: 2026 年第 4 季度.
func QuarterName(on day.Day) string {
	t := on.Time()
	return fmt.Sprintf("%d 年第 %d 季度", t.Year(), (int(t.Month())-1)/3+1)
}

// Judge scores a depot on a day. One founded this quarter is judged as any
// other: its opening is a count, and its phone can be called.
func Judge(f Facts, today day.Day) Score {
	var s Score
	for _, judge := range []func(Facts, day.Day) Verdict{judgeList, judgeCount, judgeExpiry, judgeKeeper, judgePhone} {
		v := judge(f, today)
		if v.Pass {
			s.Points, v.Todo = s.Points+RulePoints, ""
		}
		s.Verdicts = append(s.Verdicts, v)
	}
	return s
}

func judgeList(f Facts, today day.Day) Verdict {
	v := Verdict{Rule: RuleListed, Fact: "最近动账 " + f.TouchedOn}
	switch {
	case !f.Stocked:
		v.Fact, v.Todo = "账上没有物资", "账上没有物资，请导入台账或登记入库。"
	case f.TouchedOn == "":
		v.Fact, v.Todo = "一年没有动账", "台账一年以上没有变动或核对，请清点后导入台账对照。"
	case f.TouchedOn < today.AddMonths(-ListMonths).First:
		v.Todo = fmt.Sprintf("台账自 %s 起没有变动或核对，已超过 %d 个月，请清点后导入台账对照。", f.TouchedOn, ListMonths)
	default:
		v.Pass = true
	}
	return v
}

// inQuarter reports a day within the quarter of today, and not after today.
func inQuarter(on string, today day.Day) bool {
	return on >= QuarterStart(today).First && on <= today.First
}

func judgeCount(f Facts, today day.Day) Verdict {
	v := Verdict{Rule: RuleCounted, Pass: inQuarter(f.CountedOn, today), Fact: "上次清点 " + f.CountedOn}
	v.Todo = fmt.Sprintf("上次清点是 %s，本季度（%s 起）还没有清点，请发核对表或导入盘点表。", f.CountedOn, QuarterStart(today))
	if f.CountedOn == "" {
		v.Fact, v.Todo = "一年内没有清点", "一年内没有清点记录，请发核对表或导入盘点表。"
	}
	return v
}

func judgeExpiry(f Facts, _ day.Day) Verdict {
	if f.Expired == 0 {
		return Verdict{Rule: RuleFresh, Pass: true, Fact: "没有过期"}
	}
	return Verdict{Rule: RuleFresh, Fact: fmt.Sprintf("过期 %d 批", f.Expired),
		Todo: fmt.Sprintf("有 %d 批物资已过期仍在账上，请清出并办理报废。", f.Expired)}
}

func judgeKeeper(f Facts, _ day.Day) Verdict {
	v := Verdict{Rule: RuleKeeper, Fact: f.Keeper}
	switch {
	case f.Keeper == "" && f.Phone == "":
		v.Fact, v.Todo = "没有保管员", "没有登记保管员和联系电话，请在储备库资料中填写。"
	case f.Keeper == "":
		v.Fact, v.Todo = "没有保管员", "没有登记保管员姓名，请在储备库资料中填写。"
	case f.Phone == "":
		v.Fact, v.Todo = f.Keeper+"，没有电话", fmt.Sprintf("保管员%s没有登记联系电话，请在储备库资料中填写。", f.Keeper)
	default:
		v.Pass = true
	}
	return v
}

func judgePhone(f Facts, today day.Day) Verdict {
	v := Verdict{Rule: RulePhone, Fact: "接通 " + f.ReachedOn}
	switch {
	case f.Phone == "":
		v.Fact, v.Todo = "没有电话", "没有登记联系电话，请先在储备库资料中填写，再打电话核实。"
	case inQuarter(f.ReachedOn, today):
		v.Pass = true
	case f.MissedOn != "" && f.MissedOn >= f.ReachedOn:
		v.Fact, v.Todo = "未接通 "+f.MissedOn, fmt.Sprintf("%s 拨打 %s 没有接通，请再打，打不通就核实并更正电话。", f.MissedOn, f.Phone)
	case f.ReachedOn == "":
		v.Fact, v.Todo = "没有核实过", fmt.Sprintf("电话 %s 没有核实过，请打电话核实并登记。", f.Phone)
	default:
		v.Todo = fmt.Sprintf("电话 %s 上次接通是 %s，本季度还没有核实，请打电话核实并登记。", f.Phone, f.ReachedOn)
	}
	return v
}
