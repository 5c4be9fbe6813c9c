package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/store"
)

// lotAt gives a lot that stands at the keeper's depot alone.
func (d *desk) lotAt(t testing.TB, no string) store.StockRow {
	t.Helper()
	d.receive(t, d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "WC01").ID})[0], inventory.Line{LotNo: no, Produced: "2026-05", Expires: "2030-05", Price: "12.5", Qty: "40", Owner: "<b>区局</b>"})
	return d.lots(t, inventory.StockFilter{LotNo: no})[0]
}

func TestLotIsHeldAndReleased(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	row := d.lotAt(t, "LOT-7")
	path := "/lots/" + row.Lot.ID.String()
	keeper, planner := d.as(t, "keeper"), d.as(t, "planner")
	p := keeper.get(t, path).want(t, http.StatusOK)
	for _, part := range []string{row.Item, "LOT-7", "2026-05", "2030-05", "本级采购", "12.50", "<b>区局</b>", "2026-11-25"} {
		if !strings.Contains(p.text(".cb-facts"), part) {
			t.Errorf("the facts do not say %q: %s", part, p.text(".cb-facts"))
		}
	}
	if strings.Contains(p.Body, "<b>区局") || p.text("#stands td[data-l=\"可用\"]") != "40" || !strings.Contains(p.text("#holds"), "没有冻结过") {
		t.Errorf("the page: %s", p.text("main"))
	}
	t.Run("a reason is asked for, and what was typed stays", func(t *testing.T) {
		again := keeper.postForm(t, p, "#holds form", url.Values{"reason": {" "}}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(again.text("#holds .cb-error"), "原因") {
			t.Errorf("the page says %s", again.text("#holds"))
		}
		long := strings.Repeat("长", 201)
		again = keeper.postForm(t, p, "#holds form", url.Values{"reason": {long}}).want(t, http.StatusUnprocessableEntity)
		if formValues(again.Find("#holds form")).Get("reason") != long {
			t.Error("the reason is gone")
		}
	})
	held := keeper.postForm(t, p, "#holds form", url.Values{"reason": {sly}}).want(t, http.StatusOK)
	if held.URL.Path != path || !strings.Contains(held.text(".cb-flash.is-ok"), "已冻结") || !strings.Contains(held.text(".cb-head"), "已冻结") ||
		held.text("#stands td[data-l=\"可用\"]") != "0" || !strings.Contains(held.text("#holds tbody"), sly) || strings.Contains(held.Body, "<script>alert") {
		t.Fatalf("held: %s", held.text("main"))
	}
	t.Run("a second tap is no error, another's late form is a conflict", func(t *testing.T) {
		keeper.postForm(t, p, "#holds form", url.Values{"reason": {sly}}).want(t, http.StatusOK)
		planner.get(t, "/")
		late := planner.post(t, path+"/hold", url.Values{"reason": {"召回"}}).want(t, http.StatusConflict)
		if !strings.Contains(late.text(`[role="alert"]`), "已经冻结") || late.Find(`#holds form[action$="/release"]`).Length() != 1 {
			t.Errorf("the page says %s", late.text("main"))
		}
	})
	t.Run("the lists say so, and lead here", func(t *testing.T) {
		lots := planner.get(t, "/stock?by=lot&state=barred").want(t, http.StatusOK)
		if rows := listRows(lots); len(rows) != 1 || !strings.Contains(rows[0]["物资"], "冻结") || rows[0]["可用"] != "0" || lots.Find(`#list a[href="`+path+`"]`).Length() != 1 {
			t.Errorf("%v", rows)
		}
		if rows := listRows(planner.get(t, "/stock?state=barred")); len(rows) != 1 || !strings.Contains(rows[0]["状态"], "冻结 40") {
			t.Errorf("%v", rows)
		}
		if got := planner.get(t, "/stock?state=x").want(t, http.StatusOK).text("#list"); !strings.Contains(got, "状态有误") {
			t.Errorf("%q", got)
		}
		if planner.get(t, "/stock/card/"+row.Lot.ItemID.String()).Find(`#list a[href="`+path+`"]`).Length() == 0 {
			t.Error("the card does not lead to the lot")
		}
	})
	t.Run("the keeper cannot release it, a planner can", func(t *testing.T) {
		if keeper.get(t, path).Find("#holds form").Length() != 0 {
			t.Error("the keeper is offered a form")
		}
		keeper.post(t, path+"/release", url.Values{"reason": {"合格"}}).want(t, http.StatusForbidden)
		p := planner.get(t, path).want(t, http.StatusOK)
		free := planner.postForm(t, p, "#holds form", url.Values{"reason": {"复检合格"}}).want(t, http.StatusOK)
		if free.text("#stands td[data-l=\"可用\"]") != "40" || free.Find("#holds tbody tr").Length() != 2 || !strings.Contains(free.text("#holds tbody tr:first-child"), "解除冻结") {
			t.Errorf("released: %s", free.text("main"))
		}
		trail := d.as(t, "audit").get(t, "/audit?act=lot.release").want(t, http.StatusOK)
		if !strings.Contains(trail.text("main"), "LOT-7") {
			t.Errorf("the trail: %s", trail.text("main"))
		}
	})
}

func TestLotIsSeenWhereItStood(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := "/lots/" + d.lotAt(t, "LOT-8").Lot.ID.String()
	for login, status := range map[string]int{"keeper": 200, "planner": 200, "leader": 200, "audit": 200, "street": 404, "keeper-gtl": 404, "system": 403, "security": 403} {
		p := d.as(t, login).get(t, path).want(t, status)
		if forms := p.Find("#holds form").Length(); forms > 0 != (login == "keeper" || login == "planner") {
			t.Errorf("%s is offered %d forms", login, forms)
		}
	}
	stranger := d.as(t, "keeper-gtl")
	stranger.get(t, "/")
	stranger.post(t, path+"/hold", url.Values{"reason": {"坏"}}).want(t, http.StatusNotFound)
	for _, missing := range []string{"/lots/1", "/lots/x"} {
		d.as(t, "planner").get(t, missing).want(t, http.StatusNotFound)
	}
}

func TestQuarantineIsThereButNotUsable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	depot := d.depot(t, "WC01")
	row := d.lots(t, inventory.StockFilter{DepotID: depot.ID})[0]
	u := d.as(t, "keeper")
	view := u.get(t, "/depots/"+depot.ID.String()).want(t, http.StatusOK)
	made := u.postForm(t, view, "#bins form", url.Values{"kind": {"quarantine"}, "code": {"待检区"}}).want(t, http.StatusOK)
	if !strings.Contains(made.text(".cb-flash"), "已新增待检区「待检区」") || made.text("#bins li .cb-tag") != "待检区" {
		t.Fatalf("made: %s", made.text("main"))
	}
	wrong := u.postForm(t, made, "#bins form", url.Values{"kind": {"outside"}, "code": {"K-1"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(wrong.text("#bins .cb-error"), "请选择类别") {
		t.Errorf("refused as %s", wrong.text("#bins"))
	}
	before := u.search(t, row.ItemCode, depot.ID.String())[0]
	d.receive(t, row, inventory.Line{LotNo: "CHECK-1", Qty: "9", Bin: "待检区"})
	after := u.search(t, row.ItemCode, depot.ID.String())[0]
	if after.Available != before.Available || after.OnHand == before.OnHand {
		t.Errorf("the picker went from %+v to %+v", before, after)
	}
	lots := u.walk(t, "/stock?by=lot&lot=CHECK-1")
	if len(lots) != 1 || lots[0]["结存"] != "9" || lots[0]["可用"] != "0" || !strings.Contains(lots[0]["物资"]+lots[0]["货位"], "待检") {
		t.Errorf("the lot: %v", lots)
	}
	page := u.get(t, "/lots/"+d.lots(t, inventory.StockFilter{LotNo: "CHECK-1"})[0].Lot.ID.String()).want(t, http.StatusOK)
	if page.text("#stands td[data-l=\"可用\"]") != "0" || !strings.Contains(page.text("#stands .cb-tag"), "待检") {
		t.Errorf("its page: %s", page.text("#stands"))
	}
}

func TestItemFormKeepsPacksAndPieces(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	blank := u.get(t, "/items/new")
	in := url.Values{"name": {"静音发电机"}, "unit": {"台"}, "category": {firstCategory(blank)}, "serial": {"1"}, "packs": {"1箱=2台"}}
	made := u.postForm(t, blank, "main form", in).want(t, http.StatusOK)
	if facts := made.text(".cb-facts"); !strings.Contains(facts, "逐件管理") || !strings.Contains(facts, "1 箱 = 2 台") {
		t.Errorf("facts %q", facts)
	}
	if rows := listRows(u.get(t, "/items?q="+url.QueryEscape("静音发电机"))); len(rows) != 1 || !strings.Contains(rows[0]["名称"], "逐件") {
		t.Errorf("%v", rows)
	}
	edit := u.get(t, made.URL.Path+"/edit").want(t, http.StatusOK)
	if v := formValues(edit.Find("main form").First()); v.Get("serial") != "1" || v.Get("packs") != "箱=2" {
		t.Errorf("the form shows %v", v)
	}
	bad := u.postForm(t, edit, "main form", url.Values{"unit": {"吨"}, "packs": {"箱=一些"}}).want(t, http.StatusUnprocessableEntity)
	for field, part := range map[string]string{"serial": "不能逐件管理", "packs": "箱"} {
		if got := bad.text(`.cb-field.is-bad:has([name="` + field + `"]) .cb-error`); !strings.Contains(got, part) {
			t.Errorf("beside %s stands %q, want %q", field, got, part)
		}
	}
	if v := formValues(bad.Find("main form").First()); v.Get("packs") != "箱=一些" || v.Get("serial") != "1" {
		t.Errorf("the form keeps %v", v)
	}
	t.Run("in use, it is said and not asked", func(t *testing.T) {
		item := d.lots(t, inventory.StockFilter{})[0].Lot.ItemID.String()
		edit := u.get(t, "/items/"+item+"/edit").want(t, http.StatusOK)
		if _, fixed := edit.Find(`[type="checkbox"][name="serial"]`).Attr("disabled"); !fixed {
			t.Error("it may be ticked")
		}
		u.postForm(t, edit, "main form", url.Values{"packs": {"箱=10"}}).want(t, http.StatusOK)
		u.postForm(t, edit, "main form", url.Values{"serial": {"1"}}).want(t, http.StatusUnprocessableEntity)
	})
	found := d.as(t, "keeper").get(t, "/items/search?q="+url.QueryEscape("静音发电机")).want(t, http.StatusOK)
	if !strings.Contains(found.Body, `"serial":true`) || !strings.Contains(found.Body, `"packs":"箱=2"`) {
		t.Errorf("the search answers %s", found.Body)
	}
}
