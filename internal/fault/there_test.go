package fault

import (
	"context"
	"errors"
	"fmt"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// isThere looks for what was acknowledged under a key.
func (h *house) isThere(key string) error {
	look := actOf(key).there
	if look == nil {
		look = isVoucher
	}
	if err := look(h.ctx, h, key); err != nil {
		return fmt.Errorf("%s %s: %w", actOf(key).name, key, err)
	}
	return nil
}

func isVoucher(ctx context.Context, h *house, key string) error {
	v, err := h.st.VoucherByKey(ctx, key)
	if err != nil {
		return err
	}
	var sum quantity.Q
	for _, e := range v.Entries {
		sum += e.Qty
	}
	if len(v.Entries) < 2 || sum != 0 {
		return fmt.Errorf("%s has %d entries that sum to %s", v.Number, len(v.Entries), sum)
	}
	return nil
}

func isDraft(ctx context.Context, h *house, key string) error {
	row, err := h.st.Read().DraftByKey(ctx, key)
	if err == nil && row.LineCount != 1 {
		err = fmt.Errorf("it has %d lines", row.LineCount)
	}
	return err
}

func isHeld(ctx context.Context, h *house, key string) error { return h.holdIs(ctx, key, true) }

func isReleased(ctx context.Context, h *house, key string) error { return h.holdIs(ctx, key, false) }

func (h *house) holdIs(ctx context.Context, key string, held bool) error {
	v, err := h.st.VoucherByKey(ctx, before(key))
	if err != nil {
		return err
	}
	in, err := h.arrived(ctx, v.ID)
	if err != nil {
		return err
	}
	last, err := h.st.Read().LotHolds(ctx, in.LotID, 1)
	if err == nil && (len(last) != 1 || last[0].Held != held) {
		err = fmt.Errorf("its changes of hold are %v", last)
	}
	return err
}

func isClosed(ctx context.Context, h *house, key string) error {
	depot, err := h.ownDepot(ctx, key)
	if err != nil {
		return err
	}
	list, err := h.st.Read().PeriodsOf(ctx, depot)
	if err == nil && len(list) != 1 {
		err = errors.New("its month is open")
	}
	return err
}

func isAsked(ctx context.Context, h *house, key string) error {
	return h.reopeningIs(ctx, key, store.ReopeningAsked)
}

func isReopened(ctx context.Context, h *house, key string) error {
	return h.reopeningIs(ctx, key, store.ReopeningApproved)
}

func (h *house) reopeningIs(ctx context.Context, key string, status store.ReopeningStatus) error {
	depot, err := h.ownDepot(ctx, key)
	if err != nil {
		return err
	}
	all, err := h.st.Read().Reopenings(ctx, store.Scope{Depots: []id.ID{depot}}, false, 2)
	if err == nil && (len(all) != 1 || all[0].Status != status) {
		err = fmt.Errorf("its requests are %v", all)
	}
	return err
}
