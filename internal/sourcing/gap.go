package sourcing

// Gap says how far a plan may be from the best there is. No parts mean that it
// is proven the best.
type Gap struct{ Parts []GapPart }

// GapPart is lines whose plan is not proven the best. Measure is the first
// thing the objective counts in which a better plan is not ruled out: this plan
// has Plan of it and none has less than Bound, in the smallest pieces of the
// goods concerned; for OfArrival in minutes.
type GapPart struct {
	Lines       []int
	Measure     Measure
	Plan, Bound int64
}

// Proven reports a plan that cannot be bettered.
func (g Gap) Proven() bool { return len(g.Parts) == 0 }

// Gap holds a plan against a bound that does not come from it: with any price
// put on each line's goods, no plan costs less than what the lines would pay
// less what every piece would earn at the line that pays it best (Lagrange).
// The prices are those that were found with the plan; were they wrong, the
// bound would be lower and the gap wider, but never too small. A plan that was
// stored and read back has lost them and is not proven.
//
// With goods that can be divided the bound is reached. It is not where whole
// pieces of different weights leave a rest.
func (p Plan) Gap(of Problem) (Gap, error) {
	m, err := of.model()
	if err != nil {
		return Gap{}, err
	}
	var g Gap
	for i := range m.groups {
		part := m.part(p.Kind, &m.groups[i], nil)
		has := part.price(m.amounts(part, i, p.Takes))
		prices := make([]cost, len(part.wants)) // no proof, or one of other needs, proves nothing
		if i < len(p.proof.prices) && len(p.proof.prices[i]) == len(prices) {
			prices = p.proof.prices[i]
		}
		bound := part.bound(prices, p.proof.limit)
		if has.compare(bound) == 0 {
			continue
		}
		level := 0
		for has[level] == bound[level] {
			level++
		}
		g.Parts = append(g.Parts, GapPart{m.linesOf(i), orders[p.Kind].measure(level), has[level], max(0, bound[level])})
	}
	if late, ok := p.late(m); !ok {
		g.Parts = append(g.Parts, late)
	}
	return g, nil
}

// late proves that the last arrival cannot be earlier: one group, held to the
// next earlier one, would have to do worse in what counts more. That needs no
// prices where no known road is so fast: goods that now come over known roads
// would have to come over others or not at all, and both count more.
func (p Plan) late(m *model) (GapPart, bool) {
	if p.Last == 0 {
		return GapPart{}, true
	}
	part := GapPart{Measure: OfArrival, Plan: int64(p.Last)}
	t := p.proof.tight
	if t < 0 || t >= len(m.groups) {
		return part, false
	}
	part.Lines = m.linesOf(t)
	group := m.part(p.Kind, &m.groups[t], nil)
	n := orders[p.Kind].before
	has := group.price(m.amounts(group, t, p.Takes)).upTo(n)
	if p.proof.needed != nil && !has.less(group.bound(p.proof.needed, p.proof.before).upTo(n)) {
		return part, false
	}
	part.Bound = int64(p.Last)
	for _, a := range group.arcs {
		if a.known && a.arrival > p.proof.before {
			part.Bound = min(part.Bound, int64(a.arrival))
		}
	}
	return part, part.Bound == part.Plan
}

func (m *model) linesOf(group int) []int {
	var list []int
	for _, n := range m.groups[group].needs {
		list = append(list, m.needs[n].Line)
	}
	return list
}

// amounts reads a group's takes back.
func (m *model) amounts(p *part, group int, takes []Take) []int64 {
	type way struct {
		line int
		at   At
	}
	arcs := map[way]int{}
	for i, a := range p.arcs {
		s := p.sources[a.source]
		arcs[way{m.needs[m.groups[group].needs[a.line]].Line, m.shelves[s.shelf].at}] = i
	}
	amounts := make([]int64, len(p.arcs))
	for _, t := range takes {
		if i, ok := arcs[way{t.Line, At{t.DepotID, t.ItemID}}]; ok {
			s := p.sources[p.arcs[i].source]
			amounts[i] += int64(t.Qty/m.shelves[s.shelf].step) * s.weight
		}
	}
	return amounts
}

// bound is what a part costs at least under a limit, whatever the prices. Sums
// on the way may go beyond 64 bits and come back, which leaves the end right.
func (p *part) bound(prices []cost, limit int) cost {
	var sum cost
	for line, want := range p.wants {
		sum = sum.plus(prices[line].times(want))
		for _, t := range p.tenths[line] {
			sum = sum.minus(prices[line].minus(t.cost).positive().times(t.pieces))
		}
	}
	for i := range p.sources {
		s := &p.sources[i]
		var best cost
		for a := s.from; a < s.to; a++ {
			if arc := &p.arcs[a]; arc.inTime(limit) {
				if earns := prices[arc.line].minus(arc.cost); best.less(earns) {
					best = earns
				}
			}
		}
		for _, r := range s.runs {
			sum = sum.minus(best.minus(r.cost).positive().times(r.pieces * s.weight))
		}
	}
	return sum
}
