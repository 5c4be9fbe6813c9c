package planning_test

import (
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

func TestExpectedGoods(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newDealRoom(t, e)
		form := func(depot id.ID) planning.ExpectedInput {
			return planning.ExpectedInput{Kind: "delivery", DepotID: depot, Item: "测试饮用水", Qty: "2箱", DueOn: "2026-12-10", Partner: "甲公司", Reference: "合同 1 号"}
		}
		ours, err := r.SaveExpected(t.Context(), r.keeper, form(r.own.ID))
		if err != nil || ours.Qty.String() != "48" {
			t.Fatalf("%+v, %v", ours, err)
		}
		_, err = r.SaveExpected(t.Context(), r.keeper, form(r.other.ID))
		turnedDown(t, err, errs.Invalid, "depot")
		late := form(r.other.ID)
		late.Kind, late.DueOn, late.Item = "return", "2026-11-20", r.tent.Code
		late.Qty = "3"
		theirs, err := r.SaveExpected(t.Context(), r.planner, late)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("lists are cut to the actor's depots, the late ones first", func(t *testing.T) {
			list, err := r.ExpectedList(t.Context(), r.leader)
			if err != nil || len(list.Open) != 2 || list.Open[0].ID != theirs.ID || list.Open[0].Late != 4 || list.Open[0].MayClose || list.Open[1].Late != 0 || len(list.Depots) != 0 {
				t.Errorf("the leader sees %+v, %v", list, err)
			}
			list, err = r.ExpectedList(t.Context(), r.keeper)
			if err != nil || len(list.Open) != 1 || list.Open[0].Item.ID != r.water.ID || list.Open[0].Depot.ID != r.own.ID || !list.Open[0].MayClose || len(list.Depots) != 1 {
				t.Errorf("the keeper sees %+v, %v", list, err)
			}
			_, err = r.ExpectedList(t.Context(), access.Actor{ID: 9, Grants: []access.Grant{{Role: access.System}}})
			turnedDown(t, err, errs.Forbidden)
		})
		t.Run("forms that cannot be meant are refused", func(t *testing.T) {
			_, err := r.SaveExpected(t.Context(), r.planner, planning.ExpectedInput{Item: "没有的", Qty: "0", DueOn: "2036-01-01", Partner: strings.Repeat("字", 101)})
			turnedDown(t, err, errs.Invalid, "depot", "kind", "item", "qty", "due_on", "partner")
			for _, who := range []access.Actor{r.leader, r.street} {
				_, err := r.SaveExpected(t.Context(), who, form(r.own.ID))
				turnedDown(t, err, errs.Forbidden)
			}
		})
		t.Run("one is closed once, by those whose depot it is", func(t *testing.T) {
			_, err := r.CloseExpected(t.Context(), r.leader, ours.ID, plan.ExpectedDone)
			turnedDown(t, err, errs.Forbidden)
			_, err = r.CloseExpected(t.Context(), r.keeper, theirs.ID, plan.ExpectedDone)
			turnedDown(t, err, errs.NotFound)
			_, err = r.CloseExpected(t.Context(), r.keeper, ours.ID, "open")
			turnedDown(t, err, errs.Invalid)
			if _, err := r.CloseExpected(t.Context(), r.keeper, ours.ID, plan.ExpectedDone); err != nil {
				t.Fatal(err)
			}
			_, err = r.CloseExpected(t.Context(), r.planner, ours.ID, plan.ExpectedCancelled)
			turnedDown(t, err, errs.Conflict)
			if got := r.lastAct(t); got != "expected.done 测试饮用水" {
				t.Errorf("audit %q", got)
			}
			list, err := r.ExpectedList(t.Context(), r.planner)
			if err != nil || len(list.Open) != 1 || len(list.Closed) != 1 || list.Closed[0].Status != plan.ExpectedDone || list.Closed[0].ClosedName != "周建国" {
				t.Errorf("%+v, %v", list, err)
			}
		})
	})
}
