package inventory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// HoldRequest asks to hold (冻结) or to release (解除冻结) a lot. The one field
// in errors is reason.
type HoldRequest struct {
	LotID  id.ID
	Held   bool
	Reason string
}

// maxHoldReason is the column's length.
const maxHoldReason = 200

func (r HoldRequest) permission() access.Permission {
	if r.Held {
		return access.LotHold
	}
	return access.LotRelease
}

func (r HoldRequest) check() error {
	var c errs.Check
	n := len([]rune(r.Reason))
	switch {
	case n == 0 && r.Held:
		c.Add("reason", "请写明冻结的原因，例如：抽检不合格，待复检。")
	case n == 0:
		c.Add("reason", "请写明解除冻结的依据，例如：复检合格，报告 2026-15 号。")
	case n > maxHoldReason:
		c.Add("reason", "原因最多 %d 个字，现在有 %d 个，请缩短。", maxHoldReason, n)
	}
	return c.Err()
}

// HoldLot changes the hold flag of a lot everywhere at once. A keeper may hold
// what stands at the own depot; releasing is the planners'. Held lots are not
// issued, transferred or lent from the moment this is done: it waits for the
// postings under way, and the next ones see it. The same request once more
// changes nothing and is no error.
func (s *Service) HoldLot(ctx context.Context, actor access.Actor, r HoldRequest) error {
	r.Reason = strings.Join(strings.Fields(r.Reason), " ")
	// Before everybody's postings are made to wait.
	if !actor.MayAnywhere(r.permission()) {
		return actor.Require(r.permission(), 0)
	}
	if err := r.check(); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		// First, so that where the lot stands is not decided by a moment ago.
		if err := tx.TakeAllHeads(ctx); err != nil {
			return err
		}
		l, err := lotFor(ctx, tx.Conn, actor, r.LotID)
		if err != nil {
			return err
		}
		if err := l.may(actor, r.permission()); err != nil {
			return err
		}
		changed, err := tx.SetHeld(ctx, r.LotID, r.Held)
		if err != nil {
			return err
		}
		if !changed {
			return repeated(ctx, tx.Conn, actor, r)
		}
		if err := tx.RecordHold(ctx, store.LotHold{LotID: r.LotID, Held: r.Held, Reason: r.Reason, ActorID: actor.ID, ActorName: actor.Name}); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, holdRecord(actor, r, l))
	})
}

// repeated answers a request that found the lot as it asks: a second tap is the
// first one's success, anything else was decided by somebody else.
func repeated(ctx context.Context, c *store.Conn, actor access.Actor, r HoldRequest) error {
	state := "没有冻结"
	if r.Held {
		state = "已经冻结"
	}
	last, err := c.LotHolds(ctx, r.LotID, 1)
	if err != nil {
		return err
	}
	if len(last) == 0 {
		return errs.New(errs.Conflict, "这个批次%s，不用再办。", state)
	}
	h := last[0]
	if h.ActorID == actor.ID && h.Reason == r.Reason && h.Held == r.Held {
		return nil
	}
	did := "解除冻结"
	if h.Held {
		did = "冻结"
	}
	at := time.UnixMicro(h.At).In(day.Zone()).Format("2006-01-02 15:04")
	return errs.New(errs.Conflict, "这个批次%s：%s 于 %s %s，原因：%s。请刷新后核对，不用再办。", state, h.ActorName, at, did, h.Reason)
}

func holdRecord(actor access.Actor, r HoldRequest, l LotView) ledger.AuditRecord {
	act := "lot.release"
	if r.Held {
		act = "lot.hold"
	}
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: fmt.Sprintf("%s %s 批次 %s", l.Item.Code, l.Item.Label(), l.Name()),
		Result: "ok", Detail: r.Reason, IP: actor.IP, RequestID: actor.RequestID}
}
