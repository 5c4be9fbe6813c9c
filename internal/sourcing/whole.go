package sourcing

import "slices"

// The bounds of the search for the best whole pieces: with more arcs than
// maxSearched it is not begun, and it ends after maxSearch arcs were looked at.
const (
	maxSearched = 400
	maxSearch   = 10_000
)

// search looks for the best whole pieces of lines that share goods of different
// weights: branch and bound over the flow. What the flow divides is tried with
// one piece more and one less; what cannot be better than what is known is
// left. When the search ends early, the best it knows stands.
type search struct {
	*part
	limit     int
	low, high []int64
	best      []int64 // amounts per arc
	cost      cost
	left      int
}

func (p *part) search(a *answer) {
	s := search{part: p, limit: a.limit, low: make([]int64, len(p.arcs)), high: make([]int64, len(p.arcs)), left: maxSearch / (len(p.arcs) + 1)}
	for i, arc := range p.arcs {
		s.high[i] = p.sources[arc.source].pieces
	}
	s.best = p.amountsOf(p.whole(*a, false))
	s.cost = p.price(s.best)
	s.branch(*a)
	a.amounts = s.best
	p.trim(a.amounts)
}

// trim puts back what lines can do without, which a search that ended early may
// leave: the most costly first.
func (p *part) trim(amounts []int64) {
	over := make([]int64, len(p.wants))
	arcs := make([]int, len(p.arcs))
	for line, want := range p.wants {
		over[line] = -want
	}
	for i, arc := range p.arcs {
		arcs[i] = i
		over[arc.line] += amounts[i]
	}
	slices.SortStableFunc(arcs, func(a, b int) int { return p.arcs[b].cost.compare(p.arcs[a].cost) })
	for _, i := range arcs {
		w := p.sources[p.arcs[i].source].weight
		n := min(amounts[i], max(0, over[p.arcs[i].line])/w*w)
		amounts[i] -= n
		over[p.arcs[i].line] -= n
	}
}

func (p *part) amountsOf(pieces []int64) []int64 {
	amounts := make([]int64, len(pieces))
	for i, n := range pieces {
		amounts[i] = n * p.sources[p.arcs[i].source].weight
	}
	return amounts
}

func (s *search) branch(a answer) {
	c := s.price(a.amounts)
	if !c.less(s.cost) {
		return
	}
	arc := -1
	for i := range a.amounts {
		if w := s.sources[s.arcs[i].source].weight; a.amounts[i]%w != 0 && (arc < 0 || w > s.sources[s.arcs[arc].source].weight) {
			arc = i
		}
	}
	if arc < 0 {
		s.best, s.cost = a.amounts, c
		return
	}
	n := a.amounts[arc] / s.sources[s.arcs[arc].source].weight
	was := s.low[arc]
	s.low[arc] = n + 1
	s.next()
	s.low[arc] = was
	was = s.high[arc]
	s.high[arc] = n
	s.next()
	s.high[arc] = was
}

func (s *search) next() {
	if s.left == 0 {
		return
	}
	s.left--
	a := answer{limit: s.limit, amounts: s.amountsOf(s.low)}
	s.solve(s.network(s.low, s.high), &a)
	s.branch(a)
}

// whole turns amounts into pieces. Lines that share goods of different weights
// were given shares as if goods could be divided; here each in turn takes whole
// pieces for its share of what the others leave, and at the end what is left
// over goes to those who still want some. late lets a line that cannot have its
// share in time have it later.
func (p *part) whole(a answer, late bool) []int64 {
	var best []int64
	var least cost
	order := make([]int, len(p.wants))
	for i := range order {
		order[i] = i
	}
	for range 2 {
		pieces := p.inTurn(a, order, late)
		if c := p.price(p.amountsOf(pieces)); best == nil || c.less(least) {
			best, least = pieces, c
		}
		slices.Reverse(order)
	}
	return best
}

// pieces gives an answer's pieces under the plan's limit.
func (p *part) pieces(a answer, limit int) []int64 {
	if p.plain || len(p.wants) == 1 || len(p.arcs) <= maxSearched {
		return p.floors(a.amounts)
	}
	a.limit = limit
	amounts := p.amountsOf(p.whole(a, true))
	p.trim(amounts)
	return p.floors(amounts)
}

func (p *part) floors(amounts []int64) []int64 {
	pieces := make([]int64, len(p.arcs))
	for i, arc := range p.arcs {
		pieces[i] = amounts[i] / p.sources[arc.source].weight
	}
	return pieces
}

func (p *part) inTurn(a answer, order []int, late bool) []int64 {
	pieces := p.floors(a.amounts)
	used := make([]int64, len(p.sources))
	share := make([]int64, len(p.wants))
	for i, arc := range p.arcs {
		used[arc.source] += pieces[i]
		share[arc.line] += a.amounts[i]
	}
	for range 2 {
		for _, line := range order {
			if !p.retake(line, share[line], a.limit, pieces, used) && late {
				p.retake(line, share[line], noLimit, pieces, used)
			}
		}
	}
	for _, line := range order {
		if share[line] < p.wants[line] {
			p.retake(line, p.wants[line], a.limit, pieces, used)
		}
	}
	return pieces
}

// retake lets a line choose its pieces anew, reporting whether they suffice.
func (p *part) retake(line int, want int64, limit int, pieces, used []int64) bool {
	for i, arc := range p.arcs {
		if arc.line == line {
			used[arc.source] -= pieces[i]
			pieces[i] = 0
		}
	}
	list := p.offers(line, used, limit)
	for i, n := range cover(want, list) {
		arc := list[i].arc
		pieces[arc] += n
		used[p.arcs[arc].source] += n
	}
	return worth(list) >= want
}
