package web_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"changbei/internal/reporting"
)

// uploadTemplate sends the upload form of the templates' page.
func (u *user) uploadTemplate(t testing.TB, kind, name, file string, content []byte) *page {
	t.Helper()
	action, ok := u.get(t, "/templates").Find("form#upload").Attr("action")
	if !ok {
		t.Fatal("no upload form")
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, text := range map[string]string{"kind": kind, "name": name} {
		if err := form.WriteField(field, text); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", file)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	form.Close()
	r, err := http.NewRequest(http.MethodPost, u.desk.server.URL+action, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return u.do(t, r)
}

// fetch gets a file and the name it comes under.
func (u *user) fetch(t testing.TB, path string) (content []byte, name string) {
	t.Helper()
	answer, err := u.client.Get(u.desk.server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err = io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, answer.StatusCode, err)
	}
	_, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition"))
	if err != nil {
		t.Fatal(err)
	}
	return content, params["filename"]
}

// exportAddress is where a page's export form leads with a layout chosen.
func exportAddress(t testing.TB, p *page, layout string) string {
	t.Helper()
	form := p.Find("form#export")
	q := url.Values{}
	for _, in := range form.Find("input").EachIter() {
		q.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
	}
	found := false
	for _, o := range form.Find("option").EachIter() {
		if o.Text() == layout {
			q.Set("template", o.AttrOr("value", ""))
			found = true
		}
	}
	if !found {
		t.Fatalf("no layout %s among %q", layout, form.Text())
	}
	return form.AttrOr("action", "") + "?" + q.Encode()
}

func titleOf(t testing.TB, content []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	title, err := f.GetCellValue(f.GetSheetName(0), "A1")
	if err != nil {
		t.Fatal(err)
	}
	return title
}

// ownSample is a kind's sample under a title of the office's own.
func ownSample(t testing.TB, content []byte, title string) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SetCellValue(f.GetSheetName(0), "A1", title); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTemplateFromSampleToExport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	if p := u.get(t, "/stock"); p.Find("a#export").Length() != 1 || p.Find("form#export").Length() != 0 {
		t.Error("without own layouts the button is no link")
	}
	for _, k := range reporting.TemplateKinds() {
		sample, name := u.fetch(t, "/templates/sample?kind="+k.Kind)
		if !strings.Contains(name, "样板") {
			t.Errorf("the sample is called %s", name)
		}
		p := u.uploadTemplate(t, k.Kind, "本局 "+k.Kind, "本局表样.xlsx", ownSample(t, sample, "本局表样 "+k.Kind)).want(t, http.StatusOK)
		if said := p.text(".cb-flash"); !strings.Contains(said, "已可使用") || !strings.Contains(p.text("table"), "本局 "+k.Kind) {
			t.Errorf("%s: said %q", k.Kind, said)
		}
	}
	depot := d.depot(t, "WC01").ID.String()
	for page, want := range map[string]struct{ title, layout, file string }{
		"/stock?depot=" + depot:                 {"本局表样 stock", "本局 stock", "库存台账-"},
		"/summary?month=2026-11&depot=" + depot: {"本局表样 summary", "本局 summary", "收发存汇总表-2026-11"},
		firstVoucher(t, u):                      {"本局表样 voucher", "本局 voucher", "RK-"},
	} {
		p := u.get(t, page).want(t, http.StatusOK)
		content, name := u.fetch(t, exportAddress(t, p, want.layout))
		if title := titleOf(t, content); title != want.title || !strings.Contains(name, want.file) {
			t.Errorf("%s: %q in %s", page, title, name)
		}
	}
	t.Run("the system's layout stays the first choice, under the same filter", func(t *testing.T) {
		p := u.get(t, "/stock?depot="+depot)
		built, _ := u.fetch(t, "/stock/export?depot="+depot)
		chosen, _ := u.fetch(t, exportAddress(t, p, "系统版式"))
		if titleOf(t, built) != titleOf(t, chosen) || p.Find("form#export option").First().Text() != "系统版式" {
			t.Error("another workbook")
		}
	})
	t.Run("one that is retired is offered no more, its file stays", func(t *testing.T) {
		p := u.get(t, "/templates")
		row := p.Find("tr").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), "本局 stock") })
		file := row.Find("td a").AttrOr("href", "")
		u.post(t, row.Find("form").AttrOr("action", ""), nil).want(t, http.StatusOK)
		if u.get(t, "/stock").Find("form#export").Length() != 0 {
			t.Error("still offered")
		}
		if _, name := u.fetch(t, file); name != "本局表样.xlsx" {
			t.Errorf("called %s", name)
		}
	})
}

func firstVoucher(t testing.TB, u *user) string {
	t.Helper()
	link, ok := u.get(t, "/vouchers?type=receipt").Find(`td a[href^="/vouchers/"]`).First().Attr("href")
	if !ok {
		t.Fatal("no voucher")
	}
	return link
}

func TestTemplateRefusals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	sample, _ := u.fetch(t, "/templates/sample?kind=stock")
	for _, c := range []struct {
		outcome, kind, file string
		content             []byte
		want                string
	}{
		{"no kind", "", "表.xlsx", sample, "哪一种"},
		{"an unknown field", "stock", "表.xlsx", ownSample(t, sample, "{{物资编马}}"), "A1"},
		{"a text", "stock", "表.xlsx", []byte("甲,乙\n1,2\n"), ".xlsx"},
		{"a file of fifty megabytes", "stock", "表.xlsx", make([]byte, 50<<20), "10 MB"},
		{"nothing", "stock", "表.xlsx", nil, "空"},
	} {
		t.Run(c.outcome+" gets a sentence, and what was typed stays", func(t *testing.T) {
			p := u.uploadTemplate(t, c.kind, "我的名称", c.file, c.content)
			if said := p.text(".cb-flash"); p.Status < 400 || p.Status >= 500 || !strings.Contains(said, c.want) {
				t.Errorf("status %d, said %q", p.Status, said)
			}
			if p.Find("#name").AttrOr("value", "") != "我的名称" || p.Find("#kind option[selected]").AttrOr("value", "") != c.kind {
				t.Error("what was typed is gone")
			}
		})
	}
	if p := u.post(t, "/templates", nil).want(t, http.StatusUnprocessableEntity); !strings.Contains(p.text(".cb-flash"), "没有收到文件") {
		t.Error(p.text(".cb-flash"))
	}
	u.get(t, "/templates/export?kind=voucher").want(t, http.StatusUnprocessableEntity)
	u.get(t, "/templates/export?kind=x&template=5").want(t, http.StatusUnprocessableEntity)
	u.get(t, "/templates/export?kind=stock&template=5").want(t, http.StatusNotFound)
	u.get(t, "/templates/sample?kind=x").want(t, http.StatusNotFound)
	keeper := d.as(t, "keeper")
	if p := keeper.get(t, "/templates").want(t, http.StatusOK); p.Find("form#upload").Length() != 0 || !strings.Contains(p.text("main"), "{{物资名称}}") {
		t.Error("a keeper sees no fields, or a form")
	}
}
