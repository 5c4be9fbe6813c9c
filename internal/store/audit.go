package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/ledger"
)

type auditRow struct {
	ID        int64  `db:"id"`
	Chain     int64  `db:"chain"`
	Seq       int64  `db:"seq"`
	At        int64  `db:"at"`
	ActorID   int64  `db:"actor_id"`
	ActorName string `db:"actor_name"`
	Act       string `db:"act"`
	Object    string `db:"object"`
	Result    string `db:"result"`
	Detail    string `db:"detail"`
	IP        string `db:"ip"`
	RequestID string `db:"request_id"`
	PrevHash  string `db:"prev_hash"`
	Hash      string `db:"hash"`
}

func auditRecords(rows []auditRow) []ledger.AuditRecord {
	list := make([]ledger.AuditRecord, len(rows))
	for i, r := range rows {
		list[i] = ledger.AuditRecord(r)
	}
	return list
}

// AuditPage lists the trail, newest first, from before an instant and id
// (0 = from the top); act "" means all acts.
func (c *Conn) AuditPage(ctx context.Context, beforeAt int64, beforeID id.ID, act string, limit int) ([]ledger.AuditRecord, error) {
	var rows []auditRow
	err := c.list(ctx, &rows, "audit-page", M{"before_at": beforeAt, "before_id": beforeID, "act": act, "limit": limit})
	return auditRecords(rows), err
}

// AuditChain lists one chain in order, after a sequence number.
func (c *Conn) AuditChain(ctx context.Context, chain id.ID, after int64, limit int) ([]ledger.AuditRecord, error) {
	var rows []auditRow
	err := c.list(ctx, &rows, "audit-chain", M{"chain": chain, "after": after, "limit": limit})
	return auditRecords(rows), err
}
