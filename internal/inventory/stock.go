package inventory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// SoonDays is how far ahead "expiring" looks: one quarter, the rhythm in which
// depots are checked.
const SoonDays = 90

// StockFilter narrows the stock list; zero fields mean "any". After… is the
// key of the last row shown.
type StockFilter struct {
	DepotID     id.ID
	CategoryID  id.ID
	Query       string // name, code, alias or pinyin initials of an item
	ItemID      id.ID
	LotNo       string
	ExpiresFrom string // ISO days: lots whose last day is from this
	ExpiresBy   string // to this, "" = any
	Barred      bool   // only held lots and goods in quarantine
	AfterCode   string
	AfterDepot  string
	AfterLot    id.ID
	AfterPlace  id.ID
}

// AllRows asks StockByLot for everything at once, for exports.
const AllRows = 0

func (s *Service) stockFilter(ctx context.Context, actor access.Actor, f StockFilter, limit int) (store.StockFilter, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return store.StockFilter{}, err
	}
	out := store.StockFilter{Scope: sc, DepotID: f.DepotID, CategoryID: f.CategoryID, LotNo: f.LotNo, ExpiresFrom: f.ExpiresFrom, ExpiresBy: f.ExpiresBy, Barred: f.Barred,
		AfterCode: f.AfterCode, AfterDepot: f.AfterDepot, AfterLot: f.AfterLot, AfterPlace: f.AfterPlace, Limit: limit}
	if f.ItemID != 0 {
		out.Items = []id.ID{f.ItemID}
	} else if f.Query != "" {
		known, err := s.catalogue.at(ctx, s.store.Read())
		if err != nil {
			return out, err
		}
		out.Items = []id.ID{}
		for _, it := range known.index.Search(f.Query, known.index.Len()) {
			out.Items = append(out.Items, it.ID)
		}
	}
	return out, nil
}

// StockByLot lists lots in bins. limit AllRows gives every row.
func (s *Service) StockByLot(ctx context.Context, actor access.Actor, f StockFilter, limit int) (rows []store.StockRow, more bool, err error) {
	ask := maxExport
	if limit != AllRows {
		ask = limit + 1
	}
	sf, err := s.stockFilter(ctx, actor, f, ask)
	if err != nil {
		return nil, false, err
	}
	if limit == AllRows {
		rows, err = s.store.Read().StockByLot(ctx, sf)
	} else {
		rows, err = pageByItem(ctx, s, sf, limit+1, (*store.Conn).StockByLot)
	}
	if limit != AllRows && len(rows) > limit {
		return rows[:limit], true, err
	}
	if err == nil && limit == AllRows && len(rows) == maxExport {
		return nil, false, errs.New(errs.TooLarge, "要导出的行数超过 %d，请按储备库或类别分几次导出。", maxExport)
	}
	return rows, false, err
}

// maxExport bounds one export, so that one click cannot fill the memory of an
// office machine; a district has a tenth of it.
const maxExport = 200_000

// StockByItem lists items with their sums over the actor's depots.
func (s *Service) StockByItem(ctx context.Context, actor access.Actor, f StockFilter, limit int) (rows []store.ItemStock, more bool, err error) {
	sf, err := s.stockFilter(ctx, actor, f, limit+1)
	if err != nil {
		return nil, false, err
	}
	today := s.Today()
	rows, err = pageByItem(ctx, s, sf, limit+1, func(c *store.Conn, ctx context.Context, f store.StockFilter) ([]store.ItemStock, error) {
		return c.StockByItem(ctx, f, today.First, today.AddDays(SoonDays).First)
	})
	if len(rows) > limit {
		return rows[:limit], true, err
	}
	return rows, false, err
}

// StockByDepot counts kinds and lots per depot and category.
func (s *Service) StockByDepot(ctx context.Context, actor access.Actor) ([]store.DepotStock, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	today := s.Today()
	return s.store.Read().StockByDepot(ctx, sc, today.First, today.AddDays(SoonDays).First)
}

// Expiring lists stock expired or expiring within days, soonest first.
func (s *Service) Expiring(ctx context.Context, actor access.Actor, days, limit int) ([]store.StockRow, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, err
	}
	return s.store.Read().Expiring(ctx, store.StockFilter{Scope: sc, ExpiresBy: s.Today().AddDays(days).First, Limit: limit})
}
