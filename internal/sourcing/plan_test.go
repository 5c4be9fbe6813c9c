package sourcing_test

import (
	"fmt"
	"testing"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"

	gocmp "github.com/google/go-cmp/cmp"
)

// roads names minutes by depot and place; what is not named is not known.
type roads map[[2]id.ID]int

func (r roads) minutes(depot, target id.ID) (int, bool) {
	m, known := r[[2]id.ID{depot, target}]
	return m, known
}

func have(depot, item id.ID, qty int64, expires string) sourcing.Supply {
	return sourcing.Supply{DepotID: depot, ItemID: item, LotID: depot*10 + item, PlaceID: depot * 100, Qty: quantity.Of(qty), Expires: expires}
}

func want(line int, target, item id.ID, qty int64) sourcing.Need {
	return sourcing.Need{Line: line, Target: target, Members: []sourcing.Member{{ItemID: item, Num: 1, Den: 1}}, Qty: quantity.Of(qty)}
}

func mustPlan(t *testing.T, p sourcing.Problem, k sourcing.Kind) sourcing.Plan {
	t.Helper()
	plan, err := p.Plan(k)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// said writes takes as "line: quantity of item from depot".
func said(plan sourcing.Plan) []string {
	var list []string
	for _, t := range plan.Takes {
		list = append(list, fmt.Sprintf("%d: %s of %d from %d", t.Line, t.Qty, t.ItemID, t.DepotID))
	}
	return list
}

func TestPlansTake(t *testing.T) {
	two := []sourcing.Need{want(1, 91, 1, 100), want(2, 92, 1, 100)}
	for _, c := range []struct {
		name string
		kind sourcing.Kind
		p    sourcing.Problem
		want []string
	}{
		{"the nearest first", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 40, {12, 91}: 20}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 9, ""), have(12, 1, 3, "")}},
			[]string{"1: 3 of 1 from 12", "1: 2 of 1 from 11"}},
		{"loading counts to the arrival", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 40, {12, 91}: 20}.minutes, Loading: map[id.ID]int{12: 30},
			Supplies: []sourcing.Supply{have(11, 1, 9, ""), have(12, 1, 9, "")}},
			[]string{"1: 5 of 1 from 11"}},
		{"an unknown road only for what nobody else has", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 400}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 3, ""), have(12, 1, 9, "")}},
			[]string{"1: 3 of 1 from 11", "1: 2 of 1 from 12"}},
		{"the earliest last arrival though it is more on the road", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 1), want(2, 92, 1, 1)}, Road: roads{{11, 91}: 10, {11, 92}: 60, {12, 91}: 60, {12, 92}: 100}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 1, ""), have(12, 1, 1, "")}},
			[]string{"1: 1 of 1 from 12", "2: 1 of 1 from 11"}},
		{"the least on the road when the last arrival is another line's", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 1), want(2, 92, 1, 1), want(3, 93, 2, 1)}, Road: roads{{11, 91}: 10, {11, 92}: 60, {12, 91}: 60, {12, 92}: 100, {12, 93}: 300}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 1, ""), have(12, 1, 1, ""), have(12, 2, 1, "")}},
			[]string{"1: 1 of 1 from 11", "2: 1 of 1 from 12", "3: 1 of 2 from 12"}},
		{"own level first at the same time", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 40, {12, 91}: 40}.minutes, Rank: map[id.ID]int{11: 1},
			Supplies: []sourcing.Supply{have(11, 1, 9, "2026-01-01"), have(12, 1, 9, "")}},
			[]string{"1: 5 of 1 from 12"}},
		{"what expires first at the same time and level", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 40, {12, 91}: 40}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 9, ""), have(12, 1, 9, "2026-01-01")}},
			[]string{"1: 5 of 1 from 12"}},
		{"half each of what is not enough for both, wherever it lies", sourcing.Fastest, sourcing.Problem{
			Needs: two, Road: roads{{11, 91}: 5, {11, 92}: 90}.minutes, Supplies: []sourcing.Supply{have(11, 1, 100, "")}},
			[]string{"1: 50 of 1 from 11", "2: 50 of 1 from 11"}},
		{"a tenth of both needs", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 100), want(2, 92, 1, 10)}, Road: roads{{11, 91}: 5, {11, 92}: 90}.minutes, Supplies: []sourcing.Supply{have(11, 1, 11, "")}},
			[]string{"1: 10 of 1 from 11", "2: 1 of 1 from 11"}},
		{"the last piece to whom it reaches first", sourcing.Fastest, sourcing.Problem{
			Needs: two, Road: roads{{11, 91}: 90, {11, 92}: 5}.minutes, Supplies: []sourcing.Supply{have(11, 1, 1, "")}},
			[]string{"2: 1 of 1 from 11"}},
		{"one for both rather than all for one", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(4), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 1}, {ItemID: 2, Num: 1, Den: 1}}}, want(2, 91, 1, 4)},
			Road:  roads{{11, 91}: 5, {12, 91}: 90}.minutes, Supplies: []sourcing.Supply{have(11, 1, 4, ""), have(12, 2, 4, "")}},
			[]string{"1: 4 of 2 from 12", "2: 4 of 1 from 11"}},
		{"not below the minimum", sourcing.KeepMinimum, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 9)}, Road: roads{{11, 91}: 5, {12, 91}: 90}.minutes, Floors: map[sourcing.At]quantity.Q{{DepotID: 11, ItemID: 1}: quantity.Of(4)},
			Supplies: []sourcing.Supply{have(11, 1, 10, ""), have(12, 1, 10, "")}},
			[]string{"1: 6 of 1 from 11", "1: 3 of 1 from 12"}},
		{"nothing of what is below its minimum already", sourcing.KeepMinimum, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 9)}, Road: roads{{11, 91}: 5}.minutes, Floors: map[sourcing.At]quantity.Q{{DepotID: 11, ItemID: 1}: quantity.Of(14)},
			Supplies: []sourcing.Supply{have(11, 1, 10, "")}}, nil},
		{"own level before near", sourcing.KeepMinimum, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 9)}, Road: roads{{11, 91}: 5, {12, 91}: 90}.minutes, Rank: map[id.ID]int{11: 1},
			Supplies: []sourcing.Supply{have(11, 1, 10, ""), have(12, 1, 7, "")}},
			[]string{"1: 2 of 1 from 11", "1: 7 of 1 from 12"}},
		{"what expires first, however far", sourcing.ExpiringFirst, sourcing.Problem{
			Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 5, {12, 91}: 90}.minutes,
			Supplies: []sourcing.Supply{have(11, 1, 9, ""), have(12, 1, 2, "2027-12-31"), have(13, 1, 1, "2027-01-01")}},
			[]string{"1: 2 of 1 from 11", "1: 2 of 1 from 12", "1: 1 of 1 from 13"}},
		{"three packs are one crate of twenty-four", sourcing.Fastest, sourcing.Problem{
			Needs:    []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(3), Members: []sourcing.Member{{ItemID: 1, Num: 24, Den: 1}}}},
			Supplies: []sourcing.Supply{have(11, 1, 5, "")}},
			[]string{"1: 1 of 1 from 11"}},
		{"three packs are seventy-two bottles", sourcing.Fastest, sourcing.Problem{
			Needs:    []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(3), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 24}}}},
			Supplies: []sourcing.Supply{have(11, 1, 500, "")}},
			[]string{"1: 72 of 1 from 11"}},
		{"loose ones near for what a crate far would be too much for", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(27), Members: []sourcing.Member{{ItemID: 1, Num: 24, Den: 1}, {ItemID: 2, Num: 1, Den: 1}}}},
			Road:  roads{{11, 91}: 5, {12, 91}: 5}.minutes, Supplies: []sourcing.Supply{have(11, 1, 5, ""), have(12, 2, 100, "")}},
			[]string{"1: 1 of 1 from 11", "1: 3 of 2 from 12"}},
		{"enough for both by giving each what suits it", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(2), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 1}, {ItemID: 2, Num: 5, Den: 1}}},
				{Line: 2, Target: 91, Qty: quantity.Of(4), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 1}, {ItemID: 2, Num: 5, Den: 1}}}},
			Supplies: []sourcing.Supply{have(11, 1, 3, ""), have(11, 2, 1, "")}},
			[]string{"1: 2 of 1 from 11", "2: 1 of 2 from 11"}},
		{"line by line where ratios contradict each other", sourcing.Fastest, sourcing.Problem{
			Needs: []sourcing.Need{{Line: 1, Target: 91, Qty: quantity.Of(2), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 1}, {ItemID: 2, Num: 2, Den: 1}}},
				{Line: 2, Target: 91, Qty: quantity.Of(3), Members: []sourcing.Member{{ItemID: 1, Num: 1, Den: 1}, {ItemID: 2, Num: 3, Den: 1}}}},
			Road:     roads{{11, 91}: 5, {12, 91}: 7}.minutes,
			Supplies: []sourcing.Supply{have(11, 2, 1, ""), have(12, 1, 4, "")}},
			[]string{"1: 1 of 2 from 11", "2: 3 of 1 from 12"}},
		{"nothing where there is nothing", sourcing.Fastest, sourcing.Problem{Needs: two}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := gocmp.Diff(c.want, said(mustPlan(t, c.p, c.kind))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLotsGoFirstExpiredFirst(t *testing.T) {
	lot := func(lot id.ID, qty int64, expires, bin string) sourcing.Supply {
		return sourcing.Supply{DepotID: 11, ItemID: 1, LotID: lot, PlaceID: 110, Bin: bin, Qty: quantity.Of(qty), Expires: expires}
	}
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 6), want(2, 92, 1, 5)}, Road: roads{{11, 91}: 5, {11, 92}: 6}.minutes,
		Supplies: []sourcing.Supply{lot(1, 9, "", "A"), lot(2, 3, "2027-02-01", "B"), lot(3, 4, "2026-12-31", "C"), lot(3, 2, "2026-12-31", "C")}}
	var got []sourcing.Lot
	for _, take := range mustPlan(t, p, sourcing.Fastest).Takes {
		got = append(got, take.Lots...)
	}
	want := []sourcing.Lot{{LotID: 3, PlaceID: 110, Bin: "C", Expires: "2026-12-31", Qty: quantity.Of(6)},
		{LotID: 2, PlaceID: 110, Bin: "B", Expires: "2027-02-01", Qty: quantity.Of(3)}, {LotID: 1, PlaceID: 110, Bin: "A", Qty: quantity.Of(2)}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSerialsAndRestsStayWhole(t *testing.T) {
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 3), want(2, 91, 2, 3)}}
	for i := range 2 {
		p.Supplies = append(p.Supplies, sourcing.Supply{DepotID: 11, ItemID: 1, LotID: id.ID(1 + i), Qty: quantity.One, Decimals: 3, Serial: true},
			sourcing.Supply{DepotID: 11, ItemID: 2, LotID: id.ID(1 + i), Qty: 1600})
	}
	plan := mustPlan(t, p, sourcing.Fastest)
	if diff := gocmp.Diff([]string{"1: 2 of 1 from 11", "2: 2 of 2 from 11"}, said(plan)); diff != "" {
		t.Error(diff)
	}
	if r := plan.Remains[1]; r.Before != 3200 || r.After != 1200 {
		t.Errorf("%+v", r)
	}
}

func TestPlansSayWhatRemainsAndWhatIsHeld(t *testing.T) {
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 9)}, Road: roads{{11, 91}: 5}.minutes, Floors: map[sourcing.At]quantity.Q{{DepotID: 11, ItemID: 1}: quantity.Of(4), {DepotID: 12, ItemID: 1}: quantity.Of(8)},
		Supplies: []sourcing.Supply{have(11, 1, 10, ""), have(12, 1, 5, "")}}
	plan := mustPlan(t, p, sourcing.Fastest)
	if diff := gocmp.Diff([]sourcing.Remain{{DepotID: 11, ItemID: 1, Before: 10_000, After: 1000, Minimum: 4000, BelowBy: 3000}}, plan.Remains); diff != "" {
		t.Error(diff)
	}
	plan = mustPlan(t, p, sourcing.KeepMinimum)
	if diff := gocmp.Diff([]sourcing.Held{{Line: 1, DepotID: 11, ItemID: 1, Qty: 4000}, {Line: 1, DepotID: 12, ItemID: 1, Qty: 5000}}, plan.Held); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]sourcing.Line{{Line: 1, Asked: 9000, Met: 6000, Unmet: 3000}}, plan.Unmet()); diff != "" {
		t.Error(diff)
	}
}

func TestLegsCountVehicles(t *testing.T) {
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 10), want(2, 91, 2, 3), want(3, 91, 3, 1), want(4, 92, 2, 1)}, Road: roads{{11, 91}: 25}.minutes, Loading: map[id.ID]int{11: 15},
		Supplies: []sourcing.Supply{have(11, 1, 10, ""), have(11, 2, 4, ""), have(11, 3, 1, "")},
		Rates:    map[id.ID]sourcing.Rate{1: {WeightGram: 40_000, VolumeCm3: 90_000}, 2: {VolumeCm3: 400_000}}, Vehicle: sourcing.Vehicle{PayloadGram: 150_000, SpaceCm3: 1_000_000}}
	got := mustPlan(t, p, sourcing.Fastest).Legs
	want := []sourcing.Leg{{DepotID: 11, Target: 91, Minutes: 25, Loading: 15, Known: true, Arrival: 40, Vehicles: 3, WeightGram: 400_000, VolumeCm3: 2_100_000, Uncounted: []id.ID{3}},
		{DepotID: 11, Target: 92, Loading: 15, Vehicles: 1, VolumeCm3: 400_000}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.Vehicle = sourcing.Vehicle{PayloadGram: 400_000}
	if legs := mustPlan(t, p, sourcing.Fastest).Legs; legs[0].Vehicles != 1 || legs[1].Vehicles != 0 {
		t.Errorf("%d and %d vehicles by weight alone", legs[0].Vehicles, legs[1].Vehicles)
	}
}

func TestPlansSayHowFarTheyAre(t *testing.T) {
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 5)}, Road: roads{{11, 91}: 40}.minutes, Loading: map[id.ID]int{11: 5},
		Supplies: []sourcing.Supply{have(11, 1, 3, ""), have(12, 1, 9, "")}}
	plan := mustPlan(t, p, sourcing.Fastest)
	if plan.Last != 45 || !plan.Unknown || plan.Work != 3*45*1000 {
		t.Errorf("last %d, unknown %v, work %d", plan.Last, plan.Unknown, plan.Work)
	}
}

func TestCompareTellsWherePlansDiffer(t *testing.T) {
	p := sourcing.Problem{Needs: []sourcing.Need{want(1, 91, 1, 9), want(2, 91, 2, 1)}, Road: roads{{11, 91}: 5, {12, 91}: 90}.minutes, Floors: map[sourcing.At]quantity.Q{{DepotID: 11, ItemID: 1}: quantity.Of(4)},
		Supplies: []sourcing.Supply{have(11, 1, 10, ""), have(12, 1, 10, ""), have(11, 2, 5, "")}}
	plans, err := p.Plans()
	if err != nil {
		t.Fatal(err)
	}
	figures, different := sourcing.Compare(plans)
	wantFigures := []sourcing.Figures{
		{Kind: sourcing.Fastest, Last: 5, Depots: 1, Legs: 1, Below: 1, Work: 50_000, SameAs: sourcing.Fastest},
		{Kind: sourcing.KeepMinimum, Last: 90, Depots: 2, Legs: 2, Work: 305_000, SameAs: sourcing.KeepMinimum},
		{Kind: sourcing.ExpiringFirst, Last: 5, Depots: 1, Legs: 1, Below: 1, Work: 50_000, SameAs: sourcing.Fastest}}
	if diff := gocmp.Diff(wantFigures, figures); diff != "" {
		t.Error(diff)
	}
	q := func(list ...int64) (out []quantity.Q) {
		for _, n := range list {
			out = append(out, quantity.Of(n))
		}
		return out
	}
	wantDifferent := []sourcing.Difference{{Line: 1, DepotID: 11, ItemID: 1, Qty: q(9, 6, 9)}, {Line: 1, DepotID: 12, ItemID: 1, Qty: q(0, 3, 0)}}
	if diff := gocmp.Diff(wantDifferent, different); diff != "" {
		t.Error(diff)
	}
}

func TestKindsHaveKeys(t *testing.T) {
	for _, k := range sourcing.Kinds {
		if got, ok := sourcing.ParseKind(k.Key()); got != k || !ok || k.Name() == "" || k.Rule() == "" {
			t.Errorf("%d is read back as %d, %v", k, got, ok)
		}
	}
	if _, ok := sourcing.ParseKind("cheapest"); ok {
		t.Error("a kind that is none was read")
	}
}
