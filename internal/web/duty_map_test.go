package web

import (
	"math"
	"slices"
	"testing"

	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/web/view"

	"pgregory.net/rapid"
)

// TestTheSketchGuessesNoPlace draws districts of any shape: what has
// coordinates stands where they say, by one scale and north up; what has none
// stands in the column; every street is there once.
func TestTheSketchGuessesNoPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := dispatching.Duty{District: place.Division{Code: "0", Name: "望城区", Lng: 112_800_000, Lat: 28_350_000}}
		for i := range rapid.IntRange(0, 20).Draw(t, "streets") {
			s := place.Division{Code: id.ID(i + 1).String(), Name: "某街道", Parent: "0"}
			if rapid.Bool().Draw(t, "located") {
				s.Lng, s.Lat = 112_600_000+rapid.Int64Range(0, 500_000).Draw(t, "lng"), 28_200_000+rapid.Int64Range(0, 500_000).Draw(t, "lat")
			}
			d.Streets = append(d.Streets, s)
			d.Depots = append(d.Depots, dispatching.DutyDepot{Depot: place.Depot{ID: id.ID(i + 1)}, Street: s.Code})
			d.Loads = append(d.Loads, dispatching.DutyLoad{Shipment: order.Shipment{Status: order.Left}, From: "0", To: s.Code, Late: i%2 == 0})
		}
		marks := map[id.ID]dutyMark{1: {kinds: 12, lines: 3}, 2: {kinds: 4, lines: 3, short: 2}}
		m := dutyMap(d, marks)
		if len(m.Nodes) != len(d.Streets)+1 || len(m.Arrows) != len(d.Streets) {
			t.Fatalf("%d nodes and %d arrows for %d streets", len(m.Nodes), len(m.Arrows), len(d.Streets))
		}
		var known []place.Division
		for _, x := range append([]place.Division{d.District}, d.Streets...) {
			if x.Located() {
				known = append(known, x)
			}
		}
		nodes := slices.Clone(m.Nodes)
		for i, n := range nodes {
			if n.X < 0 || n.X > m.Width || n.Y < 0 || n.Y > m.Height {
				t.Fatalf("%+v lies outside %d × %d", n, m.Width, m.Height)
			}
			if n.Known != (i < len(known)) || n.Known && m.ColumnX > 0 && n.X >= m.ColumnX || !n.Known && n.X < m.ColumnX {
				t.Fatalf("node %d of %d known: %+v", i, len(known), n)
			}
		}
		checkScale(t, known, nodes[:len(known)])
	})
}

// checkScale holds every pair of points against their coordinates, to a unit of
// rounding at each end.
func checkScale(t *rapid.T, known []place.Division, nodes []view.MapNode) {
	lats := make([]int64, len(known))
	for i, x := range known {
		lats[i] = x.Lat
	}
	narrow := math.Cos(float64(slices.Min(lats)+slices.Max(lats)) / 2e6 * math.Pi / 180)
	scale, long := 0.0, 0.0 // by the pair that lies farthest apart
	for i := range known {
		for j := range i {
			far := math.Hypot(float64(known[i].Lng-known[j].Lng)*narrow, float64(known[i].Lat-known[j].Lat))
			if far > long {
				long, scale = far, math.Hypot(float64(nodes[i].X-nodes[j].X), float64(nodes[i].Y-nodes[j].Y))/far
			}
		}
	}
	for i := range known {
		for j := range i {
			dx, dy := float64(known[i].Lng-known[j].Lng)*narrow*scale, float64(known[j].Lat-known[i].Lat)*scale
			if math.Abs(dx-float64(nodes[i].X-nodes[j].X)) > 4 || math.Abs(dy-float64(nodes[i].Y-nodes[j].Y)) > 4 {
				t.Fatalf("%d and %d lie %.1f, %.1f apart, drawn %d, %d", i, j, dx, dy, nodes[i].X-nodes[j].X, nodes[i].Y-nodes[j].Y)
			}
		}
	}
}

// Colour never stands alone, and loads of one pair share an arrow.
func TestTheSketchSaysItInSigns(t *testing.T) {
	t.Parallel()
	d := dispatching.Duty{District: place.Division{Code: "0", Name: "望城区", Lng: 112_800_000, Lat: 28_350_000}, Streets: []place.Division{
		{Code: "1", Name: "高塘岭街道", Parent: "0", Lng: 112_810_000, Lat: 28_360_000}, {Code: "2", Name: "白沙洲街道", Parent: "0"}},
		Depots:  []dispatching.DutyDepot{{Depot: place.Depot{ID: 1}, Street: "1"}, {Depot: place.Depot{ID: 2}, Street: "2"}, {Depot: place.Depot{ID: 3}, Street: "2"}},
		Targets: []dispatching.DutyTarget{{Name: "中学", Street: "1"}, {Name: "小学", Street: "1"}}}
	for i, to := range []string{"1", "2", "1", "0"} {
		d.Loads = append(d.Loads, dispatching.DutyLoad{Shipment: order.Shipment{Status: order.Left, No: i}, From: "0", To: to, Late: i == 2})
	}
	d.Loads = append(d.Loads, dispatching.DutyLoad{Shipment: order.Shipment{Status: order.Arrived}, From: "0", To: "1"})
	m := dutyMap(d, map[id.ID]dutyMark{1: {kinds: 12, lines: 3}, 2: {kinds: 4, lines: 3, short: 2}, 3: {kinds: 1, lines: 1, short: 1}})
	if m.Known != 1 || m.Of != 2 || m.ColumnX == 0 {
		t.Errorf("%d of %d known", m.Known, m.Of)
	}
	if n := m.Nodes[1]; n.Label != "高塘岭" || n.Sign != "✓" || n.Class != "is-ok" || n.Kinds != "12种" || n.Targets != "◎2" {
		t.Errorf("%+v", n)
	}
	if n := m.Nodes[2]; n.Sign != "▼3" || n.Class != "is-bad" || n.Known || n.Kinds != "5种" {
		t.Errorf("two depots of one street: %+v", n)
	}
	if len(m.Arrows) != 3 || m.Arrows[0].Badge != "1·3" || !m.Arrows[0].Late || m.Arrows[1].Badge != "2" || m.Arrows[1].Late || m.Arrows[2].Badge != "4" {
		t.Errorf("%+v", m.Arrows)
	}
}
