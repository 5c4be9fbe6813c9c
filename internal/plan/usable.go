package plan

import (
	"cmp"
	"maps"
	"slices"

	"changbei/internal/id"
	"changbei/internal/quantity"
)

// Why says why stock does not count toward a plan. The values are written by
// the store's query in this order of precedence: what is on the road is not
// also expired, so that the columns add up.
type Why int

// The reasons, and Usable for what counts.
const (
	Usable    Why = iota
	InTransit     // 在途
	Lent          // 借出
	InRepair      // 维修
	Barred        // 冻结/待检: held lots and quarantine
	Expired       // 已过期
	Expiring      // 期内到期: within the plan's window
	Untested      // 试机过期: a machine without a trial in date
	Allocated     // 已分配 to a dispatch order
	whys
)

// Whys lists the exclusions in the order tables show them.
var Whys = []Why{Expired, Expiring, Lent, InRepair, InTransit, Barred, Untested, Allocated}

var whyNames = [...]string{"可用", "在途", "借出", "维修", "冻结/待检", "已过期", "期内到期", "试机过期", "已分配"}

// Name gives the column's heading.
func (w Why) Name() string { return whyNames[w] }

var whyKeys = [...]string{"usable", "transit", "lent", "repair", "barred", "expired", "expiring", "untested", "allocated"}

// Key is the word of addresses.
func (w Why) Key() string { return whyKeys[w] }

// ParseWhy finds an exclusion by its key.
func ParseWhy(key string) (Why, bool) {
	for _, w := range Whys {
		if w.Key() == key {
			return w, true
		}
	}
	return 0, false
}

// Amounts is stock by why it does not count. 账面 less every exclusion is 可用,
// exactly.
type Amounts struct {
	Book quantity.Q
	Out  [whys]quantity.Q // by Why; Usable stays 0
}

// Usable is what counts.
func (a Amounts) Usable() quantity.Q {
	left := a.Book
	for _, w := range Whys {
		left -= a.Out[w]
	}
	return left
}

// Add takes some stock in: qty of which allocated is promised to orders. What
// is excluded for another reason is not excluded as allocated again.
func (a *Amounts) Add(why Why, qty, allocated quantity.Q) {
	a.Book += qty
	if why != Usable {
		a.Out[why] += qty
		return
	}
	a.Out[Allocated] += allocated
}

// Plus adds two up.
func (a Amounts) Plus(b Amounts) Amounts {
	a.Book += b.Book
	for w := range a.Out {
		a.Out[w] += b.Out[w]
	}
	return a
}

// In converts to another unit, what counts first: every column is the
// difference of two sums rounded down, so that they add up to the book and
// nothing counts that is not there.
func (a Amounts) In(r Ratio) Amounts {
	if r == Same {
		return a
	}
	sum := a.Usable()
	done := r.Down(sum)
	out := Amounts{}
	for _, w := range Whys {
		sum += a.Out[w]
		next := r.Down(sum)
		out.Out[w] = next - done
		done = next
	}
	out.Book = done
	return out
}

// Stock is what depots hold of items.
type Stock map[id.ID]map[id.ID]Amounts

// Add takes some stock of a depot in.
func (s Stock) Add(depot, item id.ID, why Why, qty, allocated quantity.Q) {
	at := s[depot]
	if at == nil {
		at = map[id.ID]Amounts{}
		s[depot] = at
	}
	a := at[item]
	a.Add(why, qty, allocated)
	at[item] = a
}

// GiveBack counts again what was lent. What comes back beyond what the books say
// is lent is goods the books do not hold.
func (s Stock) GiveBack(depot, item id.ID, qty quantity.Q) {
	a := s[depot][item]
	lent := min(qty, a.Out[Lent])
	s.Add(depot, item, Lent, -lent, 0)
	s.Add(depot, item, Usable, qty, 0)
}

// Clone copies it, so that the copy can be added to.
func (s Stock) Clone() Stock {
	c := make(Stock, len(s))
	for depot, at := range s {
		c[depot] = maps.Clone(at)
	}
	return c
}

func sortPromises(list []Promise) {
	slices.SortStableFunc(list, func(a, b Promise) int {
		return cmp.Or(cmp.Compare(a.LeadHours, b.LeadHours), cmp.Compare(a.DealID, b.DealID), cmp.Compare(a.ItemID, b.ItemID))
	})
}
