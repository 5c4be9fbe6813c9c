package reporting

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/order"
	"changbei/internal/plan"
	"changbei/internal/polite"
	"changbei/internal/sheet"
)

// ofRequest addresses the workbook of a request. It is asked for from its page
// and not with fields, so that it is none of Forms.
const ofRequest Kind = "request"

// RequestName is what the paper is called, on forms and files alike.
const RequestName = "应急物资需求报告单"

// Request writes a request as its paper. By its headings it reads back as it
// was sent.
func (s *Service) Request(ctx context.Context, actor access.Actor, v dispatching.RequestView, w io.Writer) (File, error) {
	done, err := s.wait(ctx)
	if err != nil {
		return File{}, err
	}
	defer done()
	q := &query{kind: ofRequest, today: s.inventory.Today(), about: v.Number}
	if err := s.readOrg(ctx, q); err != nil {
		return File{}, err
	}
	docs := []sheet.Document{q.request(v)}
	if err := s.trail(ctx, actor, ofRequest, RequestName, v.Number, docs); err != nil {
		return File{}, err
	}
	return q.fileOf(RequestName, v.Number), polite.Run(func() error { return sheet.Write(w, docs...) })
}

func (q *query) request(v dispatching.RequestView) sheet.Document {
	doc := sheet.Document{SheetName: "需求报告单", Title: RequestName, Left: "填报单位：" + q.asker(v), Middle: "报告时间：" + order.Clock(v.SentAt), Right: "编号：" + v.Number,
		More: requestHead(v), Landscape: true, Signatures: []string{"填报人：" + v.AuthorName, "审核人：", "单位负责人（盖章）：", "日期："},
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "编码"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "单位"},
			{Heading: "需用量", Kind: sheet.QuantityKind, Width: needWidth}, {Heading: "本级储备量", Kind: sheet.QuantityKind, Width: needWidth},
			{Heading: "已动用量", Kind: sheet.QuantityKind, Width: needWidth}, {Heading: "申请量", Kind: sheet.QuantityKind, Width: needWidth}, {Heading: "测算依据", Width: basisWidth}, {Heading: "备注", Width: remarkWidth}}}
	for _, l := range v.Lines {
		code, name, spec := RequestGoods(v.Goods, l)
		doc.Rows = append(doc.Rows, sheet.Row{Values: []sheet.Value{sheet.Int(int64(l.No)), sheet.Text(code), sheet.Text(name), sheet.Text(spec), sheet.Text(l.Unit),
			sheet.Quantity(l.Needed), sheet.Quantity(l.InStock), sheet.Quantity(l.Used), sheet.Quantity(l.Asked), sheet.Text(l.Basis), sheet.Text(l.Remark)}})
	}
	return doc
}

// The widths of figures, under the longest heading of theirs, and of how they
// were computed.
const (
	needWidth  = 12.0
	basisWidth = 24.0
)

// asker is who asks: the street's depot, and of the city the bureau.
func (q *query) asker(v dispatching.RequestView) string {
	if v.Direction == order.ToCity {
		return q.office
	}
	return v.Depot.Name
}

// requestHead is what stands above the goods. Nothing is left out that is
// empty: the paper is signed as it was sent.
func requestHead(v dispatching.RequestView) []sheet.Line {
	people, days := "", ""
	if v.MovedPeople > 0 {
		people = strconv.FormatInt(v.MovedPeople, 10)
	}
	if v.Days > 0 {
		days = strconv.FormatInt(v.Days, 10)
	}
	lines := []sheet.Line{{Left: "灾种：" + order.KindName(v.Kind), Middle: "时间：" + order.Clock(v.HappenedAt), Right: "应急响应：" + cmp.Or(v.Response.Name, "未启动")},
		{Left: "转移人数：" + people, Middle: "天数：" + days, Right: "联系人：" + v.Contact},
		{Left: "地点：" + v.Place, Right: "联系电话：" + v.Phone}}
	if v.Remark != "" {
		lines = append(lines, sheet.Line{Left: "情况说明：" + v.Remark})
	}
	return lines
}

// RequestGoods names what a line asks for: a group has no code and no spec.
func RequestGoods(goods *plan.Goods, l order.NeedLine) (code, name, spec string) {
	t := plan.Target{Kind: plan.TargetKind(l.Target), ID: l.TargetID}
	if it, known := goods.Item(l.TargetID); known && t.Kind == plan.OfItem {
		return it.Code, it.Name, it.Spec
	}
	return "", strings.TrimSpace(goods.Label(t)), ""
}
