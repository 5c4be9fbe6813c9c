package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/money"
	"changbei/internal/reporting"
)

func TestStockSummary(t *testing.T) {
	st, inv := district(t)
	ctx := context.Background()
	planner := access.Actor{ID: 7, Login: "planner", Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}
	reports := reporting.New(st, inv)
	depots, err := st.Read().Depots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	write := func(f inventory.SummaryFilter) (string, *excelize.File) {
		t.Helper()
		var b bytes.Buffer
		if err := reports.StockSummary(ctx, planner, f, &b); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { book.Close() })
		rows, err := book.GetRows("收发存汇总表")
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range rows {
			text += strings.Join(r, "|") + "\n"
		}
		return text, book
	}
	t.Run("has a heading of two rows, and says that the month is open", func(t *testing.T) {
		text, _ := write(inventory.SummaryFilter{Month: "2026-11"})
		for _, want := range []string{"应急物资收发存汇总表", "编制单位：望城区应急管理局", "2026年11月（未月结）", "金额单位：元", "序号|编码|物资类别|物资名称|规格型号|单位|期初结存||本期收入||本期发出||期末结存",
			"数量|金额|数量|金额|数量|金额|数量|金额", "小计", "合计", "全部 2 个储备库本月未月结", "制表人：王芳"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
	})
	t.Run("adds up amounts by formulas, equal to the rows'", func(t *testing.T) {
		sum, err := inv.Summary(ctx, planner, inventory.SummaryFilter{Month: "2026-11"})
		if err != nil {
			t.Fatal(err)
		}
		var closing money.Fen
		for _, r := range sum.Rows {
			if r.Amounts != nil {
				closing += r.Amounts.Closing
			}
		}
		_, book := write(inventory.SummaryFilter{Month: "2026-11"})
		rows, _ := book.GetRows("收发存汇总表")
		for n, r := range rows {
			if r[0] != "合计" {
				continue
			}
			cell, _ := excelize.CoordinatesToCellName(14, n+1)
			formula, _ := book.GetCellFormula("收发存汇总表", cell)
			if !strings.HasPrefix(formula, "SUM(N") || closing == 0 || r[13] != closing.Grouped() {
				t.Errorf("%s: %s %s, want %s", cell, formula, r[13], closing.Grouped())
			}
			return
		}
		t.Error("no row of 合计")
	})
	t.Run("of one depot and of each depot name them; a closed month is not said to be open", func(t *testing.T) {
		var ids []id.ID
		for _, d := range depots {
			ids = append(ids, d.ID)
		}
		if _, err := inv.ClosePeriods(ctx, planner, "2026-10", ids); err != nil {
			t.Fatal(err)
		}
		text, _ := write(inventory.SummaryFilter{Month: "2026-10", DepotID: depots[0].ID})
		if !strings.Contains(text, depots[0].Name+"应急物资收发存汇总表") || strings.Contains(text, "未月结") {
			t.Error(text)
		}
		if text, _ = write(inventory.SummaryFilter{Month: "2026-11", ByDepot: true}); !strings.Contains(text, "序号|储备库|编码") || strings.Count(text, "小计") != 2 {
			t.Error(text)
		}
	})
	t.Run("leaves a line in the trail, and is not for who sees no stock", func(t *testing.T) {
		page, err := st.Read().AuditPage(ctx, 0, 0, "summary.export", 10)
		if err != nil || len(page) != 4 || page[0].ActorName != "王芳" {
			t.Errorf("%+v %v", page, err)
		}
		var b bytes.Buffer
		admin := access.Actor{ID: 8, Name: "钟磊", Grants: []access.Grant{{Role: access.System}}}
		if err := reports.StockSummary(ctx, admin, inventory.SummaryFilter{Month: "2026-10"}, &b); !errors.Is(err, errs.Forbidden) || b.Len() != 0 {
			t.Errorf("%v, %d bytes", err, b.Len())
		}
	})
}
