package reporting_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

var (
	paperWater = catalog.Item{ID: 5, Code: "SH0027", Name: "饮用水", Spec: "550ml", Unit: "瓶"}
	paperTent  = catalog.Item{ID: 6, Code: "SH0001", Name: "=帐篷", Unit: "顶"}
)

func aRequest() dispatching.RequestView {
	at := time.Date(2026, 7, 3, 10, 0, 0, 0, time.UTC).UnixMicro()
	v := dispatching.RequestView{Depot: place.Depot{Name: "高塘岭街道库"}, Response: order.Response{Name: "七月防汛"},
		Goods: plan.NewGoods([]catalog.Item{paperWater, paperTent}, nil, []plan.Group{{ID: 9, Name: "照明", Unit: "个"}})}
	v.Request = order.Request{Number: "XQ-GTL-2026-000001", Kind: "flood", HappenedAt: at, SentAt: at, Place: "高塘岭中学", MovedPeople: 300, Contact: "李强", Phone: "0731-1", Remark: "=水深一米", AuthorName: "李强",
		Lines: []order.NeedLine{
			{No: 1, Target: "item", TargetID: 5, Unit: "瓶", Needed: quantity.Of(1200), InStock: quantity.Of(200), Used: quantity.Of(1), Asked: 998500, Basis: "饮用水：每人每天 4瓶"},
			{No: 2, Target: "item", TargetID: 6, Unit: "顶", Needed: quantity.Of(75), Asked: quantity.Of(75), Remark: "=HYPERLINK(\"x\")"},
			{No: 3, Target: "group", TargetID: 9, Unit: "个", Needed: quantity.Of(60), Asked: quantity.Of(60)}}}
	return v
}

func TestARequestOnPaper(t *testing.T) {
	o := newBureau(t)
	var b bytes.Buffer
	file, err := o.reports.Request(context.Background(), o.who, aRequest(), &b)
	if err != nil || !strings.HasPrefix(file.Name, "应急物资需求报告单-XQ-GTL-2026-000001-") {
		t.Fatal(file, err)
	}
	text, f := whole(t, b.Bytes())
	for _, want := range []string{"应急物资需求报告单", "填报单位：高塘岭街道库", "灾种：洪涝", "时间：2026-07-03 18:00", "应急响应：七月防汛", "转移人数：300", "天数：", "情况说明：=水深一米",
		"\n1|SH0027|饮用水|550ml|瓶|1,200|200|1|998.5|饮用水：每人每天 4瓶\n", "\n2|SH0001|=帐篷||顶|75|0|0|75||=HYPERLINK(\"x\")\n", "照明（等效组）", "单位负责人（盖章）："} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	for _, cell := range []string{"C9", "K9"} {
		if formula, err := f.GetCellFormula("需求报告单", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q", cell, formula)
		}
	}
	wb, err := sheet.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	p, err := reading.ReadPaper(wb, reading.RequestPaper, o.lexicon)
	if err != nil || len(p.Rows) != 3 || p.Rows[2].Cells["item"].Text != "照明（等效组）" || p.Rows[0].Cells["asked"].Text != "998.5" {
		t.Errorf("read back: %+v %v", p, err)
	}
	city := aRequest()
	city.Direction = order.ToCity
	b.Reset()
	if _, err := o.reports.Request(context.Background(), o.who, city, &b); err != nil {
		t.Fatal(err)
	}
	if text, _ := whole(t, b.Bytes()); !strings.Contains(text, "填报单位：望城区应急管理局") {
		t.Errorf("the city is asked by\n%s", text)
	}
}

func aRoll() dispatching.RollView {
	row := func(line int, item catalog.Item, qty int64) order.RollRow {
		return order.RollRow{Line: line, Person: "=张三", IDNo: "110***********002X", Phone: "139****1234", Household: 4, Village: "新康社区", Address: "3 组", ItemID: item.ID, Qty: quantity.Of(qty), Remark: "代领"}
	}
	out := row(5, paperWater, 9)
	out.Left = true
	v := dispatching.RollView{Desk: place.Depot{Name: "高塘岭街道库"}, Response: order.Response{Name: "七月防汛"},
		Words: []dispatching.RollWord{{Word: "水", Item: paperWater}, {Word: "矿泉水", Item: paperWater}, {Word: "间数", Skipped: true}, {Word: "帐子", Unit: "顶"}},
		People: []dispatching.RollPerson{{RollRow: row(3, paperWater, 2), Rows: []order.RollRow{row(3, paperWater, 2), row(3, paperWater, 1), {Line: 3, Typed: "1"}}, Words: []int{0, 1, 3}},
			{RollRow: row(4, paperWater, 4), Rows: []order.RollRow{row(4, paperWater, 4)}, Words: []int{0}}, {RollRow: out, Rows: []order.RollRow{out}, Words: []int{0}}}}
	v.Roll = order.Roll{Number: "FF-GTL-2026-000001", Title: "七月发放", HeldOn: "2026-07-03"}
	return v
}

func TestAListOnPaper(t *testing.T) {
	o := newBureau(t)
	var b bytes.Buffer
	if _, err := o.reports.Roll(context.Background(), o.who, aRoll(), &b); err != nil {
		t.Fatal(err)
	}
	text, f := whole(t, b.Bytes())
	for _, want := range []string{"七月发放", "发放日期：2026年7月3日", "身份证号和电话已隐去中间几位", "|饮用水 550ml（瓶）|帐子（顶）|", "\n1|=张三|110***********002X|4|139****1234|新康社区|3 组|3|1|||代领\n", "监督人："} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if formula, err := f.GetCellFormula("发放花名册", "H7"); err != nil || formula != "SUM(H5:H6)" {
		t.Errorf("the sum is %q %v", formula, err)
	}
	if formula, _ := f.GetCellFormula("发放花名册", "B5"); formula != "" {
		t.Errorf("a name is the formula %q", formula)
	}
	full := aRoll()
	full.Full = true
	b.Reset()
	if _, err := o.reports.Roll(context.Background(), o.who, full, &b); err != nil {
		t.Fatal(err)
	}
	if text, _ := whole(t, b.Bytes()); !strings.Contains(text, "含完整个人信息，导出人：梁静") {
		t.Errorf("the whole list is not marked:\n%s", text)
	}
	var twice bytes.Buffer
	if _, err := o.reports.Roll(context.Background(), o.who, full, &twice); err != nil || cmp.Diff(b.Len(), twice.Len()) != "" || !bytes.Equal(b.Bytes(), twice.Bytes()) {
		t.Errorf("the same list is another file: %v", err)
	}
}
