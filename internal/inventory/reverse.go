package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// hashOf covers a request's content for the idempotency check.
func hashOf(kind string, content any) string {
	b, _ := json.Marshal(content)
	sum := sha256.Sum256(append([]byte(kind+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

// ReverseRequest asks to take a voucher back, whole or some lines of it.
type ReverseRequest struct {
	VoucherID  id.ID
	Lines      []int // nil = every line not reversed yet
	BusinessOn string
	Reason     string
	ClientKey  string
}

// Reverse books the opposite of a voucher's entries under a number of its own
// (红冲). Each entry can be reversed once; a reversal is not reversed but
// entered again.
func (s *Service) Reverse(ctx context.Context, actor access.Actor, r ReverseRequest) (ledger.Voucher, error) {
	if err := CheckKey(r.ClientKey); err != nil {
		return ledger.Voucher{}, err
	}
	req := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: r.ClientKey, Hash: hashOf("reverse", r)}
	v, err := posting.Run(ctx, s.store, req, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		return s.reversal(ctx, tx, actor, r)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return v, atLines(errs.Wrap(errs.Conflict, err, "这些明细刚刚已被别人红冲，请刷新单据查看。"))
	}
	return v, err
}

// reversal builds the opposite of a voucher inside the posting transaction. All
// heads are taken before anything is read: what is reversed or returned already
// stays so until the commit.
func (s *Service) reversal(ctx context.Context, tx *store.Tx, actor access.Actor, r ReverseRequest) (ledger.Voucher, error) {
	orig, err := tx.Voucher(ctx, r.VoucherID)
	if err != nil {
		return orig, err
	}
	if err := takeHeadsOf(ctx, tx, actor, orig); err != nil {
		return orig, err
	}
	if load, _, err := tx.ShipmentOfVoucher(ctx, orig.ID); err != nil || load != 0 {
		if err == nil {
			err = errs.New(errs.Conflict, "%s 是调拨指令（%s）的发运、签收或清账，不能在这里红冲，否则账与指令不符。请打开该指令撤销签收或清账，或把在途的登记为退回原库。", orig.Number, orig.Reference)
		}
		return orig, err
	}
	if orig.Type == ledger.Reversal {
		return orig, errs.New(errs.Invalid, "红冲单不能再红冲。如果冲错了，请按正确的内容重新填一张单据。")
	}
	on, err := laterDay("红冲", r.BusinessOn, r.Reason, orig, day.At(tx.Now))
	if err != nil {
		return orig, err
	}
	entries, err := opposite(ctx, tx, orig, r.Lines)
	if err != nil {
		return orig, err
	}
	return ledger.Voucher{DepotID: orig.DepotID, ToDepotID: orig.ToDepotID, Type: ledger.Reversal, BusinessOn: on, Reason: "红冲",
		Counterparty: orig.Counterparty, Reference: orig.Number, Remark: strings.TrimSpace(r.Reason), ReversesID: orig.ID, Entries: entries}, nil
}

// takeHeadsOf takes the heads of all depots a posted voucher touches, where the
// actor may post.
func takeHeadsOf(ctx context.Context, tx *store.Tx, actor access.Actor, v ledger.Voucher) error {
	for _, depot := range v.Depots() {
		if err := mayAt(actor, access.VoucherPost, depot); err != nil {
			return err
		}
	}
	for _, depot := range v.Depots() {
		if _, err := tx.TakeHead(ctx, depot); err != nil {
			return err
		}
	}
	return nil
}

// laterDay is the business date of what follows a voucher, its reversal or
// return: today unless a day between the original's and today is given. The
// reason must be written.
func laterDay(what, typed, reason string, orig ledger.Voucher, today day.Day) (day.Day, error) {
	var c errs.Check
	if strings.TrimSpace(reason) == "" {
		c.Add("reason", "请写明%s原因，例如：数量录错。", what)
	}
	if len([]rune(reason)) > 500 {
		c.Add("reason", "%s原因最多 500 个字，请缩短。", what)
	}
	on := today
	if strings.TrimSpace(typed) != "" {
		got, err := day.Typed(typed, today)
		switch {
		case err != nil:
			c.Add("business_on", "业务日期：%s", errs.MessageOf(err))
		case got.Day.IsZero() || got.Day.Precision != day.ToDay:
			c.Add("business_on", "业务日期要精确到日，例如 %s。", today)
		case got.Day.First > today.First:
			c.Add("business_on", "业务日期 %s 还没有到，不能晚于今天（%s）。", got.Day, today)
		case got.Day.First < orig.BusinessOn.First:
			c.Add("business_on", "%s日期 %s 不能早于原单日期 %s。", what, got.Day, orig.BusinessOn)
		}
		on = got.Day
	}
	return on, c.Err()
}

// opposite gives the negated entries of the chosen lines, refusing lines that
// are reversed already and issues whose goods have come back in part.
func opposite(ctx context.Context, tx *store.Tx, orig ledger.Voucher, lines []int) ([]ledger.Entry, error) {
	done, err := tx.ReversedEntries(ctx, entryIDs(orig))
	if err != nil {
		return nil, err
	}
	returned, err := tx.ReturnedQty(ctx, entryIDs(orig))
	if err != nil {
		return nil, err
	}
	for _, n := range lines {
		if !slices.ContainsFunc(orig.Entries, func(e ledger.Entry) bool { return e.Line == n }) {
			return nil, atLines(errs.New(errs.Invalid, "%s 没有第 %d 行，请重新勾选。", orig.Number, n))
		}
	}
	var entries []ledger.Entry
	for _, e := range orig.Entries {
		switch {
		case lines != nil && !slices.Contains(lines, e.Line):
		case returned[e.ID] > 0:
			return nil, atLines(errs.New(errs.Conflict, "%s 第 %d 行的物资已有归还，不能红冲。请先红冲归还单。", orig.Number, e.Line))
		case done[e.ID] && lines != nil:
			return nil, atLines(errs.New(errs.Conflict, "%s 第 %d 行已经红冲过，不能再冲。", orig.Number, e.Line))
		case !done[e.ID]:
			entries = append(entries, e.Opposite())
		}
	}
	if len(entries) == 0 {
		return nil, atLines(errs.New(errs.Conflict, "%s 的明细已全部红冲过，不能再冲。", orig.Number))
	}
	return entries, nil
}

// atLines names the field a refusal is about: which lines were chosen.
func atLines(e *errs.Error) error {
	e.Fields = []errs.Field{{Name: "lines", Message: e.Message}}
	return e
}

func entryIDs(v ledger.Voucher) []id.ID {
	ids := make([]id.ID, len(v.Entries))
	for i, e := range v.Entries {
		ids[i] = e.ID
	}
	return ids
}
