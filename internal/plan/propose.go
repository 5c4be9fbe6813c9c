package plan

import (
	"cmp"
	"slices"

	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
)

// Move is goods that one depot can spare and another lacks, in the item's unit.
type Move struct {
	From, To id.ID
	ItemID   id.ID
	Qty      quantity.Q
	Minutes  int
	Known    bool // the minutes
	LineID   id.ID
}

// CallUp is goods an agreement promises beyond what the plan counts already.
// To is 0 for a line of the district as a whole.
type CallUp struct {
	DealID    id.ID
	Form      Form
	ItemID    id.ID
	Qty       quantity.Q
	To        id.ID
	LeadHours int
	Price     *money.Fen
	LineID    id.ID
}

// Buy is what is missing after all that. ItemID is 0 where a whole category is
// short: then Qty is in the line's unit.
type Buy struct {
	ItemID id.ID
	Target Target
	Unit   string
	Qty    quantity.Q
	To     id.ID
	LineID id.ID
}

// Proposal says what to do about shortages: first move, then call up, then buy.
type Proposal struct {
	Moves []Move
	Calls []CallUp
	Buys  []Buy
}

// Proposing is what proposals are made from. FirstExpiry gives the last day of
// what expires first of an item at a depot, "" = never.
type Proposing struct {
	Sight
	Met         []Met
	Roads       Roads
	FirstExpiry func(depot, item id.ID) string
}

// giving keeps what depots can still spare.
type giving struct {
	Proposing
	free map[id.ID]map[id.ID]quantity.Q // depot -> item -> usable, in its unit
	line map[[2]id.ID]int               // depot, item -> the target it counts toward
	have []quantity.Q                   // of each target, with what is moved to it
	got  map[[2]id.ID]quantity.Q        // depot, item -> moved there
	rank map[id.ID]int                  // depots in the district's order
	out  Proposal

	moves int // made so far, joined ones too
}

// Propose finds, for every shortage, what others have to spare: nobody goes
// below what their own plan asks, near comes before far, and what expires first
// goes first. The minima of all are met before anybody's standard. What is left
// is called up from agreements and then bought. Only what counts is moved.
func Propose(p Proposing) Proposal {
	g := &giving{Proposing: p, free: map[id.ID]map[id.ID]quantity.Q{}, line: map[[2]id.ID]int{},
		have: make([]quantity.Q, len(p.Met)), got: map[[2]id.ID]quantity.Q{}, rank: map[id.ID]int{}}
	g.takeStock()
	g.level(func(m Met) quantity.Q { return m.Line.Minimum })
	// Whole pieces may give a depot more than it lacked, which it can spare then.
	for n := -1; g.moves > n; {
		n = g.moves
		g.level(func(m Met) quantity.Q { return m.Line.Standard })
	}
	g.callUp()
	g.buy()
	return g.out
}

// level brings all targets to a level, as far as others can spare.
func (g *giving) level(of func(Met) quantity.Q) {
	for _, i := range g.shortest(of) {
		g.move(i, of(g.Met[i]))
	}
}

// over is what a target has above its standard, agreements aside: they cannot
// be moved.
func (g *giving) over(target int) quantity.Q {
	m := g.Met[target]
	return max(0, g.have[target]-m.Promised-m.Line.Standard)
}

func (g *giving) takeStock() {
	for n, d := range g.Depots.List() {
		g.rank[d.ID] = n
		if d.Closed || d.Holder == place.HeldByDepartment {
			continue
		}
		free := map[id.ID]quantity.Q{}
		for item, a := range g.Stock[d.ID] {
			if u := a.Usable(); u > 0 {
				free[item] = u
			}
		}
		g.free[d.ID] = free
	}
	for i, m := range g.Met {
		g.have[i] = m.Have()
		if m.DepotID == 0 {
			continue
		}
		for _, c := range g.Goods.Counting(m.Line.Target, m.Line.Unit) {
			g.line[[2]id.ID{m.DepotID, c.ItemID}] = i
		}
	}
}

// shortest lists the targets below a level, the worst first. The district's own
// lines gain nothing by moves within it.
func (g *giving) shortest(level func(Met) quantity.Q) []int {
	var list []int
	for i, m := range g.Met {
		if m.DepotID != 0 && g.have[i] < level(m) && g.receives(m.DepotID) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Compare(RateOf(g.have[a], g.Met[a].Line.Standard), RateOf(g.have[b], g.Met[b].Line.Standard))
	})
	return list
}

// receives reports a depot that others move goods to: what a firm keeps for the
// bureau is filled up by the firm.
func (g *giving) receives(depot id.ID) bool {
	d, _ := g.Depots.Depot(depot)
	_, ok := g.free[depot]
	return ok && d.Holder != place.HeldByFirm
}

// offer is what one depot can spare of one item for a target.
type offer struct {
	from    id.ID
	counted Counted
	qty     quantity.Q // in the item's unit
	minutes int
	known   bool
	expires string
}

func (g *giving) move(i int, level quantity.Q) {
	m := g.Met[i]
	for _, o := range g.offers(m) {
		short := level - g.have[i]
		if short <= 0 {
			return
		}
		qty := min(g.spare(o.from, o.counted), g.whole(o.counted.ItemID, o.counted.Ratio.Inverse().Up(short), true))
		if qty <= 0 {
			continue
		}
		before := g.free[o.from][o.counted.ItemID]
		g.free[o.from][o.counted.ItemID] = before - qty
		if at, planned := g.line[[2]id.ID{o.from, o.counted.ItemID}]; planned {
			r := g.ratioAt(at, o.counted.ItemID)
			g.have[at] -= r.Down(before) - r.Down(before-qty)
		}
		g.gain(i, o.counted, qty)
		g.moves++
		g.out.add(Move{From: o.from, To: m.DepotID, ItemID: o.counted.ItemID, Qty: qty, Minutes: o.minutes, Known: o.known, LineID: m.Line.ID})
	}
}

// gain counts what comes in together with what is there: two half packs are a
// whole one.
func (g *giving) gain(i int, c Counted, qty quantity.Q) {
	at := [2]id.ID{g.Met[i].DepotID, c.ItemID}
	there := g.Stock[at[0]][at[1]].Usable() + g.got[at]
	g.have[i] += c.Ratio.Down(there+qty) - c.Ratio.Down(there)
	g.got[at] += qty
}

// add joins what goes the same way for the same line.
func (p *Proposal) add(m Move) {
	for i := range p.Moves {
		if o := &p.Moves[i]; o.From == m.From && o.To == m.To && o.ItemID == m.ItemID && o.LineID == m.LineID {
			o.Qty += m.Qty
			return
		}
	}
	p.Moves = append(p.Moves, m)
}

func (g *giving) ratioAt(target int, item id.ID) Ratio {
	m := g.Met[target]
	for _, c := range g.Goods.Counting(m.Line.Target, m.Line.Unit) {
		if c.ItemID == item {
			return c.Ratio
		}
	}
	return Ratio{}
}

// spare is what a depot can give of an item: what it has, but not what its own
// plan asks for.
func (g *giving) spare(depot id.ID, c Counted) quantity.Q {
	free := g.free[depot][c.ItemID]
	if at, planned := g.line[[2]id.ID{depot, c.ItemID}]; planned {
		free = min(free, g.ratioAt(at, c.ItemID).Inverse().Down(g.over(at)))
	}
	return g.whole(c.ItemID, free, false)
}

// whole rounds a quantity to what an item's unit allows.
func (g *giving) whole(item id.ID, q quantity.Q, up bool) quantity.Q {
	it, _ := g.Goods.Item(item)
	step := quantity.One
	for range it.Decimals {
		step /= 10
	}
	rest := q % step
	if up && rest != 0 {
		return q + step - rest
	}
	return q - rest
}

func (g *giving) offers(m Met) []offer {
	var list []offer
	for _, c := range g.Goods.Counting(m.Line.Target, m.Line.Unit) {
		for depot, free := range g.free {
			if depot == m.DepotID || free[c.ItemID] <= 0 {
				continue
			}
			if qty := g.spare(depot, c); qty > 0 {
				minutes, known := g.Roads.Minutes(depot, m.DepotID)
				list = append(list, offer{depot, c, qty, minutes, known, g.FirstExpiry(depot, c.ItemID)})
			}
		}
	}
	slices.SortFunc(list, func(a, b offer) int {
		return cmp.Or(later(a.known, b.known), cmp.Compare(a.minutes, b.minutes), cmp.Compare(orLast(a.expires), orLast(b.expires)),
			cmp.Compare(g.rank[a.from], g.rank[b.from]), cmp.Compare(a.counted.ItemID, b.counted.ItemID))
	})
	return list
}

// later puts what is not known behind.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func orLast(day string) string {
	if day == "" {
		return "9999-12-31"
	}
	return day
}

// callUp takes from agreements what the plan does not count already.
func (g *giving) callUp() {
	left := g.Sight.left(g.Met)
	for i, m := range g.Met {
		for _, c := range g.Goods.Counting(m.Line.Target, m.Line.Unit) {
			for n, p := range g.Promises {
				short := m.Line.Standard - g.have[i]
				if short <= 0 || p.ItemID != c.ItemID || left[n] <= 0 {
					continue
				}
				qty := min(g.whole(c.ItemID, left[n], false), g.whole(c.ItemID, c.Ratio.Inverse().Up(short), true))
				if qty <= 0 {
					continue
				}
				left[n] -= qty
				g.have[i] += c.Ratio.Down(qty)
				g.out.Calls = append(g.out.Calls, CallUp{p.DealID, p.Form, c.ItemID, qty, m.DepotID, p.LeadHours, p.Price, m.Line.ID})
			}
		}
	}
}

func (g *giving) buy() {
	for i, m := range g.Met {
		short := m.Line.Standard - g.have[i]
		if short <= 0 {
			continue
		}
		b := Buy{Target: m.Line.Target, Unit: m.Line.Unit, Qty: short, To: m.DepotID, LineID: m.Line.ID}
		if c, ok := g.toBuy(m.Line); ok {
			it, _ := g.Goods.Item(c.ItemID)
			b.ItemID, b.Unit, b.Qty = c.ItemID, it.Unit, g.whole(c.ItemID, c.Ratio.Inverse().Up(short), true)
		}
		g.out.Buys = append(g.out.Buys, b)
	}
}

// toBuy picks what to buy for a target: the item itself, or of a group the
// member that counts one for one.
func (g *giving) toBuy(l Line) (Counted, bool) {
	counted := g.Goods.Counting(l.Target, l.Unit)
	if l.Target.Kind == OfCategory || len(counted) == 0 {
		return Counted{}, false
	}
	for _, c := range counted {
		if c.Ratio.Num == c.Ratio.Den {
			return c, true
		}
	}
	return counted[0], true
}

// left is what of the promises the plan does not count.
func (s Sight) left(met []Met) []quantity.Q {
	t := &Targets{met: slices.Clone(met)}
	for i := range t.met {
		t.met[i].Promised = 0
		t.counted = append(t.counted, s.Goods.Counting(t.met[i].Line.Target, t.met[i].Line.Unit))
	}
	return t.promise(s.Promises)
}
