package notifying

import (
	"context"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/store"
)

// HookInput is the form of a webhook, as typed. Field names in errors: name,
// form, url, secret, kinds, depot, link_base.
type HookInput struct {
	ID          id.ID // 0 = a new one
	LockNo      int64 // of the version the form showed
	Name, Form  string
	URL         string // "" = as it was
	Secret      string // "" = as it was
	ClearSecret bool
	Kinds       []string // none = all
	DepotID     id.ID    // 0 = the whole district
	LinkBase    string
}

// Limits of the fields. A secret shorter than leastSecret is guessed.
const (
	maxHookName = 60
	maxURL      = 500
	maxSecret   = 200
	maxLinkBase = 200
	leastSecret = 16
)

// checkHook makes a webhook of what was typed over the old one. Its sentences
// never quote the address or the secret.
func (s *Service) checkHook(ctx context.Context, tx *store.Tx, in HookInput, old notice.Hook) (notice.Hook, error) {
	var c errs.Check
	h := old
	h.Name, h.Form, h.DepotID = tidy(in.Name), notice.Form(in.Form), in.DepotID
	if err := checkHookName(ctx, tx, &c, h); err != nil {
		return h, err
	}
	if h.Form.Name() == "" {
		c.Add("form", "请选择接收方式。")
	}
	h.URL = s.checkURL(&c, in.URL, old.URL)
	h.Secret = checkSecret(&c, in, h.Form, old.Secret)
	h.Kinds = checkKinds(&c, in.Kinds)
	h.LinkBase = checkLinkBase(&c, in.LinkBase)
	if h.DepotID != 0 {
		if _, err := tx.Depot(ctx, h.DepotID); errs.KindOf(err) == errs.NotFound {
			c.Add("depot", "所选的储备库已不存在，请重新选择。")
		} else if err != nil {
			return h, err
		}
	}
	return h, c.Err()
}

func checkHookName(ctx context.Context, tx *store.Tx, c *errs.Check, h notice.Hook) error {
	switch n := len([]rune(h.Name)); {
	case catalog.Key(h.Name) == "":
		c.Add("name", "请填写名称，例如：应急指挥群。")
		return nil
	case n > maxHookName:
		c.Add("name", "名称有 %d 个字，最多 %d 个，请改短。", n, maxHookName)
		return nil
	}
	others, err := tx.Webhooks(ctx)
	for _, o := range others {
		if o.ID != h.ID && sameName(o.Name, h.Name) {
			c.Add("name", "名称「%s」已经有了，请换一个。", h.Name)
		}
	}
	return err
}

// checkURL takes the address as it is typed, if it can be one.
func (s *Service) checkURL(c *errs.Check, text string, old notice.Hidden) notice.Hidden {
	text = strings.TrimSpace(text)
	if text == "" {
		if old == "" {
			c.Add("url", "请填写接收地址，从群机器人的设置里复制。")
		}
		return old
	}
	u, why := readAddress(text, maxURL)
	if why == "" && u.Fragment != "" {
		why = "接收地址里不应有 #，请重新复制。"
	}
	if why == "" {
		why = s.refused(u.Hostname())
	}
	if why != "" {
		c.Add("url", "%s", why)
	}
	return notice.Hidden(text)
}

// readAddress reads an http or https address; why says what is wrong with it.
func readAddress(text string, most int) (u *url.URL, why string) {
	u, err := url.Parse(text)
	switch {
	case len(text) > most:
		return u, "地址超过 " + strconv.Itoa(most) + " 个字符，请核对。"
	case err != nil || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return u, "地址不完整，或含有空格、中文等字符，请重新复制。"
	case u.Scheme != "http" && u.Scheme != "https":
		return u, "地址须以 https:// 或 http:// 开头。"
	case u.Hostname() == "":
		return u, "地址里没有主机名，请重新复制。"
	case u.User != nil:
		return u, "地址里不要写用户名和密码。"
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return u, "地址里的端口应在 1 到 65535 之间。"
		}
	}
	return u, ""
}

// refused says early what the courier would say at every try, where the address
// itself tells. Names are looked up when something is sent, not here.
func (s *Service) refused(host string) string {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		host = "127.0.0.1"
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return s.reach.Refuses(a)
	}
	return ""
}

func checkSecret(c *errs.Check, in HookInput, form notice.Form, old notice.Hidden) notice.Hidden {
	secret := strings.TrimSpace(in.Secret)
	switch {
	case form == notice.WeCom && secret != "":
		c.Add("secret", "企业微信群机器人没有密钥，地址里的 key 就是凭证，请留空。")
	case form == notice.WeCom:
		return ""
	case secret == "" && !in.ClearSecret:
		secret = old.Reveal()
	}
	n := len([]rune(secret))
	switch {
	case n > maxSecret:
		c.Add("secret", "密钥超过 %d 个字，请核对。", maxSecret)
	case form == notice.Plain && secret == "":
		c.Add("secret", "请填写与接收方约定的密钥：接收方靠签名认出消息来自本系统。")
	case form == notice.Plain && n < leastSecret:
		c.Add("secret", "密钥太短，至少 %d 个字，请用随机生成的一串。", leastSecret)
	}
	return notice.Hidden(secret)
}

func checkKinds(c *errs.Check, texts []string) []notice.Kind {
	chosen := map[notice.Kind]bool{}
	for _, t := range texts {
		if k := notice.Kind(t); k.Outward() {
			chosen[k] = true
		} else {
			c.Add("kinds", "有一类通知已不存在，请重新勾选。")
			return nil
		}
	}
	if len(chosen) == len(notice.Kinds) {
		return nil // all, those to come too
	}
	var kinds []notice.Kind
	for _, k := range notice.Kinds {
		if chosen[k] {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func checkLinkBase(c *errs.Check, text string) string {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	if text == "" {
		return ""
	}
	u, why := readAddress(text, maxLinkBase)
	if why == "" && (u.RawQuery != "" || u.Fragment != "" || u.ForceQuery) {
		why = "系统网址只写到主机名和端口，例如 http://10.1.2.3:8080。"
	}
	if why != "" {
		c.Add("link_base", "%s", why)
	}
	return text
}

// hostOf is what may be told of an address.
func hostOf(address notice.Hidden) string {
	if u, err := url.Parse(address.Reveal()); err == nil {
		return u.Host
	}
	return ""
}
