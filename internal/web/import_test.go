package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

const (
	yunhuLedger = "云湖县应急物资储备台账（2024年6月底）.xlsx"
	dagouLedger = "大沟乡应急物资台账（待核实）.xlsx"
	newDepot    = "测试新库"
)

// importingDesk is a desk a minute after the demo was filled: ids are made from
// the time, and the demo's stand at noon.
func importingDesk(t testing.TB) *desk {
	d := newDesk(t)
	d.clock.advance(time.Minute)
	return d
}

func ledgerFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "reading", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// upload sends a file as the form of the upload page does.
func (u *user) upload(t testing.TB, name string, content []byte) *page {
	t.Helper()
	action, ok := u.get(t, "/imports/new").Find("form#upload").Attr("action")
	if !ok {
		t.Fatal("no upload form")
	}
	return u.uploadTo(t, action, name, content)
}

func (u *user) uploadTo(t testing.TB, action, name string, content []byte) *page {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
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

// emptyDepot makes a depot without books, which alone a ledger may open.
func emptyDepot(t testing.TB, planner *user) (id string) {
	t.Helper()
	p := planner.get(t, "/depots/new").want(t, http.StatusOK)
	planner.postForm(t, p, `form[action="/depots"]`, url.Values{"name": {newDepot}, "code": {"CS01"}, "tier": {"district"}}).want(t, http.StatusOK)
	p = planner.upload(t, yunhuLedger, ledgerFile(t, yunhuLedger)).want(t, http.StatusOK)
	id = optionOf(p, `select[name="depot.1"]`, newDepot)
	if id == "" {
		t.Fatalf("the new depot is not offered: %s", p.text("#mapping"))
	}
	planner.postForm(t, p, "#discard", nil).want(t, http.StatusOK)
	return id
}

func optionOf(p *page, selector, label string) string {
	return p.Find(selector+" option").FilterFunction(func(_ int, o *goquery.Selection) bool { return o.Text() == label }).AttrOr("value", "")
}

// decide maps every depot of a preview to one and makes every open word a new
// item.
func (u *user) decide(t testing.TB, p *page, depot string) *page {
	t.Helper()
	typed := url.Values{"act": {"save"}}
	p.Find(`select[name^="depot."]`).Each(func(_ int, s *goquery.Selection) { typed.Set(s.AttrOr("name", ""), depot) })
	p.Find(`select[name^="word."]`).Each(func(_ int, s *goquery.Selection) { typed.Set(s.AttrOr("name", ""), "new") })
	return u.postForm(t, p, "#preview", typed).want(t, http.StatusOK)
}

func (p *page) chip(label string) string {
	return strings.TrimPrefix(p.Find(".cb-chip").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(s.Text(), label) }).Text(), label)
}

func (u *user) apply(t testing.TB, p *page, act string) *page {
	t.Helper()
	action, ok := p.Find(`#preview button[value="` + act + `"]`).Attr("formaction")
	if !ok {
		t.Fatalf("no button %s: %s", act, p.text(".cb-foot"))
	}
	values := formValues(p.Find("#preview"))
	values.Set("act", act)
	u.last = p
	return u.post(t, action, values)
}

func TestImportOfARealLedger(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	p := u.upload(t, yunhuLedger, ledgerFile(t, yunhuLedger)).want(t, http.StatusOK)
	facts := p.text("#facts")
	for _, want := range []string{"云湖县应急救灾物资储备台账", "表头在第 3 行", "标题 2 行", "小计 4 行", "合计 1 行", "截至 2024-06-30", "库存台账"} {
		if !strings.Contains(facts, want) {
			t.Errorf("the file line lacks %q: %s", want, facts)
		}
	}
	if n := p.Find(".cb-import tbody tr").Length(); n != 30 || p.chip("全部") != "30" {
		t.Fatalf("%d rows shown, chip %s", n, p.chip("全部"))
	}
	if got := p.text(".cb-import tr.is-xl th:nth-child(5)"); got != "C 列物资名称" {
		t.Errorf("Excel's heading is %q", got)
	}
	if _, off := p.Find(`#preview button[value="all"]`).Attr("disabled"); !off || p.Find("#blocked").Length() == 0 {
		t.Errorf("an unmapped ledger can be booked: %s", p.text(".cb-foot"))
	}
	t.Run("an unmapped ledger is refused with the reason", func(t *testing.T) {
		if a := u.apply(t, p, "all").want(t, http.StatusUnprocessableEntity); !strings.Contains(a.text(".cb-flash"), "选择对应的储备库") {
			t.Errorf("said %q", a.text(".cb-flash"))
		}
	})
	stale := p
	p = u.decide(t, p, depot)
	if p.chip("可导入") != "30" || p.Find("#blocked").Length() != 0 {
		t.Fatalf("after deciding: %s; %s", p.text(".cb-chips"), p.text("#facts"))
	}
	t.Run("an older page is a conflict", func(t *testing.T) {
		c := u.postForm(t, stale, "#preview", nil).want(t, http.StatusConflict)
		if !strings.Contains(c.text(".cb-flash"), "刷新") {
			t.Errorf("said %q", c.text(".cb-flash"))
		}
	})
	done := u.apply(t, p, "all").want(t, http.StatusOK)
	link, _ := done.Find("#vouchers a").Attr("href")
	if done.text("#vouchers tbody tr:first-child a") != "RK-CS01-2024-000001" || !strings.Contains(done.text(".cb-head"), "已导入") {
		t.Fatalf("after booking: %s", done.text("main"))
	}
	t.Run("a second tap books nothing more", func(t *testing.T) {
		again := u.apply(t, p, "all").want(t, http.StatusOK)
		if again.Find("#vouchers tbody tr").Length() != 1 {
			t.Errorf("after a second tap: %s", again.text("#vouchers"))
		}
	})
	u.get(t, link).want(t, http.StatusOK)
	if stock := u.get(t, "/stock?by=lot&depot="+depot).text("#list"); !strings.Contains(stock, "棉帐篷") || !strings.Contains(stock, "1,200") {
		t.Errorf("the stock list lacks the goods: %.300s", stock)
	}
	t.Run("the same file again is known", func(t *testing.T) {
		twin := u.upload(t, "改名.xlsx", ledgerFile(t, yunhuLedger)).want(t, http.StatusOK)
		if !strings.Contains(twin.text("#twin"), "导入过") {
			t.Errorf("no warning: %s", twin.text("#facts"))
		}
		twin = u.decide(t, twin, depot)
		if twin.chip("不导入") != "30" || twin.text("#compare") == "" || !strings.Contains(twin.text("#compare"), "没有差异") {
			t.Errorf("chips %s, compared: %s", twin.text(".cb-chips"), twin.text("#compare"))
		}
	})
	t.Run("undo takes it back", func(t *testing.T) {
		back := u.postForm(t, done, "#undo", nil).want(t, http.StatusOK)
		if !strings.Contains(back.text(".cb-head"), "已撤销") || back.Find("#undo").Length() != 0 {
			t.Errorf("after undo: %s", back.text(".cb-head"))
		}
		if stock := u.get(t, "/stock?by=lot&depot="+depot).text("#list"); strings.Contains(stock, "棉帐篷") {
			t.Errorf("the goods are still there: %.200s", stock)
		}
		again := u.postForm(t, done, "#undo", nil).want(t, http.StatusOK)
		if !strings.Contains(again.text(".cb-flash"), "已经撤销") {
			t.Errorf("a second tap: %s", again.text(".cb-flash"))
		}
	})
	if list := u.get(t, "/imports").text("table"); !strings.Contains(list, "已撤销") || !strings.Contains(list, "待导入") || !strings.Contains(list, "已作废") {
		t.Errorf("the list says %s", list)
	}
}

func TestImportOfABadLedger(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	p := u.decide(t, u.upload(t, dagouLedger, ledgerFile(t, dagouLedger)), depot)
	if p.chip("错误") != "18" || p.chip("待确认") != "9" {
		t.Fatalf("chips %s", p.text(".cb-chips"))
	}
	row := p.Find(".cb-import tbody tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return r.Find("td").First().Text() == "5" })
	if cell := row.Find("td.is-bad"); !strings.Contains(cell.Text(), "若干") || cell.AttrOr("data-l", "") != "数量" {
		t.Errorf("row 5 says %q", strings.Join(strings.Fields(row.Text()), " "))
	}
	if whole := p.text("#facts .is-warn"); !strings.Contains(whole, "99999") {
		t.Errorf("the wrong total is not told: %q", whole)
	}
	only := u.get(t, p.URL.Path+"?show=confirm")
	if n := only.Find(".cb-import tbody tr").Length(); n != 9 {
		t.Fatalf("%d rows to confirm", n)
	}
	t.Run("a confirmed row can be booked, a row left out is not", func(t *testing.T) {
		typed := url.Values{"act": {"save"}, "accept.1": {"1"}, "skip.2": {"1"}}
		saved := u.postForm(t, only, "#preview", typed).want(t, http.StatusOK)
		if saved.chip("待确认") != "7" || saved.chip("不导入") != "1" || saved.URL.Query().Get("show") != "confirm" {
			t.Fatalf("at %s: chips %s", saved.URL, saved.text(".cb-chips"))
		}
		ok := saved.chip("可导入")
		back := u.get(t, p.URL.Path+"?show=skipped")
		values := formValues(back.Find("#preview"))
		values.Del("skip.1")
		action, _ := back.Find("#preview").Attr("action")
		u.last = back
		if again := u.post(t, action, values).want(t, http.StatusOK); again.chip("待确认") != "8" || again.chip("可导入") != ok {
			t.Errorf("taken in again: %s", again.text(".cb-chips"))
		}
	})
	now := u.get(t, p.URL.Path+"?show=confirm")
	if _, off := now.Find(`#preview button[value="all"]`).Attr("disabled"); !off {
		t.Error("all can be booked although rows are open")
	}
	u.apply(t, now, "all").want(t, http.StatusUnprocessableEntity)
	t.Run("what is ticked counts without saving first", func(t *testing.T) {
		values := formValues(now.Find("#preview"))
		values.Set("accept.1", "1")
		values.Set("act", "clean")
		action, _ := now.Find(`#preview button[value="clean"]`).Attr("formaction")
		u.last = now
		done := u.post(t, action, values).want(t, http.StatusOK)
		if done.chip("可导入") != "15" || done.Find("#vouchers tbody tr").Length() != 1 {
			t.Errorf("booked: %s %s", done.text(".cb-chips"), done.text("#vouchers"))
		}
	})
}

func TestImportOfTwoLedgersWithTheSameNewItem(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	p := u.get(t, "/depots/new")
	u.postForm(t, p, `form[action="/depots"]`, url.Values{"name": {"测试二库"}, "code": {"CS02"}, "tier": {"district"}}).want(t, http.StatusOK)
	sheet := func(n int) []byte {
		return []byte(fmt.Sprintf("截至2026年10月31日,,,\n物资名称,规格型号,单位,数量\n玄武牌破拆锤,X%d,台,%d\n玄武牌破拆锤,X9,台,3\n", n, n))
	}
	first := u.upload(t, "一.csv", sheet(1)).want(t, http.StatusOK)
	second := u.upload(t, "二.csv", sheet(2)).want(t, http.StatusOK)
	other := optionOf(second, `select[name="depot.1"]`, "测试二库")
	first, second = u.decide(t, first, depot), u.decide(t, second, other)
	for _, p := range []*page{first, second} {
		if done := u.apply(t, p, "all").want(t, http.StatusOK); done.Find("#vouchers tbody tr").Length() != 1 {
			t.Errorf("booked: %s", done.text("main"))
		}
	}
	if n := u.get(t, "/items?q=玄武牌").Find(`tbody tr`).Length(); n != 3 {
		t.Errorf("%d items were made of three", n)
	}
}

func TestImportMapping(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	p := u.upload(t, yunhuLedger, ledgerFile(t, yunhuLedger))
	t.Run("a wrong date is named and what was typed stays", func(t *testing.T) {
		bad := u.postForm(t, p, "#preview", url.Values{"as_of": {"2024年6月"}, "depot.1": {depot}}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(bad.text("#mapping .cb-error"), "具体到日") || bad.Find("#as_of").AttrOr("value", "") != "2024年6月" {
			t.Errorf("said %q", bad.text("#mapping .cb-error"))
		}
		if bad.Find(`select[name="depot.1"] option[selected]`).AttrOr("value", "") != depot {
			t.Error("the chosen depot was lost")
		}
		late := u.postForm(t, p, "#preview", url.Values{"as_of": {"2099-01-01"}}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(late.text("#mapping .cb-error"), "晚于今天") {
			t.Errorf("said %q", late.text("#mapping .cb-error"))
		}
	})
	t.Run("a word is looked up by name and picked", func(t *testing.T) {
		if p.Find("#words").Length() == 0 {
			t.Fatal("every word is known: this shows nothing")
		}
		hit := u.postForm(t, p, "#preview", url.Values{"act": {"find"}, "find.1": {"单帐篷"}}).want(t, http.StatusOK)
		option := hit.Find(`select[name="word.1"] option`).FilterFunction(func(_ int, o *goquery.Selection) bool { return strings.Contains(o.Text(), "单帐篷 · 顶") }).First()
		if option.Length() == 0 {
			t.Fatalf("nothing found: %s", hit.text("#word-1"))
		}
		name := hit.text("#word-1 .is-word")
		picked := u.postForm(t, hit, "#preview", url.Values{"word.1": {option.AttrOr("value", "")}}).want(t, http.StatusOK)
		row := picked.Find("#words details .cb-map > div").First()
		if text := strings.Join(strings.Fields(row.Find(".is-word").Text()), " "); text != name || row.Find("option[selected]").Text() != option.Text() {
			t.Errorf("picked: %s", row.Text())
		}
		u.postForm(t, hit, "#preview", url.Values{"find.1": {"龙宫宝殿"}}).want(t, http.StatusConflict)
		now := u.get(t, p.URL.Path)
		opened := u.postForm(t, now, "#preview", url.Values{"act": {"find"}, "find.1": {"龙宫宝殿"}}).want(t, http.StatusOK)
		if !strings.Contains(opened.text("#word-1"), "目录中没有「龙宫宝殿」") {
			t.Errorf("said %s", opened.text("#word-1"))
		}
		p = opened
	})
	t.Run("all that is unknown is made new at once", func(t *testing.T) {
		p := u.upload(t, "城东点应急物资清单.csv", []byte("序号,物资名称,规格型号,单位,数量\n1,龙宫避水珠,大号,颗,5\n2,蓬莱渡海筏,八人,只,3\n"))
		open := p.Find("#words .cb-tag.is-bad").Length()
		if open == 0 {
			t.Fatal("nothing unknown: this shows nothing")
		}
		made := u.postForm(t, p, "#preview", url.Values{"act": {"create"}}).want(t, http.StatusOK)
		if left := made.Find("#words .cb-tag.is-bad").Length(); left != 0 || !strings.Contains(made.text(".cb-flash"), fmt.Sprint(open)) {
			t.Errorf("%d of %d left, said %q", left, open, made.text(".cb-flash"))
		}
	})
	t.Run("similar words are made new only when asked", func(t *testing.T) {
		before := u.get(t, p.URL.Path)
		left := before.Find("#words > .cb-map .is-word").Length()
		if left == 0 {
			t.Fatal("nothing similar: this shows nothing")
		}
		all := u.postForm(t, before, "#preview", url.Values{"act": {"create-all"}}).want(t, http.StatusOK)
		if n := all.Find("#words > .cb-map .is-word").Length(); n != 0 {
			t.Errorf("%d of %d left", n, left)
		}
	})
	t.Run("a depot that is none is refused beside its name", func(t *testing.T) {
		now := u.get(t, p.URL.Path)
		u.postForm(t, now, "#preview", url.Values{"depot.1": {"12345"}}).want(t, http.StatusUnprocessableEntity)
		u.postForm(t, now, "#preview", url.Values{"depot.1": {"abc"}}).want(t, http.StatusUnprocessableEntity)
	})
}

func TestImportBooksWhatIsOnThePage(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	p := u.get(t, "/depots/new")
	u.postForm(t, p, `form[action="/depots"]`, url.Values{"name": {"测试二库"}, "code": {"CS02"}, "tier": {"district"}}).want(t, http.StatusOK)
	p = u.upload(t, "甲.csv", []byte("截至2026年10月31日,,,\n物资名称,规格型号,单位,数量\n玄武牌破拆锤,X1,台,2\n玄武牌破拆锤,X2,台,3\n")).want(t, http.StatusOK)
	other := optionOf(p, `select[name="depot.1"]`, "测试二库")
	p = u.decide(t, p, depot)
	t.Run("one form holds all choices, and its buttons say what to do with them", func(t *testing.T) {
		form := p.Find("form#preview")
		for _, field := range []string{"as_of", "depot.1", "word.1", "skip.1", "version"} {
			if form.Find(`[name="`+field+`"]`).Length() != 1 {
				t.Errorf("the form lacks %s", field)
			}
		}
		if form.Find("form").Length() != 0 || p.Find(`button[name="act"]`).Length() != form.Find(`button[name="act"]`).Length() {
			t.Error("a button is outside of the form")
		}
	})
	t.Run("saving ticks keeps a depot chosen at the same time", func(t *testing.T) {
		p = u.postForm(t, p, "#preview", url.Values{"act": {"save"}, "skip.2": {"1"}, "depot.1": {other}}).want(t, http.StatusOK)
		if p.chip("不导入") != "1" || p.Find(`select[name="depot.1"] option[selected]`).AttrOr("value", "") != other {
			t.Errorf("saved: %s, %s", p.text(".cb-chips"), p.text("#mapping"))
		}
	})
	t.Run("a refused form keeps its ticks", func(t *testing.T) {
		bad := u.postForm(t, p, "#preview", url.Values{"act": {"save"}, "as_of": {"不知"}, "skip.1": {"1"}}).want(t, http.StatusUnprocessableEntity)
		if _, ticked := bad.Find(`[name="skip.1"]`).Attr("checked"); !ticked || bad.chip("不导入") != "1" {
			t.Errorf("chips %s", bad.text(".cb-chips"))
		}
		values := formValues(bad.Find("#preview"))
		values.Set("as_of", "2026-10-30")
		values.Set("act", "save")
		action, _ := bad.Find("#preview").Attr("action")
		u.last = bad
		if p = u.post(t, action, values).want(t, http.StatusOK); p.chip("不导入") != "2" {
			t.Errorf("saved then: %s", p.text(".cb-chips"))
		}
		p = u.postForm(t, p, "#preview", url.Values{"skip.1": nil}).want(t, http.StatusOK)
	})
	t.Run("booking counts what is chosen and not saved", func(t *testing.T) {
		action, _ := p.Find(`#preview button[value="all"]`).Attr("formaction")
		values := formValues(p.Find("#preview"))
		values.Set("depot.1", depot)
		values.Set("as_of", "2026-10-28")
		values.Del("skip.2")
		values.Set("act", "all")
		u.last = p
		done := u.post(t, action, values).want(t, http.StatusOK)
		row := done.text("#vouchers tbody tr")
		if !strings.Contains(row, newDepot) || !strings.Contains(row, "2026-10-28") || done.chip("可导入") != "2" {
			t.Errorf("booked: %s; %s", row, done.text(".cb-chips"))
		}
	})
	trail := d.as(t, "audit").get(t, "/audit?act=import.decide").want(t, http.StatusOK).text("table")
	if !strings.Contains(trail, "核对台账") || !strings.Contains(trail, "2 项物资、1 个储备库") || strings.Contains(trail, "台账日期 2026-10-31") {
		t.Errorf("the trail says %s", trail)
	}
}

func TestImportOfLongWordsFitsTheBody(t *testing.T) {
	t.Parallel()
	d := importingDesk(t)
	u := d.as(t, "planner")
	depot := emptyDepot(t, u)
	var csv strings.Builder
	csv.WriteString("截至2026年10月31日,,,\n物资名称,规格型号,单位,数量\n")
	for i := range 200 {
		fmt.Fprintf(&csv, "玄武牌%03d号,%s,台,1\n", i, strings.Repeat("长规格", 300))
	}
	p := u.decide(t, u.upload(t, "长词.csv", []byte(csv.String())).want(t, http.StatusOK), depot)
	if n := len(formValues(p.Find("#preview")).Encode()); n <= 1<<20 {
		t.Fatalf("the form has only %d bytes", n)
	}
	u.apply(t, p, "clean").want(t, http.StatusOK)
}
