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
	lines := voucherLines(v)
	p.Sheets = view.NewSheets(lines)
	capital := ""
	sum, any, all := view.Total(lines)
	if any {
		capital = sum.Capital()
	}
	p.Capital = view.PaperCapital(capital, all)
	return show(s, c, voucherPrintPage, p)
}

// paperHead gives the fields above the lines, three to a row.
func paperHead(v inventory.VoucherView) []view.Fitted {
	reason, party := view.VoucherLabels(v.Type)
	reference := "依据："
	if v.Reverses != nil {
		reference = "冲销单据："
	}
	return view.PaperHead(party+"："+v.Counterparty, "储备库："+v.Depot.Name, "日期："+v.BusinessOn.Chinese(),
		reference+v.Reference, reason+"："+v.Reason, "备注："+v.Remark)
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
	paper := v.Type
	if v.Reverses != nil {
		paper = v.Reverses.Type
	}
	third, last := "保管：", "往来方："
	switch paper {
	case ledger.Receipt, ledger.Opening:
		third, last = "验收：", "交货："
	case ledger.Issue:
		third, last = "发货：", "领用："
	}
	return []string{"主管：", "审核：", third, "经办：" + v.ActorName, last}
}
