package importing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// clerk books one batch inside one transaction.
type clerk struct {
	s      *Service
	tx     *store.Tx
	actor  access.Actor
	p      *Preview
	step   *worker
	bins   map[binAt]id.ID
	posted []ledger.Voucher
}

type binAt struct {
	depot id.ID
	code  string
}

// paper is a voucher to be: what it says, and the rows it is made of.
type paper struct {
	depot        id.ID
	typ          ledger.Type
	on           day.Day
	reason       string
	counterparty string
	reference    string
	rows         []Row
}

// depot books the rows of one depot.
func (c *clerk) depot(ctx context.Context, depot id.ID, made map[string]catalog.Item) error {
	rows, err := c.p.rowsOf(depot, made)
	if err != nil {
		return err
	}
	if c.p.Form != nil {
		return c.settleForm(ctx, depot, rows)
	}
	if c.p.Act == Settle && !c.p.opens[depot] {
		return c.adjust(ctx, depot, rows, made)
	}
	for _, pp := range c.papers(depot, rows) {
		if c.p.Act == Journal {
			if pp.rows, err = c.takenBack(ctx, pp); err != nil {
				return err
			}
		}
		if len(pp.rows) == 0 {
			continue
		}
		if err := c.write(ctx, pp); err != nil {
			return err
		}
	}
	return nil
}

// papers sorts rows into vouchers: an opening for a stock list; else one for
// each day, sort, document number and counterparty, in the order of the days.
func (c *clerk) papers(depot id.ID, rows []Row) []paper {
	if c.p.Act == Settle {
		return cut([]paper{{depot: depot, typ: ledger.Opening, on: c.p.AsOf, reason: "期初", reference: clip(c.p.Batch.FileName, 200), rows: rows}})
	}
	slices.SortStableFunc(rows, c.p.inTurn)
	var list []paper
	at := map[string]int{}
	for _, r := range rows {
		pp := c.paperOf(depot, r)
		key := strings.Join([]string{string(pp.typ), pp.on.First, pp.reason, pp.counterparty, pp.reference}, "\x00")
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, pp)
		}
		list[i].rows = append(list[i].rows, r)
	}
	return cut(list)
}

// cut divides papers that are too long for one voucher. A line that takes goods
// may take them from several lots, so fewer of those fit.
func cut(list []paper) []paper {
	var all []paper
	for _, pp := range list {
		room := ledger.MaxLines
		if pp.typ == ledger.Issue || pp.typ == ledger.Disposal {
			room = ledger.MaxLines / 4
		}
		for _, some := range vouchersOf(pp.rows, room) {
			one := pp
			one.rows = some
			all = append(all, one)
		}
	}
	return all
}

// write posts one paper and ties its rows to the voucher. Rows of quantity 0
// are kept in the record and book nothing.
func (c *clerk) write(ctx context.Context, pp paper) error {
	v := ledger.Voucher{ID: c.tx.NewID(), DepotID: pp.depot, Type: pp.typ, BusinessOn: pp.on, Reason: pp.reason, Counterparty: clip(pp.counterparty, 200),
		Reference: clip(pp.reference, 200), Remark: "台账导入"}
	if pp.typ != ledger.Opening {
		v.Remark = clip("台账导入 "+c.p.Batch.FileName, 200)
	}
	record := make([]store.ImportRow, len(pp.rows))
	for i, r := range pp.rows {
		record[i] = store.ImportRow{BatchID: c.p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content}
		if *r.Quantity != 0 {
			record[i].VoucherID = v.ID
		}
	}
	var err error
	switch pp.typ {
	case ledger.Issue, ledger.Disposal:
		v.Entries, err = c.leaving(ctx, pp)
	default:
		v.Entries, err = c.coming(ctx, pp)
	}
	if err != nil {
		return err
	}
	if err := c.tx.InsertImportRows(ctx, record); err != nil || len(v.Entries) == 0 {
		return err
	}
	c.step.add(len(pp.rows))
	return c.post(ctx, v)
}

func (c *clerk) post(ctx context.Context, v ledger.Voucher) error {
	key := fmt.Sprintf("import-%s-%d", c.p.Batch.ID, len(c.posted))
	posted, err := posting.InTx(ctx, c.tx, posting.Request{Actor: c.actor, Permission: access.LedgerImport, ClientKey: key, Hash: c.p.Batch.FileHash}, v)
	if err != nil {
		return err
	}
	c.posted = append(c.posted, posted)
	return nil
}

// coming makes the entries of rows that come in: lots are found or made, bins
// too.
func (c *clerk) coming(ctx context.Context, pp paper) ([]ledger.Entry, error) {
	lots, err := lotsFor(ctx, c.tx, pp)
	if err != nil {
		return nil, err
	}
	var entries []ledger.Entry
	from := place.Outer(posting.Outside(pp.typ, pp.reason))
	for i, r := range pp.rows {
		if *r.Quantity == 0 {
			continue
		}
		bin, err := c.bin(ctx, pp.depot, binCode(r))
		if err != nil {
			return nil, err
		}
		for _, lot := range lots[i] {
			qty := max(r.Amount, -r.Amount)
			if lot.Serial {
				qty = quantity.One
			}
			e := ledger.Entry{Line: i + 1, PlaceID: from, LotID: lot.ID, ItemID: r.Item.ID, Qty: -qty}
			in := e
			in.PlaceID, in.DepotID, in.Qty, in.Packed, in.Remark = bin, pp.depot, qty, r.Packed, clip(r.Remark, 200)
			entries = append(entries, e, in)
		}
	}
	return entries, nil
}

// lotsFor finds or makes the lots of each row.
func lotsFor(ctx context.Context, tx *store.Tx, pp paper) ([][]ledger.Lot, error) {
	var all []ledger.Lot
	of := make([][]ledger.Lot, len(pp.rows))
	for i, r := range pp.rows {
		of[i] = r.lotsOf()
		if pp.typ == ledger.Receipt {
			for j := range of[i] {
				of[i][j].Received = pp.on
				if of[i][j].Source == "" {
					of[i][j].Source = ledger.Source(pp.reason)
				}
			}
		}
		all = append(all, of[i]...)
	}
	if err := tx.FindOrMakeLots(ctx, all); err != nil {
		return nil, err
	}
	for i := range of {
		n := len(of[i])
		of[i], all = all[:n], all[n:]
	}
	return of, nil
}

// leaving makes the entries of rows that leave: from the lots a row names, else
// first expired first out, as the books stand after what came in before.
func (c *clerk) leaving(ctx context.Context, pp paper) ([]ledger.Entry, error) {
	shelves, err := c.shelves(ctx, pp)
	if err != nil {
		return nil, err
	}
	to := place.Outer(posting.Outside(pp.typ, pp.reason))
	var entries []ledger.Entry
	var wrong errs.Check
	for i, r := range pp.rows {
		if *r.Quantity == 0 {
			continue
		}
		need := max(r.Amount, -r.Amount)
		mine := r.shelvesOf(shelves)
		picks, short := ledger.Propose(mine, need, pp.on)
		if pp.typ == ledger.Disposal {
			picks, short = ledger.ProposeAny(mine, need)
		}
		if short > 0 {
			wrong.Add(fmt.Sprintf("row.%d", r.Row.Row), "第 %d 行「%s」：%s 要出 %s %s，账上能出的只有 %s %s。请核对这一行，或先补记它前面的入库。",
				r.Row.Row, r.Item.Label(), pp.on, need, r.Item.Unit, need-short, r.Item.Unit)
			continue
		}
		for _, pk := range picks {
			takeOff(shelves, pk)
			e := ledger.Entry{Line: i + 1, PlaceID: pk.Shelf.PlaceID, DepotID: pp.depot, LotID: pk.Shelf.Lot.ID, ItemID: r.Item.ID, Qty: -pk.Qty,
				Packed: r.Packed, Remark: clip(r.Remark, 200)}
			out := e
			out.PlaceID, out.DepotID, out.Qty, out.Packed, out.Remark = to, 0, pk.Qty, "", ""
			entries = append(entries, e, out)
		}
	}
	return entries, wrong.Err()
}

func takeOff(shelves []ledger.Shelf, pk ledger.Pick) {
	for i := range shelves {
		if shelves[i].PlaceID == pk.Shelf.PlaceID && shelves[i].Lot.ID == pk.Shelf.Lot.ID {
			shelves[i].OnHand -= pk.Qty
		}
	}
}

func (c *clerk) shelves(ctx context.Context, pp paper) ([]ledger.Shelf, error) {
	var items []id.ID
	for _, r := range pp.rows {
		if !slices.Contains(items, r.Item.ID) {
			items = append(items, r.Item.ID)
		}
	}
	places, err := c.tx.Places(ctx, pp.depot)
	if err != nil {
		return nil, err
	}
	places = slices.DeleteFunc(places, func(x place.Place) bool { return x.Kind != place.Bin })
	return c.tx.Shelves(ctx, pp.depot, items, places)
}

// shelvesOf gives the shelves of a row's item that hold a lot it may mean.
func (r Row) shelvesOf(shelves []ledger.Shelf) []ledger.Shelf {
	said := identity{r.LotNo, r.ProductionDate, r.Expiry}
	numbers := map[string]bool{}
	if r.Item.Serial {
		list, _ := catalog.ParseSerials(r.LotNo) // judged before
		for _, no := range list {
			numbers[catalog.Key(no)] = true
		}
		said.no = ""
	}
	var list []ledger.Shelf
	for _, s := range shelves {
		if s.Lot.ItemID == r.Item.ID && said.fits(identity{s.Lot.No, s.Lot.Produced, s.Lot.Expires}) && (len(numbers) == 0 || numbers[catalog.Key(s.Lot.No)]) {
			list = append(list, s)
		}
	}
	return list
}

func binCode(r Row) string { return clip(catalog.Key(r.Location), 60) }

// bin finds or makes a bin by its code.
func (c *clerk) bin(ctx context.Context, depot id.ID, code string) (id.ID, error) {
	at := binAt{depot, code}
	if known, ok := c.bins[at]; ok {
		return known, nil
	}
	bin, err := c.s.directory.EnsureBin(ctx, c.tx, c.actor, depot, code)
	if err != nil {
		return 0, err
	}
	c.bins[at] = bin.ID
	return bin.ID, nil
}

// paperOf says which voucher a row that moves by itself belongs to.
func (c *clerk) paperOf(depot id.ID, r Row) paper {
	e := r.Extra
	pp := paper{depot: depot, on: c.p.on(r), reference: e.DocNo, counterparty: cmp.Or(e.Counterparty, e.Donor)}
	pp.typ, pp.reason = r.movement()
	if c.p.Kind == reading.DonationRegister {
		pp.typ, pp.reason = ledger.Receipt, ledger.Donated
	}
	if pp.typ == ledger.Opening {
		pp.reference, pp.counterparty = clip(c.p.Batch.FileName, 200), ""
	}
	return pp
}
