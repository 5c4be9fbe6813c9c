package dispatching

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
)

// LoadPapers is what is printed of a load: its 拣货单 before it leaves, the
// 调拨单 and the 交接单 that go with it.
type LoadPapers struct {
	LoadView
	Voucher ledger.Voucher // with which it left, zero before
}

// LoadPapers gives a load with the voucher it left with, for those who see the
// load: who signs for goods need not see the books they come from.
func (s *Service) LoadPapers(ctx context.Context, actor access.Actor, shipment id.ID) (LoadPapers, error) {
	v, err := s.Load(ctx, actor, shipment)
	if err != nil {
		return LoadPapers{}, err
	}
	p := LoadPapers{LoadView: v}
	if v.Shipment.Status == order.ShipmentCancelled {
		return p, errs.New(errs.Conflict, "%s 第 %d 车已取消，没有单据可以打印。", v.Order.Number, v.Shipment.No)
	}
	if v.Shipment.VoucherID != 0 {
		p.Voucher, err = s.store.Read().Voucher(ctx, v.Shipment.VoucherID)
	}
	return p, err
}
