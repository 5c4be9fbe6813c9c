package sheet

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"changbei/internal/day"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// longRemark wraps over several lines in any column it may get.
const longRemark = "2022年从县应急物资储备库调入，其中 20 顶在“7·18”抢险中使用后已清洗、晾晒并重新入库，包装袋更换过，请先用这一批。"

// ledger is a stock ledger of three categories with twenty rows each.
func ledger() Document {
	d := Document{
		SheetName: "库存台账", Title: "望城区应急物资储备台账",
		Left: "编制单位：望城区应急管理局", Middle: "截止日期：2026年11月24日", Right: "单位：元",
		Landscape: true,
		Columns: []Column{
			{Heading: "序号", Kind: OrdinalKind},
			{Heading: "物资名称"},
			{Heading: "规格型号"},
			{Heading: "单位"},
			{Heading: "数量", Group: "结存", Kind: QuantityKind, Total: true},
			{Heading: "金额", Group: "结存", Kind: MoneyKind, Total: true},
			{Heading: "入库日期", Kind: DateKind},
			{Heading: "有效期至", Kind: DateKind},
			{Heading: "存放地点"},
			{Heading: "备注"},
		},
		Notes:      []string{"注：1. 本表数量为账面结存；2. 金额按入库单价计算，捐赠物资按评估价计入，待估的不计金额。"},
		Signatures: []string{"制表人：", "审核人：", "日期：    年  月  日"},
	}
	var all, allMoney int64
	for b, band := range []string{"一、生活保障类", "二、防汛抢险类", "三、照明动力类"} {
		d.Rows = append(d.Rows, Row{Kind: Band, Values: []Value{Text(band)}})
		var sum, sumMoney int64
		for i := range 20 {
			q := quantity.Of(int64(i*37+b)) + quantity.Q(i%4*250)
			m := money.Fen(int64(q) * 125)
			d.Rows = append(d.Rows, dataRow(b*20+i+1, q, m))
			sum, sumMoney = sum+int64(q), sumMoney+int64(m)
		}
		d.Rows = append(d.Rows, sumRow(Subtotal, "小计", sum, sumMoney))
		all, allMoney = all+sum, allMoney+sumMoney
	}
	d.Rows = append(d.Rows, sumRow(Total, "合计", all, allMoney))
	return d
}

func dataRow(n int, q quantity.Q, m money.Fen) Row {
	expiry, remark := Date(day.Stored("2031-06-01", day.ToMonth)), Blank()
	if n%3 == 0 {
		expiry = Date(day.Of(2031, 6, 30))
	}
	if n%7 == 0 {
		remark = Text(longRemark)
	}
	return Row{Values: []Value{
		Int(int64(n)), Text(fmt.Sprintf("棉帐篷%d型", n)), Text("12㎡ 3.2m×3.8m"), Text("顶"),
		Quantity(q), Money(m), Date(day.Of(2026, 3, 1+n%28)), expiry, Text("区级库一号库房 A-01"), remark,
	}}
}

func sumRow(kind RowKind, label string, q, m int64) Row {
	return Row{Kind: kind, Values: []Value{Text(label), Blank(), Blank(), Blank(), Quantity(quantity.Q(q)), Money(money.Fen(m))}}
}

// written writes documents and gives the bytes.
func written(t testing.TB, docs ...Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, docs...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reopened writes documents and opens the workbook again.
func reopened(t testing.TB, docs ...Document) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, docs...)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// rawValue is a cell as stored.
func rawValue(t testing.TB, f *excelize.File, sheet, ref string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, ref, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
