package importing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Decide saves choices on a preview. version is that of the page they were
// made on; an older page is a Conflict.
func (s *Service) Decide(ctx context.Context, actor access.Actor, batch id.ID, version int64, change func(*Decisions)) (*Preview, error) {
	b, err := s.batch(ctx, s.store.Read(), actor, batch)
	if err != nil {
		return nil, err
	}
	d, err := unpack(b)
	if err != nil {
		return nil, err
	}
	if b.Status != Uploaded || version != 0 && version != b.Version {
		return nil, errs.New(errs.Conflict, "这个批次刚刚被别人修改或处理过，请刷新页面后再办。")
	}
	d.Decisions = d.Decisions.ready()
	change(&d.Decisions)
	p, err := s.preview(ctx, actor, b, d.Decisions)
	if err != nil {
		return nil, err
	}
	d.Batch.Decisions = d.encode()
	p.record(&d.Batch)
	err = s.store.Tx(ctx, func(tx *store.Tx) error { return tx.DecideImport(ctx, d.Batch) })
	d.Version++
	p.Batch = d.Batch
	return p, err
}

func (d Decisions) ready() Decisions {
	if d.Depots == nil {
		d.Depots = map[string]id.ID{}
	}
	if d.Items == nil {
		d.Items = map[string]Choice{}
	}
	if d.Accept == nil {
		d.Accept = map[string]bool{}
	}
	if d.Skip == nil {
		d.Skip = map[string]bool{}
	}
	return d
}

// Apply books a batch as opening vouchers, one per depot (and thousand lines),
// all in one transaction. onlyClean leaves rows that are not ok out; without
// it every row must be ok. A second tap gives the first result again.
func (s *Service) Apply(ctx context.Context, actor access.Actor, batch id.ID, version int64, onlyClean bool) ([]ledger.Voucher, error) {
	p, err := s.Preview(ctx, actor, batch)
	if err != nil {
		return nil, err
	}
	if p.Batch.Status == Applied {
		return s.vouchers(ctx, batch)
	}
	if err := p.mayApply(version, onlyClean); err != nil {
		return nil, err
	}
	var posted []ledger.Voucher
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		posted, err = s.book(ctx, tx, actor, p)
		return err
	})
	if errors.Is(err, store.ErrUnknownOutcome) || errors.Is(err, errs.Conflict) {
		if again, e := s.vouchers(ctx, batch); e == nil && len(again) > 0 {
			return again, nil
		}
	}
	return posted, err
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
	return s.vouchers(ctx, batch)
}

func (s *Service) vouchers(ctx context.Context, batch id.ID) ([]ledger.Voucher, error) {
	c := s.store.Read()
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

// book runs inside the transaction: the batch moves on, new items are made,
// vouchers are posted, each row is tied to its voucher.
func (s *Service) book(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) ([]ledger.Voucher, error) {
	if err := tx.MoveImport(ctx, p.Batch, Applied, actor.Name); err != nil {
		return nil, err
	}
	made, err := s.makeItems(ctx, tx, actor, p)
	if err != nil {
		return nil, err
	}
	var posted []ledger.Voucher
	for _, depot := range p.mapped() {
		if has, err := tx.DepotHasEntries(ctx, depot); err != nil || has {
			return nil, firstError(err, errs.New(errs.Conflict, "这个储备库刚刚有了账目，台账不能再作期初入账，请刷新后按差异核对。"))
		}
		rows := p.rowsOf(depot, made)
		for n := 0; len(rows) > 0; n++ {
			size := min(len(rows), ledger.MaxLines)
			v, err := s.open(ctx, tx, actor, p, depot, n, rows[:size])
			if err != nil {
				return nil, err
			}
			if v.ID != 0 {
				posted = append(posted, v)
			}
			rows = rows[size:]
		}
	}
	return posted, tx.Audit(ctx, 0, audit(actor, "import.apply", p.Batch, "ok"))
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (p *Preview) mapped() []id.ID {
	var list []id.ID
	seen := map[id.ID]bool{}
	for _, d := range p.Depots {
		if !seen[d.DepotID] {
			seen[d.DepotID] = true
			list = append(list, d.DepotID)
		}
	}
	return list
}

// rowsOf gives the rows of a depot to book, each with its item.
func (p *Preview) rowsOf(depot id.ID, made map[string]catalog.Item) []Row {
	var rows []Row
	for _, r := range p.Rows {
		if r.DepotID != depot || r.Skipped || r.Status != reading.OK || r.Quantity == nil {
			continue
		}
		if r.Create {
			it := made[WordKey(r.Row)]
			r.Item = &it
		}
		rows = append(rows, r)
	}
	return rows
}

// open posts one opening voucher. Rows of quantity 0 are kept in the record
// and book nothing.
func (s *Service) open(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview, depot id.ID, n int, rows []Row) (ledger.Voucher, error) {
	v := ledger.Voucher{ID: tx.NewID(), DepotID: depot, Type: ledger.Opening, BusinessOn: p.AsOf, Reason: "期初", Reference: clip(p.Batch.FileName, 200),
		Remark: "台账导入"}
	lots := make([]ledger.Lot, len(rows))
	for i, r := range rows {
		lots[i] = ledger.Lot{ItemID: r.Item.ID, No: clip(r.LotNo, 60), Produced: r.ProductionDate, Expires: r.Expiry, Received: r.Date,
			Source: ledger.Source(clip(r.Source, 60)), Price: r.Price, Owner: clip(r.Owner, 100)}
	}
	if err := tx.FindOrMakeLots(ctx, lots); err != nil {
		return v, err
	}
	var record []store.ImportRow
	for i, r := range rows {
		row := store.ImportRow{BatchID: p.Batch.ID, Sheet: r.Sheet, Cell: r.Cell, Key: r.Content}
		if *r.Quantity != 0 {
			code := cmp.Or(clip(strings.TrimSpace(r.Location), 60), place.DefaultBin)
			bin, _, err := tx.EnsureBin(ctx, depot, code, code)
			if err != nil {
				return v, err
			}
			e := ledger.Entry{Line: i + 1, PlaceID: place.Outer(place.Opened), LotID: lots[i].ID, ItemID: r.Item.ID, Qty: -*r.Quantity}
			in := e
			in.PlaceID, in.DepotID, in.Qty, in.Remark = bin.ID, depot, *r.Quantity, clip(r.Remark, 200)
			v.Entries = append(v.Entries, e, in)
			row.VoucherID = v.ID
		}
		record = append(record, row)
	}
	if err := tx.InsertImportRows(ctx, record); err != nil || len(v.Entries) == 0 {
		return ledger.Voucher{}, err
	}
	key := fmt.Sprintf("import-%s-%s-%d", p.Batch.ID, depot, n)
	return posting.InTx(ctx, tx, posting.Request{Actor: actor, Permission: access.LedgerImport, ClientKey: key, Hash: p.Batch.FileHash}, v)
}
