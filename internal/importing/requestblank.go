package importing

import (
	"context"
	"io"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/sheet"
)

// The shape of the blank 需求报告单.
const (
	requestHeading = "应急物资需求报告单"
	requestSheet   = "需求报告单"
	choicesSheet   = "物资选项" // hidden, with the list of goods
	blankLines     = 30
	maxOffered     = 1000 // goods in the list: a longer one nobody scrolls through
)

// BlankRequest writes an empty form of a request, with a depot's name in it
// where one is given. What is filled in reads back as it was typed.
func (s *Service) BlankRequest(ctx context.Context, actor access.Actor, depot id.ID, w io.Writer) error {
	if !actor.MayAnywhere(access.RequestSend) {
		return actor.Require(access.RequestSend, 0)
	}
	m, err := s.goodsMatcher(ctx, s.store.Read(), 0)
	if err != nil {
		return err
	}
	var d place.Depot
	if depot != 0 {
		if err := actor.Require(access.RequestSend, depot); err != nil {
			return err
		}
		if d, err = s.store.Read().Depot(ctx, depot); err != nil {
			return err
		}
	}
	return sheet.WriteForm(w, requestForm(d, offered(m.goods)))
}

// offered lists the goods as the form's list shows them: a group, a name with
// its spec, and where two goods are called alike their codes too.
func offered(goods *plan.Goods) []string {
	var names []string
	called := map[string]int{}
	for _, it := range goods.Items() {
		called[catalog.Key(it.Label())]++
	}
	for _, t := range goods.Targets() {
		switch it, _ := goods.Item(t.ID); {
		case t.Kind == plan.OfGroup:
			names = append(names, goods.Label(t))
		case t.Kind == plan.OfItem && called[catalog.Key(it.Label())] > 1:
			names = append(names, plan.TypedItem(it))
		case t.Kind == plan.OfItem:
			names = append(names, it.Label())
		}
	}
	if len(names) > maxOffered {
		return nil
	}
	return names
}

func requestForm(d place.Depot, names []string) *sheet.Form {
	kinds := make([]string, len(order.Kinds))
	for i, k := range order.Kinds {
		kinds[i] = k.Name
	}
	form := &sheet.Form{SheetName: requestSheet, Title: requestHeading, HiddenName: choicesSheet,
		Lines: []string{
			"填表说明：填白色的格。物资名称可以从列表里选，列表里没有的直接写；规格、单位照实填。需用量是一共要用多少，申请量留空时按 需用量－本级储备量－已动用量 计算。",
			"填好后在系统的“需求报告”里上传，核对后才会报出；也可以直接在系统里填。行数不够时，上传后在系统里补填。",
		},
		Blanks: []sheet.FormBlank{
			{Label: "填报单位：", Col: 2, Wide: 1, Value: d.Name, Text: true}, {Label: "灾种：", Col: 4, Wide: 2, Choices: kinds, Text: true},
			{Label: "时间：", Col: 7, Wide: 2, Text: true, Hint: "灾害发生的时间，如 2026-07-03 18:00。"},
			{Line: 1, Label: "地点：", Col: 2, Wide: 1, Text: true}, {Line: 1, Label: "转移人数：", Col: 4, Wide: 2, Text: true}, {Line: 1, Label: "天数：", Col: 7, Wide: 2, Text: true, Hint: "预计要保障几天。"},
			{Line: 2, Label: "联系人：", Col: 2, Wide: 1, Text: true}, {Line: 2, Label: "联系电话：", Col: 4, Wide: 2, Text: true}, {Line: 2, Label: "情况说明：", Col: 7, Wide: 2, Text: true},
		},
		Columns:    requestColumns(names),
		Signatures: []string{"填报人：", "审核人：", "单位负责人（盖章）：", "日期："},
	}
	for i := range blankLines {
		form.Rows = append(form.Rows, sheet.FormRow{Values: []sheet.Value{sheet.Int(int64(i + 1))}, Decimals: 3})
	}
	return form
}

func requestColumns(names []string) []sheet.FormColumn {
	figure := func(heading, hint string) sheet.FormColumn {
		return sheet.FormColumn{Heading: heading, Width: 12, Open: true, Figure: true, Hint: hint, Leave: "没有的留空"}
	}
	return []sheet.FormColumn{
		{Heading: "序号", Width: 6, Centred: true},
		{Heading: "物资名称", Width: 30, Open: true, Text: true, Choices: names, Hint: "可以从列表里选，列表里没有的直接写。"},
		{Heading: "规格型号", Width: 20, Open: true, Text: true}, {Heading: "单位", Width: 11, Open: true, Centred: true, Text: true},
		figure("需用量", "一共要用多少。"), figure("本级储备量", "本街镇现在有多少可用。"), figure("已动用量", "已经用掉或发出的。"), figure("申请量", "留空时自动计算。"),
		{Heading: "备注", Width: 22, Open: true, Text: true},
	}
}
