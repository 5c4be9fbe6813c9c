package inventory

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"

	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// facts are what entries point at, held compactly: books may have hundreds of
// thousands of lots, and a check has 200 MB.
type facts struct {
	depots map[id.ID]place.Depot
	heads  map[id.ID]store.Head
	order  []id.ID // of depots with books, the system's chain first
	places map[id.ID]place.Place
	items  map[id.ID]bool
	// catalogue holds the same items by code, to be compared with their records.
	catalogue []store.StoredItem
	lots      lotTable
	holds     []lotHold // by lot, depot, sequence
	closes    map[id.ID]string
	blanks    blankFacts
}

// lotFact is what of a lot the check needs.
type lotFact struct {
	item   id.ID
	price  int64 // fen
	last   int32 // last day it is good, as 20261130; 0 = no expiry
	seal   [32]byte
	priced bool
	serial bool
	held   bool
}

// lotTable finds lots by id.
type lotTable struct {
	ids   []id.ID // ascending
	facts []lotFact
	at    int // of the last lot found: entries of a lot come in pairs
}

// index gives where a lot stands in the table, -1 for none.
func (t *lotTable) index(lot id.ID) int {
	if t.at < len(t.ids) && t.ids[t.at] == lot {
		return t.at
	}
	i, found := slices.BinarySearch(t.ids, lot)
	if !found {
		return -1
	}
	t.at = i
	return i
}

func (t *lotTable) find(lot id.ID) *lotFact {
	if i := t.index(lot); i >= 0 {
		return &t.facts[i]
	}
	return nil
}

// lotHold is a change of a hold in a depot's order.
type lotHold struct {
	lot, depot id.ID
	seq        int64
	act        uint64 // digest of what was done, by whom, when and why
	held       bool
}

func (h lotHold) compare(other lotHold) int {
	return cmp.Or(cmp.Compare(h.lot, other.lot), cmp.Compare(h.depot, other.depot), cmp.Compare(h.seq, other.seq))
}

// heldAt says whether a lot was held at a depot just before a sequence.
func (f *facts) heldAt(lot, depot id.ID, seq int64) (hold lotHold, held bool) {
	i, _ := slices.BinarySearchFunc(f.holds, lotHold{lot: lot, depot: depot, seq: seq}, lotHold.compare)
	if i == 0 {
		return hold, false
	}
	hold = f.holds[i-1]
	return hold, hold.held && hold.lot == lot && hold.depot == depot
}

// numbered writes a day as a number, 0 for what is none.
func numbered(on string) int32 {
	if len(on) != 10 {
		return 0
	}
	n, err := strconv.ParseInt(on[:4]+on[5:7]+on[8:], 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

// dated writes such a number as a day again.
func dated(n int32) string { return fmt.Sprintf("%04d-%02d-%02d", n/10000, n/100%100, n%100) }

// readFacts reads what entries point at, and proves that lots are what their
// keys say and held as their holds say.
func (k *checker) readFacts(ctx context.Context) error {
	var err error
	if k.counts, err = k.conn.BookCounts(ctx); err != nil {
		return err
	}
	k.report.Entries = k.counts.Entries
	for _, read := range []func(context.Context) error{k.readDepots, k.readPlaces, k.readLots, k.readHolds, k.readBlanks} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (k *checker) readDepots(ctx context.Context) error {
	depots, err := k.conn.Depots(ctx)
	if err != nil {
		return err
	}
	heads, err := k.conn.Heads(ctx)
	if err != nil {
		return err
	}
	f := &k.facts
	f.depots, f.heads, f.closes = map[id.ID]place.Depot{}, map[id.ID]store.Head{}, map[id.ID]string{}
	for _, d := range depots {
		f.depots[d.ID] = d
	}
	for _, h := range heads {
		f.heads[h.DepotID], f.closes[h.DepotID] = h, h.ClosedOn
		if _, known := f.depots[h.DepotID]; !known && h.DepotID != 0 {
			k.add("orphan", "账本 "+h.DepotID.String(), "储备库已不存在，账本末尾的记录还在")
		}
	}
	// Every depot is walked, with its head or without.
	f.order = slices.Collect(maps.Keys(f.depots))
	for depot := range f.heads {
		f.order = append(f.order, depot)
	}
	slices.Sort(f.order)
	f.order = slices.Compact(f.order)
	return nil
}

// depot gives a depot, of which only the id may be known.
func (f *facts) depot(depot id.ID) place.Depot {
	d := f.depots[depot]
	d.ID = depot
	return d
}

// code names a depot in differences.
func (f *facts) code(depot id.ID) string {
	if d, known := f.depots[depot]; known {
		return d.Code
	}
	return depot.String()
}

func (k *checker) readPlaces(ctx context.Context) error {
	f := &k.facts
	f.places, f.items = map[id.ID]place.Place{}, map[id.ID]bool{}
	err := k.conn.EachPlace(ctx, func(p place.Place) { f.places[p.ID] = p })
	if err != nil {
		return err
	}
	for _, p := range f.places {
		if !p.Kind.Known() {
			k.add("place", "货位 "+p.ID.String(), "种类「%s」不认识，被改动过", p.Kind)
		}
		if _, known := f.depots[p.DepotID]; known == p.Kind.Outside() {
			k.add("orphan", "货位 "+p.ID.String(), "所属的储备库 %s 不存在，或外部地点被划入了储备库", p.DepotID)
		}
	}
	f.catalogue, err = k.conn.StoredItems(ctx)
	for _, i := range f.catalogue {
		f.items[i.ID] = true
	}
	return err
}

func (k *checker) readLots(ctx context.Context) error {
	t := &k.facts.lots
	t.ids, t.facts = make([]id.ID, 0, k.counts.Lots), make([]lotFact, 0, k.counts.Lots)
	return k.conn.EachLot(ctx, func(l *store.StoredLot) {
		object := fmt.Sprintf("批次 %s（%s）", l.No, l.ID)
		if l.Key != l.Lot.Key() || l.Last != l.Expires.Last() {
			k.add("lot", object, "批号、日期、来源、单价或产权单位被改动过")
		}
		if !k.facts.items[l.ItemID] {
			k.add("orphan", object, "所属的物资 %s 不存在", l.ItemID)
		}
		f := lotFact{item: l.ItemID, last: numbered(l.Expires.Last()), serial: l.Serial, held: l.Held}
		if l.Price != nil {
			f.price, f.priced = int64(*l.Price), true
		}
		hex.Decode(f.seal[:], []byte(l.Seal()))
		t.ids, t.facts = append(t.ids, l.ID), append(t.facts, f)
	})
}

// readHolds proves that a lot is held when its last hold at every depot says so.
func (k *checker) readHolds(ctx context.Context) error {
	f := &k.facts
	told := map[id.ID]bool{}
	if err := k.conn.EachHold(ctx, func(h store.LotHold) {
		f.holds = append(f.holds, lotHold{h.LotID, h.DepotID, h.Seq, holdAct(h.Held, int64(h.ActorID), h.ActorName, h.At, h.Reason), h.Held})
	}); err != nil {
		return err
	}
	for i, h := range f.holds {
		lot, object := f.lots.find(h.lot), fmt.Sprintf("批次 %s 在 %s 的冻结记录", h.lot, f.code(h.depot))
		if _, known := f.heads[h.depot]; lot == nil || !known || h.depot == 0 {
			k.add("orphan", object, "所指的批次或储备库不存在")
			continue
		}
		told[h.lot] = true
		if last := i+1 == len(f.holds) || f.holds[i+1].lot != h.lot || f.holds[i+1].depot != h.depot; last && lot.held != h.held {
			k.add("hold", object, "批次现在%s，最后一条记录却是%s", heldWord(lot.held), heldWord(h.held))
		}
	}
	for i, lot := range f.lots.facts {
		if lot.held && !told[f.lots.ids[i]] {
			k.add("hold", fmt.Sprintf("批次 %s", f.lots.ids[i]), "已冻结，却没有冻结记录")
		}
	}
	return nil
}

func heldWord(held bool) string {
	if held {
		return "冻结"
	}
	return "未冻结"
}

// mapKeys gives the keys of a map, for sorting.
func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
