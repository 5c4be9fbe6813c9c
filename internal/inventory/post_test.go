package inventory_test

import (
	"errors"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store/storetest"
)

func TestPosting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		t.Run("a receipt takes the first number and fills the stock", func(t *testing.T) {
			v := w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "120", LotNo: "MB01", Produced: "2026年3月", Expires: "2031-03", Price: "145"},
				inventory.Line{Item: "大米", Qty: "1.5"}))
			if v.Number != "RK-WC01-2026-000001" || w.onHand(w.quilt) != "120" || w.onHand(w.rice) != "1.5" {
				t.Fatalf("number %s, quilts %s, rice %s", v.Number, w.onHand(w.quilt), w.onHand(w.rice))
			}
		})
		t.Run("more than is available is refused with the figure and burns no number", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("121")))
			wantField(t, err, "line.1.qty", "可用 120 床")
			if v := w.post(w.issue("2026-11-24", w.quilts("20"))); v.Number != "CK-WC01-2026-000001" {
				t.Fatalf("number %s", v.Number)
			}
		})
		t.Run("of a voucher that is short only the short lines are named", func(t *testing.T) {
			v := w.post(w.receipt("2026-11-20", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "10", LotNo: "two"}, inventory.Line{Item: "大米", Qty: "2", LotNo: "two"}))
			used := w.issue("2026-11-24", inventory.Line{ItemID: w.rice.ID, Item: "大米", Qty: "2"})
			for _, l := range v.Entries {
				if l.ItemID == w.rice.ID && l.DepotID != 0 {
					used.Lines[0].LotID, used.Lines[0].PlaceID = l.LotID, l.PlaceID
				}
			}
			w.post(used)
			_, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()})
			wantField(t, err, "line.2.qty", "红冲那些单据")
			if fields := errs.FieldsOf(err); len(fields) != 1 {
				t.Errorf("%+v", fields)
			}
			if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Lines: []int{1}, Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
				t.Error(err)
			}
		})
		t.Run("the same key and content gives the same voucher, other content a conflict", func(t *testing.T) {
			d := w.issue("2026-11-24", w.quilts("5"))
			first, again := w.post(d), w.post(d)
			if first.ID != again.ID || w.onHand(w.quilt) != "95" {
				t.Fatalf("%s and %s, on hand %s", first.Number, again.Number, w.onHand(w.quilt))
			}
			d.Lines = []inventory.Line{w.quilts("6")}
			if _, err := w.inv.PostDraft(w.ctx, w.keeper, d); !errors.Is(err, errs.Conflict) {
				t.Fatalf("got %v", err)
			}
		})
		t.Run("a day before the goods came is refused with day and figure", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-19", w.quilts("1")))
			wantField(t, err, "line.1.qty", "2026-11-19")
		})
		t.Run("a day whose goods are gone later is refused with day and figure", func(t *testing.T) {
			w.post(w.receipt("2026-11-10", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "10", LotNo: "old"}))
			lot := shelf(t, w, "old")
			take := func(on, qty string) inventory.Draft {
				l := w.quilts(qty)
				l.LotID, l.PlaceID, l.Remark = lot.Lot.ID, lot.PlaceID, "退回的先发"
				return w.issue(on, l)
			}
			w.post(take("2026-11-20", "8"))
			_, err := w.inv.PostDraft(w.ctx, w.keeper, take("2026-11-09", "1"))
			wantField(t, err, "line.1.qty", "2026-11-09 的结存会成为 -1")
			w.post(take("2026-11-15", "2"))
		})
		t.Run("a depot of another keeper is not found", func(t *testing.T) {
			d := w.receipt("2026-11-20", w.quilts("1"))
			if _, err := w.inv.PostDraft(w.ctx, w.stranger, d); !errors.Is(err, errs.NotFound) {
				t.Fatalf("got %v", err)
			}
			if _, err := w.inv.PostDraft(w.ctx, w.planner, d); !errors.Is(err, errs.Forbidden) {
				t.Fatalf("got %v", err)
			}
		})
		w.mustCheck()
	})
}

// shelf finds where a lot lies.
func shelf(t *testing.T, w *world, lotNo string) ledger.Shelf {
	t.Helper()
	rows, _, err := w.inv.StockByLot(w.ctx, w.keeper, inventory.StockFilter{LotNo: lotNo}, 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("shelf of %s: %v %v", lotNo, rows, err)
	}
	return rows[0].Shelf
}

func TestBadFields(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	cases := []struct {
		name, field, says string
		line              inventory.Line
	}{
		{"unknown item", "line.1.item", "折迭床", inventory.Line{Item: "折迭床", Qty: "1"}},
		{"no item", "line.1.item", "没有填物资", inventory.Line{Qty: "1"}},
		{"no quantity", "line.1.qty", "数量", inventory.Line{Item: "棉被"}},
		{"zero", "line.1.qty", "大于 0", w.quilts("0")},
		{"negative", "line.1.qty", "大于 0", w.quilts("-3")},
		{"about", "line.1.qty", "不够确切", w.quilts("约200")},
		{"not a number", "line.1.qty", "数字", w.quilts("NaN")},
		{"far too much", "line.1.qty", "数量", w.quilts("1000000000000000000")},
		{"half a quilt", "line.1.qty", "整数", w.quilts("1.5")},
		{"other unit", "line.1.qty", "单位", w.quilts("3箱")},
		{"no such day", "line.1.produced", "生产日期", inventory.Line{Item: "棉被", Qty: "1", Produced: "2026-02-30"}},
		{"year 26", "line.1.produced", "生产日期", inventory.Line{Item: "棉被", Qty: "1", Produced: "0026-02-03"}},
		{"expiry before production", "line.1.expires", "早于生产日期", inventory.Line{Item: "棉被", Qty: "1", Produced: "2026-05-01", Expires: "2026-04"}},
		{"price with three decimals", "line.1.price", "单价", inventory.Line{Item: "棉被", Qty: "1", Price: "1.234"}},
		{"produced after it came", "line.1.produced", "晚于业务日期", inventory.Line{Item: "棉被", Qty: "1", Produced: "2026-11-22"}},
		{"an amount beyond sense", "line.1.price", "填反", inventory.Line{Item: "棉被", Qty: "1000000", Price: "99999999999"}},
		{"unknown bin", "line.1.bin", "没有货位", inventory.Line{Item: "棉被", Qty: "1", Bin: "Z-99"}},
		{"a lot number that folds into four times as many", "line.1.lot_no", "展开", inventory.Line{Item: "棉被", Qty: "1", LotNo: strings.Repeat("㍿", 60)}},
		{"a lot number that folds into fifteen times as many", "line.1.lot_no", "展开", inventory.Line{Item: "棉被", Qty: "1", LotNo: strings.Repeat("ﷺ", 14)}},
		{"produced at a time of day", "line.1.produced", "时刻", inventory.Line{Item: "棉被", Qty: "1", Produced: "2026-11-01T18:00:00Z"}},
		{"a control character in a quantity", "line.1.qty", "看不见", w.quilts("7\u0000")},
		{"a mark nobody sees in a quantity", "line.1.qty", "看不见", w.quilts("1\u200b2")},
		{"an item of 501 characters", "line.1.item", "500 个字", inventory.Line{Item: strings.Repeat("被", 501), Qty: "1"}},
		{"an owner of 501 characters", "line.1.owner", "500 个字", inventory.Line{Item: "棉被", Qty: "1", Owner: strings.Repeat("局", 501)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-20", c.line))
			wantField(t, err, c.field, c.says)
		})
	}
	t.Run("a day to come", func(t *testing.T) {
		_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-11-25", w.quilts("1")))
		wantField(t, err, "business_on", "不能晚于今天")
	})
	t.Run("a time of day or a zone behind the day", func(t *testing.T) {
		for _, on := range []string{"2026-11-20T18:00:00Z", "2026-11-20T18:00:00+08:00", "2026-11-20 18:00", "2026-11-20 00:00:00", "2026年11月20日 8时30分"} {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt(on, w.quilts("1")))
			wantField(t, err, "business_on", "时刻")
		}
	})
	t.Run("a place without its lot", func(t *testing.T) {
		l := w.quilts("1")
		l.PlaceID = 7
		_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-20", l))
		wantField(t, err, "line.1.lot_no", "没有批次")
	})
	t.Run("a heading of 501 characters", func(t *testing.T) {
		d := w.receipt("2026-11-20", w.quilts("1"))
		d.Remark = strings.Repeat("注", 501)
		_, err := w.inv.SaveDraft(w.ctx, w.keeper, d)
		wantField(t, err, "remark", "500 个字")
	})
	t.Run("nothing was written", func(t *testing.T) {
		if rows, _, err := w.inv.Vouchers(w.ctx, w.planner, inventory.VoucherFilter{}); err != nil || len(rows) != 0 {
			t.Fatalf("%v %v", rows, err)
		}
	})
}

func TestFirstExpiredFirstOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		lot := func(no, expires, qty string) inventory.Line {
			l := w.quilts(qty)
			l.LotNo, l.Expires = no, expires
			return l
		}
		w.post(w.receipt("2026-10-01", lot("late", "2030-01", "10"), lot("none", "", "10"), lot("soon", "2027-01", "10"), lot("gone", "2026-10", "10")))
		v := w.post(w.issue("2026-11-24", w.quilts("15")))
		view, err := w.inv.Voucher(w.ctx, w.keeper, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range view.Lines {
			got = append(got, l.Lot.No+" "+l.Qty.String())
		}
		if s := strings.Join(got, ", "); s != "soon 10, late 5" {
			t.Fatalf("took %s", s)
		}
		p, err := w.inv.Propose(w.ctx, w.keeper, w.depot.ID, w.quilt.ID, 100_000)
		if err != nil || p.Available.String() != "15" || p.Short.String() != "85" {
			t.Fatalf("available %s, short %s, %v; the expired lot must not count", p.Available, p.Short, err)
		}
		gone := shelf(t, w, "gone")
		l := w.quilts("1")
		l.LotID, l.PlaceID = gone.Lot.ID, gone.PlaceID
		_, err = w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", l))
		wantField(t, err, "line.1.lot_no", "已过期")
		w.mustCheck()
	})
}

func TestReversal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		r := w.post(w.receipt("2026-11-01", w.quilts("10"), inventory.Line{Item: "大米", Qty: "2"}))
		reverse := func(v ledger.Voucher, lines ...int) (ledger.Voucher, error) {
			return w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Lines: lines, Reason: "录错", ClientKey: inventory.NewKey()})
		}
		t.Run("one line goes back and is linked both ways", func(t *testing.T) {
			h, err := reverse(r, 2)
			if err != nil || h.Number != "HC-WC01-2026-000001" || w.onHand(w.rice) != "0" || w.onHand(w.quilt) != "10" {
				t.Fatalf("%s %v, rice %s, quilts %s", h.Number, err, w.onHand(w.rice), w.onHand(w.quilt))
			}
			orig, _ := w.inv.Voucher(w.ctx, w.keeper, r.ID)
			back, _ := w.inv.Voucher(w.ctx, w.keeper, h.ID)
			if len(orig.Reversals) != 1 || back.Reverses == nil || back.Reverses.ID != r.ID {
				t.Fatal("links are missing")
			}
			if _, err := reverse(h); !errors.Is(err, errs.Invalid) {
				t.Fatalf("a reversal was reversed: %v", err)
			}
		})
		t.Run("the same line does not go back twice", func(t *testing.T) {
			for _, lines := range [][]int{{2}, {1, 2}} {
				_, err := reverse(r, lines...)
				wantField(t, err, "lines", "第 2 行已经红冲过")
				if !errors.Is(err, errs.Conflict) {
					t.Fatalf("got %v", err)
				}
			}
		})
		t.Run("a line that is not there is named at the lines", func(t *testing.T) {
			_, err := reverse(r, 7)
			wantField(t, err, "lines", "没有第 7 行")
		})
		t.Run("a wrong day and no reason are named", func(t *testing.T) {
			for on, says := range map[string]string{"2026-10-31": "早于原单", "2026-11-20T18:00:00Z": "时刻"} {
				_, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: r.ID, BusinessOn: on, ClientKey: inventory.NewKey()})
				wantField(t, err, "business_on", says)
				wantField(t, err, "reason", "原因")
			}
		})
		t.Run("goods already issued cannot be taken back", func(t *testing.T) {
			w.post(w.issue("2026-11-24", w.quilts("1")))
			_, err := reverse(r)
			wantField(t, err, "line.1.qty", "可用 9")
		})
		t.Run("what is taken back already leaves nothing", func(t *testing.T) {
			once := w.post(w.receipt("2026-11-02", w.quilts("1")))
			if _, err := reverse(once); err != nil {
				t.Fatal(err)
			}
			_, err := reverse(once)
			wantField(t, err, "lines", "全部红冲过")
		})
		w.mustCheck()
	})
}

func TestStockCard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-10-01", w.quilts("100")))
		w.post(w.issue("2026-10-05", w.quilts("30")))
		w.post(w.receipt("2026-09-01", w.quilts("7"))) // keyed late
		w.post(w.issue("2026-11-02", w.quilts("20")))
		card, err := w.inv.Card(w.ctx, w.planner, inventory.CardFilter{ItemID: w.quilt.ID, From: "2026-10-01"})
		if err != nil {
			t.Fatal(err)
		}
		got := card.Opening.String()
		for _, r := range card.Rows {
			got += " " + r.BusinessOn[5:] + ":" + r.Balance.String()
		}
		if got != "7 10-01:107 10-05:77 11-02:57" || card.Now.String() != "57" {
			t.Fatalf("card %s, now %s", got, card.Now)
		}
	})
}

func TestDrafts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		d := w.receipt("随便", inventory.Line{}, w.quilts("约200"))
		saved, err := w.inv.SaveDraft(w.ctx, w.keeper, d)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("what was typed comes back, wrong as it is", func(t *testing.T) {
			got, err := w.inv.Draft(w.ctx, w.keeper, saved.ID)
			if err != nil || got.BusinessOn != "随便" || len(got.Lines) != 1 || got.Lines[0].Qty != "约200" {
				t.Fatalf("%+v %v", got, err)
			}
		})
		t.Run("a second save of the same form is the same draft", func(t *testing.T) {
			again, err := w.inv.SaveDraft(w.ctx, w.keeper, d)
			if err != nil || again.ID != saved.ID {
				t.Fatalf("%v %v", again.ID, err)
			}
		})
		t.Run("an older page does not overwrite a newer one", func(t *testing.T) {
			old := saved
			saved.Lines = []inventory.Line{w.quilts("200")}
			saved.BusinessOn = "2026-11-24"
			var err error
			if saved, err = w.inv.SaveDraft(w.ctx, w.keeper, saved); err != nil {
				t.Fatal(err)
			}
			if _, err := w.inv.SaveDraft(w.ctx, w.keeper, old); !errors.Is(err, errs.Conflict) {
				t.Fatalf("got %v", err)
			}
		})
		t.Run("posting closes it, once", func(t *testing.T) {
			v := w.post(saved)
			if again := w.post(saved); again.ID != v.ID {
				t.Fatal("booked twice")
			}
			got, err := w.inv.Draft(w.ctx, w.keeper, saved.ID)
			if err != nil || got.Status != "posted" || got.VoucherID != v.ID {
				t.Fatalf("%+v %v", got, err)
			}
		})
		t.Run("posting the page that was saved and left closes it too", func(t *testing.T) {
			page := w.receipt("2026-11-24", w.quilts("3"))
			kept, err := w.inv.SaveDraft(w.ctx, w.keeper, page)
			if err != nil {
				t.Fatal(err)
			}
			v := w.post(page)
			got, err := w.inv.Draft(w.ctx, w.keeper, kept.ID)
			if err != nil || got.Status != "posted" || got.VoucherID != v.ID {
				t.Fatalf("%+v %v", got, err)
			}
		})
		t.Run("a page gone back to after posting is no draft any more", func(t *testing.T) {
			page := w.receipt("2026-11-24", w.quilts("3"))
			v := w.post(page)
			if _, err := w.inv.SaveDraft(w.ctx, w.keeper, page); !errors.Is(err, errs.Conflict) || !strings.Contains(errs.MessageOf(err), v.Number) {
				t.Errorf("%v", err)
			}
		})
		t.Run("what somebody went on with meanwhile is not posted over", func(t *testing.T) {
			mine, err := w.inv.SaveDraft(w.ctx, w.keeper, w.receipt("2026-11-24", w.quilts("3")))
			if err != nil {
				t.Fatal(err)
			}
			theirs := mine
			theirs.Lines = []inventory.Line{w.quilts("4")}
			if theirs, err = w.inv.SaveDraft(w.ctx, w.keeper, theirs); err != nil {
				t.Fatal(err)
			}
			if _, err := w.inv.PostDraft(w.ctx, w.keeper, mine); !errors.Is(err, errs.Conflict) {
				t.Errorf("%v", err)
			}
			w.post(theirs)
		})
		w.mustCheck()
	})
}

// TestWhatMayBeIssued holds 可用 to one meaning: what is there and may leave.
func TestWhatMayBeIssued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-01", inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "10", LotNo: "A_1"},
			inventory.Line{ItemID: w.quilt.ID, Item: "棉被", Qty: "7", LotNo: "AB1", Expires: "2026-10"}))
		t.Run("the list counts what has expired as there, not as usable", func(t *testing.T) {
			rows, _, err := w.inv.StockByItem(w.ctx, w.planner, inventory.StockFilter{ItemID: w.quilt.ID}, 10)
			if err != nil || len(rows) != 1 || rows[0].Qty.String() != "17" || rows[0].Available.String() != "10" || rows[0].Expired.String() != "7" {
				t.Errorf("%+v %v", rows, err)
			}
		})
		t.Run("a refusal says what is there beside it", func(t *testing.T) {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.issue("2026-11-24", w.quilts("12")))
			wantField(t, err, "line.1.qty", "可用 10 床")
			wantField(t, err, "line.1.qty", "另有 7 床已过期或冻结")
		})
		t.Run("a sign in a lot number means itself", func(t *testing.T) {
			for query, want := range map[string]int{"A_1": 1, "a_1": 1, "A%1": 0, "A": 2, "_": 1, "%": 0} {
				rows, _, err := w.inv.StockByLot(w.ctx, w.planner, inventory.StockFilter{LotNo: query}, 10)
				if err != nil || len(rows) != want {
					t.Errorf("%q finds %d lots, want %d; %v", query, len(rows), want, err)
				}
			}
		})
	})
}
