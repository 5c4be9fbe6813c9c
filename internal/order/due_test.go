package order_test

import (
	"testing"

	"changbei/internal/order"
)

func TestALoadIsOverdueAfterItsMinutes(t *testing.T) {
	left := order.Shipment{Status: order.Left, LeftAt: 100 * minute}
	arrived := order.Shipment{Status: order.Arrived, LeftAt: 100 * minute, ArrivedAt: 180 * minute}
	for _, c := range []struct {
		name    string
		load    order.Shipment
		minutes int
		known   bool
		now     int64
		due     int64
		late    bool
		by      int64
	}{
		{"on its way", left, 25, true, 120, 125, false, 0},
		{"this very minute", left, 25, true, 125, 125, false, 0},
		{"late", left, 25, true, 140, 125, true, 15},
		{"an unknown way", left, 25, false, 100 + 1440, 0, false, 0},
		{"an unknown way after a day", left, 25, false, 100 + 1450, 0, true, 10},
		{"there already", arrived, 25, true, 300, 125, false, 0},
		{"not gone", order.Shipment{Status: order.Picked}, 25, true, 300, 0, false, 0},
	} {
		due := c.load.DueAt(c.minutes, c.known)
		by, late := c.load.Overdue(due, c.now*minute)
		if due != c.due*minute || late != c.late || by != c.by*minute {
			t.Errorf("%s: due %d, late %v by %d", c.name, due/minute, late, by/minute)
		}
	}
}
