package view

// RectificationList is what must be put right (整改), or was.
type RectificationList struct {
	Base
	Tabs     []StockTab
	Open     int
	Late     int
	State    string
	Streets  []Option
	Depots   []Option
	Filtered bool
	ClearURL string
	Closed   bool // the tab of what was written off
	Rows     []RectificationRow
	Pager    Pager
	Empty    Empty
}

// RectificationRow is one with the form that writes it off.
type RectificationRow struct {
	Depot, DepotURL string
	Rule, Text      string
	Responsible     string
	DueOn           string
	Tag             Tag
	OpenedOn        string
	OpenedBy        string
	ClosedOn        string
	ClosedBy        string
	Evidence        string

	CloseURL string // "" = not the actor's to close
	Lock     string
	Query    string // the list to come back to
	CSRF     string
	Typed    string // what was typed when it was refused
	Refused  string // why
}
