package store

import (
	"context"
	"math"

	"changbei/internal/id"
	"changbei/internal/ledger"
)

// Walked is a voucher on the walk along the books, with what its rows say
// beside it. It is lent: the next step overwrites it.
type Walked struct {
	ledger.Voucher
	Days     []string // business date as each entry stores it
	Original Original // of a reversal
}

// Original is what a reversal takes back. ID 0 says that it is not there.
type Original struct {
	ID      id.ID
	Type    ledger.Type
	DepotID id.ID
	Entries []ledger.Entry // of which id, line, place, depot, lot and quantity are read
}

// Walker is shown the books.
type Walker interface {
	// Voucher gets each voucher with its entries, in no order that says anything.
	Voucher(v *Walked)
	// Stray gets each entry whose voucher is not there.
	Stray(entry, voucher id.ID)
}

// walkStep is how many vouchers are held at once; their entries are not.
const walkStep = 1000

// walk reads vouchers and their entries in step, both by voucher id: so lie
// they on the disk, and nothing is read twice.
type walk struct {
	*Conn
	to        Walker
	step      []ledger.Voucher
	originals map[id.ID]*Original // by the reversal's id
	at        int                 // the voucher of the step whose entries are coming
	now       Walked
}

// WalkVouchers shows all vouchers and entries of the books.
func (c *Conn) WalkVouchers(ctx context.Context, to Walker) error {
	w := &walk{Conn: c, to: to, originals: map[id.ID]*Original{}}
	for after := int64(math.MinInt64 / 2); ; {
		reversals, err := w.vouchers(ctx, after)
		if err != nil {
			return err
		}
		args := M{"after": after, "upto": int64(math.MaxInt64)}
		whole := len(w.step) == walkStep
		if whole {
			after = int64(w.step[walkStep-1].ID)
			args["upto"] = after
		}
		clear(w.originals)
		if reversals {
			if err := w.readOriginals(ctx, args); err != nil {
				return err
			}
		}
		if err := w.entries(ctx, args); err != nil || !whole {
			return err
		}
	}
}

func (w *walk) vouchers(ctx context.Context, after int64) (reversals bool, err error) {
	w.step, w.at = w.step[:0], 0
	var v ledger.Voucher
	dest := []any{(*num)(&v.ID), (*num)(&v.DepotID), (*num)(&v.ToDepotID), (*text)(&v.Type), (*text)(&v.Number), (*num)(&v.Seq), (*text)(&v.BusinessOn.First),
		(*num)(&v.RecordedAt), (*num)(&v.ActorID), (*text)(&v.ActorName), (*text)(&v.Reason), (*text)(&v.Counterparty), (*text)(&v.Reference),
		(*text)(&v.Remark), (*num)(&v.ReversesID), (*text)(&v.ClientKey), (*text)(&v.RequestHash), (*text)(&v.PrevHash), (*text)(&v.Hash), (*text)(&v.BlankNo)}
	err = w.each(ctx, "check-vouchers", M{"after": after, "limit": walkStep}, dest, func() error {
		w.step = append(w.step, v)
		reversals = reversals || v.ReversesID != 0
		return nil
	})
	return reversals, err
}

func (w *walk) readOriginals(ctx context.Context, args M) error {
	var reversal id.ID
	var o Original
	var e ledger.Entry
	dest := []any{(*num)(&reversal), (*num)(&o.ID), (*text)(&o.Type), (*num)(&o.DepotID), (*num)(&e.ID), (*whole)(&e.Line), (*num)(&e.PlaceID),
		(*num)(&e.DepotID), (*num)(&e.LotID), (*num)(&e.Qty)}
	return w.each(ctx, "check-originals", args, dest, func() error {
		known := w.originals[reversal]
		if known == nil {
			known = &Original{ID: o.ID, Type: o.Type, DepotID: o.DepotID}
			w.originals[reversal] = known
		}
		known.Entries = append(known.Entries, e)
		return nil
	})
}

// entries reads the entries of the step and hands each voucher on as soon as
// those of a later one come.
func (w *walk) entries(ctx context.Context, args M) error {
	var voucher id.ID
	var on string
	var e ledger.Entry
	dest := []any{(*num)(&voucher), (*num)(&e.ID), (*whole)(&e.Line), (*num)(&e.PlaceID), (*num)(&e.DepotID), (*num)(&e.LotID), (*num)(&e.ItemID),
		(*num)(&e.Qty), (*text)(&on), (*num)(&e.Seq), (*num)(&e.ReversesID), (*num)(&e.ReturnsID), (*text)(&e.Packed), (*text)(&e.Remark)}
	err := w.each(ctx, "check-entries", args, dest, func() error {
		for w.at < len(w.step) && w.step[w.at].ID < voucher {
			w.hand()
		}
		if w.at == len(w.step) || w.step[w.at].ID != voucher {
			w.to.Stray(e.ID, voucher)
			return nil
		}
		w.now.Entries, w.now.Days = append(w.now.Entries, e), append(w.now.Days, on)
		return nil
	})
	for err == nil && w.at < len(w.step) {
		w.hand()
	}
	return err
}

// hand gives the voucher whose entries are complete to whoever walks.
func (w *walk) hand() {
	entries, days := w.now.Entries, w.now.Days
	w.now.Voucher = w.step[w.at]
	w.now.Voucher.Entries = entries
	w.now.Original = Original{}
	if o := w.originals[w.now.ID]; o != nil {
		w.now.Original = *o
	}
	w.at++
	w.to.Voucher(&w.now)
	w.now.Entries, w.now.Days = entries[:0], days[:0]
}

// Link is a voucher as its depot's chain sees it.
type Link struct {
	Seq        int64
	Type       ledger.Type
	Number     string
	BusinessOn string
	PrevHash   string
	Hash       string
}

// EachLink gives the vouchers of a depot in the order of its chain. The link is
// lent.
func (c *Conn) EachLink(ctx context.Context, depot id.ID, fn func(*Link)) error {
	var l Link
	dest := []any{(*num)(&l.Seq), (*text)(&l.Type), (*text)(&l.Number), (*text)(&l.BusinessOn), (*text)(&l.PrevHash), (*text)(&l.Hash)}
	return c.each(ctx, "check-chain", M{"depot_id": depot}, dest, func() error { fn(&l); return nil })
}
