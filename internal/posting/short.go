package posting

import (
	"context"
	"slices"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// explainShort reads, after the guarded UPDATE refused, what there is, to name
// line, goods and figure. The decision was the UPDATE's; this only words it.
func explainShort(ctx context.Context, tx *store.Tx, v ledger.Voucher, deltas []store.Delta) error {
	rows, err := tx.StockOf(ctx, deltas)
	if err != nil {
		return err
	}
	items, err := tx.ItemsByID(ctx, itemsOf(v))
	if err != nil {
		return err
	}
	var c errs.Check
	for _, d := range deltas {
		have, moved := left(rows, d, v.ID)
		if d.Qty >= 0 || moved || have >= -d.Qty {
			continue
		}
		line, it := lineOf(v, d), items[d.ItemID]
		c.Add(lineField(line, "qty"), "第 %d 行「%s」可用 %s %s，不够 %s %s。%s",
			line, it.Label(), have.Grouped(), it.Unit, (-d.Qty).Grouped(), it.Unit, remedy(v))
	}
	if c.OK() {
		return errs.New(errs.Conflict, "库存刚刚有变动，这次没有保存。请再提交一次。")
	}
	return c.Err()
}

// left gives what a shelf holds free, and whether this very posting has moved
// it already: the UPDATE moved the shelves that were enough, until the rollback.
func left(rows []store.ShelfStock, d store.Delta, voucher id.ID) (have quantity.Q, moved bool) {
	for _, s := range rows {
		if s.PlaceID == d.PlaceID && s.LotID == d.LotID {
			return s.Qty - s.Allocated, s.VoucherID == voucher
		}
	}
	return 0, false
}

// remedy says what can be done when goods are short.
func remedy(v ledger.Voucher) string {
	if v.Type == ledger.Reversal {
		return "这批物资已被后来的单据用掉，请先红冲那些单据。"
	}
	return "请减少数量，或换有货的批次、货位。"
}

func itemsOf(v ledger.Voucher) []id.ID {
	var ids []id.ID
	for _, e := range v.Entries {
		if !slices.Contains(ids, e.ItemID) {
			ids = append(ids, e.ItemID)
		}
	}
	return ids
}

func lineOf(v ledger.Voucher, d store.Delta) int {
	for _, e := range v.Entries {
		if e.PlaceID == d.PlaceID && e.LotID == d.LotID && e.Qty < 0 {
			return e.Line
		}
	}
	return 0
}
