package posting

import (
	"context"
	"errors"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// movePieces moves what has a number of its own from where it is to where it
// goes: one piece, so that no number is ever in two places, whichever lots
// carry it.
func movePieces(ctx context.Context, tx *store.Tx, v ledger.Voucher, lots map[id.ID]ledger.Lot) error {
	var moves []store.PieceMove
	line := map[id.ID]int{}
	seen := map[string]int{} // the line a number stands on
	for _, m := range v.Moves() {
		lot := lots[m.Out.LotID]
		if !lot.Serial {
			continue
		}
		if m.In.Qty != quantity.One {
			return errs.New(errs.Invalid, "第 %d 行「%s」逐件管理，每个编号只能是 1。", m.Out.Line, lot.No)
		}
		number := lot.ItemID.String() + " " + catalog.Key(lot.No)
		if n, twice := seen[number]; twice {
			var c errs.Check
			c.Add(lineField(m.Out.Line, "lot_no"), "第 %d 行的编号「%s」在第 %d 行已经写过，一张单据上每个编号只能写一次。请核对编号。", m.Out.Line, lot.No, n)
			return c.Err()
		}
		line[lot.ID], seen[number] = m.Out.Line, m.Out.Line
		moves = append(moves, store.PieceMove{LotID: lot.ID, ItemID: lot.ItemID, No: lot.No, From: away(m.Out.PlaceID), To: away(m.In.PlaceID)})
	}
	stuck, err := tx.MovePieces(ctx, v.ID, moves)
	if !errors.Is(err, store.ErrShort) {
		return err
	}
	var c errs.Check
	for _, p := range stuck {
		n := line[p.LotID]
		if p.From == 0 {
			c.Add(lineField(n, "lot_no"), "第 %d 行的编号「%s」已经登记过，不能再入库一次。还回来的请在原出库单上办理归还；确是另一件，请核对编号。", n, p.No)
		} else {
			c.Add(lineField(n, "lot_no"), "第 %d 行的编号「%s」已不在所选的货位，请核对它现在在哪里。", n, p.No)
		}
	}
	return c.Err()
}

// away gives 0 for a place goods come from before they are ours: what has not
// come in may come in under any lot.
func away(p id.ID) id.ID {
	if place.Origin(p) {
		return 0
	}
	return p
}
