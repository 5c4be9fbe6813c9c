package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"changbei/internal/inventory"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// The targets of the ledger check at a million entries, and what still counts
// as linear.
const (
	mostSeconds = 20
	mostMB      = 200
	mostBent    = 1.25
)

// checkOf names, to a process of its own, the database to check: only there
// the peak of memory is the check's.
const checkOf = "CHANGBEI_BENCH_CHECK_OF"

// TestCheck times the ledger check over books of two sizes.
func TestCheck(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		tb := newTable("ledger check, "+e.Name, "entries", "vouchers", "s best", "med", "target", "cpu s", "us an entry", "peak RSS MB", "target", "peak heap MB")
		var each []float64
		for _, n := range numbers("CHECK", "100000,1000000") {
			b := seedBooks(t, e.Options(t), checkPlan(n))
			var seconds []float64
			var rss, heap, cpu float64
			for range rounds() {
				c := checkApart(t, b)
				seconds, rss, heap, cpu = append(seconds, c.seconds), max(rss, c.rss), max(heap, c.heap), c.cpu
			}
			s := &side{rates: seconds}
			each = append(each, s.median()*1e6/float64(b.entries))
			target := "" // it is set for a million
			if b.entries >= 900_000 {
				target = most(s.median(), mostSeconds)
			}
			tb.row(b.entries, b.posted, slices.Min(seconds), s.median(), target, cpu, each[len(each)-1], rss, most(rss, mostMB), heap)
		}
		tb.print()
		bent := each[len(each)-1] / each[0]
		fmt.Printf("an entry of the largest over one of the smallest: %s  %s\n", figure(bent), most(bent, mostBent))
	})
}

// checkPlan is 100 depots with 30,000 shelves, fewer where the entries would
// not open them.
func checkPlan(entries int) plan {
	p := plan{depots: 100, items: min(100, entries/1000), lots: 3}
	p.recent = (entries - p.opening()) / 10
	p.older = entries - p.opening() - p.recent
	return p
}

// checked is what a check took.
type checked struct{ seconds, rss, heap, cpu float64 }

func checkApart(t *testing.T, b *books) checked {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), checkOf+"="+b.o.SQLite+b.o.MySQL)
	out, err := cmd.CombinedOutput()
	c := checked{cpu: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	var entries int64
	if _, scanErr := fmt.Sscan(string(out), &c.seconds, &c.rss, &c.heap, &entries); err != nil || scanErr != nil || entries != b.entries {
		t.Fatalf("check: %v, %v; %d entries of %d\n%s", err, scanErr, entries, b.entries, out)
	}
	return c
}

// checkHere is the process of its own.
func checkHere(address string) error {
	o := store.Options{SQLite: address}
	if strings.HasPrefix(address, "mysql://") {
		o = store.Options{MySQL: address}
	}
	st, err := store.Open(context.Background(), o)
	if err != nil {
		return err
	}
	defer st.Close()
	stop := watchHeap()
	start := time.Now()
	r, err := inventory.New(st).Check(context.Background(), nil)
	if err != nil {
		return err
	}
	if !r.OK() {
		return fmt.Errorf("%d differences, the first %v", len(r.Differences), r.Differences[0])
	}
	fmt.Println(time.Since(start).Seconds(), peakRSS(), stop(), r.Entries)
	return nil
}

// watchHeap looks at the heap every few milliseconds; the answer stops it and
// gives the most it saw, in MB.
func watchHeap() (stop func() float64) {
	const name = "/memory/classes/heap/objects:bytes"
	quit, most := make(chan struct{}), make(chan float64)
	go func() {
		seen, sample := 0.0, []metrics.Sample{{Name: name}}
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for {
			metrics.Read(sample)
			seen = max(seen, float64(sample[0].Value.Uint64())/(1<<20))
			select {
			case <-look.C:
			case <-quit:
				most <- seen
				return
			}
		}
	}()
	return func() float64 {
		close(quit)
		return <-most
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakRSS is the most memory this process ever had, in MB; 0 where the system
// does not say.
func peakRSS() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	found := peakLine.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kb, _ := strconv.ParseFloat(string(found[1]), 64)
	return kb / 1024
}
