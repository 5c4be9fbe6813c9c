package sourcing_test

import (
	"fmt"
	"math/rand/v2"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
)

// district is a problem of a real district's size. The same seed makes the same.
type district struct {
	seed                         uint64
	depots, items, lots, targets int
	groups                       bool // every sixth line has a second item that counts for three
	wild                         bool // members and ratios at random, contradicting each other
	decimals                     bool // every fourth item is counted in thousandths
}

const (
	firstDepot  = id.ID(1000)
	firstTarget = id.ID(9000)
)

func (d district) make() sourcing.Problem {
	r := rand.New(rand.NewPCG(d.seed, 2))
	p := sourcing.Problem{Floors: map[sourcing.At]quantity.Q{}, Loading: map[id.ID]int{}, Rank: map[id.ID]int{}, Rates: map[id.ID]sourcing.Rate{},
		Vehicle: sourcing.Vehicle{PayloadGram: 5_000_000, SpaceCm3: 20_000_000}}
	minutes := map[[2]id.ID]int{}
	for i := range d.depots {
		depot := firstDepot + id.ID(i)
		p.Loading[depot], p.Rank[depot] = 10+r.IntN(20), r.IntN(3)
		for t := range d.targets {
			if r.IntN(10) > 0 {
				minutes[[2]id.ID{depot, firstTarget + id.ID(t)}] = 5 + r.IntN(115)
			}
		}
	}
	p.Road = func(depot, target id.ID) (int, bool) { m, ok := minutes[[2]id.ID{depot, target}]; return m, ok }
	stock := d.stock(r, &p)
	for i := range d.items {
		if r.IntN(5) > 0 {
			p.Rates[id.ID(1+i)] = sourcing.Rate{WeightGram: 1000 * r.Int64N(40), VolumeCm3: 1000 * r.Int64N(100)}
		}
	}
	for t := range d.targets {
		for i := range d.items {
			p.Needs = append(p.Needs, d.need(r, t, i, stock))
		}
	}
	return p
}

func (d district) stock(r *rand.Rand, p *sourcing.Problem) map[id.ID]quantity.Q {
	stock := map[id.ID]quantity.Q{}
	for l := range d.lots {
		s := sourcing.Supply{DepotID: firstDepot + id.ID(r.IntN(d.depots)), ItemID: id.ID(1 + r.IntN(d.items)), LotID: id.ID(100_000 + l), Qty: quantity.Of(1 + r.Int64N(200))}
		s.PlaceID = s.DepotID*10 + id.ID(r.IntN(3))
		s.Bin = fmt.Sprintf("A-%02d", r.IntN(20))
		if d.decimals && s.ItemID%4 == 0 {
			s.Decimals, s.Qty = 3, s.Qty+quantity.Q(r.IntN(1000))
		}
		if s.ItemID%7 == 0 {
			s.Serial, s.Qty = true, quantity.One
		}
		if r.IntN(4) > 0 {
			s.Expires = fmt.Sprintf("20%02d-%02d-%02d", 27+r.IntN(4), 1+r.IntN(12), 1+r.IntN(28))
		}
		stock[s.ItemID] += s.Qty
		p.Supplies = append(p.Supplies, s)
		p.Floors[sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}] = quantity.Of(r.Int64N(60))
	}
	return stock
}

// need asks for a third to six fifths of what there is of an item, shared by
// the places.
func (d district) need(r *rand.Rand, target, i int, stock map[id.ID]quantity.Q) sourcing.Need {
	item := id.ID(1 + i)
	n := sourcing.Need{Line: 1 + target*d.items + i, Target: firstTarget + id.ID(target), Members: []sourcing.Member{{ItemID: item, Num: 1, Den: 1}}}
	if d.groups && i%6 == 0 {
		n.Members = append(n.Members, sourcing.Member{ItemID: item + 1, Num: 3, Den: 1})
	}
	if d.wild {
		for range r.IntN(3) {
			other := id.ID(1 + r.IntN(d.items))
			if !serves(n, other) {
				n.Members = append(n.Members, sourcing.Member{ItemID: other, Num: 1 + r.Int64N(4), Den: 1 + r.Int64N(3)})
			}
		}
	}
	n.Qty = quantity.Of(max(1, int64(stock[item]/quantity.One)*int64(30+r.IntN(90))/100/int64(d.targets)))
	return n
}
