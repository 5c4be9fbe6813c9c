package order

import (
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// ShipmentStatus is how far a load is.
type ShipmentStatus string

// The states, in their order. Allocated and picked goods are on their shelves,
// promised; from Left on they are on the road until they are signed for.
const (
	Allocated         ShipmentStatus = "allocated"
	Picked            ShipmentStatus = "picked"
	Left              ShipmentStatus = "left"
	Arrived           ShipmentStatus = "arrived"
	Signed            ShipmentStatus = "signed"
	ShipmentCancelled ShipmentStatus = "cancelled"
)

var shipmentStatusNames = map[ShipmentStatus]string{Allocated: "待备货", Picked: "已备货", Left: "在途", Arrived: "已到达", Signed: "已签收", ShipmentCancelled: "已取消"}

// Name gives the office's word, "" for none.
func (s ShipmentStatus) Name() string { return shipmentStatusNames[s] }

// Waiting reports goods that are promised and have not left.
func (s ShipmentStatus) Waiting() bool { return s == Allocated || s == Picked }

// Gone reports goods that have left the depot.
func (s ShipmentStatus) Gone() bool { return s == Left || s == Arrived || s == Signed }

// Shipment is one load from a depot to a target.
type Shipment struct {
	ID          id.ID
	OrderID     id.ID
	No          int
	DepotID     id.ID
	TargetID    id.ID
	Status      ShipmentStatus
	VoucherID   id.ID  // the 调拨单 with which it left
	Token       string // of the code on its paper
	Vehicle     string
	Plate       string
	Driver      string
	DriverPhone string
	Sender      string // contact at the depot
	SenderPhone string
	AllocatedAt int64
	PickedAt    int64
	PickedName  string
	LeftAt      int64
	LeftName    string
	ArrivedAt   int64
	ArrivedName string
	SignedAt    int64
	SignedName  string
	LockNo      int64

	Lines []ShipmentLine
}

// ShipmentLine is a quantity of a lot, off one place. The amounts after Qty
// are sums of what was booked, read with it.
type ShipmentLine struct {
	ID          id.ID
	ShipmentID  id.ID
	No          int
	OrderLineID id.ID
	ItemID      id.ID
	LotID       id.ID
	PlaceID     id.ID
	Qty         quantity.Q

	Good     quantity.Q // received in order
	Damaged  quantity.Q // received damaged
	Missing  quantity.Q // said to be missing by the newest receipt
	Back     quantity.Q // explained: came back from the road
	RoadLost quantity.Q // explained: lost on the road
	Used     quantity.Q // of Good at a point
	Returned quantity.Q
	Repair   quantity.Q
	Scrapped quantity.Q
	Lost     quantity.Q
}

// OnRoad is what left and is neither received nor explained.
func (l ShipmentLine) OnRoad() quantity.Q {
	return l.Qty - l.Good - l.Damaged - l.Back - l.RoadLost
}

// Owed is what a point got and has neither used up, returned nor lost.
func (l ShipmentLine) Owed() quantity.Q {
	return l.Good - l.Used - l.Returned - l.Repair - l.Scrapped - l.Lost
}

// Became is what of a line met one fate.
func (l ShipmentLine) Became(f Fate) quantity.Q {
	switch f {
	case Back:
		return l.Back
	case RoadLost:
		return l.RoadLost
	case Used:
		return l.Used
	case Returned:
		return l.Returned
	case Repair:
		return l.Repair
	case Scrapped:
		return l.Scrapped
	case Lost:
		return l.Lost
	}
	return 0
}

// OnRoad is what of a load that has left is still on the road.
func (s Shipment) OnRoad() quantity.Q {
	if !s.Status.Gone() {
		return 0
	}
	var sum quantity.Q
	for _, l := range s.Lines {
		sum += l.OnRoad()
	}
	return sum
}

// Line gives one of the shipment's lines.
func (s Shipment) Line(line id.ID) (ShipmentLine, bool) {
	for _, l := range s.Lines {
		if l.ID == line {
			return l, true
		}
	}
	return ShipmentLine{}, false
}

// Way is how a receipt was signed.
type Way string

// The ways.
const (
	ByPage  Way = "page"
	ByCode  Way = "code"
	ByPaper Way = "paper" // keyed later from the signed paper
)

var wayNames = map[Way]string{ByPage: "手机签收", ByCode: "扫码签收", ByPaper: "凭纸质回执补录"}

// Name gives the office's word, "" for none.
func (w Way) Name() string { return wayNames[w] }

// Handover is one signing for goods of a shipment.
type Handover struct {
	ID            id.ID
	ShipmentID    id.ID
	VoucherID     id.ID // 0 = nothing came
	Way           Way
	Signer        string
	Remark        string
	At            int64
	ActorID       id.ID
	ActorName     string
	RecordedAt    int64
	UndoneAt      int64
	UndoneName    string
	UndoVoucherID id.ID
	ClientKey     string
	RequestHash   string

	Lines []HandoverLine
}

// HandoverLine is what came of a shipment line. Missing stays on the road.
type HandoverLine struct {
	ShipmentLineID id.ID
	Good           quantity.Q
	Damaged        quantity.Q
	Missing        quantity.Q
}

// Came is what was handed over.
func (l HandoverLine) Came() quantity.Q { return l.Good + l.Damaged }

// Stage says where the goods were that a clearing explains.
type Stage string

// The stages.
const (
	OnTheRoad  Stage = "road"
	InTheField Stage = "field"
)

// Fate is what became of goods.
type Fate string

// The fates. Back and RoadLost are of goods on the road, the rest of goods at
// a point.
const (
	Back     Fate = "back"
	RoadLost Fate = "road-lost"
	Used     Fate = "used"
	Returned Fate = "returned"
	Repair   Fate = "repair"
	Scrapped Fate = "scrapped"
	Lost     Fate = "lost"
)

// RoadFates and FieldFates list them in the order forms show them.
var (
	RoadFates  = []Fate{Back, RoadLost}
	FieldFates = []Fate{Used, Returned, Repair, Scrapped, Lost}
)

var fateNames = map[Fate]string{Back: "退回原库", RoadLost: "途中损失", Used: "已发放使用", Returned: "完好归还", Repair: "归还待修", Scrapped: "报废", Lost: "丢失"}

// Name gives the office's word, "" for none.
func (f Fate) Name() string { return fateNames[f] }

// Stage says where goods of a fate were.
func (f Fate) Stage() Stage {
	if f == Back || f == RoadLost {
		return OnTheRoad
	}
	return InTheField
}

// Clearing is what became of some goods of a shipment line.
type Clearing struct {
	ID             id.ID
	ShipmentID     id.ID
	ShipmentLineID id.ID
	Stage          Stage
	Fate           Fate
	Qty            quantity.Q
	VoucherID      id.ID
	RollID         id.ID // the distribution list it was counted from, 0 = none
	Note           string
	At             int64
	ActorID        id.ID
	ActorName      string
	RecordedAt     int64
	UndoneAt       int64
	UndoneName     string
	UndoVoucherID  id.ID
}
