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
// proposal: while its draft of two depots is open, no second one is made. It
// gives how many drafts are new.
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
	d.Type = ledger.Transfer
	if d.ClientKey, err = suggestKey(ctx, tx, key, d); err != nil || d.ClientKey == "" {
		return false, err
	}
	if err := d.checkSize(); err != nil {
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

// suggestKey gives the next free key of a proposal between two depots, "" while
// a draft of it is open. What was posted or discarded has spent its key.
func suggestKey(ctx context.Context, tx *store.Tx, key string, d Draft) (string, error) {
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "suggest/%s/%d/%d/%d", key, d.DepotID, d.ToDepotID, n))
		next := hex.EncodeToString(sum[:16])
		prior, err := tx.DraftByKey(ctx, next)
		switch {
		case errors.Is(err, errs.NotFound):
			return next, nil
		case err != nil:
			return "", err
		case prior.Status == "open":
			return "", nil
		}
	}
}
