package plan

import (
	"cmp"
	"slices"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// Affected is a street with people to be kept. Depots are its own: the
// street's and its villages'.
type Affected struct {
	Division string
	Name     string
	People   int64
	Depots   []id.ID
}

// Scenario is a case to be thought through. Nothing of it is booked.
type Scenario struct {
	Days      int
	Streets   []Affected
	Standards []Standard
	Off       map[id.ID]bool                 // depots flooded or cut off
	KeepBack  map[id.ID]map[id.ID]quantity.Q // what depots that are not hit keep for themselves, by item; nil = nothing
}

// Supply is goods on their way to a street in a scenario, in the item's unit.
type Supply struct {
	From    id.ID
	Street  int
	ItemID  id.ID
	Qty     quantity.Q
	FirstOn int // the first day it is needed, from 1
	Minutes int
	Known   bool
}

// Outcome is one standard at one street, in the standard's unit.
type Outcome struct {
	Standard Standard
	Street   int
	Need     quantity.Q
	Own      quantity.Q // met from the street's own depots
	Moved    quantity.Q // met from others
	Short    quantity.Q
	RunsOut  int // the first day not fully met, 0 = never
}

// Result is what comes of a scenario.
type Result struct {
	Outcomes []Outcome
	Supplies []Supply
	First    int // index of the outcome that runs out first, -1 = none
}

// running is a scenario under way.
type running struct {
	Scenario
	Sight
	roads   Roads
	left    map[id.ID]map[id.ID]quantity.Q // depot -> item -> usable, in its unit
	hit     map[id.ID]bool                 // the depots of the streets themselves
	sources [][]id.ID                      // per street: other depots, near first
	minutes []map[id.ID]int
	out     Result
	at      map[supplyKey]int
}

type supplyKey struct {
	from   id.ID
	street int
	item   id.ID
}

// Run thinks a scenario through day by day. Each day a street first uses what
// it has itself, then what others can send, the near ones first; where that is
// not enough for all who ask, each gets its share of what there is. What is
// needed once is needed on the first day.
func (sc Scenario) Run(s Sight, roads Roads) Result {
	r := &running{Scenario: sc, Sight: s, roads: roads, left: map[id.ID]map[id.ID]quantity.Q{}, out: Result{First: -1}, at: map[supplyKey]int{}}
	r.takeStock()
	r.takeRoads()
	for _, st := range sc.Standards {
		r.supply(st)
	}
	r.first()
	return r.out
}

func (r *running) takeStock() {
	r.hit = map[id.ID]bool{}
	for _, a := range r.Streets {
		for _, d := range a.Depots {
			r.hit[d] = true
		}
	}
	for _, d := range r.Depots.List() {
		if r.Off[d.ID] || d.Closed || d.Holder == place.HeldByDepartment {
			continue
		}
		shelf := map[id.ID]quantity.Q{}
		for item, a := range r.Stock[d.ID] {
			u := a.Usable()
			if !r.hit[d.ID] {
				u -= r.KeepBack[d.ID][item]
			}
			if u > 0 {
				shelf[item] = u
			}
		}
		r.left[d.ID] = shelf
	}
}

// takeRoads orders the depots others can send from: those that are hit keep
// theirs for themselves.
func (r *running) takeRoads() {
	for _, a := range r.Streets {
		minutes := map[id.ID]int{}
		var list []id.ID
		for _, d := range r.Depots.List() {
			if _, open := r.left[d.ID]; !open || r.hit[d.ID] {
				continue
			}
			list = append(list, d.ID)
			for _, to := range a.Depots {
				if m, known := r.roads.Minutes(d.ID, to); known {
					if best, has := minutes[d.ID]; !has || m < best {
						minutes[d.ID] = m
					}
				}
			}
		}
		slices.SortStableFunc(list, func(x, y id.ID) int {
			mx, kx := minutes[x]
			my, ky := minutes[y]
			return cmp.Or(later(kx, ky), cmp.Compare(mx, my))
		})
		r.sources = append(r.sources, list)
		r.minutes = append(r.minutes, minutes)
	}
}

// supply runs one standard over all days and streets.
func (r *running) supply(st Standard) {
	counted := r.Goods.Counting(st.Target, st.Unit)
	base := len(r.out.Outcomes)
	for i := range r.Streets {
		r.out.Outcomes = append(r.out.Outcomes, Outcome{Standard: st, Street: i})
	}
	days := 1
	if st.Daily {
		days = max(r.Days, 1)
	}
	over := make([]quantity.Q, len(r.Streets)) // of whole pieces, for the days after
	for day := 1; day <= days; day++ {
		open := make([]quantity.Q, len(r.Streets))
		for i, a := range r.Streets {
			o := &r.out.Outcomes[base+i]
			need := st.Need(a.People, day, r.Goods.Decimals(st.Target)) - o.Need
			if !st.Daily {
				need = st.Need(a.People, 1, r.Goods.Decimals(st.Target))
			}
			o.Need += need
			kept := min(over[i], need)
			over[i] -= kept
			got := r.take(a.Depots, counted, need-kept, i, day)
			over[i] += max(0, got-(need-kept))
			o.Own += min(got, need-kept)
			o.Moved += kept // it came with an earlier day's pieces
			open[i] = need - kept - min(got, need-kept)
		}
		r.share(base, counted, open, over, day)
	}
}

// share gives what is still open from the others' depots: all of it where
// there is enough, else each street its share.
func (r *running) share(base int, counted []Counted, open, over []quantity.Q, day int) {
	var asked quantity.Q
	for _, q := range open {
		asked += q
	}
	if asked <= 0 {
		return
	}
	pool := r.pool(counted)
	for i, q := range open {
		if q <= 0 {
			continue
		}
		want := q
		if pool < asked {
			want = quantity.Q(mulDiv(uint64(pool), uint64(q), uint64(asked), false))
		}
		o := &r.out.Outcomes[base+i]
		got := r.take(r.sources[i], counted, want, i, day)
		over[i] += max(0, got-q)
		got = min(got, q)
		o.Moved += got
		if got < q {
			o.Short += q - got
			if o.RunsOut == 0 {
				o.RunsOut = day
			}
		}
	}
}

// pool is what all depots that are not hit still have, in the standard's unit.
func (r *running) pool(counted []Counted) quantity.Q {
	var sum quantity.Q
	for depot, shelf := range r.left {
		if r.hit[depot] {
			continue
		}
		for _, c := range counted {
			sum += c.Ratio.Down(shelf[c.ItemID])
		}
	}
	return sum
}

// take uses goods of some depots in their order until a need is met, and gives
// how much that was. Whole pieces leave, so that a little more may go than is
// asked for: it serves the days after.
func (r *running) take(depots []id.ID, counted []Counted, need quantity.Q, street, day int) (got quantity.Q) {
	for _, depot := range depots {
		shelf := r.left[depot]
		for _, c := range counted {
			if got >= need {
				return got
			}
			have := shelf[c.ItemID]
			if have <= 0 {
				continue
			}
			qty := min(have, r.wholeOf(c.ItemID, c.Ratio.Inverse().Up(need-got)))
			shelf[c.ItemID] -= qty
			got += c.Ratio.Down(qty)
			r.note(depot, street, c.ItemID, qty, day)
		}
	}
	return got
}

func (r *running) wholeOf(item id.ID, q quantity.Q) quantity.Q {
	it, _ := r.Goods.Item(item)
	step := quantity.One
	for range it.Decimals {
		step /= 10
	}
	if rest := q % step; rest != 0 {
		q += step - rest
	}
	return q
}

// note records what goes to a street from a depot that is not its own.
func (r *running) note(from id.ID, street int, item id.ID, qty quantity.Q, day int) {
	if slices.Contains(r.Streets[street].Depots, from) {
		return
	}
	key := supplyKey{from, street, item}
	if i, there := r.at[key]; there {
		r.out.Supplies[i].Qty += qty
		return
	}
	minutes, known := r.minutes[street][from]
	r.at[key] = len(r.out.Supplies)
	r.out.Supplies = append(r.out.Supplies, Supply{From: from, Street: street, ItemID: item, Qty: qty, FirstOn: day, Minutes: minutes, Known: known})
}

// first finds what runs out first: the earliest day, then the largest part
// missing.
func (r *running) first() {
	for i, o := range r.out.Outcomes {
		if o.RunsOut == 0 {
			continue
		}
		if r.out.First < 0 {
			r.out.First = i
			continue
		}
		best := r.out.Outcomes[r.out.First]
		if o.RunsOut < best.RunsOut || o.RunsOut == best.RunsOut && RateOf(o.Need-o.Short, o.Need) < RateOf(best.Need-best.Short, best.Need) {
			r.out.First = i
		}
	}
}
