package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/web"
)

func TestEveryChangeNeedsItsToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	other := d.as(t, "planner")
	other.get(t, "/")
	foreign, _ := other.last.Find(`input[name="_csrf"]`).First().Attr("value")
	u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, r := range web.Routes {
		if r.Method != http.MethodPost {
			continue
		}
		for name, token := range map[string]string{"no token": "", "another person's token": foreign} {
			p := u.post(t, sample.Replace(r.Path), url.Values{"_csrf": {token}})
			if p.Status != http.StatusForbidden {
				t.Errorf("%s with %s: status %d, want 403", r.Path, name, p.Status)
			}
		}
	}
	u.get(t, "/").want(t, http.StatusOK)
}

func TestAnotherSitesRequestIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	home := u.get(t, "/")
	token, _ := home.Find(`input[name="_csrf"]`).First().Attr("value")
	for name, header := range map[string][2]string{
		"Sec-Fetch-Site says cross-site": {"Sec-Fetch-Site", "cross-site"},
		"Sec-Fetch-Site says same-site":  {"Sec-Fetch-Site", "same-site"},
		"Origin is another host":         {"Origin", "http://evil.example"},
		"Origin is null":                 {"Origin", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := http.NewRequest(http.MethodPost, d.server.URL+"/signout", strings.NewReader("_csrf="+token))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header[0], header[1])
			u.do(t, r).want(t, http.StatusForbidden)
		})
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	for _, path := range []string{"/", "/stock", "/nothing", "/vouchers/1", "/accounts", "/healthz", "/assets/app.css", "/signin"} {
		h := u.get(t, path).Header
		csp := h.Get("Content-Security-Policy")
		if csp == "" || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: Content-Security-Policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, h)
		}
		if !strings.HasPrefix(path, "/assets/") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, h.Get("Cache-Control"))
		}
	}
}

func TestCookiesAreClosed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, err := d.uses.Accounts.Console().Link(context.Background(), "keeper")
	if err != nil {
		t.Fatal(err)
	}
	u := d.anonymous(t)
	u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	first := u.get(t, "/signin/link/"+token)
	second := u.post(t, "/signin/link/"+token, nil)
	for _, p := range []*page{first, second} {
		cookies := p.Header.Values("Set-Cookie")
		if len(cookies) == 0 {
			t.Errorf("%s set no cookie", p.URL)
		}
		for _, c := range cookies {
			if !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || !strings.Contains(c, "Path=/") {
				t.Errorf("cookie %s", c)
			}
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, d *desk, u *user){
		"when idle for half an hour": func(_ *testing.T, d *desk, _ *user) { d.clock.advance(31 * time.Minute) },
		"at sign-out":                func(t *testing.T, _ *desk, u *user) { u.post(t, "/signout", nil) },
		"when the account is taken out of use": func(t *testing.T, d *desk, _ *user) {
			d.manage(t, "keeper", "disable")
		},
		"when the password is set anew": func(t *testing.T, d *desk, _ *user) { d.manage(t, "keeper", "reset") },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			u := d.as(t, "keeper")
			u.get(t, "/stock").want(t, http.StatusOK)
			end(t, d, u)
			if p := u.get(t, "/stock"); p.URL.Path != "/signin" {
				t.Errorf("still at %s", p.URL)
			}
		})
	}
	t.Run("after twelve hours of steady work", func(t *testing.T) {
		d := newDesk(t)
		u := d.as(t, "keeper")
		for range 36 {
			d.clock.advance(20 * time.Minute)
			u.get(t, "/items")
		}
		d.clock.advance(time.Minute)
		if p := u.get(t, "/items"); p.URL.Path != "/signin" {
			t.Errorf("still at %s", p.URL)
		}
	})
	t.Run("a stolen cookie is worth nothing after sign-out", func(t *testing.T) {
		d := newDesk(t)
		u := d.as(t, "keeper")
		u.get(t, "/")
		at, _ := url.Parse(d.server.URL)
		stolen := u.client.Jar.Cookies(at)
		u.post(t, "/signout", nil)
		thief := d.anonymous(t)
		thief.client.Jar.SetCookies(at, stolen)
		if p := thief.get(t, "/stock"); p.URL.Path != "/signin" {
			t.Errorf("the thief is at %s", p.URL)
		}
	})
}

// manage lets the system administrator act on an account through the pages.
func (d *desk) manage(t testing.TB, login, act string) *page {
	t.Helper()
	u := d.as(t, "system")
	u.get(t, "/accounts")
	return u.post(t, "/accounts/"+d.account(t, login).ID.String()+"/"+act, nil).want(t, http.StatusOK)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	once := d.manage(t, "keeper", "reset").text(".cb-secret")
	const own = "Yunhu-2026-dike"
	u := d.anonymous(t)
	u.get(t, "/signin")
	t.Run("a one-time password leads to a password of one's own", func(t *testing.T) {
		p := u.post(t, "/signin", url.Values{"login": {" KEEPER "}, "password": {once}, "next": {"/stock"}}).want(t, http.StatusOK)
		if p.URL.Path != "/me/password" {
			t.Fatalf("at %s", p.URL)
		}
		if p := u.get(t, "/stock"); p.URL.Path != "/me/password" {
			t.Errorf("could go on to %s", p.URL)
		}
		p = u.get(t, "/me/password")
		p = u.postForm(t, p, "main form", url.Values{"current": {once}, "password": {own}, "repeat": {own + "x"}})
		if p.want(t, http.StatusUnprocessableEntity).text(".is-bad .cb-error") == "" {
			t.Error("no sentence at the repeated password")
		}
		u.postForm(t, p, "main form", url.Values{"current": {once}, "password": {own}, "repeat": {own}}).want(t, http.StatusOK)
		u.get(t, "/stock").want(t, http.StatusOK)
	})
	t.Run("next leads on, but never to another site", func(t *testing.T) {
		for next, want := range map[string]string{"/stock?by=lot": "/stock", "https://evil.example/": "/", "//evil.example/x": "/",
			"/\\evil.example": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/"} {
			u := d.anonymous(t)
			u.get(t, "/signin?next="+url.QueryEscape(next))
			p := u.postForm(t, u.last, "main form", url.Values{"login": {"keeper"}, "password": {own}})
			if p.URL.Host != strings.TrimPrefix(d.server.URL, "http://") || p.URL.Path != want {
				t.Errorf("next %q leads to %s", next, p.URL)
			}
		}
	})
	t.Run("five wrong passwords lock the account, forged addresses or not", func(t *testing.T) {
		u := d.anonymous(t)
		u.get(t, "/signin")
		var last *page
		for range 5 {
			last = u.post(t, "/signin", url.Values{"login": {"keeper"}, "password": {"wrong"}}).want(t, http.StatusUnprocessableEntity)
		}
		if v, _ := last.Find("#login").Attr("value"); v != "keeper" {
			t.Error("the login was lost")
		}
		u.post(t, "/signin", url.Values{"login": {"keeper"}, "password": {own}}).want(t, http.StatusUnprocessableEntity)
		d.clock.advance(11 * time.Minute)
		u.post(t, "/signin", url.Values{"login": {"keeper"}, "password": {own}}).want(t, http.StatusOK)
	})
}

func TestLinkWorksOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token, err := d.uses.Accounts.Console().Link(context.Background(), "leader")
	if err != nil {
		t.Fatal(err)
	}
	a, b := d.anonymous(t), d.anonymous(t)
	if p := a.get(t, "/signin/link/"+token).want(t, http.StatusOK); !strings.Contains(p.text("main"), "贺志远") {
		t.Error("the page does not say as whom")
	}
	b.get(t, "/signin/link/"+token)
	a.post(t, "/signin/link/"+token, nil).want(t, http.StatusOK)
	b.post(t, "/signin/link/"+token, nil).want(t, http.StatusNotFound)
}

func TestSetup(t *testing.T) {
	t.Parallel()
	typed := url.Values{"code": {setupCode}, "login": {"zhong"}, "name": {"钟磊"}, "password": {"Dike-2026-night"}, "repeat": {"Dike-2026-night"}}
	with := func(k, v string) url.Values {
		c := url.Values{}
		for name, values := range typed {
			c[name] = values
		}
		c.Set(k, v)
		return c
	}
	t.Run("an empty database asks for the first account", func(t *testing.T) {
		u := emptyDesk(t).anonymous(t)
		p := u.get(t, "/stock").want(t, http.StatusOK)
		if p.URL.Path != "/setup" {
			t.Fatalf("at %s", p.URL)
		}
		p = u.post(t, "/setup", with("code", "WRONG")).want(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.text(".is-bad .cb-error"), "安装码") || p.Find("#name").AttrOr("value", "") != "钟磊" {
			t.Errorf("answer: %s", p.text("main"))
		}
		u.post(t, "/setup", with("password", "12345678")).want(t, http.StatusUnprocessableEntity)
		p = u.post(t, "/setup", typed).want(t, http.StatusOK)
		if p.URL.Path != "/" || !strings.Contains(p.text(".cb-me"), "钟磊") {
			t.Errorf("at %s as %s", p.URL, p.text(".cb-me"))
		}
		u.get(t, "/accounts").want(t, http.StatusOK)
		if late := u.desk.anonymous(t); late.get(t, "/setup").URL.Path != "/signin" {
			t.Error("a second first account was offered")
		}
	})
	t.Run("of eight at once one wins", func(t *testing.T) {
		d := emptyDesk(t)
		var wg sync.WaitGroup
		won := make(chan string, 8)
		for i := range 8 {
			wg.Go(func() {
				u := d.anonymous(t)
				u.get(t, "/setup")
				if p := u.post(t, "/setup", with("login", "admin"+string(rune('a'+i)))); p.Status == http.StatusOK && p.URL.Path == "/" {
					won <- p.text(".cb-me")
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Errorf("%d first accounts", len(won))
		}
	})
}

func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	once := d.manage(t, "keeper", "reset").text(".cb-secret")
	const own = "Yunhu-2026-dike"
	u := d.anonymous(t)
	u.get(t, "/signin")
	u.post(t, "/signin", url.Values{"login": {"keeper"}, "password": {once}})
	u.post(t, "/me/password", url.Values{"current": {once}, "password": {own}, "repeat": {own}}).want(t, http.StatusOK)
	entry := u.get(t, "/receipts/new").want(t, http.StatusOK)
	d.clock.advance(time.Hour)
	door := u.postForm(t, entry, "#entry", url.Values{"act": {"draft"}, "remark": {"防汛前补货 <b>"}}).want(t, http.StatusUnauthorized)
	wrong := u.postForm(t, door, "main form", url.Values{"login": {"keeper"}, "password": {"nonsense"}}).want(t, http.StatusUnprocessableEntity)
	behind := u.postForm(t, wrong, "main form", url.Values{"login": {"keeper"}, "password": {own}}).want(t, http.StatusOK)
	draft := u.postForm(t, behind, "main form", nil).want(t, http.StatusOK)
	if v, _ := draft.Find("#remark").Attr("value"); !strings.HasPrefix(draft.URL.Path, "/drafts/") || v != "防汛前补货 <b>" {
		t.Errorf("at %s with remark %q", draft.URL, v)
	}
	t.Run("another site's form is not kept", func(t *testing.T) {
		r, _ := http.NewRequest(http.MethodPost, d.server.URL+"/receipts", strings.NewReader("remark=evil"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://evil.example")
		if p := d.anonymous(t).do(t, r); strings.Contains(p.Body, "evil\"") || p.Status != http.StatusUnauthorized {
			t.Errorf("status %d: %s", p.Status, p.text("main"))
		}
	})
}

func TestAnOlderPageIsOfferedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	entry := u.get(t, "/receipts/new").want(t, http.StatusOK)
	u.post(t, "/signout", nil)
	again := d.as(t, "keeper") // the same person signs in anew, in another window of the browser
	offered := again.postForm(t, entry, "#entry", url.Values{"act": {"draft"}, "remark": {"别丢"}}).want(t, http.StatusForbidden)
	draft := again.postForm(t, offered, "main form", nil).want(t, http.StatusOK)
	if v, _ := draft.Find("#remark").Attr("value"); !strings.HasPrefix(draft.URL.Path, "/drafts/") || v != "别丢" {
		t.Errorf("at %s with remark %q", draft.URL, v)
	}
}

func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	post := func(handler http.Handler, header map[string]string) (*httptest.ResponseRecorder, string) {
		r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader("login=x"))
		r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:9999"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, v := range header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w, w.Body.String()
	}
	header := map[string]string{"Origin": "https://kc.example", "X-Forwarded-Host": "kc.example", "X-Forwarded-For": "10.1.2.3"}
	t.Run("its host is ours", func(t *testing.T) {
		uses := d.uses
		uses.Proxy, uses.TLS = true, true
		h, err := web.New(uses)
		if err != nil {
			t.Fatal(err)
		}
		w, body := post(h, header)
		if !strings.Contains(body, "页面已过期") { // no token, but no other site either
			t.Errorf("%s", body)
		}
		cookie := w.Header().Get("Set-Cookie")
		if !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Secure") || w.Header().Get("Strict-Transport-Security") == "" {
			t.Errorf("cookie %q", cookie)
		}
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = "127.0.0.1:9999"
		r.Header.Set("X-Forwarded-For", "10.1.2.3")
		w = httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusNotFound {
			t.Errorf("metrics for another machine: %d", w.Code)
		}
	})
	t.Run("without the setting its headers are nobody's", func(t *testing.T) {
		h, err := web.New(d.uses)
		if err != nil {
			t.Fatal(err)
		}
		if _, body := post(h, header); !strings.Contains(body, "别的网站") {
			t.Errorf("%s", body)
		}
	})
}

func TestARefusalIsInTheTrail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.as(t, "leader").get(t, "/accounts").want(t, http.StatusForbidden)
	if text := d.as(t, "audit").get(t, "/audit?act=access.denied").want(t, http.StatusOK).text("#list tbody tr:first-child"); !strings.Contains(text, "贺志远") || !strings.Contains(text, "GET /accounts") {
		t.Errorf("the trail says %q", text)
	}
}

func TestHeadAsksForWhatGetGives(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r, _ := http.NewRequest(http.MethodHead, d.server.URL+"/signin", nil)
	if p := d.anonymous(t).do(t, r).want(t, http.StatusOK); p.Body != "" {
		t.Errorf("body %q", p.Body)
	}
}
