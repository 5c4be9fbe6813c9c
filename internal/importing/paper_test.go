package importing_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// A voucher's paper lists what moved; taken for stock it would bring the books
// down to its figures.
func TestPapersAreAskedWhatTheyAre(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	for _, title := range []string{"应急物资入库单", "防汛物资出库单", "物资报废审批表", "救灾物资发放表", "2026年采购计划", "协议储备物资清单", "物资需求申请表"} {
		text := title + "\n日期：2026年11月5日\n物资名称,单位,数量\n试制棉被,床,3\n"
		b := d.upload(title+".csv", []byte(text))
		p := d.decide(b, nil)
		if !strings.Contains(p.Blocked, "作什么用") {
			t.Errorf("%s: blocked %q", title, p.Blocked)
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{}); err == nil {
			t.Errorf("%s was booked as stock", title)
		}
		if p = d.decide(b, func(c *importing.Decisions) { c.Act = importing.Catalogue }); !strings.Contains(p.Blocked, "作什么用") {
			t.Errorf("%s: told what it cannot be, blocked %q", title, p.Blocked)
		}
		p = d.decide(b, func(c *importing.Decisions) { c.Act = importing.Receive })
		if p.Blocked != "" {
			t.Errorf("%s: once said, still blocked: %s", title, p.Blocked)
		}
	}
	firms := []byte("应急物资储备清单\n日期：2026年11月5日\n代储企业,物资名称,单位,数量\n惠民超市,试制棉被,床,3\n")
	if p := d.decide(d.upload("清单.csv", firms), nil); !strings.Contains(p.Blocked, "代储企业") {
		t.Errorf("what firms hold: blocked %q", p.Blocked)
	}
	slip := d.upload("单.csv", []byte("防汛物资出库单\n日期：2026年11月24日\n物资名称,单位,数量\n试制棉被,床,4\n"))
	if p := d.decide(slip, func(c *importing.Decisions) { c.SetKind("", 3, reading.MovementJournal) }); p.Act != importing.Journal || p.Blocked != "" {
		t.Fatalf("%s, blocked %q", p.Act, p.Blocked)
	}
	if posted := d.apply(slip.ID); len(posted) != 1 || posted[0].Type != ledger.Issue || !strings.Contains(d.stand(), "试制棉被 96") {
		t.Errorf("%+v, stands %s", posted, d.stand())
	}
	if p := d.decide(d.upload("库存.csv", []byte("采购储备物资库存表\n日期：2026年11月5日\n物资名称,单位,数量\n试制棉被,床,3\n")), nil); strings.Contains(p.Blocked, "作什么用") {
		t.Errorf("a stock list is blocked: %s", p.Blocked)
	}
}

// On a console nothing asks: what is ordered must fit, and a slip can be
// ordered into the journal.
func TestPapersAreOrderedByACommand(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.stocked()
	path := filepath.Join(t.TempDir(), "单.csv")
	if err := os.WriteFile(path, []byte("防汛物资出库单\n日期：2026年11月24日\n物资名称,单位,数量\n试制棉被,床,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, act := range []importing.Act{"", "setle", importing.Catalogue} {
		if _, _, err := d.imp.Take(d.ctx, d.planner, path, importing.Orders{Depot: "WC01", Act: act, Accept: true}); !errors.Is(err, errs.Invalid) || !strings.Contains(d.stand(), "试制棉被 100") {
			t.Errorf("--as %q: %v, stands %s", act, err, d.stand())
		}
	}
	stock := filepath.Join(t.TempDir(), "库存.csv")
	if err := os.WriteFile(stock, []byte("应急物资库存台账\n日期：2026年11月24日\n物资名称,单位,数量\n试制棉被,床,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.imp.Try(d.ctx, d.planner, stock, importing.Orders{Depot: "WC01", Act: "setle"}); !errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "receive") {
		t.Errorf("an order that is none: %v", err)
	}
	o := importing.Orders{Depot: "WC01", Act: importing.Journal}
	if p, err := d.imp.Try(d.ctx, d.planner, path, o); err != nil || p.Kind != reading.MovementJournal || p.Blocked != "" {
		t.Errorf("%v %+v", err, p)
	}
	if _, posted, err := d.imp.Take(d.ctx, d.planner, path, o); err != nil || len(posted) != 1 || posted[0].Type != ledger.Issue || !strings.Contains(d.stand(), "试制棉被 96") {
		t.Errorf("%v %+v, stands %s", err, posted, d.stand())
	}
}

func months(t *testing.T, sheets map[string]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for name, line := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range [][]any{{"应急物资库存台账"}, {line}, {"序号", "物资名称", "单位", "数量"}, {1, "试制棉被", "床", 7}, {2, "试制雨衣", "件", 9}} {
			if err := f.SetSheetRow(name, "A"+string(rune('1'+i)), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStockOfSeveralDaysIsNotAddedUp(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	d.item("试制棉被", "", "床")
	d.item("试制雨衣", "", "件")
	for name, c := range map[string]struct {
		sheets map[string]string
		said   string
	}{
		"days":     {map[string]string{"甲": "截止日期：2026年10月31日", "乙": "截止日期：2026年9月30日"}, "2026-09-30"},
		"months":   {map[string]string{"10月": "", "9月": ""}, "9月"},
		"words":    {map[string]string{"十月份库存": "", "2026年9月末": ""}, "2026年9月末"},
		"quarters": {map[string]string{"二季度": "", "第三季度": ""}, "第三季度"},
		"figures":  {map[string]string{"2026.09": "", "2026.10": ""}, "2026.09"},
		"places":   {map[string]string{"甲": "", "乙": ""}, ""},
		"one":      {map[string]string{"甲": "截止日期：2026年10月31日", "乙": "截止日期：2026年10月31日"}, ""},
	} {
		p := d.decide(d.upload(name+".xlsx", months(t, c.sheets)), func(x *importing.Decisions) { x.AsOf = "2026-10-31" })
		if c.said == "" && p.Blocked != "" || !strings.Contains(p.Blocked, c.said) {
			t.Errorf("%s: blocked %q", name, p.Blocked)
		}
	}
}

func TestDepotsAreProposedByTheirWholeNames(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	var first, second place.Depot
	err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
		first = place.Depot{ID: tx.NewID(), Code: "SH01", Name: "双河镇应急物资储备点", Tier: place.Township}
		second = place.Depot{ID: tx.NewID(), Code: "SH02", Name: "双河镇二号库", Tier: place.Township}
		if err := tx.InsertDepot(d.ctx, first); err != nil {
			return err
		}
		return tx.InsertDepot(d.ctx, second)
	})
	if err != nil {
		t.Fatal(err)
	}
	const rows = "\n日期：2026年11月5日\n物资名称,单位,数量\n棉被,床,3\n"
	for title, want := range map[string]id.ID{"双河镇二号库应急物资库存台账": second.ID, "双河镇应急物资库存台账": first.ID, "石桥镇应急物资库存台账": 0} {
		p, err := d.imp.Preview(d.ctx, d.planner, d.upload("台账.csv", []byte(title+rows)).ID)
		if err != nil || len(p.Depots) != 1 || p.Depots[0].Proposed != want || strings.HasSuffix(p.Depots[0].Written, "物资库") {
			t.Errorf("%s: %+v", title, p.Depots)
		}
	}
	keeper := access.Actor{ID: 9, Name: "钱", Grants: []access.Grant{{Role: access.Keeper, DepotID: second.ID}}}
	for title, want := range map[string]id.ID{"石桥镇应急物资库存台账": 0, "应急物资库存台账": second.ID} {
		p, err := d.imp.Preview(d.ctx, keeper, d.uploadBy(keeper, title+rows).ID)
		if err != nil || len(p.Depots) != 1 || p.Depots[0].Proposed != want {
			t.Errorf("the keeper of another depot with %s: %v %+v", title, err, p.Depots)
		}
	}
}

// What a depot was sent by another is in its books under the sender's number.
func TestJournalOfWhatAnotherDepotSentIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		d.stocked()
		to := d.secondDepot()
		rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		r := rows[0]
		both := access.Actor{ID: 8, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: d.depot.ID}, {Role: access.Keeper, DepotID: to.ID}}}
		v, err := d.inv.PostDraft(d.ctx, both, inventory.Draft{Type: ledger.Transfer, DepotID: d.depot.ID, ToDepotID: to.ID, ClientKey: inventory.NewKey(),
			BusinessOn: "2026-11-24", Reason: ledger.TransferReasons[0], Lines: []inventory.Line{{ItemID: r.Lot.ItemID, Qty: "3", LotID: r.Lot.ID, PlaceID: r.PlaceID}}})
		if err != nil {
			t.Fatal(err)
		}
		text := "应急物资出入库流水\n日期,单据编号,摘要,物资名称,规格型号,单位,入库数量,出库数量\n2026-11-24," + v.Number + ",调拨入库," + r.Item + "," + r.Spec + "," + r.Unit + ",3,\n"
		b := d.upload("流水.csv", []byte(text))
		p := d.decide(b, func(c *importing.Decisions) {
			for name := range c.Depots {
				c.Depots[name] = to.ID
			}
		})
		if p.Counts.Skipped != 1 || !p.Rows[0].Known {
			t.Errorf("%+v, %q", p.Counts, p.Blocked)
		}
	})
}

// A request or a list of people that is taken for stock is sent where it
// belongs.
func TestAPaperOfAnotherPageIsSentThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		for title, part := range map[string]string{"某街道应急物资需求申请表": "到“需求报告”里上传", "某街道物资发放花名册": "到“发放花名册”里上传", "应急物资采购清单": "请在“作什么用”里选定"} {
			b := d.upload("x.xlsx", bookOf(t, [][]any{{title}, {"物资名称", "单位", "数量"}, {"棉被", "床", 5}}))
			p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
			if err != nil || !strings.Contains(p.Blocked, part) {
				t.Errorf("%s: %q %v", title, p.Blocked, err)
			}
		}
	})
}
