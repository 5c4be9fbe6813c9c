package accounts_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/errs"
	"changbei/internal/store/storetest"
)

func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		k := d.person("zhou", access.Keeper)
		t.Run("the right password gives the person with roles", func(t *testing.T) {
			for _, login := range []string{"zhou", " ZHOU ", "ｚｈｏｕ"} {
				who, err := d.signIn(login, good)
				if err != nil || who.Actor.ID != k.Actor.ID || !who.Actor.Has(access.Keeper) || who.MustChange {
					t.Errorf("%q: %+v, %v", login, who, err)
				}
			}
			if got := d.acts(1); got != "signin zhou ok" {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("an unknown login and a wrong password get the same answer", func(t *testing.T) {
			_, wrong := d.signIn("zhou", other)
			_, unknown := d.signIn("nobody", other)
			refused(t, wrong, errs.Invalid, "")
			if wrong.Error() != unknown.Error() || len(errs.FieldsOf(wrong)) != 0 {
				t.Errorf("%v and %v", wrong, unknown)
			}
			if got := d.acts(2); got != "signin zhou failed, signin no…（6 个字符） failed" {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("a password typed as the login does not stand in the trail", func(t *testing.T) {
			d.signIn(other, other) // mustChain looks for it
			if got := d.acts(1); strings.Contains(got, "tkzzh") {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("a disabled account is told so, but only with its password", func(t *testing.T) {
			if err := d.SetDisabled(ctx, d.admin, k.Actor.ID, true); err != nil {
				t.Fatal(err)
			}
			_, right := d.signIn("zhou", good)
			_, wrong := d.signIn("zhou", other)
			_, unknown := d.signIn("nobody", other)
			if right == nil || !strings.Contains(errs.MessageOf(right), "已停用") || wrong.Error() != unknown.Error() {
				t.Errorf("right: %v; wrong: %v", right, wrong)
			}
		})
	})
}

func TestLockout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		k := d.person("zhou", access.Keeper)
		wrong := func(n int) (last error) {
			for range n {
				_, last = d.signIn("zhou", other)
			}
			return last
		}
		t.Run("a good sign-in before the last try starts the count again", func(t *testing.T) {
			for range 2 {
				wrong(accounts.MaxFailures - 1)
				if _, err := d.signIn("zhou", good); err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run("the last wrong password locks, and the right one gets the same answer", func(t *testing.T) {
			refusal := wrong(accounts.MaxFailures)
			d.wait(accounts.LockFor - time.Microsecond)
			_, locked := d.signIn("zhou", good)
			if locked == nil || locked.Error() != refusal.Error() {
				t.Errorf("locked: %v; wrong: %v", locked, refusal)
			}
			rows, err := d.store.Read().AuditPage(ctx, 0, 0, "signin", 2)
			if err != nil || rows[0].Detail != "账户锁定中" || !strings.Contains(rows[1].Detail, "锁定 10 分钟") {
				t.Errorf("trail: %q, %q, %v", rows[0].Detail, rows[1].Detail, err)
			}
			if a, err := d.Get(ctx, d.admin, k.Actor.ID); err != nil || !a.Locked {
				t.Errorf("the list does not show the lock: %+v %v", a, err)
			}
		})
		t.Run("a live session does not end with it", func(t *testing.T) { d.alive(k, true) })
		t.Run("the lock ends by itself and the count with it", func(t *testing.T) {
			d.wait(time.Microsecond)
			wrong(accounts.MaxFailures - 1)
			if _, err := d.signIn("zhou", good); err != nil {
				t.Error(err)
			}
		})
		t.Run("an administrator lifts it", func(t *testing.T) {
			wrong(accounts.MaxFailures)
			if err := d.Unlock(ctx, d.admin, k.Actor.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := d.signIn("zhou", good); err != nil {
				t.Error(err)
			}
		})
	})
}

// TestGuessesAtOnce sends many wrong passwords at the same moment: no more
// than the allowed tries may be compared.
func TestGuessesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		const guesses = 12
		var all sync.WaitGroup
		for range guesses {
			from := d.from()
			all.Go(func() {
				if _, err := d.SignIn(ctx, "admin", other, from); errs.KindOf(err) != errs.Invalid {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		rows, err := d.store.Read().AuditPage(ctx, 0, 0, "signin", 100)
		if err != nil {
			t.Fatal(err)
		}
		var compared, locked int
		for _, r := range rows {
			if r.Detail == "账户锁定中" {
				locked++
			} else {
				compared++
			}
		}
		if compared != accounts.MaxFailures || locked != guesses-accounts.MaxFailures {
			t.Errorf("%d compared and %d refused unseen; want %d of %d", compared, locked, accounts.MaxFailures, guesses)
		}
	})
}

func TestAddressLimit(t *testing.T) {
	d := newOffice(t, storetest.SQLite())
	const tries, window = 30, 10 * time.Minute
	from := accounts.Origin{IP: "192.168.1.9"}
	for range tries {
		if _, err := d.UseLink(ctx, "guessed", from); errs.KindOf(err) != errs.NotFound {
			t.Fatal(err)
		}
	}
	for range 3 {
		_, err := d.SignIn(ctx, "admin", good, from)
		refused(t, err, errs.Busy, "")
	}
	if got := d.acts(2); got != "signin 登录链接 failed, access.denied 登录 denied" {
		t.Errorf("the refusal must be recorded once: %s", got)
	}
	if _, err := d.signIn("admin", good); err != nil {
		t.Errorf("another address is refused: %v", err)
	}
	d.wait(window)
	for range tries - 1 {
		d.UseLink(ctx, "guessed", from)
	}
	for range 3 { // a good one gives its attempt back
		if _, err := d.SignIn(ctx, "admin", good, from); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		k := d.person("zhou", access.Keeper)
		d.alive(k, true)
		t.Run("not with a new name", func(t *testing.T) {
			if err := d.Update(ctx, d.admin, k.Actor.ID, accounts.Person{Name: "周静", Grants: k.Actor.Grants}); err != nil {
				t.Fatal(err)
			}
			d.alive(k, true)
		})
		t.Run("with a new password, but for the one that changed it", func(t *testing.T) {
			next, err := d.ChangePassword(ctx, k.Actor, good, other)
			if err != nil {
				t.Fatal(err)
			}
			d.alive(k, false)
			d.alive(next, true)
			if _, err := d.signIn("zhou", good); err == nil {
				t.Error("the old password still opens")
			}
			k = next
		})
		t.Run("with other roles, and the next sign-in has them", func(t *testing.T) {
			if err := d.Update(ctx, d.admin, k.Actor.ID, accounts.Person{Name: "周静", Grants: grants(0, access.Planner)}); err != nil {
				t.Fatal(err)
			}
			d.alive(k, false)
			var err error
			if k, err = d.signIn("zhou", other); err != nil || !k.Actor.Has(access.Planner) || k.Actor.Has(access.Keeper) {
				t.Errorf("%+v %v", k, err)
			}
		})
		t.Run("with a reset", func(t *testing.T) {
			if _, err := d.ResetPassword(ctx, d.admin, k.Actor.ID); err != nil {
				t.Fatal(err)
			}
			d.alive(k, false)
			if _, err := d.signIn("zhou", other); err == nil {
				t.Error("the old password still opens")
			}
		})
		t.Run("with the account, and do not come back with it", func(t *testing.T) {
			s := d.person("li", access.Street)
			for _, disabled := range []bool{true, false} {
				if err := d.SetDisabled(ctx, d.admin, s.Actor.ID, disabled); err != nil {
					t.Fatal(err)
				}
				d.alive(s, false)
			}
			if _, err := d.signIn("li", good); err != nil {
				t.Errorf("enabled again: %v", err)
			}
		})
		t.Run("with a number nobody has", func(t *testing.T) {
			d.alive(accounts.Identity{Actor: access.Actor{ID: 4711}, Stamp: 1}, false)
		})
	})
}

func TestOneTimePassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		_, once, err := d.Create(ctx, d.admin, accounts.Person{Login: "zhou", Name: "周静", Grants: grants(0, access.Keeper)})
		if err != nil {
			t.Fatal(err)
		}
		who, err := d.signIn("zhou", once)
		if err != nil || !who.MustChange {
			t.Fatalf("%+v %v; it must be changed first", who, err)
		}
		if s, err := d.Session(ctx, who.Actor.ID, who.Stamp, accounts.Origin{}); err != nil || !s.MustChange {
			t.Errorf("the session forgets it: %+v %v", s, err)
		}
		t.Run("a change says what is wrong with each field", func(t *testing.T) {
			for _, c := range []struct{ current, next, field string }{
				{other, good, "current"}, {once, once, "password"}, {once, "Admin@2024", "password"}, {once, "short", "password"}, {once, "Zhou周静#zhou2026", "password"},
			} {
				_, err := d.ChangePassword(ctx, who.Actor, c.current, c.next)
				refused(t, err, errs.Invalid, c.field)
			}
			if got := d.acts(1); got != "password.change zhou failed" {
				t.Errorf("trail: %s", got)
			}
		})
		t.Run("the new one need not be changed", func(t *testing.T) {
			next, err := d.ChangePassword(ctx, who.Actor, once, good)
			if err != nil || next.MustChange || d.acts(1) != "password.change zhou ok" {
				t.Fatalf("%+v %v, trail %s", next, err, d.acts(1))
			}
			if again, err := d.signIn("zhou", good); err != nil || again.MustChange {
				t.Errorf("%+v %v", again, err)
			}
			if _, err := d.signIn("zhou", once); err == nil {
				t.Error("the one-time password opens a second time")
			}
			who = next
		})
		t.Run("one that nobody used is over after three days", func(t *testing.T) {
			once, err := d.ResetPassword(ctx, d.admin, who.Actor.ID)
			if err != nil {
				t.Fatal(err)
			}
			d.wait(72*time.Hour - time.Microsecond)
			if _, err := d.signIn("zhou", once); err != nil {
				t.Errorf("just before its end: %v", err)
			}
			d.wait(time.Microsecond)
			_, err = d.signIn("zhou", once)
			if err == nil || !strings.Contains(errs.MessageOf(err), "过期") {
				t.Errorf("after its end: %v", err)
			}
		})
		t.Run("guessing the current password locks too", func(t *testing.T) {
			k := d.person("li", access.Keeper)
			for range accounts.MaxFailures {
				d.ChangePassword(ctx, k.Actor, "Wrong-9-guess", other)
			}
			_, err := d.ChangePassword(ctx, k.Actor, good, other)
			refused(t, err, errs.Invalid, "current")
		})
	})
}

func TestLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newOffice(t, e)
		k := d.person("zhou", access.Keeper)
		link := func() string {
			t.Helper()
			token, err := d.Console().Link(ctx, " Zhou")
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		dead := func(t *testing.T, token string) {
			t.Helper()
			_, err := d.LinkOwner(ctx, token)
			refused(t, err, errs.NotFound, "")
			_, err = d.UseLink(ctx, token, d.from())
			refused(t, err, errs.NotFound, "")
			if got := d.acts(1); got != "signin 登录链接 failed" {
				t.Errorf("trail: %s", got)
			}
		}
		t.Run("one signs in once", func(t *testing.T) {
			token := link()
			for range 2 {
				if name, err := d.LinkOwner(ctx, token); err != nil || name != k.Actor.Name {
					t.Errorf("looking uses it up: %s %v", name, err)
				}
			}
			who, err := d.UseLink(ctx, token, d.from())
			if err != nil || who.Actor.ID != k.Actor.ID || d.acts(2) != "signin.link zhou ok, signin zhou ok" {
				t.Fatalf("%+v %v, trail %s", who, err, d.acts(2))
			}
			d.alive(who, true)
			dead(t, token)
		})
		t.Run("of many at once one signs in", func(t *testing.T) {
			token := link()
			var all sync.WaitGroup
			var mu sync.Mutex
			in := 0
			for range 6 {
				from := d.from()
				all.Go(func() {
					_, err := d.UseLink(ctx, token, from)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						in++
					} else if k := errs.KindOf(err); k != errs.NotFound && k != errs.Conflict {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if in != 1 {
				t.Errorf("%d signed in", in)
			}
		})
		t.Run("one is over after a day", func(t *testing.T) {
			token := link()
			d.wait(24*time.Hour - time.Microsecond)
			if _, err := d.LinkOwner(ctx, token); err != nil {
				t.Errorf("just before its end: %v", err)
			}
			d.wait(time.Microsecond)
			dead(t, token)
		})
		t.Run("a new one ends the old", func(t *testing.T) {
			old := link()
			fresh := link()
			dead(t, old)
			if _, err := d.UseLink(ctx, fresh, d.from()); err != nil {
				t.Error(err)
			}
		})
		t.Run("a new password, a reset and the end of the account end it", func(t *testing.T) {
			token := link()
			if _, err := d.ChangePassword(ctx, k.Actor, good, other); err != nil {
				t.Fatal(err)
			}
			dead(t, token)
			token = link()
			if _, err := d.ResetPassword(ctx, d.admin, k.Actor.ID); err != nil {
				t.Fatal(err)
			}
			dead(t, token)
			token = link()
			if err := d.SetDisabled(ctx, d.admin, k.Actor.ID, true); err != nil {
				t.Fatal(err)
			}
			dead(t, token)
			_, err := d.Console().Link(ctx, "zhou")
			refused(t, err, errs.Conflict, "")
			if err := d.SetDisabled(ctx, d.admin, k.Actor.ID, false); err != nil {
				t.Fatal(err)
			}
			dead(t, token)
		})
		t.Run("one nobody made is refused in the same words", func(t *testing.T) {
			dead(t, "")
			dead(t, strings.Repeat("x", 5000))
		})
		t.Run("one for nobody is not made", func(t *testing.T) {
			_, err := d.Console().Link(ctx, "nobody")
			refused(t, err, errs.NotFound, "")
		})
	})
}
