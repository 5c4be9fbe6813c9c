package notifying

import (
	"context"
	"fmt"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/store"
)

// HookView is a webhook with how it fares.
type HookView struct {
	notice.Hook
	Depot   string // of the one depot it is about, "" = the district
	Waiting int
	GivenUp int
	SentAt  int64 // when the last one was taken, 0 = never
}

const noHook = "没有这个推送地址。请从通知推送列表重新进入。"

// Webhooks lists them, those in use first.
func (s *Service) Webhooks(ctx context.Context, actor access.Actor) ([]HookView, error) {
	if err := actor.Require(access.WebhookEdit, 0); err != nil {
		return nil, err
	}
	c := s.store.Read()
	hooks, err := c.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	return viewsOf(ctx, c, hooks)
}

// Webhook gives one.
func (s *Service) Webhook(ctx context.Context, actor access.Actor, hook id.ID) (HookView, error) {
	if err := actor.Require(access.WebhookEdit, 0); err != nil {
		return HookView{}, err
	}
	c := s.store.Read()
	h, err := c.Webhook(ctx, hook)
	if err != nil {
		return HookView{}, or(err, noHook)
	}
	list, err := viewsOf(ctx, c, []notice.Hook{h})
	if err != nil {
		return HookView{}, err
	}
	return list[0], nil
}

func viewsOf(ctx context.Context, c *store.Conn, hooks []notice.Hook) ([]HookView, error) {
	counts, err := c.DeliveryCounts(ctx)
	if err != nil {
		return nil, err
	}
	names, err := depotNames(ctx, c)
	list := make([]HookView, len(hooks))
	for i, h := range hooks {
		list[i] = HookView{Hook: h, Depot: names[h.DepotID]}
		for _, n := range counts {
			switch {
			case n.WebhookID != h.ID:
			case n.Status == notice.Waiting:
				list[i].Waiting = n.Deliveries
			case n.Status == notice.GivenUp:
				list[i].GivenUp = n.Deliveries
			case n.Status == notice.Sent:
				list[i].SentAt = n.NewestAt
			}
		}
	}
	return list, err
}

// SaveWebhook makes a webhook, or changes one as it stood under its lock
// number.
func (s *Service) SaveWebhook(ctx context.Context, actor access.Actor, in HookInput) (notice.Hook, error) {
	var saved notice.Hook
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.WebhookEdit, 0); err != nil {
			return err
		}
		// The chain's head first: of two that take one name at once, the second
		// sees what the first has saved.
		if _, err := tx.TakeHead(ctx, 0); err != nil {
			return err
		}
		var old notice.Hook
		if in.ID != 0 {
			var err error
			if old, err = tx.Webhook(ctx, in.ID); err != nil {
				return or(err, noHook)
			}
			if old.LockNo != in.LockNo {
				return changedMeanwhile(old)
			}
		}
		h, err := s.checkHook(ctx, tx, in, old)
		if err != nil {
			return err
		}
		saved, err = putHook(ctx, tx, actor, old, h)
		return err
	})
	return saved, err
}

func changedMeanwhile(h notice.Hook) error {
	return errs.New(errs.Conflict, "推送地址「%s」刚刚被别人修改过，这次没有保存。请重新打开后再改。", h.Name)
}

func putHook(ctx context.Context, tx *store.Tx, actor access.Actor, old, h notice.Hook) (notice.Hook, error) {
	if old.ID == 0 {
		h.ID, h.LockNo, h.Enabled = tx.NewID(), 1, true
		if err := tx.InsertWebhook(ctx, h); err != nil {
			return h, err
		}
		return h, tx.Audit(ctx, 0, record(actor, "webhook.create", h.Name, describe(h)))
	}
	if err := tx.UpdateWebhook(ctx, h); err != nil {
		return h, err
	}
	h.LockNo++
	detail := "原为 " + describe(old) + "；现为 " + describe(h)
	if old.URL != h.URL {
		detail += "；更换了地址"
	}
	if old.Secret != h.Secret {
		detail += "；更换了密钥"
	}
	return h, tx.Audit(ctx, 0, record(actor, "webhook.update", h.Name, detail))
}

// describe writes a webhook for the audit trail: of its address the host alone.
func describe(h notice.Hook) string {
	var names []string
	for _, k := range h.Kinds {
		names = append(names, k.Name())
	}
	kinds, signed := strings.Join(names, "、"), "不签名"
	if len(names) == 0 {
		kinds = "全部通知"
	}
	if h.Secret != "" {
		signed = "签名"
	}
	return fmt.Sprintf("%s，%s，%s，%s，储备库 %s", h.Form.Name(), hostOf(h.URL), signed, kinds, h.DepotID)
}

// SetWebhookEnabled takes a webhook into use or out of it, which drops what
// waits for it.
func (s *Service) SetWebhookEnabled(ctx context.Context, actor access.Actor, hook id.ID, lockNo int64, enabled bool) error {
	return s.change(ctx, actor, hook, func(tx *store.Tx, h notice.Hook) error {
		if h.LockNo != lockNo || h.Enabled == enabled {
			return changedMeanwhile(h)
		}
		act := "webhook.disable"
		if enabled {
			act = "webhook.enable"
		}
		if err := tx.Audit(ctx, 0, record(actor, act, h.Name, "")); err != nil {
			return err
		}
		return tx.SetWebhookEnabled(ctx, h.ID, lockNo, enabled)
	})
}

// change runs an act on a webhook in one transaction.
func (s *Service) change(ctx context.Context, actor access.Actor, hook id.ID, act func(*store.Tx, notice.Hook) error) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := actor.Require(access.WebhookEdit, 0); err != nil {
			return err
		}
		h, err := tx.Webhook(ctx, hook)
		if err != nil {
			return or(err, noHook)
		}
		return act(tx, h)
	})
}

func inUse(h notice.Hook) error {
	if h.Enabled {
		return nil
	}
	return errs.New(errs.Conflict, "推送地址「%s」已停用，没有发送。请先启用它。", h.Name)
}

// TestWebhook puts a message into the outbox that says it is a test. The sender
// takes it within seconds; nobody waits for that.
func (s *Service) TestWebhook(ctx context.Context, actor access.Actor, hook id.ID) error {
	return s.change(ctx, actor, hook, func(tx *store.Tx, h notice.Hook) error {
		if err := inUse(h); err != nil {
			return err
		}
		n, err := notice.Notice{Kind: notice.HookTest, Title: "收到这条消息，说明「" + h.Name + "」能收到常备的通知。", Path: "/notices",
			DepotID: h.DepotID, ActorID: actor.ID, ActorName: actor.Name}.Ready()
		if err != nil {
			return err
		}
		n.ID, n.At = tx.NewID(), tx.NowMicro()
		if err := tx.InsertNotice(ctx, n); err != nil {
			return err
		}
		if err := tx.InsertDeliveries(ctx, n, []id.ID{h.ID}); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "webhook.test", h.Name, ""))
	})
}

// Resend gives a delivery that was given up its tries anew.
func (s *Service) Resend(ctx context.Context, actor access.Actor, hook, delivery id.ID) error {
	return s.change(ctx, actor, hook, func(tx *store.Tx, h notice.Hook) error {
		if err := inUse(h); err != nil {
			return err
		}
		d, err := tx.Delivery(ctx, delivery)
		if err == nil && d.WebhookID != h.ID {
			err = errs.NotFound
		}
		if err != nil {
			return or(err, "没有这条推送记录。请从推送地址的页面重新进入。")
		}
		if d.Status != notice.GivenUp {
			return errs.New(errs.Conflict, "这条推送现在是「%s」，不用重发。", d.Status.Name())
		}
		if err := tx.SendAgain(ctx, d); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, record(actor, "webhook.resend", h.Name, d.ID.String()))
	})
}

// DeliveryView is a delivery with its tries.
type DeliveryView struct {
	store.DeliveryOf
	Depot    string
	Attempts []store.Attempt
}

// Deliveries gives a page of a webhook's, newest first; next continues after
// it and is zero on the last one. What the notices say is not in it: who looks
// after the sending need not know the business.
func (s *Service) Deliveries(ctx context.Context, actor access.Actor, hook id.ID, from Cursor) (list []DeliveryView, next Cursor, err error) {
	if err := actor.Require(access.WebhookEdit, 0); err != nil {
		return nil, next, err
	}
	c := s.store.Read()
	rows, err := c.Deliveries(ctx, hook, from.At, from.ID, pageSize+1)
	if err != nil {
		return nil, next, err
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = Cursor{rows[pageSize-1].CreatedAt, rows[pageSize-1].ID}
	}
	names, err := depotNames(ctx, c)
	if err != nil {
		return nil, next, err
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	tries, err := c.Attempts(ctx, ids)
	of := map[id.ID][]store.Attempt{}
	for _, a := range tries {
		of[a.DeliveryID] = append(of[a.DeliveryID], a)
	}
	for _, r := range rows {
		list = append(list, DeliveryView{r, names[r.DepotID], of[r.ID]})
	}
	return list, next, err
}

// sameName reports names that a person takes for one.
func sameName(a, b string) bool { return catalog.Key(a) == catalog.Key(b) }
