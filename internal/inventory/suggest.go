package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// SuggestTransfers leaves transfers a planner proposes as drafts at the depots
// that would give: their keepers look them over and post them. key names the
// proposal, so that a second tap leaves no second draft. It gives how many
// drafts are new.
func (s *Service) SuggestTransfers(ctx context.Context, actor access.Actor, key string, drafts []Draft) (made int, err error) {
	if err := actor.Require(access.PlanEdit, 0); err != nil {
		return 0, err
	}
	if len(drafts) == 0 {
		return 0, errs.New(errs.Invalid, "没有选中任何一条调拨建议。")
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		made = 0
		for _, d := range drafts {
			fresh, err := suggest(ctx, tx, actor, key, d)
			if err != nil {
				return err
			}
			if fresh {
				made++
			}
		}
		return nil
	})
	if errors.Is(err, store.ErrDuplicate) {
		return 0, errs.Wrap(errs.Conflict, err, "这些建议刚刚已经生成过草稿，请到草稿箱查看。")
	}
	return made, err
}

func suggest(ctx context.Context, tx *store.Tx, actor access.Actor, key string, d Draft) (fresh bool, err error) {
	if err := d.checkSize(); err != nil {
		return false, err
	}
	d.Type = ledger.Transfer
	sum := sha256.Sum256(fmt.Appendf(nil, "suggest/%s/%d/%d", key, d.DepotID, d.ToDepotID))
	d.ClientKey = hex.EncodeToString(sum[:16])
	if _, err := tx.DraftByKey(ctx, d.ClientKey); err == nil {
		return false, nil
	} else if !errors.Is(err, errs.NotFound) {
		return false, err
	}
	content, err := json.Marshal(d)
	if err != nil {
		return false, err
	}
	row := store.DraftRow{ID: tx.NewID(), DepotID: d.DepotID, Type: d.Type, ClientKey: d.ClientKey, Content: string(content), Version: 1,
		LineCount: len(d.Lines), ActorID: actor.ID, ActorName: actor.Name}
	if err := tx.InsertDraft(ctx, row); err != nil {
		return false, err
	}
	return true, tx.Audit(ctx, d.DepotID, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: "draft.suggest", Object: "调拨建议",
		Result: "ok", Detail: fmt.Sprintf("%d 行", len(d.Lines)), IP: actor.IP, RequestID: actor.RequestID})
}
