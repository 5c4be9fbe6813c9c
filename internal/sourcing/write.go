package sourcing

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// writer turns solved parts into a plan.
type writer struct {
	*model
	*solved
	plan  Plan
	taken []int64 // pieces per shelf
}

// takes gives every line its lots: on each shelf the first lines get what
// expires first.
func (w *writer) takes() {
	w.taken = make([]int64, len(w.shelves))
	for i, p := range w.parts {
		for _, s := range p.sources {
			for a := s.from; a < s.to; a++ {
				if n := w.pieces[i][a]; n > 0 {
					w.take(w.groups[i].needs[p.arcs[a].line], s.shelf, n)
				}
			}
		}
	}
	slices.SortFunc(w.plan.Takes, func(a, b Take) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), w.byRoad(a.DepotID, a.Target, b.DepotID, b.Target), cmp.Compare(a.ItemID, b.ItemID))
	})
	for _, t := range w.plan.Takes {
		switch r := w.road(t.DepotID, t.Target); {
		case r.known:
			w.plan.Last = max(w.plan.Last, r.arrival())
			w.plan.Work = addUp(w.plan.Work, int64(t.Qty), int64(r.arrival()))
		default:
			w.plan.Unknown = true
		}
	}
}

func (w *writer) take(need, shelf int, pieces int64) {
	s, n := &w.shelves[shelf], w.needs[need]
	t := Take{Line: n.Line, Target: n.Target, DepotID: s.at.DepotID, ItemID: s.at.ItemID, Qty: quantity.Q(pieces) * s.step}
	skip := w.taken[shelf]
	w.taken[shelf] += pieces
	for _, st := range s.stacks {
		gone := min(skip, st.pieces)
		skip -= gone
		got := min(pieces, st.pieces-gone)
		pieces -= got
		if got > 0 {
			t.Lots = append(t.Lots, Lot{st.LotID, st.PlaceID, st.Bin, st.Expires, quantity.Q(got) * s.step})
		}
	}
	w.plan.Takes = append(w.plan.Takes, t)
}

func (m *model) road(depot, target id.ID) road {
	return m.roads[indexOf(m.depots, depot)][indexOf(m.targets, target)]
}

// byRoad puts the first to arrive first and unknown roads last.
func (m *model) byRoad(fromA, toA, fromB, toB id.ID) int {
	a, b := m.road(fromA, toA), m.road(fromB, toB)
	if a.known != b.known {
		if a.known {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.arrival(), b.arrival()), cmp.Compare(fromA, fromB), cmp.Compare(toA, toB))
}

// lines counts what every need got, exactly; less than a thousandth of the
// need's unit does not count.
func (w *writer) lines() {
	type part struct {
		line int
		item id.ID
	}
	got := map[part]quantity.Q{}
	for _, t := range w.plan.Takes {
		got[part{t.Line, t.ItemID}] += t.Qty
	}
	for _, n := range w.needs {
		sum := new(big.Rat)
		for _, c := range n.Members {
			if q := got[part{n.Line, c.ItemID}]; q > 0 {
				count := big.NewRat(c.Num, c.Den)
				sum.Add(sum, count.Mul(count, big.NewRat(int64(q), 1)))
			}
		}
		counts := quantity.Q(floor(sum))
		met := min(n.Qty, counts)
		w.plan.Lines = append(w.plan.Lines, Line{Line: n.Line, Asked: n.Qty, Met: met, Unmet: n.Qty - met, Over: counts - met})
	}
}

// legs counts weight, volume and vehicles per depot and receiving place.
func (w *writer) legs() {
	at := map[[2]id.ID]int{}
	for _, t := range w.plan.Takes {
		key := [2]id.ID{t.DepotID, t.Target}
		i, there := at[key]
		if !there {
			i = len(w.plan.Legs)
			at[key] = i
			r := w.road(t.DepotID, t.Target)
			l := Leg{DepotID: t.DepotID, Target: t.Target, Minutes: r.minutes, Loading: r.loading, Known: r.known}
			if r.known {
				l.Arrival = r.arrival()
			}
			w.plan.Legs = append(w.plan.Legs, l)
		}
		w.plan.Legs[i].load(t, w.Rates[t.ItemID])
	}
	for i := range w.plan.Legs {
		l := &w.plan.Legs[i]
		l.WeightGram, l.VolumeCm3 = units(l.WeightGram), units(l.VolumeCm3)
		l.Vehicles = max(loads(l.WeightGram, w.Vehicle.PayloadGram), loads(l.VolumeCm3, w.Vehicle.SpaceCm3))
		l.Uncounted = distinct(l.Uncounted)
	}
	slices.SortFunc(w.plan.Legs, func(a, b Leg) int { return w.byRoad(a.DepotID, a.Target, b.DepotID, b.Target) })
}

// load adds a take in thousandths of grams and cubic centimetres.
func (l *Leg) load(t Take, r Rate) {
	l.WeightGram = addUp(l.WeightGram, int64(t.Qty), r.WeightGram)
	l.VolumeCm3 = addUp(l.VolumeCm3, int64(t.Qty), r.VolumeCm3)
	if r == (Rate{}) {
		l.Uncounted = append(l.Uncounted, t.ItemID)
	}
}

// addUp adds a × b, held at the largest figure there is.
func addUp(sum, a, b int64) int64 {
	const most = 1<<63 - 1
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi > 0 || lo > uint64(most-sum) {
		return most
	}
	return sum + int64(lo)
}

// units rounds thousandths up to whole ones.
func units(n int64) int64 { return loads(n, int64(quantity.One)) }

// loads is how many times a load fills what there is room for.
func loads(n, room int64) int64 {
	if room <= 0 || n <= 0 {
		return 0
	}
	return (n-1)/room + 1
}

func (w *writer) remains() {
	for i, n := range w.taken {
		if n == 0 {
			continue
		}
		s := &w.shelves[i]
		after := s.before - quantity.Q(n)*s.step
		w.plan.Remains = append(w.plan.Remains, Remain{s.at.DepotID, s.at.ItemID, s.before, after, s.floor, max(0, s.floor-after)})
	}
	slices.SortFunc(w.plan.Remains, func(a, b Remain) int {
		return cmp.Or(cmp.Compare(a.DepotID, b.DepotID), cmp.Compare(a.ItemID, b.ItemID))
	})
}

// held lists where goods lie that minima keep from lines that are not met.
func (w *writer) held() {
	if w.kind != KeepMinimum {
		return
	}
	for i, n := range w.needs {
		if w.plan.Lines[i].Unmet == 0 {
			continue
		}
		for _, c := range n.Members {
			for _, j := range w.byItem[c.ItemID] {
				s := &w.shelves[j]
				if kept := s.pieces - s.open(KeepMinimum); kept > 0 {
					w.plan.Held = append(w.plan.Held, Held{n.Line, s.at.DepotID, s.at.ItemID, quantity.Q(kept) * s.step})
				}
			}
		}
	}
	slices.SortFunc(w.plan.Held, func(a, b Held) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.DepotID, b.DepotID), cmp.Compare(a.ItemID, b.ItemID))
	})
}
