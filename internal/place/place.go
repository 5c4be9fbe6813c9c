// Package place holds where goods can be: the depots of the district and the
// places in and around them. Pure: no SQL, HTTP or files.
package place

import (
	"strings"

	"changbei/internal/id"
)

// Tier is the level of a depot.
type Tier string

// The three tiers of a district.
const (
	District Tier = "district"
	Township Tier = "township"
	Village  Tier = "village"
)

// Tiers lists them from the top.
var Tiers = []Tier{District, Township, Village}

// Name gives the office's word.
func (t Tier) Name() string {
	switch t {
	case District:
		return "区级"
	case Township:
		return "街镇"
	case Village:
		return "村社区"
	}
	return ""
}

// Depot is a 储备库: a set of places with one custodian and one ledger head.
// Code is 2–6 upper-case letters or digits and stands in voucher numbers.
type Depot struct {
	ID        id.ID
	Code      string
	Name      string
	Tier      Tier
	Division  string // code of the street or village, "" for the district
	Custodian string // 承储单位
	Keeper    string // 保管员 and
	Phone     string // contact as printed; accounts are another matter
	Address   string
	Closed    bool
	Holder    Holder

	LoadingMinutes int // to load a vehicle here (装车时间), 0 = not set
}

// Holder says whose goods a depot holds.
type Holder string

// The holders. What a firm keeps for the bureau is 代储; what other departments
// hold is seen beside the bureau's own.
const (
	HeldByBureau     Holder = "own"
	HeldByDepartment Holder = "department"
	HeldByFirm       Holder = "firm"
)

// Holders lists them in the order forms show them.
var Holders = []Holder{HeldByBureau, HeldByDepartment, HeldByFirm}

// Name gives the office's word.
func (h Holder) Name() string {
	switch h {
	case HeldByBureau:
		return "本系统"
	case HeldByDepartment:
		return "其他部门"
	case HeldByFirm:
		return "企业代储"
	}
	return ""
}

// Kind says what a place is.
type Kind string

// Inside places have stock rows and a home depot. Outside places have neither
// a stock row nor a depot: check sums their entries.
const (
	Bin        Kind = "bin"        // 货位
	Transit    Kind = "transit"    // a truck
	Borrower   Kind = "borrower"   // lent out
	Workshop   Kind = "workshop"   // under repair
	Firm       Kind = "firm"       // 代储 with a firm
	Quarantine Kind = "quarantine" // 待检区

	Supplier Kind = "supplier" // outside from here on
	Donor    Kind = "donor"
	Upper    Kind = "upper" // upper level or other departments
	Used     Kind = "used"  // issued for use
	Scrapped Kind = "scrapped"
	Lost     Kind = "lost"
	Opened   Kind = "opening" // what was there before the ledger began
)

// Outside reports a place beyond the district's stock.
func (k Kind) Outside() bool {
	switch k {
	case Supplier, Donor, Upper, Used, Scrapped, Lost, Opened:
		return true
	}
	return false
}

// Outer gives the fixed id of the one place of an outside kind. They are
// made with the schema, so that every database has the same.
func Outer(k Kind) id.ID {
	switch k {
	case Supplier:
		return 1
	case Donor:
		return 2
	case Upper:
		return 3
	case Used:
		return 4
	case Scrapped:
		return 5
	case Lost:
		return 6
	case Opened:
		return 7
	}
	return 0
}

// Known reports one of the kinds above.
func (k Kind) Known() bool {
	switch k {
	case Bin, Transit, Borrower, Workshop, Firm, Quarantine:
		return true
	}
	return k.Outside()
}

// Origin reports a place goods come from before they are ours: what goes back
// there has not come in.
func Origin(p id.ID) bool {
	switch p {
	case Outer(Supplier), Outer(Donor), Outer(Upper), Outer(Opened):
		return true
	}
	return false
}

// Name gives the office's word for a kind of place with a home depot, "" for
// others.
func (k Kind) Name() string {
	switch k {
	case Bin:
		return "货位"
	case Quarantine:
		return "待检区"
	case Transit:
		return "在途"
	case Borrower:
		return "在外使用"
	case Workshop:
		return "待修"
	}
	return ""
}

// The codes of the places an order's goods pass through: each depot has one of
// each, made when it is first needed.
const (
	TransitCode    = "在途"
	FieldCode      = "应急在用" // handed to points of streets, not yet accounted for
	QuarantineCode = "待检区"
	WorkshopCode   = "待修"
)

// Place is anywhere goods can be. DepotID is its home depot, 0 outside.
type Place struct {
	ID      id.ID
	Kind    Kind
	DepotID id.ID
	Code    string // a bin's code within its depot: A-01-02
	Name    string
}

// DefaultBin is the code of the bin every depot is born with, for ledgers
// that name no bin.
const DefaultBin = "默认货位"

// CodeKey normalises a depot's code for comparison and numbers.
func CodeKey(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }

// ValidCode reports a code of 2–6 upper-case ASCII letters or digits, which
// keeps voucher numbers short enough for a triplicate form.
func ValidCode(code string) bool {
	if len(code) < 2 || len(code) > 6 {
		return false
	}
	for _, r := range code {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}
