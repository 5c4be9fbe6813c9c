package notifying_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// lab is a fresh installation with two depots and a person of each sort, on a
// clock that stands still until a test moves it.
type lab struct {
	*notifying.Service
	store           *store.Store
	clock           *atomic.Int64
	own, other      place.Depot
	planner, leader access.Actor
	keeper, street  access.Actor // of own and of other
	system          access.Actor
	log             *safeBuffer
}

// here lets webhooks reach the tests' own servers.
var here = courier.NewReach([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})

func newLab(t *testing.T, e storetest.Engine) *lab {
	t.Helper()
	l := &lab{clock: &atomic.Int64{}, log: &safeBuffer{}}
	l.clock.Store(time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC).UnixMicro())
	l.store = e.Open(t, l.now)
	l.Service = notifying.New(l.store, here)
	l.planner = l.person(t, "planner", access.Grant{Role: access.Planner})
	l.leader = l.person(t, "leader", access.Grant{Role: access.Leader})
	l.system = l.person(t, "system", access.Grant{Role: access.System})
	dir := directory.New(l.store, directory.Options{})
	for _, d := range []struct {
		at         *place.Depot
		code, name string
	}{{&l.own, "AA", "甲库"}, {&l.other, "BB", "乙库"}} {
		var err error
		if *d.at, err = dir.CreateDepot(t.Context(), l.planner, directory.DepotInput{Code: d.code, Name: d.name, Tier: place.Township}); err != nil {
			t.Fatal(err)
		}
	}
	l.keeper = l.person(t, "keeper", access.Grant{Role: access.Keeper, DepotID: l.own.ID})
	l.street = l.person(t, "street", access.Grant{Role: access.Street, DepotID: l.other.ID})
	return l
}

func (l *lab) now() time.Time          { return time.UnixMicro(l.clock.Load()) }
func (l *lab) advance(d time.Duration) { l.clock.Add(d.Microseconds()) }

func (l *lab) person(t *testing.T, login string, grants ...access.Grant) access.Actor {
	t.Helper()
	a := access.Actor{Login: login, Name: login, Grants: grants}
	l.tx(t, func(tx *store.Tx) error {
		a.ID = tx.NewID()
		return tx.InsertAccount(t.Context(), store.AccountRow{ID: a.ID, Login: login, LoginKey: login, Name: login, Grants: grants})
	})
	return a
}

func (l *lab) tx(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := l.store.Tx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// told tells a notice for the holders of a permission at a depot.
func (l *lab) told(t *testing.T, title string, p access.Permission, depot id.ID) {
	t.Helper()
	l.tell(t, notice.Notice{Kind: notice.OrderLeft, Title: title, Path: "/stock", DepotID: depot, To: []notice.Audience{notice.Holders(p, depot)}})
}

func (l *lab) tell(t *testing.T, n notice.Notice) {
	t.Helper()
	l.tx(t, func(tx *store.Tx) error { return notifying.Tell(t.Context(), tx, n) })
}

// titles are those of an actor's first page.
func (l *lab) titles(t *testing.T, actor access.Actor, unread bool) string {
	t.Helper()
	p, err := l.List(t.Context(), actor, unread, notifying.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range p.Notices {
		list = append(list, n.Title)
	}
	return strings.Join(list, " ")
}

func (l *lab) unread(t *testing.T, actor access.Actor) int {
	t.Helper()
	n, err := l.Unread(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// noticeOf gives the newest notice an actor sees.
func (l *lab) noticeOf(t *testing.T, actor access.Actor) notice.Notice {
	t.Helper()
	p, err := l.List(t.Context(), actor, false, notifying.Cursor{})
	if err != nil || len(p.Notices) == 0 {
		t.Fatalf("%d notices, %v", len(p.Notices), err)
	}
	return p.Notices[0].Notice
}

const (
	robotKey    = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
	plainSecret = "a-secret-of-the-office"
)

// hook saves a webhook of a form at a receiver's address.
func (l *lab) hook(t *testing.T, name string, form notice.Form, url string, change ...func(*notifying.HookInput)) notice.Hook {
	t.Helper()
	in := notifying.HookInput{Name: name, Form: string(form), URL: url + "/send?key=" + robotKey}
	if form == notice.Plain {
		in.Secret = plainSecret
	}
	for _, c := range change {
		c(&in)
	}
	h, err := l.SaveWebhook(t.Context(), l.system, in)
	if err != nil {
		t.Fatalf("%v: %v", err, errs.FieldsOf(err))
	}
	return h
}

func (l *lab) sender(o notifying.SenderOptions) *notifying.Sender {
	o.Reach, o.Log = here, slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return notifying.NewSender(l.store, o)
}

// states are a webhook's deliveries, newest first, as "status tries".
func (l *lab) deliveries(t *testing.T, hook id.ID) []notifying.DeliveryView {
	t.Helper()
	list, _, err := l.Deliveries(t.Context(), l.system, hook, notifying.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// only gives the one delivery of a webhook.
func (l *lab) only(t *testing.T, hook id.ID) notifying.DeliveryView {
	t.Helper()
	list := l.deliveries(t, hook)
	if len(list) != 1 {
		t.Fatalf("%d deliveries, want 1", len(list))
	}
	return list[0]
}

// acts are the audit trail's, newest first, as "act object detail".
func (l *lab) acts(t *testing.T) []string {
	t.Helper()
	rows, err := l.store.Read().AuditPage(t.Context(), 0, 0, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		list = append(list, r.Act+" "+r.Object+" "+r.Detail)
	}
	return list
}

// refused asserts an error's kind and the fields it names.
func refused(t *testing.T, err error, kind errs.Kind, fields ...string) {
	t.Helper()
	var names []string
	for _, f := range errs.FieldsOf(err) {
		if !strings.HasSuffix(f.Message, "。") {
			t.Errorf("field %s: %q is no sentence", f.Name, f.Message)
		}
		names = append(names, f.Name)
	}
	if !errors.Is(err, kind) || !slices.Equal(names, fields) {
		t.Errorf("err = %v; want %v with fields %v", err, kind, fields)
	}
}

// letter is what a receiver got.
type letter struct {
	query, body string
	header      http.Header
}

// content is the text of a robot's message.
func (l letter) content() string {
	var b struct {
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	json.Unmarshal([]byte(l.body), &b)
	return b.Text.Content
}

// receiver is a robot that keeps what it gets and answers as it is told.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	letters []letter
	status  int
	answer  string
}

const taken = `{"errcode":0,"errmsg":"ok"}`

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK, answer: taken}
	r.Server = httptest.NewServer(http.HandlerFunc(r.receive))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) receive(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = append(r.letters, letter{q.URL.RawQuery, string(body), q.Header.Clone()})
	w.WriteHeader(r.status)
	w.Write([]byte(r.answer))
}

func (r *receiver) says(status int, answer string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status, r.answer = status, answer
}

func (r *receiver) got() []letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.letters)
}

// hanging is a receiver that answers nothing until it is let go.
func hanging(t *testing.T) (url string, asked chan struct{}) {
	t.Helper()
	let := make(chan struct{})
	asked = make(chan struct{}, 100)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		asked <- struct{}{}
		<-let
	}))
	t.Cleanup(func() { close(let); s.Close() })
	return s.URL, asked
}

// safeBuffer is a buffer several goroutines write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// run starts a sender and gives what stops it and waits for its end.
func run(s *notifying.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}
