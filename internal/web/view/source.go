package view

// Sources is a needs list as it was typed, and the three plans for it.
type Sources struct {
	Base
	ClientKey    string
	Responses    []Option
	Request      NamedLink // it answers, "" = none
	RequestID    string
	RequestFacts string
	Targets      []TargetRow
	Lines        LineForm
	Without      []OptionGroup // depots that may be left out
	LeftOut      int
	Document     string
	Plans        []SourcePlan
	Notes        []string // what the plans rest on
	Sharing      string
	Approves     bool // a leader's plan is an approved order
	Back         string
}

// SourcePlan is one of the three.
type SourcePlan struct {
	Key, Name, Rule string
	Digest          string
	Same            string // the plan that takes the same goods, "" = none
	Facts           []Fact
	Met             Tag
	Minimum         Tag
	Legs            []SourceLeg
	Unmet           []SourceGap
	Held            []string
	Empty           bool
	Gap             string // "" = proven the best
}

// SourceLeg is what goes from one depot to one place.
type SourceLeg struct {
	From, To, Way string
	Far           bool // its minutes are not known
	Vehicles      string
	Lines         []SourceTake
}

// SourceTake is goods of one item, with what stays at the depot.
type SourceTake struct {
	Item, Spec, Qty, Unit string
	Lots                  []SourceLot
	After, Minimum        string
	Below                 string // what is missing to the minimum then
}

// SourceLot is a part of it that lies in one lot in one bin.
type SourceLot struct{ Bin, Expires, Qty string }

// SourceGap is a line that is not met in full.
type SourceGap struct{ Label, Asked, Unmet, Unit string }
