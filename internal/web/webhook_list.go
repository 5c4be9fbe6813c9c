package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/web/view"
)

var webhookListPage = declare[view.WebhookList]("base", "webhook/list")

// webhooksPath leads the paths of all that is about webhooks.
const webhooksPath = "/webhooks"

func webhookURL(hook id.ID) string { return webhooksPath + "/" + hook.String() }

// webhookList shows where notices go outside.
func (s *Server) webhookList(c echo.Context) error {
	hooks, err := s.Notifying.Webhooks(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	data := &view.WebhookList{Base: s.base(c), Empty: view.Empty{Icon: "send", Title: "还没有推送地址",
		Text: "登记企业微信或钉钉的群机器人后，需求报告、调拨指令、应急响应等通知会同时发到群里。", URL: "/webhooks/new", Do: "新增推送地址"}}
	for _, h := range hooks {
		data.Rows = append(data.Rows, webhookRow(h))
	}
	return show(s, c, webhookListPage, data)
}

func webhookRow(h notifying.HookView) view.WebhookRow {
	r := view.WebhookRow{URL: webhookURL(h.ID), Name: h.Name, Form: h.Form.Name(), Address: h.Masked(), Kinds: kindNames(h.Kinds), Scope: "全区",
		Clear: strings.HasPrefix(h.Masked(), "http://"), Waiting: h.Waiting, GivenUp: h.GivenUp, Sent: view.When(h.SentAt)}
	if h.DepotID != 0 {
		r.Scope = h.Depot
	}
	switch {
	case !h.Enabled:
		r.State = view.Tag{Text: "已停用", Icon: "ban"}
	case h.GivenUp > 0:
		r.State = view.Tag{Text: "有未送达", Tone: "is-bad", Icon: "alert-triangle"}
	default:
		r.State = view.Tag{Text: "启用", Tone: "is-ok", Icon: "circle-check"}
	}
	return r
}

func kindNames(kinds []notice.Kind) string {
	if len(kinds) == 0 {
		return "全部通知"
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name()
	}
	return strings.Join(names, "、")
}
