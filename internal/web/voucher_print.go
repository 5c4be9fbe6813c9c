package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/web/view"
)

var voucherPrintPage = declare[view.VoucherPrint]("print", "voucher/print")

// copies names the three copies of triplicate paper.
const copies = "①存根 ②财务 ③仓库"

// voucherPrint lays a voucher out for paper: triplicate, or A4 on demand.
func (s *Server) voucherPrint(c echo.Context) error {
	v, err := s.voucherOf(c)
	if err != nil {
		return err
	}
	self := voucherURL(v.ID) + "/print"
	p := &view.VoucherPrint{Base: s.base(c), V: voucher(v), Heading: paperHeading(v), Paper: "form", FormURL: self, A4URL: self + "?paper=a4",
		BackURL: voucherURL(v.ID), Recorded: view.When(v.RecordedAt), Tail: ledger.Tail(v.Hash), Copies: copies}
	if c.QueryParam("paper") == "a4" {
		p.Paper = "a4"
	}
	p.Unit = view.PaperUnit(firstText(v.Depot.Custodian, p.Org, v.Depot.Name))
	p.Head = paperHead(v)
	for _, text := range signers(v) {
		p.Signers = append(p.Signers, view.PaperSigner(text))
	}
	p.Lay(paperOf(v), voucherLines(v))
	return show(s, c, voucherPrintPage, p)
}

// paperHead gives the fields above the lines, three to a row, the first of a row
// with the most room.
func paperHead(v inventory.VoucherView) []view.Fitted {
	paper := paperOf(v)
	reference := "依据：" + v.Reference
	switch {
	case v.Reverses != nil:
		reference = "冲销单据：" + v.Reference
	case v.ReturnOf != nil:
		reference = "原出库单：" + v.Reference
	}
	party, depot := view.PartyLabel(paper)+"："+v.Counterparty, "储备库："+v.Depot.Name
	day, reason, remark := "日期："+v.BusinessOn.Chinese(), reasonLabel(v.Type)+"："+v.Reason, "备注："+v.Remark
	switch paper {
	case ledger.Transfer:
		return view.PaperHead("调出 → 调入："+view.Between(v.Depot.Name, v.ToDepot.Name), party, day, reference, reason, remark)
	case ledger.BinMove:
		return view.PaperHead(depot, reason, day, reference, remark)
	}
	return view.PaperHead(party, depot, day, reference, reason, remark)
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// paperHeading is the paper's title; a reversal names what it takes back.
func paperHeading(v inventory.VoucherView) string {
	if v.Reverses == nil {
		return v.Type.Name()
	}
	return strings.TrimSuffix(v.Reverses.Type.Name(), "单") + v.Type.Name()
}

// signers are the places to sign; who keyed the voucher is printed.
func signers(v inventory.VoucherView) []string {
	third, last := "保管：", "往来方："
	switch paperOf(v) {
	case ledger.Receipt, ledger.Opening:
		third, last = "验收：", "交货："
	case ledger.Issue:
		third, last = "发货：", "领用："
	case ledger.Transfer:
		third, last = "调出库：", "调入库："
	case ledger.Return:
		third, last = "验收：", "归还："
	case ledger.Disposal:
		last = "监销："
	case ledger.BinMove:
		last = "复核："
	}
	return []string{"主管：", "审核：", third, "经办：" + v.ActorName, last}
}
