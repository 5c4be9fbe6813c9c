package inventory

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/anchor"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// HeadEnd is where the chains of a depot end: what the daily sheet prints, so
// that the books can be told from changed ones by a paper.
type HeadEnd struct {
	Depot     place.Depot // id 0 = the system's own chain
	Number    string      // of the last voucher, "" = none
	Seq       int64       // of the last voucher
	Hash      string
	AuditSeq  int64
	AuditHash string
}

// Tail gives the end of the last voucher's hash, as vouchers print it.
func (h HeadEnd) Tail() string { return ledger.Tail(h.Hash) }

// AuditTail gives the end of the last audit record's hash.
func (h HeadEnd) AuditTail() string { return ledger.Tail(h.AuditHash) }

// Anchor is the head as it is kept outside the database.
func (h HeadEnd) Anchor() anchor.Head {
	return anchor.Head{DepotID: h.Depot.ID, Code: h.Depot.Code, Seq: h.Seq, Hash: h.Hash, AuditSeq: h.AuditSeq, AuditHash: h.AuditHash}
}

// Heads gives where the chains of the actor's depots end now. Who may see the
// audit trail sees all, the system's own chain too.
func (s *Service) Heads(ctx context.Context, actor access.Actor) ([]HeadEnd, error) {
	whole := actor.May(access.AuditView, 0)
	if !whole && !actor.MayAnywhere(access.StockView) {
		return nil, actor.Require(access.StockView, 0)
	}
	all, err := s.AllHeads(ctx)
	if err != nil {
		return nil, err
	}
	var mine []HeadEnd
	for _, h := range all {
		if whole || h.Depot.ID != 0 && actor.May(access.StockView, h.Depot.ID) {
			mine = append(mine, h)
		}
	}
	return mine, nil
}

// AllHeads gives where all chains end, the system's first, for the program
// itself, which keeps them outside the database.
func (s *Service) AllHeads(ctx context.Context) ([]HeadEnd, error) {
	var list []HeadEnd
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		depots, err := c.Depots(ctx)
		if err != nil {
			return err
		}
		known := map[id.ID]place.Depot{}
		for _, d := range depots {
			known[d.ID] = d
		}
		ends, err := c.ChainEnds(ctx)
		for _, e := range ends {
			d := known[e.DepotID]
			d.ID = e.DepotID
			list = append(list, HeadEnd{d, e.Number, e.Seq, e.Hash, e.AuditSeq, e.AuditHash})
		}
		return err
	})
	return list, err
}

// KeepMark remembers in the database how far the file outside it was written,
// so that lines cut off its end are missed. Each file has a mark of its own:
// several programs on one database keep a file each.
func (s *Service) KeepMark(ctx context.Context, m anchor.Mark) error {
	if m.File == "" {
		return nil
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.PutSetting(ctx, markOf(m.File), fmt.Sprintf("%d %s", m.Line, m.End))
	})
}

// markOf names the setting of a file's mark.
func markOf(file string) string { return "heads." + file[:min(len(file), 32)] }

// keptMark reads it back; one that cannot be read asks for nothing.
func keptMark(ctx context.Context, c *store.Conn, file string) (m anchor.Mark, err error) {
	text, err := c.Setting(ctx, markOf(file))
	if _, wrong := fmt.Sscanf(text, "%d %s", &m.Line, &m.End); wrong != nil {
		return anchor.Mark{}, err
	}
	m.File = file
	return m, err
}
