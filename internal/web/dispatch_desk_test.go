package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"changbei/internal/dispatching"
)

func TestDeskShowsEachPersonWhatWaits(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	leader, keeper, street := r.as(t, "leader"), r.as(t, "keeper"), r.as(t, "street")
	if p := leader.get(t, "/dispatch").want(t, http.StatusOK); !strings.Contains(p.text("main .cb-empty"), "没有等您办") || p.Find(`.cb-running a[href="/responses/`+r.response.ID.String()+`"]`).Length() != 1 {
		t.Errorf("an empty desk says %q", p.text("main"))
	}
	proposed := r.propose(t, r.line(r.first.Item, "5"), r.line(r.second.Item, "3"))
	waits := r.approved(t, r.line(r.first.Item, "2"))
	road := r.sent(t, r.line(r.second.Item, "4"))
	r.clock.advance(12 * time.Minute)
	p := leader.get(t, "/dispatch").want(t, http.StatusOK).clean(t)
	row := p.Find("#approve li")
	if row.Length() != 1 || row.Find("a").AttrOr("href", "") != orderPath(proposed) || p.Find("#send, #sign").Length() != 0 {
		t.Errorf("the leader sees %q", p.text("main"))
	}
	for _, part := range []string{proposed.Number, r.first.Label() + " 5 " + r.first.Unit, "高塘岭<b>中学</b>", "已等 12 分钟", "审批", "实战"} {
		if !strings.Contains(strings.Join(strings.Fields(row.Text()), " "), part) {
			t.Errorf("the proposal's row lacks %q: %q", part, row.Text())
		}
	}
	p = keeper.get(t, "/dispatch").want(t, http.StatusOK)
	if a := p.Find("#send li a"); a.Length() != 1 || a.AttrOr("href", "") != loadPath(waits, 0) || !strings.Contains(a.Text(), "备货") || p.Find("#approve, #sign").Length() != 0 {
		t.Errorf("the keeper sees %q", p.text("main"))
	}
	p = street.get(t, "/dispatch").want(t, http.StatusOK)
	if a := p.Find("#sign li a"); a.Length() != 1 || a.AttrOr("href", "") != loadPath(road, 0) || !strings.Contains(a.Text(), "湘A12345 张师傅") || p.Find("#approve, #send").Length() != 0 {
		t.Errorf("the street sees %q", p.text("main"))
	}
	if p.Find(`a[href="/word/new"]`).Length() != 0 || keeper.get(t, "/dispatch").Find(`main a[href="/word/new"]`).Length() != 1 {
		t.Error("goods leave by word for those who may")
	}
	if p = r.as(t, "audit").get(t, "/dispatch").want(t, http.StatusOK); p.Find(".cb-tasks").Length() != 0 {
		t.Errorf("the auditor is given work: %q", p.text("main"))
	}
	sh := road.Shipments[0]
	sign := street.get(t, loadPath(road, 0))
	street.postForm(t, sign, "#sign form", typed(lineField("good", sh.Lines[0]), "3", lineField("missing", sh.Lines[0]), "1")).want(t, http.StatusOK)
	p = keeper.get(t, "/dispatch").want(t, http.StatusOK)
	if got := p.text("#explain li"); !strings.Contains(got, "缺 "+r.second.Label()+" 1 "+r.second.Unit) || !strings.Contains(got, "查明") {
		t.Errorf("a gap reads %q", got)
	}
	if n := street.get(t, "/dispatch").Find("#sign").Length(); n != 0 {
		t.Error("what is signed for still waits to be signed")
	}
}

func TestMissingPapersCountDown(t *testing.T) {
	t.Parallel()
	r := newRelief(t, true)
	leader := r.as(t, "leader")
	o := r.byWord(t, "2")
	read := func() (tone, text, figure string) {
		p := leader.get(t, "/dispatch").want(t, http.StatusOK)
		tag := p.Find("#papers li .is-do .cb-tag")
		if tag.Find("svg").Length() != 1 || p.Find("#papers li a").AttrOr("href", "") != orderPath(o)+"#papers" {
			t.Errorf("the row of papers is %q", p.text("#papers"))
		}
		return strings.TrimSpace(strings.TrimPrefix(tag.AttrOr("class", ""), "cb-tag ")), tag.Text(), strings.Join(strings.Fields(p.Find(".cb-figure:has(h2:contains(手续待补))").Text()), " ")
	}
	for _, c := range []struct {
		pass               time.Duration
		tone, text, figure string
	}{{0, "is-info", "剩 48 小时", "没有逾期"}, {40*time.Hour + 5*time.Minute, "is-warn", "剩 7 小时 55 分", "没有逾期"}, {9 * time.Hour, "is-bad", "逾期 1 小时 5 分", "1 份已逾期"}} {
		r.clock.advance(c.pass)
		if c.pass > 0 { // half an hour idle ends a session
			leader = r.as(t, "leader")
		}
		if tone, text, figure := read(); tone != c.tone || text != c.text || !strings.Contains(figure, c.figure) {
			t.Errorf("after %s: %s %q, figure %q", c.pass, tone, text, figure)
		}
	}
	got := leader.get(t, "/dispatch").text("#papers li")
	for _, kind := range []string{"书面调拨指令", "领导补签", "接收回执"} {
		if !strings.Contains(got, kind) {
			t.Errorf("%q lacks %s", got, kind)
		}
	}
	if n := r.as(t, "keeper-dzw").get(t, "/dispatch").want(t, http.StatusOK).Find("#papers").Length(); n != 0 {
		t.Error("another street's keeper sees an order's papers")
	}
}

func TestOrderListFiltersAndPages(t *testing.T) {
	t.Parallel()
	r := newRelief(t, false)
	u := r.as(t, "planner")
	if p := u.get(t, "/orders").want(t, http.StatusOK); p.Find(`.cb-empty a[href="/orders/new"]`).Length() != 1 {
		t.Errorf("an empty list says %q", p.text("#list"))
	}
	for range dispatching.PageSize + 1 {
		r.propose(t, r.line(r.first.Item, "1"))
	}
	sent := r.sent(t, r.line(r.first.Item, "1"))
	numbers := map[string]bool{}
	pages := 0
	for next := "/orders"; next != ""; pages++ {
		p := u.get(t, next).want(t, http.StatusOK).clean(t)
		p.Find("#list tbody td.is-title").Each(func(_ int, td *goquerySelection) { numbers[td.Text()] = true })
		next, _ = p.Find(`a[rel="next"]`).Attr("href")
	}
	if pages != 2 || len(numbers) != dispatching.PageSize+2 {
		t.Errorf("%d orders on %d pages", len(numbers), pages)
	}
	for query, want := range map[string]int{"status=approved": 1, "number=" + sent.Number: 1, "response=" + r.response.ID.String(): dispatching.PageSize, "depot=" + r.gtl.ID.String(): dispatching.PageSize,
		"status=refused": 0, "status=approved&number=000001": 0} {
		if n := u.get(t, "/orders?"+query).want(t, http.StatusOK).Find("#list tbody tr").Length(); n != want {
			t.Errorf("%s: %d rows, want %d", query, n, want)
		}
	}
	if got := u.get(t, "/orders?status=approved").text("#list tbody tr"); !strings.Contains(got, "1 车在途") || !strings.Contains(got, "执行中") {
		t.Errorf("the row says %q", got)
	}
	for _, query := range []string{"status=x", "depot=x", "depot=77", "response=9", "before=x~1", "before=-4~1", "number=" + strings.Repeat("9", 60)} {
		if p := u.get(t, "/orders?"+query).want(t, http.StatusOK); !strings.Contains(p.text("#list"), "查询条件有误") {
			t.Errorf("%s: %q", query, p.text("#list"))
		}
	}
	dzw := r.as(t, "keeper-dzw")
	if n := dzw.get(t, "/orders").want(t, http.StatusOK).Find("#list tbody tr").Length(); n != 0 {
		t.Errorf("another depot's keeper sees %d orders", n)
	}
	for _, path := range []string{orderPath(sent), loadPath(sent, 0)} {
		p := dzw.get(t, path).want(t, http.StatusNotFound)
		if strings.Contains(p.Body, sent.Number) || strings.Contains(p.Body, "张师傅") {
			t.Errorf("%s tells a stranger of it", path)
		}
	}
	if got := fmt.Sprint(u.get(t, "/orders/1").Status, u.get(t, "/orders/x").Status, u.get(t, "/loads/1").Status); got != "404 404 404" {
		t.Error(got)
	}
}
