package fault

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// What acts stand on, and what several of them do alike.

// received gives a receipt of two lines for an act to stand on.
func received(ctx context.Context, h *house, key string) (id.ID, error) {
	return book(ctx, h, h.form(ledger.Receipt, before(key), h.quilts("5", "先"+key[:12]), h.tons("2", "先"+key[:12])))
}

func issued(ctx context.Context, h *house, key string) (id.ID, error) {
	return book(ctx, h, h.form(ledger.Issue, before(key), h.quilts("2", ""), h.tons("2", "")))
}

func transferred(ctx context.Context, h *house, key string) (id.ID, error) {
	return book(ctx, h, h.form(ledger.Transfer, before(key), h.quilts("1", ""), h.tons("1", "")))
}

func pieces(ctx context.Context, h *house, key string) (id.ID, error) {
	return book(ctx, h, h.form(ledger.Receipt, before(key), h.pieces(key)))
}

// saved gives a saved draft, also when it is done since: of an act that is said
// again.
func saved(ctx context.Context, h *house, key string) (id.ID, error) {
	d, err := h.inv.SaveDraft(ctx, h.keeper, h.form(ledger.Receipt, key, h.quilts("3", "草")))
	if errors.Is(err, errs.Conflict) {
		row, e := h.st.Read().DraftByKey(ctx, key)
		if e != nil {
			return 0, errors.Join(err, e)
		}
		return row.ID, nil
	}
	return d.ID, err
}

// takes books a voucher that takes some of a receipt's first lot.
func (h *house) takes(ctx context.Context, t ledger.Type, key string, receipt id.ID) (id.ID, error) {
	in, err := h.arrived(ctx, receipt)
	if err != nil {
		return 0, err
	}
	line := h.quilts("2", "")
	line.LotID, line.PlaceID, line.Remark = in.LotID, in.PlaceID, "指定这一批"
	if t == ledger.BinMove {
		line.ToBin = secondBin
	}
	return book(ctx, h, h.form(t, key, line))
}

// arrived gives the first entry of a receipt that stands in the depot.
func (h *house) arrived(ctx context.Context, receipt id.ID) (ledger.Entry, error) {
	v, err := h.st.Read().Voucher(ctx, receipt)
	if err != nil {
		return ledger.Entry{}, err
	}
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			return e, nil
		}
	}
	return ledger.Entry{}, errors.New("fault: a receipt without an entry in its depot")
}

func (h *house) reverses(ctx context.Context, key string, on id.ID, lines ...int) (id.ID, error) {
	v, err := h.inv.Reverse(ctx, h.keeper, inventory.ReverseRequest{VoucherID: on, Lines: lines, Reason: "录错", BusinessOn: today, ClientKey: key})
	return v.ID, err
}

// holds changes the hold of a receipt's first lot. A lot is held first so that
// it can be released, and once that is done its hold is not said again.
func (h *house) holds(ctx context.Context, key string, receipt id.ID, hold bool) (id.ID, error) {
	in, err := h.arrived(ctx, receipt)
	if err != nil {
		return 0, err
	}
	if hold {
		last, err := h.st.Read().LotHolds(ctx, in.LotID, 1)
		if err != nil || len(last) == 1 && !last[0].Held {
			return receipt, err
		}
	}
	return receipt, h.inv.HoldLot(ctx, h.planner, inventory.HoldRequest{LotID: in.LotID, Held: hold, Reason: "抽检 " + key})
}

func held(ctx context.Context, h *house, key string) (id.ID, error) {
	on, err := received(ctx, h, key)
	if err != nil {
		return 0, err
	}
	return h.holds(ctx, key, on, true)
}

// depotOpened gives a depot of the key's own with a receipt in it, so that its
// months are nobody else's.
func depotOpened(ctx context.Context, h *house, key string) (id.ID, error) {
	code := codeOf(key)
	d := place.Depot{Code: code, Name: "月结库" + code, Tier: place.Village}
	err := h.st.Tx(ctx, func(tx *store.Tx) error {
		d.ID = tx.NewID()
		return tx.InsertDepot(ctx, d)
	})
	if errors.Is(err, store.ErrDuplicate) {
		d.ID, err = h.ownDepot(ctx, key)
	}
	if err != nil {
		return 0, err
	}
	f := h.form(ledger.Receipt, before(key), h.quilts("5", "月"))
	f.DepotID, f.BusinessOn = d.ID, "2026-05-20"
	who := access.Actor{ID: 105, Login: "village", Name: "孙丽", Grants: []access.Grant{{Role: access.Keeper, DepotID: d.ID}}}
	_, err = h.inv.PostDraft(ctx, who, f)
	return d.ID, err
}

// ownDepot finds the depot of a key.
func (h *house) ownDepot(ctx context.Context, key string) (id.ID, error) {
	all, err := h.st.Read().Depots(ctx)
	i := slices.IndexFunc(all, func(d place.Depot) bool { return d.Code == codeOf(key) })
	if err == nil && i < 0 {
		err = errors.New("fault: its depot is not there")
	}
	if err != nil {
		return 0, err
	}
	return all[i].ID, nil
}

// codeOf is the code of a key's own depot: P and five digits or letters.
func codeOf(key string) string {
	n, _ := strconv.ParseUint(key[4:16], 16, 64)
	const least = 36 * 36 * 36 * 36 // five digits at base 36
	return strings.ToUpper("P" + strconv.FormatUint(least+n%(35*least), 36))
}

// month is the one that acts close.
const month = ledger.Month("2026-06")

func (h *house) closes(ctx context.Context, depot id.ID) (id.ID, error) {
	r, err := h.inv.ClosePeriods(ctx, h.planner, month, []id.ID{depot})
	if err == nil {
		err = r[0].Err
	}
	if errors.Is(err, errs.Conflict) { // the second time
		list, e := h.st.Read().PeriodsOf(ctx, depot)
		if e == nil && len(list) == 1 && list[0].Month == month {
			return depot, nil
		}
	}
	return depot, err
}

func monthClosed(ctx context.Context, h *house, key string) (id.ID, error) {
	depot, err := depotOpened(ctx, h, key)
	if err != nil {
		return 0, err
	}
	if all, err := h.st.Read().Reopenings(ctx, store.Scope{Depots: []id.ID{depot}}, false, 1); err != nil || len(all) > 0 {
		return depot, err // closed, and gone on from there
	}
	return h.closes(ctx, depot)
}

// asks gives the depot's one request to open its month again.
func (h *house) asks(ctx context.Context, depot id.ID) (id.ID, error) {
	r, err := h.inv.AskReopening(ctx, h.planner, depot, month, "漏记")
	if errors.Is(err, errs.Conflict) { // the second time
		all, e := h.st.Read().Reopenings(ctx, store.Scope{Depots: []id.ID{depot}}, false, 2)
		if e == nil && len(all) == 1 {
			return all[0].ID, nil
		}
	}
	return r.ID, err
}

func reopeningAsked(ctx context.Context, h *house, key string) (id.ID, error) {
	depot, err := monthClosed(ctx, h, key)
	if err != nil {
		return 0, err
	}
	return h.asks(ctx, depot)
}

// settled takes the refusal of a second approval for what it is.
func settled(ctx context.Context, h *house, request id.ID, err error) error {
	if errors.Is(err, errs.Conflict) {
		if r, e := h.st.Read().Reopening(ctx, request); e == nil && r.Status == store.ReopeningApproved {
			return nil
		}
	}
	return err
}
