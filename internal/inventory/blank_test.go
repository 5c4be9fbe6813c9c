package inventory_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// blanks prints blanks of a type and gives their numbers.
func (w *world) blanks(who access.Actor, depot id.ID, t ledger.Type, n int) []string {
	w.t.Helper()
	batch, err := w.inv.PrintBlanks(w.ctx, who, inventory.BlankRequest{DepotID: depot, Type: t, Count: n, ClientKey: inventory.NewKey()})
	if err != nil {
		w.t.Fatal(err)
	}
	_, list, err := w.inv.BlankBatch(w.ctx, who, batch)
	if err != nil {
		w.t.Fatal(err)
	}
	var numbers []string
	for _, b := range list {
		numbers = append(numbers, b.Number)
	}
	return numbers
}

func TestBlanksAreNumberedWithoutGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		got := fmt.Sprint(w.blanks(w.keeper, w.depot.ID, ledger.Receipt, 2), w.blanks(w.keeper, w.depot.ID, ledger.Issue, 1), w.blanks(w.stranger, w.other.ID, ledger.Transfer, 1))
		if want := "[KB-WC01-2026-000001 KB-WC01-2026-000002] [KB-WC01-2026-000003] [KB-GTL-2026-000001]"; got != want {
			t.Errorf("numbers %s, want %s", got, want)
		}
		r := inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue, Count: 5, ClientKey: inventory.NewKey()}
		batches := map[id.ID]bool{}
		for _, a := range crowd(4, func(int) (ledger.Voucher, error) {
			batch, err := w.inv.PrintBlanks(w.ctx, w.keeper, r)
			return ledger.Voucher{ID: batch}, err
		}) {
			if a.err != nil {
				t.Fatal(a.err)
			}
			batches[a.voucher.ID] = true
		}
		if list := w.list(w.keeper, inventory.BlankFilter{}); len(batches) != 1 || len(list.Rows) != 8 || list.Counts.Open != 8 {
			t.Errorf("a form sent four times made %d printings, %d blanks, %+v", len(batches), len(list.Rows), list.Counts)
		}
		w.mustCheck()
		for name, c := range map[string]struct {
			who   access.Actor
			r     inventory.BlankRequest
			kind  errs.Kind
			field string
		}{
			"none":                   {w.keeper, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue}, errs.Invalid, "count"},
			"too many":               {w.keeper, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue, Count: 101}, errs.Invalid, "count"},
			"of a type without":      {w.keeper, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Disposal, Count: 1}, errs.Invalid, "type"},
			"without a depot":        {w.keeper, inventory.BlankRequest{Type: ledger.Issue, Count: 1}, errs.Invalid, "depot"},
			"at another's depot":     {w.stranger, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue, Count: 1}, errs.NotFound, ""},
			"by who may not post":    {w.planner, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue, Count: 1}, errs.Forbidden, ""},
			"by a page without keys": {w.keeper, inventory.BlankRequest{DepotID: w.depot.ID, Type: ledger.Issue, Count: 1, ClientKey: "x"}, errs.Invalid, ""},
		} {
			if c.r.ClientKey == "" {
				c.r.ClientKey = inventory.NewKey()
			}
			_, err := w.inv.PrintBlanks(w.ctx, c.who, c.r)
			if errs.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
			if c.field != "" {
				wantField(t, err, c.field, "")
			}
		}
		if n := len(w.list(w.keeper, inventory.BlankFilter{}).Rows); n != 8 {
			t.Errorf("%d blanks after refusals, want 8", n)
		}
	})
}

func (w *world) list(who access.Actor, f inventory.BlankFilter) inventory.BlankList {
	w.t.Helper()
	l, err := w.inv.Blanks(w.ctx, who, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func TestABlankIsEnteredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		numbers := w.blanks(w.keeper, w.depot.ID, ledger.Receipt, 3)
		foreign := w.blanks(w.stranger, w.other.ID, ledger.Receipt, 1)[0]
		issue := w.blanks(w.keeper, w.depot.ID, ledger.Issue, 1)[0]
		on := func(blank string) inventory.Draft {
			d := w.receipt("2026-11-23", w.quilts("10"))
			d.BlankNo = blank
			return d
		}
		// As a scanner reads the code on the paper, in full-width signs as an
		// input method makes them.
		d := on("http：//Host:8080/blanks/" + strings.ToLower(numbers[0]))
		v := w.post(d)
		if v.BlankNo != numbers[0] {
			t.Errorf("the voucher names %q", v.BlankNo)
		}
		if again := w.post(d); again.ID != v.ID || !again.Again {
			t.Errorf("a second tap gives %s", again.Number)
		}
		w.mustCheck()
		b, err := w.inv.Blank(w.ctx, w.keeper, numbers[0])
		if err != nil || b.VoucherID != v.ID || b.VoucherNumber != v.Number || b.EnteredName != "周静" || inventory.BlankStateOf(b) != inventory.BlankEntered {
			t.Errorf("blank %+v, %v", b, err)
		}
		if _, err := w.inv.SpoilBlank(w.ctx, w.keeper, numbers[1], "打印不清"); err != nil {
			t.Fatal(err)
		}
		refused := map[string]struct{ blank, says string }{
			"a second time":       {numbers[0], "已由周静录入为 " + v.Number},
			"spoiled":             {numbers[1], "已由周静作废（打印不清）"},
			"not there":           {"KB-WC01-2026-999999", "没有空白单「KB-WC01-2026-999999」"},
			"of another's depot":  {foreign, "没有空白单"},
			"of another type":     {issue, "是出库单，不能录成入库单"},
			"a voucher's number":  {v.Number, "没有空白单"},
			"a very long nothing": {strings.Repeat("9", 300), "没有空白单"},
		}
		for name, c := range refused {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, on(c.blank))
			wantField(t, err, "blank_no", c.says)
			if kind := errs.KindOf(err); kind != errs.Conflict && kind != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		both := w.keeper
		both.Grants = append(both.Grants, w.stranger.Grants...)
		_, err = w.inv.PostDraft(w.ctx, both, on(foreign))
		wantField(t, err, "blank_no", "是「高塘岭街道库」的")
		move := w.receipt("2026-11-23", w.quilts("1"))
		move.Type, move.Reason, move.BlankNo = ledger.Disposal, "毁损", numbers[2]
		_, err = w.inv.PostDraft(w.ctx, w.keeper, move)
		wantField(t, err, "blank_no", "报废单没有空白单")

		t.Run("a refused voucher leaves its blank open", func(t *testing.T) {
			bad := on(numbers[2])
			bad.Lines[0].Qty = "很多"
			if _, err := w.inv.PostDraft(w.ctx, w.keeper, bad); errs.KindOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			short := w.issue("2026-11-24", w.quilts("9999"))
			short.BlankNo = issue
			if _, err := w.inv.PostDraft(w.ctx, w.keeper, short); errs.KindOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			for _, n := range []string{numbers[2], issue} {
				if b, err := w.inv.Blank(w.ctx, w.keeper, n); err != nil || inventory.BlankStateOf(b) != inventory.BlankOpen {
					t.Errorf("%+v %v", b, err)
				}
			}
		})
		t.Run("reversing the voucher does not free the blank", func(t *testing.T) {
			r, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: v.ID, Reason: "录错", ClientKey: inventory.NewKey()})
			if err != nil || r.BlankNo != "" {
				t.Fatal(r.BlankNo, err)
			}
			_, err = w.inv.PostDraft(w.ctx, w.keeper, on(numbers[0]))
			wantField(t, err, "blank_no", v.Number)
		})
		t.Run("a saved draft keeps the number and takes no blank", func(t *testing.T) {
			saved, err := w.inv.SaveDraft(w.ctx, w.keeper, on(numbers[2]))
			if err != nil || saved.BlankNo != numbers[2] {
				t.Fatal(saved.BlankNo, err)
			}
			if v := w.post(saved); v.BlankNo != numbers[2] {
				t.Errorf("posted with %q", v.BlankNo)
			}
		})
		t.Run("a voucher is found by the number of its blank", func(t *testing.T) {
			for _, who := range []access.Actor{w.keeper, w.planner} {
				rows, _, err := w.inv.Vouchers(w.ctx, who, inventory.VoucherFilter{Number: numbers[0]})
				if err != nil || len(rows) != 1 || rows[0].ID != v.ID || rows[0].BlankNo != numbers[0] {
					t.Errorf("%s finds %+v, %v", who.Name, rows, err)
				}
			}
		})
		w.mustCheck()
	})
}

// TestOneBlankIsEnteredByOne has eight keepers enter the same sheet at once, of
// a new form each.
func TestOneBlankIsEnteredByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.post(w.receipt("2026-11-20", w.quilts("100")))
		both := w.keeper
		both.Grants = append(both.Grants, w.stranger.Grants...)
		for _, kind := range ledger.BlankTypes {
			t.Run(string(kind), func(t *testing.T) {
				before := w.onHand(w.quilt)
				blank := w.blanks(w.keeper, w.depot.ID, kind, 1)[0]
				got := crowd(8, func(i int) (ledger.Voucher, error) {
					d := w.receipt("2026-11-23", w.quilts("1"))
					if d.Type, d.BlankNo = kind, blank; kind == ledger.Issue {
						d.Reason = "救灾发放"
					} else if kind == ledger.Transfer {
						d.Reason, d.ToDepotID = ledger.TransferReasons[0], w.other.ID
					}
					return w.inv.PostDraft(w.ctx, both, d)
				})
				var won []string
				for _, a := range got {
					if a.err == nil {
						won = append(won, a.voucher.Number)
					}
				}
				if len(won) != 1 {
					t.Fatalf("%d entered it: %v", len(won), won)
				}
				for _, a := range got {
					if a.err != nil {
						wantField(t, a.err, "blank_no", "录入为 "+won[0])
					}
				}
				if rows, _, err := w.inv.Vouchers(w.ctx, w.planner, inventory.VoucherFilter{Number: blank}); err != nil || len(rows) != 1 {
					t.Errorf("%d vouchers name it, %v; on hand %s, before %s", len(rows), err, w.onHand(w.quilt), before)
				}
				w.mustCheck()
			})
		}
		t.Run("entering and giving up at once", func(t *testing.T) {
			blank := w.blanks(w.keeper, w.depot.ID, ledger.Receipt, 1)[0]
			got := crowd(8, func(i int) (ledger.Voucher, error) {
				if i%2 == 0 {
					_, err := w.inv.SpoilBlank(w.ctx, w.keeper, blank, "写错")
					return ledger.Voucher{}, err
				}
				d := w.receipt("2026-11-23", w.quilts("1"))
				d.BlankNo = blank
				return w.inv.PostDraft(w.ctx, w.keeper, d)
			})
			won := 0
			for _, a := range got {
				if a.err == nil {
					won++
				} else if errs.KindOf(a.err) != errs.Conflict {
					t.Errorf("a loser got %v", a.err)
				}
			}
			if won != 1 {
				t.Errorf("%d of them did it", won)
			}
			w.mustCheck()
		})
	})
}

func TestABlankIsSpoiledWithAReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		blank := w.blanks(w.keeper, w.depot.ID, ledger.Issue, 2)
		for _, reason := range []string{" ", strings.Repeat("长", 201)} {
			_, err := w.inv.SpoilBlank(w.ctx, w.keeper, blank[0], reason)
			wantField(t, err, "reason", "原因")
		}
		if _, err := w.inv.SpoilBlank(w.ctx, w.stranger, blank[0], "写错"); !errors.Is(err, errs.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.inv.SpoilBlank(w.ctx, w.planner, blank[0], "写错"); !errors.Is(err, errs.Forbidden) {
			t.Errorf("a planner: %v", err)
		}
		if _, err := w.inv.SpoilBlank(w.ctx, w.keeper, strings.ToLower(blank[0])+" ", "写  错"); err != nil {
			t.Fatal(err)
		}
		_, err := w.inv.SpoilBlank(w.ctx, w.keeper, blank[0], "写错")
		if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.MessageOf(err), "已由周静作废（写 错）") {
			t.Errorf("twice: %v", err)
		}
		for state, want := range map[inventory.BlankState]string{inventory.BlankOpen: blank[1], inventory.BlankSpoiled: blank[0]} {
			if l := w.list(w.planner, inventory.BlankFilter{State: state}); len(l.Rows) != 1 || l.Rows[0].Number != want || l.Counts != (store.BlankCounts{Open: 1, Spoiled: 1}) {
				t.Errorf("%s: %+v", state, l)
			}
		}
		if l := w.list(w.stranger, inventory.BlankFilter{}); len(l.Rows) != 0 || l.Counts != (store.BlankCounts{}) {
			t.Errorf("a stranger sees %+v", l)
		}
		w.mustCheck()
	})
}

func TestBlankPagesNeitherRepeatNorSkip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		for range 3 { // of one moment, so that a page ends inside it
			w.blanks(w.keeper, w.depot.ID, ledger.Issue, 40)
		}
		seen, f := map[string]bool{}, inventory.BlankFilter{}
		for more := true; more; {
			l := w.list(w.keeper, f)
			for _, b := range l.Rows {
				if seen[b.Number] {
					t.Errorf("%s twice", b.Number)
				}
				seen[b.Number] = true
				f.BeforeAt, f.BeforeNumber = b.PrintedAt, b.Number
			}
			more = l.More
		}
		if len(seen) != 120 {
			t.Errorf("%d blanks in the pages, want 120", len(seen))
		}
	})
}

// TestCheckNamesBrokenBlanks spoils what blanks and vouchers say of each other.
func TestCheckNamesBrokenBlanks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, o := e.Fixed(t)
		s := &spoiled{world: newWorld(t, e), raw: storetest.Raw(t, o)}
		n := s.blanks(s.keeper, s.depot.ID, ledger.Receipt, 5)
		enter := func(number string) ledger.Voucher {
			d := s.receipt("2026-11-23", s.quilts("1"))
			d.BlankNo = number
			return s.post(d)
		}
		v, w := enter(n[0]), enter(n[1])
		if _, err := s.inv.SpoilBlank(s.ctx, s.keeper, n[2], "写错"); err != nil {
			t.Fatal(err)
		}
		s.open("voucher")
		set := func(what, number string, args ...any) func() {
			return func() { s.exec("UPDATE blank_paper SET "+what+" WHERE number = ?", append(args, number)...) }
		}
		first, second, third := "空白单 "+n[0], "空白单 "+n[1], "空白单 "+n[2]
		s.each(t, s.kept("voucher", "blank_paper", "depot_head"), []spoil{
			{"freed, to be entered again", set("voucher_id = 0", n[0]), "blank", "单据 " + v.Number, "登记的却是单据 （没有录入）"},
			{"of another voucher", set("voucher_id = ?", n[0], w.ID), "blank", first, "写的不是这张空白单"},
			{"of no voucher", set("voucher_id = 5", n[3]), "blank", "空白单 " + n[3], "登记为录入单据 5"},
			{"of another depot", set("depot_id = ?", n[0], s.other.ID), "blank", "单据 " + v.Number, "储备库或类型不符"},
			{"of another type", set("type = 'issue'", n[0]), "blank", "单据 " + v.Number, "储备库或类型不符"},
			{"of no depot", set("depot_id = 999", n[4]), "orphan", "空白单 " + n[4], "999"},
			{"entered and spoiled", set("spoiled_at = 5", n[1]), "blank", second, "又登记为作废"},
			{"spoiled by nobody the trail knows", set("spoiled_at = 5", n[3]), "blank", "空白单 " + n[3], "与审计记录不符"},
			{"no longer spoiled", set("spoiled_at = 0", n[2]), "blank", third, "登记里却没有作废"},
			{"spoiled for another reason", set("spoiled_reason = '丢失'", n[2]), "blank", third, "与审计记录不符"},
			{"gone", func() { s.exec("DELETE FROM blank_paper WHERE number = ?", n[3]) }, "number", "空白单 " + n[4], "应为 " + n[3]},
			{"the last one gone", func() { s.exec("DELETE FROM blank_paper WHERE number = ?", n[4]) }, "number", "储备库 WC01 KB-2026", "编号记到 5，实有 4 张"},
			{"a spoiled one gone", func() { s.exec("DELETE FROM blank_paper WHERE number = ?", n[2]) }, "blank", third, "登记里没有这张空白单"},
			{"a voucher that names another blank", func() { s.exec("UPDATE voucher SET blank_no = ? WHERE id = ?", n[3], v.ID) }, "blank", "单据 " + v.Number, "登记的却是"},
			{"a voucher that names its blank no more", func() { s.exec("UPDATE voucher SET blank_no = '' WHERE id = ?", v.ID) }, "blank", first, "写的不是这张空白单"},
			{"a voucher that names a blank there is none of", func() { s.exec("UPDATE voucher SET blank_no = 'KB-X' WHERE id = ?", v.ID) }, "blank", "单据 " + v.Number, "没有这张空白单"},
			{"the number is part of the hash", func() { s.exec("UPDATE voucher SET blank_no = '' WHERE id = ?", v.ID) }, "chain", "单据 " + v.Number, "被改动过"},
		})
	})
}
