package plan

import (
	"changbei/internal/day"
	"changbei/internal/id"
)

// DealForms lists the forms an agreement can have, in the order pages show
// them. 代储 is none: what a firm keeps for the bureau is stock of a depot.
var DealForms = []Form{Agreement, Capacity, Social}

// DealState is where an agreement stands on a day.
type DealState string

// The states. One that ends soon still holds.
const (
	DealLater   DealState = "later"
	DealHolds   DealState = "holds"
	DealEnding  DealState = "ending"
	DealExpired DealState = "expired"
	DealEnded   DealState = "ended"
)

var dealStateNames = map[DealState]string{DealLater: "未开始", DealHolds: "有效", DealEnding: "即将到期", DealExpired: "已到期", DealEnded: "已终止"}

// Name gives the office's word, "" for none.
func (s DealState) Name() string { return dealStateNames[s] }

// DealEndingDays is how long before its last day an agreement is said to end:
// a quarter, so that there is time to ask for offers and sign the next.
const DealEndingDays = 90

// State says where the agreement stands on a day.
func (d Deal) State(today day.Day) DealState {
	switch {
	case d.Ended:
		return DealEnded
	case d.ToOn < today.First:
		return DealExpired
	case d.FromOn > today.First:
		return DealLater
	case d.ToOn <= today.AddDays(DealEndingDays).First:
		return DealEnding
	}
	return DealHolds
}

// VerifyDays is how long a telephone check of an agreement stands where the
// bureau has not said otherwise: a quarter.
const VerifyDays = 90

// Stale reports an agreement that nobody has asked after within so many days,
// or ever. One that is over needs no more calls.
func Stale(d Deal, today day.Day, days int) bool {
	if d.Ended || d.ToOn < today.First {
		return false
	}
	return d.VerifiedOn == "" || d.VerifiedOn < today.AddDays(-days).First
}

// Subject is what a telephone check asks after.
type Subject string

// The subjects.
const (
	AboutAgreement Subject = "agreement"
	AboutDepot     Subject = "depot"
)

// PhoneCheck is a call that asked whether an agreement holds, or whether a
// depot's contact answers.
type PhoneCheck struct {
	ID        id.ID
	About     Subject
	AboutID   id.ID
	CheckedOn string
	Reached   bool
	Phone     string // the number that was called
	Remark    string
	ActorID   id.ID
	ActorName string
	At        int64
}

// DaysLate counts the days past the one something was due, 0 when it is not
// late.
func DaysLate(dueOn string, today day.Day) int {
	return max(0, -today.Until(day.Day{First: dueOn}))
}
