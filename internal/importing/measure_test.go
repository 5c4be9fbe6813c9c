package importing_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/importing"
	"changbei/internal/store/storetest"
)

// named gives the catalogue's item of a name.
func (d *desk) named(name string) catalog.Item {
	d.t.Helper()
	items, err := d.st.Read().Items(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, it := range items {
		if it.Name == name {
			return it
		}
	}
	d.t.Fatalf("no item %s", name)
	return catalog.Item{}
}

func TestAListOfGoodsBringsWeightsAndVolumes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		known := d.item("试制棉被", "", "床")
		d.item("试制水", "", "瓶", catalog.Pack{Name: "箱", Factor: 24_000})
		heavy := d.item("试制帐篷", "", "顶")
		in := directory.ItemInput{Name: heavy.Name, Unit: heavy.Unit, CategoryID: heavy.CategoryID, Weight: "65"}
		if _, err := d.dir.UpdateItem(d.ctx, d.planner, heavy.ID, in); err != nil {
			t.Fatal(err)
		}
		list := "应急物资目录\n序号,物资类别,物资名称,规格型号,计量单位,单重（kg）,包装体积（升）\n" +
			"1,生活类,夔龙囊,,个,1.25,8\n2,生活类,试制棉被,,床,3.5kg,\n3,生活类,试制水,,箱,13,\n4,生活类,试制帐篷,,顶,60,0.5\n5,生活类,饕餮钵,,个,约2,\n6,生活类,螭吻尺,,把,/,0.25立方米\n"
		b := d.upload("物资目录.csv", []byte(list))
		p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
		if err != nil || p.Act != importing.Catalogue {
			t.Fatalf("%v %+v", err, p)
		}
		said := map[string]string{}
		for _, r := range p.Rows {
			said[r.Row.Item] = string(r.Status)
			for _, x := range r.Problems {
				said[r.Row.Item] += " " + x.Message
			}
		}
		for item, part := range map[string]string{"夔龙囊": "ok", "试制棉被": "ok", "试制水": "按箱写，目录中按瓶计", "试制帐篷": "目录中的单重是 65，表中是 60", "饕餮钵": "confirm", "螭吻尺": "ok"} {
			if !strings.Contains(said[item], part) {
				t.Errorf("%s: %q, want %q", item, said[item], part)
			}
		}
		if p.Counts.OK != 3 || p.Counts.Confirm != 1 || p.Counts.Error != 2 || !p.Rows[1].Fills || p.Rows[0].Fills {
			t.Fatalf("%+v %v", p.Counts, said)
		}
		if _, err := d.imp.Apply(d.ctx, d.keeper, b.ID, importing.Yes{OnlyClean: true}); err == nil {
			t.Error("a keeper changed the catalogue")
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{OnlyClean: true}); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string][2]int64{"夔龙囊": {1250, 8000}, "试制棉被": {3500, 0}, "试制水": {0, 0}, "试制帐篷": {65_000, 0}, "螭吻尺": {0, 250_000}} {
			if it := d.named(name); it.WeightGram != want[0] || it.VolumeCm3 != want[1] {
				t.Errorf("%s weighs %d g and fills %d cm³, want %v", name, it.WeightGram, it.VolumeCm3, want)
			}
		}
		if it := d.named("试制棉被"); it.ID != known.ID || it.Unit != "床" {
			t.Errorf("another item: %+v", it)
		}
		d.checked()
	})
}

// TestAWeightIsNotReadOfOtherLedgers keeps the weight of a whole stock from
// being taken for that of one piece.
func TestAWeightIsNotReadOfOtherLedgers(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.item("试制棉被", "", "床")
	text := strings.ReplaceAll(listed, "有效期", "重量（公斤）") + "中心库,试制棉被,,床,100,350\n"
	p := d.decide(d.upload("六月.csv", []byte(text)), nil)
	if p.Counts.OK != 1 || p.Rows[0].Extra.WeightGram != 0 || p.Rows[0].Fills {
		t.Errorf("%+v %+v", p.Counts, p.Rows[0].Extra)
	}
}
