package inventory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Overview holds the figures of the first page, all of them from the ledger.
type Overview struct {
	Kinds        int           // items in stock
	KindsOf      map[id.ID]int // the same per category
	ByDepot      []store.DepotStock
	Lots         int
	Depots       int // with stock, of
	DepotsAll    int // the depots in scope
	ExpiredLots  int
	ExpiringLots int // within SoonDays
	Vouchers     store.VoucherCounts
	Check        *store.CheckRun // the last ledger check, nil = never run
}

// Overview gives the figures for the actor's depots.
func (s *Service) Overview(ctx context.Context, actor access.Actor) (Overview, error) {
	rows, err := s.StockByDepot(ctx, actor)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{ByDepot: rows}
	stocked := map[id.ID]bool{}
	for _, r := range rows {
		stocked[r.DepotID] = true
		o.ExpiredLots += r.Expired
		o.ExpiringLots += r.Expiring
		o.Lots += r.Lots
	}
	o.Depots = len(stocked)
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return o, err
	}
	c := s.store.Read()
	if o.KindsOf, err = c.KindsInStock(ctx, sc); err != nil {
		return o, err
	}
	for _, n := range o.KindsOf {
		o.Kinds += n
	}
	depots, err := c.Depots(ctx)
	if err != nil {
		return o, err
	}
	for _, d := range depots {
		if actor.May(access.StockView, d.ID) {
			o.DepotsAll++
		}
	}
	if o.Vouchers, err = c.VoucherCounts(ctx, sc, s.Today().First[:8]+"01"); err != nil {
		return o, err
	}
	o.Check, err = c.LastCheck(ctx)
	return o, err
}
