package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/reporting"
)

// openedBook reads the sheets of a workbook as texts, with formulas as they stand.
func openedBook(t *testing.T, book []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func sheetTexts(t *testing.T, f *excelize.File, sheets ...string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range sheets {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			b.WriteString(strings.Join(r, "|") + "\n")
		}
	}
	return b.String()
}

// asks is one request of every kind, on the demo's books.
func (o *bureau) asks(t *testing.T) map[reporting.Kind]reporting.Ask {
	t.Helper()
	code, depot := o.busiest(t)
	list, _, err := o.inv.Vouchers(context.Background(), o.who, inventory.VoucherFilter{Type: ledger.Issue, DepotID: depot.ID})
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	o.plan(t)
	return map[reporting.Kind]reporting.Ask{
		reporting.Stock: {"depot": depot.Name}, reporting.Card: {"item": code, "depot": depot.ID.String()}, reporting.Summary: {"month": "2026-10"},
		reporting.Voucher: {"voucher": strings.ToLower(list[0].Number)}, reporting.Journal: {"month": "2026-11"}, reporting.Count: {"depot": depot.Code},
		reporting.Board: {}, reporting.Goods: {},
	}
}

func TestEveryKindIsLaidOutForPaperAndRecorded(t *testing.T) {
	o := newBureau(t)
	asks := o.asks(t)
	for _, form := range reporting.Forms {
		t.Run(form.Name, func(t *testing.T) {
			f := openedBook(t, o.export(t, form.Kind, asks[form.Kind]))
			for _, name := range f.GetSheetList() {
				layout, err := f.GetPageLayout(name)
				if err != nil || layout.FitToWidth == nil || *layout.FitToWidth != 1 || *layout.Size != 9 {
					t.Errorf("%s: %+v %v", name, layout, err)
				}
				panes, err := f.GetPanes(name)
				if err != nil || !panes.Freeze {
					t.Errorf("%s: %+v %v", name, panes, err)
				}
				if text := sheetTexts(t, f, name); !strings.Contains(text, "编制单位：望城区应急管理局") || !strings.Contains(text, "审核") {
					t.Errorf("%s names no office or nobody to sign:\n%s", name, text)
				}
			}
			titles := 0
			for _, n := range f.GetDefinedName() {
				if n.Name == "_xlnm.Print_Titles" {
					titles++
				}
			}
			if titles != len(f.GetSheetList()) {
				t.Errorf("%d of %d sheets repeat their heading", titles, len(f.GetSheetList()))
			}
			page, err := o.st.Read().AuditPage(context.Background(), 0, 0, string(form.Kind)+".export", 10)
			if err != nil || len(page) != 1 || page[0].ActorName != "梁静" || !strings.Contains(page[0].Detail, "行") {
				t.Errorf("the trail has %+v %v", page, err)
			}
		})
	}
}

// Where nothing moved between the last line and the day asked for, the card says
// so: its last sheet reaches until that day.
func TestCardReachesUntilTheDayAskedFor(t *testing.T) {
	o := newBureau(t)
	code, depot := o.busiest(t)
	f := openedBook(t, o.export(t, reporting.Card, reporting.Ask{"item": code, "depot": depot.Code, "to": "2026-01-01"}))
	sheets := f.GetSheetList()
	if text := sheetTexts(t, f, sheets[0]); len(sheets) != 1 || !strings.Contains(text, "至2026年1月1日") {
		t.Errorf("%v\n%s", sheets, text)
	}
}

func TestCardAddsUpByFormulas(t *testing.T) {
	o := newBureau(t)
	code, depot := o.busiest(t)
	f := openedBook(t, o.export(t, reporting.Card, reporting.Ask{"item": code, "depot": depot.Code}))
	sheets := f.GetSheetList()
	if len(sheets) != 2 || !strings.HasSuffix(sheets[0], "2025年") || !strings.HasSuffix(sheets[1], "2026年") {
		t.Fatalf("sheets %v", sheets)
	}
	second := sheetTexts(t, f, sheets[1])
	for _, want := range []string{"储备库：" + depot.Name, "起止日期：2026年1月1日至", "日期|单据编号|摘要|批号|收入||发出||结存", "承前页", "本月合计", "本年累计"} {
		if !strings.Contains(second, want) {
			t.Errorf("no %s in\n%s", want, second)
		}
	}
	rows, err := f.GetRows(sheets[1])
	if err != nil {
		t.Fatal(err)
	}
	sums := 0
	for n, r := range rows {
		if len(r) == 0 || r[0] != "本年累计" {
			continue
		}
		for _, col := range []int{5, 7} {
			cell, _ := excelize.CoordinatesToCellName(col, n+1)
			value, err := f.GetCellValue(sheets[1], cell, excelize.Options{RawCellValue: true})
			if err != nil || value == "" {
				continue
			}
			sums++
			if got, err := f.CalcCellValue(sheets[1], cell, excelize.Options{RawCellValue: true}); err != nil || got != value {
				t.Errorf("%s is kept as %s and calculates to %s, %v", cell, value, got, err)
			}
		}
	}
	if sums == 0 {
		t.Error("no sums of the year")
	}
}

func TestVoucherPaper(t *testing.T) {
	o := newBureau(t)
	ask := o.asks(t)[reporting.Voucher]
	f := openedBook(t, o.export(t, reporting.Voucher, ask))
	list, _, err := o.inv.Vouchers(context.Background(), o.who, inventory.VoucherFilter{Number: strings.ToUpper(ask["voucher"])})
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	v, err := o.inv.Voucher(context.Background(), o.who, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	text := sheetTexts(t, f, f.GetSheetList()...)
	for _, want := range []string{"应急物资出库单", "编号：" + v.Number, "日期：" + v.BusinessOn.Chinese(), "储备库：" + v.Depot.Name, "领用单位：" + v.Counterparty,
		"金额（大写）：" + v.Total.Capital(), "校验码 " + ledger.Tail(v.Hash), "主管：", "经办：" + v.ActorName, "领用："} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if !strings.Contains(text, v.Total.Grouped()) {
		t.Errorf("no sum %s in\n%s", v.Total.Grouped(), text)
	}
	t.Run("a transfer names both depots, a reversal shows red figures", func(t *testing.T) {
		for typ, want := range map[ledger.Type][]string{ledger.Transfer: {"调出储备库：", "调入库：", "调入货位"}, ledger.Reversal: {"红冲单", "冲销单据：", "|-"}} {
			list, _, err := o.inv.Vouchers(context.Background(), o.who, inventory.VoucherFilter{Type: typ})
			if err != nil || len(list) == 0 {
				t.Fatal(len(list), err)
			}
			f := openedBook(t, o.export(t, reporting.Voucher, reporting.Ask{"voucher": list[0].ID.String()}))
			text := sheetTexts(t, f, f.GetSheetList()...)
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("no %s in\n%s", w, text)
				}
			}
		}
	})
}

// keeperOf may see one depot alone.
func keeperOf(depot id.ID) access.Actor {
	return access.Actor{ID: 9, Login: "keeper", Name: "周建国", Grants: []access.Grant{{Role: access.Keeper, DepotID: depot}}}
}

func TestExportsShowOnlyWhatTheActorMaySee(t *testing.T) {
	o := newBureau(t)
	depots, err := o.st.Read().Depots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	own, foreign := depots[1], depots[0]
	keeper := keeperOf(own.ID)
	asks := o.asks(t)
	for _, kind := range []reporting.Kind{reporting.Stock, reporting.Journal, reporting.Count, reporting.Board} {
		var b bytes.Buffer
		if _, err := o.reports.Export(context.Background(), keeper, kind, nil, &b); err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		f := openedBook(t, b.Bytes())
		text := sheetTexts(t, f, f.GetSheetList()...)
		text = strings.ReplaceAll(text, "调自 "+foreign.Name, "") // a transfer says where the goods are from
		if !strings.Contains(text, own.Name) || strings.Contains(text, foreign.Name) {
			t.Errorf("%s shows a keeper of %s\n%s", kind, own.Name, text)
		}
	}
	for _, kind := range []reporting.Kind{reporting.Stock, reporting.Card, reporting.Voucher, reporting.Count} {
		var b bytes.Buffer
		if _, err := o.reports.Export(context.Background(), keeper, kind, asks[kind], &b); !errors.Is(err, errs.NotFound) || b.Len() != 0 {
			t.Errorf("%s of a foreign depot: %v, %d bytes", kind, err, b.Len())
		}
	}
	admin := access.Actor{ID: 8, Name: "钟磊", Grants: []access.Grant{{Role: access.System}}}
	for _, form := range reporting.Forms {
		ask := reporting.Ask{}
		for field, text := range asks[form.Kind] {
			if field != reporting.FieldDepot {
				ask[field] = text
			}
		}
		var b bytes.Buffer
		if _, err := o.reports.Export(context.Background(), admin, form.Kind, ask, &b); !errors.Is(err, errs.Forbidden) || b.Len() != 0 {
			t.Errorf("%s for who sees no stock: %v, %d bytes", form.Kind, err, b.Len())
		}
	}
}

func TestWrongRequestsAreAnsweredInChinese(t *testing.T) {
	o := newBureau(t)
	for name, c := range map[string]struct {
		kind reporting.Kind
		ask  reporting.Ask
		says string
	}{
		"a field of another kind": {reporting.Stock, reporting.Ask{"voucher": "RK-1"}, "不用 voucher"},
		"no item":                 {reporting.Card, nil, "没有说是哪种物资"},
		"an unknown item":         {reporting.Card, reporting.Ask{"item": "火箭"}, "没有「火箭」"},
		"a name of several items": {reporting.Card, reporting.Ask{"item": "编织袋"}, "请填写编码"},
		"an unknown depot":        {reporting.Stock, reporting.Ask{"depot": "ZZ"}, "没有储备库「ZZ」"},
		"an unknown category":     {reporting.Board, reporting.Ask{"category": "玩具"}, "没有物资类别「玩具」"},
		"no voucher":              {reporting.Voucher, nil, "没有说是哪张单据"},
		"half a number":           {reporting.Voucher, reporting.Ask{"voucher": "RK-WC01"}, "完整的单据编号"},
		"a month that is none":    {reporting.Journal, reporting.Ask{"month": "2026-13"}, "月份"},
		"month and days":          {reporting.Journal, reporting.Ask{"month": "2026-10", "from": "2026-10-01"}, "只能填一样"},
		"days the wrong way":      {reporting.Card, reporting.Ask{"item": "SH0050", "from": "2026-10-02", "to": "2026-10-01"}, "晚于"},
		"a day that is none":      {reporting.Journal, reporting.Ask{"from": "昨天"}, "看不懂"},
		"an unknown type":         {reporting.Journal, reporting.Ask{"type": "领料单"}, "没有「领料单」"},
		"a month to come":         {reporting.Summary, reporting.Ask{"month": "2027-01"}, "还没有到"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			_, err := o.reports.Export(context.Background(), o.who, c.kind, c.ask, &b)
			if err == nil || !strings.Contains(errs.MessageOf(err), c.says) || b.Len() != 0 {
				t.Errorf("%v, %d bytes", err, b.Len())
			}
		})
	}
}

func TestKindsGoByManyWords(t *testing.T) {
	for word, want := range map[string]reporting.Kind{"stock": reporting.Stock, " 台账 ": reporting.Stock, "CARD": reporting.Card, "明细账": reporting.Card, "收发存汇总表": reporting.Summary,
		"入库单": reporting.Voucher, "流水": reporting.Journal, "盘点表": reporting.Count, "统计表": reporting.Board} {
		if got, err := reporting.ParseKind(word); err != nil || got != want {
			t.Errorf("%s: %s %v", word, got, err)
		}
	}
	_, err := reporting.ParseKind("nothing")
	if !errors.Is(err, errs.Invalid) {
		t.Fatal(err)
	}
	for _, f := range reporting.Forms {
		if !strings.Contains(errs.MessageOf(err), string(f.Kind)+"（"+f.Name+"）") {
			t.Errorf("an unknown kind is told of %s, not of %s", errs.MessageOf(err), f.Name)
		}
	}
}

func TestFilesAreNamedAfterWhatTheyHold(t *testing.T) {
	o := newBureau(t)
	asks := o.asks(t)
	_, depot := o.busiest(t)
	var names []string
	for _, form := range reporting.Forms {
		var b bytes.Buffer
		file, err := o.reports.Export(context.Background(), o.who, form.Kind, asks[form.Kind], &b)
		if err != nil || !strings.HasSuffix(file.Name, ".xlsx") || !strings.HasPrefix(file.Plain, string(form.Kind)) || strings.ContainsAny(file.Name, `/\:*?"<>|`) {
			t.Errorf("%s: %+v %v", form.Kind, file, err)
		}
		names = append(names, file.Name)
	}
	for _, want := range []string{"库存台账-" + depot.Name + "-2026-11-25.xlsx", "收发存汇总表-2026-10.xlsx", "出入库流水-2026-11.xlsx", "盘点表-" + depot.Name + "-2026-11-25.xlsx", "储备情况统计表-2026-11-25.xlsx"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}
}
