package inventory

import (
	"context"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// ReturnRequest asks to take goods of an issue back into the depot (归还).
type ReturnRequest struct {
	VoucherID  id.ID
	Lines      []ReturnLine
	BusinessOn string
	Reason     string
	ClientKey  string
}

// ReturnLine names an entry of the issue and how much of it comes back, in the
// item's unit or in packs, and where it is put. A line without a quantity is
// passed over.
type ReturnLine struct {
	EntryID id.ID
	Qty     string
	Bin     string
	Remark  string
}

// Return books what comes back of an issue, never more than left with each of
// its lines.
func (s *Service) Return(ctx context.Context, actor access.Actor, r ReturnRequest) (ledger.Voucher, error) {
	if err := CheckKey(r.ClientKey); err != nil {
		return ledger.Voucher{}, err
	}
	r.Lines = slices.DeleteFunc(slices.Clone(r.Lines), func(l ReturnLine) bool { return strings.TrimSpace(l.Qty) == "" })
	req := posting.Request{Actor: actor, Permission: access.VoucherPost, ClientKey: r.ClientKey, Hash: hashOf("return", r)}
	return posting.Run(ctx, s.store, req, func(ctx context.Context, tx *store.Tx) (ledger.Voucher, error) {
		return s.giveBack(ctx, tx, actor, r)
	})
}

func (s *Service) giveBack(ctx context.Context, tx *store.Tx, actor access.Actor, r ReturnRequest) (ledger.Voucher, error) {
	orig, err := tx.Voucher(ctx, r.VoucherID)
	if err != nil {
		return orig, err
	}
	if err := takeHeadsOf(ctx, tx, actor, orig); err != nil {
		return orig, err
	}
	if orig.Type != ledger.Issue {
		return orig, errs.New(errs.Invalid, "只有出库单的物资可以办理归还。")
	}
	if load, _, err := tx.ShipmentOfVoucher(ctx, orig.ID); err != nil || load != 0 {
		if err == nil {
			err = errs.New(errs.Conflict, "%s 是调拨指令（%s）的清账，不能在这里办理归还，否则账与指令不符。请打开该指令撤销这次登记，再按归还登记。", orig.Number, orig.Reference)
		}
		return orig, err
	}
	on, err := laterDay("归还", r.BusinessOn, r.Reason, orig, day.At(tx.Now))
	if err != nil {
		return orig, err
	}
	v := ledger.Voucher{DepotID: orig.DepotID, Type: ledger.Return, BusinessOn: on, Reason: "归还", Counterparty: orig.Counterparty,
		Reference: orig.Number, Remark: strings.TrimSpace(r.Reason)}
	v.Entries, err = s.returned(ctx, tx, orig, r)
	return v, err
}

// returner reads the lines of a return.
type returner struct {
	parser
	left  map[id.ID]quantity.Q // with the receiver, by entry of the issue
	items map[id.ID]catalog.Item
}

func (s *Service) returned(ctx context.Context, tx *store.Tx, orig ledger.Voucher, r ReturnRequest) ([]ledger.Entry, error) {
	t := returner{parser: parser{kind: kinds[ledger.Receipt], bins: map[string]id.ID{}}}
	var err error
	if t.left, err = leftOf(ctx, tx.Conn, orig); err != nil {
		return nil, err
	}
	if t.items, err = tx.ItemsByID(ctx, itemIDs(orig)); err != nil {
		return nil, err
	}
	places, err := tx.Places(ctx, orig.DepotID)
	if err != nil {
		return nil, err
	}
	for _, b := range places {
		if slices.Contains(anywhere, b.Kind) {
			t.bins[catalog.Key(b.Code)] = b.ID
		}
	}
	if len(r.Lines) == 0 {
		t.Add("lines", "请至少填写一行归还的数量。")
	}
	var entries []ledger.Entry
	for i, l := range r.Lines {
		entries = append(entries, t.line(i+1, l, orig)...)
	}
	return entries, t.Err()
}

// line makes the entries of one line that comes back, from where the issue had
// put it.
func (t *returner) line(n int, l ReturnLine, orig ledger.Voucher) []ledger.Entry {
	out, in, found := sides(orig, l.EntryID)
	if !found {
		t.Add(field(n, "qty"), "第 %d 行不是这张出库单的明细，请重新打开页面再填。", n)
		return nil
	}
	it := t.items[out.ItemID]
	q, packed := t.qty(n, Line{Qty: l.Qty}, it, 0)
	bin := t.bin(n, "bin", l.Bin)
	if len([]rune(l.Remark)) > 200 {
		t.Add(field(n, "remark"), "第 %d 行备注最多 200 个字，请缩短。", n)
	}
	if left := t.left[out.ID]; q > left {
		t.Add(field(n, "qty"), "第 %d 行「%s」还在外面的只有 %s %s，不能归还 %s %s。", n, it.Label(), left.Grouped(), it.Unit, q.Grouped(), it.Unit)
	}
	t.left[out.ID] -= q
	back := pair(parsedLine{number: n, item: it, packed: packed, remark: strings.TrimSpace(l.Remark)}, out.LotID, q,
		spot{in.PlaceID, in.DepotID}, spot{bin, out.DepotID})
	back[1].ReturnsID = out.ID
	return back
}

// sides finds an entry that took goods out of the depot and its other half.
func sides(v ledger.Voucher, entry id.ID) (out, in ledger.Entry, found bool) {
	for _, m := range v.Moves() {
		if m.Out.ID == entry && m.Out.DepotID != 0 {
			return m.Out, m.In, true
		}
	}
	return out, in, false
}

// leftOf says, for each entry of an issue, how much of it has neither been
// reversed nor returned.
func leftOf(ctx context.Context, c *store.Conn, v ledger.Voucher) (map[id.ID]quantity.Q, error) {
	done, err := c.ReversedEntries(ctx, entryIDs(v))
	if err != nil {
		return nil, err
	}
	returned, err := c.ReturnedQty(ctx, entryIDs(v))
	if err != nil {
		return nil, err
	}
	left := map[id.ID]quantity.Q{}
	for _, e := range v.Entries {
		if e.Qty < 0 && e.DepotID != 0 && !done[e.ID] {
			left[e.ID] = -e.Qty - returned[e.ID]
		}
	}
	return left, nil
}

func itemIDs(v ledger.Voucher) []id.ID {
	var ids []id.ID
	for _, e := range v.Entries {
		ids = append(ids, e.ItemID)
	}
	return unique(ids)
}
