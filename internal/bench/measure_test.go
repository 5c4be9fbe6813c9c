package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"
)

// act is one thing a caller does again and again.
type act func(caller int, dice *rand.Rand) error

// side is one of those that take turns, with what it reached.
type side struct {
	name  string
	do    act
	rates []float64 // a second, one per round
	took  []time.Duration
	done  int          // in all, the warming up too
	asked func() int64 // the server's count of statements, nil where nobody counts
	asks  int64
	// beside is made meanwhile, nil = nothing
	beside *report
}

// statements gives how many round trips one act made.
func (s *side) statements() any {
	if s.asked == nil {
		return "-"
	}
	return float64(s.asks) / float64(s.done)
}

// patience is how many times its span a side goes on for the report beside it
// to be finished once: cut off, it would not have shown all it does.
const patience = 5

// run has callers act for a while, closed loop. The label lets a CPU profile
// be read by side.
func (s *side) run(t *testing.T, callers int, d time.Duration, counted bool) {
	t.Helper()
	runtime.GC() // what the other side left is not this one's work
	finished := func() {}
	if s.beside != nil {
		stop, wait := s.beside.start(t)
		defer stop()
		finished = func() { wait(patience * d) }
	}
	took := make([][]time.Duration, callers)
	failed := make([]error, callers)
	if s.asked != nil {
		s.asks -= s.asked()
	}
	var all sync.WaitGroup
	var over atomic.Bool
	start := time.Now()
	pprof.Do(context.Background(), pprof.Labels("side", s.name), func(context.Context) {
		for c := range callers {
			all.Go(func() { took[c], failed[c] = loop(c, &over, s.do) })
		}
		time.Sleep(d)
		finished()
		over.Store(true)
		all.Wait()
	})
	elapsed := time.Since(start)
	if s.asked != nil {
		s.asks += s.asked()
	}
	for _, err := range failed {
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
	}
	list := slices.Concat(took...)
	s.done += len(list)
	if counted {
		s.took = append(s.took, list...)
		s.rates = append(s.rates, float64(len(list))/elapsed.Seconds())
	}
}

func loop(caller int, over *atomic.Bool, do act) ([]time.Duration, error) {
	dice := rand.New(rand.NewPCG(uint64(caller), uint64(time.Now().UnixNano())))
	var took []time.Duration
	for !over.Load() {
		start := time.Now()
		if err := do(caller, dice); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

// takeTurns runs the sides one after the other, round by round, each first for
// a moment that does not count.
func takeTurns(t *testing.T, callers int, each time.Duration, sides ...*side) {
	t.Helper()
	for _, s := range sides {
		s.run(t, callers, span()/4, false)
	}
	for r := range rounds() {
		for i := range sides {
			sides[(i+r)%len(sides)].run(t, callers, each, true)
		}
	}
}

func (s *side) best() float64   { return slices.Max(s.rates) }
func (s *side) median() float64 { return median(s.rates) }

// quantile gives a latency in milliseconds.
func (s *side) quantile(q float64) float64 { return quantile(s.took, q) }

func quantile(took []time.Duration, q float64) float64 {
	list := slices.Sorted(slices.Values(took))
	if len(list) == 0 {
		return 0
	}
	return float64(list[min(len(list)-1, int(q*float64(len(list))))].Microseconds()) / 1000
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}

// over gives a rate in terms of another's, round by round.
func (s *side) over(floor *side) float64 {
	ratios := make([]float64, len(s.rates))
	for i := range s.rates {
		ratios[i] = s.rates[i] / floor.rates[i]
	}
	return median(ratios)
}

// table prints aligned columns.
type table struct{ w *tabwriter.Writer }

func newTable(title string, columns ...any) *table {
	fmt.Printf("\n%s\n", title)
	tb := &table{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)}
	tb.row(columns...)
	return tb
}

func (tb *table) row(cells ...any) {
	for _, c := range cells {
		if f, ok := c.(float64); ok {
			c = figure(f)
		}
		fmt.Fprintf(tb.w, "%v\t", c)
	}
	fmt.Fprintln(tb.w)
}

func (tb *table) print() { tb.w.Flush() }

// figure writes a number with the digits that mean something.
func figure(f float64) string {
	switch {
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.2f", f)
}

// least and most judge a ratio against what must be reached.
func least(ratio, target float64) string { return verdict(ratio >= target, "≥", target) }
func most(ratio, target float64) string  { return verdict(ratio <= target, "≤", target) }

func verdict(reached bool, sign string, target float64) string {
	if reached {
		return fmt.Sprintf("%s%g ok", sign, target)
	}
	return fmt.Sprintf("%s%g MISS", sign, target)
}
