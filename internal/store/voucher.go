package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

type voucherRow struct {
	ID           id.ID       `db:"id"`
	DepotID      id.ID       `db:"depot_id"`
	ToDepotID    id.ID       `db:"to_depot_id"`
	Type         ledger.Type `db:"type"`
	Number       string      `db:"number"`
	Seq          int64       `db:"seq"`
	BusinessOn   string      `db:"business_on"`
	RecordedAt   int64       `db:"recorded_at"`
	ActorID      id.ID       `db:"actor_id"`
	ActorName    string      `db:"actor_name"`
	Reason       string      `db:"reason"`
	Counterparty string      `db:"counterparty"`
	Reference    string      `db:"reference"`
	Remark       string      `db:"remark"`
	ReversesID   id.ID       `db:"reverses_id"`
	ClientKey    string      `db:"client_key"`
	RequestHash  string      `db:"request_hash"`
	PrevHash     string      `db:"prev_hash"`
	Hash         string      `db:"hash"`
	BlankNo      string      `db:"blank_no"`
}

func (r voucherRow) voucher() ledger.Voucher {
	return ledger.Voucher{ID: r.ID, DepotID: r.DepotID, ToDepotID: r.ToDepotID, Type: r.Type, Number: r.Number, Seq: r.Seq, BusinessOn: day.Day{First: r.BusinessOn},
		RecordedAt: r.RecordedAt, ActorID: r.ActorID, ActorName: r.ActorName, Reason: r.Reason, Counterparty: r.Counterparty,
		Reference: r.Reference, Remark: r.Remark, ReversesID: r.ReversesID, ClientKey: r.ClientKey, RequestHash: r.RequestHash,
		PrevHash: r.PrevHash, Hash: r.Hash, BlankNo: r.BlankNo}
}

type entryRow struct {
	VoucherID  id.ID      `db:"voucher_id"`
	ID         id.ID      `db:"id"`
	Line       int        `db:"line"`
	PlaceID    id.ID      `db:"place_id"`
	DepotID    id.ID      `db:"depot_id"`
	LotID      id.ID      `db:"lot_id"`
	ItemID     id.ID      `db:"item_id"`
	Qty        quantity.Q `db:"qty"`
	Seq        int64      `db:"seq"`
	ReversesID id.ID      `db:"reverses_id"`
	ReturnsID  id.ID      `db:"returns_id"`
	Packed     string     `db:"packed"`
	Remark     string     `db:"remark"`
}

func (r entryRow) entry() ledger.Entry {
	return ledger.Entry{ID: r.ID, Line: r.Line, PlaceID: r.PlaceID, DepotID: r.DepotID, LotID: r.LotID, ItemID: r.ItemID,
		Qty: r.Qty, Seq: r.Seq, ReversesID: r.ReversesID, ReturnsID: r.ReturnsID, Packed: r.Packed, Remark: r.Remark}
}

// InsertVoucher writes a complete voucher with its entries. It belongs to the
// posting function alone; a used client key or number is ErrDuplicate.
func (t *Tx) InsertVoucher(ctx context.Context, v ledger.Voucher) error {
	_, err := t.exec(ctx, "voucher-insert", M{"id": v.ID, "depot_id": v.DepotID, "to_depot_id": v.ToDepotID, "type": v.Type, "number": v.Number, "seq": v.Seq,
		"business_on": v.BusinessOn.First, "recorded_at": v.RecordedAt, "actor_id": v.ActorID, "actor_name": v.ActorName,
		"reason": v.Reason, "counterparty": v.Counterparty, "reference": v.Reference, "remark": v.Remark, "reverses_id": v.ReversesID,
		"client_key": v.ClientKey, "request_hash": v.RequestHash, "prev_hash": v.PrevHash, "hash": v.Hash, "blank_no": v.BlankNo})
	if err != nil {
		return err
	}
	rows := make([]M, len(v.Entries))
	for i, e := range v.Entries {
		rows[i] = M{"id": e.ID, "voucher_id": v.ID, "line": e.Line, "place_id": e.PlaceID, "depot_id": e.DepotID, "lot_id": e.LotID,
			"item_id": e.ItemID, "qty": e.Qty, "business_on": v.BusinessOn.First, "seq": e.Seq, "reverses_id": none(e.ReversesID),
			"returns_id": none(e.ReturnsID), "packed": e.Packed, "remark": e.Remark}
	}
	return t.insertMany(ctx, "entry-insert", rows)
}

// none turns the id 0 into NULL, for unique columns that allow many "none".
func none(i id.ID) *id.ID {
	if i == 0 {
		return nil
	}
	return &i
}

// Voucher gives a posted voucher with its entries.
func (c *Conn) Voucher(ctx context.Context, voucher id.ID) (ledger.Voucher, error) {
	var r voucherRow
	if err := c.get(ctx, &r, "voucher-get", M{"id": voucher}); err != nil {
		return ledger.Voucher{}, err
	}
	return c.withEntries(ctx, r)
}

// VoucherByKey gives the voucher of a client key, or NotFound. It reads where
// the writing is done, so that a lost reply finds its row.
func (s *Store) VoucherByKey(ctx context.Context, key string) (ledger.Voucher, error) {
	c := s.Read()
	var r voucherRow
	if err := c.get(ctx, &r, "voucher-by-key", M{"client_key": key}); err != nil {
		return ledger.Voucher{}, err
	}
	return c.withEntries(ctx, r)
}

func (c *Conn) withEntries(ctx context.Context, r voucherRow) (ledger.Voucher, error) {
	var rows []entryRow
	if err := c.list(ctx, &rows, "entry-of-voucher", M{"voucher_id": r.ID}); err != nil {
		return ledger.Voucher{}, err
	}
	v := r.voucher()
	for _, e := range rows {
		v.Entries = append(v.Entries, e.entry())
	}
	return v, nil
}

// Reversals lists the vouchers that reverse one, without entries.
func (c *Conn) Reversals(ctx context.Context, voucher id.ID) ([]ledger.Voucher, error) {
	var rows []voucherRow
	err := c.list(ctx, &rows, "voucher-reversals", M{"id": voucher})
	return vouchers(rows), err
}

// Returns lists the vouchers by which some entries came back, without their
// own entries, in the order they were recorded.
func (c *Conn) Returns(ctx context.Context, entries []id.ID) ([]ledger.Voucher, error) {
	var all []voucherRow
	for part := range slices.Chunk(entries, chunkRows) {
		var rows []voucherRow
		if err := c.list(ctx, &rows, "voucher-returns", M{"ids": part}); err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b voucherRow) int {
		return cmp.Or(cmp.Compare(a.RecordedAt, b.RecordedAt), cmp.Compare(a.ID, b.ID))
	})
	return vouchers(slices.CompactFunc(all, func(a, b voucherRow) bool { return a.ID == b.ID })), nil
}

// VoucherOfEntry gives the voucher an entry belongs to, without entries.
func (c *Conn) VoucherOfEntry(ctx context.Context, entry id.ID) (ledger.Voucher, error) {
	var r voucherRow
	err := c.get(ctx, &r, "voucher-of-entry", M{"id": entry})
	return r.voucher(), err
}

func vouchers(rows []voucherRow) []ledger.Voucher {
	list := make([]ledger.Voucher, len(rows))
	for i, r := range rows {
		list[i] = r.voucher()
	}
	return list
}

// ReversedEntries tells which of some entries are reversed already.
func (c *Conn) ReversedEntries(ctx context.Context, entries []id.ID) (map[id.ID]bool, error) {
	reversed := make(map[id.ID]bool)
	for len(entries) > 0 {
		n := min(len(entries), chunkRows)
		var ids []id.ID
		if err := c.list(ctx, &ids, "entry-reversed", M{"ids": entries[:n]}); err != nil {
			return nil, err
		}
		for _, i := range ids {
			reversed[i] = true
		}
		entries = entries[n:]
	}
	return reversed, nil
}

// ReturnedQty gives how much of some entries has come back and stands: returns
// that are reversed do not count.
func (c *Conn) ReturnedQty(ctx context.Context, entries []id.ID) (map[id.ID]quantity.Q, error) {
	returned := make(map[id.ID]quantity.Q)
	for len(entries) > 0 {
		n := min(len(entries), chunkRows)
		var rows []struct {
			ID  id.ID      `db:"returns_id"`
			Qty quantity.Q `db:"qty"`
		}
		if err := c.list(ctx, &rows, "entry-returned", M{"ids": entries[:n]}); err != nil {
			return nil, err
		}
		for _, r := range rows {
			returned[r.ID] = r.Qty
		}
		entries = entries[n:]
	}
	return returned, nil
}

// LaterMoves sums, per voucher, the entries of a lot at a place after a
// business date, in the ledger's order.
func (c *Conn) LaterMoves(ctx context.Context, placeID, lotID id.ID, on string) ([]ledger.Move, error) {
	var rows []struct {
		On  string     `db:"business_on"`
		Seq int64      `db:"seq"`
		Qty quantity.Q `db:"qty"`
	}
	if err := c.list(ctx, &rows, "entry-later", M{"place_id": placeID, "lot_id": lotID, "business_on": on}); err != nil {
		return nil, err
	}
	moves := make([]ledger.Move, len(rows))
	for i, r := range rows {
		moves[i] = ledger.Move{On: r.On, Qty: r.Qty}
	}
	return moves, nil
}

// VoucherLine is a row of the voucher list.
type VoucherLine struct {
	ID            id.ID       `db:"id"`
	DepotID       id.ID       `db:"depot_id"`
	Depot         string      `db:"depot"`
	ToDepot       string      `db:"to_depot"` // of a transfer, else ""
	Type          ledger.Type `db:"type"`
	Number        string      `db:"number"`
	Seq           int64       `db:"seq"`
	BusinessOn    string      `db:"business_on"`
	RecordedAt    int64       `db:"recorded_at"`
	ActorName     string      `db:"actor_name"`
	Reason        string      `db:"reason"`
	Counterparty  string      `db:"counterparty"`
	ReversesID    id.ID       `db:"reverses_id"`
	BlankNo       string      `db:"blank_no"` // of the blank it was written on, else ""
	LineCount     int         `db:"line_count"`
	ReversalCount int         `db:"reversal_count"`
}

// Scope says which depots a list may show.
type Scope struct {
	All    bool
	Depots []id.ID
}

// only gives the one depot that is asked for and may be shown, 0 when there are
// several or none.
func (s Scope) only(asked id.ID) id.ID {
	switch {
	case s.All:
		return asked
	case len(s.Depots) == 1 && (asked == 0 || asked == s.Depots[0]):
		return s.Depots[0]
	}
	return 0
}

// VoucherFilter narrows the voucher list; zero fields mean "any". Before… are the page's key: the last row already shown.
type VoucherFilter struct {
	Scope       Scope
	DepotID     id.ID
	Type        ledger.Type
	From, To    string
	Number      string // a part of its number or of its blank's
	BeforeOn    string // business date,
	BeforeSeq   int64  // sequence and
	BeforeDepot id.ID
	Limit       int
}

// VoucherPage lists vouchers, newest business date first.
func (c *Conn) VoucherPage(ctx context.Context, f VoucherFilter) ([]VoucherLine, error) {
	var rows []VoucherLine
	query := "voucher-page"
	if one := f.Scope.only(f.DepotID); one != 0 {
		query, f.DepotID = "voucher-page-of-depot", one
	}
	err := c.list(ctx, &rows, query, M{"all_depots": f.Scope.All, "depots": f.Scope.Depots, "depot_id": f.DepotID,
		"type": f.Type, "from_on": f.From, "to_on": f.last(), "number": contains(f.Number), "before_on": f.BeforeOn,
		"before_seq": f.BeforeSeq, "before_depot": f.BeforeDepot, "limit": f.Limit})
	return rows, err
}

// last gives the newest business date that can be on the page: an index ends
// there, however far back somebody has turned the pages.
func (f VoucherFilter) last() string {
	last := "9999-12-31"
	for _, on := range []string{f.To, f.BeforeOn} {
		if on != "" {
			last = min(last, on)
		}
	}
	return last
}

// contains makes a LIKE pattern that finds a part of a text, whatever signs it
// holds; the queries say ESCAPE '!'.
func contains(part string) string {
	if part == "" {
		return ""
	}
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(part) + "%"
}

// VoucherNumber gives a voucher's number, or NotFound.
func (c *Conn) VoucherNumber(ctx context.Context, voucher id.ID) (string, error) {
	var number string
	err := c.get(ctx, &number, "voucher-number", M{"id": voucher})
	return number, err
}
