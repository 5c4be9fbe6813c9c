package fault

import (
	"math/rand/v2"
	"testing"
	"time"

	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// A restart comes this long after the last, on the clock of the program: the
// leases of killed programs run out as they do in life.
const restartTime = 10 * time.Second

// How soon a clerk is killed after it began to work, and after its start.
const (
	workTime = 12 * time.Millisecond
	openTime = 25 * time.Millisecond
)

// TestR4KillTheProgram kills the program at any moment, again and again on one
// database file. Each start finds what its predecessor acknowledged, says
// again what nobody knows of, and goes on.
func TestR4KillTheProgram(t *testing.T) {
	begun := time.Now()
	cycles := count(5, 300, 10000)
	file := databaseFile(t)
	n := &notes{inDoubt: map[string]bool{}}
	early, checks := 0, 0
	for cycle := range cycles {
		p := startClerk(t, file, noon.Add(time.Duration(cycle+1)*restartTime))
		if rand.IntN(8) == 0 { // while it opens
			time.Sleep(rand.N(openTime))
			early++
		} else {
			check := cycle%50 == 49
			if check {
				checks++
			}
			p.resume(t, n, check)
			p.tell("work", "4")
			p.hear("working", n)
			time.Sleep(rand.N(workTime))
		}
		p.kill(t, n)
	}
	p := startClerk(t, file, noon.Add(time.Duration(cycles+1)*restartTime))
	n.fresh = n.acked // all of them, once more
	p.resume(t, n, true)
	p.orders.Close()
	p.hear("", n)
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("the last clerk: %v\n%s", err, p.faults)
	}
	raw := storetest.Raw(t, store.Options{SQLite: file})
	if got, want := count1(t, raw)[vouchers], int64(1+vouchersOf(n.acked)); got != want {
		t.Fatalf("%d vouchers are there; the keys stand for %d", got, want)
	}
	if len(n.acked) < cycles/2 || n.doubts < cycles/10 {
		t.Fatalf("%d acknowledged, %d in doubt in %d cycles: too little was going on", len(n.acked), n.doubts, cycles)
	}
	took := time.Since(begun)
	counted(t, begun, "R4", "sqlite killed %d times (%d while opening), %.1f a second: %d acknowledged, 0 lost; %d in doubt, each booked once; %d checks of all books",
		cycles, early, float64(cycles)/took.Seconds(), len(n.acked), n.doubts, checks+1)
}

// resume has a fresh clerk look for what was acknowledged and say again what is
// in doubt.
func (p *program) resume(t *testing.T, n *notes, check bool) {
	t.Helper()
	p.hear("open", n)
	for _, key := range n.fresh {
		p.tell("known", key)
	}
	n.fresh = nil
	for key := range n.inDoubt {
		p.tell("again", key)
	}
	if check {
		p.tell("check")
		if !p.hear("checked", n) {
			p.kill(t, n)
		}
	}
}

// kill ends a clerk at once and hears what it still said. One that was gone
// already had found something.
func (p *program) kill(t *testing.T, n *notes) {
	t.Helper()
	p.cmd.Process.Kill()
	p.hear("", n)
	p.cmd.Wait()
	n.doubt()
	if p.faults.Len() > 0 {
		t.Fatalf("a clerk says: %s", p.faults)
	}
}
