package store

import (
	"context"
	"fmt"

	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
)

// Period is a closed month of a depot: who closed it, and when.
type Period struct {
	DepotID   id.ID        `db:"depot_id"`
	Month     ledger.Month `db:"month"`
	ActorID   id.ID        `db:"actor_id"`
	ActorName string       `db:"actor_name"`
	ClosedAt  int64        `db:"closed_at"`
}

// Periods lists the closed months of some depots from one month to another.
func (c *Conn) Periods(ctx context.Context, sc Scope, from, to ledger.Month) ([]Period, error) {
	var rows []Period
	err := c.list(ctx, &rows, "period-list", M{"all_depots": sc.All, "depots": sc.Depots, "from_month": from, "to_month": to})
	return rows, err
}

// PeriodsOf lists all closed months of a depot, oldest first.
func (c *Conn) PeriodsOf(ctx context.Context, depot id.ID) ([]Period, error) {
	var rows []Period
	err := c.list(ctx, &rows, "period-of-depot", M{"depot_id": depot})
	return rows, err
}

// ClosedDays gives, per depot, the last day of its last closed month; a depot
// without one has "".
func (c *Conn) ClosedDays(ctx context.Context, sc Scope) (map[id.ID]string, error) {
	var rows []struct {
		DepotID  id.ID  `db:"depot_id"`
		ClosedOn string `db:"closed_on"`
	}
	err := c.list(ctx, &rows, "period-closed-on", M{"all_depots": sc.All, "depots": sc.Depots})
	days := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		days[r.DepotID] = r.ClosedOn
	}
	return days, err
}

// PeriodBases gives, per depot, the newest closed month with figures that is
// not after a month: what the figures of that month stand on.
func (c *Conn) PeriodBases(ctx context.Context, sc Scope, month ledger.Month) (map[id.ID]ledger.Month, error) {
	return c.periodBases(ctx, "period-base", sc, month)
}

// PeriodBasesAfter gives, per depot, the oldest closed month with figures that
// is after a month.
func (c *Conn) PeriodBasesAfter(ctx context.Context, sc Scope, month ledger.Month) (map[id.ID]ledger.Month, error) {
	return c.periodBases(ctx, "period-base-after", sc, month)
}

func (c *Conn) periodBases(ctx context.Context, name string, sc Scope, month ledger.Month) (map[id.ID]ledger.Month, error) {
	var rows []struct {
		DepotID id.ID        `db:"depot_id"`
		Month   ledger.Month `db:"month"`
	}
	err := c.list(ctx, &rows, name, M{"all_depots": sc.All, "depots": sc.Depots, "month": month})
	bases := make(map[id.ID]ledger.Month, len(rows))
	for _, r := range rows {
		bases[r.DepotID] = r.Month
	}
	return bases, err
}

// ClosePeriod closes a depot's month under its taken head: it moves the head's
// last closed day on and keeps the month's figures, per lot and per item.
func (t *Tx) ClosePeriod(ctx context.Context, h *Head, p Period) error {
	if err := t.setClosedOn(ctx, h, p.Month.Last()); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "period-insert", M{"depot_id": p.DepotID, "month": p.Month, "actor_id": p.ActorID, "actor_name": p.ActorName,
		"closed_at": t.NowMicro()}); err != nil {
		return err
	}
	args := monthArgs(p.Month, p.Month.Add(-1), []id.ID{p.DepotID})
	if h.ClosedOn == "" { // the first: it opens with every entry before it
		args = monthArgs(p.Month, "", []id.ID{p.DepotID})
	}
	if _, err := t.exec(ctx, "period-fill", args); err != nil {
		return err
	}
	_, err := t.exec(ctx, "period-fill-items", args)
	h.ClosedOn = p.Month.Last()
	return err
}

func (t *Tx) setClosedOn(ctx context.Context, h *Head, on string) error {
	n, err := t.exec(ctx, "period-head-close", M{"depot_id": h.DepotID, "old": h.ClosedOn, "closed_on": on})
	if err == nil && n != 1 {
		err = fmt.Errorf("store: depot %d was closed or opened under its own lock", h.DepotID)
	}
	return err
}

// monthArgs are the bounds of a month's figures: the figures they stand on,
// those of base ("" = none), and the days between.
func monthArgs(month, base ledger.Month, depots []id.ID) M {
	on := ""
	if base != "" {
		on = base.Last()
	}
	return M{"month": month, "base_month": base, "base_on": on, "from_on": month.First(), "to_on": month.Last(), "depots": depots}
}

// ReopenPeriods opens closed months of a depot again under its taken head and
// forgets their figures. last is the newest month that stays closed, "" = none.
func (t *Tx) ReopenPeriods(ctx context.Context, h *Head, months []ledger.Month, last ledger.Month) error {
	on := ""
	if last != "" {
		on = last.Last()
	}
	if err := t.setClosedOn(ctx, h, on); err != nil {
		return err
	}
	h.ClosedOn = on
	for _, name := range []string{"period-stock-delete", "period-item-delete"} {
		if _, err := t.exec(ctx, name, M{"depot_id": h.DepotID, "months": months}); err != nil {
			return err
		}
	}
	n, err := t.exec(ctx, "period-delete", M{"depot_id": h.DepotID, "months": months})
	if err == nil && n != int64(len(months)) {
		err = fmt.Errorf("store: %d of %d closed months of depot %d opened", n, len(months), h.DepotID)
	}
	return err
}

// PeriodSum is what an item, at one depot or over some, had at the begin of a
// month, received, issued, and had at its end. A value is price times
// quantity in thousandths of a fen; Unpriced is not 0 where values are missing,
// because some lot has no price.
type PeriodSum struct {
	DepotID       id.ID      `db:"of_depot"` // 0 = over the depots asked for
	ItemID        id.ID      `db:"item_id"`
	Opening       quantity.Q `db:"opening"`
	Received      quantity.Q `db:"received"`
	Issued        quantity.Q `db:"issued"`
	Closing       quantity.Q `db:"closing"`
	OpeningValue  int64      `db:"opening_value"`
	ReceivedValue int64      `db:"received_value"`
	IssuedValue   int64      `db:"issued_value"`
	ClosingValue  int64      `db:"closing_value"`
	Unpriced      int64      `db:"unpriced"`
}

// PeriodFilter asks for the figures of a month at some depots.
type PeriodFilter struct {
	Month      ledger.Month
	Depots     []id.ID
	CategoryID id.ID // 0 = any
	ByDepot    bool  // a row per depot and item
}

// PeriodSums gives the kept figures of a closed month.
func (c *Conn) PeriodSums(ctx context.Context, f PeriodFilter) ([]PeriodSum, error) {
	name := "period-sums"
	if f.ByDepot {
		name = "period-sums-by-depot"
	}
	var rows []PeriodSum
	err := c.list(ctx, &rows, name, M{"month": f.Month, "depots": f.Depots, "category_id": f.CategoryID})
	return rows, err
}

// PeriodOpenSums computes the figures of a month at depots that keep none of
// it: from those of a closed month before it ("" = none) and the entries since.
func (c *Conn) PeriodOpenSums(ctx context.Context, f PeriodFilter, base ledger.Month) ([]PeriodSum, error) {
	args := monthArgs(f.Month, base, f.Depots)
	args["category_id"], args["by_depot"] = f.CategoryID, f.ByDepot
	var rows []PeriodSum
	err := c.list(ctx, &rows, "period-open-sums", args)
	return rows, err
}

// DraftText is an open draft's content, as the use case wrote it.
type DraftText struct {
	DepotID id.ID  `db:"depot_id"`
	Content string `db:"content"`
}

// DraftTexts lists open drafts, last changed first.
func (c *Conn) DraftTexts(ctx context.Context, sc Scope, limit int) ([]DraftText, error) {
	var rows []DraftText
	err := c.list(ctx, &rows, "period-drafts", M{"all_depots": sc.All, "depots": sc.Depots, "limit": limit})
	return rows, err
}

// Reopening is a request to open a closed month again (反结账).
type Reopening struct {
	ID          id.ID           `db:"id"`
	DepotID     id.ID           `db:"depot_id"`
	Month       ledger.Month    `db:"month"`
	Reason      string          `db:"reason"`
	Status      ReopeningStatus `db:"status"`
	AskedID     id.ID           `db:"asked_id"`
	AskedName   string          `db:"asked_name"`
	AskedAt     int64           `db:"asked_at"`
	DecidedID   id.ID           `db:"decided_id"`
	DecidedName string          `db:"decided_name"`
	DecidedAt   int64           `db:"decided_at"`
}

// ReopeningStatus is where a request stands.
type ReopeningStatus string

// A request is asked, then comes to one of the three ends, once.
const (
	ReopeningAsked     ReopeningStatus = "asked"
	ReopeningApproved  ReopeningStatus = "approved"
	ReopeningRefused   ReopeningStatus = "refused"
	ReopeningWithdrawn ReopeningStatus = "withdrawn"
)

// InsertReopening writes a new request.
func (t *Tx) InsertReopening(ctx context.Context, r Reopening) error {
	_, err := t.exec(ctx, "reopening-insert", M{"id": r.ID, "depot_id": r.DepotID, "month": r.Month, "reason": r.Reason,
		"asked_id": r.AskedID, "asked_name": r.AskedName, "asked_at": t.NowMicro()})
	return err
}

// EndReopening brings an asked request to its end, once; one that has ended is
// a Conflict.
func (t *Tx) EndReopening(ctx context.Context, request id.ID, to ReopeningStatus, by id.ID, name string) error {
	return t.mustMatch(ctx, "reopening-move", M{"id": request, "status": to, "decided_id": by, "decided_name": name, "decided_at": t.NowMicro()})
}

// Reopening gives one request or NotFound.
func (c *Conn) Reopening(ctx context.Context, request id.ID) (Reopening, error) {
	var r Reopening
	err := c.get(ctx, &r, "reopening-get", M{"id": request})
	return r, err
}

// ReopeningAsked reports whether a request of a depot waits.
func (c *Conn) ReopeningAsked(ctx context.Context, depot id.ID) (bool, error) {
	var n int
	err := c.get(ctx, &n, "reopening-open", M{"depot_id": depot})
	return n > 0, err
}

// Reopenings lists requests, newest first: those that wait, or all.
func (c *Conn) Reopenings(ctx context.Context, sc Scope, waiting bool, limit int) ([]Reopening, error) {
	var rows []Reopening
	err := c.list(ctx, &rows, "reopening-list", M{"all_depots": sc.All, "depots": sc.Depots, "waiting": waiting, "limit": limit})
	return rows, err
}
