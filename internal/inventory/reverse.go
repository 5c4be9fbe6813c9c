package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// hashOf covers a request's content for the idempotency check.
func hashOf(kind string, content any) string {
	b, _ := json.Marshal(content)
	sum := sha256.Sum256(append([]byte(kind+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

// reversal builds the opposite of a voucher inside the posting transaction.
func (s *Service) reversal(ctx context.Context, tx *store.Tx, actor access.Actor, r ReverseRequest) (ledger.Voucher, error) {
	orig, err := tx.Voucher(ctx, r.VoucherID)
	if err != nil {
		return orig, err
	}
	if _, err := depotFor(ctx, tx.Conn, actor, access.VoucherPost, orig.DepotID); err != nil {
		return orig, err
	}
	if orig.Type == ledger.Reversal {
		return orig, errs.New(errs.Invalid, "红冲单不能再红冲。如果冲错了，请按正确的内容重新填一张单据。")
	}
	on, err := reversalDay(r, orig, day.At(tx.Now))
	if err != nil {
		return orig, err
	}
	entries, err := opposite(ctx, tx, orig, r.Lines)
	if err != nil {
		return orig, err
	}
	return ledger.Voucher{DepotID: orig.DepotID, Type: ledger.Reversal, BusinessOn: on, Reason: "红冲", Counterparty: orig.Counterparty,
		Reference: orig.Number, Remark: strings.TrimSpace(r.Reason), ReversesID: orig.ID, Entries: entries}, nil
}

// reversalDay is today unless a day between the original's and today is given.
func reversalDay(r ReverseRequest, orig ledger.Voucher, today day.Day) (day.Day, error) {
	var c errs.Check
	if strings.TrimSpace(r.Reason) == "" {
		c.Add("reason", "请写明红冲原因，例如：数量录错。")
	}
	if len([]rune(r.Reason)) > 500 {
		c.Add("reason", "红冲原因最多 500 个字，请缩短。")
	}
	on := today
	if strings.TrimSpace(r.BusinessOn) != "" {
		got, err := day.Parse(r.BusinessOn, today)
		switch {
		case err != nil:
			c.Add("business_on", "业务日期：%s", errs.MessageOf(err))
		case got.Day.IsZero() || got.Day.Precision != day.ToDay:
			c.Add("business_on", "业务日期要精确到日，例如 %s。", today)
		case got.Day.First > today.First:
			c.Add("business_on", "业务日期 %s 还没有到，不能晚于今天（%s）。", got.Day, today)
		case got.Day.First < orig.BusinessOn.First:
			c.Add("business_on", "红冲日期 %s 不能早于原单日期 %s。", got.Day, orig.BusinessOn)
		}
		on = got.Day
	}
	return on, c.Err()
}

// opposite gives the negated entries of the chosen lines, refusing lines that
// are reversed already.
func opposite(ctx context.Context, tx *store.Tx, orig ledger.Voucher, lines []int) ([]ledger.Entry, error) {
	ids := make([]id.ID, len(orig.Entries))
	for i, e := range orig.Entries {
		ids[i] = e.ID
	}
	done, err := tx.ReversedEntries(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range lines {
		if !slices.ContainsFunc(orig.Entries, func(e ledger.Entry) bool { return e.Line == n }) {
			return nil, errs.New(errs.Invalid, "%s 没有第 %d 行，请重新勾选。", orig.Number, n)
		}
	}
	var entries []ledger.Entry
	for _, e := range orig.Entries {
		if lines != nil && !slices.Contains(lines, e.Line) {
			continue
		}
		if done[e.ID] {
			if lines != nil {
				return nil, errs.New(errs.Conflict, "%s 第 %d 行已经红冲过，不能再冲。", orig.Number, e.Line)
			}
			continue
		}
		entries = append(entries, e.Opposite())
	}
	if len(entries) == 0 {
		return nil, errs.New(errs.Conflict, "%s 的明细已全部红冲过，不能再冲。", orig.Number)
	}
	return entries, nil
}
