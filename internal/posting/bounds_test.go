package posting_test

import (
	"context"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// receipt brings one new lot in on as many lines as there are quantities.
func (h *house) receipt(lot ledger.Lot, qty ...quantity.Q) ledger.Voucher {
	v := ledger.Voucher{DepotID: h.a.ID, Type: ledger.Receipt, BusinessOn: day.Of(2026, 11, 20), Reason: "本级采购"}
	for i, q := range qty {
		v.Entries = append(v.Entries, ledger.Entry{Line: i + 1, PlaceID: place.Outer(place.Supplier), LotID: lot.ID, ItemID: h.item, Qty: -q},
			ledger.Entry{Line: i + 1, PlaceID: h.binA, DepotID: h.a.ID, LotID: lot.ID, ItemID: h.item, Qty: q})
	}
	return v
}

func (h *house) newLot(tx *store.Tx, no string, price money.Fen) (ledger.Lot, error) {
	lots := []ledger.Lot{{ItemID: h.item, No: no, Received: day.Of(2026, 11, 20), Source: "本级采购", Price: &price}}
	err := tx.FindOrMakeLots(h.ctx, lots)
	return lots[0], err
}

// A month's sums are added up by the database in 64 bits.
func TestAReceiptIsWorthSomethingReal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := newHouse(t, e)
		for name, tc := range map[string]struct {
			qty  []quantity.Q
			line string // named in the refusal, "" = posted
		}{
			"ten thousand million":      {[]quantity.Q{quantity.Of(60_000_000), quantity.Of(40_000_000)}, ""},
			"a fen more":                {[]quantity.Q{quantity.Of(60_000_000), quantity.Of(40_000_000), quantity.One}, "第 3 行"},
			"a thousand lines of a lot": {[]quantity.Q{quantity.Of(1_000_000_000), quantity.Of(1_000_000_000)}, "第 1 行"},
		} {
			key := h.st.NewID().String() + "-0123456789"
			r := posting.Request{Actor: everywhere(), Permission: access.VoucherPost, ClientKey: key, Hash: key, Depot: h.a.ID}
			_, err := posting.Run(h.ctx, h.st, r, func(_ context.Context, tx *store.Tx) (ledger.Voucher, error) {
				lot, err := h.newLot(tx, name, 100_00)
				return h.receipt(lot, tc.qty...), err
			})
			if tc.line == "" && err == nil {
				continue
			}
			if errs.KindOf(err) != errs.Invalid || tc.line == "" || !strings.Contains(errs.MessageOf(err), tc.line) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// An import of a thousand rows is several vouchers of one transaction, and they
// may bring the same new lot.
func TestVouchersOfOneTransactionShareANewLot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := newHouse(t, e)
		var lot ledger.Lot
		err := h.st.Tx(h.ctx, func(tx *store.Tx) (err error) {
			if lot, err = h.newLot(tx, "新", 1); err != nil {
				return err
			}
			for _, key := range []string{"first-0123456789", "second-0123456789"} {
				r := posting.Request{Actor: everywhere(), Permission: access.VoucherPost, ClientKey: key, Hash: key}
				if _, err := posting.InTx(h.ctx, tx, r, h.receipt(lot, quantity.Of(2))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		stock, err := h.st.Read().StockOf(h.ctx, []store.Delta{{PlaceID: h.binA, LotID: lot.ID}})
		if err != nil || len(stock) != 1 || stock[0].Qty != quantity.Of(4) {
			t.Errorf("%v %v", stock, err)
		}
	})
}
