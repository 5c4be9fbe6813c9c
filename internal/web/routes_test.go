package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/web"
)

const (
	everyone = "keeper planner leader street system security audit"
	viewers  = "keeper planner leader street audit"
)

// mayUse is who may use each route, written down by hand: the route table says
// what a route asks for, this says whom that must let in.
var mayUse = map[string]string{
	"GET /signin": "public", "POST /signin": "public", "GET /signin/link/:token": "public", "POST /signin/link/:token": "public",
	"GET /setup": "public", "POST /setup": "public",
	"POST /signout": everyone, "GET /me/password": everyone, "POST /me/password": everyone, "GET /": everyone,
	"GET /drafts": "keeper", "GET /drafts/:id": "keeper", "POST /drafts/:id": "keeper", "POST /drafts/:id/discard": "keeper",
	"GET /receipts/new": "keeper", "POST /receipts": "keeper", "GET /issues/new": "keeper", "POST /issues": "keeper", "GET /shelves": "keeper",
	"GET /transfers/new": "keeper", "POST /transfers": "keeper", "GET /moves/new": "keeper", "POST /moves": "keeper", "GET /disposals/new": "keeper", "POST /disposals": "keeper",
	"GET /vouchers": viewers, "GET /vouchers/:id": viewers, "GET /vouchers/:id/print": viewers,
	"GET /vouchers/:id/reversal": "keeper", "POST /vouchers/:id/reversal": "keeper",
	"GET /vouchers/:id/return": "keeper", "POST /vouchers/:id/return": "keeper",
	"GET /blanks": viewers, "POST /blanks": "keeper", "GET /blanks/:number": viewers, "POST /blanks/:number/spoil": "keeper", "GET /blanks/batches/:id/print": "keeper",
	"GET /api/vouchers/:id": viewers, "POST /api/vouchers": "keeper", "POST /api/vouchers/:id/reversal": "keeper", "POST /api/vouchers/:id/return": "keeper",
	"GET /stock": viewers, "GET /stock/export": viewers, "GET /stock/card/:item": viewers,
	"GET /lots/:id": viewers, "POST /lots/:id/hold": "keeper planner", "POST /lots/:id/release": "planner",
	"GET /periods": viewers, "POST /periods/close": "planner", "GET /periods/reopen": "planner", "POST /periods/reopen": "planner",
	"POST /periods/reopenings/:id/decide": "planner leader", "POST /periods/reopenings/:id/withdraw": "planner",
	"GET /dispatch": viewers, "GET /orders": viewers, "GET /orders/:id": viewers, "GET /loads/:id": viewers, "GET /sign/:token": everyone,
	"GET /sources": "planner leader", "POST /sources": "planner leader", "GET /orders/new": "planner", "POST /orders": "planner", "GET /orders/free": "planner leader", "POST /orders/:id/approve": "leader", "POST /orders/:id/refuse": "leader",
	"POST /orders/:id/cancel": "planner leader", "POST /orders/:id/lines": "leader", "POST /orders/:id/papers": "keeper planner leader",
	"POST /orders/:id/receipts/:receipt/undo": "keeper planner street", "POST /orders/:id/clearings/:voucher/undo": "keeper planner street",
	"POST /loads/:id/pick": "keeper", "POST /loads/:id/leave": "keeper", "POST /loads/:id/arrive": "keeper planner street", "POST /loads/:id/sign": "keeper planner street",
	"POST /loads/:id/clear": "keeper planner street", "POST /loads/:id/cancel": "keeper planner leader", "GET /word/new": "keeper planner leader", "POST /word": "keeper planner leader",
	"GET /summary": viewers, "GET /summary/export": viewers,
	"GET /plans": viewers, "GET /plans/new": "planner", "POST /plans": "planner", "GET /plans/:id": viewers, "GET /plans/:id/edit": "planner", "POST /plans/:id": "planner",
	"GET /plans/:id/lines": "planner", "POST /plans/:id/lines": "planner", "GET /plans/:id/generate": "planner", "POST /plans/:id/generate": "planner",
	"POST /plans/:id/copy": "planner", "GET /plans/:id/changes": viewers, "POST /plans/:id/submit": "planner", "POST /plans/:id/decide": "leader",
	"POST /plans/:id/discard": "planner", "GET /coverage": viewers, "GET /coverage/lines": viewers, "GET /coverage/lots": viewers,
	"GET /carry": "planner leader audit", "GET /proposals": "planner leader audit", "POST /proposals/transfers": "planner", "GET /scenario": "planner leader audit",
	"GET /scenario/export": "planner leader audit", "GET /rotation": viewers, "GET /plan-settings": "planner leader audit", "POST /plan-settings": "planner",
	"GET /events": viewers, "GET /events/new": "planner leader", "POST /events": "planner leader",
	"GET /responses": viewers, "GET /responses/new": "planner leader", "POST /responses": "planner leader", "GET /responses/:id": viewers,
	"POST /responses/:id/changes": "planner leader", "GET /responses/:id/accounts": viewers, "GET /responses/:id/duty": viewers, "GET /loads/:id/papers": viewers, "GET /orders/:id/paper": viewers, "GET /responses/:id/replay": viewers, "GET /speed": viewers,
	"GET /templates": viewers, "POST /templates": "planner", "GET /templates/export": viewers, "GET /templates/sample": viewers,
	"GET /templates/:id/file": viewers, "POST /templates/:id/retire": "planner",
	"GET /exports": viewers, "GET /exports/:kind": viewers,
	"GET /items": viewers, "GET /items/:id": viewers, "GET /items/search": viewers,
	"GET /items/new": "planner", "POST /items": "planner", "GET /items/:id/edit": "planner", "POST /items/:id": "planner",
	"GET /depots": viewers, "GET /depots/:id": viewers, "GET /depots/:id/daily": viewers, "POST /depots/:id/bins": "keeper planner",
	"GET /depots/new": "planner", "POST /depots": "planner", "GET /depots/:id/edit": "planner", "POST /depots/:id": "planner",
	"POST /depots/:id/phone-checks": "keeper planner street", "POST /lots/:id/checks": "keeper planner",
	"GET /score": viewers, "POST /score/rectifications": "keeper planner street",
	"GET /rectifications": viewers, "POST /rectifications/:id/close": "keeper planner street",
	"GET /imports": "keeper planner street", "GET /imports/new": "keeper planner street", "POST /imports": "keeper planner street",
	"GET /imports/:id": "keeper planner street", "POST /imports/:id/decisions": "keeper planner street", "POST /imports/:id/apply": "keeper planner street",
	"POST /imports/:id/undo": "keeper planner street", "POST /imports/:id/discard": "keeper planner street", "GET /imports/:id/file": "keeper planner street",
	"GET /imports/:id/marked": "keeper planner street", "GET /imports/progress": "keeper planner street",
	"GET /forms": "keeper planner street", "POST /forms": "keeper planner street", "GET /forms/files": "keeper planner street",
	"GET /forms/:id/file": "keeper planner street", "POST /forms/:id/withdraw": "keeper planner street",
	"GET /words": "keeper planner street", "POST /words": "planner", "POST /words/forget": "planner",
	"GET /agreements": "planner leader audit", "GET /agreements/:id": "planner leader audit", "GET /agreements/new": "planner", "POST /agreements": "planner",
	"GET /agreements/:id/edit": "planner", "POST /agreements/:id": "planner", "POST /agreements/:id/verify": "planner", "POST /agreements/:id/end": "planner",
	"GET /expected": viewers, "POST /expected": "keeper planner", "POST /expected/:id/close": "keeper planner",
	"GET /bases": viewers, "POST /bases": "planner",
	"GET /standards": viewers, "GET /standards/new": "planner", "POST /standards": "planner", "GET /standards/:id/edit": "planner", "POST /standards/:id": "planner",
	"GET /groups": viewers, "GET /groups/new": "planner", "POST /groups": "planner", "GET /groups/:id/edit": "planner", "POST /groups/:id": "planner",
	"GET /roads": viewers, "POST /roads": "planner",
	"GET /notices": everyone, "POST /notices/read": everyone, "POST /notices/:id/open": everyone, "POST /notices/:id/read": everyone,
	"GET /webhooks": "system", "GET /webhooks/new": "system", "POST /webhooks": "system", "GET /webhooks/:id": "system", "GET /webhooks/:id/edit": "system",
	"POST /webhooks/:id": "system", "POST /webhooks/:id/disable": "system", "POST /webhooks/:id/enable": "system", "POST /webhooks/:id/test": "system",
	"POST /webhooks/:id/deliveries/:delivery/resend": "system",
	"GET /requests": viewers, "GET /requests/new": "keeper planner street", "POST /requests": "keeper planner street", "GET /requests/blank": "keeper planner street",
	"POST /requests/read": "keeper planner street", "GET /requests/:id": viewers, "GET /requests/:id/print": viewers, "GET /requests/:id/export": viewers,
	"GET /rolls": "planner street", "GET /rolls/new": "planner street", "POST /rolls": "planner street", "GET /rolls/:id": "planner street", "GET /rolls/:id/print": "planner street",
	"GET /rolls/:id/export": "planner street", "POST /rolls/:id/full": "planner street", "POST /rolls/:id/edit": "planner street", "POST /rolls/:id/apply": "planner street",
	"POST /rolls/:id/undo": "planner street", "POST /rolls/:id/discard": "planner street",
	"POST /requests/:id/refuse": "planner", "POST /requests/:id/withdraw": "keeper planner street",
	"GET /accounts": "system security", "GET /accounts/new": "system", "POST /accounts": "system", "GET /accounts/:id": "system", "POST /accounts/:id": "system",
	"POST /accounts/:id/disable": "system", "POST /accounts/:id/enable": "system", "POST /accounts/:id/unlock": "system", "POST /accounts/:id/reset": "system",
	"GET /audit": "security audit",
}

// sample fills a path's parameters with a row that is not there.
var sample = strings.NewReplacer(":id", "1", ":delivery", "1", ":item", "1", ":number", "KB-X-2026-000001", ":token", "none", ":kind", "none", ":receipt", "1", ":voucher", "1")

func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, role := range access.Roles {
		u := d.as(t, string(role))
		u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		home := u.get(t, "/")
		for _, r := range web.Routes {
			name := r.Method + " " + r.Path
			want, listed := mayUse[name]
			if !listed {
				t.Fatalf("%s has no row in this table", name)
			}
			if want == "public" || r.Path == "/signout" {
				continue
			}
			u.last = home
			p := u.request(t, r)
			allowed := strings.Contains(" "+want+" ", " "+string(role)+" ")
			if denied := p.Status == http.StatusForbidden || p.Status == http.StatusUnauthorized; denied == allowed {
				t.Errorf("%s as %s: status %d, allowed should be %v", name, role, p.Status, allowed)
			}
			if p.Status >= 500 {
				t.Errorf("%s as %s: status %d", name, role, p.Status)
			}
		}
		if p := u.post(t, "/signout", nil); p.Status != http.StatusSeeOther {
			t.Errorf("sign-out as %s: status %d", role, p.Status)
		}
	}
}

func (u *user) request(t testing.TB, r web.Route) *page {
	t.Helper()
	path := sample.Replace(r.Path)
	if r.Method == http.MethodGet {
		return u.get(t, path)
	}
	return u.post(t, path, url.Values{})
}

func TestEveryRouteForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.anonymous(t)
	u.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	door := u.get(t, "/signin").want(t, http.StatusOK)
	for _, r := range web.Routes {
		u.last = door
		p := u.request(t, r)
		switch {
		case r.Permission == access.Public:
			if p.Status == http.StatusUnauthorized || p.Status >= 500 {
				t.Errorf("%s %s: status %d", r.Method, r.Path, p.Status)
			}
		case r.Method == http.MethodGet && !strings.HasPrefix(r.Path, "/api/"):
			if where := p.Header.Get("Location"); p.Status != http.StatusSeeOther || !strings.HasPrefix(where, "/signin") {
				t.Errorf("%s %s: status %d to %q, want the door", r.Method, r.Path, p.Status, where)
			}
		case p.Status != http.StatusUnauthorized:
			t.Errorf("%s %s: status %d, want 401", r.Method, r.Path, p.Status)
		}
	}
}

func TestNoRowWithoutARoute(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, r := range web.Routes {
		there[r.Method+" "+r.Path] = true
	}
	for name := range mayUse {
		if !there[name] {
			t.Errorf("the table names %s, which is no route", name)
		}
	}
}
