package accounts_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
)

const setupCode = "ABCDE-23456"

// Passwords that the rules accept.
const (
	good  = "Kvbrt7mwq"
	other = "Wq9-tkzzh"
)

// desk is an installation whose clock the test moves.
type desk struct {
	*accounts.Service
	t     testing.TB
	store *store.Store
	late  *atomic.Int64 // nanoseconds past noon
	admin access.Actor
	calls int
}

func newDesk(t testing.TB, e storetest.Engine) *desk {
	t.Helper()
	d := &desk{t: t, late: new(atomic.Int64)}
	d.store = e.Open(t, func() time.Time { return noon.Add(time.Duration(d.late.Load())) })
	d.Service = accounts.New(d.store, accounts.Options{SetupCode: setupCode})
	t.Cleanup(d.mustChain)
	return d
}

// newOffice is a desk with its first administrator.
func newOffice(t testing.TB, e storetest.Engine) *desk {
	t.Helper()
	d := newDesk(t, e)
	who, err := d.CreateFirst(ctx, accounts.First{Code: setupCode, Login: "admin", Name: "管理员", Password: good}, d.from())
	if err != nil {
		t.Fatal(err)
	}
	d.admin = who.Actor
	return d
}

func (d *desk) wait(by time.Duration) { d.late.Add(int64(by)) }

// from gives another address with every call, so that the limit per address
// does not mix with the one per account.
func (d *desk) from() accounts.Origin {
	d.calls++
	return accounts.Origin{IP: fmt.Sprintf("10.0.%d.%d", d.calls/250, d.calls%250), RequestID: "r"}
}

func (d *desk) signIn(login, password string) (accounts.Identity, error) {
	return d.SignIn(ctx, login, password, d.from())
}

// person makes an account with a password of its own.
func (d *desk) person(login string, roles ...access.Role) accounts.Identity {
	d.t.Helper()
	grants := make([]access.Grant, len(roles))
	for i, r := range roles {
		grants[i].Role = r
	}
	_, once, err := d.Create(ctx, d.admin, accounts.Person{Login: login, Name: "某" + login, Grants: grants})
	if err != nil {
		d.t.Fatal(err)
	}
	who, err := d.signIn(login, once)
	if err != nil {
		d.t.Fatal(err)
	}
	who, err = d.ChangePassword(ctx, who.Actor, once, good)
	if err != nil {
		d.t.Fatal(err)
	}
	return who
}

// alive asserts whether a session goes on.
func (d *desk) alive(who accounts.Identity, want bool) {
	d.t.Helper()
	_, err := d.Session(ctx, who.Actor.ID, who.Stamp, accounts.Origin{})
	if want && err != nil || !want && errs.KindOf(err) != errs.Unauthenticated {
		d.t.Errorf("session of %s: %v; want alive: %t", who.Actor.Login, err, want)
	}
}

// acts lists the newest n rows of the trail as "act object result", oldest
// first.
func (d *desk) acts(n int) string {
	d.t.Helper()
	rows, err := d.store.Read().AuditPage(ctx, 0, 0, "", n)
	if err != nil {
		d.t.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		list = append([]string{r.Act + " " + r.Object + " " + r.Result}, list...)
	}
	return strings.Join(list, ", ")
}

// mustChain proves that whatever a test did left the trail unbroken.
func (d *desk) mustChain() {
	rows, err := d.store.Read().AuditChain(ctx, 0, 0, 10000)
	if err != nil {
		d.t.Error(err)
	}
	last := ""
	for i, r := range rows {
		if r.Seq != int64(i+1) || r.PrevHash != last || r.Hash != r.ContentHash() {
			d.t.Errorf("audit row %d is not chained to the one before", i+1)
		}
		for _, secret := range []string{good, other} {
			if strings.Contains(fmt.Sprint(r), secret) {
				d.t.Errorf("audit row %d holds a password: %v", i+1, r)
			}
		}
		last = r.Hash
	}
}

// refused asserts the kind of an error and, with a field, that it is named.
func refused(t testing.TB, err error, kind errs.Kind, field string) {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind {
		t.Errorf("err = %v; want %v", err, kind)
		return
	}
	if field == "" {
		return
	}
	for _, f := range errs.FieldsOf(err) {
		if f.Name == field && f.Message != "" {
			return
		}
	}
	t.Errorf("err = %v; want a sentence at %s", err, field)
}

func grants(depot id.ID, roles ...access.Role) []access.Grant {
	var list []access.Grant
	for _, r := range roles {
		list = append(list, access.Grant{Role: r, DepotID: depot})
	}
	return list
}
