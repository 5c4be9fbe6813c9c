package view

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"changbei/internal/id"
	"changbei/internal/plan"
)

// AgreementList is the list of agreements (协议储备).
type AgreementList struct {
	Base
	MayEdit       bool
	Forms, States []Option
	Text          string // as typed
	Filtered      bool
	VerifyDays    int
	Stale         int // of those shown
	Rows          []AgreementRow
	Empty         Empty
}

// AgreementRow is an agreement with the first of its goods.
type AgreementRow struct {
	URL, Number, Firm string
	Form              string
	Goods             []string // the first few, with their quantities
	More              int      // goods not named
	From, To          string
	State             Tag
	Lead              string
	Contact           string
	Phone, Dial       string
	Verified          string // the day, "" = never
	Check             Tag    // that a call is due
}

// AgreementView is one agreement with its goods and calls.
type AgreementView struct {
	Base
	Number, Firm, Form        string
	From, To, Lead            string
	Contact, Phone, Dial      string
	Address, Remark           string
	State, Check              Tag
	Verified, VerifiedBy      string
	VerifyDays                int
	Goods                     []AgreementGood
	Amount                    string // of the goods with a price, "" = none has one
	Calls                     []AgreementCall
	MayEdit                   bool // and it has not ended
	EditURL, CallURL, EndURL  string
	LockNo                    int64
	CheckedOn, Reached, Noted string // of the call's form, as typed
	Reason                    string // of the end's form, as typed
}

// AgreementGood is what an agreement promises of an item.
type AgreementGood struct {
	Code, Name, Spec, URL    string
	Qty, Unit, Price, Amount string
}

// AgreementCall is a call to the contact.
type AgreementCall struct {
	On, Phone, Remark, Who, When string
	Reached                      bool
}

// AgreementForm is the form of a new or changed agreement, as it was typed.
type AgreementForm struct {
	Base
	ID              id.ID // 0 = new
	Action, BackURL string
	LockNo          int64
	Forms           []Option
	Items           []Option // to choose from while goods are typed

	Number, Firm            string
	Contact, Phone, Address string
	From, To, Lead, Remark  string
	Lines                   []AgreementLine
}

// AgreementLine is a line of the form's goods, N from 1.
type AgreementLine struct {
	N                int
	Item, Qty, Price string
}

// Field gives the name of a field of the line.
func (l AgreementLine) Field(key string) string { return fmt.Sprintf("line.%d.%s", l.N, key) }

// Cell gives the id of a field of the line.
func (l AgreementLine) Cell(key string) string { return cellID(l.N, key) }

// LineErrors lists what is wrong with the goods, each with its cell.
func (f *AgreementForm) LineErrors() []EntryError {
	var list []EntryError
	for _, e := range f.Fields {
		parts := strings.Split(e.Name, ".")
		if len(parts) != 3 || parts[0] != "line" {
			continue
		}
		n, _ := strconv.Atoi(parts[1])
		list = append(list, EntryError{Target: cellID(n, parts[2]), Text: e.Message})
	}
	return list
}

// DealTag marks where an agreement stands.
func DealTag(s plan.DealState) Tag {
	t := Tag{Text: s.Name()}
	switch s {
	case plan.DealHolds:
		t.Tone, t.Icon = "is-ok", "circle-check"
	case plan.DealEnding:
		t.Tone, t.Icon = "is-warn", "calendar-due"
	case plan.DealExpired:
		t.Tone, t.Icon = "is-bad", "circle-x"
	case plan.DealLater:
		t.Tone, t.Icon = "is-info", "clock"
	default:
		t.Icon = "ban"
	}
	return t
}

// CallTag says that an agreement must be asked after; empty when it need not.
func CallTag(d plan.Deal, stale bool) Tag {
	switch {
	case !stale:
		return Tag{}
	case d.VerifiedOn == "":
		return Tag{Text: "从未核实", Tone: "is-bad", Icon: "phone"}
	}
	return Tag{Text: "核实过期", Tone: "is-bad", Icon: "clock-exclamation"}
}

// Lead words a lead time: whole days from three on, else hours.
func Lead(hours int) string {
	if hours >= 72 && hours%24 == 0 {
		return fmt.Sprintf("%d 天内", hours/24)
	}
	return fmt.Sprintf("%d 小时内", hours)
}

// Dial keeps what a telephone dials of a written number: its first figure.
func Dial(phone string) string {
	var b strings.Builder
	for _, r := range phone {
		switch {
		case unicode.IsDigit(r) && r < unicode.MaxASCII:
			b.WriteRune(r)
		case r == '-' || r == ' ' || r == '(' || r == ')' || r == '（' || r == '）':
		default: // a second number, an extension, a word
			if b.Len() > 0 {
				return b.String()
			}
		}
	}
	return b.String()
}
