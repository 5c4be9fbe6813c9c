package importing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Difference is goods where a ledger and the books of its as-of day disagree.
type Difference struct {
	Key     string // for the decision on it
	DepotID id.ID
	Item    catalog.Item // without id: the ledger's own words
	LotNo   string
	Expires day.Day
	Ledger  quantity.Q // what the uploaded ledger says
	Book    quantity.Q // what the books held at the end of its day
	Open    bool       // some row of it is not settled yet: nothing can be adjusted
	Missing bool       // the ledger does not name the item at all
	Adjust  bool       // the books will be adjusted to the ledger
	group   *group
}

// group is the lots that some rows of a ledger speak of together: a ledger says
// as much of its lots as its columns hold, and what it leaves out fits any.
type group struct {
	item    catalog.Item
	rows    []Row
	said    identity
	ledger  quantity.Q
	shelves []store.DayShelf
	book    quantity.Q
}

// identity is what a row or a lot says of which lot it is.
type identity struct {
	no                string
	produced, expires day.Day
}

func (i identity) says() int {
	n := 0
	for _, said := range []bool{i.no != "", !i.produced.IsZero(), !i.expires.IsZero()} {
		if said {
			n++
		}
	}
	return n
}

// fits reports that a lot may be one a row speaks of. Days fit where the
// vaguer of the two covers the other.
func (i identity) fits(lot identity) bool {
	return (i.no == "" || catalog.Key(i.no) == catalog.Key(lot.no)) && covers(i.produced, lot.produced) && covers(i.expires, lot.expires)
}

func covers(said, lot day.Day) bool {
	if said.IsZero() {
		return true
	}
	if lot.IsZero() {
		return false
	}
	return said.First <= lot.First && lot.Last() <= said.Last() || lot.First <= said.First && said.Last() <= lot.Last()
}

// compare holds a ledger against the books of the depots that have entries: a
// stock list opens only a depot without any.
func (p *Preview) compare(ctx context.Context, c *store.Conn) error {
	if p.Act != Settle || p.Batch.Status == Applied || p.Batch.Status == Undone {
		return nil
	}
	for _, depot := range p.mapped() {
		if p.opens[depot] {
			continue
		}
		p.Compared = true
		if p.AsOf.IsZero() {
			continue // asked for first
		}
		shelves, err := c.ShelvesOn(ctx, depot, p.AsOf.First)
		if err != nil {
			return err
		}
		p.compareDepot(depot, shelves)
	}
	return nil
}

func (p *Preview) compareDepot(depot id.ID, shelves []store.DayShelf) {
	t := tally{byItem: map[string]*itemTally{}}
	for _, r := range p.Rows {
		if r.DepotID == depot && !r.Aside && r.Row.Item != "" {
			t.countRow(r)
		}
	}
	for _, s := range shelves {
		t.countShelf(s)
	}
	for _, key := range t.order {
		for _, d := range t.byItem[key].differences() {
			d.DepotID = depot
			if it, ok := p.items[d.Item.ID]; ok {
				d.Item = it
			}
			said := d.group.said
			d.Key = strings.Join([]string{depot.String(), key, said.no, said.produced.String(), said.expires.String()}, "|")
			yes, decided := p.Decisions.Adjust[d.Key]
			d.Adjust = !d.Open && (decided && yes || !decided && !d.Missing)
			p.Compare = append(p.Compare, d)
		}
	}
}

// tally gathers a depot's ledger and books by item, in the order they are met.
type tally struct {
	byItem map[string]*itemTally
	order  []string
}

type itemTally struct {
	item    catalog.Item
	groups  []*group
	shelves []store.DayShelf
	open    bool // a row of the item is not settled yet
	left    bool // a row of the item is left out: its total would say nothing
}

func (t *tally) of(key string) *itemTally {
	if t.byItem[key] == nil {
		t.byItem[key] = &itemTally{}
		t.order = append(t.order, key)
	}
	return t.byItem[key]
}

func (t *tally) countRow(r Row) {
	i := t.of(r.goodsKey())
	i.item = catalog.Item{Name: r.Row.Item, Spec: r.Spec, Unit: r.Unit}
	if r.Item != nil {
		i.item = *r.Item
	}
	i.left = i.left || r.Skipped
	if r.Status != reading.OK || r.Quantity == nil {
		i.open = true // a figure nobody vouches for says nothing of the books
	}
	if r.Quantity == nil {
		return
	}
	for _, one := range r.pieces() {
		i.add(one)
	}
}

// pieces splits a row of numbered pieces into one row a piece.
func (r Row) pieces() []Row {
	if r.Item == nil || !r.Item.Serial {
		return []Row{r}
	}
	numbers, err := catalog.ParseSerials(r.LotNo)
	if err != nil || len(numbers) == 0 {
		return []Row{r}
	}
	list := make([]Row, len(numbers))
	for i, no := range numbers {
		own := *r.Row
		own.LotNo = no
		list[i] = r
		list[i].Row, list[i].Amount = &own, quantity.One
	}
	return list
}

func (i *itemTally) add(r Row) {
	said := identity{r.LotNo, r.ProductionDate, r.Expiry}
	for _, g := range i.groups {
		if g.said == said {
			g.ledger += r.Amount
			g.rows = append(g.rows, r)
			return
		}
	}
	i.groups = append(i.groups, &group{said: said, ledger: r.Amount, rows: []Row{r}})
}

func (t *tally) countShelf(s store.DayShelf) {
	i := t.of(s.Lot.ItemID.String())
	i.shelves = append(i.shelves, s)
	i.item.ID = s.Lot.ItemID
}

// differences gives each lot of the books to the rows that may speak of it, the
// most exact first; rows that claim one lot alike are taken together.
func (i *itemTally) differences() []Difference {
	if i.left {
		return nil
	}
	missing := len(i.groups) == 0
	for _, s := range i.shelves {
		i.claim(s)
	}
	var list []Difference
	for _, g := range i.groups {
		if g.ledger == g.book && !i.open {
			continue
		}
		if g.item = i.item; g.ledger == g.book && len(g.rows) > 0 {
			continue // open, and nothing differs as it stands
		}
		list = append(list, Difference{Item: i.item, LotNo: g.said.no, Expires: g.said.expires, Ledger: g.ledger, Book: g.book, Open: i.open,
			Missing: missing, group: g})
	}
	return list
}

func (i *itemTally) claim(s store.DayShelf) {
	lot := identity{s.Lot.No, s.Lot.Produced, s.Lot.Expires}
	var best []*group
	for _, g := range i.groups {
		if !g.said.fits(lot) {
			continue
		}
		if len(best) > 0 && g.said.says() > best[0].said.says() {
			best = nil
		}
		if len(best) == 0 || g.said.says() == best[0].said.says() {
			best = append(best, g)
		}
	}
	if len(best) == 0 {
		best = []*group{{said: lot}}
		i.groups = append(i.groups, best[0])
	}
	for _, other := range best[1:] {
		best[0].take(other)
		i.groups = slices.DeleteFunc(i.groups, func(g *group) bool { return g == other })
	}
	best[0].shelves = append(best[0].shelves, s)
	best[0].book += s.OnHand
}

func (g *group) take(other *group) {
	g.rows, g.shelves = append(g.rows, other.rows...), append(g.shelves, other.shelves...)
	g.ledger += other.ledger
	g.book += other.book
}

// Stamp is the identity of the differences a person looked at. Books that
// moved since give another one.
func (p *Preview) Stamp() string {
	var b strings.Builder
	for _, d := range p.Compare {
		fmt.Fprintf(&b, "%s=%s/%s;", d.Key, d.Ledger, d.Book)
	}
	p.Form.stamp(&b)
	p.Plan.stamp(&b)
	return digest(b.String())[:16]
}

// adjusts counts the differences that applying posts.
func (p *Preview) adjusts() int {
	n := 0
	for _, d := range p.Compare {
		if d.Adjust {
			n++
		}
	}
	return n
}
