package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/reporting"
	"changbei/internal/web/view"
)

var voucherViewPage = declare[view.VoucherView]("base", "voucher/view")

// voucherView shows one posted voucher.
func (s *Server) voucherView(c echo.Context) error {
	v, err := s.voucherOf(c)
	if err != nil {
		return err
	}
	actor := actorOf(c)
	p := &view.VoucherView{Base: s.base(c), V: voucher(v), Type: view.TypeTag(v.Type), State: stateTag(v), MayPost: mayFollow(actor, v.Voucher) == nil,
		PrintURL: voucherURL(v.ID) + "/print", ReversalURL: reversalURL(v), ReturnURL: returnURL(v), Recorded: view.When(v.RecordedAt), Tail: ledger.Tail(v.Hash),
		Lines: view.NewVoucherLines(v.Paper(), voucherLines(v)), ReasonLabel: inventory.ReasonLabel(v.Type), PartyLabel: inventory.PartyLabel(v.Type)}
	if p.Export, err = s.exportBox(c, "voucher", exportURL(reporting.Voucher, reporting.Ask{reporting.FieldVoucher: v.ID.String()})); err != nil {
		return err
	}
	p.Posted = slices.ContainsFunc(p.Flash, func(f view.Flash) bool { return f.Kind == "ok" })
	p.Own = v.ActorID == actor.ID
	p.Sums = view.Sums(p.Lines.Rows)
	sum, any, all := view.Total(p.Lines.Rows)
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

// mayFollow says whether an actor may post what follows a voucher, its reversal
// or return: with the right at every depot it touched.
func mayFollow(actor access.Actor, v ledger.Voucher) error {
	for _, depot := range v.Depots() {
		if err := actor.Require(access.VoucherPost, depot); err != nil {
			return err
		}
	}
	return nil
}

func voucher(v inventory.VoucherView) view.Voucher {
	return view.Voucher{Voucher: v.Voucher, Depot: v.Depot, ToDepot: v.ToDepot, Reverses: v.Reverses, Reversals: v.Reversals, Returns: v.Returns, ReturnOf: v.ReturnOf,
		Reversible: v.Reversible, Returnable: v.Returnable}
}

func stateTag(v inventory.VoucherView) *view.Tag {
	switch {
	case len(v.Reversals) > 0 && v.Reversible:
		return &view.Tag{Text: "部分红冲", Tone: "is-warn", Icon: "arrow-back-up"}
	case len(v.Reversals) > 0:
		return &view.Tag{Text: "已红冲", Tone: "is-bad", Icon: "arrow-back-up"}
	case len(v.Returns) > 0 && v.Returnable:
		return &view.Tag{Text: "部分归还", Tone: "is-info", Icon: "rotate-2"}
	case len(v.Returns) > 0:
		return &view.Tag{Text: "已全部归还", Tone: "is-ok", Icon: "rotate-2"}
	}
	return nil
}

func voucherLines(v inventory.VoucherView) []view.VoucherLine {
	red := v.Type == ledger.Reversal
	lines := make([]view.VoucherLine, len(v.Lines))
	for i, l := range v.Lines {
		row := view.NewVoucherLine(l.Item, l.Lot, l.Qty, l.Amount, red)
		row.N, row.Bin, row.ToBin, row.Remark, row.Reversed, row.Packed = l.Line, l.Bin, l.ToBin, l.Remark, l.Reversed, l.Packed
		if red && l.ToBin != "" { // less of the movement that was, and so under its two heads
			row.Bin, row.ToBin = l.ToBin, l.Bin
		}
		row.Repeat = i > 0 && v.Lines[i-1].Line == l.Line
		row.CardURL = stockQuery{depot: v.DepotID}.url("/stock/card/" + l.Item.ID.String())
		lines[i] = row
	}
	return lines
}
