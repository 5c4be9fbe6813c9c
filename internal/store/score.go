package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/plan"
)

// DepotCall is a call that asked after a depot's contact: a row of phone_check.
type DepotCall struct {
	ID        id.ID  `db:"id"`
	DepotID   id.ID  `db:"depot_id"`
	CalledOn  string `db:"called_on"`
	Reached   bool   `db:"reached"`
	Phone     string `db:"phone"` // as it stood then
	Remark    string `db:"remark"`
	ActorID   id.ID  `db:"actor_id"`
	ActorName string `db:"actor_name"`
	At        int64  `db:"at"`
}

// DepotFacts gives what the depots in scope are judged by: a handful of grouped
// queries however many depots there are. Counts before from are not looked
// for. Keeper and phone stand on the depot and calls count for the number it
// has: phones says it, so that a call to another number proves nothing.
func (c *Conn) DepotFacts(ctx context.Context, scope Scope, today, from string, phones map[id.ID]string) (map[id.ID]plan.Facts, error) {
	facts := depotFacts{}
	args := M{"all_depots": scope.All, "depots": scope.Depots, "today": today, "from_on": from}
	for _, read := range []func(context.Context, *Conn, M) error{facts.readStock, facts.readTouched, facts.readCounts} {
		if err := read(ctx, c, args); err != nil {
			return nil, err
		}
	}
	return facts, facts.readCalls(ctx, c, args, phones)
}

type depotFacts map[id.ID]plan.Facts

func (f depotFacts) change(depot id.ID, change func(*plan.Facts)) {
	one := f[depot]
	change(&one)
	f[depot] = one
}

func (f depotFacts) readStock(ctx context.Context, c *Conn, args M) error {
	var stocked []id.ID
	if err := c.list(ctx, &stocked, "score-stocked", args); err != nil {
		return err
	}
	for _, depot := range stocked {
		f.change(depot, func(one *plan.Facts) { one.Stocked = true })
	}
	var expired []struct {
		DepotID id.ID `db:"depot_id"`
		Lots    int   `db:"lots"`
	}
	if err := c.list(ctx, &expired, "score-expired", args); err != nil {
		return err
	}
	for _, r := range expired {
		f.change(r.DepotID, func(one *plan.Facts) { one.Expired = r.Lots })
	}
	return nil
}

func (f depotFacts) readTouched(ctx context.Context, c *Conn, args M) error {
	var rows []struct {
		DepotID  id.ID  `db:"depot_id"`
		BookedOn string `db:"booked_on"`
		SentOn   string `db:"sent_on"`
	}
	if err := c.list(ctx, &rows, "score-touched", args); err != nil {
		return err
	}
	for _, r := range rows {
		f.change(r.DepotID, func(one *plan.Facts) { one.TouchedOn = max(r.BookedOn, r.SentOn) })
	}
	return nil
}

// readCounts takes the last of all that counts as a count. Each is a
// comparison of the list too.
func (f depotFacts) readCounts(ctx context.Context, c *Conn, args M) error {
	for _, query := range []string{"score-stocktakes", "score-ledgers", "score-ledgers-of-many", "score-forms"} {
		var rows []struct {
			DepotID   id.ID  `db:"depot_id"`
			CountedOn string `db:"counted_on"`
		}
		if err := c.list(ctx, &rows, query, args); err != nil {
			return err
		}
		for _, r := range rows {
			f.change(r.DepotID, func(one *plan.Facts) {
				one.CountedOn, one.TouchedOn = max(one.CountedOn, r.CountedOn), max(one.TouchedOn, r.CountedOn)
			})
		}
	}
	return nil
}

func (f depotFacts) readCalls(ctx context.Context, c *Conn, args M, phones map[id.ID]string) error {
	var rows []struct {
		DepotID  id.ID  `db:"depot_id"`
		Phone    string `db:"phone"`
		Reached  bool   `db:"reached"`
		CalledOn string `db:"called_on"`
	}
	if err := c.list(ctx, &rows, "score-calls", args); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Phone != phones[r.DepotID] {
			continue
		}
		f.change(r.DepotID, func(one *plan.Facts) {
			if r.Reached {
				one.ReachedOn = max(one.ReachedOn, r.CalledOn)
			} else {
				one.MissedOn = max(one.MissedOn, r.CalledOn)
			}
		})
	}
	return nil
}

// InsertDepotCall records a call.
func (t *Tx) InsertDepotCall(ctx context.Context, d DepotCall) error {
	_, err := t.exec(ctx, "depot-call-insert", M{"id": t.NewID(), "depot_id": d.DepotID, "called_on": d.CalledOn, "reached": d.Reached, "phone": d.Phone,
		"remark": d.Remark, "actor_id": d.ActorID, "actor_name": d.ActorName, "at": t.NowMicro()})
	return err
}

// DepotCalls lists the calls to a depot, the newest first.
func (c *Conn) DepotCalls(ctx context.Context, depot id.ID, limit int) ([]DepotCall, error) {
	var rows []DepotCall
	err := c.list(ctx, &rows, "depot-call-list", M{"depot_id": depot, "limit": limit})
	return rows, err
}
