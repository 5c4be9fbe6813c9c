package order

import (
	"fmt"
	"strings"

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
	Issue     string // see Issues
}

// RowIssue is a sentence about a row, with the cell it is about.
type RowIssue struct {
	Text  string
	Wrong bool
}

// wrongMark leads the sentences that must be mended in a row's Issue, one a
// line.
const wrongMark = "!"

// Issues gives the sentences about a row.
func (r RollRow) Issues() []RowIssue {
	var list []RowIssue
	for _, line := range strings.Split(r.Issue, "\n") {
		text, wrong := strings.CutPrefix(line, wrongMark)
		if text != "" {
			list = append(list, RowIssue{text, wrong})
		}
	}
	return list
}

// maxIssue is what a row's Issue holds.
const maxIssue = 500

// Judge sets the sentences about a row and its grade by them. No number of
// anybody's stays in them; what does not fit is left out, what must be mended
// last.
func (r *RollRow) Judge(issues []RowIssue) {
	r.Grade, r.Issue = RowFine, ""
	for _, wrong := range []bool{true, false} {
		for _, x := range issues {
			line := MaskText(strings.ReplaceAll(x.Text, "\n", " "))
			if wrong {
				line = wrongMark + line
			}
			if x.Wrong != wrong || len([]rune(r.Issue))+len([]rune(line))+1 > maxIssue {
				continue
			}
			r.Issue = strings.TrimPrefix(r.Issue+"\n"+line, "\n")
			if r.Grade != RowWrong {
				r.Grade = map[bool]Grade{true: RowWrong, false: RowDoubtful}[wrong]
			}
		}
	}
}

// Counts reports a row that takes goods.
func (r RollRow) Counts() bool { return !r.Left && r.Qty > 0 }
