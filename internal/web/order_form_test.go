package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/dispatching"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

func TestOrderIsDrawnUpByHandForSeveralPlaces(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	u := r.as(t, "planner")
	p := u.get(t, "/orders/new").want(t, http.StatusOK)
	v := formValues(p.Find("#order"))
	if v.Get("response") != r.response.ID.String() || v.Get("reason") != "应急调拨" || len(v.Get("client_key")) < 16 || p.Find(".cb-ordergrid tbody tr").Length() != 6 || p.Find(`[name="line.1.target"]`).Length() != 0 {
		t.Errorf("the form begins with %v", v)
	}
	two := u.postForm(t, p, "#order", typed("act", "target", "target.1.desk", r.gtl.ID.String(), "target.1.name", "高塘岭<b>中学</b>", "line.4.item", r.first.Code, "line.4.qty", "5")).want(t, http.StatusOK).clean(t)
	if two.Find(".cb-targetrow").Length() != 2 || formValues(two.Find("#order")).Get("line.1.item") != r.first.Code {
		t.Errorf("a second place: %q", two.text("#targets"))
	}
	if got := two.Find(`[name="line.1.target"] option`).Eq(1).Text(); got != "1 高塘岭<b>中学</b>" {
		t.Errorf("the places to choose from: %q", got)
	}
	fields := typed("act", "save", "target.2.desk", r.gtl.ID.String(), "line.1.target", "1", "line.1.depot", r.center.ID.String(),
		"line.2.item", r.second.Name, "line.2.item_id", r.second.ID.String(), "line.2.qty", "3", "line.2.depot", r.center.ID.String(), "line.2.target", "2")
	made := u.postForm(t, two, "#order", fields).want(t, http.StatusOK).clean(t)
	if !strings.HasPrefix(made.URL.Path, "/orders/") || !strings.Contains(made.text(".cb-flash.is-ok"), "已拟制 ZL-2026-000001") || made.Find(".cb-slipcard").Length() != 2 {
		t.Fatalf("led to %s: %q", made.URL, made.text("main"))
	}
	again := u.postForm(t, two, "#order", fields).want(t, http.StatusOK) // the second tap
	if again.URL.Path != made.URL.Path {
		t.Errorf("the second tap led to %s", again.URL)
	}
	fields.Set("remark", "另一份")
	if p := u.postForm(t, two, "#order", fields).want(t, http.StatusConflict); !strings.Contains(p.text(".cb-flash"), "已经提交过") {
		t.Errorf("other content under the same key: %q", p.text(".cb-flash"))
	}
	three := u.postForm(t, two, "#order", typed("act", "target")).want(t, http.StatusOK) // the second is blank: what points at the third goes on doing so
	kept := formValues(u.postForm(t, three, "#order", typed("act", "more", "target.3.desk", r.gtl.ID.String(), "line.1.target", "3")).Find("#order"))
	if kept.Get("target.2.desk") != r.gtl.ID.String() || kept.Get("line.1.target") != "2" || kept.Has("target.3.desk") {
		t.Errorf("after a blank place went: %v", kept)
	}
	if got := made.Find(".cb-slipcard").Last().Text(); !strings.Contains(got, "送到 "+r.gtl.Name) || !strings.Contains(got, r.second.Name) || strings.Contains(got, r.first.Name) {
		t.Errorf("the second place is %q", got)
	}
}

func TestOrderFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	u := r.as(t, "planner")
	p := u.get(t, "/orders/new")
	kept := typed("act", "save", "response", "", "reason", strings.Repeat("长", 61), "remark", "<b>中学</b>", "requested_name", "李红梅", "requested_at", "2026-11-26T09:00",
		"target.1.name", "安置点", "target.1.phone", "139", "target.1.contact", "李", "target.1.address", "路口", "line.1.item", r.first.Code, "line.1.item_id", r.first.ID.String(), "line.1.qty", "约五",
		"line.5.item", r.second.Code, "line.5.item_id", r.second.ID.String(), "line.5.qty", "2", "line.5.depot", r.center.ID.String())
	bad := u.postForm(t, p, "#order", kept).want(t, http.StatusUnprocessableEntity).clean(t)
	v := formValues(bad.Find("#order"))
	for _, field := range []string{"reason", "remark", "requested_name", "requested_at", "target.1.name", "target.1.phone", "target.1.contact", "target.1.address", "line.1.item", "line.1.qty", "response"} {
		if v.Get(field) != kept.Get(field) {
			t.Errorf("%s = %q, want %q", field, v.Get(field), kept.Get(field))
		}
	}
	if v.Get("line.2.item_id") != r.second.ID.String() || v.Get("line.2.depot") != r.center.ID.String() || v.Get("client_key") != formValues(p.Find("#order")).Get("client_key") {
		t.Errorf("the second line is %v", v)
	}
	for field, part := range map[string]string{"reason": "最多 60", "requested_at": "还没有到", "target-1-desk": "没有选定"} {
		if got := bad.text(".cb-field.is-bad:has(#" + field + ") .cb-error"); !strings.Contains(got, part) {
			t.Errorf("beside %s stands %q", field, got)
		}
	}
	links := map[string]bool{}
	bad.Find("#what .cb-errors a").Each(func(_ int, a *goquery.Selection) {
		links[a.AttrOr("href", "")] = bad.Find(a.AttrOr("href", "#none")).Is(`[aria-invalid="true"]`)
	})
	if !links["#line-1-qty"] || !links["#line-1-depot"] || len(links) != 2 {
		t.Errorf("the list of errors leads to %v", links)
	}
	bad = u.postForm(t, p, "#order", typed("act", "save", "line.1.item", "没有的物资", "line.1.qty", "约五", "requested_at", "2026-11-26T09:00")).want(t, http.StatusUnprocessableEntity)
	if got := bad.text("#what .cb-errors"); !strings.Contains(got, "目录中没有「没有的物资」") || strings.Contains(got, "从列表选择物资") || bad.Find(".cb-field.is-bad").Length() != 2 {
		t.Errorf("all that is wrong at once: %q", bad.text("main"))
	}
	for name, fields := range map[string][]string{"没有": {"line.1.item", "没有的物资", "line.1.qty", "1"}, "请选择物资": {"line.1.qty", "1"}, "没有明细": {}} {
		bad = u.postForm(t, p, "#order", typed(append(fields, "act", "save", "target.1.desk", r.gtl.ID.String())...)).want(t, http.StatusUnprocessableEntity)
		if got := bad.text("#what .cb-errors"); !strings.Contains(got, name) {
			t.Errorf("%v: %q", fields, got)
		}
	}
	if p = u.postForm(t, p, "#order", typed("act", "save", "client_key", "x", "remark", "留着")).want(t, http.StatusUnprocessableEntity); p.cell("remark") != "留着" || !strings.Contains(p.text(".cb-flash"), "页面已过期") {
		t.Errorf("without a key: %q", p.text("main"))
	}
}

func TestOrderAnswersARequest(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	ctx := context.Background()
	group, err := r.uses.Planning.SaveGroup(ctx, r.actor(t, "planner"), planning.GroupInput{Name: "住的", Unit: r.second.Unit, Members: []planning.MemberInput{{Item: planning.Listed(r.second.Item), Ratio: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := r.uses.Dispatching.SendRequest(ctx, r.actor(t, "street"), dispatching.RequestInput{ClientKey: inventory.NewKey(), Direction: order.ToBureau, ResponseID: r.response.ID, DepotID: r.gtl.ID, Kind: "flood",
		Place: "高塘岭<b>中学</b>", MovedPeople: 320, Lines: []dispatching.NeedInput{{Target: plan.Target{Kind: plan.OfItem, ID: r.first.ID}, Needed: "20", InStock: "4"}, {Target: plan.Target{Kind: plan.OfGroup, ID: group.ID}, Needed: "7", Asked: "7"}}})
	if err != nil {
		t.Fatal(err)
	}
	if q, err = r.store.Read().Request(ctx, q.ID); err != nil {
		t.Fatal(err)
	}
	u := r.as(t, "planner")
	p := u.get(t, "/orders/new?request="+q.ID.String()).want(t, http.StatusOK).clean(t)
	v := formValues(p.Find("#order"))
	for field, want := range map[string]string{"response": r.response.ID.String(), "request": q.ID.String(), "target.1.desk": r.gtl.ID.String(), "target.1.name": "高塘岭<b>中学</b>",
		"line.1.item_id": r.first.ID.String(), "line.1.qty": "16", "line.1.depot": r.center.ID.String(), "line.2.item": "", "line.2.qty": "7", "line.2.need": q.Lines[1].ID.String()} {
		if v.Get(field) != want {
			t.Errorf("%s = %q, want %q", field, v.Get(field), want)
		}
	}
	if got := p.text(`td[data-k="item"]:has(#line-2-item)`); !strings.Contains(got, "申请「住的（等效组）」7") || !strings.Contains(got, "请选具体物资："+r.second.Label()) {
		t.Errorf("the group's line says %q", got)
	}
	bad := u.postForm(t, p, "#order", typed("act", "save")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#what .cb-errors"), "第 2 行请选择物资") {
		t.Errorf("a group is no goods: %q", bad.text("#what"))
	}
	made := u.postForm(t, bad, "#order", typed("act", "save", "line.2.qty", "")).want(t, http.StatusOK)
	if made.Find(".cb-slip li").Length() != 1 || made.Find(`a[href="/requests/`+q.ID.String()+`"]`).Length() != 1 || !strings.Contains(made.text("#times li:first-child"), "李红梅") {
		t.Fatalf("made: %q", made.text("main"))
	}
	p = u.get(t, "/orders/new?request="+q.ID.String()).want(t, http.StatusOK)
	if v = formValues(p.Find("#order")); v.Get("line.1.qty") != "" || v.Get("line.2.qty") != "7" || !strings.Contains(p.text("#what"), "已安排 16") {
		t.Errorf("the rest: %v", v)
	}
	more := u.postForm(t, p, "#order", typed("act", "more")).want(t, http.StatusOK)
	if v = formValues(more.Find("#order")); v.Get("line.2.need") != q.Lines[0].ID.String() {
		t.Errorf("a line that is not sent is lost: %v", v)
	}
	u.get(t, "/orders/new?request=1").want(t, http.StatusNotFound)
}

func TestDepotsThatCanSendComeFirst(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	type depot struct{ ID, Name, Free string }
	var list []depot
	p := r.as(t, "planner").get(t, "/orders/free?item="+r.first.ID.String()).want(t, http.StatusOK)
	if err := json.Unmarshal([]byte(p.Body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 3 || !slices.ContainsFunc(list, func(d depot) bool {
		return d.ID == r.center.ID.String() && d.Free == r.first.Free.Grouped() && strings.Contains(d.Name, "可调 "+d.Free)
	}) || !slices.IsSortedFunc(list, func(a, b depot) int { return boolOrder(a.Free == "", b.Free == "") }) {
		t.Errorf("%+v", list)
	}
	r.as(t, "keeper").get(t, "/orders/free?item="+r.first.ID.String()).want(t, http.StatusForbidden)
	r.as(t, "leader").get(t, "/orders/free?item="+url.QueryEscape("x")).want(t, http.StatusOK)
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
