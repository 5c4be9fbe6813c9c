package inventory

import (
	"context"
	"slices"

	"changbei/internal/id"
	"changbei/internal/store"
)

// A page of the stock list is filled by a few items at a time, in the order of
// their codes: sorting all stock for fifty rows would cost as much as showing
// it all. The first step is small, since one item of a large district fills a
// page; each further one is larger, for filters that few items meet.
const (
	firstItems = 4
	moreItems  = 4 // times as many in each step
)

// pageByItem reads rows of a page, at most limit, from the filter's key on.
func pageByItem[Row any](ctx context.Context, s *Service, f store.StockFilter, limit int,
	read func(*store.Conn, context.Context, store.StockFilter) ([]Row, error)) ([]Row, error) {
	var rows []Row
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		items, err := s.itemsInStock(ctx, c, f)
		if err != nil {
			return err
		}
		for n := firstItems; len(items) > 0 && len(rows) < limit; n *= moreItems {
			n = min(n, len(items))
			part := f
			part.Items, part.Limit = items[:n], limit-len(rows)
			some, err := read(c, ctx, part)
			if err != nil {
				return err
			}
			rows, items = append(rows, some...), items[n:]
		}
		return nil
	})
	return rows, err
}

// itemsInStock lists the items a filter may show, by code, from its key on.
func (s *Service) itemsInStock(ctx context.Context, c *store.Conn, f store.StockFilter) ([]id.ID, error) {
	known, err := s.catalogue.at(ctx, c)
	if err != nil {
		return nil, err
	}
	var here map[id.ID]bool
	switch {
	case f.DepotID != 0:
		here, err = c.ItemsAt(ctx, f.DepotID)
	case !f.Scope.All:
		here, err = c.ItemsAt(ctx, f.Scope.Depots...)
	}
	if err != nil {
		return nil, err
	}
	var asked map[id.ID]bool
	if f.Items != nil {
		asked = make(map[id.ID]bool, len(f.Items))
		for _, i := range f.Items {
			asked[i] = true
		}
	}
	var list []id.ID
	for _, it := range known.byCode {
		if it.Code < f.AfterCode || here != nil && !here[it.ID] || asked != nil && !asked[it.ID] ||
			f.CategoryID != 0 && it.CategoryID != f.CategoryID {
			continue
		}
		list = append(list, it.ID)
	}
	return slices.Clip(list), nil
}
