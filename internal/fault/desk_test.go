package fault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/directory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// desk is the whole program serving, with a keeper signed in.
type desk struct {
	*house
	options store.Options
	addr    string // of the program itself
	client  *http.Client
	csrf    string
	values  url.Values // of an empty receipt's form
}

// newDesk starts the program on a furnished database. The house beside it is a
// second program on the same books, as check is.
func newDesk(t *testing.T, o store.Options) *desk {
	t.Helper()
	c := config.Config{Addr: "127.0.0.1:0", Data: t.TempDir(), Log: "error", DB: o.MySQL}
	if o.MySQL == "" {
		o.SQLite = filepath.Join(c.Data, "changbei.db")
	}
	o.Now = time.Now
	d := &desk{house: newHouse(t, o), options: o}
	if err := directory.New(d.st, directory.Options{}).Bootstrap(d.ctx); err != nil {
		t.Fatal(err)
	}
	d.fill(t)
	console := accounts.New(d.st, accounts.Options{}).Console()
	_, err := console.Ensure(d.ctx, accounts.Person{Login: "keeper", Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: d.depot.ID}}})
	if err != nil {
		t.Fatal(err)
	}
	d.serve(t, c)
	token, err := console.Link(d.ctx, "keeper")
	if err != nil {
		t.Fatal(err)
	}
	d.signIn(t, "/signin/link/"+token)
	return d
}

func (d *desk) serve(t *testing.T, c config.Config) {
	t.Helper()
	a, err := quietly(t, func() (*app.App, error) { return app.New(d.ctx, c, func(string) {}) })
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(d.ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	})
	d.addr = a.Addr()
}

// quietly has what is started log into a file: a program whose wires are cut
// has much to say.
func quietly[T any](t *testing.T, start func() (T, error)) (T, error) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	kept := os.Stderr
	defer func() { os.Stderr = kept }()
	os.Stderr = f
	return start()
}

func (d *desk) signIn(t *testing.T, path string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d.client = &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.page(t, path)
	a, err := d.client.PostForm("http://"+d.addr+path, url.Values{"_csrf": {d.csrf}})
	if err == nil {
		err = drain(a.Body)
	}
	if err != nil || a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in: %v %v", a, err)
	}
	doc := d.page(t, "/receipts/new")
	d.values = url.Values{"act": {"post"}, "reason": {"本级采购"}, "business_on": {doc.Find("#business_on").AttrOr("value", "")},
		"depot": {d.depot.ID.String()}, "_csrf": {d.csrf}, "version": {doc.Find(`input[name="version"]`).AttrOr("value", "")}}
}

// page opens a page and keeps the token of its forms.
func (d *desk) page(t *testing.T, path string) *goquery.Document {
	t.Helper()
	a, err := d.client.Get("http://" + d.addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	doc, err := goquery.NewDocumentFromReader(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, a.Status, err)
	}
	d.csrf = doc.Find(`input[name="_csrf"]`).AttrOr("value", d.csrf)
	return doc
}

// receipt is a filled form under a key.
func (d *desk) receipt(key string) url.Values {
	v := url.Values{"client_key": {key}, "line.1.item_id": {d.quilt.ID.String()}, "line.1.item": {d.quilt.Name}, "line.1.qty": {"1"}}
	for name, value := range d.values {
		v[name] = value
	}
	return v
}

// submit sends a form over a wire or straight, and gives the voucher's page it
// leads to. An error is an answer that was not heard.
func (d *desk) submit(addr string, form url.Values) (voucher string, err error) {
	r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/receipts", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if addr != d.addr { // the cookie is the program's, whatever wire leads to it
		for _, c := range d.client.Jar.Cookies(&url.URL{Scheme: "http", Host: d.addr}) {
			r.AddCookie(c)
		}
		r.Host = d.addr
	}
	a, err := d.client.Do(r)
	if err != nil {
		return "", err
	}
	if err := drain(a.Body); err != nil {
		return "", err
	}
	to := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/vouchers/") {
		return "", fmt.Errorf("%w: %s, leads to %q", errRefused, a.Status, to)
	}
	return to, nil
}

var errRefused = errors.New("fault: an answer that leads to no voucher")

// once proves that a key has one voucher, and that the pages led to it.
func (d *desk) once(key, to string) error {
	v, err := d.st.VoucherByKey(d.ctx, key)
	if err != nil || "/vouchers/"+v.ID.String() != to || len(v.Entries) != 2 {
		return fmt.Errorf("the page leads to %s, the key to %s: %w", to, v.ID, err)
	}
	return nil
}

// counts proves that there are as many receipts as forms, and that all is in
// order.
func (d *desk) counts(t *testing.T, forms int) {
	t.Helper()
	if got, want := count1(t, storetest.Raw(t, d.options))[vouchers], int64(1+forms); got != want {
		t.Errorf("%d vouchers are there; %d forms were sent", got, want)
	}
	d.mustCheck(t)
}
