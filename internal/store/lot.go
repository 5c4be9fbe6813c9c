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
	Held              bool          `db:"held"`
}

func (r lotRow) lot() ledger.Lot {
	return ledger.Lot{ID: r.ID, ItemID: r.ItemID, No: r.LotNo, Produced: day.Stored(r.ProducedOn, r.ProducedPrecision),
		Expires: day.Stored(r.ExpiresOn, r.ExpiresPrecision), Received: day.Stored(r.ReceivedOn, r.ReceivedPrecision),
		Source: r.Source, Price: r.PriceFen, Owner: r.Owner, Held: r.Held}
}

// FindOrMakeLots gives every lot its id: the one its key already has, or a new
// row. Two postings that make the same lot at once collide on the key and the
// later one runs again, finding it.
func (t *Tx) FindOrMakeLots(ctx context.Context, lots []ledger.Lot) error {
	byKey := make(map[string]id.ID, len(lots))
	keys := make([]string, 0, len(lots))
	for _, l := range lots {
		if k := l.Key(); byKey[k] == 0 {
			byKey[k] = -1
			keys = append(keys, k)
		}
	}
	if err := t.knownLots(ctx, keys, byKey); err != nil {
		return err
	}
	var rows []M
	for i := range lots {
		k := lots[i].Key()
		if byKey[k] == -1 {
			byKey[k] = t.NewID()
			rows = append(rows, lotArgs(lots[i], byKey[k], k))
		}
		lots[i].ID = byKey[k]
	}
	err := t.insertMany(ctx, "lot-insert", rows)
	if t.s.dialect.duplicate(err) {
		return errRetry
	}
	return err
}

func (t *Tx) knownLots(ctx context.Context, keys []string, byKey map[string]id.ID) error {
	for len(keys) > 0 {
		n := min(len(keys), chunkRows)
		var rows []struct {
			ID  id.ID  `db:"id"`
			Key string `db:"lot_key"`
		}
		if err := t.list(ctx, &rows, "lot-by-key", M{"keys": keys[:n]}); err != nil {
			return err
		}
		for _, r := range rows {
			byKey[r.Key] = r.ID
		}
		keys = keys[n:]
	}
	return nil
}

func lotArgs(l ledger.Lot, lotID id.ID, key string) M {
	return M{"id": lotID, "item_id": l.ItemID, "lot_key": key, "lot_no": l.No, "lot_no_key": catalog.Key(l.No),
		"produced_on": l.Produced.First, "produced_precision": l.Produced.Precision,
		"expires_on": l.Expires.First, "expires_precision": l.Expires.Precision, "expires_last": l.Expires.Last(),
		"received_on": l.Received.First, "received_precision": l.Received.Precision,
		"source": l.Source, "price_fen": l.Price, "owner": l.Owner}
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
