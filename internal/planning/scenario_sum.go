package planning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/plan"
	"changbei/internal/quantity"
)

// StandardSum is a standard over all streets of a case. RunsOut is the first
// day somebody goes short of it, 0 = never.
type StandardSum struct {
	plan.Standard
	Need, Own, Moved, Short quantity.Q
	RunsOut                 int
}

// Rate is how much of the need is met.
func (s StandardSum) Rate() plan.Rate { return plan.RateOf(s.Need-s.Short, s.Need) }

// Sums adds the outcomes up per standard.
func (out Scenario) Sums() []StandardSum {
	list := make([]StandardSum, len(out.Standards))
	for i, st := range out.Standards {
		list[i].Standard = st
		for _, o := range out.Outcomes {
			if o.Standard.ID == st.ID {
				list[i].add(o)
			}
		}
	}
	return list
}

func (s *StandardSum) add(o plan.Outcome) {
	s.Need, s.Own, s.Moved, s.Short = s.Need+o.Need, s.Own+o.Own, s.Moved+o.Moved, s.Short+o.Short
	if o.RunsOut > 0 && (s.RunsOut == 0 || o.RunsOut < s.RunsOut) {
		s.RunsOut = o.RunsOut
	}
}

// Called names the case: by its own name, else by its kind.
func (out Scenario) Called() string {
	return cmp.Or(out.Input.Name, plan.CaseName(out.Input.Case), "情景")
}

// Title says what was thought through, in one line.
func (out Scenario) Title() string {
	return fmt.Sprintf("%s：%d 个街镇、%s 人、%d 天", out.Called(), len(out.Streets), quantity.Of(out.People).Grouped(), out.Input.Days)
}

// Verdict says in a sentence whether there is enough, and what runs out first,
// where and when. judged is false where no standard says what is needed.
func (out Scenario) Verdict() (sentence string, enough, judged bool) {
	if len(out.Standards) == 0 {
		return "没有适用的保障标准，算不出够不够。", false, false
	}
	if out.First < 0 {
		return "按这些标准，现有库存调拨之后全部能满足。", true, true
	}
	o := out.Outcomes[out.First]
	return fmt.Sprintf("最先用完的是%s：%s第 %d 天起不足，全程缺 %s %s。", o.Standard.Name, out.Streets[o.Street].Name, o.RunsOut, o.Short.Grouped(), o.Standard.Unit), false, true
}

// ShortStreets names the streets that go short of a standard.
func (out Scenario) ShortStreets(st plan.Standard) []string {
	var names []string
	for _, o := range out.Outcomes {
		if o.Standard.ID == st.ID && o.Short > 0 && !slices.Contains(names, out.Streets[o.Street].Name) {
			names = append(names, out.Streets[o.Street].Name)
		}
	}
	return names
}

// OffDepots names the depots that cannot be used in the case.
func (out Scenario) OffDepots() string {
	var names []string
	for _, d := range out.Input.Off {
		if dep, ok := out.Depots.Depot(d); ok {
			names = append(names, dep.Name)
		}
	}
	return strings.Join(names, "、")
}
