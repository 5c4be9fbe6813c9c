package inventory

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// part is what an entry adds to its lot and line.
type part struct {
	lot  id.ID
	line int
	qty  quantity.Q
}

func (p part) compare(other part) int {
	return cmp.Or(cmp.Compare(p.lot, other.lot), cmp.Compare(p.line, other.line))
}

// booksWalk proves of each voucher by itself what must hold whatever stands
// around it.
type booksWalk struct {
	*checker
	scratch []part
	seals   sealer
}

// vouchers proves I2, I7, I19, I20 and that no voucher was changed after it was
// posted, in one walk along vouchers and entries.
func (k *checker) vouchers(ctx context.Context) error {
	return k.conn.WalkVouchers(ctx, &booksWalk{checker: k})
}

// Stray names an entry of no voucher.
func (b *booksWalk) Stray(entry, voucher id.ID) {
	b.walked++
	b.add("orphan", "明细 "+entry.String(), "所属的单据 %s 不存在", voucher)
}

// Voucher looks at the next voucher.
func (b *booksWalk) Voucher(v *store.Walked) {
	object := "单据 " + v.Number
	b.count(len(v.Entries))
	if _, known := slices.BinarySearch(b.facts.order, v.DepotID); !known || v.DepotID == 0 {
		b.add("orphan", object, "所属的储备库 %s 不存在", v.DepotID)
	}
	if _, known := b.facts.depots[v.ToDepotID]; !known && v.ToDepotID != 0 {
		b.add("orphan", object, "调入的储备库 %s 不存在", v.ToDepotID)
	}
	if len(v.Entries) == 0 {
		b.add("orphan", object, "没有明细")
	}
	b.entries(v)
	b.sums(v)
	b.reversal(v)
	b.blank(v)
	if v.Hash != v.ContentHash() { // the entries have their lots' seals by now
		b.add("chain", object, "内容与校验码不符，记账后被改动过")
	}
}

func (b *booksWalk) count(entries int) {
	b.report.Vouchers++
	before := b.walked
	b.walked += int64(entries)
	if b.walked/stride > before/stride {
		b.tell("单据与明细", b.walked/stride*stride)
	}
}

// entries looks at each entry, and at the sequence it has at its own depot.
func (b *booksWalk) entries(v *store.Walked) {
	var others map[id.ID]int64 // sequence at other depots
	for i := range v.Entries {
		e := &v.Entries[i]
		e.LotSeal = b.seals.of(&b.facts.lots, e.LotID)
		b.points(v, e, v.Days[i])
		b.leaves(v, e)
		switch {
		case e.DepotID != 0 && e.DepotID != v.DepotID:
			if others == nil {
				others = map[id.ID]int64{}
			}
			b.other(e, others)
		case e.Seq != v.Seq:
			b.add("order", "明细 "+e.ID.String(), "顺序号 %d 与单据 %s 的 %d 不符", e.Seq, v.Number, v.Seq)
		}
	}
}

// points proves I19: an entry's voucher, place, lot and item are there and are
// each other's.
func (b *booksWalk) points(v *store.Walked, e *ledger.Entry, on string) {
	p, there := b.facts.places[e.PlaceID]
	lot := b.facts.lots.find(e.LotID)
	fault := ""
	switch {
	case !there:
		fault = "所指的货位 " + e.PlaceID.String() + " 不存在"
	case lot == nil:
		fault = "所指的批次 " + e.LotID.String() + " 不存在"
	case lot.item != e.ItemID || !b.facts.items[e.ItemID]:
		fault = "所记的物资不存在，或与批次的不符"
	case p.DepotID != e.DepotID:
		fault = "所记的储备库与货位的不符"
	case on != v.BusinessOn.First:
		fault = "业务日期 " + on + " 与单据的 " + v.BusinessOn.First + " 不符"
	default:
		return
	}
	b.add("orphan", "明细 "+e.ID.String(), "（单据 %s 第 %d 行）%s", v.Number, e.Line, fault)
}

// leaves proves I20: nothing is issued, transferred or lent of a lot that has
// expired or is held, nor out of a quarantine corner.
func (b *booksWalk) leaves(v *store.Walked, e *ledger.Entry) {
	if e.Qty > 0 || e.DepotID == 0 || v.Type != ledger.Issue && v.Type != ledger.Transfer && v.Type != ledger.Loan {
		return
	}
	p := b.facts.places[e.PlaceID]
	if p.Kind != place.Bin && p.Kind != place.Quarantine { // it had left its shelf before
		return
	}
	object := fmt.Sprintf("单据 %s 第 %d 行", v.Number, e.Line)
	if lot := b.facts.lots.find(e.LotID); lot != nil && lot.last != 0 && lot.last < numbered(v.BusinessOn.First) {
		b.add("expired", object, "批次 %s 有效期至 %s，%s 出库时已过期", e.LotID, dated(lot.last), v.BusinessOn)
	}
	if hold, held := b.facts.heldAt(e.LotID, e.DepotID, e.Seq); held {
		b.add("held", object, "批次 %s 出库时在冻结中（冻结的顺序号 %d，单据的 %d）", e.LotID, hold.seq, e.Seq)
	}
	if p.Kind == place.Quarantine {
		b.add("quarantine", object, "从待检区 %s 出库", p.Code)
	}
}

// other proves the sequence of an entry at the other end of a transfer: one of
// that depot's own, the same for the whole voucher and no other.
func (b *booksWalk) other(e *ledger.Entry, others map[id.ID]int64) {
	object := "明细 " + e.ID.String()
	seq, met := others[e.DepotID]
	switch {
	case met && seq != e.Seq:
		b.add("order", object, "同一张单据在 %s 用了两个顺序号 %d 和 %d", b.facts.code(e.DepotID), seq, e.Seq)
	case met:
	case e.Seq <= 0 || e.Seq > b.facts.heads[e.DepotID].Seq:
		b.add("order", object, "顺序号 %d 不在 %s 的账本内（到 %d）", e.Seq, b.facts.code(e.DepotID), b.facts.heads[e.DepotID].Seq)
		others[e.DepotID] = e.Seq
	default:
		b.claim(e.DepotID, e.Seq, object)
		others[e.DepotID] = e.Seq
	}
}

// sums proves I2: a voucher makes and loses nothing, of no lot, and each of its
// lines is a movement.
func (b *booksWalk) sums(v *store.Walked) {
	b.scratch = b.scratch[:0]
	for _, e := range v.Entries {
		b.scratch = append(b.scratch, part{e.LotID, e.Line, e.Qty})
	}
	slices.SortFunc(b.scratch, part.compare)
	for i := 0; i < len(b.scratch); {
		lot, sum, bent := b.scratch[i].lot, quantity.Q(0), 0
		for i < len(b.scratch) && b.scratch[i].lot == lot {
			line, moved := b.scratch[i].line, quantity.Q(0)
			for ; i < len(b.scratch) && b.scratch[i].lot == lot && b.scratch[i].line == line; i++ {
				moved += b.scratch[i].qty
			}
			if sum += moved; moved != 0 {
				bent = line
			}
		}
		switch {
		case sum != 0:
			b.add("balance", fmt.Sprintf("单据 %s 批次 %s", v.ID, lot), "（%s）出入合计应为 0，实为 %s", v.Number, sum)
		case bent != 0:
			b.add("balance", fmt.Sprintf("单据 %s 批次 %s", v.ID, lot), "（%s）第 %d 行的出入不相等", v.Number, bent)
		}
	}
}

// reversal proves I7: each entry of a reversal is the exact opposite of one of
// the voucher it takes back, and nothing else is a reversal.
func (b *booksWalk) reversal(v *store.Walked) {
	object := "单据 " + v.Number
	switch {
	case v.Type != ledger.Reversal && v.ReversesID != 0:
		b.add("reversal", object, "不是红冲单，却指着被冲的单据")
	case v.Type == ledger.Reversal && v.Original.ID == 0:
		b.add("reversal", object, "所冲的单据不存在")
	case v.Type == ledger.Reversal && (v.Original.Type == ledger.Reversal || v.Original.DepotID != v.DepotID):
		b.add("reversal", object, "所冲的单据是红冲单，或是别的储备库的")
	}
	slices.SortFunc(v.Original.Entries, func(a, b ledger.Entry) int { return cmp.Compare(a.ID, b.ID) })
	for i := range v.Entries {
		e := &v.Entries[i]
		if e.ReversesID == 0 && v.Type != ledger.Reversal {
			continue
		}
		at, found := slices.BinarySearchFunc(v.Original.Entries, e.ReversesID, func(o ledger.Entry, want id.ID) int { return cmp.Compare(o.ID, want) })
		if !found || v.Type != ledger.Reversal || !opposes(e, &v.Original.Entries[at]) {
			b.add("reversal", "明细 "+e.ID.String(), "与所冲的明细不是同行、同批次、同货位、等量相反")
		}
	}
	b.remember(v)
}

func opposes(e, o *ledger.Entry) bool {
	return o.Qty == -e.Qty && o.LotID == e.LotID && o.PlaceID == e.PlaceID && o.DepotID == e.DepotID && o.Line == e.Line
}

// remember notes, for the figures of closed months, where what a reversal takes
// back had gone out.
func (b *booksWalk) remember(v *store.Walked) {
	if v.ReversesID == 0 || !b.inClosed(v) {
		return
	}
	b.reversals[v.ID] = true
	nets := map[flow]quantity.Q{}
	for _, o := range v.Original.Entries {
		if o.DepotID != 0 {
			nets[flow{v.ID, o.LotID, o.DepotID}] += o.Qty
		}
	}
	for at, net := range nets {
		if net < 0 {
			b.negative[at] = true
		}
	}
}

// inClosed reports a voucher dated in a month that any of its depots may have
// closed.
func (b *booksWalk) inClosed(v *store.Walked) bool {
	for _, depot := range v.Depots() {
		if v.BusinessOn.First <= b.facts.closes[depot] {
			return true
		}
	}
	return false
}

// sealer writes lots' seals, the last one once: the two halves of a movement
// follow each other.
type sealer struct {
	lot  id.ID
	text string
}

func (s *sealer) of(t *lotTable, lot id.ID) string {
	if lot != s.lot || s.text == "" {
		s.lot, s.text = lot, ""
		if f := t.find(lot); f != nil {
			s.text = hex.EncodeToString(f.seal[:])
		}
	}
	return s.text
}
