package sourcing

import (
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Plan is one of the three ways to meet the needs. Quantities of takes and
// remains are in the items' units, those of lines in the needs'.
type Plan struct {
	Kind    Kind
	Takes   []Take // by line, the first to arrive first
	Lines   []Line
	Legs    []Leg // the first to arrive first, unknown roads last
	Remains []Remain
	Held    []Held
	Last    int  // minutes until the last known arrival
	Unknown bool // some goods come over roads of unknown minutes, maybe later
	// Work is Σ quantity × minutes over all takes of known roads, in thousandths
	// of the items' units: a figure to compare plans of the same needs by.
	Work int64

	proof proof
}

// Take is what one line gets of one item from one depot.
type Take struct {
	Line            int
	Target          id.ID
	DepotID, ItemID id.ID
	Qty             quantity.Q
	Lots            []Lot
}

// Lot is the part of a take that lies in one lot at one place.
type Lot struct {
	LotID, PlaceID id.ID
	Bin            string
	Expires        string
	Qty            quantity.Q
}

// Line is how far one need is met: Asked = Met + Unmet. Over is what whole
// pieces bring beyond it.
type Line struct {
	Line                    int
	Asked, Met, Unmet, Over quantity.Q
}

// Leg is all that goes from one depot to one receiving place. Vehicles is 0
// where nothing of it can be counted; Uncounted lists the items that are in no
// vehicle because neither their weight nor their volume is known.
type Leg struct {
	DepotID, Target       id.ID
	Minutes, Loading      int
	Known                 bool // Minutes
	Arrival               int  // minutes and loading; 0 where unknown
	Vehicles              int64
	WeightGram, VolumeCm3 int64
	Uncounted             []id.ID
}

// Remain is what a plan leaves of an item it takes from a depot. BelowBy is
// what is missing to the plan's minimum then.
type Remain struct {
	DepotID, ItemID                 id.ID
	Before, After, Minimum, BelowBy quantity.Q
}

// Held is goods that would serve a line that is not met, and stay because the
// depot's minimum holds them.
type Held struct {
	Line            int
	DepotID, ItemID id.ID
	Qty             quantity.Q
}

// Unmet lists the lines that are not met in full.
func (p Plan) Unmet() []Line {
	var list []Line
	for _, l := range p.Lines {
		if l.Unmet > 0 {
			list = append(list, l)
		}
	}
	return list
}

// Plans gives the three plans, in the order of Kinds.
func (p Problem) Plans() ([]Plan, error) {
	m, err := p.model()
	if err != nil {
		return nil, err
	}
	var list []Plan
	for _, k := range Kinds {
		list = append(list, m.plan(k))
	}
	return list, nil
}

// Plan gives one of the three.
func (p Problem) Plan(k Kind) (Plan, error) {
	m, err := p.model()
	if err != nil {
		return Plan{}, err
	}
	return m.plan(k), nil
}

func (m *model) plan(k Kind) Plan {
	s := m.solve(k)
	w := writer{model: m, solved: s, plan: Plan{Kind: k, proof: s.proof}}
	w.takes()
	w.lines()
	w.legs()
	w.remains()
	w.held()
	return w.plan
}
