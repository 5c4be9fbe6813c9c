package web

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/view"
)

// loadCard lays a load out: where from and to, who, what, and its papers.
func loadCard(actor access.Actor, v dispatching.OrderView, sh order.Shipment) view.Load {
	t, from := v.Target(sh.TargetID), v.Depots[sh.DepotID]
	l := view.Load{ID: sh.ID.String(), URL: loadURL(sh.ID), PapersURL: loadURL(sh.ID) + "/papers", Name: loadName(sh), Order: v.Number, OrderURL: orderURL(v.ID), Status: view.LoadTag(sh),
		From: from.Name, To: t.Name, Sender: firstText(sh.Sender, from.Keeper), SenderPhone: firstText(sh.SenderPhone, from.Phone), Contact: t.Contact, Phone: t.Phone,
		Dial: view.Dial(t.Phone), Address: t.Address, Vehicle: sh.Vehicle, Plate: sh.Plate, Driver: sh.Driver, DriverPhone: sh.DriverPhone, DriverDial: view.Dial(sh.DriverPhone),
		Voucher: voucherLink(v, sh.VoucherID), Cancelled: sh.Status == order.ShipmentCancelled, Gone: sh.Status.Gone(), CancelURL: loadURL(sh.ID) + "/cancel"}
	l.SenderDial = view.Dial(l.SenderPhone)
	if t.Point() {
		l.Where = v.Depots[t.DeskID].Name + "签收"
	}
	l.MayCancel = sh.Status.Waiting() && (actor.May(access.OrderPropose, 0) || actor.May(access.OrderApprove, 0) || actor.May(access.VoucherPost, sh.DepotID))
	for _, x := range sh.Lines {
		l.Lines = append(l.Lines, loadLine(v, sh, x))
	}
	return l
}

func loadLine(v dispatching.OrderView, sh order.Shipment, x order.ShipmentLine) view.LoadLine {
	it, lot := v.Items[x.ItemID], v.Lots[x.LotID]
	l := view.LoadLine{ID: x.ID.String(), Item: it.Name, Spec: it.Spec, Unit: it.Unit, LotNo: lot.No, LotURL: "/lots/" + x.LotID.String(), Expires: lot.Expires.String(),
		Bin: v.Bins[x.PlaceID].Code, Qty: x.Qty.Grouped(), Packs: packHint(it)}
	if !sh.Status.Gone() {
		return l
	}
	l.Good, l.Damaged, l.Road = some(x.Good), some(x.Damaged), some(x.OnRoad())
	if v.Target(sh.TargetID).Point() {
		l.Owed = some(x.Owed())
	}
	var fates []amountWord
	for _, f := range slices.Concat(order.RoadFates, order.FieldFates) {
		fates = append(fates, amountWord{f.Name(), x.Became(f)})
	}
	l.Fates = amountsText(fates)
	return l
}

// some writes an amount; none is "".
func some(q quantity.Q) string {
	if q == 0 {
		return ""
	}
	return q.Grouped()
}

func voucherLink(v dispatching.OrderView, voucher id.ID) view.NamedLink {
	if voucher == 0 {
		return view.NamedLink{}
	}
	return view.NamedLink{Text: v.Vouchers[voucher], URL: voucherURL(voucher)}
}

// receipts lists the signings for an order's goods, or for one load's.
func receipts(c echo.Context, s *Server, actor access.Actor, v dispatching.OrderView, only id.ID) []view.Receipt {
	var list []view.Receipt
	for _, h := range v.Handovers {
		sh, _ := v.Shipment(h.ShipmentID)
		if only != 0 && sh.ID != only {
			continue
		}
		r := view.Receipt{ID: h.ID.String(), Load: loadName(sh), At: view.When(h.At), Way: h.Way.Name(), Signer: h.Signer, Keyed: h.ActorName + " " + view.When(h.RecordedAt),
			Remark: h.Remark, Voucher: voucherLink(v, h.VoucherID), UndoVoucher: voucherLink(v, h.UndoVoucherID)}
		for _, x := range h.Lines {
			y, _ := sh.Line(x.ShipmentLineID)
			it := v.Items[y.ItemID]
			r.Lines = append(r.Lines, view.ReceiptLine{Item: it.Label(), LotNo: v.Lots[y.LotID].No, Good: some(x.Good), Damaged: some(x.Damaged), Missing: some(x.Missing), Unit: it.Unit})
		}
		switch {
		case h.UndoneAt != 0:
			r.Undone = h.UndoneName + " " + view.When(h.UndoneAt) + " 撤销"
		case stillOpen(v) && actor.May(access.GoodsSign, v.Target(sh.TargetID).DeskID):
			r.Undo = s.undoForm(c, orderURL(v.ID)+"/receipts/"+r.ID+"/undo")
		}
		list = append(list, r)
	}
	return list
}

// clearings lists what became of goods, by voucher.
func clearings(c echo.Context, s *Server, actor access.Actor, v dispatching.OrderView, only id.ID) []view.Clearing {
	var list []view.Clearing
	var sums []amounts
	at := map[id.ID]int{}
	for _, x := range v.Clearings {
		sh, _ := v.Shipment(x.ShipmentID)
		if only != 0 && sh.ID != only {
			continue
		}
		i, seen := at[x.VoucherID]
		if !seen {
			i = len(list)
			at[x.VoucherID] = i
			r := view.Clearing{ID: x.VoucherID.String(), Load: loadName(sh), At: view.When(x.At), Fate: x.Fate.Name(), Note: x.Note, Keyed: x.ActorName + " " + view.When(x.RecordedAt),
				Voucher: voucherLink(v, x.VoucherID), UndoVoucher: voucherLink(v, x.UndoVoucherID)}
			switch {
			case x.UndoneAt != 0:
				r.Undone = x.UndoneName + " " + view.When(x.UndoneAt) + " 撤销"
			case stillOpen(v) && mayClear(actor, v.Order, sh, x.Fate):
				r.Undo = s.undoForm(c, orderURL(v.ID)+"/clearings/"+r.ID+"/undo")
			}
			list, sums = append(list, r), append(sums, amounts{})
		}
		y, _ := sh.Line(x.ShipmentLineID)
		sums[i].add(y.ItemID, x.Qty)
	}
	for i := range list {
		list[i].Goods = sums[i].text(v.Items, len(sums[i].order))
	}
	return list
}

// stillOpen reports an order of which something may be taken back.
func stillOpen(v dispatching.OrderView) bool {
	return (v.Status == order.Approved || v.Status == order.Done) && v.Response.Status != order.Settled
}

// mayClear says whom a clearing is offered to; the use case decides.
func mayClear(actor access.Actor, o order.Order, sh order.Shipment, f order.Fate) bool {
	return actor.May(access.OrderClear, sh.DepotID) || (f == order.Used || f == order.Lost) && actor.May(access.GoodsSign, o.Target(sh.TargetID).DeskID)
}

func (s *Server) undoForm(c echo.Context, url string) view.Undo {
	return view.Undo{URL: url, ClientKey: inventory.NewKey(), CSRF: s.csrfToken(c)}
}

// pickBins orders what is to be picked by bin, as a keeper walks.
func pickBins(v dispatching.OrderView, sh order.Shipment) []view.PickBin {
	var list []view.PickBin
	for _, x := range sh.Lines {
		l := loadLine(v, sh, x)
		at := slices.IndexFunc(list, func(b view.PickBin) bool { return b.Bin == l.Bin })
		if at < 0 {
			at = len(list)
			list = append(list, view.PickBin{Bin: l.Bin})
		}
		list[at].Lines = append(list[at].Lines, l)
	}
	slices.SortStableFunc(list, func(a, b view.PickBin) int { return strings.Compare(a.Bin, b.Bin) })
	return list
}
