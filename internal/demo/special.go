package demo

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// quarantineBin is where the district's depot puts what waits for inspection.
const quarantineBin = "待检区"

// special books what the plan's receipts and issues do not show: pieces with
// numbers, packs, a transfer, a return, a lot on hold, goods scrapped, and
// months that are closed.
func (f *filler) special(ctx context.Context) error {
	if f.Size.Plain {
		return nil
	}
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	s := &specials{filler: f, w: f.newWriter(f.sites[0], goods), goods: goods}
	for _, step := range []func(context.Context) error{s.kinds, s.pieces, s.packs, s.inspection, s.blanks, s.months} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

type specials struct {
	*filler
	w     *writer
	goods []goods
	piece catalog.Item // kept piece by piece
	sack  catalog.Item // counted in packs
	buoy  catalog.Item // whose lot is inspected
}

// kinds makes an item kept piece by piece and gives another its packs.
func (s *specials) kinds(ctx context.Context) error {
	items, err := s.Store.Read().Items(ctx)
	if err != nil {
		return err
	}
	find := func(name, spec, unit string) catalog.Item {
		i := slices.IndexFunc(items, func(it catalog.Item) bool {
			return catalog.ItemKey(it.Name, it.Spec, it.Unit) == catalog.ItemKey(name, spec, unit)
		})
		if i < 0 {
			return catalog.Item{}
		}
		return items[i]
	}
	s.piece, s.sack, s.buoy = find("应急发电机", "5kw柴油", "台"), find("编织袋", "", "条"), find("救生圈", "", "个")
	who := s.planner
	who.Name += "（演示值）"
	for _, it := range []struct {
		catalog.Item
		serial bool
		packs  string
		check  int
	}{{s.piece, true, "", 3}, {s.sack, false, "捆=100", 0}} {
		in := directory.ItemInput{Name: it.Name, Spec: it.Spec, Unit: it.Unit, CategoryID: it.CategoryID, StorageMonths: it.StorageMonths,
			Recoverable: it.Recoverable || it.serial, Aliases: it.Aliases, Serial: it.serial, Packs: it.packs, CheckMonths: it.check,
			Weight: quantity.KgText(it.WeightGram), Volume: quantity.M3Text(it.VolumeCm3)}
		if _, err := s.Directory.UpdateItem(ctx, who, it.ID, in); err != nil {
			return fmt.Errorf("%s: %w", it.Label(), err)
		}
	}
	return nil
}

// post books a voucher of the district's depot some days ago.
func (s *specials) post(ctx context.Context, n int, t ledger.Type, ago int, reason, counterparty string, lines ...inventory.Line) (ledger.Voucher, error) {
	d := inventory.Draft{Type: t, DepotID: s.w.ID, BusinessOn: s.today.AddDays(-ago).String(), Reason: reason, Counterparty: counterparty,
		Remark: "演示数据", Lines: lines, ClientKey: keyOf(s.w.Code, n, "special")}
	who := s.w.keeper
	if t == ledger.Transfer {
		d.ToDepotID, who = s.sites[1].ID, s.mover
	}
	return s.Inventory.PostDraft(ctx, who, d)
}

// pieces receives generators by number, sends two out and takes one back.
func (s *specials) pieces(ctx context.Context) error {
	line := inventory.Line{ItemID: s.piece.ID, Item: s.piece.Label()}
	in := line
	in.LotNo, in.Price, in.Bin, in.Owner = "FD-001至FD-005", "6800", s.w.bins[0], s.w.owner
	if _, err := s.post(ctx, 1, ledger.Receipt, 28, "本级采购", suppliers[0], in); err != nil {
		return err
	}
	out := line
	out.LotNo = "FD-001、FD-002"
	v, err := s.post(ctx, 2, ledger.Issue, 12, "演练消耗", s.w.partners[0], out)
	if err != nil {
		return err
	}
	_, err = s.Inventory.Return(ctx, s.w.keeper, inventory.ReturnRequest{VoucherID: v.ID, BusinessOn: s.today.AddDays(-9).String(), Reason: "演练结束归还",
		Lines: []inventory.ReturnLine{{EntryID: takenFrom(v).ID, Qty: "1", Bin: s.w.bins[0]}}, ClientKey: keyOf(s.w.Code, 3, "special")})
	return err
}

// takenFrom is the first entry that took something off a shelf.
func takenFrom(v ledger.Voucher) ledger.Entry {
	return v.Entries[slices.IndexFunc(v.Entries, func(e ledger.Entry) bool { return e.DepotID != 0 && e.Qty < 0 })]
}

// packs sends sacks to the first street, keyed in bundles.
func (s *specials) packs(ctx context.Context) error {
	in := inventory.Line{ItemID: s.sack.ID, Item: s.sack.Label(), LotNo: "BZ-演示", Qty: "60捆", Price: "1.20", Bin: s.w.bins[0], Owner: s.w.owner}
	v, err := s.post(ctx, 4, ledger.Receipt, 8, "本级采购", suppliers[0], in)
	if err != nil {
		return err
	}
	out := inventory.Line{ItemID: s.sack.ID, Item: s.sack.Label(), LotID: v.Entries[0].LotID, PlaceID: shelved(v).PlaceID, Qty: "20捆",
		ToBin: s.sites[1].bins[0], Remark: "整批调拨"}
	_, err = s.post(ctx, 5, ledger.Transfer, 6, "补充储备", "", out)
	return err
}

// shelved is the entry that put something on a shelf.
func shelved(v ledger.Voucher) ledger.Entry {
	return v.Entries[slices.IndexFunc(v.Entries, func(e ledger.Entry) bool { return e.DepotID != 0 && e.Qty > 0 })]
}

// inspection moves part of a lot to where it waits, scraps what failed and
// holds the lot.
func (s *specials) inspection(ctx context.Context) error {
	bins, err := s.Directory.Places(ctx, s.planner, s.w.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(bins, func(p place.Place) bool { return p.Code == quarantineBin }) {
		if _, err := s.Directory.CreateBin(ctx, s.planner, s.w.ID, place.Quarantine, quarantineBin, ""); err != nil {
			return err
		}
	}
	line := inventory.Line{ItemID: s.buoy.ID, Item: s.buoy.Label(), LotNo: "JS-演示", Qty: "30", Price: "55", Bin: s.w.bins[0], Owner: s.w.owner}
	v, err := s.post(ctx, 6, ledger.Receipt, 20, "社会捐赠", donors[0], line)
	if err != nil {
		return err
	}
	take := inventory.Line{ItemID: s.buoy.ID, Item: s.buoy.Label(), LotID: v.Entries[0].LotID, PlaceID: shelved(v).PlaceID, Qty: "6", ToBin: quarantineBin}
	moved, err := s.post(ctx, 7, ledger.BinMove, 5, "移入待检区", "", take)
	if err != nil {
		return err
	}
	take.PlaceID, take.Qty, take.ToBin = shelved(moved).PlaceID, "2", ""
	if _, err := s.post(ctx, 8, ledger.Disposal, 3, "损坏变质", "", take); err != nil {
		return err
	}
	return s.hold(ctx, take.LotID)
}

func (s *specials) hold(ctx context.Context, lot id.ID) error {
	return s.Inventory.HoldLot(ctx, s.w.keeper, inventory.HoldRequest{LotID: lot, Held: true, Reason: "外壳开裂，待复检（演示）"})
}

// closedMonths is how many are closed one by one; the first takes those before
// it along. The last month stays open, as it does in an office for a while.
const closedMonths = 2

func (s *specials) months(ctx context.Context) error {
	depots := make([]id.ID, len(s.sites))
	for i, site := range s.sites {
		depots[i] = site.ID
	}
	for ago := closedMonths + 1; ago > 1; ago-- {
		month := ledger.MonthOf(s.today).Add(-ago)
		results, err := s.Inventory.ClosePeriods(ctx, s.planner, month, depots)
		if err != nil {
			return err
		}
		if err := s.mustClose(ctx, month, results); err != nil {
			return err
		}
	}
	return nil
}

// mustClose passes over depots that a fill which was cut off had closed.
func (s *specials) mustClose(ctx context.Context, month ledger.Month, results []inventory.CloseResult) error {
	board, err := s.Inventory.Periods(ctx, s.planner, month)
	if err != nil {
		return err
	}
	last := map[id.ID]ledger.Month{}
	for _, d := range board.Depots {
		last[d.Depot.ID] = d.Last
	}
	for _, r := range results {
		if r.Err != nil && last[r.DepotID] < month {
			return fmt.Errorf("%s %s: %w", r.Depot, month, r.Err)
		}
	}
	return nil
}
