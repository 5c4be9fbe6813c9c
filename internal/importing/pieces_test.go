package importing_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

const machines = "应急物资库存台账\n截止日期：2026年10月31日\n储备库,物资名称,规格型号,单位,数量,批号\n" +
	"中心库,试制发电机,30kW,台,3,FD-001至FD-003\n中心库,试制发电机,30kW,台,2,FD-004\n"

func TestPiecesComeInOneByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
			cats, err := tx.Categories(d.ctx)
			if err != nil {
				return err
			}
			return tx.InsertItems(d.ctx, catalog.Item{ID: tx.NewID(), Code: "ZZ0001", Name: "试制发电机", Spec: "30kW", Unit: "台", CategoryID: cats[0].ID, Serial: true})
		})
		if err != nil {
			t.Fatal(err)
		}
		p := d.decideAll(d.upload("装备.csv", []byte(machines)).ID)
		if p.Counts.OK != 1 || p.Counts.Error != 1 || !strings.Contains(p.Rows[1].Problems[len(p.Rows[1].Problems)-1].Message, "要有 2 个编号") {
			t.Fatalf("%+v, %+v", p.Counts, p.Rows)
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{Version: p.Batch.Version, OnlyClean: true}); err != nil {
			t.Fatal(err)
		}
		rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{Query: "试制发电机"}, 50)
		if err != nil || len(rows) != 3 || rows[0].Lot.No != "FD-001" || !rows[2].Lot.Serial {
			t.Errorf("%v %v", rows, err)
		}
		again := d.decideAll(d.upload("再来.csv", []byte(strings.ReplaceAll(machines, "10月31日", "10月30日"))).ID)
		if _, err := d.imp.Apply(d.ctx, d.planner, again.Batch.ID, importing.Yes{Version: again.Batch.Version, OnlyClean: true}); err == nil {
			t.Error("the same pieces came in twice")
		}
		if r, err := d.inv.Check(d.ctx, nil); err != nil || !r.OK() {
			t.Errorf("%v %v", r.Differences, err)
		}
	})
}

func TestALotNumberFoldsIntoItsColumn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		book := "应急物资库存台账\n截止日期：2026年10月31日\n储备库,物资名称,规格型号,单位,数量,批号\n中心库,棉被,,床,3," + strings.Repeat("㍿", 60) + "\n"
		p := d.decideAll(d.upload("宽字.csv", []byte(book)).ID)
		if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{Version: p.Batch.Version, OnlyClean: true}); err != nil {
			t.Fatal(err)
		}
		rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{Query: "棉被"}, 50)
		if err != nil || len(rows) != 1 || rows[0].Lot.No != strings.Repeat("㍿", 50) {
			t.Errorf("%v %v", rows, err)
		}
	})
}
