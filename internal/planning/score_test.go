package planning_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestScoresListStreetsWithTheirVillages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		b, err := w.Scores(w.ctx, w.planner, planning.ScoreFilter{})
		w.must(err)
		var names []string
		for _, r := range b.Rows {
			names = append(names, r.Depot.Code+"/"+r.Street.Name+fmt.Sprint(r.Score.Points))
		}
		if got := strings.Join(names, " "); got != "GTL/高塘岭街道40 XT/高塘岭街道40 AZW/丁字湾街道20" {
			t.Errorf("rows %s", got)
		}
		want := []planning.TierScore{{Tier: place.Township, Depots: 2, Mean: 30}, {Tier: place.Village, Depots: 1, Mean: 40, Bare: 1}}
		if !slices.Equal(b.Tiers, want) || !b.All || len(b.Streets) != 2 {
			t.Errorf("tiers %+v, streets %v", b.Tiers, b.Streets)
		}
		for what, c := range map[string]struct {
			filter planning.ScoreFilter
			rows   int
		}{"a tier": {planning.ScoreFilter{Tier: place.Village}, 1}, "a street": {planning.ScoreFilter{Street: "430112001000"}, 2}, "failing": {planning.ScoreFilter{Failing: true}, 3}} {
			if b, err := w.Scores(w.ctx, w.planner, c.filter); err != nil || len(b.Rows) != c.rows || !slices.Equal(b.Tiers, want) {
				t.Errorf("%s: %d rows, %v, %v", what, len(b.Rows), b.Tiers, err)
			}
		}
		own, err := w.Scores(w.ctx, w.keeper, planning.ScoreFilter{})
		w.must(err)
		if len(own.Rows) != 1 || own.Rows[0].Depot.ID != w.first.ID || own.All || own.Tiers[1].Bare != 0 || !own.Rows[0].MayRectify {
			t.Errorf("the keeper sees %+v", own)
		}
		if b, err := w.Scores(w.ctx, w.leader, planning.ScoreFilter{}); err != nil || b.Rows[0].MayRectify {
			t.Errorf("the leader may rectify; %v", err)
		}
		_, err = w.Scores(w.ctx, grant(1, "钟磊", access.System, 0), planning.ScoreFilter{})
		wantKind(t, err, errs.Forbidden, "储备计划查看")
	})
}

func TestScoreIsOfLiveData(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		at := w.first.ID
		w.wantRule(at, plan.RuleListed, false, "账上没有物资")
		w.book(ledger.Receipt, at, "2026-09-01", "", 10)
		w.wantRule(at, plan.RuleListed, true, "最近动账 2026-09-01")
		w.wantRule(at, plan.RuleCounted, false, "一年内没有清点")
		t.Run("what expired counts until it is gone", func(t *testing.T) {
			w.book(ledger.Receipt, at, "2026-09-02", "2026-11-24", 2)
			w.book(ledger.Receipt, at, "2026-09-02", "2026-11-25", 2)
			w.wantRule(at, plan.RuleFresh, false, "过期 1 批")
			w.book(ledger.Disposal, at, "2026-11-25", "2026-11-24", -2)
			w.wantRule(at, plan.RuleFresh, true, "没有过期")
		})
		t.Run("a stocktake voucher counts, unless it was taken back", func(t *testing.T) {
			w.book(ledger.Adjustment, at, "2026-09-30", "", -1)
			w.wantRule(at, plan.RuleCounted, false, "上次清点 2026-09-30")
			v := w.book(ledger.Adjustment, at, "2026-10-01", "", -1)
			w.wantRule(at, plan.RuleCounted, true, "上次清点 2026-10-01")
			w.reverse(v)
			w.wantRule(at, plan.RuleCounted, false, "上次清点 2026-09-30")
		})
		t.Run("applied ledgers count by their day and kind", func(t *testing.T) {
			w.ledgerOf("movement_journal", "2026-10-20", at, 0)
			in := w.book(ledger.Receipt, at, "2026-10-21", "", 1)
			w.ledgerOf("stock_list", "2026-10-21", at, in.ID) // goods received
			w.wantRule(at, plan.RuleCounted, false, "上次清点 2026-09-30")
			w.ledgerOf("stocktake", "2026-10-08", at, 0)
			w.wantRule(at, plan.RuleCounted, true, "上次清点 2026-10-08")
			b := w.ledgerOf("stock_list", "2026-11-01", at, 0)
			w.wantRule(at, plan.RuleCounted, true, "上次清点 2026-11-01")
			b.Status, b.Version = "applied", 2
			w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.MoveImport(w.ctx, b, "undone", "甲") }))
			w.wantRule(at, plan.RuleCounted, true, "上次清点 2026-10-08")
		})
		t.Run("a ledger over several depots counts where it booked", func(t *testing.T) {
			w.book(ledger.Receipt, w.village.ID, "2026-09-01", "", 5)
			v := w.book(ledger.Adjustment, w.village.ID, "2026-11-02", "", -1)
			w.ledgerOf("receipt_issue_summary", "2026-11-09", at, v.ID)
			w.wantRule(w.village.ID, plan.RuleCounted, true, "上次清点 2026-11-09")
			w.wantRule(w.second.ID, plan.RuleCounted, false, "一年内没有清点")
		})
		t.Run("a returned form counts", func(t *testing.T) {
			w.form(w.second.ID, "2026-11-11")
			w.wantRule(w.second.ID, plan.RuleCounted, true, "上次清点 2026-11-11")
		})
	})
}

func TestCallsProveThePhone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		at := w.first.ID
		call := func(actor access.Actor, in planning.PhoneInput) error { return w.CheckPhone(w.ctx, actor, at, in) }
		w.must(call(w.planner, planning.PhoneInput{Result: planning.CallReached, On: "2026-09-30"}))
		w.wantRule(at, plan.RulePhone, false, "接通 2026-09-30")
		w.must(call(w.keeper, planning.PhoneInput{Result: planning.CallMissed}))
		w.wantRule(at, plan.RulePhone, false, "未接通 2026-11-25")
		for range 2 { // a second tap
			w.must(call(w.keeper, planning.PhoneInput{Result: planning.CallReached, Remark: " 本人\n接听 "}))
		}
		w.wantRule(at, plan.RulePhone, true, "接通 2026-11-25")
		score, calls, judged, err := w.DepotScore(w.ctx, w.keeper, at)
		if err != nil || !judged || score.Points != 40+20 || len(calls) != 3 || calls[0].Remark != "本人 接听" || calls[0].Phone != w.first.Phone {
			t.Errorf("%+v, %+v, %t, %v", score, calls, judged, err)
		}
		trail, err := w.st.Read().AuditChain(w.ctx, at, 0, 100)
		if err != nil || len(trail) != 3 || trail[2].Act != "depot.call" || !strings.Contains(trail[2].Detail, "已接通") {
			t.Errorf("audit %+v, %v", trail, err)
		}
		t.Run("a new number is another one", func(t *testing.T) {
			d := w.first
			d.Phone = "13999999999"
			w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error { return tx.UpdateDepot(w.ctx, d) }))
			w.wantRule(at, plan.RulePhone, false, "没有核实过")
		})
		t.Run("refused", func(t *testing.T) {
			wantKind(t, call(w.planner, planning.PhoneInput{}), errs.Invalid, "result: ")
			wantKind(t, call(w.planner, planning.PhoneInput{Result: planning.CallReached, On: "2026-11-26"}), errs.Invalid, "还没有到")
			wantKind(t, w.CheckPhone(w.ctx, w.planner, w.second.ID, planning.PhoneInput{Result: planning.CallReached}), errs.Invalid, "没有登记联系电话")
			wantKind(t, call(w.leader, planning.PhoneInput{Result: planning.CallReached}), errs.Forbidden, "整改办理")
			wantKind(t, w.CheckPhone(w.ctx, w.keeper, w.second.ID, planning.PhoneInput{Result: planning.CallReached}), errs.NotFound, "")
		})
		if _, _, judged, err := w.DepotScore(w.ctx, w.planner, w.center.ID); err != nil || judged {
			t.Errorf("the district's depot is judged: %t, %v", judged, err)
		}
	})
}

func TestRectificationsOpenOnceAndCloseWhenPutRight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		open := func(actor access.Actor, in planning.RectifyInput) int {
			t.Helper()
			n, err := w.OpenRectifications(w.ctx, actor, in)
			w.must(err)
			return n
		}
		list := func(actor access.Actor, q planning.RectificationQuery) planning.RectificationPage {
			t.Helper()
			p, err := w.Rectifications(w.ctx, actor, q)
			w.must(err)
			return p
		}
		if n := open(w.keeper, planning.RectifyInput{}); n != 3 { // list, counted, phone of the own depot
			t.Errorf("the keeper opens %d", n)
		}
		all := planning.RectifyInput{DueOn: "2026-11-28"}
		if n, again := open(w.planner, all), open(w.planner, all); n != 3+4 || again != 0 {
			t.Errorf("the planner opens %d and %d more", n, again)
		}
		p := list(w.planner, planning.RectificationQuery{})
		if p.Open != 10 || p.Late != 0 || len(p.Rows) != 10 || p.Rows[0].DueOn != "2026-11-28" || p.Rows[9].DueOn != "2026-12-25" || p.Rows[9].Responsible != "李红梅" {
			t.Errorf("%+v", p)
		}
		of := map[string]planning.RectificationRow{}
		for _, r := range p.Rows {
			of[r.Depot.Code+" "+string(r.Rule)] = r
		}
		if r := of["AZW keeper"]; r.Responsible != "丁字湾街道办事处" || !strings.Contains(r.Text, "没有登记保管员") {
			t.Errorf("without a keeper: %+v", r)
		}
		if p := list(w.keeper, planning.RectificationQuery{}); len(p.Rows) != 3 || !p.Rows[0].MayClose || len(p.Depots) != 1 {
			t.Errorf("the keeper sees %+v", p)
		}
		if p := list(w.leader, planning.RectificationQuery{Street: "430112001000"}); len(p.Rows) != 6 || p.Rows[0].MayClose || p.Open != 6 {
			t.Errorf("the leader sees %+v", p)
		}
		t.Run("not before live data say so", func(t *testing.T) {
			row := of["GTL phone"]
			shut := func(actor access.Actor, text string) error {
				return w.CloseRectification(w.ctx, actor, row.ID, planning.CloseInput{Evidence: text, LockNo: row.LockNo})
			}
			wantKind(t, shut(w.keeper, "已核实"), errs.Conflict, "还没有整改到位：电话 13900001002 没有核实过")
			wantKind(t, shut(w.planner, "特批"), errs.Conflict, "还没有整改到位")
			w.must(w.CheckPhone(w.ctx, w.keeper, w.first.ID, planning.PhoneInput{Result: planning.CallReached}))
			wantKind(t, shut(w.keeper, " "), errs.Invalid, "evidence: ")
			wantKind(t, shut(w.leader, "已核实"), errs.Forbidden, "")
			stale := planning.CloseInput{Evidence: "已核实", LockNo: row.LockNo + 1}
			wantKind(t, w.CloseRectification(w.ctx, w.keeper, row.ID, stale), errs.Conflict, "刚刚被别人修改")
			w.must(shut(w.keeper, "已核实"))
			w.must(shut(w.keeper, "已核实")) // a second tap
			wantKind(t, shut(w.planner, "已核实"), errs.Conflict, "已由李红梅于 2026-11-25 销号")
			closed := list(w.planner, planning.RectificationQuery{State: planning.StateClosed})
			if len(closed.Rows) != 1 || closed.Rows[0].Evidence != "已核实" || closed.Open != 9 || closed.Rows[0].MayClose {
				t.Errorf("closed: %+v", closed)
			}
			wantKind(t, w.CloseRectification(w.ctx, w.keeper, of["AZW list"].ID, planning.CloseInput{Evidence: "x"}), errs.NotFound, "")
		})
		t.Run("what fails again is a new one; after its day it is late", func(t *testing.T) {
			w.now = time.Date(2027, 1, 4, 4, 0, 0, 0, time.UTC) // the next quarter
			if n := open(w.keeper, planning.RectifyInput{Responsible: "张三"}); n != 1 {
				t.Errorf("opened %d", n)
			}
			p := list(w.planner, planning.RectificationQuery{State: planning.StateLate})
			if p.Open != 10 || p.Late != 9 || len(p.Rows) != 9 || !p.Rows[0].Late {
				t.Errorf("%d open, %d late, %d rows", p.Open, p.Late, len(p.Rows))
			}
		})
		_, err := w.OpenRectifications(w.ctx, w.planner, planning.RectifyInput{DueOn: "2026-11-24"})
		wantKind(t, err, errs.Invalid, "due_on: ")
		_, err = w.OpenRectifications(w.ctx, w.leader, planning.RectifyInput{})
		wantKind(t, err, errs.Forbidden, "整改办理")
	})
}

func TestRectificationsPageByKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newStreets(t, e)
		const more = planning.RectificationPageSize + 7
		w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error {
			for i := range more {
				d := place.Depot{ID: tx.NewID(), Code: fmt.Sprintf("V%03d", i), Name: fmt.Sprintf("点 %d", i), Tier: place.Village, Keeper: "甲", Phone: "1"}
				if err := tx.InsertDepot(w.ctx, d); err != nil {
					return err
				}
				r := plan.Rectification{DepotID: d.ID, Rule: plan.RuleListed, Text: "x", Responsible: "甲", DueOn: fmt.Sprintf("2026-12-%02d", 1+i%3), OpenedOn: "2026-11-25"}
				if err := tx.InsertRectifications(w.ctx, []plan.Rectification{r}); err != nil {
					return err
				}
			}
			return nil
		}))
		seen, shown, q := map[id.ID]bool{}, 0, planning.RectificationQuery{}
		for page := 0; ; page++ {
			p, err := w.Rectifications(w.ctx, w.planner, q)
			w.must(err)
			for _, r := range p.Rows {
				seen[r.ID] = true
				shown++
			}
			if !p.More {
				if page != 1 || len(seen) != more || shown != more {
					t.Errorf("%d pages, %d rows, %d of them different", page+1, shown, len(seen))
				}
				return
			}
			last := p.Rows[len(p.Rows)-1]
			q.AfterOn, q.AfterID = last.DueOn, last.ID
		}
	})
}
