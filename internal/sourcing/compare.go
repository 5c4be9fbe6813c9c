package sourcing

import (
	"cmp"
	"slices"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Figures are what stands beside each other of plans for the same needs.
type Figures struct {
	Kind     Kind
	Last     int
	Unknown  bool
	Depots   int // that give something
	Legs     int
	Vehicles int64
	Unmet    int // lines
	Below    int // items at depots left below their minimum
	Work     int64
	SameAs   Kind // the first of the plans that takes the same, maybe this one
}

// Difference is goods of which plans take different amounts. Qty has one figure
// per plan, in the item's unit.
type Difference struct {
	Line            int
	DepotID, ItemID id.ID
	Qty             []quantity.Q
}

// Compare puts plans beside each other and lists where they differ, by line,
// depot and item.
func Compare(plans []Plan) ([]Figures, []Difference) {
	all := gather(plans)
	figures := make([]Figures, len(plans))
	for i, p := range plans {
		figures[i] = p.figures()
		for j := range i + 1 {
			if !slices.ContainsFunc(all, func(d Difference) bool { return d.Qty[i] != d.Qty[j] }) {
				figures[i].SameAs = plans[j].Kind
				break
			}
		}
	}
	return figures, slices.DeleteFunc(all, func(d Difference) bool { return len(slices.Compact(slices.Clone(d.Qty))) <= 1 })
}

// gather lists what any plan takes, with what each takes of it.
func gather(plans []Plan) []Difference {
	type key struct {
		line int
		at   At
	}
	at := map[key]int{}
	var all []Difference
	for i, p := range plans {
		for _, t := range p.Takes {
			k := key{t.Line, At{t.DepotID, t.ItemID}}
			n, known := at[k]
			if !known {
				n = len(all)
				at[k] = n
				all = append(all, Difference{t.Line, t.DepotID, t.ItemID, make([]quantity.Q, len(plans))})
			}
			all[n].Qty[i] += t.Qty
		}
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.DepotID, b.DepotID), cmp.Compare(a.ItemID, b.ItemID))
	})
	return all
}

func (p Plan) figures() Figures {
	f := Figures{Kind: p.Kind, Last: p.Last, Unknown: p.Unknown, Legs: len(p.Legs), Unmet: len(p.Unmet()), Work: p.Work}
	var depots []id.ID
	for _, l := range p.Legs {
		depots = append(depots, l.DepotID)
		f.Vehicles += l.Vehicles
	}
	f.Depots = len(distinct(depots))
	for _, r := range p.Remains {
		if r.BelowBy > 0 {
			f.Below++
		}
	}
	return f
}
