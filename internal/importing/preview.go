package importing

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Preview is a batch as a person sees it before saying yes: what was read, how
// each row stands, and what is still open.
type Preview struct {
	Batch     Batch
	Result    *reading.Result
	Decisions Decisions
	Kind      reading.Kind // that is applied; rows of tables of other kinds stand aside
	Act       Act          // what applying does
	AsOf      day.Day
	Rows      []Row
	Depots    []DepotChoice
	Words     []Word // items that need a choice, each word once
	Counts    Counts
	Twin      *Batch // an applied batch of the same file
	Blocked   string // why nothing of it can be applied, "" = it can
	Compared  bool   // some depots hold stock already: the ledger is compared, not opened
	Compare   []Difference
	Form      *ReturnedForm // nil = it is no form
	Plan      *PlanDraft    // nil = no plan is made of it

	today day.Day
	items map[id.ID]catalog.Item
	year  *int           // of a plan, once it was worked out
	opens map[id.ID]bool // depots without entries, which a stock list opens
}

// Counts are the rows by status; Skipped are left out.
type Counts struct{ OK, Confirm, Error, Skipped int }

// DepotChoice is a depot as the ledger names it and the one it is mapped to.
type DepotChoice struct {
	Written  string // "" = the ledger names none
	DepotID  id.ID  // chosen, 0 = not yet
	Proposed id.ID
	Left     bool // a plan's: a person left its rows out
	Rows     int
}

// Preview reads a batch anew with the decisions made so far.
func (s *Service) Preview(ctx context.Context, actor access.Actor, batch id.ID) (*Preview, error) {
	d, err := s.batch(ctx, s.store.Read(), actor, batch)
	if err != nil {
		return nil, err
	}
	return s.preview(ctx, actor, d.Batch, d.Decisions)
}

func (s *Service) preview(ctx context.Context, actor access.Actor, b Batch, d Decisions) (*Preview, error) {
	return s.read(ctx, actor, b, d, s.path(b.FileHash))
}

// read reads a batch's workbook, wherever it lies, when it is its turn.
func (s *Service) read(ctx context.Context, actor access.Actor, b Batch, d Decisions, path string) (*Preview, error) {
	step := s.progress.of(ctx, b)
	defer step.end()
	done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	c := s.store.Read()
	o, err := s.readingOptions(ctx, c, b.FileName, d)
	if err != nil {
		return nil, err
	}
	step.to("读取单元格", 0)
	wb, err := s.workbook(path, b)
	if err != nil {
		return nil, err
	}
	step.to("识别表格", 0)
	form, wb, note, err := s.formIn(ctx, c, wb)
	if err != nil {
		return nil, err
	}
	result, err := form.readWorkbook(wb, note, o)
	if err != nil {
		return nil, err
	}
	step.to("核对物资", len(result.Rows))
	p := &Preview{Batch: b, Result: result, Decisions: d, AsOf: asOf(result, d), today: o.Today, opens: map[id.ID]bool{}}
	if form != nil {
		if err := p.takeForm(actor, form); err != nil {
			return nil, err
		}
	}
	return p, p.judgeAll(ctx, c, s, actor)
}

// judgeAll holds what was read against the catalogue, the depots and the books.
func (p *Preview) judgeAll(ctx context.Context, c *store.Conn, s *Service, actor access.Actor) error {
	p.Kind = cmp.Or(p.Decisions.Kind, p.Result.DocKind)
	p.Act = actOf(p.Kind, p.Decisions.Act)
	if err := p.mapDepots(ctx, c, actor); err != nil {
		return err
	}
	for _, depot := range p.mapped() {
		has, err := c.DepotHasEntries(ctx, depot)
		if err != nil {
			return err
		}
		p.opens[depot] = !has
	}
	items, err := c.Items(ctx)
	if err != nil {
		return err
	}
	known, err := p.knownWords(ctx, c)
	if err != nil {
		return err
	}
	p.judge(catalog.NewIndex(items, s.words), items, known)
	if err := s.judgeForm(ctx, c, p); err != nil {
		return err
	}
	if err := p.recognise(ctx, c); err != nil {
		return err
	}
	if err := s.hideTwin(ctx, c, actor, p); err != nil {
		return err
	}
	if p.Act == FoundDepot {
		if err := p.judgeDepots(ctx, c); err != nil {
			return err
		}
	}
	p.follow()
	if err := p.judgePlan(ctx, c, actor); err != nil {
		return err
	}
	p.count()
	if err := p.compare(ctx, c); err != nil {
		return err
	}
	p.block()
	return nil
}

func asOf(r *reading.Result, d Decisions) day.Day {
	if d.AsOf != "" {
		return day.Day{First: d.AsOf}
	}
	if !r.AsOf.IsZero() && r.AsOf.Precision != day.ToDay {
		return day.Day{First: r.AsOf.Last()} // 2024年6月底
	}
	return r.AsOf
}

func (p *Preview) count() {
	for _, r := range p.Rows {
		switch {
		case r.Skipped || r.Aside:
			p.Counts.Skipped++
		case r.Status == reading.Error:
			p.Counts.Error++
		case r.Status == reading.Confirm:
			p.Counts.Confirm++
		default:
			p.Counts.OK++
		}
	}
	p.Form.count(&p.Counts)
}

// record copies what a list shows into the batch.
func (p *Preview) record(b *Batch) {
	b.Kind = string(p.Kind)
	b.RowsOK, b.RowsConfirm, b.RowsError = p.Counts.OK, p.Counts.Confirm, p.Counts.Error
	if !p.AsOf.IsZero() {
		b.AsOf = p.AsOf.First
	}
	b.DepotID = 0
	if depots := p.mapped(); len(depots) > 0 {
		b.DepotID = depots[0]
	}
}

// unmapped counts the depots of the ledger that no depot was chosen for.
func (p *Preview) unmapped() int {
	n := 0
	for _, d := range p.Depots {
		if d.DepotID == 0 && !d.Left {
			n++
		}
	}
	return n
}

// mapped lists the depots chosen, each once.
func (p *Preview) mapped() []id.ID {
	var list []id.ID
	for _, d := range p.Depots {
		if d.DepotID != 0 && !slices.Contains(list, d.DepotID) {
			list = append(list, d.DepotID)
		}
	}
	return list
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
