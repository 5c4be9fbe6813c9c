package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// leastOverHTTP is what must be left of the floor through sessions, CSRF,
// rights and audit.
const leastOverHTTP = 0.6

// TestHTTP posts through the whole program over loopback, each caller signed
// in with a session of their own. The bare handler reads the same form and
// does the floor: what HTTP itself costs.
func TestHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		callers := number("HTTP_CALLERS", 8)
		fo, fd := seeded(t, e)
		fl := openFloor(t, fo)
		h := startApp(t, e, callers)
		bare := httptest.NewServer(bareHandler(fl, fd))
		t.Cleanup(bare.Close)
		direct := &side{name: "floor, no HTTP", do: fl.act(fd, spread), asked: fl.asked()}
		thin := &side{name: "floor behind a bare handler", do: bareCallers(bare.URL, callers, fd), asked: fl.asked()}
		whole := &side{name: "product, the form", do: h.post(false), asked: fl.asked()}
		pages := &side{name: "product, the form and the page after it", do: h.post(true), asked: fl.asked()}
		takeTurns(t, callers, span(), direct, thin, whole, pages)
		tb := newTable(fmt.Sprintf("over HTTP, %d callers, %s", callers, fl.engine(t)), "what", "/s best", "med", "over the floor", "target", "p50 ms", "p99", "stmts")
		for _, s := range []*side{direct, thin, whole, pages} {
			target := ""
			if s == whole {
				target = least(s.over(direct), leastOverHTTP)
			}
			tb.row(s.name, s.best(), s.median(), s.over(direct), target, s.quantile(0.5), s.quantile(0.99), s.statements())
		}
		tb.print()
		fl.mustHold(t, direct.done+thin.done)
		h.mustHave(whole.done + pages.done)
	})
}

// running is the program with its signed-in callers.
type running struct {
	t       *testing.T
	o       store.Options
	d       *district
	url     string
	clients []*http.Client
	csrf    []string
	stop    func()
}

// startApp seeds a database, makes accounts, starts the program on it and
// signs everybody in.
func startApp(t *testing.T, e storetest.Engine, callers int) *running {
	t.Helper()
	h := &running{t: t}
	c := config.Config{Addr: "127.0.0.1:0", Data: t.TempDir(), Log: "error"}
	if h.o = e.Options(t); h.o.MySQL == "" {
		h.o.SQLite = filepath.Join(c.Data, "changbei.db") // where the program looks for it
	}
	c.DB = h.o.MySQL
	tokens := h.prepare(callers)
	a, err := app.New(context.Background(), c, func(string) {})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	h.stop = func() {
		cancel()
		must(t, <-done)
		must(t, a.Close())
	}
	h.url = "http://" + a.Addr()
	for _, token := range tokens {
		h.signIn(token)
	}
	return h
}

func (h *running) prepare(callers int) []string {
	ctx, st := context.Background(), open(h.t, h.o)
	h.d = found(h.t, st)
	console := accounts.New(st, accounts.Options{}).Console()
	var tokens []string
	for n := range callers {
		login := fmt.Sprintf("keeper%d", n)
		_, err := console.Ensure(ctx, accounts.Person{Login: login, Name: "周静", Grants: []access.Grant{{Role: access.Keeper}}})
		must(h.t, err)
		token, err := console.Link(ctx, login)
		must(h.t, err)
		tokens = append(tokens, token)
	}
	// Else the program would check the books beside the first round.
	_, err := inventory.New(st).Check(ctx, nil)
	must(h.t, err)
	must(h.t, st.Close())
	return tokens
}

// caller is a browser that does not follow redirects by itself.
func caller(callers int) *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: callers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

var csrfInput = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

func (h *running) signIn(token string) {
	h.t.Helper()
	c, path := caller(1), "/signin/link/"+token
	sent, err := c.PostForm(h.url+path, url.Values{"_csrf": {h.token(c, path)}})
	must(h.t, err)
	must(h.t, sent.Body.Close())
	if sent.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign-in: status %d", sent.StatusCode)
	}
	h.clients, h.csrf = append(h.clients, c), append(h.csrf, h.token(c, "/issues/new"))
}

// token reads the CSRF token of a page.
func (h *running) token(c *http.Client, path string) string {
	h.t.Helper()
	answer, err := c.Get(h.url + path)
	must(h.t, err)
	body, err := io.ReadAll(answer.Body)
	must(h.t, err)
	must(h.t, answer.Body.Close())
	found := csrfInput.FindSubmatch(body)
	if found == nil {
		h.t.Fatalf("%s: status %d without a token: %.300s", path, answer.StatusCode, body)
	}
	return string(found[1])
}

// post sends the form, and looks at the voucher's page where asked to.
func (h *running) post(look bool) act {
	return func(caller int, dice *rand.Rand) error {
		s, chosen := h.d.pick(spread, dice)
		form := formOf(s, chosen)
		form.Set("_csrf", h.csrf[caller])
		where, err := send(h.clients[caller], h.url+"/issues", form)
		if err != nil || !strings.HasPrefix(where, "/vouchers/") {
			return fmt.Errorf("the form led to %q: %w", where, err)
		}
		if !look {
			return nil
		}
		answer, err := h.clients[caller].Get(h.url + where)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
}

// formOf is what the issue page sends.
func formOf(s site, chosen []shelf) url.Values {
	d := issue(s, chosen)
	form := url.Values{"client_key": {d.ClientKey}, "version": {"0"}, "depot": {d.DepotID.String()}, "business_on": {d.BusinessOn}, "reason": {d.Reason},
		"counterparty": {d.Counterparty}, "reference": {""}, "remark": {""}, "act": {"post"}}
	for i, l := range d.Lines {
		for name, value := range map[string]string{"item_id": l.ItemID.String(), "item": l.Item, "lot_id": l.LotID.String(), "place_id": l.PlaceID.String(), "qty": l.Qty} {
			form.Set(fmt.Sprintf("line.%d.%s", i+1, name), value)
		}
	}
	return form
}

// send posts a form and gives where the answer leads.
func send(c *http.Client, address string, form url.Values) (string, error) {
	answer, err := c.PostForm(address, form)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("status %d: %.300s", answer.StatusCode, body)
	}
	return answer.Header.Get("Location"), err
}

// bareHandler reads the form and posts by hand-written SQL.
func bareHandler(fl *floor, d *district) http.Handler {
	sites := map[id.ID]site{}
	for _, s := range d.sites {
		sites[s.depot.ID] = s
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var chosen []shelf
		for n := 1; r.PostForm.Has(fmt.Sprintf("line.%d.qty", n)); n++ {
			at := func(name string) id.ID { return id.Parse(r.PostForm.Get(fmt.Sprintf("line.%d.%s", n, name))) }
			chosen = append(chosen, shelf{place: at("place_id"), lot: at("lot_id"), item: at("item_id")})
		}
		key := r.PostForm.Get("client_key")
		if err := fl.post(r.Context(), sites[id.Parse(r.PostForm.Get("depot"))], chosen, key); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/vouchers/"+key, http.StatusSeeOther)
	})
}

func bareCallers(address string, callers int, d *district) act {
	clients := make([]*http.Client, callers)
	for i := range clients {
		clients[i] = caller(1)
	}
	return func(caller int, dice *rand.Rand) error {
		_, err := send(clients[caller], address+"/issues", formOf(d.pick(spread, dice)))
		return err
	}
}

// mustHave proves that every form answered for is in the books.
func (h *running) mustHave(posted int) {
	h.t.Helper()
	h.stop()
	st := open(h.t, h.o)
	defer st.Close()
	mustAgree(h.t, inventory.New(st), int64(posted+len(h.d.sites)))
}
