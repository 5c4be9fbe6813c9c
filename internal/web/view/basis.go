package view

// Bases is one basis figure (测算基数) of a year over the areas, with the form
// that records new values and the lines of plans those would change.
type Bases struct {
	Base
	MayEdit bool
	New     bool // a figure nobody has recorded yet: name, unit and year are asked
	Tabs    []StockTab
	Years   []Option

	Name, Unit, Year string
	Source           string // as typed
	Under            string // code of the street whose villages are listed
	Parent, BackURL  string // its name, and the way back to the streets
	Rows             []BasisRow

	Previewed bool // Effects are those of what is typed, which is not saved
	Effects   []BasisEffect
	Empty     Empty // where there is no area at all
	NewURL    string
	Nothing   bool // no figure is there yet and this person may not add one
}

// BasisRow is an area. Before is what its value took the place of; Typed is
// what the form sent.
type BasisRow struct {
	Area, Kind, Field    string
	Value, Source        string
	Who, When            string
	Before, BeforeYear   string // year "" = an earlier record of the same one
	Typed, Error         string
	PartsURL, PartsLabel string // "" = no villages are listed
}

// BasisEffect is a line of a plan that a changed figure would change.
type BasisEffect struct {
	Plan, Scope, Target string
	State               Tag
	Line                int
	Figure              string
	Was, Now            string
	Standard, Becomes   string // Becomes "" = cannot be computed
	Unit                string
}
