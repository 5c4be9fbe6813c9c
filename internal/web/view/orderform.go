package view

import (
	"fmt"
	"strconv"
	"strings"

	"changbei/internal/errs"
)

// OrderForm is the form of an order drawn up by hand, as it was typed.
type OrderForm struct {
	Base
	ClientKey     string
	Responses     []Option
	Request       NamedLink // it answers, "" = none
	RequestID     string
	RequestFacts  string
	Reason        string
	Reasons       []Option
	Remark        string
	RequestedAt   string
	RequestedName string
	Targets       []TargetRow
	Lines         LineForm
}

// TargetRow is a target as typed, N from 1.
type TargetRow struct {
	N                             int
	Depots                        []OptionGroup
	Name, Contact, Phone, Address string
}

// OptionGroup is a headed part of a select.
type OptionGroup struct {
	Label   string
	Options []Option
}

// Field gives the name of a field of the target.
func (t TargetRow) Field(key string) string { return fmt.Sprintf("target.%d.%s", t.N, key) }

// Cell gives the id of it.
func (t TargetRow) Cell(key string) string { return fmt.Sprintf("target-%d-%s", t.N, key) }

// LineForm is a grid of lines: what, how much, from where, to where.
type LineForm struct {
	Rows   []LineRow
	Blank  int  // rows nothing was typed into
	Choose bool // there are several targets to choose from
	Errors []EntryError
}

// LineRow is a line as typed, with what the system knows of its item.
type LineRow struct {
	N                        int
	ItemID, Item, Spec, Unit string
	Packs, Qty, NeedID       string
	GroupID                  string // of a needs list, "" = an item
	Note                     string // what the request asks for
	Depots                   []OptionGroup
	Targets                  []Option
	Wrong                    map[string]string
}

// Field gives the name of a field of the line.
func (l LineRow) Field(key string) string { return fmt.Sprintf("line.%d.%s", l.N, key) }

// Cell gives the id of it.
func (l LineRow) Cell(key string) string { return cellID(l.N, key) }

// Mark puts what a use case said of lines to their rows.
func (f *LineForm) Mark(fields []errs.Field) {
	for _, e := range fields {
		parts := strings.Split(e.Name, ".")
		if len(parts) != 3 || parts[0] != "line" {
			continue
		}
		n, _ := strconv.Atoi(parts[1])
		f.Errors = append(f.Errors, EntryError{Target: cellID(n, parts[2]), Text: e.Message})
		if n > 0 && n <= len(f.Rows) {
			f.Rows[n-1].Wrong[parts[2]] = e.Message
		}
	}
}

// WordForm is goods leaving on a phone call, on one page.
type WordForm struct {
	Base
	Ready      bool // response and depot are chosen
	Fixed      bool // and there was no choice
	Responses  []Option
	Depots     []Option
	ResponseID string
	DepotID    string
	Response   string
	Depot      string
	ClientKey  string
	Goods      []WordGoods
	Kinds      int // goods with a quantity
	Ends       []OptionGroup
	Typed      WordTyped
	Empty      Empty
}

// WordGoods is an item with what is free of it at the depot, and how much goes.
type WordGoods struct {
	ID, Code, Name, Spec, Unit string
	Packs, Find, Free, Qty     string
	Error                      string
}

// WordTyped is the rest of the form as typed.
type WordTyped struct {
	Place, Contact, Phone, Address      string
	WordOf, SaidAt, LeftAt              string
	Vehicle, Plate, Driver, DriverPhone string
}

// More reports that something beyond the needed was typed.
func (t WordTyped) More() bool {
	return t.Contact+t.Phone+t.Address+t.Vehicle+t.Plate+t.Driver+t.DriverPhone != ""
}
