package dispatching

import (
	"context"
	"slices"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// ClearInput says what became of goods of a load. Field names in errors: fate,
// at, note, qty.<id of the shipment's line>.
type ClearInput struct {
	ClientKey  string `json:"-"`
	ShipmentID id.ID
	Fate       order.Fate
	At         string
	Note       string
	Qty        map[id.ID]string
}

// Clear books what became of goods on the road (they came back, or are lost) or
// of goods at a point (used up, returned in order, to be repaired, scrapped,
// lost), never more than there are.
func (s *Service) Clear(ctx context.Context, actor access.Actor, in ClearInput) (ledger.Voucher, error) {
	if err := checkKey(in.ClientKey); err != nil {
		return ledger.Voucher{}, err
	}
	if in.Fate.Name() == "" {
		var c errs.Check
		c.Add("fate", "请选择物资的去向。")
		return ledger.Voucher{}, c.Err()
	}
	r := posting.Request{Actor: actor, Permission: access.OrderClear, ClientKey: in.ClientKey, Hash: hashOf("clear", in), Underway: true}
	var v ledger.Voucher
	err := s.once(ctx, actor, in.ClientKey, r.Hash, func(tx *store.Tx) error {
		l, err := s.takeLoad(ctx, tx, actor, in.ShipmentID)
		if err != nil {
			return err
		}
		if err := s.stillOpen(ctx, tx, l.Order); err != nil {
			return err
		}
		if r.Vouched, err = mayClear(actor, l, in.Fate); err != nil {
			return err
		}
		at, list, err := l.readClear(in, tx, actor)
		if err != nil {
			return err
		}
		v, err = s.bookClearings(ctx, tx, r, &l, at, list)
		return err
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.VoucherByKey(ctx, in.ClientKey)
		v = prior
		return done{prior.RequestHash, prior.ActorID, prior.Number}, err
	})
	return v, err
}

// bookClearings books what became of goods of a load, all of one fate, whose
// order is locked and whose amounts were held against what there is.
func (s *Service) bookClearings(ctx context.Context, tx *store.Tx, r posting.Request, l *load, at int64, list []order.Clearing) (ledger.Voucher, error) {
	v, err := s.cleared(ctx, tx, l, list[0].Fate, at, list)
	if err != nil {
		return v, err
	}
	if v, err = posting.InTx(ctx, tx, r, v); err != nil {
		return v, err
	}
	for i := range list {
		list[i].VoucherID = v.ID
	}
	if err := tx.InsertClearings(ctx, list); err != nil {
		return v, err
	}
	return v, s.finish(ctx, tx, l.Order.ID)
}

// mayClear says who may: the keeper of the goods' depot, and for what a street
// used up or lost those who signed for it. The depot's books are then written
// on the order's word.
func mayClear(actor access.Actor, l load, f order.Fate) (vouched []id.ID, err error) {
	if actor.May(access.OrderClear, l.Shipment.DepotID) {
		return nil, nil
	}
	if (f == order.Used || f == order.Lost) && actor.May(access.GoodsSign, l.target.DeskID) {
		return []id.ID{l.Shipment.DepotID}, nil
	}
	return nil, mayAt(actor, access.OrderClear, l.Shipment.DepotID)
}

func (l *load) readClear(in ClearInput, tx *store.Tx, actor access.Actor) (at int64, list []order.Clearing, err error) {
	var c errs.Check
	at = l.clearMoment(&c, in, tx.Now)
	note := tidy(in.Note)
	checkText(&c, "note", "说明", note, 300)
	if note == "" && (in.Fate == order.RoadLost || in.Fate == order.Lost || in.Fate == order.Scrapped) {
		c.Add("note", "%s须写明原因。", in.Fate.Name())
	}
	for _, x := range l.Shipment.Lines {
		text, said := in.Qty[x.ID]
		if !said {
			continue
		}
		if it := l.items[x.ItemID]; note == "" && in.Fate == order.Used && it.Recoverable && text != "" && text != "0" {
			c.Add("note", "「%s」属回收类，应当归还；确已用掉的请写明原因。", it.Label())
		}
		if qty := l.clearLine(&c, x, in.Fate, text); qty > 0 {
			list = append(list, order.Clearing{ID: tx.NewID(), ShipmentID: l.Shipment.ID, ShipmentLineID: x.ID, Stage: in.Fate.Stage(), Fate: in.Fate, Qty: qty,
				Note: note, At: at, ActorID: actor.ID, ActorName: actor.Name, RecordedAt: tx.NowMicro()})
		}
	}
	if c.OK() && len(list) == 0 {
		c.Add("qty", "请填写数量，至少一行。")
	}
	return at, list, c.Err()
}

func (l *load) clearMoment(c *errs.Check, in ClearInput, now time.Time) int64 {
	at := moment(c, "at", "时间", in.At, now)
	before, what := l.LeftAt, "出发时间"
	if in.Fate.Stage() == order.InTheField && l.ArrivedAt != 0 {
		before, what = l.ArrivedAt, "到达时间"
	}
	notBefore(c, "at", "时间", at, before, what)
	return at
}

func (l *load) clearLine(c *errs.Check, x order.ShipmentLine, f order.Fate, text string) quantity.Q {
	it := l.items[x.ItemID]
	field := "qty." + x.ID.String()
	qty, err := it.Amount(text)
	if err != nil {
		c.Add(field, "第 %d 行「%s」的数量：%s", x.No, it.Label(), errs.MessageOf(err))
		return 0
	}
	open, what := x.OnRoad(), "还在途中的"
	switch {
	case qty == 0:
		return 0
	case !l.Shipment.Status.Gone():
		c.Add(field, "%s %s，还没有发出。", l.name(), l.Shipment.Status.Name())
		return 0
	case f.Stage() == order.InTheField && !l.target.Point():
		c.Add(field, "%s 送到的是储备库「%s」，签收后已入它的账，不用清账。", l.name(), l.target.Name)
		return 0
	case f.Stage() == order.InTheField:
		open, what = x.Owed(), "还没有交代的"
	}
	if qty > open {
		c.Add(field, "第 %d 行「%s」%s只有 %s %s，不能登记%s %s %s。", x.No, it.Label(), what, open.Grouped(), it.Unit, f.Name(), qty.Grouped(), it.Unit)
		return 0
	}
	return qty
}

// outcome is how a fate is booked.
type outcome struct {
	voucher ledger.Type
	reason  string
	to      place.Kind // with code, when inside
	code    string
}

var outcomes = map[order.Fate]outcome{
	order.Back:     {ledger.Return, "退回原库", place.Bin, place.DefaultBin},
	order.RoadLost: {ledger.Disposal, ledger.Missing, place.Lost, ""},
	order.Used:     {ledger.Issue, ledger.Relief, place.Used, ""},
	order.Returned: {ledger.Return, "应急归还", place.Bin, place.DefaultBin},
	order.Repair:   {ledger.Return, "归还待修", place.Workshop, place.WorkshopCode},
	order.Scrapped: {ledger.Disposal, ledger.Damaged, place.Scrapped, ""},
	order.Lost:     {ledger.Disposal, ledger.Missing, place.Lost, ""},
}

// cleared builds the voucher of an account. Drills use goods up as drills do.
func (s *Service) cleared(ctx context.Context, tx *store.Tx, l *load, f order.Fate, at int64, list []order.Clearing) (ledger.Voucher, error) {
	out := outcomes[f]
	v := l.voucher(tx, out.voucher, at, f.Name())
	if v.Reason = out.reason; f == order.Used && l.Nature == order.Drill {
		v.Reason = ledger.Drill
	}
	kind, code := place.Transit, place.TransitCode
	if f.Stage() == order.InTheField {
		kind, code = place.Borrower, place.FieldCode
	}
	from, err := ensurePlace(ctx, tx, l.Shipment.DepotID, kind, code)
	if err != nil {
		return v, err
	}
	to := spot{place: place.Outer(out.to)}
	if !out.to.Outside() {
		if to, err = ensurePlace(ctx, tx, l.Shipment.DepotID, out.to, out.code); err != nil {
			return v, err
		}
	}
	for _, c := range list {
		x, _ := l.Shipment.Line(c.ShipmentLineID)
		v.Entries = append(v.Entries, l.movement(x, c.Qty, from, to)...)
	}
	return v, nil
}

// UndoClear takes back what one voucher accounted for.
func (s *Service) UndoClear(ctx context.Context, actor access.Actor, in UndoInput) error {
	return s.undo(ctx, actor, in, "clearing.undo", s.undoClearing(ctx, actor, in, 0))
}

// undoClearing finds what a voucher accounted for. What a distribution list
// accounted for is taken back with its list alone, which roll says it is.
func (s *Service) undoClearing(ctx context.Context, actor access.Actor, in UndoInput, roll id.ID) func(*store.Tx, order.Order) (undoing, error) {
	return func(tx *store.Tx, o order.Order) (undoing, error) {
		list, err := tx.Clearings(ctx, o.ID)
		if err != nil {
			return undoing{}, err
		}
		at := slices.IndexFunc(list, func(c order.Clearing) bool { return c.VoucherID == in.ID })
		if at < 0 {
			return undoing{}, errs.New(errs.NotFound, "没有这次登记，请刷新页面。")
		}
		x := list[at]
		if x.RollID != roll {
			return undoing{}, errs.New(errs.Conflict, "这次登记来自发放花名册，请在花名册页面整份撤销。")
		}
		sh, _ := o.Shipment(x.ShipmentID)
		u := undoing{shipment: sh, voucher: x.VoucherID, permission: access.OrderClear}
		if (x.Fate == order.Used || x.Fate == order.Lost) && !actor.May(access.OrderClear, sh.DepotID) {
			u.desk, u.permission = o.Target(sh.TargetID).DeskID, access.GoodsSign
		}
		u.note = func(reversal id.ID) error {
			n, err := tx.UndoClearings(ctx, x.VoucherID, order.Clearing{UndoneAt: tx.NowMicro(), UndoneName: actor.Name, UndoVoucherID: reversal})
			if err == nil && n == 0 {
				err = errs.New(errs.Conflict, "这次登记已经撤销过了，请刷新页面。")
			}
			return err
		}
		return u, nil
	}
}

// Accounts is what goods of a response have become, per target and item, until
// nobody owes anything (清账).
type Accounts struct {
	Rows []AccountRow
}

// AccountRow is an item at a target: shipped is the sum of all columns.
type AccountRow struct {
	Order    id.ID
	Number   string
	Target   order.Target
	DepotID  id.ID // that sent
	ItemID   id.ID
	Line     order.ShipmentLine // summed up
	Settled  bool               // nothing on the road, nothing owed
	Shipment id.ID
	No       int // of the load
}

// Open counts rows with goods on the road and rows with goods owed.
func (a Accounts) Open() (road, field int) {
	for _, r := range a.Rows {
		if r.Line.OnRoad() != 0 {
			road++
		}
		if r.Target.Point() && r.Line.Owed() != 0 {
			field++
		}
	}
	return road, field
}

// accounts adds up what became of the goods of a response.
func (s *Service) accounts(ctx context.Context, c *store.Conn, response id.ID) (Accounts, error) {
	orders, err := c.Orders(ctx, store.OrderFilter{Scope: store.Scope{All: true}, ResponseID: response}, maxOrders)
	var a Accounts
	for _, o := range orders {
		for _, sh := range o.Shipments {
			if !sh.Status.Gone() {
				continue
			}
			at := map[id.ID]int{}
			for _, x := range sh.Lines {
				i, ok := at[x.ItemID]
				if !ok {
					i = len(a.Rows)
					at[x.ItemID] = i
					a.Rows = append(a.Rows, AccountRow{Order: o.ID, Number: o.Number, Target: o.Target(sh.TargetID), DepotID: sh.DepotID, ItemID: x.ItemID, Shipment: sh.ID, No: sh.No})
				}
				a.Rows[i].Line = sumLines(a.Rows[i].Line, x)
			}
		}
	}
	for i, r := range a.Rows {
		a.Rows[i].Settled = r.Line.OnRoad() == 0 && (!r.Target.Point() || r.Line.Owed() == 0)
	}
	return a, err
}

// maxOrders bounds the orders of one response that are added up.
const maxOrders = 5000

func sumLines(a, b order.ShipmentLine) order.ShipmentLine {
	a.Qty, a.Good, a.Damaged, a.Missing = a.Qty+b.Qty, a.Good+b.Good, a.Damaged+b.Damaged, a.Missing+b.Missing
	a.Back, a.RoadLost, a.Used, a.Returned = a.Back+b.Back, a.RoadLost+b.RoadLost, a.Used+b.Used, a.Returned+b.Returned
	a.Repair, a.Scrapped, a.Lost = a.Repair+b.Repair, a.Scrapped+b.Scrapped, a.Lost+b.Lost
	return a
}

// Accounts gives what the goods of a response have become, for those who see
// the district or a part of it.
func (s *Service) Accounts(ctx context.Context, actor access.Actor, response id.ID) (Accounts, error) {
	sc, err := scope(actor, access.DispatchView)
	if err != nil {
		return Accounts{}, err
	}
	a, err := s.accounts(ctx, s.store.Read(), response)
	a.Rows = within(a.Rows, sc)
	return a, err
}
