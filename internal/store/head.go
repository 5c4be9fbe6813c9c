package store

import (
	"context"
	"encoding/json"
	"fmt"

	"changbei/internal/id"
	"changbei/internal/ledger"
)

// Head is a depot's end of the books: what the next voucher continues.
// Depot 0 is the system's own chain of audit records.
type Head struct {
	DepotID   id.ID            `db:"depot_id"`
	Seq       int64            `db:"seq"`
	Counters  map[string]int64 `db:"-"`
	LastHash  string           `db:"last_hash"`
	AuditSeq  int64            `db:"audit_seq"`
	AuditHash string           `db:"audit_hash"`
}

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

// TakeHead moves a depot's sequence on by one and gives the head. The UPDATE
// comes first, so that the row is locked before anything is decided: from here
// to the commit nobody else posts at this depot.
func (t *Tx) TakeHead(ctx context.Context, depot id.ID) (Head, error) {
	n, err := t.exec(ctx, "head-bump", M{"depot_id": depot})
	if err != nil {
		return Head{}, err
	}
	if n != 1 {
		return Head{}, fmt.Errorf("store: depot %d has no head", depot)
	}
	return t.head(ctx, depot)
}

// TakeAllHeads locks the heads of all depots, for the rare change that must
// not meet any posting. It leaves a gap in each sequence, which orders only.
func (t *Tx) TakeAllHeads(ctx context.Context) error {
	_, err := t.exec(ctx, "head-bump-all", nil)
	return err
}

func (c *Conn) head(ctx context.Context, depot id.ID) (Head, error) {
	var r headRow
	if err := c.get(ctx, &r, "head-get", M{"depot_id": depot}); err != nil {
		return Head{}, err
	}
	return r.head()
}

// StoreHead writes the counters and chain ends of a head taken in the same
// transaction.
func (t *Tx) StoreHead(ctx context.Context, h Head) error {
	counters, err := json.Marshal(h.Counters)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, "head-store", M{"depot_id": h.DepotID, "seq": h.Seq, "counters": string(counters),
		"last_hash": h.LastHash, "audit_seq": h.AuditSeq, "audit_hash": h.AuditHash})
	if err == nil && n != 1 {
		err = fmt.Errorf("store: head of depot %d moved under its own lock", h.DepotID)
	}
	return err
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

// ChainAudit appends a record to a head's audit chain: it fills the record's
// sequence and hashes, writes it, and moves the head on in memory. The caller
// stores the head.
func (t *Tx) ChainAudit(ctx context.Context, h *Head, a ledger.AuditRecord) error {
	h.AuditSeq++
	a.ID, a.Chain, a.Seq, a.At = int64(t.NewID()), int64(h.DepotID), h.AuditSeq, t.NowMicro()
	a.PrevHash = h.AuditHash
	a.Detail = clip(a.Detail, 500)
	a.Object = clip(a.Object, 200)
	a.Hash = a.ContentHash()
	h.AuditHash = a.Hash
	_, err := t.exec(ctx, "audit-insert", auditArgs(a))
	return err
}

// Audit appends a record to the chain of a depot (0 = the system) when the
// transaction has not taken the depot's head for posting.
func (t *Tx) Audit(ctx context.Context, chain id.ID, a ledger.AuditRecord) error {
	n, err := t.exec(ctx, "head-touch", M{"depot_id": chain})
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("store: no audit chain for depot %d", chain)
	}
	h, err := t.head(ctx, chain)
	if err != nil {
		return err
	}
	h.AuditSeq-- // touched already, to lock the row
	if err := t.ChainAudit(ctx, &h, a); err != nil {
		return err
	}
	n, err = t.exec(ctx, "head-store-audit", M{"depot_id": chain, "audit_seq": h.AuditSeq, "audit_hash": h.AuditHash})
	if err == nil && n != 1 {
		err = fmt.Errorf("store: audit head of depot %d moved under its own lock", chain)
	}
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
