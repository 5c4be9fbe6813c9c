package dispatching

import (
	"context"
	"fmt"
	"time"

	"changbei/internal/access"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/order"
	"changbei/internal/store"
)

// The program's own word on what is late.
var watcher = access.Actor{Name: "系统"}

// Watch tells, once each, of papers past their time and of goods that have been
// on the road too long. It is called every minute or so; two programs on one
// database tell once, too, because what was told is marked by a guarded UPDATE.
func (s *Service) Watch(ctx context.Context) error {
	if err := s.watchPapers(ctx); err != nil {
		return err
	}
	return s.watchRoad(ctx)
}

func (s *Service) watchPapers(ctx context.Context) error {
	now := s.Now().UnixMicro()
	list, err := s.store.Read().LatePapers(ctx, now)
	if err != nil {
		return err
	}
	for _, p := range list {
		err := s.store.Tx(ctx, func(tx *store.Tx) error {
			first, err := tx.TellPaper(ctx, p.Paper)
			if err != nil || !first {
				return err
			}
			o, err := tx.Order(ctx, p.OrderID)
			if err != nil {
				return err
			}
			to := []notice.Audience{notice.Holders(access.OrderApprove, 0), notice.Holders(access.OrderPropose, 0), notice.Account(o.ProposedID)}
			return s.tellOrder(ctx, tx, watcher, notice.PapersLate, o, fmt.Sprintf("%s应于 %s 前补齐，已超时。", p.Kind.Name(), order.Clock(p.DueAt)), to...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxWatched bounds what one look tells of; the next goes on.
const maxWatched = 100

func (s *Service) watchRoad(ctx context.Context) error {
	c := s.store.Read()
	hours, err := c.DispatchNumber(ctx, store.TransitHours)
	if err != nil {
		return err
	}
	before := s.Now().Add(-time.Duration(hours) * time.Hour).UnixMicro()
	list, err := c.OldOnRoad(ctx, before, maxWatched)
	if err != nil {
		return err
	}
	for _, ref := range list {
		err := s.store.Tx(ctx, func(tx *store.Tx) error {
			first, err := tx.TellShipment(ctx, ref.ID)
			if err != nil || !first {
				return err
			}
			o, err := tx.Order(ctx, ref.OrderID)
			if err != nil {
				return err
			}
			l := load{Order: o}
			l.Shipment, _ = o.Shipment(ref.ID)
			l.target = o.Target(l.TargetID)
			to := []notice.Audience{notice.Holders(access.VoucherPost, l.Shipment.DepotID), notice.Holders(access.GoodsSign, l.target.DeskID), notice.Holders(access.OrderPropose, 0)}
			return notifying.Tell(ctx, tx, notice.Notice{Kind: notice.TransitOld, Title: drilled(o.Nature) + notice.TransitOld.Name() + " " + l.name(), Path: "/loads/" + ref.ID.String(),
				Body:    fmt.Sprintf("%s 发往%s，已超过 %d 小时没有签收或查明。", order.Clock(l.LeftAt), l.target.Name, hours),
				DepotID: l.Shipment.DepotID, ResponseID: o.ResponseID, ActorName: watcher.Name, To: to})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
