package importing

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// Discard closes an uploaded batch that nobody wants to apply.
func (s *Service) Discard(ctx context.Context, actor access.Actor, batch id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		b, err := s.batch(ctx, tx.Conn, actor, batch)
		if err != nil {
			return err
		}
		if b.Status != Uploaded {
			return errs.New(errs.Conflict, "这个批次已经处理过，不能再放弃。")
		}
		if err := tx.MoveImport(ctx, b, Discarded, actor.Name); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, audit(actor, "import.discard", b, "ok"))
	})
}

// Undo reverses every voucher of an applied batch in one transaction. While
// something later depends on the goods it is refused, saying what.
func (s *Service) Undo(ctx context.Context, actor access.Actor, batch id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		b, err := s.batch(ctx, tx.Conn, actor, batch)
		if err != nil {
			return err
		}
		if b.Status != Applied {
			return errs.New(errs.Conflict, "只有已入账的批次可以撤销。")
		}
		if err := tx.MoveImport(ctx, b, Undone, actor.Name); err != nil {
			return err
		}
		vouchers, err := tx.ImportVouchers(ctx, batch)
		if err != nil {
			return err
		}
		for _, v := range vouchers {
			if err := s.takeBack(ctx, tx, actor, b, v); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, 0, audit(actor, "import.undo", b, "ok"))
	})
}

func (s *Service) takeBack(ctx context.Context, tx *store.Tx, actor access.Actor, b Batch, voucher id.ID) error {
	orig, err := tx.Voucher(ctx, voucher)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(orig.Entries))
	for i, e := range orig.Entries {
		ids[i] = e.ID
	}
	done, err := tx.ReversedEntries(ctx, ids)
	if err != nil {
		return err
	}
	v := ledger.Voucher{DepotID: orig.DepotID, Type: ledger.Reversal, BusinessOn: orig.BusinessOn, Reason: "红冲", Reference: orig.Number,
		Remark: "撤销台账导入", ReversesID: orig.ID}
	for _, e := range orig.Entries {
		if done[e.ID] {
			continue
		}
		e.ReversesID, e.ID, e.Qty, e.Seq = e.ID, 0, -e.Qty, 0
		v.Entries = append(v.Entries, e)
	}
	if len(v.Entries) == 0 {
		return nil
	}
	r := posting.Request{Actor: actor, Permission: access.LedgerImport, ClientKey: fmt.Sprintf("undo-%s-%s", b.ID, voucher), Hash: b.FileHash}
	_, err = posting.InTx(ctx, tx, r, v)
	if errs.KindOf(err) == errs.Invalid {
		return errs.Wrap(errs.Conflict, err, "不能撤销：这批物资入账后已经动用。%s请先红冲后面的单据，再撤销导入。", errs.MessageOf(err))
	}
	return err
}
