package store

import (
	"context"
	"errors"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// ImportMapping is what people said of the columns under some headings.
type ImportMapping struct {
	Fingerprint string `db:"fingerprint"`
	Headings    string `db:"headings"` // for people
	Mapping     string `db:"mapping"`  // as the use case wrote it
	ActorName   string `db:"actor_name"`
	DecidedAt   int64  `db:"decided_at"`
}

// ImportWord is an item that a word of ledgers means at one depot.
type ImportWord struct {
	DepotID   id.ID      `db:"depot_id"`
	Key       string     `db:"word_key"` // digest of the folded name, spec and unit
	Name      string     `db:"name"`
	Spec      string     `db:"spec"`
	Unit      string     `db:"unit"`
	ItemID    id.ID      `db:"item_id"`
	Factor    quantity.Q `db:"factor"` // of the item's unit in one of the word's, 0 = the same unit
	ActorName string     `db:"actor_name"`
	DecidedAt int64      `db:"decided_at"`
}

// HeadingWord is a heading explained by the bureau itself.
type HeadingWord struct {
	Key       string `db:"word_key"` // folded
	Word      string `db:"word"`
	Field     string `db:"field"`
	ActorName string `db:"actor_name"`
	DecidedAt int64  `db:"decided_at"`
}

// maxMappings bounds how many mappings are kept in mind: the newest.
const maxMappings = 2000

// ImportMappings lists the mappings remembered, newest first.
func (c *Conn) ImportMappings(ctx context.Context) ([]ImportMapping, error) {
	var rows []ImportMapping
	err := c.list(ctx, &rows, "import-mappings", M{"limit": maxMappings})
	return rows, err
}

// RememberMapping puts a mapping in the place of an earlier one.
func (t *Tx) RememberMapping(ctx context.Context, m ImportMapping) error {
	return t.replace(ctx, "import-mapping-change", "import-mapping-insert", M{"fingerprint": m.Fingerprint, "headings": m.Headings, "mapping": m.Mapping,
		"actor_name": m.ActorName, "decided_at": t.NowMicro()})
}

// ForgetMapping removes a mapping, if it is there.
func (t *Tx) ForgetMapping(ctx context.Context, fingerprint string) error {
	_, err := t.exec(ctx, "import-mapping-forget", M{"fingerprint": fingerprint})
	return err
}

// replace changes a row or makes it. Another who makes it at the same moment
// sends the whole transaction round again.
func (t *Tx) replace(ctx context.Context, change, insert string, args M) error {
	n, err := t.exec(ctx, change, args)
	if err != nil || n > 0 {
		return err
	}
	if _, err = t.exec(ctx, insert, args); errors.Is(err, ErrDuplicate) {
		return errRetry
	}
	return err
}

// ImportWords gives the words remembered at some depots.
func (c *Conn) ImportWords(ctx context.Context, depots []id.ID) ([]ImportWord, error) {
	var rows []ImportWord
	if len(depots) == 0 {
		return nil, nil
	}
	err := c.list(ctx, &rows, "import-words", M{"depots": depots})
	return rows, err
}

// RememberWord puts a word's meaning in the place of an earlier one.
func (t *Tx) RememberWord(ctx context.Context, w ImportWord) error {
	return t.replace(ctx, "import-word-change", "import-word-insert", M{"depot_id": w.DepotID, "word_key": w.Key, "name": w.Name, "spec": w.Spec,
		"unit": w.Unit, "item_id": w.ItemID, "factor": w.Factor, "actor_name": w.ActorName, "decided_at": t.NowMicro()})
}

// ForgetWord removes a word's meaning at a depot, if it has one.
func (t *Tx) ForgetWord(ctx context.Context, depot id.ID, key string) error {
	_, err := t.exec(ctx, "import-word-forget", M{"depot_id": depot, "word_key": key})
	return err
}

// HeadingWords lists the headings the bureau explained.
func (c *Conn) HeadingWords(ctx context.Context) ([]HeadingWord, error) {
	var rows []HeadingWord
	err := c.list(ctx, &rows, "heading-words", nil)
	return rows, err
}

// InsertHeadingWord adds a heading; one that is there is ErrDuplicate.
func (t *Tx) InsertHeadingWord(ctx context.Context, w HeadingWord) error {
	_, err := t.exec(ctx, "heading-word-insert", M{"word_key": w.Key, "word": w.Word, "field": w.Field, "actor_name": w.ActorName, "decided_at": t.NowMicro()})
	return err
}

// ForgetHeadingWord removes a heading; false = there was none.
func (t *Tx) ForgetHeadingWord(ctx context.Context, key string) (bool, error) {
	n, err := t.exec(ctx, "heading-word-forget", M{"word_key": key})
	return n > 0, err
}

// DayShelf is a shelf as it stood at the end of a day.
type DayShelf struct {
	ledger.Shelf
	Kind place.Kind // of the place
	Now  quantity.Q // what stands there today
}

// ShelvesOn gives every shelf of a depot with what stood there at the end of a
// day; those empty then and now are left out, and so is what is not at the
// depot: on the road, out in use, under repair.
func (c *Conn) ShelvesOn(ctx context.Context, depot id.ID, on string) ([]DayShelf, error) {
	var rows []struct {
		shelfRow
		Kind place.Kind `db:"place_kind"`
	}
	if err := c.list(ctx, &rows, "import-shelves", M{"depot_id": depot}); err != nil {
		return nil, err
	}
	var moves []struct {
		Place id.ID      `db:"place_id"`
		Lot   id.ID      `db:"lot_id"`
		Qty   quantity.Q `db:"qty"`
	}
	if err := c.list(ctx, &moves, "import-moves-after", M{"depot_id": depot, "day": on}); err != nil {
		return nil, err
	}
	after := make(map[shelfKey]quantity.Q, len(moves))
	for _, m := range moves {
		after[shelfKey{m.Place, m.Lot}] = m.Qty
	}
	var list []DayShelf
	for _, r := range rows {
		s := DayShelf{Shelf: r.shelf(), Kind: r.Kind}
		s.DepotID, s.Now = depot, s.OnHand
		s.OnHand -= after[shelfKey{s.PlaceID, s.Lot.ID}]
		if s.OnHand != 0 || s.Now != 0 {
			list = append(list, s)
		}
	}
	return list, nil
}

// BookedLine is what one voucher of a depot did with an item.
type BookedLine struct {
	On        string     `db:"business_on"`
	ItemID    id.ID      `db:"item_id"`
	Qty       quantity.Q `db:"qty"` // into the depot (+) or out of it (−)
	Number    string     `db:"number"`
	Reference string     `db:"reference"`
}

// BookedLines lists what a depot's own vouchers did from one day to another.
func (c *Conn) BookedLines(ctx context.Context, depot id.ID, from, to string) ([]BookedLine, error) {
	var rows []BookedLine
	err := c.list(ctx, &rows, "import-journal", M{"depot_id": depot, "from_day": from, "to_day": to})
	return rows, err
}

// maxNamed is how many vouchers of one reference are looked at.
const maxNamed = 50

// VouchersByReference gives the vouchers of a depot that name a document, the
// latest first; reversals are none.
func (c *Conn) VouchersByReference(ctx context.Context, depot id.ID, reference string) ([]ledger.Voucher, error) {
	var ids []id.ID
	if err := c.list(ctx, &ids, "import-by-reference", M{"depot_id": depot, "reference": reference, "limit": maxNamed}); err != nil {
		return nil, err
	}
	list := make([]ledger.Voucher, len(ids))
	for i, v := range ids {
		var err error
		if list[i], err = c.Voucher(ctx, v); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// UsersOf gives the numbers of the vouchers of a depot that took what another
// had put on its shelves, the earliest first.
func (c *Conn) UsersOf(ctx context.Context, v ledger.Voucher, limit int) ([]string, error) {
	var rows []struct {
		Number string
		Seq    int64
	}
	err := c.list(ctx, &rows, "import-users", M{"voucher_id": v.ID, "depot_id": v.DepotID, "seq": v.Seq, "limit": limit})
	numbers := make([]string, len(rows))
	for i, r := range rows {
		numbers[i] = r.Number
	}
	return numbers, err
}
