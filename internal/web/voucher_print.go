package web

import (
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
	p := &view.VoucherPrint{Base: s.base(c), V: voucher(v), Heading: v.Heading(), Paper: "form", FormURL: self, A4URL: self + "?paper=a4",
		BackURL: voucherURL(v.ID), Recorded: view.When(v.RecordedAt), Tail: ledger.Tail(v.Hash), Copies: copies}
	if c.QueryParam("paper") == "a4" {
		p.Paper = "a4"
	}
	p.Unit = view.PaperUnit(firstText(v.Depot.Custodian, p.Org, v.Depot.Name))
	p.Head = paperHead(v)
	for _, text := range v.Signers() {
		p.Signers = append(p.Signers, view.PaperSigner(text))
	}
	p.Lay(v.Paper(), voucherLines(v))
	return show(s, c, voucherPrintPage, p)
}

// paperHead gives the fields above the lines, three to a row, the first of a row
// with the most room.
func paperHead(v inventory.VoucherView) []view.Fitted {
	paper := v.Paper()
	reference := v.ReferenceLine()
	party, depot := inventory.PartyLabel(paper)+"："+v.Counterparty, "储备库："+v.Depot.Name
	day, reason, remark := "日期："+v.BusinessOn.Chinese(), inventory.ReasonLabel(v.Type)+"："+v.Reason, "备注："+v.Remark
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
