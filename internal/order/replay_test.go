package order_test

import (
	"testing"

	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
)

func TestAResponseAsItStood(t *testing.T) {
	now := order.Response{Level: 1, Status: order.Settled, EndedAt: 50, SettledAt: 60, SettledName: "陈局"}
	changes := []order.Change{{Act: order.Began, Level: 4, At: 10}, {Act: order.WordOn, At: 10}, {Act: order.Levelled, Level: 1, At: 20}, {Act: order.WordOff, At: 30}, {Act: order.WordOn, At: 40},
		{Act: order.Ended, At: 50}, {Act: order.SettledIt, At: 60, ActorName: "陈局"}}
	for at, want := range map[int64]order.Response{
		9:  {Status: order.Running},
		10: {Level: 4, Status: order.Running, WordFirst: true},
		25: {Level: 1, Status: order.Running, WordFirst: true},
		35: {Level: 1, Status: order.Running},
		45: {Level: 1, Status: order.Running, WordFirst: true},
		55: {Level: 1, Status: order.Over, EndedAt: 50},
		60: now,
	} {
		got := order.ResponseAt(now, changes, at)
		if got.Level != want.Level || got.Status != want.Status || got.WordFirst != want.WordFirst || got.EndedAt != want.EndedAt || got.SettledName != want.SettledName {
			t.Errorf("at %d: %+v", at, got)
		}
	}
}

// What nobody knows the time of was so from the start: better than goods that
// wait for ever.
func TestACancellingWithoutATime(t *testing.T) {
	r := order.Record{Order: order.Order{Status: order.Cancelled, ProposedAt: 10, DecidedAt: 20, DecidedName: "陈局", Shipments: []order.Shipment{{ID: 1, Status: order.ShipmentCancelled, AllocatedAt: 20}}}}
	past, there := r.At(30)
	if !there || past.Status != order.Cancelled || past.Shipments[0].Status != order.ShipmentCancelled {
		t.Errorf("%v %+v", there, past)
	}
	r.CancelledAt, r.LoadsEnded = 40, map[id.ID]int64{1: 40}
	if past, _ = r.At(30); past.Status != order.Approved || past.Shipments[0].Status != order.Allocated {
		t.Errorf("%+v", past)
	}
	if _, there = r.At(9); there {
		t.Error("there before it was drawn up")
	}
	if past, _ = r.At(15); past.Status != order.Proposed || past.DecidedName != "" || len(past.Shipments) != 0 {
		t.Errorf("a proposal knows its decision: %+v", past)
	}
}

// A receipt keyed as 12:00 of a load that left at 12:00:30 came after it.
func TestAMinuteBeforeAnActOfTheSameMinute(t *testing.T) {
	r := order.Record{Order: order.Order{Status: order.Approved, ProposedAt: 1, DecidedAt: 1, Shipments: []order.Shipment{{ID: 1, Status: order.Signed, AllocatedAt: 1, LeftAt: 130, ArrivedAt: 100, SignedAt: 100,
		Lines: []order.ShipmentLine{{ID: 7, Qty: quantity.Of(2)}}}}},
		Handovers: []order.Handover{{ShipmentID: 1, At: 100, Lines: []order.HandoverLine{{ShipmentLineID: 7, Good: quantity.Of(2)}}}}}
	if past, _ := r.At(110); past.Shipments[0].Status != order.Allocated || past.Shipments[0].Lines[0].Good != 0 || past.Shipments[0].SignedAt != 0 {
		t.Errorf("before it left: %+v", past.Shipments[0])
	}
	if past, _ := r.At(130); past.Shipments[0].Status != order.Signed || past.Shipments[0].OnRoad() != 0 {
		t.Errorf("after: %+v", past.Shipments[0])
	}
}
