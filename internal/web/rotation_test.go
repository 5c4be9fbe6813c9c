package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/planning"
)

func TestRotationListsLotsWithTheirSums(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	planner := access.Actor{ID: 901, Name: "沈岚", Grants: []access.Grant{{Role: access.Planner}}}
	plan, err := d.uses.Planning.Rotation(t.Context(), planner, planning.RotationFilter{})
	if err != nil || len(plan.Lots) == 0 || len(plan.Depots) == 0 {
		t.Fatal(len(plan.Lots), err)
	}
	u := d.as(t, "planner")
	p := u.get(t, "/rotation").want(t, http.StatusOK)
	if n := p.Find(".cb-rotation tbody tr:not(.is-mark)").Length(); n != len(plan.Lots) {
		t.Errorf("%d lots, want %d", n, len(plan.Lots))
	}
	figures := oneLine(p.text(".cb-figures"))
	if !strings.Contains(figures, plan.Total.Amount.Grouped()) || !strings.Contains(figures, plan.Expired.Amount.Grouped()) {
		t.Errorf("the figures are %s", figures)
	}
	for id, list := range map[string][]planning.RotationSum{"#uses": plan.Uses, "#quarters": plan.Quarters} {
		text := oneLine(p.text(id))
		for _, s := range list {
			if !strings.Contains(text, s.Label) || !strings.Contains(text, s.Amount.Grouped()) || !strings.Contains(text, s.Pieces()) {
				t.Errorf("%s lacks %s %s in %s", id, s.Label, s.Amount.Grouped(), text)
			}
		}
	}
	u.get(t, p.Find(`.cb-rotation a[href^="/lots/"]`).First().AttrOr("href", "")).want(t, http.StatusOK)
	one := u.get(t, p.Find(".cb-rotation tr.is-mark a").Last().AttrOr("href", "")).want(t, http.StatusOK)
	if last := plan.Depots[len(plan.Depots)-1]; one.Find(".cb-rotation tr.is-mark").Length() != 1 || one.Find(".cb-rotation tbody tr:not(.is-mark)").Length() != last.Lots {
		t.Errorf("the link of %s shows %s", last.Label, one.text(".cb-rotation tr.is-mark"))
	}
	t.Run("narrowed in the address, and so is the workbook", func(t *testing.T) {
		first := plan.Depots[0]
		q := url.Values{"depot": {first.DepotID.String()}, "within": {"3"}}
		p := u.get(t, "/rotation?"+q.Encode()).want(t, http.StatusOK)
		if n := p.Find(".cb-rotation tr.is-mark").Length(); n > 1 || p.Find(`select[name="within"] option[selected]`).AttrOr("value", "") != "3" {
			t.Errorf("%d depots, %s", n, p.text("form"))
		}
		link := u.get(t, "/rotation?depot="+first.DepotID.String()).Find("#export a").AttrOr("href", "")
		if text := workbook(t, u.get(t, link)); !strings.Contains(text, first.Label+"应急物资轮换计划") {
			t.Errorf("%s gives\n%s", link, text)
		}
		u.get(t, "/rotation?within=x").want(t, http.StatusUnprocessableEntity)
		u.get(t, "/rotation?depot=12345").want(t, http.StatusNotFound)
	})
	t.Run("a keeper sees the own depot", func(t *testing.T) {
		k := d.as(t, "keeper")
		p := k.get(t, "/rotation").want(t, http.StatusOK)
		if text := oneLine(p.text(".cb-rotation tr.is-mark")); p.Find(".cb-rotation tr.is-mark").Length() != 1 || !strings.Contains(text, plan.Depots[0].Label) || p.Find(`select[name="depot"] option`).Length() != 2 {
			t.Errorf("sees %s of %s", text, p.text(`select[name="depot"]`))
		}
		if p.Find(`a[href="/plan-settings"]`).Length() != 0 {
			t.Error("is offered the settings of the district")
		}
		if p := d.as(t, "keeper-gtl").get(t, "/rotation?within=3").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "没有要轮换的物资") || p.Find("#export").Length() != 0 {
			t.Errorf("a depot where nothing expires shows %s", p.text("main"))
		}
	})
}

func TestPlanSettingsAreSavedByThePlanner(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	p := u.get(t, "/plan-settings").want(t, http.StatusOK)
	if p.Find("#settings input[placeholder]").Length() != 14 || p.Find(`[name="plan.verify-days"]`).AttrOr("placeholder", "") != "90" {
		t.Errorf("the form shows %s", p.text("#settings"))
	}
	older := p
	if lorry := p.Find("#vehicle input[placeholder]"); lorry.Length() != 2 || lorry.First().AttrOr("value", "") != "5000" {
		t.Errorf("the lorry is %s", p.text("#vehicle"))
	}
	bad := u.postForm(t, p, "#settings", url.Values{"vehicle.payload": {"五吨"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#vehicle .cb-error"), "不是重量") || formValues(bad.Find("#settings")).Get("vehicle.payload") != "五吨" {
		t.Errorf("refused as %s", bad.text("#vehicle"))
	}
	p = u.postForm(t, p, "#settings", url.Values{"plan.verify-days": {"45"}, "rotation.rest": {sly}}).want(t, http.StatusUnprocessableEntity)
	if formValues(p.Find("#settings")).Get("rotation.rest") != sly || formValues(p.Find("#settings")).Get("plan.verify-days") != "45" || p.Find(".cb-error").Length() != 1 {
		t.Errorf("refused as %s", p.text("#settings"))
	}
	p = u.postForm(t, p, "#settings", url.Values{"rotation.rest": {"<b>换</b>"}}).want(t, http.StatusOK)
	if p.URL.Path != "/plan-settings" || !strings.Contains(p.text(".cb-flash"), "已保存 2 项") || formValues(p.Find("#settings")).Get("plan.verify-days") != "45" || strings.Contains(p.Body, "<b>换") {
		t.Errorf("saved as %s %s", p.text(".cb-flash"), p.text("#settings"))
	}
	again := u.postForm(t, older, "#settings", url.Values{"plan.verify-days": {"30"}}).want(t, http.StatusConflict)
	if !strings.Contains(again.text(".cb-flash"), "45") || formValues(again.Find("#settings")).Get("plan.verify-days") != "30" {
		t.Errorf("an older page is told %s", again.text(".cb-flash"))
	}
	if p := u.postForm(t, again, "#settings", nil).want(t, http.StatusOK); formValues(p.Find("#settings")).Get("plan.verify-days") != "30" {
		t.Errorf("saved on purpose, shows %s", p.text("#settings"))
	}
	if text := d.as(t, "leader").get(t, "/plan-settings").want(t, http.StatusOK); text.Find("form#settings").Length() != 0 || !strings.Contains(text.text("#settings"), "30 天") {
		t.Errorf("the leader sees %s", text.text("#settings"))
	}
}
