package store

import (
	"context"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
)

type lotRow struct {
	ID                id.ID         `db:"id"`
	ItemID            id.ID         `db:"item_id"`
	LotNo             string        `db:"lot_no"`
	ProducedOn        string        `db:"produced_on"`
	ProducedPrecision day.Precision `db:"produced_precision"`
	ExpiresOn         string        `db:"expires_on"`
	ExpiresPrecision  day.Precision `db:"expires_precision"`
	ReceivedOn        string        `db:"received_on"`
	ReceivedPrecision day.Precision `db:"received_precision"`
	Source            ledger.Source `db:"source"`
	PriceFen          *money.Fen    `db:"price_fen"`
	Owner             string        `db:"owner"`
	Serial            bool          `db:"serial"`
	Held              bool          `db:"held"`
}

func (r lotRow) lot() ledger.Lot {
	return ledger.Lot{ID: r.ID, ItemID: r.ItemID, No: r.LotNo, Produced: day.Stored(r.ProducedOn, r.ProducedPrecision),
		Expires: day.Stored(r.ExpiresOn, r.ExpiresPrecision), Received: day.Stored(r.ReceivedOn, r.ReceivedPrecision),
		Source: r.Source, Price: r.PriceFen, Owner: r.Owner, Serial: r.Serial, Held: r.Held}
}

// FindOrMakeLots makes each lot whole: the one its key already has, or a new
// row. Two postings that make the same lot at once collide on the key and the
// later one runs again, finding it.
func (t *Tx) FindOrMakeLots(ctx context.Context, lots []ledger.Lot) error {
	keys := make([]string, len(lots))
	for i, l := range lots {
		keys[i] = l.Key()
	}
	byKey, err := t.lotsByKey(ctx, keys)
	if err != nil {
		return err
	}
	var rows []M
	for i, k := range keys {
		lot, known := byKey[k]
		if !known {
			lot = lots[i]
			lot.ID = t.NewID()
			byKey[k], t.made[lot.ID] = lot, true
			rows = append(rows, lotArgs(lot, k))
		}
		lots[i] = lot
		t.knowLot(lot)
	}
	err = t.insertMany(ctx, "lot-insert", rows)
	if t.s.dialect.duplicate(err) {
		return errRetry
	}
	return err
}

func (t *Tx) lotsByKey(ctx context.Context, keys []string) (map[string]ledger.Lot, error) {
	byKey := make(map[string]ledger.Lot, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), chunkRows)
		var rows []struct {
			lotRow
			Key string `db:"lot_key"`
		}
		if err := t.list(ctx, &rows, "lot-by-key", M{"keys": keys[:n]}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			byKey[r.Key] = r.lot()
		}
		keys = keys[n:]
	}
	return byKey, nil
}

// knowLot keeps a lot for the rest of the transaction. Before a head is taken
// it may still change its hold.
func (t *Tx) knowLot(l ledger.Lot) {
	if len(t.heads) > 0 {
		t.lots[l.ID] = l
	}
}

func lotArgs(l ledger.Lot, key string) M {
	return M{"id": l.ID, "item_id": l.ItemID, "lot_key": key, "lot_no": l.No, "lot_no_key": catalog.Key(l.No),
		"produced_on": l.Produced.First, "produced_precision": l.Produced.Precision,
		"expires_on": l.Expires.First, "expires_precision": l.Expires.Precision, "expires_last": l.Expires.Last(),
		"received_on": l.Received.First, "received_precision": l.Received.Precision,
		"source": l.Source, "price_fen": l.Price, "owner": l.Owner, "serial": l.Serial}
}

// LotsByID gives lots by id; unknown ids are left out.
func (c *Conn) LotsByID(ctx context.Context, ids []id.ID) (map[id.ID]ledger.Lot, error) {
	m := make(map[id.ID]ledger.Lot, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), chunkRows)
		var rows []lotRow
		if err := c.list(ctx, &rows, "lot-get-many", M{"ids": ids[:n]}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			m[r.ID] = r.lot()
		}
		ids = ids[n:]
	}
	return m, nil
}

// LotsByID gives lots by id, without reading again what this transaction knows.
func (t *Tx) LotsByID(ctx context.Context, ids []id.ID) (map[id.ID]ledger.Lot, error) {
	m := make(map[id.ID]ledger.Lot, len(ids))
	var ask []id.ID
	for _, i := range ids {
		if lot, known := t.lots[i]; known {
			m[i] = lot
		} else {
			ask = append(ask, i)
		}
	}
	found, err := t.Conn.LotsByID(ctx, ask)
	for i, lot := range found {
		m[i] = lot
		t.knowLot(lot)
	}
	return m, err
}
