package importing

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Lengths of the catalogue's columns: a ledger's longer words are cut, and a
// planner may tidy them later.
const (
	maxName = 100
	maxSpec = 200
	maxUnit = 20
)

// makeItems adds the words a person chose as new items to the catalogue. They
// carry the ledger's own name, spec and unit. Rows that are not booked make
// none.
func (s *Service) makeItems(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview) (map[string]catalog.Item, error) {
	keys, goods := s.newGoods(p)
	if len(goods) == 0 {
		return nil, nil
	}
	if p.Act == Catalogue {
		if err := actor.Require(access.CatalogEdit, 0); err != nil {
			return nil, err
		}
	}
	items, err := s.directory.ImportItems(ctx, tx, actor, "台账导入 "+p.Batch.FileName, goods)
	if err != nil {
		return nil, err
	}
	made := make(map[string]catalog.Item, len(items))
	for i, it := range items {
		made[keys[i]] = it
	}
	return made, nil
}

// newGoods lists the words to make, each once, with the key of its rows.
func (s *Service) newGoods(p *Preview) (keys []string, goods []directory.LedgerItem) {
	listed := map[string]bool{}
	for _, r := range p.Rows {
		key := WordKey(r.Row)
		if !r.Create || !r.booked() || listed[key] {
			continue
		}
		listed[key] = true
		g := directory.LedgerItem{DepotID: r.DepotID, Name: clip(r.Row.Item, maxName), Spec: clip(r.Spec, maxSpec),
			Unit: clip(r.Unit, maxUnit), Category: r.Category, StorageMonths: r.Extra.ShelfMonths}
		if s.lexicon.Measures(r.Unit) {
			g.Decimals = 3
		}
		keys, goods = append(keys, key), append(goods, g)
	}
	return keys, goods
}

// makesGoods reports whether applying adds to the catalogue.
func (p *Preview) makesGoods() bool {
	return slices.ContainsFunc(p.Rows, func(r Row) bool { return r.Create && r.booked() })
}

// stillSo refuses when an item was changed since the rows were held against
// it. It is asked under the heads, which a change of a unit waits for.
func (p *Preview) stillSo(ctx context.Context, tx *store.Tx) error {
	var ids []id.ID
	seen := map[id.ID]bool{}
	for _, r := range p.Rows {
		if r.booked() && r.Item != nil && !seen[r.Item.ID] {
			seen[r.Item.ID] = true
			ids = append(ids, r.Item.ID)
		}
	}
	now, err := tx.ItemsByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range p.Rows {
		if !r.booked() || r.Item == nil {
			continue
		}
		if it := now[r.Item.ID]; it.Unit != r.Item.Unit || it.Decimals != r.Item.Decimals || it.Draft {
			return errs.New(errs.Conflict, "「%s」在物资目录中的计量单位刚刚改过，请刷新页面，核对后再入账。", r.Item.Label())
		}
	}
	return nil
}
