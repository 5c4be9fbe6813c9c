package sourcing

import "slices"

// answer is what a part does under a limit of arrival.
type answer struct {
	limit   int
	amounts []int64 // per arc, in what a piece counts at least
	prices  []cost  // per line, what one more of it costs
	total   cost
	last    int
}

// best solves a part under a limit: goods that arrive later are left out. A
// line alone and goods of one weight are solved exactly. Lines that share goods
// of different weights are first solved as if goods could be divided; few ways
// are then searched for the best whole pieces, many are left to whole.
func (p *part) best(limit int) answer {
	a := answer{limit: limit, amounts: make([]int64, len(p.arcs))}
	switch {
	case len(p.wants) == 1:
		p.alone(&a)
	case p.plain || len(p.arcs) > maxSearched:
		p.share(&a)
	default:
		p.share(&a)
		p.search(&a)
	}
	a.total = p.price(a.amounts)
	a.last = p.last(a.amounts)
	return a
}

func (p *part) alone(a *answer) {
	list := p.offers(0, nil, a.limit)
	for i, n := range cover(p.wants[0], list) {
		a.amounts[list[i].arc] += n * list[i].weight
	}
	a.prices = []cost{p.marginal(0, p.wants[0], list)}
}

// share solves a part as a minimum-cost flow. Under another limit it goes on
// from what it found under the last one.
func (p *part) share(a *answer) {
	if p.net == nil {
		p.net = p.network(nil, nil)
	}
	p.solve(p.net, a)
	a.prices = slices.Clone(p.net.price[1+len(p.sources):])
}

// solve lets a part's network find its flow under a limit. What arrives later
// is there, but costs more than to do without.
func (p *part) solve(n *network, a *answer) {
	for i := range p.arcs {
		n.cost[i] = p.arcs[i].cost
		if !p.arcs[i].inTime(a.limit) {
			n.cost[i][unmetLevel] = artificial
		}
	}
	n.solve()
	for i := range p.arcs {
		a.amounts[i] += n.flow[i]
	}
}

// network makes the arcs root → source → line, and root → line for what is not
// met; those of the part come first. low pieces per arc are gone already and
// high is the most in all; nil = none and any number.
func (p *part) network(low, high []int64) *network {
	line := int32(1 + len(p.sources)) // the first one's node
	n := newNetwork(int(line)+len(p.wants), 2*len(p.arcs)+10*len(p.wants))
	copy(n.wants[line:], p.wants)
	gone := make([]int64, len(p.sources))
	for i, arc := range p.arcs {
		room := int64(maxFlow)
		if low != nil {
			w := p.sources[arc.source].weight
			room = (high[i] - low[i]) * w
			gone[arc.source] += low[i] * w
			n.wants[line+int32(arc.line)] -= low[i] * w
		}
		n.add(int32(1+arc.source), line+int32(arc.line), room, arc.cost)
	}
	for i := range p.sources {
		p.stock(n, i, gone[i])
	}
	for i := range p.wants {
		p.doWithout(n, line+int32(i), i)
	}
	return n
}

// stock lets a source have what it holds behind what is gone.
func (p *part) stock(n *network, source int, gone int64) {
	s := &p.sources[source]
	for _, r := range s.runs {
		room := r.pieces * s.weight
		skip := min(gone, room)
		gone -= skip
		if room > skip {
			n.add(root, int32(1+source), room-skip, r.cost)
		}
	}
}

// doWithout lets what a line's node wants stay unmet.
func (p *part) doWithout(n *network, node int32, line int) {
	n.wants[node] = max(0, n.wants[node])
	want := n.wants[node]
	for _, t := range p.tenths[line] {
		room := min(t.pieces, want)
		want -= room
		if room > 0 {
			n.add(root, node, room, t.cost)
		}
	}
}

// maxFlow is more than any arc carries.
const maxFlow = 1 << 62
