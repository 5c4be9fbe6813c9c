package dispatching_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// at is where goods of an item can be: places of a kind of a depot, or beyond.
type at struct {
	depot id.ID
	kind  place.Kind
	item  id.ID
}

// piled is what a model load carries of an item, independent of the product's
// rows: what left, and what was booked of it.
type piled struct {
	qty, road, owed int64
}

// modelLoad is a load as the model knows it.
type modelLoad struct {
	order, id id.ID
	from      id.ID
	point     bool
	waiting   bool
	gone      bool
	lines     map[id.ID]*piled // by the product's line
	items     map[id.ID]catalog.Item
}

// history plays random acts on the product and on a model that only adds and
// takes away, and holds them against each other after each.
type history struct {
	*world
	r     *rand.Rand
	have  map[at]int64
	free  map[[2]id.ID]int64 // depot and item: on shelves and not promised
	total map[id.ID]int64    // of an item, forever
	loads []*modelLoad
	props []order.Order
	log   []string
}

func (h *history) move(from, to at, n int64) {
	h.have[from] -= n
	h.have[to] += n
}

func (h *history) say(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

func newHistory(t *testing.T, e storetest.Engine, seed uint64) *history {
	h := &history{world: newWorld(t, e), r: rand.New(rand.NewPCG(seed, 6)), have: map[at]int64{}, free: map[[2]id.ID]int64{}, total: map[id.ID]int64{}}
	in := func(d place.Depot, it catalog.Item, n int64) {
		h.have[at{d.ID, place.Bin, it.ID}] += n
		h.free[[2]id.ID{d.ID, it.ID}] += n
		h.total[it.ID] += n
	}
	in(h.north, h.tent, 100)
	in(h.north, h.water, 1000)
	in(h.north, h.gen, 3)
	in(h.south, h.tent, 50)
	h.begin(true)
	return h
}

// pick draws one of some.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (h *history) target() dispatching.TargetInput {
	if h.r.IntN(2) == 0 {
		return h.toPoint()
	}
	return h.toStreet()
}

// some draws an amount that is mostly there and sometimes too much.
func (h *history) some(most int64) int64 {
	if most <= 0 || h.r.IntN(8) == 0 {
		return most + 1 + h.r.Int64N(5)
	}
	return 1 + h.r.Int64N(most)
}

func (h *history) draw() (place.Depot, catalog.Item, int64) {
	d, it := pick(h.r, []place.Depot{h.north, h.south}), pick(h.r, []catalog.Item{h.tent, h.water, h.gen})
	return d, it, h.some(min(h.free[[2]id.ID{d.ID, it.ID}], 30))
}

func (h *history) step() {
	acts := []func(){h.propose1, h.propose1, h.approve1, h.approve1, h.word1, h.leave1, h.leave1, h.sign1, h.sign1, h.clear1, h.clear1, h.cancel1, h.undo1, h.issue1}
	pick(h.r, acts)()
}

// wants asserts that an act went through or was refused as the model says.
func (h *history) wants(err error, ok bool) bool {
	h.t.Helper()
	if (err == nil) != ok {
		h.t.Fatalf("%v\nlast act: %v, the model says %v", h.log, err, ok)
	}
	if err != nil && !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Invalid) {
		h.t.Fatalf("%v\nrefused as %v", h.log, err)
	}
	return err == nil
}

func (h *history) propose1() {
	d, it, n := h.draw()
	h.say("propose %d %s from %s", n, it.Name, d.Code)
	h.props = append(h.props, h.propose(h.target(), h.line(d, it, fmt.Sprint(n))))
}

func (h *history) approve1() {
	if len(h.props) == 0 {
		return
	}
	i := h.r.IntN(len(h.props))
	o := h.props[i]
	l := o.Lines[0]
	key, n := [2]id.ID{l.DepotID, l.ItemID}, int64(l.Qty/quantity.One)
	h.say("approve %s", o.Number)
	got, err := h.dis.Approve(h.ctx, h.leader, dispatching.DecisionInput{OrderID: o.ID})
	if h.wants(err, h.free[key] >= n) {
		h.free[key] -= n
		h.props = append(h.props[:i], h.props[i+1:]...)
		h.takeLoads(got)
	}
}

// takeLoads learns the product's ids of an order's new loads.
func (h *history) takeLoads(o order.Order) {
	for _, sh := range o.Shipments {
		known := false
		for _, l := range h.loads {
			known = known || l.id == sh.ID
		}
		if known {
			continue
		}
		l := &modelLoad{order: o.ID, id: sh.ID, from: sh.DepotID, point: o.Target(sh.TargetID).Point(), waiting: sh.Status.Waiting(), gone: sh.Status.Gone(),
			lines: map[id.ID]*piled{}, items: map[id.ID]catalog.Item{}}
		for _, x := range sh.Lines {
			l.lines[x.ID] = &piled{qty: int64(x.Qty / quantity.One)}
			l.items[x.ID] = map[id.ID]catalog.Item{h.tent.ID: h.tent, h.water.ID: h.water, h.gen.ID: h.gen}[x.ItemID]
		}
		h.loads = append(h.loads, l)
	}
}

func (h *history) word1() {
	d, it, n := h.draw()
	h.say("by word %d %s from %s", n, it.Name, d.Code)
	in := dispatching.WordInput{OrderInput: h.input(h.target(), h.line(d, it, fmt.Sprint(n))), DepotID: d.ID, WordOf: "陈局"}
	o, err := h.dis.SendByWord(h.ctx, h.keeper, in)
	if h.wants(err, h.free[[2]id.ID{d.ID, it.ID}] >= n) {
		h.free[[2]id.ID{d.ID, it.ID}] -= n
		h.takeLoads(h.order(o.ID))
		l := h.loads[len(h.loads)-1]
		for x := range l.lines {
			h.left(l, x)
		}
	}
}

func (h *history) left(l *modelLoad, line id.ID) {
	p, it := l.lines[line], l.items[line]
	p.road = p.qty
	h.move(at{l.from, place.Bin, it.ID}, at{l.from, place.Transit, it.ID}, p.qty)
}

func (h *history) load(fits func(*modelLoad) bool) *modelLoad {
	var list []*modelLoad
	for _, l := range h.loads {
		if fits(l) {
			list = append(list, l)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return pick(h.r, list)
}

func (h *history) leave1() {
	l := h.load(func(l *modelLoad) bool { return l.waiting })
	if l == nil {
		return
	}
	in := dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: l.id, Qty: map[id.ID]string{}, DropRest: h.r.IntN(2) == 0}
	goes, all := map[id.ID]int64{}, int64(0)
	ok := true
	for x, p := range l.lines {
		goes[x] = p.qty
		if h.r.IntN(3) == 0 {
			goes[x] = h.r.Int64N(p.qty + 2)
			in.Qty[x] = fmt.Sprint(goes[x])
		}
		ok, all = ok && goes[x] <= p.qty, all+goes[x]
	}
	h.say("leave %v of %s, drop %v", in.Qty, l.id, in.DropRest)
	_, err := h.dis.Leave(h.ctx, h.keeper, in)
	if !h.wants(err, ok && all > 0) {
		return
	}
	l.waiting, l.gone = false, true
	for x, p := range l.lines {
		if in.DropRest {
			h.free[[2]id.ID{l.from, l.items[x].ID}] += p.qty - goes[x]
		}
		p.qty = goes[x]
		h.left(l, x)
		if p.qty == 0 {
			delete(l.lines, x)
		}
	}
	h.takeLoads(h.order(l.order))
}

func (h *history) sign1() {
	l := h.load(func(l *modelLoad) bool { return l.gone })
	if l == nil {
		return
	}
	in := dispatching.SignInput{ClientKey: inventory.NewKey(), ShipmentID: l.id, Signer: "李强"}
	type came struct{ good, damaged, missing int64 }
	said, ok, road := map[id.ID]came{}, true, int64(0)
	for x, p := range l.lines {
		c := came{good: h.r.Int64N(p.road + 1)}
		c.damaged = h.r.Int64N(p.road - c.good + 1)
		c.missing = h.r.Int64N(p.road - c.good - c.damaged + 1)
		if h.r.IntN(10) == 0 {
			c.good = p.road + 1
		}
		road += p.road
		ok = ok && c.good+c.damaged+c.missing <= p.road
		said[x] = c
		in.Lines = append(in.Lines, dispatching.SignLine{LineID: x, Good: fmt.Sprint(c.good), Damaged: fmt.Sprint(c.damaged), Missing: fmt.Sprint(c.missing)})
	}
	some := false
	for _, c := range said {
		some = some || c != came{}
	}
	h.say("sign %+v of %s", said, l.id)
	_, err := h.dis.Sign(h.ctx, h.officer, in)
	if !h.wants(err, ok && some && road > 0) {
		return
	}
	home, good := h.street.ID, place.Bin
	if l.point {
		home, good = l.from, place.Borrower
	}
	for x, c := range said {
		p, it := l.lines[x], l.items[x].ID
		h.move(at{l.from, place.Transit, it}, at{home, good, it}, c.good)
		h.move(at{l.from, place.Transit, it}, at{home, place.Quarantine, it}, c.damaged)
		p.road -= c.good + c.damaged
		if l.point {
			p.owed += c.good
		} else {
			h.free[[2]id.ID{home, it}] += c.good
		}
	}
}

var fatePlaces = map[order.Fate]place.Kind{order.Back: place.Bin, order.RoadLost: place.Lost, order.Used: place.Used, order.Returned: place.Bin,
	order.Repair: place.Workshop, order.Scrapped: place.Scrapped, order.Lost: place.Lost}

func (h *history) clear1() {
	l := h.load(func(l *modelLoad) bool { return l.gone && len(l.lines) > 0 })
	if l == nil {
		return
	}
	f := pick(h.r, append(append([]order.Fate{}, order.RoadFates...), order.FieldFates...))
	var line id.ID
	for line = range l.lines {
		break
	}
	p, it := l.lines[line], l.items[line].ID
	open, from := p.road, place.Transit
	if f.Stage() == order.InTheField {
		open, from = p.owed, place.Borrower
	}
	n := h.some(open)
	h.say("clear %s %d of %s", f, n, l.id)
	_, err := h.dis.Clear(h.ctx, h.keeper, dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: l.id, Fate: f, Note: "登记", Qty: map[id.ID]string{line: fmt.Sprint(n)}})
	if !h.wants(err, n <= open && (f.Stage() == order.OnTheRoad || l.point)) {
		return
	}
	to := at{l.from, fatePlaces[f], it}
	if fatePlaces[f].Outside() {
		to.depot = 0
	}
	h.move(at{l.from, from, it}, to, n)
	if fatePlaces[f] == place.Bin {
		h.free[[2]id.ID{l.from, it}] += n
	}
	if from == place.Transit {
		p.road -= n
	} else {
		p.owed -= n
	}
}

func (h *history) cancel1() {
	l := h.load(func(l *modelLoad) bool { return true })
	if l == nil {
		return
	}
	h.say("cancel %s", l.id)
	err := h.dis.CancelLoad(h.ctx, h.planner, l.id, "不要了")
	if !h.wants(err, !l.gone) || !l.waiting {
		return
	}
	l.waiting = false
	for x, p := range l.lines {
		h.free[[2]id.ID{l.from, l.items[x].ID}] += p.qty
	}
}

// undo1 takes the newest receipt of a point back while all of it is still owed.
func (h *history) undo1() {
	l := h.load(func(l *modelLoad) bool { return l.gone && l.point })
	if l == nil {
		return
	}
	list, err := h.st.Read().Handovers(h.ctx, l.order)
	if err != nil {
		h.t.Fatal(err)
	}
	var last order.Handover
	for _, x := range list {
		if x.ShipmentID == l.id && x.UndoneAt == 0 {
			last = x
		}
	}
	if last.ID == 0 {
		return
	}
	ok := true
	for _, x := range last.Lines {
		ok = ok && h.have[at{l.from, place.Borrower, l.items[x.ShipmentLineID].ID}] >= 0 && l.lines[x.ShipmentLineID].owed >= int64(x.Good/quantity.One)
	}
	if !ok { // others of the same lot may stand there: the product alone may refuse
		return
	}
	h.say("undo a receipt of %s", l.id)
	err = h.dis.UndoSign(h.ctx, h.officer, dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: last.ID, OrderID: l.order, Reason: "数错了"})
	h.wants(err, true)
	for _, x := range last.Lines {
		p, it := l.lines[x.ShipmentLineID], l.items[x.ShipmentLineID].ID
		good, damaged := int64(x.Good/quantity.One), int64(x.Damaged/quantity.One)
		h.move(at{l.from, place.Borrower, it}, at{l.from, place.Transit, it}, good)
		h.move(at{l.from, place.Quarantine, it}, at{l.from, place.Transit, it}, damaged)
		p.road, p.owed = p.road+good+damaged, p.owed-good
	}
}

// issue1 is a keeper who issues of the same shelves, beside the orders.
func (h *history) issue1() {
	d, it, n := h.draw()
	if it.Serial {
		return
	}
	h.say("issue %d %s of %s", n, it.Name, d.Code)
	_, err := h.inv.PostDraft(h.ctx, h.keeper, inventory.Draft{Type: "issue", DepotID: d.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-07-03",
		Reason: "日常领用", Lines: []inventory.Line{{ItemID: it.ID, Qty: fmt.Sprint(n)}}})
	if h.wants(err, h.free[[2]id.ID{d.ID, it.ID}] >= n) {
		h.free[[2]id.ID{d.ID, it.ID}] -= n
		h.move(at{d.ID, place.Bin, it.ID}, at{0, place.Used, it.ID}, n)
	}
}

// compare holds the product's places against the model's, and the sum of all
// places against what ever came in: each piece is in exactly one place.
func (h *history) compare() {
	h.t.Helper()
	for _, it := range []catalog.Item{h.tent, h.water, h.gen} {
		sum := h.have[at{0, place.Used, it.ID}] + h.have[at{0, place.Lost, it.ID}] + h.have[at{0, place.Scrapped, it.ID}]
		for _, d := range []place.Depot{h.north, h.south, h.street} {
			for _, k := range []place.Kind{place.Bin, place.Transit, place.Borrower, place.Quarantine, place.Workshop} {
				want := h.have[at{d.ID, k, it.ID}]
				if got := h.stands(d, it, k); got != quantity.Of(want) {
					h.t.Fatalf("%v\n%s %s %s: %s, the model has %d", h.log, d.Code, k, it.Name, got, want)
				}
				sum += want
			}
		}
		if sum != h.total[it.ID] {
			h.t.Fatalf("the model lost some %s: %d of %d", it.Name, sum, h.total[it.ID])
		}
	}
}

func TestRandomOrdersKeepEveryPieceInOnePlace(t *testing.T) {
	histories, steps := map[string]int{"sqlite": 12, "mysql": 4}, 40
	if os.Getenv("CHANGBEI_TEST_MODEL") == "nightly" {
		histories, steps = map[string]int{"sqlite": 600, "mysql": 100}, 80
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		seed := uint64(time.Now().UnixNano())
		for n := range histories[e.Name] {
			h := newHistory(t, e, seed+uint64(n))
			t.Logf("seed %d", seed+uint64(n))
			for range steps {
				h.step()
				h.compare()
				h.clock.Pass(time.Second)
			}
			h.mustCheck()
			if t.Failed() {
				return
			}
		}
	})
}
