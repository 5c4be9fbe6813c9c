package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
)

// told tells a notice for those who see a depot's stock.
func (d *desk) told(t testing.TB, title, body, path string, depot id.ID) {
	t.Helper()
	err := d.store.Tx(context.Background(), func(tx *store.Tx) error {
		return notifying.Tell(context.Background(), tx, notice.Notice{Kind: notice.OrderLeft, Title: title, Body: body, Path: path, DepotID: depot,
			To: []notice.Audience{notice.Holders(access.StockView, depot)}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// keeps gives the depot of the demo's keeper.
func (d *desk) keeps(t testing.TB) id.ID {
	t.Helper()
	return d.account(t, "keeper").Grants[0].DepotID
}

func bell(p *page) string { return p.text(".cb-bell") }

func TestTheBellCountsAndReadingTakesAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	if p := u.get(t, "/"); bell(p) != "" || p.Find(`.cb-bell[aria-label="通知"]`).Length() != 1 {
		t.Errorf("with nothing to read the bell says %q", bell(p))
	}
	if p := u.get(t, "/notices").want(t, http.StatusOK); !strings.Contains(p.text("main"), "还没有通知") {
		t.Errorf("the empty list says %q", p.text("main"))
	}
	d.clock.advance(time.Second)
	for _, title := range []string{"一号已发出", "二号已发出", "三号已发出"} {
		d.told(t, title, "第一行\n第二行", "/stock?by=lot", d.keeps(t))
		d.clock.advance(time.Second)
	}
	p := u.get(t, "/notices").want(t, http.StatusOK)
	if bell(p) != "3" || p.Find(`.cb-bell[aria-label="通知，3 条未读"]`).Length() != 1 || p.text(".cb-notices tbody tr:first-child .cb-open") != "三号已发出" {
		t.Errorf("bell %q, first row %q", bell(p), p.text(".cb-notices tbody tr:first-child"))
	}
	if d.as(t, "system").get(t, "/").Find(".cb-bell b").Length() != 0 {
		t.Error("the administrator is told of the keeper's business")
	}
	// Opening marks it read and leads to its page.
	open, _ := p.Find(".cb-notices tbody tr:first-child .cb-open").Attr("formaction")
	if at := u.post(t, open, nil).want(t, http.StatusOK); at.URL.Path != "/stock" || at.URL.RawQuery != "by=lot" || bell(at) != "2" {
		t.Errorf("opened at %s, bell %q", at.URL, bell(at))
	}
	p = u.get(t, "/notices?show=unread").want(t, http.StatusOK)
	if p.Find(".cb-notices tbody tr").Length() != 2 {
		t.Errorf("%d rows unread", p.Find(".cb-notices tbody tr").Length())
	}
	read, _ := p.Find(`.cb-notices tbody tr:first-child button[formaction$="/read"]`).Attr("formaction")
	if p = u.post(t, read, url.Values{"show": {"unread"}}).want(t, http.StatusOK); p.URL.String() != d.server.URL+"/notices?show=unread" || bell(p) != "1" {
		t.Errorf("marked, at %s, bell %q", p.URL, bell(p))
	}
	d.told(t, "后来的", "", "/stock", d.keeps(t))
	if p = u.postForm(t, p, `form[action="/notices/read"]`, nil).want(t, http.StatusOK); bell(p) != "1" || !strings.Contains(p.text(".cb-notices"), "后来的") {
		t.Errorf("what came after the page was shown: bell %q, rows %q", bell(p), p.text(".cb-notices"))
	}
	p = u.postForm(t, u.get(t, "/notices"), `form[action="/notices/read"]`, nil)
	if bell(p) != "" || p.Find(".cb-notices tr.is-seen").Length() != 4 || p.Find(`.cb-acts button`).Length() != 0 {
		t.Errorf("all read: bell %q, %d seen", bell(p), p.Find(".cb-notices tr.is-seen").Length())
	}
}

func TestNoticesOfOthersStayTheirs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.clock.advance(time.Second)
	d.told(t, "一号已发出", "", "/stock", d.keeps(t))
	u := d.as(t, "keeper")
	open, _ := u.get(t, "/notices").Find(".cb-open").Attr("formaction")
	stranger := d.as(t, "keeper-gtl")
	if p := stranger.get(t, "/notices").want(t, http.StatusOK); strings.Contains(p.Body, "一号已发出") {
		t.Error("another depot's notice is shown")
	}
	stranger.post(t, open, nil).want(t, http.StatusNotFound)
	stranger.post(t, strings.TrimSuffix(open, "open")+"read", nil).want(t, http.StatusNotFound)
	if n := bell(u.get(t, "/")); n != "1" {
		t.Errorf("the bell says %q after a stranger's try", n)
	}
}

func TestManyNoticesArePagedAndTheBellStops(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 120 {
		d.clock.advance(time.Second)
		d.told(t, fmt.Sprintf("第%d号", i), "", "/stock", d.keeps(t))
	}
	u := d.as(t, "keeper")
	p := u.get(t, "/notices").want(t, http.StatusOK)
	if bell(p) != "99+" {
		t.Errorf("the bell says %q", bell(p))
	}
	seen := 0
	for range 3 {
		seen += p.Find(".cb-notices tbody tr").Length()
		next, ok := p.Find(`.cb-pager a[rel="next"]`).Attr("href")
		if !ok {
			break
		}
		p = u.get(t, next).want(t, http.StatusOK)
	}
	if seen != 120 || p.text(".cb-notices tbody tr:last-child .cb-open") != "第0号" {
		t.Errorf("%d rows on all pages, the last %q", seen, p.text(".cb-notices tbody tr:last-child"))
	}
	for _, wrong := range []string{"/notices?before=x", "/notices?before=1~", "/notices?show=none"} {
		u.get(t, wrong).want(t, http.StatusOK)
	}
}

const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>"'`

func TestNoticesAreEscaped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.clock.advance(time.Second)
	d.told(t, evil, evil, "/stock", d.keeps(t))
	p := d.as(t, "keeper").get(t, "/notices").want(t, http.StatusOK)
	if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<img src=x") || p.text(".cb-open") != evil || p.text(".cb-notices td small") != evil {
		t.Errorf("the page holds %s", p.text(".cb-notices"))
	}
}

// robot counts what it gets and answers as it is told.
type robot struct {
	*httptest.Server
	answer atomic.Value
	got    atomic.Int64
}

func newRobot(t *testing.T, answer string) *robot {
	t.Helper()
	r := &robot{}
	r.answer.Store(answer)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.got.Add(1)
		w.Write([]byte(r.answer.Load().(string)))
	}))
	t.Cleanup(r.Close)
	return r
}

const hookKey, hookSecret = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa", "SEC0123456789abcdef"

func TestWebhookFromItsFormToItsDeliveries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "system")
	r := newRobot(t, `{"errcode":310000,"errmsg":"keywords not in content `+evil[:8]+`"}`)
	if p := u.get(t, "/webhooks").want(t, http.StatusOK); !strings.Contains(p.text("main"), "还没有推送地址") || p.Find(`.cb-side a[href="/webhooks"]`).Length() != 1 {
		t.Errorf("the empty list says %q", p.text("main"))
	}
	var pages []*page
	keep := func(p *page) *page { pages = append(pages, p); return p }
	p := keep(u.postForm(t, u.get(t, "/webhooks/new"), "main form", url.Values{"name": {" "}, "form": {"dingtalk"}, "url": {r.URL + "/send?key=" + hookKey}, "secret": {hookSecret},
		"kind": {"order.left", "order.signed"}, "link_base": {"x"}}).want(t, http.StatusUnprocessableEntity))
	if p.Find(".cb-field.is-bad").Length() != 2 || p.Find(`input[name="kind"][checked]`).Length() != 2 || p.Find(`option[value="dingtalk"][selected]`).Length() != 1 {
		t.Errorf("the refused form: %s", p.text("main"))
	}
	p = keep(u.postForm(t, p, "main form", url.Values{"name": {evil}, "url": {r.URL + "/send?key=" + hookKey}, "secret": {hookSecret}, "link_base": {""}}).want(t, http.StatusOK))
	if !strings.HasPrefix(p.URL.Path, "/webhooks/") || p.text("h1") != evil || !strings.Contains(p.text(".cb-facts"), "物资已发出、已签收") || !strings.Contains(p.text(".cb-facts"), "5aaa") {
		t.Fatalf("saved, at %s: %s", p.URL, p.text("main"))
	}
	hook := p.URL.Path
	p = keep(u.postForm(t, p, `form[action$="/test"]`, nil).want(t, http.StatusOK))
	if !strings.Contains(p.text(".cb-flash"), "发送队列") || !strings.Contains(p.text("#deliveries"), "待发送") || r.got.Load() != 0 {
		t.Errorf("%s; %s; %d messages inside the request", p.text(".cb-flash"), p.text("#deliveries"), r.got.Load())
	}
	if trigger, _ := p.Find("#deliveries").Attr("hx-trigger"); trigger != "every 3s" {
		t.Error("the page does not look again for what is about to be sent")
	}
	s := notifying.NewSender(d.store, notifying.SenderOptions{Reach: loopback})
	for try := 1; try <= notice.MaxTries; try++ {
		s.Round(t.Context())
		p = keep(u.get(t, hook).want(t, http.StatusOK))
		seconds, _ := notice.Pause(try)
		if _, looks := p.Find("#deliveries").Attr("hx-trigger"); looks || try < notice.MaxTries && !strings.Contains(p.text("#deliveries"), "待重试") {
			t.Fatalf("try %d: looks again %t, %s", try, looks, p.text("#deliveries"))
		}
		d.clock.advance(time.Duration(seconds) * time.Second)
		u = d.as(t, "system") // sessions end while the tries go on
	}
	p = keep(u.get(t, hook).want(t, http.StatusOK))
	if !strings.Contains(p.text("#deliveries"), "已放弃") || !strings.Contains(p.text("#deliveries"), "errcode 310000：keywords not in content <script>") || p.Find("#deliveries .cb-tries li").Length() != notice.MaxTries {
		t.Errorf("given up: %s", p.text("#deliveries"))
	}
	if home := keep(u.get(t, "/notices?show=unread")); bell(home) != "1" || !strings.Contains(home.text(".cb-notices"), "多次推送失败") {
		t.Errorf("the administrator is not told: %q", home.text("main"))
	}
	r.answer.Store(`{"errcode":0,"errmsg":"ok"}`)
	keep(u.postForm(t, p, `form[action$="/resend"]`, nil).want(t, http.StatusOK))
	s.Round(t.Context())
	if p = keep(u.get(t, hook)); !strings.Contains(p.text("#deliveries"), "已送达") || r.got.Load() != int64(notice.MaxTries)+1 {
		t.Errorf("sent again: %s, %d messages", p.text("#deliveries"), r.got.Load())
	}
	p = keep(u.get(t, hook+"/edit").want(t, http.StatusOK))
	p = keep(u.postForm(t, p, "main form", url.Values{"name": {"应急群"}}).want(t, http.StatusOK))
	if p.text("h1") != "应急群" || !strings.Contains(p.text(".cb-facts"), "有密钥") || !strings.Contains(p.text(".cb-facts"), "5aaa") {
		t.Errorf("changed: %s", p.text("main"))
	}
	disable := p
	p = keep(u.postForm(t, p, `form[action$="/disable"]`, nil).want(t, http.StatusOK))
	if p.Find(`form[action$="/enable"]`).Length() != 1 || p.Find(`form[action$="/test"]`).Length() != 0 || !strings.Contains(p.text(".cb-head"), "已停用") {
		t.Errorf("out of use: %s", p.text(".cb-head"))
	}
	if p = keep(u.postForm(t, disable, `form[action$="/test"]`, nil)); p.Status != http.StatusConflict || !strings.Contains(p.text(".cb-flash"), "已停用") {
		t.Errorf("a test of one out of use: %d, %s", p.Status, p.text(".cb-flash"))
	}
	keep(u.get(t, "/webhooks").want(t, http.StatusOK))
	keep(d.as(t, "audit").get(t, "/audit").want(t, http.StatusOK))
	for _, p := range pages {
		if strings.Contains(p.Body, "693a91f6") || strings.Contains(p.Body, hookSecret) || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%s holds a secret, or a script", p.URL)
		}
	}
}

// TestAWebhooksKeyIsNotKeptAtTheDoor: other forms go through the sign-in page
// when the session has ended; one with a key in it must be typed again.
func TestAWebhooksKeyIsNotKeptAtTheDoor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	typed := url.Values{"name": {"应急群"}, "form": {"wecom"}, "url": {"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + hookKey}, "secret": {hookSecret}}
	for what, end := range map[string]func(*user){
		"the session ended":           func(*user) { d.clock.advance(time.Hour) },
		"signed in again meanwhile":   func(u *user) { typed.Set("_csrf", "of-an-older-page") },
		"nobody ever signed in there": func(u *user) { u.client.Jar, _ = cookiejar.New(nil) },
	} {
		u := d.as(t, "system")
		u.get(t, "/webhooks/new").want(t, http.StatusOK)
		typed.Del("_csrf")
		end(u)
		p := u.post(t, "/webhooks", typed)
		if p.Status != http.StatusUnauthorized && p.Status != http.StatusForbidden || strings.Contains(p.Body, "693a91f6") || strings.Contains(p.Body, hookSecret) {
			t.Errorf("%s: status %d, %s", what, p.Status, p.text("body"))
		}
	}
}
