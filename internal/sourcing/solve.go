package sourcing

import (
	"slices"
)

// solved is one objective of a model under way: every group's part with its
// pieces, and the proof of how good they are.
type solved struct {
	kind   Kind
	parts  []*part
	pieces [][]int64
	proof  proof
}

// proof holds prices that show a plan to be the best one: see Gap.
type proof struct {
	prices [][]cost // per group and line
	limit  int      // the last arrival the groups were held to
	tight  int      // the group that cannot do without arriving so late, -1 = none
	before int      // what that group was held to in vain
	needed []cost   // and its prices then, nil where no known road is so fast
}

// solve finds the plan of a kind. The last arrival is that of the whole plan:
// groups are asked one after the other whether they can keep the latest of the
// others, and only one that cannot makes it later, by as little as it can.
func (m *model) solve(k Kind) *solved {
	s := &solved{kind: k, parts: make([]*part, len(m.groups)), pieces: make([][]int64, len(m.groups))}
	s.proof = proof{prices: make([][]cost, len(m.groups)), limit: -1, tight: -1}
	answers := make([]answer, len(m.groups))
	used := make([]int64, len(m.shelves)) // by lines that are planned one by one
	for i := range m.groups {
		g := &m.groups[i]
		s.parts[i] = m.part(k, g, used)
		answers[i] = s.parts[i].best(noLimit)
		if !g.chained {
			s.hold(i, &answers[i])
			continue
		}
		alone := &solved{kind: k, parts: s.parts, proof: proof{limit: -1}}
		alone.hold(i, &answers[i])
		s.pieces[i] = s.parts[i].floors(answers[i].amounts) // of a line alone
		for a, n := range s.pieces[i] {
			used[s.parts[i].sources[s.parts[i].arcs[a].source].shelf] += n
		}
		if alone.proof.limit > s.proof.limit {
			s.proof.limit, s.proof.tight = alone.proof.limit, i
			s.proof.before, s.proof.needed = alone.proof.before, alone.proof.needed
		}
	}
	for i, p := range s.parts {
		a := answers[i]
		if s.pieces[i] == nil {
			if a.last > s.proof.limit || a.limit != noLimit && a.limit != s.proof.limit {
				a = p.best(s.proof.limit)
			}
			s.pieces[i] = p.pieces(a, s.proof.limit)
		}
		s.proof.prices[i] = a.prices
		if m.groups[i].chained { // its own prices are for what others left
			s.proof.prices[i] = m.part(k, &m.groups[i], nil).best(s.proof.limit).prices
		}
	}
	return s
}

// hold makes the plan's last arrival late enough for a part, and no later. a is
// the part's answer without any limit; it becomes one that keeps the limit.
func (s *solved) hold(i int, a *answer) {
	if a.last <= s.proof.limit {
		return
	}
	p, free := s.parts[i], *a
	enough := func(b answer) bool {
		n := orders[p.kind].before
		return !free.total.upTo(n).less(b.total.upTo(n))
	}
	failed := answer{limit: s.proof.limit}
	if s.proof.limit >= 0 { // without any known road it would do worse than with some
		if failed = p.best(s.proof.limit); enough(failed) {
			*a = failed
			return
		}
	}
	// The first time tried is most often right: then the one before it fails
	// and the search is over. Else it goes back faster and faster, then halves.
	times := p.times(s.proof.limit, a.last)
	at, _ := slices.BinarySearch(times, p.guess())
	low, high, back, halve := 0, len(times)-1, 0, false
	for low <= high {
		at = min(max(at, low), high)
		if b := p.best(times[at]); enough(b) {
			*a, high = b, at-1
			at, back = high-back, 2*back+1
		} else {
			failed, low, halve = b, at+1, true
		}
		if halve {
			at = (low + high) / 2
		}
	}
	s.proof.limit = a.last
	s.proof.tight, s.proof.before, s.proof.needed = i, failed.limit, failed.prices
}

// guess is when every line could have its goods if it had them all for itself.
// The search for the last arrival begins there.
func (p *part) guess() int {
	latest := 0
	for line, want := range p.wants {
		var list []run // arrival by amount
		for _, a := range p.arcs {
			if s := &p.sources[a.source]; a.line == line && a.known {
				list = append(list, run{s.pieces * s.weight, cost{int64(a.arrival)}})
			}
		}
		slices.SortFunc(list, func(a, b run) int { return a.cost.compare(b.cost) })
		for _, r := range list {
			latest = max(latest, int(r.cost[0]))
			if want -= r.pieces; want <= 0 {
				break
			}
		}
	}
	return latest
}

// times lists the arrivals after one and before another.
func (p *part) times(after, before int) []int {
	var list []int
	for _, a := range p.arcs {
		if a.known && a.arrival > after && a.arrival < before {
			list = append(list, a.arrival)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
