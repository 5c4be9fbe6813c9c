package importing

import (
	"context"
	"time"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// Settled is what a lost answer is resolved with.
func (s *Service) Settled(ctx context.Context, batch id.ID) ([]ledger.Voucher, bool) {
	return s.settled(ctx, batch)
}

// TakeTurns takes every turn there is to read a workbook, and lets others wait
// only so long.
func (s *Service) TakeTurns(wait time.Duration) (free func()) {
	s.patience = wait
	for range cap(s.turns) {
		s.turns <- struct{}{}
	}
	return func() {
		for range cap(s.turns) {
			<-s.turns
		}
	}
}

// StillSo asks what applying asks of a preview under the heads.
func (s *Service) StillSo(ctx context.Context, p *Preview) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error { return p.stillSo(ctx, tx) })
}

// FormStillSo asks what applying asks of a form's lines under the heads.
func (s *Service) FormStillSo(ctx context.Context, p *Preview) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error { return p.Form.stillSo(ctx, tx, p.today.First) })
}
