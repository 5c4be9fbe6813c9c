package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"
)

// tents and water of the demo, as a field offers them.
const (
	aTent  = "单帐篷"
	aWater = "瓶装饮用水"
)

// offered finds what the form offers for a word.
func offeredGoods(t testing.TB, p *page, word string) string {
	t.Helper()
	found := ""
	p.Find("#targets option").EachWithBreak(func(_ int, o *goquery.Selection) bool {
		if v := o.AttrOr("value", ""); strings.Contains(v, word) && strings.HasPrefix(v, "物资 ") {
			found = v
		}
		return found == ""
	})
	if found == "" {
		t.Fatalf("nothing offered for %s", word)
	}
	return found
}

func requestValues(t testing.TB, p *page) url.Values {
	return url.Values{"kind": {"flood"}, "happened_at": {"2026-11-25T08:30"}, "place": {"高塘岭中学<script>"}, "moved_people": {"300"}, "days": {"3"},
		"line.1.target": {offeredGoods(t, p, aTent)}, "line.1.needed": {"75"}, "line.1.in_stock": {"5"}, "line.3.target": {offeredGoods(t, p, aWater)}, "line.3.needed": {"900"}, "line.3.asked": {"400"}, "act": {"send"}}
}

func (u *user) sendRequest(t testing.TB) *page {
	t.Helper()
	p := u.get(t, "/requests/new").want(t, http.StatusOK)
	return u.postForm(t, p, "#request", requestValues(t, p)).want(t, http.StatusOK)
}

func TestAStreetOfficerSendsARequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	street, planner := d.as(t, "street"), d.as(t, "planner")
	p := street.get(t, "/requests/new").want(t, http.StatusOK)
	values := requestValues(t, p)
	values["line.1.needed"], values["kind"] = []string{"几十"}, []string{""}
	p = street.postForm(t, p, "#request", values).want(t, http.StatusUnprocessableEntity)
	if text := p.text("main"); !strings.Contains(text, "灾种") || p.Find(`.cb-errors a[href="#line-1-needed"]`).Length() != 1 || p.Find("#line-2-target").AttrOr("value", "") == "" {
		t.Errorf("said %s", text)
	}
	p = street.postForm(t, p, "#request", url.Values{"kind": {"flood"}, "line.1.needed": {"75"}, "act": {"send"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "已报区应急局，编号 XQ-") || !strings.HasPrefix(p.URL.Path, "/requests/") {
		t.Fatalf("sent shows %s %q", p.URL, p.text(".cb-flash"))
	}
	rows := p.Find("#lines tbody tr")
	if rows.Length() != 2 || rows.First().Find(`td[data-l="申请量"]`).Text() != "70" || rows.Last().Find(`td[data-l="申请量"]`).Text() != "400" || p.Find("script:not([src])").Length() != 0 {
		t.Errorf("the request shows %s", p.text("#lines"))
	}
	view := p.URL.Path
	if p.Find(`form[action$="/withdraw"]`).Length() != 1 || p.Find(`form[action$="/refuse"], a[href^="/orders/new"]`).Length() != 0 {
		t.Error("a street officer withdraws, and decides nothing")
	}
	p = planner.get(t, view).want(t, http.StatusOK)
	if p.Find(`a[href^="/orders/new?request="]`).Length() != 1 || p.Find(`form[action$="/withdraw"], form[action$="/refuse"]`).Length() != 2 {
		t.Error("a planner draws an order up or refuses")
	}
	if n := planner.get(t, "/requests").want(t, http.StatusOK).Find("#open tbody tr").Length(); n != 1 {
		t.Errorf("%d requests wait", n)
	}
	planner.postForm(t, p, `form[action$="/refuse"]`, nil).want(t, http.StatusUnprocessableEntity)
	p = planner.postForm(t, planner.get(t, view), `form[action$="/refuse"]`, url.Values{"answer": {"与上午的重复"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text("dl"), "已退回：与上午的重复") {
		t.Errorf("refused shows %s", p.text("dl"))
	}
	p = street.get(t, "/requests?state=closed").want(t, http.StatusOK)
	if p.Find("#closed tbody tr").Length() != 1 || p.Find("#open").Length() != 0 {
		t.Errorf("the list shows %s", p.text("main"))
	}
	d.as(t, "keeper-dzw").get(t, view).want(t, http.StatusNotFound)
	if p = street.get(t, view+"/print").want(t, http.StatusOK); !strings.Contains(p.text("main"), "转移人数：300") || p.Find("tbody tr").Length() != 2 {
		t.Errorf("on paper: %s", p.text("main"))
	}
}

// By the standards the lines come with what the books have; what is typed over
// no longer comes from the standard.
func TestARequestByTheStandards(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "street")
	p := u.get(t, "/requests/new").want(t, http.StatusOK)
	p = u.postForm(t, p, "#request", url.Values{"kind": {"flood"}, "act": {"needs"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-flash"), "人数") {
		t.Errorf("said %q", p.text(".cb-flash"))
	}
	p = u.postForm(t, p, "#request", url.Values{"kind": {"flood"}, "moved_people": {"120"}, "days": {"2"}, "act": {"needs"}}).want(t, http.StatusOK)
	filled := p.Find("#line-1-target").AttrOr("value", "")
	basis := p.Find("#needs small").First().Text()
	if filled == "" || !strings.Contains(basis, "每人") || p.Find("#line-1-in_stock").AttrOr("value", "") == "" || p.Find("#line-1-asked").AttrOr("placeholder", "") == "" {
		t.Fatalf("filled %q by %q", filled, basis)
	}
	p = u.postForm(t, p, "#request", url.Values{"line.1.needed": {"1"}, "act": {"more"}}).want(t, http.StatusOK)
	if p.Find("#line-1-needed").Closest("tr").Find("small").Length() != 0 || p.Find("#line-2-needed").Closest("tr").Find("small").Length() == 0 {
		t.Error("the basis of a figure typed over stays, or that of another goes")
	}
	if p = u.postForm(t, p, "#request", url.Values{"place": {"中学"}, "act": {"send"}}); p.Status != http.StatusOK || !strings.Contains(p.text("#lines"), "每人") {
		t.Errorf("sent: %d %s", p.Status, p.text("main"))
	}
}

func (u *user) readPaper(t testing.TB, name string, book []byte) *page {
	t.Helper()
	action, ok := u.get(t, "/requests/new").Find("form#upload").Attr("action")
	if !ok {
		t.Fatal("no upload form")
	}
	return u.uploadTo(t, action, name, book)
}

// A filled-in paper is the form, its doubts beside the fields with their cells;
// a doubt goes when its field is typed over. Nothing is sent by reading.
func TestAPaperIsReadIntoTheForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "street")
	blank, name := u.fetch(t, "/requests/blank")
	if !strings.Contains(name, "需求报告单") {
		t.Errorf("the blank form is called %q", name)
	}
	water := strings.TrimPrefix(offeredGoods(t, u.get(t, "/requests/new"), aWater), "物资 ")
	f, err := excelize.OpenReader(bytes.NewReader(blank))
	if err != nil {
		t.Fatal(err)
	}
	for ref, v := range map[string]any{"E4": "洪涝", "H4": "2026-11-25 08:30", "C5": "高塘岭中学", "E5": "约300", "H5": "3", "B8": "飞艇", "D8": "艘", "E8": 2, "B9": water, "E9": "=1+1", "I9": "=HYPERLINK(\"x\")"} {
		if err := f.SetCellValue("需求报告单", ref, v); err != nil {
			t.Fatal(err)
		}
	}
	var book bytes.Buffer
	if err := f.Write(&book); err != nil {
		t.Fatal(err)
	}
	p := u.readPaper(t, "填好的.xlsx", book.Bytes()).want(t, http.StatusOK)
	if p.Find("#moved_people").AttrOr("value", "") != "300" || p.Find("#line-1-target").AttrOr("value", "") != "飞艇" || p.Find("#line-2-remark").AttrOr("value", "") != `=HYPERLINK("x")` {
		t.Errorf("read %s", p.text("main"))
	}
	doubts := p.text(".cb-doubt")
	for _, part := range []string{"（E5）", "约300", "（B8）", "（E9）"} {
		if !strings.Contains(doubts, part) {
			t.Errorf("no doubt says %s: %s", part, doubts)
		}
	}
	if n := u.get(t, "/requests").Find("#open tbody tr").Length(); n != 0 {
		t.Error("reading a paper sent it")
	}
	p = u.postForm(t, p, "#request", url.Values{"moved_people": {"310"}, "line.2.needed": {"500"}, "act": {"send"}}).want(t, http.StatusUnprocessableEntity)
	if doubts := p.text(".cb-doubt"); strings.Contains(doubts, "（E5）") || strings.Contains(doubts, "（E9）") || !strings.Contains(doubts, "（B8）") || p.text("#read") == "" {
		t.Errorf("what was typed over is doubted, or what was not is not: %s", doubts)
	}
	p = u.postForm(t, p, "#request", url.Values{"line.1.target": {""}, "line.1.needed": {""}, "act": {"more"}}).want(t, http.StatusOK) // the line is left out
	if p.Find(".cb-doubt").Length() != 0 || !strings.Contains(p.Find("#line-1-target").AttrOr("value", ""), aWater) {
		t.Errorf("lines %s", p.text("#needs"))
	}
	if p = u.postForm(t, p, "#request", url.Values{"act": {"send"}}); p.Status != http.StatusOK || !strings.HasPrefix(p.URL.Path, "/requests/") {
		t.Fatalf("%d %s", p.Status, p.text("main"))
	}
	// What was sent goes out as a workbook that reads back as the same form.
	exported, _ := u.fetch(t, p.URL.Path+"/export")
	again := u.readPaper(t, "导出的.xlsx", exported).want(t, http.StatusOK)
	if again.Find(".cb-doubt").Length() != 0 {
		t.Errorf("our own paper is doubted: %s", again.text(".cb-doubt"))
	}
	for id, want := range map[string]string{"#place": "高塘岭中学", "#happened_at": "2026-11-25T08:30", "#moved_people": "310", "#days": "3", "#line-1-needed": "500", "#line-1-remark": `=HYPERLINK("x")`} {
		if got := again.Find(id).AttrOr("value", ""); got != want {
			t.Errorf("%s holds %q, want %q", id, got, want)
		}
	}
	u.readPaper(t, "x.xlsx", []byte("PK")).want(t, http.StatusUnprocessableEntity)
	u.uploadTo(t, "/requests/read?_csrf=wrong", "x.xlsx", exported).want(t, http.StatusForbidden)
}

// What streets still wait for is added up for the city, by a planner alone.
func TestStreetsAreAddedUpForTheCity(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	street, planner := d.as(t, "street"), d.as(t, "planner")
	street.sendRequest(t)
	street.sendRequest(t)
	p := planner.get(t, "/requests").want(t, http.StatusOK)
	q := url.Values{}
	p.Find(`#open input[name="from"]`).Each(func(_ int, b *goquery.Selection) { q.Add("from", b.AttrOr("value", "")) })
	if len(q["from"]) != 2 {
		t.Fatalf("%d can be ticked", len(q["from"]))
	}
	p = planner.get(t, "/requests/new?"+q.Encode()).want(t, http.StatusOK)
	if p.Find("#line-1-needed").AttrOr("value", "") != "140" || p.Find("#moved_people").AttrOr("value", "") != "600" || !strings.Contains(p.Find("#remark").AttrOr("value", ""), "汇总自 XQ-") {
		t.Errorf("added up: %s", p.text("main"))
	}
	p = planner.postForm(t, p, "#request", url.Values{"line.1.asked": {"100"}, "act": {"send"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "已报上级") || p.text("h1 ~ .cb-tag") == "" || p.Find(`a[href^="/orders/new"]`).Length() != 0 {
		t.Errorf("sent: %s", p.text("main"))
	}
	street.get(t, "/requests/new?"+q.Encode()).want(t, http.StatusForbidden)
	street.get(t, p.URL.Path).want(t, http.StatusNotFound)
	if n := planner.get(t, "/requests?direction=city").want(t, http.StatusOK).Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d to the city", n)
	}
	planner.get(t, "/requests?direction=moon").want(t, http.StatusUnprocessableEntity)
}
