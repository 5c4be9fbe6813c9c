package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/inventory"
)

const sly = `<script>alert(1)</script>"'帐篷`

// firstCategory gives the value of a form's first category.
func firstCategory(p *page) string {
	return p.Find(`select[name="category"] option[value!=""]`).First().AttrOr("value", "")
}

func TestItemIsMadeAndChanged(t *testing.T) {
	t.Parallel()
	u := newDesk(t).as(t, "planner")
	blank := u.get(t, "/items/new").want(t, http.StatusOK)
	made := u.postForm(t, blank, "main form", url.Values{"name": {sly}, "spec": {"<b>大</b>"}, "unit": {"顶"}, "category": {firstCategory(blank)},
		"storage_months": {"３６"}, "aliases": {"野营棚\r\n<i>棚</i>"}, "recoverable": {"1"}}).want(t, http.StatusOK)
	if !strings.HasPrefix(made.URL.Path, "/items/") || !strings.Contains(made.text(".cb-flash.is-ok"), "已新增") {
		t.Fatalf("ended at %s: %s", made.URL, made.text("main"))
	}
	t.Run("names are text and not markup", func(t *testing.T) {
		for _, path := range []string{made.URL.Path, made.URL.Path + "/edit", "/items?q=" + url.QueryEscape("野营棚")} {
			p := u.get(t, path).want(t, http.StatusOK)
			if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<b>大") || strings.Contains(p.Body, "<i>棚") {
				t.Errorf("%s carries the markup", path)
			}
			if !strings.Contains(p.Body, "&lt;script&gt;") {
				t.Errorf("%s does not show the name", path)
			}
		}
		if got := made.text("h1"); got != sly {
			t.Errorf("the heading is %q", got)
		}
	})
	if facts := made.text(".cb-facts"); !strings.Contains(facts, "3 年") || !strings.Contains(facts, "回收类") || !strings.Contains(facts, "野营棚") || !strings.Contains(facts, "<i>棚</i>") {
		t.Errorf("facts %q", facts)
	}
	t.Run("a change keeps the code", func(t *testing.T) {
		edit := u.get(t, made.URL.Path+"/edit").want(t, http.StatusOK)
		changed := u.postForm(t, edit, "main form", url.Values{"name": {"野营帐篷"}, "recoverable": nil}).want(t, http.StatusOK)
		if changed.text("h1") != "野营帐篷" || changed.text(".cb-crumb") != made.text(".cb-crumb") || !strings.Contains(changed.text(".cb-facts"), "非回收类") {
			t.Errorf("changed to %s", changed.text("main"))
		}
	})
}

func TestItemFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	blank := u.get(t, "/items/new")
	p := u.postForm(t, blank, "main form", url.Values{"name": {""}, "spec": {"12㎡"}, "unit": {"驮"}, "category": {firstCategory(blank)}, "code": {"坏"},
		"storage_months": {"三年"}, "aliases": {"甲\r\n乙"}, "recoverable": {"1"}}).want(t, http.StatusUnprocessableEntity)
	for field, part := range map[string]string{"name": "请填写物资名称", "unit": "驮", "code": "编码", "storage_months": "储存"} {
		if got := p.text(".cb-field.is-bad:has(#" + field + ") .cb-error"); !strings.Contains(got, part) {
			t.Errorf("beside %s stands %q, want %q", field, got, part)
		}
	}
	if p.text(`[role="alert"]`) == "" {
		t.Error("nothing is said above the form")
	}
	values := formValues(p.Find("main form").First())
	for field, want := range map[string]string{"spec": "12㎡", "unit": "驮", "code": "坏", "storage_months": "三年", "category": firstCategory(blank), "recoverable": "1"} {
		if got := values.Get(field); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	if got := strings.Fields(values.Get("aliases")); len(got) != 2 {
		t.Errorf("aliases %q", got)
	}
	t.Run("an item in use keeps its unit", func(t *testing.T) {
		item := d.lots(t, inventory.StockFilter{})[0].Lot.ItemID.String()
		edit := u.get(t, "/items/"+item+"/edit").want(t, http.StatusOK)
		if _, fixed := edit.Find("#unit").Attr("readonly"); !fixed {
			t.Error("the unit may be typed over")
		}
		again := u.postForm(t, edit, "main form", url.Values{"unit": {"吨"}}).want(t, http.StatusUnprocessableEntity)
		if got := again.text(".cb-field:has(#unit) .cb-error"); !strings.Contains(got, "不能再改") {
			t.Errorf("beside the unit stands %q", got)
		}
		if _, fixed := again.Find("#unit").Attr("readonly"); !fixed {
			t.Error("the unit may be typed over after the refusal")
		}
	})
	t.Run("a token is needed", func(t *testing.T) {
		if p := u.post(t, "/items", url.Values{"_csrf": {"x"}, "name": {"甲"}}); p.Status != http.StatusForbidden {
			t.Errorf("status %d", p.Status)
		}
	})
}

func TestItemsShowWhatOneWeighs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	blank := u.get(t, "/items/new").want(t, http.StatusOK)
	sent := url.Values{"name": {"试制帐篷"}, "unit": {"顶"}, "category": {firstCategory(blank)}, "weight": {"６５．５"}, "volume": {"0.00000001"}}
	p := u.postForm(t, blank, "main form", sent).want(t, http.StatusUnprocessableEntity)
	if got := p.text(".cb-field.is-bad"); !strings.Contains(got, "体积") || strings.Contains(got, "单重") || p.cell("weight") != "６５．５" || p.cell("volume") != "0.00000001" {
		t.Errorf("refused with %q, weight %q", got, p.cell("weight"))
	}
	made := u.postForm(t, p, "main form", url.Values{"volume": {"300升"}}).want(t, http.StatusOK)
	if facts := made.text(".cb-facts"); !strings.Contains(facts, "65.5 公斤") || !strings.Contains(facts, "0.3 立方米") {
		t.Errorf("facts %q", facts)
	}
	edit := u.get(t, made.URL.Path+"/edit").want(t, http.StatusOK)
	if edit.cell("weight") != "65.5" || edit.cell("volume") != "0.3" {
		t.Errorf("the form shows %q and %q", edit.cell("weight"), edit.cell("volume"))
	}
	cleared := u.postForm(t, edit, "main form", url.Values{"weight": {""}, "volume": {"0"}}).want(t, http.StatusOK)
	if facts := cleared.text(".cb-facts"); strings.Contains(facts, "公斤") || strings.Count(facts, "未填") < 2 {
		t.Errorf("cleared: %q", facts)
	}
	file := u.get(t, "/exports/items").want(t, http.StatusOK)
	if kind := file.Header.Get("Content-Type"); !strings.Contains(kind, "spreadsheet") || u.get(t, "/items").Find(`a[href="/exports/items"]`).Length() != 1 {
		t.Errorf("the catalogue comes as %s", kind)
	}
}

func TestItemListNarrows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	all := u.walk(t, "/items")
	if got := u.get(t, "/items").text("#count"); !strings.Contains(got, "共") || len(all) < 100 {
		t.Fatalf("%q, %d rows", got, len(all))
	}
	seen := map[string]bool{}
	for _, code := range column(all, "编码") {
		if seen[code] {
			t.Errorf("%s stands twice", code)
		}
		seen[code] = true
	}
	for _, r := range u.walk(t, "/items?drafts=only") {
		if !strings.Contains(r["名称"], "待补单位") || r["单位"] != "" {
			t.Errorf("%v is no draft", r)
		}
	}
	p := u.get(t, "/items")
	category := p.Find(`select[name="category"] option[value!=""]`).First()
	narrowed := u.walk(t, "/items?category="+category.AttrOr("value", ""))
	if len(narrowed) == 0 || len(narrowed) == len(all) {
		t.Errorf("%d of %d rows", len(narrowed), len(all))
	}
	for _, r := range narrowed {
		if r["类别"] != category.Text() {
			t.Errorf("%v is not of %s", r, category.Text())
		}
	}
	if rows := listRows(u.get(t, "/items?q=zdc")); !strings.Contains(strings.Join(column(rows, "名称"), " "), "折叠床") {
		t.Errorf("pinyin initials find %v", rows)
	}
	for query, part := range map[string]string{"category=77": "没有这个物资类别", "category=x": "没有这个物资类别", "drafts=x": "状态", "page=x": "页码",
		"q=zzzzqqqq": "没有符合条件", "q=" + strings.Repeat("长", 101): "太长"} {
		if got := u.get(t, "/items?"+query).want(t, http.StatusOK).text("#list"); !strings.Contains(got, part) {
			t.Errorf("%s: the list says %q, want %q", query, got, part)
		}
	}
	if rows := listRows(u.get(t, "/items?page=9999").want(t, http.StatusOK)); len(rows) == 0 {
		t.Error("a page past the end is empty")
	}
}

func TestItemViewSumsTheDepotsInScope(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	item := d.lots(t, inventory.StockFilter{DepotID: d.depot(t, "GTL").ID})[0].Lot.ItemID
	path := "/items/" + item.String()
	depots := map[string]bool{}
	for _, r := range d.lots(t, inventory.StockFilter{ItemID: item}) {
		depots[r.Depot] = true
	}
	if n := d.as(t, "planner").get(t, path).want(t, http.StatusOK).Find("main tbody tr").Length(); n != len(depots) {
		t.Errorf("%d depots shown, want %d", n, len(depots))
	}
	street := d.as(t, "street").get(t, path).want(t, http.StatusOK)
	if n := street.Find("main tbody tr").Length(); n != 1 {
		t.Errorf("the street sees %d depots", n)
	}
	if street.Find(`main a[href$="/edit"]`).Length() != 0 {
		t.Error("the street is offered the form")
	}
	for _, missing := range []string{"/items/1", "/items/x", "/items/1/edit"} {
		d.as(t, "planner").get(t, missing).want(t, http.StatusNotFound)
	}
}

func TestOnlyPlannersKeepTheCatalogue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	item := "/items/" + d.lots(t, inventory.StockFilter{})[0].Lot.ItemID.String()
	for _, login := range []string{"leader", "keeper", "street", "system", "audit"} {
		u := d.as(t, login)
		u.get(t, "/")
		for _, path := range []string{"/items/new", item + "/edit"} {
			u.get(t, path).want(t, http.StatusForbidden)
		}
		for _, path := range []string{"/items", item} {
			u.post(t, path, url.Values{"name": {"甲"}}).want(t, http.StatusForbidden)
		}
	}
}
