package dispatching

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// RollAct books a list or takes it back. Reason is of taking back; field name
// in errors: reason.
type RollAct struct {
	ClientKey string `json:"-"`
	RollID    id.ID
	LockNo    int64
	Reason    string
}

// ApplyRoll books the goods of a list as used: lots that expire first are taken
// first, never more than a street has not accounted for. The list and its
// vouchers stand together or not at all; of two who book it one wins.
func (s *Service) ApplyRoll(ctx context.Context, actor access.Actor, in RollAct) (order.Roll, error) {
	hash := hashOf("roll-apply", in)
	var r order.Roll
	err := s.once(ctx, actor, in.ClientKey, hash, func(tx *store.Tx) error {
		var loads []LoadRef
		var err error
		if r, loads, err = s.takeRoll(ctx, tx, actor, in.RollID, in.LockNo); err != nil {
			return err
		}
		r.LockNo++ // by taking it
		r.AppliedID, r.AppliedName, r.AppliedAt = actor.ID, actor.Name, tx.NowMicro()
		if err := tx.ApplyRoll(ctx, r); err != nil {
			return err
		}
		taken, err := s.takeLoads(ctx, tx, loads)
		if err != nil {
			return err
		}
		wants, detail, err := s.rollWants(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := s.useUp(ctx, tx, actor, posting.Request{Actor: actor, Permission: access.OrderClear, ClientKey: in.ClientKey, Hash: hash, Underway: true}, r, taken, wants); err != nil {
			return err
		}
		return tx.Audit(ctx, r.DeskID, record(actor, "roll.apply", r.Number, detail))
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.VoucherByKey(ctx, rollKey(in.ClientKey, 1))
		return done{prior.RequestHash, prior.ActorID, prior.Number}, err
	})
	if err == nil {
		r, err = s.store.Read().Roll(ctx, in.RollID)
	}
	return r, err
}

// rollKey is the client key of the nth voucher of a list.
func rollKey(key string, n int) string { return fmt.Sprintf("%s-%d", key, n) }

// takeLoads locks the orders of some loads, in order of their ids, and gives
// the loads as they are then, in order of their depots: so vouchers take the
// depots' heads in one order.
func (s *Service) takeLoads(ctx context.Context, tx *store.Tx, refs []LoadRef) ([]load, error) {
	slices.SortFunc(refs, func(a, b LoadRef) int {
		return cmp.Or(cmp.Compare(a.Order.ID, b.Order.ID), cmp.Compare(a.Shipment.ID, b.Shipment.ID))
	})
	var list []load
	var of order.Order
	for _, ref := range refs {
		if of.ID != ref.Order.ID {
			var found bool
			var err error
			if of, found, err = tx.TakeOrder(ctx, ref.Order.ID); err != nil {
				return nil, err
			}
			if !found {
				return nil, errs.New(errs.Conflict, "%s 刚刚有变动，请刷新页面核对。", ref.Order.Number)
			}
			if err := s.stillOpen(ctx, tx, of); err != nil {
				return nil, err
			}
		}
		l := load{Order: of}
		l.Shipment, _ = of.Shipment(ref.Shipment.ID)
		l.target = of.Target(l.TargetID)
		list = append(list, l)
	}
	for i := range list {
		var err error
		if list[i].world, err = readWorld(ctx, tx.Conn, itemsOf(list[i].Order)); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b load) int { return cmp.Compare(a.Shipment.DepotID, b.Shipment.DepotID) })
	return list, nil
}

// rollWants adds up what a list takes of each item, and refuses a list that is
// not finished.
func (s *Service) rollWants(ctx context.Context, tx *store.Tx, r order.Roll) (wants map[id.ID]quantity.Q, detail string, err error) {
	rows, err := tx.RollRows(ctx, r.ID)
	if err != nil {
		return nil, "", err
	}
	wants = map[id.ID]quantity.Q{}
	wrong, unknown, people := 0, 0, map[int]bool{}
	for _, x := range rows {
		switch {
		case x.Left:
		case x.ItemID == 0:
			unknown++
		case x.Grade == order.RowWrong || x.Qty <= 0:
			wrong++
		default:
			wants[x.ItemID] += x.Qty
			people[x.Line] = true
		}
	}
	switch {
	case unknown > 0:
		return nil, "", errs.New(errs.Invalid, "还有 %d 条不知道是哪一种物资，请在“表中物资”里选定后再入账。", unknown)
	case wrong > 0:
		return nil, "", errs.New(errs.Invalid, "还有 %d 条有错误，请改正或剔除后再入账。", wrong)
	case len(wants) == 0:
		return nil, "", errs.New(errs.Invalid, "花名册里没有可以入账的记录。")
	}
	detail, err = s.wantsText(ctx, tx, wants)
	return wants, fmt.Sprintf("%d 人（户）：%s", len(people), detail), err
}

func (s *Service) wantsText(ctx context.Context, tx *store.Tx, wants map[id.ID]quantity.Q) (string, error) {
	var ids []id.ID
	for it := range wants {
		ids = append(ids, it)
	}
	slices.Sort(ids)
	items, err := tx.ItemsByID(ctx, ids)
	var parts []string
	for _, it := range ids {
		parts = append(parts, fmt.Sprintf("%s %s%s", items[it].Label(), wants[it].Grouped(), items[it].Unit))
	}
	return strings.Join(parts, "；"), err
}

// share is a part of a shipment line that a list takes.
type share struct {
	load, line int
	qty        quantity.Q
}

// useUp books what a list takes off the lines of its loads: one voucher a load,
// each the account that Clear would book.
func (s *Service) useUp(ctx context.Context, tx *store.Tx, actor access.Actor, req posting.Request, r order.Roll, loads []load, wants map[id.ID]quantity.Q) error {
	at := rollMoment(r, tx.Now)
	shares, err := s.shares(ctx, tx, r, loads, wants, at)
	if err != nil {
		return err
	}
	n, key := 0, req.ClientKey
	for i := range loads {
		l := &loads[i]
		var list []order.Clearing
		for _, x := range shares {
			if x.load == i {
				list = append(list, order.Clearing{ID: tx.NewID(), ShipmentID: l.Shipment.ID, ShipmentLineID: l.Shipment.Lines[x.line].ID, Stage: order.InTheField, Fate: order.Used,
					Qty: x.qty, RollID: r.ID, Note: "发放花名册 " + r.Number, At: at, ActorID: actor.ID, ActorName: actor.Name, RecordedAt: tx.NowMicro()})
			}
		}
		if len(list) == 0 {
			continue
		}
		if req.Vouched, err = mayClear(actor, *l, order.Used); err != nil {
			return err
		}
		n++
		req.ClientKey = rollKey(key, n)
		if _, err := s.bookClearings(ctx, tx, req, l, at, list); err != nil {
			return err
		}
	}
	return nil
}

// rollMoment is when the goods of a list count as used: at the end of its day,
// and never to come.
func rollMoment(r order.Roll, now time.Time) int64 {
	end := day.Day{First: r.HeldOn}.AddDays(1).Time().Add(-time.Minute)
	return min(end.UnixMicro(), now.UnixMicro())
}

// shares deals what a list takes out over the lines of its loads, first expired
// first, from loads that were there on its day. Where they hold too little it
// is said of which goods, and nothing is dealt.
func (s *Service) shares(ctx context.Context, tx *store.Tx, r order.Roll, loads []load, wants map[id.ID]quantity.Q, at int64) ([]share, error) {
	lines, lots, err := openLines(ctx, tx, loads, at)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(lines, func(a, b share) int {
		x, y := loads[a.load].Shipment.Lines[a.line], loads[b.load].Shipment.Lines[b.line]
		return cmp.Or(byExpiry(lots[x.LotID], lots[y.LotID]), cmp.Compare(x.LotID, y.LotID))
	})
	var c errs.Check
	var dealt []share
	for _, it := range sortedItems(wants) {
		need, have := wants[it], quantity.Q(0)
		for _, l := range lines {
			if loads[l.load].Shipment.Lines[l.line].ItemID != it {
				continue
			}
			have += l.qty
			if take := min(need, l.qty); take > 0 {
				dealt = append(dealt, share{l.load, l.line, take})
				need -= take
			}
		}
		if need > 0 {
			item := itemOf(loads, it)
			c.Add("item."+it.String(), "「%s」花名册合计 %s %s，%s还没有交代的只有 %s %s，多出 %s %s。请核对花名册，或先登记、撤销其余去向。",
				item.Label(), wants[it].Grouped(), item.Unit, rollScope(r), have.Grouped(), item.Unit, need.Grouped(), item.Unit)
		}
	}
	if err := c.Err(); err != nil {
		return nil, &errs.Error{Kind: errs.Conflict, Message: sentences(err), Fields: errs.FieldsOf(err)}
	}
	return dealt, nil
}

// sentences says all that is wrong at once, since the page of a list has no
// field to say it at.
func sentences(err error) string {
	text := ""
	for _, f := range errs.FieldsOf(err) {
		text += f.Message
	}
	return text
}

func rollScope(r order.Roll) string {
	if r.ShipmentID != 0 {
		return "这一车到 " + r.HeldOn + " "
	}
	return "这次响应中送到本街镇各点的到 " + r.HeldOn + " "
}

// openLines lists what is owed of each line of loads that had arrived by an
// instant, with their lots.
func openLines(ctx context.Context, tx *store.Tx, loads []load, at int64) (list []share, lots map[id.ID]ledger.Lot, err error) {
	var ids []id.ID
	for i, l := range loads {
		if order.Clock(l.ArrivedAt) > order.Clock(at) {
			continue
		}
		for n, x := range l.Shipment.Lines {
			if x.Owed() > 0 {
				list = append(list, share{i, n, x.Owed()})
				ids = append(ids, x.LotID)
			}
		}
	}
	lots, err = tx.LotsByID(ctx, ids)
	return list, lots, err
}

// byExpiry puts the lot first that expires first, then the one received first.
func byExpiry(a, b ledger.Lot) int {
	switch {
	case a.ExpiresBefore(b):
		return -1
	case b.ExpiresBefore(a):
		return 1
	}
	return cmp.Compare(orElse(a.Received.First, "9999"), orElse(b.Received.First, "9999"))
}

func sortedItems(wants map[id.ID]quantity.Q) []id.ID {
	var list []id.ID
	for it := range wants {
		list = append(list, it)
	}
	slices.Sort(list)
	return list
}

func itemOf(loads []load, item id.ID) catalog.Item {
	for _, l := range loads {
		if it, known := l.items[item]; known {
			return it
		}
	}
	return catalog.Item{}
}

// UndoRoll takes all back that a list booked: the goods are a street's to
// account for again.
func (s *Service) UndoRoll(ctx context.Context, actor access.Actor, in RollAct) error {
	if err := checkKey(in.ClientKey); err != nil {
		return err
	}
	var c errs.Check
	reason := tidy(in.Reason)
	needText(&c, "reason", "撤销原因", reason, 300)
	if order.HoldsNumber(reason) {
		c.Add("reason", "原因里不要写身份证号、电话号码。")
	}
	if err := c.Err(); err != nil {
		return err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.Roll(ctx, in.RollID)
		if err != nil {
			return err
		}
		if err := seesRoll(actor, r); err != nil {
			return err
		}
		r.UndoneName, r.UndoneAt, r.Reason = actor.Name, tx.NowMicro(), reason
		if err := tx.UndoRoll(ctx, r); err != nil {
			return err
		}
		if err := s.undoBooked(ctx, tx, actor, in, r); err != nil {
			return err
		}
		return tx.Audit(ctx, r.DeskID, record(actor, "roll.undo", r.Number, reason))
	})
	if errors.Is(err, errs.Conflict) { // the second tap: the first has taken it back
		if now, again := s.store.Read().Roll(ctx, in.RollID); again == nil && now.Status == order.RollUndone && now.UndoneName == actor.Name && now.Reason == reason {
			return nil
		}
	}
	return err
}

// undoBooked reverses each voucher of a list, after locking its orders in one
// order.
func (s *Service) undoBooked(ctx context.Context, tx *store.Tx, actor access.Actor, in RollAct, r order.Roll) error {
	booked, err := tx.RollClearings(ctx, r.ID)
	if err != nil {
		return err
	}
	of := map[id.ID]id.ID{} // the order of each voucher
	for _, x := range booked {
		if x.UndoneAt == 0 && of[x.VoucherID] == 0 {
			if of[x.VoucherID], err = tx.ShipmentOrder(ctx, x.ShipmentID); err != nil {
				return err
			}
		}
	}
	vouchers := make([]id.ID, 0, len(of))
	for v := range of {
		vouchers = append(vouchers, v)
	}
	slices.SortFunc(vouchers, func(a, b id.ID) int { return cmp.Or(cmp.Compare(of[a], of[b]), cmp.Compare(a, b)) })
	for i, v := range vouchers {
		one := UndoInput{ClientKey: rollKey(in.ClientKey, i+1), ID: v, OrderID: of[v], Reason: in.Reason}
		if err := s.undoIn(ctx, tx, actor, one, "clearing.undo", s.undoClearing(ctx, actor, one, r.ID)); err != nil {
			return err
		}
	}
	return nil
}
