package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/ledger"
)

func TestDailySheetListsTheDayAndTheChainsEnd(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.posted(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "救灾发放", "counterparty": sly}, s.took("GOOD", "10")))
	s.posted(t, "/transfers", s.entry(t, "/transfers", map[string]string{"reason": "补充储备"}, s.took("GOOD", "4")))
	moved := s.took("LATE", "5")
	moved["to_bin"] = "Z-9"
	s.posted(t, "/moves", s.entry(t, "/moves", map[string]string{"reason": "整理货位"}, moved))
	late := s.posted(t, "/receipts", s.entry(t, "/receipts", map[string]string{"reason": "本级采购", "business_on": "2026-11-20"}, map[string]string{"item": s.water.Code, "qty": "2箱"}))
	wrong := s.posted(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "日常领用"}, s.took("GOOD", "3")))
	red := s.u.postForm(t, s.u.get(t, wrong.URL.Path+"/reversal"), `form[action$="/reversal"]`, url.Values{"reason": {"录错"}}).want(t, http.StatusOK)

	depot := s.u.get(t, "/depots/"+s.here.ID.String()).want(t, http.StatusOK)
	path := depot.Find(`a:contains(日结单)`).AttrOr("href", "")
	p := s.u.get(t, path).want(t, http.StatusOK)
	if counts := p.text(".cb-head .cb-sub"); !strings.Contains(counts, "出库单 2 张") || !strings.Contains(counts, "调拨单 1 张") || !strings.Contains(counts, "移库单 1 张") || !strings.Contains(counts, "红冲单 1 张") {
		t.Errorf("counts %q", counts)
	}
	tables := p.Find(".cb-daily table")
	if tables.Length() != 3 || !strings.Contains(tables.Eq(1).Text(), late.text("h1")) || strings.Contains(tables.Eq(0).Text(), late.text("h1")) || !strings.Contains(tables.Eq(1).Text(), "补记") {
		t.Errorf("%d tables: %q", tables.Length(), p.text(".cb-daily"))
	}
	if strings.Contains(p.Body, "<script>alert") {
		t.Error("the sheet carries the markup")
	}
	t.Run("what came in, went out and stands at the day's end", func(t *testing.T) {
		row := tables.Eq(2).Find(`tr:contains("` + s.cloth.Name + `")`)
		// 85 received; 10 issued, 4 transferred, 3 issued and taken back; a move inside is neither.
		if in, out, left := row.Find(`[data-l="收入"]`).Text(), row.Find(`[data-l="发出"]`).Text(), row.Find(`[data-l="日末结存"]`).Text(); in != "85" || out != "14" || left != "71" {
			t.Errorf("in %s, out %s, left %s", in, out, left)
		}
	})
	t.Run("the foot is the end of the books", func(t *testing.T) {
		head, err := s.store.Read().HeadOf(t.Context(), s.here.ID)
		if err != nil {
			t.Fatal(err)
		}
		foot := p.text(".cb-daily .cb-facts")
		for _, part := range []string{red.text("h1"), ledger.Tail(head.LastHash), ledger.Tail(head.AuditHash)} {
			if !strings.Contains(foot, part) {
				t.Errorf("the foot %q lacks %s", foot, part)
			}
		}
		for _, role := range []string{"保管员：", "记账：赵敏", "复核："} {
			if !strings.Contains(p.text(".cb-signs"), role) {
				t.Errorf("no place to sign for %s", role)
			}
		}
	})
	t.Run("other days", func(t *testing.T) {
		back := s.u.get(t, path+"?on=2026-11-20").want(t, http.StatusOK)
		if !strings.Contains(back.text(".cb-daily"), late.text("h1")) || back.Find(`a:contains(后一天)`).Length() != 1 {
			t.Errorf("20 November: %q", back.text("main"))
		}
		if row := back.Find(`.cb-daily tr:contains("` + s.water.Name + `")`).Text(); !strings.Contains(row, "48") {
			t.Errorf("20 November: %q", row)
		}
		there := s.u.get(t, "/depots/"+s.there.ID.String()+"/daily").want(t, http.StatusOK)
		if !strings.Contains(there.text(".cb-daily"), "补充储备 ← "+s.here.Name) || !strings.Contains(there.text(".cb-daily"), s.cloth.Name) {
			t.Errorf("the other end: %q", there.text(".cb-daily"))
		}
		for on, words := range map[string]string{"2026-02-30": "2026-02-30", "2026-11-26": "还没有到", "2026-11": "2026-11", "0026-11-25": "日期", "昨": "昨"} {
			odd := s.u.get(t, path+"?on="+url.QueryEscape(on)).want(t, http.StatusOK)
			if got := odd.text(".cb-flash"); !strings.Contains(got, words) || !strings.Contains(odd.text(".cb-head"), "2026年11月25日") {
				t.Errorf("%s: %q %q", on, got, odd.text(".cb-head"))
			}
		}
	})
	s.as(t, "keeper-gtl").get(t, path).want(t, http.StatusNotFound)
	s.as(t, "system").get(t, path).want(t, http.StatusForbidden)
	if empty := s.as(t, "planner").get(t, path+"?on=2026-01-01").want(t, http.StatusOK); !strings.Contains(empty.text(".cb-empty"), "没有单据") {
		t.Errorf("an empty day: %q", empty.text("main"))
	}
}
