package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/accounts"
	"changbei/internal/catalog"
	"changbei/internal/demo"
	"changbei/internal/directory"
	"changbei/internal/dispatching"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/planning"
	"changbei/internal/reading"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/web"
	"changbei/sql"
)

// clock is the tests' clock: it stands still until a test moves it.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMicro(c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(d.Microseconds()) }

// noon is 25 November 2026, noon in Shanghai.
var noon = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

// desk is a whole running product on a small demo district.
type desk struct {
	clock  *clock
	store  *store.Store
	uses   web.Deps
	server *httptest.Server
}

// district is a small demo's database file, made once and copied per test.
var district = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "changbei-web-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "d.db")
	c := &clock{}
	c.at.Store(noon.UnixMicro())
	st, err := store.Open(context.Background(), store.Options{SQLite: path, Now: c.now})
	if err != nil {
		return nil, err
	}
	d := demo.Deps{Store: st, Directory: directory.New(st, directory.Options{}), Inventory: inventory.New(st), Planning: planning.New(st),
		Accounts: accounts.New(st, accounts.Options{}), Size: demo.Size{Streets: 2, Months: 2, Plain: true}}
	if err := demo.Fill(context.Background(), d, noon, func(string) {}); err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// newDesk starts the product on a fresh copy of the small district.
func newDesk(t testing.TB) *desk {
	t.Helper()
	db, err := district()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "d.db")
	if err := os.WriteFile(path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	return openDesk(t, path, true)
}

// emptyDesk starts the product on an empty database, as a real office does.
func emptyDesk(t testing.TB) *desk {
	t.Helper()
	return openDesk(t, filepath.Join(t.TempDir(), "d.db"), false)
}

const setupCode = "TEST-CODE-1234"

func openDesk(t testing.TB, path string, isDemo bool) *desk {
	t.Helper()
	d := &desk{clock: &clock{}}
	// A minute after the district was filled: the program never restarts in
	// the same millisecond, and ids are made of the time.
	d.clock.at.Store(noon.Add(time.Minute).UnixMicro())
	st, err := store.Open(context.Background(), store.Options{SQLite: path, Now: d.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	d.store = st
	inv := inventory.New(st)
	lexicon, words := knowledge(t)
	dir := directory.New(st, directory.Options{})
	imp, err := importing.New(st, dir, lexicon, words, filepath.Join(t.TempDir(), "uploads"))
	if err != nil {
		t.Fatal(err)
	}
	reports := reporting.New(st, inv)
	own, err := reporting.NewTemplates(reports, filepath.Join(t.TempDir(), "templates"))
	if err != nil {
		t.Fatal(err)
	}
	d.uses = web.Deps{Store: st, Accounts: accounts.New(st, accounts.Options{SetupCode: setupCode}), Directory: dir,
		Inventory: inv, Planning: planning.New(st), Dispatching: dispatching.New(st), Importing: imp, Reporting: reports, Templates: own, Demo: isDemo}
	handler, err := web.New(d.uses)
	if err != nil {
		t.Fatal(err)
	}
	d.server = httptest.NewServer(handler)
	t.Cleanup(d.server.Close)
	return d
}

func knowledge(t testing.TB) (*reading.Lexicon, *catalog.Words) {
	t.Helper()
	b, err := sql.Seed.ReadFile("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	lexicon, err := reading.LoadLexicon(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	words, err := catalog.ReadWords(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return lexicon, words
}

// user is a browser of one person.
type user struct {
	desk   *desk
	client *http.Client
	last   *page
}

// page is an answer as a person sees it.
type page struct {
	*goquery.Document
	Status int
	URL    *url.URL
	Header http.Header
	Body   string
}

// text gives what stands at a selector, with single spaces.
func (p *page) text(selector string) string {
	return strings.Join(strings.Fields(p.Find(selector).Text()), " ")
}

// anonymous is a browser that signed in nobody. Redirects are followed.
func (d *desk) anonymous(t testing.TB) *user {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &user{desk: d, client: &http.Client{Jar: jar, Timeout: 2 * time.Minute}}
}

// as signs a demo person in: keeper, planner, leader, street, system, security
// or audit, or a street depot's keeper by login.
func (d *desk) as(t testing.TB, login string) *user {
	t.Helper()
	token, err := d.uses.Accounts.Console().Link(context.Background(), login)
	if err != nil {
		t.Fatal(err)
	}
	u := d.anonymous(t)
	u.get(t, "/signin/link/"+token)
	if p := u.post(t, "/signin/link/"+token, nil); p.Status != http.StatusOK {
		t.Fatalf("sign-in of %s: status %d: %s", login, p.Status, p.text("body"))
	}
	return u
}

func (u *user) get(t testing.TB, path string) *page {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, u.desk.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return u.do(t, r)
}

// post sends a form with the token of the last page.
func (u *user) post(t testing.TB, path string, values url.Values) *page {
	t.Helper()
	sent := url.Values{}
	for k, v := range values {
		sent[k] = v
	}
	if u.last != nil && !sent.Has("_csrf") {
		token, _ := u.last.Find(`input[name="_csrf"]`).First().Attr("value")
		sent.Set("_csrf", token)
	}
	r, err := http.NewRequest(http.MethodPost, u.desk.server.URL+path, strings.NewReader(sent.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return u.do(t, r)
}

// postForm submits a form of a page as a browser would, with some fields typed
// over.
func (u *user) postForm(t testing.TB, p *page, selector string, typed url.Values) *page {
	t.Helper()
	form := p.Find(selector).First()
	if form.Length() == 0 {
		t.Fatalf("no form %s on %s", selector, p.URL)
	}
	values := formValues(form)
	for k, v := range typed {
		values[k] = v
	}
	action, _ := form.Attr("action")
	u.last = p
	return u.post(t, action, values)
}

func formValues(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, f *goquery.Selection) {
		if f.Closest("template").Length() > 0 {
			return
		}
		name, _ := f.Attr("name")
		switch goquery.NodeName(f) {
		case "select":
			if o := f.Find("option[selected]"); o.Length() > 0 {
				values.Add(name, o.AttrOr("value", o.Text()))
			} else {
				values.Add(name, f.Find("option").First().AttrOr("value", ""))
			}
		case "textarea":
			values.Add(name, f.Text())
		default:
			_, checked := f.Attr("checked")
			if kind := f.AttrOr("type", "text"); kind == "checkbox" || kind == "radio" {
				if checked {
					values.Add(name, f.AttrOr("value", "on"))
				}
				return
			}
			values.Add(name, f.AttrOr("value", ""))
		}
	})
	return values
}

func (u *user) do(t testing.TB, r *http.Request) *page {
	t.Helper()
	answer, err := u.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	p := &page{Document: doc, Status: answer.StatusCode, URL: answer.Request.URL, Header: answer.Header, Body: string(body)}
	if doc.Find(`input[name="_csrf"]`).Length() > 0 {
		u.last = p
	}
	return p
}

// want fails unless a page has a status.
func (p *page) want(t testing.TB, status int) *page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s: status %d, want %d: %.600s", p.URL, p.Status, status, p.text("main"))
	}
	return p
}

// account gives a demo person's account.
func (d *desk) account(t testing.TB, login string) accounts.Account {
	t.Helper()
	list, err := d.uses.Accounts.Console().List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if a.Login == login {
			return a
		}
	}
	t.Fatal(fmt.Errorf("no account %s", login))
	return accounts.Account{}
}
