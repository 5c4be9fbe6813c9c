package importing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Preview is a batch as a person sees it before saying yes: what was read, how
// each row stands, and what is still open.
type Preview struct {
	Batch     Batch
	Result    *reading.Result
	Decisions Decisions
	AsOf      day.Day
	Rows      []Row
	Depots    []DepotChoice
	Words     []Word // items that need a choice, each word once
	Counts    Counts
	Twin      *Batch // an applied batch of the same file
	Blocked   string // why nothing of it can be applied, "" = it can
	Compare   []Difference
	today     day.Day
	Compared  bool // the depots hold stock already: the ledger is compared, not opened
}

// Counts are the rows by status; Skipped are left out.
type Counts struct{ OK, Confirm, Error, Skipped int }

// Row is a row of the ledger with the item it means and how it stands.
type Row struct {
	reading.Row
	Key      string // sheet!cell
	Content  string // identity of what it says, to know it again
	Status   reading.Status
	Problems []Problem
	Match    catalog.Match
	Item     *catalog.Item // the item it books to, nil = a new one or undecided
	Create   bool
	DepotID  id.ID
	Known    bool // booked by an earlier batch
	Skipped  bool
}

// Problem is one thing wrong or doubtful with a row.
type Problem struct {
	Cell, Field, Message, Suggestion string
	Severity                         reading.Status
}

// DepotChoice is a depot as the ledger names it and the one it is mapped to.
type DepotChoice struct {
	Written  string // "" = the ledger names none
	DepotID  id.ID  // chosen, 0 = not yet
	Proposed id.ID
	Rows     int
}

// Word is a name the catalogue does not know for sure.
type Word struct {
	Key              string
	Name, Spec, Unit string
	Match            catalog.Match
	Choice           Choice
	Decided          bool
	Rows             int
}

// WordKey names an item as a ledger writes it.
func WordKey(r reading.Row) string { return catalog.ItemKey(r.Item, r.Spec, r.Unit) }

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
	done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	today := day.At(s.store.Now())
	result, err := ReadFile(path, b.FileName, s.lexicon, today)
	if err != nil {
		return nil, err
	}
	c := s.store.Read()
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	p := &Preview{Batch: b, Result: result, Decisions: d, AsOf: asOf(result, d), today: today}
	if err := p.mapDepots(ctx, c, actor); err != nil {
		return nil, err
	}
	p.judge(catalog.NewIndex(items, s.words), items)
	if err := p.recognise(ctx, c); err != nil {
		return nil, err
	}
	if err := s.hideTwin(ctx, c, actor, p); err != nil {
		return nil, err
	}
	p.count()
	p.block()
	return p, p.compare(ctx, c)
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

// mapDepots lists each depot the ledger names, with the choice made or the
// depot whose name fits. A proposal is never taken by itself: a person maps.
func (p *Preview) mapDepots(ctx context.Context, c *store.Conn, actor access.Actor) error {
	depots, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	depots = slices.DeleteFunc(depots, func(d place.Depot) bool { return d.Closed || !actor.May(access.LedgerImport, d.ID) })
	at := map[string]int{}
	for _, r := range p.Result.Rows {
		i, seen := at[r.Depot]
		if !seen {
			i = len(p.Depots)
			at[r.Depot] = i
			p.Depots = append(p.Depots, DepotChoice{Written: r.Depot, Proposed: propose(r.Depot, depots)})
		}
		p.Depots[i].Rows++
	}
	for i := range p.Depots {
		if chosen := p.Decisions.Depots[p.Depots[i].Written]; actor.May(access.LedgerImport, chosen) && chosen != 0 {
			p.Depots[i].DepotID = chosen
		}
	}
	return nil
}

// propose gives the depot a written name fits, or the only one there is.
func propose(written string, depots []place.Depot) id.ID {
	if len(depots) == 1 {
		return depots[0].ID
	}
	key := catalog.Key(written)
	for _, d := range depots {
		name := catalog.Key(d.Name)
		if key != "" && (strings.Contains(name, key) || strings.Contains(key, name) || strings.Contains(key, catalog.Key(strings.TrimSuffix(d.Name, "储备点")))) {
			return d.ID
		}
	}
	return 0
}

func (p *Preview) depotOf(written string) id.ID {
	for _, d := range p.Depots {
		if d.Written == written {
			return d.DepotID
		}
	}
	return 0
}

// judge gives every row its status: that of reading, made stricter by what the
// catalogue says of its item.
func (p *Preview) judge(index *catalog.Index, items []catalog.Item) {
	byID := make(map[id.ID]catalog.Item, len(items))
	for _, it := range items {
		byID[it.ID] = it
	}
	issues := map[string][]reading.Issue{}
	for _, i := range p.Result.Issues {
		k := fmt.Sprintf("%s!%d", i.Sheet, i.Row)
		issues[k] = append(issues[k], i)
	}
	words := map[string]int{}
	for _, r := range p.Result.Rows {
		row := Row{Row: r, Key: r.Sheet + "!" + r.Cell, Status: r.Status, DepotID: p.depotOf(r.Depot)}
		for _, i := range issues[fmt.Sprintf("%s!%d", r.Sheet, r.Row)] {
			row.Problems = append(row.Problems, Problem{Cell: i.Cell, Field: string(i.Field), Message: i.Message, Suggestion: i.Suggestion, Severity: i.Severity})
		}
		if row.Status == reading.Confirm && p.Decisions.Accept[row.Key] {
			row.Status = reading.OK
		}
		p.matchItem(&row, index, byID, words)
		p.judgeQuantity(&row)
		p.Rows = append(p.Rows, row)
	}
}

// matchItem ties a row to an item: a sure match, or what a person chose for
// the word. Each undecided word is listed once.
func (p *Preview) matchItem(row *Row, index *catalog.Index, byID map[id.ID]catalog.Item, words map[string]int) {
	if row.Item = nil; row.Row.Item == "" {
		return // reading has said so already
	}
	row.Match = index.Match(row.Row.Item, row.Spec, row.Unit)
	key := WordKey(row.Row)
	choice, decided := p.Decisions.Items[key]
	// A word that was to be new may have been made by another batch meanwhile.
	if row.Match.Verdict == catalog.Same && (!decided || choice.Create) {
		row.Item = row.Match.Item
		return
	}
	i, listed := words[key]
	if !listed {
		i = len(p.Words)
		words[key] = i
		p.Words = append(p.Words, Word{Key: key, Name: row.Row.Item, Spec: row.Spec, Unit: row.Unit, Match: row.Match, Choice: choice, Decided: decided})
	}
	p.Words[i].Rows++
	if it, ok := byID[choice.Item]; decided && ok {
		row.Item = &it
		return
	}
	if decided && choice.Create {
		row.Create = true
		if row.Unit == "" {
			row.fail(reading.Field("unit"), "第 %d 行「%s」没有单位，新物资要有计量单位。请在表中补上单位后重新上传，或改选目录中的物资。", row.Row.Row, row.Row.Item)
		}
		return
	}
	row.ask(reading.Field("item"), "第 %d 行「%s」：%s", row.Row.Row, strings.TrimSpace(row.Row.Item+" "+row.Spec), cmp.Or(row.Match.Why, "目录中没有这种物资，请选择对应的物资，或作为新物资加入目录。"))
}

// judgeQuantity holds the figure against the item it books to: its unit's
// decimals, and that the item can be booked at all.
func (p *Preview) judgeQuantity(row *Row) {
	if row.Item == nil || row.Quantity == nil {
		return
	}
	if row.Item.Draft {
		row.fail(reading.Field("unit"), "第 %d 行「%s」在目录中还没有计量单位，请计划员先补上。", row.Row.Row, row.Item.Label())
	} else if !row.Quantity.Fits(row.Item.Decimals) {
		row.fail(reading.Field("quantity"), "%s", row.tooFine())
	}
	row.judgePieces()
}

// tooFine says that a row's quantity has more decimals than its item's unit.
func (r Row) tooFine() string {
	return fmt.Sprintf("第 %d 行「%s」的数量 %s 的小数太多，单位「%s」最多 %d 位小数。", r.Row.Row, r.Item.Label(), *r.Quantity, r.Item.Unit, r.Item.Decimals)
}

func (r *Row) fail(f reading.Field, format string, args ...any) {
	r.Status = reading.Error
	r.Problems = append(r.Problems, Problem{Cell: r.Cells[f], Field: string(f), Message: fmt.Sprintf(format, args...), Severity: reading.Error})
}

func (r *Row) ask(f reading.Field, format string, args ...any) {
	if r.Status == reading.OK {
		r.Status = reading.Confirm
	}
	r.Problems = append(r.Problems, Problem{Cell: r.Cells[f], Field: string(f), Message: fmt.Sprintf(format, args...), Severity: reading.Confirm})
}

func (p *Preview) count() {
	for _, r := range p.Rows {
		switch {
		case r.Skipped:
			p.Counts.Skipped++
		case r.Status == reading.Error:
			p.Counts.Error++
		case r.Status == reading.Confirm:
			p.Counts.Confirm++
		default:
			p.Counts.OK++
		}
	}
}

// kindNames are the kinds as people call them.
var kindNames = map[reading.Kind]string{reading.StockList: "库存台账", reading.StockSummary: "收发存汇总表", reading.MovementJournal: "出入库流水",
	reading.ReservePlan: "储备计划表", reading.Stocktake: "盘点表", reading.DonationRegister: "捐赠登记表"}

// KindName gives the Chinese name of a kind of ledger.
func KindName(k reading.Kind) string { return cmp.Or(kindNames[k], "未能判断") }

// block says why a batch as a whole cannot be applied. Single rows are another
// matter.
func (p *Preview) block() {
	switch {
	case p.Batch.Status != Uploaded && p.Batch.ID != 0:
		p.Blocked = "这个批次已经处理过。"
	case p.Result.DocKind != reading.StockList && p.Result.DocKind != reading.StockSummary:
		p.Blocked = fmt.Sprintf("这份表是%s，不是库存台账，只能核对，不能作为期初入账。请上传该库的库存台账。", KindName(p.Result.DocKind))
	case len(p.Rows) == 0:
		p.Blocked = "没有读到物资行，请检查表头是否有“物资名称”和“数量”两列。"
	case p.AsOf.IsZero():
		p.Blocked = "表中没有写明截止日期，请在下方填写台账的日期。"
	case p.AsOf.First > p.today.First:
		p.Blocked = fmt.Sprintf("台账日期 %s 晚于今天，请改正。", p.AsOf)
	}
	for _, d := range p.Depots {
		if p.Blocked == "" && d.DepotID == 0 {
			p.Blocked = fmt.Sprintf("请先为%s选择对应的储备库。", cmp.Or(quote(d.Written), "这份台账"))
		}
	}
}

func quote(s string) string {
	if s == "" {
		return ""
	}
	return "「" + s + "」"
}

// record copies what a list shows into the batch.
func (p *Preview) record(b *Batch) {
	b.Kind = string(p.Result.DocKind)
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
		if d.DepotID == 0 {
			n++
		}
	}
	return n
}
