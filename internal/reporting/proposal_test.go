package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/sheet"
)

func (o *bureau) propose(t *testing.T) planning.Proposals {
	t.Helper()
	p, err := planning.New(o.st).Propose(context.Background(), o.who)
	if err != nil || !p.Found || len(p.Transfers) == 0 || len(p.Purchases) == 0 {
		t.Fatalf("%d transfers, %d purchases, %v: nothing is proved", len(p.Transfers), len(p.Purchases), err)
	}
	return p
}

// Of today's plan the application asks for what the proposals leave to buy.
func TestPurchaseIsWhatTheProposalsLeaveToBuy(t *testing.T) {
	o := newBureau(t)
	inForce := o.plan(t)
	p := o.propose(t)
	var sum money.Fen
	text, _ := whole(t, o.export(t, reporting.Purchase, nil))
	for _, b := range p.Purchases {
		var shares quantity.Q
		for _, s := range b.Shares {
			shares += s.Qty
		}
		if shares != b.Qty {
			t.Errorf("%s: %s for all, %s by depot", b.Label, b.Qty, shares)
		}
		if b.Price != nil {
			sum += b.Price.Times(b.Qty)
		}
		if want := fmt.Sprintf("|%s|%s|%s|%s|", b.Item.Name, b.Item.Spec, b.Unit, b.Qty.Grouped()); !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	for _, also := range []string{"合计金额（大写）：" + sum.Capital(), sum.Grouped(), "申请人：梁静", "部门负责人：", "分管领导：", "申请单位：望城区应急管理局", "已扣除可以调拨"} {
		if sum == 0 || !strings.Contains(text, also) {
			t.Errorf("%s is missing in\n%s", also, text)
		}
	}
	if named, _ := whole(t, o.export(t, reporting.Purchase, reporting.Ask{"plan": inForce.ID.String()})); named != text {
		t.Error("the plan in force, by its number, is another application")
	}
	t.Run("for one depot its share", func(t *testing.T) {
		var bought planning.Purchase
		var share planning.PurchaseShare
		for _, b := range p.Purchases {
			for _, one := range b.Shares {
				if one.Depot.ID != 0 && share.Depot.ID == 0 {
					bought, share = b, one
				}
			}
		}
		if share.Depot.ID == 0 {
			t.Fatal("nothing is bought for any depot: the test shows nothing")
		}
		text, _ := whole(t, o.export(t, reporting.Purchase, reporting.Ask{"depot": share.Depot.Code}))
		if want := fmt.Sprintf("|%s|%s|", bought.Unit, share.Qty.Grouped()); !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	})
}

// Of another day it is all that is short: nobody knows then what others spare.
func TestPurchaseOfAnotherDayAddsShortagesUp(t *testing.T) {
	o := newBureau(t)
	o.plan(t)
	on := o.inv.Today().AddDays(7).First
	list, v, _, err := planning.New(o.st).Shortages(context.Background(), o.who, planning.CoverageFilter{On: on})
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	want := map[string]quantity.Q{}
	for _, s := range list {
		it, _ := v.Goods.Item(s.Line.Target.ID)
		want[it.Name+"|"+it.Spec+"|"+it.Unit] += s.ToStandard
	}
	text, _ := whole(t, o.export(t, reporting.Purchase, reporting.Ask{"on": on}))
	for goods, qty := range want {
		if !strings.Contains(text, "|"+goods+"|"+qty.Grouped()+"|") {
			t.Errorf("%s %s is missing in\n%s", goods, qty.Grouped(), text)
		}
	}
	if !strings.Contains(text, "没有扣除") || !strings.Contains(text, "待询价") {
		t.Errorf("the note is missing in\n%s", text)
	}
}

func TestTransfersAreLaidOutPerPairOfDepots(t *testing.T) {
	o := newBureau(t)
	o.plan(t)
	p := o.propose(t)
	text, f := whole(t, o.export(t, reporting.Transfers, nil))
	if f.GetSheetName(0) != "调拨建议" {
		t.Error(f.GetSheetList())
	}
	lines := 0
	for _, tr := range p.Transfers {
		lines += len(tr.Lines)
		if band := tr.From.Name + " → " + tr.To.Name; !strings.Contains(text, band) {
			t.Errorf("%s is missing", band)
		}
		for _, l := range tr.Lines {
			if want := fmt.Sprintf("|%s|%s|%s|%s|%s|", tr.From.Name, tr.To.Name, l.Item.Name, l.Item.Spec, l.Lot.No); !strings.Contains(text, want) {
				t.Errorf("%s is missing", want)
			}
		}
	}
	if n := strings.Count(text, "\n"+fmt.Sprint(lines)+"|"); n != 1 {
		t.Errorf("the last of %d lines stands %d times", lines, n)
	}
	t.Run("of one depot, what leaves it or comes", func(t *testing.T) {
		own := p.Transfers[0].From
		text, _ := whole(t, o.export(t, reporting.Transfers, reporting.Ask{"depot": own.Code}))
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, " → ") && !strings.Contains(line, own.Name) {
				t.Errorf("%s is none of %s", line, own.Name)
			}
		}
	})
	keeper := access.Actor{ID: 30, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: p.Transfers[0].From.ID}}}
	if _, err := o.reports.Export(context.Background(), keeper, reporting.Transfers, nil, &bytes.Buffer{}); !errors.Is(err, errs.Forbidden) {
		t.Errorf("a keeper of one depot: %v", err)
	}
}

// scenario is a case over every street, which no district could meet.
func (o *bureau) scenario(t *testing.T) planning.ScenarioInput {
	t.Helper()
	streets, err := planning.New(o.st).Streets(context.Background(), o.who)
	if err != nil || len(streets) == 0 {
		t.Fatal(len(streets), err)
	}
	in := planning.ScenarioInput{Name: "湘江高水位", Case: "flood", Days: 3, People: map[string]int64{}, Off: streets[0].Depots[:1], KeepMin: true}
	for _, st := range streets {
		in.People[st.Code] = 1000
	}
	return in
}

func TestScenarioWorkbookAgreesWithTheUseCase(t *testing.T) {
	o := newBureau(t)
	in := o.scenario(t)
	out, err := planning.New(o.st).Scenario(context.Background(), o.who, in)
	if err != nil || out.First < 0 || len(out.Supplies) == 0 || len(out.Lacks) == 0 {
		t.Fatalf("%d supplies, %d lacks, %v: nothing is proved", len(out.Supplies), len(out.Lacks), err)
	}
	var b bytes.Buffer
	file, err := o.reports.Scenario(context.Background(), o.who, in, &b)
	if err != nil || file.Plain != "scenario-"+o.inv.Today().First+".xlsx" || !strings.HasPrefix(file.Name, "情景推演-湘江高水位-") {
		t.Fatal(file, err)
	}
	book, err := sheet.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), file.Plain)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range book.Sheets {
		names = append(names, s.Name)
	}
	if want := []string{"推演结论", "各街镇缺口", "调入明细", "采购申请"}; !slices.Equal(names, want) {
		t.Errorf("our reader finds %v, want %v", names, want)
	}
	f := openedBook(t, b.Bytes())
	sentence, _, _ := out.Verdict()
	verdict := sheetTexts(t, f, "推演结论")
	for _, want := range []string{"结论：" + sentence, "情形：洪涝；不能用的库：", "没有受灾的库留足自己的最低量"} {
		if !strings.Contains(verdict, want) {
			t.Errorf("%s is missing in\n%s", want, verdict)
		}
	}
	some := func(q quantity.Q) string {
		if q == 0 {
			return ""
		}
		return q.Grouped()
	}
	for _, s := range out.Sums() {
		if s.Own+s.Moved+s.Short != s.Need {
			t.Errorf("%s: %s + %s + %s are not %s", s.Name, s.Own, s.Moved, s.Short, s.Need)
		}
		if want := fmt.Sprintf("|%s|%s|%s|%s|%s|", s.Unit, s.Need.Grouped(), s.Own.Grouped(), s.Moved.Grouped(), some(s.Short)); !strings.Contains(verdict, want) {
			t.Errorf("%s%s is missing in\n%s", s.Name, want, verdict)
		}
	}
	streets := sheetTexts(t, f, "各街镇缺口")
	for _, one := range out.Outcomes {
		if want := fmt.Sprintf("|%s|1,000|%s|%s|%s|%s|%s|%s|", out.Streets[one.Street].Name, one.Standard.Name, one.Standard.Unit, one.Need.Grouped(), one.Own.Grouped(), one.Moved.Grouped(), some(one.Short)); !strings.Contains(streets, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(sheetTexts(t, f, "调入明细"), "|第 "); n != len(out.Supplies) {
		t.Errorf("%d supplies, want %d", n, len(out.Supplies))
	}
	var sum money.Fen
	for _, l := range out.Lacks {
		if l.Price != nil {
			sum += l.Price.Times(l.Qty)
		}
	}
	if text := sheetTexts(t, f, "采购申请"); sum == 0 || !strings.Contains(text, "合计金额（大写）："+sum.Capital()) {
		t.Errorf("%s in\n%s", sum.Capital(), text)
	}
	page, err := o.st.Read().AuditPage(context.Background(), 0, 0, "scenario.export", 10)
	if err != nil || len(page) != 1 || page[0].Object != "情景推演" || !strings.HasPrefix(page[0].Detail, out.Title()) {
		t.Errorf("the trail has %+v %v", page, err)
	}
}

func TestScenarioWorkbookIsRefusedLikeItsPage(t *testing.T) {
	o := newBureau(t)
	for name, in := range map[string]planning.ScenarioInput{"nobody": {Days: 3}, "a name of a page": {Name: strings.Repeat("名", 61), Days: 3, People: map[string]int64{"430112001000": 5}}} {
		if _, err := o.reports.Scenario(context.Background(), o.who, in, &bytes.Buffer{}); !errors.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.who = access.Actor{ID: 31, Name: "陈安", Grants: []access.Grant{{Role: access.Security}}}
	if _, err := o.reports.Scenario(context.Background(), o.who, planning.ScenarioInput{}, &bytes.Buffer{}); !errors.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	if page, err := o.st.Read().AuditPage(context.Background(), 0, 0, "scenario.export", 10); err != nil || len(page) != 0 {
		t.Errorf("the trail tells of %d workbooks that nobody got, %v", len(page), err)
	}
}

// Each way of adding a plan of rotation up covers every lot once.
func TestRotationAddsUpInEveryWay(t *testing.T) {
	o := newBureau(t)
	plans := planning.New(o.st)
	year, err := plans.Rotation(context.Background(), o.who, planning.RotationFilter{})
	if err != nil || year.Total.Amount == 0 || len(year.Depots) < 2 {
		t.Fatal(year.Total, err)
	}
	for name, list := range map[string][]planning.RotationSum{"uses": year.Uses, "quarters": year.Quarters, "depots": year.Depots} {
		lots, amount, units := 0, money.Fen(0), map[string]quantity.Q{}
		for _, s := range list {
			lots, amount = lots+s.Lots, amount+s.Amount
			for _, u := range s.Units {
				units[u.Unit] += u.Qty
			}
		}
		if lots != len(year.Lots) || amount != year.Total.Amount || len(units) != len(year.Total.Units) {
			t.Errorf("%s: %d lots, %s yuan, want %d, %s", name, lots, amount, len(year.Lots), year.Total.Amount)
		}
		for _, u := range year.Total.Units {
			if units[u.Unit] != u.Qty {
				t.Errorf("%s: %s %s, want %s", name, units[u.Unit], u.Unit, u.Qty)
			}
		}
	}
	soon, err := plans.Rotation(context.Background(), o.who, planning.RotationFilter{Months: 3})
	if err != nil || soon.Total.Lots != year.Expired.Lots+year.Soon.Lots || soon.Total.Lots >= year.Total.Lots {
		t.Errorf("within three months %d lots, want %d + %d, %v", soon.Total.Lots, year.Expired.Lots, year.Soon.Lots, err)
	}
	one, err := plans.Rotation(context.Background(), o.who, planning.RotationFilter{DepotID: year.Depots[1].DepotID})
	if err != nil || one.Total.Lots != year.Depots[1].Lots || one.Total.Amount != year.Depots[1].Amount {
		t.Errorf("%s alone has %d lots, want %d, %v", year.Depots[1].Label, one.Total.Lots, year.Depots[1].Lots, err)
	}
	text, f := whole(t, o.export(t, reporting.Rotation, reporting.Ask{"within": "3"}))
	if !slices.Equal(f.GetSheetList(), []string{"轮换计划", "轮换汇总"}) || !strings.Contains(text, fmt.Sprintf("合计（%d 个批次）", soon.Total.Lots)) {
		t.Errorf("%v\n%s", f.GetSheetList(), text)
	}
	keeper := access.Actor{ID: 30, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: year.Depots[0].DepotID}}}
	own, err := plans.Rotation(context.Background(), keeper, planning.RotationFilter{})
	if err != nil || len(own.Depots) != 1 || own.Depots[0].DepotID != year.Depots[0].DepotID || len(own.Choices) != 1 {
		t.Errorf("a keeper sees %+v, %v", own.Depots, err)
	}
	for name, f := range map[string]planning.RotationFilter{"another depot": {DepotID: year.Depots[1].DepotID}, "no category": {CategoryID: 5}} {
		if _, err := plans.Rotation(context.Background(), keeper, f); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := plans.Rotation(context.Background(), keeper, planning.RotationFilter{Months: 7}); !errors.Is(err, errs.Invalid) {
		t.Error(err)
	}
}
