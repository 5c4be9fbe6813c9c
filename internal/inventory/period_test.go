package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func (w *world) closeMonth(m ledger.Month) {
	w.t.Helper()
	got, err := w.inv.ClosePeriods(w.ctx, w.planner, m, []id.ID{w.depot.ID})
	if err != nil || len(got) != 1 || got[0].Err != nil {
		w.t.Fatalf("close %s: %v %v", m, got, err)
	}
}

// summary writes a month's summary of the depot, a line per item.
func (w *world) summary(m ledger.Month) []string {
	w.t.Helper()
	sum, err := w.inv.Summary(w.ctx, w.planner, inventory.SummaryFilter{Month: m, DepotID: w.depot.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, r := range sum.Rows {
		line := fmt.Sprintf("%s %s+%s-%s=%s", r.Item.Name, r.Opening, r.Received, r.Issued, r.Closing)
		if r.Amounts != nil {
			line += fmt.Sprintf(" %s+%s-%s=%s", r.Amounts.Opening, r.Amounts.Received, r.Amounts.Issued, r.Amounts.Closing)
		}
		lines = append(lines, line)
	}
	if len(sum.Open) > 0 {
		lines = append(lines, "open")
	}
	return lines
}

func wantError(t testing.TB, err error, kind error, part string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(errs.MessageOf(err), part) {
		t.Errorf("%v, want %v with %q", err, kind, part)
	}
}

func TestClosingMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		priced := w.quilts("10")
		priced.Price = "186.50"
		first := w.post(w.receipt("2026-08-20", priced, inventory.Line{ItemID: w.rice.ID, Item: w.rice.Label(), Qty: "1.5"}))
		w.post(w.issue("2026-09-05", w.quilts("4")))
		wrong := w.post(w.issue("2026-09-30", w.quilts("3")))
		if _, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: wrong.ID, BusinessOn: "2026-10-08", Reason: "录错", ClientKey: inventory.NewKey()}); err != nil {
			t.Fatal(err)
		}
		august := []string{"棉被 0+10-0=10 0.00+1865.00-0.00=1865.00", "大米 0+1.5-0=1.5"}
		september := []string{"棉被 10+0-7=3 1865.00+0.00-1305.50=559.50", "大米 1.5+0-0=1.5"}
		october := []string{"棉被 3+0--3=6 559.50+0.00--559.50=1119.00", "大米 1.5+0-0=1.5"}
		t.Run("nothing is closed: the figures are computed and said to be open", func(t *testing.T) {
			for m, want := range map[ledger.Month][]string{"2026-07": nil, "2026-08": august, "2026-09": september, "2026-10": october} {
				if diff := cmp.Diff(append(slices.Clone(want), "open"), w.summary(m)); diff != "" {
					t.Errorf("%s: %s", m, diff)
				}
			}
		})
		t.Run("a month that is not over cannot be closed, nor no depot at all", func(t *testing.T) {
			_, err := w.inv.ClosePeriods(w.ctx, w.planner, "2026-11", []id.ID{w.depot.ID})
			wantError(t, err, errs.Invalid, "2026-12-01 起才能月结")
			_, err = w.inv.ClosePeriods(w.ctx, w.planner, "2026-09", nil)
			wantError(t, err, errs.Invalid, "勾选")
		})
		t.Run("the first close takes all months before it along", func(t *testing.T) {
			w.closeMonth("2026-09")
			for m, want := range map[ledger.Month][]string{"2026-08": august, "2026-09": september, "2026-10": append(slices.Clone(october), "open")} {
				if diff := cmp.Diff(want, w.summary(m)); diff != "" {
					t.Errorf("%s: %s", m, diff)
				}
			}
		})
		t.Run("nothing is posted into it any more, of any kind", func(t *testing.T) {
			for _, on := range []string{"2026-09-30", "2026-08-01"} {
				_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt(on, w.quilts("1")))
				wantField(t, err, "business_on", "已月结")
				wantField(t, err, "business_on", "反结账")
			}
			_, err := w.inv.Reverse(w.ctx, w.keeper, inventory.ReverseRequest{VoucherID: first.ID, BusinessOn: "2026-09-30", Reason: "录错", ClientKey: inventory.NewKey()})
			wantField(t, err, "business_on", "已月结")
			w.post(w.receipt("2026-10-01", w.quilts("1")))
		})
		t.Run("another depot's books go on", func(t *testing.T) {
			d := w.receipt("2026-09-30", w.quilts("1"))
			d.DepotID = w.other.ID
			if _, err := w.inv.PostDraft(w.ctx, w.stranger, d); err != nil {
				t.Error(err)
			}
		})
		t.Run("months follow each other, and one that fails does not stop others", func(t *testing.T) {
			w.closeMonth("2026-10")
			got, err := w.inv.ClosePeriods(w.ctx, w.planner, "2026-10", []id.ID{w.other.ID, w.depot.ID, w.other.ID, 7})
			if err != nil || len(got) != 3 {
				t.Fatalf("%v %v", got, err)
			}
			wantError(t, got[0].Err, errs.NotFound, "没有")
			wantError(t, got[1].Err, errs.Conflict, "已经月结")
			if got[2].Err != nil || got[2].Depot != w.other.Name {
				t.Errorf("the other depot: %v", got[2])
			}
		})
		t.Run("who closed what stands in the depot's trail", func(t *testing.T) {
			page, err := w.st.Read().AuditPage(w.ctx, 0, 0, "period.close", 10)
			if err != nil || len(page) != 3 || page[0].ActorName != "王芳" || page[0].Object != "2026年10月账期" || page[0].Chain != int64(w.other.ID) {
				t.Errorf("%+v %v", page, err)
			}
		})
		w.mustCheck()
	})
}

func TestClosingIsForPlanners(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	for _, a := range []access.Actor{w.keeper, actor(7, "钱伟", access.Leader, 0), actor(8, "梁静", access.Audit, 0), {}} {
		if _, err := w.inv.ClosePeriods(w.ctx, a, "2026-10", []id.ID{w.depot.ID}); errs.KindOf(err) != errs.Forbidden && errs.KindOf(err) != errs.Unauthenticated {
			t.Errorf("%s: %v", a.Name, err)
		}
		if _, err := w.inv.AskReopening(w.ctx, a, w.depot.ID, "2026-10", "x"); err == nil {
			t.Errorf("%s may ask", a.Name)
		}
	}
	here := actor(9, "张磊", access.Planner, w.depot.ID)
	got, err := w.inv.ClosePeriods(w.ctx, here, "2026-10", []id.ID{w.depot.ID, w.other.ID})
	if err != nil || got[0].Err != nil {
		t.Fatal(got, err)
	}
	wantError(t, got[1].Err, errs.NotFound, "无权查看")
	if _, err := w.inv.Summary(w.ctx, here, inventory.SummaryFilter{Month: "2026-10", DepotID: w.other.ID}); !errors.Is(err, errs.NotFound) {
		t.Errorf("another depot's summary: %v", err)
	}
	if _, err := w.inv.Summary(w.ctx, actor(6, "钟磊", access.System, 0), inventory.SummaryFilter{Month: "2026-10"}); !errors.Is(err, errs.Forbidden) {
		t.Errorf("a summary for the system administrator: %v", err)
	}
}

func TestReopening(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		leader, second := actor(104, "钱伟", access.Leader, 0), actor(105, "赵敏", access.Planner, 0)
		w.post(w.receipt("2026-07-20", w.quilts("10")))
		for _, m := range []ledger.Month{"2026-08", "2026-09", "2026-10"} {
			w.closeMonth(m)
		}
		ask := func(m ledger.Month) store.Reopening {
			t.Helper()
			r, err := w.inv.AskReopening(w.ctx, w.planner, w.depot.ID, m, " 9 月 12 日的入库单漏记 ")
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		t.Run("only a closed month with figures of its own, and with a reason", func(t *testing.T) {
			for m, want := range map[ledger.Month]string{"2026-11": "没有月结", "2026-07": "请申请反结2026年8月"} {
				_, err := w.inv.AskReopening(w.ctx, w.planner, w.depot.ID, m, "x")
				if err == nil || !strings.Contains(errs.MessageOf(err), want) {
					t.Errorf("%s: %v", m, err)
				}
			}
			_, err := w.inv.AskReopening(w.ctx, w.planner, w.depot.ID, "2026-10", " ")
			wantField(t, err, "reason", "原因")
			_, err = w.inv.AskReopening(w.ctx, w.planner, w.depot.ID, "2026-10", strings.Repeat("错", 201))
			wantField(t, err, "reason", "200")
			_, err = w.inv.AskReopening(w.ctx, w.planner, w.other.ID, "2026-10", "x")
			wantError(t, err, errs.Conflict, "没有月结")
		})
		t.Run("one request waits at a time; who asked may withdraw it, nobody else", func(t *testing.T) {
			r := ask("2026-09")
			_, err := w.inv.AskReopening(w.ctx, second, w.depot.ID, "2026-10", "x")
			wantError(t, err, errs.Conflict, "等待审批")
			wantError(t, w.inv.WithdrawReopening(w.ctx, second, r.ID), errs.Forbidden, "申请人")
			if err := w.inv.WithdrawReopening(w.ctx, w.planner, r.ID); err != nil {
				t.Fatal(err)
			}
			_, err = w.inv.DecideReopening(w.ctx, leader, r.ID, true)
			wantError(t, err, errs.Conflict, "刷新")
		})
		t.Run("a second person decides, and a refusal leaves the month closed", func(t *testing.T) {
			r := ask("2026-09")
			_, err := w.inv.DecideReopening(w.ctx, w.planner, r.ID, true)
			wantError(t, err, errs.Forbidden, "第二人")
			_, err = w.inv.DecideReopening(w.ctx, w.keeper, r.ID, true)
			wantError(t, err, errs.Forbidden, "反结账审批")
			_, err = w.inv.DecideReopening(w.ctx, w.stranger, r.ID, true)
			wantError(t, err, errs.NotFound, "申请")
			if _, err := w.inv.DecideReopening(w.ctx, leader, r.ID, false); err != nil {
				t.Fatal(err)
			}
			_, err = w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-10-12", w.quilts("1")))
			wantField(t, err, "business_on", "已月结")
		})
		t.Run("approving opens the month and all later ones, and no earlier one", func(t *testing.T) {
			r := ask("2026-09")
			if got, err := w.inv.DecideReopening(w.ctx, second, r.ID, true); err != nil || got.Status != store.ReopeningApproved {
				t.Fatal(got, err)
			}
			w.post(w.receipt("2026-09-12", w.quilts("5")))
			_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-08-31", w.quilts("1")))
			wantField(t, err, "business_on", "已月结")
			if got := w.summary("2026-10"); got[0] != "棉被 15+0-0=15" || got[1] != "open" {
				t.Error(got)
			}
			w.closeMonth("2026-09")
			if got := w.summary("2026-09"); len(got) != 1 || got[0] != "棉被 10+5-0=15" {
				t.Error(got)
			}
		})
		t.Run("opening the first closed month opens all before it", func(t *testing.T) {
			if _, err := w.inv.DecideReopening(w.ctx, leader, ask("2026-08").ID, true); err != nil {
				t.Fatal(err)
			}
			w.post(w.receipt("2026-01-05", w.quilts("1")))
			w.closeMonth("2026-07")
			if got := w.summary("2026-07"); len(got) != 1 || got[0] != "棉被 1+10-0=11" {
				t.Error(got)
			}
		})
		t.Run("every step stands in the trail", func(t *testing.T) {
			for act, n := range map[string]int{"ask": 4, "withdraw": 1, "refuse": 1, "approve": 2} {
				page, err := w.st.Read().AuditPage(w.ctx, 0, 0, "period.reopen."+act, 10)
				if err != nil || len(page) != n || page[0].Chain != int64(w.depot.ID) {
					t.Errorf("%s: %+v %v", act, page, err)
				}
				if act == "approve" && !strings.Contains(page[1].Detail, "2026-09 至 2026-10；申请人：王芳；原因：9 月") {
					t.Error(page[1].Detail)
				}
			}
		})
		w.mustCheck()
	})
}

func TestPeriodBoard(t *testing.T) {
	w := newWorld(t, storetest.SQLite())
	w.post(w.receipt("2026-07-20", w.quilts("10")))
	w.closeMonth("2026-08")
	w.closeMonth("2026-09")
	for _, on := range []string{"2026-10-05", "2026.10.31", "10月7日", "", "2026-09-30", "后天"} {
		d := w.receipt(on, w.quilts("1"))
		if _, err := w.inv.SaveDraft(w.ctx, w.keeper, d); err != nil {
			t.Fatal(err)
		}
	}
	r, err := w.inv.AskReopening(w.ctx, w.planner, w.depot.ID, "2026-09", "漏记")
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.inv.Periods(w.ctx, w.planner, "2026-10")
	if err != nil || len(b.Depots) != 2 || b.Months[0] != "2026-05" || b.Months[5] != "2026-10" {
		t.Fatalf("%+v %v", b, err)
	}
	d, other := b.Depots[0], b.Depots[1]
	covered, closed, open := inventory.PeriodCovered, inventory.PeriodClosed, inventory.PeriodOpen
	if diff := cmp.Diff([]inventory.PeriodState{covered, covered, covered, closed, closed, open}, d.States); diff != "" {
		t.Error(diff)
	}
	if d.Last != "2026-09" || d.Drafts != 3 || d.Why != nil || d.Closed != nil || !d.Asked || d.MayAsk {
		t.Errorf("%+v", d)
	}
	if other.Last != "" || other.Drafts != 0 || other.Why != nil || slices.ContainsFunc(other.States, func(s inventory.PeriodState) bool { return s != open }) {
		t.Errorf("%+v", other)
	}
	if len(b.Reopenings) != 1 || b.Reopenings[0].ID != r.ID || b.Reopenings[0].MayDecide || !b.Reopenings[0].MayWithdraw || len(b.Reopenings[0].Opens) != 1 {
		t.Errorf("%+v", b.Reopenings)
	}
	b, err = w.inv.Periods(w.ctx, w.keeper, "2026-09")
	if err != nil || len(b.Depots) != 1 || !errors.Is(b.Depots[0].Why, errs.Forbidden) || b.Depots[0].Closed == nil || b.Depots[0].Closed.ActorName != "王芳" {
		t.Errorf("a keeper's board: %+v %v", b, err)
	}
	if b, err = w.inv.Periods(w.ctx, actor(7, "钱伟", access.Leader, 0), "2026-09"); err != nil || !b.Reopenings[0].MayDecide || b.Reopenings[0].MayWithdraw {
		t.Errorf("a leader's board: %+v %v", b.Reopenings, err)
	}
}

// TestClosingWhilePosting closes a month in the middle of a crowd that posts
// into it: what is booked is in the month's figures, all else is refused.
func TestClosingWhilePosting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		var booked, refused atomic.Int64
		var crowd sync.WaitGroup
		for n := range 8 {
			crowd.Go(func() {
				for range 6 {
					if n == 0 && booked.Load() > 5 {
						if got, err := w.inv.ClosePeriods(w.ctx, w.planner, "2026-10", []id.ID{w.depot.ID}); err != nil || got[0].Err != nil && !errors.Is(got[0].Err, errs.Conflict) {
							t.Error(got, err)
						}
					}
					_, err := w.inv.PostDraft(w.ctx, w.keeper, w.receipt("2026-10-31", w.quilts("1")))
					switch {
					case err == nil:
						booked.Add(1)
					case strings.Contains(err.Error(), "已月结"):
						refused.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		crowd.Wait()
		if got, err := w.inv.ClosePeriods(w.ctx, w.planner, "2026-10", []id.ID{w.depot.ID}); err != nil || got[0].Err != nil && !errors.Is(got[0].Err, errs.Conflict) {
			t.Fatal(got, err)
		}
		n := booked.Load()
		if got := w.summary("2026-10"); len(got) != 1 || got[0] != fmt.Sprintf("棉被 0+%d-0=%d", n, n) {
			t.Errorf("%d booked, %d refused: %v", n, refused.Load(), got)
		}
		t.Logf("%d booked, %d refused", n, refused.Load())
		w.mustCheck()
	})
}
