package web

import (
	"cmp"
	"slices"

	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/view"
)

// differences lists where a ledger and the books disagree, each with a box: is
// the book to be adjusted to the ledger?
func (d *importDesk) differences(p *view.ImportPreview, depots map[id.ID]string) {
	if p.Compared = d.Compared && d.open; !p.Compared {
		return
	}
	for i, x := range d.Compare {
		if i == importDiffRows {
			p.MoreDifferences = len(d.Compare) - i
			break
		}
		diff := x.Ledger - x.Book
		row := view.ImportDifference{N: i + 1, Key: importKeyMark + x.Key, Adjust: x.Adjust, Open: x.Open, Missing: x.Missing, Depot: depots[x.DepotID], Code: x.Item.Code,
			Name: x.Item.Name, Spec: x.Item.Spec, LotNo: x.LotNo, Expires: x.Expires.String(), Unit: x.Item.Unit, Ledger: x.Ledger.Grouped(),
			Book: x.Book.Grouped(), Diff: diff.Grouped(), Less: diff < 0}
		if x.Adjust {
			row.Was = "1"
		}
		if diff > 0 {
			row.Diff = "+" + row.Diff
		}
		p.Compare = append(p.Compare, row)
	}
}

// bulkLabels are the doubts that one answer settles for many rows.
var bulkLabels = map[string]string{
	"qty_approximate": "约数全部按读出的数导入", "qty_chinese_numeral": "汉字数字全部按读出的数导入", "qty_pack": "按包装写的数量全部按读出的数导入",
	"qty_in_item": "写在名称里的数量全部按读出的数导入", "date_two_digit_year": "两位数的年份全部按读出的日期导入", "date_year_inferred": "没写年份的日期全部按读出的日期导入",
	"date_ambiguous": "分不清月份的日期全部按读出的日期导入", "date_in_future": "晚于台账日期的全部照填", "duplicate_row": "重复的行全部导入", "hidden_row": "隐藏的行全部导入",
	"balance_mismatch": "结存对不上的行全部按填写的数导入", "diff_mismatch": "盘点差异对不上的行全部按填写的数导入", "unit_ambiguous": "单位有两种写法的行全部照填",
	"qty_negative_reversal": "负数全部作冲红", "date_filled_down": "没填日期的行全部按上一行的日期", "depot_filled_down": "没填仓库的行全部按上一行的仓库",
	"shelf_life_unit": "没写单位的保质期全部按年", "condition_mismatch": "完好损坏对不上的行全部按填写的数导入", "struck_out": "划了删除线的全部照填",
	"text_became_date": "被改成日期的文字全部照读", "part_of_another_row": "“其中”的行全部导入", "booked_already": "账上已有同样数量的全部再记一笔",
}

// bulk offers one answer for all rows whose only doubt is of one sort.
func (d *importDesk) bulk(p *view.ImportPreview) {
	if !d.open {
		return
	}
	codes := map[string]bool{}
	for _, r := range d.Rows {
		for _, x := range r.Problems {
			if x.Severity == reading.Confirm && bulkLabels[x.Code] != "" {
				codes[x.Code] = true
			}
		}
	}
	for code := range codes {
		if rows := len(d.Doubtful(code)); rows > 0 {
			p.Bulk = append(p.Bulk, view.ImportBulk{Act: actAccept + code, Label: bulkLabels[code], Rows: rows})
		}
	}
	slices.SortFunc(p.Bulk, func(a, b view.ImportBulk) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Act, b.Act)) })
}

// question says what booking the whole batch does, before it is done.
func question(d *importDesk) string {
	switch d.Act {
	case importing.Journal:
		return "确定全部导入？按日期和单据号生成入库单和出库单。"
	case importing.Receive:
		return "确定全部导入？入账后生成入库单。"
	case importing.Catalogue:
		return "确定把这些物资加入物资目录？"
	case importing.DraftPlan:
		return "确定全部导入？生成一份储备计划草稿，批准之前不影响现行计划。"
	case importing.FoundDepot:
		return "确定把这些储备库加入名录？"
	}
	if d.Compared {
		return "确定按选中的差异调整账面？入账后生成盘点调整单。"
	}
	return "确定全部导入？入账后生成期初入库单。"
}
