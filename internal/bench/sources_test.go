package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	reserve "changbei/internal/plan"
	"changbei/internal/sourcing"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// needLines is what a night may ask for at most, and mostPlans what its three
// plans may take, read and solved.
const (
	needLines = 60
	mostPlans = 1000 // ms, of each plan
)

// TestDispatchPlans works out the three plans of a needs list over all depots,
// and tells how far each may be from the best there is.
func TestDispatchPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		depots := number("DEPOTS", 180)
		p := plan{depots: depots, items: number("STOCK", 302_400) / depots / 3, lots: 3, recent: 20_000, closed: 2, mixed: true}
		a := adopt(t, e, p)
		a.roads(t)
		dis := dispatching.New(a.st)
		tb := newTable(fmt.Sprintf("three plans of %d lines over %d depots, %s, %s", needLines, depots, a.size(), e.Name),
			"targets", "lots", "ms best", "med", "each plan", "target", "read by hand ms", "ratio", "plan", "solved ms", "unmet", "last min", "gap")
		for _, targets := range []int{1, 4} {
			in := a.needs(targets)
			var whole, hand []float64
			var out dispatching.Sources
			for range planRounds {
				start := time.Now()
				got, err := dis.Sources(context.Background(), duty(0, access.Leader), in)
				whole = append(whole, ms(time.Since(start)))
				must(t, err)
				out, hand = got, append(hand, a.readLots(t, in))
			}
			best, byHand := slices.Min(whole), slices.Min(hand)
			cells := []any{targets, out.Tried, best, median(whole), best / 3, verdict(best/3 < mostPlans, "ms <", mostPlans), byHand, best / byHand}
			for _, k := range sourcing.Kinds {
				tb.row(append(cells, a.solved(t, out, k)...)...)
				cells = []any{"", "", "", "", "", "", "", ""}
			}
		}
		tb.print()
	})
}

// solved solves one plan alone and holds it against its bound.
func (a *adopted) solved(t *testing.T, out dispatching.Sources, k sourcing.Kind) []any {
	t.Helper()
	start := time.Now()
	p, err := out.Problem.Plan(k)
	took := ms(time.Since(start))
	must(t, err)
	g, err := p.Gap(out.Problem)
	must(t, err)
	gap := "0"
	for _, part := range g.Parts {
		gap = fmt.Sprintf("%s %d over %d", part.Measure.Name(), part.Plan, part.Bound)
	}
	return []any{k.Key(), took, len(p.Unmet()), p.Last, gap}
}

// roads makes two pairs of three known.
func (a *adopted) roads(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	sites := a.d.sites
	for i := range sites {
		must(t, a.st.Tx(ctx, func(tx *store.Tx) error {
			for j := range i {
				if (i+j)%3 == 0 {
					continue
				}
				r := store.Road{FromID: sites[j].depot.ID, ToID: sites[i].depot.ID, Minutes: 10 + (i*31+j*17)%110, Source: "量测", ActorName: "量测"}
				if err := tx.PutRoad(ctx, r); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// needs asks for goods in amounts that some depots together have.
func (a *adopted) needs(targets int) dispatching.SourceInput {
	var in dispatching.SourceInput
	for n := range targets {
		desk := a.d.sites[len(a.d.sites)-1-n].depot
		in.Targets = append(in.Targets, dispatching.TargetInput{DeskID: desk.ID, Name: fmt.Sprintf("%d号安置点", n)})
	}
	for n := range needLines {
		in.Needs = append(in.Needs, dispatching.SourceNeed{Target: n % targets, Goods: reserve.Target{Kind: reserve.OfItem, ID: a.goods[n/targets].ID},
			Qty: fmt.Sprint(20_000 + 1000*n)})
	}
	return in
}

// readLots times the one query that reads what there is.
func (a *adopted) readLots(t *testing.T, in dispatching.SourceInput) float64 {
	t.Helper()
	var items, depots []id.ID
	for _, n := range in.Needs {
		if !slices.Contains(items, n.Goods.ID) {
			items = append(items, n.Goods.ID)
		}
	}
	for _, s := range a.d.sites {
		depots = append(depots, s.depot.ID)
	}
	start := time.Now()
	f := store.PlanStockFilter{Scope: store.Scope{Depots: depots}, OnDay: day.At(time.Now()).First}
	_, err := a.st.Read().PlanLots(context.Background(), f, items, 1_000_000)
	must(t, err)
	return ms(time.Since(start))
}
