package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
)

// A leader sees three plans for a street's request, and the one taken is an
// approved order with its loads.
func TestLeaderTakesOneOfThreePlans(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	req, err := r.uses.Dispatching.SendRequest(context.Background(), r.actor(t, "street"), dispatching.RequestInput{ClientKey: inventory.NewKey(), ResponseID: r.response.ID,
		DepotID: r.gtl.ID, Kind: "flood", Place: "中学<b>操场</b>", MovedPeople: 20, Lines: []dispatching.NeedInput{{Target: plan.Target{Kind: plan.OfItem, ID: r.first.Item.ID}, Needed: "3"}}})
	if err != nil {
		t.Fatal(err)
	}
	leader := r.as(t, "leader")
	p := leader.get(t, "/sources?request="+req.ID.String()).want(t, http.StatusOK).clean(t)
	if p.Find(".cb-plan").Length() != 3 || !strings.Contains(p.text("#plan-fastest"), "按此方案下达") {
		t.Fatalf("%q", p.text("main"))
	}
	for _, part := range []string{"最快到达", "保留底线", "先到期先用", "全部满足", "最后到达"} {
		if !strings.Contains(p.text(".cb-plans"), part) {
			t.Errorf("the plans lack %q: %q", part, p.text(".cb-plans"))
		}
	}
	got := leader.postForm(t, p, "#sources", typed("act", "take.fastest", "document_no", "望应急调〔2026〕9号")).want(t, http.StatusOK)
	if !strings.HasPrefix(got.URL.Path, "/orders/") && !strings.Contains(got.text("main"), "ZL-") {
		t.Fatalf("%s %q", got.URL, got.text("main"))
	}
	list, err := r.uses.Dispatching.Orders(context.Background(), r.actor(t, "leader"), dispatching.OrderQuery{RequestID: req.ID})
	if err != nil || len(list.Orders) != 1 || list.Orders[0].Status != order.Approved || len(list.Orders[0].Shipments) == 0 || list.Orders[0].DocumentNo != "望应急调〔2026〕9号" {
		t.Errorf("%+v %v", list.Orders, err)
	}
	// The page that was left open: the same key, so nothing is sent twice.
	leader.postForm(t, p, "#sources", typed("act", "take.fastest")).want(t, http.StatusOK)
	if list, _ = r.uses.Dispatching.Orders(context.Background(), r.actor(t, "leader"), dispatching.OrderQuery{}); len(list.Orders) != 1 {
		t.Errorf("%d orders", len(list.Orders))
	}
}

// A planner's list by hand: what is wrong is said at its field, what was typed
// stays, and the plan waits for a leader.
func TestPlannerWorksPlansOutByHand(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	u := r.as(t, "planner")
	p := u.get(t, "/sources").want(t, http.StatusOK).clean(t)
	bad := u.postForm(t, p, "#sources", typed("act", "plan", "line.1.item", "没有的东西", "line.1.qty", "5")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("main"), "没有「没有的东西」") || bad.Find(`input[name="line.1.item"]`).AttrOr("value", "") != "没有的东西" {
		t.Errorf("%q", bad.text("main"))
	}
	fill := typed("act", "plan", "target.1.desk", r.gtl.ID.String(), "target.1.name", "安置点", "line.1.item", r.first.Item.Name, "line.1.item_id", r.first.Item.ID.String(), "line.1.qty", "x")
	bad = u.postForm(t, p, "#sources", fill).want(t, http.StatusUnprocessableEntity)
	if bad.Find("td.is-bad").Length() != 1 {
		t.Errorf("%q", bad.text("#what"))
	}
	fill.Set("line.1.qty", "2")
	plans := u.postForm(t, p, "#sources", fill).want(t, http.StatusOK)
	if plans.Find(".cb-plan").Length() != 3 || !strings.Contains(plans.text("#plan-fastest"), "提交审批") {
		t.Fatalf("%q", plans.text("main"))
	}
	u.postForm(t, plans, "#sources", typed("act", "take.fastest", "digest.fastest", "0000000000000000")).want(t, http.StatusConflict)
	u.postForm(t, plans, "#sources", typed("act", "take.fastest")).want(t, http.StatusOK)
	list, err := r.uses.Dispatching.Orders(context.Background(), r.actor(t, "leader"), dispatching.OrderQuery{})
	if err != nil || len(list.Orders) != 1 || list.Orders[0].Status != order.Proposed {
		t.Errorf("%+v %v", list.Orders, err)
	}
	for _, who := range []string{"keeper", "street", "audit"} {
		r.as(t, who).get(t, "/sources").want(t, http.StatusForbidden)
	}
}
