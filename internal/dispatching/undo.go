package dispatching

import (
	"context"
	"errors"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/posting"
	"changbei/internal/store"
)

// undoing is what is taken back: the voucher to reverse (0 = none was booked),
// and what notes it.
type undoing struct {
	shipment   order.Shipment
	desk       id.ID // whose people may, 0 = those of the load's depot
	voucher    id.ID
	permission access.Permission
	note       func(reversal id.ID) error
}

// pointOf reports that what is taken back went to a point.
func (u undoing) pointOf(o order.Order) bool { return o.Target(u.shipment.TargetID).Point() }

// undo takes one booking of an order back. The reversal's client key is the
// form's, so a second tap finds the first.
func (s *Service) undo(ctx context.Context, actor access.Actor, in UndoInput, act string, find func(*store.Tx, order.Order) (undoing, error)) error {
	if err := checkKey(in.ClientKey); err != nil {
		return err
	}
	var c errs.Check
	needText(&c, "reason", "撤销原因", tidy(in.Reason), 300)
	if err := c.Err(); err != nil {
		return err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error { return s.undoIn(ctx, tx, actor, in, act, find) })
	if errors.Is(err, store.ErrDuplicate) { // the second tap: the first has booked it
		return nil
	}
	return err
}

// undoIn takes one booking back inside a running transaction.
func (s *Service) undoIn(ctx context.Context, tx *store.Tx, actor access.Actor, in UndoInput, act string, find func(*store.Tx, order.Order) (undoing, error)) error {
	o, found, err := tx.TakeOrder(ctx, in.OrderID)
	if err != nil {
		return err
	}
	if !found || !mayLook(actor, o) {
		return errs.New(errs.NotFound, "没有这份调拨指令，或它没有在执行。")
	}
	if err := s.stillOpen(ctx, tx, o); err != nil {
		return err
	}
	u, err := find(tx, o)
	if err != nil {
		return err
	}
	at := u.shipment.DepotID
	if u.desk != 0 {
		at = u.desk
	}
	if err := mayAt(actor, u.permission, at); err != nil {
		return err
	}
	reversal, err := s.takeBack(ctx, tx, actor, u, in)
	if err != nil {
		return err
	}
	if err := u.note(reversal); err != nil {
		return err
	}
	if err := s.reopenLoad(ctx, tx, o.ID, u.shipment.ID); err != nil {
		return err
	}
	if err := s.finish(ctx, tx, o.ID); err != nil {
		return err
	}
	return tx.Audit(ctx, u.shipment.DepotID, record(actor, act, o.Number, tidy(in.Reason)))
}

// stillOpen refuses to change what a settled response is made of.
func (s *Service) stillOpen(ctx context.Context, tx *store.Tx, o order.Order) error {
	if o.ResponseID == 0 {
		return nil
	}
	held, err := tx.HoldResponse(ctx, o.ResponseID, order.Running, order.Over)
	if err == nil && !held {
		err = errs.New(errs.Conflict, "%s 所属的响应已经清账，不能再撤销。", o.Number)
	}
	return err
}

// takeBack reverses a voucher; 0 when none had been booked.
func (s *Service) takeBack(ctx context.Context, tx *store.Tx, actor access.Actor, u undoing, in UndoInput) (id.ID, error) {
	if u.voucher == 0 {
		return 0, nil
	}
	orig, err := tx.Voucher(ctx, u.voucher)
	if err != nil {
		return 0, err
	}
	v := ledger.Voucher{ID: tx.NewID(), DepotID: orig.DepotID, ToDepotID: orig.ToDepotID, Type: ledger.Reversal, BusinessOn: dayOf(tx.NowMicro()), Reason: "红冲",
		Counterparty: orig.Counterparty, Reference: orig.Number, Remark: tidy(in.Reason), ReversesID: orig.ID}
	for _, e := range orig.Entries {
		v.Entries = append(v.Entries, e.Opposite())
	}
	r := posting.Request{Actor: actor, Permission: u.permission, ClientKey: in.ClientKey, Hash: hashOf("undo", in), Underway: true, Vouched: orig.Depots()}
	_, err = posting.InTx(ctx, tx, r, v)
	return v.ID, err
}

// reopenLoad puts a signed load of which something is on the road again back
// to arrived.
func (s *Service) reopenLoad(ctx context.Context, tx *store.Tx, of, shipment id.ID) error {
	o, err := tx.Order(ctx, of)
	if err != nil {
		return err
	}
	l := load{Order: o}
	l.Shipment, _ = o.Shipment(shipment)
	if l.Shipment.Status != order.Signed || l.signedFor() {
		return nil
	}
	l.Shipment.Status, l.SignedAt, l.SignedName = order.Arrived, 0, ""
	return tx.MoveShipment(ctx, l.Shipment, order.Signed)
}
