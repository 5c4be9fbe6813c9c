package importing

import (
	"context"
	"errors"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// batch gives a batch the actor may work on; any other is as if it were not
// there.
func (s *Service) batch(ctx context.Context, c *store.Conn, actor access.Actor, batch id.ID) (decided, error) {
	b, err := c.Import(ctx, batch)
	if err != nil {
		return decided{}, err
	}
	d, err := unpack(b)
	if err != nil {
		return decided{}, err
	}
	if !d.openTo(actor) {
		return decided{}, errs.New(errs.NotFound, "没有这个导入批次，或您无权查看。")
	}
	return d, nil
}

// openTo reports that an actor may import at every depot of a batch: one
// sheet tells of all of them. While some of its depots are not known yet, it is
// its uploader's matter, as long as he imports anything at all, and that of
// those who import for the whole district.
func (d decided) openTo(actor access.Actor) bool {
	if actor.May(access.LedgerImport, 0) {
		return true
	}
	mapped := 0
	for _, depot := range d.Decisions.Depots {
		if depot == 0 {
			continue
		}
		if mapped++; !actor.May(access.LedgerImport, depot) {
			return false
		}
	}
	if mapped > 0 && d.Decisions.Unmapped == 0 {
		return true
	}
	return d.ActorID == actor.ID && actor.MayAnywhere(access.LedgerImport)
}

// Page is how many batches a page of the list shows.
const Page = 50

// Batches lists batches, newest first, from before a key. The list knows a
// batch by its first depot only, so each of a person who does not import for
// the whole district is asked for itself.
func (s *Service) Batches(ctx context.Context, actor access.Actor, beforeAt int64, beforeID id.ID) (rows []Batch, more bool, err error) {
	all, depots := actor.Depots(access.LedgerImport)
	if !all && len(depots) == 0 {
		return nil, false, actor.Require(access.LedgerImport, 0)
	}
	c := s.store.Read()
	for len(rows) <= Page {
		found, err := c.Imports(ctx, store.Scope{All: all, Depots: depots}, actor.ID, beforeAt, beforeID, Page+1)
		if err != nil {
			return nil, false, err
		}
		if rows, err = s.addOpen(ctx, c, actor, rows, found); err != nil {
			return nil, false, err
		}
		if len(found) <= Page {
			break
		}
		last := found[len(found)-1]
		beforeAt, beforeID = last.UploadedAt, last.ID
	}
	if len(rows) > Page {
		return rows[:Page], true, nil
	}
	return rows, false, nil
}

// addOpen adds to a list those batches that are open to an actor.
func (s *Service) addOpen(ctx context.Context, c *store.Conn, actor access.Actor, list, found []Batch) ([]Batch, error) {
	if actor.May(access.LedgerImport, 0) {
		return append(list, found...), nil
	}
	for _, b := range found {
		_, err := s.batch(ctx, c, actor, b.ID)
		if errors.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}
