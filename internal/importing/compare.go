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

// compare holds a ledger against the books of depots that have entries: a
// stock list opens only a depot without any; later it is a comparison.
func (p *Preview) compare(ctx context.Context, c *store.Conn) error {
	if p.Batch.Status == Applied || p.Batch.Status == Undone {
		return nil
	}
	for _, depot := range p.mapped() {
		has, err := c.DepotHasEntries(ctx, depot)
		if err != nil {
			return err
		}
		if has {
			if err := p.compareDepot(ctx, c, depot); err != nil {
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
	t := tally{depot: depot, at: map[goods]*Difference{}}
	for _, r := range p.Rows {
		if r.DepotID == depot && r.Quantity != nil {
			t.countRow(r)
		}
	}
	rows, err := c.StockByLot(ctx, store.StockFilter{Scope: store.Scope{Depots: []id.ID{depot}}, Limit: maxCompare})
	if err != nil {
		return err
	}
	for _, s := range rows {
		t.countStock(s)
	}
	p.Compare = append(p.Compare, t.differences()...)
	return nil
}

// maxCompare bounds the shelves of one depot that a comparison looks at; the
// largest depot seen has a hundredth of it.
const maxCompare = 100_000

// goods are what one figure stands for: item and lot, the lot by its dates.
type goods struct {
	item                     id.ID
	lotNo, produced, expires string
}

// tally sums a depot's ledger and books by goods, in the order they are met.
type tally struct {
	depot id.ID
	at    map[goods]*Difference
	order []goods
}

func (t *tally) of(k goods, d Difference) *Difference {
	if t.at[k] == nil {
		d.DepotID = t.depot
		t.at[k] = &d
		t.order = append(t.order, k)
	}
	return t.at[k]
}

func (t *tally) countRow(r Row) {
	it := catalog.Item{Name: r.Row.Item, Spec: r.Spec, Unit: r.Unit}
	if r.Item != nil {
		it = *r.Item
	}
	k := goods{it.ID, r.LotNo, r.ProductionDate.String(), r.Expiry.String()}
	if it.ID == 0 { // an unknown word stands for itself
		k.lotNo = WordKey(r.Row) + "|" + r.LotNo
	}
	t.of(k, Difference{Item: it, LotNo: r.LotNo, Expires: r.Expiry}).Ledger += *r.Quantity
}

func (t *tally) countStock(s store.StockRow) {
	it := catalog.Item{ID: s.Lot.ItemID, Code: s.ItemCode, Name: s.Item, Spec: s.Spec, Unit: s.Unit}
	k := goods{it.ID, s.Lot.No, s.Lot.Produced.String(), s.Lot.Expires.String()}
	t.of(k, Difference{Item: it, LotNo: s.Lot.No, Expires: s.Lot.Expires}).Book += s.OnHand
}

func (t *tally) differences() []Difference {
	var list []Difference
	for _, k := range t.order {
		if d := t.at[k]; d.Ledger != d.Book {
			list = append(list, *d)
		}
	}
	return list
}
