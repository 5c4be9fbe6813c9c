package sourcing

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawOffers draws sorted offers with many equal costs, which are what makes a
// choice of pieces hard.
func drawOffers(t *rapid.T, weights []int64) []offer {
	var list []offer
	for i := range rapid.IntRange(1, 12).Draw(t, "offers") {
		o := offer{arc: i, pieces: rapid.Int64Range(1, 30).Draw(t, "pieces"), weight: rapid.SampledFrom(weights).Draw(t, "weight")}
		o.cost[1] = rapid.Int64Range(0, 1).Draw(t, "unknown")
		o.cost[2] = rapid.Int64Range(0, 6).Draw(t, "minutes")
		o.cost[quantityLevel] = 1
		list = append(list, o)
	}
	slices.SortStableFunc(list, func(a, b offer) int { return a.cost.compare(b.cost) })
	return list
}

// cheapest goes through all amounts up to want, piece by piece.
func cheapest(want int64, list []offer) cost {
	never := cost{1 << 62}
	least := make([]cost, want+1)
	for v := range least[1:] {
		least[v+1] = never
	}
	for _, o := range list {
		for range o.pieces {
			for v := want; v > 0; v-- {
				if from := least[max(0, v-o.weight)]; from != never {
					if c := from.plus(o.piece()); c.less(least[v]) {
						least[v] = c
					}
				}
			}
		}
	}
	return least[want]
}

func TestCoverIsTheCheapest(t *testing.T) {
	for _, weights := range [][]int64{{1, 3}, {1, 24}, {2, 3, 5}, {5, 12, 18}, {7, 9}, {1, 2, 3, 4}, {6, 10, 15}, {1, 50}} {
		rapid.Check(t, func(t *rapid.T) {
			list := drawOffers(t, weights)
			all := worth(list)
			want := rapid.Int64Range(1, all+3).Draw(t, "want")
			take := cover(want, list)
			got := int64(0)
			for i, o := range list {
				if take[i] < 0 || take[i] > o.pieces {
					t.Fatalf("%d pieces of %d", take[i], o.pieces)
				}
				got += take[i] * o.weight
			}
			if want >= all {
				if got != all {
					t.Fatalf("%d of all %d for %d", got, all, want)
				}
				return
			}
			if best := cheapest(want, list); got < want || total(list, take) != best {
				t.Fatalf("%v for %d counts %d at %v; the best is %v: %+v", take, want, got, total(list, take), best, list)
			}
			for i, o := range list {
				if take[i] > 0 && got-o.weight >= want {
					t.Fatalf("a piece of %d is not needed: %v for %d of %+v", o.weight, take, want, list)
				}
			}
		})
	}
}

// Where there is too much to try, the choice still covers, and is near.
func TestCoverOfWeightsFarApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawOffers(t, []int64{997, 1009, 2003, 40_009})
		for i := range list {
			list[i].pieces *= 1000
		}
		want := rapid.Int64Range(1, worth(list)).Draw(t, "want")
		take := cover(want, list)
		got := int64(0)
		for i, o := range list {
			got += take[i] * o.weight
		}
		if got < want || got-want >= 40_009 {
			t.Fatalf("%d for %d", got, want)
		}
		_, bound, price := divide(want, list)
		if most := bound.plus(price.times(40_009)).plus(cost{1: 40_009, 2: 6 * 40_009, quantityLevel: 40_009}); total(list, take).less(bound) || most.less(total(list, take)) {
			t.Fatalf("%v is not between %v and %v", total(list, take), bound, most)
		}
	})
}
