package inventory_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// journalText says journal lines in one text.
func journalText(lines []store.JournalLine) string {
	var parts []string
	for _, l := range lines {
		parts = append(parts, fmt.Sprintf("%s %s %s %s", l.DepotCode, l.BusinessOn[5:], l.Number[:2], l.Qty))
	}
	return strings.Join(parts, "; ")
}

// kept says a card in one text: its rows with balance and worth.
func kept(b inventory.CardBook) string {
	parts := []string{fmt.Sprintf("%s: %s %s", b.Depot.Code, b.Opening, b.Worth)}
	for i, r := range b.Rows {
		worth := "?"
		if b.Priced {
			worth = b.Amounts[i].In.String() + "-" + b.Amounts[i].Out.String() + "=" + b.Amounts[i].Balance.String()
		}
		parts = append(parts, fmt.Sprintf("%s %s=%s %s", r.Number[:2], r.Qty, r.Balance, worth))
	}
	return strings.Join(parts, "; ")
}

func TestJournalAndCards(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newDistrict(t, e)
		priced := w.quilts("10")
		priced.Price = "12.5"
		w.post(w.receipt("2026-11-20", priced))
		w.post(w.issue("2026-11-22", w.quilts("3")))
		if _, err := w.inv.PostDraft(w.ctx, w.both, w.transfer(w.quilts("2"))); err != nil {
			t.Fatal(err)
		}
		move := w.quilts("1")
		move.ToBin = "B-2"
		moved := w.post(w.draft(ledger.BinMove, "整理货位", move))
		wrong := w.post(w.issue("2026-11-24", w.quilts("1")))
		for _, v := range []ledger.Voucher{wrong, moved} {
			if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			f    inventory.JournalFilter
			want string
		}{
			"all, without moves inside and what takes them back": {inventory.JournalFilter{},
				"WC01 11-20 RK 10; WC01 11-22 CK -3; GTL 11-24 DB 2; WC01 11-24 DB -2; WC01 11-24 CK -1; WC01 11-24 HC 1"},
			"a span of days":   {inventory.JournalFilter{From: "2026-11-21", To: "2026-11-23"}, "WC01 11-22 CK -3"},
			"a depot":          {inventory.JournalFilter{DepotID: w.other.ID}, "GTL 11-24 DB 2"},
			"a type":           {inventory.JournalFilter{Type: ledger.Receipt}, "WC01 11-20 RK 10"},
			"part of a number": {inventory.JournalFilter{Number: "HC-"}, "WC01 11-24 HC 1"},
		} {
			lines, err := w.inv.Journal(w.ctx, w.both, c.f)
			if got := journalText(lines); err != nil || got != c.want {
				t.Errorf("%s: %s, want %s, %v", name, got, c.want, err)
			}
		}
		for name, c := range map[string]struct {
			f    inventory.CardFilter
			want string
		}{
			"each depot its card": {inventory.CardFilter{}, "WC01: 0 0.00; RK 10=10 125.00-0.00=125.00; CK -3=7 0.00-37.50=87.50; DB -2=5 0.00-25.00=62.50; CK -1=4 0.00-12.50=50.00; HC 1=5 12.50-0.00=62.50 | " +
				"GTL: 0 0.00; DB 2=2 25.00-0.00=25.00"},
			"from a day": {inventory.CardFilter{DepotID: w.depot.ID, From: "2026-11-22", To: "2026-11-23"}, "WC01: 10 125.00; CK -3=7 0.00-37.50=87.50"},
		} {
			c.f.ItemID = w.quilt.ID
			books, err := w.inv.CardBooks(w.ctx, w.both, c.f)
			var got []string
			for _, b := range books {
				got = append(got, kept(b))
			}
			if text := strings.Join(got, " | "); err != nil || text != c.want {
				t.Errorf("%s: %s\nwant %s, %v", name, text, c.want, err)
			}
		}
		t.Run("of a lot without a price no amounts are told", func(t *testing.T) {
			w.post(w.receipt("2026-11-23", w.quilts("1")))
			books, err := w.inv.CardBooks(w.ctx, w.both, inventory.CardFilter{ItemID: w.quilt.ID, DepotID: w.depot.ID})
			if err != nil || len(books) != 1 || books[0].Priced || books[0].Inside != 2 {
				t.Errorf("%+v %v", books, err)
			}
		})
		t.Run("who may not", func(t *testing.T) {
			lines, err := w.inv.Journal(w.ctx, w.stranger, inventory.JournalFilter{})
			if got := journalText(lines); err != nil || got != "GTL 11-24 DB 2" {
				t.Errorf("a stranger sees %s, %v", got, err)
			}
			if _, err := w.inv.Journal(w.ctx, w.stranger, inventory.JournalFilter{DepotID: w.depot.ID}); !errors.Is(err, errs.NotFound) {
				t.Error(err)
			}
			if _, err := w.inv.CardBooks(w.ctx, w.stranger, inventory.CardFilter{ItemID: w.quilt.ID, DepotID: w.depot.ID}); !errors.Is(err, errs.NotFound) {
				t.Error(err)
			}
			books, err := w.inv.CardBooks(w.ctx, w.stranger, inventory.CardFilter{ItemID: w.quilt.ID})
			if err != nil || len(books) != 1 || books[0].Depot.Code != "GTL" {
				t.Errorf("a stranger sees %d cards, %v", len(books), err)
			}
		})
	})
}
