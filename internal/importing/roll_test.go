package importing_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/store/storetest"
)

func (d *desk) officer() access.Actor {
	return access.Actor{ID: 12, Name: "李强", Grants: []access.Grant{{Role: access.Street, DepotID: d.depot.ID}}}
}

func (d *desk) readRoll(book []byte) importing.RollDraft {
	d.t.Helper()
	r, err := d.imp.ReadRoll(d.ctx, d.officer(), "花名册.xlsx", bytes.NewReader(book))
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// said gives what is odd of each line, in one text, and takes it off.
func said(d *importing.RollDraft) string {
	text := ""
	for i, l := range d.Lines {
		for _, x := range l.Issues {
			text += fmt.Sprintf("%d%v %s\n", l.Row, x.Wrong, x.Text)
		}
		d.Lines[i].Issues = nil
	}
	return text
}

// A list with a column for each kind of goods, as villages make them: two rows
// of headings, bands of villages, a column of relations, sums and signatures.
func TestAListWithAColumnForEachKindOfGoods(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		rows := [][]any{{"高塘岭街道防汛转移群众物资发放花名册"}, {"发放时间：2026年11月24日", nil, nil, nil, nil, "发放地点：高塘岭中学"},
			{"序号", "户主姓名", "与户主关系", "身份证号码", "家庭人口", "联系电话", "家庭住址", "发放物资", nil, nil, "领取人签字", "备注"},
			{nil, nil, nil, nil, nil, nil, nil, "大米(袋)", "食用油（桶）", "房屋间数"},
			{"新康社区"}, {1, "张三", "户主", "11010519491231002x", 4, "13900001234", "3 组 12 号", 2, "1桶", 3, "张三", "=HYPERLINK(\"x\")"},
			{2, "李四", "户主", 440524188001010014.0, "四口", "13900001235", "4 组", "约2", nil, nil, nil, nil}, {"桥头村"}, {3, "王五", "户主", "440524188001010014", 2, nil, "5 组", 1, 0, 2, nil, "代领"},
			{4, "赵六", "户主", "", 1, nil, nil, nil, nil, nil, nil, nil}, {"合计", nil, nil, nil, 11, nil, nil, 6, 1}, {"发放人：周静", nil, nil, "监督人："}}
		book := bookOf(t, rows)
		book = edit(t, book, func(f *excelize.File) error {
			for _, m := range [][2]string{{"H3", "J3"}, {"A3", "A4"}, {"B3", "B4"}, {"D3", "D4"}, {"A5", "L5"}} {
				if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
					return err
				}
			}
			return f.SetRowVisible("Sheet1", 9, false)
		})
		got := d.readRoll(book)
		text := said(&got)
		for _, part := range []string{"7false D7 身份证号被表格当成了数字", "7false E7 人口数“四口”不是整数", "7true H7 “约2”不是一个确定的数", "9false B9 第 9 行在表里是隐藏的"} {
			if !strings.Contains(text, part) {
				t.Errorf("nothing says %q:\n%s", part, text)
			}
		}
		line := func(row int, name, idNo, phone, people, village, address, cell, word, unit, typed, signed, remark string) dispatching.RollLine {
			return dispatching.RollLine{Row: row, Cell: cell, NameCell: fmt.Sprintf("B%d", row), IDCell: fmt.Sprintf("D%d", row), Person: name, IDNo: idNo, Phone: phone, Household: people,
				Village: village, Address: address, Word: word, Unit: unit, Typed: typed, Signed: signed, Remark: remark}
		}
		want := importing.RollDraft{Title: "高塘岭街道防汛转移群众物资发放花名册", HeldOn: "2026-11-24", Lines: []dispatching.RollLine{
			line(6, "张三", "11010519491231002x", "13900001234", "4", "新康社区", "3 组 12 号", "H6", "大米", "袋", "2", "张三", `=HYPERLINK("x")`),
			line(6, "张三", "11010519491231002x", "13900001234", "4", "新康社区", "3 组 12 号", "I6", "食用油", "桶", "1", "张三", `=HYPERLINK("x")`),
			line(7, "李四", "440524188001010000", "13900001235", "", "新康社区", "4 组", "H7", "大米", "袋", "2", "", ""),
			line(9, "王五", "440524188001010014", "", "2", "桥头村", "5 组", "H9", "大米", "袋", "1", "", "代领")},
			Notes: []string{"第 10 行没有填领取数量，没有读入。", "合计行 H11 写的是 6，各行相加是 5，请核对。"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for _, f := range d.kept() {
			t.Errorf("people are kept in the folder as %s", f)
		}
	})
}

// A list with goods and amount in columns of their own, a person's name merged
// over the lines.
func TestAListWithALineForEachKindOfGoods(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		book := bookOf(t, [][]any{{"姓名", "身份证号", "物资名称", "规格", "单位", "数量", "领取时间", "签名"}, {"张三", "440524188001010014", "大米", "5kg", "袋", 2, "2026-11-24 10:30", nil},
			{nil, nil, "饮用水", nil, "箱", "3箱", nil, nil}, {"李四", "11010519491231002X", "大米", "5kg", "袋", 4, nil, nil}, {"姓名", "身份证号", "物资名称", "规格", "单位", "数量", "领取时间", "签名"},
			{"王五", "", "大米", "5kg", "袋", -1, nil, nil}})
		book = edit(t, book, func(f *excelize.File) error {
			for _, m := range [][2]string{{"A2", "A3"}, {"B2", "B3"}, {"F4", "F5"}} {
				if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
					return err
				}
			}
			return nil
		})
		got := d.readRoll(book)
		text := said(&got)
		for _, part := range []string{"4true F4 这是合并单元格", "6true F6 数量是负数"} {
			if !strings.Contains(text, part) {
				t.Errorf("nothing says %q:\n%s", part, text)
			}
		}
		var lines []string
		for _, l := range got.Lines {
			lines = append(lines, strings.Join([]string{l.Person, l.IDNo, l.Word, l.Unit, l.Typed, l.Received}, "|"))
		}
		want := []string{"张三|440524188001010014|大米 5kg|袋|2|2026-11-24 10:30", "张三|440524188001010014|饮用水|箱|3|", "李四|11010519491231002X|大米 5kg|袋|4|", "王五||大米 5kg|袋|-1|"}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		long := [][]any{{"姓名", "身份证号", "大米(袋)"}}
		for range 5001 {
			long = append(long, []any{"张三", "440524188001010014", 1})
		}
		for part, rows := range map[string][][]any{"没有在文件里认出发放花名册": {{"物资名称", "数量"}, {"大米", 1}}, "一份最多 5000": long,
			"没有认出发放的物资": {{"姓名", "身份证号", "电话"}, {"张三", "440524188001010014", "13900001234"}}} {
			_, err := d.imp.ReadRoll(d.ctx, d.officer(), "x.xlsx", bytes.NewReader(bookOf(t, rows)))
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.TooLarge || !strings.Contains(errs.MessageOf(err), part) || strings.Contains(err.Error(), "440524188001010014") {
				t.Errorf("got %v, want one that says %q", err, part)
			}
		}
		if _, err := d.imp.ReadRoll(d.ctx, d.keeper, "x.xlsx", bytes.NewReader(bookOf(t, long))); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a keeper reads people: %v", err)
		}
		for _, f := range d.kept() {
			t.Errorf("a file is kept as %s", f)
		}
	})
}
