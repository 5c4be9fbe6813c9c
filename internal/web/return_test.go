package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestGoodsOfAnIssueComeBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.posted(t, "/receipts", s.entry(t, "/receipts", map[string]string{"reason": "本级采购"}, map[string]string{"item": s.water.Code, "qty": "4箱"}))
	late := s.took("LATE", "6")
	late["remark"] = "点名要这批"
	out := s.posted(t, "/issues", s.entry(t, "/issues", map[string]string{"reason": "演练消耗", "counterparty": "城关镇"}, s.took("GOOD", "10"), late, map[string]string{"item": s.water.Code, "qty": "2箱"}))
	link := out.Find(`a[href$="/return"]`)
	if link.Length() != 1 || !strings.Contains(link.Text(), "办理归还") {
		t.Fatalf("the issue offers %q", out.text(".cb-head"))
	}
	form := s.u.get(t, out.URL.Path+"/return").want(t, http.StatusOK)
	if n := form.Find(`input[name$=".qty"]`).Length(); n != 3 || form.Find("#bins option").Length() < 3 {
		t.Fatalf("%d quantities, %d bins", n, form.Find("#bins option").Length())
	}
	send := func(status int, p *page, typed url.Values) *page {
		t.Helper()
		return s.u.postForm(t, p, `form[action$="/return"]`, typed).want(t, status)
	}
	t.Run("nothing, too much, nonsense and another bin are said at their rows", func(t *testing.T) {
		if p := send(http.StatusUnprocessableEntity, form, url.Values{"reason": {"演练结束"}}); !strings.Contains(p.text(".cb-errors"), "至少填写一行") {
			t.Errorf("nothing: %q", p.text("main"))
		}
		for qty, want := range map[string]string{"7": "还在外面的只有 6 件", "-1": "大于 0", "0": "大于 0", "NaN": "数量", "1000000000000000000": "数量", "0.5": "数量", "几件": "数量"} {
			p := send(http.StatusUnprocessableEntity, form, url.Values{"reason": {"演练结束"}, "line.2.qty": {qty}})
			row := p.Find(".cb-back tbody tr").Eq(1)
			if got := row.Find(".cb-error").Text(); !strings.Contains(got, want) {
				t.Errorf("%s of line 2 is refused with %q", qty, got)
			}
			if list := p.text(".cb-errors"); !strings.Contains(list, "第 2 行") || strings.Contains(list, "第 1 行") {
				t.Errorf("%s: the list says %q", qty, list)
			}
			if p.cell("line-2-qty") != qty || p.cell("reason") != "演练结束" {
				t.Errorf("%s: typed %q, %q", qty, p.cell("line-2-qty"), p.cell("reason"))
			}
		}
		p := send(http.StatusUnprocessableEntity, form, url.Values{"reason": {"演练结束"}, "line.3.qty": {"1"}, "line.3.bin": {"没有"}})
		if !strings.Contains(p.Find(".cb-back tbody tr").Eq(2).Text(), "没有货位") {
			t.Errorf("a bin that is not there: %q", p.text("main"))
		}
		for _, day := range []string{"2026-02-30", "0026-11-25", "2026-11-26", "2026-11-01"} {
			p = send(http.StatusUnprocessableEntity, form, url.Values{"reason": {"演练结束"}, "line.3.qty": {"1"}, "business_on": {day}})
			if p.text(".cb-field.is-bad .cb-error") == "" || p.cell("business_on") != day || p.cell("line-3-qty") != "1" {
				t.Errorf("%s: %q", day, p.text("main"))
			}
		}
		p = send(http.StatusUnprocessableEntity, form, url.Values{"line.1.qty": {"1"}})
		if !strings.Contains(p.text(".cb-field.is-bad"), "归还原因") {
			t.Errorf("without a reason: %q", p.text("main"))
		}
		if n := vouchers(t, s.u, "type=return"); n != 0 {
			t.Errorf("%d returns were written", n)
		}
	})
	back := send(http.StatusOK, form, url.Values{"reason": {sly}, "line.1.qty": {"4"}, "line.1.bin": {"DJ"}, "line.1.remark": {"破损"}, "line.3.qty": {"1箱2瓶"}})
	if !strings.HasPrefix(back.text("h1"), "GH-WC01-2026-") || !strings.Contains(back.text(".cb-flash"), "已办理归还") || strings.Contains(back.Body, "<script>alert") {
		t.Fatalf("%s: %q", back.URL, back.text("main"))
	}
	if rows := back.text(".cb-table tbody"); !strings.Contains(rows, "DJ") || !strings.Contains(rows, "26") || !strings.Contains(rows, "1箱2瓶") {
		t.Errorf("booked %q", rows)
	}
	t.Run("both vouchers lead to each other", func(t *testing.T) {
		if back.Find(`.cb-flash a[href="`+out.URL.Path+`"]`).Length() != 1 {
			t.Errorf("the return says %q", back.text(".cb-flash"))
		}
		orig := s.u.get(t, out.URL.Path).want(t, http.StatusOK)
		if orig.Find(`.cb-flash a[href="`+back.URL.Path+`"]`).Length() != 1 || !strings.Contains(orig.text(".cb-head"), "部分归还") {
			t.Errorf("the issue says %q", orig.text("main"))
		}
		if paper := s.u.get(t, back.URL.Path+"/print").want(t, http.StatusOK).text("main"); !strings.Contains(paper, "原出库单："+out.text("h1")) {
			t.Errorf("the paper says %q", paper)
		}
	})
	t.Run("a second tap gives the same voucher, an older page is told what is left", func(t *testing.T) {
		again := send(http.StatusOK, form, url.Values{"reason": {sly}, "line.1.qty": {"4"}, "line.1.bin": {"DJ"}, "line.1.remark": {"破损"}, "line.3.qty": {"1箱2瓶"}})
		if again.URL.Path != back.URL.Path {
			t.Errorf("two taps lead to %s and %s", back.URL, again.URL)
		}
		fresh := s.u.get(t, out.URL.Path+"/return").want(t, http.StatusOK)
		p := send(http.StatusUnprocessableEntity, fresh, url.Values{"reason": {"再还"}, "line.1.qty": {"7"}})
		if got := p.Find(".cb-back tbody tr").First().Text(); !strings.Contains(got, "只有 6 件") {
			t.Errorf("row 1 says %q", got)
		}
	})
	t.Run("all the rest comes back at once", func(t *testing.T) {
		all := s.u.get(t, out.URL.Path+"/return?all=1").want(t, http.StatusOK)
		if all.cell("line-1-qty") != "6" || all.cell("line-2-qty") != "6" || all.cell("line-3-qty") != "22" {
			t.Errorf("filled in %q %q %q", all.cell("line-1-qty"), all.cell("line-2-qty"), all.cell("line-3-qty"))
		}
		send(http.StatusOK, all, url.Values{"reason": {"全还"}})
		done := s.u.get(t, out.URL.Path).want(t, http.StatusOK)
		if done.Find(`a[href$="/return"]`).Length() != 0 || !strings.Contains(done.text(".cb-head"), "已全部归还") {
			t.Errorf("the issue says %q", done.text(".cb-head"))
		}
		if p := s.u.get(t, out.URL.Path+"/return"); p.URL.Path != out.URL.Path || !strings.Contains(p.text(".cb-flash"), "没有还可以归还") {
			t.Errorf("at %s %q", p.URL, p.text(".cb-flash"))
		}
	})
	t.Run("strangers, planners and other vouchers", func(t *testing.T) {
		s.as(t, "keeper-gtl").get(t, out.URL.Path+"/return").want(t, http.StatusNotFound)
		s.as(t, "planner").get(t, out.URL.Path+"/return").want(t, http.StatusForbidden)
		if p := s.u.get(t, back.URL.Path+"/return"); p.URL.Path != back.URL.Path {
			t.Errorf("a return of a return opens %s", p.URL)
		}
	})
}
