package importing

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Decisions are what people chose on a preview. Keys are row keys (sheet!cell)
// and words (name|spec|unit as the ledger writes them).
type Decisions struct {
	AsOf     string            `json:"as_of,omitempty"`    // ISO day, when the sheet names none or a wrong one
	Depots   map[string]id.ID  `json:"depots,omitempty"`   // depot as written → depot
	Items    map[string]Choice `json:"items,omitempty"`    // word → what it is
	Accept   map[string]bool   `json:"accept,omitempty"`   // row → a person said yes to its doubts
	Skip     map[string]bool   `json:"skip,omitempty"`     // row → leave out (true) or take although known (false)
	Unmapped int               `json:"unmapped,omitempty"` // depots of the ledger still without one; kept by Decide
}

// Choice says what an unknown or similar word is: an item, or a new one.
type Choice struct {
	Item   id.ID `json:"item,omitempty"`
	Create bool  `json:"create,omitempty"`
}

// decided is a batch with its decisions unpacked.
type decided struct {
	Batch
	Decisions Decisions
}

func unpack(b Batch) (decided, error) {
	d := decided{Batch: b}
	if b.Decisions != "" {
		if err := json.Unmarshal([]byte(b.Decisions), &d.Decisions); err != nil {
			return d, fmt.Errorf("importing: decisions of batch %s: %w", b.ID, err)
		}
	}
	return d, nil
}

func (d Decisions) encode() string {
	text, _ := json.Marshal(d)
	return string(text)
}

// Decide saves choices on a preview. version is that of the page they were
// made on; an older page is a Conflict. Choices that change nothing are not
// saved and leave the version as it is.
func (s *Service) Decide(ctx context.Context, actor access.Actor, batch id.ID, version int64, change func(*Decisions)) (*Preview, error) {
	d, err := s.batch(ctx, s.store.Read(), actor, batch)
	if err != nil {
		return nil, err
	}
	if d.Status != Uploaded || version != 0 && version != d.Version {
		return nil, errs.New(errs.Conflict, "这个批次刚刚被别人修改或处理过，请刷新页面后再办。")
	}
	old, err := unpack(d.Batch)
	if err != nil {
		return nil, err
	}
	d.Decisions = d.Decisions.ready()
	change(&d.Decisions)
	for _, depot := range d.Decisions.Depots {
		if err := actor.Require(access.LedgerImport, depot); depot != 0 && err != nil {
			return nil, err
		}
	}
	p, err := s.preview(ctx, actor, d.Batch, d.Decisions)
	if err != nil {
		return nil, err
	}
	changed := d.Decisions.since(old.Decisions)
	if changed == "" {
		return p, nil
	}
	return p, s.saveDecisions(ctx, actor, p, changed)
}

func (s *Service) saveDecisions(ctx context.Context, actor access.Actor, p *Preview, changed string) error {
	p.record(&p.Batch)
	p.Decisions.Unmapped = p.unmapped()
	p.Batch.Decisions = p.Decisions.encode()
	a := audit(actor, "import.decide", p.Batch, "ok")
	a.Detail = changed
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.DecideImport(ctx, p.Batch); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, a)
	})
	p.Batch.Version++
	return err
}

func (d Decisions) ready() Decisions {
	if d.Depots == nil {
		d.Depots = map[string]id.ID{}
	}
	if d.Items == nil {
		d.Items = map[string]Choice{}
	}
	if d.Accept == nil {
		d.Accept = map[string]bool{}
	}
	if d.Skip == nil {
		d.Skip = map[string]bool{}
	}
	return d
}

// since says for the audit trail what is decided otherwise than before, "" for
// nothing.
func (d Decisions) since(old Decisions) string {
	var parts []string
	count := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	count(differing(d.Items, old.Items), "项物资")
	count(differing(d.Depots, old.Depots), "个储备库")
	count(differing(d.Accept, old.Accept), "行确认")
	count(differing(d.Skip, old.Skip), "行导入与否")
	if d.AsOf != old.AsOf {
		parts = append(parts, strings.TrimSpace("台账日期 "+d.AsOf))
	}
	return strings.Join(parts, "、")
}

func differing[V comparable](now, old map[string]V) int {
	n := 0
	for k, v := range now {
		if was, had := old[k]; !had || was != v {
			n++
		}
	}
	for k := range old {
		if _, has := now[k]; !has {
			n++
		}
	}
	return n
}
