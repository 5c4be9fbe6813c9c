package importing_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

const yunhuPlan = "2024年度县乡两级应急物资储备计划表.xlsx"

// planDesk has the depots of the county's plan.
type planDesk struct {
	*desk
	plans  *planning.Service
	leader access.Actor
	towns  map[string]place.Depot
}

func newPlanDesk(t *testing.T, e storetest.Engine) *planDesk {
	t.Helper()
	d := &planDesk{desk: newDesk(t, e), towns: map[string]place.Depot{}}
	d.plans = planning.New(d.st)
	d.leader = access.Actor{ID: 9, Name: "李明", Grants: []access.Grant{{Role: access.Leader}}}
	for i, name := range []string{"城关镇", "大沟乡", "石桥镇", "白马镇", "龙泉镇", "双河乡"} {
		err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
			town := place.Depot{ID: tx.NewID(), Code: fmt.Sprintf("T%02d", i), Name: name + "储备点", Tier: place.Township}
			d.towns[name] = town
			return tx.InsertDepot(d.ctx, town)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// settle takes every proposed depot and makes every open word new goods.
func (d *planDesk) settle(batch id.ID, more ...func(*importing.Decisions)) *importing.Preview {
	d.t.Helper()
	p, err := d.imp.Preview(d.ctx, d.planner, batch)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err = d.imp.Decide(d.ctx, d.planner, batch, p.Batch.Version, func(c *importing.Decisions) {
		for _, x := range p.Depots {
			c.Depots[x.Written] = x.Proposed
		}
		for _, w := range p.Words {
			if !w.Decided {
				c.Items[w.Key] = importing.Choice{Create: true}
			}
		}
		for _, m := range more {
			m(c)
		}
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *planDesk) apply(batch id.ID) plan.Plan {
	d.t.Helper()
	if _, err := d.imp.Apply(d.ctx, d.planner, batch, importing.Yes{}); err != nil {
		d.t.Fatal(err)
	}
	p, found, err := d.imp.Draft(d.ctx, d.planner, batch)
	if err != nil || !found {
		d.t.Fatal(found, err)
	}
	return p
}

// approve brings a draft into force.
func (d *planDesk) approve(p plan.Plan) {
	d.t.Helper()
	if err := d.plans.SubmitPlan(d.ctx, d.planner, p.ID, p.LockNo); err != nil {
		d.t.Fatal(err)
	}
	p = d.version(p.ID)
	if err := d.plans.DecidePlan(d.ctx, d.leader, p.ID, p.LockNo, planning.Verdict{Approve: true, Document: "云应急〔2024〕1号"}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *planDesk) version(which id.ID) plan.Plan {
	d.t.Helper()
	p, err := d.st.Read().Plan(d.ctx, which)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *planDesk) lines(which id.ID) []plan.Line {
	d.t.Helper()
	lines, err := d.st.Read().PlanLines(d.ctx, which)
	if err != nil {
		d.t.Fatal(err)
	}
	return lines
}

// table is a plan as an office types it, a list of rows of cells.
func table(t *testing.T, title string, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	all := append([][]any{{title}}, rows...)
	for i, r := range all {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPlanOfTheCountyBecomesADraft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newPlanDesk(t, e)
		b := d.upload(yunhuPlan, ledgerFile(t, yunhuPlan))
		p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
		if err != nil || p.Act != importing.DraftPlan || len(p.Rows) != 80 || p.Plan.Year != 2024 || p.Plan.Base.ID != 0 {
			t.Fatalf("%s, %d rows, %+v, %v", p.Act, len(p.Rows), p.Plan, err)
		}
		if len(p.Depots) != 7 || !strings.Contains(p.Blocked, "请先为") {
			t.Fatalf("%d places, blocked %q", len(p.Depots), p.Blocked)
		}
		for _, x := range p.Depots {
			if town, known := d.towns[x.Written]; known && x.Proposed != town.ID || x.Written == "县级库" && x.Proposed != d.depot.ID {
				t.Errorf("for %s the depot %s is proposed", x.Written, x.Proposed)
			}
		}
		p = d.settle(b.ID)
		if p.Blocked != "" || p.Counts.OK != 80 || len(p.Plan.Changes) != 80 || p.Plan.Lines != 80 {
			t.Fatalf("blocked %q, %+v, %d changes", p.Blocked, p.Counts, len(p.Plan.Changes))
		}
		draft := d.apply(b.ID)
		if draft.Year != 2024 || draft.Season != plan.WholeYear || draft.Version != 1 || draft.Status != plan.Draft || draft.AuthorID != d.planner.ID {
			t.Errorf("the draft is %+v", draft)
		}
		sum := quantity.Q(0)
		lines := d.lines(draft.ID)
		for _, l := range lines {
			sum += l.Standard
			if l.Basis.Kind != plan.Imported || l.BasisText != "导入："+yunhuPlan || l.Minimum != 0 {
				t.Fatalf("line %+v", l)
			}
		}
		var read quantity.Q
		for _, r := range p.Rows {
			read += *r.Quantity
		}
		if len(lines) != 80 || sum != read || sum == 0 {
			t.Errorf("%d lines of %s, read %s", len(lines), sum, read)
		}

		t.Run("a second tap gives the same draft", func(t *testing.T) {
			if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{}); err != nil {
				t.Fatal(err)
			}
			all, err := d.plans.Plans(d.ctx, d.planner)
			if err != nil || len(all) != 1 {
				t.Errorf("%d versions, %v", len(all), err)
			}
		})
		t.Run("the same rows again are recognised", func(t *testing.T) {
			again := d.settle(d.upload("再来一次.xlsx", ledgerFile(t, yunhuPlan)).ID)
			if again.Counts.Skipped != 80 || !strings.Contains(again.Blocked, "都已导入过") && !strings.Contains(again.Blocked, "没有差异") {
				t.Errorf("%+v, blocked %q", again.Counts, again.Blocked)
			}
		})
		t.Run("undone while it is a draft, and not after", func(t *testing.T) {
			if err := d.plans.SubmitPlan(d.ctx, d.planner, draft.ID, draft.LockNo); err != nil {
				t.Fatal(err)
			}
			_, err := d.imp.Undo(d.ctx, d.planner, b.ID)
			if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.MessageOf(err), "待审批") {
				t.Fatalf("undone although it was submitted: %v", err)
			}
			v := d.version(draft.ID)
			if err := d.plans.DecidePlan(d.ctx, d.leader, v.ID, v.LockNo, planning.Verdict{Words: "数量再核"}); err != nil {
				t.Fatal(err)
			}
			if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
				t.Fatal(err)
			}
			if v := d.version(draft.ID); v.Status != plan.Discarded {
				t.Errorf("the draft is %s", v.Status)
			}
		})
	})
}

// typed is a small plan of two depots in the layout of a list.
func (d *planDesk) typed(year int, rows ...[]any) []byte {
	head := []any{"序号", "储备库", "物资名称", "规格型号", "单位", "最低储备量", "标准储备量", "备注"}
	return table(d.t, fmt.Sprintf("%d年应急物资储备计划表", year), append([][]any{head}, rows...)...)
}

func TestPlanIsComparedWithTheVersionInForce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newPlanDesk(t, e)
		first := d.upload("一.xlsx", d.typed(2026, []any{1, "城关镇储备点", "棉大衣", "均码", "件", 50, 100, "长款"}, []any{2, "城关镇储备点", "雨靴", "42码", "双", nil, 30},
			[]any{3, "大沟乡储备点", "棉大衣", "均码", "件", 10, 20}))
		if p := d.settle(first.ID); p.Blocked != "" || p.Counts.OK != 3 {
			t.Fatalf("%q %+v %+v", p.Blocked, p.Counts, p.Rows)
		}
		draft := d.apply(first.ID)
		for _, l := range d.lines(draft.ID) {
			if l.Standard == quantity.Of(100) && (l.Minimum != quantity.Of(50) || l.Remark != "长款") {
				t.Errorf("the first line is %+v", l)
			}
		}
		// Lines no table by depot holds are written by hand.
		err := d.plans.SaveLines(d.ctx, d.planner, draft.ID, draft.LockNo, plan.Scope{Kind: plan.District}, []planning.LineInput{{Target: d.itemCalled("雨靴", "42码") + "", Standard: "500"}})
		if !errors.Is(err, errs.Invalid) { // it overlaps 城关镇's
			t.Fatalf("a line that overlaps was taken: %v", err)
		}
		d.approve(draft)

		second := d.upload("二.xlsx", d.typed(2026, []any{1, "城关镇储备点", "棉大衣", "均码", "件", 50, 120, "长款"}, []any{2, "城关镇储备点", "手套", "棉", "双", 5, 60}))
		p := d.settle(second.ID)
		got := map[string]string{}
		for _, c := range p.Plan.Changes {
			what := "changed " + strings.Join(c.Fields, ",")
			if c.Old == nil {
				what = "added"
			} else if c.New == nil {
				what = "removed"
			}
			got[c.Depot+" "+c.Label] = what + " " + c.Cell
		}
		want := map[string]string{"城关镇储备点 棉大衣 均码": "changed standard,basis G3", "城关镇储备点 手套 棉": "added G4", "城关镇储备点 雨靴 42码": "removed "}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the difference is\n%v, want\n%v", got, want)
		}
		if p.Plan.Base.ID != draft.ID || !p.Plan.Keep || p.Plan.Rest != 1 || p.Plan.Lines != 3 {
			t.Errorf("compared with %s, %d lines of the rest, %d in all", planning.Label(p.Plan.Base), p.Plan.Rest, p.Plan.Lines)
		}
		t.Run("what the workbook does not speak of is left out when said so", func(t *testing.T) {
			no := false
			q := d.settle(second.ID, func(c *importing.Decisions) { c.Rest = &no })
			if q.Plan.Keep || q.Plan.Lines != 2 || len(q.Plan.Changes) != 4 {
				t.Errorf("%d lines, %d changes", q.Plan.Lines, len(q.Plan.Changes))
			}
			yes := true
			d.settle(second.ID, func(c *importing.Decisions) { c.Rest = &yes })
		})
		t.Run("a draft is based on it and keeps the rest", func(t *testing.T) {
			v := d.apply(second.ID)
			if v.Version != 2 || v.BasedOnID != draft.ID || len(d.lines(v.ID)) != 3 {
				t.Errorf("%+v with %d lines", v, len(d.lines(v.ID)))
			}
		})
		t.Run("no draft is made of the version in force itself", func(t *testing.T) {
			same := d.upload("三.xlsx", d.typed(2026, []any{1, "城关镇储备点", "棉大衣", "均码", "件", 50, 100, "长款"}, []any{2, "城关镇储备点", "雨靴", "42码", "双", nil, 30, "新"}))
			if p := d.settle(same.ID, func(c *importing.Decisions) { c.Skip = map[string]bool{} }); p.Blocked != "" || len(p.Plan.Changes) != 1 {
				t.Errorf("blocked %q, changes %+v", p.Blocked, p.Plan.Changes)
			}
		})
	})
}

// itemCalled gives the code of an item.
func (d *planDesk) itemCalled(name, spec string) string {
	d.t.Helper()
	items, err := d.st.Read().Items(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, it := range items {
		if it.Name == name && it.Spec == spec {
			return it.Code
		}
	}
	d.t.Fatal("no item ", name)
	return ""
}

func TestPlanAsksWhatItDoesNotSay(t *testing.T) {
	d := newPlanDesk(t, storetest.SQLite())
	row := []any{1, "城关镇储备点", "棉大衣", "均码", "件", 50, 100}
	head := []any{"序号", "储备库", "物资名称", "规格型号", "单位", "最低储备量", "标准储备量"}

	t.Run("the year", func(t *testing.T) {
		b := d.upload("无年.xlsx", table(t, "应急物资储备计划表", head, row))
		p := d.settle(b.ID)
		if p.Kind != reading.ReservePlan || !strings.Contains(p.Blocked, "哪一年") {
			t.Fatalf("%s blocked %q", p.Kind, p.Blocked)
		}
		if p = d.settle(b.ID, func(c *importing.Decisions) { c.Year = 1899 }); !strings.Contains(p.Blocked, "1899") {
			t.Errorf("blocked %q", p.Blocked)
		}
		if p = d.settle(b.ID, func(c *importing.Decisions) { c.Year, c.Season = 2027, plan.Flood }); p.Blocked != "" {
			t.Errorf("blocked %q", p.Blocked)
		}
		if v := d.apply(b.ID); v.Year != 2027 || v.Season != plan.Flood || v.FromOn != "2027-04-01" {
			t.Errorf("the draft is %+v", v)
		}
	})
	t.Run("what breaks a rule is told at its cell and left out", func(t *testing.T) {
		b := d.upload("错.xlsx", table(t, "2026年应急物资储备计划表", head, row, []any{2, "城关镇储备点", "棉大衣", "均码", "件", 5, 8},
			[]any{3, "大沟乡储备点", "雨靴", "40码", "双", 90, 30}))
		p := d.settle(b.ID)
		said := ""
		for _, r := range p.Rows {
			for _, x := range r.Problems {
				said += x.Cell + " " + x.Message + "\n"
			}
		}
		if p.Counts.Error != 1 || !strings.Contains(said, "G4") || !strings.Contains(said, "G3") {
			t.Errorf("%+v\n%s", p.Counts, said)
		}
		if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{}); !errors.Is(err, errs.Invalid) {
			t.Errorf("applied with an error: %v", err)
		}
	})
	t.Run("a place may be left out", func(t *testing.T) {
		b := d.upload("两库.xlsx", table(t, "2026年应急物资储备计划表", head, []any{1, "城关镇储备点", "雨衣", "均码", "件", 50, 100}, []any{2, "别处的库", "雨衣", "均码", "件", 1, 8}))
		p := d.settle(b.ID, func(c *importing.Decisions) { c.Leave["别处的库"] = true })
		if p.Blocked != "" || p.Counts.Skipped != 1 || p.Plan.Lines != 1 {
			t.Errorf("blocked %q, %+v, %d lines", p.Blocked, p.Counts, p.Plan.Lines)
		}
	})
	t.Run("only a planner may", func(t *testing.T) {
		keeper := access.Actor{ID: 8, Name: "周静", Grants: []access.Grant{{Role: access.Keeper}}}
		b, err := d.imp.Upload(d.ctx, keeper, "保管员.xlsx", bytes.NewReader(d.typed(2026, row)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.imp.Preview(d.ctx, keeper, b.ID)
		if err != nil || p.Plan == nil || len(p.Plan.Changes) > 0 {
			t.Fatalf("%+v %v", p.Plan, err)
		}
		p, err = d.imp.Decide(d.ctx, keeper, b.ID, p.Batch.Version, func(c *importing.Decisions) { c.Depots["城关镇储备点"] = d.towns["城关镇"].ID })
		if err != nil || !strings.Contains(p.Blocked, "没有编制储备计划的权限") {
			t.Errorf("blocked %q %v", p.Blocked, err)
		}
		if _, err := d.imp.Apply(d.ctx, keeper, b.ID, importing.Yes{}); err == nil {
			t.Error("a keeper made a draft")
		}
	})
}
