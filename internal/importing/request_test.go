package importing_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/importing"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

const requestSheet = "需求报告单"

func (d *desk) blank() []byte {
	d.t.Helper()
	var b bytes.Buffer
	if err := d.imp.BlankRequest(d.ctx, d.keeper, d.depot.ID, &b); err != nil {
		d.t.Fatal(err)
	}
	return b.Bytes()
}

func (d *desk) readRequest(name string, book []byte) importing.RequestDraft {
	d.t.Helper()
	r, err := d.imp.ReadRequest(d.ctx, d.keeper, name, bytes.NewReader(book))
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// filled writes cells of the blank form.
func filled(t testing.TB, book []byte, says map[string]any) []byte {
	t.Helper()
	return edit(t, book, func(f *excelize.File) error {
		for ref, v := range says {
			if err := f.SetCellValue(requestSheet, ref, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// What a street types into our own form is what the form of the page holds, to
// the letter: also what looks like a formula or a day.
func TestOurOwnRequestFormReadsBackAsTyped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		water := d.item("试制饮用水", "550ml", "瓶", catalog.Pack{Name: "箱", Factor: quantity.Of(24)})
		diesel, tent := d.item("试制柴油", "0号", "吨"), d.item("试制帐篷", "", "顶")
		book := filled(t, d.blank(), map[string]any{"E4": "洪涝", "H4": "2026-11-24 08:30", "C5": "=SUM(A1:A9) 号院 3-5 栋", "E5": "300", "H5": "3", "C6": "李 强",
			"E6": "0139-1", "H6": "水深一米；时间：待定", "B8": "试制饮用水 550ml", "D8": "瓶", "E8": 7200, "F8": 1200, "G8": 300, "I8": "先送水",
			"B9": "试制柴油", "C9": "0号", "D9": "吨", "E9": 1.25, "H9": 0.125, "B11": "试制帐篷", "D11": "顶", "E11": 75, "I11": "=1+1"})
		got := d.readRequest("需求报告单.xlsx", book)
		want := importing.RequestDraft{FileName: "需求报告单.xlsx", Sheet: requestSheet, DepotID: d.depot.ID, Kind: "flood", HappenedAt: "2026-11-24T08:30",
			Place: "=SUM(A1:A9) 号院 3-5 栋", MovedPeople: "300", Days: "3", Contact: "李 强", Phone: "0139-1", Remark: "水深一米；时间：待定", Lines: []importing.RequestLine{
				{Row: 8, Target: "物资 " + water.Code + " 试制饮用水 550ml", Needed: "7200", InStock: "1200", Used: "300", Remark: "先送水"},
				{Row: 9, Target: "物资 " + diesel.Code + " 试制柴油 0号", Needed: "1.25", Asked: "0.125"},
				{Row: 11, Target: "物资 " + tent.Code + " 试制帐篷", Needed: "75", Remark: "=1+1"}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for _, f := range d.kept() {
			t.Errorf("the file is kept as %s", f)
		}
	})
}

// A street's own sheet is read by what its headings and labels say, and what is
// not sure names its cell.
func TestAStreetsOwnSheetIsReadAndDoubted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		water := d.item("试制饮用水", "550ml", "瓶", catalog.Pack{Name: "箱", Factor: quantity.Of(24)})
		tent := d.item("试制帐篷", "12㎡", "顶")
		rows := [][]any{{"高塘岭街道防汛救灾物资申请表"}, {"填报单位：区级中心库", nil, nil, "填报日期：2026年11月24日"},
			{"灾害种类", "洪涝灾害", "事发时间", "11月23日下午3时半", "受灾地点", "高塘岭中学"}, {"转移安置人数：约300人　天数：三天", nil, nil, "联系人：李强  电话：13900000001"},
			{"序号", "物资名称", "规格", "单位", "需求数量", "现有库存", "已使用数量", "申请数量", "备注"},
			{1, "试制饮用水", "550ml", "箱", "约100", 20, "", 80, "联系人：老王"}, {2, "试制帐蓬", "12㎡", "顶", "二十", nil, nil, "20顶", nil}, {3, "飞艇", "", "艘", 1, nil, nil, 1, nil},
			{4, "试制帐篷", "12㎡", "床", -3, nil, nil, nil, nil}, {"合计", nil, nil, nil, 121, nil, nil, 101}, {"填报人：张三", nil, nil, "审核人：李四"}}
		got := d.readRequest("申请表.xlsx", bookOf(t, rows))
		var says []string
		for _, x := range got.Doubts {
			says = append(says, x.Field+" "+x.Cell+" "+x.Message)
		}
		text := strings.Join(says, "\n")
		for _, part := range []string{"happened_at D3", "没有写年份", "moved_people A4 “约300人”不是一个确定的数，暂读作 300", "days A4 “三天”是汉字数字，读作 3", "line.1.needed E6 “约100”", "line.2.target B7",
			"line.2.needed E7 “二十”是汉字数字，读作 20", "line.3.target B8", "line.4.target B9 表中单位是「床」", "line.4.target B9 和第 2 行是同一种物资", "line.4.needed E9 “-3”是负数"} {
			if !strings.Contains(text, part) {
				t.Errorf("nothing says %q", part)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
		got.Doubts = nil
		tents := "物资 " + tent.Code + " 试制帐篷 12㎡"
		want := importing.RequestDraft{FileName: "申请表.xlsx", Sheet: "Sheet1", DepotID: d.depot.ID, Kind: "flood", HappenedAt: "2026-11-23T15:30", Place: "高塘岭中学", MovedPeople: "300", Days: "3",
			Contact: "李强", Phone: "13900000001", Lines: []importing.RequestLine{
				{Row: 6, Target: "物资 " + water.Code + " 试制饮用水 550ml", Needed: "100箱", InStock: "20箱", Asked: "80箱", Remark: "联系人：老王"},
				{Row: 7, Target: tents, Needed: "20", Asked: "20顶"}, {Row: 8, Target: "飞艇", Needed: "1", Asked: "1"}, {Row: 9, Target: tents, Needed: "-3"}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func bookOf(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsNoRequestIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		long := [][]any{{"物资名称", "需用量"}}
		for range 301 {
			long = append(long, []any{"帐篷", 1})
		}
		for part, book := range map[string][]byte{"没有在文件里认出需求报告单": bookOf(t, [][]any{{"姓名", "电话"}, {"张三", "139"}}), "最多 300 行": bookOf(t, long),
			"没有下载完": []byte("PK\x03\x04 broken")} {
			_, err := d.imp.ReadRequest(d.ctx, d.keeper, "x.xlsx", bytes.NewReader(book))
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.TooLarge || !strings.Contains(errs.MessageOf(err), part) {
				t.Errorf("got %v, want one that says %q", err, part)
			}
		}
		nobody := access.Actor{ID: 9, Grants: []access.Grant{{Role: access.Audit}}}
		if _, err := d.imp.ReadRequest(d.ctx, nobody, "x.xlsx", bytes.NewReader(d.blank())); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an auditor reads: %v", err)
		}
		if err := d.imp.BlankRequest(d.ctx, nobody, 0, &bytes.Buffer{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an auditor's form: %v", err)
		}
		for _, f := range d.kept() {
			t.Errorf("a file is kept as %s", f)
		}
	})
}
