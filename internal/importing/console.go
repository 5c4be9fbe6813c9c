package importing

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/reading"
)

// Orders are what a person says beforehand of ledgers that a command takes in,
// where the page would ask.
type Orders struct {
	Depot     string // code or name of the depot of everything; "" = by the names in the ledger
	AsOf      string // ISO day, where the ledger names none
	Act       Act    // "" = the usual one of its kind
	Create    bool   // goods the catalogue has nothing like are made
	Accept    bool   // what reading doubts is taken as read
	OnlyClean bool   // rows with something open are left out
}

// Try reads a ledger against the database and writes nothing.
func (s *Service) Try(ctx context.Context, actor access.Actor, path string, o Orders) (*Preview, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(errs.NotFound, err, "打不开文件 %s：没有这个文件，或没有读取权限。请检查路径。", path)
	}
	defer f.Close()
	kept, err := s.receive(f)
	if err != nil {
		return nil, err
	}
	defer os.Remove(kept.path)
	b := Batch{FileName: filepath.Base(path), FileHash: kept.hash, Status: Uploaded, ActorID: actor.ID}
	p, err := s.read(ctx, actor, b, Decisions{}, kept.path)
	if err != nil {
		return nil, err
	}
	d := Decisions{}.ready()
	if o.recasts(p) {
		o.recast(p)(&d)
		if p, err = s.read(ctx, actor, b, d, kept.path); err != nil {
			return nil, err
		}
	}
	if err := s.order(ctx, p, o)(&d); err != nil {
		return nil, err
	}
	return s.read(ctx, actor, b, d, kept.path)
}

// Take uploads a ledger, decides as ordered, and applies it.
func (s *Service) Take(ctx context.Context, actor access.Actor, path string, o Orders) (*Preview, []ledger.Voucher, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errs.Wrap(errs.NotFound, err, "打不开文件 %s：没有这个文件，或没有读取权限。请检查路径。", path)
	}
	defer f.Close()
	b, err := s.Upload(ctx, actor, filepath.Base(path), io.Reader(f))
	if err != nil {
		return nil, nil, err
	}
	p, err := s.Preview(ctx, actor, b.ID)
	if err == nil && o.recasts(p) {
		p, err = s.Decide(ctx, actor, b.ID, b.Version, o.recast(p))
	}
	if err != nil {
		return nil, nil, err
	}
	var refused error
	p, err = s.Decide(ctx, actor, b.ID, p.Batch.Version, func(d *Decisions) { refused = s.order(ctx, p, o)(d) })
	if err = errors.Join(refused, err); err != nil {
		return p, nil, errors.Join(err, s.Discard(ctx, actor, b.ID))
	}
	if open := p.Loose(); len(open) > 0 && !o.Accept {
		return p, nil, errs.New(errs.Invalid, "表上还有 %d 处要看过的问题（见上），没有入账。看过没有问题的，加上 --accept 再导入；要改的，请在网页的批次里处理。", len(open))
	}
	posted, err := s.Apply(ctx, actor, b.ID, Yes{OnlyClean: o.OnlyClean})
	if err != nil { // what is still open can be settled on its page
		return p, nil, err
	}
	return p, posted, nil
}

// recasts reports lines that were taken for stock and are ordered into the
// journal: a slip that lists goods under its number.
func (o Orders) recasts(p *Preview) bool { return o.Act == Journal && p.Kind == reading.StockList }

func (o Orders) recast(p *Preview) func(*Decisions) {
	return func(d *Decisions) {
		for _, t := range p.Result.Tables {
			if t.DocKind == reading.StockList && len(t.Heading) > 0 {
				d.SetKind(t.Sheet, t.Heading[0], reading.MovementJournal)
			}
		}
	}
}

// Loose lists what reading doubts beside the rows of goods: a total that does
// not add up, a column of figures that was not read.
func (p *Preview) Loose() []reading.Issue {
	type place struct {
		sheet string
		row   int
	}
	rows := map[place]bool{}
	for _, r := range p.Rows {
		rows[place{r.Row.Sheet, r.Row.Row}] = true
	}
	var list []reading.Issue
	for _, i := range p.Result.Issues {
		if !rows[place{i.Sheet, i.Row}] {
			list = append(list, i)
		}
	}
	return list
}

// order turns what was said beforehand into decisions on one ledger.
func (s *Service) order(ctx context.Context, p *Preview, o Orders) func(*Decisions) error {
	return func(d *Decisions) error {
		d.AsOf, d.Act = o.AsOf, o.Act
		if _, err := day.Parse(o.AsOf, day.At(s.store.Now())); err != nil {
			return errs.Wrap(errs.Invalid, err, "台账日期 %s 不对，请写成 2026-06-30 的样子。", o.AsOf)
		}
		if o.Act != "" && !slices.Contains(acts[p.Kind], o.Act) {
			return errs.New(errs.Invalid, "%s不能按 --as %s 办理，可以是：%s。", KindName(p.Kind), o.Act, actWords(p.Kind))
		}
		depot, err := s.depotCalled(ctx, o.Depot)
		if err != nil {
			return err
		}
		for _, x := range p.Depots {
			if d.Depots[x.Written] = x.Proposed; depot != 0 {
				d.Depots[x.Written] = depot
			}
		}
		for _, w := range p.Words {
			if o.Create && !w.Decided && w.Unit != "" && w.Match.Verdict == catalog.Unknown {
				d.Items[w.Key] = Choice{Create: true}
			}
		}
		for _, r := range p.Rows {
			if o.Accept && r.Row.Status == reading.Confirm {
				d.Accept[r.Key] = true
			}
		}
		return nil
	}
}

// actWords lists what a kind of ledger may be ordered to be, with what that does.
func actWords(k reading.Kind) string {
	list := slices.Clone(acts[k])
	if k == reading.StockList {
		list = append(list, Journal)
	}
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = string(a) + "（" + a.Name() + "）"
	}
	return strings.Join(words, "；")
}

func (s *Service) depotCalled(ctx context.Context, name string) (id.ID, error) {
	if name == "" {
		return 0, nil
	}
	depots, err := s.store.Read().Depots(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range depots {
		if catalog.Key(d.Code) == catalog.Key(name) || catalog.Key(d.Name) == catalog.Key(name) {
			return d.ID, closedDepot(d)
		}
	}
	return 0, errs.New(errs.NotFound, "没有编码或名称是「%s」的储备库，请核对。", name)
}

func closedDepot(d place.Depot) error {
	if d.Closed {
		return errs.New(errs.Invalid, "「%s」已停用，不能导入。", d.Name)
	}
	return nil
}
