package bench

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"changbei/internal/inventory"
	"changbei/internal/reporting"
	"changbei/internal/store/storetest"
)

// leastBeside is what must be left of posting while a report runs.
const leastBeside = 0.8

// TestBeside posts on SQLite, where readers and the writer share one process,
// alone and while one heavy report after the other is made.
func TestBeside(t *testing.T) {
	_, o := storetest.SQLite().Fixed(t)
	p := plan{depots: number("DEPOTS", 100), items: number("STOCK", 30_000) / number("DEPOTS", 100) / 3, lots: 3, recent: 60_000}
	b := seedBooks(t, o, p)
	st := open(t, o)
	t.Cleanup(func() { st.Close() })
	inv := inventory.New(st)
	reports := reporting.New(st, inv)
	export := func(ctx context.Context) error {
		return reports.StockLedger(ctx, keeper(0), inventory.StockFilter{}, io.Discard)
	}
	check := func(ctx context.Context) error {
		_, err := inv.Check(ctx, nil)
		return err
	}
	for _, callers := range numbers("BESIDE_CALLERS", "1,8") {
		do := book(inv, b.d, spread)
		alone := &side{name: "posting alone", do: do}
		sides := []*side{alone, {name: "beside the stock list as a workbook", do: do, beside: &report{make: export}},
			{name: "beside the ledger check", do: do, beside: &report{make: check}}}
		takeTurns(t, callers, span(), sides...)
		tb := newTable(fmt.Sprintf("%d stock rows, %d entries on SQLite, %d callers", p.shelves(), b.entries, callers),
			"what", "/s best", "med", "over alone", "target", "p50 ms", "p99", "reports", "s each")
		tb.row(alone.name, alone.best(), alone.median(), "", "", alone.quantile(0.5), alone.quantile(0.99), "", "")
		for _, s := range sides[1:] {
			ratio := s.over(alone)
			tb.row(s.name, s.best(), s.median(), ratio, least(ratio, leastBeside), s.quantile(0.5), s.quantile(0.99), s.beside.made, s.beside.each())
		}
		tb.print()
	}
}

// report is made again and again while callers act.
type report struct {
	make func(context.Context) error
	made int
	took time.Duration
}

func (r *report) each() float64 {
	if r.made == 0 {
		return 0
	}
	return r.took.Seconds() / float64(r.made)
}

// start makes reports until stopped; one that is cut off then is not counted.
// wait returns when the first is made, or after a while.
func (r *report) start(t *testing.T) (stop func(), wait func(time.Duration)) {
	ctx, cancel := context.WithCancel(context.Background())
	first := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for n := 0; ; n++ {
			start := time.Now()
			err := r.make(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				t.Errorf("report: %v", err)
				return
			}
			if r.made++; n == 0 {
				close(first)
			}
			r.took += time.Since(start)
		}
	})
	stop = func() {
		cancel()
		done.Wait()
	}
	wait = func(most time.Duration) {
		select {
		case <-first:
		case <-time.After(most):
		}
	}
	return stop, wait
}
