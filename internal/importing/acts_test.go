package importing_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// item puts goods into the catalogue.
func (d *desk) item(name, spec, unit string, packs ...catalog.Pack) catalog.Item {
	d.t.Helper()
	var it catalog.Item
	err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
		cats, err := tx.Categories(d.ctx)
		if err != nil {
			return err
		}
		it = catalog.Item{ID: tx.NewID(), Code: fmt.Sprintf("T%d", tx.NewID()%1e9), Name: name, Spec: spec, Unit: unit, CategoryID: cats[0].ID, Packs: packs}
		return tx.InsertItems(d.ctx, it)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return it
}

// stand writes what a depot has, item by item and lot by lot: 试制棉被 120.
func (d *desk) stand() string {
	d.t.Helper()
	rows, _, err := d.inv.StockByLot(d.ctx, d.planner, inventory.StockFilter{}, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	var parts []string
	for _, r := range rows {
		text := r.Item + " " + r.OnHand.String()
		if !r.Lot.Expires.IsZero() {
			text += "@" + r.Lot.Expires.String()
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// wrote writes the vouchers of a batch: CK 2026-03-02 救灾发放 领-1 2.
func wrote(posted []ledger.Voucher) string {
	var parts []string
	for _, v := range posted {
		parts = append(parts, fmt.Sprintf("%s %s %s %s %d", v.Type.Prefix(), v.BusinessOn, v.Reason, v.Reference, len(v.Entries)/2))
	}
	return strings.Join(parts, "\n")
}

// decide maps every depot to ours and changes what a test wants.
func (d *desk) decide(b importing.Batch, change func(*importing.Decisions)) *importing.Preview {
	d.t.Helper()
	p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err = d.imp.Decide(d.ctx, d.planner, b.ID, p.Batch.Version, func(c *importing.Decisions) {
		for _, x := range p.Depots {
			c.Depots[x.Written] = d.depot.ID
		}
		if change != nil {
			change(c)
		}
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *desk) apply(batch id.ID) []ledger.Voucher {
	d.t.Helper()
	posted, err := d.imp.Apply(d.ctx, d.planner, batch, importing.Yes{})
	if err != nil {
		d.t.Fatalf("apply: %v %+v", err, errs.FieldsOf(err))
	}
	return posted
}

func (d *desk) checked() {
	d.t.Helper()
	if r, err := d.inv.Check(d.ctx, nil); err != nil || !r.OK() {
		d.t.Fatalf("check: %v %v", err, r.Differences)
	}
}

const journal = "中心库应急物资出入库流水登记表\n储备库：中心库\n日期,单据号,物资名称,规格型号,单位,业务类型,入库数量,出库数量,结存,有效期\n" +
	"2026-01-01,,试制棉被,,床,上年结转,,,100,\n" +
	"2026-03-01,入-1,试制棉被,,床,采购入库,50,,150,2030-03-01\n" +
	"2026-03-01,入-1,试制雨衣,,件,采购入库,20,,20,\n" +
	"2026-03-02,领-1,试制棉被,,床,救灾发放,,30,120,\n" +
	"2026-03-02,领-1,试制雨衣,,件,救灾发放,,5,15,\n" +
	"2026-04-05,调-1,试制棉被,,床,调拨出库,,40,80,\n" +
	"2026-05-01,废-1,试制雨衣,,件,过期报废,,5,10,\n"

func TestAJournalBecomesVouchersByDocumentAndDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.item("试制棉被", "", "床")
		d.item("试制雨衣", "", "件")
		b := d.upload("流水.csv", []byte(journal))
		twin := d.upload("流水（另存）.csv", []byte(journal+"\n"))
		if p := d.decide(b, nil); p.Act != importing.Journal || p.Counts.OK != 7 || p.Blocked != "" {
			t.Fatalf("%s, %+v, %q", p.Act, p.Counts, p.Blocked)
		}
		d.decide(twin, nil)
		posted := d.apply(b.ID)
		want := "RK 2026-01-01 期初 流水.csv 1\nRK 2026-03-01 本级采购 入-1 2\nCK 2026-03-02 救灾发放 领-1 2\nCK 2026-04-05 调拨出库 调-1 2\nBF 2026-05-01 过期失效 废-1 1"
		if got := wrote(posted); got != want {
			t.Errorf("posted\n%s", got)
		}
		// First expired first out: the fifty that expire leave before the hundred that do not.
		if got := d.stand(); got != "试制棉被 80, 试制雨衣 10" && got != "试制雨衣 10, 试制棉被 80" {
			t.Errorf("stands %s", got)
		}
		t.Run("the same lines again are known and book nothing", func(t *testing.T) {
			p := d.decide(twin, nil)
			if p.Counts.OK != 0 {
				t.Errorf("%+v", p.Counts)
			}
			if _, err := d.imp.Apply(d.ctx, d.planner, twin.ID, importing.Yes{OnlyClean: true}); err == nil {
				t.Error("booked again")
			}
		})
		t.Run("undo takes all of it back", func(t *testing.T) {
			if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
				t.Fatal(err, errs.FieldsOf(err))
			}
			if got := d.stand(); got != "" {
				t.Errorf("stands %s", got)
			}
		})
		d.checked()
	})
}

func TestOneJournalSentManyTimesAtOnceIsBookedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.item("试制棉被", "", "床")
		d.item("试制雨衣", "", "件")
		var batches []importing.Batch
		for i := range 6 {
			b := d.upload(fmt.Sprintf("流水%d.csv", i), []byte(journal+strings.Repeat("\n", i)))
			d.decide(b, nil)
			batches = append(batches, b)
		}
		var crowd sync.WaitGroup
		results := make([]error, len(batches))
		for i, b := range batches {
			crowd.Go(func() { _, results[i] = d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{}) })
		}
		crowd.Wait()
		booked := 0
		for _, err := range results {
			switch {
			case err == nil:
				booked++
			case !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Invalid):
				t.Error(err)
			}
		}
		if booked != 1 || !strings.Contains(d.stand(), "试制棉被 80") {
			t.Errorf("booked %d times, stands %s", booked, d.stand())
		}
		d.checked()
	})
}

func TestAJournalThatTakesMoreThanThereIsSaysWhere(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.item("试制棉被", "", "床")
	d.item("试制雨衣", "", "件")
	p := d.decide(d.upload("流水.csv", []byte(strings.ReplaceAll(journal, "救灾发放,,5,15", "救灾发放,,25,15"))), nil)
	bad := ""
	for _, r := range p.Rows {
		for _, x := range r.Problems {
			if x.Severity == "error" {
				bad += x.Message
			}
		}
	}
	if !strings.Contains(bad, "第 8 行「试制雨衣」：到 2026-03-02 只有 20") {
		t.Errorf("said %q", bad)
	}
}

func TestHandKeyedLinesOfAJournalAreAsked(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	it := d.item("试制棉被", "", "床")
	d.item("试制雨衣", "", "件")
	key := func(on, qty string) ledger.Voucher {
		v, err := d.inv.PostDraft(d.ctx, d.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: d.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: on,
			Reason: ledger.Purchased, Lines: []inventory.Line{{ItemID: it.ID, Qty: qty}}})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	key("2026-01-05", "500")
	key("2026-03-01", "50")
	ours := key("2026-03-09", "7")
	text := journal + "2026-03-09," + ours.Number + ",试制棉被,,床,采购入库,7,,87,\n"
	p := d.decide(d.upload("流水.csv", []byte(text)), nil)
	var got []string
	for _, r := range p.Rows {
		got = append(got, fmt.Sprintf("%d %s known=%v aside=%v", r.Row.Row, r.Status, r.Known, r.Aside))
	}
	want := "4 ok known=false aside=true\n5 confirm known=false aside=false\n6 ok known=false aside=false\n7 ok known=false aside=false\n" +
		"8 ok known=false aside=false\n9 ok known=false aside=false\n10 ok known=false aside=false\n11 ok known=true aside=false"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s", s)
	}
}

const listed = "中心库应急物资库存台账\n截止日期：2026年6月30日\n储备库,物资名称,规格型号,单位,数量,有效期\n"

func TestTheNextLedgerIsComparedAndAdjusted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		for _, name := range []string{"试制棉被", "试制雨衣", "试制毛毯", "试制饼干"} {
			d.item(name, "", "件")
		}
		d.decide(d.upload("六月.csv", []byte(listed+"中心库,试制棉被,,件,100,\n中心库,试制雨衣,,件,50,2028-01-01\n中心库,试制雨衣,,件,30,2029-01-01\n中心库,试制毛毯,,件,9,\n中心库,试制饼干,,件,10,2028-05-01\n")), nil)
		first, _, err := d.imp.Batches(d.ctx, d.planner, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		d.apply(first[0].ID)
		july := strings.ReplaceAll(listed, "6月30日", "7月31日")
		b := d.upload("七月.csv", []byte(july+"中心库,试制棉被,,件,98,\n中心库,试制雨衣,,件,70,\n中心库,试制饼干,,件,12,2028-05\n中心库,试制新货,,件,3,\n"))
		p := d.decide(b, func(c *importing.Decisions) { c.Items["试制新货||件"] = importing.Choice{Create: true} })
		var got []string
		for _, x := range p.Compare {
			got = append(got, fmt.Sprintf("%s %s/%s %v", x.Item.Name, x.Ledger, x.Book, x.Adjust))
		}
		want := "试制棉被 98/100 true, 试制雨衣 70/80 true, 试制饼干 12/10 true, 试制新货 3/0 true, 试制毛毯 0/9 false"
		if s := strings.Join(got, ", "); s != want || !p.Compared || p.Blocked != "" {
			t.Fatalf("compared %s; %q", s, p.Blocked)
		}
		t.Run("books that moved since are looked at again", func(t *testing.T) {
			if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{Seen: "0123456789abcdef"}); !errors.Is(err, errs.Conflict) {
				t.Errorf("got %v", err)
			}
		})
		posted, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{Seen: p.Stamp()})
		if err != nil || wrote(posted) != "PD 2026-07-31 盘盈盘亏 七月.csv 4" {
			t.Fatalf("%s %v", wrote(posted), err)
		}
		for _, want := range []string{"试制棉被 98", "试制雨衣 40@2028-01-01", "试制雨衣 30@2029-01-01", "试制饼干 12@2028-05-01", "试制新货 3", "试制毛毯 9"} {
			if !strings.Contains(d.stand(), want) {
				t.Errorf("%s is missing in %s", want, d.stand())
			}
		}
		again := d.decide(d.upload("七月再.csv", []byte(july+"中心库,试制棉被,,件,98,\n")), nil)
		if len(again.Compare) != 5 || again.Blocked == "" {
			t.Errorf("%d differences, blocked %q", len(again.Compare), again.Blocked)
		}
		if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(d.stand(), "试制棉被 100") {
			t.Errorf("after undo %s", d.stand())
		}
		d.checked()
	})
}

func TestAComparisonIsWithTheBooksOfItsDay(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	it := d.item("试制棉被", "", "床")
	for _, x := range [][2]string{{"2026-06-01", "100"}, {"2026-08-01", "50"}} {
		if _, err := d.inv.PostDraft(d.ctx, d.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: d.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: x[0],
			Reason: ledger.Purchased, Lines: []inventory.Line{{ItemID: it.ID, Qty: x[1]}}}); err != nil {
			t.Fatal(err)
		}
	}
	p := d.decide(d.upload("六月.csv", []byte(listed+"中心库,试制棉被,,床,100,\n")), nil)
	if len(p.Compare) != 0 {
		t.Errorf("%+v", p.Compare)
	}
}
