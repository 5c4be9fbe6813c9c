package view

import (
	"fmt"

	"changbei/internal/order"
)

// RollList is the list of distribution lists (发放花名册).
type RollList struct {
	Base
	Filtered  bool
	States    []Option
	Responses []Option
	Rows      []RollListRow
	Pager     Pager
	Empty     Empty
}

// RollListRow is one list.
type RollListRow struct {
	URL, Number, Title string
	Desk, Response     string
	HeldOn             string
	People             int
	Goods              []string
	Author, At         string
	Status             Tag
}

// RollNew is the page that takes a list.
type RollNew struct {
	Base
	Action    string
	ClientKey string
	Sources   []RollSource
	Title     string
	HeldOn    string
	Today     string
	MaxMB     int
	Empty     Empty
}

// RollSource is a choice of what was handed out.
type RollSource struct {
	Option
	Owed []string
}

// RollView is one list as it may be shown.
type RollView struct {
	Base
	URL, Number, Title   string
	Status               Tag
	Draft, Applied       bool
	Full                 bool // with whole numbers
	Desk, Response, Load string
	HeldOn, File         string
	Author, MadeAt       string
	AppliedBy, AppliedAt string
	UndoneBy, UndoneAt   string
	UndoReason           string
	Notes                []string
	LockNo               int64
	ClientKey            string
	MayAct               bool
	Reason               string // of a whole look, or of taking back, as typed

	Sums     []RollSum
	Vouchers []RollVoucher
	Words    []RollWord
	Unknown  int // words that somebody must choose goods for
	Problems []RollProblem
	Wrong    int
	Doubtful int
	Rest     int // problems not listed
	Columns  []string
	People   []RollPerson
	Count    int
	Pager    Pager
}

// RollSum is what a list takes of an item.
type RollSum struct {
	Item, Unit, Listed, Owed, Short string
}

// RollVoucher is a voucher that booked a part of it.
type RollVoucher struct {
	URL, Number string
	Undone      bool
}

// RollWord is what the list calls goods, with what that can mean. N counts from
// 1.
type RollWord struct {
	N          int
	Word, Unit string
	Rows       int
	Items      []Option
	Skipped    bool
	Open       bool   // nothing chosen yet
	Warn       string // its unit is not the item's
}

// Field gives the name of the word's field.
func (w RollWord) Field() string { return fmt.Sprintf("word.%d", w.N) }

// RollProblem is a row to be looked at. N counts from 1.
type RollProblem struct {
	N             int
	ID            string
	Row           int
	Person, Typed string
	Word          string
	Wrong, Left   bool
	Issues        []order.RowIssue
}

// Field gives the name of a field of the row.
func (p RollProblem) Field(key string) string { return fmt.Sprintf("row.%d.%s", p.N, key) }

// RollPerson is a person's line.
type RollPerson struct {
	N                int
	Person, IDNo     string
	Household        string
	Phone            string
	Village, Address string
	Goods            []string
	Received, Signed string
	Remark           string
	Grade            Tag
	Left             bool
}

// RollPrint is a list on paper, with a column to sign in.
type RollPrint struct {
	Base
	BackURL, Title, Number string
	Head                   [][]string
	Columns                []string
	People                 []RollPerson
	Totals                 []string
	Signers                []string
	Full                   bool
}

// RollTag marks where a list stands.
func RollTag(s order.RollStatus) Tag {
	t := Tag{Text: s.Name()}
	switch s {
	case order.RollDraft:
		t.Tone, t.Icon = "is-warn", "hourglass-high"
	case order.RollApplied:
		t.Tone, t.Icon = "is-ok", "circle-check"
	default:
		t.Icon = "arrow-back-up"
	}
	return t
}

// GradeTag marks a row that must be looked at; empty for a fine one.
func GradeTag(g order.Grade, left bool) Tag {
	switch {
	case left:
		return Tag{Text: "已剔除", Icon: "ban"}
	case g == order.RowWrong:
		return Tag{Text: "有错误", Tone: "is-bad", Icon: "circle-x"}
	case g == order.RowDoubtful:
		return Tag{Text: "请核对", Tone: "is-warn", Icon: "alert-triangle"}
	}
	return Tag{}
}
