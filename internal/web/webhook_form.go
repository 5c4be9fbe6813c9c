package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var webhookFormPage = declare[view.WebhookForm]("base", "webhook/form")

// webhookNew shows the empty form.
func (s *Server) webhookNew(c echo.Context) error {
	data, err := s.webhookData(c, notifying.HookInput{Form: string(notice.WeCom)}, notice.Hook{})
	if err != nil {
		return err
	}
	return show(s, c, webhookFormPage, data)
}

// webhookEdit shows the form of a webhook there is.
func (s *Server) webhookEdit(c echo.Context) error {
	hook, err := pathID(c, "id")
	if err != nil {
		return err
	}
	h, err := s.Notifying.Webhook(c.Request().Context(), actorOf(c), hook)
	if err != nil {
		return err
	}
	in := notifying.HookInput{ID: h.ID, LockNo: h.LockNo, Name: h.Name, Form: string(h.Form), DepotID: h.DepotID, LinkBase: h.LinkBase}
	for _, k := range h.Kinds {
		in.Kinds = append(in.Kinds, string(k))
	}
	data, err := s.webhookData(c, in, h.Hook)
	if err != nil {
		return err
	}
	return show(s, c, webhookFormPage, data)
}

// webhookData lays the form out. Of the address and the secret it says only
// that they are there: not even what was just typed is sent back.
func (s *Server) webhookData(c echo.Context, in notifying.HookInput, saved notice.Hook) (*view.WebhookForm, error) {
	depots, err := s.Directory.AllDepots(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	data := &view.WebhookForm{Base: s.base(c), ID: in.ID, Action: "/webhooks", BackURL: "/webhooks", LockNo: in.LockNo, Name: in.Name, LinkBase: in.LinkBase}
	if in.ID != 0 {
		data.Action, data.BackURL, data.Address, data.Signed = webhookURL(in.ID), webhookURL(in.ID), saved.Masked(), saved.Secret != ""
	}
	for _, f := range notice.Forms {
		data.Forms = append(data.Forms, view.Option{Value: string(f), Label: f.Name(), Checked: string(f) == in.Form})
	}
	for _, d := range depots {
		if !d.Closed || d.ID == in.DepotID {
			data.Depots = append(data.Depots, view.Option{Value: d.ID.String(), Label: d.Name, Checked: d.ID == in.DepotID})
		}
	}
	for _, k := range notice.Kinds {
		data.Kinds = append(data.Kinds, view.Option{Value: string(k), Label: k.Name(), Checked: slices.Contains(in.Kinds, string(k))})
	}
	return data, nil
}

// webhookCreate adds a webhook.
func (s *Server) webhookCreate(c echo.Context) error { return s.saveWebhook(c, 0) }

// webhookUpdate changes a webhook.
func (s *Server) webhookUpdate(c echo.Context) error {
	hook, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveWebhook(c, hook)
}

func (s *Server) saveWebhook(c echo.Context, hook id.ID) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := notifying.HookInput{ID: hook, LockNo: f.Version(), Name: f.Text("name"), Form: f.Text("form"), URL: f.Text("url"), Secret: f.Text("secret"),
		ClearSecret: f.Checked("clear_secret"), Kinds: f.All("kind"), DepotID: f.ID("depot"), LinkBase: f.Text("link_base")}
	saved, err := notice.Hook{}, f.Err()
	if err == nil {
		saved, err = s.Notifying.SaveWebhook(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		return s.refuseWebhook(c, in, err)
	}
	what := "已保存推送地址「" + saved.Name + "」。"
	if hook == 0 {
		what = "已新增推送地址「" + saved.Name + "」。请发一条测试消息，看看能不能收到。"
	}
	s.flash(c, "ok", what)
	return redirect(c, webhookURL(saved.ID))
}

func (s *Server) refuseWebhook(c echo.Context, in notifying.HookInput, cause error) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return cause
	}
	var saved notice.Hook
	if in.ID != 0 {
		h, err := s.Notifying.Webhook(c.Request().Context(), actorOf(c), in.ID)
		if err != nil {
			return err
		}
		saved = h.Hook
	}
	data, err := s.webhookData(c, in, saved)
	if err != nil {
		return err
	}
	return refuse(s, c, webhookFormPage, data, cause)
}
