package web_test

import (
	"net/http"
	"strings"
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/order"
	"context"
)

func TestGoodsLeaveOnAPhoneCall(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	keeper := r.as(t, "keeper")
	p := keeper.get(t, "/word/new").want(t, http.StatusOK).clean(t)
	field := "qty." + r.first.ID.String()
	row := p.Find(`#takes li:has(input[name="` + field + `"])`)
	if !strings.Contains(row.Text(), "可调 "+r.first.Free.Grouped()) || row.Find("[data-step]").Length() != 2 || !strings.Contains(row.AttrOr("data-find", ""), strings.ToLower(r.first.Code)) {
		t.Errorf("the goods' row: %q", row.Text())
	}
	if v := formValues(p.Find("#word")); v.Get("response") != r.response.ID.String() || v.Get("depot") != r.center.ID.String() || p.Find("form[data-choose]").Length() != 0 {
		t.Errorf("the only response and depot are not chosen: %v", v)
	}
	kept := typed(field, r.first.Free.String()+"0", "qty."+r.second.ID.String(), "约二", "place", "高塘岭<b>中学</b>", "desk", r.gtl.ID.String(), "word_of", "", "said_at", "11:20", "left_at", "11:20", "plate", "湘a66j88", "driver", "张")
	bad := keeper.postForm(t, p, "#word", kept).want(t, http.StatusUnprocessableEntity).clean(t)
	v := formValues(bad.Find("#word"))
	for _, f := range []string{field, "qty." + r.second.ID.String(), "place", "desk", "said_at", "driver"} {
		if v.Get(f) != kept.Get(f) {
			t.Errorf("%s = %q, want %q", f, v.Get(f), kept.Get(f))
		}
	}
	if v.Get("plate") != "湘A66J88" || v.Get("client_key") != formValues(p.Find("#word")).Get("client_key") || !strings.Contains(bad.text(".cb-field.is-bad:has(#word_of) .cb-error"), "批准人") || bad.text("[data-kinds]") != "2" || bad.Find("details.cb-extra[open]").Length() != 1 {
		t.Errorf("refused as %q", bad.text("main"))
	}
	bad = keeper.postForm(t, p, "#word", typed(field, "5", "qty."+r.second.ID.String(), "约二", "desk", r.gtl.ID.String(), "word_of", "贺志远")).want(t, http.StatusUnprocessableEntity)
	if got := bad.text(`#takes li.is-bad`); !strings.Contains(got, "不够确切") || bad.Find("#takes li.is-bad").Length() != 1 {
		t.Errorf("what is wrong stands at its goods: %q", got)
	}
	bad = keeper.postForm(t, p, "#word", typed(field, r.first.Free.String()+"0", "desk", r.gtl.ID.String(), "word_of", "贺志远")).want(t, http.StatusUnprocessableEntity)
	if got := bad.text(`#takes li.is-bad`); !strings.Contains(got, "现在能调 "+r.first.Free.Grouped()) {
		t.Errorf("too much: %q", got)
	}
	bad = keeper.postForm(t, p, "#word", typed("word_of", "贺志远")).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#goods"), "至少填写一行") || !strings.Contains(bad.text(".cb-field.is-bad:has(#desk)"), "没有选定") {
		t.Errorf("nothing to send: %q", bad.text("main"))
	}
	whole := typed(field, "5", "desk", r.gtl.ID.String(), "place", "高塘岭<b>中学</b>", "word_of", "贺志远", "said_at", "11:20", "left_at", "11:20", "plate", "湘A66J88")
	done := keeper.postForm(t, p, "#word", whole).want(t, http.StatusOK).clean(t)
	if !strings.HasPrefix(done.URL.Path, "/orders/") || done.Find("#papers li").Length() != 3 || !strings.Contains(done.text("#papers"), "剩 47 小时 19 分") || !strings.Contains(done.text("#times"), "11-25 11:20") {
		t.Fatalf("led to %s: %q", done.URL, done.text("main"))
	}
	if again := keeper.postForm(t, p, "#word", whole).want(t, http.StatusOK); again.URL.Path != done.URL.Path {
		t.Errorf("the second tap led to %s", again.URL)
	}
	page, err := r.uses.Dispatching.Orders(context.Background(), r.actor(t, "planner"), dispatching.OrderQuery{})
	if err != nil || len(page.Orders) != 1 || page.Orders[0].Shipments[0].Status != order.Left || !page.Orders[0].Targets[0].Point() {
		t.Errorf("%+v %v", page.Orders, err)
	}
	r.mustCheck(t)
}

func TestPhoneCallsNeedAResponseThatAllowsThem(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	p := r.as(t, "keeper").get(t, "/word/new").want(t, http.StatusOK)
	if p.Find("#word, form[data-choose]").Length() != 0 || !strings.Contains(p.text(".cb-empty"), "没有启用") {
		t.Errorf("offered: %q", p.text("main"))
	}
	if _, err := r.uses.Dispatching.ChangeResponse(context.Background(), r.actor(t, "leader"), dispatching.ChangeInput{ResponseID: r.response.ID, Act: order.WordOn}); err != nil {
		t.Fatal(err)
	}
	u := r.as(t, "planner")
	p = u.get(t, "/word/new").want(t, http.StatusOK)
	if p.Find("#word").Length() != 0 || p.Find("#depot option").Length() < 3 {
		t.Errorf("a planner chooses the depot first: %q", p.text("main"))
	}
	p = u.get(t, "/word/new?depot="+r.gtl.ID.String()).want(t, http.StatusOK)
	if formValues(p.Find("#word")).Get("depot") != r.gtl.ID.String() || !strings.Contains(p.text("#goods header"), r.gtl.Name) {
		t.Errorf("the chosen depot: %q", p.text("main"))
	}
	keeper := r.as(t, "keeper")
	mine := keeper.get(t, "/word/new")
	keeper.postForm(t, mine, "#word", typed("depot", r.gtl.ID.String(), "qty."+r.first.ID.String(), "1", "desk", r.gtl.ID.String(), "word_of", "贺志远")).want(t, http.StatusNotFound)
	r.as(t, "street").get(t, "/word/new").want(t, http.StatusForbidden)
	if _, err := r.uses.Dispatching.ChangeResponse(context.Background(), r.actor(t, "leader"), dispatching.ChangeInput{ResponseID: r.response.ID, Act: order.WordOff}); err != nil {
		t.Fatal(err)
	}
	late := keeper.postForm(t, mine, "#word", typed("qty."+r.first.ID.String(), "1", "desk", r.gtl.ID.String(), "word_of", "贺志远")).want(t, http.StatusConflict)
	if !strings.Contains(late.text("main"), "没有启用") {
		t.Errorf("a page of before is told %q", late.text("main"))
	}
}
