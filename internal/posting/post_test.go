package posting_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

var noon = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

// house is two depots with a bin each and one item in two lots.
type house struct {
	t        *testing.T
	ctx      context.Context
	mu       sync.Mutex
	at       time.Time
	once     time.Time // what the next look at the clock shows, alone
	st       *store.Store
	a, b     place.Depot
	binA     id.ID
	binB     id.ID
	lot, old ledger.Lot
	item     id.ID
}

func newHouse(t *testing.T, e storetest.Engine) *house {
	h := &house{t: t, ctx: context.Background(), at: noon}
	h.st = e.Open(t, h.clock)
	if err := h.st.Tx(h.ctx, h.fill); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if once := h.once; !once.IsZero() {
		h.once = time.Time{}
		return once
	}
	return h.at
}

func (h *house) fill(tx *store.Tx) error {
	h.a = place.Depot{ID: tx.NewID(), Code: "AA", Name: "甲库", Tier: place.District}
	h.b = place.Depot{ID: tx.NewID(), Code: "BB", Name: "乙库", Tier: place.Township}
	h.binA, h.binB, h.item = tx.NewID(), tx.NewID(), tx.NewID()
	for _, d := range []place.Depot{h.a, h.b} {
		if err := tx.InsertDepot(h.ctx, d); err != nil {
			return err
		}
	}
	if err := tx.InsertPlaces(h.ctx, place.Place{ID: h.binA, Kind: place.Bin, DepotID: h.a.ID, Code: "A-1", Name: "A-1"},
		place.Place{ID: h.binB, Kind: place.Bin, DepotID: h.b.ID, Code: "B-1", Name: "B-1"}); err != nil {
		return err
	}
	category := catalog.Category{ID: tx.NewID(), Code: "SH", Name: "生活救助"}
	if err := tx.InsertCategories(h.ctx, category); err != nil {
		return err
	}
	if err := tx.InsertItems(h.ctx, catalog.Item{ID: h.item, Code: "SH1", Name: "棉被", Unit: "床", CategoryID: category.ID}); err != nil {
		return err
	}
	lots := []ledger.Lot{{ItemID: h.item, No: "L1", Received: day.Of(2026, 1, 1), Source: "本级采购"},
		{ItemID: h.item, No: "OLD", Expires: day.Of(2026, 10, 31), Received: day.Of(2026, 1, 1), Source: "本级采购"}}
	if err := tx.FindOrMakeLots(h.ctx, lots); err != nil {
		return err
	}
	h.lot, h.old = lots[0], lots[1]
	return nil
}

func everywhere(p ...access.Grant) access.Actor {
	if p == nil {
		p = []access.Grant{{Role: access.Keeper}}
	}
	return access.Actor{ID: 9, Login: "k", Name: "周静", Grants: p}
}

// move builds a movement of the good lot between two places.
func (h *house) move(t ledger.Type, lot ledger.Lot, from, to, fromDepot, toDepot id.ID, qty quantity.Q) ledger.Voucher {
	depot := fromDepot
	if depot == 0 {
		depot = toDepot
	}
	return ledger.Voucher{DepotID: depot, Type: t, BusinessOn: day.Of(2026, 11, 20), Reason: "x", Entries: []ledger.Entry{
		{Line: 1, PlaceID: from, DepotID: fromDepot, LotID: lot.ID, ItemID: h.item, Qty: -qty},
		{Line: 1, PlaceID: to, DepotID: toDepot, LotID: lot.ID, ItemID: h.item, Qty: qty}}}
}

func (h *house) post(actor access.Actor, v ledger.Voucher) (ledger.Voucher, error) {
	key := h.st.NewID().String() + "-0123456789"
	r := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: key, Hash: key}
	return posting.Run(h.ctx, h.st, r, func(context.Context, *store.Tx) (ledger.Voucher, error) { return v, nil })
}

func (h *house) must(v ledger.Voucher) ledger.Voucher {
	h.t.Helper()
	posted, err := h.post(everywhere(), v)
	if err != nil {
		h.t.Fatal(err)
	}
	return posted
}

func (h *house) refused(actor access.Actor, v ledger.Voucher, kind errs.Kind, words string) {
	h.t.Helper()
	_, err := h.post(actor, v)
	text := errs.MessageOf(err)
	for _, f := range errs.FieldsOf(err) {
		text += f.Message
	}
	if !errors.Is(err, kind) || !strings.Contains(text, words) {
		h.t.Errorf("got %v, want %v with %q", err, kind, words)
	}
}

func TestRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := newHouse(t, e)
		supplier, used := place.Outer(place.Supplier), place.Outer(place.Used)
		h.must(h.move(ledger.Receipt, h.lot, supplier, h.binA, 0, h.a.ID, 10_000))
		h.must(h.move(ledger.Receipt, h.old, supplier, h.binA, 0, h.a.ID, 10_000))
		t.Run("a movement between depots takes both heads and both rights", func(t *testing.T) {
			h.t = t
			across := h.move(ledger.Transfer, h.lot, h.binA, h.binB, h.a.ID, h.b.ID, 1000)
			h.refused(everywhere(access.Grant{Role: access.Keeper, DepotID: h.a.ID}), across, errs.Forbidden, "")
			h.refused(everywhere(access.Grant{Role: access.Keeper, DepotID: h.b.ID}), across, errs.Forbidden, "")
			v := h.must(across)
			if v.Number != "DB-AA-2026-000001" || v.Entries[0].Seq != v.Seq || v.Entries[1].Seq == 0 {
				t.Errorf("%+v", v)
			}
		})
		t.Run("an expired lot leaves by disposal only", func(t *testing.T) {
			h.t = t
			h.refused(everywhere(), h.move(ledger.Issue, h.old, h.binA, used, h.a.ID, 0, 1000), errs.Invalid, "已过期")
			h.must(h.move(ledger.Disposal, h.old, h.binA, place.Outer(place.Scrapped), h.a.ID, 0, 1000))
		})
		t.Run("goods do not appear", func(t *testing.T) {
			h.t = t
			v := h.move(ledger.Receipt, h.lot, supplier, h.binA, 0, h.a.ID, 1000)
			v.Entries = v.Entries[1:]
			if _, err := h.post(everywhere(), v); err == nil {
				t.Error("booked")
			}
		})
		t.Run("a day to come is refused", func(t *testing.T) {
			h.t = t
			v := h.move(ledger.Receipt, h.lot, supplier, h.binA, 0, h.a.ID, 1000)
			v.BusinessOn = day.Of(2026, 11, 26)
			h.refused(everywhere(), v, errs.Invalid, "不能晚于今天")
		})
		t.Run("a closed depot takes nothing but reversals", func(t *testing.T) {
			h.t = t
			closed := h.b
			closed.Closed = true
			if err := h.st.Tx(h.ctx, func(tx *store.Tx) error { return tx.UpdateDepot(h.ctx, closed) }); err != nil {
				t.Fatal(err)
			}
			h.refused(everywhere(), h.move(ledger.Receipt, h.lot, supplier, h.binB, 0, h.b.ID, 1000), errs.Invalid, "已停用")
		})
	})
}

// TestAcrossMidnight lets a posting begin before midnight and get the head
// after it, behind vouchers of the new day.
func TestAcrossMidnight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := newHouse(t, e)
		supplier, used := place.Outer(place.Supplier), place.Outer(place.Used)
		h.must(h.move(ledger.Receipt, h.lot, supplier, h.binA, 0, h.a.ID, 10_000))
		h.at = noon.AddDate(0, 0, 1)
		tomorrow := day.Of(2026, 11, 26)
		out, in := h.move(ledger.Issue, h.lot, h.binA, used, h.a.ID, 0, 10_000), h.move(ledger.Receipt, h.lot, supplier, h.binA, 0, h.a.ID, 5_000)
		out.BusinessOn, in.BusinessOn = tomorrow, tomorrow
		h.must(out)
		h.must(in)
		late := h.move(ledger.Issue, h.lot, h.binA, used, h.a.ID, 0, 5_000)
		late.BusinessOn = day.Of(2026, 11, 25)
		key := "late-0123456789abcdef"
		r := posting.Request{Actor: everywhere(), Permission: access.VoucherPost, ClientKey: key, Hash: key}
		h.mu.Lock()
		h.once = noon // when the transaction begins it is still yesterday
		h.mu.Unlock()
		_, err := posting.Run(h.ctx, h.st, r, func(context.Context, *store.Tx) (ledger.Voucher, error) { return late, nil })
		if !errors.Is(err, errs.Invalid) || !strings.Contains(errs.FieldsOf(err)[0].Message, "2026-11-26") {
			t.Errorf("got %v", err)
		}
	})
}
