package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"

	"github.com/anishathalye/porcupine"
)

// Concurrent histories: some clients at once issue, receive, transfer, take
// back, hold, release and look at the stock of a few lots at two depots. Each
// history must be one that some order of its calls explains, an order in which
// what had been answered comes before what was asked later.
const (
	clients      = 8
	callsEach    = 5
	lotsShared   = 2
	plainPast    = 200 // histories of a plain test,
	plainServer  = 120 // and on the server
	nightlyPast  = 5_000
	perDatabase  = 40
	decideWithin = time.Minute
)

// act is what a client asks.
type act int

const (
	receive act = iota
	issue
	transfer
	takeBack
	hold
	release
	look
)

// call is one request: of which lot, where, how much. What it changes at each
// depot is known beforehand; takeBack names the call it reverses.
type call struct {
	act     act
	lot     int
	change  [2]int
	reverse int
}

// reply is what the client got: booked or refused, and of a look the stock.
type reply struct {
	booked bool
	stock  [2]int
}

// shelf2 is a lot's state in the sequential model: its stock at both depots,
// whether it is held, and which calls have been reversed.
type shelf2 struct {
	stock  [2]int
	held   bool
	undone uint64
}

// sequential is the model: one lot, one call after the other.
var sequential = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, lotsShared)
		for _, op := range history {
			n := op.Input.(call).lot
			parts[n] = append(parts[n], op)
		}
		return parts
	},
	Init: func() any { return shelf2{stock: [2]int{seeded, seeded}} },
	Step: func(state, input, output any) (bool, any) {
		return state.(shelf2).step(input.(call), output.(reply))
	},
}

// seeded is what of each lot stands at each depot before the clients begin.
const seeded = 4

func (s shelf2) step(c call, r reply) (bool, any) {
	switch c.act {
	case look:
		return r.stock == s.stock, s
	case hold, release:
		s.held = c.act == hold
		return r.booked, s
	}
	next := s
	may := true
	for d, q := range c.change {
		next.stock[d] += q
		may = may && next.stock[d] >= 0
	}
	switch c.act {
	case issue, transfer:
		may = may && !s.held
	case takeBack:
		bit := uint64(1) << c.reverse
		may = may && s.undone&bit == 0
		next.undone |= bit
	}
	if !r.booked {
		return !may, s
	}
	return may, next
}

// past is a history being made.
type past struct {
	*world
	desks   []*inventory.Service // the programs the clients are spread over
	n       int
	ids     [2]id.ID
	both    access.Actor
	lots    [lotsShared]id.ID
	began   time.Time
	mu      sync.Mutex
	booked  []booking
	history []porcupine.Operation
	failed  []string
}

// booking is a call that was booked, so that another may take it back.
type booking struct {
	n       int
	call    call
	voucher id.ID
}

func (p *past) line(lot int, qty int) inventory.Line {
	return inventory.Line{ItemID: p.quilt.ID, Item: p.quilt.Label(), LotNo: fmt.Sprintf("H%d-%d", p.n, lot), Qty: fmt.Sprint(qty)}
}

func (p *past) draft(t ledger.Type, depot int, l inventory.Line) inventory.Draft {
	d := inventory.Draft{Type: t, DepotID: p.ids[depot], ClientKey: inventory.NewKey(), BusinessOn: "2026-11-24", Lines: []inventory.Line{l}}
	d.Reason = map[ledger.Type]string{ledger.Receipt: "本级采购", ledger.Issue: "救灾发放", ledger.Transfer: "补充储备"}[t]
	if t == ledger.Transfer {
		d.ToDepotID = p.ids[1-depot]
	}
	return d
}

// seed opens two depots with some of each lot, which has been held once.
func (p *past) seed() error {
	err := p.st.Tx(p.ctx, func(tx *store.Tx) error {
		for i := range p.ids {
			p.ids[i] = tx.NewID()
			code := fmt.Sprintf("%c%05d", "AB"[i], p.n)
			if err := tx.InsertDepot(p.ctx, place.Depot{ID: p.ids[i], Code: code, Name: code, Tier: place.Township}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.both = actor(104, "赵敏", access.Keeper, p.ids[0])
	p.both.Grants = append(p.both.Grants, access.Grant{Role: access.Keeper, DepotID: p.ids[1]})
	for lot := range p.lots {
		for depot := range p.ids {
			v, err := p.inv.PostDraft(p.ctx, p.both, p.draft(ledger.Receipt, depot, p.line(lot, seeded)))
			if err != nil {
				return err
			}
			p.lots[lot] = v.Entries[0].LotID
		}
	}
	return nil
}

// draw makes a client's next call.
func (p *past) draw(dice *rand.Rand) (call, int, id.ID) {
	c := call{lot: dice.IntN(lotsShared), reverse: -1}
	depot, qty := dice.IntN(2), 1+dice.IntN(3)
	switch n := dice.IntN(20); {
	case n < 4:
		c.act, c.change[depot] = receive, qty
	case n < 10:
		c.act, c.change[depot] = issue, -qty
	case n < 13:
		c.act, c.change[depot], c.change[1-depot] = transfer, -qty, qty
	case n < 16:
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.booked) > 0 {
			b := p.booked[dice.IntN(len(p.booked))]
			return call{act: takeBack, lot: b.call.lot, change: [2]int{-b.call.change[0], -b.call.change[1]}, reverse: b.n}, depot, b.voucher
		}
		c.act = look
	case n == 16 && p.n%4 == 0: // it stops all depots, so it is rare
		c.act = hold
	case n == 17 && p.n%4 == 0:
		c.act = release
	default:
		c.act = look
	}
	return c, depot, 0
}

// ask sends a call through the use case it is for.
func (p *past) ask(inv *inventory.Service, c call, depot int, orig id.ID) (reply, id.ID, error) {
	var v ledger.Voucher
	var err error
	chosen := p.line(c.lot, max(c.change[depot], -c.change[depot]))
	chosen.LotID = p.lots[c.lot]
	switch c.act {
	case receive:
		chosen.LotID = 0
		v, err = inv.PostDraft(p.ctx, p.both, p.draft(ledger.Receipt, depot, chosen))
	case issue:
		v, err = inv.PostDraft(p.ctx, p.both, p.draft(ledger.Issue, depot, chosen))
	case transfer:
		v, err = inv.PostDraft(p.ctx, p.both, p.draft(ledger.Transfer, depot, chosen))
	case takeBack:
		v, err = inv.Reverse(p.ctx, p.both, inventory.ReverseRequest{VoucherID: orig, Reason: "录错", ClientKey: inventory.NewKey()})
	case hold, release:
		err = inv.HoldLot(p.ctx, p.planner, inventory.HoldRequest{LotID: chosen.LotID, Held: c.act == hold, Reason: "抽检"})
		if errs.KindOf(err) == errs.Conflict && c.act == release {
			err = nil // it had never been held
		}
	case look:
		return p.look(inv, c.lot)
	}
	if k := errs.KindOf(err); err != nil && (k == errs.Invalid || k == errs.Conflict) {
		return reply{}, 0, nil
	}
	return reply{booked: err == nil}, v.ID, err
}

func (p *past) look(inv *inventory.Service, lot int) (reply, id.ID, error) {
	rows, _, err := inv.StockByLot(p.ctx, p.both, inventory.StockFilter{LotNo: p.line(lot, 0).LotNo}, inventory.AllRows)
	var r reply
	for _, row := range rows {
		r.stock[slices.Index(p.ids[:], row.DepotID)] += int(row.OnHand / 1000)
	}
	return r, 0, err
}

// client makes its calls, one after the other.
func (p *past) client(n int, seed uint64) {
	dice := rand.New(rand.NewPCG(seed, uint64(n)))
	for i := range callsEach {
		c, depot, orig := p.draw(dice)
		if c.change[depot] == 0 && c.act != takeBack && c.act < hold {
			depot = 1 - depot
		}
		at := time.Since(p.began).Nanoseconds()
		r, voucher, err := p.ask(p.desks[n%len(p.desks)], c, depot, orig)
		end := time.Since(p.began).Nanoseconds()
		p.mu.Lock()
		if err != nil {
			p.failed = append(p.failed, fmt.Sprintf("client %d: %+v: %v", n, c, err))
		}
		p.history = append(p.history, porcupine.Operation{ClientId: n, Input: c, Output: r, Call: at, Return: end})
		if voucher != 0 && c.act != takeBack {
			p.booked = append(p.booked, booking{n*callsEach + i, c, voucher})
		}
		p.mu.Unlock()
	}
}

// run makes one history and judges it.
func (p *past) run(t *testing.T, seed uint64) {
	if err := p.seed(); err != nil {
		t.Fatal(err)
	}
	p.began = time.Now()
	var done sync.WaitGroup
	for n := range clients {
		done.Go(func() { p.client(n, seed) })
	}
	done.Wait()
	if len(p.failed) > 0 {
		t.Fatalf("seed %d: neither booked nor refused:\n%s", seed, strings.Join(p.failed, "\n"))
	}
	if got := porcupine.CheckOperationsTimeout(sequential, p.history, decideWithin); got != porcupine.Ok {
		t.Fatalf("seed %d: no order of these calls explains their replies (%s):\n%s", seed, got, p.told())
	}
}

func (p *past) told() string {
	slices.SortFunc(p.history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var b strings.Builder
	for _, op := range p.history {
		fmt.Fprintf(&b, "%8d–%8d µs client %d %+v → %+v\n", op.Call/1000, op.Return/1000, op.ClientId, op.Input, op.Output)
	}
	return b.String()
}

// openDesks opens a database, that of a server at times from two programs at
// once, as while one takes over from the other: neither knows what the other
// has in memory.
func openDesks(t *testing.T, e storetest.Engine, two bool) (*world, []*inventory.Service) {
	fixed, o := e.Fixed(t)
	w := newWorld(t, fixed)
	desks := []*inventory.Service{w.inv}
	if two && o.MySQL != "" {
		desks = append(desks, inventory.New(fixed.Open(t, func() time.Time { return noon })))
	}
	return w, desks
}

// TestConcurrentHistories makes many short histories, some to a database.
func TestConcurrentHistories(t *testing.T) {
	first := uint64(time.Now().UnixNano())
	for _, e := range []storetest.Engine{inMemory(), storetest.MySQL()} {
		t.Run(e.Name, func(t *testing.T) {
			count := runsOf(plainPast, nightlyPast, 10)
			if e.Name == "mysql" {
				count = runsOf(plainServer, nightlyPast, 10)
			}
			kinds, calls := [look + 1]int{}, 0
			var w *world
			var desks []*inventory.Service
			for n := range count {
				if n%perDatabase == 0 {
					w, desks = openDesks(t, e, n/perDatabase%2 == 1)
				}
				p := &past{world: w, desks: desks, n: n}
				p.run(t, first+uint64(n))
				for _, op := range p.history {
					calls++
					if op.Output.(reply).booked {
						kinds[op.Input.(call).act]++
					}
				}
				if n%perDatabase == perDatabase-1 || n == count-1 {
					w.mustCheck()
				}
			}
			t.Logf("%d histories of %d clients, %d calls: booked %d receipts, %d issues, %d transfers, %d reversals, %d holds and releases; all linearizable",
				count, clients, calls, kinds[receive], kinds[issue], kinds[transfer], kinds[takeBack], kinds[hold]+kinds[release])
		})
	}
}
