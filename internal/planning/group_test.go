package planning_test

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// draft makes goods whose unit nobody has said yet.
func (w *basisWorld) draft(t *testing.T, name string) catalog.Item {
	t.Helper()
	it := catalog.Item{Code: "DRAFT1", Name: name, Draft: true, CategoryID: w.item(t, "棉被").CategoryID}
	w.tx(t, func(tx *store.Tx) error {
		it.ID = tx.NewID()
		return tx.InsertItems(basisCtx, it)
	})
	return it
}

func tents(t *testing.T, w *basisWorld) planning.GroupInput {
	t.Helper()
	return planning.GroupInput{Name: "帐篷", Unit: "顶", Remark: "折 12㎡", Members: []planning.MemberInput{
		{Item: plan.TypedItem(w.item(t, "单帐篷")), Ratio: "1"}, {}, {Item: w.item(t, "班用帐篷").Code, Ratio: "２.5"}}}
}

func TestGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		in := tents(t, w)
		g, err := w.SaveGroup(basisCtx, basisPlanner, in)
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Groups(basisCtx, basisLeader)
		if err != nil || len(list) != 1 || len(list[0].Members) != 2 || list[0].Unit != "顶" {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, m := range list[0].Members {
			if m.ItemID == w.item(t, "班用帐篷").ID && m.Ratio != (plan.Ratio{Num: 5, Den: 2}) {
				t.Errorf("2.5 is kept as %v", m.Ratio)
			}
		}
		if act := w.lastAct(t); !strings.Contains(act, "group.create 帐篷") || !strings.Contains(act, "班用帐篷 折 5/2") {
			t.Errorf("the trail says %s", act)
		}
		quilt, blanket := w.item(t, "棉被"), w.item(t, "毛毯")
		good := planning.GroupInput{Name: "被子", Unit: "床", Members: []planning.MemberInput{{Item: quilt.Code, Ratio: "1"}}}
		hidden := w.draft(t, "未定单位之物")
		for _, tc := range []struct {
			name   string
			change func(*planning.GroupInput)
			fields []string
		}{
			{"a name in use", func(in *planning.GroupInput) { in.Name = "帐 篷" }, []string{"name"}},
			{"no name and no unit", func(in *planning.GroupInput) { in.Name, in.Unit = "", " " }, []string{"name", "unit"}},
			{"a member twice", func(in *planning.GroupInput) {
				in.Members = append(in.Members, planning.MemberInput{Item: quilt.Label(), Ratio: "2"})
			}, []string{"member.2.item"}},
			{"a member of another group", func(in *planning.GroupInput) { in.Members[0].Item = w.item(t, "单帐篷").Code }, []string{"member.1.item"}},
			{"a draft", func(in *planning.GroupInput) { in.Members[0].Item = hidden.Code }, []string{"member.1.item"}},
			{"unknown goods that count nothing", func(in *planning.GroupInput) { in.Members[0] = planning.MemberInput{Item: "火箭", Ratio: "0"} }, []string{"member.1.item", "member.1.ratio"}},
			{"a member without a ratio", func(in *planning.GroupInput) { in.Members[0].Ratio = "" }, []string{"member.1.ratio"}},
			{"no member", func(in *planning.GroupInput) { in.Members = []planning.MemberInput{{}} }, []string{"members"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				in := good
				in.Members = append([]planning.MemberInput(nil), good.Members...)
				tc.change(&in)
				_, err := w.SaveGroup(basisCtx, basisPlanner, in)
				basisRefused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a leader makes none", func(t *testing.T) {
			_, err := w.SaveGroup(basisCtx, basisLeader, good)
			basisRefused(t, err, errs.Forbidden)
		})
		t.Run("two editors do not undo each other", func(t *testing.T) {
			in := in
			in.ID, in.LockNo, in.Name = g.ID, 1, "帐篷（当量）"
			if _, err := w.SaveGroup(basisCtx, basisPlanner, in); err != nil {
				t.Fatal(err)
			}
			in.Name = "别的"
			_, err := w.SaveGroup(basisCtx, basisPlanner, in)
			basisRefused(t, err, errs.Conflict)
			in.ID = 77
			_, err = w.SaveGroup(basisCtx, basisPlanner, in)
			basisRefused(t, err, errs.NotFound)
		})
		uses := plan.Target{Kind: plan.OfGroup, ID: g.ID}
		t.Run("a group a plan uses is not put away, nor its unit changed", func(t *testing.T) {
			w.plan(t, "旧计划", plan.Superseded, plan.Line{No: 1, Scope: plan.Scope{Kind: plan.District}, Target: uses, Unit: "顶", Standard: quantity.One})
			w.plan(t, "汛期计划", plan.Draft, plan.Line{No: 1, Scope: plan.Scope{Kind: plan.District}, Target: uses, Unit: "顶", Standard: quantity.One},
				plan.Line{No: 2, Scope: plan.Scope{Kind: plan.District}, Target: plan.Target{Kind: plan.OfItem, ID: blanket.ID}, Unit: "床", Standard: quantity.One})
			in := in
			in.ID, in.LockNo, in.Retired = g.ID, 2, true
			_, err := w.SaveGroup(basisCtx, basisPlanner, in)
			basisRefused(t, err, errs.Conflict, "retired")
			if !strings.Contains(errs.MessageOf(err), "汛期计划") {
				t.Error(errs.MessageOf(err))
			}
			in.Retired, in.Unit = false, "套"
			_, err = w.SaveGroup(basisCtx, basisPlanner, in)
			basisRefused(t, err, errs.Conflict, "unit")
		})
		t.Run("goods another line of the plan counts do not come in", func(t *testing.T) {
			in := in
			in.ID, in.LockNo = g.ID, 2
			in.Members = append(in.Members, planning.MemberInput{Item: blanket.Code, Ratio: "1"})
			_, err := w.SaveGroup(basisCtx, basisPlanner, in)
			basisRefused(t, err, errs.Conflict, "members")
			in.Members[len(in.Members)-1].Item = quilt.Code
			if _, err := w.SaveGroup(basisCtx, basisPlanner, in); err != nil {
				t.Error(err)
			}
		})
		t.Run("what was put away frees its goods and its name stays taken", func(t *testing.T) {
			old, err := w.SaveGroup(basisCtx, basisPlanner, planning.GroupInput{Name: "毯", Unit: "床", Members: []planning.MemberInput{{Item: blanket.Code, Ratio: "1"}}})
			if err != nil {
				t.Fatal(err)
			}
			put := planning.GroupInput{ID: old.ID, LockNo: 1, Name: "毯", Unit: "床", Members: []planning.MemberInput{{Item: blanket.Code, Ratio: "1"}}, Retired: true}
			if _, err := w.SaveGroup(basisCtx, basisPlanner, put); err != nil {
				t.Fatal(err)
			}
			again := planning.GroupInput{Name: "毯二", Unit: "床", Members: put.Members}
			if _, err := w.SaveGroup(basisCtx, basisPlanner, again); err != nil {
				t.Error(err)
			}
			put.Retired, put.LockNo = false, 2
			_, err = w.SaveGroup(basisCtx, basisPlanner, put)
			basisRefused(t, err, errs.Invalid, "member.1.item")
			again.Name = "毯"
			_, err = w.SaveGroup(basisCtx, basisPlanner, again)
			basisRefused(t, err, errs.Invalid, "member.1.item", "name")
		})
	})
}

func TestGoodsAtOnceInTwoGroupsEndInOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newBasisWorld(t, e)
		quilt := w.item(t, "棉被").Code
		ended := make(chan error)
		const editors = 4
		for n := range editors {
			go func() {
				_, err := w.SaveGroup(basisCtx, basisPlanner, planning.GroupInput{Name: fmt.Sprint("组", n), Unit: "床", Members: []planning.MemberInput{{Item: quilt, Ratio: "1"}}})
				ended <- err
			}()
		}
		saved := 0
		for range editors {
			if err := <-ended; err == nil {
				saved++
			} else {
				basisRefused(t, err, errs.Invalid, "member.1.item")
			}
		}
		if saved != 1 {
			t.Errorf("%d groups hold the same goods", saved)
		}
	})
}
