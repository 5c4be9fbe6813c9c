package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// BlankState says what became of a sheet of blank paper.
type BlankState string

// The states of a blank. It leaves Open once.
const (
	BlankOpen    BlankState = "open"
	BlankEntered BlankState = "entered"
	BlankSpoiled BlankState = "spoiled"
)

// BlankStates lists them as lists offer them.
var BlankStates = []BlankState{BlankOpen, BlankEntered, BlankSpoiled}

// BlankStateOf tells the state of a blank.
func BlankStateOf(b store.BlankPaper) BlankState {
	switch {
	case b.VoucherID != 0:
		return BlankEntered
	case b.SpoiledAt != 0:
		return BlankSpoiled
	}
	return BlankOpen
}

// MaxBlanks bounds one printing: a depot's day without power has no more, and a
// slip of the keyboard shall not empty the paper tray.
const MaxBlanks = 100

// BlankRequest asks for numbered blank paper. Field names in errors: depot,
// type, count.
type BlankRequest struct {
	DepotID   id.ID
	Type      ledger.Type
	Count     int
	ClientKey string
}

func (r BlankRequest) check() error {
	if err := CheckKey(r.ClientKey); err != nil {
		return err
	}
	var c errs.Check
	if r.DepotID == 0 {
		c.Add("depot", "请选择储备库。")
	}
	if !slices.Contains(ledger.BlankTypes, r.Type) {
		c.Add("type", "请选择单据类型：入库单、出库单或调拨单。")
	}
	if r.Count < 1 || r.Count > MaxBlanks {
		c.Add("count", "一次可印 1 到 %d 张，请填写张数。", MaxBlanks)
	}
	return c.Err()
}

// PrintBlanks takes the next numbers of a depot's blanks for one printing and
// gives the printing's id. The same form sent again gives the same printing.
func (s *Service) PrintBlanks(ctx context.Context, actor access.Actor, r BlankRequest) (id.ID, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	var batch id.ID
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		depot, err := depotFor(ctx, tx.Conn, actor, access.VoucherPost, r.DepotID)
		if err != nil {
			return err
		}
		if depot.Closed {
			return errs.New(errs.Conflict, "「%s」已停用，不能再印空白单。", depot.Name)
		}
		// Under the head a second tap finds what the first one printed.
		head, err := tx.TakeHead(ctx, depot.ID)
		if err != nil {
			return err
		}
		if batch, err = tx.BlankBatchOfKey(ctx, r.ClientKey); err != nil || batch != 0 {
			return err
		}
		batch = tx.NewID()
		return printBlanks(ctx, tx, actor, head, r, batch)
	})
	return batch, err
}

func printBlanks(ctx context.Context, tx *store.Tx, actor access.Actor, head *store.Head, r BlankRequest, batch id.ID) error {
	year := day.At(tx.Now).Year()
	list := make([]store.BlankPaper, r.Count)
	for i := range list {
		list[i] = store.BlankPaper{ID: tx.NewID(), DepotID: head.DepotID, Type: r.Type, BatchID: batch,
			Number: ledger.BlankNumber(head.Depot.Code, year, head.Count(ledger.BlankSeries(year)))}
	}
	if err := tx.InsertBlanks(ctx, r.ClientKey, actedBy(actor, ""), list); err != nil {
		return err
	}
	return tx.Audit(ctx, head.DepotID, blankRecord(actor, "blank.print", list[0].Number+" 至 "+list[len(list)-1].Number,
		fmt.Sprintf("%s %s %d 张", head.Depot.Name, r.Type.Name(), r.Count)))
}

func actedBy(actor access.Actor, number string) store.BlankAct {
	return store.BlankAct{Number: number, ActorID: actor.ID, ActorName: actor.Name}
}

func blankRecord(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: object, Result: "ok", Detail: detail,
		IP: actor.IP, RequestID: actor.RequestID}
}

// BlankNo reads a blank's number as it was typed or scanned: the code on the
// paper may hold the whole address.
func BlankNo(text string) string {
	key := catalog.Key(text)
	if at := strings.LastIndex(key, "/BLANKS/"); at >= 0 {
		key = key[at+len("/BLANKS/"):]
	}
	key, _, _ = strings.Cut(key, "?")
	return key
}

// Blank gives a blank of a depot the actor may see, by its number as it was
// typed or scanned.
func (s *Service) Blank(ctx context.Context, actor access.Actor, text string) (store.BlankPaper, error) {
	return findBlank(ctx, s.store.Read(), actor, BlankNo(text))
}

func findBlank(ctx context.Context, c *store.Conn, actor access.Actor, number string) (store.BlankPaper, error) {
	b, err := c.Blank(ctx, number)
	switch {
	case err == nil && !actor.May(access.StockView, b.DepotID), errors.Is(err, errs.NotFound):
		return store.BlankPaper{}, errs.New(errs.NotFound, "没有空白单「%s」，或您无权查看。请核对单号。", clipNo(number))
	}
	return b, err
}

// clipNo keeps a wrong number of any length to a sentence.
func clipNo(number string) string {
	if r := []rune(number); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return number
}

// BlankBatch gives the sheets of a printing that are still open, for paper.
func (s *Service) BlankBatch(ctx context.Context, actor access.Actor, batch id.ID) (place.Depot, []store.BlankPaper, error) {
	c := s.store.Read()
	list, err := c.BlanksOfBatch(ctx, batch)
	if err != nil {
		return place.Depot{}, nil, err
	}
	if len(list) == 0 || !actor.May(access.StockView, list[0].DepotID) {
		return place.Depot{}, nil, errs.New(errs.NotFound, "没有这一批空白单，或您无权查看。")
	}
	depot, err := depotFor(ctx, c, actor, access.VoucherPost, list[0].DepotID)
	if err != nil {
		return depot, nil, err
	}
	list = slices.DeleteFunc(list, func(b store.BlankPaper) bool { return BlankStateOf(b) != BlankOpen })
	if len(list) == 0 {
		return depot, nil, errs.New(errs.Conflict, "这一批空白单都已录入或作废，没有可以再打印的。")
	}
	return depot, list, nil
}

// BlankFilter narrows the list of blanks; zero fields mean "any". Before… are
// the key of the last row shown.
type BlankFilter struct {
	DepotID      id.ID
	State        BlankState
	Number       string
	BeforeAt     int64
	BeforeNumber string
}

// BlankList is a page of the list of blanks.
type BlankList struct {
	Rows   []store.BlankPaper
	More   bool
	Counts store.BlankCounts // of the chosen depot, whatever their state
}

// Blanks lists the blanks of the actor's depots, the last printed first.
func (s *Service) Blanks(ctx context.Context, actor access.Actor, f BlankFilter) (BlankList, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return BlankList{}, err
	}
	c := s.store.Read()
	var l BlankList
	l.Rows, err = c.BlankPage(ctx, store.BlankFilter{Scope: sc, DepotID: f.DepotID, State: string(f.State), Number: f.Number,
		BeforeAt: f.BeforeAt, BeforeNumber: f.BeforeNumber, Limit: PageSize + 1})
	if err != nil {
		return l, err
	}
	if l.More = len(l.Rows) > PageSize; l.More {
		l.Rows = l.Rows[:PageSize]
	}
	l.Counts, err = c.BlankCounts(ctx, sc, f.DepotID)
	return l, err
}

// maxSpoiledReason is the column's length.
const maxSpoiledReason = 200

// SpoilBlank gives up a sheet that was miswritten or lost: its number stays
// accounted for and can no longer be entered. The one field in errors is reason.
func (s *Service) SpoilBlank(ctx context.Context, actor access.Actor, text, reason string) (store.BlankPaper, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	var c errs.Check
	switch n := len([]rune(reason)); {
	case n == 0:
		c.Add("reason", "请写明作废的原因，例如：写错、打印不清、遗失。")
	case n > maxSpoiledReason:
		c.Add("reason", "作废的原因最多 %d 个字，请缩短。", maxSpoiledReason)
	}
	var b store.BlankPaper
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if b, err = findBlank(ctx, tx.Conn, actor, BlankNo(text)); err != nil {
			return err
		}
		if err := actor.Require(access.VoucherPost, b.DepotID); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		if _, err := tx.TakeHead(ctx, b.DepotID); err != nil { // entering holds it too
			return err
		}
		done, err := tx.SpoilBlank(ctx, actedBy(actor, b.Number), reason)
		if err != nil {
			return err
		}
		if !done {
			return closedBlank(ctx, tx.Conn, b.Number, "作废")
		}
		return tx.Audit(ctx, b.DepotID, blankRecord(actor, "blank.spoil", b.Number, reason))
	})
	return b, err
}

// enterBlank marks the blank a draft was written on as this voucher's, and
// gives its number, "" for a draft without one. The head of its depot is taken,
// so what it finds stands until the commit.
func enterBlank(ctx context.Context, tx *store.Tx, actor access.Actor, d Draft, voucher id.ID) (string, error) {
	number := BlankNo(d.BlankNo)
	switch {
	case number == "":
		return "", nil
	case !slices.Contains(ledger.BlankTypes, d.Type):
		return "", atBlank(errs.New(errs.Invalid, "%s没有空白单，请把空白单号去掉。", d.Type.Name()))
	}
	entered, err := tx.EnterBlank(ctx, actedBy(actor, number), d.DepotID, d.Type, voucher)
	if err != nil || entered {
		return number, err
	}
	return "", atBlank(refuseBlank(ctx, tx.Conn, actor, d, number))
}

// refuseBlank says why a blank cannot be entered here.
func refuseBlank(ctx context.Context, c *store.Conn, actor access.Actor, d Draft, number string) error {
	b, err := findBlank(ctx, c, actor, number)
	if err != nil {
		return err
	}
	if BlankStateOf(b) != BlankOpen {
		return closedBlank(ctx, c, number, "录入")
	}
	if b.Type != d.Type {
		return errs.New(errs.Conflict, "空白单 %s 是%s，不能录成%s。请核对单号，或换到%s页面录入。", number, b.Type.Name(), d.Type.Name(), b.Type.Name())
	}
	depot, err := c.Depot(ctx, b.DepotID)
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "空白单 %s 是「%s」的，不能录到别的储备库。请核对单号或储备库。", number, depot.Name)
}

// closedBlank says what became of a blank that is not open any more.
func closedBlank(ctx context.Context, c *store.Conn, number, act string) error {
	b, err := c.Blank(ctx, number)
	if err != nil {
		return err
	}
	if BlankStateOf(b) == BlankEntered {
		return errs.New(errs.Conflict, "空白单 %s 已由%s录入为 %s，不能再%s。", number, b.EnteredName, b.VoucherNumber, act)
	}
	return errs.New(errs.Conflict, "空白单 %s 已由%s作废（%s），不能再%s。", number, b.SpoiledName, b.SpoiledReason, act)
}

// atBlank names the field a refusal is about. What is no refusal passes.
func atBlank(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal {
		return err
	}
	if e.Kind == errs.NotFound { // of the paper, not of the page
		e = errs.New(errs.Invalid, "%s", e.Message)
	}
	e.Fields = []errs.Field{{Name: "blank_no", Message: e.Message}}
	return e
}
