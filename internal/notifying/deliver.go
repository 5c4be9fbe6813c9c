package notifying

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/store"
)

// parcel is a claimed delivery with all that is needed to send it.
type parcel struct {
	store.Delivery
	hook   notice.Hook
	notice notice.Notice
	depot  string
}

// deliver makes one try of a delivery. sent says that the receiver took it; a
// delivery that was not this sender's to send counts as that, so that the turn
// goes on.
func (s *Sender) deliver(ctx, sends context.Context, d store.Delivery) (sent bool, err error) {
	p, mine, err := s.claim(ctx, d)
	if err != nil || !mine {
		return err == nil, err
	}
	began, start := s.store.Now(), time.Now()
	status, problem := s.post(sends, p)
	try := store.Attempt{DeliveryID: p.ID, WebhookID: p.WebhookID, TryNo: p.Tries, BeganAt: began.UnixMicro(), TookMS: time.Since(start).Milliseconds(),
		HTTPStatus: status, Error: problem}
	// What was sent is written down even while the program stops.
	write, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
	defer cancel()
	if err := s.writeDown(write, p, try); err != nil {
		return false, err
	}
	s.note(p, try)
	return problem == "", nil
}

// claim takes a due delivery: not one that another took, nor one of a webhook
// out of use, nor one whose last try never ended.
func (s *Sender) claim(ctx context.Context, d store.Delivery) (p parcel, mine bool, err error) {
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		p, mine = parcel{Delivery: d}, false
		var err error
		if p.hook, err = tx.Webhook(ctx, d.WebhookID); err != nil {
			return err
		}
		if !p.hook.Enabled {
			return tx.DropDeliveries(ctx, d.WebhookID)
		}
		if d.Tries >= notice.MaxTries {
			return s.giveUp(ctx, tx, p, cmp.Or(d.LastError, "最后一次发送时程序中断，不知道对方收到没有。"))
		}
		if p.notice, err = tx.Notice(ctx, d.NoticeID); err != nil {
			return err
		}
		if p.depot, err = depotName(ctx, tx, p.notice.DepotID); err != nil {
			return err
		}
		mine, err = tx.ClaimDelivery(ctx, d, tx.Now.Add(lease).UnixMicro())
		p.Tries++
		p.LockNo++
		return err
	})
	return p, mine, err
}

// depotName names a notice's depot. One that is not there has no name: a
// message that could not be formed would hold up all behind it.
func depotName(ctx context.Context, tx *store.Tx, depot id.ID) (string, error) {
	if depot == 0 {
		return "", nil
	}
	d, err := tx.Depot(ctx, depot)
	if errors.Is(err, errs.NotFound) {
		return "", nil
	}
	return d.Name, err
}

// post sends a claimed delivery and says what is wrong with the answer, "" =
// nothing.
func (s *Sender) post(sends context.Context, p parcel) (status int, problem string) {
	m, err := p.hook.Message(p.notice, notice.Occasion{DeliveryID: p.ID, Depot: p.depot,
		When: time.UnixMicro(p.notice.At).In(day.Zone()).Format("2006-01-02 15:04"), SentAt: s.store.Now().UnixMicro()})
	if err != nil {
		return 0, p.hook.Tidy(err.Error())
	}
	a := s.courier.Post(sends, courier.Letter{URL: withQuery(p.hook.URL.Reveal(), m.Query), Body: m.Body, Headers: m.Headers})
	if a.Problem != "" {
		return a.Status, p.hook.Tidy(a.Problem)
	}
	return a.Status, p.hook.Problem(a.Status, a.Body)
}

// withQuery adds fields to an address that may have some.
func withQuery(address string, fields [][2]string) string {
	for _, f := range fields {
		joint := "?"
		if strings.Contains(address, "?") {
			joint = "&"
		}
		address += joint + f[0] + "=" + url.QueryEscape(f[1])
	}
	return address
}

// writeDown ends a try: the log, and where the delivery stands now. One that
// somebody else has taken over meanwhile stays theirs.
func (s *Sender) writeDown(ctx context.Context, p parcel, try store.Attempt) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		try.ID = tx.NewID()
		if err := tx.InsertAttempt(ctx, try); err != nil {
			return err
		}
		if try.Error == "" {
			_, err := tx.EndTry(ctx, p.Delivery, notice.Sent, 0, "")
			return err
		}
		if seconds, again := notice.Pause(p.Tries); again {
			_, err := tx.EndTry(ctx, p.Delivery, notice.Waiting, tx.Now.Add(time.Duration(seconds)*time.Second).UnixMicro(), try.Error)
			return err
		}
		return s.giveUp(ctx, tx, p, try.Error)
	})
}

// quietFor is how long a webhook that keeps failing is told of once.
const quietFor = 24 * time.Hour

// giveUp ends a delivery that had all its tries, and tells those who look after
// webhooks, unless they were told of this one within a day.
func (s *Sender) giveUp(ctx context.Context, tx *store.Tx, p parcel, problem string) error {
	before, err := tx.GivenUpSince(ctx, p.WebhookID, tx.Now.Add(-quietFor).UnixMicro())
	if err != nil {
		return err
	}
	mine, err := tx.EndTry(ctx, p.Delivery, notice.GivenUp, 0, problem)
	if err != nil || !mine || before > 0 {
		return err
	}
	return Tell(ctx, tx, notice.Notice{Kind: notice.HookFailed, Title: "「" + p.hook.Name + "」多次推送失败，已放弃", Body: problem,
		Path: hookPath(p.WebhookID), To: []notice.Audience{notice.Holders(access.WebhookEdit, 0)}})
}

// hookPath is the page of a webhook.
func hookPath(hook id.ID) string { return "/webhooks/" + hook.String() }

// note logs a try: neither the address nor the secret nor what was said.
func (s *Sender) note(p parcel, try store.Attempt) {
	attrs := []any{"webhook", p.WebhookID.String(), "delivery", p.ID.String(), "kind", string(p.notice.Kind), "try", try.TryNo, "ms", try.TookMS, "status", try.HTTPStatus}
	if try.Error == "" {
		s.log.Info("notice sent", attrs...)
		return
	}
	s.log.Warn("notice not sent", append(attrs, "error", try.Error)...)
}
