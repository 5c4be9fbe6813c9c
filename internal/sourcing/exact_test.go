package sourcing_test

import (
	"fmt"
	"slices"
	"testing"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"

	"pgregory.net/rapid"
)

// small draws a problem that brute force can try out.
type small struct {
	depots, items, lines, targets int
	pieces                        int // on a shelf at most
	step                          quantity.Q
	decimals                      int
	need                          func(t *rapid.T, n *sourcing.Need) // its ratios
}

func (s small) draw(t *rapid.T) sourcing.Problem {
	p := sourcing.Problem{Floors: map[sourcing.At]quantity.Q{}, Loading: map[id.ID]int{}, Rank: map[id.ID]int{}}
	depots, items := rapid.IntRange(1, s.depots).Draw(t, "depots"), rapid.IntRange(1, s.items).Draw(t, "items")
	minutes := map[[2]id.ID]int{}
	targets := rapid.IntRange(1, s.targets).Draw(t, "targets")
	for d := range depots {
		dep := id.ID(100 + d)
		p.Loading[dep] = rapid.IntRange(0, 2).Draw(t, "loading")
		p.Rank[dep] = rapid.IntRange(0, 2).Draw(t, "rank")
		for to := range targets {
			if m := rapid.IntRange(-1, 5).Draw(t, "minutes"); m >= 0 {
				minutes[[2]id.ID{dep, id.ID(900 + to)}] = m
			}
		}
		for i := range items {
			s.drawShelf(t, &p, sourcing.At{DepotID: dep, ItemID: id.ID(1 + i)})
		}
	}
	p.Road = func(d, to id.ID) (int, bool) { m, known := minutes[[2]id.ID{d, to}]; return m, known }
	for line := range rapid.IntRange(1, s.lines).Draw(t, "lines") {
		p.Needs = append(p.Needs, s.drawNeed(t, line+1, items, targets))
	}
	return p
}

func (s small) drawShelf(t *rapid.T, p *sourcing.Problem, at sourcing.At) {
	left := s.pieces
	for lot := range rapid.IntRange(0, 2).Draw(t, "lots") {
		n := rapid.IntRange(0, left).Draw(t, "pieces")
		left -= n
		day := rapid.SampledFrom([]string{"", "2026-01-31", "2026-02-28", "2027-01-01"}).Draw(t, "expires")
		p.Supplies = append(p.Supplies, sourcing.Supply{DepotID: at.DepotID, ItemID: at.ItemID, LotID: id.ID(lot + 1), PlaceID: at.DepotID * 10,
			Qty: quantity.Q(n) * s.step, Expires: day, Decimals: s.decimals})
	}
	p.Floors[at] = quantity.Q(rapid.IntRange(0, 3).Draw(t, "floor")) * s.step
}

func (s small) drawNeed(t *rapid.T, line, items, targets int) sourcing.Need {
	n := sourcing.Need{Line: line, Target: id.ID(900 + rapid.IntRange(0, targets-1).Draw(t, "target")), Decimals: 3}
	first := rapid.IntRange(0, items-1).Draw(t, "item")
	for i := range items {
		if i == first || rapid.Bool().Draw(t, "member") {
			n.Members = append(n.Members, sourcing.Member{ItemID: id.ID(1 + i), Num: 1, Den: 1})
		}
	}
	n.Qty = quantity.Q(rapid.IntRange(1, 6).Draw(t, "qty")) * s.step
	if s.need != nil {
		s.need(t, &n)
	}
	return n
}

// compare holds all three plans against brute force.
func compare(t *rapid.T, p sourcing.Problem, m mode) {
	for _, k := range sourcing.Kinds {
		b := newBrute(p, k, m)
		want := b.run()
		plan, err := p.Plan(k)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.of(plan); !b.needsAll() || !slices.Equal(got, want) {
			t.Fatalf("%s: %v and the best is %v\n%s\n%+v", k.Name(), got, want, tell(p), plan)
		}
		gap, err := plan.Gap(p)
		if err != nil {
			t.Fatal(err)
		}
		if m == plain && !gap.Proven() {
			t.Fatalf("%s is the best but not proven: %+v\n%s\n%+v", k.Name(), gap, tell(p), plan)
		}
		for _, part := range gap.Parts {
			if part.Bound > part.Plan {
				t.Fatalf("%s: the best is below its bound: %+v\n%s\n%+v", k.Name(), gap, tell(p), plan)
			}
		}
	}
}

func tell(p sourcing.Problem) string {
	text := ""
	for _, n := range p.Needs {
		text += fmt.Sprintf("need %+v\n", n)
	}
	for _, s := range p.Supplies {
		for _, n := range p.Needs {
			m, known := p.Road(s.DepotID, n.Target)
			text += fmt.Sprintf("%d-%d %d+%d %v; ", s.DepotID, n.Target, m, p.Loading[s.DepotID], known)
		}
		text += fmt.Sprintf("%+v floor %s rank %d\n", s, p.Floors[sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}], p.Rank[s.DepotID])
	}
	return text
}

// Lines that share goods one for one, several places, unknown roads, minima.
func TestPlansAreTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 2, items: 2, lines: 3, targets: 2, pieces: 3, step: quantity.One}.draw(t), plain)
	})
}

// One item, many depots.
func TestPlansOfOneItemAreTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 4, items: 1, lines: 3, targets: 2, pieces: 3, step: quantity.One}.draw(t), plain)
	})
}

// The smallest amounts a unit with three decimals has.
func TestPlansOfThousandthsAreTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 2, items: 2, lines: 2, targets: 2, pieces: 4, step: 1, decimals: 3}.draw(t), plain)
	})
}

// Lines of one item each, in units of their own: 3 packs, 30 bottles.
func TestPlansOfPacksAreTheBestOfAll(t *testing.T) {
	ratios := []sourcing.Member{{Num: 1, Den: 1}, {Num: 24, Den: 1}, {Num: 2, Den: 1}, {Num: 1, Den: 2}, {Num: 1, Den: 3}, {Num: 4, Den: 3}}
	packs := func(t *rapid.T, n *sourcing.Need) {
		r := rapid.SampledFrom(ratios).Draw(t, "ratio")
		n.Members = []sourcing.Member{{ItemID: n.Members[0].ItemID, Num: r.Num, Den: r.Den}}
	}
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 3, items: 2, lines: 3, targets: 2, pieces: 3, step: quantity.One, need: packs}.draw(t), plain)
	})
}

// weights draws what each item counts, the same in every line.
func weights(t *rapid.T) func(*rapid.T, *sourcing.Need) {
	ratios := []sourcing.Member{{Num: 1, Den: 1}, {Num: 2, Den: 1}, {Num: 3, Den: 1}, {Num: 1, Den: 2}, {Num: 4, Den: 3}, {Num: 5, Den: 1}}
	var of [4]sourcing.Member
	for i := range of {
		of[i] = rapid.SampledFrom(ratios).Draw(t, "ratio")
	}
	return func(_ *rapid.T, n *sourcing.Need) {
		for i := range n.Members {
			m := &n.Members[i]
			m.Num, m.Den = of[m.ItemID].Num, of[m.ItemID].Den
		}
	}
}

// One line of goods of different weights.
func TestOneLineOfSeveralWeightsIsTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 2, items: 3, lines: 1, targets: 1, pieces: 4, step: quantity.One, need: weights(t)}.draw(t), mixed)
	})
}

// Several lines that share goods of different weights.
func TestLinesOfSeveralWeightsAreTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, small{depots: 2, items: 2, lines: 3, targets: 2, pieces: 3, step: quantity.One, need: weights(t)}.draw(t), mixed)
	})
}
