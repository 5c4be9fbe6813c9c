package inventory_test

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// scene is a small ledger to spoil.
type scene struct {
	*spoiled
	receipt, issue ledger.Voucher
	reversal, last ledger.Voucher
	in             ledger.Entry // the receipt's entry in a bin
	reversedEntry  ledger.Entry
}

func newScene(t *testing.T, e storetest.Engine) *scene {
	t.Helper()
	e, o := e.Fixed(t)
	s := &scene{spoiled: &spoiled{world: newWorld(t, e), raw: storetest.Raw(t, o)}}
	rice := inventory.Line{ItemID: s.rice.ID, Item: s.rice.Label(), Qty: "2"} // all of it leaves again
	s.receipt = s.post(s.world.receipt("2026-11-01", s.quilts("100"), rice))
	s.issue = s.post(s.world.issue("2026-11-10", s.quilts("30"), rice))
	reversed := s.post(s.world.issue("2026-11-11", s.quilts("5")))
	var err error
	s.reversal, err = s.inv.Reverse(s.ctx, s.keeper, inventory.ReverseRequest{VoucherID: reversed.ID, Reason: "录错", ClientKey: inventory.NewKey()})
	if err != nil {
		t.Fatal(err)
	}
	s.last = s.post(s.world.issue("2026-11-24", s.quilts("7")))
	s.in, s.reversedEntry = s.receipt.Entries[1], s.reversal.Entries[0]
	s.open("voucher", "entry", "audit")
	return s
}

// TestCheckNamesEveryCorruption spoils the database in one way after another
// and reads what the check says.
func TestCheckNamesEveryCorruption(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newScene(t, e)
		restore := s.kept("voucher", "entry", "audit", "stock", "depot_head", "lot", "place")
		shelf := fmt.Sprintf("货位 %s 批次 %s", s.in.PlaceID, s.in.LotID)
		at := []any{s.in.PlaceID, s.in.LotID}
		depot := s.depot.ID
		s.each(t, restore, []spoil{
			{"a stock row with another figure", func() { s.exec("UPDATE stock SET qty = qty + 1 WHERE place_id = ? AND lot_id = ?", at...) }, "stock", shelf, ""},
			{"a stock row that is gone", func() { s.exec("DELETE FROM stock WHERE place_id = ? AND lot_id = ?", at...) }, "stock", shelf, ""},
			{"an empty stock row that is gone", func() { s.exec("DELETE FROM stock WHERE item_id = ?", s.rice.ID) }, "stock", fmt.Sprintf("货位 %s 批次 %s", s.in.PlaceID, s.receipt.Entries[3].LotID), ""},
			{"a stock row below zero with entries to match", func() {
				s.exec("UPDATE stock SET qty = qty - 200000 WHERE place_id = ? AND lot_id = ?", at...)
				s.exec("UPDATE entry SET qty = qty - 200000 WHERE id = ?", s.in.ID)
			}, "stock", shelf, ""},
			{"a stock row that promises more than it holds", func() { s.exec("UPDATE stock SET allocated = qty + 1") }, "allocated", shelf, ""},
			{"an entry with another figure, in the stock", func() { s.exec("UPDATE entry SET qty = qty + 1 WHERE id = ?", s.in.ID) }, "stock", shelf, ""},
			{"an entry with another figure, in the sum", func() { s.exec("UPDATE entry SET qty = qty + 1 WHERE id = ?", s.in.ID) }, "balance", "单据 " + s.receipt.ID.String(), "实为 0.001"},
			{"a whole voucher with other figures and stock to match", func() {
				s.exec("UPDATE entry SET qty = 2 * qty WHERE voucher_id = ?", s.receipt.ID)
				s.exec("UPDATE stock SET qty = qty + ? WHERE place_id = ? AND lot_id = ?", int64(s.in.Qty), s.in.PlaceID, s.in.LotID)
			}, "chain", "单据 " + s.receipt.Number, ""},
			{"a missing number in the middle", func() { s.remove(s.issue) }, "number", "单据 CK-WC01-2026-000002", ""},
			{"a missing voucher in the middle", func() { s.remove(s.issue) }, "chain", "单据 CK-WC01-2026-000002", ""},
			{"a missing voucher at the end", func() { s.remove(s.last) }, "chain", "储备库 WC01", ""},
			{"a missing number at the end", func() { s.remove(s.last) }, "number", "储备库 WC01 CK-2026", ""},
			{"a missing voucher whose head was set back", func() {
				s.remove(s.last)
				s.exec("UPDATE depot_head SET last_hash = ? WHERE depot_id = ?", s.reversal.Hash, depot)
			}, "number", "储备库 WC01 CK-2026", ""},
			{"a lot with another expiry", func() {
				s.exec("UPDATE lot SET expires_on = '2099-01-01', expires_last = '2099-01-01' WHERE id = ?", s.in.LotID)
			}, "lot", "批次 ", ""},
			{"a lot with another expiry, seen by the voucher too", func() { s.exec("UPDATE lot SET expires_on = '2099-01-01' WHERE id = ?", s.in.LotID) }, "chain", "单据 " + s.receipt.Number, ""},
			{"a lot with another price", func() { s.exec("UPDATE lot SET price_fen = 1 WHERE id = ?", s.in.LotID) }, "lot", "批次 ", ""},
			{"a lot that came in on another day", func() { s.exec("UPDATE lot SET received_on = '2020-01-01' WHERE id = ?", s.in.LotID) }, "chain", "单据 " + s.receipt.Number, ""},
			{"an expiry that is sorted elsewhere", func() { s.exec("UPDATE lot SET expires_last = '2099-01-01' WHERE id = ?", s.in.LotID) }, "lot", "批次 ", ""},
			{"a stock row under another item", func() { s.exec("UPDATE stock SET item_id = 1 WHERE place_id = ? AND lot_id = ?", at...) }, "stock", shelf, ""},
			{"a stock row under another depot", func() { s.exec("UPDATE stock SET depot_id = 2 WHERE place_id = ? AND lot_id = ?", at...) }, "stock", shelf, ""},
			{"a voucher with another word", func() { s.exec("UPDATE voucher SET remark = '改' WHERE id = ?", s.issue.ID) }, "chain", "单据 " + s.issue.Number, ""},
			{"a voucher with another maker", func() { s.exec("UPDATE voucher SET actor_name = '别人' WHERE id = ?", s.issue.ID) }, "chain", "单据 " + s.issue.Number, ""},
			{"a voucher with another number", func() { s.exec("UPDATE voucher SET number = 'CK-WC01-2026-000009' WHERE id = ?", s.issue.ID) }, "number", "单据 CK-WC01-2026-000009", ""},
			{"a voucher changed and hashed again", func() {
				v := s.issue
				v.Remark = "改"
				s.exec("UPDATE voucher SET remark = '改', hash = ? WHERE id = ?", v.ContentHash(), v.ID)
			}, "chain", "单据 CK-WC01-2026-000002", ""},
			{"the last voucher changed and hashed again", func() {
				v := s.last
				v.Remark = "改"
				s.exec("UPDATE voucher SET remark = '改', hash = ? WHERE id = ?", v.ContentHash(), v.ID)
			}, "chain", "储备库 WC01", ""},
			{"an entry with another remark", func() { s.exec("UPDATE entry SET remark = '改' WHERE id = ?", s.in.ID) }, "chain", "单据 " + s.receipt.Number, ""},
			{"an entry that is gone on both sides", func() {
				s.exec("DELETE FROM entry WHERE voucher_id = ?", s.issue.ID)
				s.exec("UPDATE stock SET qty = qty + 30000")
			}, "orphan", "单据 " + s.issue.Number, ""},
			{"an entry of no voucher", func() { s.exec("UPDATE entry SET voucher_id = 1 WHERE id = ?", s.in.ID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"an entry of another item than its lot", func() { s.exec("UPDATE entry SET item_id = ? WHERE id = ?", s.rice.ID, s.in.ID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"an entry at another depot than its place", func() { s.exec("UPDATE entry SET depot_id = ? WHERE id = ?", s.other.ID, s.in.ID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"an entry on another day than its voucher", func() { s.exec("UPDATE entry SET business_on = '2026-11-02' WHERE id = ?", s.in.ID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"a lot that is gone", func() { s.exec("DELETE FROM lot WHERE id = ?", s.in.LotID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"a place that is gone", func() { s.exec("DELETE FROM place WHERE id = ?", s.in.PlaceID) }, "orphan", "明细 " + s.in.ID.String(), ""},
			{"a day before the goods came", func() {
				s.exec("UPDATE voucher SET business_on = '2026-10-01' WHERE id = ?", s.issue.ID)
				s.exec("UPDATE entry SET business_on = '2026-10-01' WHERE voucher_id = ?", s.issue.ID)
			}, "prefix", "区级中心库 " + shelf, ""},
			{"a reversal of another figure", func() { s.exec("UPDATE entry SET qty = qty * 2 WHERE voucher_id = ?", s.reversal.ID) }, "reversal", "明细 " + s.reversedEntry.ID.String(), ""},
			{"a reversal of an entry that is not its voucher's", func() { s.exec("UPDATE voucher SET reverses_id = ? WHERE id = ?", s.issue.ID, s.reversal.ID) }, "reversal", "明细 " + s.reversedEntry.ID.String(), ""},
			{"a reversal of nothing", func() { s.exec("UPDATE entry SET reverses_id = 1 WHERE id = ?", s.reversedEntry.ID) }, "reversal", "明细 " + s.reversedEntry.ID.String(), ""},
			{"a counter that ran ahead", func() {
				s.exec(`UPDATE depot_head SET counters = '{"RK-2026":2,"CK-2026":3,"HC-2026":1}' WHERE depot_id = ?`, depot)
			}, "number", "储备库 WC01 RK-2026", ""},
			{"a counter that is gone", func() { s.exec(`UPDATE depot_head SET counters = '{}' WHERE depot_id = ?`, depot) }, "number", "储备库 WC01 RK-2026", ""},
			{"a head that ends elsewhere", func() { s.exec("UPDATE depot_head SET last_hash = 'x' WHERE depot_id = ?", depot) }, "chain", "储备库 WC01", ""},
			{"a head that is gone", func() { s.exec("DELETE FROM depot_head WHERE depot_id = ?", depot) }, "chain", "储备库 WC01", ""},
			{"an audit row with another word", func() { s.exec("UPDATE audit SET detail = '改' WHERE chain = ? AND seq = 2", depot) }, "audit", fmt.Sprintf("审计链 %s 第 2 条", depot), ""},
			{"an audit row that is gone in the middle", func() { s.exec("DELETE FROM audit WHERE chain = ? AND seq = 2", depot) }, "audit", fmt.Sprintf("审计链 %s 第 3 条", depot), ""},
			{"an audit row that is gone at the end", func() { s.exec("DELETE FROM audit WHERE chain = ? AND seq = 5", depot) }, "audit", "审计链 " + depot.String(), ""},
			{"all audit rows gone", func() { s.exec("DELETE FROM audit") }, "audit", "审计链 " + depot.String(), ""},
		})
	})
}

func TestCheckReport(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	var progress []string
	w.post(w.receipt("2026-11-01", w.quilts("1")))
	r, err := w.inv.Check(w.ctx, func(line string) { progress = append(progress, line) })
	if err != nil {
		t.Fatal(err)
	}
	if r.Vouchers != 1 || r.Entries != 2 || r.AuditRows != 1 || len(progress) != 12 {
		t.Errorf("%+v, progress %v", r, progress)
	}
	if got := r.Lines(); len(got) != 3 || !strings.Contains(got[1], "没有账外保存的校验码") || !strings.Contains(got[2], "0 处差异") {
		t.Errorf("lines %v", got)
	}
	r.Differences = []inventory.Difference{{Kind: "stock", Object: "货位 1", Text: "库存记 1"}}
	if got := strings.Join(r.Lines(), "|"); !strings.Contains(got, "✗ 货位 1 库存记 1") || !strings.Contains(got, "1 处差异") || r.OK() {
		t.Errorf("lines %s", got)
	}
	if inventory.Differences(store.CheckRun{Report: "spoilt"}) != nil {
		t.Error("a spoilt report gave differences")
	}
}
