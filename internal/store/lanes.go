package store

import (
	"sync"

	"changbei/internal/id"
)

// depotLanes are the queues of the MySQL family, one for each depot that was
// posted at. A depot's postings are ordered by its head anyway; in a queue they
// share commits instead of waiting for the lock one by one.
type depotLanes struct {
	*writers
	mu     sync.Mutex
	at     map[id.ID]*lane
	closed bool
}

// laneOf gives the queue a transaction at a depot goes through, nil for none: on
// SQLite there is one for all, on the MySQL family one each, and none for what
// touches several depots, nor at a depot's first posting, which shows that there
// is such a depot.
func (s *Store) laneOf(depot id.ID) *lane {
	if s.lane != nil || depot == 0 {
		return s.lane
	}
	s.lanes.mu.Lock()
	defer s.lanes.mu.Unlock()
	l := s.lanes.at[depot]
	if l == nil && !s.lanes.closed && s.heads.knows(depot) {
		l = openLane(s.lanes.begin, s.dialect.unknownAtCommit, func() { s.heads.drop(depot) })
		s.lanes.at[depot] = l
	}
	return l
}

func (d *depotLanes) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, l := range d.at {
		l.close()
	}
	clear(d.at)
	d.writers.close()
}
