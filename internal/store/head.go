package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// Head is a depot's end of the books: what the next voucher continues.
// Depot 0 is the system's own chain of audit records. A head taken in a
// transaction also says what a posting asks of its depot, read under the lock.
type Head struct {
	DepotID   id.ID            `db:"depot_id"`
	Seq       int64            `db:"seq"`
	Counters  map[string]int64 `db:"-"`
	LastHash  string           `db:"last_hash"`
	AuditSeq  int64            `db:"audit_seq"`
	AuditHash string           `db:"audit_hash"`
	ClosedOn  string           `db:"closed_on"` // last day of the last closed month, "" = none
	NewestOn  string           `db:"-"`         // the newest business date at the depot, "" = none

	Depot          place.Depot `db:"-"` // id, code, name, tier and whether it is closed
	CatalogVersion int64       `db:"-"`
	Places         PlacesState `db:"-"`
	DraftID        id.ID       `db:"-"` // of the client key the head was taken for

	taken   int64 // the sequence as the row holds it
	used    bool  // by a voucher
	changed bool
	assumed bool // not read from the row, see AssumeHead
}

// PlacesState is another one after every change of a depot's places: a place is
// only ever added.
type PlacesState struct {
	Count  int   `db:"places"`
	Newest id.ID `db:"newest_place"`
}

// NextSeq gives the sequence of one more voucher at the depot.
func (h *Head) NextSeq() int64 {
	if h.used {
		h.Seq++
	}
	h.used, h.changed = true, true
	return h.Seq
}

// Date takes a voucher's business date and reports whether something later is
// booked at the depot: told by the books, since a clock may have been wrong.
func (h *Head) Date(on string) (late bool) {
	late = on < h.NewestOn
	h.NewestOn = max(h.NewestOn, on)
	return late
}

// Count moves a number series on by one.
func (h *Head) Count(series string) int64 {
	h.Counters[series]++
	h.changed = true
	return h.Counters[series]
}

// Chain puts a voucher's hash at the end.
func (h *Head) Chain(hash string) { h.LastHash, h.changed = hash, true }

type headRow struct {
	Head
	Counters string `db:"counters"`
}

func (r headRow) head() (Head, error) {
	h := r.Head
	h.Counters = map[string]int64{}
	if err := json.Unmarshal([]byte(r.Counters), &h.Counters); err != nil {
		return h, fmt.Errorf("store: counters of depot %d: %w", h.DepotID, err)
	}
	return h, nil
}

type takenRow struct {
	headRow
	Code           string     `db:"code"`
	Name           string     `db:"name"`
	Tier           place.Tier `db:"tier"`
	Closed         bool       `db:"closed"`
	CatalogVersion string     `db:"catalog_version"`
	DraftID        id.ID      `db:"draft_id"`
	NewestOn       string     `db:"newest_on"`
	PlacesState
}

func (r takenRow) taken() (*Head, error) {
	h, err := r.headRow.head()
	if err != nil {
		return nil, err
	}
	h.Depot = place.Depot{ID: h.DepotID, Code: r.Code, Name: r.Name, Tier: r.Tier, Closed: r.Closed}
	h.Places, h.DraftID, h.NewestOn, h.taken = r.PlacesState, r.DraftID, r.NewestOn, h.Seq
	if r.CatalogVersion != "" {
		h.CatalogVersion, err = strconv.ParseInt(r.CatalogVersion, 10, 64)
	}
	return &h, err
}

// TakeHead moves a depot's sequence on by one and gives the head. The UPDATE
// comes first, so that the row is locked before anything is decided: from here
// to the commit nobody else posts at this depot. Taken again in the same
// transaction it is the same head; the commit stores what has changed.
func (t *Tx) TakeHead(ctx context.Context, depot id.ID) (*Head, error) {
	return t.TakeHeadFor(ctx, depot, "")
}

// TakeHeadFor takes a head and looks a form's key up in the same glance.
func (t *Tx) TakeHeadFor(ctx context.Context, depot id.ID, clientKey string) (*Head, error) {
	if h := t.heads[depot]; h != nil {
		return h, nil
	}
	n, err := t.exec(ctx, "head-bump", M{"depot_id": depot})
	if err != nil {
		return nil, err
	}
	if n != 1 {
		return nil, errs.Wrap(errs.NotFound, fmt.Errorf("store: depot %d has no head", depot), "没有这个储备库，或您无权查看。")
	}
	var r takenRow
	if err := t.get(ctx, &r, "head-take", M{"depot_id": depot, "client_key": clientKey}); err != nil {
		return nil, err
	}
	h, err := r.taken()
	if err == nil {
		t.heads[depot] = h
	}
	return h, err
}

// TakeAllHeads locks the heads of all depots, for the rare change that must
// not meet any posting. It leaves a gap in each sequence, which orders only.
// It comes before any single head.
func (t *Tx) TakeAllHeads(ctx context.Context) error {
	if len(t.heads) > 0 {
		return fmt.Errorf("store: all heads taken after one")
	}
	t.forget = true
	_, err := t.exec(ctx, "head-bump-all", nil)
	return err
}

func (t *Tx) storeHead(ctx context.Context, h *Head, clientKey string) error {
	if !h.changed {
		return nil
	}
	counters, err := json.Marshal(h.Counters)
	if err != nil {
		return err
	}
	query := "head-store"
	if h.assumed {
		query = "head-confirm"
	}
	n, err := t.exec(ctx, query, M{"depot_id": h.DepotID, "taken": h.taken, "seq": h.Seq, "counters": string(counters),
		"last_hash": h.LastHash, "audit_seq": h.AuditSeq, "audit_hash": h.AuditHash, "client_key": clientKey})
	switch {
	case err != nil:
		return err
	case n != 1 && h.assumed:
		return errUnsure
	case n != 1:
		return fmt.Errorf("store: head of depot %d moved under its own lock", h.DepotID)
	}
	h.taken, h.changed, h.assumed = h.Seq, false, false
	return nil
}

// Heads lists all heads, the system's first.
func (c *Conn) Heads(ctx context.Context) ([]Head, error) {
	var rows []headRow
	if err := c.list(ctx, &rows, "head-list", nil); err != nil {
		return nil, err
	}
	heads := make([]Head, 0, len(rows))
	for _, r := range rows {
		h, err := r.head()
		if err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// Audit appends a record to the audit chain of a depot (0 = the system): it
// takes the head, fills the record's sequence and hashes, and writes it.
func (t *Tx) Audit(ctx context.Context, chain id.ID, a ledger.AuditRecord) error {
	h, err := t.TakeHead(ctx, chain)
	if err != nil {
		return err
	}
	return t.InsertAudit(ctx, t.ChainAudit(h, a))
}

// ChainAudit puts a record at the end of a head's audit chain. It is written by
// InsertAudit, which may come after the head is stored.
func (t *Tx) ChainAudit(h *Head, a ledger.AuditRecord) ledger.AuditRecord {
	h.AuditSeq++
	a.ID, a.Chain, a.Seq, a.At = int64(t.NewID()), int64(h.DepotID), h.AuditSeq, t.NowMicro()
	a.PrevHash = h.AuditHash
	a.Detail = clip(a.Detail, 500)
	a.Object = clip(a.Object, 200)
	a.Hash = a.ContentHash()
	h.AuditHash, h.changed = a.Hash, true
	return a
}

// InsertAudit writes a record that ChainAudit has completed.
func (t *Tx) InsertAudit(ctx context.Context, a ledger.AuditRecord) error {
	_, err := t.exec(ctx, "audit-insert", auditArgs(a))
	return err
}

func auditArgs(a ledger.AuditRecord) M {
	return M{"id": a.ID, "chain": a.Chain, "seq": a.Seq, "at": a.At, "actor_id": a.ActorID, "actor_name": a.ActorName,
		"act": a.Act, "object": a.Object, "result": a.Result, "detail": a.Detail, "ip": a.IP, "request_id": a.RequestID,
		"prev_hash": a.PrevHash, "hash": a.Hash}
}

// clip shortens a text to n characters, for columns with a length.
func clip(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n])
}
