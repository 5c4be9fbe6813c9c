package inventory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// PostDraft books a voucher that a form keyed, saved before or straight from
// the form. A second tap gives the same voucher. On an error nothing is booked
// and the draft is as it was.
func (s *Service) PostDraft(ctx context.Context, actor access.Actor, d Draft) (ledger.Voucher, error) {
	d = d.Compact()
	if err := d.checkSize(); err != nil {
		return ledger.Voucher{}, err
	}
	if err := d.checkEnds(); err != nil {
		return ledger.Voucher{}, err
	}
	r := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: d.ClientKey, Hash: d.requestHash()}
	if d.Type != ledger.Transfer {
		r.Depot = d.DepotID
	}
	return posting.Run(ctx, s.store, r, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		// The heads first: whatever is decided below is decided while nobody else
		// posts at these depots, and while no item changes its unit.
		head, to, err := s.takeEnds(ctx, tx, actor, d)
		if err != nil {
			return ledger.Voucher{}, err
		}
		v := ledger.Voucher{ID: tx.NewID(), DepotID: d.DepotID, ToDepotID: d.ToDepotID, Type: d.Type, Reason: d.Reason,
			Counterparty: d.Counterparty, Reference: d.Reference, Remark: d.Remark}
		if err := closeDraft(ctx, tx, actor, d, head, v.ID); err != nil {
			return v, err
		}
		if v.BlankNo, err = enterBlank(ctx, tx, actor, d, v.ID); err != nil {
			return v, err
		}
		p, err := s.parse(ctx, tx, d, head, to)
		if err != nil {
			return v, err
		}
		v.BusinessOn = p.on
		v.Entries, err = p.entries(ctx, tx)
		return v, err
	})
}

// takeEnds takes the head of the depot and, for a transfer, of the depot that
// receives, in the order in which every posting does.
func (s *Service) takeEnds(ctx context.Context, tx *store.Tx, actor access.Actor, d Draft) (head, to *store.Head, err error) {
	ends := []id.ID{d.DepotID}
	if d.Type == ledger.Transfer {
		ends = append(ends, d.ToDepotID)
	}
	for _, depot := range ends {
		if err := mayAt(actor, access.VoucherPost, depot); err != nil {
			return nil, nil, err
		}
	}
	take := tx.AssumeHead
	if d.ID != 0 || d.BlankNo != "" { // its draft and its blank are closed first, which wants the lock
		take = tx.TakeHeadFor
	}
	taken := map[id.ID]*store.Head{}
	for _, depot := range slices.Sorted(slices.Values(ends)) {
		if taken[depot], err = take(ctx, depot, d.ClientKey); err != nil {
			return nil, nil, err
		}
	}
	return taken[d.DepotID], taken[d.ToDepotID], nil
}

// checkEnds refuses a form without its depots before anything is locked.
func (d Draft) checkEnds() error {
	var c errs.Check
	_, keyed := kinds[d.Type]
	switch {
	case !keyed:
		return errs.New(errs.NotFound, "没有这种单据。")
	case d.DepotID == 0:
		c.Add("depot", "请选择储备库。")
	case d.Type == ledger.Transfer && d.ToDepotID == 0:
		c.Add("to_depot", "请选择调入的储备库。")
	case d.Type == ledger.Transfer && d.ToDepotID == d.DepotID:
		c.Add("to_depot", "调入和调出是同一个储备库。库内换货位请用移库单。")
	case d.Type != ledger.Transfer && d.ToDepotID != 0:
		c.Add("to_depot", "只有调拨单有调入的储备库。")
	}
	return c.Err()
}

// closeDraft marks a saved draft as posted, once. The draft must be of the
// same type and one the actor may post. A form that was saved and then posted
// from the page before the saving finds its draft by the key.
func closeDraft(ctx context.Context, tx *store.Tx, actor access.Actor, d Draft, head *store.Head, voucher id.ID) error {
	if d.ID == 0 {
		d.ID = head.DraftID
	}
	if d.ID == 0 {
		return nil
	}
	saved, err := loadDraft(ctx, tx.Conn, actor, d.ID)
	if err != nil {
		return err
	}
	if saved.Type != d.Type || saved.ClientKey != d.ClientKey {
		return errs.New(errs.Conflict, "这张草稿与页面上的单据不是同一张，请重新打开草稿。")
	}
	if d.Version == 0 {
		d.Version = 1 // the page before the first saving
	}
	if saved.Status == "open" && saved.Version != d.Version && saved.requestHash() != d.requestHash() {
		return newerDraft()
	}
	return tx.CloseDraft(ctx, saved.ID, saved.Version, "posted", voucher)
}
