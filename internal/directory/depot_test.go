package directory_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestDepot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		a := w.depot(t, "aa1", "甲街道库")
		b := w.depot(t, "BB", "乙街道库")
		t.Run("a depot is made with its default bin, and the act recorded in its chain", func(t *testing.T) {
			if a.Code != "AA1" {
				t.Errorf("code = %q", a.Code)
			}
			bins, err := w.Bins(ctx, planner, a.ID)
			if err != nil || len(bins) != 1 || bins[0].Code != place.DefaultBin {
				t.Errorf("bins = %v, %v", bins, err)
			}
			chain, err := w.store.Read().AuditChain(ctx, a.ID, 0, 10)
			if err != nil || len(chain) != 1 || chain[0].Act != "depot.create" {
				t.Errorf("chain = %v, %v", chain, err)
			}
		})
		t.Run("lists are cut to the actor's depots", func(t *testing.T) {
			for name, tc := range map[string]struct {
				got  func() ([]place.Depot, error)
				want int
			}{
				"keeper":  {func() ([]place.Depot, error) { return w.Depots(ctx, keeperAt(a.ID)) }, 1},
				"planner": {func() ([]place.Depot, error) { return w.Depots(ctx, planner) }, 2},
				"system":  {func() ([]place.Depot, error) { return w.Depots(ctx, system) }, 2},
			} {
				if list, err := tc.got(); err != nil || len(list) != tc.want {
					t.Errorf("%s sees %v, %v", name, list, err)
				}
			}
			_, err := w.Depots(ctx, nobody)
			refused(t, err, errs.Unauthenticated)
			_, err = w.Depot(ctx, keeperAt(a.ID), b.ID)
			refused(t, err, errs.NotFound)
		})
		form := directory.DepotInput{Code: "CC", Name: "丙库", Tier: place.Township}
		for _, tc := range []struct {
			name   string
			change func(*directory.DepotInput)
			fields []string
		}{
			{"a code in use", func(f *directory.DepotInput) { f.Code = "bb" }, []string{"code"}},
			{"a long code", func(f *directory.DepotInput) { f.Code = "ABCDEFG" }, []string{"code"}},
			{"a name in use", func(f *directory.DepotInput) { f.Name = "甲街道 库" }, []string{"name"}},
			{"an unknown tier and a short division", func(f *directory.DepotInput) { f.Tier, f.Division = "x", "4301" }, []string{"tier", "division"}},
			{"a name that grows too long when folded", func(f *directory.DepotInput) { f.Name = strings.Repeat("㍿", 26) }, []string{"name"}},
			{"an empty name", func(f *directory.DepotInput) { f.Name = " " }, []string{"name"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				in := form
				tc.change(&in)
				_, err := w.CreateDepot(ctx, planner, in)
				refused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a keeper makes no depots", func(t *testing.T) {
			_, err := w.CreateDepot(ctx, keeperAt(a.ID), form)
			refused(t, err, errs.Forbidden)
		})
		t.Run("details change, code and tier stay", func(t *testing.T) {
			d, err := w.UpdateDepot(ctx, planner, a.ID, directory.DepotInput{Name: "甲街道新库", Keeper: "张三", Closed: true})
			if err != nil || d.Code != "AA1" || d.Tier != place.Township || d.Keeper != "张三" || !d.Closed {
				t.Errorf("%+v, %v", d, err)
			}
			_, err = w.UpdateDepot(ctx, planner, a.ID, directory.DepotInput{Name: "甲街道新库", Code: "ZZ", Tier: place.Village})
			refused(t, err, errs.Invalid, "code", "tier")
			_, err = w.UpdateDepot(ctx, planner, 12345, form)
			refused(t, err, errs.NotFound)
		})
		t.Run("who holds the goods is kept, and changes when it is said", func(t *testing.T) {
			if a.Holder != place.HeldByBureau {
				t.Errorf("a new depot is held by %q", a.Holder)
			}
			for _, step := range []struct{ said, want place.Holder }{
				{place.HeldByFirm, place.HeldByFirm}, {"", place.HeldByFirm}, {place.HeldByDepartment, place.HeldByDepartment},
			} {
				if _, err := w.UpdateDepot(ctx, planner, b.ID, directory.DepotInput{Name: b.Name, Holder: step.said}); err != nil {
					t.Fatal(err)
				}
				if d, err := w.Depot(ctx, planner, b.ID); err != nil || d.Holder != step.want {
					t.Errorf("after %q: %q, %v", step.said, d.Holder, err)
				}
			}
			_, err := w.UpdateDepot(ctx, planner, b.ID, directory.DepotInput{Name: b.Name, Holder: "stranger"})
			refused(t, err, errs.Invalid, "holder")
		})
		t.Run("how long loading takes is kept and recorded", func(t *testing.T) {
			for _, step := range []struct {
				typed string
				want  int
			}{{" ４５ ", 45}, {"45分钟", 45}, {"1440", 1440}, {"", 0}, {"0", 0}, {"30", 30}} {
				if _, err := w.UpdateDepot(ctx, planner, b.ID, directory.DepotInput{Name: b.Name, Loading: step.typed}); err != nil {
					t.Fatal(err)
				}
				if d, err := w.Depot(ctx, planner, b.ID); err != nil || d.LoadingMinutes != step.want {
					t.Errorf("%q: %d minutes, %v", step.typed, d.LoadingMinutes, err)
				}
			}
			page, err := w.store.Read().AuditPage(ctx, 0, 0, "depot.update", 1)
			if err != nil || len(page) != 1 || page[0].Detail != "装车  → 装车 30 分钟" {
				t.Errorf("%+v %v", page, err)
			}
			for _, typed := range []string{"-1", "1441", "半小时", "1.5", "1 小时"} {
				_, err := w.UpdateDepot(ctx, planner, b.ID, directory.DepotInput{Name: b.Name, Loading: typed})
				refused(t, err, errs.Invalid, "loading")
			}
			if d := w.depot(t, "CC3", "丙街道库"); d.LoadingMinutes != 0 {
				t.Errorf("a new depot loads in %d minutes", d.LoadingMinutes)
			}
		})
		t.Run("a depot with stock is not closed", func(t *testing.T) {
			w.putStock(t, b.ID)
			_, err := w.UpdateDepot(ctx, planner, b.ID, directory.DepotInput{Name: b.Name, Closed: true})
			refused(t, err, errs.Conflict, "closed")
		})
	})
}

// putStock gives a depot five of some item, without a voucher: only the row
// counts here.
func (w world) putStock(t *testing.T, depot id.ID) id.ID {
	t.Helper()
	it := w.item(t, directory.ItemInput{Name: "在库物资", Unit: "个"})
	bins, err := w.Bins(ctx, planner, depot)
	if err != nil {
		t.Fatal(err)
	}
	err = w.store.Tx(ctx, func(tx *store.Tx) error {
		lots := []ledger.Lot{{ItemID: it.ID, Received: day.At(noon), Source: ledger.Sources[0]}}
		if err := tx.FindOrMakeLots(ctx, lots); err != nil {
			return err
		}
		return tx.ApplyStock(ctx, 1, []store.Delta{{PlaceID: bins[0].ID, LotID: lots[0].ID, DepotID: depot, ItemID: it.ID, Qty: 5000}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return it.ID
}

func TestSearchShowsTheDepotsStock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		a, b := w.depot(t, "AA", "甲库"), w.depot(t, "BB", "乙库")
		w.putStock(t, a.ID)
		for depot, want := range map[id.ID]string{a.ID: "5", b.ID: "0"} {
			found, err := w.SearchItems(ctx, planner, "在库物资", depot, 5)
			if err != nil || len(found) != 1 || found[0].OnHand.String() != want || found[0].Available.String() != want {
				t.Errorf("%v, %v; want %s", found, err, want)
			}
		}
	})
}

func TestBin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		d := w.depot(t, "AA", "甲库")
		t.Run("the depot's keeper adds a bin", func(t *testing.T) {
			bin, err := w.CreateBin(ctx, keeperAt(d.ID), d.ID, place.Bin, "A-01", "")
			if err != nil || bin.Name != "A-01" || w.lastAct(t) != "bin.create 甲库 A-01" {
				t.Errorf("%+v, %v", bin, err)
			}
		})
		t.Run("the same code, however typed, is refused", func(t *testing.T) {
			_, err := w.CreateBin(ctx, planner, d.ID, place.Bin, "ａ-01", "")
			refused(t, err, errs.Invalid, "code")
		})
		t.Run("an empty code is refused", func(t *testing.T) {
			_, err := w.CreateBin(ctx, planner, d.ID, place.Bin, " ", "")
			refused(t, err, errs.Invalid, "code")
		})
		t.Run("for another depot's keeper the depot is not there", func(t *testing.T) {
			_, err := w.CreateBin(ctx, keeperAt(d.ID+1), d.ID, place.Bin, "A-02", "")
			refused(t, err, errs.NotFound)
		})
		t.Run("many postings that need the same new bin get one", func(t *testing.T) {
			const callers = 6
			got := make([]id.ID, callers)
			failed := make([]error, callers)
			var wg sync.WaitGroup
			for i := range callers {
				wg.Go(func() {
					failed[i] = w.store.Tx(ctx, func(tx *store.Tx) error {
						bin, err := w.EnsureBin(ctx, tx, keeperAt(d.ID), d.ID, []string{"B-09", "ｂ-09"}[i%2])
						got[i] = bin.ID
						return err
					})
				})
			}
			wg.Wait()
			if err := errors.Join(failed...); err != nil {
				t.Fatal(err)
			}
			if len(slices.Compact(got)) != 1 {
				t.Errorf("bins = %v", got)
			}
		})
		t.Run("no code means the default bin", func(t *testing.T) {
			err := w.store.Tx(ctx, func(tx *store.Tx) error {
				bin, err := w.EnsureBin(ctx, tx, planner, d.ID, "")
				if bin.Code != place.DefaultBin {
					t.Errorf("bin = %+v", bin)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

func TestDivisions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, nil)
		list := []place.Division{
			{Code: "430112000000", Name: "望城区", Kind: "区", Lng: 112811610, Lat: 28355300},
			{Code: "430112001000", Name: "高塘岭街道", Kind: "街道", Parent: "430112000000"},
			{Code: "430112001001", Name: "西塘街社区", Kind: "社区", Parent: "430112001000"},
		}
		if err := st.Tx(ctx, func(tx *store.Tx) error { return tx.InsertDivisions(ctx, list...) }); err != nil {
			t.Fatal(err)
		}
		all, err := st.Read().Divisions(ctx)
		if err != nil || !slices.Equal(all, list) || !all[0].Located() || all[1].Located() {
			t.Errorf("%v, %v", all, err)
		}
		under, err := st.Read().DivisionsUnder(ctx, "430112001000")
		if err != nil || len(under) != 1 || under[0] != list[2] {
			t.Errorf("%v, %v", under, err)
		}
	})
}
