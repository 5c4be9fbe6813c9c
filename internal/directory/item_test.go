package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestBootstrap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		c := w.store.Read()
		items, err := c.Items(ctx)
		if err != nil {
			t.Fatal(err)
		}
		named := func(name string) (units []string) {
			for _, it := range items {
				if it.Name == name && it.Spec == "" {
					units = append(units, it.Unit)
				}
			}
			slices.Sort(units)
			return units
		}
		for _, tc := range []struct {
			name, item string
			want       []string
		}{
			{"a name in two units is two items", "折叠床", []string{"个", "张"}},
			{"a known variant goes under its standard word", "救灾帐篷", nil},
			{"units have one word", "铅丝", []string{"千克", "吨", "捆"}},
			{"a row without unit is dropped beside one with", "护目镜", []string{"个"}},
			{"a row without unit is a draft", "凿岩机", []string{""}},
			{"two units in one cell are a draft", "其他衣物", []string{""}},
		} {
			t.Run(tc.name, func(t *testing.T) {
				slices.Sort(tc.want)
				if diff := cmp.Diff(tc.want, named(tc.item)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.item, diff)
				}
			})
		}
		t.Run("drafts are those without a unit, decimals are the unit's, aliases are there", func(t *testing.T) {
			for _, it := range items {
				if it.Draft != (it.Unit == "") || it.Unit == "千克" && it.Decimals != 3 || it.Unit == "顶" && it.Decimals != 0 {
					t.Errorf("%+v", it)
				}
				if it.Name == "帐篷" && !slices.Contains(it.Aliases, "救灾帐篷") {
					t.Errorf("帐篷 has the aliases %v", it.Aliases)
				}
			}
		})
		t.Run("a second run changes nothing", func(t *testing.T) {
			before, _ := c.CatalogVersion(ctx)
			if err := w.Bootstrap(ctx); err != nil {
				t.Fatal(err)
			}
			after, _ := c.CatalogVersion(ctx)
			again, _ := c.Items(ctx)
			if before != after || len(again) != len(items) {
				t.Errorf("version %d → %d, items %d → %d", before, after, len(items), len(again))
			}
		})
		t.Run("no depot is made", func(t *testing.T) {
			if depots, err := c.Depots(ctx); err != nil || len(depots) > 0 {
				t.Errorf("depots = %v, %v", depots, err)
			}
		})
	})
}

func TestBootstrapTwiceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, nil)
		var wg sync.WaitGroup
		failed := make([]error, 2)
		for i := range failed {
			wg.Go(func() { failed[i] = directory.New(st, directory.Options{}).Bootstrap(ctx) })
		}
		wg.Wait()
		items, err := st.Read().Items(ctx)
		if err := errors.Join(append(failed, err)...); err != nil || len(items) < 400 {
			t.Fatalf("%d items, %v", len(items), err)
		}
	})
}

func TestCreateItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		t.Run("a code of the category's series is given, and the act recorded", func(t *testing.T) {
			first := w.item(t, directory.ItemInput{Name: " 速热 毯 ", Unit: "条", StorageMonths: 60, Aliases: []string{"发热毯", "发热毯 ", ""}})
			second := w.item(t, directory.ItemInput{Name: "速热毯二型", Unit: "条"})
			if !strings.HasPrefix(first.Code, "SH") || second.Code <= first.Code || first.Name != "速热 毯" || len(first.Aliases) != 1 {
				t.Errorf("items = %+v, %+v", first, second)
			}
			if got := w.lastAct(t); got != "item.create "+second.Code+" 速热毯二型" {
				t.Errorf("audit = %q", got)
			}
		})
		t.Run("without a unit it is a draft", func(t *testing.T) {
			if it := w.item(t, directory.ItemInput{Name: "试制品"}); !it.Draft {
				t.Errorf("%+v", it)
			}
		})
		t.Run("a unit written another way takes the standard word", func(t *testing.T) {
			if it := w.item(t, directory.ItemInput{Name: "试验布", Unit: "㎡"}); it.Unit != "平方米" || it.Decimals != 3 {
				t.Errorf("%+v", it)
			}
		})
		w.item(t, directory.ItemInput{Code: "sh-x1", Name: "自定编码", Unit: "个", CategoryID: w.category})
		long := strings.Repeat("长", 101)
		for _, tc := range []struct {
			name   string
			in     directory.ItemInput
			fields []string
		}{
			{"an empty form names every field", directory.ItemInput{}, []string{"name", "category"}},
			{"a code with other characters", directory.ItemInput{Code: "编码1", Name: "甲", CategoryID: w.category}, []string{"code"}},
			{"a code already used", directory.ItemInput{Code: "SH-X1", Name: "甲", Unit: "个", CategoryID: w.category}, []string{"code"}},
			{"a name too long", directory.ItemInput{Name: long, Unit: "个", CategoryID: w.category}, []string{"name"}},
			{"a spec that grows too long when folded", directory.ItemInput{Name: "甲", Spec: strings.Repeat("㍿", 200), Unit: "个", CategoryID: w.category}, []string{"spec"}},
			{"an unknown unit", directory.ItemInput{Name: "甲", Unit: "坨", CategoryID: w.category}, []string{"unit"}},
			{"the same name, spec and unit", directory.ItemInput{Name: "棉 被", Unit: "床", CategoryID: w.category}, []string{"name"}},
			{"the same goods in another word for the unit", directory.ItemInput{Name: "铅丝", Unit: "公斤", CategoryID: w.flood}, []string{"name"}},
			{"another item's alias", directory.ItemInput{Name: "救灾帐篷", Unit: "顶", CategoryID: w.category}, []string{"name"}},
			{"an alias that is different goods", directory.ItemInput{Name: "编织袋", Spec: "特大", Unit: "条", CategoryID: w.flood, Aliases: []string{"麻袋"}}, []string{"aliases"}},
			{"an alias that is another item's name", directory.ItemInput{Name: "甲", Unit: "个", CategoryID: w.category, Aliases: []string{"毛毯"}}, []string{"aliases"}},
			{"an alias that only folds short enough", directory.ItemInput{Name: "甲", Unit: "个", CategoryID: w.category, Aliases: []string{strings.Repeat("e\u0323\u0302", 100)}}, []string{"aliases"}},
			{"storage months out of range", directory.ItemInput{Name: "甲", Unit: "个", CategoryID: w.category, StorageMonths: -1}, []string{"storage_months"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				_, err := w.CreateItem(ctx, planner, tc.in)
				refused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a keeper is refused", func(t *testing.T) {
			_, err := w.CreateItem(ctx, keeperAt(7), directory.ItemInput{Name: "甲", Unit: "个", CategoryID: w.category})
			refused(t, err, errs.Forbidden)
		})
	})
}

func TestCreateItemsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		t.Run("different items all get codes of their own, the same item is made once", func(t *testing.T) {
			const each = 4
			var wg sync.WaitGroup
			failed := make([]error, 2*each)
			for i := range failed {
				name := fmt.Sprintf("并发物资%d", i)
				if i >= each {
					name = "并发同名物资"
				}
				wg.Go(func() {
					_, failed[i] = w.CreateItem(ctx, planner, directory.ItemInput{Name: name, Unit: "个", CategoryID: w.category})
				})
			}
			wg.Wait()
			made := 0
			for i, err := range failed {
				if err == nil {
					made++
				} else if i < each || errs.KindOf(err) != errs.Invalid {
					t.Errorf("item %d: %v", i, err)
				}
			}
			if made != each+1 {
				t.Errorf("%d items made, want %d", made, each+1)
			}
			found, err := w.SearchItems(ctx, planner, "并发", 0, 20)
			if err != nil || len(found) != made {
				t.Errorf("the index shows %d of %d, %v", len(found), made, err)
			}
		})
	})
}

func TestUpdateItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		it := w.item(t, directory.ItemInput{Name: "新灯", Unit: "个", Aliases: []string{"甲灯"}})
		form := directory.ItemInput{Name: "新灯", Spec: "二型", Unit: "盏", CategoryID: w.flood, Aliases: []string{"乙灯"}}
		t.Run("a change is found by the next search", func(t *testing.T) {
			if _, err := w.SearchItems(ctx, planner, "甲灯", 0, 5); err != nil {
				t.Fatal(err)
			}
			changed, err := w.UpdateItem(ctx, planner, it.ID, form)
			if err != nil || changed.Code != it.Code || changed.Unit != "盏" {
				t.Fatalf("%+v, %v", changed, err)
			}
			for query, want := range map[string]int{"甲灯": 0, "乙灯": 1, "新灯 二型": 1} {
				if found, err := w.SearchItems(ctx, planner, query, 0, 5); err != nil || len(found) != want {
					t.Errorf("%s: %v, %v", query, found, err)
				}
			}
		})
		t.Run("the code stays", func(t *testing.T) {
			in := form
			in.Code = "QT9999"
			_, err := w.UpdateItem(ctx, planner, it.ID, in)
			refused(t, err, errs.Invalid, "code")
		})
		t.Run("the unit stays once a lot exists, the rest may change", func(t *testing.T) {
			w.makeLot(t, it.ID)
			in := form
			in.Unit = "个"
			_, err := w.UpdateItem(ctx, planner, it.ID, in)
			refused(t, err, errs.Invalid, "unit")
			in.Unit, in.Name = "盏", "新式灯"
			if _, err := w.UpdateItem(ctx, planner, it.ID, in); err != nil {
				t.Error(err)
			}
			if d, err := w.Item(ctx, planner, it.ID); err != nil || !d.InUse || d.Name != "新式灯" || d.Aliases[0] != "乙灯" {
				t.Errorf("%+v, %v", d, err)
			}
		})
		t.Run("an unknown item is not found", func(t *testing.T) {
			_, err := w.UpdateItem(ctx, planner, 12345, form)
			refused(t, err, errs.NotFound)
			_, err = w.Item(ctx, planner, 12345)
			refused(t, err, errs.NotFound)
		})
	})
}

func (w world) makeLot(t *testing.T, item id.ID) {
	t.Helper()
	err := w.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.FindOrMakeLots(ctx, []ledger.Lot{{ItemID: item, Received: day.At(noon), Source: ledger.Sources[0]}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		t.Run("pages together give every item once, by code", func(t *testing.T) {
			var codes []string
			for n := 1; ; n++ {
				l, err := w.Items(ctx, planner, directory.ItemFilter{}, directory.Page{Number: n, Size: 100})
				if err != nil {
					t.Fatal(err)
				}
				if l.Page.Number != n {
					break
				}
				for _, it := range l.Items {
					codes = append(codes, it.Code)
				}
			}
			all, _ := w.store.Read().Items(ctx)
			if len(codes) != len(all) || !slices.IsSorted(codes) || len(slices.Compact(codes)) != len(all) {
				t.Errorf("%d codes of %d items", len(codes), len(all))
			}
		})
		t.Run("filters narrow", func(t *testing.T) {
			for _, d := range []directory.Drafts{directory.OnlyDrafts, directory.WithoutDrafts} {
				l, err := w.Items(ctx, planner, directory.ItemFilter{Query: "帐篷", CategoryID: w.category, Drafts: d}, directory.Page{})
				if err != nil || len(l.Items) == 0 || l.Total != len(l.Items) {
					t.Fatalf("%+v, %v", l, err)
				}
				for _, it := range l.Items {
					if it.CategoryID != w.category || it.Draft != (d == directory.OnlyDrafts) {
						t.Errorf("%s: %+v", d, it)
					}
				}
			}
		})
		t.Run("a misspelt name finds nothing and suggests", func(t *testing.T) {
			l, err := w.Items(ctx, planner, directory.ItemFilter{Query: "折迭床"}, directory.Page{})
			if err != nil || len(l.Items) > 0 || !slices.Contains(l.Suggestions, "折叠床") {
				t.Errorf("%+v, %v", l, err)
			}
		})
		t.Run("who sees no stock sees no catalogue", func(t *testing.T) {
			_, err := w.Items(ctx, system, directory.ItemFilter{}, directory.Page{})
			refused(t, err, errs.Forbidden)
			_, err = w.Items(ctx, nobody, directory.ItemFilter{}, directory.Page{})
			refused(t, err, errs.Unauthenticated)
		})
		t.Run("a keeper asks for stock at his own depot only", func(t *testing.T) {
			d := w.depot(t, "AA", "甲库")
			if found, err := w.SearchItems(ctx, keeperAt(d.ID), "zp", d.ID, 5); err != nil || len(found) != 5 || found[0].Name != "帐篷" {
				t.Errorf("%v, %v", found, err)
			}
			_, err := w.SearchItems(ctx, keeperAt(d.ID), "zp", d.ID+1, 5)
			refused(t, err, errs.Forbidden)
		})
	})
}

func TestCreateUnit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		t.Run("a new unit can be used", func(t *testing.T) {
			if err := w.CreateUnit(ctx, planner, catalog.Unit{Name: "坨", Decimals: 1}); err != nil {
				t.Fatal(err)
			}
			if it := w.item(t, directory.ItemInput{Name: "线坨", Unit: "坨"}); it.Decimals != 1 {
				t.Errorf("%+v", it)
			}
		})
		t.Run("wrong units are refused", func(t *testing.T) {
			refused(t, w.CreateUnit(ctx, planner, catalog.Unit{Name: "顶"}), errs.Conflict, "name")
			refused(t, w.CreateUnit(ctx, planner, catalog.Unit{Name: " ", Decimals: 4}), errs.Invalid, "name", "decimals")
			refused(t, w.CreateUnit(ctx, access.Actor{ID: 9}, catalog.Unit{Name: "撮"}), errs.Forbidden)
		})
	})
}
