package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/web/view"
)

var voucherViewPage = declare[view.VoucherView]("base", "voucher/view")

// voucherView shows one posted voucher.
func (s *Server) voucherView(c echo.Context) error {
	v, err := s.voucherOf(c)
	if err != nil {
		return err
	}
	p := &view.VoucherView{Base: s.base(c), V: voucher(v), Type: view.TypeTag(v.Type), State: stateTag(v),
		MayPost: actorOf(c).May(access.VoucherPost, v.DepotID), PrintURL: voucherURL(v.ID) + "/print", ReversalURL: reversalURL(v),
		Recorded: view.When(v.RecordedAt), Tail: ledger.Tail(v.Hash), Lines: voucherLines(v)}
	p.ReasonLabel, p.PartyLabel = view.VoucherLabels(v.Type)
	p.Posted = slices.ContainsFunc(p.Flash, func(f view.Flash) bool { return f.Kind == "ok" })
	p.Sums = view.Sums(p.Lines)
	sum, any, all := view.Total(p.Lines)
	if p.Priced = all; any {
		p.Total = sum.Grouped()
	}
	return show(s, c, voucherViewPage, p)
}

func (s *Server) voucherOf(c echo.Context) (inventory.VoucherView, error) {
	voucher, err := pathID(c, "id")
	if err != nil {
		return inventory.VoucherView{}, err
	}
	return s.Inventory.Voucher(c.Request().Context(), actorOf(c), voucher)
}

func voucher(v inventory.VoucherView) view.Voucher {
	return view.Voucher{Voucher: v.Voucher, Depot: v.Depot, Reverses: v.Reverses, Reversals: v.Reversals, Reversible: v.Reversible}
}

func stateTag(v inventory.VoucherView) *view.Tag {
	switch {
	case len(v.Reversals) == 0:
		return nil
	case v.Reversible:
		return &view.Tag{Text: "部分红冲", Tone: "is-warn", Icon: "arrow-back-up"}
	}
	return &view.Tag{Text: "已红冲", Tone: "is-bad", Icon: "arrow-back-up"}
}

func voucherLines(v inventory.VoucherView) []view.VoucherLine {
	lines := make([]view.VoucherLine, len(v.Lines))
	for i, l := range v.Lines {
		row := view.NewVoucherLine(l.Item, l.Lot, l.Qty, l.Amount, v.Type == ledger.Reversal)
		row.N, row.Bin, row.Remark, row.Reversed = l.Line, l.Bin, l.Remark, l.Reversed
		row.Repeat = i > 0 && v.Lines[i-1].Line == l.Line
		row.CardURL = stockQuery{depot: v.DepotID}.url("/stock/card/" + l.Item.ID.String())
		lines[i] = row
	}
	return lines
}
