package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

// keepAtLeast brings a plan into force under which so much of an item stays at
// the district's depot.
func (r *relief) keepAtLeast(t testing.TB, item, minimum string) {
	t.Helper()
	ctx, planner := context.Background(), r.actor(t, "planner")
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := r.uses.Planning.CreatePlan(ctx, planner, planning.PlanInput{Year: "2026", Season: plan.WholeYear, Name: "储备计划"})
	ok(err)
	lock := func() int64 {
		whole, err := r.uses.Planning.Plan(ctx, planner, p.ID)
		ok(err)
		return whole.Plan.LockNo
	}
	ok(r.uses.Planning.SaveLines(ctx, planner, p.ID, lock(), plan.Scope{Kind: plan.AtDepot, DepotID: r.center.ID},
		[]planning.LineInput{{Target: item, Minimum: minimum, Standard: "900000", Forms: []plan.Form{plan.Physical}}}))
	ok(r.uses.Planning.SubmitPlan(ctx, planner, p.ID, lock()))
	ok(r.uses.Planning.DecidePlan(ctx, r.actor(t, "leader"), p.ID, lock(), planning.Verdict{Approve: true, Document: "望应急〔2026〕1号"}))
}

func TestLeaderApprovesKnowingWhatRemains(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	r.keepAtLeast(t, r.first.Code, r.first.Free.String())
	o := r.propose(t, r.line(r.first.Item, "5"), r.line(r.second.Item, "3"))
	leader := r.as(t, "leader")
	p := leader.get(t, orderPath(o)).want(t, http.StatusOK).clean(t)
	slip := p.text(".cb-slip li:first-child")
	left := r.first.Free - 5000
	for _, part := range []string{r.first.Name, "5" + r.first.Unit, r.center.Name, "可调 " + r.first.Free.Grouped(), "批准后剩 " + left.Grouped(), "低于最低储备 " + r.first.Free.Grouped()} {
		if !strings.Contains(strings.ReplaceAll(slip, " ", ""), strings.ReplaceAll(part, " ", "")) {
			t.Errorf("the slip lacks %q: %q", part, slip)
		}
	}
	if got := p.text(".cb-slip li:last-child"); strings.Contains(got, "最低储备") {
		t.Errorf("no plan speaks of the second: %q", got)
	}
	if got := p.text(".cb-slipcard header"); !strings.Contains(got, "高塘岭<b>中学</b>") || p.Find(`.cb-slipcard a[href="tel:07318806"]`).Length() != 1 {
		t.Errorf("to whom: %q", got)
	}
	if first := p.Find("main section").First(); !first.HasClass("cb-slipcard") || p.Find(`.cb-decide button[form="approve"]`).Length() != 1 || p.Find(`.cb-decide a[href="#refuse"]`).Length() != 1 {
		t.Error("what to approve and the two buttons do not come first")
	}
	bad := leader.postForm(t, p, "#refuse form", typed("decision", " ")).want(t, http.StatusUnprocessableEntity)
	if !bad.Find("#refuse").HasClass("is-open") || !strings.Contains(bad.text("#refuse .cb-error"), "理由") {
		t.Errorf("a refusal without a reason: %q", bad.text("#refuse"))
	}
	bad = leader.postForm(t, p, "#approve", typed("document_no", "望〔2026〕9号", "signed_on", "2027-01-01")).want(t, http.StatusUnprocessableEntity)
	if v := formValues(bad.Find("#approve")); v.Get("document_no") != "望〔2026〕9号" || v.Get("signed_on") != "2027-01-01" || bad.Find("#approve details[open] .cb-field.is-bad").Length() != 1 {
		t.Errorf("refused as %q keeping %v", bad.text("#approve"), v)
	}
	done := leader.postForm(t, p, "#approve", typed("document_no", "望〔2026〕9号", "signed_on", "2026-11-24")).want(t, http.StatusOK)
	if !strings.Contains(done.text(".cb-flash.is-ok"), "1 车待备货") || done.Find(".cb-decide, #refuse, #approve").Length() != 0 || !strings.Contains(done.text("main"), "望〔2026〕9号") {
		t.Errorf("approved: %q", done.text("main"))
	}
	leader.postForm(t, p, "#approve", typed("document_no", "望〔2026〕9号")).want(t, http.StatusOK) // the second tap
	late := leader.postForm(t, p, "#refuse form", typed("decision", "不要了")).want(t, http.StatusConflict)
	if !strings.Contains(late.text(".cb-flash"), "已由") {
		t.Errorf("a late refusal is told %q", late.text(".cb-flash"))
	}
	if steps := done.Find(".cb-six li"); steps.Length() != 6 || !steps.Eq(1).HasClass("is-done") || !strings.Contains(steps.Eq(1).Text(), "贺志远") || !steps.Eq(2).HasClass("is-next") {
		t.Errorf("the six times: %q", done.text("#times"))
	}
	r.mustCheck(t)
}

func TestLeaderRefusesAndNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	leader := r.as(t, "leader")
	short := r.propose(t, r.line(r.first.Item, (r.first.Free+1000).String()))
	p := leader.get(t, orderPath(short)).want(t, http.StatusOK)
	if got := p.text("main"); !strings.Contains(got, "不够，差 1 "+r.first.Unit) || !strings.Contains(got, "现在批准会被退回") {
		t.Errorf("too much: %q", p.text("main"))
	}
	bad := leader.postForm(t, p, "#approve", nil).want(t, http.StatusConflict)
	if !strings.Contains(bad.text(".cb-flash"), "不够") {
		t.Errorf("approved all the same: %q", bad.text(".cb-flash"))
	}
	no := leader.postForm(t, p, "#refuse form", typed("decision", "先用<u>街道</u>自己的")).want(t, http.StatusOK)
	if got := no.text(".cb-head"); !strings.Contains(got, "未批准") || !strings.Contains(got, "先用<u>街道</u>自己的") || !strings.Contains(no.text("#times"), "不批准") {
		t.Errorf("refused: %q", no.text("main"))
	}
	t.Run("a planner sees it and takes it back, and cannot decide", func(t *testing.T) {
		o := r.propose(t, r.line(r.first.Item, "1"))
		u := r.as(t, "planner")
		p := u.get(t, orderPath(o)).want(t, http.StatusOK)
		if p.Find("#approve, #refuse, .cb-decide").Length() != 0 {
			t.Error("a planner is offered to decide")
		}
		u.post(t, orderPath(o)+"/approve", nil).want(t, http.StatusForbidden)
		bad := u.postForm(t, p, "#cancel form", typed("decision", "")).want(t, http.StatusUnprocessableEntity)
		if bad.Find("#cancel[open] .cb-error").Length() != 1 {
			t.Errorf("without a reason: %q", bad.text("#cancel"))
		}
		p = u.postForm(t, p, "#cancel form", typed("decision", "写错了")).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-head"), "已取消") || p.Find("#cancel").Length() != 0 {
			t.Errorf("taken back: %q", p.text("main"))
		}
	})
	t.Run("who drew it up is told why they cannot decide", func(t *testing.T) {
		both := r.actor(t, "leader")
		both.Grants = append(both.Grants, access.Grant{Role: access.Planner})
		o, err := r.uses.Dispatching.Propose(context.Background(), both, dispatching.OrderInput{ClientKey: strings.Repeat("k", 20), Targets: []dispatching.TargetInput{r.toPoint()},
			Lines: []dispatching.LineInput{r.line(r.first.Item, "1")}})
		if err != nil {
			t.Fatal(err)
		}
		p := r.as(t, "leader").get(t, orderPath(o)).want(t, http.StatusOK)
		if p.Find(".cb-decide").Length() != 0 || !strings.Contains(p.text("main"), "另一位领导") {
			t.Errorf("%q", p.text("main"))
		}
	})
}

func TestOrderIsChangedAndCancelledWhileOpen(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	leader := r.as(t, "leader")
	o := r.approved(t, r.line(r.first.Item, "5"))
	p := leader.get(t, orderPath(o)).want(t, http.StatusOK)
	bad := leader.postForm(t, p, "#change form", typed("line.1.item", "没有的物资", "line.1.qty", "约三", "line.3.item", r.second.Code, "line.3.qty", "4", "line.3.depot", r.center.ID.String(), "reason", "又转移一批")).want(t, http.StatusUnprocessableEntity)
	v := formValues(bad.Find("#change form"))
	if bad.Find("#change[open] .cb-errors a").Length() == 0 || v.Get("line.1.item") != "没有的物资" || v.Get("line.2.item") != r.second.Code || v.Get("line.2.depot") != r.center.ID.String() || v.Get("reason") != "又转移一批" {
		t.Errorf("refused as %q keeping %v", bad.text("#change"), v)
	}
	more := typed("line.1.item", r.second.Code, "line.1.qty", "4", "line.1.depot", r.center.ID.String(), "reason", "又转移一批")
	done := leader.postForm(t, p, "#change form", more).want(t, http.StatusOK)
	if done.Find(".cb-slip li").Length() != 2 || done.Find(".cb-load").Length() != 2 {
		t.Errorf("with a line more: %q", done.text("main"))
	}
	again := leader.postForm(t, p, "#change form", more).want(t, http.StatusConflict)
	if !strings.Contains(again.text(".cb-flash"), "刚刚有变动") || len(r.order(t, o.ID).Lines) != 2 {
		t.Errorf("the second tap: %q", again.text(".cb-flash"))
	}
	keeper := r.as(t, "keeper")
	load := keeper.get(t, loadPath(r.order(t, o.ID), 1)).want(t, http.StatusOK)
	bad = keeper.postForm(t, load, "#cancel form", typed("reason", "")).want(t, http.StatusUnprocessableEntity)
	if bad.Find("#cancel[open] .cb-error").Length() != 1 {
		t.Errorf("a load given up without a reason: %q", bad.text("#cancel"))
	}
	load = keeper.postForm(t, load, "#cancel form", typed("reason", "车坏了")).want(t, http.StatusOK)
	if !strings.Contains(load.text(".cb-head"), "已取消") {
		t.Errorf("%q", load.text("main"))
	}
	if got := leader.get(t, orderPath(o)).text(".cb-slip li:last-child"); !strings.Contains(got, "放弃 4") {
		t.Errorf("the line says %q", got)
	}
	keeper.post(t, orderPath(o)+"/cancel", typed("decision", "不要了")).want(t, http.StatusForbidden)
	gone := leader.postForm(t, leader.get(t, orderPath(o)), "#cancel form", typed("decision", "雨停了")).want(t, http.StatusOK)
	if !strings.Contains(gone.text(".cb-head"), "已取消") || !strings.Contains(gone.text(".cb-flash"), "放开") {
		t.Errorf("cancelled: %q", gone.text("main"))
	}
	if n := leader.get(t, orderPath(r.sent(t, r.line(r.first.Item, "1")))).Find("#cancel").Length(); n != 0 {
		t.Error("an order with goods on the road is offered to be cancelled")
	}
	r.mustCheck(t)
}

func TestPapersAreHandedInOnTheOrder(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	o := r.byWord(t, "2")
	keeper, leader := r.as(t, "keeper"), r.as(t, "leader")
	form := func(kind string) string { return `#papers form:has(input[value="` + kind + `"])` }
	p := keeper.get(t, orderPath(o)).want(t, http.StatusOK).clean(t)
	if p.Find("#papers li").Length() != 3 || p.Find(form("second")).Length() != 0 || !strings.Contains(p.text("#times"), "贺志远（电话）") {
		t.Errorf("papers: %q", p.text("main"))
	}
	bad := keeper.postForm(t, p, form("written"), typed("document_no", "")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text(form("written")+" .cb-error"), "文号") {
		t.Errorf("without a number: %q", bad.text("#papers"))
	}
	bad = keeper.postForm(t, p, form("receipt"), typed("note", "张三签收")).want(t, http.StatusConflict)
	if !strings.Contains(bad.text("main"), "还有 1 车没有签收") {
		t.Errorf("a receipt while all is on the road: %q", bad.text("main"))
	}
	p = keeper.postForm(t, p, form("written"), typed("document_no", "望应急调〔2026〕8号")).want(t, http.StatusOK)
	if got := p.text("#papers li:first-child"); !strings.Contains(got, "已补") || !strings.Contains(got, "8号") {
		t.Errorf("handed in: %q", got)
	}
	keeper.post(t, orderPath(o)+"/papers", url.Values{"kind": {"second"}}).want(t, http.StatusForbidden)
	p = leader.postForm(t, leader.get(t, orderPath(o)), form("second"), nil).want(t, http.StatusOK)
	if p.Find("#papers .cb-tag.is-ok").Length() != 2 {
		t.Errorf("signed again: %q", p.text("#papers"))
	}
	leader.post(t, orderPath(o)+"/papers", url.Values{"kind": {"second"}}).want(t, http.StatusConflict)
	street := r.as(t, "street")
	street.postForm(t, street.get(t, loadPath(o, 0)), "#sign form", nil).want(t, http.StatusOK)
	if got := keeper.get(t, orderPath(o)).text("#papers li:last-child"); !strings.Contains(got, "已补") || !strings.Contains(got, "手机签收") {
		t.Errorf("the signature is the receipt: %q", got)
	}
	if r.order(t, o.ID).Status != order.Done {
		t.Error("all is signed for")
	}
}
