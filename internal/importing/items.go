package importing

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
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
	if err := s.directory.ImportMeasures(ctx, tx, actor, "台账导入 "+p.Batch.FileName, p.fills()); err != nil {
		return nil, err
	}
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
			Unit: clip(r.Unit, maxUnit), Category: r.Category, StorageMonths: r.Extra.ShelfMonths,
			WeightGram: r.Extra.WeightGram, VolumeCm3: r.Extra.VolumeCm3}
		if s.lexicon.Measures(r.Unit) {
			g.Decimals = 3
		}
		keys, goods = append(keys, key), append(goods, g)
	}
	return keys, goods
}

// makesGoods reports whether applying adds to the catalogue.
func (p *Preview) makesGoods() bool {
	return slices.ContainsFunc(p.Rows, func(r Row) bool { return r.Create && r.booked() || r.filled() })
}

// filled reports a row that fills in what the catalogue lacks of its item.
func (r Row) filled() bool { return r.Fills && !r.Skipped && !r.Aside && r.Status == reading.OK }

// fills lists what a list of goods fills in.
func (p *Preview) fills() []directory.ItemMeasure {
	var list []directory.ItemMeasure
	for _, r := range p.Rows {
		if r.filled() {
			list = append(list, directory.ItemMeasure{ItemID: r.Item.ID, Unit: r.Item.Unit, WeightGram: r.Extra.WeightGram, VolumeCm3: r.Extra.VolumeCm3})
		}
	}
	return list
}

// measures holds the weight and volume of a list's row against its item: they
// are of one stock unit, fill in what the catalogue does not know, and never
// change what it does.
func (j *judging) measures(row *Row) {
	if row.Item == nil || row.Item.Draft || row.Extra.WeightGram == 0 && row.Extra.VolumeCm3 == 0 {
		return
	}
	it := *row.Item
	if row.Unit != "" && !j.index.SameUnit(it, row.Row.Item, row.Unit) {
		row.fail(reading.Unit, "第 %d 行「%s」：单重、体积按%s写，目录中按%s计。请换算成一%s的重量和体积。", row.Row.Row, it.Label(), row.Unit, it.Unit, it.Unit)
		return
	}
	for _, m := range []struct {
		field     reading.Field
		name      string
		has, says int64
		write     func(int64) string
	}{{reading.UnitWeight, "单重", it.WeightGram, row.Extra.WeightGram, quantity.KgText}, {reading.UnitVolume, "体积", it.VolumeCm3, row.Extra.VolumeCm3, quantity.M3Text}} {
		switch {
		case m.says == 0 || m.says == m.has:
		case m.has == 0:
			row.Fills = true
		default:
			row.fail(m.field, "第 %d 行「%s」：目录中的%s是 %s，表中是 %s。要改的请在物资页面修改，不改的请清空这一格。", row.Row.Row, it.Label(), m.name, m.write(m.has), m.write(m.says))
		}
	}
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
