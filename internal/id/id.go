// Package id makes the keys of all rows: int64, roughly ordered by time,
// unique between nodes without asking the database.
//
// 41 bits of milliseconds since 2024, 10 node bits (leased in the database by
// store), 12 bits of sequence. The order of ids is never used as the order of
// events: entries are ordered by business date and depot sequence. A leaf.
package id

import (
	"strconv"
	"sync"
	"time"
)

// ID is a row's key; 0 means "none". In JSON it is a string, because a browser
// loses digits beyond 2^53.
type ID int64

// String writes the decimal digits.
func (i ID) String() string { return strconv.FormatInt(int64(i), 10) }

// MarshalText makes JSON and forms use the decimal text.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (i *ID) UnmarshalText(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	*i = ID(n)
	return err
}

// Parse reads an id from a URL or form; anything else than a positive number
// gives 0, which no row has, so the caller answers "not found".
func Parse(text string) ID {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return ID(n)
}

// MaxNode is the largest node number (10 bits).
const MaxNode = 1<<10 - 1

const epochMilli = 1704067200000 // 2024-01-01T00:00:00Z

// Source makes ids for one node. It is safe for concurrent use.
type Source struct {
	mu   sync.Mutex
	node int64
	last int64
	seq  int64
	now  func() time.Time
}

// NewSource makes a source for a node number leased from the database.
func NewSource(node int, now func() time.Time) *Source {
	return &Source{node: int64(node), now: now}
}

// Last is the instant the newest id was made at, the start of the epoch when
// there is none. It lies ahead of a clock that was set back.
func (s *Source) Last() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.UnixMilli(s.last + epochMilli)
}

// Next gives a new id. When the clock stands still or goes back, it goes on
// from the last millisecond it used, so that ids never repeat.
func (s *Source) Next() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := s.now().UnixMilli() - epochMilli
	if ms > s.last {
		s.last, s.seq = ms, 0
	} else if s.seq++; s.seq > 4095 {
		s.last, s.seq = s.last+1, 0
	}
	return ID(s.last<<22 | s.node<<12 | s.seq)
}
