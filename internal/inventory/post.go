package inventory

import (
	"context"
	"errors"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// PostDraft books a receipt or issue, saved before or straight from the form.
// A second tap gives the same voucher. On an error nothing is booked and the
// draft is as it was.
func (s *Service) PostDraft(ctx context.Context, actor access.Actor, d Draft) (ledger.Voucher, error) {
	d = d.Compact()
	if err := d.checkSize(); err != nil {
		return ledger.Voucher{}, err
	}
	if d.DepotID == 0 {
		return ledger.Voucher{}, &errs.Error{Kind: errs.Invalid, Message: "请选择储备库。", Fields: []errs.Field{{Name: "depot", Message: "请选择储备库。"}}}
	}
	r := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: d.ClientKey, Hash: d.requestHash()}
	return posting.Run(ctx, s.store, r, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		if err := mayAt(actor, access.VoucherPost, d.DepotID); err != nil {
			return ledger.Voucher{}, err
		}
		// The head first: whatever is decided below is decided while nobody else
		// posts at this depot, and while no item changes its unit.
		head, err := tx.TakeHeadFor(ctx, d.DepotID, d.ClientKey)
		if err != nil {
			return ledger.Voucher{}, err
		}
		v := ledger.Voucher{ID: tx.NewID(), DepotID: d.DepotID, Type: d.Type, Reason: d.Reason, Counterparty: d.Counterparty,
			Reference: d.Reference, Remark: d.Remark}
		if err := closeDraft(ctx, tx, actor, d, head, v.ID); err != nil {
			return v, err
		}
		p, err := s.parse(ctx, tx, d, head)
		if err != nil {
			return v, err
		}
		v.BusinessOn = p.on
		switch d.Type {
		case ledger.Receipt:
			v.Entries, err = receive(ctx, tx, p)
		case ledger.Issue:
			v.Entries, err = issue(ctx, tx, p)
		default:
			err = errs.New(errs.NotFound, "没有这种单据。")
		}
		return v, err
	})
}

// closeDraft marks a saved draft as posted, once. The draft must be of the
// same type and one the actor may post. A form that was saved and then posted
// from the page before the saving finds its draft by the key.
func closeDraft(ctx context.Context, tx *store.Tx, actor access.Actor, d Draft, head *store.Head, voucher id.ID) error {
	if d.ID == 0 {
		d.ID = head.DraftID
	}
	if d.ID == 0 {
		return nil
	}
	saved, err := loadDraft(ctx, tx.Conn, actor, d.ID)
	if err != nil {
		return err
	}
	if saved.Type != d.Type || saved.ClientKey != d.ClientKey {
		return errs.New(errs.Conflict, "这张草稿与页面上的单据不是同一张，请重新打开草稿。")
	}
	if d.Version == 0 {
		d.Version = 1 // the page before the first saving
	}
	if saved.Status == "open" && saved.Version != d.Version && saved.requestHash() != d.requestHash() {
		return newerDraft()
	}
	return tx.CloseDraft(ctx, saved.ID, saved.Version, "posted", voucher)
}

// outsideOf says where received goods come from.
func outsideOf(s ledger.Source) id.ID {
	switch s {
	case "上级调拨":
		return place.Outer(place.Upper)
	case "社会捐赠":
		return place.Outer(place.Donor)
	}
	return place.Outer(place.Supplier)
}

// pair makes the two entries of a movement between the outside and a bin.
func pair(l parsedLine, depot, bin, outside, lot id.ID, qty quantity.Q) []ledger.Entry {
	in := ledger.Entry{Line: l.number, PlaceID: bin, DepotID: depot, LotID: lot, ItemID: l.item.ID, Qty: qty, Remark: l.remark}
	out := ledger.Entry{Line: l.number, PlaceID: outside, LotID: lot, ItemID: l.item.ID, Qty: -qty}
	return []ledger.Entry{out, in}
}

func receive(ctx context.Context, tx *store.Tx, p parsed) ([]ledger.Entry, error) {
	lots := make([]ledger.Lot, len(p.lines))
	for i, l := range p.lines {
		lots[i] = l.lot
	}
	if err := tx.FindOrMakeLots(ctx, lots); err != nil {
		return nil, err
	}
	outside := outsideOf(ledger.Source(p.draft.Reason))
	var entries []ledger.Entry
	for i, l := range p.lines {
		entries = append(entries, pair(l, p.depot.ID, l.placeID, outside, lots[i].ID, l.qty)...)
	}
	return entries, nil
}

// issue picks lots for lines that chose none, first expired first out, after
// what other lines of the same voucher take from the same shelves.
func issue(ctx context.Context, tx *store.Tx, p parsed) ([]ledger.Entry, error) {
	shelves, err := tx.Shelves(ctx, p.depot.ID, itemsOf(p.lines))
	if err != nil {
		return nil, err
	}
	outside := place.Outer(place.Used)
	if p.draft.Reason == "调拨出库" {
		outside = place.Outer(place.Upper)
	}
	var c errs.Check
	var entries []ledger.Entry
	for _, chosen := range []bool{true, false} { // chosen lots first, so that proposals go around them
		for _, l := range p.lines {
			if (l.lotID != 0) != chosen {
				continue
			}
			for _, pick := range take(&c, shelves, l, p) {
				entries = append(entries, pair(l, p.depot.ID, pick.Shelf.PlaceID, outside, pick.Shelf.Lot.ID, -pick.Qty)...)
			}
		}
	}
	return entries, c.Err()
}

// take gives the picks of one line and takes them off the shelves in memory.
// Whether they are really there is decided by the posting's guarded UPDATE.
func take(c *errs.Check, shelves []ledger.Shelf, l parsedLine, p parsed) []ledger.Pick {
	var mine []ledger.Shelf
	for _, s := range shelves {
		if s.Lot.ItemID == l.item.ID && (l.lotID == 0 || s.Lot.ID == l.lotID && (l.placeID == 0 || s.PlaceID == l.placeID)) {
			mine = append(mine, s)
		}
	}
	if l.lotID != 0 && len(mine) == 0 {
		c.Add(field(l.number, "lot_no"), "第 %d 行选的批次已不在这个储备库，请重新配批。", l.number)
		return nil
	}
	if l.lotID != 0 && refuseLot(c, mine[0], l, p) {
		return nil
	}
	picks, short := ledger.Propose(mine, l.qty, p.on)
	if short > 0 {
		have := l.qty - short
		c.Add(field(l.number, "qty"), "第 %d 行「%s」%s可用 %s %s，不够 %s %s%s。请减少数量，或先办理入库。",
			l.number, l.item.Label(), p.depot.Name, have.Grouped(), l.item.Unit, l.qty.Grouped(), l.item.Unit, besides(mine, l, p))
		return nil
	}
	for _, pk := range picks {
		for i := range shelves {
			if shelves[i].PlaceID == pk.Shelf.PlaceID && shelves[i].Lot.ID == pk.Shelf.Lot.ID {
				shelves[i].OnHand -= pk.Qty
			}
		}
	}
	return picks
}

// besides names what is there but may not be issued, so that nobody looks for
// an error where there is none.
func besides(shelves []ledger.Shelf, l parsedLine, p parsed) string {
	var barred quantity.Q
	for _, s := range shelves {
		if s.Lot.Held || s.Lot.Expired(p.on) {
			barred += s.OnHand
		}
	}
	if barred == 0 {
		return ""
	}
	return fmt.Sprintf("（另有 %s %s已过期或冻结，不能出库）", barred.Grouped(), l.item.Unit)
}

func refuseLot(c *errs.Check, s ledger.Shelf, l parsedLine, p parsed) bool {
	switch {
	case s.Lot.Held:
		c.Add(field(l.number, "lot_no"), "第 %d 行的批次已冻结待检，不能出库；请换一个批次。", l.number)
	case s.Lot.Expired(p.on):
		c.Add(field(l.number, "lot_no"), "第 %d 行的批次有效期至 %s，已过期，不能出库；请换一个批次，过期的走报废。", l.number, s.Lot.Expires)
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

// Proposal is what the form shows for one line of an issue.
type Proposal struct {
	Picks     []ledger.Pick
	Short     quantity.Q
	Available quantity.Q // of all lots that may be issued
}

// Shelves lists what a depot's bins hold of some items, expired and held lots
// too.
func (s *Service) Shelves(ctx context.Context, actor access.Actor, depot id.ID, items []id.ID) ([]ledger.Shelf, error) {
	c := s.store.Read()
	if _, err := depotFor(ctx, c, actor, access.VoucherPost, depot); err != nil {
		return nil, err
	}
	return c.Shelves(ctx, depot, items)
}

// Propose gives the lots to take for an issue line, first expired first out.
func (s *Service) Propose(ctx context.Context, actor access.Actor, depot, item id.ID, need quantity.Q) (Proposal, error) {
	c := s.store.Read()
	if _, err := depotFor(ctx, c, actor, access.VoucherPost, depot); err != nil {
		return Proposal{}, err
	}
	shelves, err := c.Shelves(ctx, depot, []id.ID{item})
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

// ReverseRequest asks to take a voucher back, whole or some lines of it.
type ReverseRequest struct {
	VoucherID  id.ID
	Lines      []int // nil = every line not reversed yet
	BusinessOn string
	Reason     string
	ClientKey  string
}

// Reverse books the opposite of a voucher's entries under a number of its own
// (红冲). Each entry can be reversed once; a reversal is not reversed but
// entered again.
func (s *Service) Reverse(ctx context.Context, actor access.Actor, r ReverseRequest) (ledger.Voucher, error) {
	if err := CheckKey(r.ClientKey); err != nil {
		return ledger.Voucher{}, err
	}
	req := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: r.ClientKey, Hash: hashOf("reverse", r)}
	v, err := posting.Run(ctx, s.store, req, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		return s.reversal(ctx, tx, actor, r)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return v, errs.Wrap(errs.Conflict, err, "这些明细刚刚已被别人红冲，请刷新单据查看。")
	}
	return v, err
}
