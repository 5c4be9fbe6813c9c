package view

import (
	"fmt"
	"strconv"
	"strings"

	"changbei/internal/order"
)

// RequestList is the list of requests (需求报告单), those that wait first.
type RequestList struct {
	Base
	MayAsk, MaySum bool
	Filtered       bool
	Responses      []Option
	Directions     []Option
	States         []Option
	Open           []RequestRow
	OpenMore       string // the address of all that wait, "" = these are all
	Closed         []RequestRow
	Pager          Pager
	Empty          Empty
}

// RequestRow is one request.
type RequestRow struct {
	ID, URL, Number string
	Depot, Kind     string
	Place, People   string
	Lines           int
	Who, At         string
	Response        string
	Direction       Tag
	Status          Tag
	MaySum          bool // may be sent on to the city with others
}

// RequestForm is the form of a new request, as it was typed or read.
type RequestForm struct {
	Base
	City      bool
	ClientKey string
	Depots    []Option
	Responses []Option
	Kinds     []Option
	Targets   []string
	BlankURL  string

	HappenedAt, Place, MovedPeople, Days string
	Contact, Phone, Remark               string
	Lines                                []RequestLine
	Doubts                               []RequestDoubt
	Read                                 RequestRead
}

// RequestRead says what paper a form was filled in from; File "" is none.
type RequestRead struct {
	File  string
	Notes []string
}

// RequestDoubt is a cell of the paper that must be looked at: the field it went
// into, what the field holds because of it, and why it is not sure. It stands
// until the field holds something else.
type RequestDoubt struct{ Field, Cell, Was, Text string }

// At gives the fields by which the form carries a doubt along, counted from 0.
func (d RequestDoubt) At(i int) RequestDoubtFields { return RequestDoubtFields{d, i + 1} }

// RequestDoubtFields is a doubt with its place in the form.
type RequestDoubtFields struct {
	RequestDoubt
	N int
}

// Name gives the name of one of its fields.
func (d RequestDoubtFields) Name(key string) string { return fmt.Sprintf("doubt.%d.%s", d.N, key) }

// RequestLine is a line of the form, N from 1.
type RequestLine struct {
	N                            int
	Target                       string
	Needed, InStock, Used, Asked string
	Lacking                      string // what is asked for where Asked is empty
	Basis, Computed              string // how Needed was computed, and what it was then
	Remark                       string
}

// Field gives the name of a field of the line.
func (l RequestLine) Field(key string) string { return fmt.Sprintf("line.%d.%s", l.N, key) }

// Cell gives the id of a field of the line.
func (l RequestLine) Cell(key string) string { return cellID(l.N, key) }

// Doubted lists why a field is to be looked at.
func (f *RequestForm) Doubted(field string) []RequestDoubt {
	var list []RequestDoubt
	for _, d := range f.Doubts {
		if d.Field == field {
			list = append(list, d)
		}
	}
	return list
}

// LineErrors lists what is wrong with the lines, each with its cell.
func (f *RequestForm) LineErrors() []EntryError {
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

// RequestView is one request with what was ordered for it.
type RequestView struct {
	Base
	ID, Number              string
	Status, Direction       Tag
	Asker, Kind, HappenedAt string
	Place, People, Days     string
	Contact, Phone, Dial    string
	Response, Remark        string
	Author, SentAt          string
	Decided                 string // who answered, when and what
	Lines                   []RequestNeed
	Orders                  []RequestOrder
	MayOrder, MayRefuse     bool
	SourcesURL              string // the three plans for what is open, "" = not theirs to see
	MayWithdraw             bool
	OrderURL, PrintURL      string
	ExportURL, SumURL       string
	RefuseURL, WithdrawURL  string
	Answer                  string // as typed
}

// RequestNeed is a line with what orders carry of it.
type RequestNeed struct {
	No                           int
	Code, Name, Spec, Unit       string
	Needed, InStock, Used, Asked string
	Given                        string
	Covered                      Tag
	Basis, Remark                string
}

// RequestOrder is an order made for a request.
type RequestOrder struct {
	URL, Number, By, At string
	Status              Tag
}

// RequestPrint is a request on paper.
type RequestPrint struct {
	Base
	BackURL, Title, Number string
	Asker, SentAt          string
	Head                   [][]string // lines of texts above the table
	Lines                  []RequestNeed
	Signers                []string
}

// RequestTag marks where a request stands.
func RequestTag(s order.RequestStatus) Tag {
	t := Tag{Text: s.Name()}
	switch s {
	case order.RequestSent:
		t.Tone, t.Icon = "is-warn", "hourglass-high"
	case order.RequestAnswered:
		t.Tone, t.Icon = "is-ok", "circle-check"
	case order.RequestRefused:
		t.Tone, t.Icon = "is-bad", "circle-x"
	default:
		t.Icon = "arrow-back-up"
	}
	return t
}

// DirectionTag says whom a request is for; empty for the usual one.
func DirectionTag(d order.Direction) Tag {
	if d != order.ToCity {
		return Tag{}
	}
	return Tag{Text: "报上级", Tone: "is-info", Icon: "arrow-up"}
}

// CoverTag says how much of what was asked for was ordered.
func CoverTag(asked, given int64) Tag {
	switch {
	case asked == 0:
		return Tag{}
	case given >= asked:
		return Tag{Text: "已安排", Tone: "is-ok", Icon: "circle-check"}
	case given > 0:
		return Tag{Text: "部分安排", Tone: "is-warn", Icon: "alert-triangle"}
	}
	return Tag{Text: "未安排", Tone: "is-bad", Icon: "circle-x"}
}
