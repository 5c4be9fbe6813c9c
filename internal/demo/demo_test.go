package demo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/demo"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

var (
	ctx     = context.Background()
	noon    = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	planner = access.Actor{ID: 1, Name: "计划员", Grants: []access.Grant{{Role: access.Planner}}}
	small   = demo.Size{Streets: 1, Months: 4}
)

func clock() time.Time { return noon }

func deps(st *store.Store, size demo.Size) demo.Deps {
	return demo.Deps{Store: st, Directory: directory.New(st, directory.Options{}), Inventory: inventory.New(st), Planning: planning.New(st),
		Accounts: accounts.New(st, accounts.Options{}), Size: size}
}

func fill(t *testing.T, d demo.Deps) {
	t.Helper()
	begin := time.Now()
	if err := demo.Fill(ctx, d, noon, func(s string) { t.Log(time.Since(begin).Round(time.Millisecond), s) }); err != nil {
		t.Fatal(err)
	}
}

func balanced(t *testing.T, d demo.Deps) inventory.CheckReport {
	t.Helper()
	r, err := d.Inventory.Check(ctx, nil)
	if err != nil || !r.OK() {
		t.Fatalf("check: %v, differences %v", err, r.Differences)
	}
	return r
}

// vouchers gives all vouchers, newest first.
func vouchers(t *testing.T, st *store.Store) []store.VoucherLine {
	t.Helper()
	list, err := st.Read().VoucherPage(ctx, store.VoucherFilter{Scope: store.Scope{All: true}, Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func stock(t *testing.T, st *store.Store) []store.StockRow {
	t.Helper()
	rows, err := st.Read().StockByLot(ctx, store.StockFilter{Scope: store.Scope{All: true}, Limit: 100000})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestSmallDistrict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := deps(e.Open(t, clock), small)
		fill(t, d)
		t.Run("the books balance", func(t *testing.T) {
			if r := balanced(t, d); r.Vouchers < 50 {
				t.Errorf("only %d vouchers", r.Vouchers)
			}
		})
		t.Run("each start gives fresh links that work once", func(t *testing.T) {
			first, err := demo.Links(ctx, d)
			if err != nil || len(first) != 4 {
				t.Fatalf("%v, %v", first, err)
			}
			second, err := demo.Links(ctx, d)
			if err != nil {
				t.Fatal(err)
			}
			roles := []access.Role{access.Keeper, access.Planner, access.Leader, access.System}
			for i, l := range second {
				who, err := d.Accounts.UseLink(ctx, l.Token, accounts.Origin{})
				if err != nil || !who.Actor.Has(roles[i]) || who.Actor.Login != l.Login || l.Role != roles[i].Name() {
					t.Errorf("%+v gives %+v, %v", l, who, err)
				}
				for _, used := range []string{l.Token, first[i].Token} {
					if _, err := d.Accounts.UseLink(ctx, used, accounts.Origin{}); err == nil {
						t.Errorf("%s: a used or replaced link works", l.Login)
					}
				}
			}
		})
		t.Run("nobody has a password", func(t *testing.T) {
			list, err := d.Accounts.Console().List(ctx)
			if err != nil || len(list) != 9 {
				t.Fatalf("%d accounts, %v", len(list), err)
			}
			for _, a := range list {
				for _, guess := range []string{"", a.Login, "demo"} {
					if _, err := d.Accounts.SignIn(ctx, a.Login, guess, accounts.Origin{IP: a.Login}); err == nil {
						t.Errorf("%s signs in with %q", a.Login, guess)
					}
				}
			}
		})
	})
}

// contents writes vouchers and stock without what differs between databases.
func contents(t *testing.T, st *store.Store) []string {
	t.Helper()
	var list []string
	for _, v := range vouchers(t, st) {
		list = append(list, fmt.Sprint(v.Number, v.BusinessOn, v.Reason, v.Counterparty, v.ActorName, v.LineCount))
	}
	for _, r := range stock(t, st) {
		list = append(list, fmt.Sprint(r.DepotCode, r.ItemCode, r.Lot.No, r.Bin, r.OnHand, r.Lot.Expires))
	}
	slices.Sort(list)
	return list
}

// clockCut is a moment in the middle of the vouchers of a small fill.
const clockCut = 1200

func TestFill(t *testing.T) {
	open := func(t *testing.T) demo.Deps { return deps(storetest.SQLite().Open(t, clock), small) }
	whole := open(t)
	fill(t, whole)
	t.Run("the same day gives the same district", func(t *testing.T) {
		again := open(t)
		fill(t, again)
		if diff := cmp.Diff(contents(t, whole.Store), contents(t, again.Store)); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
	t.Run("a fill that was cut off is finished by the next start, another day", func(t *testing.T) {
		cut, stop := context.WithCancel(ctx)
		asked := 0
		d := deps(storetest.SQLite().Open(t, func() time.Time { // the store asks the time once and more for every voucher
			if asked++; asked == clockCut {
				stop()
			}
			return noon
		}), small)
		err := demo.Fill(cut, d, noon, func(string) {})
		done, _ := demo.Filled(ctx, d.Store)
		part, all := len(vouchers(t, d.Store)), len(vouchers(t, whole.Store))
		if err == nil || done || part == 0 || part == all {
			t.Fatalf("err = %v, filled %t, %d of %d vouchers", err, done, part, all)
		}
		if err := demo.Fill(ctx, d, noon.AddDate(0, 0, 3), func(string) {}); err != nil {
			t.Fatal(err)
		}
		balanced(t, d)
		if diff := cmp.Diff(contents(t, whole.Store), contents(t, d.Store)); diff != "" {
			t.Errorf("(-in one go +in two):\n%s", diff)
		}
	})
	t.Run("somebody's database is refused and gives no links", func(t *testing.T) {
		d := open(t)
		if _, err := d.Directory.CreateDepot(ctx, planner, directory.DepotInput{Code: "AA", Name: "甲库", Tier: place.District}); err != nil {
			t.Fatal(err)
		}
		err := demo.Fill(ctx, d, noon, func(string) {})
		if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.MessageOf(err), "空数据库") {
			t.Errorf("err = %v", err)
		}
		if _, err := demo.Links(ctx, d); !errors.Is(err, errs.Conflict) {
			t.Errorf("links: %v", err)
		}
	})
}
