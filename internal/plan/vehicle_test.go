package plan_test

import (
	"math"
	"testing"

	"changbei/internal/plan"
)

func TestTrips(t *testing.T) {
	truck := plan.Vehicle{PayloadGram: 5_000_000, SpaceCm3: 20_000_000}
	for _, c := range []struct {
		name      string
		v         plan.Vehicle
		gram, cm3 int64
		want      int64
	}{
		{"nothing to carry", truck, 0, 0, 0},
		{"one gram takes one", truck, 1, 0, 1},
		{"a full one is one", truck, 5_000_000, 20_000_000, 1},
		{"a gram more is two", truck, 5_000_001, 1, 2},
		{"room decides where it asks for more", truck, 1, 60_000_001, 4},
		{"only the weight is set", plan.Vehicle{PayloadGram: 5_000_000}, 12_000_000, 1 << 50, 3},
		{"no vehicle is set", plan.Vehicle{}, 12_000_000, 1, 0},
		{"the most there can be", truck, math.MaxInt64, 0, math.MaxInt64/5_000_000 + 1},
	} {
		if got := c.v.Trips(c.gram, c.cm3); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if (plan.Vehicle{}).Known() || !(plan.Vehicle{SpaceCm3: 1}).Known() {
		t.Error("what is known of a vehicle is mistaken")
	}
}
