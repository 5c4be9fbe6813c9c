package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/web/form"
)

// webhookDisable takes a webhook out of use; what waits for it is dropped.
func (s *Server) webhookDisable(c echo.Context) error {
	return s.setWebhook(c, false, "已停用，待发送的通知不再发送。")
}

// webhookEnable takes a webhook into use again.
func (s *Server) webhookEnable(c echo.Context) error {
	return s.setWebhook(c, true, "已启用，今后的通知会发送到这里。")
}

func (s *Server) setWebhook(c echo.Context, enabled bool, done string) error {
	return s.webhookDo(c, done, func(hook id.ID, f *form.Form) error {
		return s.Notifying.SetWebhookEnabled(c.Request().Context(), actorOf(c), hook, f.Version(), enabled)
	})
}

// webhookTest has a test message sent. The sender does it, so that a receiver
// that hangs keeps no page waiting.
func (s *Server) webhookTest(c echo.Context) error {
	return s.webhookDo(c, "测试消息已放入发送队列，几秒后下面的推送记录会显示结果。", func(hook id.ID, _ *form.Form) error {
		return s.Notifying.TestWebhook(c.Request().Context(), actorOf(c), hook)
	})
}

// webhookResend sends again what was given up.
func (s *Server) webhookResend(c echo.Context) error {
	delivery, err := pathID(c, "delivery")
	if err != nil {
		return err
	}
	return s.webhookDo(c, "已重新放入发送队列。", func(hook id.ID, _ *form.Form) error {
		return s.Notifying.Resend(c.Request().Context(), actorOf(c), hook, delivery)
	})
}

// webhookDo runs an act on a webhook and shows its page.
func (s *Server) webhookDo(c echo.Context, done string, act func(id.ID, *form.Form) error) error {
	hook, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	switch err := act(hook, f); errs.KindOf(err) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return err
	default:
		if err != nil {
			return s.showWebhook(c, hook, err)
		}
	}
	s.flash(c, "ok", done)
	return redirect(c, webhookURL(hook))
}
