package inventory

import (
	"context"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// ReopeningView is a request to open a closed month again (反结账) as its
// deciders see it.
type ReopeningView struct {
	store.Reopening
	Depot       string
	Opens       []ledger.Month // what approving opens: the month and all later ones
	MayDecide   bool           // this actor may, as a second person
	MayWithdraw bool
}

// shownReopenings are the requests of the board: those that wait come first,
// and the last that were decided.
const shownReopenings = 20

// reasonMark stands before the reason in the record of a request: the check
// reads it back.
const reasonMark = " 原因："

// maxReason is what the reason of a request holds.
const maxReason = 200

func reopenings(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, depots []place.Depot) ([]ReopeningView, error) {
	waiting, err := c.Reopenings(ctx, sc, true, maxClose)
	if err != nil {
		return nil, err
	}
	recent, err := c.Reopenings(ctx, sc, false, shownReopenings)
	if err != nil {
		return nil, err
	}
	recent = slices.DeleteFunc(recent, func(r store.Reopening) bool { return r.Status == store.ReopeningAsked })
	var list []ReopeningView
	for _, r := range slices.Concat(waiting, recent) {
		v := ReopeningView{Reopening: r}
		if i := slices.IndexFunc(depots, func(d place.Depot) bool { return d.ID == r.DepotID }); i >= 0 {
			v.Depot = depots[i].Name
		}
		if r.Status == store.ReopeningAsked {
			v.MayDecide = actor.May(access.PeriodReopen, r.DepotID) && actor.ID != r.AskedID
			v.MayWithdraw = actor.ID == r.AskedID
			if v.Opens, _, err = opens(ctx, c, r.DepotID, r.Month); err != nil {
				return nil, err
			}
		}
		list = append(list, v)
	}
	return list, nil
}

// opens gives the months that opening one opens, itself and all later ones,
// and the newest that stays closed. A month that was closed along with a later
// one has no figures of its own and cannot be opened alone.
func opens(ctx context.Context, c *store.Conn, depot id.ID, month ledger.Month) (months []ledger.Month, last ledger.Month, err error) {
	periods, err := c.PeriodsOf(ctx, depot)
	for _, p := range periods {
		if p.Month >= month {
			months = append(months, p.Month)
		} else {
			last = p.Month
		}
	}
	return months, last, err
}

// checkReopen says why a month cannot be opened again, or nil.
func checkReopen(months []ledger.Month, month ledger.Month, closedOn string) error {
	switch {
	case len(months) == 0 || month > ledger.ClosedMonth(closedOn):
		return errs.New(errs.Conflict, "%s没有月结，不用反结账。", month.Chinese())
	case months[0] != month:
		return errs.New(errs.Invalid, "%s是随%s首次月结一并关闭的，请申请反结%s。", month.Chinese(), months[0].Chinese(), months[0].Chinese())
	}
	return nil
}

// AskReopening asks that a closed month of a depot be opened again. A second
// person decides.
func (s *Service) AskReopening(ctx context.Context, actor access.Actor, depot id.ID, month ledger.Month, reason string) (store.Reopening, error) {
	r := store.Reopening{DepotID: depot, Month: month, Reason: strings.TrimSpace(reason), Status: store.ReopeningAsked, AskedID: actor.ID, AskedName: actor.Name}
	var c errs.Check
	switch n := len([]rune(r.Reason)); {
	case n == 0:
		c.Add("reason", "请写明反结账的原因，例如：10 月 28 日的入库单漏记。")
	case n > maxReason:
		c.Add("reason", "原因最多 %d 个字，请缩短。", maxReason)
	}
	if err := c.Err(); err != nil {
		return r, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		d, err := depotFor(ctx, tx.Conn, actor, access.PeriodClose, depot)
		if err != nil {
			return err
		}
		h, err := tx.TakeHead(ctx, depot) // one request at a time
		if err != nil {
			return err
		}
		months, _, err := opens(ctx, tx.Conn, depot, month)
		if err != nil {
			return err
		}
		if err := checkReopen(months, month, h.ClosedOn); err != nil {
			return err
		}
		asked, err := tx.ReopeningAsked(ctx, depot)
		if err != nil {
			return err
		}
		if asked {
			return errs.New(errs.Conflict, "%s已有一项反结账申请在等待审批，请先处理它。", d.Name)
		}
		r.ID = tx.NewID()
		if err := tx.InsertReopening(ctx, r); err != nil {
			return err
		}
		return tx.Audit(ctx, depot, periodAct(actor, "period.reopen.ask", month, d.Name+reasonMark+r.Reason))
	})
	return r, err
}

// reopening opens a request of a depot the actor may see.
func reopening(ctx context.Context, c *store.Conn, actor access.Actor, request id.ID) (store.Reopening, place.Depot, error) {
	r, err := c.Reopening(ctx, request)
	if err != nil {
		return r, place.Depot{}, err
	}
	if !actor.May(access.StockView, r.DepotID) {
		return r, place.Depot{}, errs.New(errs.NotFound, "没有这项申请，或您无权查看。")
	}
	d, err := c.Depot(ctx, r.DepotID)
	return r, d, err
}

// DecideReopening approves or refuses a request, as somebody else than who
// asked. Approving opens the month and all later ones of the depot; their
// figures are forgotten and taken anew when they are closed again.
func (s *Service) DecideReopening(ctx context.Context, actor access.Actor, request id.ID, approve bool) (store.Reopening, error) {
	var r store.Reopening
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		var depot place.Depot
		var err error
		if r, depot, err = reopening(ctx, tx.Conn, actor, request); err != nil {
			return err
		}
		if err := actor.Require(access.PeriodReopen, r.DepotID); err != nil {
			return err
		}
		if r.AskedID == actor.ID {
			return errs.New(errs.Forbidden, "反结账须由第二人审批，不能审批自己的申请。")
		}
		h, err := tx.TakeHead(ctx, r.DepotID)
		if err != nil {
			return err
		}
		r.Status = store.ReopeningRefused
		if approve {
			r.Status = store.ReopeningApproved
		}
		if err := tx.EndReopening(ctx, request, r.Status, actor.ID, actor.Name); err != nil {
			return err
		}
		if !approve {
			return tx.Audit(ctx, r.DepotID, periodAct(actor, "period.reopen.refuse", r.Month, depot.Name+" 申请人："+r.AskedName))
		}
		return reopen(ctx, tx, actor, h, r, depot)
	})
	return r, err
}

func reopen(ctx context.Context, tx *store.Tx, actor access.Actor, h *store.Head, r store.Reopening, depot place.Depot) error {
	months, last, err := opens(ctx, tx.Conn, r.DepotID, r.Month)
	if err != nil {
		return err
	}
	if err := checkReopen(months, r.Month, h.ClosedOn); err != nil {
		return err
	}
	if err := tx.ReopenPeriods(ctx, h, months, last); err != nil {
		return err
	}
	detail := depot.Name + " 重新打开 " + string(months[0]) + " 至 " + string(months[len(months)-1]) + "；申请人：" + r.AskedName + "；原因：" + r.Reason
	return tx.Audit(ctx, r.DepotID, periodAct(actor, "period.reopen.approve", r.Month, detail))
}

// WithdrawReopening takes back a request that waits, by who asked.
func (s *Service) WithdrawReopening(ctx context.Context, actor access.Actor, request id.ID) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, depot, err := reopening(ctx, tx.Conn, actor, request)
		if err != nil {
			return err
		}
		if r.AskedID != actor.ID {
			return errs.New(errs.Forbidden, "只有申请人能撤回申请。")
		}
		if err := tx.EndReopening(ctx, request, store.ReopeningWithdrawn, actor.ID, actor.Name); err != nil {
			return err
		}
		return tx.Audit(ctx, r.DepotID, periodAct(actor, "period.reopen.withdraw", r.Month, depot.Name))
	})
}

// Opens says which closed months of a depot opening one of them would open,
// or why it cannot be opened.
func (s *Service) Opens(ctx context.Context, actor access.Actor, depot id.ID, month ledger.Month) ([]ledger.Month, error) {
	c := s.store.Read()
	if _, err := depotFor(ctx, c, actor, access.PeriodClose, depot); err != nil {
		return nil, err
	}
	months, _, err := opens(ctx, c, depot, month)
	if err != nil {
		return nil, err
	}
	closedOn := ""
	if len(months) > 0 {
		closedOn = months[len(months)-1].Last()
	}
	return months, checkReopen(months, month, closedOn)
}
