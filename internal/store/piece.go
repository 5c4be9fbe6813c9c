package store

import (
	"context"

	"changbei/internal/catalog"
	"changbei/internal/id"
)

// PieceMove takes one numbered piece from a place to another; 0 is where it is
// before it comes in.
type PieceMove struct {
	LotID, ItemID id.ID
	No            string
	From, To      id.ID
}

func (m PieceMove) args() M {
	return M{"lot_id": m.LotID, "item_id": m.ItemID, "serial_key": catalog.Key(m.No), "from_id": m.From, "to_id": m.To}
}

type pieceKey struct {
	ItemID id.ID  `db:"item_id"`
	Key    string `db:"serial_key"`
}

// MovePieces moves pieces with one guarded UPDATE a chunk, as ApplyStock moves
// stock: each only from the place it is at, and under another lot only while
// it has not come in. Numbers never seen are written down. ErrShort comes with
// the moves the guard refused.
func (t *Tx) MovePieces(ctx context.Context, voucher id.ID, moves []PieceMove) ([]PieceMove, error) {
	var stuck []PieceMove
	for len(moves) > 0 {
		n := min(len(moves), chunkRows)
		some, err := t.movePieces(ctx, voucher, moves[:n])
		if err != nil {
			return nil, err
		}
		stuck = append(stuck, some...)
		moves = moves[n:]
	}
	if stuck != nil {
		return stuck, ErrShort
	}
	return nil, nil
}

func (t *Tx) movePieces(ctx context.Context, voucher id.ID, moves []PieceMove) (stuck []PieceMove, err error) {
	n, err := t.execEach(ctx, "piece-move", M{"voucher_id": voucher}, pieceRows(moves))
	if err != nil || int(n) == len(moves) {
		return nil, err
	}
	var rows []struct {
		pieceKey
		VoucherID id.ID `db:"last_voucher_id"`
	}
	if err := t.listEach(ctx, &rows, "piece-of", nil, pieceRows(moves)); err != nil {
		return nil, err
	}
	moved := make(map[pieceKey]bool, len(rows)) // false: it is there and did not move
	for _, r := range rows {
		moved[r.pieceKey] = r.VoucherID == voucher
	}
	var fresh []PieceMove
	for _, m := range moves {
		did, known := moved[pieceKey{m.ItemID, catalog.Key(m.No)}]
		switch {
		case !known && m.From == 0:
			fresh = append(fresh, m)
		case !did:
			stuck = append(stuck, m)
		}
	}
	args := pieceRows(fresh)
	for _, a := range args {
		a["voucher_id"] = voucher
	}
	err = t.insertMany(ctx, "piece-insert", args)
	if t.s.dialect.duplicate(err) {
		return nil, errRetry // another depot took the number in just now
	}
	return stuck, err
}

func pieceRows(moves []PieceMove) []M {
	rows := make([]M, len(moves))
	for i, m := range moves {
		rows[i] = m.args()
	}
	return rows
}
