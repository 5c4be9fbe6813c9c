package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// shelfStock is a stock row, held compactly.
type shelfStock struct {
	lot, place     id.ID
	qty, allocated quantity.Q
}

func (s shelfStock) compare(other shelfStock) int {
	return cmp.Or(cmp.Compare(s.lot, other.lot), cmp.Compare(s.place, other.place))
}

func (s shelfStock) object() string { return fmt.Sprintf("货位 %s 批次 %s", s.place, s.lot) }

// shelfWalk goes along all shelves, entries and stock rows side by side.
type shelfWalk struct {
	*checker
	stock []shelfStock
	still map[id.ID]bool // closed depots that were named
	next  int            // stock row not met yet
	at    shelfStock
	open  bool // a shelf is being added up
	on    string
	seq   int64
	short bool // it was below zero before
	moves int64
}

// shelves proves I1, I3 and I4: every stock row is the sum of its entries, is
// not below zero and promises no more than it holds; and in the order of
// business date and sequence no shelf was ever below zero.
func (k *checker) shelves(ctx context.Context) error {
	w := &shelfWalk{checker: k, stock: make([]shelfStock, 0, k.counts.Stocks), still: map[id.ID]bool{}}
	if err := k.conn.EachStock(ctx, w.row); err != nil {
		return err
	}
	slices.SortFunc(w.stock, shelfStock.compare)
	if err := k.conn.EachMove(ctx, w.move); err != nil {
		return err
	}
	w.close()
	w.skip(len(w.stock))
	w.single()
	return nil
}

func (w *shelfWalk) row(r store.StoredStock) {
	s := shelfStock{r.LotID, r.PlaceID, r.Qty, r.Allocated}
	w.stock = append(w.stock, s)
	p, there := w.facts.places[r.PlaceID]
	lot := w.facts.lots.find(r.LotID)
	switch {
	case !there || lot == nil || p.DepotID != r.DepotID || lot.item != r.ItemID:
		w.add("stock", s.object(), "库存行所记的储备库或物资，与货位、批次不符")
	case p.Kind.Outside():
		w.add("stock", s.object(), "外部地点不应有库存行")
	}
	if r.Qty != 0 && w.facts.depots[r.DepotID].Closed && !w.still[r.DepotID] {
		w.still[r.DepotID] = true
		w.add("depot", "储备库 "+w.facts.code(r.DepotID), "已停用，却还有库存（货位 %s 批次 %s）", r.PlaceID, r.LotID)
	}
	if r.Qty < 0 {
		w.add("stock", s.object(), "库存为负：%s", r.Qty)
	}
	if r.Allocated < 0 || r.Allocated > r.Qty {
		w.add("allocated", s.object(), "结存 %s，已分配 %s", r.Qty, r.Allocated)
	}
}

// move adds an entry to its shelf. The entries of one voucher count as one
// step: there is no order among them.
func (w *shelfWalk) move(m store.ShelfMove) {
	if w.moves++; w.moves%stride == 0 {
		w.tell("结存与逐日结存", w.moves)
	}
	if !w.open || w.at.lot != m.LotID || w.at.place != m.PlaceID {
		w.close()
		w.at, w.open, w.short = shelfStock{lot: m.LotID, place: m.PlaceID}, true, w.facts.places[m.PlaceID].Kind.Outside()
	} else if w.seq != m.Seq || w.on != m.On {
		w.prefix()
	}
	w.on, w.seq = m.On, m.Seq
	w.at.qty += m.Qty
}

func (w *shelfWalk) prefix() {
	if w.at.qty >= 0 || w.short {
		return
	}
	w.short = true
	d := w.facts.depots[w.facts.places[w.at.place].DepotID]
	w.add("prefix", d.Name+" "+w.at.object(), "%s 的结存为 %s", w.on, w.at.qty)
}

// close compares a shelf that has been added up with its stock row.
func (w *shelfWalk) close() {
	if !w.open {
		return
	}
	w.prefix()
	w.open = false
	w.piece()
	i := w.next
	for i < len(w.stock) && w.stock[i].compare(w.at) < 0 {
		i++
	}
	w.skip(i)
	there := i < len(w.stock) && w.stock[i].compare(w.at) == 0
	switch {
	case there:
		w.next++
		if w.stock[i].qty != w.at.qty {
			w.add("stock", w.at.object(), "库存记 %s，明细合计 %s", w.stock[i].qty, w.at.qty)
		}
	case !w.facts.places[w.at.place].Kind.Outside():
		w.add("stock", w.at.object(), "没有库存行，明细合计 %s", w.at.qty)
	}
}

// skip passes stock rows that have no entries up to a row.
func (w *shelfWalk) skip(to int) {
	for ; w.next < to; w.next++ {
		if s := w.stock[w.next]; s.qty != 0 {
			w.add("stock", s.object(), "库存记 %s，却没有明细", s.qty)
		}
	}
}

// returns proves the other half of I7: what comes back of an issue's entry is
// never more than left with it.
func (k *checker) returns(ctx context.Context) error {
	twice, err := k.conn.ReversedTwice(ctx)
	if err != nil {
		return err
	}
	for _, e := range twice {
		k.add("reversal", "明细 "+e.String(), "被红冲了不止一次")
	}
	var issued, named id.ID
	var stands quantity.Q
	return k.conn.EachReturn(ctx, func(r store.StoredReturn) {
		object := "明细 " + r.ID.String()
		if r.ReturnsID != issued {
			issued, stands = r.ReturnsID, 0
		}
		switch {
		case r.IssuedID == 0:
			k.add("return", object, "所归还的明细 %s 不存在", r.ReturnsID)
			return
		case r.Type != ledger.Return || r.Qty <= 0 || r.DepotID == 0 || r.IssuedType != ledger.Issue || r.IssuedQty >= 0 || r.IssuedDepotID == 0:
			k.add("return", object, "归还的不是出库单上发出的明细")
		case r.LotID != r.IssuedLotID || r.DepotID != r.IssuedDepotID:
			k.add("return", object, "与出库的明细 %s 不是同一批次、同一储备库", r.ReturnsID)
		}
		if r.UndoneID != 0 || named == issued {
			return
		}
		switch stands += r.Qty; {
		case r.TakenID != 0:
			named = issued
			k.add("return", "明细 "+r.ReturnsID.String(), "已经红冲，却还有归还 %s", stands)
		case stands > -r.IssuedQty:
			named = issued
			k.add("return", "明细 "+r.ReturnsID.String(), "发出 %s，归还合计 %s", -r.IssuedQty, stands)
		}
	})
}
