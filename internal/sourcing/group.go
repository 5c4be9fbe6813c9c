package sourcing

import (
	"math/big"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// group is needs that share goods, directly or through others: they are
// planned together, and apart from all the rest. What goods count in it is a
// whole number of the group's smallest piece, the same for every line.
type group struct {
	needs   []int // in model.needs
	wants   []int64
	weights map[id.ID]int64 // of one piece of an item
	plain   bool            // every piece counts one
	chained bool            // by contradicting ratios cut out of others
}

// maxFine bounds a group's figures: times the highest cost of a unit, the place
// of an expiry day (below 1 << 17), they stay within 64 bits.
const maxFine = 1 << 44

// leastCoarse is what the lightest piece counts at least in a coarser measure.
const leastCoarse = 1 << 20

// group finds the groups: needs are joined by the items they share that
// anybody has.
func (m *model) group() error {
	first := map[id.ID]int{}
	root := make([]int, len(m.needs))
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for i, n := range m.needs {
		root[i] = i
		for _, c := range n.Members {
			if len(m.byItem[c.ItemID]) == 0 {
				continue
			}
			j, known := first[c.ItemID]
			if !known {
				first[c.ItemID] = i
				continue
			}
			a, b := find(i), find(j)
			root[max(a, b)] = min(a, b)
		}
	}
	joined := make([][]int, len(m.needs))
	for i := range m.needs {
		r := find(i)
		joined[r] = append(joined[r], i)
	}
	for _, needs := range joined {
		if err := m.addGroup(needs); err != nil {
			return err
		}
	}
	return nil
}

// addGroup finds what everything counts in a group. Where ratios contradict
// each other, or differ beyond all figures, its lines are planned one after the
// other.
func (m *model) addGroup(needs []int) error {
	if len(needs) == 0 {
		return nil
	}
	s := scale{m: m, line: map[int]*big.Rat{}, item: map[id.ID]*big.Rat{}}
	if s.settle(needs) {
		if g, err := s.whole(needs); err == nil || len(needs) == 1 {
			m.groups = append(m.groups, g)
			return err
		}
	}
	for _, n := range needs {
		one := scale{m: m, line: map[int]*big.Rat{}, item: map[id.ID]*big.Rat{}}
		one.settle([]int{n})
		g, err := one.whole([]int{n})
		if err != nil {
			return err
		}
		g.chained = true
		m.groups = append(m.groups, g)
	}
	return nil
}

// scale finds a common measure of a group: what a thousandth of a line's unit
// is in it, and what one piece of an item is.
type scale struct {
	m    *model
	line map[int]*big.Rat
	item map[id.ID]*big.Rat
}

// settle goes from line to item to line. ok is false when two ways give two
// figures: the ratios contradict each other.
func (s scale) settle(needs []int) (ok bool) {
	s.line[needs[0]] = big.NewRat(1, 1)
	lines := map[id.ID][]int{}
	for _, n := range needs {
		for _, c := range s.m.needs[n].Members {
			lines[c.ItemID] = append(lines[c.ItemID], n)
		}
	}
	for queue := []int{needs[0]}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, c := range s.m.needs[n].Members {
			value, has := s.m.value(c)
			if !has {
				continue
			}
			piece := new(big.Rat).Mul(s.line[n], value)
			if was, known := s.item[c.ItemID]; known && was.Cmp(piece) != 0 {
				return false
			} else if known {
				continue
			}
			s.item[c.ItemID] = piece
			for _, other := range lines[c.ItemID] {
				if s.reach(other, c.ItemID) {
					queue = append(queue, other)
				}
			}
		}
	}
	return true
}

// reach measures a line by an item of it, when nothing else has.
func (s scale) reach(need int, item id.ID) bool {
	if s.line[need] != nil {
		return false
	}
	for _, c := range s.m.needs[need].Members {
		if c.ItemID == item {
			value, _ := s.m.value(c)
			s.line[need] = new(big.Rat).Quo(s.item[item], value)
		}
	}
	return true
}

// value is what one piece of a member counts in thousandths of the need's
// unit; has is false where nobody has any.
func (m *model) value(c Member) (value *big.Rat, has bool) {
	list := m.byItem[c.ItemID]
	if len(list) == 0 {
		return nil, false
	}
	step := big.NewRat(int64(m.shelves[list[0]].step), 1)
	return step.Mul(step, big.NewRat(c.Num, c.Den)), true
}

// whole turns the measure into whole numbers of its greatest common part.
// Where that is too fine for 64 bits a coarser one is taken, in which a piece
// counts a little less than it is, a millionth at most: a plan never counts
// what it does not bring, but may bring a piece too much.
func (s scale) whole(needs []int) (group, error) {
	unit, top := new(big.Rat), new(big.Rat)
	for _, piece := range s.item {
		unit = common(unit, piece)
		if piece.Cmp(top) > 0 {
			top.Set(piece)
		}
	}
	if unit.Sign() == 0 {
		unit = big.NewRat(1, 1) // nobody has anything
	}
	wants := make([]*big.Rat, len(needs))
	sum := top.Mul(top, big.NewRat(int64(len(needs)), 1)) // each line may get a piece too much
	for i, n := range needs {
		wants[i] = new(big.Rat).Mul(s.line[n], big.NewRat(int64(s.m.needs[n].Qty), 1))
		sum.Add(sum, wants[i])
	}
	least := int64(1)
	if coarse := new(big.Rat).Quo(sum, big.NewRat(maxFine-MaxNeeds-1, 1)); coarse.Cmp(unit) > 0 {
		unit, least = coarse, leastCoarse
	}
	g := group{needs: needs, weights: map[id.ID]int64{}, plain: true}
	for item, piece := range s.item {
		g.weights[item] = floor(new(big.Rat).Quo(piece, unit))
		g.plain = g.plain && g.weights[item] == 1
		if g.weights[item] < least {
			return group{}, errs.New(errs.Invalid, "第 %d 行的数量按折算比例拆得太细，无法计算，请核对数量和折算比例。", s.m.needs[needs[0]].Line)
		}
	}
	for _, w := range wants {
		g.wants = append(g.wants, -floor(new(big.Rat).Neg(w.Quo(w, unit))))
	}
	return g, nil
}

// common is the greatest common part of two fractions.
func common(a, b *big.Rat) *big.Rat {
	if a.Sign() == 0 {
		return new(big.Rat).Set(b)
	}
	x := new(big.Int).Mul(a.Num(), b.Denom())
	y := new(big.Int).Mul(b.Num(), a.Denom())
	return new(big.Rat).SetFrac(x.GCD(nil, nil, x, y), new(big.Int).Mul(a.Denom(), b.Denom()))
}

// floor gives the whole number at or below.
func floor(r *big.Rat) int64 {
	return new(big.Int).Div(r.Num(), r.Denom()).Int64()
}
