package dispatching

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/store"
)

// rollRows makes the rows of a list: words tied to goods where that is sure,
// amounts in their unit, and beside each what must be looked at.
func rollRows(tx *store.Tx, r order.Roll, lines []RollLine, items []catalog.Item) []order.RollRow {
	rows := make([]order.RollRow, len(lines))
	twice := map[string]int{}
	for i, l := range lines {
		x := order.RollRow{ID: tx.NewID(), RollID: r.ID, No: i + 1, Line: l.Row, Cell: clip(l.Cell, 12), Person: clip(tidy(l.Person), 60), IDNo: clip(order.TidyID(l.IDNo), 40), Phone: clip(tidy(l.Phone), 60),
			Village: clip(tidy(l.Village), 60), Address: clip(tidy(l.Address), 200), Word: clip(tidy(l.Word), 100), WordUnit: clip(tidy(l.Unit), 20), Typed: clip(tidy(l.Typed), 60),
			Received: clip(tidy(l.Received), 40), Signed: clip(tidy(l.Signed), 60), Remark: clip(tidy(l.Remark), 200)}
		x.Household, _ = strconv.ParseInt(l.Household, 10, 64)
		issues := slices.Clone(l.Issues)
		doubt := func(format string, args ...any) {
			issues = append(issues, order.RowIssue{Text: fmt.Sprintf(format, args...)})
		}
		if wrong := order.CheckID(x.IDNo); wrong != "" {
			doubt("%s 身份证号%s，请核对。", orElse(l.IDCell, fmt.Sprintf("第 %d 行", l.Row)), wrong)
		}
		key := catalog.Key(x.Word+"|"+x.WordUnit) + "|" + x.IDNo
		if first := twice[key]; first == 0 {
			twice[key] = x.Line
		} else if first != x.Line && x.IDNo != "" {
			doubt("第 %d 行和第 %d 行是同一个身份证号，领的是同一种物资，请核对是否重复。", x.Line, first)
		}
		x.Judge(issues)
		if it, sure := wordItem(items, x.Word, x.WordUnit); sure {
			x.ItemID = it
		}
		judgeRow(&x, items)
		rows[i] = x
	}
	return rows
}

// What stands in the sentences that an edit of the row takes back.
const (
	nameMark   = "姓名没有填写"
	amountMark = " 数量："
)

// judgeRow reads a row's amount in the unit of its goods and says what keeps it
// from being booked. What was doubted of other cells stays.
func judgeRow(x *order.RollRow, items []catalog.Item) {
	issues := slices.DeleteFunc(x.Issues(), func(i order.RowIssue) bool {
		return strings.Contains(i.Text, nameMark) || strings.Contains(i.Text, amountMark)
	})
	wrong := func(format string, args ...any) {
		issues = append(issues, order.RowIssue{Text: fmt.Sprintf(format, args...), Wrong: true})
	}
	x.Qty = 0
	if x.Person == "" {
		wrong("第 %d 行%s，请补上。", x.Line, nameMark)
	}
	if at := slices.IndexFunc(items, func(it catalog.Item) bool { return it.ID == x.ItemID }); at >= 0 {
		qty, err := items[at].Amount(measured(items[at], x.Typed, x.WordUnit))
		said := slices.ContainsFunc(issues, func(i order.RowIssue) bool { return i.Wrong && strings.HasPrefix(i.Text, x.Cell+" ") })
		switch {
		case err != nil && said: // reading has refused it already
		case err != nil:
			wrong("%s%s%s", x.Cell, amountMark, errs.MessageOf(err))
		case qty == 0:
			wrong("%s%s应大于 0；没有领的请剔除这一条。", x.Cell, amountMark)
		default:
			x.Qty = qty
		}
	}
	x.Judge(issues)
}

// mended takes back what was doubted of a row's amount: it was typed anew.
func mended(x *order.RollRow, typed string) {
	x.Typed = typed
	x.Judge(slices.DeleteFunc(x.Issues(), func(i order.RowIssue) bool { return strings.HasPrefix(i.Text, x.Cell+" ") }))
}

// measured writes an amount with the pack that the list counts in, where it
// states one and the amount states none itself.
func measured(it catalog.Item, typed, unit string) string {
	if _, packed := it.PackOf(unit); packed && strings.Trim(typed, "0123456789.") == "" && typed != "" {
		return typed + unit
	}
	return typed
}

// wordItem finds the goods a list's word means. sure says that it is called so
// and counted so; else it is the one goods that comes near, to be proposed.
func wordItem(items []catalog.Item, word, unit string) (item id.ID, sure bool) {
	key := catalog.Key(word)
	if key == "" {
		return 0, false
	}
	var same, near []catalog.Item
	for _, it := range items {
		switch {
		case calledSo(it, key):
			same = append(same, it)
		case strings.Contains(catalog.Key(it.Label()), key), strings.Contains(key, catalog.Key(it.Name)):
			near = append(near, it)
		}
	}
	if len(same) == 1 {
		_, packed := same[0].PackOf(unit)
		return same[0].ID, unit == "" || packed || catalog.Key(unit) == catalog.Key(same[0].Unit)
	}
	if near = append(same, near...); len(near) == 1 {
		return near[0].ID, false
	}
	if len(near) == 0 {
		near = items
	}
	for _, it := range near { // of several the unit may tell
		if unit != "" && catalog.Key(unit) == catalog.Key(it.Unit) {
			if item != 0 {
				return 0, false
			}
			item = it.ID
		}
	}
	return item, false
}

func calledSo(it catalog.Item, key string) bool {
	return key == catalog.Key(it.Name) || key == catalog.Key(it.Label()) || key == catalog.Key(it.Code) ||
		slices.ContainsFunc(it.Aliases, func(a string) bool { return catalog.Key(a) == key })
}
