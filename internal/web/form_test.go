package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sendForms ticks depots on the page and gives the page that follows.
func (u *user) sendForms(t testing.TB, names ...string) *page {
	t.Helper()
	p := u.get(t, "/forms").want(t, http.StatusOK)
	ticked := url.Values{}
	for _, name := range names {
		box := p.Find("#send label:contains(" + name + ") input[value]").First()
		ticked.Add(box.AttrOr("name", ""), box.AttrOr("value", ""))
	}
	return u.postForm(t, p, "#send", ticked).want(t, http.StatusOK)
}

const districtDepot = "望城区应急物资储备库"

// filledForm fills in a form's first lines: counts and reasons, "" leaves out.
func filledForm(t testing.TB, book string, says map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for ref, v := range says {
		if err := f.SetCellValue("核对表", ref, v); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAFormGoesToAStreetAndComesBack(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	p := u.sendForms(t, districtDepot)
	link := p.Find("#sent a").AttrOr("href", "")
	file := u.get(t, link).want(t, http.StatusOK)
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, url.PathEscape(districtDepot+"_核对表_2026-11-25.xlsx")) {
		t.Errorf("named %s", got)
	}
	if again := u.get(t, p.Find("#list a").AttrOr("href", "")).want(t, http.StatusOK); again.Body != file.Body {
		t.Error("fetched again, the file is another one")
	}
	if state := p.text("#list tbody .cb-tag"); state != "未交回" {
		t.Errorf("the form is %s", state)
	}
	p = u.upload(t, "交回.xlsx", filledForm(t, file.Body, map[string]any{"K8": 0, "L8": "报废损失", "K9": 0, "K10": "很多"})).want(t, http.StatusOK)
	if n := p.Find("#lines > .cb-scroll tbody tr").Length(); n != 3 || p.Find("#sheets, select[name='depot.1']").Length() != 0 {
		t.Fatalf("%d lines: %s", n, p.text("#lines"))
	}
	p = u.postForm(t, p, "#preview", url.Values{"act": {"reasons"}}).want(t, http.StatusOK)
	if p.Find("#lines select[name^=reason] option[selected]").Length() != 2 || p.Find("#reasonall").Length() != 0 {
		t.Errorf("after one answer for all: %s", p.text("#lines"))
	}
	p = u.postForm(t, p, "#preview", url.Values{"cell.1": {"0"}, "act": {"save"}}).want(t, http.StatusOK)
	if got := p.text("#lines .cb-mend + small"); got != "原为 很多" {
		t.Errorf("mended shows %q", got)
	}
	values := formValues(p.Find("#preview"))
	values.Del("take.3") // not accepted
	values.Set("act", "all")
	u.last = p
	p = u.post(t, p.Find(`#preview button[value="all"]`).AttrOr("formaction", ""), values).want(t, http.StatusOK)
	if n := p.Find(`#vouchers td[data-l="行数"]:contains("1")`).Length(); n != 2 || !strings.Contains(p.text("#vouchers"), "BF-") || !strings.Contains(p.text("#vouchers"), "PD-") {
		t.Fatalf("booked %s: %s", p.text("#vouchers"), p.text(".cb-flash"))
	}
	list := u.get(t, "/forms").want(t, http.StatusOK)
	if state := list.text("#list tbody .cb-tag"); state != "已交回" || list.Find(`#list a:contains("看入账")`).AttrOr("href", "") != p.URL.Path {
		t.Errorf("the form is %s", state)
	}
	p = u.upload(t, "又一份.xlsx", filledForm(t, file.Body, map[string]any{"K8": 0, "L8": "领用出库"})).want(t, http.StatusOK)
	if !strings.Contains(p.text("#blocked"), "交回入账") || p.Find("#differs tbody tr").Length() != 3 || p.Find(`#first a`).Length() != 1 {
		t.Errorf("a second copy: %s %s", p.text("#blocked"), p.text("#differs"))
	}
}

func TestSeveralFormsComeInOneFileAndCanBeWithdrawn(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	street := strings.TrimSpace(u.get(t, "/forms").Find(`#send label:has(input[name="depot.township"])`).First().Text())
	p := u.sendForms(t, districtDepot, street)
	file := u.get(t, p.Find("#sent a").AttrOr("href", "")).want(t, http.StatusOK)
	z, err := zip.NewReader(strings.NewReader(file.Body), int64(len(file.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if strings.Join(names, ",") != districtDepot+"_核对表_2026-11-25.xlsx,"+street+"_核对表_2026-11-25.xlsx" {
		t.Errorf("the archive holds %v", names)
	}
	stranger := d.as(t, "keeper-gtl")
	if n := stranger.get(t, "/forms").want(t, http.StatusOK).Find("#list tbody tr").Length(); n != 0 {
		t.Errorf("a stranger sees %d forms", n)
	}
	stranger.get(t, p.Find("#list a").AttrOr("href", "")).want(t, http.StatusNotFound)
	u.get(t, "/forms")
	p = u.postForm(t, u.last, `#list form[action$="/withdraw"]`, nil).want(t, http.StatusOK)
	if got := p.text("#list tbody .cb-tag"); strings.Count(got, "已撤回") != 1 || strings.Count(got, "未交回") != 1 {
		t.Errorf("states %s", got)
	}
}

func TestNothingTickedIsSaid(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	p := d.as(t, "planner").sendForms422(t)
	if !strings.Contains(p.text(".cb-flash"), "请先勾选") {
		t.Errorf("said %s", p.text(".cb-flash"))
	}
}

func (u *user) sendForms422(t testing.TB) *page {
	t.Helper()
	return u.postForm(t, u.get(t, "/forms"), "#send", nil).want(t, http.StatusUnprocessableEntity)
}

func TestAChangedFormIsSaidOnItsPage(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	file := u.get(t, u.sendForms(t, districtDepot).Find("#sent a").AttrOr("href", "")).want(t, http.StatusOK)
	f, err := excelize.OpenReader(strings.NewReader(file.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SetCellStr("changbei", "E7", "1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	p := u.upload(t, "改过.xlsx", out.Bytes()).want(t, http.StatusOK)
	if !strings.Contains(p.text("#facts"), "隐藏部分被改动过") || p.Find("#lines").Length() != 0 || p.Find("#sheets").Length() != 1 {
		t.Errorf("says %s", p.text("#facts"))
	}
}
