package importing

import (
	"context"
	"errors"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Yes is a person's word to apply a batch as they saw it.
type Yes struct {
	Version   int64  // of the page, 0 = whichever
	OnlyClean bool   // leave rows out that are not ok; without it every row must be
	Seen      string // the Stamp of the differences shown, "" = whichever
}

// Apply books a batch, all in one transaction, and gives its vouchers. A second
// tap gives the first result again.
func (s *Service) Apply(ctx context.Context, actor access.Actor, batch id.ID, yes Yes) ([]ledger.Voucher, error) {
	step := s.progress.of(ctx, Batch{ID: batch})
	defer step.end()
	p, err := s.Preview(ctx, actor, batch)
	if err != nil {
		return nil, err
	}
	if p.Batch.Status == Applied {
		return vouchers(ctx, s.store.Read(), batch)
	}
	var posted []ledger.Voucher
	if err = p.mayApply(yes); err == nil {
		err = s.store.Tx(ctx, func(tx *store.Tx) error {
			step.to("记账", p.Counts.OK)
			posted, err = s.bookBatch(ctx, tx, actor, p, step)
			return err
		})
	}
	if err == nil {
		return posted, nil
	}
	if first, booked := s.settled(ctx, batch); booked {
		return first, nil
	}
	if errors.Is(err, store.ErrDuplicate) && p.Act == DraftPlan {
		return nil, errs.Wrap(errs.Conflict, err, "别人刚刚建了这一年的新版本，或新增了同样的物资，这次没有导入。请刷新页面后再导入。")
	}
	if errors.Is(err, store.ErrDuplicate) {
		return nil, errs.Wrap(errs.Conflict, err, "别人刚刚新增了同样的物资或单位，这次没有入账。请刷新页面后再入账。")
	}
	return nil, err
}

// lookTime bounds looking up what became of a request.
const lookTime = 5 * time.Second

// settled asks the database itself whether a batch stands booked, and by what.
// It runs only after a failure or a refusal, since the first tap may have booked
// while the second was reading; and detached from the request: whether anybody
// still waits or not, the answer decides whether the goods are booked again.
func (s *Service) settled(ctx context.Context, batch id.ID) ([]ledger.Voucher, bool) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer stop()
	if b, err := s.store.Read().Import(ctx, batch); err != nil || b.Status != Applied {
		return nil, false
	}
	posted, err := vouchers(ctx, s.store.Read(), batch)
	return posted, err == nil
}

func (p *Preview) mayApply(yes Yes) error {
	switch {
	case p.Blocked != "":
		return errs.New(errs.Invalid, "%s", p.Blocked)
	case yes.Version != 0 && yes.Version != p.Batch.Version:
		return errs.New(errs.Conflict, "这个批次刚刚被别人修改过，请刷新页面，看过后再入账。")
	case yes.Seen != "" && yes.Seen != p.Stamp():
		return errs.New(errs.Conflict, "账面在您核对之后又有变动，差异和您看到的不一样了。请看过下面新的差异后再入账。")
	case p.Counts.OK == 0 && p.Counts.Error+p.Counts.Confirm == 0:
		return errs.New(errs.Invalid, "没有要入账的行：读到的行都已入过账，或已勾选不导入。")
	case p.Counts.OK == 0:
		return errs.New(errs.Invalid, "没有可以入账的行，请先处理标出的问题。")
	case !yes.OnlyClean && p.Counts.Error+p.Counts.Confirm > 0:
		return errs.New(errs.Invalid, "还有 %d 行有错误、%d 行需确认。请先处理，或选择“只导入无误的行”。", p.Counts.Error, p.Counts.Confirm)
	}
	return nil
}

// Vouchers lists what a batch booked, also after it was taken back.
func (s *Service) Vouchers(ctx context.Context, actor access.Actor, batch id.ID) ([]ledger.Voucher, error) {
	if _, err := s.batch(ctx, s.store.Read(), actor, batch); err != nil {
		return nil, err
	}
	return vouchers(ctx, s.store.Read(), batch)
}

func vouchers(ctx context.Context, c *store.Conn, batch id.ID) ([]ledger.Voucher, error) {
	ids, err := c.ImportVouchers(ctx, batch)
	if err != nil {
		return nil, err
	}
	var list []ledger.Voucher
	for _, i := range ids {
		v, err := c.Voucher(ctx, i)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// bookBatch runs inside the transaction: the batch moves on, every head is
// taken, new items are made, vouchers are posted, each row is tied to its
// voucher.
func (s *Service) bookBatch(ctx context.Context, tx *store.Tx, actor access.Actor, p *Preview, step *worker) ([]ledger.Voucher, error) {
	if p.Act == DraftPlan {
		return nil, s.draftPlan(ctx, tx, actor, p)
	}
	if err := tx.MoveImport(ctx, p.Batch, Applied, actor.Name); err != nil {
		return nil, err
	}
	if err := p.lock(ctx, tx); err != nil {
		return nil, err
	}
	if err := p.stillSo(ctx, tx); err != nil {
		return nil, err
	}
	if err := p.closeForm(ctx, tx, actor); err != nil {
		return nil, err
	}
	made, err := s.makeItems(ctx, tx, actor, p)
	if err != nil {
		return nil, err
	}
	c := &clerk{s: s, tx: tx, actor: actor, p: p, step: step, bins: map[binAt]id.ID{}}
	if p.Act.moves() {
		for _, depot := range p.mapped() {
			if err := c.depot(ctx, depot, made); err != nil {
				return nil, err
			}
		}
	}
	if p.Act == FoundDepot {
		if err := c.foundDepots(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.remember(ctx, tx, actor, Decisions{}); err != nil {
		return nil, err
	}
	return c.posted, tx.Audit(ctx, 0, audit(actor, "import.apply", p.Batch, "ok"))
}

// lock makes everybody wait who could change what applying decides on: other
// postings at the depots, other imports into them, and, when goods are made,
// other changers of the catalogue. The catalogue comes first, as it does where
// an item's unit is changed, so that nobody waits in a ring.
func (p *Preview) lock(ctx context.Context, tx *store.Tx) error {
	if p.makesGoods() {
		if err := tx.TouchCatalog(ctx); err != nil {
			return err
		}
	}
	if err := takeHeads(ctx, tx, p.mapped()); err != nil {
		return err
	}
	for _, depot := range p.mapped() {
		has, err := tx.DepotHasEntries(ctx, depot)
		if err != nil {
			return err
		}
		if has == p.opens[depot] {
			return errs.New(errs.Conflict, "这个储备库的账目刚刚有了变动，请刷新后按新的情况核对。")
		}
	}
	return p.stillUnknown(ctx, tx)
}

// stillUnknown refuses rows that another batch booked since they were looked
// at: the same file sent twice at once is booked once.
func (p *Preview) stillUnknown(ctx context.Context, tx *store.Tx) error {
	var keys []string
	for _, r := range p.Rows {
		if r.booked() && !r.Known {
			keys = append(keys, r.Content)
		}
	}
	known, err := tx.KnownImportRows(ctx, keys)
	if err != nil || len(known) == 0 {
		return err
	}
	return errs.New(errs.Conflict, "其中 %d 行刚刚由另一次导入入了账，这次没有入账。请刷新页面后再看。", len(known))
}

// takeHeads locks the heads of depots in the order in which every posting
// does, so that two of them never wait for each other.
func takeHeads(ctx context.Context, tx *store.Tx, depots []id.ID) error {
	for _, depot := range slices.Sorted(slices.Values(depots)) {
		if _, err := tx.TakeHead(ctx, depot); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf gives the rows of a depot to book, each with its item.
func (p *Preview) rowsOf(depot id.ID, made map[string]catalog.Item) ([]Row, error) {
	var rows []Row
	for _, r := range p.Rows {
		if r.DepotID != depot || !r.booked() {
			continue
		}
		if r.Create {
			it := made[WordKey(r.Row)]
			if r.Item = &it; !r.Amount.Fits(it.Decimals) {
				return nil, errs.New(errs.Invalid, "%s", r.tooFine())
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// booked reports a row that applying books.
func (r Row) booked() bool {
	return !r.Skipped && !r.Aside && r.Status == reading.OK && (r.Quantity != nil || r.Create)
}
