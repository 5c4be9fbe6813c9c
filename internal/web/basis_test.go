package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/directory"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/PuerkitoBio/goquery"
)

// rowOf finds the row of a table that names something.
func rowOf(p *page, table, name string) *goquery.Selection {
	return p.Find(table + " tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool {
		return strings.Contains(tr.Find("td.is-title").Text(), name)
	})
}

func cell(row *goquery.Selection, label string) string {
	return oneLine(row.Find(`td[data-l="` + label + `"]`).Text())
}

func TestFiguresAreRecordedInAColumn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	p := u.get(t, "/bases").want(t, http.StatusOK)
	if n := p.Find("#figures tbody tr").Length(); n != 17 {
		t.Fatalf("%d areas", n)
	}
	field := rowOf(p, "#figures", "靖港镇").Find("input").AttrOr("name", "")
	saved := u.postForm(t, p, "#figures", url.Values{field: {"９５０"}, "source": {sly}, "do": {"save"}}).want(t, http.StatusOK)
	if !strings.Contains(saved.text(".cb-flash.is-ok"), "1 个区划") {
		t.Fatalf("ended at %s: %s", saved.URL, saved.text("main"))
	}
	row := rowOf(saved, "#figures", "靖港镇")
	if cell(row, "2026 年") != "950 人" || cell(row, "上次") != "360" || cell(row, "来源") != sly || !strings.Contains(cell(row, "登记人"), "沈岚") {
		t.Errorf("the row reads %s", oneLine(row.Text()))
	}
	if strings.Contains(saved.Body, "<script>alert") {
		t.Error("the source is markup")
	}
	if row.Find("input").AttrOr("value", "") != "" {
		t.Error("a new value stands in the form that nobody typed")
	}
	t.Run("what is wrong is said at its row, with what was typed", func(t *testing.T) {
		other := rowOf(p, "#figures", "乔口镇").Find("input").AttrOr("name", "")
		bad := u.postForm(t, saved, "#figures", url.Values{field: {"很多"}, other: {"12"}, "do": {"save"}}).want(t, http.StatusUnprocessableEntity)
		row := rowOf(bad, "#figures", "靖港镇")
		if !strings.Contains(row.Find(".cb-error").Text(), "很多") || row.Find("input").AttrOr("value", "") != "很多" ||
			rowOf(bad, "#figures", "乔口镇").Find("input").AttrOr("value", "") != "12" || !strings.Contains(bad.text("#figures .cb-filter .cb-error"), "来源") {
			t.Errorf("%s", bad.text("main"))
		}
	})
	t.Run("villages on demand", func(t *testing.T) {
		way := rowOf(saved, "#figures", "靖港镇").Find(`a[href*="under="]`)
		if !strings.Contains(way.Text(), "12 个") {
			t.Errorf("the way reads %s", way.Text())
		}
		v := u.get(t, way.AttrOr("href", "")).want(t, http.StatusOK)
		if v.Find("#figures tbody tr").Length() != 12 || v.text(".cb-crumb") != "测算基数 / 靖港镇" {
			t.Errorf("%s", v.text("main"))
		}
		first := v.Find("#figures tbody input").First().AttrOr("name", "")
		done := u.postForm(t, v, "#figures", url.Values{first: {"45"}, "source": {"村里报"}, "do": {"save"}}).want(t, http.StatusOK)
		if done.text(".cb-crumb") != "测算基数 / 靖港镇" || !strings.Contains(done.text("#figures tbody tr"), "45 人") {
			t.Errorf("ended at %s", done.URL)
		}
	})
	t.Run("a new figure", func(t *testing.T) {
		blank := u.get(t, u.get(t, "/bases").Find(".cb-tabs a").Last().AttrOr("href", "")).want(t, http.StatusOK)
		made := u.postForm(t, blank, "#figures", url.Values{"name": {"地质灾害点"}, "unit": {"处"}, "source": {"国土"}, field: {"7"}, "do": {"save"}}).want(t, http.StatusOK)
		if cell(rowOf(made, "#figures", "靖港镇"), "2026 年") != "7 处" || !strings.Contains(made.text(".cb-tabs [aria-current]"), "地质灾害点") {
			t.Errorf("ended at %s: %s", made.URL, made.text("main"))
		}
		again := u.postForm(t, blank, "#figures", url.Values{"name": {""}, "year": {"26"}, field: {"7"}, "do": {"save"}}).want(t, http.StatusUnprocessableEntity)
		if again.Find(`[name="year"]`).AttrOr("value", "") != "26" {
			t.Errorf("the year typed is gone: %s", again.text("main"))
		}
	})
	t.Run("a leader sees the figures and no form", func(t *testing.T) {
		p := d.as(t, "leader").get(t, "/bases").want(t, http.StatusOK)
		if p.Find("#figures tbody input, #figures .cb-foot").Length() != 0 || !strings.Contains(p.text("#figures"), "950") {
			t.Error(p.text("main"))
		}
	})
}

// figureLine puts a plan in force with one line that was computed from a
// street's people to be moved, past the use cases: this test is of figures.
func figureLine(t *testing.T, path, area string, used int64) {
	t.Helper()
	db := storetest.Raw(t, store.Options{SQLite: path})
	var item int64
	if err := db.QueryRow(`SELECT id FROM item WHERE name = '棉被' AND unit = '床'`).Scan(&item); err != nil {
		t.Fatal(err)
	}
	_, err := db.Exec(`INSERT INTO reserve_plan (id, plan_year, season, version_no, name, status, from_on, to_on, window_days, based_on_id, remark,
		author_id, author_name, created_at, submitted_id, submitted_name, submitted_at, decided_id, decided_name, decided_at, document_no, signed_on,
		decision, content_hash, lock_no) VALUES (7, 2026, 'year', 77, '测试计划', 'approved', '2026-01-01', '2026-12-31', 90, 0, '', 1, '', 0, 0, '', 0, 0, '', 0, '', '', '', '', 1)`)
	if err != nil {
		t.Fatal(err)
	}
	basis, err := json.Marshal(plan.Basis{Kind: plan.PerHead, Division: area, Figure: plan.MovedPeople, Year: 2026, Value: quantity.Of(used), Per: quantity.One})
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`INSERT INTO plan_line (id, plan_id, line_no, scope, depot_id, tier, target, target_id, unit, minimum, standard, maximum, forms,
		responsible, fund, basis, basis_text, remark) VALUES (71, 7, 4, 'district', 0, '', 'item', ?, '床', 0, ?, 0, 'physical', '', '', ?, '', '')`,
		item, int64(quantity.Of(used)), string(basis))
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFigureIsPreviewedBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	db, err := district()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "d.db")
	if err := os.WriteFile(path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	d := openDesk(t, path, true)
	figureLine(t, path, "430112106000", 360) // 靖港镇, as the demo has it
	u := d.as(t, "planner")
	p := u.get(t, "/bases").want(t, http.StatusOK)
	if strings.Contains(p.text("#effects"), "靖港镇") { // the demo has another street's recount
		t.Errorf("nothing changed yet: %s", p.text("#effects"))
	}
	field := rowOf(p, "#figures", "靖港镇").Find("input").AttrOr("name", "")
	typed := url.Values{field: {"1000"}, "source": {"核实"}, "do": {"preview"}}
	seen := u.postForm(t, p, "#figures", typed).want(t, http.StatusOK)
	row := rowOf(seen, "#effects", "测试计划")
	if cell(row, "原用") != "360 人（2026）" || cell(row, "现为") != "1,000 人（2026）" || cell(row, "原标准量") != "360" || cell(row, "改为") != "1,000" || cell(row, "行") != "4" {
		t.Errorf("the preview reads %s", seen.text("#effects"))
	}
	if !strings.Contains(seen.text("#effects"), "尚未保存") || rowOf(seen, "#figures", "靖港镇").Find("input").AttrOr("value", "") != "1000" {
		t.Errorf("what was typed is gone, or looks saved: %s", seen.text("#effects header"))
	}
	if now := u.get(t, "/bases"); strings.Contains(now.text("#effects"), "靖港镇") || cell(rowOf(now, "#figures", "靖港镇"), "2026 年") != "360 人" {
		t.Error("the preview saved")
	}
	typed.Set("do", "save")
	saved := u.postForm(t, seen, "#figures", typed).want(t, http.StatusOK)
	if cell(rowOf(saved, "#effects", "测试计划"), "改为") != "1,000" {
		t.Errorf("after saving: %s", saved.text("#effects"))
	}
}

func TestGroupsAndStandardsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	quilt := d.goods(t, "棉褥")
	p := u.get(t, "/groups/new").want(t, http.StatusOK)
	bad := u.postForm(t, p, "main form", url.Values{"name": {sly}, "unit": {"床"}, "member.1.item": {"火箭"}, "member.1.ratio": {"1"}, "member.3.item": {quilt}, "member.3.ratio": {"零"}})
	bad.want(t, http.StatusUnprocessableEntity)
	if lines := bad.Find("#members tbody tr"); !strings.Contains(lines.Eq(0).Find(".cb-error").Text(), "火箭") || !strings.Contains(lines.Eq(2).Find(".cb-error").Text(), "零") ||
		bad.Find("#name").AttrOr("value", "") != sly {
		t.Errorf("%s", bad.text("#members"))
	}
	made := u.postForm(t, bad, "main form", url.Values{"member.1.item": {""}, "member.1.ratio": {""}, "member.3.ratio": {"1/2"}}).want(t, http.StatusOK)
	row := rowOf(made, "main", "帐篷")
	if made.URL.Path != "/groups" || strings.Contains(made.Body, "<script>alert") || !strings.Contains(made.text("main"), "= 1/2 床") {
		t.Fatalf("ended at %s: %s, %s", made.URL, made.text("main"), row.Text())
	}
	form := u.get(t, "/standards/new").want(t, http.StatusOK)
	offered := "等效组 " + sly
	if form.Find("#targets option").FilterFunction(func(_ int, o *goquery.Selection) bool { return o.AttrOr("value", "") == offered }).Length() != 1 {
		t.Error("the group is not offered as a target")
	}
	refused := u.postForm(t, form, "main form", url.Values{"name": {"被褥"}, "target": {offered}, "per": {"1/3"}, "source": {"x"}, "case": {"ice", "flood"}, "often": {"daily"}})
	refused.want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(refused.text(".cb-field.is-bad"), "0.334") || refused.Find(`[name="case"][checked]`).Length() != 2 || refused.Find(`[value="daily"][checked]`).Length() != 1 {
		t.Errorf("%s", refused.text("main"))
	}
	kept := u.postForm(t, refused, "main form", url.Values{"per": {"0.5"}}).want(t, http.StatusOK)
	if row := rowOf(kept, "main", "被褥"); cell(row, "每人用量") != "0.5 床" || cell(row, "每 100 人") != "50 床" || cell(row, "用量方式") != "每天" || cell(row, "适用情形") != "洪涝、冰冻" {
		t.Errorf("the row reads %s", oneLine(row.Text()))
	}
	if row := rowOf(kept, "main", "棉被"); !strings.Contains(row.Text(), "示例，非法定标准") {
		t.Errorf("an example is not marked: %s", oneLine(row.Text()))
	}
	t.Run("the group is not put away while the standard uses it", func(t *testing.T) {
		edit := u.get(t, rowOf(made, "main", "alert").Find("a").AttrOr("href", "")).want(t, http.StatusOK)
		p := u.postForm(t, edit, "main form", url.Values{"retired": {"1"}}).want(t, http.StatusConflict)
		if !strings.Contains(p.text(".cb-field.is-bad"), "被褥") {
			t.Error(p.text("main"))
		}
	})
	t.Run("a form that is late is refused", func(t *testing.T) {
		edit := u.get(t, rowOf(kept, "main", "被褥").Find("a").AttrOr("href", "")).want(t, http.StatusOK)
		u.postForm(t, edit, "main form", url.Values{"per": {"2"}}).want(t, http.StatusOK)
		u.postForm(t, edit, "main form", url.Values{"per": {"3"}}).want(t, http.StatusConflict)
	})
	t.Run("a leader sees both lists and no way to change them", func(t *testing.T) {
		l := d.as(t, "leader")
		for _, path := range []string{"/groups", "/standards"} {
			if p := l.get(t, path).want(t, http.StatusOK); p.Find(`main a[href$="/edit"], main a[href$="/new"]`).Length() != 0 || p.Find("main tbody tr").Length() == 0 {
				t.Errorf("%s: %s", path, p.text("main"))
			}
		}
	})
}

// goods gives the code of goods of the catalogue.
func (d *desk) goods(t *testing.T, name string) string {
	t.Helper()
	planner := access.Actor{ID: 1, Grants: []access.Grant{{Role: access.Planner}}}
	all, err := d.uses.Planning.Goods(t.Context(), planner)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range all.Items() {
		if it.Name == name && !it.Draft {
			return it.Code
		}
	}
	t.Fatalf("no %s", name)
	return ""
}

func TestRoadsAreAColumnPerDepot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	p := u.get(t, "/roads").want(t, http.StatusOK)
	if p.Find("#minutes tbody tr").Length() != 2 || !strings.Contains(p.text(".cb-sub"), "共 3 对") {
		t.Fatalf("%s", p.text("main"))
	}
	row := rowOf(p, "#minutes", "高塘岭")
	field := row.Find(`input[name^="minutes."]`).AttrOr("name", "")
	if row.Find(`input[name^="minutes."]`).AttrOr("value", "") != "12" || cell(row, "来源") != "演示值" {
		t.Errorf("%s", row.Text())
	}
	bad := u.postForm(t, p, "#minutes", url.Values{field: {"2000"}, "source": {"导航"}}).want(t, http.StatusUnprocessableEntity)
	if row := rowOf(bad, "#minutes", "高塘岭"); !strings.Contains(row.Find(".cb-error").Text(), "2000") || bad.Find(`[name="source"]`).AttrOr("value", "") != "导航" {
		t.Errorf("%s", bad.text("main"))
	}
	saved := u.postForm(t, bad, "#minutes", url.Values{field: {""}}).want(t, http.StatusOK)
	if rowOf(saved, "#minutes", "高塘岭").Find(`input[name^="minutes."]`).AttrOr("value", "x") != "" || !strings.Contains(saved.text(".cb-flash.is-ok"), "1 条") {
		t.Errorf("%s", saved.text("main"))
	}
	late := u.postForm(t, p, "#minutes", url.Values{field: {"15"}, "source": {"导航"}}).want(t, http.StatusConflict)
	if row := rowOf(late, "#minutes", "高塘岭"); row.Find(`input[name^="was."]`).AttrOr("value", "x") != "" || row.Find(`input[name^="minutes."]`).AttrOr("value", "") != "15" {
		t.Errorf("the page does not show how it stands now: %s", row.Text())
	}
	u.postForm(t, late, "#minutes", nil).want(t, http.StatusOK)
	seen := d.as(t, "leader").get(t, "/roads?depot="+strings.TrimPrefix(field, "minutes.")).want(t, http.StatusOK)
	if seen.Find("#minutes tbody input").Length() != 0 || !strings.Contains(seen.text("#minutes"), "15") || !strings.Contains(seen.text("#minutes"), "未知") {
		t.Errorf("%s", seen.text("main"))
	}
	u.get(t, "/roads?depot=77").want(t, http.StatusNotFound)
}

func TestAFreshOfficeIsToldWhereToBegin(t *testing.T) {
	t.Parallel()
	d := emptyDesk(t)
	grants := []access.Grant{{Role: access.Planner}}
	if _, err := d.uses.Accounts.Console().Ensure(t.Context(), accounts.Person{Login: "planner", Name: "计划员", Grants: grants}); err != nil {
		t.Fatal(err)
	}
	u := d.as(t, "planner")
	for path, want := range map[string]string{"/bases": "区划代码", "/standards": "新增标准", "/groups": "新增等效组", "/roads": "两个以上"} {
		if p := u.get(t, path).want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), want) {
			t.Errorf("%s: %s", path, p.text("main"))
		}
	}
	in := directory.DepotInput{Code: "AA", Name: "甲镇库", Tier: place.Township, Division: "430112106000"}
	if _, err := d.uses.Directory.CreateDepot(t.Context(), access.Actor{ID: 1, Name: "计划员", Grants: grants}, in); err != nil {
		t.Fatal(err)
	}
	p := u.get(t, "/bases").want(t, http.StatusOK)
	if p.Find(`[name="name"]`).First().AttrOr("value", "") != plan.MovedPeople || !strings.Contains(p.text("#figures tbody"), "甲镇库") {
		t.Errorf("the first figure is not offered: %s", p.text("main"))
	}
}
