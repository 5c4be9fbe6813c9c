package importing_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

func TestPacksAreAskedOnceForAnItem(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	water := d.item("试制饮用水", "", "瓶")
	d.item("试制面", "", "包", catalog.Pack{Name: "箱", Factor: 12_000})
	text := listed + "中心库,试制饮用水,,箱,10,\n中心库,试制饮用水,550ml,箱,2,\n中心库,试制面,,箱,3,\n"
	b := d.upload("箱.csv", []byte(text))
	word, other := "试制饮用水||箱", catalog.ItemKey("试制饮用水", "550ml", "箱")
	p := d.decide(b, func(c *importing.Decisions) {
		c.Items[word] = importing.Choice{Item: water.ID}
		c.Items[other] = importing.Choice{Item: water.ID}
	})
	if p.Counts.OK != 1 || p.Counts.Confirm != 2 || !p.Words[0].NeedsFactor {
		t.Fatalf("%+v %+v", p.Counts, p.Words)
	}
	p = d.decide(b, func(c *importing.Decisions) { c.Items[word] = importing.Choice{Item: water.ID, Factor: "24"} })
	if p.Counts.OK != 3 {
		t.Fatalf("%+v %+v", p.Counts, p.Rows)
	}
	d.apply(b.ID)
	if got := d.stand(); !strings.Contains(got, "试制饮用水 288") && !strings.Contains(got, "试制饮用水 240") || !strings.Contains(got, "试制面 36") {
		t.Errorf("stands %s", got)
	}
	next := d.decide(d.upload("箱七月.csv", []byte(strings.ReplaceAll(text, "6月30日", "7月31日"))), nil)
	if next.Counts.OK != 3 || len(next.Compare) != 0 || !next.Words[0].Remembered {
		t.Errorf("the next ledger: %+v, %d differences, %+v", next.Counts, len(next.Compare), next.Words)
	}
}

func TestListsOfGoodsAndDepotsAreTakenIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		goods := d.upload("物资目录.csv", []byte("应急物资目录\n序号,物资类别,物资名称,规格型号,计量单位,保质期\n1,生活类,夔龙囊,-10℃,个,5年\n2,生活类,夔龙囊,0℃,个,60个月\n3,生活类,饕餮钵,,,\n"))
		p, err := d.imp.Preview(d.ctx, d.planner, goods.ID)
		if err != nil || p.Act != importing.Catalogue || p.Counts.OK != 2 || p.Counts.Error != 1 {
			t.Fatalf("%v %+v", err, p)
		}
		if _, err := d.imp.Apply(d.ctx, d.keeper, goods.ID, importing.Yes{OnlyClean: true}); err == nil {
			t.Error("a keeper changed the catalogue")
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, goods.ID, importing.Yes{OnlyClean: true}); err != nil {
			t.Fatal(err)
		}
		items, err := d.st.Read().Items(d.ctx)
		months := 0
		for _, it := range items {
			if it.Name == "夔龙囊" {
				months += it.StorageMonths
			}
		}
		if err != nil || months != 120 {
			t.Errorf("%d months, %v", months, err)
		}
		depots := d.upload("储备库名录.csv", []byte("全区应急物资储备库名录\n序号,储备库名称,级别,地址,负责人,联系电话\n1,区级中心库,区级,人民路1号,张三,13900000001\n2,石桥镇储备点,街镇,石桥街2号,李四,13900000002\n3,桥头村储备点,村级,,王五,\n"))
		p, err = d.imp.Preview(d.ctx, d.planner, depots.ID)
		if err != nil || p.Act != importing.FoundDepot || p.Counts.OK != 2 || p.Counts.Skipped != 1 {
			t.Fatalf("%v %+v %+v", err, p.Counts, p.Rows)
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, depots.ID, importing.Yes{}); err != nil {
			t.Fatal(err)
		}
		list, err := d.st.Read().Depots(d.ctx)
		if err != nil || len(list) != 3 {
			t.Errorf("%v %v", list, err)
		}
		d.checked()
	})
}

func TestALedgerIsTriedAndTakenByACommand(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.item("试制棉被", "", "床")
	path := filepath.Join(t.TempDir(), "六月.csv")
	text := strings.ReplaceAll(listed, "截止日期：2026年6月30日\n", "") + "中心库,试制棉被,,床,100,\n中心库,夔龙囊,,个,约20,\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := importing.Orders{Depot: "wc01", AsOf: "2026-06-30"}
	p, err := d.imp.Try(d.ctx, d.planner, path, o)
	if err != nil || p.Counts.OK != 1 || p.Counts.Confirm != 1 || p.Blocked != "" {
		t.Fatalf("%v %+v %q", err, p.Counts, p.Blocked)
	}
	if batches, _, err := d.imp.Batches(d.ctx, d.planner, 0, 0); err != nil || len(batches) != 0 || d.stand() != "" {
		t.Fatalf("trying wrote something: %v %v", batches, err)
	}
	if _, _, err := d.imp.Take(d.ctx, d.planner, path, o); !errors.Is(err, errs.Invalid) {
		t.Errorf("taken with an open word: %v", err)
	}
	o.Create, o.Accept = true, true
	_, posted, err := d.imp.Take(d.ctx, d.planner, path, o)
	if err != nil || len(posted) != 1 || d.stand() != "试制棉被 100, 夔龙囊 20" && d.stand() != "夔龙囊 20, 试制棉被 100" {
		t.Errorf("%v %v, stands %s", posted, err, d.stand())
	}
	if _, err := d.imp.Try(d.ctx, d.planner, path, importing.Orders{Depot: "没有的库"}); !errors.Is(err, errs.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestALineInRedReversesTheLineOfItsDocument(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.item("试制棉被", "", "床")
		d.item("试制雨衣", "", "件")
		text := journal + "2026-05-06,领-1,试制雨衣,,件,救灾发放,,-5,15,\n2026-05-07,调-1,试制棉被,,床,调拨出库,,-15,95,\n"
		p := d.decide(d.upload("红字.csv", []byte(text)), nil)
		p = d.decide(p.Batch, func(c *importing.Decisions) {
			for _, r := range p.Rows {
				c.Accept[r.Key] = true
			}
		})
		if p.Counts.OK != 9 {
			t.Fatalf("%+v", p.Counts)
		}
		posted := d.apply(p.Batch.ID)
		got := wrote(posted)
		if !strings.Contains(got, "HC 2026-05-06 红冲 CK-WC01-2026-000001 1") || !strings.Contains(got, "RK 2026-05-07 其他 调-1 1") {
			t.Errorf("posted\n%s", got)
		}
		if s := d.stand(); !strings.Contains(s, "试制雨衣 15") {
			t.Errorf("stands %s", s)
		}
		if _, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); err != nil {
			t.Fatal(err, errs.FieldsOf(err))
		}
		if s := d.stand(); s != "" {
			t.Errorf("stands %s after undo", s)
		}
		d.checked()
	})
}

// A ledger that agrees with the books is on record as a count of its day, and
// moves nothing.
func TestALedgerThatAgreesIsTakenIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		it := d.item("试制棉被", "", "床")
		if _, err := d.inv.PostDraft(d.ctx, d.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: d.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-06-01",
			Reason: ledger.Purchased, Lines: []inventory.Line{{ItemID: it.ID, Qty: "100"}}}); err != nil {
			t.Fatal(err)
		}
		b := d.upload("六月.csv", []byte(listed+"中心库,试制棉被,,床,100,\n"))
		p := d.decide(b, nil)
		posted, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{Seen: p.Stamp()})
		if err != nil || len(posted) != 0 || !strings.Contains(d.stand(), "试制棉被 100") {
			t.Fatalf("%s, %v; %s", wrote(posted), err, d.stand())
		}
		if kept, err := d.st.Read().Import(d.ctx, b.ID); err != nil || kept.Status != importing.Applied || kept.AsOf != "2026-06-30" || kept.DepotID != d.depot.ID {
			t.Errorf("%+v, %v", kept, err)
		}
		if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
			t.Error(err)
		}
		d.checked()
	})
}
