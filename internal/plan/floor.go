package plan

import (
	"slices"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Floors say how much of each item a depot must keep, in the item's own unit,
// by depot and item.
type Floors map[[2]id.ID]quantity.Q

// Beside lists some items and those that count with them toward a target of
// some lines: what a depot keeps of one may let another go.
func Beside(lines []Line, goods *Goods, items []id.ID) []id.ID {
	all := slices.Clone(items)
	for _, l := range lines {
		counted := goods.Counting(l.Target, l.Unit)
		if l.Minimum == 0 || !slices.ContainsFunc(counted, func(c Counted) bool { return slices.Contains(items, c.ItemID) }) {
			continue
		}
		for _, c := range counted {
			if !slices.Contains(all, c.ItemID) {
				all = append(all, c.ItemID)
			}
		}
	}
	return all
}

// FloorsOf gives what depots must keep of some items so that no target of
// theirs falls below its minimum. Where several items count toward a target,
// those that are not to be sent keep it first, then of the others what nobody
// asks for (asked says how much of an item is), and only what is then missing
// is kept of what is asked for, in the order of items. Lines of the whole
// district bind no depot.
func FloorsOf(lines []Line, goods *Goods, depots *Depots, stock Stock, items []id.ID, asked map[id.ID]quantity.Q) Floors {
	floors := Floors{}
	for i := range lines {
		l := &lines[i]
		if l.Minimum == 0 || l.Scope.Kind == District {
			continue
		}
		counted := goods.Counting(l.Target, l.Unit)
		if !slices.ContainsFunc(counted, func(c Counted) bool { return slices.Contains(items, c.ItemID) }) {
			continue
		}
		for _, depot := range depots.Stands(*l) {
			if depots.Holds(l, depot) {
				floors.keep(l.Minimum, depot, counted, stock[depot], items, asked)
			}
		}
	}
	return floors
}

// keep spreads a minimum over what counts toward it at a depot.
func (f Floors) keep(minimum quantity.Q, depot id.ID, counted []Counted, shelf map[id.ID]Amounts, items []id.ID, asked map[id.ID]quantity.Q) {
	for _, c := range counted {
		if !slices.Contains(items, c.ItemID) {
			minimum -= c.Ratio.Down(shelf[c.ItemID].Usable())
		}
	}
	kept := map[id.ID]quantity.Q{}
	for _, wanted := range []bool{false, true} { // what nobody asks for first
		for _, item := range items {
			at := slices.IndexFunc(counted, func(c Counted) bool { return c.ItemID == item })
			if at < 0 || minimum <= 0 {
				continue
			}
			room := max(0, shelf[item].Usable()-kept[item])
			if !wanted {
				room = max(0, room-asked[item])
			}
			more := min(counted[at].Ratio.Inverse().Up(minimum), room)
			minimum -= counted[at].Ratio.Down(more)
			kept[item] += more
		}
	}
	for item, q := range kept {
		if key := [2]id.ID{depot, item}; q > f[key] {
			f[key] = q
		}
	}
}
