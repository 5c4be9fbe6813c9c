package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// printed prints blanks and gives the page to print.
func printed(t testing.TB, u *user, kind, count string) *page {
	t.Helper()
	form := u.get(t, "/blanks").want(t, http.StatusOK)
	p := u.postForm(t, form, `form[method="post"][action="/blanks"]`, url.Values{"type": {kind}, "count": {count}}).want(t, http.StatusOK)
	if !strings.HasSuffix(p.URL.Path, "/print") {
		t.Fatalf("printing leads to %s: %q", p.URL, p.text("main"))
	}
	return p
}

// numbersOn gives the numbers of the sheets on a page to print.
func numbersOn(p *page) []string {
	return p.Find(".cp-blank .cp-no b").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
}

func TestBlankPaperIsNumberedAndRuled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	for kind, heads := range map[string]string{"receipt": "行名称规格型号单位批号/编号生产日期有效期至数量单价货位", "issue": "行名称规格型号单位批号/编号货位数量备注", "transfer": "行名称规格型号单位批号/编号调出货位调入货位数量备注"} {
		p := printed(t, u, kind, "2")
		numbers := numbersOn(p)
		if len(numbers) != 2 || !strings.HasPrefix(numbers[0], "KB-WC01-2026-00000") || numbers[0] == numbers[1] {
			t.Fatalf("%s: numbers %v", kind, numbers)
		}
		sheet := p.Find(".cp-blank").First()
		if got := strings.Join(strings.Fields(sheet.Find("thead").Text()), ""); got != heads {
			t.Errorf("%s: columns %s", kind, got)
		}
		if n, cells := sheet.Find("tbody tr").Length(), sheet.Find("tbody tr").First().Find("td").Length(); n != 10 || cells != sheet.Find("col").Length() {
			t.Errorf("%s: %d rows of %d cells, %d columns", kind, n, cells, sheet.Find("col").Length())
		}
		for _, part := range []string{"望城区", "□", "依据文号：", "业务日期：", "经办：", "主管：", "只能录入一次"} {
			if !strings.Contains(sheet.Text(), part) {
				t.Errorf("%s: the sheet lacks %q", kind, part)
			}
		}
		// The test's own host is a loopback address, which is no use to a phone:
		// the code holds the number alone, and each its own.
		first, _ := p.Find(".cp-qr path").First().Attr("d")
		second, _ := p.Find(".cp-qr path").Last().Attr("d")
		if len(first) < 500 || first == second {
			t.Errorf("%s: codes of %d and %d signs", kind, len(first), len(second))
		}
		if links := u.get(t, p.URL.Path+"?paper=a4").want(t, http.StatusOK).Find(`link[href*="print-a4"]`).Length(); links != 1 {
			t.Errorf("%s: A4 has %d sheets of style", kind, links)
		}
	}
}

func TestBlankFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	form := u.get(t, "/blanks").want(t, http.StatusOK)
	for _, c := range []struct{ kind, count, says string }{{"issue", "0", "1 到 100 张"}, {"issue", "101", "1 到 100 张"}, {"issue", "很多", "张数应为"}, {"", "1", "请选择单据类型"}} {
		p := u.postForm(t, form, `form[method="post"][action="/blanks"]`, url.Values{"type": {c.kind}, "count": {c.count}}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("#new .cb-error"), c.says) || p.cell("count") != c.count {
			t.Errorf("%s %s: %q, count %q", c.kind, c.count, p.text("#new"), p.cell("count"))
		}
	}
	p := u.postForm(t, form, `form[method="post"][action="/blanks"]`, url.Values{"type": {"issue"}, "count": {"3"}})
	again := u.postForm(t, form, `form[method="post"][action="/blanks"]`, url.Values{"type": {"issue"}, "count": {"3"}})
	if p.URL.Path != again.URL.Path || len(numbersOn(again)) != 3 {
		t.Errorf("a second tap leads to %s with %v, the first to %s", again.URL, numbersOn(again), p.URL)
	}
}

func TestABlankIsEnteredFromItsNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	numbers := numbersOn(printed(t, u, "receipt", "2"))
	form := u.get(t, "/blanks/"+strings.ToLower(numbers[0])).want(t, http.StatusOK)
	if form.URL.Path != "/receipts/new" || form.cell("blank_no") != numbers[0] || form.Find("#depot option[selected]").Length() != 1 {
		t.Fatalf("the number leads to %s with %q", form.URL, form.cell("blank_no"))
	}
	values := receiptValues(t, u, 1)
	values.Set("blank_no", "http://wc.example:8080/blanks/"+numbers[0])
	values.Set("act", "draft")
	draft := u.post(t, "/receipts", values).want(t, http.StatusOK)
	if got := draft.cell("blank_no"); !strings.HasSuffix(got, numbers[0]) {
		t.Errorf("the draft shows %q", got)
	}
	v := u.postForm(t, draft, "#entry", url.Values{"act": {"post"}}).want(t, http.StatusOK)
	number := v.text("h1")
	if !strings.HasPrefix(v.URL.Path, "/vouchers/") || !strings.Contains(v.text(".cb-facts"), "空白单号"+numbers[0]) {
		t.Fatalf("%s: %q", v.URL, v.text(".cb-facts"))
	}
	if paper := u.get(t, v.URL.Path+"/print").want(t, http.StatusOK); !strings.Contains(paper.text(".cp-tail"), "空白单 "+numbers[0]) {
		t.Errorf("the paper says %q", paper.text(".cp-tail"))
	}
	other := receiptValues(t, u, 1)
	other.Set("blank_no", numbers[0])
	other.Set("act", "post")
	p := u.post(t, "/receipts", other).want(t, http.StatusConflict)
	if !strings.Contains(p.text(".cb-errors"), "录入为 "+number) || !strings.Contains(p.text(".cb-field.is-bad"), "空白单号") || p.Find(`.cb-errors a[href="#blank_no"]`).Length() != 1 {
		t.Errorf("a second voucher: %q", p.text(".cb-errors"))
	}
	for _, path := range []string{"/blanks/" + numbers[0], "/receipts/new?blank=" + numbers[0], "/stock?q=" + numbers[0]} {
		if p := u.get(t, path).want(t, http.StatusOK); p.URL.Path != v.URL.Path || !strings.Contains(p.text(".cb-flash"), "已由") {
			t.Errorf("%s leads to %s, %q", path, p.URL, p.text(".cb-flash"))
		}
	}
	list := u.get(t, "/vouchers?number="+numbers[0]).want(t, http.StatusOK)
	if rows := list.Find("#list tbody tr"); rows.Length() != 1 || !strings.Contains(rows.Text(), number) {
		t.Errorf("the list finds %q", list.text("#list"))
	}
	if p := u.get(t, "/issues/new?blank="+numbers[1]); p.URL.Path != "/receipts/new" {
		t.Errorf("a receipt's blank at the issues leads to %s", p.URL)
	}
	u.get(t, "/blanks/KB-WC01-2026-999999").want(t, http.StatusNotFound)
	d.as(t, "keeper-gtl").get(t, "/blanks/"+numbers[1]).want(t, http.StatusNotFound)
}

func TestBlankListShowsWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	paper := printed(t, u, "issue", "3")
	n := numbersOn(paper)
	spoil := func(number, reason string) *page {
		p := u.get(t, "/blanks?number="+number).want(t, http.StatusOK)
		return u.postForm(t, p, `form[action$="`+number+`/spoil"]`, url.Values{"reason": {reason}})
	}
	if p := spoil(n[0], " ").want(t, http.StatusUnprocessableEntity); !strings.Contains(p.text("#list .cb-error"), "请写明作废的原因") {
		t.Errorf("without a reason: %q", p.text("#list"))
	}
	page := u.get(t, "/blanks?number="+n[0])
	if p := spoil(n[0], "打印不清").want(t, http.StatusOK); !strings.Contains(p.text(".cb-flash"), n[0]+" 已作废") {
		t.Errorf("spoiled: %q", p.text(".cb-flash"))
	}
	if p := u.postForm(t, page, `form[action$="/spoil"]`, url.Values{"reason": {"写错"}}).want(t, http.StatusConflict); !strings.Contains(p.text("main"), "已由") {
		t.Errorf("from an older page: %q", p.text("main"))
	}
	if p := u.get(t, "/blanks/"+n[0]); p.URL.Path != "/blanks" || !strings.Contains(p.text(".cb-flash"), "作废（打印不清）") {
		t.Errorf("a spoiled number leads to %s, %q", p.URL, p.text(".cb-flash"))
	}
	if again := numbersOn(u.get(t, paper.URL.Path).want(t, http.StatusOK)); len(again) != 2 || again[0] != n[1] {
		t.Errorf("printed again: %v", again)
	}
	for state, want := range map[string]int{"": 3, "open": 2, "spoiled": 1, "entered": 0} {
		if got := u.get(t, "/blanks?state="+state).want(t, http.StatusOK).Find("#list tbody tr").Length(); got != want {
			t.Errorf("%q: %d rows, want %d", state, got, want)
		}
	}
	leader := d.as(t, "leader").get(t, "/blanks").want(t, http.StatusOK)
	if leader.Find("#list tbody tr").Length() != 3 || leader.Find(`form[method="post"][action^="/blanks"]`).Length() != 0 {
		t.Error("a leader is offered to print or to spoil")
	}
	if p := d.as(t, "leader").get(t, "/blanks/"+n[1]).want(t, http.StatusOK); p.URL.Path != "/blanks" || !strings.Contains(p.text(".cb-flash"), "还没有录入") {
		t.Errorf("an open number leads a leader to %s", p.URL)
	}
	for _, number := range n[1:] {
		spoil(number, "遗失")
	}
	u.get(t, paper.URL.Path).want(t, http.StatusConflict)
}

func TestAPIEntersABlankOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	number := numbersOn(printed(t, s.as(t, "keeper"), "receipt", "1"))[0]
	body := `{"type":"receipt","depot":"WC01","business_on":"2026-11-25","reason":"本级采购","blank_no":"` + number + `","lines":[{"item":"` + s.cloth.Code + `","qty":"2"}]}`
	v := s.u.api(t, "/api/vouchers", "api-blank-000000000001", body)
	if v.Status != http.StatusCreated {
		t.Fatalf("%+v", v)
	}
	if shown := s.u.get(t, "/api/vouchers/"+v.ID).want(t, http.StatusOK); !strings.Contains(shown.Body, `"blank_no":"`+number+`"`) {
		t.Errorf("shown: %s", shown.Body)
	}
	again := s.u.api(t, "/api/vouchers", "api-blank-000000000002", body)
	if again.Status != http.StatusConflict || !strings.Contains(again.Message, v.Number) {
		t.Errorf("again: %+v", again)
	}
}
