// Package ledger holds the rules of the books: vouchers, entries, lots, their
// numbers, their hash chain and the order in which lots leave.
//
// Pure: it decides on values it is given. It knows no SQL, HTTP or files, and
// no clock. Every rule here is a rule of the field (product.md) or of the
// ledger (design, section 2).
package ledger

import (
	"fmt"
	"slices"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// Type is the kind of a voucher (单据).
type Type string

// The voucher types. Receipt and Opening share the number series RK, because
// an opening is the receipt of what was already there.
const (
	Receipt    Type = "receipt"
	Opening    Type = "opening"
	Issue      Type = "issue"
	Transfer   Type = "transfer"
	Return     Type = "return"
	Loan       Type = "loan"
	BinMove    Type = "binmove"
	Disposal   Type = "disposal"
	Adjustment Type = "adjustment"
	Reversal   Type = "reversal"
)

var typeFacts = map[Type]struct{ prefix, name string }{
	Receipt: {"RK", "入库单"}, Opening: {"RK", "期初入库单"}, Issue: {"CK", "出库单"},
	Transfer: {"DB", "调拨单"}, Return: {"GH", "归还单"}, Loan: {"JY", "借用单"},
	BinMove: {"YK", "移库单"}, Disposal: {"BF", "报废单"}, Adjustment: {"PD", "盘点调整单"},
	Reversal: {"HC", "红冲单"},
}

// Types lists all types in the order lists show them.
var Types = []Type{Receipt, Opening, Issue, Transfer, Return, Loan, BinMove, Disposal, Adjustment, Reversal}

// Name gives the paper's title, "" for an unknown type.
func (t Type) Name() string { return typeFacts[t].name }

// Prefix gives the two letters of the number series.
func (t Type) Prefix() string { return typeFacts[t].prefix }

// Number writes a voucher number: RK-WC01-2026-000123. The counter is gapless
// per series, depot and year of the business date.
func Number(t Type, depotCode string, year int, n int64) string {
	return fmt.Sprintf("%s-%s-%d-%06d", t.Prefix(), depotCode, year, n)
}

// Voucher is one posted document. Once posted it never changes.
type Voucher struct {
	ID           id.ID
	DepotID      id.ID
	ToDepotID    id.ID // of a transfer, the depot that receives; else 0
	Type         Type
	Number       string
	Seq          int64   // of the depot's head; orders vouchers of one business date
	BusinessOn   day.Day // when it happened
	RecordedAt   int64   // when it was keyed, microseconds UTC
	ActorID      id.ID
	ActorName    string
	Reason       string // 入库类型/出库用途, e.g. 本级采购, 救灾发放
	Counterparty string // 供货单位/领用单位
	Reference    string // 依据文号
	Remark       string
	BlankNo      string // of the blank (空白单据) it was first written on by hand, "" = none
	ReversesID   id.ID  // the voucher this one reverses, 0 = none
	ClientKey    string // idempotency key, made when the form was shown
	RequestHash  string // of what the client asked, to tell a repeat from another content
	PrevHash     string // of the voucher before it at the same depot
	Hash         string
	Entries      []Entry
	Again        bool // it had been posted before, and is the answer to a repeated request; not stored
}

// Entry is one line of the books: a quantity of a lot into (+) or out of (−) a
// place. The entries of a voucher sum to zero per lot.
type Entry struct {
	ID         id.ID
	Line       int // the paper's line, from 1; both sides of a movement share it
	PlaceID    id.ID
	DepotID    id.ID // home depot of the place, 0 for the outside
	LotID      id.ID
	ItemID     id.ID
	Qty        quantity.Q
	Seq        int64  // of the entry's own depot head
	ReversesID id.ID  // the entry this one reverses, at most once each
	ReturnsID  id.ID  // of a return, the issue's entry whose goods come back
	Packed     string // the quantity in packs as it was typed, e.g. 5箱3瓶
	Remark     string
	LotSeal    string // of the lot as it is; not stored, but part of the voucher's hash
}

// Opposite is the entry that takes this one back. Posting gives it its id and
// sequence.
func (e Entry) Opposite() Entry {
	e.ReversesID, e.ReturnsID, e.ID, e.Qty, e.Seq = e.ID, 0, 0, -e.Qty, 0
	return e
}

// Depots lists the depots a voucher touches, its own among them, in the order
// in which their heads are taken.
func (v Voucher) Depots() []id.ID {
	depots := []id.ID{v.DepotID}
	for _, e := range v.Entries {
		if e.DepotID != 0 && !slices.Contains(depots, e.DepotID) {
			depots = append(depots, e.DepotID)
		}
	}
	slices.Sort(depots)
	return depots
}

// Movement is a quantity of one lot going from one place to another: the two
// entries that say so.
type Movement struct {
	Out, In Entry
}

// Moves pairs the entries: every voucher is made of movements, each an entry
// out and an entry in of the same line, lot and quantity, one after the other.
func (v Voucher) Moves() []Movement {
	var list []Movement
	for i := 0; i+1 < len(v.Entries); i += 2 {
		a, b := v.Entries[i], v.Entries[i+1]
		if a.Qty > 0 {
			a, b = b, a
		}
		list = append(list, Movement{Out: a, In: b})
	}
	return list
}

// MaxLines bounds a voucher, so that one posting stays one short transaction.
const MaxLines = 1000

// Validate checks what every voucher must be, whoever made it: a known type,
// lines, no zero, sums of zero per lot, quantities in range.
func (v Voucher) Validate() error {
	switch {
	case v.Type.Name() == "":
		return errs.New(errs.Internal, "unknown voucher type %q", v.Type)
	case v.DepotID == 0 || v.BusinessOn.IsZero() || v.BusinessOn.Precision != day.ToDay || v.ClientKey == "":
		return errs.New(errs.Internal, "voucher without depot, full business date or client key")
	case len(v.Entries) == 0:
		return errs.New(errs.Invalid, "单据没有明细，请至少填写一行物资。")
	case len(v.Entries) > 2*MaxLines:
		return errs.New(errs.TooLarge, "一张单据最多 %d 行，请分成几张。", MaxLines)
	}
	sums := make(map[id.ID]quantity.Q)
	for _, e := range v.Entries {
		if e.Qty == 0 || e.Qty > quantity.Max || e.Qty < -quantity.Max {
			return errs.New(errs.Invalid, "第 %d 行的数量不在可记账的范围内（大于 0，不超过十亿）。", e.Line)
		}
		if e.PlaceID == 0 || e.LotID == 0 || e.ItemID == 0 {
			return errs.New(errs.Internal, "entry without place, lot or item")
		}
		sums[e.LotID] += e.Qty
	}
	for lot, sum := range sums {
		if sum != 0 {
			return errs.New(errs.Internal, "entries of lot %d sum to %s, not zero", lot, sum)
		}
	}
	return v.paired()
}

// paired checks that the entries are movements, in pairs.
func (v Voucher) paired() error {
	if len(v.Entries)%2 != 0 {
		return errs.New(errs.Internal, "an entry without its other half")
	}
	for _, m := range v.Moves() {
		if m.Out.Qty != -m.In.Qty || m.Out.LotID != m.In.LotID || m.Out.Line != m.In.Line {
			return errs.New(errs.Internal, "line %d: two entries that are no movement", m.Out.Line)
		}
	}
	return nil
}

// Source is where goods of a lot came from (来源).
type Source string

// Sources are the four of the field; the text itself is stored.
var Sources = []Source{Purchased, FromAbove, Donated, Otherwise}

// Lot (批次) is found or created by its key and never changed, but for the
// audited hold flag. Received is the day the lot first came in.
type Lot struct {
	ID       id.ID
	ItemID   id.ID
	No       string // 批号
	Produced day.Day
	Expires  day.Day
	Received day.Day
	Source   Source
	Price    *money.Fen // nil = not known
	Owner    string     // 储备管理单位
	Serial   bool       // one piece: No is its 装备编号, and it is never more than one
	Held     bool       // 冻结/待检
}

// Expired reports that the last day of the expiry has passed on a day.
func (l Lot) Expired(on day.Day) bool { return !l.Expires.IsZero() && l.Expires.Last() < on.First }
