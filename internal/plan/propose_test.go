package plan_test

import (
	"fmt"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"

	"pgregory.net/rapid"
)

// district draws a random small district: depots, items with two groups'
// worth of equivalences, a plan without overlaps, stock with exclusions.
type district struct {
	goods  *plan.Goods
	depots *plan.Depots
	lines  []plan.Line
	stock  plan.Stock
	roads  plan.Roads
	deals  []plan.Promise
	free   map[[2]id.ID]quantity.Q // usable as drawn
}

const groupID, depotBase, itemBase = id.ID(900), id.ID(100), id.ID(1)

func drawDistrict(t *rapid.T) district {
	n, m := rapid.IntRange(2, 6).Draw(t, "depots"), rapid.IntRange(2, 5).Draw(t, "items")
	d := district{stock: plan.Stock{}, roads: plan.Roads{}, free: map[[2]id.ID]quantity.Q{}}
	var items []catalog.Item
	for i := range m {
		items = append(items, catalog.Item{ID: itemBase + id.ID(i), Code: fmt.Sprintf("SH%04d", i), Name: fmt.Sprintf("物资%d", i), Unit: "顶", CategoryID: 50,
			Packs: []catalog.Pack{{Name: "箱", Factor: quantity.Of(24)}}})
	}
	group := plan.Group{ID: groupID, Name: "等效", Unit: "当量", Members: []plan.Member{{ItemID: itemBase, Ratio: plan.Same},
		{ItemID: itemBase + 1, Ratio: plan.Ratio{Num: int64(rapid.IntRange(1, 4).Draw(t, "num")), Den: int64(rapid.IntRange(1, 3).Draw(t, "den"))}}}}
	d.goods = plan.NewGoods(items, []catalog.Category{{ID: 50, Name: "生活"}}, []plan.Group{group})
	var depots []place.Depot
	holders := []place.Holder{place.HeldByBureau, place.HeldByBureau, place.HeldByBureau, place.HeldByFirm, place.HeldByDepartment}
	for i := range n {
		depots = append(depots, place.Depot{ID: depotBase + id.ID(i), Name: fmt.Sprintf("库%d", i), Tier: place.Township, Holder: rapid.SampledFrom(holders).Draw(t, "holder")})
	}
	d.depots = plan.NewDepots(depots)
	for _, dep := range depots {
		for i := range items {
			for _, why := range []plan.Why{plan.Usable, plan.Expired, plan.Barred} {
				qty := quantity.Of(rapid.Int64Range(0, 60).Draw(t, "qty"))
				allocated := quantity.Q(0)
				if why == plan.Usable {
					allocated = min(qty, quantity.Of(rapid.Int64Range(0, 5).Draw(t, "allocated")))
					d.free[[2]id.ID{dep.ID, items[i].ID}] = qty - allocated
				}
				d.stock.Add(dep.ID, items[i].ID, why, qty, allocated)
			}
		}
		d.drawLines(t, dep.ID, m)
		for _, other := range depots {
			if other.ID > dep.ID && rapid.Bool().Draw(t, "road") {
				d.roads[[2]id.ID{dep.ID, other.ID}] = rapid.IntRange(1, 90).Draw(t, "minutes")
			}
		}
	}
	if rapid.Bool().Draw(t, "deal") {
		d.deals = []plan.Promise{{DealID: 1, Form: plan.Agreement, ItemID: itemBase, Qty: quantity.Of(rapid.Int64Range(1, 100).Draw(t, "promised"))}}
	}
	return d
}

func (d *district) drawLines(t *rapid.T, depot id.ID, items int) {
	add := func(target plan.Target, unit string) {
		standard := quantity.Of(rapid.Int64Range(1, 120).Draw(t, "standard"))
		forms := []plan.Form{plan.Physical}
		if rapid.Bool().Draw(t, "agreements count") {
			forms = append(forms, plan.Agreement)
		}
		d.lines = append(d.lines, plan.Line{ID: id.ID(1000 + len(d.lines)), No: len(d.lines) + 1, Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depot}, Target: target,
			Unit: unit, Standard: standard, Minimum: quantity.Of(rapid.Int64Range(0, int64(standard/quantity.One)).Draw(t, "minimum")), Forms: forms})
	}
	from := 0
	if rapid.Bool().Draw(t, "group line") {
		add(plan.Target{Kind: plan.OfGroup, ID: groupID}, "当量")
		from = 2
	}
	for i := from; i < items; i++ {
		if rapid.Bool().Draw(t, "line") {
			add(plan.Target{Kind: plan.OfItem, ID: itemBase + id.ID(i)}, rapid.SampledFrom([]string{"顶", "箱"}).Draw(t, "unit"))
		}
	}
}

func (d district) propose() (before, after []plan.Met, out plan.Proposal) {
	sight := plan.Sight{Goods: d.goods, Depots: d.depots, Stock: d.stock, Promises: d.deals}
	before = plan.Coverage(d.lines, sight)
	out = plan.Propose(plan.Proposing{Sight: sight, Met: before, Roads: d.roads, FirstExpiry: func(id.ID, id.ID) string { return "" }})
	moved := plan.Stock{}
	for depot, shelf := range d.stock {
		moved[depot] = map[id.ID]plan.Amounts{}
		for item, a := range shelf {
			moved[depot][item] = a
		}
	}
	for _, m := range out.Moves {
		a := moved[m.From][m.ItemID]
		a.Book -= m.Qty
		moved[m.From][m.ItemID] = a
		b := moved[m.To][m.ItemID]
		b.Book += m.Qty
		moved[m.To][m.ItemID] = b
	}
	return before, plan.Coverage(d.lines, plan.Sight{Goods: d.goods, Depots: d.depots, Stock: moved}), out
}

// Nobody is taken below what their own plan asks, nothing moves that does not
// count, what is moved helps, and nothing is bought that somebody could spare.
func TestProposalsTakeOnlyWhatCanBeSpared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		before, after, out := d.propose()
		gone := map[[2]id.ID]quantity.Q{}
		for _, m := range out.Moves {
			gone[[2]id.ID{m.From, m.ItemID}] += m.Qty
			if m.Qty <= 0 || m.From == m.To || !m.Qty.Fits(0) {
				t.Fatalf("a move of %s from %d to %d", m.Qty, m.From, m.To)
			}
			for _, at := range []id.ID{m.From, m.To} {
				if dep, _ := d.depots.Depot(at); dep.Holder == place.HeldByDepartment {
					t.Fatalf("another department's depot takes part: %+v", m)
				}
			}
		}
		for at, qty := range gone {
			if qty > d.free[at] {
				t.Fatalf("%s of item %d leave depot %d, of which %s count", qty, at[1], at[0], d.free[at])
			}
		}
		for i := range before {
			floor := min(before[i].Usable(), before[i].Line.Standard)
			if after[i].Usable() < floor {
				t.Fatalf("line %d of depot %d falls from %s to %s, standard %s", before[i].Line.No, before[i].DepotID, before[i].Usable(), after[i].Usable(), before[i].Line.Standard)
			}
		}
		d.checkBuys(t, before, after, out)
	})
}

// checkBuys proves that what is bought is what is still missing, and that
// nobody has a whole piece of it to spare.
func (d district) checkBuys(t *rapid.T, before, after []plan.Met, out plan.Proposal) {
	called := map[id.ID]quantity.Q{}
	for _, c := range out.Calls {
		called[c.LineID] += d.ratio(t, c.LineID, c.ItemID).Down(c.Qty)
	}
	bought := map[id.ID]bool{}
	for _, b := range out.Buys {
		bought[b.LineID] = true
	}
	for i, m := range before {
		have := after[i].Usable() + m.Promised + called[m.Line.ID]
		if missing := m.Line.Standard - have; missing > 0 != bought[m.Line.ID] {
			t.Fatalf("line %d lacks %s after all, bought: %v", m.Line.No, missing, bought[m.Line.ID])
		}
		if dep, _ := d.depots.Depot(m.DepotID); !bought[m.Line.ID] || dep.Holder == place.HeldByDepartment || dep.Holder == place.HeldByFirm {
			continue
		}
		for _, c := range d.goods.Counting(m.Line.Target, m.Line.Unit) {
			if from := d.couldSpare(m, c.ItemID, after, out); from != 0 {
				t.Fatalf("line %d buys although depot %d can spare item %d", m.Line.No, from, c.ItemID)
			}
		}
	}
}

func (d district) ratio(t *rapid.T, line, item id.ID) plan.Ratio {
	for _, l := range d.lines {
		for _, c := range d.goods.Counting(l.Target, l.Unit) {
			if l.ID == line && c.ItemID == item {
				return c.Ratio
			}
		}
	}
	t.Fatalf("line %d does not count item %d", line, item)
	return plan.Ratio{}
}

// couldSpare names a depot that has a whole piece above what its plan asks.
func (d district) couldSpare(m plan.Met, item id.ID, after []plan.Met, out plan.Proposal) id.ID {
	for _, dep := range d.depots.List() {
		if dep.ID == m.DepotID || dep.Holder == place.HeldByDepartment {
			continue
		}
		left := d.free[[2]id.ID{dep.ID, item}]
		for _, mv := range out.Moves {
			if mv.From == dep.ID && mv.ItemID == item {
				left -= mv.Qty
			}
		}
		for _, o := range after {
			if o.DepotID != dep.ID {
				continue
			}
			for _, c := range d.goods.Counting(o.Line.Target, o.Line.Unit) {
				if c.ItemID == item {
					left = min(left, c.Ratio.Inverse().Down(max(0, o.Usable()-o.Line.Standard)))
				}
			}
		}
		if left >= quantity.One {
			return dep.ID
		}
	}
	return 0
}

func TestNearDepotsGiveFirst(t *testing.T) {
	items := []catalog.Item{{ID: 1, Code: "SH0001", Name: "帐篷", Unit: "顶", CategoryID: 50}}
	depots := plan.NewDepots([]place.Depot{{ID: 100, Name: "缺", Tier: place.Township}, {ID: 101, Name: "远", Tier: place.Township}, {ID: 102, Name: "近", Tier: place.Township},
		{ID: 103, Name: "未知", Tier: place.Township}})
	goods := plan.NewGoods(items, []catalog.Category{{ID: 50, Name: "生活"}}, nil)
	stock := plan.Stock{}
	for depot, qty := range map[id.ID]int64{100: 0, 101: 30, 102: 30, 103: 30} {
		stock.Add(depot, 1, plan.Usable, quantity.Of(qty), 0)
	}
	at := func(depot id.ID, standard int64) plan.Line {
		return plan.Line{ID: depot, No: int(depot), Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depot}, Target: plan.Target{Kind: plan.OfItem, ID: 1}, Unit: "顶",
			Standard: quantity.Of(standard), Forms: []plan.Form{plan.Physical}}
	}
	lines := []plan.Line{at(100, 75), at(101, 10), at(102, 10), at(103, 10)}
	sight := plan.Sight{Goods: goods, Depots: depots, Stock: stock}
	out := plan.Propose(plan.Proposing{Sight: sight, Met: plan.Coverage(lines, sight), Roads: plan.Roads{{100, 101}: 50, {100, 102}: 12},
		FirstExpiry: func(id.ID, id.ID) string { return "" }})
	got := ""
	for _, m := range out.Moves {
		got += fmt.Sprintf("%d:%s ", m.From, m.Qty)
	}
	if got != "102:20 101:20 103:20 " {
		t.Errorf("moves %s", got)
	}
	if len(out.Buys) != 1 || out.Buys[0].Qty != quantity.Of(15) {
		t.Errorf("buys %+v", out.Buys)
	}
}
