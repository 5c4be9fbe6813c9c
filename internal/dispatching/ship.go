package dispatching

import (
	"context"
	"fmt"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// load is a shipment being acted on, with its order, which is locked.
type load struct {
	order.Order
	order.Shipment
	world
	target order.Target
}

// takeLoad locks the order of a load and gives both as they are. Who does not
// see the order is told nothing of it, not even that it is closed.
func (s *Service) takeLoad(ctx context.Context, tx *store.Tx, actor access.Actor, shipment id.ID) (load, error) {
	of, err := tx.ShipmentOrder(ctx, shipment)
	if err != nil {
		return load{}, err
	}
	o, found, err := tx.TakeOrder(ctx, of)
	if err != nil {
		return load{}, err
	}
	if !found {
		if o, err = tx.Order(ctx, of); err != nil {
			return load{}, err
		}
	}
	if !mayLook(actor, o) {
		return load{}, errs.New(errs.NotFound, "没有这一车物资，或您无权查看。")
	}
	if !found {
		return load{}, errs.New(errs.Conflict, "%s %s，不能再办理发运和签收。", o.Number, o.Status.Name())
	}
	l := load{Order: o}
	l.Shipment, _ = o.Shipment(shipment)
	l.target = o.Target(l.TargetID)
	l.world, err = readWorld(ctx, tx.Conn, itemsOf(o))
	return l, err
}

// name says which load it is, for sentences.
func (l load) name() string { return fmt.Sprintf("%s 第 %d 车", l.Order.Number, l.Shipment.No) }

// PickInput says that a load's goods are ready at the gate.
type PickInput struct {
	ShipmentID id.ID
	At         string
}

// Pick notes that a load was picked (备货). Saying it again changes nothing.
func (s *Service) Pick(ctx context.Context, actor access.Actor, in PickInput) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		l, err := s.takeLoad(ctx, tx, actor, in.ShipmentID)
		if err != nil {
			return err
		}
		if err := mayAt(actor, access.VoucherPost, l.Shipment.DepotID); err != nil {
			return err
		}
		var c errs.Check
		at := moment(&c, "at", "备货时间", in.At, tx.Now)
		notBefore(&c, "at", "备货时间", at, l.DecidedAt, "批准时间")
		if err := c.Err(); err != nil {
			return err
		}
		switch l.Shipment.Status {
		case order.Allocated:
		case order.Picked:
			return nil
		default:
			return errs.New(errs.Conflict, "%s %s，不能再备货。", l.name(), l.Shipment.Status.Name())
		}
		l.Shipment.Status, l.PickedAt, l.PickedName = order.Picked, at, actor.Name
		if err := tx.MoveShipment(ctx, l.Shipment, order.Allocated); err != nil {
			return err
		}
		return tx.Audit(ctx, l.Shipment.DepotID, record(actor, "shipment.pick", l.name(), order.Clock(at)))
	})
}

// mayAt refuses a depot out of sight as one that is not there.
func mayAt(actor access.Actor, p access.Permission, depot id.ID) error {
	if !actor.May(access.DispatchView, depot) {
		return errs.New(errs.NotFound, "没有这一车物资，或您无权查看。")
	}
	return actor.Require(p, depot)
}

// notBefore refuses an instant before another, by the minute that is shown.
func notBefore(c *errs.Check, field, label string, at, before int64, what string) {
	if at != 0 && before != 0 && order.Clock(at) < order.Clock(before) {
		c.Add(field, "%s %s 早于%s %s，请核对。", label, order.Clock(at), what, order.Clock(before))
	}
}

// LeaveInput is a departure as typed. Field names in errors: at, vehicle,
// plate, driver, driver_phone, qty.<id of the shipment's line>.
type LeaveInput struct {
	ClientKey   string `json:"-"`
	ShipmentID  id.ID
	At          string
	Vehicle     string
	Plate       string
	Driver      string
	DriverPhone string
	Qty         map[id.ID]string // by line, what goes on this load; a line not named goes whole
	DropRest    bool             // what stays is given up, else it waits for a next load
}

// Leave books that a load left: a 调拨单 from the shelves onto the road. What
// stays behind becomes another load, or is set free.
func (s *Service) Leave(ctx context.Context, actor access.Actor, in LeaveInput) (ledger.Voucher, error) {
	if err := checkKey(in.ClientKey); err != nil {
		return ledger.Voucher{}, err
	}
	r := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: in.ClientKey, Hash: hashOf("leave", in)}
	return posting.Run(ctx, s.store, r, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		l, err := s.takeLoad(ctx, tx, actor, in.ShipmentID)
		if err != nil {
			return ledger.Voucher{}, err
		}
		if err := mayAt(actor, access.VoucherPost, l.Shipment.DepotID); err != nil {
			return ledger.Voucher{}, err
		}
		if !l.Shipment.Status.Waiting() {
			return ledger.Voucher{}, errs.New(errs.Conflict, "%s %s，不能再次发出。", l.name(), l.Shipment.Status.Name())
		}
		if l.depots[l.target.DeskID].Closed {
			return ledger.Voucher{}, errs.New(errs.Conflict, "「%s」已停用，到了无人签收。请恢复它，或取消这一车。", l.depotName(l.target.DeskID))
		}
		was := l.Shipment.Status
		at, err := l.readLeave(in, tx.Now)
		if err != nil {
			return ledger.Voucher{}, err
		}
		if err := s.splitLoad(ctx, tx, &l, in); err != nil {
			return ledger.Voucher{}, err
		}
		if err := tx.Allocate(ctx, allocations(l.Shipment, -1)); err != nil {
			return ledger.Voucher{}, err
		}
		return s.depart(ctx, tx, actor, &l, was, at)
	})
}

func (l *load) readLeave(in LeaveInput, now time.Time) (int64, error) {
	var c errs.Check
	at := moment(&c, "at", "出发时间", in.At, now)
	notBefore(&c, "at", "出发时间", at, l.DecidedAt, "批准时间")
	notBefore(&c, "at", "出发时间", at, l.PickedAt, "备货时间")
	l.Vehicle, l.Plate, l.Driver, l.DriverPhone = tidy(in.Vehicle), tidy(in.Plate), tidy(in.Driver), tidy(in.DriverPhone)
	checkText(&c, "vehicle", "车辆", l.Vehicle, 60)
	checkText(&c, "plate", "车牌", l.Plate, 20)
	checkText(&c, "driver", "驾驶员", l.Driver, 60)
	checkText(&c, "driver_phone", "驾驶员电话", l.DriverPhone, 60)
	return at, c.Err()
}

// depart books the load onto the road and moves it on.
func (s *Service) depart(ctx context.Context, tx *store.Tx, actor access.Actor, l *load, was order.ShipmentStatus, at int64) (ledger.Voucher, error) {
	road, err := ensurePlace(ctx, tx, l.Shipment.DepotID, place.Transit, place.TransitCode)
	if err != nil {
		return ledger.Voucher{}, err
	}
	v := l.voucher(tx, ledger.Transfer, at, "发运")
	v.ToDepotID = l.target.DepotID
	for _, x := range l.Shipment.Lines {
		v.Entries = append(v.Entries, l.movement(x, x.Qty, spot{x.PlaceID, l.Shipment.DepotID}, road)...)
	}
	if l.PickedAt == 0 {
		l.PickedAt, l.PickedName = at, actor.Name
	}
	l.Shipment.Status, l.LeftAt, l.LeftName, l.VoucherID = order.Left, at, actor.Name, v.ID
	if err := tx.MoveShipment(ctx, l.Shipment, was); err != nil {
		return v, err
	}
	return v, s.tellLeft(ctx, tx, actor, *l)
}

// spot is a place with its home depot, 0 for the outside.
type spot struct{ place, depot id.ID }

// ensurePlace gives the place of a depot that an order's goods pass through.
// A bin that bears its name already is left alone.
func ensurePlace(ctx context.Context, tx *store.Tx, depot id.ID, kind place.Kind, code string) (spot, error) {
	p, _, err := tx.EnsurePlace(ctx, place.Place{Kind: kind, DepotID: depot, Code: code, Name: code})
	if err == nil && p.Kind != kind {
		p, _, err = tx.EnsurePlace(ctx, place.Place{Kind: kind, DepotID: depot, Code: code + "（调度）", Name: code})
	}
	return spot{p.ID, depot}, err
}

// voucher begins a voucher of a load at the depot it came from.
func (l *load) voucher(tx *store.Tx, t ledger.Type, at int64, what string) ledger.Voucher {
	return ledger.Voucher{ID: tx.NewID(), DepotID: l.Shipment.DepotID, Type: t, BusinessOn: dayOf(at), Reason: "应急调拨",
		Counterparty: l.target.Name, Reference: l.Order.Number, Remark: fmt.Sprintf("第 %d 车%s", l.Shipment.No, what)}
}

// movement makes the two entries of goods going from one spot to another.
func (l *load) movement(x order.ShipmentLine, qty quantity.Q, from, to spot) []ledger.Entry {
	return []ledger.Entry{
		{Line: x.No, PlaceID: from.place, DepotID: from.depot, LotID: x.LotID, ItemID: x.ItemID, Qty: -qty},
		{Line: x.No, PlaceID: to.place, DepotID: to.depot, LotID: x.LotID, ItemID: x.ItemID, Qty: qty},
	}
}

// splitLoad leaves behind what does not go on this load.
func (s *Service) splitLoad(ctx context.Context, tx *store.Tx, l *load, in LeaveInput) error {
	stays, err := l.stays(in.Qty)
	if err != nil || len(stays) == 0 {
		return err
	}
	rest := s.newLoad(tx, l.Order, l.Shipment.DepotID, l.TargetID, l.world)
	for i := range l.Shipment.Lines {
		x := &l.Shipment.Lines[i]
		qty := stays[x.ID]
		if qty == 0 {
			continue
		}
		if err := tx.ShrinkShipmentLine(ctx, *x, qty); err != nil {
			return err
		}
		left := *x
		left.ID, left.ShipmentID, left.No, left.Qty = tx.NewID(), rest.ID, len(rest.Lines)+1, qty
		rest.Lines = append(rest.Lines, left)
		x.Qty -= qty
	}
	l.Shipment.Lines = slices.DeleteFunc(l.Shipment.Lines, func(x order.ShipmentLine) bool { return x.Qty == 0 })
	if len(l.Shipment.Lines) == 0 {
		return errs.New(errs.Invalid, "这一车没有装任何物资。不发了请取消这一车，暂不发请不要登记出发。")
	}
	if in.DropRest {
		return s.dropRest(ctx, tx, *rest)
	}
	rest.No = len(l.Order.Shipments) + 1
	return tx.InsertShipment(ctx, *rest) // its goods are promised already
}

// dropRest gives up what stays behind: its goods are free again.
func (s *Service) dropRest(ctx context.Context, tx *store.Tx, rest order.Shipment) error {
	if err := tx.Allocate(ctx, allocations(rest, -1)); err != nil {
		return err
	}
	for _, x := range rest.Lines {
		if err := tx.DropOrderLine(ctx, x.OrderLineID, x.Qty); err != nil {
			return err
		}
	}
	return nil
}

// stays reads how much of each line goes and gives what does not.
func (l *load) stays(typed map[id.ID]string) (map[id.ID]quantity.Q, error) {
	var c errs.Check
	stays := map[id.ID]quantity.Q{}
	for _, x := range l.Shipment.Lines {
		text, said := typed[x.ID]
		if !said {
			continue
		}
		it := l.items[x.ItemID]
		goes, err := it.Amount(text)
		switch {
		case err != nil:
			c.Add("qty."+x.ID.String(), "第 %d 行「%s」的实发数量：%s", x.No, it.Label(), errs.MessageOf(err))
		case goes > x.Qty:
			c.Add("qty."+x.ID.String(), "第 %d 行「%s」批准 %s %s，实发 %s 超过了。要多发请另拟调拨指令。", x.No, it.Label(), x.Qty.Grouped(), it.Unit, goes.Grouped())
		default:
			if goes < x.Qty {
				stays[x.ID] = x.Qty - goes
			}
		}
	}
	return stays, c.Err()
}

// CancelLoad gives up a load that has not left: its goods are free again.
func (s *Service) CancelLoad(ctx context.Context, actor access.Actor, shipment id.ID, reason string) error {
	if err := anyOf(actor, access.OrderPropose, access.OrderApprove, access.VoucherPost); err != nil {
		return err
	}
	var c errs.Check
	needText(&c, "reason", "取消原因", tidy(reason), 300)
	if err := c.Err(); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		l, err := s.takeLoad(ctx, tx, actor, shipment)
		if err != nil {
			return err
		}
		if err := s.mayCancel(actor, l); err != nil {
			return err
		}
		if err := s.cancelLoad(ctx, tx, &l.Order, l.Shipment); err != nil {
			return err
		}
		if err := s.finish(ctx, tx, l.Order.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, l.Shipment.DepotID, record(actor, "shipment.cancel", l.name(), tidy(reason)))
	})
}

func (s *Service) mayCancel(actor access.Actor, l load) error {
	if actor.May(access.OrderPropose, 0) || actor.May(access.OrderApprove, 0) {
		return nil
	}
	return mayAt(actor, access.VoucherPost, l.Shipment.DepotID)
}

func (s *Service) cancelLoad(ctx context.Context, tx *store.Tx, o *order.Order, sh order.Shipment) error {
	switch {
	case sh.Status == order.ShipmentCancelled:
		return nil
	case sh.Status.Gone():
		return errs.New(errs.Conflict, "%s 第 %d 车%s，已经发出，不能取消。要叫回来，请在到达或返回后登记签收或退回。", o.Number, sh.No, sh.Status.Name())
	}
	was := sh.Status
	sh.Status = order.ShipmentCancelled
	if err := tx.MoveShipment(ctx, sh, was); err != nil {
		return err
	}
	return s.dropRest(ctx, tx, sh)
}

// finish closes an order with nothing left to do. Its row is locked.
func (s *Service) finish(ctx context.Context, tx *store.Tx, of id.ID) error {
	o, err := tx.Order(ctx, of)
	if err != nil {
		return err
	}
	return s.finishAs(ctx, tx, o)
}

// finishAs is finish for an order that is known as it now stands.
func (s *Service) finishAs(ctx context.Context, tx *store.Tx, o order.Order) error {
	of := o.ID
	switch finished := o.Finished(); {
	case finished && o.Status == order.Approved:
		return tx.CloseOrder(ctx, of, order.Approved, order.Done, o.Decision, tx.NowMicro())
	case !finished && o.Status == order.Done: // something was taken back
		return tx.CloseOrder(ctx, of, order.Done, order.Approved, o.Decision, 0)
	}
	return nil
}
