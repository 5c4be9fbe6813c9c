package view

import "changbei/internal/id"

// StandardList is what one moved person needs (保障标准).
type StandardList struct {
	Base
	MayEdit bool
	Rows    []StandardRow
	Empty   Empty
}

// StandardRow is a standard. Hundred is what a hundred people need.
type StandardRow struct {
	Name, Target   string
	Per, Hundred   string
	Often          string // 每天 or 一次性
	Cases, Source  string
	Example, Ended bool
	URL            string // of its form, "" = this person may not
}

// StandardForm is the form of a standard, as it was typed.
type StandardForm struct {
	Base
	ID      id.ID // 0 = new
	Version int64
	Action  string
	Targets []Option
	Units   []string

	Name, Target, Unit, Per string
	Daily                   bool
	Cases                   []Option
	Source                  string
	Example, Retired        bool
}
