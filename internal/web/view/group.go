package view

import "changbei/internal/id"

// GroupList is the equivalence groups (等效组).
type GroupList struct {
	Base
	MayEdit bool
	Rows    []GroupRow
	Empty   Empty
}

// GroupRow is a group with what counts in it.
type GroupRow struct {
	Name, Unit, Remark string
	Members            []GroupMember
	Ended              bool
	URL                string // of its form, "" = this person may not
}

// GroupMember is goods of a group and what one of it counts.
type GroupMember struct{ Goods, Unit, Ratio string }

// GroupForm is the form of a group, as it was typed.
type GroupForm struct {
	Base
	ID      id.ID // 0 = new
	Version int64
	Action  string
	Items   []Option
	Units   []string

	Name, Unit, Remark string
	Lines              []GroupLine
	Retired            bool
}

// GroupLine is a line of the form, blank ones too.
type GroupLine struct {
	No                    int
	Item, Ratio           string
	ItemError, RatioError string
}
