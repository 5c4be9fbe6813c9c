package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestScenarioLeavesAsAWorkbook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	p := u.get(t, "/scenario").want(t, http.StatusOK)
	field := p.Find(`#case input[name^="people."]`).First().AttrOr("name", "")
	if field == "" {
		t.Fatal("no street is offered")
	}
	q := url.Values{"name": {"湘江高水位"}, "days": {"3"}, field: {"9000"}}
	p = u.get(t, "/scenario?"+q.Encode()).want(t, http.StatusOK)
	link := p.Find("#export").AttrOr("href", "")
	answer := u.get(t, link)
	text := workbook(t, answer)
	for _, want := range []string{"情景：" + p.text("#result h2"), "结论：" + p.text("#result p b")} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if name := answer.Header.Get("Content-Disposition"); !strings.Contains(name, `filename="scenario-`) || !strings.Contains(name, url.PathEscape("情景推演-湘江高水位-")) {
		t.Error(name)
	}
	t.Run("what cannot be meant is said on the page, with what was typed", func(t *testing.T) {
		q.Set(field, "很多")
		p := u.get(t, "/scenario/export?"+q.Encode()).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("#case .cb-error"), "请填整数") || formValues(p.Find("form:has(#case)")).Get(field) != "很多" {
			t.Errorf("shows %s", p.text("#case"))
		}
		p = u.get(t, "/scenario/export?days=3").want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("#case .cb-error"), "至少给一个街镇") {
			t.Errorf("shows %s", p.text("#case"))
		}
	})
}

func TestProposalsLeadToTheirWorkbooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.planInForce(t)
	u := d.as(t, "leader")
	p := u.get(t, "/proposals").want(t, http.StatusOK)
	if p.Find("#transfers tbody tr").Length() == 0 || p.Find("#purchases tbody tr").Length() == 0 {
		t.Fatalf("nothing is proposed: %s", p.text("main"))
	}
	for href, want := range map[string]string{"/exports/transfers": oneLine(p.Find("#transfers tbody td.cb-nowrap").First().Text()), "/exports/purchase": oneLine(p.Find("#purchases tbody td.cb-num").First().Text()),
		"/exports/shortage": "缺口清单"} {
		if p.Find(`.cb-head a[href="`+href+`"]`).Length() != 1 {
			t.Errorf("%s is not offered", href)
		}
		if text := workbook(t, u.get(t, href)); want == "" || !strings.Contains(text, want) {
			t.Errorf("%s: %s is missing in\n%s", href, want, text)
		}
	}
	if n := d.as(t, "keeper").get(t, "/exports").want(t, http.StatusOK).Find("#transfers").Length(); n != 0 {
		t.Error("a keeper is offered what only the district may have")
	}
}
