package sourcing

import (
	"math"
	"slices"
)

// maxWork bounds the steps of an exact search, some ten milliseconds. Beyond
// it the greedy choice stands, and Gap tells how far it may be from the best.
const maxWork = 400_000

// maxWindow bounds the pieces of one weight that are tried.
const maxWindow = 2000

// pool is the offers of one weight in the order of their cost. Of equal pieces
// the cheaper are always taken first, so a choice is one number per pool.
type pool struct {
	weight int64
	offers []int // in the list
	taken  int64 // when goods could be divided
	base   int64 // taken in any case
	costs  []cost
	pick   []int32
}

// exact betters a choice to the best one. With goods that can be divided the
// best is known at once: λ, the price of the last unit, tells what to take. A
// choice of whole pieces costs as much as that, and for every piece taken
// beyond it or left of it the piece's distance from λ. So only pieces matter
// whose distances add up to less than what the known choice costs more.
//
// Where many pieces have no distance at all, a second bound holds: if a pool of
// weight w differs from the divided choice by more pieces than all other
// weights add up to, then some of them could be exchanged against pieces that
// differ the other way, to and fro at no cost. The window is the smaller of
// both, and inside it every choice is tried.
func exact(want int64, list []offer, take []int64) {
	pools, bound, price := divide(want, list)
	room := total(list, take).minus(bound)
	weights := int64(0)
	for _, p := range pools {
		weights += p.weight
	}
	rest, work := want, int64(0)
	for i := range pools {
		p := &pools[i]
		if !p.window(list, price, room, weights-p.weight+3) {
			return
		}
		rest -= p.base * p.weight
	}
	for _, p := range pools {
		work += rest * min(int64(len(p.costs)), rest/p.weight+1)
	}
	if rest <= 0 || work > maxWork {
		return
	}
	try(pools, rest)
	for i := range take {
		take[i] = 0
	}
	for i := len(pools) - 1; i >= 0; i-- {
		p := &pools[i]
		n := int64(p.pick[rest])
		rest = max(0, rest-n*p.weight)
		n += p.base
		for _, o := range p.offers {
			take[o] = min(n, list[o].pieces)
			n -= take[o]
		}
	}
}

// divide takes the cheapest as if goods could be divided. bound is what that
// costs, price the cost of its last unit.
func divide(want int64, list []offer) (pools []pool, bound, price cost) {
	for i, o := range list {
		at := slices.IndexFunc(pools, func(p pool) bool { return p.weight == o.weight })
		if at < 0 {
			at = len(pools)
			pools = append(pools, pool{weight: o.weight})
		}
		pools[at].offers = append(pools[at].offers, i)
		n := min(o.pieces, want/o.weight)
		part := min(o.pieces*o.weight, want)
		pools[at].taken += n
		if part > 0 {
			price = o.cost
		}
		bound = bound.plus(o.cost.times(part))
		want -= part
	}
	return pools, bound, price
}

// window finds which pieces of a pool are open: from base on, each with its
// cost in costs. ok is false when they are too many.
func (p *pool) window(list []offer, price, room cost, most int64) (ok bool) {
	near := func(step int64, first int64, sign int64) []cost {
		var found []cost
		sum := cost{}
		for n := first; int64(len(found)) < min(most, maxWindow+1); n += step {
			c, there := p.piece(list, n)
			if sum = sum.plus(c.minus(price.times(p.weight)).times(sign)); !there || room.less(sum) {
				break
			}
			found = append(found, c)
		}
		return found
	}
	before, after := near(-1, p.taken-1, -1), near(1, p.taken, 1)
	slices.Reverse(before)
	p.base = p.taken - int64(len(before))
	p.costs = append(before, after...)
	return len(before) <= maxWindow && len(after) <= maxWindow
}

// piece gives the cost of the nth piece.
func (p *pool) piece(list []offer, n int64) (cost, bool) {
	if n < 0 {
		return cost{}, false
	}
	for _, o := range p.offers {
		if n < list[o].pieces {
			return list[o].piece(), true
		}
		n -= list[o].pieces
	}
	return cost{}, false
}

// try finds for every amount up to want the cheapest pieces that count it at
// least, pool by pool.
func try(pools []pool, want int64) {
	never := cost{math.MaxInt64}
	least := make([]cost, want+1)
	for v := range least[1:] {
		least[v+1] = never
	}
	for i := range pools {
		p := &pools[i]
		now := slices.Clone(least)
		p.pick = make([]int32, want+1)
		for v := int64(1); v <= want; v++ {
			sum := cost{}
			for k := range p.costs {
				sum = sum.plus(p.costs[k])
				below := v - int64(k+1)*p.weight
				if from := least[max(0, below)]; from != never {
					if c := from.plus(sum); c.less(now[v]) {
						now[v], p.pick[v] = c, int32(k+1)
					}
				}
				if below <= 0 {
					break
				}
			}
		}
		least = now
	}
}
