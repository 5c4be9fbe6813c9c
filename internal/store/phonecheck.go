package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/plan"
)

type phoneCheckRow struct {
	ID        id.ID        `db:"id"`
	About     plan.Subject `db:"about"`
	AboutID   id.ID        `db:"about_id"`
	CheckedOn string       `db:"checked_on"`
	Reached   bool         `db:"reached"`
	Phone     string       `db:"phone"`
	Remark    string       `db:"remark"`
	ActorID   id.ID        `db:"actor_id"`
	ActorName string       `db:"actor_name"`
	At        int64        `db:"at"`
}

// maxPhoneChecks bounds the record of calls that is shown: the newest.
const maxPhoneChecks = 100

// PhoneChecks lists the calls about an agreement or a depot, the latest first.
func (c *Conn) PhoneChecks(ctx context.Context, about plan.Subject, of id.ID) ([]plan.PhoneCheck, error) {
	var rows []phoneCheckRow
	if err := c.list(ctx, &rows, "phone-check-list", M{"about": about, "about_id": of, "limit": maxPhoneChecks}); err != nil {
		return nil, err
	}
	list := make([]plan.PhoneCheck, len(rows))
	for i, r := range rows {
		list[i] = plan.PhoneCheck(r)
	}
	return list, nil
}

// InsertPhoneCheck records a call; it is never changed.
func (t *Tx) InsertPhoneCheck(ctx context.Context, p plan.PhoneCheck) error {
	_, err := t.exec(ctx, "phone-check-insert", M{"id": p.ID, "about": p.About, "about_id": p.AboutID, "checked_on": p.CheckedOn, "reached": p.Reached,
		"phone": p.Phone, "remark": p.Remark, "actor_id": p.ActorID, "actor_name": p.ActorName, "at": p.At})
	return err
}
