package sourcing

import (
	"cmp"
	"slices"
)

// offer is a run of equal pieces that one line can take.
type offer struct {
	arc    int
	pieces int64
	weight int64
	cost   cost // of what counts one
}

// piece is what one piece costs.
func (o offer) piece() cost { return o.cost.times(o.weight) }

// offers lists what a line can take under a limit, the cheapest first. taken
// holds the pieces per source that other lines use, nil = none: they have those
// that expire first.
func (p *part) offers(line int, taken []int64, limit int) []offer {
	var list []offer
	for i := range p.arcs {
		a := &p.arcs[i]
		if a.line != line || !a.inTime(limit) {
			continue
		}
		s := &p.sources[a.source]
		skip := int64(0)
		if taken != nil {
			skip = taken[a.source]
		}
		for _, r := range s.runs {
			used := min(skip, r.pieces)
			skip -= used
			if r.pieces > used {
				list = append(list, offer{i, r.pieces - used, s.weight, a.cost.plus(r.cost)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b offer) int { return cmp.Or(a.cost.compare(b.cost), cmp.Compare(a.arc, b.arc)) })
	return list
}

// worth is all that offers count.
func worth(list []offer) int64 {
	sum := int64(0)
	for _, o := range list {
		sum += o.pieces * o.weight
	}
	return sum
}

// cover takes pieces of sorted offers that count want at least, at the least
// cost, or all there are. With pieces of one weight the cheapest are best; with
// several it is a knapsack, which exact solves where it is small enough.
func cover(want int64, list []offer) []int64 {
	take := make([]int64, len(list))
	if worth(list) <= want {
		for i, o := range list {
			take[i] = o.pieces
		}
		return take
	}
	greedy(want, list, take)
	if slices.ContainsFunc(list, func(o offer) bool { return o.weight != list[0].weight }) {
		exact(want, list, take)
	}
	return take
}

// greedy goes through the offers and takes what does not go beyond want. Each
// piece that would close what is then open is a way to end; the cheapest wins.
// What that makes needless is put back, the most costly first.
func greedy(want int64, list []offer, take []int64) {
	var sum, best cost
	rest, end := want, -1
	for i, o := range list {
		n := min(o.pieces, rest/o.weight)
		rest -= n * o.weight
		take[i] = n
		sum = sum.plus(o.piece().times(n))
		if rest == 0 {
			if end < 0 || sum.less(best) {
				end = -1
			}
			break
		}
		if closed := sum.plus(o.piece()); n < o.pieces && o.weight > rest && (end < 0 || closed.less(best)) {
			best, end = closed, i
		}
	}
	if end >= 0 {
		clear(take[end+1:])
		take[end]++
	}
	over := -want
	for i, o := range list {
		over += take[i] * o.weight
	}
	for i := len(list) - 1; i >= 0; i-- {
		n := min(take[i], over/list[i].weight)
		take[i] -= n
		over -= n * list[i].weight
	}
}

// marginal is the cost of the last unit a line takes when goods can be divided:
// what one unit more would be worth to it.
func (p *part) marginal(line int, want int64, list []offer) cost {
	for _, o := range list {
		if want -= o.pieces * o.weight; want <= 0 {
			return o.cost
		}
	}
	return p.tenths[line][0].cost
}

// total is what taken pieces cost.
func total(list []offer, take []int64) cost {
	var sum cost
	for i, o := range list {
		sum = sum.plus(o.piece().times(take[i]))
	}
	return sum
}
