package accounts

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/ledger"
)

// Cursor is a place in the trail: the last row seen. The zero Cursor is the
// newest end.
type Cursor struct {
	At int64
	ID id.ID
}

// Trail lists the audit trail of all chains, newest first; act "" means every
// act. next continues after the page; it is zero on the last one.
func (s *Service) Trail(ctx context.Context, actor access.Actor, from Cursor, act string) (page []ledger.AuditRecord, next Cursor, err error) {
	if err := actor.Require(access.AuditView, 0); err != nil {
		return nil, Cursor{}, err
	}
	page, err = s.store.Read().AuditPage(ctx, from.At, from.ID, act, trailPage+1)
	if err != nil || len(page) <= trailPage {
		return page, Cursor{}, err
	}
	page = page[:trailPage]
	last := page[trailPage-1]
	return page, Cursor{At: last.At, ID: id.ID(last.ID)}, nil
}
