package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// One kill loses the answers of at most as many postings as are under way, and
// few of them stand at their COMMIT: a program that takes a lost answer for
// success comes away unseen from a single kill every second time.
const (
	failOvers     = 6
	failOverDesks = 16
	betweenKills  = 150         // postings answered
	resolveWithin = time.Minute // of a posting, and of the opening of the node that takes over
	pressAgain    = 20 * time.Millisecond
	failOverStock = 1_000_000 // never short, so that every refusal is the cluster's
)

// TestFailOver posts through one node of a cluster, ends that node by kill -9
// in the middle, and goes on with the next, again and again round the cluster
// while the one that was killed comes back.
//
// It is a run of its own and no skipped test: the usual engines have no second
// node, and CHANGBEI_TEST_ENGINES names galera where there is to be one.
func TestFailOver(t *testing.T) {
	if !storetest.Chosen("galera") {
		return
	}
	c := storetest.StartGalera(t)
	r := newFailOver(t, c)
	var desks sync.WaitGroup
	for i := range failOverDesks {
		desks.Go(func() { r.keep(i) })
	}
	func() {
		defer desks.Wait()
		defer r.over.Store(true)
		for round := range failOvers {
			r.round(c, round%3, (round+1)%3)
		}
	}()
	c.Synced(t)
	for i := range 3 {
		r.verify(c.Node(i), i)
	}
	if t.Failed() {
		return
	}
	t.Logf("galera: %d kill -9 of the node posted through: %d postings answered, none lost; %d answers lost, %d of those vouchers were there; longest wait %s\nthe answers without a voucher were: %v",
		failOvers, len(r.answered), r.unanswered, r.found, r.longest.Round(time.Millisecond), r.refusals)
}

// failOver is a district whose database moves under its keepers.
type failOver struct {
	t       *testing.T
	keepers []access.Actor // one at each desk
	current atomic.Pointer[world]
	over    atomic.Bool

	mu         sync.Mutex
	answered   map[string]string // client key to the voucher the keeper was told
	net        int64             // quilts of those, in thousandths, over all depots
	unanswered int               // postings whose first answer was an error
	found      int               // those of them that were in the books
	longest    time.Duration     // from pressing first to the answer
	refusals   map[string]int
}

func newFailOver(t *testing.T, c *storetest.Cluster) *failOver {
	r := &failOver{t: t, answered: map[string]string{}, refusals: map[string]int{}}
	w := newWorld(t, c.Node(0))
	for i := range failOverDesks {
		depot := place.Depot{Code: fmt.Sprintf("FO%02d", i), Name: fmt.Sprintf("%d 号库", i), Tier: place.Township}
		err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
			depot.ID = tx.NewID()
			return tx.InsertDepot(w.ctx, depot)
		})
		if err != nil {
			t.Fatal(err)
		}
		r.keepers = append(r.keepers, actor(200+i, depot.Name, access.Keeper, depot.ID))
		d := r.at(i, w.receipt("2026-11-01", w.quilts(fmt.Sprint(failOverStock))))
		v, err := w.inv.PostDraft(w.ctx, r.keepers[i], d)
		if err != nil {
			t.Fatal(err)
		}
		r.note(d, v)
	}
	r.current.Store(w)
	return r
}

// at moves a form to the depot of a desk. Each desk has its own: postings of
// one depot wait for each other, and only one of them could be at its COMMIT.
func (r *failOver) at(desk int, d inventory.Draft) inventory.Draft {
	d.DepotID = r.keepers[desk].Grants[0].DepotID
	return d
}

// round waits for postings, kills the node they go to and opens the next at
// once, as a service manager does that restarts the program with the other
// address; nobody waits there until the cluster has found itself.
func (r *failOver) round(c *storetest.Cluster, from, to int) {
	r.t.Helper()
	r.waitForMore()
	c.Kill(from)
	r.current.Store(r.open(c.Node(to)))
	r.waitForMore()
	c.Restart(r.t, from)
}

func (r *failOver) open(e storetest.Engine) *world {
	r.t.Helper()
	o := e.Options(r.t)
	o.Now = func() time.Time { return noon }
	for end := time.Now().Add(resolveWithin); ; time.Sleep(pressAgain) {
		st, err := store.Open(context.Background(), o)
		if err == nil {
			r.t.Cleanup(func() { st.Close() })
			w := *r.current.Load()
			w.st, w.inv = st, inventory.New(st)
			return &w
		}
		r.refused("open", err)
		if time.Now().After(end) {
			r.t.Fatalf("the node that is to take over does not open: %v", err)
		}
	}
}

// keep is one keeper who keys vouchers one after another and presses again,
// with the same key, as long as no voucher is the answer.
func (r *failOver) keep(desk int) {
	for n := 0; !r.over.Load(); n++ {
		d, began := r.next(desk, n), time.Now()
		w := r.current.Load()
		v, err := w.inv.PostDraft(w.ctx, r.keepers[desk], d)
		if err != nil {
			r.refused("post", err)
			if v, err = r.again(r.keepers[desk], d, err); err != nil {
				r.t.Errorf("%s is not resolved after %s: %v", d.ClientKey, time.Since(began), err)
				return
			}
		}
		r.note(d, v)
		r.mu.Lock()
		r.longest = max(r.longest, time.Since(began))
		r.mu.Unlock()
	}
}

// next gives receipts and issues by turns; some are of a lot that is new, so
// that a lost posting takes a new lot with it.
func (r *failOver) next(desk, n int) inventory.Draft {
	w := r.current.Load()
	l := w.quilts("1")
	d := w.issue("2026-11-24", l)
	if n%2 == 0 {
		l.LotNo = fmt.Sprintf("%d-%d", desk, n/8)
		d = w.receipt("2026-11-24", l, w.quilts("2"))
	}
	return r.at(desk, d)
}

// again presses until there is an answer. What the books hold is looked at
// before: a voucher that is in them may have been answered by "cannot say
// whether it is saved", never by "not saved".
func (r *failOver) again(keeper access.Actor, d inventory.Draft, lost error) (v ledger.Voucher, err error) {
	there := false
	for end := time.Now().Add(resolveWithin); time.Now().Before(end); time.Sleep(pressAgain) {
		w := r.current.Load()
		if v, err := w.st.VoucherByKey(w.ctx, d.ClientKey); err == nil {
			there = true
			if !errors.Is(lost, store.ErrUnknownOutcome) {
				r.t.Errorf("%s is booked, but the answer was: %v", v.Number, lost)
			}
		}
		if v, err = w.inv.PostDraft(w.ctx, keeper, d); err == nil {
			break
		}
		lost = err
		r.refused("post", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unanswered++
	if there {
		r.found++
	}
	return v, err
}

func (r *failOver) note(d inventory.Draft, v ledger.Voucher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, twice := r.answered[d.ClientKey]; twice {
		r.t.Errorf("key %s answered twice", d.ClientKey)
	}
	r.answered[d.ClientKey] = told(v)
	for _, e := range v.Entries {
		if e.DepotID != 0 {
			r.net += int64(e.Qty)
		}
	}
}

// told is what a keeper was told of a voucher.
func told(v ledger.Voucher) string {
	return fmt.Sprintf("%s %s %d entries %s", v.ID, v.Number, len(v.Entries), v.Hash)
}

// refused counts an answer that is no voucher. What is under way when a node
// dies may fail in any words, but not in ones that blame the keeper.
func (r *failOver) refused(what string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusals[what+": "+errs.MessageOf(err)]++
	if kind := errs.KindOf(err); what == "post" && (kind == errs.Invalid || kind == errs.Conflict || kind == errs.NotFound || kind == errs.Forbidden) {
		r.t.Errorf("%s: %v; the keeper is to blame for nothing", what, err)
	}
}

// waitForMore waits until the keepers have got that many answers more.
func (r *failOver) waitForMore() {
	r.t.Helper()
	count := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.answered)
	}
	want := count() + betweenKills
	for end := time.Now().Add(2 * resolveWithin); count() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("%d postings answered, not %d: posting does not go on", count(), want)
		}
	}
}

// verify reads one node: every voucher a keeper was told is there as he was
// told, there is no other, the stock is their sum, and the check finds nothing.
func (r *failOver) verify(e storetest.Engine, node int) {
	r.t.Helper()
	w := r.open(e)
	for key, want := range r.answered {
		v, err := w.st.VoucherByKey(w.ctx, key)
		if err != nil {
			r.t.Errorf("node %d lost what was answered: %s: %v", node, want, err)
		} else if d := cmp.Diff(want, told(v)); d != "" {
			r.t.Errorf("node %d has another voucher than was answered (-answered +there):\n%s", node, d)
		}
	}
	var vouchers int
	var stock int64
	raw := storetest.Raw(r.t, e.Options(r.t))
	if err := raw.QueryRow("SELECT (SELECT COUNT(*) FROM voucher), (SELECT SUM(qty) FROM stock)").Scan(&vouchers, &stock); err != nil {
		r.t.Fatal(err)
	}
	if vouchers != len(r.answered) || stock != r.net {
		r.t.Errorf("node %d has %d vouchers and %d in stock; the keepers know of %d and %d", node, vouchers, stock, len(r.answered), r.net)
	}
	w.mustCheck()
}
