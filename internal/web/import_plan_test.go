package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"changbei/internal/plan"
)

// planBook is a plan of some depots, as an office types it.
func planBook(t *testing.T, title string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	all := append([][]any{{title}, {"序号", "储备库", "物资名称", "规格型号", "单位", "最低储备量", "标准储备量"}}, rows...)
	for i, r := range all {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chosen takes for every place what the page proposes.
func chosen(p *page) url.Values {
	typed := url.Values{"act": {"save"}}
	p.Find(`select[name^="depot."]`).Each(func(_ int, s *goquery.Selection) {
		typed.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
	})
	p.Find(`select[name^="word."]`).Each(func(_ int, s *goquery.Selection) { typed.Set(s.AttrOr("name", ""), "new") })
	return typed
}

func TestImportOfAPlan(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depots, err := d.store.Read().Depots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, second := depots[0].Name, depots[1].Name
	p := u.upload(t, "计划.xlsx", planBook(t, "应急物资储备计划表", []any{1, first, "试验大衣", "均码", "件", 50, 100}, []any{2, second, "试验大衣", "均码", "件", nil, 40},
		[]any{3, "早已撤并的库", "试验大衣", "均码", "件", nil, 7})).want(t, http.StatusOK)
	if !strings.Contains(p.text("#blocked"), "请先为") || p.Find("#plan_year").Length() != 1 || p.Find("#as_of").Length() != 0 {
		t.Fatalf("%s / %s", p.text("#blocked"), p.text("#mapping"))
	}
	typed := chosen(p)
	typed.Set("depot.3", "none")
	typed.Set("plan_year", "明年")
	wrong := u.postForm(t, p, "#preview", typed).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(wrong.text("#mapping"), "四位数的年份") || wrong.Find("#plan_year").AttrOr("value", "") != "明年" {
		t.Errorf("the wrong year is not shown: %s", wrong.text("#mapping"))
	}
	typed.Set("plan_year", "2028")
	p = u.postForm(t, p, "#preview", typed).want(t, http.StatusOK)
	// The demo's plan names more goods at these depots: what it has beyond them is shown as left out.
	if n := p.Find("#plan tbody tr").Length(); n < 2 || p.Find("#blocked").Length() != 0 || !strings.Contains(p.text("#plan"), "新增 2 行") {
		t.Fatalf("%d changes, blocked %q: %s", n, p.text("#blocked"), p.text("#plan"))
	}
	if p.chip("不导入") != "1" || p.Find(`select[name="depot.3"] option[selected]`).AttrOr("value", "") != "none" {
		t.Errorf("the place that is left out is not: %s", p.text("#mapping"))
	}
	p = u.apply(t, p, "all").want(t, http.StatusOK)
	link := p.Find("#draft a").AttrOr("href", "")
	all, err := d.store.Read().Plans(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	var made plan.Plan
	for _, one := range all {
		if one.Year == 2028 {
			made = one
		}
	}
	if link != "/plans/"+made.ID.String() || !strings.Contains(p.text("#draft"), "2028年全年储备计划 第1版") {
		t.Errorf("the draft is linked as %q: %s", link, p.text("#draft"))
	}
	p = u.postForm(t, p, "#undo", nil).want(t, http.StatusOK)
	if again, err := d.store.Read().Plan(t.Context(), made.ID); err != nil || again.Status != plan.Discarded {
		t.Errorf("after the import was taken back the draft is %s %v", again.Status, err)
	}
	if !strings.Contains(p.Body, "计划草稿已作废") {
		t.Error("nothing says that the draft is gone")
	}
}
