package sourcing

import "cmp"

// levels is how many parts of an objective a cost holds.
const levels = 6

// cost is what one unit costs in each part of an objective, the part that
// matters most first. Costs are compared from the front: no amount of a later
// part makes up for anything of an earlier one, so nothing is ever weighed.
type cost [levels]int64

func (a cost) plus(b cost) cost {
	for i := range a {
		a[i] += b[i]
	}
	return a
}

func (a cost) minus(b cost) cost {
	for i := range a {
		a[i] -= b[i]
	}
	return a
}

func (a cost) times(n int64) cost {
	for i := range a {
		a[i] *= n
	}
	return a
}

func (a cost) compare(b cost) int {
	for i := range a {
		if a[i] != b[i] {
			return cmp.Compare(a[i], b[i])
		}
	}
	return 0
}

func (a cost) less(b cost) bool { return a.compare(b) < 0 }

// upTo keeps the first parts and drops the others.
func (a cost) upTo(n int) cost {
	clear(a[n:])
	return a
}

// positive is a, or nothing where a is less than nothing.
func (a cost) positive() cost {
	if a.less(cost{}) {
		return cost{}
	}
	return a
}
