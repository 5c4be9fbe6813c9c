package plan

import (
	"slices"
	"strings"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// ScopeKind says where a line's target stands.
type ScopeKind string

// A tier's line stands at each of its depots; a district's over all of them
// together.
const (
	AtDepot  ScopeKind = "depot"
	AtTier   ScopeKind = "tier"
	District ScopeKind = "district"
)

// Scope is where a line's target stands. DepotID and Tier are set for their
// own kinds only.
type Scope struct {
	Kind    ScopeKind
	DepotID id.ID
	Tier    place.Tier
}

// TargetKind says what a line asks for.
type TargetKind string

// A group is an equivalence group: goods that count for each other.
const (
	OfItem     TargetKind = "item"
	OfCategory TargetKind = "category"
	OfGroup    TargetKind = "group"
)

// Target is what a line asks for.
type Target struct {
	Kind TargetKind
	ID   id.ID
}

// Form is a form of reserve (储备形式).
type Form string

// The forms. Physical goods are stock; the others are promises in agreements.
// Kept is stock that a firm keeps for the bureau (代储): a depot of its own.
const (
	Physical  Form = "physical"
	Kept      Form = "kept"
	Agreement Form = "agreement"
	Capacity  Form = "capacity"
	Social    Form = "social"
)

// Forms lists them in the order pages show them.
var Forms = []Form{Physical, Kept, Agreement, Capacity, Social}

var formNames = map[Form]string{Physical: "实物", Kept: "代储", Agreement: "协议", Capacity: "产能", Social: "社会"}

// Name gives the office's word, "" for none.
func (f Form) Name() string { return formNames[f] }

// Promised reports a form that is an agreement and never stock.
func (f Form) Promised() bool { return f == Agreement || f == Capacity || f == Social }

// ParseForms reads a list by commas; unknown ones are left out, none is
// physical.
func ParseForms(text string) []Form {
	var list []Form
	for _, t := range strings.Split(text, ",") {
		if f := Form(strings.TrimSpace(t)); f.Name() != "" && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return []Form{Physical}
	}
	return list
}

// JoinForms is the inverse of ParseForms, in the usual order.
func JoinForms(list []Form) string {
	var parts []string
	for _, f := range Forms {
		if slices.Contains(list, f) {
			parts = append(parts, string(f))
		}
	}
	return strings.Join(parts, ",")
}

// Line is one target of a plan. Minimum, Standard and Maximum are in Unit;
// Maximum 0 = none.
type Line struct {
	ID          id.ID
	PlanID      id.ID
	No          int
	Scope       Scope
	Target      Target
	Unit        string
	Minimum     quantity.Q
	Standard    quantity.Q
	Maximum     quantity.Q
	Forms       []Form
	Responsible string
	Fund        string
	Basis       Basis
	BasisText   string // what the paper says of the basis
	Remark      string
}

// Counts reports that a form of reserve counts toward the line.
func (l Line) Counts(f Form) bool { return slices.Contains(l.Forms, f) }

// BasisKind says how a line's standard came about.
type BasisKind string

// The kinds of basis.
const (
	Fixed    BasisKind = "fixed"    // somebody's figure
	PerHead  BasisKind = "people"   // people × per person × days
	PerKm    BasisKind = "length"   // per km × length × factor
	CopiedOf BasisKind = "copied"   // from another depot's profile
	Imported BasisKind = "imported" // from a workbook
)

var basisNames = map[BasisKind]string{Fixed: "定数", PerHead: "人数 × 人均 × 天数", PerKm: "每千米 × 长度 × 系数", CopiedOf: "照搬其他库", Imported: "导入"}

// BasisKinds lists those a form offers.
var BasisKinds = []BasisKind{Fixed, PerHead, PerKm}

// Name gives the office's word, "" for none.
func (k BasisKind) Name() string { return basisNames[k] }

// Basis is how a standard was computed, with the figure as it then was, so
// that a later change of the figure shows. JSON, kept with the line.
type Basis struct {
	Kind     BasisKind  `json:"kind"`
	Division string     `json:"division,omitempty"` // whose figure
	Figure   string     `json:"figure,omitempty"`   // its name: 需转移人口
	Year     int        `json:"year,omitempty"`     // its year, as used
	Value    quantity.Q `json:"value,omitempty"`    // as used
	Per      quantity.Q `json:"per,omitempty"`      // per person or km
	Days     int        `json:"days,omitempty"`     // PerHead; 0 = once
	Factor   quantity.Q `json:"factor,omitempty"`   // PerKm; 0 = one
	From     id.ID      `json:"from,omitempty"`     // CopiedOf: the depot
}

// Standard computes the standard from a figure, rounded up to what the unit's
// decimals allow. ok is false where it cannot be computed or is too large.
func (b Basis) Standard(value quantity.Q, decimals int) (standard quantity.Q, ok bool) {
	var factor quantity.Q
	switch b.Kind {
	case PerHead:
		factor = quantity.Of(int64(max(b.Days, 1)))
	case PerKm:
		if factor = b.Factor; factor == 0 {
			factor = quantity.One
		}
	default:
		return 0, false
	}
	if value <= 0 || b.Per <= 0 {
		return 0, false
	}
	product, ok := timesUp(value, b.Per)
	if ok {
		product, ok = timesUp(product, factor)
	}
	if !ok || product > quantity.Max {
		return 0, false
	}
	step := quantity.One
	for range decimals {
		step /= 10
	}
	if rest := product % step; rest != 0 {
		product += step - rest
	}
	return product, true
}
