package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/web"
)

// cookiesOf gives what an answer sets, by name.
func cookiesOf(p *page) map[string]*http.Cookie {
	set := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		set[c.Name] = c
	}
	return set
}

// stops makes a user's browser follow no redirect.
func (u *user) stops() *user {
	u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return u
}

func TestAPostingCostsNoSessionWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "keeper")
	values := receiptValues(t, u, 1)
	values.Set("act", "post")
	posted := u.stops().post(t, "/receipts", values).want(t, http.StatusSeeOther)
	set := cookiesOf(posted)
	if set["cb_session"] != nil {
		t.Error("the session was written")
	}
	c := set["cb_flash"]
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" || c.MaxAge <= 0 || c.MaxAge > 300 || len(c.Value) > 300 {
		t.Fatalf("the sentence travels in %+v", c)
	}
	where := posted.Header.Get("Location")
	shown := u.get(t, where).want(t, http.StatusOK)
	if !strings.Contains(shown.text(".cb-flash.is-ok"), "已记账，编号 RK-WC01-") {
		t.Errorf("the page says %q", shown.text(".cb-flash"))
	}
	if gone := cookiesOf(shown)["cb_flash"]; gone == nil || gone.MaxAge >= 0 || gone.Value != "" || !gone.HttpOnly || gone.Path != "/" {
		t.Errorf("shown, the cookie becomes %+v", gone)
	}
	if again := u.get(t, where); again.Find(".cb-flash").Length() != 0 {
		t.Errorf("shown twice: %q", again.text(".cb-flash"))
	}
}

func TestNobodyElsePutsWordsIntoOurMouth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u, other := d.as(t, "keeper"), d.as(t, "keeper")
	values := receiptValues(t, other, 1)
	values.Set("act", "draft")
	foreign := cookiesOf(other.stops().post(t, "/receipts", values).want(t, http.StatusSeeOther))["cb_flash"].Value
	at, err := url.Parse(d.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"another session's": foreign, "no signature": "b" + strings.Repeat("A", 40), "a wrong signature": foreign[:len(foreign)-1] + "x",
		"a long one": strings.Repeat("A", 5000) + "." + strings.Repeat("A", 22), "markup": "<script>alert(1)</script>.x", "a dot": ".",
	} {
		u.client.Jar.SetCookies(at, []*http.Cookie{{Name: "cb_flash", Value: value, Path: "/"}})
		p := u.get(t, "/stock").want(t, http.StatusOK)
		if p.Find(".cb-flash").Length() != 0 || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%s: the page says %q", name, p.text(".cb-flash"))
		}
	}
}

func TestALongSentenceTakesTheOldWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.as(t, "planner")
	depot := d.depot(t, "WC01")
	view := u.get(t, "/depots/"+depot.ID.String()).want(t, http.StatusOK)
	code := strings.Repeat("长", 60)
	made := u.postForm(t, view, "#bins form", url.Values{"kind": {"bin"}, "code": {code}}).want(t, http.StatusOK)
	if got := made.text(".cb-flash"); !strings.Contains(got, code+"」。") {
		t.Errorf("the page says %q", got)
	}
}

func TestTheSentenceIsClosedOverTLS(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	uses := d.uses
	uses.TLS = true
	h, err := web.New(uses)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	d.server = server
	u := &user{desk: d, client: server.Client()}
	u.client.Jar = d.anonymous(t).client.Jar
	token, err := uses.Accounts.Console().Link(t.Context(), "keeper")
	if err != nil {
		t.Fatal(err)
	}
	u.get(t, "/signin/link/"+token)
	u.post(t, "/signin/link/"+token, nil).want(t, http.StatusOK)
	values := receiptValues(t, u, 1)
	values.Set("act", "draft")
	for name, c := range cookiesOf(u.stops().post(t, "/receipts", values).want(t, http.StatusSeeOther)) {
		if !strings.HasPrefix(name, "__Host-cb_") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
