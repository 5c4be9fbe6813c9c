package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/store"
)

// plan brings a plan of the demo's goods into force: half as much again as
// there is of every third item, half as much of the others, one line for the
// whole district that nobody holds.
func (o *bureau) plan(t *testing.T) plan.Plan {
	t.Helper()
	ctx := context.Background()
	planner := access.Actor{ID: 21, Name: "沈岚", Grants: []access.Grant{{Role: access.Planner}}}
	leader := access.Actor{ID: 22, Name: "李明", Grants: []access.Grant{{Role: access.Leader}}}
	lines := o.planLines(t, planner)
	plans := planning.New(o.st)
	var p plan.Plan
	err := o.st.Tx(ctx, func(tx *store.Tx) (err error) {
		p, err = planning.DraftFrom(ctx, tx, planner, planning.DraftHead{ID: tx.NewID(), Year: 2026, Season: plan.WholeYear, Window: 30}, lines)
		return err
	})
	if err == nil {
		err = plans.SubmitPlan(ctx, planner, p.ID, p.LockNo)
	}
	if err == nil {
		err = plans.DecidePlan(ctx, leader, p.ID, p.LockNo+1, planning.Verdict{Approve: true, Document: "望应急〔2026〕7号"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (o *bureau) planLines(t *testing.T, planner access.Actor) []plan.Line {
	t.Helper()
	type at struct{ depot, item id.ID }
	rows, _, err := o.inv.StockByLot(context.Background(), planner, inventory.StockFilter{}, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	have, units, held := map[at]quantity.Q{}, map[id.ID]string{}, map[id.ID]bool{}
	var order []at
	for _, r := range rows {
		k := at{r.DepotID, r.Lot.ItemID}
		if _, seen := have[k]; !seen {
			order = append(order, k)
		}
		have[k] += r.OnHand
		units[k.item], held[k.item] = r.Unit, true
	}
	var lines []plan.Line
	for i, k := range order {
		l := plan.Line{Scope: plan.Scope{Kind: plan.AtDepot, DepotID: k.depot}, Target: plan.Target{Kind: plan.OfItem, ID: k.item}, Unit: units[k.item],
			Standard: max(1, have[k]/2000) * 1000, Forms: []plan.Form{plan.Physical}, Basis: plan.Basis{Kind: plan.Fixed}}
		if i%3 == 0 {
			l.Standard = 3 * l.Standard
			l.Minimum = l.Standard / 2000 * 1000
		}
		lines = append(lines, l)
	}
	items, err := o.st.Read().Items(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if !held[it.ID] && !it.Draft {
			return append(lines, plan.Line{Scope: plan.Scope{Kind: plan.District}, Target: plan.Target{Kind: plan.OfItem, ID: it.ID}, Unit: it.Unit, Standard: quantity.Of(50),
				Forms: []plan.Form{plan.Physical}, Basis: plan.Basis{Kind: plan.Fixed}, Remark: "全区共用"})
		}
	}
	t.Fatal("the demo holds every item")
	return nil
}

// whole gives all sheets of a workbook as text.
func whole(t *testing.T, book []byte) (string, *excelize.File) {
	t.Helper()
	f := openedBook(t, book)
	return sheetTexts(t, f, f.GetSheetList()...), f
}

func TestPlanWorkbookHoldsEveryLine(t *testing.T) {
	o := newBureau(t)
	p := o.plan(t)
	text, f := whole(t, o.export(t, reporting.Plan, nil))
	sheets := f.GetSheetList()
	if strings.Join(sheets, " ") != "储备计划 最低储备量 其他计划行" {
		t.Errorf("the sheets are %v", sheets)
	}
	for _, want := range []string{"2026年度应急物资储备计划表", fmt.Sprintf("年度：2026年（全年，第 %d 版）", p.Version), "批准文号：望应急〔2026〕7号", "区级储备", "街镇储备", "全区共用", "小计"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if formula, err := f.GetCellFormula("储备计划", "F6"); err != nil || !strings.HasPrefix(formula, "SUM(G6:") {
		t.Errorf("the sum of the first row is %q %v", formula, err)
	}
	byYear, _ := whole(t, o.export(t, reporting.Plan, reporting.Ask{"plan": "2026"}))
	byID, _ := whole(t, o.export(t, reporting.Plan, reporting.Ask{"plan": p.ID.String()}))
	if byYear != text || byID != text {
		t.Error("by year or by id it is another plan")
	}
	for _, none := range []string{"2019", "12345"} {
		if _, err := o.reports.Export(context.Background(), o.who, reporting.Plan, reporting.Ask{"plan": none}, &bytes.Buffer{}); !errors.Is(err, errs.NotFound) {
			t.Errorf("plan %s: %v", none, err)
		}
	}
}

func TestCoverageWorkbookAgreesWithTheUseCase(t *testing.T) {
	o := newBureau(t)
	o.plan(t)
	v, found, err := planning.New(o.st).Coverage(context.Background(), o.who, planning.CoverageFilter{})
	if err != nil || !found {
		t.Fatal(found, err)
	}
	text, f := whole(t, o.export(t, reporting.Coverage, nil))
	rate, _ := v.Matrix.Total.Rate.Rate()
	for _, want := range []string{fmt.Sprintf("合计：%d 行，%d 行达到最低量，%d 行有缺口", v.Matrix.Total.Lines, v.Matrix.Total.Enough, v.Matrix.Total.Short),
		(quantity.Q(rate) * 10).String(), "已过期|期内到期|借出|维修|在途|冻结/待检|试机过期|已分配", "全区合计"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	rows, err := f.GetRows("储备对照")
	if err != nil {
		t.Fatal(err)
	}
	short := 0
	for i, r := range rows {
		if len(r) < 22 || r[0] == "" || strings.Trim(r[0], "0123456789") != "" {
			continue
		}
		usable, _ := f.GetCellFormula("储备对照", fmt.Sprintf("S%d", i+1))
		if want := fmt.Sprintf("J%d-SUM(K%d:R%d)", i+1, i+1, i+1); usable != want {
			t.Errorf("可用 is %s, want %s", usable, want)
		}
		if gap := strings.TrimSpace(r[20]); gap != "" && gap != "0" {
			short++
		}
	}
	if short != v.Matrix.Total.Short || short == 0 {
		t.Errorf("%d rows are short, want %d", short, v.Matrix.Total.Short)
	}
}

func TestRotationListsWhatExpiresWithinAYear(t *testing.T) {
	o := newBureau(t)
	p, err := planning.New(o.st).Rotation(context.Background(), o.who, planning.RotationFilter{})
	list := p.Lots
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	today := o.inv.Today()
	for _, r := range list {
		left := r.Lot.Expires.Last()
		want := "调换轮换"
		switch {
		case left < today.First:
			want = "报废鉴定"
		case left <= today.AddMonths(3).First:
			want = "冬春救助或发放"
		case left <= today.AddMonths(6).First:
			want = "演练培训"
		}
		if r.Use != want || left > today.AddMonths(12).First {
			t.Errorf("%s until %s is for %s, want %s", r.Item, left, r.Use, want)
		}
	}
	text, f := whole(t, o.export(t, reporting.Rotation, nil))
	if n := strings.Count(text, "个批次）"); n < 2 || !strings.Contains(text, fmt.Sprintf("合计（%d 个批次）", len(list))) {
		t.Errorf("the sums are missing\n%s", text)
	}
	if f.GetSheetName(0) != "轮换计划" {
		t.Error(f.GetSheetList())
	}
	t.Run("the words are the bureau's to set", func(t *testing.T) {
		err := o.st.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.PutSetting(context.Background(), "rotation.rest", "与经销商调换")
		})
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := whole(t, o.export(t, reporting.Rotation, nil)); !strings.Contains(text, "与经销商调换") {
			t.Error(text)
		}
	})
}

// A keeper gets what stands at their own depot, and nothing of the district.
func TestPapersOfPlansKeepToTheDepotsOfTheReader(t *testing.T) {
	o := newBureau(t)
	o.plan(t)
	depots, err := o.st.Read().Depots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var own place.Depot
	for _, d := range depots {
		if d.Tier == place.District && d.Holder == place.HeldByBureau {
			own = d
		}
	}
	o.who = access.Actor{ID: 30, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: own.ID}}}
	for _, kind := range []reporting.Kind{reporting.Coverage, reporting.Shortage, reporting.Rotation} {
		text, _ := whole(t, o.export(t, kind, nil))
		for _, d := range depots {
			if d.ID != own.ID && strings.Contains(text, d.Name) {
				t.Errorf("%s tells the keeper of %s", kind, d.Name)
			}
		}
		if !strings.Contains(text, own.Name) || strings.Contains(text, "全区合计") {
			t.Errorf("%s:\n%s", kind, text)
		}
	}
	o.who = access.Actor{ID: 31, Name: "陈安", Grants: []access.Grant{{Role: access.Security}}}
	for _, kind := range []reporting.Kind{reporting.Plan, reporting.Coverage, reporting.Shortage, reporting.Transfers, reporting.Purchase, reporting.Rotation} {
		if _, err := o.reports.Export(context.Background(), o.who, kind, nil, &bytes.Buffer{}); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s for one without any right: %v", kind, err)
		}
	}
}
