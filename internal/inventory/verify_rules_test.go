package inventory_test

import (
	"fmt"
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// rules is a ledger in which every kind of voucher stands, two depots have
// books, three months are closed at one, and a lot was held for a while.
type rules struct {
	*spoiled
	d                                   *district
	receipt, taken, back, undone        ledger.Voucher
	reversal, transfer, pieceOut, grain ledger.Voucher
	bin, otherBin                       id.ID
	quilt, rice, piece, second          id.ID // lots; piece stands, second is out
}

func newRules(t *testing.T, e storetest.Engine) *rules {
	t.Helper()
	e, o := e.Fixed(t)
	d := newDistrict(t, e)
	s := &rules{spoiled: &spoiled{world: d.world, raw: storetest.Raw(t, o)}, d: d}
	on := func(day string, d inventory.Draft) ledger.Voucher {
		t.Helper()
		d.BusinessOn = day
		v, err := s.inv.PostDraft(s.ctx, s.d.both, d)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	quilts := func(qty string) inventory.Line { return inventory.Line{ItemID: s.d.quilt.ID, Qty: qty} }
	s.receipt = on("2026-08-10", s.d.receipt("", inventory.Line{ItemID: s.d.quilt.ID, LotNo: "甲", Expires: "2030-01-31", Price: "12.5", Qty: "100"}))
	on("2026-08-31", s.d.issue("", quilts("1")))
	s.taken = on("2026-09-05", s.d.issue("", quilts("10")))
	s.back = s.giveBack(s.taken, "2026-09-20", "4")
	on("2026-10-08", s.d.receipt("", inventory.Line{ItemID: s.d.water.ID, Qty: "5箱"}))
	s.undone = on("2026-10-09", s.d.issue("", quilts("3"), inventory.Line{ItemID: s.d.water.ID, Qty: "24"}))
	s.reversal = s.reverse(s.undone, "2026-10-12")
	on("2026-10-15", s.d.draft(ledger.BinMove, "整理货位", inventory.Line{ItemID: s.d.water.ID, Qty: "24", ToBin: "B-2"}))
	for _, m := range []ledger.Month{"2026-08", "2026-09", "2026-10"} {
		s.closeMonth(m)
	}
	on("2026-11-02", s.d.receipt("", inventory.Line{ItemID: s.d.generator.ID, LotNo: "FD-001至FD-003"}, inventory.Line{ItemID: s.d.rice.ID, LotNo: "米", Qty: "2"}))
	water := inventory.Line{ItemID: s.d.water.ID, Qty: "24"}
	s.transfer = on("2026-11-05", s.d.transfer(quilts("6"), inventory.Line{ItemID: s.d.generator.ID, LotNo: "FD-003"}, water))
	local := s.d.issue("", quilts("1"), water, inventory.Line{ItemID: s.d.generator.ID, LotNo: "FD-003"})
	local.DepotID = s.d.other.ID
	on("2026-11-06", local) // books of the other depot's own
	s.rice = s.lotOf("米").Lot.ID
	for _, held := range []bool{true, false} {
		if err := s.hold(s.planner, s.rice, held, "抽检"); err != nil {
			t.Fatal(err)
		}
	}
	s.grain = on("2026-11-20", s.d.issue("", inventory.Line{ItemID: s.d.rice.ID, Qty: "1"}))
	s.pieceOut = on("2026-11-22", s.d.issue("", inventory.Line{ItemID: s.d.generator.ID, LotNo: "FD-002"}))
	// Held to the end, after it had left: no other lot or depot is taken for it.
	if err := s.hold(s.planner, s.transfer.Entries[4].LotID, true, "抽检"); err != nil {
		t.Fatal(err)
	}
	s.bin, s.quilt, s.second = s.receipt.Entries[1].PlaceID, s.receipt.Entries[1].LotID, s.pieceOut.Entries[0].LotID
	s.piece, s.otherBin = s.lotOf("FD-001").Lot.ID, inside(s.transfer, s.d.other.ID).PlaceID
	for _, approve := range []bool{false, true} {
		s.reopen("2026-10", approve)
	}
	s.closeMonth("2026-10")
	s.tents()
	s.open("voucher", "entry", "audit", "lot_hold")
	return s
}

// inside gives the first entry of a voucher at a depot.
func inside(v ledger.Voucher, depot id.ID) ledger.Entry {
	for _, e := range v.Entries {
		if e.DepotID == depot {
			return e
		}
	}
	return ledger.Entry{}
}

func (s *rules) giveBack(v ledger.Voucher, on, qty string) ledger.Voucher {
	s.t.Helper()
	back, err := s.inv.Return(s.ctx, s.keeper, inventory.ReturnRequest{VoucherID: v.ID, BusinessOn: on, Reason: "用剩", ClientKey: inventory.NewKey(),
		Lines: []inventory.ReturnLine{{EntryID: inside(v, s.depot.ID).ID, Qty: qty}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return back
}

func (s *rules) reverse(v ledger.Voucher, on string) ledger.Voucher {
	s.t.Helper()
	r, err := s.inv.Reverse(s.ctx, s.keeper, inventory.ReverseRequest{VoucherID: v.ID, BusinessOn: on, Reason: "录错", ClientKey: inventory.NewKey()})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// TestCheckNamesEveryBrokenRule spoils what vouchers of all kinds, pieces,
// holds and closed months must be.
func TestCheckNamesEveryBrokenRule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newRules(t, e)
		restore := s.kept("voucher", "entry", "audit", "stock", "depot_head", "lot", "place", "piece", "lot_hold", "period", "period_stock", "period_item", "item", "depot", "reopening", "unit")
		for _, group := range [][]spoil{s.orders(), s.takenBack(), s.returned(), s.left(), s.orphans(), s.numbered(), s.months(), s.stockAndSums(), s.numberedAway(), s.heldRecords(), s.monthRecords(), s.depots(), s.catalogue()} {
			s.each(t, restore, group)
		}
	})
}

func entryOf(e ledger.Entry) string { return "明细 " + e.ID.String() }

func (s *rules) orders() []spoil {
	at := inside(s.transfer, s.d.other.ID)
	own := inside(s.receipt, s.depot.ID)
	return []spoil{
		{"a sequence below one", func() { s.exec("UPDATE voucher SET seq = 0 WHERE id = ?", s.receipt.ID) }, "order", "单据 " + s.receipt.Number, "顺序号 0"},
		{"an entry with another sequence", func() { s.exec("UPDATE entry SET seq = seq + 100 WHERE id = ?", own.ID) }, "order", entryOf(own), "不符"},
		{"a sequence beyond the other depot's books", func() {
			s.exec("UPDATE entry SET seq = 99999 WHERE voucher_id = ? AND depot_id = ?", s.transfer.ID, s.d.other.ID)
		},
			"order", entryOf(at), "不在 GTL 的账本内"},
		{"a sequence the other depot has used", func() {
			s.exec("UPDATE entry SET seq = ? WHERE voucher_id = ? AND depot_id = ?", s.number("SELECT MAX(seq) FROM voucher WHERE depot_id = ?", s.d.other.ID), s.transfer.ID, s.d.other.ID)
		}, "order", "", "在 GTL 已被另一张单据用去"},
		{"two sequences at one depot", func() {
			s.exec("UPDATE entry SET seq = seq - 1 WHERE voucher_id = ? AND depot_id = ? AND line = 2", s.transfer.ID, s.d.other.ID)
		},
			"order", "明细 ", "两个顺序号"},
	}
}

func (s *rules) takenBack() []spoil {
	e := s.reversal.Entries[0]
	return []spoil{
		{"a reversal of a reversal", func() { s.exec("UPDATE voucher SET type = 'reversal' WHERE id = ?", s.undone.ID) }, "reversal", "单据 " + s.reversal.Number, "红冲单"},
		{"an issue that says it reverses", func() { s.exec("UPDATE voucher SET reverses_id = ? WHERE id = ?", s.receipt.ID, s.taken.ID) }, "reversal", "单据 " + s.taken.Number, "不是红冲单"},
		{"an entry of an issue that says it reverses", func() {
			s.exec("UPDATE entry SET reverses_id = ? WHERE id = ?", s.receipt.Entries[0].ID, s.taken.Entries[0].ID)
		},
			"reversal", entryOf(s.taken.Entries[0]), "等量相反"},
		{"a reversal of nothing", func() { s.exec("UPDATE voucher SET reverses_id = 0 WHERE id = ?", s.reversal.ID) }, "reversal", "单据 " + s.reversal.Number, "不存在"},
		{"a reversal of a voucher that is gone", func() { s.exec("UPDATE voucher SET reverses_id = 5 WHERE id = ?", s.reversal.ID) }, "reversal", "单据 " + s.reversal.Number, "不存在"},
		{"an entry of a reversal that reverses nothing", func() { s.exec("UPDATE entry SET reverses_id = NULL WHERE id = ?", e.ID) }, "reversal", entryOf(e), "等量相反"},
		{"a reversal on another line", func() { s.exec("UPDATE entry SET line = 9 WHERE id = ?", e.ID) }, "reversal", entryOf(e), "同行"},
		{"a reversal at another bin", func() { s.exec("UPDATE entry SET place_id = ? WHERE id = ?", s.d.corner.ID, e.ID) }, "reversal", entryOf(e), "同货位"},
	}
}

func (s *rules) returned() []spoil {
	out, in := inside(s.taken, s.depot.ID), inside(s.back, s.depot.ID)
	change := func(column string, value any) func() {
		return func() { s.exec("UPDATE entry SET "+column+" = ? WHERE id = ?", value, in.ID) }
	}
	return []spoil{
		{"a return of nothing", change("returns_id", 5), "return", entryOf(in), "不存在"},
		{"a return of a receipt", change("returns_id", inside(s.receipt, s.depot.ID).ID), "return", entryOf(in), "不是出库单"},
		{"a return of the side that took", change("returns_id", s.taken.Entries[1].ID), "return", entryOf(in), "不是出库单"},
		{"a return of a transfer", change("returns_id", inside(s.transfer, s.depot.ID).ID), "return", entryOf(in), "不是出库单"},
		{"a return of what came in by an issue", func() { s.exec("UPDATE entry SET qty = -qty WHERE voucher_id = ?", s.taken.ID) }, "return", entryOf(in), "不是出库单"},
		{"a return of another lot", change("lot_id", s.rice), "return", entryOf(in), "不是同一批次"},
		{"a return to another depot", change("depot_id", s.d.other.ID), "return", entryOf(in), "同一储备库"},
		{"more returned than left", change("qty", 10_001), "return", entryOf(out), "发出 10，归还合计 10.001"},
		{"an issue taken back with goods returned", func() { s.exec("UPDATE entry SET reverses_id = ? WHERE id = ?", out.ID, s.reversal.Entries[0].ID) },
			"return", entryOf(out), "已经红冲，却还有归还 4"},
		{"a receipt that says it returns", func() {
			s.exec("UPDATE entry SET returns_id = ? WHERE id = ?", out.ID, inside(s.receipt, s.depot.ID).ID)
		},
			"return", entryOf(inside(s.receipt, s.depot.ID)), "不是出库单"},
	}
}

// left spoils what may not leave: I20.
func (s *rules) left() []spoil {
	line := func(v ledger.Voucher) string { return "单据 " + v.Number + " 第 1 行" }
	last := s.number("SELECT MAX(seq) FROM lot_hold WHERE lot_id = ? AND depot_id = ?", s.rice, s.depot.ID)
	return []spoil{
		{"a lot that had expired", func() {
			s.exec("UPDATE lot SET expires_on = '2026-09-04', expires_last = '2026-09-04' WHERE id = ?", s.quilt)
		},
			"expired", line(s.taken), "有效期至 2026-09-04"},
		{"the same in a transfer", func() {
			s.exec("UPDATE lot SET expires_on = '2026-09-04', expires_last = '2026-09-04' WHERE id = ?", s.quilt)
		},
			"expired", line(s.transfer), "2026-11-05 出库时已过期"},
		{"a lot that was held", func() {
			s.exec("UPDATE lot_hold SET held = 1 WHERE lot_id = ? AND depot_id = ? AND seq = ?", s.rice, s.depot.ID, last)
		},
			"held", line(s.grain), "在冻结中"},
		{"a lot whose release came later", func() {
			s.exec("UPDATE lot_hold SET seq = ? WHERE lot_id = ? AND depot_id = ? AND seq = ?", s.grain.Seq+1, s.rice, s.depot.ID, last)
		}, "held", line(s.grain), "在冻结中"},
		{"goods from a quarantine corner", func() { s.exec("UPDATE place SET kind = 'quarantine' WHERE id = ?", s.bin) }, "quarantine", line(s.taken), "待检区"},
		{"a flag without its hold", func() { s.exec("UPDATE lot SET held = 1 WHERE id = ?", s.quilt) }, "hold", "批次 " + s.quilt.String(), "没有冻结记录"},
		{"a flag that is not the last hold's", func() { s.exec("UPDATE lot SET held = 1 WHERE id = ?", s.rice) }, "hold", "批次 " + s.rice.String(), "最后一条记录却是未冻结"},
	}
}

func (s *rules) orphans() []spoil {
	return []spoil{
		{"a voucher of no depot", func() { s.exec("UPDATE voucher SET depot_id = 999 WHERE id = ?", s.grain.ID) }, "orphan", "单据 " + s.grain.Number, "储备库 999 不存在"},
		{"a transfer to no depot", func() { s.exec("UPDATE voucher SET to_depot_id = 999 WHERE id = ?", s.transfer.ID) }, "orphan", "单据 " + s.transfer.Number, "调入的储备库 999"},
		{"a hold of no lot", func() { s.exec("UPDATE lot_hold SET lot_id = 999 WHERE depot_id = ?", s.depot.ID) }, "orphan", "批次 999", "不存在"},
		{"a hold of no depot", func() { s.exec("UPDATE lot_hold SET depot_id = 999 WHERE depot_id = ?", s.depot.ID) }, "orphan", "批次 " + s.rice.String(), "不存在"},
		{"a piece of no lot", func() { s.exec("UPDATE piece SET lot_id = 999 WHERE lot_id = ?", s.piece) }, "orphan", "装备编号 FD-001", "批次 999"},
		{"a piece at no place", func() { s.exec("UPDATE piece SET place_id = 999 WHERE lot_id = ?", s.piece) }, "orphan", "装备编号 FD-001", "999"},
		{"a closed month of no depot", func() { s.exec("UPDATE period SET depot_id = 999 WHERE month = '2026-10'") }, "orphan", "月结 999", "不存在"},
		{"an outside place that is gone", func() { s.exec("DELETE FROM place WHERE id = 4") }, "orphan", "明细 ", "货位 4 不存在"},
		{"a place of no depot", func() { s.exec("UPDATE place SET depot_id = 999 WHERE id = ?", s.otherBin) }, "orphan", "货位 " + s.otherBin.String(), "999"},
		{"a lot of no item", func() { s.exec("DELETE FROM item WHERE id = ?", s.d.rice.ID) }, "orphan", "批次 米", "物资"},
		{"a head of no depot", func() { s.exec("DELETE FROM depot WHERE id = ?", s.d.other.ID) }, "orphan", "账本 " + s.d.other.ID.String(), "已不存在"},
		{"an audit record of no depot", func() {
			s.exec("UPDATE audit SET chain = 999 WHERE chain = ? AND seq = ?", s.depot.ID, s.number("SELECT MAX(seq) FROM audit WHERE chain = ?", s.depot.ID))
		}, "orphan", "审计记录 ", "不存在"},
		{"an audit trail with a gap, hashed again", func() {
			trail, err := s.st.Read().AuditChain(s.ctx, s.depot.ID, 0, 1000)
			if err != nil {
				s.t.Fatal(err)
			}
			a := trail[len(trail)-1]
			a.Seq += 5
			s.exec("UPDATE audit SET seq = ?, hash = ? WHERE id = ?", a.Seq, a.ContentHash(), a.ID)
			s.exec("UPDATE depot_head SET audit_seq = ?, audit_hash = ? WHERE depot_id = ?", a.Seq, a.ContentHash(), s.depot.ID)
		}, "audit", "审计链 " + s.depot.ID.String(), "不相连"},
		{"a record of the system's audit trail that is changed", func() { s.exec("UPDATE audit SET detail = '改' WHERE chain = 0") }, "audit", "审计链 0 第 1 条", ""},
	}
}

func (s *rules) numbered() []spoil {
	return []spoil{
		{"a piece at another bin than its stock", func() { s.exec("UPDATE piece SET place_id = ? WHERE lot_id = ?", s.d.corner.ID, s.piece) }, "piece", "装备编号 FD-001", "库存却在货位"},
		{"a piece outside with stock inside", func() { s.exec("UPDATE piece SET place_id = 4 WHERE lot_id = ?", s.piece) }, "piece", "装备编号 FD-001", "库存却在货位"},
		{"a piece inside without stock", func() { s.exec("UPDATE piece SET place_id = ? WHERE lot_id = ?", s.bin, s.second) }, "piece", "装备编号 FD-002", "没有库存"},
		{"a piece that is not written down", func() { s.exec("DELETE FROM piece WHERE lot_id = ?", s.piece) }, "piece", "批次 " + s.piece.String(), "没有装备登记"},
		{"a piece under another number", func() { s.exec("UPDATE piece SET serial_key = 'FD-009' WHERE lot_id = ?", s.piece) }, "piece", "装备编号 FD-001", "编号"},
		{"a piece of another item", func() { s.exec("UPDATE piece SET item_id = ? WHERE lot_id = ?", s.d.rice.ID, s.piece) }, "piece", "装备编号 FD-001", "物资"},
		{"two pieces of one number", func() {
			s.exec("UPDATE stock SET qty = 2000 WHERE lot_id = ?", s.piece)
		}, "piece", "批次 " + s.piece.String(), "实为 2"},
	}
}

func (s *rules) months() []spoil {
	figure := func(table, column string) func() {
		return func() { s.exec("UPDATE " + table + " SET " + column + " = " + column + " + 1 WHERE month = '2026-09'") }
	}
	lot, item := "储备库 WC01 2026-09 批次 "+s.quilt.String(), "储备库 WC01 2026-09 物资 "+s.d.quilt.ID.String()
	var list []spoil
	for _, column := range []string{"opening", "received", "issued", "closing"} {
		list = append(list, spoil{"another figure " + column, figure("period_stock", column), "period", lot, "按明细为"},
			spoil{"another figure of an item " + column, figure("period_item", column), "period", item, "与明细不符"},
			spoil{"another value " + column, figure("period_item", column+"_value"), "period", item, "与明细不符"})
	}
	month := func(verb string) func() { return func() { s.exec(verb + " WHERE month = '2026-09'") } }
	return append(list,
		spoil{"other lots without a price", figure("period_item", "unpriced"), "period", item, "与明细不符"},
		spoil{"more left of lots without a price", figure("period_item", "unpriced_closing"), "period", item, "与明细不符"},
		spoil{"figures of a lot that are gone", month("DELETE FROM period_stock"), "period", lot, "月结里没有"},
		spoil{"figures of an item that are gone", month("DELETE FROM period_item"), "period", item, "没有，按明细期末为"},
		spoil{"figures of a lot without any entry", func() {
			s.exec("INSERT INTO period_stock (month, depot_id, item_id, lot_id, opening, received, issued, closing) VALUES ('2026-09', ?, ?, ?, 1, 0, 0, 1)", s.depot.ID, s.d.rice.ID, s.rice)
		}, "period", "储备库 WC01 2026-09 批次 " + s.rice.String(), "按明细没有数字"},
		spoil{"figures under another item", func() { s.exec("UPDATE period_stock SET item_id = 5 WHERE month = '2026-09'") }, "period", lot, "物资与批次不符"},
		spoil{"figures of a month that is not closed", func() { s.exec("UPDATE period_stock SET month = '2026-11' WHERE month = '2026-09'") }, "period", "储备库 WC01 2026-11", "没有月结，却有"},
		spoil{"a month that is skipped", month("DELETE FROM period"), "period", "储备库 WC01 2026-10", "前面缺 2026-09"},
		spoil{"a head closed further than its months", func() { s.exec("UPDATE depot_head SET closed_on = '2026-11-30' WHERE depot_id = ?", s.depot.ID) }, "period", "储备库 WC01", "却到 2026-10-31"},
		spoil{"a head that was opened past its months", func() { s.exec("UPDATE depot_head SET closed_on = '' WHERE depot_id = ?", s.depot.ID) }, "period", "储备库 WC01", "（无）"},
		spoil{"a head closed without a month", func() { s.exec("UPDATE depot_head SET closed_on = '2026-10-31' WHERE depot_id = ?", s.d.other.ID) }, "period", "储备库 GTL", "没有已月结的月份"},
		spoil{"an issue put into a closed month", func() {
			s.exec("UPDATE voucher SET business_on = '2026-10-20' WHERE id = ?", s.transfer.ID)
			s.exec("UPDATE entry SET business_on = '2026-10-20' WHERE voucher_id = ?", s.transfer.ID)
		}, "period", "储备库 WC01 2026-10 批次 " + s.quilt.String(), "按明细为"},
		spoil{"a reversal that counts as a receipt", func() { // 3 issued, 3 taken back: nothing in either column
			s.exec("UPDATE period_stock SET issued = issued + 3000, received = received + 3000 WHERE month = '2026-10' AND lot_id = ?", s.quilt)
		}, "period", "储备库 WC01 2026-10 批次 " + s.quilt.String(), "收入 3 发出 3"},
	)
}

func (s *rules) stockAndSums() []spoil {
	return []spoil{
		{"a stock row outside", func() {
			s.exec("INSERT INTO stock (place_id, lot_id, depot_id, item_id, qty, allocated, last_voucher_id) VALUES (4, ?, 0, ?, 0, 0, 0)", s.quilt, s.d.quilt.ID)
		}, "stock", "货位 4 批次 " + s.quilt.String(), "外部地点"},
		{"a stock row without entries", func() {
			s.exec("INSERT INTO stock (place_id, lot_id, depot_id, item_id, qty, allocated, last_voucher_id) VALUES (?, ?, ?, ?, 7000, 0, 0)", s.d.corner.ID, s.quilt, s.depot.ID, s.d.quilt.ID)
		}, "stock", "货位 " + s.d.corner.ID.String(), "却没有明细"},
		{"a dip within a day that ends well", func() {
			s.exec("UPDATE entry SET business_on = '2026-11-02', seq = 1 WHERE voucher_id = ?", s.grain.ID)
		}, "prefix", "区级中心库 货位 " + s.bin.String() + " 批次 " + s.rice.String(), "2026-11-02 的结存为 -1"},
		{"a negative promise", func() { s.exec("UPDATE stock SET allocated = -1 WHERE place_id = ? AND lot_id = ?", s.bin, s.quilt) }, "allocated", "货位 " + s.bin.String(), "已分配 -0.001"},
		{"lines that lend each other goods", func() { // the lot's sum stays zero
			s.exec("UPDATE entry SET line = 7 WHERE id = ?", inside(s.taken, s.depot.ID).ID)
		}, "balance", "单据 " + s.taken.ID.String(), "的出入不相等"},
		{"an entry packed otherwise", func() { s.exec("UPDATE entry SET packed = '9箱' WHERE id = ?", s.taken.Entries[0].ID) }, "chain", "单据 " + s.taken.Number, "被改动过"},
		{"a return of another entry", func() { s.exec("UPDATE entry SET returns_id = NULL WHERE returns_id IS NOT NULL") }, "chain", "单据 " + s.back.Number, "被改动过"},
		{"a piece that became a heap", func() { s.exec("UPDATE lot SET serial = 0 WHERE id = ?", s.piece) }, "lot", "批次 FD-001", ""},
	}
}

// TestCheckSeesTwoReversals takes away the index that forbids them.
func TestCheckSeesTwoReversals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newRules(t, e)
		drop := "DROP INDEX entry_reverses"
		if e.Name == "mysql" {
			drop += " ON entry"
		}
		s.exec(drop)
		s.each(t, func() {
			s.exec("UPDATE entry SET reverses_id = NULL WHERE voucher_id = ?", s.grain.ID)
		}, []spoil{{"an entry reversed twice", func() {
			s.exec("UPDATE entry SET reverses_id = ? WHERE id = ?", s.reversal.Entries[0].ReversesID, s.grain.Entries[0].ID)
		}, "reversal", "明细 " + s.reversal.Entries[0].ReversesID.String(), "不止一次"}})
	})
}

// TestCheckNamesManyOfAKind keeps one wrong thing from crowding out others.
func TestCheckNamesManyOfAKind(t *testing.T) {
	e, o := storetest.SQLite().Fixed(t)
	s := &spoiled{world: newWorld(t, e), raw: storetest.Raw(t, o)}
	s.post(s.receipt("2026-11-01", s.quilts("1")))
	lots := make([]ledger.Lot, 300)
	for i := range lots {
		lots[i] = ledger.Lot{ItemID: s.quilt.ID, No: fmt.Sprint("批", i), Received: day.Of(2026, 1, 1), Source: "其他"}
	}
	if err := s.st.Tx(s.ctx, func(tx *store.Tx) error { return tx.FindOrMakeLots(s.ctx, lots) }); err != nil {
		t.Fatal(err)
	}
	s.mustCheck()
	s.exec("UPDATE lot SET price_fen = 1 WHERE lot_no <> ''")
	s.exec("UPDATE stock SET qty = qty + 1")
	r, err := s.inv.Check(s.ctx, nil)
	if err != nil || len(r.Differences) != 202 {
		t.Fatalf("%d differences, %v", len(r.Differences), err)
	}
	if rest := r.Differences[201]; rest.Kind != "lot" || !strings.Contains(rest.Text, "另有 100 处") || r.Differences[200].Kind != "stock" {
		t.Errorf("%v", r.Differences[200:])
	}
}
