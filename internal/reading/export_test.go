package reading_test

import (
	"bytes"
	"strings"
	"testing"

	"changbei/internal/day"
	"changbei/internal/money"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// ownExport is a stock list as the product itself writes it.
func ownExport() sheet.Document {
	text, q := sheet.Text, func(n int64) sheet.Value { return sheet.Quantity(quantity.Of(n)) }
	goods := func(code, name, spec, unit, lot string, n int64) []sheet.Value {
		return []sheet.Value{
			text(code), text(name), text(spec), text(unit), text(lot), sheet.Date(day.Of(2023, 3, 1)), sheet.Date(day.Of(2028, 3, 1)), sheet.Date(day.Of(2023, 4, 2)),
			q(n), sheet.Money(37500), sheet.Money(money.Fen(37500).Times(quantity.Of(n))), text("本级采购"), text("望城区应急管理局"), text("A-01"), text("完好"),
		}
	}
	total := func(label string, kind sheet.RowKind, n int64) sheet.Row {
		return sheet.Row{Kind: kind, Values: []sheet.Value{text(label), {}, {}, {}, {}, {}, {}, {}, q(n), {}, sheet.Money(money.Fen(37500).Times(quantity.Of(n)))}}
	}
	var columns []sheet.Column
	for _, h := range strings.Fields("编码 物资名称 规格型号 单位 批号 生产日期 有效期至 入库日期 数量 单价 金额 来源 产权单位 货位 备注") {
		c := sheet.Column{Heading: h}
		switch h {
		case "数量":
			c.Kind, c.Total = sheet.QuantityKind, true
		case "单价":
			c.Kind = sheet.MoneyKind
		case "金额":
			c.Kind, c.Total = sheet.MoneyKind, true
		case "生产日期", "有效期至", "入库日期":
			c.Kind = sheet.DateKind
		}
		columns = append(columns, c)
	}
	return sheet.Document{
		SheetName: "台账", Title: "望城区应急物资储备台账", Left: "编制单位：望城区应急管理局", Middle: "日期：2024-06-30", Right: "金额单位：元", Columns: columns,
		Rows: []sheet.Row{
			{Kind: sheet.Band, Values: []sheet.Value{text("一、生活保障类")}},
			{Values: goods("A001", "单帐篷", "12㎡", "顶", "P-1", 30)}, {Values: goods("A002", "棉被", "2m×1.5m", "床", "P-2", 1200)},
			total("小计", sheet.Subtotal, 1230),
			{Kind: sheet.Band, Values: []sheet.Value{text("二、抢险救援类")}},
			{Values: goods("B001", "铁锹", "尖头", "把", "", 45)},
			total("小计", sheet.Subtotal, 45),
			total("合计", sheet.Total, 1275),
		},
		Notes: []string{"说明：1.本表由系统导出；2.数量为账面结存。"}, Signatures: []string{"制表人：", "审核人：", "日期："}, Landscape: true,
	}
}

func TestOwnExportsReadBack(t *testing.T) {
	var file bytes.Buffer
	if err := sheet.Write(&file, ownExport()); err != nil {
		t.Fatal(err)
	}
	wb, err := sheet.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), "台账.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, wb, "台账.xlsx")
	check(t, r, want{kind: "stock_list", rows: `
		I5 ok 望城区/生活保障类/单帐篷/12㎡ 30顶 2023-04-02 A-01
		I6 ok 望城区/生活保障类/棉被/2m×1.5m 1200床 2023-04-02 A-01
		I9 ok 望城区/抢险救援类/铁锹/尖头 45把 2023-04-02 A-01`,
		skipped: "1 title, 2 title, 3 header, 4 band, 7 subtotal, 8 band, 10 subtotal, 11 total, 12 note, 13 signature"})
	first := r.Rows[0]
	if first.Code != "A001" || first.LotNo != "P-1" || first.Source != "本级采购" || first.Owner != "望城区应急管理局" || first.Remark != "完好" ||
		first.Price.String() != "375.00" || first.ProductionDate.String() != "2023-03-01" || first.Expiry.String() != "2028-03-01" {
		t.Errorf("fields lost: %+v", first)
	}
	if r.FilledInBy != "望城区应急管理局" || r.AsOf.String() != "2024-06-30" || r.Title != "望城区应急物资储备台账" {
		t.Errorf("heads: %q %s %q", r.FilledInBy, r.AsOf, r.Title)
	}
	for _, f := range []reading.Field{reading.Item, reading.Quantity, reading.LotNo, reading.UnitPrice, reading.Depot} {
		if cell := first.Cells.At(f); (cell == "") != (f == reading.Depot) {
			t.Errorf("field %s was read from %q", f, cell)
		}
	}
}
