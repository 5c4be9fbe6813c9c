package reporting

import (
	"io"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/sheet"
)

// samples are the sample templates: which fields stand in the row, under which
// title and lines. They are starting points to change in a spreadsheet program.
var samples = map[string]struct {
	title               string
	left, middle, right string
	columns             []string
	totals              map[string]string // column → field of the total row
	notes               []string
}{
	"stock": {"应急物资储备台账", placeholderText("编制单位：", "编制单位"), placeholderText("截止日期：", "截止日期"), placeholderText("储备库：", "储备库名称"),
		[]string{"序号", "储备库", "物资类别", "物资名称", "规格型号", "单位", "数量", "单价", "金额", "生产日期", "有效期至", "货位", "备注"},
		map[string]string{"数量": "合计数量", "金额": "合计金额"}, nil},
	"summary": {"应急物资收发存汇总表", placeholderText("编制单位：", "编制单位"), placeholder("期间"), "金额单位：元",
		[]string{"序号", "物资名称", "规格型号", "单位", "期初数量", "期初金额", "收入数量", "收入金额", "发出数量", "发出金额", "期末数量", "期末金额"},
		map[string]string{"期初数量": "合计期初数量", "期初金额": "合计期初金额", "收入数量": "合计收入数量", "收入金额": "合计收入金额", "发出数量": "合计发出数量", "发出金额": "合计发出金额", "期末数量": "合计期末数量", "期末金额": "合计期末金额"}, nil},
	"voucher": {"应急物资" + placeholder("单据名称"), placeholderText("储备库：", "储备库名称"), placeholderText("往来单位：", "往来单位"), placeholderText("编号：", "单据编号") + "  " + placeholder("业务日期"),
		[]string{"序号", "物资名称", "规格型号", "单位", "数量", "单价", "金额", "批号", "有效期至", "货位", "备注"},
		map[string]string{"金额": "合计金额"}, []string{placeholderText("事由：", "事由") + "    " + placeholderText("金额大写：", "大写金额") + "    " + placeholderText("校验码：", "校验码")}},
}

// SampleTemplate writes a template of a kind that works as it is.
func SampleTemplate(kind string, w io.Writer) error {
	sample, ok := samples[kind]
	if !ok {
		return errs.New(errs.NotFound, "没有这种表的样板。")
	}
	doc := sheet.Document{SheetName: layoutOf(kind).kindOf().Name, Title: sample.title, Left: sample.left, Middle: sample.middle, Right: sample.right,
		Notes: sample.notes, Signatures: []string{placeholderText("制表人：", "制表人"), "审核人：", "日期："}, Landscape: true}
	row, total := make([]sheet.Value, len(sample.columns)), make([]sheet.Value, len(sample.columns))
	total[1] = sheet.Text("合计")
	for i, name := range sample.columns {
		doc.Columns = append(doc.Columns, sampleColumn(name))
		row[i] = sheet.Text(placeholder(name))
		if field := sample.totals[name]; field != "" {
			total[i] = sheet.Text(placeholder(field))
		}
	}
	doc.Rows = []sheet.Row{{Values: row}, {Kind: sheet.Stated, Values: total}}
	return sheet.WriteTemplate(w, doc)
}

// sampleColumn gives a column the room its values will need: the placeholders
// that stand there now say nothing of it.
func sampleColumn(name string) sheet.Column {
	c := sheet.Column{Heading: name, Width: 12}
	switch {
	case name == "序号":
		c.Kind, c.Width = sheet.OrdinalKind, 9
	case name == "单位":
		c.Width = 9
	case slices.Contains([]string{"物资名称", "规格型号", "储备库"}, name):
		c.Width = 18
	case slices.Contains([]string{"生产日期", "有效期至"}, name):
		c.Kind = sheet.DateKind
	case strings.HasSuffix(name, "数量"):
		c.Kind, c.Width = sheet.QuantityKind, 14
	case name == "单价" || strings.HasSuffix(name, "金额"):
		c.Kind, c.Width = sheet.MoneyKind, 14
	}
	return c
}
