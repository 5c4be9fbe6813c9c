package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/app"
	"changbei/internal/config"
	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/store/storetest"
)

// The targets of a ledger of twenty thousand rows.
const (
	mostPreview = 3
	mostApply   = 5
	mostMore    = 150
)

// TestImport times long ledgers from the upload to the preview, a preview once
// more, and their booking.
func TestImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		tb := newTable("importing, "+e.Name, "rows", "upload to preview s", "target", "preview again s", "applied s", "target", "heap MB more", "target")
		for _, rows := range numbers("IMPORT", "20000,100000") {
			timeImport(t, e, rows, tb)
		}
		tb.print()
	})
}

func timeImport(t *testing.T, e storetest.Engine, rows int, tb *table) {
	ctx := context.Background()
	_, o := e.Fixed(t)
	st := open(t, o)
	defer st.Close()
	dir := directory.New(st, directory.Options{})
	must(t, dir.Bootstrap(ctx))
	imp, err := app.Importing(config.Config{Data: t.TempDir()}, st)
	must(t, err)
	file := longLedger(t, rows)
	planner := access.Actor{ID: 7, Name: "计划员", Grants: []access.Grant{{Role: access.Planner}}}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	stop := watchHeap()
	f, err := os.Open(file)
	must(t, err)
	defer f.Close()
	start := time.Now()
	b, err := imp.Upload(ctx, planner, filepath.Base(file), f)
	must(t, err)
	depot := freshDepot(t, dir, planner)
	_, err = imp.Preview(ctx, planner, b.ID)
	must(t, err)
	preview := time.Since(start).Seconds()
	p, err := imp.Decide(ctx, planner, b.ID, b.Version, func(c *importing.Decisions) { c.Depots["长表储备库"] = depot })
	must(t, err)
	p, err = imp.Decide(ctx, planner, b.ID, p.Batch.Version, func(c *importing.Decisions) {
		for _, w := range p.Words {
			c.Items[w.Key] = importing.Choice{Create: true}
		}
	})
	must(t, err)
	start = time.Now()
	p, err = imp.Preview(ctx, planner, b.ID)
	must(t, err)
	again := time.Since(start).Seconds()
	if p.Counts.OK != rows {
		t.Fatalf("%+v, %q", p.Counts, p.Blocked)
	}
	start = time.Now()
	posted, err := imp.Apply(ctx, planner, b.ID, importing.Yes{Version: p.Batch.Version})
	must(t, err)
	applied := time.Since(start).Seconds()
	more := stop() - float64(before.HeapAlloc)/(1<<20)
	wanted := func(v, target float64) string {
		if rows > 20000 {
			return ""
		}
		return most(v, target)
	}
	tb.row(rows, preview, wanted(preview, mostPreview), again, applied, wanted(applied, mostApply), more, wanted(more, mostMore))
	if len(posted) < rows/1000 {
		t.Errorf("%d vouchers", len(posted))
	}
}

func freshDepot(t *testing.T, dir *directory.Service, planner access.Actor) id.ID {
	t.Helper()
	d, err := dir.CreateDepot(context.Background(), planner, directory.DepotInput{Code: "LONG", Name: "长表储备库", Tier: place.District})
	must(t, err)
	return d.ID
}

// longLedger writes a stock list as an office would: fourteen columns, goods of
// the catalogue with batches and dates, on one sheet.
func longLedger(t *testing.T, rows int) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	must(t, err)
	must(t, w.SetRow("A1", []any{"应急物资库存台账"}))
	must(t, w.SetRow("A2", []any{"储备库：长表储备库", nil, nil, nil, "截止日期：2026年6月30日"}))
	must(t, w.SetRow("A3", []any{"序号", "物资名称", "规格型号", "单位", "数量", "批号", "生产日期", "有效期至", "入库日期", "单价", "来源", "货位", "保管员", "备注"}))
	names := []struct{ name, unit string }{{"棉被", "床"}, {"毛毯", "条"}, {"雨衣", "件"}, {"编织袋", "条"}, {"铁锹", "把"}, {"救生衣", "件"}, {"折叠床", "张"}, {"睡袋", "个"}}
	for i := range rows {
		n := names[i%len(names)]
		must(t, w.SetRow(fmt.Sprintf("A%d", i+4), []any{i + 1, n.name, "", n.unit, i%900 + 1, fmt.Sprintf("P%06d", i), fmt.Sprintf("2023-%02d-%02d", i%12+1, i%28+1),
			fmt.Sprintf("2031-%02d-%02d", i%12+1, i%28+1), "2024-05-01", 12.5, "本级采购", fmt.Sprintf("A-%02d", i%40), "王芳", "完好"}))
	}
	must(t, w.Flush())
	path := filepath.Join(t.TempDir(), "长表.xlsx")
	must(t, f.SaveAs(path))
	return path
}
