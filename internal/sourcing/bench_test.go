package sourcing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
)

// BenchmarkThreePlans makes each plan of a district of 180 depots, 60 items and
// 5,000 lots for one receiving place (60 lines) and for eight (480 lines), with
// goods that count one for one and with equivalents. It reports ms per plan,
// the lines that are not proven the best, how far these are from their bound in
// parts of a million at most, and how many times longer it takes than reading
// the problem once and handing out what is near.
func BenchmarkThreePlans(b *testing.B) {
	for _, targets := range []int{1, 8} {
		for _, groups := range []bool{false, true} {
			p := district{seed: 1, depots: 180, items: 60, lots: 5000, targets: targets, groups: groups}.make()
			b.Run(fmt.Sprintf("targets=%d/equivalents=%v", targets, groups), func(b *testing.B) {
				for _, k := range sourcing.Kinds {
					b.Run(k.Key(), func(b *testing.B) { benchmark(b, p, k) })
				}
			})
		}
	}
}

func benchmark(b *testing.B, p sourcing.Problem, k sourcing.Kind) {
	var plan sourcing.Plan
	var err error
	var took, floor time.Duration
	for b.Loop() { // in turns, so that both meet the same machine
		start := time.Now()
		near(p)
		middle := time.Now()
		if plan, err = p.Plan(k); err != nil {
			b.Fatal(err)
		}
		floor, took = floor+middle.Sub(start), took+time.Since(middle)
	}
	gap, err := plan.Gap(p)
	if err != nil {
		b.Fatal(err)
	}
	lines, far := 0, int64(0)
	for _, part := range gap.Parts {
		lines += len(part.Lines)
		far = max(far, (part.Plan-part.Bound)*1_000_000/max(1, part.Plan))
	}
	b.ReportMetric(0, "ns/op") // of both together
	b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "ms/plan")
	b.ReportMetric(float64(took)/float64(floor), "x-naive")
	b.ReportMetric(float64(lines), "lines-unproven")
	b.ReportMetric(float64(far), "gap-ppm")
}

// near is the floor: the problem read once, and every line in turn given what
// is nearest.
func near(p sourcing.Problem) int {
	free := map[id.ID]map[id.ID]quantity.Q{}
	for _, s := range p.Supplies {
		if free[s.ItemID] == nil {
			free[s.ItemID] = map[id.ID]quantity.Q{}
		}
		free[s.ItemID][s.DepotID] += s.Qty
	}
	type offer struct {
		minutes int
		m       sourcing.Member
		depot   id.ID
	}
	takes := 0
	for _, n := range p.Needs {
		var list []offer
		for _, m := range n.Members {
			for depot := range free[m.ItemID] {
				minutes, known := p.Road(depot, n.Target)
				if !known {
					minutes = 10_000
				}
				list = append(list, offer{minutes, m, depot})
			}
		}
		slices.SortFunc(list, func(a, b offer) int { return cmp.Compare(a.minutes, b.minutes) })
		open := n.Qty
		for _, o := range list {
			if open <= 0 {
				break
			}
			q := min(free[o.m.ItemID][o.depot], (open*quantity.Q(o.m.Den)+quantity.Q(o.m.Num)-1)/quantity.Q(o.m.Num))
			free[o.m.ItemID][o.depot] -= q
			open -= q * quantity.Q(o.m.Num) / quantity.Q(o.m.Den)
			takes++
		}
	}
	return takes
}
