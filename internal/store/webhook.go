package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/notice"
)

type webhookRow struct {
	ID        id.ID         `db:"id"`
	Name      string        `db:"name"`
	Form      notice.Form   `db:"form"`
	URL       notice.Hidden `db:"url"`
	Secret    notice.Hidden `db:"secret"`
	Kinds     string        `db:"kinds"`
	DepotID   id.ID         `db:"depot_id"`
	LinkBase  string        `db:"link_base"`
	Enabled   bool          `db:"enabled"`
	LockNo    int64         `db:"lock_no"`
	CreatedAt int64         `db:"created_at"`
}

func (r webhookRow) hook() notice.Hook {
	return notice.Hook{ID: r.ID, Name: r.Name, Form: r.Form, URL: r.URL, Secret: r.Secret, Kinds: notice.Split(r.Kinds), DepotID: r.DepotID,
		LinkBase: r.LinkBase, Enabled: r.Enabled, LockNo: r.LockNo}
}

// Webhooks lists all, those in use first.
func (c *Conn) Webhooks(ctx context.Context) ([]notice.Hook, error) {
	var rows []webhookRow
	err := c.list(ctx, &rows, "webhook-list", nil)
	list := make([]notice.Hook, len(rows))
	for i, r := range rows {
		list[i] = r.hook()
	}
	return list, err
}

// Webhook gives one, or NotFound.
func (c *Conn) Webhook(ctx context.Context, hook id.ID) (notice.Hook, error) {
	var r webhookRow
	err := c.get(ctx, &r, "webhook-get", M{"id": hook})
	return r.hook(), err
}

// WebhooksInUse lists those in use with what they choose, without their
// addresses.
func (c *Conn) WebhooksInUse(ctx context.Context) ([]notice.Hook, error) {
	var rows []webhookRow
	err := c.list(ctx, &rows, "webhook-enabled", nil)
	list := make([]notice.Hook, len(rows))
	for i, r := range rows {
		list[i] = r.hook()
	}
	return list, err
}

func webhookArgs(h notice.Hook) M {
	return M{"id": h.ID, "name": h.Name, "form": h.Form, "url": h.URL, "secret": h.Secret, "kinds": notice.Join(h.Kinds), "depot_id": h.DepotID,
		"link_base": h.LinkBase, "lock_no": h.LockNo}
}

// InsertWebhook makes a webhook, in use from now.
func (t *Tx) InsertWebhook(ctx context.Context, h notice.Hook) error {
	args := webhookArgs(h)
	args["created_at"] = t.NowMicro()
	_, err := t.exec(ctx, "webhook-insert", args)
	return err
}

// UpdateWebhook changes one as it stood under its lock number; one changed
// since is a Conflict.
func (t *Tx) UpdateWebhook(ctx context.Context, h notice.Hook) error {
	return t.mustMatch(ctx, "webhook-update", webhookArgs(h))
}

// SetWebhookEnabled takes one into use or out of it. What waits for one out of
// use is dropped: told days later it would mislead.
func (t *Tx) SetWebhookEnabled(ctx context.Context, hook id.ID, lockNo int64, enabled bool) error {
	if err := t.mustMatch(ctx, "webhook-set-enabled", M{"id": hook, "lock_no": lockNo, "enabled": enabled}); err != nil || enabled {
		return err
	}
	return t.DropDeliveries(ctx, hook)
}

// Delivery is a notice on its way to a webhook.
type Delivery struct {
	ID        id.ID         `db:"id"`
	WebhookID id.ID         `db:"webhook_id"`
	NoticeID  id.ID         `db:"notice_id"`
	Status    notice.Status `db:"status"`
	Tries     int           `db:"tries"`
	NextAt    int64         `db:"next_at"`
	LastAt    int64         `db:"last_at"`
	LastError string        `db:"last_error"`
	LockNo    int64         `db:"lock_no"`
	CreatedAt int64         `db:"created_at"`
}

// InsertDeliveries puts a notice into the outbox of webhooks.
func (t *Tx) InsertDeliveries(ctx context.Context, of notice.Notice, hooks []id.ID) error {
	rows := make([]M, len(hooks))
	for i, h := range hooks {
		rows[i] = M{"id": t.NewID(), "webhook_id": h, "notice_id": of.ID, "created_at": t.NowMicro()}
	}
	return t.insertMany(ctx, "webhook-delivery-insert", rows)
}

// DueHooks lists the webhooks that something is due for.
func (c *Conn) DueHooks(ctx context.Context, now int64, limit int) ([]id.ID, error) {
	var hooks []id.ID
	err := c.list(ctx, &hooks, "webhook-delivery-due-hooks", M{"now": now, "limit": limit})
	return hooks, err
}

// DueDeliveries lists what is due for a webhook, the oldest first.
func (c *Conn) DueDeliveries(ctx context.Context, hook id.ID, now int64, limit int) ([]Delivery, error) {
	var rows []Delivery
	err := c.list(ctx, &rows, "webhook-delivery-due", M{"webhook_id": hook, "now": now, "limit": limit})
	return rows, err
}

// ClaimDelivery takes a due delivery as it was read, so that nobody else sends
// it before an instant, and counts the try. false says that another has it, or
// had it meanwhile.
func (t *Tx) ClaimDelivery(ctx context.Context, d Delivery, until int64) (bool, error) {
	n, err := t.exec(ctx, "webhook-delivery-claim", M{"id": d.ID, "lock_no": d.LockNo, "now": t.NowMicro(), "until": until})
	return n == 1, err
}

// EndTry writes what became of a try of a delivery as it was claimed or read:
// sent, given up, or waiting until nextAt. false says that it was taken over
// meanwhile.
func (t *Tx) EndTry(ctx context.Context, d Delivery, status notice.Status, nextAt int64, problem string) (bool, error) {
	n, err := t.exec(ctx, "webhook-delivery-end", M{"id": d.ID, "lock_no": d.LockNo, "status": status, "next_at": nextAt, "last_error": problem})
	return n == 1, err
}

// DropDeliveries ends what waits for a webhook that is out of use.
func (t *Tx) DropDeliveries(ctx context.Context, hook id.ID) error {
	_, err := t.exec(ctx, "webhook-delivery-drop", M{"webhook_id": hook})
	return err
}

// SendAgain gives a delivery that was given up all its tries anew; one in
// another state is a Conflict.
func (t *Tx) SendAgain(ctx context.Context, d Delivery) error {
	return t.mustMatch(ctx, "webhook-delivery-again", M{"id": d.ID, "webhook_id": d.WebhookID, "lock_no": d.LockNo, "now": t.NowMicro()})
}

// Delivery gives one, or NotFound.
func (c *Conn) Delivery(ctx context.Context, delivery id.ID) (Delivery, error) {
	var d Delivery
	err := c.get(ctx, &d, "webhook-delivery-get", M{"id": delivery})
	return d, err
}

// DeliveryOf is a delivery with what its notice is about.
type DeliveryOf struct {
	Delivery
	Kind    notice.Kind `db:"kind"`
	DepotID id.ID       `db:"depot_id"`
}

// Deliveries lists a webhook's, newest first, from before an instant and id
// (0 = from the newest).
func (c *Conn) Deliveries(ctx context.Context, hook id.ID, beforeAt int64, beforeID id.ID, limit int) ([]DeliveryOf, error) {
	var rows []DeliveryOf
	err := c.list(ctx, &rows, "webhook-delivery-page", M{"webhook_id": hook, "before_at": beforeAt, "before_id": beforeID, "limit": limit})
	return rows, err
}

// DeliveryCount is how many deliveries of a webhook stand in a state, and when
// the last of them was tried.
type DeliveryCount struct {
	WebhookID  id.ID         `db:"webhook_id"`
	Status     notice.Status `db:"status"`
	Deliveries int           `db:"deliveries"`
	NewestAt   int64         `db:"newest_at"`
}

// DeliveryCounts counts the deliveries of all webhooks.
func (c *Conn) DeliveryCounts(ctx context.Context) ([]DeliveryCount, error) {
	var rows []DeliveryCount
	err := c.list(ctx, &rows, "webhook-delivery-counts", nil)
	return rows, err
}

// GivenUpSince counts what was given up of a webhook since an instant.
func (c *Conn) GivenUpSince(ctx context.Context, hook id.ID, since int64) (int, error) {
	var n int
	err := c.get(ctx, &n, "webhook-delivery-given-up-since", M{"webhook_id": hook, "since": since})
	return n, err
}

// Attempt is one try to send, as the log keeps it. Error "" = it was taken.
type Attempt struct {
	ID         id.ID  `db:"id"`
	DeliveryID id.ID  `db:"delivery_id"`
	WebhookID  id.ID  `db:"webhook_id"`
	TryNo      int    `db:"try_no"`
	BeganAt    int64  `db:"began_at"`
	TookMS     int64  `db:"took_ms"`
	HTTPStatus int    `db:"http_status"` // 0 = no answer
	Error      string `db:"error"`
}

// InsertAttempt writes a try into the log, which nothing changes.
func (t *Tx) InsertAttempt(ctx context.Context, a Attempt) error {
	_, err := t.exec(ctx, "webhook-attempt-insert", M{"id": a.ID, "delivery_id": a.DeliveryID, "webhook_id": a.WebhookID, "try_no": a.TryNo,
		"began_at": a.BeganAt, "took_ms": a.TookMS, "http_status": a.HTTPStatus, "error": a.Error})
	return err
}

// Attempts lists the tries of deliveries, in order.
func (c *Conn) Attempts(ctx context.Context, deliveries []id.ID) ([]Attempt, error) {
	var rows []Attempt
	err := c.list(ctx, &rows, "webhook-attempt-list", M{"deliveries": deliveries})
	return rows, err
}

// AttemptsSince counts the tries at a webhook since an instant.
func (c *Conn) AttemptsSince(ctx context.Context, hook id.ID, since int64) (int, error) {
	var n int
	err := c.get(ctx, &n, "webhook-attempt-count", M{"webhook_id": hook, "since": since})
	return n, err
}
