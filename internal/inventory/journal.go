package inventory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// JournalFilter asks for the movements of a span of days; zero fields mean
// "any", and open ends are the first and the last day there can be.
type JournalFilter struct {
	DepotID  id.ID
	Type     ledger.Type
	From, To string // ISO days
	Number   string // a part of the voucher's number
}

// Journal lists what came into the actor's depots and what left them (出入库流水),
// in the ledger's order. Moves inside a depot are not among them.
func (s *Service) Journal(ctx context.Context, actor access.Actor, f JournalFilter) ([]store.JournalLine, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	if f.DepotID != 0 && !actor.May(access.StockView, f.DepotID) {
		return nil, errs.New(errs.NotFound, "没有这个储备库，或您无权查看。")
	}
	if f.To == "" {
		f.To = lastDay
	}
	var rows []store.JournalLine
	err = s.store.Heavy(ctx, func(c *store.Conn) (err error) {
		rows, err = c.Journal(ctx, store.JournalFilter{Scope: sc, DepotID: f.DepotID, Type: f.Type, From: f.From, To: f.To, Number: f.Number, Limit: maxExport})
		return err
	})
	if err == nil && len(rows) == maxExport {
		return nil, errs.New(errs.TooLarge, "要导出的行数超过 %d，请按储备库或月份分几次导出。", maxExport)
	}
	return rows, err
}
