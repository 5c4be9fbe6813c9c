package importing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/posting"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Discard closes an uploaded batch that nobody wants to apply.
func (s *Service) Discard(ctx context.Context, actor access.Actor, batch id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := s.batch(ctx, tx.Conn, actor, batch)
		if err != nil {
			return err
		}
		if d.Status != Uploaded {
			return errs.New(errs.Conflict, "这个批次已经处理过，不能再放弃。")
		}
		if err := tx.MoveImport(ctx, d.Batch, Discarded, actor.Name); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, audit(actor, "import.discard", d.Batch, "ok"))
	})
}

// Undo reverses every voucher of an applied batch in one transaction, dated on
// the day it was opened, so that the books never held it. Where goods have
// moved and come back since, that day would be left below zero: then it is
// dated today. While something still depends on the goods it is refused, saying
// what. already says that the batch was undone before: a second tap is told
// what the first did, also when nobody heard the first answer.
func (s *Service) Undo(ctx context.Context, actor access.Actor, batch id.ID) (already bool, err error) {
	already, err = s.undoOn(ctx, actor, batch, day.Day{})
	if err != nil && errors.Is(err, errUsed) {
		already, err = s.undoOn(ctx, actor, batch, day.At(s.store.Now()))
	}
	return already, err
}

// errUsed marks an undoing that some goods are missing for.
var errUsed = errors.New("importing: goods have been used")

// undoOn undoes with reversals of one day, the zero day being each voucher's
// own.
func (s *Service) undoOn(ctx context.Context, actor access.Actor, batch id.ID, on day.Day) (already bool, err error) {
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := s.batch(ctx, tx.Conn, actor, batch)
		if err != nil {
			return err
		}
		if already = d.Status == Undone; already {
			return nil
		}
		if d.Status != Applied {
			return errs.New(errs.Conflict, "只有已入账的批次可以撤销。")
		}
		return s.undo(ctx, tx, actor, d.Batch, on)
	})
	if errors.Is(err, store.ErrUnknownOutcome) || errors.Is(err, errs.Conflict) {
		if s.isUndone(ctx, batch) {
			return true, nil
		}
	}
	return already, err
}

// isUndone asks the database itself, detached from the request like settled.
func (s *Service) isUndone(ctx context.Context, batch id.ID) bool {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer stop()
	b, err := s.store.Read().Import(ctx, batch)
	return err == nil && b.Status == Undone
}

func (s *Service) undo(ctx context.Context, tx *store.Tx, actor access.Actor, b Batch, on day.Day) error {
	if err := undoable(b); err != nil {
		return err
	}
	if err := tx.MoveImport(ctx, b, Undone, actor.Name); err != nil {
		return err
	}
	posted, err := vouchers(ctx, tx.Conn, b.ID)
	if err != nil {
		return err
	}
	posted = withoutPairs(posted)
	var depots []id.ID
	for _, v := range posted {
		if v.Type == ledger.Reversal {
			return errs.New(errs.Conflict, "不能撤销：这次导入红冲了更早的单据 %s，红冲不能再红冲。请按正确的内容补录一张单据。", v.Reference)
		}
		if !slices.Contains(depots, v.DepotID) {
			depots = append(depots, v.DepotID)
		}
	}
	// What is reversed already is read under the heads, so that it stays true.
	if err := takeHeads(ctx, tx, depots); err != nil {
		return err
	}
	slices.Reverse(posted) // what left last comes back first
	for _, v := range posted {
		if err := s.takeBack(ctx, tx, actor, b, v, on); err != nil {
			return err
		}
	}
	if err := s.reopenForm(ctx, tx, b); err != nil {
		return err
	}
	if err := takeBackDraft(ctx, tx, actor, b); err != nil {
		return err
	}
	return tx.Audit(ctx, 0, audit(actor, "import.undo", b, "ok"))
}

// Undoable reports a batch whose work can be taken back: what was booked, and
// not what was added to the lists everybody uses.
func Undoable(b Batch) bool { return b.Status == Applied && undoable(b) == nil }

func undoable(b Batch) error {
	switch reading.Kind(b.Kind) {
	case reading.ItemCatalogue:
		return errs.New(errs.Conflict, "物资目录的导入不能整批撤销：这些物资可能已经在用。请在物资目录里逐项改正。")
	case reading.DepotList:
		return errs.New(errs.Conflict, "储备库名录的导入不能整批撤销。不用的储备库请在储备库页面停用。")
	}
	return nil
}

func (s *Service) takeBack(ctx context.Context, tx *store.Tx, actor access.Actor, b Batch, orig ledger.Voucher, on day.Day) error {
	if on.IsZero() {
		on = orig.BusinessOn
	}
	ids := make([]id.ID, len(orig.Entries))
	for i, e := range orig.Entries {
		ids[i] = e.ID
	}
	done, err := tx.ReversedEntries(ctx, ids)
	if err != nil {
		return err
	}
	v := ledger.Voucher{DepotID: orig.DepotID, Type: ledger.Reversal, BusinessOn: on, Reason: "红冲", Reference: orig.Number,
		Remark: "撤销台账导入", ReversesID: orig.ID}
	for _, e := range orig.Entries {
		if done[e.ID] {
			continue
		}
		v.Entries = append(v.Entries, e.Opposite())
	}
	if len(v.Entries) == 0 {
		return nil
	}
	r := posting.Request{Actor: actor, Permission: access.LedgerImport, ClientKey: fmt.Sprintf("undo-%s-%s", b.ID, orig.ID), Hash: b.FileHash}
	_, err = posting.InTx(ctx, tx, r, v)
	if errs.KindOf(err) == errs.Invalid {
		users, failed := usersOf(ctx, tx, orig)
		if failed != nil {
			return failed
		}
		return errs.Wrap(errs.Conflict, errors.Join(errUsed, err), "不能撤销：这批物资入账后已经动用%s。%s撤销导入之前，请先把这些单据红冲。", users, firstOf(err))
	}
	return err
}

// usersOf words which vouchers took what one had brought.
func usersOf(ctx context.Context, tx *store.Tx, orig ledger.Voucher) (string, error) {
	const shown = 4
	numbers, err := tx.UsersOf(ctx, orig, shown+1)
	switch {
	case err != nil || len(numbers) == 0:
		return "", err
	case len(numbers) > shown:
		return "（" + strings.Join(numbers[:shown], "、") + " 等）", nil
	}
	return "（" + strings.Join(numbers, "、") + "）", nil
}

// firstOf gives the first thing that is wrong and how many there are: the whole
// list of a long ledger would bury the sentence.
func firstOf(err error) string {
	fields := errs.FieldsOf(err)
	switch len(fields) {
	case 0:
		return errs.MessageOf(err)
	case 1:
		return fields[0].Message
	}
	return fmt.Sprintf("%s（共 %d 种批次如此）", fields[0].Message, len(fields))
}

// withoutPairs leaves out the reversals of vouchers of the same batch: what
// they took back is not taken back again.
func withoutPairs(posted []ledger.Voucher) []ledger.Voucher {
	own := map[id.ID]bool{}
	for _, v := range posted {
		own[v.ID] = true
	}
	return slices.DeleteFunc(posted, func(v ledger.Voucher) bool { return v.Type == ledger.Reversal && own[v.ReversesID] })
}
