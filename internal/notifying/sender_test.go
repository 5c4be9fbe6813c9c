package notifying_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/access"
	"changbei/internal/courier"
	"changbei/internal/errs"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestSendingInTheThreeForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		wecom, ding, plain := newReceiver(t), newReceiver(t), newReceiver(t)
		plain.says(http.StatusNoContent, "")
		hooks := []notice.Hook{
			l.hook(t, "企业微信", notice.WeCom, wecom.URL, func(in *notifying.HookInput) { in.LinkBase = "http://10.1.2.3:8080/" }),
			l.hook(t, "钉钉", notice.DingTalk, ding.URL, func(in *notifying.HookInput) { in.Secret = "SEC0123456789abcdef" }),
			l.hook(t, "通用", notice.Plain, plain.URL),
		}
		l.tell(t, notice.Notice{Kind: notice.OrderLeft, Title: "DD-1 已发出", Body: "帐篷 20 顶", Path: "/stock", DepotID: l.own.ID, To: []notice.Audience{notice.Holders(access.StockView, l.own.ID)}})
		l.sender(notifying.SenderOptions{}).Round(t.Context())
		for i, r := range []*receiver{wecom, ding, plain} {
			if n := len(r.got()); n != 1 {
				t.Fatalf("%s got %d messages", hooks[i].Name, n)
			}
			d := l.only(t, hooks[i].ID)
			if d.Status != notice.Sent || d.Tries != 1 || d.LastError != "" || len(d.Attempts) != 1 || d.Attempts[0].Error != "" || d.Attempts[0].HTTPStatus/100 != 2 || d.Depot != "甲库" {
				t.Errorf("%s: %+v", hooks[i].Name, d)
			}
		}
		const text = "【常备】物资已发出\nDD-1 已发出\n帐篷 20 顶\n甲库 2026-11-25 12:00"
		if w := wecom.got()[0]; w.content() != text+"\nhttp://10.1.2.3:8080/stock" || w.query != "key="+robotKey {
			t.Errorf("企业微信 got %q with %s", w.content(), w.query)
		}
		ms := l.now().UnixMilli()
		sign := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(notice.SignDingTalk("SEC0123456789abcdef", ms))
		if d := ding.got()[0]; d.content() != text || d.query != fmt.Sprintf("key=%s&timestamp=%d&sign=%s", robotKey, ms, sign) {
			t.Errorf("钉钉 got %q with %s", d.content(), d.query)
		}
		p := plain.got()[0]
		second, _ := strconv.ParseInt(p.header.Get("X-Changbei-Timestamp"), 10, 64)
		if second != l.now().Unix() || p.header.Get("X-Changbei-Signature") != notice.SignPlain(plainSecret, second, []byte(p.body)) ||
			p.header.Get("X-Changbei-Delivery") != l.only(t, hooks[2].ID).ID.String() || !strings.Contains(p.body, `"title":"DD-1 已发出"`) {
			t.Errorf("the plain receiver got %s with %v", p.body, p.header)
		}
		l.told(t, "没有的库", access.StockView, 5)
		l.sender(notifying.SenderOptions{}).Round(t.Context())
		if got := wecom.got(); len(got) != 2 || !strings.Contains(got[1].content(), "没有的库\n2026-11-25 12:00\n") {
			t.Errorf("%d messages: what was sent is sent again, or one of a depot there is not holds the others up", len(got))
		}
	})
}

// TestAFailureIsTriedAgainUntilItIsGivenUp walks the whole schedule on a clock
// that stands still between the tries.
func TestAFailureIsTriedAgainUntilItIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		h := l.hook(t, "应急群", notice.WeCom, r.URL)
		r.says(http.StatusOK, `{"errcode":93000,"errmsg":"invalid webhook url"}`)
		l.told(t, "一", access.StockView, l.own.ID)
		s := l.sender(notifying.SenderOptions{})
		for try := 1; try <= notice.MaxTries; try++ {
			s.Round(t.Context())
			s.Round(t.Context()) // at once again: not due
			d := l.only(t, h.ID)
			if len(r.got()) != try || d.Tries != try || d.LastError != "企业微信群机器人答复 errcode 93000：invalid webhook url" || len(d.Attempts) != try {
				t.Fatalf("try %d: %d messages, %+v", try, len(r.got()), d)
			}
			seconds, again := notice.Pause(try)
			if !again {
				break
			}
			if d.Status != notice.Waiting || d.NextAt != l.now().Add(time.Duration(seconds)*time.Second).UnixMicro() {
				t.Fatalf("try %d: %s until %d", try, d.Status, d.NextAt)
			}
			l.advance(time.Duration(seconds)*time.Second - time.Microsecond)
			s.Round(t.Context())
			if len(r.got()) != try {
				t.Fatalf("try %d came too early", try+1)
			}
			l.advance(time.Microsecond)
		}
		if d := l.only(t, h.ID); d.Status != notice.GivenUp {
			t.Fatalf("after the last try: %+v", d)
		}
		l.advance(100 * time.Hour)
		s.Round(t.Context())
		if len(r.got()) != notice.MaxTries {
			t.Error("what was given up is tried on")
		}
		told := l.noticeOf(t, l.system)
		if told.Kind != notice.HookFailed || told.Title != "「应急群」多次推送失败，已放弃" || told.Path != "/webhooks/"+h.ID.String() || l.unread(t, l.planner) != 1 {
			t.Errorf("the administrator reads %+v", told)
		}
		if v, err := l.Webhook(t.Context(), l.system, h.ID); err != nil || v.GivenUp != 1 || v.Waiting != 0 || v.SentAt != 0 {
			t.Errorf("%+v, %v", v, err)
		}
		giveUpAll(t, l, s, 2)
		if n := l.unread(t, l.system); n != 2 { // the second day's first
			t.Errorf("%d notices of one webhook that keeps failing", n)
		}
		r.says(http.StatusOK, taken)
		given := l.deliveries(t, h.ID)[2]
		if err := l.Resend(t.Context(), l.system, h.ID, given.ID); err != nil {
			t.Fatal(err)
		}
		s.Round(t.Context())
		if d := l.deliveries(t, h.ID)[2]; d.Status != notice.Sent || d.Tries != 1 || len(d.Attempts) != notice.MaxTries+1 {
			t.Errorf("sent again: %+v", d)
		}
		refused(t, l.Resend(t.Context(), l.system, h.ID, given.ID), errs.Conflict)
	})
}

// giveUpAll tells some notices more and lets all their tries fail.
func giveUpAll(t *testing.T, l *lab, s *notifying.Sender, n int) {
	t.Helper()
	for range n {
		l.told(t, "再", access.StockView, l.own.ID)
	}
	for try := 1; try <= notice.MaxTries; try++ {
		for range n { // a turn ends with the first failure
			s.Round(t.Context())
		}
		seconds, _ := notice.Pause(try)
		l.advance(time.Duration(seconds) * time.Second)
	}
}

func TestWhatIsNoSuccess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r, elsewhere := newReceiver(t), newReceiver(t)
		plain := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
		defer plain.Close()
		robot := l.hook(t, "机器人", notice.DingTalk, r.URL)
		other := l.hook(t, "通用", notice.Plain, plain.URL)
		r.says(http.StatusOK, `{"errcode":310000,"errmsg":"keywords not in content"}`)
		l.told(t, "一", access.StockView, l.own.ID)
		l.sender(notifying.SenderOptions{}).Round(t.Context())
		if d := l.only(t, robot.ID); d.Status != notice.Waiting || !strings.Contains(d.LastError, "errcode 310000：keywords not in content") || d.Attempts[0].HTTPStatus != 200 {
			t.Errorf("errcode is not 0: %+v", d)
		}
		if d := l.only(t, other.ID); d.Status != notice.Waiting || !strings.Contains(d.LastError, "HTTP 307") || len(elsewhere.got()) != 0 {
			t.Errorf("a redirect: %+v, %d followed", d, len(elsewhere.got()))
		}
		plain.Close()
		l.advance(time.Hour)
		l.sender(notifying.SenderOptions{}).Round(t.Context())
		if d := l.only(t, other.ID); d.Tries != 2 || !strings.Contains(d.LastError, "连接被拒绝") || d.Attempts[1].HTTPStatus != 0 {
			t.Errorf("a closed port: %+v", d)
		}
		// A sender that may not reach the office's network does not, whatever was saved.
		l.advance(time.Hour)
		notifying.NewSender(l.store, notifying.SenderOptions{Reach: courier.NewReach(nil)}).Round(t.Context())
		if d := l.only(t, robot.ID); d.Tries != 3 || !strings.Contains(d.LastError, "webhook-lan") || len(r.got()) != 2 {
			t.Errorf("a forbidden address: %+v, %d messages", d, len(r.got()))
		}
	})
}

// TestTwoSendersOneOutbox lets two programs on one database work off the same
// outbox at once.
func TestTwoSendersOneOutbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e, _ = e.Fixed(t)
		l := newLab(t, e)
		second := e.Open(t, l.now)
		r := newReceiver(t)
		r.says(http.StatusOK, "")
		h := l.hook(t, "通用", notice.Plain, r.URL)
		for i := range 40 {
			l.told(t, fmt.Sprint(i), access.StockView, l.own.ID)
		}
		senders := []*notifying.Sender{l.sender(notifying.SenderOptions{}), notifying.NewSender(second, notifying.SenderOptions{Reach: here})}
		var all sync.WaitGroup
		for _, s := range senders {
			all.Go(func() {
				for range 4 {
					s.Round(t.Context())
				}
			})
		}
		all.Wait()
		count := map[string]int{}
		for _, m := range r.got() {
			count[m.header.Get("X-Changbei-Delivery")]++
		}
		for _, d := range l.deliveries(t, h.ID) {
			if d.Status != notice.Sent || d.Tries != 1 || len(d.Attempts) != 1 || count[d.ID.String()] != 1 {
				t.Errorf("delivery %s: %s, %d tries, %d attempts, %d messages", d.ID, d.Status, d.Tries, len(d.Attempts), count[d.ID.String()])
			}
		}
		if len(count) != 40 {
			t.Errorf("%d deliveries were sent, want 40", len(count))
		}
	})
}

// TestASenderThatDied: what it had claimed is nobody's until its lease ends, is
// sent then, and its late answer changes nothing any more.
func TestASenderThatDied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		h := l.hook(t, "应急群", notice.WeCom, r.URL)
		l.told(t, "一", access.StockView, l.own.ID)
		claimed := l.only(t, h.ID).Delivery
		l.tx(t, func(tx *store.Tx) error {
			mine, err := tx.ClaimDelivery(t.Context(), claimed, tx.Now.Add(5*time.Minute).UnixMicro())
			again, _ := tx.ClaimDelivery(t.Context(), claimed, tx.Now.Add(5*time.Minute).UnixMicro())
			if !mine || again {
				t.Errorf("claimed %t, and again %t", mine, again)
			}
			return err
		})
		s := l.sender(notifying.SenderOptions{})
		s.Round(t.Context())
		if len(r.got()) != 0 {
			t.Fatal("a claimed delivery is sent by another")
		}
		l.advance(5 * time.Minute)
		s.Round(t.Context())
		if d := l.only(t, h.ID); d.Status != notice.Sent || d.Tries != 2 || len(r.got()) != 1 {
			t.Errorf("%+v, %d messages", d, len(r.got()))
		}
		l.tx(t, func(tx *store.Tx) error {
			claimed.LockNo++
			mine, err := tx.EndTry(t.Context(), claimed, notice.Waiting, tx.NowMicro(), "late")
			if mine {
				t.Error("a late answer is written over a later one")
			}
			return err
		})
		// One that dies at every try, the last included, ends as given up.
		l.told(t, "二", access.StockView, l.own.ID)
		for range notice.MaxTries {
			l.tx(t, func(tx *store.Tx) error {
				due, err := tx.DueDeliveries(t.Context(), h.ID, tx.NowMicro(), 1)
				if err != nil || len(due) != 1 {
					t.Fatalf("%d due, %v", len(due), err)
				}
				_, err = tx.ClaimDelivery(t.Context(), due[0], tx.Now.Add(5*time.Minute).UnixMicro())
				return err
			})
			l.advance(5 * time.Minute)
		}
		s.Round(t.Context())
		if d := l.deliveries(t, h.ID)[0]; d.Status != notice.GivenUp || !strings.Contains(d.LastError, "程序中断") || len(r.got()) != 1 {
			t.Errorf("%+v, %d messages", d, len(r.got()))
		}
	})
}

// TestAHangingReceiverHoldsNobodyUp: neither the others, nor those who tell, nor
// a stop. Its attempt would last an hour.
func TestAHangingReceiverHoldsNobodyUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		url, asked := hanging(t)
		hangs := l.hook(t, "不答复", notice.WeCom, url)
		l.told(t, "一", access.StockView, l.own.ID)
		stop := run(l.sender(notifying.SenderOptions{Timeout: time.Hour, Grace: -1}))
		<-asked
		r := newReceiver(t)
		works := l.hook(t, "应急群", notice.WeCom, r.URL)
		l.told(t, "二", access.StockView, l.own.ID)
		if n := l.unread(t, l.keeper); n != 2 {
			t.Errorf("%d unread", n)
		}
		for len(r.got()) == 0 { // the running sender's next look
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		if d := l.only(t, works.ID); d.Tries != 1 {
			t.Errorf("%+v", d)
		}
		broken := l.deliveries(t, hangs.ID)[1]
		if broken.Status != notice.Waiting || broken.Tries != 1 || broken.LastError != "程序停止时还没有等到答复。" || len(broken.Attempts) != 1 {
			t.Errorf("what the stop broke off: %+v", broken)
		}
	})
}

func TestARobotIsNotHurried(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		l.hook(t, "应急群", notice.WeCom, r.URL)
		for i := range 30 {
			l.told(t, fmt.Sprint("第", i), access.StockView, l.own.ID)
		}
		s := l.sender(notifying.SenderOptions{})
		var got []int
		for _, wait := range []time.Duration{0, 0, 59 * time.Second, 2 * time.Second} {
			l.advance(wait)
			s.Round(t.Context())
			got = append(got, len(r.got()))
		}
		if diff := cmp.Diff([]int{18, 18, 18, 30}, got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		for i, m := range r.got() {
			if !strings.Contains(m.content(), fmt.Sprint("第", i, "\n")) {
				t.Errorf("message %d is %q: not in order", i, m.content())
			}
		}
	})
}

// TestSecretsStayIn looks for the key and the secret in all that is written
// about sending: log, outbox, attempts, audit, notices.
func TestSecretsStayIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		h := l.hook(t, "钉钉", notice.DingTalk, r.URL, func(in *notifying.HookInput) { in.Secret = "SEC0123456789abcdef" })
		l.told(t, "一", access.StockView, l.own.ID)
		s := l.sender(notifying.SenderOptions{})
		for _, answer := range []string{`{"errcode":1,"errmsg":"no robot for ` + robotKey + ` and SEC0123456789abcdef at ` + r.URL + `/send?key=` + robotKey + `"}`, "<html>" + robotKey, taken} {
			r.says(http.StatusOK, answer)
			s.Round(t.Context())
			l.advance(time.Hour)
		}
		if err := l.TestWebhook(t.Context(), l.system, h.ID); err != nil {
			t.Fatal(err)
		}
		r.Close()
		s.Round(t.Context())
		_, err := l.SaveWebhook(t.Context(), l.system, notifying.HookInput{ID: h.ID, LockNo: h.LockNo, Name: "钉钉", Form: "dingtalk", URL: "http://127.0.0.1:9/x?key=" + robotKey + "2", Secret: "SEC0123456789abcdef2"})
		if err != nil {
			t.Fatal(err)
		}
		views, err := l.Webhooks(t.Context(), l.system)
		if err != nil {
			t.Fatal(err)
		}
		written := []string{l.log.String(), fmt.Sprintf("%+v", l.deliveries(t, h.ID)), fmt.Sprintf("%+v", l.acts(t)), fmt.Sprintf("%+v %#v", views, views), views[0].Masked(), l.titles(t, l.system, false)}
		for _, text := range written {
			for _, secret := range []string{"693a91f6", "SEC0123"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s stands in %s", secret, text)
				}
			}
		}
		if !strings.Contains(l.log.String(), "notice sent") || !strings.Contains(l.log.String(), "notice not sent") || strings.Contains(l.log.String(), "一") {
			t.Errorf("the log says\n%s", l.log)
		}
	})
}
