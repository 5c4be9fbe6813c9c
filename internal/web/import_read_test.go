package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"
)

// odd has headings nobody knows.
const odd = "甲乙丙应急物资\n截止日期：2026年10月31日\n号,甲栏,乙栏,丙栏,丁栏\n1,铁锹,把,12,3\n2,雨衣,件,5,4\n"

func TestColumnsArePickedAndRemembered(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	refused := u.upload(t, "怪表.csv", []byte(odd)).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(refused.text(".cb-flash"), "表头") {
		t.Errorf("said %q", refused.text(".cb-flash"))
	}
	half := strings.Replace(odd, "甲栏", "物资名称", 1)
	half = strings.Replace(half, "乙栏", "单位", 1)
	p := u.upload(t, "半怪.csv", []byte(half)).want(t, http.StatusOK)
	if p.Find("#sheets[open]").Length() != 1 || p.Find(".cb-import tbody tr").Length() != 0 {
		t.Fatalf("nothing is asked: %s", p.text("#sheets"))
	}
	field := p.Find("#sheets select").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.AttrOr("aria-label", ""), "丙栏") })
	name := field.AttrOr("name", "")
	p = u.postForm(t, p, "#preview", url.Values{name: {"quantity"}, "act": {"save"}}).want(t, http.StatusOK)
	if rows := p.Find(".cb-import tbody tr").Length(); rows != 2 {
		t.Fatalf("%d rows: %s", rows, p.text("#sheets"))
	}
	again := u.upload(t, "下月.csv", []byte(strings.Replace(half, "12,3", "15,3", 1))).want(t, http.StatusOK)
	if again.Find(".cb-import tbody tr").Length() != 2 || !strings.Contains(again.text(".cb-import tbody"), "15") {
		t.Errorf("the columns were not remembered: %s", again.text("main"))
	}
	words := u.get(t, "/words").want(t, http.StatusOK)
	if !strings.Contains(words.text("#mappings"), "丙栏") {
		t.Errorf("not listed: %s", words.text("#mappings"))
	}
	u.postForm(t, words, `#mappings form`, nil).want(t, http.StatusOK)
	if p := u.upload(t, "又一月.csv", []byte(strings.Replace(half, "12,3", "16,3", 1))).want(t, http.StatusOK); p.Find(".cb-import tbody tr").Length() != 0 {
		t.Error("what was forgotten is still used")
	}
}

func TestAHeadingIsExplainedForAll(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u, street := d.as(t, "planner"), d.as(t, "street")
	text := strings.NewReplacer("甲栏", "物资名称", "乙栏", "单位", "丙栏", "拢共数").Replace(odd)
	p := u.get(t, "/words").want(t, http.StatusOK)
	bad := u.postForm(t, p, `form[action="/words"]`, url.Values{"word": {"拢共数"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text(".cb-error"), "含义") || bad.Find("#word").AttrOr("value", "") != "拢共数" {
		t.Errorf("said %s", bad.text("#headings"))
	}
	u.postForm(t, bad, `form[action="/words"]`, url.Values{"word": {"拢共数"}, "field": {"quantity"}}).want(t, http.StatusOK)
	u.postForm(t, u.get(t, "/words"), `form[action="/words"]`, url.Values{"word": {"拢共数"}, "field": {"remark"}}).want(t, http.StatusConflict)
	if p := u.upload(t, "说明过.csv", []byte(text)).want(t, http.StatusOK); p.Find(".cb-import tbody tr").Length() != 2 {
		t.Errorf("not read: %s", p.text("main"))
	}
	if p := street.get(t, "/words").want(t, http.StatusOK); p.Find("main form").Length() != 0 {
		t.Error("a street may change the words of all")
	}
}

func TestHeadingRowsAndSheetsAreChosen(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	book := excelize.NewFile()
	for i, row := range [][]any{{"石门坎社区"}, {"名", "", "目"}, {"物资名称", "单位", "数量"}, {"铁锹", "把", 7}} {
		if err := book.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("旧表"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"物资名称", "单位", "数量"}, {"雨衣", "件", 9}} {
		if err := book.SetSheetRow("旧表", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	p := u.upload(t, "两张.xlsx", file.Bytes()).want(t, http.StatusOK)
	if n := p.Find(".cb-import tbody tr").Length(); n != 1 {
		t.Fatalf("%d rows", n)
	}
	both := u.postForm(t, p, "#preview", url.Values{"role.2": {"data"}}).want(t, http.StatusOK)
	if n := both.Find(".cb-import tbody tr").Length(); n != 2 {
		t.Errorf("%d rows with both sheets", n)
	}
	bad := u.postForm(t, both, "#preview", url.Values{"head.1": {"三"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(bad.text("#sheets .cb-error"), "行号") {
		t.Errorf("said %s", bad.text("#sheets"))
	}
	moved := u.postForm(t, both, "#preview", url.Values{"head.1": {"2-3"}}).want(t, http.StatusOK)
	if moved.Find(`input[name="head.1"]`).AttrOr("value", "") != "2-3" {
		t.Errorf("heading stands at %s", moved.Find(`input[name="head.1"]`).AttrOr("value", ""))
	}
}

func TestAMarkedLedgerGoesBackInAsItIs(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	p := u.upload(t, dagouLedger, ledgerFile(t, dagouLedger)).want(t, http.StatusOK)
	answer, err := u.client.Get(d.server.URL + p.URL.Path + "/marked")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	marked, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", answer.StatusCode, err)
	}
	back := u.upload(t, dagouLedger, marked).want(t, http.StatusOK)
	if a, b := p.text(".cb-chips"), back.text(".cb-chips"); a != b {
		t.Errorf("read as %s, and marked as %s", a, b)
	}
}

func TestManyDoubtsAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	p := u.upload(t, "约数.csv", []byte("石门坎社区应急物资\n物资名称,单位,数量\n铁锹,把,约200\n铁锹,把,约300\n铁锹,把,若干\n")).want(t, http.StatusOK)
	p = u.postForm(t, p, "#preview", url.Values{"act": {"accept:qty_approximate"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-flash"), "2 行") || p.text(".cb-chip.is-ok b") != "2" {
		t.Errorf("said %q, chips %s", p.text(".cb-flash"), p.text(".cb-chips"))
	}
	p = u.postForm(t, p, "#preview", url.Values{"act": {"drop"}}).want(t, http.StatusOK)
	if p.text(".cb-chip.is-bad b") != "0" {
		t.Errorf("chips %s", p.text(".cb-chips"))
	}
}
