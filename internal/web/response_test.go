package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/store/storetest"
)

func TestAnEventLeadsToAResponse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		u := w.as(t, "leader")
		empty := u.get(t, "/events").want(t, http.StatusOK)
		page := u.get(t, empty.Find(".cb-empty a").AttrOr("href", "")).want(t, http.StatusOK)
		if got := page.Find(`input[name="areas"]`).Length(); got != 3 {
			t.Fatalf("%d streets to choose from", got)
		}
		typed := url.Values{"name": {w.sly}, "kind": {""}, "areas": {w.gtl.Division, "999"}, "place": {"东堤"}, "summary": {"水位上涨" + w.sly}, "begun_at": {"2026-07-09T10:00"}}
		bad := u.postForm(t, page, "main form", typed).want(t, http.StatusUnprocessableEntity)
		got := formValues(bad.Find("main form"))
		if bad.Find(".cb-field.is-bad").Length() != 3 || got.Get("name") != w.sly || got.Get("begun_at") != "2026-07-09T10:00" || len(got["areas"]) != 1 || got.Get("summary") != "水位上涨"+w.sly || strings.Contains(bad.Body, "<script>alert") {
			t.Errorf("shows %v: %s", got, bad.text("main"))
		}
		typed.Set("kind", "flood")
		typed.Set("begun_at", "2026-07-03T18:30")
		typed["areas"] = []string{w.gtl.Division}
		list := u.postForm(t, bad, "main form", typed).want(t, http.StatusOK)
		if row := list.Find("tbody tr"); row.Length() != 1 || !strings.Contains(row.Text(), "2026-07-03 18:30") || !strings.Contains(row.Text(), "洪涝") || !strings.Contains(row.Text(), "高塘岭街道") || strings.Contains(list.Body, "<script>alert") {
			t.Errorf("the list: %s", list.text("main"))
		}

		form := u.get(t, list.Find(`tbody a:contains(启动响应)`).AttrOr("href", "")).want(t, http.StatusOK)
		begin := formValues(form.Find("main form"))
		if begin.Get("event") == "" || begin.Get("nature") != "real" || begin.Get("areas") != w.gtl.Division || begin.Get("begun_at") != "2026-07-03T20:00" || !strings.Contains(form.text(".cb-head"), "汛期") || !strings.Contains(form.text(".cb-head"), "4月1日—9月30日") {
			t.Errorf("the form begins with %v: %s", begin, form.text(".cb-head"))
		}
		refused := u.postForm(t, form, "main form", url.Values{"name": {""}, "level": {"0"}, "document_no": {w.sly}}).want(t, http.StatusUnprocessableEntity)
		if refused.Find(".cb-field.is-bad").Length() != 2 || formValues(refused.Find("main form")).Get("document_no") != w.sly || strings.Contains(refused.Body, "<script>alert") {
			t.Errorf("refused: %s", refused.text("main"))
		}
		at := u.postForm(t, refused, "main form", url.Values{"name": {"七月防汛"}, "level": {"3"}, "word_first": {"1"}, "begun_at": {"2026-07-03T19:00"}}).want(t, http.StatusOK)
		if !strings.Contains(at.text(".cb-flash"), "已启动") || !strings.Contains(at.text(".cb-head"), "实战") || !strings.Contains(at.text(".cb-head"), "Ⅲ级") || !strings.Contains(at.text(".cb-head"), "先调后补") {
			t.Errorf("begun: %s", at.text("main"))
		}
		facts := at.text("#facts")
		for _, part := range []string{"2026-07-03 19:00", "1 小时", "汛期", "高塘岭街道", w.sly} {
			if !strings.Contains(facts, part) {
				t.Errorf("the facts lack %q: %s", part, facts)
			}
		}
		if row := u.get(t, "/responses").text("tbody tr"); !strings.Contains(row, "七月防汛") || !strings.Contains(row, "Ⅲ级") {
			t.Errorf("the list: %s", row)
		}
		officer := w.as(t, "officer")
		if p := officer.get(t, at.URL.Path).want(t, http.StatusOK); p.Find("#act").Length() != 0 || p.Find(`a[href^="/orders/new"], a[href^="/word/new"]`).Length() != 0 || p.Find(`a[href^="/requests/new?response="]`).Length() != 1 {
			t.Errorf("a street officer is offered %s", p.text("main"))
		}
		for _, link := range []string{"/orders/new", "/word/new"} {
			who := map[string]string{"/orders/new": "planner", "/word/new": "keeper"}[link]
			v := w.as(t, who)
			form := v.get(t, v.get(t, at.URL.Path).Find(`a[href^="`+link+`?response="]`).AttrOr("href", "")).want(t, http.StatusOK)
			if got := formValues(form.Find("main form")).Get("response"); "/responses/"+got != at.URL.Path {
				t.Errorf("%s begins with %q", link, got)
			}
		}
		officer.get(t, "/responses/new").want(t, http.StatusForbidden)
		officer.post(t, at.URL.Path+"/changes", url.Values{"act": {"end"}}).want(t, http.StatusForbidden)
		w.as(t, "planner").get(t, "/responses/12345").want(t, http.StatusNotFound)
	})
}

func TestAResponseIsChangedEndedAndSettled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWard(t, e)
		r := w.begin(t, order.Drill, "汛前演练")
		o := w.approved(t, "5", "10")
		w.leave(t, o.Shipments[0])
		word := w.byWord(t, "2")
		u := w.as(t, "leader")
		self := "/responses/" + r.ID.String()
		form := func(act string) string { return `#act form:has(input[name="act"][value="` + act + `"])` }

		page := u.get(t, self).want(t, http.StatusOK)
		if !strings.Contains(page.text(".cb-marked"), "这是演练") || page.Find(".cb-head .cb-tag:contains(演练)").Length() != 1 {
			t.Errorf("a drill is marked: %s", page.text(".cb-head"))
		}
		if orders := page.Find("#orders tbody tr"); orders.Length() != 2 || !strings.Contains(page.text("#orders"), "救灾帐篷 5 顶") || !strings.Contains(page.text("#orders"), "1 车在途") || !strings.Contains(page.text("#orders"), "先调后补") {
			t.Errorf("its orders: %s", page.text("#orders"))
		}
		if papers := page.Find("#papers tbody tr"); papers.Length() != 3 || !strings.Contains(page.text("#papers"), "剩 48 小时") || papers.First().Find("a").AttrOr("href", "") != "/orders/"+word.ID.String() {
			t.Errorf("its papers: %s", page.text("#papers"))
		}
		bad := u.postForm(t, page, form("level"), url.Values{"level": {"3"}, "document_no": {w.sly}, "at": {"2026-07-02T10:00"}}).want(t, http.StatusUnprocessableEntity)
		got := formValues(bad.Find(form("level")))
		if got.Get("document_no") != w.sly || got.Get("at") != "2026-07-02T10:00" || bad.Find(form("level")+" [aria-invalid]").Length() != 2 || bad.Find(form("end")+" [aria-invalid]").Length() != 0 || !strings.Contains(bad.text(form("level")+" .cb-error"), "没有变化") || !strings.Contains(bad.text(form("level")+" .cb-error"), "早于上一次变更") || strings.Contains(bad.Body, "<script>alert") {
			t.Errorf("shows %v: %s", got, bad.text("#act"))
		}
		w.pass(1)
		page = u.postForm(t, bad, form("level"), url.Values{"level": {"2"}, "document_no": {"望应急〔2026〕9号"}, "at": {""}}).want(t, http.StatusOK)
		if !strings.Contains(page.text("#changes"), "调整级别Ⅱ级望应急〔2026〕9号") || !strings.Contains(page.text("#facts"), "Ⅱ级") {
			t.Errorf("changed: %s", page.text("#changes"))
		}
		if stale := u.postForm(t, bad, form("end"), nil).want(t, http.StatusConflict); !strings.Contains(stale.text(".cb-flash.is-bad"), "别人改过") {
			t.Errorf("of two editors: %s", stale.text("main"))
		}
		page = u.postForm(t, page, form("word-off"), nil).want(t, http.StatusOK)
		if page.Find(form("word-on")).Length() != 1 || strings.Contains(page.text(".cb-head"), "先调后补") {
			t.Errorf("switched off: %s", page.text("#act"))
		}
		page = u.postForm(t, page, form("end"), url.Values{"note": {"雨停了"}}).want(t, http.StatusOK)
		if page.Find("#act form").Length() != 1 || !strings.Contains(page.text(".cb-head"), "待清账") {
			t.Errorf("ended: %s", page.text("main"))
		}

		no := u.postForm(t, page, form("settle"), nil).want(t, http.StatusConflict)
		for _, part := range []string{"还不能清账", "2 份调拨指令没有办结", "行物资还在途中", "3 份手续没有补齐"} {
			if !strings.Contains(no.text(".cb-flash.is-bad"), part) {
				t.Errorf("the refusal lacks %q: %s", part, no.text(".cb-flash.is-bad"))
			}
		}
		accounts := u.get(t, self+"/accounts").want(t, http.StatusOK)
		if rows := accounts.Find(".cb-accounts").First().Find("tbody tr:not(.is-mark)"); rows.Length() != 3 || accounts.Find(`a[href="/loads/`+o.Shipments[0].ID.String()+`"]`).Length() != 2 || !strings.Contains(accounts.text("#verdict"), "3 行物资还在途中") {
			t.Errorf("the accounts: %s", accounts.text("main"))
		}
		w.sign(t, w.order(t, o.ID).Shipments[0])
		w.sign2(t, word)
		accounts = u.get(t, self+"/accounts?open=1").want(t, http.StatusOK)
		if got := oneLine(accounts.Find(".cb-accounts").First().Find("tr:contains(帐篷)").First().Text()); !strings.HasPrefix(got, "高塘岭中学安置点救灾帐篷 12㎡顶5505") {
			t.Errorf("the tents at the school: %s", got)
		}
		w.settleGoods(t, o.ID, order.Used)
		w.settleGoods(t, word.ID, order.Returned)
		for _, k := range []order.PaperKind{order.WrittenOrder, order.SecondSignature} {
			if err := w.dis.HandInPaper(w.ctx, w.actors["leader"], dispatching.PaperInput{OrderID: word.ID, Kind: k, DocumentNo: "10号"}); err != nil {
				t.Fatal(err)
			}
		}
		accounts = u.get(t, self+"/accounts").want(t, http.StatusOK)
		if !strings.Contains(accounts.text("#verdict.is-ok"), "都有了交代") || accounts.Find(".is-open").Length() != 0 || !strings.Contains(u.get(t, self+"/accounts?open=1").text(".cb-empty"), "没有未清") {
			t.Errorf("nothing is open: %s", accounts.text("main"))
		}
		page = u.postForm(t, u.get(t, self), form("settle"), nil).want(t, http.StatusOK)
		if page.Find("#act").Length() != 0 || !strings.Contains(page.text(".cb-head"), "已清账") || !strings.Contains(page.text("#changes"), "清账") {
			t.Errorf("settled: %s", page.text("main"))
		}
		list := u.get(t, "/responses").want(t, http.StatusOK)
		if !strings.Contains(list.text(".cb-tabs [aria-current]"), "全部 1") || !strings.Contains(list.text("tbody"), "演练") {
			t.Errorf("the list: %s", list.text("#list"))
		}
	})
}

// sign2 signs for the loads of an order at whatever desk it goes to.
func (w *ward) sign2(t testing.TB, o order.Order) {
	t.Helper()
	sh := w.order(t, o.ID).Shipments[0]
	in := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Way: order.ByPage}
	for _, l := range sh.Lines {
		in.Lines = append(in.Lines, dispatching.SignLine{LineID: l.ID, Good: l.Qty.String()})
	}
	if _, err := w.dis.Sign(w.ctx, w.actors["planner"], in); err != nil {
		t.Fatal(err)
	}
}

// settleGoods says of all goods of an order's loads what became of them.
func (w *ward) settleGoods(t testing.TB, of id.ID, fate order.Fate) {
	t.Helper()
	for _, sh := range w.order(t, of).Shipments {
		in := dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Fate: fate, Note: "登记", Qty: map[id.ID]string{}}
		for _, l := range sh.Lines {
			in.Qty[l.ID] = l.Owed().String()
		}
		if _, err := w.dis.Clear(w.ctx, w.actors["keeper"], in); err != nil {
			t.Fatal(err)
		}
	}
}
