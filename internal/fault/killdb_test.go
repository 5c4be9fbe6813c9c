package fault

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/store/storetest"
)

// backTime bounds how long the product may need to book again after its
// database answers again.
const backTime = 5 * time.Second

// serverSettings make a server keep what it acknowledged, on little memory.
var serverSettings = []string{"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=1", "--innodb-lock-wait-timeout=5"}

// team are keepers that say every act again until it is answered with success.
type team struct {
	t    *testing.T
	h    *house
	stop chan struct{}
	done sync.WaitGroup

	mu     sync.Mutex
	acked  []string
	kinds  map[string]int // of the answers that were no success
	worst  time.Duration  // from the first saying of an act to its success
	lastOK time.Time
}

func newTeam(t *testing.T, h *house) *team {
	return &team{t: t, h: h, stop: make(chan struct{}), kinds: map[string]int{}}
}

// start has n hands work until end is called; what they began they finish.
func (m *team) start(n int) {
	for range n {
		m.done.Go(func() {
			for {
				select {
				case <-m.stop:
					return
				default:
					m.insist(keyOf(anyAct()))
				}
			}
		})
	}
}

func (m *team) end() {
	close(m.stop)
	m.done.Wait()
}

// insistTime bounds the saying again.
const insistTime = 2 * time.Minute

// insist says an act again until it is booked.
func (m *team) insist(key string) {
	begun := time.Now()
	for {
		err := m.h.act(key)
		m.note(key, err, time.Since(begun))
		if err == nil {
			return
		}
		if k := errs.KindOf(err); k != errs.Busy && k != errs.Internal || time.Since(begun) > insistTime {
			m.t.Error(err)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (m *team) note(key string, err error, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.acked = append(m.acked, key)
		m.worst = max(m.worst, took)
		m.lastOK = time.Now()
		return
	}
	m.kinds[errs.KindOf(err).Error()]++
}

func (m *team) booked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.acked)
}

// answers words what was said instead of success.
func (m *team) answers() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m.kinds)) {
		parts = append(parts, fmt.Sprintf("%d %s", m.kinds[k], k))
	}
	if parts == nil {
		return "none refused"
	}
	return strings.Join(parts, ", ") + " answers on the way"
}

// allThere looks for everything that was acknowledged, and proves that each
// key has one voucher and that there are no others than those and the goods
// the house was filled with.
func (m *team) allThere(raw *sql.DB) {
	m.t.Helper()
	if got, want := count1(m.t, raw)[vouchers], int64(1+vouchersOf(m.acked)); got != want {
		m.t.Errorf("%d vouchers are there; the keys stand for %d", got, want)
	}
	for _, key := range m.acked {
		if err := m.h.isThere(key); err != nil {
			m.t.Fatalf("acknowledged, but %v", err)
		}
	}
	m.h.mustCheck(m.t)
}

// TestR5KillTheDatabase kills MariaDB under the running product, again and
// again. The product stays up, and goes on when the database is back.
func TestR5KillTheDatabase(t *testing.T) {
	begun := time.Now()
	cycles := count(1, 40, 1000)
	server := storetest.NewServer(t, t.TempDir(), serverSettings...)
	o := server.Fresh(t)
	h := newHouse(t, o)
	h.fill(t)
	m := newTeam(t, h)
	m.start(4)
	var slowest time.Duration
	for cycle := range cycles {
		before := m.booked()
		for m.booked() == before {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(rand.N(100 * time.Millisecond))
		server.Kill()
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		back := time.Now()
		for before = m.booked(); m.booked() == before; time.Sleep(time.Millisecond) {
			if time.Since(back) > backTime {
				t.Fatalf("cycle %d: the database is back since %s, the product is not", cycle, backTime)
			}
		}
		slowest = max(slowest, time.Since(back))
		if cycle%50 == 49 {
			h.mustCheck(t)
		}
	}
	m.end()
	m.allThere(storetest.Raw(t, o))
	counted(t, begun, "R5", "mysql  killed %d times: %d acknowledged, 0 lost, each booked once; back to booking within %d ms; %s",
		cycles, len(m.acked), slowest.Milliseconds(), m.answers())
}
