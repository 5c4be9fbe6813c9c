package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"changbei/internal/id"
)

// errUnsure says that a transaction rested on a head that was only assumed and
// is another one, or was refused by it. It is run again under the lock.
var errUnsure = errors.New("store: a head was not as assumed")

// lookAgain is how often the version of the catalogue is read while heads are
// assumed. What hangs on a depot is proved by its sequence whenever it is used;
// the catalogue, which another program on the same database may change, is not.
const lookAgain = time.Second

// headCache keeps the heads as the last postings of this program left them, so
// that the next one need not lock and read its head before it can begin. It
// proves the guess with the one UPDATE that stores the new head: WHERE seq is
// still the one assumed.
type headCache struct {
	mu      sync.Mutex
	known   map[id.ID]Head
	state   int64 // raised when everything is forgotten
	catalog int64 // the version of the catalogue
	looked  time.Time
}

func newHeadCache() *headCache {
	return &headCache{known: map[id.ID]Head{}}
}

// get gives a head to go on from.
func (k *headCache) get(depot id.ID) *Head {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.known[depot]
	if !ok || h.CatalogVersion != k.catalog {
		return nil
	}
	h.Counters = maps.Clone(h.Counters)
	return &h
}

// knows reports whether a depot's head is kept.
func (k *headCache) knows(depot id.ID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.known[depot]
	return ok
}

// lookDue reports, to one caller each time, that the catalogue's version is to
// be read again.
func (k *headCache) lookDue() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	due := time.Since(k.looked) > lookAgain
	if due {
		k.looked = time.Now()
	}
	return due
}

func (k *headCache) sawCatalog(version int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.catalog = version
}

func (k *headCache) now() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// put keeps a stored head, unless all was forgotten since its transaction began.
func (k *headCache) put(h Head, began int64) {
	h.Counters = maps.Clone(h.Counters)
	h.Seq, h.used, h.changed, h.assumed, h.DraftID = h.taken, false, false, false, 0
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state == began {
		k.known[h.DepotID] = h
	}
}

func (k *headCache) drop(depot id.ID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.known, depot)
}

func (k *headCache) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.known)
	k.state++
	k.looked = time.Time{}
}

// AssumeHead gives a depot's head as the last posting of this program left it,
// without a word to the database, or takes it where that is not known. What is
// read and decided on it holds once ConfirmHeads has come back; a refusal
// before that is decided again under the lock. Several are assumed in sorted
// order, and before anything is written.
func (t *Tx) AssumeHead(ctx context.Context, depot id.ID, clientKey string) (*Head, error) {
	if h := t.heads[depot]; h != nil {
		return h, nil
	}
	t.keep[depot] = true
	if !t.owns(depot) {
		return t.TakeHeadFor(ctx, depot, clientKey)
	}
	if t.s.heads.lookDue() {
		version, err := t.CatalogVersion(ctx)
		if err != nil {
			return nil, err
		}
		t.s.heads.sawCatalog(version)
	}
	h := t.s.heads.get(depot)
	if h == nil || t.sure {
		return t.TakeHeadFor(ctx, depot, clientKey)
	}
	h.assumed, h.taken = true, h.Seq
	h.Seq++
	t.heads[depot] = h
	return h, nil
}

// owns reports whether nobody of this program posts at a depot meanwhile: two who
// assume the same head could not both be right, and one in a queue goes on from
// what is not committed yet.
func (t *Tx) owns(depot id.ID) bool { return t.s.lane != nil || t.lane != nil && t.depot == depot }

// ConfirmHeads stores the heads with what a posting has added to them. Where
// they were assumed this locks them and proves the guess, and that the posting's
// key belongs to no saved draft.
func (t *Tx) ConfirmHeads(ctx context.Context, clientKey string) error {
	for _, depot := range slices.Sorted(maps.Keys(t.heads)) {
		if err := t.storeHead(ctx, t.heads[depot], clientKey); err != nil {
			return err
		}
	}
	return nil
}

// unproved reports that something still rests on an assumed head.
func (t *Tx) unproved() bool {
	for _, h := range t.heads {
		if h.assumed {
			return true
		}
	}
	return false
}

// leave keeps the heads this transaction left for the next posting, or forgets
// them where it failed or may have changed what a head says of its depot.
func (t *Tx) leave(stands bool) {
	for depot, h := range t.heads {
		if stands && t.keep[depot] {
			t.s.heads.put(*h, t.began)
		} else {
			t.s.heads.drop(depot)
		}
	}
	if t.forget {
		t.s.heads.clear()
	}
}
