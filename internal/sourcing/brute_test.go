package sourcing_test

import (
	"slices"

	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/sourcing"
)

// brute tries every way to hand out whole pieces of a small problem, and knows
// nothing of flows, prices or knapsacks: it counts what an objective says in
// words, in a list that is compared from the front.
type brute struct {
	p     sourcing.Problem
	kind  sourcing.Kind
	mode  mode
	piles []pile
	best  []int64
	give  [][]int // pile, line
}

// mode says what brute force counts in.
type mode int

const (
	plain mode = iota // pieces; tenths and days are compared one by one
	mixed             // parts of pieces of different weights, in sums
)

// pile is the lots of one item at a depot, one piece each, first expired first.
type pile struct {
	at    sourcing.At
	step  quantity.Q
	days  []string
	order []string // all expiry days of its family of lines
}

func newBrute(p sourcing.Problem, k sourcing.Kind, m mode) *brute {
	b := &brute{p: p, kind: k, mode: m}
	for _, s := range p.Supplies {
		if s.Qty == 0 {
			continue
		}
		at := sourcing.At{DepotID: s.DepotID, ItemID: s.ItemID}
		i := slices.IndexFunc(b.piles, func(x pile) bool { return x.at == at })
		if i < 0 {
			i = len(b.piles)
			b.piles = append(b.piles, pile{at: at, step: stepOf(s)})
		}
		for range s.Qty / b.piles[i].step {
			b.piles[i].days = append(b.piles[i].days, sortable(s.Expires))
		}
	}
	for i := range b.piles {
		slices.Sort(b.piles[i].days)
		b.give = append(b.give, make([]int, len(p.Needs)))
	}
	for i := range b.piles {
		b.piles[i].order = b.familyDays(b.piles[i].at.ItemID)
	}
	for i := range b.piles {
		if x := &b.piles[i]; k == sourcing.KeepMinimum {
			floor := int((p.Floors[x.at] + x.step - 1) / x.step)
			x.days = x.days[:max(0, len(x.days)-floor)]
		}
	}
	return b
}

func stepOf(s sourcing.Supply) quantity.Q {
	step := quantity.One
	for range s.Decimals {
		step /= 10
	}
	return step
}

func sortable(day string) string {
	if day == "" {
		return "9"
	}
	return day
}

// family lists the lines that share goods with one, directly or not.
func (b *brute) family(n sourcing.Need) []sourcing.Need {
	lines := []sourcing.Need{n}
	for i := 0; i < len(lines); i++ {
		for _, x := range b.piles {
			for _, other := range b.p.Needs {
				if serves(lines[i], x.at.ItemID) && serves(other, x.at.ItemID) && !slices.ContainsFunc(lines, func(l sourcing.Need) bool { return l.Line == other.Line }) {
					lines = append(lines, other)
				}
			}
		}
	}
	return lines
}

func (b *brute) familyDays(item id.ID) []string {
	var days []string
	for _, n := range b.p.Needs {
		if !serves(n, item) {
			continue
		}
		for _, l := range b.family(n) {
			for _, x := range b.piles {
				if serves(l, x.at.ItemID) {
					days = append(days, x.days...)
				}
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// run gives the score of the best way there is.
func (b *brute) run() []int64 {
	b.try(0, 0, 0)
	return b.best
}

func (b *brute) try(at, line, used int) {
	if at == len(b.piles) {
		if b.needsAll() {
			if s := b.score(); b.best == nil || slices.Compare(s, b.best) < 0 {
				b.best = s
			}
		}
		return
	}
	if line == len(b.p.Needs) {
		b.try(at+1, 0, 0)
		return
	}
	if !serves(b.p.Needs[line], b.piles[at].at.ItemID) {
		b.try(at, line+1, used)
		return
	}
	for n := 0; used+n <= len(b.piles[at].days); n++ {
		b.give[at][line] = n
		b.try(at, line+1, used+n)
	}
	b.give[at][line] = 0
}

// needsAll reports that no line could do with a piece less.
func (b *brute) needsAll() bool {
	got := b.count().got
	for i, x := range b.piles {
		for line, n := range b.give[i] {
			if n > 0 && got[line]-b.worth(b.p.Needs[line], x) >= b.want(b.p.Needs[line]) {
				return false
			}
		}
	}
	return true
}

func serves(n sourcing.Need, item id.ID) bool {
	return slices.ContainsFunc(n.Members, func(m sourcing.Member) bool { return m.ItemID == item })
}

// of is the score of a plan, read from its takes.
func (b *brute) of(plan sourcing.Plan) []int64 {
	for i := range b.give {
		clear(b.give[i])
	}
	for _, t := range plan.Takes {
		at := slices.IndexFunc(b.piles, func(x pile) bool { return x.at == sourcing.At{DepotID: t.DepotID, ItemID: t.ItemID} })
		line := slices.IndexFunc(b.p.Needs, func(n sourcing.Need) bool { return n.Line == t.Line })
		b.give[at][line] += int(t.Qty / b.piles[at].step)
	}
	return b.score()
}

// parts is what goods of several weights are counted in: twelfths of a
// thousandth of the line's unit.
const parts = 12

func counts(n sourcing.Need, x pile) int64 {
	for _, m := range n.Members {
		if m.ItemID == x.at.ItemID {
			return parts * int64(x.step) * m.Num / m.Den
		}
	}
	return 0
}

// worth is what a piece counts for a line, want what the line asks for.
func (b *brute) worth(n sourcing.Need, x pile) int64 {
	if b.mode == plain {
		return 1
	}
	return counts(n, x)
}

func (b *brute) want(n sourcing.Need) int64 {
	piece := b.pieceOf(n)
	want := (parts*int64(n.Qty) + piece - 1) / piece
	if b.mode == plain {
		return want
	}
	return want * piece
}

// pieceOf is the greatest common part of what pieces count for a line and, of
// several weights, for its family.
func (b *brute) pieceOf(n sourcing.Need) int64 {
	lines := []sourcing.Need{n}
	if b.mode == mixed {
		lines = b.family(n)
	}
	piece := int64(0)
	for _, l := range lines {
		for _, x := range b.piles {
			for w := counts(l, x); w > 0; {
				piece, w = w, piece%w
			}
		}
	}
	return max(piece, 1)
}

type tally struct {
	got                             []int64
	unknown, minutes, ranks, handed int64
	last                            int64
	byDay                           []int64
	expiry                          int64
}

func (b *brute) count() tally {
	t := tally{got: make([]int64, len(b.p.Needs)), last: -1, byDay: make([]int64, 20)}
	for i, x := range b.piles {
		used := 0
		for line, n := range b.give[i] {
			if n == 0 {
				continue
			}
			need := b.p.Needs[line]
			worth := b.worth(need, x)
			amount := int64(n) * worth
			t.got[line] += amount
			minutes, known := b.p.Road(x.at.DepotID, need.Target)
			if arrival := int64(minutes + b.p.Loading[x.at.DepotID]); known {
				t.last = max(t.last, arrival)
				t.minutes += amount * arrival
			} else {
				t.unknown += amount
			}
			t.ranks += amount * int64(b.p.Rank[x.at.DepotID])
			t.handed += amount
			for range n {
				day := slices.Index(x.order, x.days[used])
				t.byDay[day] -= worth
				t.expiry += worth * int64(day)
				used++
			}
		}
	}
	return t
}

func (b *brute) score() []int64 {
	t := b.count()
	unmet, days := b.tenths(t.got), t.byDay
	if b.mode == mixed {
		sum := int64(0)
		for i, missing := range unmet {
			sum += int64(10-i) * missing
		}
		unmet, days = []int64{sum}, []int64{t.expiry}
	}
	switch b.kind {
	case sourcing.Fastest:
		return slices.Concat(unmet, []int64{t.unknown, t.last, t.minutes, t.ranks}, days, []int64{t.handed})
	case sourcing.KeepMinimum:
		return slices.Concat(unmet, []int64{t.unknown, t.ranks, t.last, t.minutes}, days, []int64{t.handed})
	}
	return slices.Concat(unmet, days, []int64{t.unknown, t.last, t.minutes, t.ranks, t.handed})
}

// tenths is what is missing from the first tenth of all needs, then from the
// second, and so on; a tenth ends with a whole piece.
func (b *brute) tenths(got []int64) []int64 {
	list := make([]int64, 10)
	for line, n := range b.p.Needs {
		piece := int64(1)
		if b.mode == mixed {
			piece = b.pieceOf(n)
		}
		want := b.want(n) / piece
		have := min(want, got[line]/piece)
		low := int64(0)
		for i := range int64(10) {
			high := (want*(i+1) + 9) / 10
			list[i] += piece * (high - max(low, min(have, high)))
			low = high
		}
	}
	return list
}
