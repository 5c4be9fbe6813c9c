package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/dispatching"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// One night's orders, and who handles them at once.
const (
	nightOrders  = 100
	nightCallers = 64
)

// TestDispatch has orders approved, sent and signed for by many callers at
// once, beside as many bare postings: each order books two vouchers and
// promises its goods once.
func TestDispatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o, d := seeded(t, e)
		st := open(t, o)
		t.Cleanup(func() { st.Close() })
		fl := openFloor(t, o)
		tb := newTable(fmt.Sprintf("%d orders by %d callers, %s", nightOrders, nightCallers, e.Name),
			"where", "orders s", "its two postings by hand s", "ratio", "approve p50 ms", "p99", "leave p50", "p99", "sign p50", "p99")
		for _, p := range []pattern{spread, hot} {
			n := newNight(t, st, d, p)
			var took, floor []float64
			for range rounds() {
				floor = append(floor, fl.postings(t, d, p, 2*nightOrders))
				took = append(took, n.handle(t))
			}
			a, b := median(took), median(floor)
			tb.row(string(p), a, b, a/b, quantile(n.approved, .5), quantile(n.approved, .99), quantile(n.left, .5), quantile(n.left, .99),
				quantile(n.signed, .5), quantile(n.signed, .99))
		}
		tb.print()
		mustKeep(t, inventory.New(st))
	})
}

// mustKeep proves every invariant but those of the bare postings' numbers,
// which the floor writes as it likes.
func mustKeep(t *testing.T, inv *inventory.Service) {
	t.Helper()
	r, err := inv.Check(context.Background(), nil)
	must(t, err)
	for _, d := range r.Differences {
		switch d.Kind {
		case "allocated", "order", "stock", "prefix", "balance", "orphan":
			t.Errorf("%s %s", d.Object, d.Text)
		}
	}
}

// postings posts so many vouchers by hand, by as many callers.
func (f *floor) postings(t *testing.T, d *district, p pattern, n int) float64 {
	t.Helper()
	act := f.act(d, p)
	var left atomic.Int64
	left.Store(int64(n))
	start := time.Now()
	share(t, func(caller int, dice *rand.Rand) (bool, error) {
		if left.Add(-1) < 0 {
			return false, nil
		}
		return true, act(caller, dice)
	})
	return time.Since(start).Seconds()
}

// share has the callers go on until there is nothing left.
func share(t *testing.T, next func(caller int, dice *rand.Rand) (more bool, err error)) {
	t.Helper()
	runtime.GC()
	var all sync.WaitGroup
	failed := make([]error, nightCallers)
	for c := range nightCallers {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(c), uint64(time.Now().UnixNano())))
			for more := true; more && failed[c] == nil; {
				more, failed[c] = next(c, dice)
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		must(t, err)
	}
}

// night are orders to handle, with how long each act took.
type night struct {
	dis                    *dispatching.Service
	d                      *district
	p                      pattern
	mu                     sync.Mutex
	approved, left, signed []time.Duration
}

func newNight(t *testing.T, st *store.Store, d *district, p pattern) *night {
	t.Helper()
	return &night{dis: dispatching.New(st), d: d, p: p}
}

func duty(n int, role access.Role) access.Actor {
	return access.Actor{ID: id.ID(2000 + n), Login: fmt.Sprintf("duty%d", n), Name: "值班", Grants: []access.Grant{{Role: role}}, IP: "127.0.0.1"}
}

// propose draws up an order of three lines from one site to a point of another.
func (n *night) propose(t *testing.T, dice *rand.Rand) order.Order {
	t.Helper()
	from, chosen := n.d.pick(n.p, dice)
	in := dispatching.OrderInput{ClientKey: inventory.NewKey(), Reason: "应急调拨",
		Targets: []dispatching.TargetInput{{DeskID: n.d.sites[len(n.d.sites)-1].depot.ID, Name: "安置点"}}}
	for _, sh := range chosen {
		in.Lines = append(in.Lines, dispatching.LineInput{DepotID: from.depot.ID, ItemID: sh.item, Qty: "1"})
	}
	o, err := n.dis.Propose(context.Background(), duty(0, access.Planner), in)
	must(t, err)
	return o
}

// handle gives how long a night's orders took, from the first approval to the
// last signature.
func (n *night) handle(t *testing.T) float64 {
	t.Helper()
	dice := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	orders := make(chan order.Order, nightOrders)
	for range nightOrders {
		orders <- n.propose(t, dice)
	}
	close(orders)
	start := time.Now()
	share(t, func(caller int, _ *rand.Rand) (bool, error) {
		o, more := <-orders
		if !more {
			return false, nil
		}
		return true, n.one(caller, o)
	})
	return time.Since(start).Seconds()
}

func (n *night) one(caller int, o order.Order) error {
	ctx := context.Background()
	begun := time.Now()
	o, err := n.dis.Approve(ctx, duty(caller+1, access.Leader), dispatching.DecisionInput{OrderID: o.ID, DocumentNo: "量测"})
	if err != nil {
		return err
	}
	n.note(&n.approved, &begun)
	for _, sh := range o.Shipments {
		if _, err := n.dis.Leave(ctx, keeper(caller), dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID}); err != nil {
			return err
		}
		n.note(&n.left, &begun)
		in := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Way: order.ByPage}
		for _, l := range sh.Lines {
			in.Lines = append(in.Lines, dispatching.SignLine{LineID: l.ID, Good: "1"})
		}
		if _, err := n.dis.Sign(ctx, keeper(caller), in); err != nil {
			return err
		}
		n.note(&n.signed, &begun)
	}
	return nil
}

func (n *night) note(list *[]time.Duration, begun *time.Time) {
	now := time.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	*list = append(*list, now.Sub(*begun))
	*begun = now
}
