package web

import (
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var webhookViewPage = declare[view.WebhookView]("base", "webhook/view")

// webhookView shows one webhook with what was sent to it.
func (s *Server) webhookView(c echo.Context) error {
	hook, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.showWebhook(c, hook, nil)
}

// showWebhook shows the page, with what was wrong with an act on it.
func (s *Server) showWebhook(c echo.Context, hook id.ID, wrong error) error {
	ctx, actor, from := c.Request().Context(), actorOf(c), noticeCursor(form.Query(c.Request()).Text("before"))
	h, err := s.Notifying.Webhook(ctx, actor, hook)
	if err != nil {
		return err
	}
	list, next, err := s.Notifying.Deliveries(ctx, actor, hook, from)
	if err != nil {
		return err
	}
	page := webhookURL(hook)
	data := &view.WebhookView{Base: s.base(c), WebhookRow: webhookRow(h), LockNo: h.LockNo, Enabled: h.Enabled, Signed: h.Secret != "", LinkBase: h.LinkBase,
		EditURL: page + "/edit", MaxTries: notice.MaxTries, PerMinute: h.Form.PerMinute(), Pager: deliveryPager(page, from, next, len(list))}
	if h.Enabled {
		data.TestURL, data.DisableURL = page+"/test", page+"/disable"
	} else {
		data.EnableURL = page + "/enable"
	}
	for _, d := range list {
		data.Deliveries = append(data.Deliveries, deliveryRow(d, h.Enabled))
		data.Soon = data.Soon || s.soon(d)
	}
	if wrong != nil {
		return refuse(s, c, webhookViewPage, data, wrong)
	}
	return show(s, c, webhookViewPage, data)
}

// soonFor is how long the page looks again by itself for what is not yet sent.
// Longer it would keep a session alive that nobody sits at.
const soonFor = time.Minute

func (s *Server) soon(d notifying.DeliveryView) bool {
	return d.Status == notice.Waiting && d.LastError == "" && s.Store.Now().Sub(time.UnixMicro(d.CreatedAt)) < soonFor
}

func deliveryPager(page string, from, next notifying.Cursor, shown int) view.Pager {
	p := view.Pager{Shown: shown}
	if from != (notifying.Cursor{}) {
		p.First = page
	}
	if next != (notifying.Cursor{}) {
		p.Next = page + "?before=" + cursorText(next)
	}
	p.Needed = p.First != "" || p.Next != ""
	return p
}

func deliveryRow(d notifying.DeliveryView, enabled bool) view.DeliveryRow {
	r := view.DeliveryRow{Told: view.When(d.CreatedAt), Kind: d.Kind.Name(), Depot: d.Depot, State: view.DeliveryTag(d.Status, d.Tries), Tries: d.Tries}
	switch d.Status {
	case notice.Waiting:
		r.Problem = d.LastError
		if d.Tries > 0 {
			r.Next = view.When(d.NextAt)
		}
	case notice.GivenUp:
		r.Problem = d.LastError
		if enabled {
			r.ResendURL = webhookURL(d.WebhookID) + "/deliveries/" + d.ID.String() + "/resend"
		}
	}
	for _, a := range d.Attempts {
		r.Attempts = append(r.Attempts, attemptRow(a))
	}
	return r
}

func attemptRow(a store.Attempt) view.AttemptRow {
	r := view.AttemptRow{When: view.When(a.BeganAt), Took: fmt.Sprintf("%d 毫秒", a.TookMS), Result: a.Error, OK: a.Error == ""}
	if r.OK {
		r.Result = "已接收"
	}
	return r
}
