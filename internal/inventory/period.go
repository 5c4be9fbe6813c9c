package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/store"
)

// PeriodState is how a month stands at a depot.
type PeriodState uint8

// A month is open, closed with figures of its own, or closed along with the
// first month that was.
const (
	PeriodOpen PeriodState = iota
	PeriodClosed
	PeriodCovered
)

// PeriodBoard shows which months are closed where.
type PeriodBoard struct {
	Month      ledger.Month   // the one to close
	Months     []ledger.Month // up to it, oldest first
	Depots     []PeriodDepot
	Reopenings []ReopeningView
}

// PeriodDepot is a depot's row of the board.
type PeriodDepot struct {
	Depot  place.Depot
	Last   ledger.Month // closed last, "" = none
	States []PeriodState
	Closed *store.Period // of the month, nil when it has no figures of its own
	Drafts int           // open, dated in the month
	Why    error         // why this actor cannot close the month here now; nil = can
	MayAsk bool          // this actor may ask to open the month again
	Asked  bool          // a request to open a month again waits
}

// boardMonths are the months of the board: half a year fits a screen.
const boardMonths = 6

// Periods gives the board of the actor's depots up to a month.
func (s *Service) Periods(ctx context.Context, actor access.Actor, month ledger.Month) (PeriodBoard, error) {
	sc, err := scope(actor, access.StockView)
	if err != nil {
		return PeriodBoard{}, err
	}
	b := PeriodBoard{Month: month}
	for n := boardMonths - 1; n >= 0; n-- {
		b.Months = append(b.Months, month.Add(-n))
	}
	err = s.store.Snapshot(ctx, func(c *store.Conn) error { return b.read(ctx, c, actor, sc, s.Today()) })
	return b, err
}

func (b *PeriodBoard) read(ctx context.Context, c *store.Conn, actor access.Actor, sc store.Scope, today day.Day) error {
	depots, err := c.Depots(ctx)
	if err != nil {
		return err
	}
	closedOn, err := c.ClosedDays(ctx, sc)
	if err != nil {
		return err
	}
	periods, err := c.Periods(ctx, sc, b.Months[0], b.Month)
	if err != nil {
		return err
	}
	drafts, err := draftsIn(ctx, c, sc, b.Month, today)
	if err != nil {
		return err
	}
	if b.Reopenings, err = reopenings(ctx, c, actor, sc, depots); err != nil {
		return err
	}
	for _, d := range depots {
		if !actor.May(access.StockView, d.ID) {
			continue
		}
		row := PeriodDepot{Depot: d, Last: ledger.ClosedMonth(closedOn[d.ID]), Drafts: drafts[d.ID],
			Asked: slices.ContainsFunc(b.Reopenings, func(r ReopeningView) bool { return r.DepotID == d.ID && r.Status == store.ReopeningAsked })}
		if row.Why = actor.Require(access.PeriodClose, d.ID); row.Why == nil {
			row.Why = b.Month.CheckClose(closedOn[d.ID], today)
		}
		row.mark(b.Months, periods)
		row.MayAsk = row.Closed != nil && !row.Asked && actor.May(access.PeriodClose, d.ID)
		b.Depots = append(b.Depots, row)
	}
	return nil
}

// mark says how each month stands.
func (d *PeriodDepot) mark(months []ledger.Month, periods []store.Period) {
	for _, m := range months {
		state := PeriodOpen
		if d.Last != "" && m <= d.Last {
			state = PeriodCovered
		}
		for i, p := range periods {
			if p.DepotID == d.Depot.ID && p.Month == m {
				state = PeriodClosed
				if m == months[len(months)-1] {
					d.Closed = &periods[i]
				}
			}
		}
		d.States = append(d.States, state)
	}
}

// draftsIn counts the open drafts whose business date, as typed, lies in a
// month: they cannot be posted once it is closed. Only the newest drafts are
// looked at, as in the list of drafts.
func draftsIn(ctx context.Context, c *store.Conn, sc store.Scope, month ledger.Month, today day.Day) (map[id.ID]int, error) {
	texts, err := c.DraftTexts(ctx, sc, maxDrafts)
	if err != nil {
		return nil, err
	}
	counts := map[id.ID]int{}
	for _, t := range texts {
		var d struct {
			BusinessOn string `json:"business_on"`
		}
		if json.Unmarshal([]byte(t.Content), &d) != nil {
			continue
		}
		if on, err := day.Parse(d.BusinessOn, today); err == nil && ledger.MonthOf(on.Day) == month {
			counts[t.DepotID]++
		}
	}
	return counts, nil
}

// CloseResult is what became of closing a month at one depot.
type CloseResult struct {
	DepotID id.ID
	Depot   string
	Err     error // nil = closed
}

// maxClose bounds how many depots are closed at once; no district has more.
const maxClose = 2000

// ClosePeriods closes a month at some depots (月结), each in a transaction of
// its own: what one is refused for does not stop the others.
func (s *Service) ClosePeriods(ctx context.Context, actor access.Actor, month ledger.Month, depots []id.ID) ([]CloseResult, error) {
	if _, err := scope(actor, access.PeriodClose); err != nil {
		return nil, err
	}
	if err := month.CheckClose("", s.Today()); err != nil {
		return nil, err
	}
	depots = unique(depots)
	if len(depots) == 0 || len(depots) > maxClose {
		return nil, errs.New(errs.Invalid, "请勾选要月结的储备库。")
	}
	results := make([]CloseResult, len(depots))
	for i, d := range depots {
		results[i].DepotID = d
		results[i].Err = s.store.Tx(ctx, func(tx *store.Tx) error {
			depot, err := depotFor(ctx, tx.Conn, actor, access.PeriodClose, d)
			if err != nil {
				return err
			}
			results[i].Depot = depot.Name
			return closePeriod(ctx, tx, actor, depot, month)
		})
		if ctx.Err() != nil {
			return results[:i+1], ctx.Err()
		}
	}
	return results, nil
}

// closePeriod closes a month under the depot's head: no posting is under way
// while its figures are taken, and none can be dated in it afterwards.
func closePeriod(ctx context.Context, tx *store.Tx, actor access.Actor, depot place.Depot, month ledger.Month) error {
	h, err := tx.TakeHead(ctx, depot.ID)
	if err != nil {
		return err
	}
	first := h.ClosedOn == ""
	if err := month.CheckClose(h.ClosedOn, day.At(tx.Clock())); err != nil {
		return err
	}
	if err := tx.ClosePeriod(ctx, h, store.Period{DepotID: depot.ID, Month: month, ActorID: actor.ID, ActorName: actor.Name}); err != nil {
		return err
	}
	detail := depot.Name + " 月结至 " + month.Last()
	if first {
		detail += "（首次月结，此前各月一并关闭）"
	}
	return tx.Audit(ctx, depot.ID, periodAct(actor, "period.close", month, detail))
}

func periodAct(actor access.Actor, act string, month ledger.Month, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: fmt.Sprintf("%s账期", month.Chinese()),
		Result: "ok", Detail: detail, IP: actor.IP, RequestID: actor.RequestID}
}
