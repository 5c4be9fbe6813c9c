package notifying_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// form is a right form of a webhook.
func form() notifying.HookInput {
	return notifying.HookInput{Name: "应急指挥群", Form: "wecom", URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + robotKey}
}

func TestWebhookIsSavedChangedAndTakenOutOfUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		in := form()
		in.Name, in.Kinds, in.DepotID, in.LinkBase = " 应急  指挥群 ", []string{"order.signed", "order.left"}, l.own.ID, "http://10.1.2.3:8080/"
		h, err := l.SaveWebhook(t.Context(), l.system, in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := l.Webhook(t.Context(), l.system, h.ID)
		want := notice.Hook{ID: h.ID, Name: "应急 指挥群", Form: notice.WeCom, URL: notice.Hidden(in.URL), Kinds: []notice.Kind{notice.OrderLeft, notice.OrderSigned},
			DepotID: l.own.ID, LinkBase: "http://10.1.2.3:8080", Enabled: true, LockNo: 1}
		if diff := cmp.Diff(want, v.Hook); err != nil || diff != "" || v.Depot != "甲库" {
			t.Errorf("%v, depot %s (-want +got):\n%s", err, v.Depot, diff)
		}
		// Nothing typed keeps the address; all kinds are the same as none.
		in = notifying.HookInput{ID: h.ID, LockNo: 1, Name: "钉钉群", Form: "dingtalk", Secret: "SEC0123456789abcdef"}
		for _, k := range notice.Kinds {
			in.Kinds = append(in.Kinds, string(k))
		}
		if h, err = l.SaveWebhook(t.Context(), l.system, in); err != nil || h.LockNo != 2 || h.URL != want.URL || h.Secret != "SEC0123456789abcdef" || h.Kinds != nil || h.DepotID != 0 {
			t.Errorf("%+v, %v", h, err)
		}
		_, err = l.SaveWebhook(t.Context(), l.system, in)
		refused(t, err, errs.Conflict)
		in.LockNo, in.Secret, in.ClearSecret = 2, "", true
		if h, err = l.SaveWebhook(t.Context(), l.system, in); err != nil || h.Secret != "" {
			t.Errorf("%v; the secret is there still", err)
		}
		if err := l.SetWebhookEnabled(t.Context(), l.system, h.ID, 3, false); err != nil {
			t.Fatal(err)
		}
		refused(t, l.SetWebhookEnabled(t.Context(), l.system, h.ID, 4, false), errs.Conflict)
		refused(t, l.SetWebhookEnabled(t.Context(), l.system, h.ID, 3, true), errs.Conflict)
		if err := l.SetWebhookEnabled(t.Context(), l.system, h.ID, 4, true); err != nil {
			t.Fatal(err)
		}
		acts := l.acts(t)[:5]
		for i, want := range []string{"webhook.enable 钉钉群", "webhook.disable 钉钉群", "；更换了密钥", "；更换了密钥", "webhook.create 应急 指挥群 企业微信群机器人，qyapi.weixin.qq.com，不签名，物资已发出、已签收，储备库 " + l.own.ID.String()} {
			if !strings.Contains(acts[i], want) {
				t.Errorf("act %d: %q, want %q", i, acts[i], want)
			}
		}
	})
}

func TestAnUnusedWebhookGetsNothingMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		h := l.hook(t, "应急群", notice.WeCom, r.URL)
		l.told(t, "一", access.StockView, l.own.ID)
		if err := l.SetWebhookEnabled(t.Context(), l.system, h.ID, 1, false); err != nil {
			t.Fatal(err)
		}
		s := l.sender(notifying.SenderOptions{})
		if d := l.only(t, h.ID); d.Status != notice.Dropped {
			t.Errorf("what waited: %+v", d)
		}
		s.Round(t.Context())
		if len(r.got()) != 0 {
			t.Errorf("%d messages", len(r.got()))
		}
		// Whoever told something while it was being taken out of use saw it in use.
		l.tx(t, func(tx *store.Tx) error {
			return tx.InsertDeliveries(t.Context(), l.noticeOf(t, l.keeper), []id.ID{h.ID})
		})
		s.Round(t.Context())
		if d := l.deliveries(t, h.ID)[0]; d.Status != notice.Dropped || d.Tries != 0 || len(r.got()) != 0 {
			t.Errorf("told meanwhile: %+v, %d messages", d, len(r.got()))
		}
		refused(t, l.TestWebhook(t.Context(), l.system, h.ID), errs.Conflict)
		refused(t, l.Resend(t.Context(), l.system, h.ID, l.deliveries(t, h.ID)[0].ID), errs.Conflict)
		if err := l.SetWebhookEnabled(t.Context(), l.system, h.ID, 2, true); err != nil {
			t.Fatal(err)
		}
		s.Round(t.Context())
		if len(r.got()) != 0 {
			t.Error("taken into use again it gets what was told meanwhile")
		}
		if err := l.TestWebhook(t.Context(), l.system, h.ID); err != nil {
			t.Fatal(err)
		}
		if len(r.got()) != 0 {
			t.Error("the test is sent inside the request")
		}
		s.Round(t.Context())
		if got := r.got(); len(got) != 1 || !strings.HasPrefix(got[0].content(), "【常备】测试消息\n收到这条消息，说明「应急群」") {
			t.Errorf("%d messages: %v", len(got), got)
		}
		if l.unread(t, l.system) != 0 || strings.Contains(l.titles(t, l.system, false), "收到") {
			t.Error("a test is a notice inside the program")
		}
	})
}

func TestWrongWebhooks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		l.Service = notifying.New(l.store, courier.NewReach(nil))
		if _, err := l.SaveWebhook(t.Context(), l.system, form()); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			spoil  func(*notifying.HookInput)
			fields []string
		}{
			"nothing":              {func(in *notifying.HookInput) { *in = notifying.HookInput{} }, []string{"name", "form", "url"}},
			"a name twice":         {func(in *notifying.HookInput) { in.Name = "应急指挥群 " }, []string{"name"}},
			"a long name":          {func(in *notifying.HookInput) { in.Name = strings.Repeat("长", 61) }, []string{"name"}},
			"another form":         {func(in *notifying.HookInput) { in.Form = "feishu" }, []string{"form"}},
			"another scheme":       {func(in *notifying.HookInput) { in.URL = "ftp://a.example/" }, []string{"url"}},
			"a script":             {func(in *notifying.HookInput) { in.URL = "javascript:alert(1)" }, []string{"url"}},
			"no host":              {func(in *notifying.HookInput) { in.URL = "https:///send" }, []string{"url"}},
			"a password":           {func(in *notifying.HookInput) { in.URL = "https://u:p@a.example/" }, []string{"url"}},
			"a fragment":           {func(in *notifying.HookInput) { in.URL = "https://a.example/#x" }, []string{"url"}},
			"words":                {func(in *notifying.HookInput) { in.URL = "https://a.example/ 复制" }, []string{"url"}},
			"a port":               {func(in *notifying.HookInput) { in.URL = "https://a.example:99999/" }, []string{"url"}},
			"a long address":       {func(in *notifying.HookInput) { in.URL = "https://a.example/" + strings.Repeat("x", 500) }, []string{"url"}},
			"this machine":         {func(in *notifying.HookInput) { in.URL = "http://127.0.0.1:8080/" }, []string{"url"}},
			"this machine by name": {func(in *notifying.HookInput) { in.URL = "http://LocalHost.:8080/" }, []string{"url"}},
			"this machine in IPv6": {func(in *notifying.HookInput) { in.URL = "http://[::1]:8080/" }, []string{"url"}},
			"the cloud's metadata": {func(in *notifying.HookInput) { in.URL = "http://169.254.169.254/latest" }, []string{"url"}},
			"a secret of 企业微信":     {func(in *notifying.HookInput) { in.Secret = "x" }, []string{"secret"}},
			"plain without secret": {func(in *notifying.HookInput) { in.Form = "plain" }, []string{"secret"}},
			"a short secret":       {func(in *notifying.HookInput) { in.Form, in.Secret = "plain", "short" }, []string{"secret"}},
			"a long secret":        {func(in *notifying.HookInput) { in.Form, in.Secret = "dingtalk", strings.Repeat("s", 201) }, []string{"secret"}},
			"a kind there is not":  {func(in *notifying.HookInput) { in.Kinds = []string{"webhook.failed"} }, []string{"kinds"}},
			"a depot there is not": {func(in *notifying.HookInput) { in.DepotID = 5 }, []string{"depot"}},
			"links with a query":   {func(in *notifying.HookInput) { in.LinkBase = "http://10.1.2.3/?a=b" }, []string{"link_base"}},
			"links of a script":    {func(in *notifying.HookInput) { in.LinkBase = "javascript:alert(1)" }, []string{"link_base"}},
		} {
			in := form()
			in.Name = "另一个群"
			c.spoil(&in)
			_, err := l.SaveWebhook(t.Context(), l.system, in)
			t.Run(what, func(t *testing.T) { refused(t, err, errs.Invalid, c.fields...) })
			if text := fmt.Sprint(err); strings.Contains(text, robotKey) || in.Secret != "" && len(in.Secret) > 4 && strings.Contains(text, in.Secret) {
				t.Errorf("%s: the refusal quotes a secret: %s", what, text)
			}
		}
		if list, err := l.Webhooks(t.Context(), l.system); err != nil || len(list) != 1 {
			t.Errorf("%d webhooks, %v", len(list), err)
		}
	})
}

func TestOnlyTheAdministratorLooksAfterWebhooks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		h := l.hook(t, "应急群", notice.WeCom, "http://127.0.0.1:9")
		acts := len(l.acts(t))
		for _, who := range []access.Actor{l.planner, l.leader, l.keeper, l.street} {
			for name, act := range map[string]func() error{
				"list":       func() error { _, err := l.Webhooks(t.Context(), who); return err },
				"see":        func() error { _, err := l.Webhook(t.Context(), who, h.ID); return err },
				"make":       func() error { _, err := l.SaveWebhook(t.Context(), who, form()); return err },
				"disable":    func() error { return l.SetWebhookEnabled(t.Context(), who, h.ID, 1, false) },
				"test":       func() error { return l.TestWebhook(t.Context(), who, h.ID) },
				"resend":     func() error { return l.Resend(t.Context(), who, h.ID, 1) },
				"deliveries": func() error { _, _, err := l.Deliveries(t.Context(), who, h.ID, notifying.Cursor{}); return err },
			} {
				t.Run(who.Name+" may not "+name, func(t *testing.T) { refused(t, act(), errs.Forbidden) })
			}
		}
		for name, act := range map[string]func() error{
			"see":    func() error { _, err := l.Webhook(t.Context(), l.system, 1); return err },
			"change": func() error { in := form(); in.ID = 1; _, err := l.SaveWebhook(t.Context(), l.system, in); return err },
			"resend": func() error { return l.Resend(t.Context(), l.system, h.ID, 1) },
			"test":   func() error { return l.TestWebhook(t.Context(), l.system, 1) },
		} {
			t.Run(name+" what is not there", func(t *testing.T) { refused(t, act(), errs.NotFound) })
		}
		if n := len(l.acts(t)); n != acts {
			t.Errorf("%d acts more in the trail", n-acts)
		}
	})
}
