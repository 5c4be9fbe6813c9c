package importing

import (
	"io"

	"changbei/internal/day"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// The columns of a form, by which its return is read. The goods not listed
// have theirs below the same ones.
const (
	atSeq = 1 + iota
	atCode
	atName
	atSpec
	atUnit
	atLotNo
	atProduced
	atExpires
	atBin
	atBook
	atCount
	atReason
	atRemark
	formColumns = atRemark
)

// What marks the headings of the two tables and the day a form was filled in.
const (
	headSeq   = "序号"
	headCode  = "编码"
	headName  = "物资名称"
	headCount = "实有数量"
	headQty   = "数量"
	atFilled  = atProduced // the label of the day; the day stands right of it
	moreRows  = 30
)

// writeForm lays a form out and says in its content where its rows stand.
func writeForm(w io.Writer, f Form, c *sentForm, names []string, key string) error {
	form := &sheet.Form{SheetName: "核对表", Title: c.Depot + "应急物资核对表", HiddenName: formSheet, MoreRows: moreRows,
		Lines: []string{
			"储备库：" + c.Depot + "　　截止日期：" + f.BusinessOn + "　　发出：" + f.SentName + " " + moment(f.SentAt),
			"填表说明：只填白色的格，灰色的格不能改。清点过的，在“实有数量”填实际的数（没有了填 0）；没有清点的留空，留空的行不动账。",
			"数量和“账面数量”不同的，在“变动原因”里选一项，需要时在“说明”里写明。账上没有的物资，填在表下面的空白行。",
			"填好后直接交回这个文件（微信、邮件、U 盘都可以），不要另建新表，不要增删行列。发出以后的出入库由系统自己计入，不用改。",
		},
		Blanks:  []sheet.FormBlank{{Label: "填报人：", Col: atCode, Wide: 1}, {Label: "填报日期：", Col: atFilled, Wide: 1}},
		Columns: countColumns(),
		Band:    "账上没有的物资（新到货的、以前没有登记的，一行一种一批）：",
		More:    moreColumns(names),
	}
	for i, r := range c.Rows {
		form.Rows = append(form.Rows, countRow(i+1, r))
	}
	c.First, c.More = form.FirstRow(), form.MoreHeading()
	form.Hidden = stampOf(f, *c, key)
	return sheet.WriteForm(w, form)
}

func countColumns() []sheet.FormColumn {
	reasons := make([]string, len(FormReasons))
	for i, r := range FormReasons {
		reasons[i] = string(r)
	}
	return []sheet.FormColumn{
		atSeq - 1: {Heading: headSeq, Width: 5, Centred: true}, atCode - 1: {Heading: headCode, Width: 11}, atName - 1: {Heading: headName, Width: 22},
		atSpec - 1: {Heading: "规格型号", Width: 16}, atUnit - 1: {Heading: "单位", Width: 8, Centred: true}, atLotNo - 1: {Heading: "批号", Width: 14},
		atProduced - 1: {Heading: "生产日期", Width: 12, Centred: true}, atExpires - 1: {Heading: "有效期至", Width: 12, Centred: true}, atBin - 1: {Heading: "货位", Width: 10},
		atBook - 1:   {Heading: "账面数量", Width: 11, Figure: true},
		atCount - 1:  {Heading: headCount, Width: 11, Open: true, Figure: true, Hint: "清点后实际有多少填多少，没有了填 0；没有清点的留空。"},
		atReason - 1: {Heading: "变动原因", Width: 11, Open: true, Choices: reasons, Strict: true, Hint: "和账面数量不同时选一项。"},
		atRemark - 1: {Heading: "说明", Width: 20, Open: true},
	}
}

func moreColumns(names []string) []sheet.FormColumn {
	sources := make([]string, len(ledger.Sources))
	for i, s := range ledger.Sources {
		sources[i] = string(s)
	}
	return []sheet.FormColumn{
		atName - 1: {Heading: headName, Open: true, Choices: names, Hint: "可以从列表里选，列表里没有的直接写。"},
		atSpec - 1: {Heading: "规格型号", Open: true}, atUnit - 1: {Heading: "单位", Open: true, Centred: true}, atLotNo - 1: {Heading: "批号", Open: true},
		atProduced - 1: {Heading: "生产日期", Open: true, Centred: true, Hint: "如 2026-05-01；只知道月份的写 2026-05。"},
		atExpires - 1:  {Heading: "有效期至", Open: true, Centred: true, Hint: "如 2029-05-01；只知道月份的写 2029-05。"},
		atBin - 1:      {Heading: "货位", Open: true},
		atCount - 1:    {Heading: headQty, Open: true, Figure: true},
		atReason - 1:   {Heading: "来源", Open: true, Choices: sources, Strict: true},
		atRemark - 1:   {Heading: "说明", Open: true},
	}
}

func countRow(seq int, r sentRow) sheet.FormRow {
	row := sheet.FormRow{Decimals: r.Decimals, Values: []sheet.Value{sheet.Int(int64(seq)), sheet.Text(r.Code), sheet.Text(r.Name), sheet.Text(r.Spec),
		sheet.Text(r.Unit), sheet.Text(r.LotNo), sheet.Text(r.Produced), sheet.Text(r.Expires), sheet.Text(r.Bin), sheet.Quantity(r.Qty)}}
	if r.Serial {
		row.Most = int64(r.Qty / quantity.One)
	}
	return row
}

// filledDay is the day a form says it was filled in: one between the day it
// went out and today.
func filledDay(d day.Reading, sent, today string) (day.Day, bool) {
	ok := d.Doubt == "" && !d.Day.IsZero() && d.Day.Precision == day.ToDay && d.Day.First >= sent && d.Day.First <= today
	return d.Day, ok
}
