package inventory

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// pieceAt is where the entries say that a numbered piece is.
type pieceAt struct {
	lot, place id.ID
	met        bool // has its row
}

// piece notes where the shelf just added up puts a numbered piece, inside or
// outside: that it was issued keeps its number from coming in again. What a
// lot nets at a place says it, in whatever order reversals came. The walk goes
// lot by lot, so the list is in order and two places of one lot follow each other.
func (w *shelfWalk) piece() {
	fact := w.facts.lots.find(w.at.lot)
	if fact == nil || !fact.serial || w.at.qty == 0 || place.Origin(w.at.place) {
		return
	}
	object := "批次 " + w.at.lot.String()
	if w.at.qty != quantity.One {
		w.add("piece", object, "逐件管理，%s按明细有 %s 件", w.facts.spot(w.at.place), w.at.qty)
	}
	if last := len(w.pieceAt) - 1; last >= 0 && w.pieceAt[last].lot == w.at.lot {
		w.add("piece", object, "逐件管理，按明细同时在%s和%s，入库了不止一次", w.facts.spot(w.pieceAt[last].place), w.facts.spot(w.at.place))
		return
	}
	w.pieceAt = append(w.pieceAt, pieceAt{lot: w.at.lot, place: w.at.place})
}

// spot names a place in differences.
func (f *facts) spot(p id.ID) string {
	switch at := f.places[p]; {
	case p == 0:
		return "库外（没有入库）"
	case at.Kind.Outside():
		return "外部地点 " + at.Code
	}
	return "货位 " + p.String()
}

// single names numbered pieces of which stock says that there is more than one.
func (w *shelfWalk) single() {
	for i := 0; i < len(w.stock); {
		lot, sum := w.stock[i].lot, quantity.Q(0)
		for ; i < len(w.stock) && w.stock[i].lot == lot; i++ {
			sum += w.stock[i].qty
		}
		if fact := w.facts.lots.find(lot); fact != nil && fact.serial && sum != 0 && sum != quantity.One {
			w.add("piece", "批次 "+lot.String(), "逐件管理，在库应为 1 件，实为 %s", sum)
		}
	}
}

// pieces proves that each numbered piece is written down where its lot's
// entries left it, in a depot or outside, and that each number which came in is
// written down: a forgotten one could come in a second time.
func (k *checker) pieces(ctx context.Context) error {
	slices.SortFunc(k.pieceAt, func(a, b pieceAt) int { return cmp.Compare(a.lot, b.lot) })
	if err := k.conn.EachPiece(ctx, k.piece); err != nil {
		return err
	}
	for _, p := range k.pieceAt {
		if !p.met {
			k.add("piece", "批次 "+p.lot.String(), "按明细在%s，却没有装备登记，或同一编号已登记给另一批次", k.facts.spot(p.place))
		}
	}
	return nil
}

// piece compares a row with where the entries say that it is. One that has not
// come in, or went back to where it came from, is at place 0.
func (k *checker) piece(p store.StoredPiece) {
	object, at := "装备编号 "+p.LotNo, id.ID(0)
	if i, found := slices.BinarySearchFunc(k.pieceAt, p.LotID, func(a pieceAt, lot id.ID) int { return cmp.Compare(a.lot, lot) }); found {
		k.pieceAt[i].met, at = true, k.pieceAt[i].place
	}
	stands, known := k.facts.places[p.PlaceID]
	switch {
	case p.LotItemID == 0:
		k.add("orphan", "装备编号 "+p.Key, "所指的批次 %s 不存在", p.LotID)
	case p.PlaceID != 0 && !known:
		k.add("orphan", object, "所在的地点 %s 不存在", p.PlaceID)
	case p.LotItemID != p.ItemID || !p.Serial || catalog.Key(p.LotNo) != p.Key:
		k.add("piece", object, "登记的物资或编号与批次 %s 不符", p.LotID)
	case at == p.PlaceID:
	case at != 0 && !k.facts.places[at].Kind.Outside():
		k.add("piece", object, "登记在%s，库存却在%s", k.facts.spot(p.PlaceID), k.facts.spot(at))
	case p.PlaceID != 0 && !stands.Kind.Outside():
		k.add("piece", object, "登记在%s，那里却没有库存，按明细在%s", k.facts.spot(p.PlaceID), k.facts.spot(at))
	default:
		k.add("piece", object, "登记在%s，按明细在%s", k.facts.spot(p.PlaceID), k.facts.spot(at))
	}
}

func sortedIDs[V any](m map[id.ID]V) []id.ID {
	ids := make([]id.ID, 0, len(m))
	for i := range m {
		ids = append(ids, i)
	}
	slices.Sort(ids)
	return ids
}
