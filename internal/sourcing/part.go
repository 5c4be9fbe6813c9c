package sourcing

import (
	"math"
	"slices"
)

// noLimit lets goods arrive whenever they do; unknown roads are under no limit
// at all.
const noLimit = math.MaxInt

// part is a group under one objective: sources that hold pieces, lines that
// want some, and an arc for every line a source can serve.
type part struct {
	kind    Kind
	wants   []int64
	tenths  [][]run // per line: what leaving its need unmet costs, from the top
	sources []source
	arcs    []arc // by source, then by line
	plain   bool
	net     *network // of share, once it was asked
}

// source is a shelf as far as a plan may use it. Its pieces are taken from the
// first run to the last, since those that expire first cost least.
type source struct {
	shelf    int
	weight   int64
	runs     []run
	pieces   int64
	from, to int // its arcs
}

// run is a number of pieces of one cost.
type run struct {
	pieces int64
	cost   cost
}

// arc is a source serving a line.
type arc struct {
	source, line int
	arrival      int
	known        bool
	cost         cost // of what counts one
}

// inTime reports an arc that may be used under a limit.
func (a *arc) inTime(limit int) bool { return !a.known || a.arrival <= limit }

// part puts a group under an objective. used holds pieces per shelf that
// others have taken, nil = none.
func (m *model) part(k Kind, g *group, used []int64) *part {
	p := &part{kind: k, wants: g.wants, plain: g.plain}
	serve := map[int][]int{} // shelf -> lines
	var shelves []int
	for line, n := range g.needs {
		for _, c := range m.needs[n].Members {
			for _, s := range m.byItem[c.ItemID] {
				if serve[s] == nil {
					shelves = append(shelves, s)
				}
				serve[s] = append(serve[s], line)
			}
		}
	}
	slices.Sort(shelves)
	days := m.days(shelves)
	for _, s := range shelves {
		taken := int64(0)
		if used != nil {
			taken = used[s]
		}
		p.addSource(m, g, s, taken, serve[s], days)
	}
	p.tenths = make([][]run, len(p.wants))
	for line, want := range p.wants {
		p.tenths[line] = tenthsOf(want, len(p.wants) == 1)
	}
	return p
}

// days lists the expiry days on shelves, never at the end.
func (m *model) days(shelves []int) []string {
	var days []string
	for _, s := range shelves {
		for _, st := range m.shelves[s].stacks {
			if len(days) == 0 || days[len(days)-1] != st.Expires {
				days = append(days, st.Expires)
			}
		}
	}
	slices.SortFunc(days, byDay)
	return slices.Compact(days)
}

func (p *part) addSource(m *model, g *group, s int, taken int64, lines []int, days []string) {
	shelf := &m.shelves[s]
	src := source{shelf: s, weight: g.weights[shelf.at.ItemID], from: len(p.arcs)}
	open := shelf.open(p.kind) - taken
	for _, w := range p.wants { // more than all wants is of no use
		src.pieces += (w + src.weight - 1) / src.weight
	}
	src.pieces = min(src.pieces, open)
	if src.pieces <= 0 {
		return
	}
	src.runs = p.runs(shelf, taken, src.pieces, days)
	for _, line := range lines {
		r := m.roads[shelf.depot][m.target[g.needs[line]]]
		p.arcs = append(p.arcs, arc{source: len(p.sources), line: line, arrival: r.arrival(), known: r.known,
			cost: p.roadCost(r, m.Rank[shelf.at.DepotID])})
	}
	src.to = len(p.arcs)
	p.sources = append(p.sources, src)
}

// runs joins the stacks of one expiry day, behind what others have taken.
func (p *part) runs(s *shelf, taken, pieces int64, days []string) []run {
	var runs []run
	for _, st := range s.stacks {
		skip := min(taken, st.pieces)
		n := min(st.pieces-skip, pieces)
		taken -= skip
		pieces -= n
		if n == 0 {
			continue
		}
		day, _ := slices.BinarySearchFunc(days, st.Expires, byDay)
		var c cost
		c[orders[p.kind].expiry] = int64(day)
		if k := len(runs) - 1; k >= 0 && runs[k].cost == c {
			runs[k].pieces += n
			continue
		}
		runs = append(runs, run{n, c})
	}
	return runs
}

func (p *part) roadCost(r road, rank int) cost {
	o := orders[p.kind]
	var c cost
	c[o.rank] = int64(rank)
	c[quantityLevel] = 1
	if r.known {
		c[o.minutes] = int64(r.arrival())
	} else {
		c[o.unknown] = 1
	}
	return c
}

// tenthsOf says what it costs to leave a need unmet. Where lines share goods a
// need is cut into tenths, and the lower ones cost more: nobody gets a second
// tenth while somebody could have a first. A line alone has nothing to share.
func tenthsOf(want int64, alone bool) []run {
	steps := int64(10)
	if alone {
		steps = 1
	}
	var list []run
	for i := range steps {
		top := steps - i
		n := upTenth(want, top, steps) - upTenth(want, top-1, steps)
		if n > 0 {
			list = append(list, run{n, cost{unmetLevel: i + 1}})
		}
	}
	return list
}

// upTenth is n tenths of want, rounded up: a need of one piece is in the first.
func upTenth(want, n, of int64) int64 { return (want*n + of - 1) / of }

// unmet is what an amount missing from a line costs.
func (p *part) unmet(line int, missing int64) cost {
	var sum cost
	for _, t := range p.tenths[line] {
		n := min(t.pieces, missing)
		if n <= 0 {
			break
		}
		sum = sum.plus(t.cost.times(n))
		missing -= n
	}
	return sum
}

// price is what amounts over the arcs cost together: what is unmet, the roads,
// and the goods, first expired first.
func (p *part) price(amounts []int64) cost {
	var sum cost
	got := make([]int64, len(p.wants))
	for i := range p.sources {
		s := &p.sources[i]
		left := int64(0)
		for a := s.from; a < s.to; a++ {
			sum = sum.plus(p.arcs[a].cost.times(amounts[a]))
			got[p.arcs[a].line] += amounts[a]
			left += amounts[a]
		}
		for _, r := range s.runs {
			n := min(left, r.pieces*s.weight)
			sum = sum.plus(r.cost.times(n))
			left -= n
		}
	}
	for line, want := range p.wants {
		sum = sum.plus(p.unmet(line, max(0, want-got[line])))
	}
	return sum
}

// last is the last known arrival that amounts use, -1 when they use none.
func (p *part) last(amounts []int64) int {
	last := -1
	for i, a := range p.arcs {
		if amounts[i] > 0 && a.known {
			last = max(last, a.arrival)
		}
	}
	return last
}
