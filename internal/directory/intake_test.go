package directory_test

import (
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestGoodsOfALedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		d := w.depot(t, "GT01", "高塘岭")
		street := access.Actor{ID: 5, Name: "街镇专干", Grants: []access.Grant{{Role: access.Street, DepotID: d.ID}}}
		take := func(actor access.Actor, goods ...directory.LedgerItem) (items []catalog.Item, err error) {
			err = w.store.Tx(ctx, func(tx *store.Tx) error {
				items, err = w.ImportItems(ctx, tx, actor, "台账导入 甲.xlsx", goods)
				return err
			})
			return items, err
		}
		saw := directory.LedgerItem{DepotID: d.ID, Name: "手锯 ", Spec: "450mm", Unit: "把", Category: "抢险救援类"}
		bag := directory.LedgerItem{DepotID: d.ID, Name: "粗砂", Unit: "斤", Category: "没有这一类", Decimals: 3}
		t.Run("who may import there makes them, without keeping the catalogue", func(t *testing.T) {
			items, err := take(street, saw, bag, saw)
			if err != nil {
				t.Fatal(err)
			}
			if items[0].ID != items[2].ID || items[0].Name != "手锯" || !strings.HasPrefix(items[0].Code, "QX") || items[0].Category != "抢险救援" {
				t.Errorf("%+v", items)
			}
			if items[1].Unit != "斤" || items[1].Decimals != 3 || !strings.HasPrefix(items[1].Code, "QT") {
				t.Errorf("%+v", items[1])
			}
			for act, want := range map[string]int{"item.create": 2, "unit.create": 1} {
				list, err := w.store.Read().AuditPage(ctx, 0, 0, act, 10)
				if err != nil || len(list) != want || list[0].ActorName != street.Name || !strings.Contains(list[0].Detail, "甲.xlsx") {
					t.Errorf("%s: %+v, %v", act, list, err)
				}
			}
		})
		t.Run("goods that are there already are taken", func(t *testing.T) {
			again := saw
			again.Name = "手 锯"
			a, err := take(street, again)
			if err != nil {
				t.Fatal(err)
			}
			b, err := take(street, saw)
			if err != nil || a[0].ID != b[0].ID {
				t.Errorf("%+v, %+v, %v", a, b, err)
			}
		})
		t.Run("another spec stands where its name stands, other words where they begin alike", func(t *testing.T) {
			longer, quilt := saw, directory.LedgerItem{DepotID: d.ID, Name: "无此棉毯", Unit: "床", Category: "生活保障类"}
			longer.Spec, longer.Category = "600mm", "没有这一类"
			items, err := take(street, longer, quilt)
			if err != nil || items[0].Category != "抢险救援" || items[1].Category != "生活救助" {
				t.Errorf("%+v %v", items, err)
			}
		})
		t.Run("nobody else may", func(t *testing.T) {
			other := saw
			other.DepotID++
			for _, c := range []struct {
				actor access.Actor
				goods directory.LedgerItem
			}{{street, other}, {system, saw}} {
				_, err := take(c.actor, c.goods)
				refused(t, err, errs.Forbidden)
			}
			err := w.store.Tx(ctx, func(tx *store.Tx) error {
				_, err := w.EnsureBin(ctx, tx, system, d.ID, "Z-01")
				return err
			})
			refused(t, err, errs.Forbidden)
		})
		t.Run("words that cannot be are refused by name", func(t *testing.T) {
			w.item(t, directory.ItemInput{Name: "工兵锹", Unit: "把", Aliases: []string{"玄武锹"}})
			_, err := take(street, directory.LedgerItem{DepotID: d.ID, Name: "玄武锹", Unit: "把"})
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.MessageOf(err), "「玄武锹」不能新建") {
				t.Errorf("%v", err)
			}
		})
	})
}
