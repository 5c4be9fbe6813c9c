package importing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// contentKey is the identity of a row: depot, kind, as-of day, item, spec,
// unit, dates and quantity. The line of a journal speaks of its own day, by its
// document and direction, whatever day the journal was copied on; that of a plan
// of its year, with the levels and the remark beside the quantity.
func (p *Preview) contentKey(r Row) string {
	on := p.AsOf.String()
	if p.Act == DraftPlan {
		on = fmt.Sprintf("%d %s", p.planYear(), p.planSeason()) + "\x01" + catalog.Key(r.Remark) + "\x01" + orNone(r.Extra.Minimum) + "\x01" + orNone(r.Extra.Maximum)
	}
	if r.Kind == reading.MovementJournal {
		on = r.Extra.Direction + "\x01" + catalog.Key(r.Extra.DocNo)
	}
	parts := []string{r.DepotID.String(), string(r.Kind), on, catalog.Key(r.Row.Item), catalog.Key(r.Spec), catalog.Key(r.Unit),
		r.Date.String(), r.ProductionDate.String(), r.Expiry.String(), orNone(r.Quantity)}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func orNone(q *quantity.Q) string {
	if q == nil {
		return ""
	}
	return q.String()
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
	if p.Act == Journal {
		if err := p.recogniseBooked(ctx, c, known); err != nil {
			return err
		}
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

// bookedKey is what a line of a journal and a line of the books have in common.
type bookedKey struct {
	on   string
	item id.ID
	qty  quantity.Q
}

// recogniseBooked holds a journal against what was keyed in by hand: a line
// under a number of our own is booked; one that agrees in day, item and
// quantity with a line of the books may be, and is asked.
func (p *Preview) recogniseBooked(ctx context.Context, c *store.Conn, known map[string]bool) error {
	for _, depot := range p.mapped() {
		if p.opens[depot] {
			continue
		}
		from, to := p.days(depot)
		if from == "" {
			continue
		}
		lines, err := c.BookedLines(ctx, depot, from, to)
		if err != nil {
			return err
		}
		numbers, alike := map[string]bool{}, map[bookedKey]string{}
		for _, l := range lines {
			numbers[catalog.Key(l.Number)] = true
			alike[bookedKey{l.On, l.ItemID, l.Qty}] = l.Number
		}
		for i := range p.Rows {
			if r := &p.Rows[i]; r.DepotID == depot && !r.Aside {
				p.bookedAlready(r, numbers, alike, known)
			}
		}
	}
	return nil
}

func (p *Preview) bookedAlready(r *Row, numbers map[string]bool, alike map[bookedKey]string, known map[string]bool) {
	if r.Extra.DocNo != "" && numbers[catalog.Key(r.Extra.DocNo)] {
		known[r.Content] = true
		return
	}
	if r.Item == nil || known[r.Content] || r.Extra.Direction == reading.Opens {
		return
	}
	qty := r.Amount
	if r.Extra.Direction == reading.GoesOut {
		qty = -qty
	}
	if number, ok := alike[bookedKey{r.Date.First, r.Item.ID, qty}]; ok && r.Status != reading.Error && !p.Decisions.Accept[r.Key] {
		r.ask(reading.Quantity, "第 %d 行「%s」：账上 %s 的 %s 已有同样的数量，可能已经录入。确是另一笔的请确认，否则请勾选“不导入”。", r.Row.Row, r.Item.Label(), r.Date, number)
		r.Problems[len(r.Problems)-1].Code = codeBooked
	}
}

// codeBooked marks a line that may stand in the books already.
const codeBooked = "booked_already"

// days gives the first and the last day of a depot's rows.
func (p *Preview) days(depot id.ID) (from, to string) {
	for _, r := range p.Rows {
		if r.DepotID != depot || r.Aside || r.Date.IsZero() {
			continue
		}
		if from == "" || r.Date.First < from {
			from = r.Date.First
		}
		to = max(to, r.Date.Last())
	}
	return from, to
}
