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
	ToDepot    place.Depot // of a transfer
	Lines      []VoucherLine
	Total      money.Fen        // of the lines with a price
	Priced     bool             // every line has a price
	Reverses   *ledger.Voucher  // the voucher this one takes back
	Reversals  []ledger.Voucher // those that take this one back
	Returns    []ledger.Voucher // of an issue, what came back
	ReturnOf   *ledger.Voucher  // of a return, the issue whose goods came back
	Reversible bool             // some line is not reversed yet
	Returnable bool             // of an issue, something has not come back
}

// VoucherLine is one lot in one bin on a voucher. A form's line that took
// several lots gives several of them, with the same number.
type VoucherLine struct {
	EntryID  id.ID // of the side in Bin, as a return names it
	Line     int
	Item     catalog.Item
	Lot      ledger.Lot
	Bin      string     // inside: where it was taken from, else where it was put
	ToBin    string     // of transfers and moves: where it was put
	Qty      quantity.Q // as a positive figure
	Packed   string     // in packs, as it was typed
	In       bool       // into the depot
	Amount   *money.Fen // nil without a price
	Remark   string
	Reversed bool
	Left     quantity.Q // of an issue's line: not yet returned
}

// Voucher opens a voucher of a depot the actor may see.
func (s *Service) Voucher(ctx context.Context, actor access.Actor, voucher id.ID) (VoucherView, error) {
	c := s.store.Read()
	v, err := c.Voucher(ctx, voucher)
	if err != nil {
		return VoucherView{}, err
	}
	if !actor.May(access.StockView, v.DepotID) && (v.ToDepotID == 0 || !actor.May(access.StockView, v.ToDepotID)) {
		return VoucherView{}, errs.New(errs.NotFound, "没有这张单据，或您无权查看。")
	}
	view := VoucherView{Voucher: v, Priced: true}
	if view.Depot, err = c.Depot(ctx, v.DepotID); err != nil {
		return view, err
	}
	if v.ToDepotID != 0 {
		if view.ToDepot, err = c.Depot(ctx, v.ToDepotID); err != nil {
			return view, err
		}
	}
	if err := view.fillLines(ctx, c); err != nil {
		return view, err
	}
	if v.Type == ledger.Issue { // nothing else comes back
		if view.Returns, err = c.Returns(ctx, entryIDs(v)); err != nil {
			return view, err
		}
	}
	if view.Reversals, err = c.Reversals(ctx, v.ID); err != nil {
		return view, err
	}
	return view, view.fillOrigins(ctx, c)
}

// fillOrigins finds the vouchers that this one follows from.
func (v *VoucherView) fillOrigins(ctx context.Context, c *store.Conn) error {
	if v.ReversesID != 0 {
		orig, err := c.Voucher(ctx, v.ReversesID)
		if err != nil {
			return err
		}
		v.Reverses = &orig
	}
	for _, e := range v.Entries {
		if e.ReturnsID != 0 {
			issue, err := c.VoucherOfEntry(ctx, e.ReturnsID)
			v.ReturnOf = &issue
			return err
		}
	}
	return nil
}

func (v *VoucherView) fillLines(ctx context.Context, c *store.Conn) error {
	var lots, places []id.ID
	for _, e := range v.Entries {
		lots, places = append(lots, e.LotID), append(places, e.PlaceID)
	}
	itemOf, err := c.ItemsByID(ctx, itemIDs(v.Voucher))
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
	done, err := c.ReversedEntries(ctx, entryIDs(v.Voucher))
	if err != nil {
		return err
	}
	left := map[id.ID]quantity.Q{}
	if v.Type == ledger.Issue {
		if left, err = leftOf(ctx, c, v.Voucher); err != nil {
			return err
		}
	}
	for _, m := range v.Moves() {
		l := lineOf(m)
		l.Item, l.Lot, l.Reversed, l.Left = itemOf[m.Out.ItemID], lotOf[m.Out.LotID], done[m.Out.ID], left[m.Out.ID]
		l.Bin = placeOf[m.Out.PlaceID].Code
		if l.In {
			l.Bin = placeOf[m.In.PlaceID].Code
		} else if m.In.DepotID != 0 {
			l.ToBin = placeOf[m.In.PlaceID].Code
		}
		v.addLine(l)
	}
	return nil
}

// lineOf gives what the entries of a movement say by themselves.
func lineOf(m ledger.Movement) VoucherLine {
	e := m.Out
	if e.DepotID == 0 {
		e = m.In
	}
	return VoucherLine{EntryID: e.ID, Line: e.Line, Qty: m.In.Qty, In: m.Out.DepotID == 0, Remark: e.Remark, Packed: e.Packed}
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
	v.Returnable = v.Returnable || l.Left > 0
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
