package inventory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// VoucherView is a posted voucher as page and paper show it.
type VoucherView struct {
	ledger.Voucher
	Depot      place.Depot
	Lines      []VoucherLine
	Total      money.Fen        // of the lines with a price
	Priced     bool             // every line has a price
	Reverses   *ledger.Voucher  // the voucher this one takes back
	Reversals  []ledger.Voucher // those that take this one back
	Reversible bool             // some line is not reversed yet
}

// VoucherLine is one lot in one bin on a voucher. A form's line that took
// several lots gives several of them, with the same number.
type VoucherLine struct {
	Line     int
	Item     catalog.Item
	Lot      ledger.Lot
	Bin      string
	Qty      quantity.Q // as a positive figure
	In       bool       // into the depot
	Amount   *money.Fen // nil without a price
	Remark   string
	Reversed bool
}

// Voucher opens a voucher of a depot the actor may see.
func (s *Service) Voucher(ctx context.Context, actor access.Actor, voucher id.ID) (VoucherView, error) {
	c := s.store.Read()
	v, err := c.Voucher(ctx, voucher)
	if err != nil {
		return VoucherView{}, err
	}
	if !actor.May(access.StockView, v.DepotID) {
		return VoucherView{}, errs.New(errs.NotFound, "没有这张单据，或您无权查看。")
	}
	view := VoucherView{Voucher: v, Priced: true}
	if view.Depot, err = c.Depot(ctx, v.DepotID); err != nil {
		return view, err
	}
	if err := view.fillLines(ctx, c); err != nil {
		return view, err
	}
	if view.Reversals, err = c.Reversals(ctx, v.ID); err != nil {
		return view, err
	}
	if v.ReversesID != 0 {
		orig, err := c.Voucher(ctx, v.ReversesID)
		if err != nil {
			return view, err
		}
		view.Reverses = &orig
	}
	return view, nil
}

func (v *VoucherView) fillLines(ctx context.Context, c *store.Conn) error {
	var items, lots, places, entries []id.ID
	for _, e := range v.Entries {
		items, lots, places, entries = append(items, e.ItemID), append(lots, e.LotID), append(places, e.PlaceID), append(entries, e.ID)
	}
	itemOf, err := c.ItemsByID(ctx, unique(items))
	if err != nil {
		return err
	}
	lotOf, err := c.LotsByID(ctx, unique(lots))
	if err != nil {
		return err
	}
	placeOf, err := c.PlacesByID(ctx, unique(places))
	if err != nil {
		return err
	}
	done, err := c.ReversedEntries(ctx, entries)
	if err != nil {
		return err
	}
	for _, e := range v.Entries {
		if e.DepotID == 0 {
			continue
		}
		l := VoucherLine{Line: e.Line, Item: itemOf[e.ItemID], Lot: lotOf[e.LotID], Bin: placeOf[e.PlaceID].Code, Qty: max(e.Qty, -e.Qty),
			In: e.Qty > 0, Remark: e.Remark, Reversed: done[e.ID]}
		v.addLine(l)
	}
	return nil
}

func (v *VoucherView) addLine(l VoucherLine) {
	if l.Lot.Price == nil {
		v.Priced = false
	} else {
		amount := l.Lot.Price.Times(l.Qty)
		l.Amount = &amount
		v.Total += amount
	}
	v.Reversible = v.Reversible || !l.Reversed && v.Type != ledger.Reversal
	v.Lines = append(v.Lines, l)
}

func unique(ids []id.ID) []id.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// PageSize is the number of rows of a list page; more would not be read.
const PageSize = 50

// VoucherFilter narrows the voucher list; zero fields mean "any". Before… are the key of the last row shown.
type VoucherFilter struct {
	DepotID     id.ID
	Type        ledger.Type
	From, To    string // business dates, ISO
	Number      string
	BeforeOn    string // business date,
	BeforeSeq   int64  // sequence and
	BeforeDepot id.ID
}

// Vouchers lists vouchers in the actor's depots, newest business date first.
// more says that another page follows.
func (s *Service) Vouchers(ctx context.Context, actor access.Actor, f VoucherFilter) (rows []store.VoucherLine, more bool, err error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return nil, false, err
	}
	rows, err = s.store.Read().VoucherPage(ctx, store.VoucherFilter{Scope: sc, DepotID: f.DepotID, Type: f.Type, From: f.From, To: f.To,
		Number: f.Number, BeforeOn: f.BeforeOn, BeforeSeq: f.BeforeSeq, BeforeDepot: f.BeforeDepot, Limit: PageSize + 1})
	if len(rows) > PageSize {
		return rows[:PageSize], true, err
	}
	return rows, false, err
}
