package inventory_test

import (
	"errors"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// district is a world with packs, pieces, a quarantine corner and a keeper of
// both depots.
type district struct {
	*world
	both             access.Actor
	water, generator catalog.Item
	corner           place.Place
}

func newDistrict(t *testing.T, e storetest.Engine) *district {
	w := &district{world: newWorld(t, e)}
	w.both = actor(104, "赵敏", access.Keeper, w.depot.ID)
	w.both.Grants = append(w.both.Grants, access.Grant{Role: access.Keeper, DepotID: w.other.ID})
	if err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
		cats, err := tx.Categories(w.ctx)
		if err != nil {
			return err
		}
		if err := tx.InsertUnits(w.ctx, catalog.Unit{Name: "瓶"}, catalog.Unit{Name: "台"}); err != nil {
			return err
		}
		w.water = catalog.Item{ID: tx.NewID(), Code: "SH0003", Name: "矿泉水", Unit: "瓶", CategoryID: cats[0].ID, Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}}
		w.generator = catalog.Item{ID: tx.NewID(), Code: "SH0004", Name: "发电机", Unit: "台", CategoryID: cats[0].ID, Serial: true}
		w.corner = place.Place{ID: tx.NewID(), Kind: place.Quarantine, DepotID: w.depot.ID, Code: "DJ", Name: "待检区"}
		bin := place.Place{ID: tx.NewID(), Kind: place.Bin, DepotID: w.depot.ID, Code: "B-2", Name: "B-2"}
		if err := tx.InsertPlaces(w.ctx, w.corner, bin); err != nil {
			return err
		}
		return tx.InsertItems(w.ctx, w.water, w.generator)
	}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *district) draft(t ledger.Type, reason string, lines ...inventory.Line) inventory.Draft {
	return inventory.Draft{Type: t, DepotID: w.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-11-24", Reason: reason, Lines: lines}
}

func (w *district) transfer(lines ...inventory.Line) inventory.Draft {
	d := w.draft(ledger.Transfer, "补充储备", lines...)
	d.ToDepotID = w.other.ID
	return d
}

// stock says what stands where: "货位 批号 数量", in the list's order.
func (w *district) stock(item catalog.Item) string {
	w.t.Helper()
	rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{ItemID: item.ID}, inventory.AllRows)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		list = append(list, r.DepotCode+" "+r.Bin+" "+r.Lot.No+" "+r.OnHand.String())
	}
	return strings.Join(list, "; ")
}

func (w *district) want(item catalog.Item, stock string) {
	w.t.Helper()
	if got := w.stock(item); got != stock {
		w.t.Errorf("stock of %s is %q, want %q", item.Name, got, stock)
	}
}

// lotOf gives the lot of a number.
func lotOf(t *testing.T, w *world, no string) id.ID {
	t.Helper()
	rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{LotNo: no}, inventory.AllRows)
	if err != nil || len(rows) == 0 {
		t.Fatalf("lot %s: %v", no, err)
	}
	return rows[0].Lot.ID
}

func TestTransfer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		w.post(w.receipt("2026-11-20", w.quilts("10")))
		v, err := w.inv.PostDraft(w.ctx, w.both, w.transfer(w.quilts("4")))
		if err != nil || v.Number != "DB-WC01-2026-000001" || v.ToDepotID != w.other.ID {
			t.Fatalf("%s %v", v.Number, err)
		}
		w.want(w.quilt, "GTL 默认货位  4; WC01 默认货位  6")
		t.Run("it is seen and listed at both ends, and nowhere else", func(t *testing.T) {
			far := actor(109, "外人", access.Keeper, id.ID(999))
			for _, who := range []access.Actor{w.keeper, w.stranger} {
				view, err := w.inv.Voucher(w.ctx, who, v.ID)
				if err != nil || view.ToDepot.Code != "GTL" || len(view.Lines) != 1 || view.Lines[0].Bin != "默认货位" || view.Lines[0].ToBin != "默认货位" || view.Lines[0].Qty != quantity.Of(4) {
					t.Errorf("%s: %+v %v", who.Name, view.Lines, err)
				}
				list, _, err := w.inv.Vouchers(w.ctx, who, inventory.VoucherFilter{Type: ledger.Transfer})
				if err != nil || len(list) != 1 || list[0].ToDepot != "高塘岭街道库" {
					t.Errorf("%s: list %v %v", who.Name, list, err)
				}
			}
			if _, err := w.inv.Voucher(w.ctx, far, v.ID); !errors.Is(err, errs.NotFound) {
				t.Errorf("a stranger: %v", err)
			}
		})
		t.Run("it needs the right at both ends", func(t *testing.T) {
			for _, who := range []access.Actor{w.keeper, w.stranger} {
				if _, err := w.inv.PostDraft(w.ctx, who, w.transfer(w.quilts("1"))); !errors.Is(err, errs.NotFound) && !errors.Is(err, errs.Forbidden) {
					t.Errorf("%s: %v", who.Name, err)
				}
				if _, err := w.inv.Reverse(w.ctx, who, inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}); !errors.Is(err, errs.NotFound) && !errors.Is(err, errs.Forbidden) {
					t.Errorf("%s: reversal %v", who.Name, err)
				}
			}
		})
		t.Run("it goes to another depot", func(t *testing.T) {
			d := w.transfer(w.quilts("1"))
			d.ToDepotID = d.DepotID
			_, err := w.inv.PostDraft(w.ctx, w.both, d)
			wantField(t, err, "to_depot", "移库单")
			d.ToDepotID = 0
			_, err = w.inv.PostDraft(w.ctx, w.both, d)
			wantField(t, err, "to_depot", "请选择调入")
			_, err = w.inv.PostDraft(w.ctx, w.both, w.transfer(inventory.Line{ItemID: w.quilt.ID, Qty: "1", ToBin: "没有"}))
			wantField(t, err, "line.1.to_bin", "没有货位")
		})
		t.Run("what has gone on cannot be taken back", func(t *testing.T) {
			used := w.issue("2026-11-24", w.quilts("4"))
			used.DepotID = w.other.ID
			gone, err := w.inv.PostDraft(w.ctx, w.both, used)
			if err != nil {
				t.Fatal(err)
			}
			r := inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}
			if _, err := w.inv.Reverse(w.ctx, w.both, r); !errors.Is(err, errs.Invalid) {
				t.Errorf("got %v", err)
			}
			if _, err := w.inv.Reverse(w.ctx, w.both, inventory.ReverseRequest{VoucherID: gone.ID, Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
				t.Fatal(err)
			}
			back, err := w.inv.Reverse(w.ctx, w.both, r)
			if err != nil || back.ToDepotID != w.other.ID {
				t.Fatal(err)
			}
			w.want(w.quilt, "WC01 默认货位  10")
		})
		w.mustCheck()
	})
}

func TestMoveAndDisposal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, LotNo: "旧", Expires: "2026-11-22", Qty: "5"}))
		move := func(l inventory.Line, to string) inventory.Draft {
			l.ItemID, l.ToBin = w.quilt.ID, to
			return w.draft(ledger.BinMove, "移入待检区", l)
		}
		if v := w.post(move(inventory.Line{Qty: "2"}, "DJ")); v.Number != "YK-WC01-2026-000001" {
			t.Error(v.Number)
		}
		w.want(w.quilt, "WC01 默认货位 旧 3; WC01 DJ 旧 2")
		_, err := w.inv.PostDraft(w.ctx, w.keeper, move(inventory.Line{Qty: "1"}, "B-2"))
		wantField(t, err, "line.1.lot_no", "请选定一个")
		lot := lotOf(t, w.world, "旧")
		_, err = w.inv.PostDraft(w.ctx, w.keeper, move(inventory.Line{Qty: "1", LotID: lot, PlaceID: w.corner.ID}, "DJ"))
		wantField(t, err, "line.1.to_bin", "已经在货位")
		_, err = w.inv.PostDraft(w.ctx, w.keeper, move(inventory.Line{Qty: "1", LotID: lot, PlaceID: w.corner.ID}, ""))
		wantField(t, err, "line.1.to_bin", "请填写移入的货位")
		w.post(move(inventory.Line{Qty: "1", LotID: lot, PlaceID: w.corner.ID}, "B-2"))
		scrap := w.post(w.draft(ledger.Disposal, "过期失效", inventory.Line{ItemID: w.quilt.ID, Qty: "1", LotID: lot, PlaceID: w.corner.ID}))
		if scrap.Number != "BF-WC01-2026-000001" {
			t.Error(scrap.Number)
		}
		w.want(w.quilt, "WC01 默认货位 旧 3; WC01 B-2 旧 1")
		_, err = w.inv.PostDraft(w.ctx, w.keeper, w.draft(ledger.Disposal, "没这种", inventory.Line{ItemID: w.quilt.ID, Qty: "1", LotID: lot}))
		wantField(t, err, "reason", "请选择报废原因")
		w.mustCheck()
	})
}

func TestOutOfTurnNeedsAReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, LotNo: "早", Expires: "2027-01", Qty: "5"},
			inventory.Line{ItemID: w.quilt.ID, LotNo: "晚", Expires: "2028-01", Qty: "5"}))
		late := inventory.Line{ItemID: w.quilt.ID, LotID: lotOf(t, w.world, "晚"), Qty: "2"}
		_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", late))
		wantField(t, err, "line.1.remark", "有效期至 2027-01 的还有 5 床")
		_, err = w.inv.PostDraft(w.ctx, w.both, w.transfer(late))
		wantField(t, err, "line.1.remark", "先到期的应先出")
		w.post(w.issue("2026-11-24", w.quilts("5"), late)) // nothing that expires earlier is left
		late.Remark = "灾民指定"
		w.post(w.issue("2026-11-24", late))
		w.want(w.quilt, "WC01 默认货位 晚 1")
	})
}

func TestReturn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, LotNo: "甲", Qty: "3"}, inventory.Line{ItemID: w.quilt.ID, LotNo: "乙", Expires: "2030-01", Qty: "3"}))
		out := w.post(w.issue("2026-11-22", w.quilts("5")))
		view, err := w.inv.Voucher(w.ctx, w.keeper, out.ID)
		if err != nil || !view.Returnable || len(view.Lines) != 2 {
			t.Fatalf("%+v %v", view.Lines, err)
		}
		first := view.Lines[0] // 乙: it expires first
		back := func(qty string, edit ...func(*inventory.ReturnRequest)) (ledger.Voucher, error) {
			r := inventory.ReturnRequest{VoucherID: out.ID, Reason: "演练结束", ClientKey: inventory.NewKey(),
				Lines: []inventory.ReturnLine{{EntryID: first.EntryID, Qty: qty, Bin: "DJ"}}}
			for _, f := range edit {
				f(&r)
			}
			return w.inv.Return(w.ctx, w.keeper, r)
		}
		v, err := back("2")
		if err != nil || v.Number != "GH-WC01-2026-000001" {
			t.Fatal(v.Number, err)
		}
		w.want(w.quilt, "WC01 默认货位 甲 1; WC01 DJ 乙 2")
		_, err = back("2")
		wantField(t, err, "line.1.qty", "还在外面的只有 1 床")
		_, err = back("0.5")
		wantField(t, err, "line.1.qty", "数量")
		_, err = back("1", func(r *inventory.ReturnRequest) { r.Lines[0].EntryID = 7 })
		wantField(t, err, "line.1.qty", "不是这张出库单的明细")
		_, err = back("1", func(r *inventory.ReturnRequest) { r.BusinessOn = "2026-11-21" })
		wantField(t, err, "business_on", "不能早于原单日期")
		_, err = back("", func(r *inventory.ReturnRequest) { r.Reason = "" })
		wantField(t, err, "reason", "归还原因")
		_, err = back("1", func(r *inventory.ReturnRequest) { r.Lines = append(r.Lines, r.Lines[0]) })
		wantField(t, err, "line.2.qty", "只有 0 床")

		t.Run("an issue with goods returned is not reversed before the return is", func(t *testing.T) {
			r := inventory.ReverseRequest{VoucherID: out.ID, Reason: "录错", ClientKey: inventory.NewKey()}
			if _, err := w.inv.Reverse(w.ctx, w.keeper, r); !errors.Is(err, errs.Conflict) || !strings.Contains(errs.MessageOf(err), "归还") {
				t.Fatalf("got %v", err)
			}
			if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
				t.Fatal(err)
			}
			if _, err := back("3"); err != nil {
				t.Fatalf("after the return was reversed all may come back: %v", err)
			}
			view, err := w.inv.Voucher(w.ctx, w.keeper, out.ID)
			if err != nil || len(view.Returns) != 2 || view.Lines[0].Left != 0 || view.Lines[1].Left != quantity.Of(2) {
				t.Errorf("%+v %v %v", view.Lines, view.Returns, err)
			}
		})
		t.Run("only issues come back", func(t *testing.T) {
			_, err := back("1", func(r *inventory.ReturnRequest) { r.VoucherID = v.ID })
			if !errors.Is(err, errs.Invalid) {
				t.Errorf("got %v", err)
			}
		})
		w.mustCheck()
	})
}

func TestPacks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		line := func(qty string) inventory.Line { return inventory.Line{ItemID: w.water.ID, Qty: qty} }
		in := w.post(w.receipt("2026-11-20", line("5箱3瓶")))
		w.post(w.issue("2026-11-24", line("2箱"), line("75")))
		w.want(w.water, "")
		view, err := w.inv.Voucher(w.ctx, w.keeper, in.ID)
		if err != nil || view.Lines[0].Packed != "5箱3瓶" || view.Lines[0].Qty != quantity.Of(123) {
			t.Errorf("%+v %v", view.Lines, err)
		}
		_, err = w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-20", line("5袋")))
		wantField(t, err, "line.1.qty", "箱=24瓶")
		_, err = w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-20", line("0.01箱")))
		wantField(t, err, "line.1.qty", "数量")
		w.mustCheck()
	})
}

func TestPieces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		line := func(numbers, qty string) inventory.Line {
			return inventory.Line{ItemID: w.generator.ID, LotNo: numbers, Qty: qty}
		}
		wrong := func(d inventory.Draft, name, words string) {
			t.Helper()
			_, err := w.inv.PostDraft(w.ctx, w.both, d)
			wantField(t, err, name, words)
		}
		w.post(w.receipt("2026-11-20", line("FD-001至FD-003", "")))
		w.want(w.generator, "WC01 默认货位 FD-001 1; WC01 默认货位 FD-002 1; WC01 默认货位 FD-003 1")
		wrong(w.receipt("2026-11-20", line("", "2")), "line.1.lot_no", "请填写每件的编号")
		wrong(w.receipt("2026-11-20", line("FD-004、FD-005", "3")), "line.1.qty", "2 个编号")
		wrong(w.receipt("2026-11-21", line("fd-001", "1")), "line.1.lot_no", "已经登记过") // another spelling, another lot
		again := w.receipt("2026-11-20", line("FD-002", "1"))
		wrong(again, "line.1.lot_no", "已经登记过")
		wrong(w.issue("2026-11-24", line("FD-009", "")), "line.1.lot_no", "不在区级中心库")

		out := w.post(w.issue("2026-11-22", line("FD-002", "")))
		wrong(again, "line.1.lot_no", "归还") // it is out, not unknown
		if _, err := w.inv.PostDraft(w.ctx, w.both, w.transfer(line("FD-003", "1"))); err != nil {
			t.Fatal(err)
		}
		w.want(w.generator, "GTL 默认货位 FD-003 1; WC01 默认货位 FD-001 1")
		far := w.receipt("2026-11-20", line("FD-001", "1"))
		far.DepotID = w.other.ID
		wrong(far, "line.1.lot_no", "已经登记过")
		view, err := w.inv.Voucher(w.ctx, w.keeper, out.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.inv.Return(w.ctx, w.keeper, inventory.ReturnRequest{VoucherID: out.ID, Reason: "用完", ClientKey: inventory.NewKey(),
			Lines: []inventory.ReturnLine{{EntryID: view.Lines[0].EntryID, Qty: "1"}}}); err != nil {
			t.Fatal(err)
		}
		t.Run("a number whose receipt was wrong may come in anew", func(t *testing.T) {
			bad := w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.generator.ID, LotNo: "FD-007", Price: "100"}))
			if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: bad.ID, Reason: "单价错", ClientKey: inventory.NewKey()}); err != nil {
				t.Fatal(err)
			}
			w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.generator.ID, LotNo: "FD-007", Price: "200"}))
			w.want(w.generator, "GTL 默认货位 FD-003 1; WC01 默认货位 FD-001 1; WC01 默认货位 FD-002 1; WC01 默认货位 FD-007 1")
		})
		w.mustCheck()
	})
}
