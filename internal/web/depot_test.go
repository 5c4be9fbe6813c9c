package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/id"
	"changbei/internal/inventory"
)

func TestDepotListShowsFiguresInScope(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.depot(t, "GTL")
	kinds, lots := map[id.ID]bool{}, map[id.ID]bool{}
	for _, r := range d.lots(t, inventory.StockFilter{DepotID: own.ID}) {
		kinds[r.Lot.ItemID], lots[r.Lot.ID] = true, true
	}
	check := func(login string, depots int) {
		t.Helper()
		p := d.as(t, login).get(t, "/depots").want(t, http.StatusOK)
		if n := p.Find("main tbody tr").Length(); n != depots {
			t.Errorf("%s sees %d depots, want %d", login, n, depots)
		}
		row := p.Find("main tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool { return strings.Contains(tr.Text(), own.Name) })
		got := []string{oneLine(row.Find(`td[data-l="品种"]`).Text()), oneLine(row.Find(`td[data-l="批次"]`).Text())}
		want := []string{strconv.Itoa(len(kinds)), strconv.Itoa(len(lots))}
		if got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s sees %v, want %v", login, got, want)
		}
	}
	all := d.as(t, "planner").get(t, "/depots").Find("main tbody tr").Length()
	check("planner", all)
	check("leader", all)
	check("street", 1)
	d.as(t, "system").get(t, "/depots").want(t, http.StatusForbidden)
}

func TestDepotIsMadeAndChanged(t *testing.T) {
	t.Parallel()
	u := newDesk(t).as(t, "planner")
	blank := u.get(t, "/depots/new").want(t, http.StatusOK)
	made := u.postForm(t, blank, "main form", url.Values{"name": {sly}, "code": {"tst1"}, "tier": {"township"}, "custodian": {"<b>商会</b>"},
		"keeper": {"陈<i>"}, "phone": {"0731-1"}, "address": {"一路 1 号"}}).want(t, http.StatusOK)
	if !strings.Contains(made.text(".cb-flash.is-ok"), "TST1") || made.text("h1") != sly {
		t.Fatalf("ended at %s: %s", made.URL, made.text("main"))
	}
	for _, path := range []string{made.URL.Path, made.URL.Path + "/edit", "/depots", "/stock"} {
		if p := u.get(t, path).want(t, http.StatusOK); strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<b>商会") || strings.Contains(p.Body, "陈<i>") {
			t.Errorf("%s carries the markup", path)
		}
	}
	edit := u.get(t, made.URL.Path+"/edit").want(t, http.StatusOK)
	if got := edit.text("#tier"); got != "街镇" {
		t.Errorf("the tier reads %q", got)
	}
	if facts := made.text(".cb-facts"); !strings.Contains(facts, "装车时间未填") {
		t.Errorf("facts %q", facts)
	}
	if p := u.postForm(t, edit, "main form", url.Values{"loading": {"一会儿"}}).want(t, http.StatusUnprocessableEntity); p.cell("loading") != "一会儿" || !strings.Contains(p.text(".cb-field.is-bad:has(#loading)"), "整数分钟") {
		t.Errorf("refused as %s", p.text("main"))
	}
	changed := u.postForm(t, edit, "main form", url.Values{"name": {"试点库"}, "closed": {"1"}, "loading": {"40"}}).want(t, http.StatusOK)
	if facts := changed.text(".cb-facts"); !strings.Contains(facts, "装车时间40 分钟") || u.get(t, made.URL.Path+"/edit").cell("loading") != "40" {
		t.Errorf("facts %q", facts)
	}
	if changed.text("h1") != "试点库" || !strings.Contains(changed.text(".cb-head"), "已停用") || !strings.Contains(changed.text(".cb-facts"), "一路 1 号") {
		t.Errorf("changed to %s", changed.text("main"))
	}
}

func TestDepotFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	blank := u.get(t, "/depots/new")
	p := u.postForm(t, blank, "main form", url.Values{"name": {d.depot(t, "GTL").Name}, "code": {"坏"}, "tier": {"village"}, "division": {"12"},
		"address": {"二路"}}).want(t, http.StatusUnprocessableEntity)
	for field, part := range map[string]string{"name": "已有名为", "code": "2–6 位", "division": "12 位"} {
		if got := p.text(".cb-field.is-bad:has(#" + field + ") .cb-error"); !strings.Contains(got, part) {
			t.Errorf("beside %s stands %q, want %q", field, got, part)
		}
	}
	values := formValues(p.Find("main form").First())
	for field, want := range map[string]string{"code": "坏", "tier": "village", "division": "12", "address": "二路"} {
		if got := values.Get(field); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	t.Run("a depot with stock is not closed", func(t *testing.T) {
		edit := u.get(t, "/depots/"+d.depot(t, "GTL").ID.String()+"/edit").want(t, http.StatusOK)
		p := u.postForm(t, edit, "main form", url.Values{"closed": {"1"}, "keeper": {"新人"}}).want(t, http.StatusConflict)
		if !strings.Contains(p.text(".cb-field.is-bad .cb-error"), "在库") || formValues(p.Find("main form").First()).Get("keeper") != "新人" {
			t.Errorf("the page says %s", p.text("main"))
		}
		if got := p.text("#tier"); got != "街镇" {
			t.Errorf("the tier reads %q", got)
		}
	})
}

func TestBinIsMadeByThoseWhoseShelvesTheyAre(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own, other := "/depots/"+d.depot(t, "WC01").ID.String(), "/depots/"+d.depot(t, "GTL").ID.String()
	keeper := d.as(t, "keeper")
	p := keeper.postForm(t, keeper.get(t, own), "#bins form", url.Values{"code": {"z-99"}, "name": {"新架"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text("#bins ul"), "Z-99 新架") {
		t.Errorf("bins %s", p.text("#bins ul"))
	}
	p = keeper.postForm(t, p, "#bins form", url.Values{"code": {"Ｚ-99"}, "name": {"又一架"}}).want(t, http.StatusUnprocessableEntity)
	values := formValues(p.Find("#bins form"))
	if !strings.Contains(p.text("#bins .cb-error"), "已有货位") || values.Get("code") != "Ｚ-99" || values.Get("name") != "又一架" {
		t.Errorf("refused as %s, keeping %v", p.text("#bins"), values)
	}
	keeper.get(t, other).want(t, http.StatusNotFound)
	for _, login := range []string{"leader", "street"} {
		u := d.as(t, login)
		if u.get(t, other).want(t, http.StatusOK).Find("#bins form").Length() != 0 {
			t.Errorf("%s is offered the form", login)
		}
	}
	// A keeper of other shelves learns nothing of this depot.
	for login, status := range map[string]int{"keeper": http.StatusNotFound, "leader": http.StatusForbidden, "street": http.StatusForbidden, "system": http.StatusForbidden} {
		u := d.as(t, login)
		u.get(t, "/")
		u.post(t, other+"/bins", url.Values{"code": {"A-1"}}).want(t, status)
	}
}

func TestOnlyPlannersKeepTheDepots(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	depot := "/depots/" + d.depot(t, "GTL").ID.String()
	for _, login := range []string{"leader", "keeper", "street", "system", "audit"} {
		u := d.as(t, login)
		u.get(t, "/")
		for _, path := range []string{"/depots/new", depot + "/edit"} {
			u.get(t, path).want(t, http.StatusForbidden)
		}
		for _, path := range []string{"/depots", depot} {
			u.post(t, path, url.Values{"name": {"甲"}}).want(t, http.StatusForbidden)
		}
	}
	planner := d.as(t, "planner")
	for _, missing := range []string{"/depots/1", "/depots/x", "/depots/1/edit"} {
		planner.get(t, missing).want(t, http.StatusNotFound)
	}
}
