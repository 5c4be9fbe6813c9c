package accounts

import (
	"sync"
	"time"
)

// maxAddresses bounds the limiter's memory; beyond it, old windows go first.
const maxAddresses = 10000

// limiter counts attempts per address in memory: a restart forgets them, which
// is why the account's own lock stands in the database.
type limiter struct {
	mu     sync.Mutex
	max    int
	window time.Duration
	now    func() time.Time
	seen   map[string]attempts
}

type attempts struct {
	count int
	since time.Time
}

func newLimiter(max int, window time.Duration, now func() time.Time) *limiter {
	return &limiter{max: max, window: window, now: now, seen: make(map[string]attempts)}
}

// take counts an attempt. ok is false when the address has used its attempts
// up; first marks the first refusal of a window, the one that is recorded.
func (l *limiter) take(address string) (ok, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a, known := l.seen[address]
	if !known || now.Sub(a.since) >= l.window {
		l.makeRoom(now)
		a = attempts{since: now}
	}
	a.count++
	l.seen[address] = a
	return a.count <= l.max, a.count == l.max+1
}

// giveBack takes an attempt off again: it was a good one.
func (l *limiter) giveBack(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := l.seen[address]; ok && a.count > 0 {
		a.count--
		l.seen[address] = a
	}
}

func (l *limiter) makeRoom(now time.Time) {
	if len(l.seen) < maxAddresses {
		return
	}
	for address, a := range l.seen {
		if now.Sub(a.since) >= l.window {
			delete(l.seen, address)
		}
	}
	if len(l.seen) >= maxAddresses { // all of them fresh: start over rather than grow
		clear(l.seen)
	}
}
