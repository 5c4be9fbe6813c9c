package demo

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"changbei/internal/day"
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// event is one voucher to come: which depot, which day, which kind. What it
// holds is decided when its turn comes, from what the depot then has.
type event struct {
	on    day.Day
	site  int
	n     int // of its depot, to order a day and to name the voucher
	kind  ledger.Type
	stock bool // a receipt of the first month: stocking the empty shelves
	slip  bool // keyed wrong first, reversed, keyed again
}

// pace is how many vouchers a month a depot of a tier writes.
type pace struct {
	first            int // receipts that stock the empty depot
	receipts, issues int // in each month
	oddMonths        bool
	flood, winter    int // more issues in June–July, in December–January
	before           int // more receipts in March–April, before the flood season
}

var paces = map[place.Tier]pace{
	place.District: {first: 16, receipts: 4, issues: 5, flood: 9, winter: 6, before: 3},
	place.Township: {first: 6, receipts: 1, issues: 1, oddMonths: true, flood: 3, winter: 1, before: 1},
	place.Village:  {first: 2, oddMonths: true, flood: 1},
}

// slipEvery makes one voucher in so many a reversed slip of the pen.
const slipEvery = 40

// newRand gives a depot's own stream of chance, the same in every run.
func newRand(code string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(code))
	return rand.New(rand.NewPCG(h.Sum64(), 20260401))
}

// plan lays out the vouchers of all depots in the order they are booked.
func (f *filler) plan() []event {
	end := f.today.AddDays(-1)
	start := f.today.AddMonths(-f.Size.Months)
	var all []event
	for i, s := range f.sites {
		all = append(all, planSite(i, s, start, end)...)
	}
	slices.SortFunc(all, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.on.First, b.on.First), cmp.Compare(a.site, b.site), cmp.Compare(a.n, b.n))
	})
	return all
}

func planSite(site int, s *site, start, end day.Day) []event {
	chance, p := newRand(s.Code+"/plan"), paces[s.Tier]
	var list []event
	add := func(from day.Day, span int, kind ledger.Type, stock bool) {
		on := from.AddDays(chance.IntN(span))
		if on.First > end.First || on.First < start.First {
			return
		}
		list = append(list, event{on: on, site: site, n: len(list) + 1, kind: kind, stock: stock, slip: !stock && chance.IntN(slipEvery) == 0})
	}
	for range p.first {
		add(start, 20, ledger.Receipt, true)
	}
	for month := start.AddDays(20); month.First <= end.First; month = month.AddMonths(1) {
		issues, receipts := p.issues, p.receipts
		m := month.Time().Month()
		if p.oddMonths && (int(m)+site)%2 == 0 {
			receipts = 0
		}
		switch m {
		case time.June, time.July:
			issues += p.flood
		case time.December, time.January:
			issues += p.winter
		case time.March, time.April:
			receipts += p.before
		}
		for range receipts {
			add(month, 28, ledger.Receipt, false)
		}
		for range issues {
			add(month, 28, ledger.Issue, false)
		}
	}
	return list
}

// inSeason says what a day is in the year of a depot.
func inSeason(on day.Day) string {
	switch on.Time().Month() {
	case time.May, time.June, time.July, time.August:
		return "flood"
	case time.November, time.December, time.January, time.February:
		return "winter"
	}
	return "any"
}

// shelf is what the plan believes a depot holds of one kind of goods. The
// books decide; the belief only keeps the plan from asking for too much.
type shelf struct {
	goods
	level  int64 // what the depot aims at, whole units
	lots   []believedLot
	made   int
	runOut bool // never bought again, so that something is low
}

type believedLot struct {
	last string // last day of the expiry, "9999…" without one
	left int64
}

const never = "9999-12-31"

// usable is what is not expired on a day.
func (s *shelf) usable(on day.Day) int64 {
	var sum int64
	for _, l := range s.lots {
		if l.last >= on.First {
			sum += l.left
		}
	}
	return sum
}

func (s *shelf) put(expires day.Day, qty int64) {
	last := never
	if !expires.IsZero() {
		last = expires.Last()
	}
	s.lots = append(s.lots, believedLot{last, qty})
	slices.SortStableFunc(s.lots, func(a, b believedLot) int { return cmp.Compare(a.last, b.last) })
}

// take follows the books: first expired, first out, expired lots passed over.
func (s *shelf) take(on day.Day, qty int64) {
	for i := range s.lots {
		if l := &s.lots[i]; l.last >= on.First {
			n := min(l.left, qty)
			l.left -= n
			qty -= n
		}
	}
}
