package dispatching

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/store"
)

// RollEdit mends a draft: what its words mean, and single rows.
type RollEdit struct {
	RollID id.ID
	LockNo int64
	Words  []WordChoice
	Rows   []RowEdit
}

// WordChoice says what a word of a list means, counted from 0 as RollView has
// them; Skip = it is no goods.
type WordChoice struct {
	No     int
	ItemID id.ID
	Skip   bool
}

// RowEdit mends one row. Person and Typed are as typed; nil leaves what stands,
// since a page that shows numbers masked must not write the stars back.
type RowEdit struct {
	ID     id.ID
	Person *string
	Typed  *string
	Left   bool
}

// EditRoll mends a draft as the page showed it.
func (s *Service) EditRoll(ctx context.Context, actor access.Actor, in RollEdit) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, loads, err := s.takeRoll(ctx, tx, actor, in.RollID, in.LockNo)
		if err != nil {
			return err
		}
		items, err := rollItems(ctx, tx.Conn, loads)
		if err != nil {
			return err
		}
		rows, err := tx.RollRows(ctx, r.ID)
		if err != nil {
			return err
		}
		changed, words := 0, map[string]int{}
		for _, x := range rows {
			now := x
			key := wordKey(x)
			if _, known := words[key]; !known {
				words[key] = len(words)
			}
			edit(&now, words[key], in, items)
			if now == x {
				continue
			}
			changed++
			if err := tx.UpdateRollRow(ctx, now); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, r.DeskID, record(actor, "roll.edit", r.Number, fmt.Sprintf("改动 %d 条", changed)))
	})
}

// takeRoll holds a draft under its lock number and gives the loads it counts
// against.
func (s *Service) takeRoll(ctx context.Context, tx *store.Tx, actor access.Actor, roll id.ID, lockNo int64) (order.Roll, []LoadRef, error) {
	r, err := tx.Roll(ctx, roll)
	if err != nil {
		return r, nil, err
	}
	if err := seesRoll(actor, r); err != nil {
		return r, nil, err
	}
	if r.Status != order.RollDraft {
		return r, nil, errs.New(errs.Conflict, "%s %s，不能再改。", r.Number, r.Status.Name())
	}
	if r.LockNo != lockNo {
		return r, nil, errs.New(errs.Conflict, "%s 刚刚被别人改过，请刷新页面核对后再办。", r.Number)
	}
	if err := tx.TakeRoll(ctx, r); err != nil {
		return r, nil, err
	}
	loads, err := rollLoads(ctx, tx.Conn, &r)
	return r, loads, err
}

// wordKey tells one word of a list from another.
func wordKey(x order.RollRow) string { return catalog.Key(x.Word) + "|" + catalog.Key(x.WordUnit) }

func edit(x *order.RollRow, word int, in RollEdit, items []catalog.Item) {
	for _, w := range in.Words {
		if w.No != word {
			continue
		}
		x.Left, x.ItemID = w.Skip, 0
		if slices.ContainsFunc(items, func(it catalog.Item) bool { return it.ID == w.ItemID }) {
			x.ItemID = w.ItemID
		}
	}
	for _, e := range in.Rows {
		if e.ID != x.ID {
			continue
		}
		if e.Person != nil {
			x.Person = clip(tidy(*e.Person), 60)
		}
		if e.Typed != nil {
			mended(x, clip(tidy(*e.Typed), 60))
		}
		x.Left = e.Left
	}
	judgeRow(x, items)
}

// DiscardRoll takes a draft out, with the people in it.
func (s *Service) DiscardRoll(ctx context.Context, actor access.Actor, roll id.ID, lockNo int64) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.Roll(ctx, roll)
		if err != nil {
			return err
		}
		if err := seesRoll(actor, r); err != nil {
			return err
		}
		r.LockNo = lockNo
		if err := tx.DiscardRoll(ctx, r); err != nil {
			return err
		}
		return tx.Audit(ctx, r.DeskID, record(actor, "roll.discard", r.Number, r.Title))
	})
}
