package accounts_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestFirstAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		first := accounts.First{Code: setupCode, Login: "admin", Name: "管理员", Password: good}
		needed := func(want bool) {
			t.Helper()
			if got, err := d.SetupNeeded(ctx); err != nil || got != want {
				t.Errorf("set-up needed: %t, %v; want %t", got, err, want)
			}
		}
		needed(true)
		t.Run("a wrong code is refused and recorded", func(t *testing.T) {
			for _, code := range []string{"", "ABCDE-23457", "ABCDE", "ABCDE-234566"} {
				f := first
				f.Code = code
				_, err := d.CreateFirst(ctx, f, d.from())
				refused(t, err, errs.Invalid, "code")
			}
			if got := d.acts(1); got != "signin 首个账户 failed" {
				t.Errorf("trail: %s", got)
			}
			needed(true)
		})
		t.Run("a wrong field is named", func(t *testing.T) {
			for field, f := range map[string]accounts.First{
				"login": {Code: setupCode, Login: "a b", Name: "管理员", Password: good}, "name": {Code: setupCode, Login: "admin", Password: good},
				"password": {Code: setupCode, Login: "admin", Name: "管理员", Password: "Admin@2024"}} {
				_, err := d.CreateFirst(ctx, f, d.from())
				refused(t, err, errs.Invalid, field)
			}
			needed(true)
		})
		t.Run("the code as people type it makes an administrator", func(t *testing.T) {
			f := first
			f.Code = " abcde２3456 "
			who, err := d.CreateFirst(ctx, f, d.from())
			if err != nil || !slices.Equal(who.Actor.Grants, grants(0, access.System)) || who.MustChange {
				t.Fatalf("%+v %v", who, err)
			}
			d.alive(who, true)
			needed(false)
			if got := d.acts(1); got != "account.create admin ok" {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("a second is refused, also by another program with the same code", func(t *testing.T) {
			f := first
			f.Login = "second"
			_, err := d.CreateFirst(ctx, f, d.from())
			refused(t, err, errs.Conflict, "")
			_, err = accounts.New(d.store, accounts.Options{SetupCode: setupCode}).CreateFirst(ctx, f, d.from())
			refused(t, err, errs.Conflict, "")
		})
	})
}

func TestTwoFirstAccountsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		results := make([]error, 4)
		var all sync.WaitGroup
		for i := range results {
			program := accounts.New(d.store, accounts.Options{SetupCode: setupCode}) // each believes to be the first
			from := d.from()
			all.Go(func() {
				_, results[i] = program.CreateFirst(ctx, accounts.First{Code: setupCode, Login: fmt.Sprintf("admin%d", i), Name: "管理员", Password: good}, from)
			})
		}
		all.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Errorf("a loser got %v", err)
			}
		}
		list, err := d.Console().List(ctx)
		if won != 1 || len(list) != 1 || err != nil {
			t.Errorf("%d won, accounts %v %v", won, list, err)
		}
	})
}

func TestSetupCodeIsRandom(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	a, b := accounts.New(d.store, accounts.Options{}), accounts.New(d.store, accounts.Options{})
	if a.SetupCode() == b.SetupCode() || len(a.SetupCode()) != 11 {
		t.Errorf("%s and %s", a.SetupCode(), b.SetupCode())
	}
}

func TestWhoMayManage(t *testing.T) {
	d := newOffice(t, storetest.SQLite())
	k := d.person("zhou", access.Keeper)
	person := accounts.Person{Login: "li", Name: "李强", Grants: grants(0, access.Keeper)}
	acts := map[string]func(access.Actor) error{
		"create":  func(a access.Actor) error { _, _, err := d.Create(ctx, a, person); return err },
		"update":  func(a access.Actor) error { return d.Update(ctx, a, k.Actor.ID, person) },
		"disable": func(a access.Actor) error { return d.SetDisabled(ctx, a, k.Actor.ID, true) },
		"unlock":  func(a access.Actor) error { return d.Unlock(ctx, a, k.Actor.ID) },
		"reset":   func(a access.Actor) error { _, err := d.ResetPassword(ctx, a, k.Actor.ID); return err },
	}
	views := map[string]func(access.Actor) error{
		"list":  func(a access.Actor) error { _, err := d.List(ctx, a); return err },
		"get":   func(a access.Actor) error { _, err := d.Get(ctx, a, k.Actor.ID); return err },
		"trail": func(a access.Actor) error { _, _, err := d.Trail(ctx, a, accounts.Cursor{}, ""); return err },
	}
	before := d.acts(100)
	for _, r := range access.Roles {
		who := access.Actor{ID: 77, Login: "w", Name: "某", Grants: grants(0, r)}
		for name, act := range acts {
			if r == access.System {
				break // may, as every other test shows; here it would change the account
			}
			if err := act(who); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s by %s: %v", name, r, err)
			}
			if err := act(access.Actor{}); errs.KindOf(err) != errs.Unauthenticated {
				t.Errorf("%s by nobody: %v", name, err)
			}
		}
		for name, view := range views {
			may := r == access.Security || r == access.System && name != "trail" || r == access.Audit && name == "trail"
			if err := view(who); may != (err == nil) || !may && errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s by %s: %v; may: %t", name, r, err, may)
			}
		}
	}
	if a, err := d.Get(ctx, d.admin, k.Actor.ID); err != nil || a.Disabled || !slices.Equal(a.Grants, k.Actor.Grants) {
		t.Errorf("a refused act changed the account: %+v %v", a, err)
	}
	if after := d.acts(100); strings.Count(after, ",") > strings.Count(before, ",")+1 {
		t.Errorf("refused acts left rows in the trail: %s", after)
	}
}

func TestCreate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		depot := place.Depot{Code: "WC01", Name: "区级中心库", Tier: place.District}
		err := d.store.Tx(ctx, func(tx *store.Tx) error {
			depot.ID = tx.NewID()
			return tx.InsertDepot(ctx, depot)
		})
		if err != nil {
			t.Fatal(err)
		}
		create := func(login, name string, g ...access.Grant) (id.ID, error) {
			account, _, err := d.Create(ctx, d.admin, accounts.Person{Login: login, Name: name, Grants: g})
			return account, err
		}
		keeper := access.Grant{Role: access.Keeper, DepotID: depot.ID}
		t.Run("roles at depots, each once", func(t *testing.T) {
			account, err := create(" zhou ", "周静", keeper, keeper, access.Grant{Role: access.Street}, access.Grant{Role: access.Street, DepotID: depot.ID})
			if err != nil {
				t.Fatal(err)
			}
			a, err := d.Get(ctx, d.admin, account)
			if err != nil || a.Login != "zhou" || !a.MustChange || a.Disabled || !sameGrants(a.Grants, keeper, access.Grant{Role: access.Street}) {
				t.Errorf("%+v %v", a, err)
			}
			if got := d.acts(1); got != "account.create zhou ok" {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("a login taken in other case or width", func(t *testing.T) {
			for _, login := range []string{"zhou", "ZHOU", "ｚｈｏｕ"} {
				_, err := create(login, "另一人", keeper)
				refused(t, err, errs.Invalid, "login")
			}
		})
		t.Run("wrong fields", func(t *testing.T) {
			for _, c := range []struct {
				login, name, field string
				grants             []access.Grant
			}{
				{"a", "某", "login", grants(0, access.Planner)}, {"a b", "某", "login", grants(0, access.Planner)}, {strings.Repeat("x", 33), "某", "login", grants(0, access.Planner)},
				{strings.Repeat("ﷺ", 5), "某", "login", grants(0, access.Planner)},
				{"<script>", "某", "login", grants(0, access.Planner)}, {"wang", "", "name", grants(0, access.Planner)}, {"wang", strings.Repeat("名", 31), "name", grants(0, access.Planner)},
				{"wang", "某", "roles", nil}, {"wang", "某", "roles", grants(0, "king")}, {"wang", "某", "roles", grants(depot.ID, access.Planner)},
				{"wang", "某", "roles", grants(4711, access.Keeper)},
				{"wang", "某", "roles", grants(0, access.System, access.Security)}, {"wang", "某", "roles", grants(0, access.Audit, access.System)},
				{"wang", "某", "roles", grants(0, access.Security, access.Audit)}, {"wang", "某", "roles", grants(0, access.Keeper, access.System)},
				{"wang", "某", "roles", grants(0, access.Audit, access.Leader)},
			} {
				_, err := create(c.login, c.name, c.grants...)
				refused(t, err, errs.Invalid, c.field)
			}
		})
		t.Run("nothing refused was written", func(t *testing.T) {
			list, err := d.List(ctx, d.admin)
			if err != nil || len(list) != 2 {
				t.Errorf("%v %v", list, err)
			}
		})
	})
}

func sameGrants(got []access.Grant, want ...access.Grant) bool {
	if len(got) != len(want) {
		return false
	}
	for _, g := range want {
		if !slices.Contains(got, g) {
			return false
		}
	}
	return true
}

func TestNobodyServesThemselves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		d.person("second", access.System)
		t.Run("not their own roles", func(t *testing.T) {
			err := d.Update(ctx, d.admin, d.admin.ID, accounts.Person{Name: "管理员", Grants: grants(0, access.Audit)})
			refused(t, err, errs.Forbidden, "")
			err = d.Update(ctx, d.admin, d.admin.ID, accounts.Person{Name: "管理员", Grants: grants(0, access.System, access.Keeper)})
			refused(t, err, errs.Invalid, "roles")
		})
		t.Run("but their own name", func(t *testing.T) {
			if err := d.Update(ctx, d.admin, d.admin.ID, accounts.Person{Name: "老管理员", Grants: grants(0, access.System)}); err != nil {
				t.Error(err)
			}
		})
		t.Run("not out of use, not to a one-time password", func(t *testing.T) {
			refused(t, d.SetDisabled(ctx, d.admin, d.admin.ID, true), errs.Forbidden, "")
			_, err := d.ResetPassword(ctx, d.admin, d.admin.ID)
			refused(t, err, errs.Forbidden, "")
		})
		if a, err := d.Get(ctx, d.admin, d.admin.ID); err != nil || a.Disabled || a.Name != "老管理员" || !slices.Equal(a.Grants, grants(0, access.System)) {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		second := d.person("second", access.System)
		if err := d.SetDisabled(ctx, d.admin, second.Actor.ID, true); err != nil {
			t.Fatal(err)
		}
		t.Run("in use and in office, whoever asks", func(t *testing.T) {
			refused(t, d.SetDisabled(ctx, second.Actor, d.admin.ID, true), errs.Conflict, "")
			err := d.Update(ctx, second.Actor, d.admin.ID, accounts.Person{Name: "管理员", Grants: grants(0, access.Leader)})
			refused(t, err, errs.Conflict, "")
			if a, err := d.Get(ctx, d.admin, d.admin.ID); err != nil || a.Disabled || !slices.Equal(a.Grants, grants(0, access.System)) {
				t.Errorf("%+v %v", a, err)
			}
		})
		t.Run("of two who end each other one stays", func(t *testing.T) {
			if err := d.SetDisabled(ctx, d.admin, second.Actor.ID, false); err != nil {
				t.Fatal(err)
			}
			results := make([]error, 2)
			var all sync.WaitGroup
			all.Go(func() { results[0] = d.SetDisabled(ctx, d.admin, second.Actor.ID, true) })
			all.Go(func() { results[1] = d.SetDisabled(ctx, second.Actor, d.admin.ID, true) })
			all.Wait()
			if (results[0] == nil) == (results[1] == nil) {
				t.Errorf("results %v; one must lose", results)
			}
			left, err := d.store.Read().ActiveWithRole(ctx, access.System)
			if err != nil || len(left) != 1 {
				t.Errorf("%d administrators left, %v", len(left), err)
			}
		})
	})
}

// TestEverythingIsRecorded walks through a working day and reads the trail.
func TestEverythingIsRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		k := d.person("zhou", access.Keeper)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		d.signIn("zhou", other)
		must(d.Update(ctx, d.admin, k.Actor.ID, accounts.Person{Name: "周静", Grants: grants(0, access.Leader)}))
		must(d.SetDisabled(ctx, d.admin, k.Actor.ID, true))
		refused(t, d.SetDisabled(ctx, d.admin, k.Actor.ID, true), errs.Conflict, "") // so already: nothing is done, nothing written
		must(d.SetDisabled(ctx, d.admin, k.Actor.ID, false))
		must(d.Unlock(ctx, d.admin, k.Actor.ID))
		_, err := d.ResetPassword(ctx, d.admin, k.Actor.ID)
		must(err)
		must(d.SignOut(ctx, k.Actor))
		must(d.RecordDenied(ctx, k.Actor, "/accounts", "用户管理"))
		_, err = d.Console().Link(ctx, "zhou")
		must(err)
		_, err = d.Console().ResetPassword(ctx, "zhou")
		must(err)
		want := "account.create admin ok, account.create zhou ok, signin zhou ok, password.change zhou ok, signin zhou failed, account.update zhou ok, " +
			"account.disable zhou ok, account.enable zhou ok, account.unlock zhou ok, password.reset zhou ok, signout zhou ok, " +
			"access.denied /accounts denied, signin.link zhou ok, password.reset zhou ok"
		if got := d.acts(100); got != want {
			t.Errorf("trail:\n%s\nwant:\n%s", got, want)
		}
		rows, err := d.store.Read().AuditPage(ctx, 0, 0, "account.update", 10)
		if err != nil || len(rows) != 1 || rows[0].ActorID != int64(d.admin.ID) || rows[0].ActorName != "管理员" || rows[0].IP != d.admin.IP || rows[0].Detail != "周静 领导" {
			t.Errorf("who, whence and what: %+v %v", rows, err)
		}
	})
}

func TestTrail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		auditor := access.Actor{ID: 5, Grants: grants(0, access.Audit)}
		const rows, page = 230, 100
		err := d.store.Tx(ctx, func(*store.Tx) error { return nil })
		for i := 0; i < rows && err == nil; i++ {
			if i%3 == 0 {
				d.wait(1000) // three rows share an instant
			}
			err = d.RecordDenied(ctx, d.admin, fmt.Sprint(i), "")
		}
		if err != nil {
			t.Fatal(err)
		}
		for act, want := range map[string]int{"": rows + 1, "access.denied": rows, "account.create": 1, "none": 0} {
			var seen []string
			var from accounts.Cursor
			for pages := 0; ; pages++ {
				list, next, err := d.Trail(ctx, auditor, from, act)
				if err != nil || pages > 5 || len(list) > page {
					t.Fatalf("page %d of %q: %d rows, %v", pages, act, len(list), err)
				}
				for _, r := range list {
					seen = append(seen, r.Object)
				}
				if next == (accounts.Cursor{}) {
					break
				}
				if len(list) != page {
					t.Errorf("a page of %d before the last", len(list))
				}
				from = next
			}
			if len(seen) != want {
				t.Errorf("%q: %d rows; want %d", act, len(seen), want)
			}
			for i, object := range seen {
				if newest := fmt.Sprint(rows - 1 - i); object != newest && object != "admin" {
					t.Fatalf("%q: row %d is %s; want %s", act, i, object, newest)
				}
			}
		}
	})
}
