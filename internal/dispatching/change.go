package dispatching

import (
	"context"
	"errors"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/store"
)

// Cancel gives an order up: its loads that have not left are cancelled and
// their goods free again. With goods on the road it is refused: they must be
// signed for or come back first. The proposer may cancel a proposal, a leader
// or planner an approved order.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, of id.ID, reason string) (order.Order, error) {
	var o order.Order
	if !actor.May(access.OrderApprove, 0) {
		if err := actor.Require(access.OrderPropose, 0); err != nil {
			return o, err
		}
	}
	var c errs.Check
	reason = tidy(reason)
	needText(&c, "decision", "取消原因", reason, 300)
	if err := c.Err(); err != nil {
		return o, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if o, err = tx.Order(ctx, of); err != nil {
			return err
		}
		if o.Status == order.Proposed {
			err = tx.CloseOrder(ctx, of, order.Proposed, order.Cancelled, reason, 0)
		} else {
			err = s.cancelApproved(ctx, tx, &o, reason)
		}
		if err != nil {
			return err
		}
		if err := s.reopenRequest(ctx, tx, actor, o); err != nil {
			return err
		}
		told := o
		told.Status = order.Cancelled
		if err := s.tellDecision(ctx, tx, actor, told, reason); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "order.cancelled", o.Number, reason))
	})
	if errors.Is(err, errs.Conflict) {
		return o, err
	}
	if err == nil {
		o, err = s.store.Read().Order(ctx, of)
	}
	return o, err
}

func (s *Service) cancelApproved(ctx context.Context, tx *store.Tx, o *order.Order, reason string) error {
	locked, found, err := tx.TakeOrder(ctx, o.ID)
	if err != nil {
		return err
	}
	if !found || locked.Status != order.Approved {
		return errs.New(errs.Conflict, "%s %s，不能取消。", o.Number, o.Status.Name())
	}
	*o = locked
	gone := false
	for _, sh := range o.Shipments {
		if sh.OnRoad() > 0 {
			return errs.New(errs.Conflict, "%s 第 %d 车已在路上，不能取消整份指令。请先办理签收，或叫回后登记退回原库；没有发出的车可以单独取消。", o.Number, sh.No)
		}
		gone = gone || sh.Status.Gone()
	}
	for _, sh := range o.Shipments {
		if sh.Status.Waiting() {
			if err := s.cancelLoad(ctx, tx, o, sh); err != nil {
				return err
			}
		}
	}
	if gone { // what was delivered stays delivered: the rest is given up
		return s.dropOpen(ctx, tx, o.ID)
	}
	return tx.CloseOrder(ctx, o.ID, order.Approved, order.Cancelled, reason, 0)
}

// dropOpen gives up what no load carries, and closes the order.
func (s *Service) dropOpen(ctx context.Context, tx *store.Tx, of id.ID) error {
	o, err := tx.Order(ctx, of)
	if err != nil {
		return err
	}
	for _, l := range o.Lines {
		if open := o.Open(l); open > 0 {
			if err := tx.DropOrderLine(ctx, l.ID, open); err != nil {
				return err
			}
		}
	}
	return s.finish(ctx, tx, of)
}

// ChangeOrderInput changes an approved order while it is open: more lines to
// its targets, or less of what has not left. Only a leader may, as with the
// approval. Field names in errors: line.<n>.…, drop.<id of the line>.
type ChangeOrderInput struct {
	OrderID id.ID
	LockNo  int64
	Lines   []LineInput // Target counts the order's targets from 0
	Reason  string
}

// AddLines adds lines to an open order and promises their goods. lock_no must
// be the one the page showed: of two changes one is told of the other.
func (s *Service) AddLines(ctx context.Context, actor access.Actor, in ChangeOrderInput) (order.Order, error) {
	var o order.Order
	if err := actor.Require(access.OrderApprove, 0); err != nil {
		return o, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		before, found, err := tx.TakeOrder(ctx, in.OrderID)
		if err != nil {
			return err
		}
		if !found || before.Status != order.Approved {
			return errs.New(errs.Conflict, "这份调拨指令没有在执行，不能变更。")
		}
		if before.LockNo != in.LockNo+1 { // taking it counted one on
			return errs.New(errs.Conflict, "%s 刚刚有变动，请刷新页面核对后再变更。", before.Number)
		}
		if _, err := s.openResponse(ctx, tx, before.ResponseID); err != nil {
			return err
		}
		o = before
		var items []id.ID
		for _, l := range in.Lines {
			items = append(items, l.ItemID)
		}
		w, err := readWorld(ctx, tx.Conn, items)
		if err != nil {
			return err
		}
		var c errs.Check
		checkText(&c, "decision", "变更原因", tidy(in.Reason), 300)
		added := orderLines(&c, tx, OrderInput{Lines: in.Lines}, o.Targets, w)
		if err := c.Err(); err != nil {
			return err
		}
		for i := range added {
			added[i].No = len(o.Lines) + i + 1
		}
		if err := tx.InsertOrderLines(ctx, o.ID, added); err != nil {
			return err
		}
		o.Lines = append(o.Lines, added...)
		if err := s.allocate(ctx, tx, &o, added); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "order.change", o.Number, tidy(in.Reason)))
	})
	if err == nil {
		o, err = s.store.Read().Order(ctx, in.OrderID)
	}
	return o, err
}
