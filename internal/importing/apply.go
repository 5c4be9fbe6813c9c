package importing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Apply books a batch as opening vouchers, one per depot (and thousand lines),
// all in one transaction. onlyClean leaves rows that are not ok out; without
// it every row must be ok. A second tap gives the first result again.
func (s *Service) Apply(ctx context.Context, actor access.Actor, batch id.ID, version int64, onlyClean bool) ([]ledger.Voucher, error) {
	p, err := s.Preview(ctx, actor, batch)
	if err != nil {
		return nil, err
	}
	if p.Batch.Status == Applied {
		return vouchers(ctx, s.store.Read(), batch)
	}
	var posted []ledger.Voucher
	if err = p.mayApply(version, onlyClean); err == nil {
		err = s.store.Tx(ctx, func(tx *store.Tx) error {
			posted, err = s.book(ctx, tx, actor, p)
			return err
		})
	}
	if err == nil {
		return posted, nil
	}
	if first, booked := s.settled(ctx, batch); booked {
		return first, nil
	}
	if errors.Is(err, store.ErrDuplicate) {
		return nil, errs.Wrap(errs.Conflict, err, "别人刚刚新增了同样的物资或单位，这次没有入账。请刷新页面后再入账。")
	}
	return nil, err
}

// lookTime bounds looking up what became of a request.
const lookTime = 5 * time.Second

// settled asks the database itself whether a batch stands booked, and by what.
// It runs only after a failure or a refusal, since the first tap may have booked
// while the second was reading; and detached from the request: whether anybody
// still waits or not, the answer decides whether the goods are booked again.
func (s *Service) settled(ctx context.Context, batch id.ID) ([]ledger.Voucher, bool) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer stop()
	if b, err := s.store.Read().Import(ctx, batch); err != nil || b.Status != Applied {
		return nil, false
	}
	posted, err := vouchers(ctx, s.store.Read(), batch)
	return posted, err == nil
}

func (p *Preview) mayApply(version int64, onlyClean bool) error {
	switch {
	case p.Blocked != "":
		return errs.New(errs.Invalid, "%s", p.Blocked)
	case version != 0 && version != p.Batch.Version:
		return errs.New(errs.Conflict, "这个批次刚刚被别人修改过，请刷新页面，看过后再入账。")
	case p.Counts.OK == 0:
		return errs.New(errs.Invalid, "没有可以入账的行，请先处理标出的问题。")
	case !onlyClean && p.Counts.Error+p.Counts.Confirm > 0:
		return errs.New(errs.Invalid, "还有 %d 行有错误、%d 行需确认。请先处理，或选择“只导入无误的行”。", p.Counts.Error, p.Counts.Confirm)
	}
	return nil
}

// Vouchers lists what a batch booked, also after it was taken back.
func (s *Service) Vouchers(ctx context.Context, actor access.Actor, batch id.ID) ([]ledger.Voucher, error) {
	if _, err := s.batch(ctx, s.store.Read(), actor, batch); err != nil {
		return nil, err
	}
	return vouchers(ctx, s.store.Read(), batch)
}

func vouchers(ctx context.Context, c *store.Conn, batch id.ID) ([]ledger.Voucher, error) {
	ids, err := c.ImportVouchers(ctx, batch)
	if err != nil {
		return nil, err
	}
	var list []ledger.Voucher
	for _, i := range ids {
		v, err := c.Voucher(ctx, i)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// book runs inside the transaction: the batch moves on, every head is taken,
// new items are made, vouchers are posted, each row is tied to its voucher.
func (s *Service) book(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) ([]ledger.Voucher, error) {
	if err := tx.MoveImport(ctx, p.Batch, Applied, actor.Name); err != nil {
		return nil, err
	}
	if err := p.lock(ctx, tx); err != nil {
		return nil, err
	}
	if err := p.stillSo(ctx, tx); err != nil {
		return nil, err
	}
	made, err := s.makeItems(ctx, tx, actor, p)
	if err != nil {
		return nil, err
	}
	var posted []ledger.Voucher
	for _, depot := range p.mapped() {
		rows, err := p.rowsOf(depot, made)
		if err != nil {
			return nil, err
		}
		for n, some := range vouchersOf(rows) {
			v, err := s.open(ctx, tx, actor, p, opening{depot, n, some})
			if err != nil {
				return nil, err
			}
			if v.ID != 0 {
				posted = append(posted, v)
			}
		}
	}
	return posted, tx.Audit(ctx, 0, audit(actor, "import.apply", p.Batch, "ok"))
}

// lock makes everybody wait who could change what applying decides on: other
// postings at the depots, other imports into them, and, when goods are made,
// other changers of the catalogue. The catalogue comes first, as it does where
// an item's unit is changed, so that nobody waits in a ring.
func (p *Preview) lock(ctx context.Context, tx *store.Tx) error {
	if p.makesGoods() {
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
	}
	if err := takeHeads(ctx, tx, p.mapped()); err != nil {
		return err
	}
	for _, depot := range p.mapped() {
		has, err := tx.DepotHasEntries(ctx, depot)
		if err != nil {
			return err
		}
		if has {
			return errs.New(errs.Conflict, "这个储备库刚刚有了账目，台账不能再作期初入账，请刷新后按差异核对。")
		}
	}
	return nil
}

// takeHeads locks the heads of depots in the order in which every posting
// does, so that two of them never wait for each other.
func takeHeads(ctx context.Context, tx *store.Tx, depots []id.ID) error {
	for _, depot := range slices.Sorted(slices.Values(depots)) {
		if _, err := tx.TakeHead(ctx, depot); err != nil {
			return err
		}
	}
	return nil
}

// mapped lists the depots chosen, each once.
func (p *Preview) mapped() []id.ID {
	var list []id.ID
	for _, d := range p.Depots {
		if d.DepotID != 0 && !slices.Contains(list, d.DepotID) {
			list = append(list, d.DepotID)
		}
	}
	return list
}

// rowsOf gives the rows of a depot to book, each with its item.
func (p *Preview) rowsOf(depot id.ID, made map[string]catalog.Item) ([]Row, error) {
	var rows []Row
	for _, r := range p.Rows {
		if r.DepotID != depot || !r.booked() {
			continue
		}
		if r.Create {
			it := made[WordKey(r.Row)]
			if r.Item = &it; !r.Quantity.Fits(it.Decimals) {
				return nil, errs.New(errs.Invalid, "%s", r.tooFine())
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// opening is one voucher of a batch: its number among the depot's, and rows.
type opening struct {
	depot id.ID
	n     int
	rows  []Row
}

// open posts one opening voucher. Rows of quantity 0 are kept in the record
// and book nothing.
func (s *Service) open(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview, o opening) (ledger.Voucher, error) {
	lots, err := o.lots(ctx, tx)
	if err != nil {
		return ledger.Voucher{}, err
	}
	bins, err := s.binsOf(ctx, tx, actor, o)
	if err != nil {
		return ledger.Voucher{}, err
	}
	v := ledger.Voucher{ID: tx.NewID(), DepotID: o.depot, Type: ledger.Opening, BusinessOn: p.AsOf, Reason: "期初", Reference: clip(p.Batch.FileName, 200),
		Remark: "台账导入"}
	record := make([]store.ImportRow, len(o.rows))
	for i, r := range o.rows {
		record[i] = store.ImportRow{BatchID: p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content}
		if *r.Quantity == 0 {
			continue
		}
		for _, lot := range lots[i] {
			qty := *r.Quantity
			if lot.Serial {
				qty = quantity.One
			}
			e := ledger.Entry{Line: i + 1, PlaceID: place.Outer(place.Opened), LotID: lot.ID, ItemID: r.Item.ID, Qty: -qty}
			in := e
			in.PlaceID, in.DepotID, in.Qty, in.Remark = bins[binCode(r)], o.depot, qty, clip(r.Remark, 200)
			v.Entries = append(v.Entries, e, in)
		}
		record[i].VoucherID = v.ID
	}
	if err := tx.InsertImportRows(ctx, record); err != nil || len(v.Entries) == 0 {
		return ledger.Voucher{}, err
	}
	key := fmt.Sprintf("import-%s-%s-%d", p.Batch.ID, o.depot, o.n)
	return posting.InTx(ctx, tx, posting.Request{Actor: actor, Permission: access.LedgerImport, ClientKey: key, Hash: p.Batch.FileHash}, v)
}

// lots finds or makes the lots of each row.
func (o opening) lots(ctx context.Context, tx *store.Tx) ([][]ledger.Lot, error) {
	var all []ledger.Lot
	of := make([][]ledger.Lot, len(o.rows))
	for i, r := range o.rows {
		of[i] = r.lotsOf()
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

func binCode(r Row) string { return clip(catalog.Key(r.Location), 60) }

// binsOf finds or makes the bins of a voucher's rows, by their codes.
func (s *Service) binsOf(ctx context.Context, tx *store.Tx, actor access.Actor, o opening) (map[string]id.ID, error) {
	bins := map[string]id.ID{}
	for _, r := range o.rows {
		code := binCode(r)
		if _, found := bins[code]; found || *r.Quantity == 0 {
			continue
		}
		bin, err := s.directory.EnsureBin(ctx, tx, actor, o.depot, code)
		if err != nil {
			return nil, err
		}
		bins[code] = bin.ID
	}
	return bins, nil
}
