package inventory_test

import (
	"fmt"
	"sync"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

// answer is what one of many callers got.
type answer struct {
	voucher ledger.Voucher
	err     error
}

// crowd starts n callers at the same moment and collects their answers.
func crowd(n int, call func(i int) (ledger.Voucher, error)) []answer {
	list := make([]answer, n)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range list {
		done.Go(func() {
			start.Wait()
			list[i].voucher, list[i].err = call(i)
		})
	}
	start.Done()
	done.Wait()
	return list
}

// booked counts the vouchers and asserts that everybody else was told that the
// goods are gone.
func booked(t *testing.T, list []answer) int {
	t.Helper()
	numbers := make(map[string]bool)
	for _, a := range list {
		if a.err == nil {
			numbers[a.voucher.Number] = true
			continue
		}
		if errs.KindOf(a.err) != errs.Invalid || len(errs.FieldsOf(a.err)) == 0 {
			t.Errorf("a loser got %v", a.err)
		}
	}
	return len(numbers)
}

func TestNoOversell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		const callers, there = 16, 10
		for name, lots := range map[string][]string{"one lot": {"10"}, "several lots, chosen by the product": {"3", "2", "5"}} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, e)
				d := w.receipt("2026-11-20")
				for i, qty := range lots {
					l := w.quilts(qty)
					l.LotNo, l.Expires = fmt.Sprintf("L%d", i), fmt.Sprintf("203%d-01", i)
					d.Lines = append(d.Lines, l)
				}
				w.post(d)
				line := w.quilts("1")
				if len(lots) == 1 {
					s := shelf(t, w, "L0")
					line.LotID, line.PlaceID = s.Lot.ID, s.PlaceID
				}
				got := crowd(callers, func(int) (ledger.Voucher, error) {
					return w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", line))
				})
				if n := booked(t, got); n != there || w.onHand(w.quilt) != "0" {
					t.Errorf("%d of %d booked, on hand %s; %d were there", n, callers, w.onHand(w.quilt), there)
				}
				w.mustCheck()
			})
		}
	})
}

// TestCrossedIssues has keepers issue the same two lots in opposite order of
// lines, which must not end in a deadlock that reaches them.
func TestCrossedIssues(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		rice := inventory.Line{ItemID: w.rice.ID, Item: w.rice.Label(), Qty: "40"}
		w.post(w.receipt("2026-11-20", w.quilts("40"), rice))
		rice.Qty = "1"
		got := crowd(12, func(i int) (ledger.Voucher, error) {
			if i%3 == 0 {
				return w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-21", rice, w.quilts("1")))
			}
			lines := []inventory.Line{w.quilts("1"), rice}
			if i%2 == 0 {
				lines[0], lines[1] = lines[1], lines[0]
			}
			return w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", lines...))
		})
		if n := booked(t, got); n != 12 || w.onHand(w.quilt) != "36" || w.onHand(w.rice) != "36" {
			t.Errorf("%d booked, on hand %s and %s", n, w.onHand(w.quilt), w.onHand(w.rice))
		}
		w.mustCheck()
	})
}

// TestSameNewLotAtOnce has keepers of two depots receive goods of one lot that
// nobody has had before: it becomes one lot, and nobody is refused.
func TestSameNewLotAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		line := w.quilts("1")
		line.LotNo = "新批"
		got := crowd(8, func(i int) (ledger.Voucher, error) {
			d, who := w.receipt("2026-11-24", line), w.keeper
			if i%2 == 0 {
				d.DepotID, who = w.other.ID, w.stranger
			}
			return w.inv.PostDraft(w.ctx, who, d)
		})
		lots := make(map[id.ID]bool)
		for _, a := range got {
			if a.err != nil {
				t.Fatal(a.err)
			}
			lots[a.voucher.Entries[0].LotID] = true
		}
		if len(lots) != 1 || w.onHand(w.quilt) != "8" {
			t.Errorf("%d lots, on hand %s", len(lots), w.onHand(w.quilt))
		}
		w.mustCheck()
	})
}

func TestOneKeyBooksOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-20", w.quilts("10")))
		saved, err := w.inv.SaveDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("6"))) // a second booking would not even fit
		if err != nil {
			t.Fatal(err)
		}
		for name, d := range map[string]inventory.Draft{"a form": w.issue("2026-11-24", w.quilts("1")), "a saved draft": saved, "a new lot": w.receipt("2026-11-24", w.quilts("1"))} {
			t.Run(name+" sent eight times", func(t *testing.T) {
				got := crowd(8, func(int) (ledger.Voucher, error) { return w.inv.PostDraft(w.ctx, w.keeper, d) })
				for _, a := range got {
					if a.err != nil || a.voucher.ID != got[0].voucher.ID || len(a.voucher.Entries) != 2 {
						t.Errorf("%s with %d entries, %v; the others have %s", a.voucher.Number, len(a.voucher.Entries), a.err, got[0].voucher.Number)
					}
				}
				other := d
				other.Remark = "另一张"
				_, err := w.inv.PostDraft(w.ctx, w.keeper, other)
				if errs.KindOf(err) != errs.Conflict {
					t.Errorf("other content under the same key: %v", err)
				}
			})
		}
		if w.onHand(w.quilt) != "4" {
			t.Errorf("on hand %s; 10 - 1 - 6 + 1 are there", w.onHand(w.quilt))
		}
		t.Run("a key is its maker's: another keeper gets a conflict, not the voucher", func(t *testing.T) {
			d := w.issue("2026-11-24", w.quilts("1"))
			w.post(d)
			colleague := w.keeper
			colleague.ID = 555
			if v, err := w.inv.PostDraft(w.ctx, colleague, d); errs.KindOf(err) != errs.Conflict || v.ID != 0 {
				t.Errorf("%s %v", v.Number, err)
			}
		})
		t.Run("two contents at once under one key: one is booked", func(t *testing.T) {
			key := inventory.NewKey()
			got := crowd(8, func(i int) (ledger.Voucher, error) {
				d := w.receipt("2026-11-24", w.quilts(fmt.Sprint(i%2+1)))
				d.ClientKey = key
				return w.inv.PostDraft(w.ctx, w.keeper, d)
			})
			ids := make(map[id.ID]int)
			for _, a := range got {
				if a.err == nil {
					ids[a.voucher.ID]++
				} else if errs.KindOf(a.err) != errs.Conflict {
					t.Errorf("got %v", a.err)
				}
			}
			if len(ids) != 1 {
				t.Errorf("vouchers %v", ids)
			}
		})
		w.mustCheck()
	})
}

func TestWhatIsLeftIsReversed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		v := w.post(w.receipt("2026-11-20", w.quilts("10"), w.quilts("5"), w.quilts("1")))
		for _, c := range []struct {
			lines []int
			left  string
			kind  errs.Kind // 0 = booked
		}{{[]int{2}, "11", 0}, {[]int{1, 2}, "11", errs.Conflict}, {[]int{4}, "11", errs.Invalid}, {nil, "0", 0}, {nil, "0", errs.Conflict}} {
			_, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Lines: c.lines, Reason: "录错", ClientKey: inventory.NewKey()})
			if (err == nil) != (c.kind == 0) || err != nil && errs.KindOf(err) != c.kind || w.onHand(w.quilt) != c.left {
				t.Errorf("lines %v: %v, on hand %s; want %s", c.lines, err, w.onHand(w.quilt), c.left)
			}
		}
		w.mustCheck()
	})
}

func TestOneEntryIsReversedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		v := w.post(w.receipt("2026-11-20", w.quilts("10"), w.quilts("10")))
		got := crowd(8, func(i int) (ledger.Voucher, error) {
			r := inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}
			if i%2 == 0 {
				r.Lines = []int{2}
			}
			return w.inv.Reverse(w.ctx, w.keeper, r)
		})
		for _, a := range got {
			if a.err != nil && errs.KindOf(a.err) != errs.Conflict {
				t.Errorf("a loser got %v", a.err)
			}
		}
		if on := w.onHand(w.quilt); on != "0" && on != "10" {
			t.Errorf("on hand %s after reversing 20 by lines of 10", on)
		}
		w.mustCheck()
		again := inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()}
		w.inv.Reverse(w.ctx, w.keeper, again)
		if w.onHand(w.quilt) != "0" {
			t.Errorf("on hand %s after reversing what was left", w.onHand(w.quilt))
		}
		w.mustCheck()
	})
}
