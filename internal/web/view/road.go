package view

// Roads is one depot's minutes to all others (行车时间).
type Roads struct {
	Base
	MayEdit      bool
	Depots       []Option
	DepotID      string
	Depot        string
	Known, Pairs int
	Source       string // as typed
	Rows         []RoadRow
	Empty        Empty
}

// RoadRow is the way to another depot. Was is what the form shows before
// anybody types, "" = unknown.
type RoadRow struct {
	ID, Depot, Tier string
	URL             string // that depot's own column
	Was, Minutes    string
	Source          string
	Who, When       string
	Error           string
}
