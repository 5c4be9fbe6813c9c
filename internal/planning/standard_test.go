package planning_test

import (
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

func TestStandards(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		group, err := w.SaveGroup(basisCtx, basisPlanner, tents(t, w))
		if err != nil {
			t.Fatal(err)
		}
		quilt := w.item(t, "棉被")
		in := planning.StandardInput{Name: "棉被", Target: quilt.Code, Per: "1/2", Cases: []string{"ice", "flood"}, Source: "示例值", Example: true}
		st, err := w.SaveStandard(basisCtx, basisPlanner, in)
		if err != nil || st.Per != 500 || st.Unit != quilt.Unit || strings.Join(st.Cases, ",") != "flood,ice" || !st.Example || st.Position != 1 {
			t.Fatalf("%+v, %v", st, err)
		}
		tent := planning.StandardInput{Name: "帐篷", Target: "等效组 帐篷", Unit: "顶", Per: "0.25", Source: "x"}
		if st, err := w.SaveStandard(basisCtx, basisPlanner, tent); err != nil || st.Target.ID != group.ID || st.Position != 2 {
			t.Fatalf("%+v, %v", st, err)
		}
		for _, tc := range []struct {
			name   string
			change func(*planning.StandardInput)
			fields []string
		}{
			{"goods that serve another need in the same case", func(in *planning.StandardInput) {
				in.Target, in.Cases = quilt.Code, []string{"ice"}
			}, []string{"target"}},
			{"a member of a group that has a standard", func(in *planning.StandardInput) { in.Target, in.Unit = w.item(t, "单帐篷").Code, "" }, []string{"target"}},
			{"nothing per person", func(in *planning.StandardInput) { in.Per = "0" }, []string{"per"}},
			{"a unit that does not convert", func(in *planning.StandardInput) { in.Unit = "吨" }, []string{"unit"}},
			{"unknown goods, no name and no source", func(in *planning.StandardInput) { in.Target, in.Name, in.Source = "火箭", "", "" }, []string{"name", "source", "target"}},
			{"goods without a unit", func(in *planning.StandardInput) { in.Target, in.Unit = w.draft(t, "未定之物").Code, "" }, []string{"target"}},
			{"a case nobody knows", func(in *planning.StandardInput) { in.Cases = []string{"地震"} }, []string{"cases"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				in := planning.StandardInput{Name: "毛毯", Target: w.item(t, "毛毯").Code, Per: "1", Source: "x"}
				tc.change(&in)
				_, err := w.SaveStandard(basisCtx, basisPlanner, in)
				basisRefused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("the refusal names the other standard and the goods", func(t *testing.T) {
			_, err := w.SaveStandard(basisCtx, basisPlanner, planning.StandardInput{Name: "单帐篷", Target: w.item(t, "单帐篷").Code, Per: "1", Source: "x"})
			if m := errs.MessageOf(err); !strings.Contains(m, "标准「帐篷」") || !strings.Contains(m, "单帐篷") {
				t.Error(m)
			}
		})
		t.Run("the same goods in another case are another need", func(t *testing.T) {
			other := in
			other.Name, other.Cases, other.Per = "棉被（林火）", []string{"fire"}, "1"
			if _, err := w.SaveStandard(basisCtx, basisPlanner, other); err != nil {
				t.Error(err)
			}
		})
		t.Run("a group takes in no goods that have a standard of their own", func(t *testing.T) {
			g := tents(t, w)
			g.ID, g.LockNo, g.Members = group.ID, 1, append(g.Members, planning.MemberInput{Item: quilt.Code, Ratio: "1"})
			_, err := w.SaveGroup(basisCtx, basisPlanner, g)
			basisRefused(t, err, errs.Conflict, "members")
			g = tents(t, w)
			g.ID, g.LockNo, g.Retired = group.ID, 1, true
			_, err = w.SaveGroup(basisCtx, basisPlanner, g)
			basisRefused(t, err, errs.Conflict, "retired")
		})
		t.Run("an example is edited into a rule, and put away", func(t *testing.T) {
			mine := in
			mine.ID, mine.LockNo, mine.Example, mine.Source, mine.Daily = st.ID, 1, false, "望应急〔2026〕1号", true
			if got, err := w.SaveStandard(basisCtx, basisPlanner, mine); err != nil || got.Example || got.Position != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			if act := w.lastAct(t); !strings.Contains(act, "standard.update 棉被") || !strings.Contains(act, "每人每天 0.5 床") {
				t.Errorf("the trail says %s", act)
			}
			_, err := w.SaveStandard(basisCtx, basisPlanner, mine)
			basisRefused(t, err, errs.Conflict)
			mine.LockNo, mine.Retired = 2, true
			if _, err := w.SaveStandard(basisCtx, basisPlanner, mine); err != nil {
				t.Fatal(err)
			}
			next := in
			if _, err := w.SaveStandard(basisCtx, basisPlanner, next); err != nil {
				t.Errorf("what is put away bars nothing: %v", err)
			}
		})
		t.Run("a leader looks and does not write", func(t *testing.T) {
			list, err := w.Standards(basisCtx, basisLeader)
			if err != nil || len(list) != 4 || list[0].Target.Kind != plan.OfItem {
				t.Errorf("%+v, %v", list, err)
			}
			_, err = w.SaveStandard(basisCtx, basisLeader, in)
			basisRefused(t, err, errs.Forbidden)
			_, err = w.Standards(basisCtx, basisSystem)
			basisRefused(t, err, errs.Forbidden)
		})
	})
}
