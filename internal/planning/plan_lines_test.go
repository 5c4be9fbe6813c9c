package planning_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// ids gives the ids of a scope's lines by number.
func (r *reserve) ids(version id.ID, at plan.Scope) map[int]id.ID {
	r.Helper()
	ids := map[int]id.ID{}
	for _, l := range r.whole(version).Lines {
		if l.Scope == at {
			ids[l.No] = l.ID
		}
	}
	return ids
}

func TestLinesAreSavedByScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		at := r.at(r.first)
		version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{at: {row("SH0001", "1,000", "６００", "2000"), row("棉被", "20"), {}, row("SH0004", "3")}})
		if got := r.lines(version, at); !slices.Equal(got, []string{"1 帐篷 12㎡ 600/1000顶", "2 棉被 0/20床", "3 饮用水 0/3瓶"}) {
			t.Fatalf("saved %v", got)
		}
		before := r.ids(version, at)
		kept, packed := row("SH0001", "1200", "600"), row("SH0004", "0.5")
		kept.ID, packed.ID, packed.Unit = before[1], before[3], "箱"
		kept.Responsible, kept.Fund, kept.BasisText, kept.Remark = "应急局", "区级财政", "按\n户", "备注"
		emptied := planning.LineInput{ID: before[2]}
		r.ok(r.save(version, r.at(r.second), row("SH0001", "7")))
		if err := r.save(version, at, kept, emptied, packed, row("抽水泵", "2")); err == nil || errs.KindOf(err) != errs.Invalid {
			t.Fatalf("half a pack of bottles: %v", err) // 箱 has the decimals of its goods
		}
		packed.Standard = "5"
		r.ok(r.save(version, at, kept, emptied, packed, row("抽水泵", "2")))
		if got := r.lines(version, at); !slices.Equal(got, []string{"1 帐篷 12㎡ 600/1200顶", "3 饮用水 0/5箱", "5 抽水泵 0/2台"}) {
			t.Errorf("then %v", got)
		}
		if after := r.ids(version, at); after[1] != before[1] || after[3] != before[3] {
			t.Errorf("ids %v became %v", before, after)
		}
		if l := r.whole(version).Lines[0]; l.Responsible != "应急局" || l.Fund != "区级财政" || l.BasisText != "按 户" || l.Remark != "备注" || l.Maximum != 0 {
			t.Errorf("kept %+v", l)
		}
		if got := r.lines(version, r.at(r.second)); !slices.Equal(got, []string{"4 帐篷 12㎡ 0/7顶"}) {
			t.Errorf("the other depot has %v", got)
		}
		twice := row("SH0003", "8")
		twice.ID = before[1] // a line cannot be two rows: the second is a new one
		r.ok(r.save(version, at, kept, twice))
		if got := r.lines(version, at); !slices.Equal(got, []string{"1 帐篷 12㎡ 600/1200顶", "6 棉被 0/8床"}) {
			t.Errorf("two rows of one id: %v", got)
		}
		foreign := row("SH0003", "8")
		foreign.ID = r.ids(version, r.at(r.second))[4] // of another depot: not its line
		r.ok(r.save(version, at, foreign))
		if got := r.lines(version, at); len(got) != 1 || len(r.lines(version, r.at(r.second))) != 1 {
			t.Errorf("a line of another depot was taken: %v", got)
		}
	})
}

func TestBadLinesAreNamedByTheirRow(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	r.exec("UPDATE depot SET closed = 1 WHERE code = 'CC'")
	r.exec("INSERT INTO item_group (id, name, name_key, unit, remark, retired, lock_no) VALUES (77, '空组', '空组', '顶', '', 0, 1)")
	version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.second): {row("SH0003", "4")}})
	long := row("SH0003", "1")
	long.Fund = strings.Repeat("钱", 101)
	none := row("SH0003", "1")
	none.Forms = nil
	unit := func(in planning.LineInput, unit string) planning.LineInput { in.Unit = unit; return in }
	noTarget := planning.LineInput{Standard: "80", Forms: []plan.Form{plan.Physical}}
	for name, tc := range map[string]struct {
		at    plan.Scope
		row   planning.LineInput
		field string
		says  string
	}{
		"goods nobody knows":             {r.at(r.first), row("月球车", "1"), "target.2", "没有「月球车」"},
		"figures without goods":          {r.at(r.first), noTarget, "target.2", "物资"},
		"an empty group":                 {r.at(r.first), row("等效组 空组", "1"), "target.2", "还没有物资"},
		"a unit that does not convert":   {r.at(r.first), unit(row("SH0001", "1"), "吨"), "unit.2", "换算不到"},
		"a pack only another good has":   {r.at(r.first), unit(row("SH0003", "1"), "箱"), "unit.2", "「棉被」"},
		"no standard":                    {r.at(r.first), row("SH0001", "", "1"), "standard.2", "大于 0"},
		"minimum above standard":         {r.at(r.first), row("SH0001", "10", "11"), "minimum.2", "最低量 11 高于标准量 10"},
		"maximum below standard":         {r.at(r.first), row("SH0001", "10", "", "9"), "maximum.2", "最高量 9 低于标准量 10"},
		"a negative":                     {r.at(r.first), row("SH0001", "-3"), "standard.2", "负数"},
		"a word":                         {r.at(r.first), row("SH0001", "若干"), "standard.2", "若干"},
		"a figure with its unit":         {r.at(r.first), row("SH0001", "5顶"), "standard.2", "单位栏"},
		"half a tent":                    {r.at(r.first), row("SH0001", "1.5"), "standard.2", "小数"},
		"more than there can be":         {r.at(r.first), row("SH0001", "10000000000"), "standard.2", "太大"},
		"no form of reserve":             {r.at(r.first), none, "forms.2", "储备形式"},
		"a text too long":                {r.at(r.first), long, "fund.2", "101"},
		"a closed depot":                 {r.at(r.village), row("SH0001", "1"), "depot.2", "「甲一村点」已停用"},
		"a depot there is not":           {plan.Scope{Kind: plan.AtDepot, DepotID: 4711}, row("SH0001", "1"), "depot.2", "请选择储备库"},
		"a tier without an open depot":   {tier(place.Village), row("SH0001", "1"), "tier.2", "村"},
		"a tier there is not":            {tier("planet"), row("SH0001", "1"), "tier.2", "层级"},
		"a scope there is not":           {plan.Scope{Kind: "moon"}, row("SH0001", "1"), "depot.2", "全区"},
		"what another scope counts":      {everywhere, row("SH0003", "1"), "target.2", "乙街道库"},
		"what its tier would count":      {tier(place.Township), row("SH0003", "1"), "target.2", "乙街道库"},
		"a category of such goods":       {r.at(r.second), row("类别 SH 生活救助类", "1"), "target.2", ""},
		"four decimals of what has them": {r.at(r.first), row("FX0001", "0.0001"), "standard.2", ""},
	} {
		r.in(name, func() {
			lock := r.lock(version)
			in := []planning.LineInput{{}, tc.row}
			if tc.at == r.at(r.second) {
				in[0] = row("SH0003", "4")
				in[0].ID = r.ids(version, tc.at)[1]
			}
			err := r.SaveLines(r.Context(), r.planner, version, lock, tc.at, in)
			r.refused(err, errs.Invalid, tc.field, tc.says)
			if w := r.whole(version); w.LockNo != lock || len(w.Lines) != 1 {
				r.Errorf("something was saved: %+v", w.Lines)
			}
		})
	}
	r.ok(r.save(version, r.at(r.first), row("FX0001", "0.001"))) // what is right, is
}

func TestOverlapsAreRefusedAcrossScopes(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	for name, tc := range map[string]struct {
		there plan.Scope
		has   string
		at    plan.Scope
		wants string
		says  []string // nothing = it does not overlap
	}{
		"a depot and its tier":                {r.at(r.first), "SH0001", tier(place.Township), "SH0001", []string{"甲街道库", "帐篷 12㎡"}},
		"a tier and one of its depots":        {tier(place.Township), "SH0001", r.at(r.second), "SH0001", []string{"乙街道库", "街镇每库"}},
		"the district and a depot":            {everywhere, "SH0001", r.at(r.center), "SH0001", []string{"全区合计", "区库"}},
		"the district and a tier":             {everywhere, "SH0001", tier(place.Village), "SH0001", []string{"全区合计", "甲一村点"}},
		"an item and its category":            {r.at(r.first), "SH0003", r.at(r.first), "类别 SH 生活救助类", []string{"棉被", "全类"}},
		"a category and its item elsewhere":   {everywhere, "类别 SH 生活救助类", r.at(r.first), "SH0003", []string{"全类", "棉被"}},
		"an item and its group":               {r.at(r.first), "SH0002", r.at(r.first), "等效组 帐篷", []string{"等效组", "帐篷 36㎡"}},
		"a group and its item's category":     {tier(place.Township), "等效组 帐篷", r.at(r.first), "类别 SH 生活救助类", []string{"等效组", "街镇每库"}},
		"another category":                    {r.at(r.first), "SH0003", r.at(r.first), "类别 FX 防汛类", nil},
		"another depot":                       {r.at(r.first), "SH0003", r.at(r.second), "SH0003", nil},
		"another tier":                        {tier(place.Township), "SH0003", tier(place.Village), "SH0003", nil},
		"another department under a tier":     {tier(place.Township), "SH0003", r.at(r.office), "SH0003", nil},
		"another department and the district": {everywhere, "SH0003", r.at(r.office), "SH0003", nil},
		"a firm's depot where 代储 is not in":   {tier(place.Township), "SH0003", r.at(r.firm), "SH0003", nil},
	} {
		r.in(name, func() {
			version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{tc.there: {row("FX0002", "1"), row(tc.has, "5")}})
			rows := []planning.LineInput{{}, row(tc.wants, "6")}
			if tc.at == tc.there {
				first := row(tc.has, "5")
				first.ID = r.ids(version, tc.at)[2]
				rows[0] = first
			}
			err := r.save(version, tc.at, rows...)
			if len(tc.says) == 0 {
				r.ok(err)
				return
			}
			r.refused(err, errs.Invalid, append(tc.says, "target.2", "算两次")...)
			where := "第 1 行和第 2 行重叠" // both on the page: as it numbers them
			if tc.at != tc.there {
				where = "计划第 2 行"
			}
			r.refused(err, errs.Invalid, where)
			if w := r.whole(version); len(w.Lines) != 2 {
				r.Errorf("%d lines", len(w.Lines))
			}
		})
	}
	version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.second): {row("SH0001", "1")}})
	r.refused(r.save(version, r.at(r.first), row("SH0003", "5"), planning.LineInput{}, row("SH0003", "6")), errs.Invalid, "target.3", "第 1 行和第 3 行都是甲街道库的棉被，请合并为一行")
}

// A revision may bring along what overlaps since, at several places; each can
// be mended by itself.
func TestOldOverlapsDoNotBarTheirMending(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	lines := map[plan.Scope][]planning.LineInput{}
	for _, d := range []place.Depot{r.first, r.second} {
		lines[r.at(d)] = []planning.LineInput{row("等效组 帐篷", "5"), row("SH0003", "5")}
	}
	version := r.draft(planning.PlanInput{}, lines)
	r.exec("INSERT INTO item_group_member (group_id, item_id, num, den) VALUES (?, ?, 1, 1)", int64(r.tents.ID), int64(r.quilt.ID))
	r.refused(r.SubmitPlan(r.Context(), r.planner, version, r.lock(version)), errs.Invalid, "甲街道库", "乙街道库")
	r.ok(r.save(version, r.at(r.village), row("SH0001", "1")))
	_, err := r.CopyProfile(r.Context(), r.planner, version, r.lock(version), planning.CopyInput{From: r.village.ID, Depots: []id.ID{r.center.ID}})
	r.ok(err)
	for _, d := range []place.Depot{r.first, r.second} {
		r.ok(r.save(version, r.at(d), row("等效组 帐篷", "5")))
	}
	r.ok(r.SubmitPlan(r.Context(), r.planner, version, r.lock(version)))
}

func (r *reserve) record(name string, values map[string]string) {
	r.Helper()
	unit := "人"
	if name != plan.MovedPeople {
		unit = "千米"
	}
	_, err := r.RecordFigures(r.Context(), r.planner, planning.FiguresInput{Name: name, Unit: unit, Year: "2026", Source: "年报", Values: values})
	r.ok(err)
}

func TestLinesFromBasisFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newReserve(t, e)
		ctx := t.Context()
		r.record(plan.MovedPeople, map[string]string{"430112001000": "1001", "430112003000": "500"})
		version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.first): {row("SH0003", "5")}})
		generate := func(in planning.BasisInput) (planning.Generated, error) {
			return r.GenerateLines(ctx, r.planner, version, r.lock(version), in)
		}
		heads := planning.BasisInput{Depots: []id.ID{r.first.ID, r.second.ID, r.center.ID, r.village.ID}, Target: "SH0001", Kind: plan.PerHead, Figure: plan.MovedPeople,
			Per: "0.25", Share: "60", Most: "150", Basis: "每 4 人一顶"}
		r.in("per head, with the depots left out named", func() {
			out, err := generate(heads)
			r.ok(err)
			if out.Made != 2 || out.Changed != 0 || !slices.Equal(out.Without, []string{"区库", "甲一村点"}) {
				r.Errorf("generated %+v", out)
			}
			l := r.whole(version).Lines[1]
			if l.No != 2 || l.Standard != quantity.Of(251) || l.Minimum != quantity.Of(151) || l.Maximum != quantity.Of(377) || l.BasisText != "每 4 人一顶" ||
				l.Basis.Value != quantity.Of(1001) || l.Basis.Year != 2026 || l.Basis.Division != "430112001000" {
				r.Errorf("first %+v", l)
			}
			if got := r.lines(version, r.at(r.second)); !slices.Equal(got, []string{"3 帐篷 12㎡ 75/125顶"}) {
				r.Errorf("second %v", got)
			}
		})
		r.in("computed anew it keeps its number and what else was typed", func() {
			lines := r.whole(version).Lines
			typed := row("SH0001", "251", "151", "377")
			typed.ID, typed.Responsible, typed.Forms, typed.BasisText = lines[1].ID, "街道办", []plan.Form{plan.Physical, plan.Kept}, "每 4 人一顶"
			first := row("SH0003", "5")
			first.ID = lines[0].ID
			r.ok(r.save(version, r.at(r.first), first, typed))
			if l := r.whole(version).Lines[1]; l.Basis.Kind != plan.PerHead {
				r.Errorf("the basis is lost: %+v", l.Basis)
			}
			r.record(plan.MovedPeople, map[string]string{"430112001000": "2000"})
			in := heads
			in.Depots = []id.ID{r.first.ID}
			out, err := generate(in)
			r.ok(err)
			l := r.whole(version).Lines[1]
			if out.Made != 0 || out.Changed != 1 || l.ID != lines[1].ID || l.No != 2 || l.Standard != quantity.Of(500) || l.Responsible != "街道办" || !l.Counts(plan.Kept) {
				r.Errorf("%+v %+v", out, l)
			}
		})
		r.in("per km with a factor, and days", func() {
			r.record("堤防长度", map[string]string{"430112001000": "12.5"})
			out, err := generate(planning.BasisInput{Depots: []id.ID{r.first.ID}, Target: "FX0001", Kind: plan.PerKm, Figure: "堤防长度", Per: "3", Factor: "1.2"})
			r.ok(err)
			_, err = generate(planning.BasisInput{Depots: []id.ID{r.second.ID}, Target: "SH0004", Unit: "箱", Kind: plan.PerHead, Figure: plan.MovedPeople, Per: "0.125", Days: "3"})
			r.ok(err)
			if got := append(r.lines(version, r.at(r.first))[2:], r.lines(version, r.at(r.second))[1:]...); out.Made != 1 || !slices.Equal(got, []string{"4 黄沙 0/45吨", "5 饮用水 0/188箱"}) {
				r.Errorf("%v", got)
			}
		})
		r.in("refused with what is wrong", func() {
			bad := func(change func(*planning.BasisInput)) error {
				in := heads
				change(&in)
				_, err := generate(in)
				return err
			}
			r.refused(bad(func(in *planning.BasisInput) { in.Depots, in.Target, in.Kind, in.Figure = nil, "", "guess", " " }), errs.Invalid, "depots", "target", "kind", "figure")
			r.refused(bad(func(in *planning.BasisInput) { in.Per = "" }), errs.Invalid, "per")
			r.refused(bad(func(in *planning.BasisInput) { in.Year, in.Days, in.Share, in.Most = "二", "0", "101", "99" }), errs.Invalid, "year", "days", "share", "most")
			r.refused(bad(func(in *planning.BasisInput) { in.Unit = "吨" }), errs.Invalid, "unit", "换算不到")
			r.refused(bad(func(in *planning.BasisInput) { in.Figure = "户数" }), errs.Invalid, "都没有“户数”")
			r.refused(bad(func(in *planning.BasisInput) { in.Year = "2025" }), errs.Invalid, "都没有")
			r.refused(bad(func(in *planning.BasisInput) { in.Target = "类别 SH 生活救助类" }), errs.Invalid, "重叠")
			if got := len(r.whole(version).Lines); got != 5 {
				r.Errorf("%d lines", got)
			}
		})
	})
}

func TestAProfileIsCopied(t *testing.T) {
	r := newReserve(t, storetest.SQLite())
	ctx := t.Context()
	version := r.draft(planning.PlanInput{}, map[plan.Scope][]planning.LineInput{r.at(r.first): {with(row("SH0001", "101", "50", "200"), plan.Kept), row("FX0001", "1.5")},
		r.at(r.center): {row("SH0003", "1")}})
	cp := func(in planning.CopyInput) (planning.Generated, error) {
		return r.CopyProfile(ctx, r.planner, version, r.lock(version), in)
	}
	out, err := cp(planning.CopyInput{From: r.first.ID, Depots: []id.ID{r.second.ID, r.center.ID, r.village.ID}, Percent: "50"})
	r.ok(err)
	if out.Made != 4 || !slices.Equal(out.Without, []string{"区库"}) {
		t.Errorf("copied %+v", out)
	}
	for n, d := range []place.Depot{r.second, r.village} {
		want := []string{fmt.Sprintf("%d 帐篷 12㎡ 25/51顶", 2*n+4), fmt.Sprintf("%d 黄沙 0/0.75吨", 2*n+5)}
		if got := r.lines(version, r.at(d)); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s has %v, want %v", d.Name, got, want)
		}
	}
	for _, l := range r.whole(version).Lines {
		if l.Scope == r.at(r.second) && l.Target.ID == r.tent.ID && (!l.Counts(plan.Kept) || l.Maximum != quantity.Of(100) || l.Basis.Kind != plan.CopiedOf || l.Basis.From != r.first.ID) {
			t.Errorf("copied as %+v", l)
		}
	}
	_, err = cp(planning.CopyInput{From: r.firm.ID, Percent: "0.5"})
	r.refused(err, errs.Invalid, "from", "to", "percent")
	_, err = cp(planning.CopyInput{From: r.first.ID, Depots: []id.ID{r.second.ID, r.center.ID}})
	r.refused(err, errs.Invalid, "都已有计划行")
	r.exec("UPDATE depot SET closed = 1 WHERE code = 'FM'")
	_, err = cp(planning.CopyInput{From: r.first.ID, Depots: []id.ID{r.firm.ID}})
	r.refused(err, errs.Invalid, "代储企业库", "已停用")
	r.ok(r.save(version, tier(place.Township), row("SH0004", "1")))
	r.exec("UPDATE depot SET closed = 0 WHERE code = 'FM'")
	r.ok(r.save(version, r.at(r.center), row("SH0004", "9")))
	_, err = cp(planning.CopyInput{From: r.center.ID, Depots: []id.ID{r.firm.ID}})
	r.ok(err) // 代储 does not count in the tier's line
	_, err = cp(planning.CopyInput{From: r.center.ID, Depots: []id.ID{r.office.ID}})
	r.ok(err)
	r.ok(r.save(version, r.at(r.second)))
	_, err = cp(planning.CopyInput{From: r.center.ID, Depots: []id.ID{r.second.ID}})
	r.refused(err, errs.Invalid, "重叠", "乙街道库")
}
