package order

import (
	"fmt"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// RollStatus is where a distribution list stands.
type RollStatus string

// The states. Applied has booked its goods as used; Undone took that back.
const (
	RollDraft   RollStatus = "draft"
	RollApplied RollStatus = "applied"
	RollUndone  RollStatus = "undone"
)

var rollStatusNames = map[RollStatus]string{RollDraft: "待核对", RollApplied: "已入账", RollUndone: "已撤销"}

// Name gives the office's word, "" for none.
func (s RollStatus) Name() string { return rollStatusNames[s] }

// RollNumber writes the number of a distribution list: FF-GTL-2026-000123.
func RollNumber(depotCode string, year int, n int64) string {
	return fmt.Sprintf("FF-%s-%d-%06d", depotCode, year, n)
}

// Roll is a 发放花名册: who got what of the goods that a street's point was sent.
// It counts against one load, or against all that the street got in a response.
type Roll struct {
	ID          id.ID
	Number      string
	ShipmentID  id.ID // 0 = of a whole response
	ResponseID  id.ID // of the load's order too, 0 = daily
	DeskID      id.ID // the depot whose people handed it out, and who alone see it
	Title       string
	HeldOn      string // the day of the distribution
	FileName    string
	Note        string // what reading the file left to be looked at
	Status      RollStatus
	AuthorID    id.ID
	AuthorName  string
	MadeAt      int64
	AppliedID   id.ID
	AppliedName string
	AppliedAt   int64
	UndoneName  string
	UndoneAt    int64
	Reason      string // of the undoing
	ClientKey   string
	RequestHash string
	LockNo      int64
}

// Grade says how a row of a list stands.
type Grade string

// The grades. A wrong row keeps the list from being booked; a doubtful one
// does not.
const (
	RowFine     Grade = ""
	RowDoubtful Grade = "warn"
	RowWrong    Grade = "error"
)

// RollRow is one kind of goods that one person got. Several rows with one Line
// are of one person. Word and WordUnit are what the list calls the goods, Typed
// how much as it was written.
type RollRow struct {
	ID        id.ID
	RollID    id.ID
	No        int
	Line      int    // the row of the sheet
	Cell      string // of the amount
	Person    string
	IDNo      string
	Phone     string
	Household int64
	Village   string
	Address   string
	Word      string
	WordUnit  string
	Typed     string
	ItemID    id.ID // 0 = not known yet
	Qty       quantity.Q
	Received  string // when, as written
	Signed    string // what stands in the column of signatures
	Remark    string
	Left      bool // left out of the list
	Grade     Grade
	Issue     string
}

// Counts reports a row that takes goods.
func (r RollRow) Counts() bool { return !r.Left && r.Qty > 0 }
