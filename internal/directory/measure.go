package directory

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// ItemMeasure is what a list says of an item the catalogue has: what one of its
// stock units weighs and fills, 0 = it does not say.
type ItemMeasure struct {
	ItemID     id.ID
	Unit       string // the stock unit these figures were read for
	WeightGram int64
	VolumeCm3  int64
}

// ImportMeasures fills in, inside a running transaction, what the catalogue
// does not know of its items. A figure it has is left as it is: changing one is
// a person's to do, on the item's page. from names the list for the audit trail.
func (s *Service) ImportMeasures(ctx context.Context, tx *store.Tx, actor access.Actor, from string, list []ItemMeasure) error {
	if len(list) == 0 {
		return nil
	}
	if err := actor.Require(access.CatalogEdit, 0); err != nil {
		return err
	}
	e, err := s.editor(ctx, tx)
	if err != nil {
		return err
	}
	for _, m := range list {
		old, there := e.byID[m.ItemID]
		if !there || old.Unit != m.Unit {
			return errs.New(errs.Conflict, "「%s」在物资目录中刚刚改过，请刷新页面，核对后再导入。", old.Label())
		}
		now := m.fill(old)
		if now.WeightGram == old.WeightGram && now.VolumeCm3 == old.VolumeCm3 {
			continue
		}
		if err := tx.UpdateItem(ctx, now); err != nil {
			return err
		}
		e.byID[now.ID] = now
		detail := difference(describe(old), describe(now)) + "；" + from
		if err := tx.Audit(ctx, systemChain, record(actor, "item.update", now.Code+" "+now.Label(), detail)); err != nil {
			return err
		}
	}
	return nil
}

// fill gives the item with the figures it lacked.
func (m ItemMeasure) fill(it catalog.Item) catalog.Item {
	if it.WeightGram == 0 {
		it.WeightGram = m.WeightGram
	}
	if it.VolumeCm3 == 0 {
		it.VolumeCm3 = m.VolumeCm3
	}
	return it
}
