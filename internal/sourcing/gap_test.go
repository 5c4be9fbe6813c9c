package sourcing

import (
	"testing"

	"changbei/internal/id"
	"changbei/internal/quantity"

	"github.com/google/go-cmp/cmp"
)

// TestGapSeesALateArrival: the least quantity × minutes is proven for plans that
// arrive by 100 minutes, and yet one arrives by 60.
func TestGapSeesALateArrival(t *testing.T) {
	minutes := map[[2]id.ID]int{{11, 91}: 10, {11, 92}: 60, {12, 91}: 60, {12, 92}: 100}
	p := Problem{Road: func(depot, target id.ID) (int, bool) { return minutes[[2]id.ID{depot, target}], true }}
	for i := range id.ID(2) {
		p.Needs = append(p.Needs, Need{Line: int(1 + i), Target: 91 + i, Qty: quantity.One, Members: []Member{{ItemID: 1, Num: 1, Den: 1}}})
		p.Supplies = append(p.Supplies, Supply{DepotID: 11 + i, ItemID: 1, LotID: 1, Qty: quantity.One})
	}
	m, err := p.model()
	if err != nil {
		t.Fatal(err)
	}
	s := m.solve(Fastest)
	free := s.parts[0].best(noLimit)
	s.pieces[0], s.proof.prices[0], s.proof.limit = s.parts[0].floors(free.amounts), free.prices, free.last
	for _, c := range []struct {
		tight int
		bound int64
	}{{s.proof.tight, 60}, {-1, 0}} {
		w := writer{model: m, solved: s, plan: Plan{Kind: Fastest, proof: s.proof}}
		w.plan.proof.tight = c.tight
		w.takes()
		gap, err := w.plan.Gap(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(gap.Parts) != 1 {
			t.Fatalf("%+v", gap)
		}
		gap.Parts[0].Lines = nil
		if diff := cmp.Diff(GapPart{Measure: OfArrival, Plan: 100, Bound: c.bound}, gap.Parts[0]); diff != "" {
			t.Error(diff)
		}
	}
}
