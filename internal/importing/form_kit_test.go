package importing_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
)

const formName = "核对表"

// receive books goods in as a keeper does.

func (d *desk) receive(it catalog.Item, qty, lot, expires string) {
	d.t.Helper()
	d.move(ledger.Receipt, ledger.Purchased, inventory.Line{ItemID: it.ID, Qty: qty, LotNo: lot, Expires: expires})
}

func (d *desk) move(typ ledger.Type, reason string, l inventory.Line) {
	d.t.Helper()
	_, err := d.inv.PostDraft(d.ctx, d.keeper, inventory.Draft{Type: typ, DepotID: d.depot.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-11-24",
		Reason: reason, Lines: []inventory.Line{l}})
	if err != nil {
		d.t.Fatal(err, errs.FieldsOf(err))
	}
}

// take books goods of a lot out as a keeper does.

func (d *desk) take(name, qty string) {
	d.t.Helper()
	rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{}, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Item == name {
			d.move(ledger.Issue, ledger.Relief, inventory.Line{ItemID: r.Lot.ItemID, Qty: qty, LotID: r.Lot.ID, PlaceID: r.PlaceID})
			return
		}
	}
	d.t.Fatalf("no %s", name)
}

// stocked fills the depot: what the forms of the tests tell of.

func (d *desk) stocked() {
	d.t.Helper()
	for _, x := range []struct{ name, unit, qty, lot, expires string }{{"试制棉被", "床", "100", "A-1", ""}, {"试制雨衣", "件", "50", "", "2029-05-01"},
		{"试制毛毯", "条", "20", "", ""}, {"试制饼干", "包", "30", "", "2028-05"}, {"试制手电", "支", "8", "", ""}} {
		d.receive(d.item(x.name, "", x.unit), x.qty, x.lot, x.expires)
	}
}

func (d *desk) send() (importing.Form, []byte) {
	d.t.Helper()
	forms, err := d.imp.SendForms(d.ctx, d.planner, []id.ID{d.depot.ID})
	if err != nil || len(forms) != 1 {
		d.t.Fatal(forms, err)
	}
	return forms[0], d.formFile(forms[0].ID)
}

func (d *desk) formFile(form id.ID) []byte {
	d.t.Helper()
	_, path, err := d.imp.FormFile(d.ctx, d.planner, form)
	if err != nil {
		d.t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// fill writes into a form's cells, which says maps: K10 → 98.

func fill(t testing.TB, book []byte, says map[string]any) []byte {
	t.Helper()
	return edit(t, book, func(f *excelize.File) error {
		for ref, v := range says {
			if err := f.SetCellValue(formName, ref, v); err != nil {
				return err
			}
		}
		return nil
	})
}

func edit(t testing.TB, book []byte, change func(*excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// rowOf finds the row of goods on a form; more finds the heading over goods

// not listed.

func rowOf(t testing.TB, book []byte, name string) int {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(formName)
	if err != nil {
		t.Fatal(err)
	}
	heads := 0
	for i, r := range rows {
		if len(r) > 2 && r[2] == name {
			if heads++; name != "物资名称" || heads == 2 {
				return i + 1
			}
		}
	}
	t.Fatalf("no row of %s", name)
	return 0
}

// at gives what is written into the row of some goods: count, reason, remark.

func at(t testing.TB, book []byte, name string, count any, reason, remark string) map[string]any {
	row := rowOf(t, book, name)
	return map[string]any{fmt.Sprintf("K%d", row): count, fmt.Sprintf("L%d", row): reason, fmt.Sprintf("M%d", row): remark}
}

func both(maps ...map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// told writes how the lines of a form stand: 试制棉被 100/98/93 清点差异 ok.

func told(p *importing.Preview) string {
	var parts []string
	for _, l := range p.Form.Lines {
		filled := "-"
		if l.Filled != nil {
			filled = l.Filled.String()
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s/%s/%s %s", l.Item.Name, l.Sent, filled, l.Now, l.Reason))+" "+string(l.Status))
	}
	return strings.Join(parts, "\n")
}

func (d *desk) preview(batch id.ID) *importing.Preview {
	d.t.Helper()
	p, err := d.imp.Preview(d.ctx, d.planner, batch)
	if err != nil {
		d.t.Fatal(err)
	}
	if p.Form == nil {
		d.t.Fatalf("not taken for a form: %+v", p.Result.Issues)
	}
	return p
}

func sorted(lines string) string {
	list := strings.Split(lines, "\n")
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[j] < list[i] {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return strings.Join(list, "\n")
}

// bookedOnce taps again, sends a second copy, and takes all back.

func cell(t testing.TB, book []byte, ref string) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := f.GetCellValue(formName, ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
