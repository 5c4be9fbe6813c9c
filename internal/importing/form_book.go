package importing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// closeForm marks a batch's form returned. It runs under the head of its depot:
// of two returns of one form one finds it closed, and books that moved since
// they were looked at are looked at again.
func (p *Preview) closeForm(ctx context.Context, tx *store.Tx, actor access.Actor) error {
	if p.Form == nil {
		return nil
	}
	f, err := tx.Form(ctx, p.Form.Form.ID)
	if err != nil {
		return err
	}
	now := *p.Form
	now.Form = f
	if why := now.blocked(p.Batch, len(p.Rows)); why != "" {
		return errs.New(errs.Conflict, "%s", why)
	}
	if err := p.Form.stillSo(ctx, tx, p.today.First); err != nil {
		return err
	}
	return tx.MoveForm(ctx, f, FormReturned, p.Batch.ID, actor.Name)
}

// stillSo refuses when a shelf or an item is another one than it was when the
// lines were judged.
func (f *ReturnedForm) stillSo(ctx context.Context, tx *store.Tx, today string) error {
	now := *f
	now.Lines = slices.Clone(f.Lines)
	if err := now.lookUp(ctx, tx.Conn, today); err != nil {
		return err
	}
	var ids []id.ID
	for _, l := range f.Lines {
		if l.Ready() && l.Change() != 0 {
			ids = append(ids, l.Item.ID)
		}
	}
	items, err := tx.ItemsByID(ctx, ids)
	if err != nil {
		return err
	}
	for i, l := range f.Lines {
		if !l.Ready() || l.Change() == 0 {
			continue
		}
		if it := items[l.Item.ID]; it.Unit != l.sent.Unit || it.Decimals != l.sent.Decimals {
			return errs.New(errs.Conflict, "「%s」在物资目录中的计量单位刚刚改过，请刷新页面，核对后再入账。", l.Item.Label())
		}
		if other := now.Lines[i]; other.Now != l.Now || other.shelf.free != l.shelf.free || other.shelf.lot.Held != l.shelf.lot.Held {
			return errs.New(errs.Conflict, "「%s」的账面刚刚又有变动，和您看到的不一样了，这次没有入账。请刷新页面，看过新的账面后再入账。", l.Item.Label())
		}
	}
	return nil
}

// reopenForm lets a form whose return was taken back be returned again, unless
// a newer one has taken its place: two that are out would both be booked.
func (s *Service) reopenForm(ctx context.Context, tx *store.Tx, b Batch) error {
	f, err := tx.FormOfImport(ctx, b.ID)
	if errors.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	out, err := tx.OpenForms(ctx, []id.ID{f.DepotID})
	if err != nil {
		return err
	}
	if len(out) > 0 {
		return tx.MoveForm(ctx, f, FormWithdrawn, 0, f.ClosedName)
	}
	return tx.MoveForm(ctx, f, FormSent, 0, "")
}

// formPaper is a voucher to be of a form's lines.
type formPaper struct {
	typ    ledger.Type
	reason string
	lines  []FormLine
}

// settleForm books the change each line states, on top of what moved meanwhile,
// and the goods that were not listed as receipts.
func (c *clerk) settleForm(ctx context.Context, depot id.ID, rows []Row) error {
	f := c.p.Form
	voucherOf := map[int]id.ID{}
	for _, pp := range f.papers() {
		v, err := c.formVoucher(depot, pp)
		if err != nil {
			return err
		}
		if err := c.post(ctx, v); err != nil {
			return err
		}
		for _, l := range pp.lines {
			voucherOf[l.N] = v.ID
		}
	}
	var record []store.ImportRow
	for _, l := range f.Lines {
		if l.Ready() {
			record = append(record, store.ImportRow{BatchID: c.p.Batch.ID, Sheet: f.Sheet, Cell: cellOf(l.Key), Key: digest(fmt.Sprintf("form|%s|%d", f.Form.ID, l.N)),
				VoucherID: voucherOf[l.N]})
		}
	}
	c.step.add(len(record))
	if err := c.tx.InsertImportRows(ctx, record); err != nil {
		return err
	}
	for _, pp := range c.papers(depot, rows) {
		if err := c.write(ctx, pp); err != nil {
			return err
		}
	}
	return nil
}

// papers sorts the lines that change something into vouchers.
func (f *ReturnedForm) papers() []formPaper {
	var list []formPaper
	for _, l := range f.Lines {
		if !l.Ready() || l.Change() == 0 {
			continue
		}
		typ, reason := l.voucher(f)
		i := slices.IndexFunc(list, func(pp formPaper) bool {
			return pp.typ == typ && pp.reason == reason && len(pp.lines) < ledger.MaxLines
		})
		if i < 0 {
			i, list = len(list), append(list, formPaper{typ: typ, reason: reason})
		}
		list[i].lines = append(list[i].lines, l)
	}
	return list
}

// voucher says what kind of voucher a line is booked by, and the reason it
// gives: where their remark tells more than the four words, that.
func (l FormLine) voucher(f *ReturnedForm) (ledger.Type, string) {
	switch l.Reason {
	case FormReceived:
		// They are of the lot the line is about, so they came from where it did.
		if slices.Contains(ledger.Sources, l.shelf.lot.Source) {
			return ledger.Receipt, string(l.shelf.lot.Source)
		}
		return ledger.Receipt, ledger.Otherwise
	case FormIssued:
		if typ, reason := reasonOf(outReasons, l.Remark, ledger.Issue); typ == ledger.Issue && reason != ledger.Otherwise {
			return ledger.Issue, reason
		}
		return ledger.Issue, ledger.DailyUse
	case FormDisposed:
		typ, reason := reasonOf(outReasons, l.Remark, ledger.Disposal)
		switch {
		case typ == ledger.Disposal && reason != ledger.Otherwise:
			return ledger.Disposal, reason
		case l.shelf.lot.Expired(f.on):
			return ledger.Disposal, ledger.Outdated
		}
		return ledger.Disposal, ledger.Otherwise
	}
	return ledger.Adjustment, ledger.Counted
}

func (c *clerk) formVoucher(depot id.ID, pp formPaper) (ledger.Voucher, error) {
	f := c.p.Form
	v := ledger.Voucher{ID: c.tx.NewID(), DepotID: depot, Type: pp.typ, BusinessOn: c.p.AsOf, Reason: pp.reason,
		Reference: clip(c.p.Batch.FileName, 200), Remark: "街镇核对表 " + f.Form.BusinessOn + " 发出"}
	outside := place.Outer(posting.Outside(pp.typ, pp.reason))
	for i, l := range pp.lines {
		lot := ledger.Lot{ID: l.sent.LotID, ItemID: l.sent.ItemID}
		pairs := between(outside, 0, l.sent.PlaceID, depot, lot, l.Change())
		at := 1 // the entry at the depot
		if l.Change() < 0 {
			pairs, at = between(l.sent.PlaceID, depot, outside, 0, lot, -l.Change()), 0
		}
		for j := range pairs {
			pairs[j].Line = i + 1
		}
		pairs[at].Remark = clip(l.Remark, 200)
		v.Entries = append(v.Entries, pairs...)
	}
	return v, nil
}

// cellOf cuts the sheet off a key.
func cellOf(key string) string {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == '!' {
			return key[i+1:]
		}
	}
	return key
}
