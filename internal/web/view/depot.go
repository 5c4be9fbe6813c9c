package view

import (
	"changbei/internal/id"
	"changbei/internal/place"
)

// DepotList is the list of depots (储备库).
type DepotList struct {
	Base
	MayEdit bool
	Rows    []DepotRow
	Empty   Empty
}

// DepotRow is a depot; its figures show only to those who may see its stock.
type DepotRow struct {
	Code, Name, Tier  string
	Custodian, Keeper string
	Phone             string
	Holder            Tag // of other departments' and firms' depots
	Closed            bool
	URL               string
	SeesStock         bool
	StockURL          string
	Kinds, Lots       int
}

// DepotView is one depot with its bins and the form for another bin.
type DepotView struct {
	Base
	Code, Name, Tier  string
	Custodian, Keeper string
	Phone, Address    string
	Division          string
	Loading           string // how long loading takes, "" = not set
	Holder            string
	HolderTag         Tag // empty for the bureau's own
	Closed            bool
	MayEdit           bool
	EditURL           string

	SeesStock            bool
	StockURL, DailyURL   string
	CountURL             string // the workbook to count by
	Kinds, Lots, Expired int

	Stand *DepotStand // nil = not to be seen

	MayBin           bool
	BinURL           string
	BinKinds         []Option
	BinCode, BinName string // as typed
	Bins             []DepotBin
}

// DepotBin is a bin (货位) of a depot, or a place of goods under inspection.
type DepotBin struct {
	Code, Name string
	Quarantine bool
}

// DepotForm is the form of a new or changed depot, as it was typed. Code, tier
// and division are fixed once the depot is there.
type DepotForm struct {
	Base
	ID      id.ID // 0 = new
	Action  string
	BackURL string
	Tiers   []Option
	Holders []Option

	Code, Name, Tier  string
	Division          string
	Custodian, Keeper string
	Phone, Address    string
	Loading           string // minutes
	Closed            bool
}

// HolderTag marks a depot whose goods are not the bureau's own.
func HolderTag(h place.Holder) Tag {
	switch h {
	case place.HeldByDepartment:
		return Tag{Text: h.Name(), Tone: "is-info", Icon: "building"}
	case place.HeldByFirm:
		return Tag{Text: h.Name(), Tone: "is-warn", Icon: "certificate"}
	}
	return Tag{}
}
