package directory_test

import (
	"strings"
	"testing"

	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestItemsHaveAWeightAndAVolume(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		made := w.item(t, directory.ItemInput{Name: "试制帐篷", Unit: "顶", Weight: "65.125", Volume: "0.300001"})
		at := func(item id.ID) [2]int64 {
			t.Helper()
			it, err := w.Item(ctx, planner, item)
			if err != nil {
				t.Fatal(err)
			}
			return [2]int64{it.WeightGram, it.VolumeCm3}
		}
		if at(made.ID) != [2]int64{65_125, 300_001} {
			t.Errorf("stored %v", at(made.ID))
		}
		if gram, known := made.Weight(quantity.Of(40)); gram != 2_605_000 || !known {
			t.Errorf("forty weigh %d g, %t", gram, known)
		}
		if plain := w.item(t, directory.ItemInput{Name: "试制毯", Unit: "条"}); at(plain.ID) != [2]int64{} {
			t.Errorf("nothing said is %v", at(plain.ID))
		} else if _, known := plain.Volume(quantity.Of(40)); known {
			t.Error("a volume nobody filled in is known")
		}
		for _, tc := range []struct {
			name   string
			in     directory.ItemInput
			fields []string
		}{
			{"a fraction of a gram", directory.ItemInput{Weight: "0.0005"}, []string{"weight"}},
			{"below zero", directory.ItemInput{Weight: "-1", Volume: "-1"}, []string{"weight", "volume"}},
			{"words", directory.ItemInput{Weight: "约十斤"}, []string{"weight"}},
			{"a fraction of a cubic centimetre", directory.ItemInput{Volume: "0.0000005"}, []string{"volume"}},
			{"more than a lorry", directory.ItemInput{Volume: "1000.1"}, []string{"volume"}},
		} {
			t.Run(tc.name+" is refused", func(t *testing.T) {
				tc.in.Name, tc.in.Unit, tc.in.CategoryID = "甲", "个", w.category
				_, err := w.CreateItem(ctx, planner, tc.in)
				refused(t, err, errs.Invalid, tc.fields...)
			})
		}
		t.Run("a draft has none: nobody can say of what", func(t *testing.T) {
			_, err := w.CreateItem(ctx, planner, directory.ItemInput{Name: "乙", CategoryID: w.category, Weight: "1", Volume: "1"})
			refused(t, err, errs.Invalid, "weight", "volume")
		})
		t.Run("a change is recorded, in figures", func(t *testing.T) {
			in := directory.ItemInput{Name: made.Name, Unit: made.Unit, CategoryID: made.CategoryID, Weight: "66", Volume: "300001 cm3"}
			if _, err := w.UpdateItem(ctx, planner, made.ID, in); err != nil {
				t.Fatal(err)
			}
			if at(made.ID) != [2]int64{66_000, 300_001} {
				t.Errorf("changed to %v", at(made.ID))
			}
			page, err := w.store.Read().AuditPage(ctx, 0, 0, "item.update", 1)
			if err != nil || len(page) != 1 || page[0].Detail != "单重 65.125 公斤 → 单重 66 公斤" {
				t.Errorf("%+v %v", page, err)
			}
		})
	})
}

func TestMeasuresOfAListFillInWhatIsNotKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		a := w.item(t, directory.ItemInput{Name: "试制帐篷", Unit: "顶", Weight: "65", Aliases: []string{"试棚"}, Packs: "捆=10"})
		fill := func(m directory.ItemMeasure, as ...int) error {
			who := planner
			if len(as) > 0 {
				who = keeperAt(7)
			}
			return w.store.Tx(ctx, func(tx *store.Tx) error {
				return w.ImportMeasures(ctx, tx, who, "台账导入 目录.xlsx", []directory.ItemMeasure{m})
			})
		}
		m := directory.ItemMeasure{ItemID: a.ID, Unit: "顶", WeightGram: 1, VolumeCm3: 300_000}
		if err := fill(m, 1); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a keeper: %v", err)
		}
		for range 2 { // the second time nothing is left to fill in
			if err := fill(m); err != nil {
				t.Fatal(err)
			}
		}
		it, err := w.Item(ctx, planner, a.ID)
		if err != nil || it.WeightGram != 65_000 || it.VolumeCm3 != 300_000 || len(it.Aliases) != 1 || len(it.Packs) != 1 {
			t.Errorf("%+v %v", it, err)
		}
		page, err := w.store.Read().AuditPage(ctx, 0, 0, "item.update", 10)
		if err != nil || len(page) != 1 || !strings.HasSuffix(page[0].Detail, "体积 0.3 立方米；台账导入 目录.xlsx") {
			t.Errorf("%+v %v", page, err)
		}
		m.Unit = "个"
		if err := fill(m); errs.KindOf(err) != errs.Conflict {
			t.Errorf("of another unit: %v", err)
		}
	})
}
