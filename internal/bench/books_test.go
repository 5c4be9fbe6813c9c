package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// plan is the size of books to seed. Every shelf is opened by one entry pair,
// so that stock is the sum of the entries; older and recent count the entries
// of the issues and receipts after that. Recent ones lie in the last month and
// this one and are the same whatever is older.
type plan struct {
	depots, items, lots int
	older, recent       int
	closed              int  // months, back from the last, closed with their figures
	mixed               bool // as a plan meets them: see mixed_test.go
}

// variants is how many depots' lots differ: of mixed books every depot's do.
func (p plan) variants() int {
	if p.mixed {
		return p.depots
	}
	return 1
}

// lotOf gives a depot's shelf its item and its place among the item's lots.
func (p plan) lotOf(depot, shelf int) (item, lot int) {
	return shelf / p.lots, depot%p.variants()*p.lots + shelf%p.lots
}

// months is how far back the books go.
const months = 36

func (p plan) shelves() int { return p.depots * p.items * p.lots }

// opening is the number of entries that open the shelves.
func (p plan) opening() int { return 2 * p.shelves() }

// headState is the end of a depot's books while they are written.
type headState struct {
	seq, auditSeq   int64
	hash, auditHash string
	counters        map[string]int64
}

// books are seeded ones, and what is needed to write them.
type books struct {
	plan
	o       store.Options
	d       *district
	entries int64
	posted  int64
	lastOn  string  // last day of the last month
	latest  []id.ID // vouchers of the last month and this one

	t        *testing.T
	load     *loader
	goods    []catalog.Item
	lot      [][]ledger.Lot
	seal     [][]string
	heads    []headState
	balance  []int64 // by shelf: depot, item, lot
	received []int64 // in the running month
	issued   []int64
	month    day.Day // first day of the running month
	nextID   int64
}

// seedBooks writes books into an empty database: right in every figure, number
// and hash, so that the ledger check passes on them.
func seedBooks(t *testing.T, o store.Options, p plan) *books {
	t.Helper()
	b := &books{plan: p, o: o, t: t, d: &district{sites: make([]site, p.depots)}, heads: make([]headState, p.depots), nextID: 1 << 50}
	b.balance, b.received, b.issued = make([]int64, p.shelves()), make([]int64, p.shelves()), make([]int64, p.shelves())
	st := open(t, o)
	must(t, st.Tx(context.Background(), b.found))
	if b.mixed {
		b.setAside(st)
	}
	b.shelve(st)
	must(t, st.Close())
	b.load = newLoader(t, o, "voucher", "entry", "audit", "stock", "period_stock")
	b.columns()
	first, last, today := monthsBack(months-1), monthsBack(1), day.At(time.Now())
	b.lastOn, b.month = monthsBack(0).AddDays(-1).First, first
	b.open(first)
	b.move(rand.New(rand.NewPCG(1, 1)), p.older, first, last.AddDays(-1))
	b.move(rand.New(rand.NewPCG(2, 2)), p.recent, last, today)
	b.turn(monthsBack(0)) // if nothing was posted this month
	b.finish()
	return b
}

// price is what one of everything costs, in fen.
const price = 12_000

// monthsBack gives the first day of a month, 0 = this one.
func monthsBack(n int) day.Day {
	now := time.Now().In(day.Zone())
	return day.At(time.Date(now.Year(), now.Month()-time.Month(n), 1, 12, 0, 0, 0, day.Zone()))
}

func (b *books) found(tx *store.Tx) error {
	ctx := context.Background()
	if err := tx.InsertUnits(ctx, catalog.Unit{Name: "床"}); err != nil {
		return err
	}
	kinds := b.kinds(tx)
	if err := tx.InsertCategories(ctx, kinds...); err != nil {
		return err
	}
	each := money.Fen(price)
	var lots []ledger.Lot
	for i := range b.items {
		it := catalog.Item{ID: tx.NewID(), Code: fmt.Sprintf("BN%05d", i), Name: fmt.Sprintf("棉被%d型", i), Unit: "床", CategoryID: kinds[i%len(kinds)].ID}
		b.goods = append(b.goods, it)
		for l := range b.lots * b.variants() {
			lots = append(lots, ledger.Lot{ItemID: it.ID, No: fmt.Sprintf("L%d", l), Expires: b.goodUntil(i, l), Received: monthsBack(months - 1), Source: "本级采购", Price: &each})
		}
	}
	if err := tx.InsertItems(ctx, b.goods...); err != nil {
		return err
	}
	for len(lots) > 0 {
		n := min(len(lots), b.lots*b.variants())
		if err := tx.FindOrMakeLots(ctx, lots[:n]); err != nil {
			return err
		}
		b.lot, lots = append(b.lot, lots[:n]), lots[n:]
	}
	for i := range b.d.sites {
		b.d.sites[i].depot = place.Depot{ID: tx.NewID(), Code: fmt.Sprintf("B%04d", i), Name: fmt.Sprintf("%d号库", i), Tier: b.tier(i)}
		if err := tx.InsertDepot(ctx, b.d.sites[i].depot); err != nil {
			return err
		}
	}
	return nil
}

// shelve lays out where everything stands: each depot's one bin, and of mixed
// books its place for what waits to be looked at.
func (b *books) shelve(st *store.Store) {
	for _, lots := range b.lot {
		var seals []string
		for _, l := range lots {
			seals = append(seals, l.Seal())
		}
		b.seal = append(b.seal, seals)
	}
	for i := range b.d.sites {
		s := &b.d.sites[i]
		bins, err := st.Read().Places(context.Background(), s.depot.ID)
		must(b.t, err)
		for n := range b.items * b.lots {
			item, lot := b.lotOf(i, n)
			it := b.goods[item]
			s.shelves = append(s.shelves, shelf{b.stand(bins, n), b.lot[item][lot].ID, it.ID, it.Label()})
		}
		b.heads[i].counters = map[string]int64{}
	}
}

func (b *books) columns() {
	l := b.load
	l.open("voucher", "id", "depot_id", "type", "number", "seq", "business_on", "recorded_at", "actor_id", "actor_name", "reason", "counterparty",
		"reference", "remark", "reverses_id", "client_key", "request_hash", "prev_hash", "hash")
	l.open("entry", "id", "voucher_id", "line", "place_id", "depot_id", "lot_id", "item_id", "qty", "business_on", "seq", "reverses_id", "remark")
	l.open("audit", "id", "chain", "seq", "at", "actor_id", "actor_name", "act", "object", "result", "detail", "ip", "request_id", "prev_hash", "hash")
	l.open("stock", "place_id", "lot_id", "depot_id", "item_id", "qty", "allocated", "last_voucher_id")
	l.open("period_stock", "month", "depot_id", "item_id", "lot_id", "opening", "received", "issued", "closing")
	l.open("period_item", "month", "depot_id", "item_id", "opening", "received", "issued", "closing", "opening_value", "received_value", "issued_value",
		"closing_value", "unpriced", "unpriced_closing")
	l.open("period", "depot_id", "month", "actor_id", "actor_name", "closed_at")
}

// pair is a line: a shelf of the voucher's depot and what goes in or out.
type pair struct {
	shelf int // within the depot
	qty   int64
}

// open receives what was there before the books began.
func (b *books) open(on day.Day) {
	dice := rand.New(rand.NewPCG(3, 3))
	for d := range b.d.sites {
		var lines []pair
		for s := range b.items * b.lots {
			lines = append(lines, pair{s, int64(200+dice.IntN(800)) * 1000})
			if len(lines) == ledger.MaxLines || s == b.items*b.lots-1 {
				b.voucher(d, ledger.Opening, on, place.Opened, lines)
				lines = nil
			}
		}
	}
}

// busyShare of the vouchers are about one item of the first depot, so that one
// card is far longer than others.
const busyShare = 0.05

// move spreads issues and receipts evenly over days. What the dice say does
// not depend on balances, so that the same dice give the same cards; an issue
// of more than there is becomes a receipt.
func (b *books) move(dice *rand.Rand, entries int, from, to day.Day) {
	count := entries / (2 * linesPerVoucher)
	days := daysBetween(from, to)
	for k := range count {
		on := days[k*len(days)/count]
		d, item := dice.IntN(b.depots), dice.IntN(b.items)
		step, issue := 1+dice.IntN(max(1, (b.items-1)/2)), dice.IntN(2) == 0
		if dice.Float64() < busyShare {
			d, item = 0, 0
		}
		lines := make([]pair, linesPerVoucher)
		for i := range lines {
			lines[i] = pair{(item+i*step)%b.items*b.lots + dice.IntN(b.lots), int64(1+dice.IntN(10)) * 1000}
			issue = issue && b.balance[d*b.items*b.lots+lines[i].shelf] > 2*linesPerVoucher*lines[i].qty
		}
		if !issue {
			b.voucher(d, ledger.Receipt, on, place.Supplier, lines)
			continue
		}
		for i := range lines {
			lines[i].qty = -lines[i].qty
		}
		b.voucher(d, ledger.Issue, on, place.Used, lines)
	}
}

func daysBetween(from, to day.Day) []day.Day {
	var list []day.Day
	for d := from; d.First <= to.First; d = d.AddDays(1) {
		list = append(list, d)
	}
	return list
}

func (b *books) id() id.ID {
	b.nextID++
	return id.ID(b.nextID)
}

// voucher writes one whole voucher with its audit record.
func (b *books) voucher(d int, t ledger.Type, on day.Day, outside place.Kind, lines []pair) {
	b.turn(on)
	s, h := b.d.sites[d], &b.heads[d]
	h.seq++
	series := fmt.Sprintf("%s-%d", t.Prefix(), on.Year())
	h.counters[series]++
	b.posted++
	v := ledger.Voucher{ID: b.id(), DepotID: s.depot.ID, Type: t, Number: ledger.Number(t, s.depot.Code, on.Year(), h.counters[series]), Seq: h.seq,
		BusinessOn: on, RecordedAt: recorded(on), ActorID: 1, ActorName: "周静", Reason: "救灾发放", ClientKey: fmt.Sprintf("seeded-%013d", b.posted),
		RequestHash: dummy, PrevHash: h.hash}
	for n, l := range lines {
		item, lot := b.lotOf(d, l.shelf)
		in := ledger.Entry{ID: b.id(), Line: n + 1, PlaceID: s.shelves[l.shelf].place, DepotID: s.depot.ID, LotID: b.lot[item][lot].ID,
			ItemID: b.goods[item].ID, Qty: quantity.Q(l.qty), Seq: h.seq, LotSeal: b.seal[item][lot]}
		out := in
		out.ID, out.PlaceID, out.DepotID, out.Qty = b.id(), place.Outer(outside), 0, -in.Qty
		v.Entries = append(v.Entries, in, out)
		b.tally(d*b.items*b.lots+l.shelf, l.qty)
	}
	v.Hash = v.ContentHash()
	h.hash = v.Hash
	if on.First >= b.lastOn[:8]+"01" {
		b.latest = append(b.latest, v.ID)
	}
	b.write(v)
	b.audit(s, h, v, len(lines))
}

func recorded(on day.Day) int64 {
	at, _ := time.ParseInLocation(time.DateOnly, on.First, day.Zone())
	return at.Add(10 * time.Hour).UnixMicro()
}

func (b *books) tally(shelf int, qty int64) {
	b.balance[shelf] += qty
	if qty > 0 {
		b.received[shelf] += qty
	} else {
		b.issued[shelf] -= qty
	}
}

func (b *books) write(v ledger.Voucher) {
	b.load.add("voucher", int64(v.ID), int64(v.DepotID), string(v.Type), v.Number, v.Seq, v.BusinessOn.First, v.RecordedAt, int64(v.ActorID), v.ActorName,
		v.Reason, "", "", "", 0, v.ClientKey, v.RequestHash, v.PrevHash, v.Hash)
	for _, e := range v.Entries {
		b.load.add("entry", int64(e.ID), int64(v.ID), e.Line, int64(e.PlaceID), int64(e.DepotID), int64(e.LotID), int64(e.ItemID), int64(e.Qty),
			v.BusinessOn.First, e.Seq, nil, "")
		b.entries++
	}
}

func (b *books) audit(s site, h *headState, v ledger.Voucher, lines int) {
	b.record(s, h, ledger.AuditRecord{At: v.RecordedAt, ActorID: int64(v.ActorID), ActorName: v.ActorName, Act: string(v.Type) + ".post",
		Object: v.Number, Detail: fmt.Sprintf("%s %s %d 行", s.depot.Name, v.BusinessOn, lines)})
}

// record puts an audit record at the end of a depot's chain.
func (b *books) record(s site, h *headState, a ledger.AuditRecord) {
	h.auditSeq++
	a.ID, a.Chain, a.Seq, a.Result, a.IP, a.PrevHash = int64(b.id()), int64(s.depot.ID), h.auditSeq, "ok", "127.0.0.1", h.auditHash
	a.Hash = a.ContentHash()
	h.auditHash = a.Hash
	b.load.add("audit", a.ID, a.Chain, a.Seq, a.At, a.ActorID, a.ActorName, a.Act, a.Object, a.Result, a.Detail, a.IP, a.RequestID, a.PrevHash, a.Hash)
}

// turn goes on to the month of a day, and closes those before it.
func (b *books) turn(on day.Day) {
	for b.month.First[:7] < on.First[:7] {
		next := day.Day{First: b.month.AddDays(31).First[:8] + "01", Precision: day.ToDay}
		if next.First > monthsBack(b.closed).First && next.First <= b.openFrom().First {
			b.closeMonth(b.month.First[:7])
		}
		clear(b.received)
		clear(b.issued)
		b.month = next
	}
}

func (b *books) closeMonth(month string) {
	var item [4]int64
	for i := range b.balance {
		s, n := b.d.sites[i/(b.items*b.lots)], i%(b.items*b.lots)
		if b.neverClosed(i / (b.items * b.lots)) {
			continue
		}
		figures := [4]int64{b.balance[i] - b.received[i] + b.issued[i], b.received[i], b.issued[i], b.balance[i]}
		b.load.add("period_stock", month, int64(s.depot.ID), int64(s.shelves[n].item), int64(s.shelves[n].lot), figures[0], figures[1], figures[2], figures[3])
		for c, q := range figures {
			item[c] += q
		}
		if n%b.lots == b.lots-1 { // the item's last lot
			b.load.add("period_item", month, int64(s.depot.ID), int64(s.shelves[n].item), item[0], item[1], item[2], item[3],
				item[0]*price, item[1]*price, item[2]*price, item[3]*price, 0, 0)
			item = [4]int64{}
		}
		if n == 0 {
			at := recorded(monthsBack(0))
			b.load.add("period", int64(s.depot.ID), month, 1, "王芳", at)
			b.record(s, &b.heads[i/(b.items*b.lots)], ledger.AuditRecord{At: at, ActorID: 1, ActorName: "王芳", Act: "period.close",
				Object: ledger.Month(month).Chinese() + "账期", Detail: s.depot.Name})
		}
	}
}

// finish writes what the books lead to: stock and heads.
func (b *books) finish() {
	for i, q := range b.balance {
		s, n := b.d.sites[i/(b.items*b.lots)], i%(b.items*b.lots)
		b.load.add("stock", int64(s.shelves[n].place), int64(s.shelves[n].lot), int64(s.depot.ID), int64(s.shelves[n].item), q, 0, 0)
	}
	b.load.close()
	db := rawOf(b.t, b.o)
	for d, h := range b.heads {
		counters, err := json.Marshal(h.counters)
		must(b.t, err)
		closed := ""
		if b.closed > 0 && !b.neverClosed(d) {
			closed = b.openFrom().AddDays(-1).First
		}
		_, err = db.Exec("UPDATE depot_head SET seq = ?, counters = ?, last_hash = ?, audit_seq = ?, audit_hash = ?, closed_on = ? WHERE depot_id = ?",
			h.seq, string(counters), h.hash, h.auditSeq, h.auditHash, closed, int64(b.d.sites[d].depot.ID))
		must(b.t, err)
	}
	must(b.t, db.Close())
	if b.mixed {
		b.hold()
	}
	b.balance, b.received, b.issued = nil, nil, nil
}
