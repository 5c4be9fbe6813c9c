package reporting

import (
	"strings"

	"changbei/internal/plan"
	"changbei/internal/sheet"
)

// otherLines lists what stands at no single depot or asks for no single item:
// a table by depots has no cell for it.
func (q *query) otherLines(t *planTable, prepared string) sheet.Document {
	doc := sheet.Document{SheetName: "其他计划行", Title: t.title() + "（按层级、全区、类别和等效组的计划行）", Left: q.org, Middle: t.middle(), More: t.decided(), Landscape: true,
		Signatures: []string{"制表人：" + prepared, "审核人：", "批准人：", "日期："},
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "范围"}, {Heading: "对象"}, {Heading: "计量"}, {Heading: "最低", Kind: sheet.QuantityKind},
			{Heading: "标准", Kind: sheet.QuantityKind}, {Heading: "最高", Kind: sheet.QuantityKind}, {Heading: "储备形式"}, {Heading: "责任单位"}, {Heading: "资金来源"},
			{Heading: "依据"}, {Heading: "备注"}},
		Notes: []string{"注：这张表上的行不按库和物资分列，不随表导入；导入这份计划表时，可以把现行版本的这些行照旧带入草稿，要改请在系统的计划页面改。"}}
	for i, l := range t.others {
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(i + 1)), sheet.Text(t.Depots.Label(l.Scope)), sheet.Text(t.Goods.Label(l.Target)),
			sheet.Text(l.Unit), figure(l.Minimum), sheet.Quantity(l.Standard), figure(l.Maximum), sheet.Text(formNames(l.Forms)), sheet.Text(l.Responsible),
			sheet.Text(l.Fund), sheet.Text(l.BasisText), sheet.Text(l.Remark)}})
	}
	return doc
}

func formNames(forms []plan.Form) string {
	var names []string
	for _, f := range forms {
		names = append(names, f.Name())
	}
	return strings.Join(names, "、")
}
