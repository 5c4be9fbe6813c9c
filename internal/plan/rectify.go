package plan

import "changbei/internal/id"

// Rectification is what must be put right at a depot (整改) until it is written
// off (销号). Late is a matter of the day it is looked at.
type Rectification struct {
	ID          id.ID
	DepotID     id.ID
	Rule        Rule
	Text        string // what was wrong when it was opened, and what to do
	Responsible string
	DueOn       string
	Status      RectificationStatus
	OpenedOn    string
	OpenedName  string
	ClosedOn    string
	ClosedName  string
	Evidence    string
	LockNo      int64
}

// RectificationStatus is open or closed; a thing that fails again is a new row.
type RectificationStatus string

// The statuses.
const (
	RectifyOpen   RectificationStatus = "open"
	RectifyClosed RectificationStatus = "closed"
)

// Late reports one that is open after its day.
func (r Rectification) Late(today string) bool { return r.Status == RectifyOpen && r.DueOn < today }

// RectifyDays is the usual time to put a thing right.
const RectifyDays = 30
