package sourcing_test

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawDistrict(t *rapid.T) district {
	return district{seed: rapid.Uint64().Draw(t, "seed"), depots: rapid.IntRange(1, 40).Draw(t, "depots"), items: rapid.IntRange(1, 8).Draw(t, "items"),
		lots: rapid.IntRange(0, 250).Draw(t, "lots"), targets: rapid.IntRange(1, 4).Draw(t, "targets"), groups: rapid.Bool().Draw(t, "groups"),
		wild: rapid.Bool().Draw(t, "wild"), decimals: rapid.Bool().Draw(t, "decimals")}
}

// lotAt names what a supply is.
type lotAt struct {
	at         sourcing.At
	lot, place id.ID
	bin        string
}

// books is a problem's stock, to take a plan's lots from.
type books struct {
	t     *rapid.T
	p     sourcing.Problem
	lots  map[lotAt]quantity.Q
	units map[id.ID]sourcing.Supply
	free  map[sourcing.At]quantity.Q
	needs map[int]sourcing.Need
}

func newBooks(t *rapid.T, p sourcing.Problem) books {
	b := books{t, p, map[lotAt]quantity.Q{}, map[id.ID]sourcing.Supply{}, map[sourcing.At]quantity.Q{}, map[int]sourcing.Need{}}
	for _, s := range p.Supplies {
		at := sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}
		b.lots[lotAt{at, s.LotID, s.PlaceID, s.Bin}] += s.Qty
		b.free[at] += s.Qty
		b.units[s.ItemID] = s
	}
	for _, n := range p.Needs {
		b.needs[n.Line] = n
	}
	return b
}

func (b books) step(item id.ID) quantity.Q {
	if b.units[item].Serial {
		return quantity.One
	}
	return stepOf(b.units[item])
}

// takes books all takes and gives what each line got, exactly.
func (b books) takes(plan sourcing.Plan) map[int]*big.Rat {
	got := map[int]*big.Rat{}
	for _, t := range plan.Takes {
		at := sourcing.At{DepotID: t.DepotID, ItemID: t.ItemID}
		sum := quantity.Q(0)
		for _, l := range t.Lots {
			key := lotAt{at, l.LotID, l.PlaceID, l.Bin}
			if b.lots[key] -= l.Qty; b.lots[key] < 0 || l.Qty <= 0 || l.Qty%b.step(t.ItemID) != 0 {
				b.t.Fatalf("%s of lot %d leaves %s", l.Qty, l.LotID, b.lots[key])
			}
			sum += l.Qty
		}
		n := b.needs[t.Line]
		if sum != t.Qty || n.Target != t.Target || !serves(n, t.ItemID) {
			b.t.Fatalf("the lots of %+v make %s for %+v", t, sum, n)
		}
		b.free[at] -= t.Qty
		if got[t.Line] == nil {
			got[t.Line] = new(big.Rat)
		}
		got[t.Line].Add(got[t.Line], countOf(n, t.ItemID, t.Qty))
	}
	return got
}

func countOf(n sourcing.Need, item id.ID, q quantity.Q) *big.Rat {
	for _, m := range n.Members {
		if m.ItemID == item {
			r := big.NewRat(m.Num, m.Den)
			return r.Mul(r, big.NewRat(int64(q), 1))
		}
	}
	return new(big.Rat)
}

// lines holds what each line got against what the plan says, and finds pieces
// that are not needed.
func (b books) lines(plan sourcing.Plan, got map[int]*big.Rat) {
	for _, l := range plan.Lines {
		if l.Met+l.Unmet != l.Asked || l.Met < 0 || l.Unmet < 0 || l.Asked != b.needs[l.Line].Qty || l.Over > 0 && l.Unmet > 0 {
			b.t.Fatalf("%+v of %+v", l, b.needs[l.Line])
		}
		has := got[l.Line]
		if has == nil {
			has = new(big.Rat)
		}
		if counts := new(big.Int).Div(has.Num(), has.Denom()); counts.Int64() != int64(l.Met+l.Over) {
			b.t.Fatalf("%+v and got %s", l, has)
		}
	}
	for _, t := range plan.Takes {
		n := b.needs[t.Line]
		less := new(big.Rat).Sub(got[t.Line], countOf(n, t.ItemID, b.step(t.ItemID)))
		if less.Cmp(big.NewRat(int64(n.Qty), 1)) >= 0 {
			b.t.Fatalf("a piece less of %+v would do for %+v", t, n)
		}
	}
	// Nothing lies about that would serve a line that is not met.
	for _, l := range plan.Lines {
		if l.Unmet == 0 {
			continue
		}
		for at, free := range b.free {
			open := free
			if plan.Kind == sourcing.KeepMinimum {
				open -= b.p.Floors[at]
			}
			if serves(b.needs[l.Line], at.ItemID) && open >= b.step(at.ItemID) && b.whole(at) {
				b.t.Fatalf("%s lacks %+v, and %s of %+v lies free", plan.Kind.Name(), l, open, at)
			}
		}
	}
}

// whole reports that some lot there has a whole piece left.
func (b books) whole(at sourcing.At) bool {
	for key, q := range b.lots {
		if key.at == at && q >= b.step(at.ItemID) {
			return true
		}
	}
	return false
}

func (b books) remains(plan sourcing.Plan) {
	for _, r := range plan.Remains {
		at := sourcing.At{DepotID: r.DepotID, ItemID: r.ItemID}
		if r.After != b.free[at] || r.Minimum != b.p.Floors[at] || r.BelowBy != max(0, r.Minimum-r.After) || r.Before <= r.After {
			b.t.Fatalf("%+v and %s are left", r, b.free[at])
		}
		if plan.Kind == sourcing.KeepMinimum && r.BelowBy > 0 {
			b.t.Fatalf("%+v is below its minimum", r)
		}
	}
}

func (b books) legs(plan sourcing.Plan) {
	last, unknown := 0, false
	legs := map[[2]id.ID]sourcing.Leg{}
	for _, l := range plan.Legs {
		minutes, known := b.p.Road(l.DepotID, l.Target)
		if known != l.Known || known && (l.Minutes != minutes || l.Arrival != minutes+b.p.Loading[l.DepotID]) {
			b.t.Fatalf("%+v and the road takes %d, %v", l, minutes, known)
		}
		if legs[[2]id.ID{l.DepotID, l.Target}].DepotID != 0 {
			b.t.Fatalf("two legs on one way: %+v", l)
		}
		legs[[2]id.ID{l.DepotID, l.Target}] = l
		last, unknown = max(last, l.Arrival), unknown || !known
	}
	if last != plan.Last || unknown != plan.Unknown {
		b.t.Fatalf("last %d, %v and the plan says %d, %v", last, unknown, plan.Last, plan.Unknown)
	}
	for _, t := range plan.Takes {
		if legs[[2]id.ID{t.DepotID, t.Target}].DepotID == 0 {
			b.t.Fatalf("no leg for %+v", t)
		}
	}
}

// TestPlansKeepTheBooks: no plan takes more than there is, leaves a depot below
// its minimum when it must not, or takes a piece that is not needed; nothing
// that would serve lies about while a line is not met; and what it says of
// itself is so.
func TestPlansKeepTheBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawDistrict(t).make()
		plans, err := p.Plans()
		if err != nil {
			t.Fatal(err)
		}
		for _, plan := range plans {
			b := newBooks(t, p)
			got := b.takes(plan)
			b.lines(plan, got)
			b.remains(plan)
			b.legs(plan)
		}
	})
}

// TestPlansDoNotDependOnTheOrder: lines, members and supplies may come in any
// order.
func TestPlansDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p, q := d.make(), d.make()
		r := rand.New(rand.NewPCG(d.seed, 3))
		r.Shuffle(len(q.Needs), func(i, j int) { q.Needs[i], q.Needs[j] = q.Needs[j], q.Needs[i] })
		r.Shuffle(len(q.Supplies), func(i, j int) { q.Supplies[i], q.Supplies[j] = q.Supplies[j], q.Supplies[i] })
		for i := range q.Needs {
			m := q.Needs[i].Members
			r.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
		}
		one, err := p.Plans()
		if err != nil {
			t.Fatal(err)
		}
		other, err := q.Plans()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(one, other) {
			t.Fatal(cmp.Diff(one, other, cmpopts.IgnoreUnexported(sourcing.Plan{})))
		}
	})
}

// TestLargePlansAreProven: where goods count one for one, every plan of any
// size is proven the best; else what is not proven is within what the pieces of
// each line make.
func TestLargePlansAreProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		d.wild = false
		p := d.make()
		for _, k := range sourcing.Kinds {
			plan, err := p.Plan(k)
			if err != nil {
				t.Fatal(err)
			}
			gap, err := plan.Gap(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range gap.Parts {
				if !d.groups || part.Bound > part.Plan || len(part.Lines) < 2 {
					t.Fatalf("%s: %+v", k.Name(), part)
				}
			}
		}
	})
}

// TestGapBites: a plan that was made worse is not proven.
func TestGapBites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		d.wild, d.groups = false, false
		p := d.make()
		plan, err := p.Plan(rapid.SampledFrom(sourcing.Kinds).Draw(t, "kind"))
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Takes) == 0 {
			return
		}
		bare := sourcing.Plan{Kind: plan.Kind, Takes: plan.Takes, Last: plan.Last}
		if gap, err := bare.Gap(p); err != nil || gap.Proven() {
			t.Fatalf("a plan without prices is proven, %v", err)
		}
		i := rapid.IntRange(0, len(plan.Takes)-1).Draw(t, "take")
		plan.Takes = append(plan.Takes[:i:i], plan.Takes[i+1:]...)
		gap, err := plan.Gap(p)
		if err != nil {
			t.Fatal(err)
		}
		if gap.Proven() || gap.Parts[0].Measure != sourcing.OfUnmet || gap.Parts[0].Plan <= gap.Parts[0].Bound {
			t.Fatalf("without its take %d the plan is still proven: %+v", i, gap)
		}
	})
}
