package store

import (
	"context"
	"errors"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

type shipmentRow struct {
	ID          id.ID                `db:"id"`
	OrderID     id.ID                `db:"order_id"`
	No          int                  `db:"shipment_no"`
	DepotID     id.ID                `db:"depot_id"`
	TargetID    id.ID                `db:"target_id"`
	Status      order.ShipmentStatus `db:"status"`
	VoucherID   id.ID                `db:"voucher_id"`
	Token       string               `db:"token"`
	Vehicle     string               `db:"vehicle"`
	Plate       string               `db:"plate"`
	Driver      string               `db:"driver"`
	DriverPhone string               `db:"driver_phone"`
	Sender      string               `db:"sender"`
	SenderPhone string               `db:"sender_phone"`
	AllocatedAt int64                `db:"allocated_at"`
	PickedAt    int64                `db:"picked_at"`
	PickedName  string               `db:"picked_name"`
	LeftAt      int64                `db:"left_at"`
	LeftName    string               `db:"left_name"`
	ArrivedAt   int64                `db:"arrived_at"`
	ArrivedName string               `db:"arrived_name"`
	SignedAt    int64                `db:"signed_at"`
	SignedName  string               `db:"signed_name"`
	LockNo      int64                `db:"lock_no"`
}

func (r shipmentRow) shipment() order.Shipment {
	return order.Shipment{ID: r.ID, OrderID: r.OrderID, No: r.No, DepotID: r.DepotID, TargetID: r.TargetID, Status: r.Status, VoucherID: r.VoucherID,
		Token: r.Token, Vehicle: r.Vehicle, Plate: r.Plate, Driver: r.Driver, DriverPhone: r.DriverPhone, Sender: r.Sender, SenderPhone: r.SenderPhone,
		AllocatedAt: r.AllocatedAt, PickedAt: r.PickedAt, PickedName: r.PickedName, LeftAt: r.LeftAt, LeftName: r.LeftName,
		ArrivedAt: r.ArrivedAt, ArrivedName: r.ArrivedName, SignedAt: r.SignedAt, SignedName: r.SignedName, LockNo: r.LockNo}
}

func shipmentArgs(s order.Shipment) M {
	return M{"id": s.ID, "order_id": s.OrderID, "shipment_no": s.No, "depot_id": s.DepotID, "target_id": s.TargetID, "status": s.Status,
		"voucher_id": s.VoucherID, "token": s.Token, "vehicle": s.Vehicle, "plate": s.Plate, "driver": s.Driver, "driver_phone": s.DriverPhone,
		"sender": s.Sender, "sender_phone": s.SenderPhone, "allocated_at": s.AllocatedAt, "picked_at": s.PickedAt, "picked_name": s.PickedName,
		"left_at": s.LeftAt, "left_name": s.LeftName, "arrived_at": s.ArrivedAt, "arrived_name": s.ArrivedName, "signed_at": s.SignedAt,
		"signed_name": s.SignedName, "lock_no": s.LockNo}
}

type shipmentLineRow struct {
	ID          id.ID      `db:"id"`
	ShipmentID  id.ID      `db:"shipment_id"`
	No          int        `db:"line_no"`
	OrderLineID id.ID      `db:"order_line_id"`
	ItemID      id.ID      `db:"item_id"`
	LotID       id.ID      `db:"lot_id"`
	PlaceID     id.ID      `db:"place_id"`
	Qty         quantity.Q `db:"qty"`
}

func (r shipmentLineRow) line() order.ShipmentLine {
	return order.ShipmentLine{ID: r.ID, ShipmentID: r.ShipmentID, No: r.No, OrderLineID: r.OrderLineID, ItemID: r.ItemID, LotID: r.LotID,
		PlaceID: r.PlaceID, Qty: r.Qty}
}

// InsertShipment writes a load with its lines. What it promises is another
// matter: see Allocate.
func (t *Tx) InsertShipment(ctx context.Context, s order.Shipment) error {
	if _, err := t.exec(ctx, "shipment-insert", shipmentArgs(s)); err != nil {
		return err
	}
	rows := make([]M, len(s.Lines))
	for i, l := range s.Lines {
		rows[i] = M{"id": l.ID, "shipment_id": s.ID, "line_no": l.No, "order_line_id": l.OrderLineID, "item_id": l.ItemID, "lot_id": l.LotID,
			"place_id": l.PlaceID, "qty": l.Qty}
	}
	return t.insertMany(ctx, "shipment-line-insert", rows)
}

// MoveShipment moves a load on from a state, as it stood under its lock number.
func (t *Tx) MoveShipment(ctx context.Context, s order.Shipment, was order.ShipmentStatus) error {
	args := shipmentArgs(s)
	args["was"] = was
	return t.mustMatch(ctx, "shipment-move", args)
}

// ShrinkShipmentLine takes a part of what a load that waits would carry away,
// or all of it.
func (t *Tx) ShrinkShipmentLine(ctx context.Context, l order.ShipmentLine, qty quantity.Q) error {
	if qty == l.Qty {
		return t.mustMatch(ctx, "shipment-line-remove", M{"id": l.ID, "qty": qty})
	}
	return t.mustMatch(ctx, "shipment-line-shrink", M{"id": l.ID, "qty": qty})
}

// Allocate promises what shelves hold, or with negative quantities gives it
// free again. A shelf without that much free is ErrShort, which rolls all back.
func (t *Tx) Allocate(ctx context.Context, deltas []Delta) error {
	for len(deltas) > 0 {
		n := min(len(deltas), chunkRows)
		matched, err := t.execEach(ctx, "stock-allocate", nil, deltaRows(deltas[:n]))
		if err != nil {
			return err
		}
		if int(matched) != n {
			return ErrShort
		}
		deltas = deltas[n:]
	}
	return nil
}

// ShipmentByToken finds a load by the code on its paper: its id and its
// order's, or NotFound.
func (c *Conn) ShipmentByToken(ctx context.Context, token string) (shipment, of id.ID, err error) {
	return c.shipmentRef(ctx, "shipment-by-token", M{"token": token})
}

// ShipmentOfVoucher finds the load a voucher was booked for, 0 = none.
func (c *Conn) ShipmentOfVoucher(ctx context.Context, voucher id.ID) (shipment, of id.ID, err error) {
	shipment, of, err = c.shipmentRef(ctx, "shipment-of-voucher", M{"voucher_id": voucher})
	if errors.Is(err, errs.NotFound) {
		err = nil
	}
	return shipment, of, err
}

func (c *Conn) shipmentRef(ctx context.Context, query string, args M) (shipment, of id.ID, err error) {
	var r struct {
		ID      id.ID `db:"id"`
		OrderID id.ID `db:"order_id"`
	}
	err = c.get(ctx, &r, query, args)
	return r.ID, r.OrderID, err
}

// ShipmentOrder gives the order of a load, or NotFound.
func (c *Conn) ShipmentOrder(ctx context.Context, shipment id.ID) (id.ID, error) {
	var r shipmentRow
	err := c.get(ctx, &r, "shipment-get", M{"id": shipment})
	return r.OrderID, err
}

// ShipmentFilter asks for loads by what is to be done with them.
type ShipmentFilter struct {
	Scope
	Statuses   []order.ShipmentStatus
	ResponseID id.ID
}

// ShipmentRef names a load and its order.
type ShipmentRef struct {
	ID      id.ID      `db:"id"`
	OrderID id.ID      `db:"order_id"`
	Qty     quantity.Q `db:"qty"` // on the road, where asked for
}

// Shipments lists loads, the one that waits longest first.
func (c *Conn) Shipments(ctx context.Context, f ShipmentFilter, limit int) ([]ShipmentRef, error) {
	var list []ShipmentRef
	err := c.list(ctx, &list, "shipment-page", M{"statuses": f.Statuses, "all_depots": f.All, "depots": f.Depots, "response_id": f.ResponseID, "limit": limit})
	return list, err
}

// OnRoad lists the loads that left since an instant and of which something is
// neither received nor explained, the oldest first.
func (c *Conn) OnRoad(ctx context.Context, since int64, limit int) ([]ShipmentRef, error) {
	var list []ShipmentRef
	err := c.list(ctx, &list, "shipment-on-road", M{"since": since, "limit": limit})
	return list, err
}

// OldOnRoad lists the loads that left before an instant, of which something is
// on the road and nobody has been told.
func (c *Conn) OldOnRoad(ctx context.Context, before int64, limit int) ([]ShipmentRef, error) {
	var list []ShipmentRef
	err := c.list(ctx, &list, "shipment-old", M{"before": before, "limit": limit})
	return list, err
}

// TellShipment marks that people are told of a load that is late; false = they
// were.
func (t *Tx) TellShipment(ctx context.Context, shipment id.ID) (bool, error) {
	n, err := t.exec(ctx, "shipment-told", M{"id": shipment, "at": t.NowMicro()})
	return n == 1, err
}

// fillShipments reads the loads of some orders with what was booked of them.
func (c *Conn) fillShipments(ctx context.Context, args M, at map[id.ID]*order.Order) error {
	var rows []shipmentRow
	if err := c.list(ctx, &rows, "shipments-of", args); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	var lines []shipmentLineRow
	if err := c.list(ctx, &lines, "shipment-lines-of", args); err != nil {
		return err
	}
	booked, err := c.booked(ctx, args)
	if err != nil {
		return err
	}
	by := map[id.ID][]order.ShipmentLine{}
	for _, r := range lines {
		l := r.line()
		booked.onto(&l)
		by[r.ShipmentID] = append(by[r.ShipmentID], l)
	}
	for _, r := range rows {
		s := r.shipment()
		s.Lines = by[s.ID]
		at[s.OrderID].Shipments = append(at[s.OrderID].Shipments, s)
	}
	return nil
}
