package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/store"
	"changbei/internal/web/view"
)

func TestHomeShowsAKeeperTheOwnDepot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.as(t, "keeper").get(t, "/").want(t, http.StatusOK)
	if n := p.Find(".cb-kpi").Length(); n != 3 {
		t.Errorf("%d indicators, want 3", n)
	}
	rows := p.Find(".cb-heat tbody tr")
	if rows.Length() != 1 || !strings.Contains(rows.Text(), "望城区") {
		t.Errorf("heat rows: %q", p.text(".cb-heat tbody th"))
	}
	if n := p.Find(".cb-table caption:contains(单据列表)").Closest("table").Find("tbody tr").Length(); n != 8 {
		t.Errorf("%d last vouchers, want 8", n)
	}
	href, _ := rows.Find("td a").First().Attr("href")
	if !strings.HasPrefix(href, "/stock?category=") || !strings.Contains(href, "depot=") {
		t.Errorf("a heat cell leads to %q", href)
	}
}

func TestHomeFiguresLeadToTheRowsTheyCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	p := u.get(t, "/").want(t, http.StatusOK)
	if p.Find(`a[href="/receipts/new"]`).Length() != 0 {
		t.Error("a planner is offered to post receipts")
	}
	if n := p.Find(".cb-heat tbody tr").Length(); n < 3 {
		t.Errorf("%d depots in the heat table", n)
	}
	for _, label := range []string{"本月入库", "本月出库", "本月红冲"} {
		a := p.Find("dt:contains(" + label + ") + dd a")
		href, _ := a.Attr("href")
		rows := u.get(t, href).want(t, http.StatusOK).Find("#list tbody tr").Length()
		if want := a.Text(); want != "0" && rows != 50 && itoa(rows) != want {
			t.Errorf("%s says %s, its list shows %d", label, want, rows)
		}
	}
}

func TestHomeGreetsThoseWithoutStock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, login := range []string{"system", "security"} {
		p := d.as(t, login).get(t, "/").want(t, http.StatusOK)
		if !strings.Contains(p.text("main"), "您好") || p.Find(".cb-kpis, .cb-heat").Length() != 0 {
			t.Errorf("%s sees %q", login, p.text("main"))
		}
	}
}

func TestHeatBandsByQuarter(t *testing.T) {
	t.Parallel()
	cells := func(kinds ...int) (row view.HeatRow) {
		for _, k := range kinds {
			row.Cells = append(row.Cells, view.HeatCell{Kinds: k, Lots: 2 * k})
		}
		return row
	}
	h := view.NewHeat([]string{"甲", "乙", "丙"}, []view.HeatRow{cells(1, 0, 2), cells(3, 4, 4)}, []int{3, 4, 5})
	var bands []int
	for _, r := range h.Rows {
		for _, c := range r.Cells {
			bands = append(bands, c.Band)
		}
	}
	if diff := cmp.Diff([]int{1, 0, 1, 2, 3, 3}, bands); diff != "" {
		t.Errorf("bands (-want +got):\n%s", diff)
	}
	if want := (view.HeatSum{Kinds: 12, Lots: 28}); h.Total.Sum != want {
		t.Errorf("total %+v, want %+v: kinds are given, lots are added", h.Total.Sum, want)
	}
}

func TestDraftIsKeptOpenedAndPostedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 2)
	values["line.2.qty"] = []string{"很多"} // half-filled: drafts keep it
	values["act"] = []string{"draft"}
	p := u.post(t, "/receipts", values).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/drafts/") || !strings.Contains(p.text(".cb-flash"), "草稿已保存") {
		t.Fatalf("saved draft shows %s %q", p.URL, p.text(".cb-flash"))
	}
	if got := p.cell("line-2-qty"); got != "很多" {
		t.Errorf("the draft shows %q for what was typed", got)
	}
	draft := p.URL.Path
	if list := u.get(t, "/drafts").want(t, http.StatusOK); list.Find(`a[href="`+draft+`"]`).Length() != 1 {
		t.Error("the draft is not in its list")
	}
	p = u.postForm(t, u.get(t, draft), "#entry", url.Values{"line.2.qty": {"3"}, "act": {"post"}}).want(t, http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/vouchers/") || !strings.Contains(p.text(".cb-flash"), "已记账，编号 RK-") {
		t.Fatalf("posted draft shows %s %q", p.URL, p.text(".cb-flash"))
	}
	if again := u.get(t, draft).want(t, http.StatusOK); again.URL.Path != p.URL.Path {
		t.Errorf("a posted draft leads to %s, want %s", again.URL.Path, p.URL.Path)
	}
}

func TestDraftOfAnOlderPageAsksBeforeItOverwrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 1)
	values["act"] = []string{"draft"}
	first := u.post(t, "/receipts", values).want(t, http.StatusOK)
	u.postForm(t, first, "#entry", url.Values{"remark": {"甲改"}, "act": {"draft"}}).want(t, http.StatusOK)
	u.postForm(t, first, "#entry", url.Values{"remark": {"甲改"}, "act": {"draft"}}).want(t, http.StatusOK) // a second tap
	p := u.postForm(t, first, "#entry", url.Values{"remark": {"乙改"}, "act": {"draft"}}).want(t, http.StatusConflict)
	if p.cell("remark") != "乙改" || !strings.Contains(p.text(".cb-flash"), "又被") {
		t.Fatalf("shows %q, remark %q", p.text(".cb-flash"), p.cell("remark"))
	}
	p = u.postForm(t, p, "#entry", url.Values{"act": {"draft"}}).want(t, http.StatusOK)
	if p.cell("remark") != "乙改" {
		t.Errorf("saved on purpose, shows %q", p.cell("remark"))
	}
}

func TestDraftIsDiscardedAndForeignDraftsHidden(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 1)
	values["act"] = []string{"draft"}
	draft := u.post(t, "/receipts", values).want(t, http.StatusOK)
	stranger := d.as(t, "keeper-gtl")
	stranger.get(t, draft.URL.Path).want(t, http.StatusNotFound)
	stranger.get(t, "/drafts")
	stranger.post(t, draft.URL.Path+"/discard", nil).want(t, http.StatusNotFound)
	p := u.postForm(t, draft, `form[action$="/discard"]`, nil).want(t, http.StatusOK)
	if p.URL.Path != "/drafts" || !strings.Contains(p.text(".cb-flash"), "已作废") {
		t.Errorf("discarding shows %s %q", p.URL, p.text(".cb-flash"))
	}
	if p = u.get(t, draft.URL.Path); p.URL.Path != "/drafts" {
		t.Errorf("a discarded draft opens %s", p.URL)
	}
}

func TestAWrongLedgerIsSaidOnTheFirstPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	err := d.store.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.InsertCheckRun(context.Background(), store.CheckRun{ID: tx.NewID(), StartedAt: tx.NowMicro(), FinishedAt: tx.NowMicro(), Entries: 9, Differences: 1,
			Report: `[{"kind":"stock","object":"货位 7 批次 8","text":"库存记 5，明细合计 4"}]`})
	})
	if err != nil {
		t.Fatal(err)
	}
	for login, named := range map[string]bool{"planner": true, "keeper": false} {
		text := d.as(t, login).get(t, "/").want(t, http.StatusOK).text("#differences")
		if !strings.Contains(text, "1 处差异") || strings.Contains(text, "货位 7") != named {
			t.Errorf("%s reads %q", login, text)
		}
	}
	if text := newDesk(t).as(t, "keeper").get(t, "/").text("#differences"); text != "" {
		t.Errorf("books that agree: %q", text)
	}
}
