package dispatching

import (
	"context"
	"fmt"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/order"
	"changbei/internal/store"
)

// drilled marks what is told of a drill or a pre-positioning, so that nobody
// takes it for the real thing.
func drilled(n order.Nature) string {
	if n == order.Drill || n == order.Preposition {
		return "【" + n.Name() + "】"
	}
	return ""
}

// tellOrder tells of an order in the transaction that changed it.
func (s *Service) tellOrder(ctx context.Context, tx *store.Tx, actor access.Actor, kind notice.Kind, o order.Order, body string, to ...notice.Audience) error {
	return notifying.Tell(ctx, tx, notice.Notice{Kind: kind, Title: drilled(o.Nature) + kind.Name() + " " + o.Number, Body: body,
		Path: "/orders/" + o.ID.String(), ResponseID: o.ResponseID, ActorID: actor.ID, ActorName: actor.Name, To: to})
}

// concerned are those an approved order gives work to: keepers who send, desks
// that sign.
func concerned(o order.Order) []notice.Audience {
	var list []notice.Audience
	for _, d := range o.Depots() {
		list = append(list, notice.Holders(access.VoucherPost, d))
	}
	seen := map[id.ID]bool{}
	for _, t := range o.Targets {
		if !seen[t.DeskID] {
			seen[t.DeskID] = true
			list = append(list, notice.Holders(access.GoodsSign, t.DeskID))
		}
	}
	return list
}

// tellDecision tells of an order that was drawn up, approved, refused or given
// up.
func (s *Service) tellDecision(ctx context.Context, tx *store.Tx, actor access.Actor, o order.Order, body string) error {
	switch o.Status {
	case order.Proposed:
		return s.tellOrder(ctx, tx, actor, notice.OrderProposed, o, body, notice.Holders(access.OrderApprove, 0))
	case order.Approved:
		return s.tellOrder(ctx, tx, actor, notice.OrderApproved, o, body, append(concerned(o), notice.Account(o.ProposedID))...)
	case order.Refused:
		return s.tellOrder(ctx, tx, actor, notice.OrderRefused, o, o.Decision, notice.Account(o.ProposedID))
	case order.Cancelled:
		return s.tellOrder(ctx, tx, actor, notice.OrderCancelled, o, body, append(concerned(o), notice.Account(o.ProposedID), notice.Holders(access.OrderApprove, 0))...)
	}
	return nil
}

// tellLoad tells of a load that left, or was signed for.
func (s *Service) tellLoad(ctx context.Context, tx *store.Tx, actor access.Actor, kind notice.Kind, l load, body string, to ...notice.Audience) error {
	return notifying.Tell(ctx, tx, notice.Notice{Kind: kind, Title: drilled(l.Nature) + kind.Name() + " " + l.name(), Body: body,
		Path: "/loads/" + l.Shipment.ID.String(), DepotID: l.Shipment.DepotID, ResponseID: l.ResponseID, ActorID: actor.ID, ActorName: actor.Name, To: to})
}

// tellLeft tells the desk that goods are under way.
func (s *Service) tellLeft(ctx context.Context, tx *store.Tx, actor access.Actor, l load) error {
	body := fmt.Sprintf("%s → %s，%d 行 %s %s", l.depotName(l.Shipment.DepotID), l.target.Name, len(l.Shipment.Lines), l.Plate, l.Driver)
	return s.tellLoad(ctx, tx, actor, notice.OrderLeft, l, tidy(body), notice.Holders(access.GoodsSign, l.target.DeskID), notice.Holders(access.OrderPropose, 0))
}

// tellSigned tells the sender and the bureau, and says when something is damaged
// or missing.
func (s *Service) tellSigned(ctx context.Context, tx *store.Tx, actor access.Actor, l load, h order.Handover) error {
	kind, short := notice.OrderSigned, 0
	for _, x := range h.Lines {
		if x.Damaged > 0 || x.Missing > 0 {
			short++
		}
	}
	body := fmt.Sprintf("%s签收于 %s", h.Signer, order.Clock(h.At))
	if short > 0 {
		kind, body = notice.OrderShort, fmt.Sprintf("%s，%d 行有损坏或缺少，请查明。", body, short)
	}
	return s.tellLoad(ctx, tx, actor, kind, l, body, notice.Holders(access.VoucherPost, l.Shipment.DepotID), notice.Holders(access.OrderPropose, 0))
}

// tellResponse tells everybody of a response that begins, changes or ends.
func (s *Service) tellResponse(ctx context.Context, tx *store.Tx, actor access.Actor, r order.Response, c order.Change) error {
	kind := notice.ResponseLevel
	switch c.Act {
	case order.Began:
		kind = notice.ResponseStarted
	case order.Ended, order.SettledIt:
		kind = notice.ResponseEnded
	}
	return notifying.Tell(ctx, tx, notice.Notice{Kind: kind, Title: drilled(r.Nature) + r.Name + "：" + c.Act.Name(), Body: tidy(fmt.Sprintf("%s %s %s %s", order.Clock(c.At), c.Level.Name(), c.DocumentNo, c.Note)),
		Path: "/responses/" + r.ID.String(), ResponseID: r.ID, ActorID: actor.ID, ActorName: actor.Name, To: []notice.Audience{notice.Holders(access.SignedIn, 0)}})
}

// reopenRequest sets a request back to waiting when the last order for it was
// refused or given up: somebody has to answer it again.
func (s *Service) reopenRequest(ctx context.Context, tx *store.Tx, actor access.Actor, o order.Order) error {
	if o.RequestID == 0 {
		return nil
	}
	n, err := tx.OrdersStanding(ctx, o.RequestID)
	if err != nil || n > 0 {
		return err
	}
	r, err := tx.Request(ctx, o.RequestID)
	if err != nil {
		return err
	}
	r.Status, r.DecidedID, r.DecidedName, r.DecidedAt, r.Answer = order.RequestSent, 0, "", 0, ""
	ok, err := tx.DecideRequest(ctx, r, order.RequestAnswered)
	if err != nil || !ok {
		return err
	}
	return s.tellRequest(ctx, tx, actor, notice.RequestSent, r, o.Number+" 未能下达，需求报告重新待处理。", notice.Holders(access.OrderPropose, 0), notice.Account(r.AuthorID))
}

// tellRequest tells the bureau of a request, and its author of the answer.
func (s *Service) tellRequest(ctx context.Context, tx *store.Tx, actor access.Actor, kind notice.Kind, r order.Request, body string, to ...notice.Audience) error {
	return notifying.Tell(ctx, tx, notice.Notice{Kind: kind, Title: kind.Name() + " " + r.Number, Body: body, Path: "/requests/" + r.ID.String(),
		DepotID: r.DepotID, ResponseID: r.ResponseID, ActorID: actor.ID, ActorName: actor.Name, To: to})
}
