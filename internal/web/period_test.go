package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/inventory"
)

// tick gives the depots a board offers to close.
func tick(p *page) (depots []string) {
	p.Find(`input[name="depot"]`).Each(func(_ int, s *goquery.Selection) { depots = append(depots, s.AttrOr("value", "")) })
	return depots
}

func TestMonthsAreClosedFromTheBoard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	board := u.get(t, "/periods").want(t, http.StatusOK)
	depots := tick(board)
	if len(depots) < 2 || !strings.Contains(board.text("h2"), "2026年10月") {
		t.Fatalf("%v %s", depots, board.text("main"))
	}
	t.Run("nothing ticked is said beside the table", func(t *testing.T) {
		p := u.postForm(t, board, `form[action="/periods/close"]`, nil).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("[role=alert]"), "勾选") {
			t.Error(p.text("main"))
		}
	})
	t.Run("the ticked depots are closed, and the board says who did it", func(t *testing.T) {
		p := u.postForm(t, board, `form[action="/periods/close"]`, url.Values{"depot": depots}).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-flash"), "已完成") || len(tick(p)) != 0 || !strings.Contains(p.text("tbody tr"), "沈岚") {
			t.Errorf("%s %v", p.text(".cb-flash"), tick(p))
		}
	})
	t.Run("a second tap closes nothing again and says so per depot", func(t *testing.T) {
		p := u.postForm(t, board, `form[action="/periods/close"]`, url.Values{"depot": depots[:1]}).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-flash"), "已经月结") {
			t.Error(p.text(".cb-flash"))
		}
	})
	t.Run("a month that is not over, or no month, is refused in words", func(t *testing.T) {
		p := u.post(t, "/periods/close", url.Values{"month": {"2026-11"}, "depot": depots}).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text("[role=alert]"), "2026-12-01") {
			t.Error(p.text("main"))
		}
		for path, want := range map[string]string{"/periods?month=2026-13": "2026年10月", "/periods?month=1999-01": "核对年份", "/periods?month=2026": "2026-11"} {
			if p := u.get(t, path).want(t, http.StatusOK); !strings.Contains(p.text(".cb-flash"), want) {
				t.Errorf("%s: %s", path, p.text(".cb-flash"))
			}
		}
		for month, want := range map[string]string{"": "写成年和月", "abc": "写成年和月", "2026-13": "写成年和月", "0026-01": "写成年和月", "2026-02-30": "写成年和月",
			"2026-10-01T18:00:00Z": "写成年和月", "1999-01": "核对年份"} {
			p := u.post(t, "/periods/close", url.Values{"month": {month}, "depot": depots}).want(t, http.StatusUnprocessableEntity)
			if !strings.Contains(p.text("[role=alert]"), want) || p.Find(`[name="depot"][checked]`).Length() != 0 || p.text("h1") != "月结" {
				t.Errorf("%q: %s", month, p.text("main"))
			}
		}
	})
	t.Run("the keeper's form into it is refused beside the date, and stays as typed", func(t *testing.T) {
		k := d.as(t, "keeper")
		form := k.get(t, "/receipts/new").want(t, http.StatusOK)
		p := k.postForm(t, form, "form.cb-entry", url.Values{"act": {"post"}, "business_on": {"2026-10-20"}, "reason": {"本级采购"}, "line.1.item": {"SH0001"}, "line.1.qty": {"7"}})
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.text("main"), "已月结") || !strings.Contains(p.text("main"), "反结账") {
			t.Errorf("%d %s", p.Status, p.text("main"))
		}
		if v, _ := p.Find(`[name="line.1.qty"]`).Attr("value"); v != "7" {
			t.Errorf("typed 7 became %q", v)
		}
	})
	t.Run("a keeper sees the board of their depot and no button", func(t *testing.T) {
		p := d.as(t, "keeper").get(t, "/periods?month=2026-10").want(t, http.StatusOK)
		if p.Find("tbody tr").Length() != 1 || p.Find(`[name="depot"], .cb-foot`).Length() != 0 || !strings.Contains(p.text("tbody"), "已月结") {
			t.Error(p.text("main"))
		}
	})
}

func TestAMonthIsOpenedAgainByTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	planner, leader := d.as(t, "planner"), d.as(t, "leader")
	board := planner.get(t, "/periods")
	board = planner.postForm(t, board, `form[action="/periods/close"]`, url.Values{"depot": tick(board)})
	path, _ := board.Find(`a[href^="/periods/reopen"]`).First().Attr("href")
	form := planner.get(t, path).want(t, http.StatusOK)
	if p := planner.postForm(t, form, `form[action="/periods/reopen"]`, nil).want(t, http.StatusUnprocessableEntity); !strings.Contains(p.text(".cb-error"), "原因") {
		t.Error(p.text("main"))
	}
	asked := planner.postForm(t, form, `form[action="/periods/reopen"]`, url.Values{"reason": {"漏记 40 床"}}).want(t, http.StatusOK)
	if asked.Find("#requests button").Length() != 1 || !strings.Contains(asked.text("#requests"), "撤回") || strings.Contains(asked.text("#requests"), "批准 ") {
		t.Errorf("who asked sees %s", asked.text("#requests"))
	}
	t.Run("a second request, and one for an open month, are refused in words", func(t *testing.T) {
		p := planner.postForm(t, form, `form[action="/periods/reopen"]`, url.Values{"reason": {"又"}}).want(t, http.StatusConflict)
		if !strings.Contains(p.text("[role=alert]"), "等待审批") || p.text("textarea") != "又" {
			t.Error(p.text("main"))
		}
		for _, bad := range []string{"/periods/reopen", "/periods/reopen?depot=1&month=2026-10", "/periods/reopen?depot=x&month=2026-10"} {
			planner.get(t, bad).want(t, http.StatusNotFound)
		}
	})
	page := leader.get(t, "/periods?month=2026-10").want(t, http.StatusOK)
	decide, _ := page.Find("#requests form").Attr("action")
	t.Run("who asked cannot decide, whatever is sent", func(t *testing.T) {
		planner.last = asked
		planner.post(t, decide, url.Values{"answer": {"approve"}}).want(t, http.StatusForbidden)
	})
	t.Run("an answer that is none changes nothing", func(t *testing.T) {
		if p := leader.postForm(t, page, "#requests form", nil).want(t, http.StatusOK); !strings.Contains(p.text(".cb-flash"), "请选择") {
			t.Error(p.text(".cb-flash"))
		}
	})
	t.Run("the leader approves, once", func(t *testing.T) {
		p := leader.postForm(t, page, "#requests form", url.Values{"answer": {"approve"}}).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-flash"), "重新开放") || !strings.Contains(p.text("main"), "已批准") {
			t.Error(p.text("main"))
		}
		if p := leader.postForm(t, page, "#requests form", url.Values{"answer": {"refuse"}}).want(t, http.StatusOK); !strings.Contains(p.text(".cb-flash"), "刷新") {
			t.Error(p.text(".cb-flash"))
		}
		if n := len(tick(planner.get(t, "/periods?month=2026-10"))); n != 1 {
			t.Errorf("%d depots may be closed again", n)
		}
	})
}

func TestSummaryPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	actor := access.Actor{ID: 7, Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}
	sum, err := d.uses.Inventory.Summary(context.Background(), actor, inventory.SummaryFilter{Month: "2026-11"})
	if err != nil || len(sum.Rows) == 0 {
		t.Fatal(err)
	}
	t.Run("shows every item with its four figures, and that the month is open", func(t *testing.T) {
		p := u.get(t, "/summary?month=2026-11").want(t, http.StatusOK)
		rows := p.Find("tbody tr")
		if rows.Length() != len(sum.Rows)+1 || !strings.Contains(p.text(".cb-head"), "未月结") || p.Find("thead tr").Length() != 2 {
			t.Fatalf("%d rows for %d items", rows.Length(), len(sum.Rows))
		}
		for i, r := range sum.Rows {
			text := strings.Join(strings.Fields(rows.Eq(i).Text()), " ")
			for _, want := range []string{r.Item.Code, r.Item.Name, r.Closing.Grouped(), r.Amounts.Closing.Grouped()} {
				if !strings.Contains(text, want) {
					t.Errorf("row %d has no %s: %s", i, want, text)
				}
			}
		}
		if link, _ := rows.First().Find("a").Attr("href"); !strings.Contains(link, "from=2026-11-01&to=2026-11-30") {
			t.Error(link)
		}
	})
	t.Run("by depot, of one depot and of one category it is narrower", func(t *testing.T) {
		all := u.get(t, "/summary?month=2026-11&by=depot").want(t, http.StatusOK)
		depot := all.Find(`select[name="depot"] option`).Eq(1).AttrOr("value", "")
		category := all.Find(`select[name="category"] option:contains("生活救助")`).AttrOr("value", "")
		one := u.get(t, "/summary?month=2026-11&depot="+depot).want(t, http.StatusOK)
		kind := u.get(t, "/summary?month=2026-11&category="+category).want(t, http.StatusOK)
		n := func(p *page) int { return p.Find("tbody tr").Length() }
		if n(all) < n(one) || n(one) < 2 || n(kind) < 2 || !strings.Contains(all.text("thead"), "储备库") || strings.Contains(kind.text("tbody"), "FX00") {
			t.Errorf("%d by depot, %d of one, %d of a category", n(all), n(one), n(kind))
		}
	})
	t.Run("what cannot be meant is a sentence in place of rows", func(t *testing.T) {
		for query, want := range map[string]string{"month=2026-12": "还没有到", "month=0026-01": "月份", "month=2026": "月份", "month=1990-01": "核对年份", "depot=1": "储备库", "category=9": "类别", "depot=x": "储备库"} {
			if p := u.get(t, "/summary?"+query).want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), want) || p.Find("table").Length() != 0 {
				t.Errorf("%s: %s", query, p.text("main"))
			}
			u.get(t, "/summary/export?"+query).want(t, http.StatusUnprocessableEntity)
		}
		if p := u.get(t, "/summary?month=2020-01").want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "没有收发") {
			t.Error(p.text("main"))
		}
	})
	t.Run("the export is the same table as a workbook", func(t *testing.T) {
		p := u.get(t, "/summary/export?month=2026-11").want(t, http.StatusOK)
		book, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows("收发存汇总表")
		if err != nil || len(rows) < len(sum.Rows) || !strings.Contains(p.Header.Get("Content-Disposition"), "summary-2026-11.xlsx") {
			t.Errorf("%d rows, %s, %v", len(rows), p.Header.Get("Content-Disposition"), err)
		}
	})
	t.Run("a keeper sees their own depot alone", func(t *testing.T) {
		p := d.as(t, "keeper").get(t, "/summary?month=2026-11&by=depot").want(t, http.StatusOK)
		if p.Find(`select[name="depot"] option`).Length() != 2 {
			t.Error(p.text("select"))
		}
	})
}
