package view

// LotView is one lot (批次) with where it stands and who held it.
type LotView struct {
	Base
	Title             string // its number, else the days it goes by
	Code, Name, Spec  string
	Unit              string
	ItemURL, CardURL  string
	No                string
	Serial            bool
	Produced, Expires string
	Received          string
	Source, Owner     string
	Price             string
	Held              bool
	Tag               Tag // how near the expiry is

	Stands []LotStand
	Sum    string // with its unit, "" = none left in scope
	Holds  []LotHold

	MayHold, MayRelease bool
	HoldURL, ReleaseURL string
	Reason              string // as typed
}

// LotStand is what a place has of a lot.
type LotStand struct {
	Depot, Bin        string
	CardURL           string
	OnHand, Allocated string
	Available         string
	Quarantine        bool
}

// LotHold is a change of the hold.
type LotHold struct {
	Held      bool
	At, Actor string
	Reason    string
}
