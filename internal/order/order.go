package order

import (
	"fmt"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Status is what was decided on an order. How far its goods are is told by its
// shipments, see Stage.
type Status string

// The states. Done has nothing left to ship and nothing on the road.
const (
	Proposed  Status = "proposed"
	Approved  Status = "approved"
	Refused   Status = "refused"
	Cancelled Status = "cancelled"
	Done      Status = "done"
)

var statusNames = map[Status]string{Proposed: "待批准", Approved: "执行中", Refused: "未批准", Cancelled: "已取消", Done: "已办结"}

// Name gives the office's word, "" for none.
func (s Status) Name() string { return statusNames[s] }

// Number writes the number of an order: ZL-2026-000123. The counter is gapless
// per year of the proposal.
func Number(year int, n int64) string { return fmt.Sprintf("ZL-%d-%06d", year, n) }

// RequestNumber writes that of a request: XQ-WC01-2026-000123.
func RequestNumber(depotCode string, year int, n int64) string {
	return fmt.Sprintf("XQ-%s-%d-%06d", depotCode, year, n)
}

// Order is a 调拨指令. Of its six times three stand here (requested, approved
// and, when ByWord, the same call for both) and the rest on its shipments.
type Order struct {
	ID            id.ID
	Number        string
	ResponseID    id.ID // 0 = daily
	RequestID     id.ID // 0 = none
	Nature        Nature
	ByWord        bool   // 先调后补
	PlanKind      string // which of the three plans was taken, "" = by hand
	Status        Status
	Reason        string
	Remark        string
	RequestedAt   int64
	RequestedName string
	ProposedAt    int64
	ProposedID    id.ID
	ProposedName  string
	DecidedAt     int64 // approved, refused or, by word, when it was said
	DecidedID     id.ID
	DecidedName   string
	WordOf        string // by word: who said so on the phone
	DocumentNo    string
	SignedOn      string
	Decision      string // the reason of a refusal or cancelling
	DoneAt        int64
	ClientKey     string
	RequestHash   string
	LockNo        int64

	Targets   []Target
	Lines     []Line
	Shipments []Shipment
	Papers    []Paper
}

// Target is where goods of an order go. DepotID 0 is a point (安置点, 现场) of a
// street. DeskID is the depot whose people sign there, itself for a depot; the
// roads to a point are taken to be the desk's.
type Target struct {
	ID       id.ID
	OrderID  id.ID
	No       int
	DepotID  id.ID
	DeskID   id.ID
	Division string
	Name     string
	Address  string
	Contact  string
	Phone    string
}

// Point reports a target that keeps no ledger of its own: what it got is owed
// until it is used up or comes back.
func (t Target) Point() bool { return t.DepotID == 0 }

// Line is how much of an item goes from a depot to a target. Dropped is what
// was cancelled of it after the approval.
type Line struct {
	ID         id.ID
	OrderID    id.ID
	No         int
	TargetID   id.ID
	DepotID    id.ID
	ItemID     id.ID
	NeedLineID id.ID // of the request it answers, 0 = none
	Qty        quantity.Q
	Dropped    quantity.Q
	Remark     string
}

// Target gives one of the order's targets.
func (o Order) Target(target id.ID) Target {
	for _, t := range o.Targets {
		if t.ID == target {
			return t
		}
	}
	return Target{}
}

// Line gives one of the order's lines.
func (o Order) Line(line id.ID) Line {
	for _, l := range o.Lines {
		if l.ID == line {
			return l
		}
	}
	return Line{}
}

// Shipment gives one of the order's shipments.
func (o Order) Shipment(shipment id.ID) (Shipment, bool) {
	for _, s := range o.Shipments {
		if s.ID == shipment {
			return s, true
		}
	}
	return Shipment{}, false
}

// Assigned is how much of a line stands in shipments that were not cancelled.
func (o Order) Assigned(line id.ID) quantity.Q {
	var sum quantity.Q
	for _, s := range o.Shipments {
		if s.Status == ShipmentCancelled {
			continue
		}
		for _, l := range s.Lines {
			if l.OrderLineID == line {
				sum += l.Qty
			}
		}
	}
	return sum
}

// Open is what of a line is neither in a shipment nor dropped: approved and
// without goods yet.
func (o Order) Open(l Line) quantity.Q { return l.Qty - l.Dropped - o.Assigned(l.ID) }

// Finished reports an approved order with nothing left to do: no line is open,
// no load waits, nothing is on the road.
func (o Order) Finished() bool {
	for _, l := range o.Lines {
		if o.Open(l) > 0 {
			return false
		}
	}
	for _, s := range o.Shipments {
		if s.Status.Waiting() || s.OnRoad() > 0 || s.Status == Left {
			return false
		}
	}
	return true
}

// Depots lists the depots an order takes from, in the order of its lines.
func (o Order) Depots() []id.ID {
	var list []id.ID
	seen := map[id.ID]bool{}
	for _, l := range o.Lines {
		if !seen[l.DepotID] {
			seen[l.DepotID] = true
			list = append(list, l.DepotID)
		}
	}
	return list
}
