package directory_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// everywhere gives an item as each way to read the catalogue shows it.
func (w world) everywhere(t *testing.T, item id.ID) map[string]catalog.Item {
	t.Helper()
	c := w.store.Read()
	all, err := c.Items(ctx)
	if err != nil {
		t.Fatal(err)
	}
	byID, err := c.ItemsByID(ctx, []id.ID{item})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Item(ctx, planner, item)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]catalog.Item{"by id": byID[item], "page": d.Item}
	for _, it := range all {
		if it.ID == item {
			got["list"] = it
		}
	}
	found, err := w.SearchItems(ctx, planner, got["list"].Code, 0, 1)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	got["search"] = found[0].Item
	return got
}

func TestPacksOfAnItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		form := directory.ItemInput{Name: "瓶装水", Unit: "瓶", CategoryID: w.category, Packs: "1箱=24瓶、件＝10"}
		it := w.item(t, form)
		wantPacks := func(want string) {
			t.Helper()
			for where, got := range w.everywhere(t, it.ID) {
				if text := catalog.PacksText(got.Packs); text != want {
					t.Errorf("%s shows %q, want %q", where, text, want)
				}
			}
		}
		wantPacks("件=10、箱=24")
		t.Run("a change replaces them and stands in the trail", func(t *testing.T) {
			form.Packs = "箱=12"
			if _, err := w.UpdateItem(ctx, planner, it.ID, form); err != nil {
				t.Fatal(err)
			}
			wantPacks("箱=12")
			list, err := w.store.Read().AuditPage(ctx, 0, 0, "item.update", 1)
			if err != nil || len(list) != 1 || list[0].Detail != "包装 件=10、箱=24 → 包装 箱=12" {
				t.Errorf("audit = %+v, %v", list, err)
			}
		})
		t.Run("they may change when lots exist, and go", func(t *testing.T) {
			w.makeLot(t, it.ID)
			form.Packs = " "
			if _, err := w.UpdateItem(ctx, planner, it.ID, form); err != nil {
				t.Fatal(err)
			}
			wantPacks("")
		})
		for name, tc := range map[string]struct {
			in     directory.ItemInput
			fields []string
		}{
			"the unit itself":         {directory.ItemInput{Name: "甲", Unit: "瓶", Packs: "瓶=24"}, []string{"packs"}},
			"the unit's other word":   {directory.ItemInput{Name: "甲", Unit: "㎡", Packs: "平方米=24"}, []string{"packs"}},
			"one pack twice":          {directory.ItemInput{Name: "甲", Unit: "瓶", Packs: "箱=24、箱=12"}, []string{"packs"}},
			"a figure that is none":   {directory.ItemInput{Name: "甲", Unit: "瓶", Packs: "箱=一些"}, []string{"packs"}},
			"packs of a draft":        {directory.ItemInput{Name: "甲", Packs: "箱=24"}, []string{"packs"}},
			"packs in a unit unknown": {directory.ItemInput{Name: "甲", Unit: "坨", Packs: "箱=24"}, []string{"unit"}},
		} {
			t.Run(name+" is refused", func(t *testing.T) {
				tc.in.CategoryID = w.category
				_, err := w.CreateItem(ctx, planner, tc.in)
				refused(t, err, errs.Invalid, tc.fields...)
			})
		}
	})
}

func TestSerialItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		form := directory.ItemInput{Name: "静音发电机", Unit: "台", CategoryID: w.flood, Serial: true}
		it := w.item(t, form)
		for where, got := range w.everywhere(t, it.ID) {
			if !got.Serial {
				t.Errorf("%s does not show it", where)
			}
		}
		t.Run("it changes while nothing is booked, and stands in the trail", func(t *testing.T) {
			for _, serial := range []bool{false, true} {
				form.Serial = serial
				if changed, err := w.UpdateItem(ctx, planner, it.ID, form); err != nil || changed.Serial != serial {
					t.Fatalf("%+v, %v", changed, err)
				}
			}
			list, err := w.store.Read().AuditPage(ctx, 0, 0, "item.update", 1)
			if err != nil || len(list) != 1 || list[0].Detail != "按数量管理 → 逐件管理" {
				t.Errorf("audit = %+v, %v", list, err)
			}
		})
		t.Run("it stays once a lot exists, the rest may change", func(t *testing.T) {
			w.makeLot(t, it.ID)
			in := form
			in.Serial = false
			_, err := w.UpdateItem(ctx, planner, it.ID, in)
			refused(t, err, errs.Invalid, "serial")
			in.Unit = "套"
			_, err = w.UpdateItem(ctx, planner, it.ID, in)
			refused(t, err, errs.Invalid, "unit", "serial")
			in = form
			in.Spec = "5kW"
			if _, err := w.UpdateItem(ctx, planner, it.ID, in); err != nil {
				t.Error(err)
			}
		})
		for name, in := range map[string]directory.ItemInput{
			"a unit with decimals": {Name: "甲", Unit: "吨", Serial: true}, "no unit": {Name: "甲", Serial: true},
		} {
			t.Run(name+" is refused", func(t *testing.T) {
				in.CategoryID = w.category
				_, err := w.CreateItem(ctx, planner, in)
				refused(t, err, errs.Invalid, "serial")
			})
		}
	})
}

func TestQuarantinePlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		d := w.depot(t, "AA", "甲库")
		made, err := w.CreateBin(ctx, keeperAt(d.ID), d.ID, place.Quarantine, "待检区", "")
		if err != nil || made.Kind != place.Quarantine || w.lastAct(t) != "bin.create 甲库 待检区" {
			t.Fatalf("%+v, %v", made, err)
		}
		codes := func(list []place.Place, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var text []string
			for _, p := range list {
				text = append(text, p.Kind.Name()+" "+p.Code)
			}
			return strings.Join(text, "、")
		}
		t.Run("pickers of bins do not offer it, lists of places do", func(t *testing.T) {
			if got := codes(w.Bins(ctx, planner, d.ID)); got != "货位 "+place.DefaultBin {
				t.Errorf("bins = %s", got)
			}
			if got := codes(w.Places(ctx, planner, d.ID)); !strings.Contains(got, "待检区 待检区") || !strings.Contains(got, "货位 "+place.DefaultBin) {
				t.Errorf("places = %s", got)
			}
			_, err := w.Places(ctx, keeperAt(d.ID+1), d.ID)
			refused(t, err, errs.NotFound)
		})
		t.Run("its code is taken for bins too", func(t *testing.T) {
			_, err := w.CreateBin(ctx, planner, d.ID, place.Bin, " 待检区", "")
			refused(t, err, errs.Invalid, "code")
		})
		t.Run("a ledger that names it means it", func(t *testing.T) {
			err := w.store.Tx(ctx, func(tx *store.Tx) error {
				p, err := w.EnsureBin(ctx, tx, planner, d.ID, "待检区")
				if p.ID != made.ID || p.Kind != place.Quarantine {
					t.Errorf("%+v", p)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		for _, kind := range []place.Kind{"", "x", place.Supplier, place.Transit} {
			t.Run("kind "+string(kind)+" is refused", func(t *testing.T) {
				_, err := w.CreateBin(ctx, planner, d.ID, kind, "K-1", "")
				refused(t, err, errs.Invalid, "kind")
			})
		}
	})
}
