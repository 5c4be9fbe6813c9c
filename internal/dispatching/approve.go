package dispatching

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// DecisionInput is a leader's decision. Field names in errors: document_no,
// signed_on, decision, decided_at.
type DecisionInput struct {
	OrderID    id.ID
	LockNo     int64
	DocumentNo string
	SignedOn   string
	Decision   string // the reason of a refusal
	DecidedAt  string // when it was said or signed, "" = now
}

// Approve approves an order and promises its goods at once: lots are picked
// first expired first out and set aside for one load per depot and target. Of
// two leaders, or of two orders for the last goods, one wins; the other is
// told. A leader's second tap changes nothing.
func (s *Service) Approve(ctx context.Context, actor access.Actor, in DecisionInput) (order.Order, error) {
	return s.decide(ctx, actor, in, order.Approved)
}

// Refuse sends an order back with a reason.
func (s *Service) Refuse(ctx context.Context, actor access.Actor, in DecisionInput) (order.Order, error) {
	return s.decide(ctx, actor, in, order.Refused)
}

func (s *Service) decide(ctx context.Context, actor access.Actor, in DecisionInput, to order.Status) (order.Order, error) {
	var o order.Order
	if err := actor.Require(access.OrderApprove, 0); err != nil {
		return o, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if o, err = tx.Order(ctx, in.OrderID); err != nil {
			return err
		}
		if o.Status == to && o.DecidedID == actor.ID {
			return nil // the second tap
		}
		if o.Status != order.Proposed {
			return decided(o)
		}
		if o.ProposedID == actor.ID {
			return errs.New(errs.Forbidden, "%s 是您自己拟制的，须由另一位领导审批。", o.Number)
		}
		if to == order.Approved {
			if _, err := s.openResponse(ctx, tx, o.ResponseID); err != nil {
				return err
			}
		}
		if err := s.readDecision(in, to, &o, tx); err != nil {
			return err
		}
		o.DecidedID, o.DecidedName = actor.ID, actor.Name
		if in.LockNo != 0 {
			o.LockNo = in.LockNo
		}
		if err := tx.DecideOrder(ctx, o); err != nil {
			return err
		}
		if to == order.Approved {
			err = s.allocate(ctx, tx, &o, o.Lines)
		} else {
			err = s.reopenRequest(ctx, tx, actor, o)
		}
		if err != nil {
			return err
		}
		if err := s.tellDecision(ctx, tx, actor, o, tidy("文号 "+orElse(o.DocumentNo, "待补"))); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "order."+string(to), o.Number, tidy(o.DocumentNo+" "+o.Decision)))
	})
	if errors.Is(err, errs.Conflict) && o.Status == to {
		if now, again := s.store.Read().Order(ctx, in.OrderID); again == nil && now.Status != order.Proposed {
			if now.Status == to && now.DecidedID == actor.ID { // two taps at once
				return now, nil
			}
			return now, decided(now)
		}
	}
	if err == nil {
		o, err = s.store.Read().Order(ctx, in.OrderID)
	}
	return o, err
}

func decided(o order.Order) error {
	return errs.New(errs.Conflict, "%s 已由%s于 %s 处理（%s），不能再审批。", o.Number, orElse(o.DecidedName, o.ProposedName), order.Clock(o.DecidedAt), o.Status.Name())
}

func (s *Service) readDecision(in DecisionInput, to order.Status, o *order.Order, tx *store.Tx) error {
	var c errs.Check
	o.Status, o.DocumentNo, o.Decision = to, tidy(in.DocumentNo), tidy(in.Decision)
	checkText(&c, "document_no", "文号", o.DocumentNo, 60)
	checkText(&c, "decision", "意见", o.Decision, 300)
	if to == order.Refused && o.Decision == "" {
		c.Add("decision", "请写明不批准的理由。")
	}
	o.DecidedAt = moment(&c, "decided_at", "批准时间", in.DecidedAt, tx.Now)
	notBefore(&c, "decided_at", "批准时间", o.DecidedAt, o.RequestedAt, "提出时间")
	today := day.At(tx.Now)
	if in.SignedOn != "" {
		r, err := day.Typed(in.SignedOn, today)
		switch {
		case err != nil:
			c.Add("signed_on", "签发日期：%s", errs.MessageOf(err))
		case r.Day.IsZero() || r.Day.Precision != day.ToDay || r.Day.First > today.First:
			c.Add("signed_on", "签发日期要精确到日，且不晚于今天（%s）。", today)
		}
		o.SignedOn = r.Day.First
	}
	return c.Err()
}

// allocate picks lots for some lines of an order and promises them: one load
// per depot and target. When some shelf has not enough free goods the whole is
// refused, and said what there is.
func (s *Service) allocate(ctx context.Context, tx *store.Tx, o *order.Order, lines []order.Line) error {
	w, err := readWorld(ctx, tx.Conn, itemsOf(*o))
	if err != nil {
		return err
	}
	if err := w.allOpen(*o, lines); err != nil {
		return err
	}
	var c errs.Check
	loads := map[[2]id.ID]*order.Shipment{}
	var keys [][2]id.ID
	for depot, mine := range byDepot(lines) {
		shelves, err := s.shelves(ctx, tx, depot, mine)
		if err != nil {
			return err
		}
		for _, l := range mine {
			key := [2]id.ID{depot, l.TargetID}
			if loads[key] == nil {
				loads[key] = s.newLoad(tx, *o, depot, l.TargetID, w)
				keys = append(keys, key)
			}
			s.pick(&c, tx, loads[key], l, shelves, w)
		}
	}
	if err := c.Err(); err != nil {
		return &errs.Error{Kind: errs.Conflict, Message: errs.MessageOf(err), Fields: errs.FieldsOf(err)}
	}
	slices.SortFunc(keys, func(a, b [2]id.ID) int { return slices.Compare(a[:], b[:]) })
	for _, key := range keys {
		load := loads[key]
		load.No = len(o.Shipments) + 1
		if err := s.promise(ctx, tx, *load, w); err != nil {
			return err
		}
		o.Shipments = append(o.Shipments, *load)
	}
	return nil
}

// allOpen refuses depots that were closed since the order was drawn up.
func (w world) allOpen(o order.Order, lines []order.Line) error {
	for _, l := range lines {
		for _, d := range []id.ID{l.DepotID, o.Target(l.TargetID).DeskID} {
			if w.depots[d].Closed {
				return errs.New(errs.Conflict, "「%s」已停用，不能调出也不能签收。请恢复它，或取消这份指令另拟。", w.depotName(d))
			}
		}
	}
	return nil
}

func byDepot(lines []order.Line) map[id.ID][]order.Line {
	by := map[id.ID][]order.Line{}
	for _, l := range lines {
		by[l.DepotID] = append(by[l.DepotID], l)
	}
	return by
}

// shelves gives what the bins of a depot hold of some lines' items.
func (s *Service) shelves(ctx context.Context, tx *store.Tx, depot id.ID, lines []order.Line) ([]ledger.Shelf, error) {
	places, err := tx.Places(ctx, depot)
	if err != nil {
		return nil, err
	}
	places = slices.DeleteFunc(places, func(p place.Place) bool { return p.Kind != place.Bin })
	var items []id.ID
	for _, l := range lines {
		if !slices.Contains(items, l.ItemID) {
			items = append(items, l.ItemID)
		}
	}
	shelves, err := tx.Shelves(ctx, depot, items, places)
	if err != nil {
		return nil, err
	}
	untried, err := s.untried(ctx, tx, depot, items)
	return slices.DeleteFunc(shelves, func(sh ledger.Shelf) bool { return untried[sh.Lot.ID] }), err
}

// untried lists the lots of machines without a trial in date, which plans do
// not count either: what is sent must run.
func (s *Service) untried(ctx context.Context, tx *store.Tx, depot id.ID, items []id.ID) (map[id.ID]bool, error) {
	known, err := tx.ItemsByID(ctx, items)
	if err != nil {
		return nil, err
	}
	machines := slices.DeleteFunc(slices.Clone(items), func(it id.ID) bool { return known[it].CheckMonths == 0 })
	if len(machines) == 0 {
		return nil, nil
	}
	rows, err := tx.PlanLots(ctx, store.PlanStockFilter{Scope: store.Scope{Depots: []id.ID{depot}}, OnDay: day.At(tx.Now).First}, machines, maxLots)
	list := map[id.ID]bool{}
	for _, r := range rows {
		list[r.Lot.ID] = r.Why == plan.Untested
	}
	return list, err
}

func (s *Service) newLoad(tx *store.Tx, o order.Order, depot, target id.ID, w world) *order.Shipment {
	d := w.depots[depot]
	return &order.Shipment{ID: tx.NewID(), OrderID: o.ID, DepotID: depot, TargetID: target, Status: order.Allocated, Token: newToken(),
		Sender: d.Keeper, SenderPhone: d.Phone, AllocatedAt: tx.NowMicro(), LockNo: 1}
}

// pick puts a line's lots into a load, after what other lines took of the same
// shelves.
func (s *Service) pick(c *errs.Check, tx *store.Tx, load *order.Shipment, l order.Line, shelves []ledger.Shelf, w world) {
	var mine []ledger.Shelf
	for _, sh := range shelves {
		if sh.Lot.ItemID == l.ItemID {
			mine = append(mine, sh)
		}
	}
	picks, short := ledger.Propose(mine, l.Qty, day.At(tx.Now))
	if short > 0 {
		it := w.items[l.ItemID]
		c.Add(fmt.Sprintf("line.%d.qty", l.No), "第 %d 行「%s」%s现在能调 %s %s，不够 %s %s：可能刚被别的单据或指令占用。请重新拟制，或换一个储备库。",
			l.No, it.Label(), w.depotName(l.DepotID), (l.Qty - short).Grouped(), it.Unit, l.Qty.Grouped(), it.Unit)
		return
	}
	for _, pk := range picks {
		load.Lines = append(load.Lines, order.ShipmentLine{ID: tx.NewID(), ShipmentID: load.ID, No: len(load.Lines) + 1, OrderLineID: l.ID,
			ItemID: l.ItemID, LotID: pk.Shelf.Lot.ID, PlaceID: pk.Shelf.PlaceID, Qty: pk.Qty})
		for i := range shelves {
			if shelves[i].PlaceID == pk.Shelf.PlaceID && shelves[i].Lot.ID == pk.Shelf.Lot.ID {
				shelves[i].Allocated += pk.Qty
			}
		}
	}
}

// promise writes a load and sets its goods aside. What was read may be taken by
// now: the guarded UPDATE decides.
func (s *Service) promise(ctx context.Context, tx *store.Tx, load order.Shipment, w world) error {
	if err := tx.InsertShipment(ctx, load); err != nil {
		return err
	}
	err := tx.Allocate(ctx, allocations(load, 1))
	if errors.Is(err, store.ErrShort) {
		return errs.New(errs.Conflict, "%s的物资刚刚被别的单据或指令占用，这次没有批准。请刷新后重新核对。", w.depotName(load.DepotID))
	}
	return err
}

// allocations gives what a load promises (sign 1) or sets free (−1), summed up
// per shelf.
func allocations(load order.Shipment, sign quantity.Q) []store.Delta {
	at := map[[2]id.ID]int{}
	var list []store.Delta
	for _, l := range load.Lines {
		key := [2]id.ID{l.PlaceID, l.LotID}
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, store.Delta{PlaceID: l.PlaceID, LotID: l.LotID, DepotID: load.DepotID, ItemID: l.ItemID})
		}
		list[i].Qty += sign * l.Qty
	}
	return list
}
