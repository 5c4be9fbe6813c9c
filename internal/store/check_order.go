package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// OrderSum is what orders say of a lot: promised on a shelf, or with PlaceID 0
// on the road of a depot or at the points of streets.
type OrderSum struct {
	DepotID id.ID      `db:"depot_id"`
	PlaceID id.ID      `db:"place_id"`
	LotID   id.ID      `db:"lot_id"`
	Qty     quantity.Q `db:"qty"`
}

// Promised adds up what loads that wait have set aside, per shelf.
func (c *Conn) Promised(ctx context.Context) ([]OrderSum, error) {
	return c.orderSums(ctx, "allocation-sums")
}

// OnTheRoad adds up what loads say is on the road, per depot and lot.
func (c *Conn) OnTheRoad(ctx context.Context) ([]OrderSum, error) {
	return c.orderSums(ctx, "check-road")
}

// InTheField adds up what points of streets still have, per depot and lot.
func (c *Conn) InTheField(ctx context.Context) ([]OrderSum, error) {
	return c.orderSums(ctx, "check-field")
}

func (c *Conn) orderSums(ctx context.Context, query string) ([]OrderSum, error) {
	var list []OrderSum
	err := c.list(ctx, &list, query, nil)
	return list, err
}

// OrderFault is a line of an order, or of one of its loads, whose sums cannot
// be.
type OrderFault struct {
	Number     string     `db:"number"`
	ShipmentNo int        `db:"shipment_no"`
	Line       int        `db:"line_no"`
	Qty        quantity.Q `db:"qty"`
	Assigned   quantity.Q `db:"assigned"`
	Came       quantity.Q `db:"came"`
	Cleared    quantity.Q `db:"cleared"`
	What       string     `db:"what"`
}

// OverAssigned lists lines with more in their loads than was approved.
func (c *Conn) OverAssigned(ctx context.Context) ([]OrderFault, error) {
	return c.orderFaults(ctx, "check-over-assigned")
}

// OverReceived lists lines of loads of which more came than left.
func (c *Conn) OverReceived(ctx context.Context) ([]OrderFault, error) {
	return c.orderFaults(ctx, "check-over-received")
}

// OrderVouchers lists loads, receipts and accounts without their voucher.
func (c *Conn) OrderVouchers(ctx context.Context) ([]OrderFault, error) {
	return c.orderFaults(ctx, "check-order-vouchers")
}

func (c *Conn) orderFaults(ctx context.Context, query string) ([]OrderFault, error) {
	var list []OrderFault
	err := c.list(ctx, &list, query, nil)
	return list, err
}

// OrderNumbers lists the numbers of all orders and requests, each kind in its
// order.
func (c *Conn) OrderNumbers(ctx context.Context) ([]string, error) {
	var all []string
	for _, query := range []string{"check-order-numbers", "check-request-numbers"} {
		var part []string
		if err := c.list(ctx, &part, query, nil); err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}
