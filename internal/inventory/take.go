package inventory

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// entries makes the movements of a parsed form.
func (p parsed) entries(ctx context.Context, tx *store.Tx) ([]ledger.Entry, error) {
	if p.kind.from == nil {
		return p.receive(ctx, tx)
	}
	return p.take(ctx, tx)
}

// spot is a place with its home depot, 0 for the outside.
type spot struct{ place, depot id.ID }

// pair makes the two entries of a movement, out of one place and into another.
// What was typed stands on the sides inside.
func pair(l parsedLine, lot id.ID, qty quantity.Q, from, to spot) []ledger.Entry {
	out := ledger.Entry{Line: l.number, PlaceID: from.place, DepotID: from.depot, LotID: lot, ItemID: l.item.ID, Qty: -qty}
	in := ledger.Entry{Line: l.number, PlaceID: to.place, DepotID: to.depot, LotID: lot, ItemID: l.item.ID, Qty: qty}
	for _, e := range []*ledger.Entry{&out, &in} {
		if e.DepotID != 0 {
			e.Remark, e.Packed = l.remark, l.packed
		}
	}
	return []ledger.Entry{out, in}
}

func (p parsed) outside() spot {
	return spot{place: place.Outer(posting.Outside(p.draft.Type, p.draft.Reason))}
}

func (p parsed) receive(ctx context.Context, tx *store.Tx) ([]ledger.Entry, error) {
	var lots []ledger.Lot
	for _, l := range p.lines {
		lots = append(lots, l.lots...)
	}
	if err := tx.FindOrMakeLots(ctx, lots); err != nil {
		return nil, err
	}
	var entries []ledger.Entry
	for _, l := range p.lines {
		qty := l.qty
		if l.item.Serial {
			qty = quantity.One
		}
		for range l.lots {
			entries = append(entries, pair(l, lots[0].ID, qty, p.outside(), spot{l.placeID, p.depot.ID})...)
			lots = lots[1:]
		}
	}
	return entries, nil
}

// taker takes lines off the shelves of a depot, in memory. Whether the goods
// are really there is decided by the posting's guarded UPDATE.
type taker struct {
	errs.Check
	parsed
	shelves []ledger.Shelf
	out     []ledger.Entry
}

// take picks lots for lines that chose none, first expired first out, after
// what other lines of the same voucher take from the same shelves.
func (p parsed) take(ctx context.Context, tx *store.Tx) ([]ledger.Entry, error) {
	t := &taker{parsed: p}
	var err error
	if t.shelves, err = tx.Shelves(ctx, p.depot.ID, itemsOf(p.lines), p.from); err != nil {
		return nil, err
	}
	for _, chosen := range []bool{true, false} { // chosen lots first, so that proposals go around them
		for _, l := range p.lines {
			if l.chose() == chosen {
				t.line(l)
			}
		}
	}
	for _, l := range p.lines {
		if l.lotID != 0 && !p.kind.barred {
			t.inTurn(l)
		}
	}
	slices.SortStableFunc(t.out, func(a, b ledger.Entry) int { return a.Line - b.Line })
	return t.out, t.Err()
}

func (l parsedLine) chose() bool { return l.lotID != 0 || len(l.serials) > 0 }

// line takes one line and moves it where the form says.
func (t *taker) line(l parsedLine) {
	var picks []ledger.Pick
	switch {
	case len(l.serials) > 0:
		picks = t.pieces(l)
	case l.lotID != 0:
		picks = t.chosen(l)
	case t.kind.barred:
		picks = t.only(l)
	default:
		picks = t.proposed(l, t.of(l))
	}
	for _, pk := range picks {
		to := spot{l.placeID, t.depot.ID}
		switch {
		case t.kind.lands == nil:
			to = t.outside()
		case t.to != nil:
			to.depot = t.to.DepotID
		}
		if to.place == pk.Shelf.PlaceID {
			t.Add(field(l.number, "to_bin"), "第 %d 行的物资已经在货位「%s」，不用移动。", l.number, pk.Shelf.Bin)
			return
		}
		t.out = append(t.out, pair(l, pk.Shelf.Lot.ID, pk.Qty, spot{pk.Shelf.PlaceID, t.depot.ID}, to)...)
	}
}

// of lists the shelves of a line's item, of its lot and bin where it chose.
func (t *taker) of(l parsedLine) []ledger.Shelf {
	var mine []ledger.Shelf
	for _, s := range t.shelves {
		if s.Lot.ItemID == l.item.ID && (l.lotID == 0 || s.Lot.ID == l.lotID && (l.fromID == 0 || s.PlaceID == l.fromID)) {
			mine = append(mine, s)
		}
	}
	return mine
}

func (t *taker) chosen(l parsedLine) []ledger.Pick {
	mine := t.of(l)
	if len(mine) == 0 {
		t.Add(field(l.number, "lot_no"), "第 %d 行选的批次已不在这个储备库，请重新配批。", l.number)
		return nil
	}
	if t.refused(mine[0], l) {
		return nil
	}
	return t.proposed(l, mine)
}

// only takes from the one shelf there is: what is scrapped or moved is said,
// never guessed.
func (t *taker) only(l parsedLine) []ledger.Pick {
	mine := t.of(l)
	if len(mine) > 1 {
		t.Add(field(l.number, "lot_no"), "第 %d 行「%s」有 %d 个批次或货位，请选定一个。", l.number, l.item.Label(), len(mine))
		return nil
	}
	return t.proposed(l, mine)
}

// pieces takes the pieces whose numbers were typed.
func (t *taker) pieces(l parsedLine) []ledger.Pick {
	var picks []ledger.Pick
	mine := t.of(l)
	for _, no := range l.serials {
		i := slices.IndexFunc(mine, func(s ledger.Shelf) bool { return catalog.Key(s.Lot.No) == catalog.Key(no) && s.Available() > 0 })
		if i < 0 {
			t.Add(field(l.number, "lot_no"), "第 %d 行的编号「%s」不在%s，请核对编号。", l.number, no, t.depot.Name)
			continue
		}
		if !t.refused(mine[i], l) {
			picks = append(picks, ledger.Pick{Shelf: mine[i], Qty: quantity.One})
		}
	}
	t.takeOff(picks)
	return picks
}

// proposed takes a line's quantity from some shelves.
func (t *taker) proposed(l parsedLine, mine []ledger.Shelf) []ledger.Pick {
	picks, short := ledger.Propose(mine, l.qty, t.on)
	if t.kind.barred {
		picks, short = ledger.ProposeAny(mine, l.qty)
	}
	if short > 0 {
		have := l.qty - short
		t.Add(field(l.number, "qty"), "第 %d 行「%s」%s可用 %s %s，不够 %s %s%s。请减少数量，或先办理入库。",
			l.number, l.item.Label(), t.depot.Name, have.Grouped(), l.item.Unit, l.qty.Grouped(), l.item.Unit, t.besides(mine, l))
		return nil
	}
	t.takeOff(picks)
	return picks
}

func (t *taker) takeOff(picks []ledger.Pick) {
	for _, pk := range picks {
		for i := range t.shelves {
			if t.shelves[i].PlaceID == pk.Shelf.PlaceID && t.shelves[i].Lot.ID == pk.Shelf.Lot.ID {
				t.shelves[i].OnHand -= pk.Qty
			}
		}
	}
}

// inTurn asks for a reason when a chosen lot leaves before one that expires
// earlier.
func (t *taker) inTurn(l parsedLine) {
	var chosen, first ledger.Shelf
	for _, s := range t.shelves {
		switch {
		case s.Lot.ID == l.lotID:
			chosen = s
		case s.Lot.ItemID == l.item.ID && s.Issuable(t.on) && (first.Lot.ID == 0 || s.Lot.ExpiresBefore(first.Lot)):
			first = s
		}
	}
	if chosen.Lot.ID == 0 || first.Lot.ID == 0 || !first.Lot.ExpiresBefore(chosen.Lot) || l.remark != "" {
		return
	}
	t.Add(field(l.number, "remark"), "第 %d 行选的批次不是最早到期的：有效期至 %s 的还有 %s %s。先到期的应先出；确要先出这一批，请在备注写明原因。",
		l.number, first.Lot.Expires, first.Available().Grouped(), l.item.Unit)
}

// besides names what is there but may not be issued, so that nobody looks for
// an error where there is none.
func (t *taker) besides(shelves []ledger.Shelf, l parsedLine) string {
	var barred quantity.Q
	for _, s := range shelves {
		if s.Lot.Held || s.Lot.Expired(t.on) {
			barred += s.OnHand
		}
	}
	if barred == 0 || t.kind.barred {
		return ""
	}
	return fmt.Sprintf("（另有 %s %s已过期或冻结，不能出库）", barred.Grouped(), l.item.Unit)
}

func (t *taker) refused(s ledger.Shelf, l parsedLine) bool {
	switch {
	case t.kind.barred:
		return false
	case s.Lot.Held:
		t.Add(field(l.number, "lot_no"), "第 %d 行的批次已冻结待检，不能出库；请换一个批次。", l.number)
	case s.Lot.Expired(t.on):
		t.Add(field(l.number, "lot_no"), "第 %d 行的批次有效期至 %s，已过期，不能出库；请换一个批次，过期的走报废。", l.number, s.Lot.Expires)
	default:
		return false
	}
	return true
}

func itemsOf(lines []parsedLine) []id.ID {
	seen := map[id.ID]bool{}
	var ids []id.ID
	for _, l := range lines {
		if !seen[l.item.ID] {
			seen[l.item.ID] = true
			ids = append(ids, l.item.ID)
		}
	}
	return ids
}

// Proposal is what the form shows for one line that takes goods.
type Proposal struct {
	Picks     []ledger.Pick
	Short     quantity.Q
	Available quantity.Q // of all lots that may be issued
}

// Shelves lists what a type of voucher may take of some items at a depot,
// expired and held lots too.
func (s *Service) Shelves(ctx context.Context, actor access.Actor, t ledger.Type, depot id.ID, items []id.ID) ([]ledger.Shelf, error) {
	c := s.store.Read()
	if _, err := depotFor(ctx, c, actor, access.VoucherPost, depot); err != nil {
		return nil, err
	}
	places, err := c.Places(ctx, depot)
	if err != nil {
		return nil, err
	}
	return c.Shelves(ctx, depot, items, ofKinds(places, kinds[t].from))
}

// Propose gives the lots to take for an issue line, first expired first out.
func (s *Service) Propose(ctx context.Context, actor access.Actor, depot, item id.ID, need quantity.Q) (Proposal, error) {
	shelves, err := s.Shelves(ctx, actor, ledger.Issue, depot, []id.ID{item})
	if err != nil {
		return Proposal{}, err
	}
	var p Proposal
	p.Picks, p.Short = ledger.Propose(shelves, need, s.Today())
	all, _ := ledger.Propose(shelves, quantity.Max, s.Today())
	for _, pick := range all {
		p.Available += pick.Qty
	}
	return p, nil
}
