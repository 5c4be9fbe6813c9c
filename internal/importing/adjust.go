package importing

import (
	"context"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// adjust posts the differences of one depot that a person lets stand, dated the
// ledger's day, and keeps the rows in the batch's record.
func (c *clerk) adjust(ctx context.Context, depot id.ID, rows []Row, made map[string]catalog.Item) error {
	var list []Difference
	for _, d := range c.p.Compare {
		if d.DepotID == depot && d.Adjust && d.Ledger != d.Book {
			list = append(list, d)
		}
	}
	if err := c.stillDiffer(ctx, depot); err != nil {
		return err
	}
	voucherOf := map[string]id.ID{}
	for len(list) > 0 {
		n := min(len(list), ledger.MaxLines/4)
		v, err := c.adjustment(ctx, depot, list[:n], made)
		if err != nil {
			return err
		}
		for _, d := range list[:n] {
			for _, r := range d.group.rows {
				voucherOf[r.Key] = v.ID
			}
		}
		if err := c.post(ctx, v); err != nil {
			return err
		}
		list = list[n:]
	}
	record := make([]store.ImportRow, len(rows))
	for i, r := range rows {
		record[i] = store.ImportRow{BatchID: c.p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content, VoucherID: voucherOf[r.Key]}
	}
	c.step.add(len(rows))
	return c.tx.InsertImportRows(ctx, record)
}

// stillDiffer holds the books, now under the head's lock, against what the
// differences were made from.
func (c *clerk) stillDiffer(ctx context.Context, depot id.ID) error {
	now, err := c.tx.ShelvesOn(ctx, depot, c.p.AsOf.First)
	if err != nil {
		return err
	}
	again := Preview{Rows: c.p.Rows, Decisions: c.p.Decisions}
	again.compareDepot(depot, now)
	seen := Preview{Compare: slices.DeleteFunc(slices.Clone(c.p.Compare), func(d Difference) bool { return d.DepotID != depot })}
	if again.Stamp() != seen.Stamp() {
		return errs.New(errs.Conflict, "账面刚刚又有变动，差异和您看到的不一样了，这次没有入账。请刷新页面，看过新的差异后再入账。")
	}
	return nil
}

func (c *clerk) adjustment(ctx context.Context, depot id.ID, list []Difference, made map[string]catalog.Item) (ledger.Voucher, error) {
	v := ledger.Voucher{ID: c.tx.NewID(), DepotID: depot, Type: ledger.Adjustment, BusinessOn: c.p.AsOf, Reason: ledger.Counted,
		Reference: clip(c.p.Batch.FileName, 200), Remark: "台账对照调整"}
	for i, d := range list {
		var pairs []ledger.Entry
		var err error
		if d.Ledger > d.Book {
			pairs, err = c.found(ctx, depot, d, made)
		} else {
			pairs, err = c.lost(depot, d)
		}
		if err != nil {
			return v, err
		}
		for j := range pairs {
			pairs[j].Line = i + 1
		}
		v.Entries = append(v.Entries, pairs...)
	}
	return v, nil
}

// found brings in what a ledger has more than the books: into the lot the
// books know there, of several the one that expires last, else into a lot as
// the ledger describes it.
func (c *clerk) found(ctx context.Context, depot id.ID, d Difference, made map[string]catalog.Item) ([]ledger.Entry, error) {
	qty := d.Ledger - d.Book
	if n := len(d.group.shelves); n > 0 {
		s := slices.MaxFunc(d.group.shelves, func(a, b store.DayShelf) int {
			if a.Lot.ExpiresBefore(b.Lot) {
				return -1
			}
			return 1
		})
		return between(place.Outer(place.Lost), 0, s.PlaceID, depot, s.Lot, qty), nil
	}
	r := d.group.rows[0]
	if r.Create {
		it := made[WordKey(r.Row)]
		r.Item = &it
	}
	lots := r.lotsOf()
	if err := c.tx.FindOrMakeLots(ctx, lots); err != nil {
		return nil, err
	}
	bin, err := c.bin(ctx, depot, binCode(r))
	if err != nil {
		return nil, err
	}
	return between(place.Outer(posting.Outside(ledger.Adjustment, ledger.Counted)), 0, bin, depot, lots[0], qty), nil
}

// lost takes out what the books have more than a ledger: what expires first is
// taken to have been used up first.
func (c *clerk) lost(depot id.ID, d Difference) ([]ledger.Entry, error) {
	qty := d.Book - d.Ledger
	shelves := make([]ledger.Shelf, len(d.group.shelves))
	for i, s := range d.group.shelves {
		shelves[i] = s.Shelf
		shelves[i].OnHand = min(s.OnHand, s.Now) // what has left since cannot be missing too
	}
	picks, short := ledger.ProposeAny(shelves, qty)
	if short > 0 {
		return nil, errs.New(errs.Conflict, "「%s」%s 账面比台账多 %s %s，但其中 %s 后来已经出库，不能再调减。请核对台账日期，或不调整这一项。",
			d.Item.Label(), c.p.AsOf, qty, d.Item.Unit, short)
	}
	var pairs []ledger.Entry
	for _, pk := range picks {
		pairs = append(pairs, between(pk.Shelf.PlaceID, depot, place.Outer(place.Lost), 0, pk.Shelf.Lot, pk.Qty)...)
	}
	return pairs, nil
}

// between moves a quantity of a lot from one place to another.
func between(from, fromDepot, to, toDepot id.ID, lot ledger.Lot, qty quantity.Q) []ledger.Entry {
	return []ledger.Entry{
		{PlaceID: from, DepotID: fromDepot, LotID: lot.ID, ItemID: lot.ItemID, Qty: -qty},
		{PlaceID: to, DepotID: toDepot, LotID: lot.ID, ItemID: lot.ItemID, Qty: qty},
	}
}
