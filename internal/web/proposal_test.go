package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// newPlanInForce brings a plan of rows at some places into force, through the
// pages, in place of the demo's.
func (d *desk) newPlanInForce(t *testing.T, lines map[string]url.Values) {
	t.Helper()
	u, leader := d.as(t, "planner"), d.as(t, "leader")
	at := newPlan(t, u, "2026")
	for where, rows := range lines {
		u.postForm(t, u.get(t, at+"/lines?at="+where), gridForm, rows).want(t, http.StatusOK)
	}
	u.postForm(t, u.get(t, at), `form[action$="/submit"]`, nil).want(t, http.StatusOK)
	leader.postForm(t, leader.get(t, at), "#decide form", url.Values{"answer": {"approve"}, "document": {"测试〔2026〕1号"}}).want(t, http.StatusOK)
}

func TestAProposedTransferBecomesADraftAndIsPostedUntouched(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.newPlanInForce(t, map[string]url.Values{"depot:" + s.there.ID.String(): gridRow(1, "target", s.cloth.Code, "standard", "50", "minimum", "10"),
		"depot:" + s.here.ID.String(): gridRow(1, "target", s.cloth.Code, "standard", "15")})
	planner := s.as(t, "planner")
	p := planner.get(t, "/proposals").want(t, http.StatusOK)
	// 70 count at the first depot, which keeps 15: 40 of the lot that expires
	// first, and 10 of the next. What is held or expired is not touched.
	for _, want := range []string{"望城区", "高塘岭街道", "GOOD2030-01-31默认货位40件", "LATE2031-01-31默认货位10件"} {
		if got := p.text("#transfers"); !strings.Contains(got, want) || strings.Contains(got, "HELD") || p.Find(`input[name="transfer"]`).Length() != 1 {
			t.Fatalf("proposed %s", got)
		}
	}
	tick := url.Values{"transfer": {p.Find(`input[name="transfer"]`).AttrOr("value", "")}}
	if none := planner.postForm(t, p, `form[action="/proposals/transfers"]`, nil).want(t, http.StatusUnprocessableEntity); !strings.Contains(none.text(".cb-flash"), "没有选中") {
		t.Errorf("nothing ticked: %s", none.text(".cb-flash"))
	}
	before := s.where(t, "GOOD")
	for _, want := range []string{"放入 1 张", "放入 0 张调拨草稿，请对应的保管员核对后记账。另有 1 张还在草稿箱里"} {
		done := planner.postForm(t, p, `form[action="/proposals/transfers"]`, tick).want(t, http.StatusOK)
		if !strings.Contains(done.text(".cb-flash"), want) {
			t.Errorf("said %q, want %q", done.text(".cb-flash"), want)
		}
	}
	if s.where(t, "GOOD") != before {
		t.Errorf("goods moved: %s", s.where(t, "GOOD"))
	}
	box := s.u.get(t, "/drafts").want(t, http.StatusOK)
	draft := box.Find(`#list a[href^="/drafts/"], main table a[href^="/drafts/"]`).First().AttrOr("href", "")
	open := s.u.get(t, draft).want(t, http.StatusOK)
	if open.cell("line-1-lot_no") != "GOOD" || open.cell("line-1-qty") != "40" || open.cell("line-2-lot_no") != "LATE" || open.cell("remark") == "" {
		t.Errorf("the draft shows %v", formValues(open.Find("#entry")))
	}
	done := s.u.postForm(t, open, "#entry", url.Values{"act": {"post"}}).want(t, http.StatusOK)
	if !strings.Contains(done.text(".cb-flash"), "已记账，编号 DB-") {
		t.Fatalf("posting says %s", done.text("main"))
	}
	if p := planner.get(t, "/proposals").want(t, http.StatusOK); strings.Contains(p.text("#transfers"), s.cloth.Name) {
		t.Errorf("still proposed: %s", p.text("#transfers"))
	}
	stale := planner.postForm(t, p, `form[action="/proposals/transfers"]`, tick).want(t, http.StatusConflict)
	if !strings.Contains(stale.text(".cb-flash"), "已不成立") {
		t.Errorf("an older page says %s", stale.text(".cb-flash"))
	}
}
