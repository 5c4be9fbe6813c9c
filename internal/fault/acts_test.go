package fault

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
)

// act is one way of changing the books. prepare books what it stands on and
// gives that row's id; do books it. Both are made of the key alone, so that
// each can be said again: by a person whose answer was lost, or after a crash.
// do gives the row it made, the same one however often it is asked.
type act struct {
	name     string
	vouchers int  // booked by both together
	rare     bool // seldom in life: a few among many
	prepare  func(ctx context.Context, h *house, key string) (id.ID, error)
	do       func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error)
	there    func(ctx context.Context, h *house, key string) error // nil = the key has its voucher
}

// acts is every way there is. A new use case adds its line here and is killed,
// cut off and counted like all others.
var acts = []act{
	{"receipt of a new lot", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		return book(ctx, h, h.form(ledger.Receipt, key, h.quilts("3", "新"+key[:12]), h.tons("0.125", "新"+key[:12])))
	}, nil},
	{"receipt of a known lot", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		return book(ctx, h, h.form(ledger.Receipt, key, h.quilts("3", "常"), h.tons("1.5", "常")))
	}, nil},
	{"issue, lots proposed", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		return book(ctx, h, h.form(ledger.Issue, key, h.quilts("2", ""), h.tons("0.001", "")))
	}, nil},
	{"issue of a chosen lot", 2, false, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.takes(ctx, ledger.Issue, key, on)
	}, nil},
	{"back-dated issue", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		d := h.form(ledger.Issue, key, h.quilts("1", ""))
		d.BusinessOn = "2026-11-02"
		return book(ctx, h, d)
	}, nil},
	{"transfer", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		return book(ctx, h, h.form(ledger.Transfer, key, h.quilts("2", ""), h.tons("0.5", "")))
	}, nil},
	{"bin move", 2, false, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.takes(ctx, ledger.BinMove, key, on)
	}, nil},
	{"disposal", 2, false, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.takes(ctx, ledger.Disposal, key, on)
	}, nil},
	{"return", 2, false, issued, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		v, err := h.st.Read().Voucher(ctx, on)
		if err != nil {
			return 0, err
		}
		r := inventory.ReturnRequest{VoucherID: on, Reason: "归还", BusinessOn: today, ClientKey: key}
		for _, m := range v.Moves() {
			r.Lines = append(r.Lines, inventory.ReturnLine{EntryID: m.Out.ID, Qty: "1"})
		}
		got, err := h.inv.Return(ctx, h.keeper, r)
		return got.ID, err
	}, nil},
	{"receipt of pieces", 1, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		return book(ctx, h, h.form(ledger.Receipt, key, h.pieces(key)))
	}, nil},
	{"issue of a piece", 2, false, pieces, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		l := h.pieces(key)
		l.LotNo, l.Qty = "FD-"+key[:12]+"-1", "1"
		return book(ctx, h, h.form(ledger.Issue, key, l))
	}, nil},
	{"reversal", 2, false, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.reverses(ctx, key, on)
	}, nil},
	{"reversal of a line", 2, false, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.reverses(ctx, key, on, 2)
	}, nil},
	{"reversal of a transfer", 2, false, transferred, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.reverses(ctx, key, on)
	}, nil},
	{"draft saved", 0, false, nothing, func(ctx context.Context, h *house, key string, _ id.ID) (id.ID, error) {
		d, err := h.inv.SaveDraft(ctx, h.keeper, h.form(ledger.Receipt, key, h.quilts("3", "草")))
		return d.ID, err
	}, isDraft},
	{"draft posted", 1, false, saved, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		d := h.form(ledger.Receipt, key, h.quilts("3", "草"))
		d.ID, d.Version = on, 1
		return book(ctx, h, d)
	}, nil},
	{"draft discarded", 0, false, saved, func(ctx context.Context, h *house, _ string, on id.ID) (id.ID, error) {
		err := h.inv.DiscardDraft(ctx, h.keeper, on)
		if errors.Is(err, errs.Conflict) { // the second time: it says so, and the draft is what was asked for
			if d, e := h.inv.Draft(ctx, h.keeper, on); e == nil && d.Status == "discarded" {
				return on, nil
			}
		}
		return on, err
	}, isDraft},
	{"lot held", 1, true, received, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.holds(ctx, key, on, true)
	}, isHeld},
	{"lot released", 1, true, held, func(ctx context.Context, h *house, key string, on id.ID) (id.ID, error) {
		return h.holds(ctx, key, on, false)
	}, isReleased},
	{"month closed", 1, true, depotOpened, func(ctx context.Context, h *house, _ string, on id.ID) (id.ID, error) {
		return h.closes(ctx, on)
	}, isClosed},
	{"reopening asked", 1, true, monthClosed, func(ctx context.Context, h *house, _ string, on id.ID) (id.ID, error) {
		return h.asks(ctx, on)
	}, isAsked},
	{"month reopened", 1, true, reopeningAsked, func(ctx context.Context, h *house, _ string, on id.ID) (id.ID, error) {
		_, err := h.inv.DecideReopening(ctx, h.leader, on, true)
		return on, settled(ctx, h, on, err)
	}, isReopened},
}

func nothing(context.Context, *house, string) (id.ID, error) { return 0, nil }

// before is the key of what an act stands on.
func before(key string) string { return "before-" + key }

func book(ctx context.Context, h *house, d inventory.Draft) (id.ID, error) {
	v, err := h.inv.PostDraft(ctx, h.keeper, d)
	return v.ID, err
}

// actOf gives the act of a key whose first four digits name it.
func actOf(key string) act {
	var n int
	fmt.Sscanf(key, "%04x", &n)
	return acts[n%len(acts)]
}

// anyAct draws an act as life does.
func anyAct() int {
	for {
		if n := rand.IntN(len(acts)); !acts[n].rare || rand.IntN(16) == 0 {
			return n
		}
	}
}

// act books what a key names, with what that stands on.
func (h *house) act(key string) error {
	a := actOf(key)
	on, err := a.prepare(h.ctx, h, key)
	if err == nil {
		_, err = a.do(h.ctx, h, key, on)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	return nil
}

// keyOf makes a new key that names an act.
func keyOf(n int) string { return fmt.Sprintf("%04x%s", n, inventory.NewKey()[4:]) }

// vouchersOf counts the vouchers that some keys stand for.
func vouchersOf(keys []string) int {
	n := 0
	for _, k := range keys {
		n += actOf(k).vouchers
	}
	return n
}
