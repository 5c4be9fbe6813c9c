package importing

import (
	"context"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Difference is one item, spec and lot where a ledger and the books disagree.
type Difference struct {
	DepotID id.ID
	Item    catalog.Item
	LotNo   string
	Expires day.Day
	Ledger  quantity.Q // what the uploaded ledger says
	Book    quantity.Q // what the books hold now
}

type goods struct {
	depot, item              id.ID
	lotNo, produced, expires string
}

// compare holds a ledger against the books of depots that have entries: a
// stock list opens only a depot without any; later it is a comparison.
func (p *Preview) compare(ctx context.Context, c *store.Conn) error {
	if p.Batch.Status == Applied || p.Batch.Status == Undone {
		return nil
	}
	for _, d := range p.Depots {
		if d.DepotID == 0 {
			continue
		}
		has, err := c.DepotHasEntries(ctx, d.DepotID)
		if err != nil {
			return err
		}
		if has {
			if err := p.compareDepot(ctx, c, d.DepotID); err != nil {
				return err
			}
		}
	}
	if p.Compared && p.Blocked == "" {
		p.Blocked = "这个储备库已有账目，台账只作对照，不能再作期初入账。请按下方差异核对实物，用入库单、出库单或红冲更正。"
	}
	return nil
}

func (p *Preview) compareDepot(ctx context.Context, c *store.Conn, depot id.ID) error {
	p.Compared = true
	sums := map[goods]*Difference{}
	var order []goods
	at := func(k goods, it catalog.Item, expires day.Day) *Difference {
		if sums[k] == nil {
			sums[k] = &Difference{DepotID: depot, Item: it, LotNo: k.lotNo, Expires: expires}
			order = append(order, k)
		}
		return sums[k]
	}
	for _, r := range p.Rows {
		if r.DepotID != depot || r.Quantity == nil {
			continue
		}
		it := catalog.Item{Name: r.Row.Item, Spec: r.Spec, Unit: r.Unit}
		if r.Item != nil {
			it = *r.Item
		}
		k := goods{depot, it.ID, r.LotNo, r.ProductionDate.String(), r.Expiry.String()}
		if it.ID == 0 {
			k.lotNo = WordKey(r.Row) + "|" + r.LotNo
		}
		d := at(k, it, r.Expiry)
		d.LotNo = r.LotNo
		d.Ledger += *r.Quantity
	}
	rows, err := c.StockByLot(ctx, store.StockFilter{Scope: store.Scope{Depots: []id.ID{depot}}, Limit: maxCompare})
	if err != nil {
		return err
	}
	for _, s := range rows {
		it := catalog.Item{ID: s.Lot.ItemID, Code: s.ItemCode, Name: s.Item, Spec: s.Spec, Unit: s.Unit}
		at(goods{depot, it.ID, s.Lot.No, s.Lot.Produced.String(), s.Lot.Expires.String()}, it, s.Lot.Expires).Book += s.OnHand
	}
	for _, k := range order {
		if d := sums[k]; d.Ledger != d.Book {
			p.Compare = append(p.Compare, *d)
		}
	}
	return nil
}

// maxCompare bounds the shelves of one depot that a comparison looks at; the
// largest depot seen has a hundredth of it.
const maxCompare = 100_000
