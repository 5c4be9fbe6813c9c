package inventory

import (
	"context"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// LotView is a lot with where it stands at the actor's depots and who held it.
type LotView struct {
	ledger.Lot
	Item   catalog.Item
	Stands []store.LotStand // rows at zero too: it once stood there
	Holds  []store.LotHold  // the newest first

	MayHold    bool // the actor, now
	MayRelease bool
}

// Name is what people call the lot: its number, else the days it goes by.
func (l LotView) Name() string {
	switch {
	case l.No != "":
		return l.No
	case !l.Produced.IsZero():
		return "生产 " + l.Produced.String()
	case !l.Expires.IsZero():
		return "有效期至 " + l.Expires.String()
	}
	return "入库 " + l.Received.String()
}

// may says whether an actor may hold or release: with the right at a depot
// where some of it stands, or for the whole district.
func (l LotView) may(actor access.Actor, p access.Permission) error {
	if actor.May(p, 0) || slices.ContainsFunc(l.Stands, func(s store.LotStand) bool { return s.OnHand > 0 && actor.May(p, s.DepotID) }) {
		return nil
	}
	if actor.MayAnywhere(p) {
		return errs.New(errs.Forbidden, "这个批次在您的储备库已没有结存，不能由您办理冻结。请联系计划员。")
	}
	return actor.Require(p, 0)
}

// maxHolds bounds the history a page shows; nobody holds one lot so often.
const maxHolds = 200

// Lot opens a lot that stands, or ever stood, at a depot the actor may see.
func (s *Service) Lot(ctx context.Context, actor access.Actor, lot id.ID) (LotView, error) {
	var l LotView
	err := s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		if l, err = lotFor(ctx, c, actor, lot); err != nil {
			return err
		}
		l.Holds, err = c.LotHolds(ctx, lot, maxHolds)
		return err
	})
	l.MayHold, l.MayRelease = !l.Held && l.may(actor, access.LotHold) == nil, l.Held && l.may(actor, access.LotRelease) == nil
	return l, err
}

// lotFor gives a lot with where it stands. One that never stood at a depot of
// the actor looks like none.
func lotFor(ctx context.Context, c *store.Conn, actor access.Actor, lot id.ID) (LotView, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return LotView{}, err
	}
	l := LotView{}
	if l.Stands, err = c.LotStands(ctx, lot, sc); err != nil {
		return l, err
	}
	if len(l.Stands) == 0 {
		return l, errs.New(errs.NotFound, "没有这个批次，或您无权查看。请从库存台账中重新选择。")
	}
	lots, err := c.LotsByID(ctx, []id.ID{lot})
	if err != nil {
		return l, err
	}
	l.Lot = lots[lot]
	items, err := c.ItemsByID(ctx, []id.ID{l.ItemID})
	l.Item = items[l.ItemID]
	return l, err
}
