package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// agreementFields is a right form, but for its goods.
func agreementFields(number string) url.Values {
	return url.Values{"number": {number}, "form": {"agreement"}, "firm": {"甲公司"}, "contact": {"张三"}, "phone": {"0731-88060000 转 8"},
		"from_on": {"2026-01-01"}, "to_on": {"2027-12-31"}, "lead_hours": {"72"}}
}

func with(values url.Values, more ...string) url.Values {
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values
}

func TestAgreementIsKeyedSeenChangedAndEnded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	empty := u.get(t, "/agreements").want(t, http.StatusOK)
	if empty.Find(`.cb-empty a[href="/agreements/new"]`).Length() != 1 {
		t.Errorf("the empty list says %s", empty.text("#list"))
	}
	blank := u.get(t, "/agreements/new").want(t, http.StatusOK)
	if n := blank.Find(".cb-goods tbody tr").Length(); n < 8 {
		t.Errorf("%d lines for goods", n)
	}
	code := blank.Find("#goods option").First().AttrOr("value", "")
	made := u.postForm(t, blank, "main form", with(agreementFields(sly), "firm", "<b>甲</b>公司", "remark", "<i>注</i>", "line.2.item", code, "line.2.qty", "20", "line.2.price", "1.5")).want(t, http.StatusOK)
	if made.text("h1") != "<b>甲</b>公司" || !strings.Contains(made.text(".cb-flash.is-ok"), "已新增") || !strings.Contains(made.text("#goods"), "合计 30.00 元") ||
		!strings.Contains(made.text(".cb-head"), "从未核实") || !strings.Contains(made.text(".cb-facts"), "3 天内") {
		t.Fatalf("ended at %s: %s", made.URL, made.text("main"))
	}
	if href := made.Find(`a[href^="tel:"]`).AttrOr("href", ""); href != "tel:073188060000" {
		t.Errorf("the phone dials %q", href)
	}
	for _, path := range []string{made.URL.Path, made.URL.Path + "/edit", "/agreements"} {
		if p := u.get(t, path).want(t, http.StatusOK); strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<b>甲") || strings.Contains(p.Body, "<i>注") {
			t.Errorf("%s carries the markup", path)
		}
	}
	t.Run("calls are recorded, and only one that was answered counts", func(t *testing.T) {
		p := u.postForm(t, u.get(t, made.URL.Path), "#calls form", url.Values{"reached": {"no"}, "remark": {"无人接听"}}).want(t, http.StatusOK)
		if !strings.Contains(p.text(".cb-head"), "从未核实") || !strings.Contains(p.text("#calls tbody"), "无人接听") {
			t.Errorf("after no answer: %s", p.text("main"))
		}
		p = u.postForm(t, p, "#calls form", url.Values{"remark": {"忘了选"}, "checked_on": {"2027-01-01"}}).want(t, http.StatusUnprocessableEntity)
		if values := formValues(p.Find("#calls form")); values.Get("remark") != "忘了选" || values.Get("checked_on") != "2027-01-01" || p.Find("#calls .cb-error").Length() != 2 {
			t.Errorf("refused as %s, keeping %v", p.text("#calls"), values)
		}
		p = u.postForm(t, u.get(t, made.URL.Path), "#calls form", url.Values{"reached": {"yes"}}).want(t, http.StatusOK)
		if strings.Contains(p.text(".cb-head"), "核实") || !strings.Contains(p.text(".cb-facts"), "2026-11-25") {
			t.Errorf("after an answer: %s", p.text("main"))
		}
	})
	edit := u.get(t, made.URL.Path+"/edit").want(t, http.StatusOK)
	if got := edit.Find("#line-1-item").AttrOr("value", ""); got != code {
		t.Errorf("the form shows %q, want %q", got, code)
	}
	changed := u.postForm(t, edit, "main form", url.Values{"firm": {"乙公司"}}).want(t, http.StatusOK)
	if changed.text("h1") != "乙公司" {
		t.Errorf("changed to %s", changed.text("main"))
	}
	stale := u.postForm(t, edit, "main form", url.Values{"firm": {"丙公司"}}).want(t, http.StatusConflict)
	if formValues(stale.Find("main form").First()).Get("firm") != "丙公司" {
		t.Error("a conflict loses what was typed")
	}
	p := u.postForm(t, changed, "#end form", url.Values{"reason": {""}}).want(t, http.StatusUnprocessableEntity)
	p = u.postForm(t, p, "#end form", url.Values{"reason": {"停产"}}).want(t, http.StatusOK)
	if !strings.Contains(p.text(".cb-head"), "已终止") || p.Find("#end, #calls form").Length() != 0 {
		t.Errorf("ended: %s", p.text("main"))
	}
}

func TestAgreementFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	u := newDesk(t).as(t, "planner")
	blank := u.get(t, "/agreements/new")
	typed := with(agreementFields("一号"), "form", "kept", "to_on", "2025-01-01", "line.1.item", "没有的物资", "line.1.qty", "约三", "line.8.price", "甲")
	p := u.postForm(t, blank, "main form", typed).want(t, http.StatusUnprocessableEntity)
	for field, part := range map[string]string{"form": "企业代储", "to_on": "早于"} {
		if got := p.text(".cb-field.is-bad:has(#" + field + ") .cb-error"); !strings.Contains(got, part) {
			t.Errorf("beside %s stands %q, want %q", field, got, part)
		}
	}
	values := formValues(p.Find("main form").First())
	for _, field := range []string{"number", "to_on", "line.1.item", "line.1.qty", "line.8.price"} {
		if got := values.Get(field); got != typed.Get(field) {
			t.Errorf("%s = %q, want %q", field, got, typed.Get(field))
		}
	}
	p.Find(".cb-errors a").Each(func(_ int, a *goquery.Selection) {
		if cell := p.Find(a.AttrOr("href", "#none")); cell.Length() != 1 || cell.AttrOr("aria-invalid", "") != "true" {
			t.Errorf("%q leads to no wrong cell", a.Text())
		}
	})
	if n := p.Find(".cb-errors a").Length(); n != 5 { // goods and quantity of the first; goods, quantity and price of the eighth
		t.Errorf("%d errors of goods: %s", n, p.text(".cb-errors"))
	}
	t.Run("more lines are given without script, and nothing is lost or saved", func(t *testing.T) {
		more := u.postForm(t, p, "main form", url.Values{"act": {"more"}}).want(t, http.StatusOK)
		if n := more.Find(".cb-goods tbody tr").Length(); n != 16 || formValues(more.Find("main form").First()).Get("line.8.price") != "甲" {
			t.Errorf("%d lines", n)
		}
	})
	t.Run("a sheet of more goods than fit is refused and not cut short", func(t *testing.T) {
		many := agreementFields("二号")
		for n := 1; n <= 201; n++ {
			many.Set("line."+itoa(n)+".item", "甲")
			many.Set("line."+itoa(n)+".qty", "1")
		}
		if p := u.post(t, "/agreements", many).want(t, http.StatusUnprocessableEntity); !strings.Contains(p.text("main"), "最多 200 行") || p.Find(".cb-goods tbody tr").Length() < 201 {
			t.Errorf("the page says %.300s", p.text("main"))
		}
	})
}

func TestAgreementListIsNarrowedByItsAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	blank := u.get(t, "/agreements/new")
	code := blank.Find("#goods option").First().AttrOr("value", "")
	for _, a := range []struct{ number, form, to string }{{"一号", "agreement", "2027-12-31"}, {"二号", "social", "2026-12-31"}, {"三号", "capacity", "2026-01-31"}} {
		u.postForm(t, blank, "main form", with(agreementFields(a.number), "form", a.form, "to_on", a.to, "line.1.item", code, "line.1.qty", "5")).want(t, http.StatusOK)
	}
	for query, want := range map[string]string{"": "二号 一号 三号", "?form=social": "二号", "?state=holds": "二号 一号", "?state=ending": "二号", "?state=expired": "三号",
		"?state=ended": "", "?state=stale": "二号 一号", "?q=三号": "三号", "?form=capacity&state=holds": ""} {
		p := d.as(t, "leader").get(t, "/agreements"+query).want(t, http.StatusOK)
		for _, n := range []string{"一号", "二号", "三号"} {
			if strings.Contains(p.text("#list tbody"), n) != strings.Contains(want, n) {
				t.Errorf("%q shows %s, want %s", query, p.text("#list tbody"), want)
			}
		}
		if want == "" && p.Find(".cb-empty a").AttrOr("href", "") != "/agreements" {
			t.Errorf("%q is empty without a way back", query)
		}
	}
	p := d.as(t, "leader").get(t, "/agreements")
	if p.Find(`a[href="/agreements/new"]`).Length() != 0 || !strings.Contains(p.text("#list header"), "2 份待电话核实") {
		t.Errorf("the leader sees %s", p.text("main"))
	}
	for _, wrong := range []string{"?form=kept", "?state=x", "?q=" + strings.Repeat("a", 101)} {
		if p := u.get(t, "/agreements"+wrong).want(t, http.StatusOK); !strings.Contains(p.text(".cb-empty"), "查询条件有误") {
			t.Errorf("%s: %s", wrong, p.text("#list"))
		}
	}
	for login, offered := range map[string]int{"planner": 1, "leader": 1, "audit": 1, "keeper": 0, "street": 0} {
		if n := d.as(t, login).get(t, "/expected").want(t, http.StatusOK).Find(`#side a[href="/agreements"]`).Length(); n != offered {
			t.Errorf("%s: the menu has the line %d times", login, n)
		}
	}
}

func TestExpectedGoodsAreKeyedAndClosed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	page := u.get(t, "/expected").want(t, http.StatusOK)
	if page.Find(".cb-empty").Length() != 1 || page.Find("#depot option").Length() != 2 {
		t.Errorf("the page begins as %s", page.text("main"))
	}
	code := page.Find("#goods option").First().AttrOr("value", "")
	bad := u.postForm(t, page, "#new form", url.Values{"item": {sly}, "qty": {"0"}, "due_on": {"2026-11-20"}, "partner": {"<b>甲</b>"}}).want(t, http.StatusUnprocessableEntity)
	if values := formValues(bad.Find("#new form")); values.Get("item") != sly || values.Get("due_on") != "2026-11-20" || bad.Find("#new .cb-field.is-bad").Length() != 2 {
		t.Errorf("refused as %s, keeping %v", bad.text("#new"), values)
	}
	p := u.postForm(t, bad, "#new form", url.Values{"item": {code}, "qty": {"20"}}).want(t, http.StatusOK)
	row := p.Find("#open tbody tr")
	if row.Length() != 1 || !strings.Contains(row.Text(), "逾期 5 天") || strings.Contains(p.Body, "<b>甲") || !strings.Contains(p.text("#open header"), "1 条逾期") {
		t.Fatalf("open: %s", p.text("#open"))
	}
	for login, status := range map[string]int{"leader": http.StatusForbidden, "street": http.StatusForbidden} {
		other := d.as(t, login)
		other.get(t, "/expected").want(t, http.StatusOK)
		action, _ := row.Find("form").Attr("action")
		other.post(t, action, url.Values{"act": {"done"}}).want(t, status)
	}
	if n := d.as(t, "leader").get(t, "/expected").Find("#open tbody form, #new").Length(); n != 0 {
		t.Errorf("the leader is offered %d forms", n)
	}
	if n := d.as(t, "street").get(t, "/expected").Find("#open tbody tr").Length(); n != 0 {
		t.Errorf("another depot's officer sees %d rows", n)
	}
	done := u.postForm(t, p, "#open tbody form", url.Values{"act": {"done"}}).want(t, http.StatusOK)
	if done.Find("#open tbody tr").Length() != 0 || !strings.Contains(done.text("#closed tbody"), "已到") || !strings.Contains(done.text(".cb-flash"), "办理入库") {
		t.Errorf("closed: %s", done.text("main"))
	}
	u.postForm(t, p, "#open tbody form", url.Values{"act": {"cancelled"}}).want(t, http.StatusConflict)
}

func TestDepotShowsWhoseGoodsItHolds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	own := "/depots/" + d.depot(t, "GTL").ID.String()
	if p := u.get(t, own); strings.Contains(p.text(".cb-head"), "代储") || !strings.Contains(p.text(".cb-facts"), "本系统") {
		t.Errorf("an own depot reads %s", p.text(".cb-head"))
	}
	u.postForm(t, u.get(t, own+"/edit"), "main form", url.Values{"holder": {"firm"}}).want(t, http.StatusOK)
	if got := u.get(t, own+"/edit").Find("#holder option[selected]").AttrOr("value", ""); got != "firm" {
		t.Errorf("the form kept %q", got)
	}
	if p := u.get(t, own); !strings.Contains(p.text(".cb-head"), "企业代储") {
		t.Errorf("the page reads %s", p.text(".cb-head"))
	}
	if n := u.get(t, "/depots").Find("main tbody tr:contains(企业代储)").Length(); n != 1 {
		t.Errorf("%d rows of the list are marked", n)
	}
	p := u.postForm(t, u.get(t, own+"/edit"), "main form", url.Values{"holder": {"x"}}).want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".cb-field.is-bad:has(#holder) .cb-error"), "持有单位性质") {
		t.Errorf("refused as %s", p.text("main"))
	}
}
