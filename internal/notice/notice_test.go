package notice_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/notice"
)

const here, there = id.ID(7), id.ID(70)

func sample() notice.Notice {
	return notice.Notice{ID: 5, Kind: notice.OrderApproved, Title: "调拨指令 DD-1 已批准", Body: "帐篷 20 顶，送高塘岭街道", Path: "/orders/5", DepotID: here,
		ResponseID: 3, ActorID: 2, ActorName: "贺志远", At: 1795579200000000, To: []notice.Audience{notice.Holders(access.VoucherPost, here)}}
}

func TestEveryKindHasItsName(t *testing.T) {
	names := map[string]notice.Kind{}
	for _, k := range append([]notice.Kind{notice.HookTest, notice.HookFailed}, notice.Kinds...) {
		if k.Name() == "" || len(k) > 32 || names[k.Name()] != "" {
			t.Errorf("kind %s has the name %q, as %q", k, k.Name(), names[k.Name()])
		}
		names[k.Name()] = k
	}
	if notice.HookFailed.Outward() || notice.HookTest.Outward() || !notice.OrderLeft.Outward() || notice.Kind("x").Outward() {
		t.Error("what is about webhooks goes to webhooks, or what should does not")
	}
	if n := len(notice.Join(notice.Kinds)); n > 500 {
		t.Errorf("all kinds are %d characters, more than their column", n)
	}
	if diff := cmp.Diff(notice.Kinds, notice.Split(notice.Join(notice.Kinds))); diff != "" || notice.Split("") != nil {
		t.Errorf("kinds written and read (-want +got):\n%s", diff)
	}
}

func TestReady(t *testing.T) {
	n := sample()
	n.Title, n.Body, n.ActorName = " 已\u202e批准\n\x00第二行 ", strings.Repeat("长", 600)+"\n", strings.Repeat("名", 61)
	n, err := n.Ready()
	if err != nil || n.Title != "已批准 第二行" || utf8.RuneCountInString(n.Body) != 500 || !strings.HasSuffix(n.Body, "…") || utf8.RuneCountInString(n.ActorName) != 60 {
		t.Errorf("%+v, %v", n, err)
	}
	for what, spoil := range map[string]func(*notice.Notice){
		"an unknown kind": func(n *notice.Notice) { n.Kind = "x" }, "no title": func(n *notice.Notice) { n.Title = "\u200b " },
		"nobody": func(n *notice.Notice) { n.To = nil }, "the public": func(n *notice.Notice) { n.To = []notice.Audience{notice.Holders(access.Public, 0)} },
		"no path": func(n *notice.Notice) { n.Path = "" }, "another host": func(n *notice.Notice) { n.Path = "//evil.example/x" },
		"a scheme": func(n *notice.Notice) { n.Path = "javascript:alert(1)" }, "a long path": func(n *notice.Notice) { n.Path = "/" + strings.Repeat("x", 200) },
	} {
		bad := sample()
		spoil(&bad)
		if _, err := bad.Ready(); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]bool{"/": true, "/orders/5?by=lot#x": true, "": false, "orders": false, "//x": false, "/\\x": false, "/a b": false,
		"/a\nb": false, "http://x/": false, "/a\tb": false} {
		if got := notice.LocalPath(path); got != want {
			t.Errorf("%q: %t", path, got)
		}
	}
}

// TestKeysMeetExactlyWhereTheActorMay holds the keys against access itself: for
// every role, permission and place.
func TestKeysMeetExactlyWhereTheActorMay(t *testing.T) {
	for _, r := range access.Roles {
		for _, granted := range []id.ID{0, here} {
			actor := access.Actor{ID: 9, Grants: []access.Grant{{Role: r, DepotID: granted}}}
			for _, p := range access.Permissions {
				for _, depot := range []id.ID{0, here, there} {
					n := notice.Notice{To: []notice.Audience{notice.Holders(p, depot)}}
					want := p != access.Public && actor.May(p, depot)
					if got := meet(notice.KeysOf(actor), n.Keys()); got != want {
						t.Errorf("%s at %d, notice for %s at %d: %t", r, granted, p, depot, got)
					}
				}
			}
		}
	}
	one := notice.Notice{To: []notice.Audience{notice.Account(9), notice.Account(9)}}
	if !meet(notice.KeysOf(access.Actor{ID: 9}), one.Keys()) || meet(notice.KeysOf(access.Actor{ID: 90}), one.Keys()) || len(one.Keys()) != 1 {
		t.Error("a notice for one person is somebody else's, or not theirs")
	}
	if notice.KeysOf(access.Actor{Grants: []access.Grant{{Role: access.Planner}}}) != nil {
		t.Error("grants without a person see notices")
	}
}

func meet(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func TestHookWants(t *testing.T) {
	n := sample()
	for what, c := range map[string]struct {
		hook notice.Hook
		want bool
	}{
		"all": {notice.Hook{}, true}, "its kind": {notice.Hook{Kinds: []notice.Kind{notice.OrderLeft, notice.OrderApproved}}, true},
		"another kind": {notice.Hook{Kinds: []notice.Kind{notice.OrderLeft}}, false}, "its depot": {notice.Hook{DepotID: here}, true},
		"another depot": {notice.Hook{DepotID: there}, false},
	} {
		if got := c.hook.Wants(n); got != c.want {
			t.Errorf("%s: %t", what, got)
		}
	}
	n.Kind = notice.HookFailed
	if (notice.Hook{}).Wants(n) {
		t.Error("a failing webhook is told of its own failing")
	}
}

// The vectors were made with openssl dgst -sha256 -hmac, not with this code.
func TestSignatureVectors(t *testing.T) {
	if got := notice.SignDingTalk("this is secret", 1700000000000); got != "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0=" {
		t.Errorf("dingtalk: %s", got)
	}
	if got := notice.SignDingTalk("SEC0123456789abcdef", 1795579200000); got != "mfmuNS2GFqEfCLLBDq0qrzexLJ9s1afMSIyNi1EpsBY=" {
		t.Errorf("dingtalk: %s", got)
	}
	if got := notice.SignPlain("0123456789abcdef", 1700000000, []byte(`{"a":1}`)); got != "sha256=12498a8e66ce425ef3ada2ddb11f53c34365feb7458303629136491537c278eb" {
		t.Errorf("plain: %s", got)
	}
}

var occasion = notice.Occasion{DeliveryID: 8, Depot: "高塘岭街道应急物资库", When: "2026-11-25 12:00", SentAt: 1795579200123456}

func content(t *testing.T, m notice.Message) string {
	t.Helper()
	var b struct {
		Type string `json:"msgtype"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	if err := json.Unmarshal(m.Body, &b); err != nil || b.Type != "text" {
		t.Fatalf("body %s: %v", m.Body, err)
	}
	return b.Text.Content
}

func TestRobotMessages(t *testing.T) {
	const text = "【常备】调拨指令已批准\n调拨指令 DD-1 已批准\n帐篷 20 顶，送高塘岭街道\n高塘岭街道应急物资库 2026-11-25 12:00\nhttp://10.1.1.1:8080/orders/5"
	for _, f := range []notice.Form{notice.WeCom, notice.DingTalk} {
		h := notice.Hook{Form: f, LinkBase: "http://10.1.1.1:8080/"}
		m, err := h.Message(sample(), occasion)
		if diff := cmp.Diff(text, content(t, m)); err != nil || diff != "" || len(m.Query) != 0 {
			t.Errorf("%s: %v, query %v (-want +got):\n%s", f, err, m.Query, diff)
		}
	}
	signed := notice.Hook{Form: notice.DingTalk, Secret: "SEC0123456789abcdef"}
	o := occasion
	o.SentAt = 1795579200000000
	m, err := signed.Message(sample(), o)
	want := [][2]string{{"timestamp", "1795579200000"}, {"sign", "mfmuNS2GFqEfCLLBDq0qrzexLJ9s1afMSIyNi1EpsBY="}}
	if diff := cmp.Diff(want, m.Query); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if signed.Form = notice.WeCom; true {
		if m, _ := signed.Message(sample(), o); len(m.Query) != 0 {
			t.Error("a robot of 企业微信 is sent a signature")
		}
	}
}

func TestARobotsTextIsNeverTooLongNorCallsPeople(t *testing.T) {
	h := notice.Hook{Form: notice.WeCom, LinkBase: "http://" + strings.Repeat("a", 190)}
	for extra := range 4 { // wherever the cut falls within a character
		n := sample()
		n.Title, n.Body, n.Path = strings.Repeat("x", extra)+"<@all>"+strings.Repeat("题", 90), strings.Repeat("文", 500), "/"+strings.Repeat("p", 199)
		m, err := h.Message(n, occasion)
		got := content(t, m)
		if err != nil || len(got) > 2048 || len(got) < 2040 || !utf8.ValidString(got) || strings.ContainsRune(got, utf8.RuneError) {
			t.Errorf("%d bytes, %v: %.40s", len(got), err, got)
		}
		if strings.Contains(got, "@") || !strings.HasSuffix(got, n.Path) {
			t.Errorf("text %.60s", got)
		}
	}
}

func TestPlainMessage(t *testing.T) {
	h := notice.Hook{Form: notice.Plain, Secret: "0123456789abcdef", LinkBase: "http://10.1.1.1:8080"}
	m, err := h.Message(sample(), occasion)
	want := `{"delivery":"8","notice":"5","kind":"order.approved","kind_name":"调拨指令已批准","title":"调拨指令 DD-1 已批准","body":"帐篷 20 顶，送高塘岭街道",` +
		`"depot":"高塘岭街道应急物资库","depot_id":"7","response_id":"3","actor":"贺志远","path":"/orders/5","url":"http://10.1.1.1:8080/orders/5","at":1795579200000000}`
	if diff := cmp.Diff(want, string(m.Body)); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	headers := map[string]string{"Content-Type": "application/json; charset=utf-8", "X-Changbei-Delivery": "8", "X-Changbei-Timestamp": "1795579200",
		"X-Changbei-Signature": notice.SignPlain("0123456789abcdef", 1795579200, m.Body)}
	if diff := cmp.Diff(headers, m.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	h.Secret = ""
	if m, _ := h.Message(sample(), occasion); m.Headers["X-Changbei-Signature"] != "" {
		t.Error("a signature is made with no secret")
	}
}

func TestProblem(t *testing.T) {
	robot := notice.Hook{Form: notice.WeCom, URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"}
	ding := notice.Hook{Form: notice.DingTalk, Secret: "SEC0123456789abcdef"}
	for _, c := range []struct {
		hook   notice.Hook
		status int
		body   string
		want   string // "" = taken
	}{
		{robot, 200, `{"errcode":0,"errmsg":"ok"}`, ""}, {ding, 200, `{"errcode":0,"errmsg":"ok"}`, ""},
		{notice.Hook{Form: notice.Plain}, 204, "", ""}, {notice.Hook{Form: notice.Plain}, 200, "<html>", ""},
		{robot, 200, `{"errcode":93000,"errmsg":"invalid webhook url key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa\u0000"}`, "企业微信群机器人答复 errcode 93000：invalid webhook url …"},
		{robot, 200, `{"errcode":45009,"errmsg":"api freq out of limit"}`, "errcode 45009"},
		{ding, 200, `{"errcode":310000,"errmsg":"sign not match SEC0123456789abcdef"}`, "errcode 310000：sign not match …"},
		{robot, 200, `{"errmsg":"ok"}`, "不是企业微信群机器人的格式"}, {robot, 200, "<html>", "格式"}, {robot, 200, "", "格式"}, {robot, 200, `{"errcode":"0"}`, "格式"},
		{robot, 302, "", "没有跟随"}, {notice.Hook{Form: notice.Plain}, 307, "", "没有跟随"}, {robot, 500, `{"errcode":0}`, "HTTP 500"},
		{notice.Hook{Form: notice.Plain}, 404, "", "HTTP 404"}, {robot, 200, `{"errcode":1,"errmsg":"` + strings.Repeat("长", 900) + `"}`, "…"},
	} {
		got := c.hook.Problem(c.status, []byte(c.body))
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || utf8.RuneCountInString(got) > 300 {
			t.Errorf("%s, %d %s: %q, want %q", c.hook.Form, c.status, c.body, got, c.want)
		}
		for _, secret := range []string{"693a91f6", "SEC012", "\x00"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q holds %q", got, secret)
			}
		}
	}
}

func TestSecretsAreCovered(t *testing.T) {
	h := notice.Hook{URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa", Secret: "SEC0123456789abcdef"}
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(h), fmt.Sprintf("%+v", h), fmt.Sprintf("%#v", h), fmt.Sprintf("%s %q", h.URL, h.Secret), string(j)} {
		if strings.Contains(text, "693a91f6") || strings.Contains(text, "SEC0") {
			t.Errorf("printed: %s", text)
		}
	}
	for url, want := range map[notice.Hidden]string{
		h.URL: "https://qyapi.weixin.qq.com/…5aaa", "http://10.0.0.8:9000/hook/token-in-the-path": "http://10.0.0.8:9000/…",
		"https://relay.example/?key=short": "https://relay.example/…", "https://relay.example": "https://relay.example", "https://relay.example/": "https://relay.example/",
		"nonsense": "…",
	} {
		if got := (notice.Hook{URL: url}).Masked(); got != want {
			t.Errorf("%s is shown as %q, want %q", url.Reveal(), got, want)
		}
	}
	got := h.Scrub("Post " + h.URL.Reveal() + ": /cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa SEC0123456789abcdef ok")
	if got != "Post …: … … ok" {
		t.Errorf("scrubbed to %q", got)
	}
	if got := (notice.Hook{URL: "https://a.example/?v=ok"}).Scrub("ok"); got != "ok" {
		t.Errorf("a word is covered: %q", got)
	}
}

func TestPauses(t *testing.T) {
	var got []int64
	for try := 1; ; try++ {
		seconds, again := notice.Pause(try)
		if !again {
			if try != notice.MaxTries {
				t.Errorf("given up after %d tries, not %d", try, notice.MaxTries)
			}
			break
		}
		got = append(got, seconds)
	}
	if diff := cmp.Diff([]int64{60, 300, 900, 3600, 21600, 43200}, got); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	if _, again := notice.Pause(0); again {
		t.Error("there is a pause before the first try")
	}
}
