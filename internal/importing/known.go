package importing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/store"
)

// contentKey is the identity of a row: depot, kind, as-of day, item, spec,
// unit, dates and quantity.
func (p *Preview) contentKey(r Row) string {
	q := ""
	if r.Quantity != nil {
		q = r.Quantity.String()
	}
	parts := []string{r.DepotID.String(), string(p.Result.DocKind), p.AsOf.String(), catalog.Key(r.Row.Item), catalog.Key(r.Spec), catalog.Key(r.Unit),
		r.Date.String(), r.ProductionDate.String(), r.Expiry.String(), q}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// recognise marks rows an earlier batch booked, and the same file. They are
// left out unless a person takes them in.
func (p *Preview) recognise(ctx context.Context, c *store.Conn) error {
	keys := make([]string, len(p.Rows))
	for i := range p.Rows {
		p.Rows[i].Content = p.contentKey(p.Rows[i])
		keys[i] = p.Rows[i].Content
	}
	known, err := c.KnownImportRows(ctx, keys)
	if err != nil {
		return err
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		r.Known = known[r.Content] && p.Batch.Status == Uploaded
		skip, said := p.Decisions.Skip[r.Key]
		r.Skipped = said && skip || !said && r.Known
	}
	p.Twin, err = c.AppliedTwin(ctx, p.Batch)
	return err
}

// hideTwin leaves out a batch of the same file that is not the actor's matter.
func (s *Service) hideTwin(ctx context.Context, c *store.Conn, actor access.Actor, p *Preview) error {
	if p.Twin == nil {
		return nil
	}
	_, err := s.batch(ctx, c, actor, p.Twin.ID)
	if errors.Is(err, errs.NotFound) {
		p.Twin, err = nil, nil
	}
	return err
}
