package sourcing

import (
	"cmp"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
)

// road is the way from a depot to a receiving place.
type road struct {
	minutes, loading int
	known            bool
}

// arrival is minutes from the order to the goods' arrival.
func (r road) arrival() int { return r.minutes + r.loading }

// stack is what is free of a lot at a place. pieces are whole steps of the
// item's unit; what is less than one stays.
type stack struct {
	Supply
	pieces int64
}

// shelf is all that is free of an item at a depot, first to expire first.
type shelf struct {
	depot  int // in model.depots
	at     At
	step   quantity.Q
	stacks []stack
	pieces int64
	before quantity.Q
	floor  quantity.Q
}

// open is how many pieces a plan may take.
func (s *shelf) open(k Kind) int64 {
	if k != KeepMinimum {
		return s.pieces
	}
	return min(s.pieces, max(0, int64((s.before-s.floor)/s.step)))
}

// model is a problem put in an order that does not depend on how it came.
type model struct {
	Problem
	needs   []Need
	depots  []id.ID
	targets []id.ID
	target  []int    // of each need
	roads   [][]road // depot, target
	shelves []shelf  // by item and depot
	byItem  map[id.ID][]int
	groups  []group
}

func (p Problem) model() (*model, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	m := &model{Problem: p, needs: slices.Clone(p.Needs), byItem: map[id.ID][]int{}}
	slices.SortFunc(m.needs, func(a, b Need) int { return cmp.Compare(a.Line, b.Line) })
	for i, n := range m.needs {
		m.needs[i].Members = slices.SortedFunc(slices.Values(n.Members), func(a, b Member) int { return cmp.Compare(a.ItemID, b.ItemID) })
		m.targets = append(m.targets, n.Target)
	}
	m.targets = distinct(m.targets)
	for _, n := range m.needs {
		m.target = append(m.target, indexOf(m.targets, n.Target))
	}
	m.fill()
	if err := m.drive(); err != nil {
		return nil, err
	}
	return m, m.group()
}

func distinct(list []id.ID) []id.ID {
	slices.Sort(list)
	return slices.Compact(list)
}

func indexOf(list []id.ID, one id.ID) int {
	i, _ := slices.BinarySearch(list, one)
	return i
}

// fill puts the supplies that some need asks for on their shelves.
func (m *model) fill() {
	asked := map[id.ID]bool{}
	for _, n := range m.needs {
		for _, c := range n.Members {
			asked[c.ItemID] = true
		}
	}
	var list []Supply
	for _, s := range m.Supplies {
		if asked[s.ItemID] && s.Qty > 0 {
			list = append(list, s)
			m.depots = append(m.depots, s.DepotID)
		}
	}
	m.depots = distinct(m.depots)
	slices.SortFunc(list, bySupply)
	for i, s := range list {
		at := At{s.DepotID, s.ItemID}
		if i == 0 || m.shelves[len(m.shelves)-1].at != at {
			m.byItem[s.ItemID] = append(m.byItem[s.ItemID], len(m.shelves))
			m.shelves = append(m.shelves, shelf{depot: indexOf(m.depots, s.DepotID), at: at, step: stepOf(s), floor: m.Floors[at]})
		}
		m.shelves[len(m.shelves)-1].add(s)
	}
}

// bySupply orders by item and depot, then first expired first, and last by
// what makes the order one and the same for every input.
func bySupply(a, b Supply) int {
	return cmp.Or(cmp.Compare(a.ItemID, b.ItemID), cmp.Compare(a.DepotID, b.DepotID), byDay(a.Expires, b.Expires),
		cmp.Compare(a.PlaceID, b.PlaceID), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.LotID, b.LotID), cmp.Compare(a.Qty, b.Qty))
}

// byDay puts never last.
func byDay(a, b string) int {
	if a == "" || b == "" {
		return -strings.Compare(a, b)
	}
	return strings.Compare(a, b)
}

// stepOf is the smallest amount an item is handed out in.
func stepOf(s Supply) quantity.Q {
	step := quantity.One
	if s.Serial {
		return step
	}
	for range s.Decimals {
		step /= 10
	}
	return step
}

// add puts one more supply on a shelf; the same lot at the same place is one.
func (s *shelf) add(in Supply) {
	s.before += in.Qty
	if n := len(s.stacks) - 1; n >= 0 {
		last := &s.stacks[n]
		if last.LotID == in.LotID && last.PlaceID == in.PlaceID && last.Bin == in.Bin && last.Expires == in.Expires {
			s.pieces -= last.pieces
			last.Qty += in.Qty
			last.pieces = int64(last.Qty / s.step)
			s.pieces += last.pieces
			return
		}
	}
	pieces := int64(in.Qty / s.step)
	s.stacks = append(s.stacks, stack{in, pieces})
	s.pieces += pieces
}

// drive asks for every road once.
func (m *model) drive() error {
	for _, d := range m.depots {
		row := make([]road, len(m.targets))
		for i, t := range m.targets {
			row[i].loading = m.Loading[d]
			if m.Road != nil {
				row[i].minutes, row[i].known = m.Road(d, t)
			}
			if !row[i].known {
				row[i].minutes = 0
			}
			if row[i].minutes < 0 || row[i].minutes > MaxMinutes {
				return errs.New(errs.Invalid, "到接收地点的行车时间 %d 分钟不对，应为 0 到 %d，请先改好两地间的行车时间。", row[i].minutes, MaxMinutes)
			}
		}
		m.roads = append(m.roads, row)
	}
	return nil
}
