// Package notifying tells people what concerns them: inside the program, where
// everybody sees what their rights reach, and outward by webhook.
//
// Tell is called inside another use case's transaction and only writes rows:
// the notice, and one of the outbox for each webhook that wants it. A Sender
// works the outbox off beside the requests, so that no receiver delays, fails
// or undoes what was told. The package may import the domain, store and
// courier; it knows no page.
package notifying

import (
	"context"
	"errors"
	"strings"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/notice"
	"changbei/internal/store"
)

// Service runs the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	reach courier.Reach
}

// New makes the service; reach is what webhooks may be sent to.
func New(st *store.Store, reach courier.Reach) *Service { return &Service{st, reach} }

// Tell writes a notice, and puts it into the outbox of every webhook in use
// that wants it, in the transaction of what it tells of: both stand or neither
// does. It sends nothing. ID and At are filled here. An error is the database's,
// or a fault of the caller: a kind, path or audience that cannot be.
func Tell(ctx context.Context, tx *store.Tx, n notice.Notice) error {
	n, err := n.Ready()
	if err != nil {
		return err
	}
	n.ID, n.At = tx.NewID(), tx.NowMicro()
	if err := tx.InsertNotice(ctx, n); err != nil || !n.Kind.Outward() {
		return err
	}
	hooks, err := tx.WebhooksInUse(ctx)
	if err != nil {
		return err
	}
	var to []id.ID
	for _, h := range hooks {
		if h.Wants(n) {
			to = append(to, h.ID)
		}
	}
	return tx.InsertDeliveries(ctx, n, to)
}

// Cursor is a place in a list: the last row seen. The zero Cursor is the newest
// end.
type Cursor struct {
	At int64
	ID id.ID
}

// record is an audit record of one of this package's acts.
func record(actor access.Actor, act, object, detail string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: object, Result: "ok", Detail: detail,
		IP: actor.IP, RequestID: actor.RequestID}
}

// tidy trims a typed text and joins its lines.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }

// or words a row that is not there.
func or(err error, sentence string) error {
	if errors.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "%s", sentence)
	}
	return err
}
