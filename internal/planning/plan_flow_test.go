package planning_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store/storetest"
)

var yes = planning.Verdict{Approve: true, Document: "望应急〔2026〕9号"}

func TestAPlanGoesItsWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		ctx := t.Context()
		p := r.create(planning.PlanInput{Window: "３０", Remark: "首版"})
		if p.Name != "2026年度应急物资储备计划" || p.FromOn != "2026-01-01" || p.ToOn != "2026-12-31" || p.WindowDays != 30 || p.Version != 1 {
			t.Fatalf("made %+v", p)
		}
		r.refused(r.SubmitPlan(ctx, r.planner, p.ID, p.LockNo), errs.Invalid, "还没有一行")
		r.ok(r.save(p.ID, r.at(r.first), row("SH0001", "100", "60"), row("SH0003", "200")))
		r.ok(r.save(p.ID, everywhere, with(row("SH0004", "5000"), plan.Agreement)))

		r.in("two editors: one wins, the other changes nothing", func() {
			seen := r.lock(p.ID)
			r.ok(r.SaveLines(ctx, r.planner, p.ID, seen, r.at(r.second), []planning.LineInput{row("SH0001", "5")}))
			for what, err := range map[string]error{
				"lines":   r.SaveLines(ctx, r.colleague, p.ID, seen, r.at(r.second), []planning.LineInput{row("SH0003", "9")}),
				"head":    r.SavePlan(ctx, r.colleague, p.ID, seen, planning.PlanInput{Name: "改名"}),
				"submit":  r.SubmitPlan(ctx, r.colleague, p.ID, seen),
				"discard": r.DiscardPlan(ctx, r.colleague, p.ID, seen),
			} {
				if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.MessageOf(err), "别人改过") {
					r.Errorf("%s of an older page: %v", what, err)
				}
			}
			if got := r.lines(p.ID, r.at(r.second)); !slices.Equal(got, []string{"4 帐篷 12㎡ 0/5顶"}) {
				r.Errorf("now %v", got)
			}
			r.ok(r.save(p.ID, r.at(r.second)))
		})
		r.in("sent back it is a draft again, with the reason", func() {
			r.ok(r.SubmitPlan(ctx, r.planner, p.ID, r.lock(p.ID)))
			lock := r.lock(p.ID)
			r.refused(r.save(p.ID, r.at(r.first)), errs.Conflict, "待审批")
			r.refused(r.SavePlan(ctx, r.planner, p.ID, lock, planning.PlanInput{}), errs.Conflict)
			r.refused(r.DiscardPlan(ctx, r.planner, p.ID, lock), errs.Conflict, "待审批")
			r.refused(r.SubmitPlan(ctx, r.planner, p.ID, lock), errs.Conflict)
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Words: " "}), errs.Invalid, "words", "写明原因")
			r.ok(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Words: "帐篷\n太少"}))
			w := r.whole(p.ID)
			if w.Status != plan.Draft || w.Decision != "帐篷 太少" || w.DecidedName != "贺志远" || w.DocumentNo != "" {
				r.Errorf("sent back: %+v", w.Plan)
			}
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, r.lock(p.ID), yes), errs.Conflict, "草稿")
			r.ok(r.save(p.ID, r.at(r.first), row("SH0001", "150", "60"), row("SH0003", "200")))
		})
		r.in("an approval needs its papers", func() {
			r.ok(r.SubmitPlan(ctx, r.colleague, p.ID, r.lock(p.ID)))
			if w := r.whole(p.ID); w.Decision != "" || w.SubmittedName != "周敏" {
				r.Errorf("submitted again: %+v", w.Plan)
			}
			lock := r.lock(p.ID)
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Approve: true}), errs.Invalid, "document", "批准文号")
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Approve: true, Document: "1号", Signed: "2026-05-21"}), errs.Invalid, "signed", "晚于今天")
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Approve: true, Document: strings.Repeat("长", 61), Signed: "昨天呢"}), errs.Invalid, "document", "signed")
			r.refused(r.DecidePlan(ctx, r.leader, p.ID, lock-1, yes), errs.Conflict)
			r.ok(r.DecidePlan(ctx, r.leader, p.ID, lock, planning.Verdict{Approve: true, Document: " 望应急〔2026〕1号 ", Signed: "2026-05-18", Words: "同意"}))
		})
		r.in("what is approved is never edited", func() {
			w := r.whole(p.ID)
			if w.Status != plan.Approved || w.DocumentNo != "望应急〔2026〕1号" || w.SignedOn != "2026-05-18" || w.Decision != "同意" || w.ContentHash != plan.Hash(w.Plan, w.Lines) {
				r.Errorf("approved %+v", w.Plan)
			}
			_, generated := r.GenerateLines(ctx, r.planner, p.ID, w.LockNo, planning.BasisInput{})
			_, copied := r.CopyProfile(ctx, r.planner, p.ID, w.LockNo, planning.CopyInput{})
			for what, err := range map[string]error{"lines": r.save(p.ID, r.at(r.first)), "head": r.SavePlan(ctx, r.planner, p.ID, w.LockNo, planning.PlanInput{}),
				"generated": generated, "copied": copied, "replaced": r.ReplaceLines(ctx, r.planner, p.ID, w.LockNo, nil, ""),
				"discarded": r.DiscardPlan(ctx, r.planner, p.ID, w.LockNo), "submitted": r.SubmitPlan(ctx, r.planner, p.ID, w.LockNo),
				"decided": r.DecidePlan(ctx, r.deputy, p.ID, w.LockNo, yes), "sent back": r.DecidePlan(ctx, r.deputy, p.ID, w.LockNo, planning.Verdict{Words: "错"})} {
				if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.MessageOf(err), "修订") {
					r.Errorf("%s: %v", what, err)
				}
			}
			if again := r.whole(p.ID); again.LockNo != w.LockNo || len(again.Lines) != len(w.Lines) {
				r.Errorf("changed: %+v", again.Plan)
			}
		})
		r.in("a revision takes its place, with a visible difference", func() {
			next := r.create(planning.PlanInput{Copy: p.ID})
			if next.Version != 2 || next.BasedOnID != p.ID || len(r.whole(next.ID).Lines) != 3 {
				r.Fatalf("revised as %+v", next)
			}
			r.ok(r.save(next.ID, r.at(r.first), row("SH0001", "180", "60"), row("FX0002", "3")))
			d, err := r.PlanDifference(ctx, r.leader, next.ID, 0)
			r.ok(err)
			if got := differences(r.whole(next.ID), d); d.Against.ID != p.ID || got != "帐篷 12㎡ 150→180 [standard]；抽水泵 新增；棉被 减少" {
				r.Errorf("against %d: %s", d.Against.Version, got)
			}
			r.approve(next.ID, "望应急〔2026〕2号")
			if old := r.whole(p.ID); old.Status != plan.Superseded || old.DocumentNo != "望应急〔2026〕1号" || len(old.Lines) != 3 {
				r.Errorf("the old one: %+v", old.Plan)
			}
			r.refused(r.save(p.ID, r.at(r.first)), errs.Conflict, "修订")
		})
		r.in("every step is in the trail", func() {
			list, err := r.store.Read().AuditPage(ctx, 0, 0, "", 100)
			r.ok(err)
			acts := map[string]int{}
			for _, a := range list {
				acts[a.Act]++
			}
			for act, want := range map[string]int{"plan.create": 2, "plan.submit": 3, "plan.return": 1, "plan.approve": 2} {
				if acts[act] != want {
					r.Errorf("%s %d times, want %d", act, acts[act], want)
				}
			}
		})
	})
}

// differences writes a difference as people read it.
func differences(w planning.Whole, d planning.Difference) string {
	var parts []string
	for _, c := range d.Changes {
		switch {
		case c.Old == nil:
			parts = append(parts, w.Goods.Label(c.New.Target)+" 新增")
		case c.New == nil:
			parts = append(parts, w.Goods.Label(c.Old.Target)+" 减少")
		default:
			parts = append(parts, w.Goods.Label(c.New.Target)+" "+c.Old.Standard.String()+"→"+c.New.Standard.String()+" ["+strings.Join(c.Fields, " ")+"]")
		}
	}
	return strings.Join(parts, "；")
}

func TestWhoApprovesAPlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		ctx := t.Context()
		r.in("neither its author nor who submitted it", func() {
			own, err := r.CreatePlan(ctx, r.both, planning.PlanInput{Year: "2026", Season: plan.WholeYear})
			r.ok(err)
			r.ok(r.save(own.ID, r.at(r.first), row("SH0001", "1")))
			r.ok(r.SubmitPlan(ctx, r.planner, own.ID, r.lock(own.ID)))
			r.refused(r.DecidePlan(ctx, r.both, own.ID, r.lock(own.ID), yes), errs.Forbidden, "另一位领导")
			handed := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "1")}})
			r.ok(r.SubmitPlan(ctx, r.both, handed, r.lock(handed)))
			r.refused(r.DecidePlan(ctx, r.both, handed, r.lock(handed), yes), errs.Forbidden, "另一位领导")
			for _, v := range []id.ID{own.ID, handed} {
				if w := r.whole(v); w.Status != plan.Submitted || w.DecidedID != 0 {
					r.Errorf("%+v", w.Plan)
				}
			}
			r.ok(r.DecidePlan(ctx, r.leader, own.ID, r.lock(own.ID), yes))
		})
		r.in("two at once: one wins", func() {
			version := r.draft(planning.PlanInput{Season: plan.Flood}, map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "1")}})
			r.ok(r.SubmitPlan(ctx, r.planner, version, r.lock(version)))
			lock := r.lock(version)
			answers := make([]error, 2)
			var all sync.WaitGroup
			for i, who := range []access.Actor{r.leader, r.deputy} {
				all.Go(func() {
					in := planning.Verdict{Approve: i == 0, Document: "望应急〔2026〕3号", Words: "再议"}
					answers[i] = r.DecidePlan(ctx, who, version, lock, in)
				})
			}
			all.Wait()
			if (answers[0] == nil) == (answers[1] == nil) {
				r.Fatalf("answers %v", answers)
			}
			want, lost := plan.Approved, answers[1]
			if answers[0] != nil {
				want, lost = plan.Draft, answers[0]
			}
			r.refused(lost, errs.Conflict)
			if w := r.whole(version); w.Status != want {
				r.Errorf("ended as %s", w.Status)
			}
		})
		r.in("not when its content is other than what was submitted", func() {
			version := r.draft(planning.PlanInput{Season: plan.Winter}, map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "1")}})
			r.ok(r.SubmitPlan(ctx, r.planner, version, r.lock(version)))
			r.exec("UPDATE plan_line SET standard = 999000 WHERE plan_id = ?", int64(version))
			r.refused(r.DecidePlan(ctx, r.leader, version, r.lock(version), yes), errs.Conflict, "不一致")
			r.ok(r.DecidePlan(ctx, r.leader, version, r.lock(version), planning.Verdict{Words: "内容不一致"}))
			if w := r.whole(version); w.Status != plan.Draft {
				r.Errorf("it cannot be sent back: %s", w.Status)
			}
		})
		r.in("nor when what it names is gone since", func() {
			version := r.draft(planning.PlanInput{Season: plan.Winter}, map[plan.Scope][]planning.LineInput{r.at(r.village): {row("SH0001", "1")}})
			r.ok(r.SubmitPlan(ctx, r.planner, version, r.lock(version)))
			r.exec("UPDATE depot SET closed = 1 WHERE id = ?", int64(r.village.ID))
			r.refused(r.DecidePlan(ctx, r.leader, version, r.lock(version), yes), errs.Conflict, "甲一村点", "已停用", "退回")
			r.exec("UPDATE depot SET closed = 0 WHERE id = ?", int64(r.village.ID))
			r.ok(r.DecidePlan(ctx, r.leader, version, r.lock(version), yes))
		})
		r.in("an older version does not push out a newer one", func() {
			older, newer := r.draft(planning.PlanInput{Year: "2027"}, map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "1")}}),
				r.draft(planning.PlanInput{Year: "2027"}, map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "2")}})
			r.ok(r.SubmitPlan(ctx, r.planner, older, r.lock(older)))
			r.approve(newer, "望应急〔2026〕5号")
			r.refused(r.DecidePlan(ctx, r.leader, older, r.lock(older), yes), errs.Conflict, "第2版", "退回")
			if w := r.whole(newer); w.Status != plan.Approved {
				r.Errorf("the newer one is %s", w.Status)
			}
		})
	})
}

func TestWhatSubmittingRefuses(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	ctx := t.Context()
	version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.first): {row("等效组 帐篷", "10"), row("SH0003", "9")}, r.at(r.village): {row("SH0003", "9")}})
	for name, hurt := range map[string]struct{ do, undo, says string }{
		"a closed depot":             {"UPDATE depot SET closed = 1 WHERE code = 'CC'", "UPDATE depot SET closed = 0", "第 3 行（甲一村点 棉被）"},
		"goods that lost their unit": {"UPDATE item SET unit = '', draft = 1 WHERE code = 'SH0003'", "UPDATE item SET unit = '床', draft = 0 WHERE code = 'SH0003'", "还没有计量单位"},
		"a group put away":           {"UPDATE item_group SET retired = 1", "UPDATE item_group SET retired = 0", "等效组"},
	} {
		r.exec(hurt.do)
		lines := len(r.whole(version).Lines)
		r.in(name, func() {
			r.refused(r.SubmitPlan(ctx, r.planner, version, r.lock(version)), errs.Invalid, hurt.says)
			if w := r.whole(version); w.Status != plan.Draft || len(w.Lines) != lines {
				r.Errorf("left as %s with %d lines", w.Status, len(w.Lines))
			}
		})
		r.exec(hurt.undo)
	}
	r.ok(r.SubmitPlan(ctx, r.planner, version, r.lock(version)))
}

func TestAPlansHead(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	ctx := t.Context()
	for field, in := range map[string]planning.PlanInput{
		"year":   {Year: "二〇二六", Season: plan.WholeYear},
		"season": {Year: "2026", Season: "spring"},
		"name":   {Year: "2026", Season: plan.WholeYear, Name: strings.Repeat("名", 101)},
		"from":   {Year: "2026", Season: plan.WholeYear, From: "五月"},
		"to":     {Year: "2026", Season: plan.WholeYear, From: "2026-06-01", To: "2026-05-01"},
		"window": {Year: "2026", Season: plan.WholeYear, Window: "731"},
		"remark": {Year: "2026", Season: plan.WholeYear, Remark: strings.Repeat("说", 501)},
	} {
		_, err := r.CreatePlan(ctx, r.planner, in)
		turnedDown(t, err, errs.Invalid, field)
	}
	_, err := r.CreatePlan(ctx, r.planner, planning.PlanInput{Year: "2026", Season: plan.WholeYear, Copy: 4711})
	r.refused(err, errs.NotFound)
	if list, err := r.Plans(ctx, r.planner); err != nil || len(list) != 0 {
		t.Errorf("left %v, %v", list, err)
	}
	winter := r.create(planning.PlanInput{Season: plan.Winter})
	if winter.FromOn != "2026-11-01" || winter.ToOn != "2027-03-31" {
		t.Errorf("a winter is %s to %s", winter.FromOn, winter.ToOn)
	}
	r.ok(r.DiscardPlan(ctx, r.colleague, winter.ID, winter.LockNo))
	r.refused(r.save(winter.ID, everywhere, row("SH0001", "1")), errs.Conflict, "已作废")
	if next := r.create(planning.PlanInput{Season: plan.Winter}); next.Version != 2 {
		t.Errorf("a discarded number is given again: %d", next.Version)
	}
}

func TestThePlanInForce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		line := map[plan.Scope][]planning.LineInput{everywhere: {row("SH0001", "1")}}
		holds := func(on, want string) {
			t.Helper()
			p, found, err := r.InForce(t.Context(), r.keeper, on)
			r.ok(err)
			if got := p.DocumentNo; found != (want != "") || got != want {
				t.Errorf("on %s the plan of %q is in force, want %q", on, got, want)
			}
		}
		holds("2026-05-20", "")
		r.approve(r.draft(planning.PlanInput{}, line), "年1")
		r.day("2026-06-10")
		r.approve(r.draft(planning.PlanInput{Season: plan.Flood}, line), "汛1")
		r.draft(planning.PlanInput{Season: plan.Flood}, line) // a draft holds nothing
		r.day("2026-07-01")
		r.approve(r.draft(planning.PlanInput{}, line), "年2")
		r.day("2026-07-20")
		r.approve(r.draft(planning.PlanInput{Season: plan.Flood}, line), "汛3")
		for on, want := range map[string]string{"2026-05-19": "", "2026-05-20": "年1", "2026-06-09": "年1", "2026-06-10": "汛1", "2026-07-19": "汛1", "2026-07-20": "汛3",
			"2026-09-30": "汛3", "2026-10-01": "年2", "2026-12-31": "年2", "2027-01-01": ""} {
			holds(on, want)
		}
		r.day("2026-11-02")
		holds("2026-06-20", "汛1")
		holds("2026-11-02", "年2")
	})
}

func TestWhoMayDoWhatWithPlans(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	ctx := t.Context()
	version := r.inForce(map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0001", "10")}, r.at(r.second): {row("SH0001", "10")}, everywhere: {row("SH0003", "10")},
		tier(place.Village): {row("SH0004", "1")}})
	draft := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0001", "20")}})
	lock := r.lock(draft)
	acts := map[string]func(a access.Actor) error{
		"create": func(a access.Actor) error {
			_, err := r.CreatePlan(ctx, a, planning.PlanInput{Year: "2026", Season: plan.Flood})
			return err
		},
		"head":    func(a access.Actor) error { return r.SavePlan(ctx, a, draft, 1, planning.PlanInput{}) },
		"lines":   func(a access.Actor) error { return r.SaveLines(ctx, a, draft, 1, everywhere, nil) },
		"replace": func(a access.Actor) error { return r.ReplaceLines(ctx, a, draft, 1, nil, "") },
		"generate": func(a access.Actor) error {
			_, err := r.GenerateLines(ctx, a, draft, 1, planning.BasisInput{})
			return err
		},
		"copy": func(a access.Actor) error {
			_, err := r.CopyProfile(ctx, a, draft, 1, planning.CopyInput{})
			return err
		},
		"submit":   func(a access.Actor) error { return r.SubmitPlan(ctx, a, draft, 1) },
		"discard":  func(a access.Actor) error { return r.DiscardPlan(ctx, a, draft, 1) },
		"decide":   func(a access.Actor) error { return r.DecidePlan(ctx, a, draft, lock, yes) },
		"choices":  func(a access.Actor) error { _, err := r.Choices(ctx, a); return err },
		"differ":   func(a access.Actor) error { _, err := r.PlanDifference(ctx, a, version, 0); return err },
		"propose":  func(a access.Actor) error { _, err := r.Propose(ctx, a); return err },
		"carry":    func(a access.Actor) error { _, err := r.Carry(ctx, a, planning.CarryFilter{Days: 3}); return err },
		"streets":  func(a access.Actor) error { _, err := r.Streets(ctx, a); return err },
		"scenario": func(a access.Actor) error { _, err := r.Scenario(ctx, a, planning.ScenarioInput{}); return err },
		"suggest":  func(a access.Actor) error { _, err := r.inv.SuggestTransfers(ctx, a, "k", nil); return err },
		"draft":    func(a access.Actor) error { _, err := r.Plan(ctx, a, draft); return err },
		"of draft": func(a access.Actor) error {
			_, _, err := r.Coverage(ctx, a, planning.CoverageFilter{PlanID: draft})
			return err
		},
	}
	looks := "choices differ propose carry streets scenario draft of draft"
	for who, may := range map[*access.Actor]string{&r.keeper: "", &r.street: "", &r.nobody: "", &r.leader: looks + " decide", &r.auditor: looks} {
		for act, do := range acts {
			err := do(*who)
			kind := errs.KindOf(err)
			shut := err != nil && (kind == errs.Forbidden || kind == errs.Unauthenticated || kind == errs.NotFound)
			if shut == slices.Contains(strings.Split(strings.ReplaceAll(may, "of draft", "of_draft"), " "), strings.ReplaceAll(act, " ", "_")) {
				t.Errorf("%s, %s: %v", who.Name, act, err)
			}
			if who.ID == 0 && kind != errs.Unauthenticated {
				t.Errorf("nobody, %s: %v", act, err)
			}
		}
	}
	r.in("who keeps one depot reads what concerns it", func() {
		for _, who := range []access.Actor{r.keeper, r.street} {
			w, err := r.Plan(ctx, who, version)
			r.ok(err)
			var where []string
			for _, l := range w.Lines {
				where = append(where, w.Depots.Label(l.Scope))
			}
			slices.Sort(where)
			if !slices.Equal(where, []string{"全区合计", "甲街道库"}) {
				r.Errorf("%s reads the lines of %v", who.Name, where)
			}
			list, err := r.Plans(ctx, who)
			if err != nil || len(list) != 1 || list[0].ID != version {
				r.Errorf("%s is shown %d plans, %v", who.Name, len(list), err)
			}
		}
	})
}
