package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/reading"
	"changbei/internal/reporting"
	"changbei/internal/sheet"
	"changbei/internal/store"
	"changbei/sql"
)

// office is a district with a planner and their templates.
type office struct {
	st        *store.Store
	inv       *inventory.Service
	templates *reporting.Templates
	folder    string
	planner   access.Actor
}

func newOffice(t *testing.T) *office {
	t.Helper()
	st, inv := district(t)
	o := &office{st: st, inv: inv, folder: filepath.Join(t.TempDir(), "templates"),
		planner: access.Actor{ID: 7, Login: "planner", Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}}
	var err error
	if o.templates, err = reporting.NewTemplates(reporting.New(st, inv), o.folder); err != nil {
		t.Fatal(err)
	}
	return o
}

func sampleOf(t *testing.T, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := reporting.SampleTemplate(kind, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (o *office) upload(t *testing.T, kind, name string, file []byte) reporting.Template {
	t.Helper()
	e, err := o.templates.Upload(context.Background(), o.planner, kind, name, "表样.xlsx", bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// sheetRows opens a workbook and gives its first sheet as people see it.
func sheetRows(t *testing.T, data []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func textOf(rows [][]string) string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "|"))
	}
	return strings.Join(lines, "\n")
}

func TestFieldNamesTellTheRow(t *testing.T) {
	for _, k := range reporting.TemplateKinds() {
		seen := map[string]bool{}
		for _, n := range reporting.FieldNames(k.Kind) {
			if seen[n] {
				t.Errorf("%s names %s twice", k.Name, n)
			}
			seen[n] = true
		}
		if len(k.Line) == 0 || len(k.Head) == 0 || len(seen) <= len(k.Line)+len(k.Head) {
			t.Errorf("%s: %d names", k.Name, len(seen))
		}
	}
}

func TestSamplesFillAsTheyAre(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	t.Run("the stock ledger has a line for every lot, and the sums of the page", func(t *testing.T) {
		e := o.upload(t, "stock", "台账", sampleOf(t, "stock"))
		var out bytes.Buffer
		if err := o.templates.Stock(ctx, o.planner, e.ID, inventory.StockFilter{}, &out); err != nil {
			t.Fatal(err)
		}
		stock, _, err := o.inv.StockByLot(ctx, o.planner, inventory.StockFilter{}, inventory.AllRows)
		if err != nil {
			t.Fatal(err)
		}
		rows := sheetRows(t, out.Bytes())
		text := textOf(rows)
		for i, r := range stock {
			line := rows[3+i]
			if line[3] != r.Item || line[6] != r.OnHand.String() || line[1] != r.Depot || r.Lot.Price != nil && line[7] != r.Lot.Price.Grouped() || line[10] != r.Lot.Expires.String() {
				t.Errorf("line %d is %v, want %s %s", i+1, line, r.Item, r.OnHand)
			}
		}
		for _, want := range []string{"编制单位：望城区应急管理局", "截止日期：2026年11月25日", "制表人：王芳", "合计"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s", want)
			}
		}
		if strings.Contains(text, "{{") || len(stock) == 0 {
			t.Errorf("%d lots, a field is left:\n%s", len(stock), text)
		}
	})
	t.Run("the summary has a line for every item", func(t *testing.T) {
		e := o.upload(t, "summary", "收发存", sampleOf(t, "summary"))
		var out bytes.Buffer
		f := inventory.SummaryFilter{Month: "2026-11"}
		if err := o.templates.Summary(ctx, o.planner, e.ID, f, &out); err != nil {
			t.Fatal(err)
		}
		sum, err := o.inv.Summary(ctx, o.planner, f)
		if err != nil {
			t.Fatal(err)
		}
		rows := sheetRows(t, out.Bytes())
		var total reporting.SummarySum
		for i, r := range sum.Rows {
			total.Add(r)
			line := rows[3+i]
			if line[1] != r.Item.Name || line[4] != r.Opening.String() || line[10] != r.Closing.String() {
				t.Errorf("line %d is %v, want %s %s", i+1, line, r.Item.Name, r.Closing)
			}
		}
		if last := rows[3+len(sum.Rows)]; last[11] != total.Amounts.Closing.Grouped() {
			t.Errorf("sum %v, want %s", last, total.Amounts.Closing.Grouped())
		}
	})
	t.Run("a voucher has its head, its lines and its amount in words", func(t *testing.T) {
		e := o.upload(t, "voucher", "入库单", sampleOf(t, "voucher"))
		list, _, err := o.inv.Vouchers(ctx, o.planner, inventory.VoucherFilter{Type: "receipt"})
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		v, err := o.inv.Voucher(ctx, o.planner, list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := o.templates.Voucher(ctx, o.planner, e.ID, v.ID, &out); err != nil {
			t.Fatal(err)
		}
		text := textOf(sheetRows(t, out.Bytes()))
		for _, want := range []string{"应急物资入库单", v.Number, v.BusinessOn.Chinese(), v.Total.Capital(), v.Depot.Name, v.Lines[0].Item.Name} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
	})
}

func TestAFilledSampleReadsBack(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	e := o.upload(t, "stock", "台账", sampleOf(t, "stock"))
	path := filepath.Join(t.TempDir(), "台账.xlsx")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(o.templates.Stock(ctx, o.planner, e.ID, inventory.StockFilter{}, out), out.Close()); err != nil {
		t.Fatal(err)
	}
	stock, _, err := o.inv.StockByLot(ctx, o.planner, inventory.StockFilter{}, inventory.AllRows)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sql.Seed.Open("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer seed.Close()
	lexicon, err := reading.LoadLexicon(seed)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.ReadFile(path, "台账.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	read, err := reading.Read(book, reading.Options{FileName: "台账.xlsx", Today: o.inv.Today(), Lexicon: lexicon})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range read.Issues {
		// Numbered pieces are lots of one: on a sheet without their numbers they
		// are rows alike, and a reader has to ask.
		if i.Code != "duplicate_row" {
			t.Errorf("%s: %s", i.Cell, i.Message)
		}
	}
	if len(read.Rows) != len(stock) || read.DocKind != reading.StockList {
		t.Fatalf("%s with %d rows of %d", read.DocKind, len(read.Rows), len(stock))
	}
	for i, r := range read.Rows {
		want := stock[i]
		if r.Status == reading.Error || r.Item != want.Item || r.Spec != want.Spec || r.Unit != want.Unit || *r.Quantity != want.OnHand || r.Depot != want.Depot ||
			r.ProductionDate != want.Lot.Produced || r.Expiry != want.Lot.Expires || r.Location != want.Bin {
			t.Errorf("row %d reads %+v, want %+v", r.Row, r, want)
		}
	}
}

func TestTemplatesAreKept(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	first := o.upload(t, "stock", "  我局表样 ", sampleOf(t, "stock"))
	if first.Name != "我局表样" || first.Version != 1 {
		t.Errorf("%+v", first)
	}
	second := o.upload(t, "stock", "我局表样", sampleOf(t, "stock"))
	unnamed := o.upload(t, "summary", "", sampleOf(t, "summary"))
	if second.Version != 2 || unnamed.Name != "表样" {
		t.Errorf("version %d, name %q", second.Version, unnamed.Name)
	}
	list, err := o.templates.List(ctx, o.planner)
	if err != nil || len(list) != 3 || list[2].ID != first.ID || list[2].Status == reporting.TemplateActive || list[2].RetiredName != "王芳" {
		t.Errorf("%+v %v", list, err)
	}
	if active, err := o.templates.Of(ctx, "stock"); err != nil || len(active) != 1 || active[0].ID != second.ID {
		t.Errorf("%+v %v", active, err)
	}
	var out bytes.Buffer
	if err := o.templates.Stock(ctx, o.planner, first.ID, inventory.StockFilter{}, &out); !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), "停用") || out.Len() > 0 {
		t.Errorf("a retired one: %v", err)
	}
	if err := o.templates.Stock(ctx, o.planner, unnamed.ID, inventory.StockFilter{}, &out); !errors.Is(err, errs.Invalid) {
		t.Errorf("one of another kind: %v", err)
	}
	_, path, err := o.templates.Get(ctx, o.planner, first.ID)
	if content, readErr := os.ReadFile(path); err != nil || readErr != nil || !bytes.Equal(content, sampleOf(t, "stock")) {
		t.Errorf("the file does not come back: %v %v", err, readErr)
	}
	if _, err := o.templates.Retire(ctx, o.planner, second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.templates.Retire(ctx, o.planner, second.ID); !errors.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	trail, err := o.st.Read().AuditPage(ctx, 0, 0, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	acts := map[string]int{}
	for _, a := range trail {
		acts[a.Act]++
	}
	if acts["template.upload"] != 3 || acts["template.retire"] != 1 {
		t.Errorf("trail %v", acts)
	}
	t.Run("a lost file gets a sentence", func(t *testing.T) {
		fresh, err := reporting.NewTemplates(reporting.New(o.st, o.inv), o.folder)
		if err != nil {
			t.Fatal(err)
		}
		_, path, _ := fresh.Get(ctx, o.planner, unnamed.ID)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		err = fresh.Summary(ctx, o.planner, unnamed.ID, inventory.SummaryFilter{Month: "2026-11"}, &out)
		if !errors.Is(err, errs.NotFound) || !strings.Contains(errs.MessageOf(err), "重新上传") {
			t.Errorf("%v", err)
		}
	})
}

func TestTemplatesThatCannotBeTakenLeaveNothing(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	keeper := access.Actor{ID: 8, Name: "李强", Grants: []access.Grant{{Role: access.Keeper, DepotID: 1}}}
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetCellValue("Sheet1", "B2", "{{物资}}"); err != nil {
		t.Fatal(err)
	}
	var wrong bytes.Buffer
	if err := book.Write(&wrong); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		actor      access.Actor
		kind, name string
		file       []byte
		want       errs.Kind
		words      string
	}{
		"by a keeper":         {keeper, "stock", "", sampleOf(t, "stock"), errs.Forbidden, "导出模板维护"},
		"of no kind":          {o.planner, "", "", sampleOf(t, "stock"), errs.Invalid, "哪一种"},
		"with a long name":    {o.planner, "stock", strings.Repeat("长", 31), sampleOf(t, "stock"), errs.Invalid, "31 字"},
		"with unknown fields": {o.planner, "stock", "", wrong.Bytes(), errs.Invalid, "B2"},
		"of another kind":     {o.planner, "summary", "", sampleOf(t, "stock"), errs.Invalid, "不是这种表的字段"},
		"too large":           {o.planner, "stock", "", make([]byte, 11<<20), errs.TooLarge, "10 MB"},
		"empty":               {o.planner, "stock", "", nil, errs.Invalid, "空"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.templates.Upload(ctx, tc.actor, tc.kind, tc.name, `C:\桌面\表.xlsx`, bytes.NewReader(tc.file))
			if errs.KindOf(err) != tc.want || !strings.Contains(errs.MessageOf(err), tc.words) {
				t.Errorf("%v", err)
			}
		})
	}
	if list, err := o.templates.List(ctx, o.planner); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	if left, err := os.ReadDir(o.folder); err != nil || len(left) != 0 {
		t.Errorf("files left: %v %v", left, err)
	}
}

func TestTemplateRights(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	e := o.upload(t, "stock", "台账", sampleOf(t, "stock"))
	depots, err := o.st.Read().Depots(ctx)
	if err != nil || len(depots) < 2 {
		t.Fatal(len(depots), err)
	}
	keeper := access.Actor{ID: 8, Name: "李强", Grants: []access.Grant{{Role: access.Keeper, DepotID: depots[0].ID}}}
	var out bytes.Buffer
	if err := o.templates.Stock(ctx, keeper, e.ID, inventory.StockFilter{}, &out); err != nil {
		t.Fatal(err)
	}
	if text := textOf(sheetRows(t, out.Bytes())); strings.Contains(text, depots[1].Name) || !strings.Contains(text, depots[0].Name) {
		t.Error("a keeper's export shows another depot")
	}
	system := access.Actor{ID: 9, Name: "钟磊", Grants: []access.Grant{{Role: access.System}}}
	out.Reset()
	if err := o.templates.Stock(ctx, system, e.ID, inventory.StockFilter{}, &out); !errors.Is(err, errs.Forbidden) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	trail, err := o.st.Read().AuditPage(ctx, 0, 0, "stock.export", 10)
	if err != nil || len(trail) != 1 || trail[0].ActorName != "李强" || !strings.Contains(trail[0].Detail, "台账") {
		t.Errorf("%+v %v", trail, err)
	}
	if err := o.templates.Stock(ctx, o.planner, id.ID(5), inventory.StockFilter{}, &out); !errors.Is(err, errs.NotFound) {
		t.Errorf("%v", err)
	}
	if !slices.Contains(access.Permissions, access.TemplateEdit) {
		t.Error("the permission is in no list")
	}
}
