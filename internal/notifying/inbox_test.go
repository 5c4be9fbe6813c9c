package notifying_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/notifying"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

func TestEverybodySeesWhatTheirRightsReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		for _, n := range []struct {
			title string
			p     access.Permission
			depot id.ID
		}{{"甲", access.VoucherPost, l.own.ID}, {"乙", access.LedgerImport, l.other.ID}, {"区", access.PlanApprove, 0}, {"众", access.SignedIn, 0}, {"存", access.StockView, l.other.ID}} {
			l.told(t, n.title, n.p, n.depot)
			l.advance(time.Second)
		}
		l.tell(t, notice.Notice{Kind: notice.OrderRefused, Title: "独", Path: "/stock", To: []notice.Audience{notice.Account(l.street.ID), notice.Holders(access.PlanApprove, 0)}})
		for who, want := range map[*access.Actor]string{&l.keeper: "众 甲", &l.street: "独 存 众 乙", &l.leader: "独 存 众 区", &l.planner: "存 众 乙", &l.system: "众"} {
			if got := l.titles(t, *who, false); got != want {
				t.Errorf("%s sees %q, want %q", who.Name, got, want)
			}
			if got := l.titles(t, *who, true); got != want {
				t.Errorf("%s has not read %q, want %q", who.Name, got, want)
			}
			if n := l.unread(t, *who); n != (len([]rune(want))+1)/2 {
				t.Errorf("%s: %d unread of %q", who.Name, n, want)
			}
		}
		_, err := l.List(t.Context(), access.Actor{}, false, notifying.Cursor{})
		refused(t, err, errs.Unauthenticated)
		if n, err := l.Unread(t.Context(), access.Actor{}); n != 0 || err != nil {
			t.Errorf("nobody has %d unread, %v", n, err)
		}
		l.advance(time.Second)
		newcomer := l.person(t, "new", access.Grant{Role: access.Planner})
		if n := l.unread(t, newcomer); n != 0 || l.titles(t, newcomer, false) != "存 众 乙" {
			t.Errorf("what was told before is news to a newcomer: %d unread", n)
		}
	})
}

func TestReading(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		l.told(t, "一", access.StockView, l.own.ID)
		l.advance(time.Second)
		l.tell(t, notice.Notice{Kind: notice.OrderLeft, Title: "二", Path: "/stock?by=lot", DepotID: l.own.ID, To: []notice.Audience{notice.Holders(access.StockView, l.own.ID)},
			ActorID: l.planner.ID, ActorName: "planner"})
		if got := l.titles(t, l.planner, true); got != "一" || l.titles(t, l.planner, false) != "二 一" {
			t.Errorf("one's own act is news: %q", got)
		}
		second := l.noticeOf(t, l.keeper)
		path, err := l.Open(t.Context(), l.keeper, second.ID)
		if err != nil || path != "/stock?by=lot" || l.titles(t, l.keeper, true) != "一" || l.unread(t, l.keeper) != 1 {
			t.Errorf("opened to %q, %v; unread %q", path, err, l.titles(t, l.keeper, true))
		}
		if err := l.MarkRead(t.Context(), l.keeper, second.ID); err != nil {
			t.Errorf("read twice: %v", err)
		}
		if l.unread(t, l.leader) != 2 {
			t.Error("one person's reading is another's")
		}
		for _, act := range []func() error{
			func() error { _, err := l.Open(t.Context(), l.street, second.ID); return err },
			func() error { return l.MarkRead(t.Context(), l.street, second.ID) },
			func() error { return l.MarkRead(t.Context(), l.keeper, 1) },
		} {
			refused(t, act(), errs.NotFound)
		}
		refused(t, l.MarkRead(t.Context(), access.Actor{}, second.ID), errs.Unauthenticated)
		refused(t, l.MarkAllRead(t.Context(), access.Actor{}, 1), errs.Unauthenticated)
	})
}

func TestAllReadIsWhatWasThereToBeRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		for i := range 3 {
			l.told(t, fmt.Sprint("旧", i), access.StockView, l.own.ID)
			l.advance(20 * time.Minute)
		}
		l.told(t, "新", access.StockView, l.own.ID)
		seen := l.noticeOf(t, l.keeper)
		if err := l.MarkRead(t.Context(), l.keeper, seen.ID); err != nil {
			t.Fatal(err)
		}
		l.advance(time.Second)
		l.told(t, "后来", access.StockView, l.own.ID)
		for range 2 { // a second tap does no more
			if err := l.MarkAllRead(t.Context(), l.keeper, seen.At); err != nil {
				t.Fatal(err)
			}
		}
		if got := l.titles(t, l.keeper, true); got != "后来" || l.unread(t, l.keeper) != 1 {
			t.Errorf("unread after all was read: %q", got)
		}
		// A long transaction commits now what it told before the page was shown.
		l.clock.Store(seen.At - time.Minute.Microseconds())
		l.told(t, "迟到", access.StockView, l.own.ID)
		l.advance(2 * time.Minute)
		if got := l.titles(t, l.keeper, true); got != "后来 迟到" {
			t.Errorf("unread: %q; what came late was never there to be read", got)
		}
		l.advance(time.Hour)
		if err := l.MarkAllRead(t.Context(), l.keeper, l.now().UnixMicro()); err != nil {
			t.Fatal(err)
		}
		if got := l.titles(t, l.keeper, false); l.unread(t, l.keeper) != 0 || got != "后来 新 迟到 旧2 旧1 旧0" {
			t.Errorf("%d unread of %q", l.unread(t, l.keeper), got)
		}
		// An older page in another window takes nothing back.
		if err := l.MarkAllRead(t.Context(), l.keeper, seen.At-time.Hour.Microseconds()); err != nil || l.unread(t, l.keeper) != 0 {
			t.Errorf("%v, %d unread", err, l.unread(t, l.keeper))
		}
	})
}

// TestManyKeysAndManyNotices walks all pages of a person with more keys than
// one statement takes.
func TestManyKeysAndManyNotices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		many := access.Actor{ID: l.keeper.ID, Name: "keeper"}
		for i := range 40 {
			many.Grants = append(many.Grants, access.Grant{Role: access.Keeper, DepotID: id.ID(1000 + i)})
		}
		if n := len(notice.KeysOf(many)); n < 300 {
			t.Fatalf("only %d keys", n)
		}
		for i := range 130 {
			depot := id.ID(1000 + i%45) // 40 to 44 are others'
			l.tx(t, func(tx *store.Tx) error {
				return notifying.Tell(t.Context(), tx, notice.Notice{Kind: notice.OrderLeft, Title: fmt.Sprint(i), Path: "/stock", DepotID: depot,
					To: []notice.Audience{notice.Holders(access.StockView, depot), notice.Holders(access.VoucherPost, depot)}})
			})
			if i%7 == 0 { // several at one instant, too
				l.advance(time.Second)
			}
		}
		for _, unread := range []bool{false, true} {
			var got []string
			from := notifying.Cursor{}
			for range 10 {
				p, err := l.List(t.Context(), many, unread, from)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range p.Notices {
					got = append(got, n.Title)
				}
				if from = p.Next; from == (notifying.Cursor{}) {
					break
				}
			}
			want := 0
			once := map[string]bool{}
			for i := range 130 {
				if i%45 < 40 {
					want++
				}
			}
			for _, title := range got {
				if once[title] {
					t.Errorf("notice %s stands twice", title)
				}
				once[title] = true
			}
			if len(got) != want {
				t.Errorf("unread %t: %d notices, want %d", unread, len(got), want)
			}
		}
		if n := l.unread(t, many); n != notifying.MaxUnread {
			t.Errorf("%d unread, want the count to stop at %d", n, notifying.MaxUnread)
		}
	})
}

func TestTellStandsAndFallsWithItsTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		l := newLab(t, e)
		r := newReceiver(t)
		all := l.hook(t, "全部", notice.WeCom, r.URL)
		some := l.hook(t, "签收", notice.WeCom, r.URL, func(in *notifying.HookInput) { in.Kinds = []string{string(notice.OrderSigned)} })
		there := l.hook(t, "乙库", notice.WeCom, r.URL, func(in *notifying.HookInput) { in.DepotID = l.other.ID })
		off := l.hook(t, "停用", notice.WeCom, r.URL)
		if err := l.SetWebhookEnabled(t.Context(), l.system, off.ID, off.LockNo, false); err != nil {
			t.Fatal(err)
		}
		n := notice.Notice{Kind: notice.OrderLeft, Title: "发出", Path: "/stock", DepotID: l.own.ID, To: []notice.Audience{notice.Holders(access.StockView, l.own.ID)}}
		failed := errors.New("the order could not be saved")
		err := l.store.Tx(t.Context(), func(tx *store.Tx) error {
			if err := notifying.Tell(t.Context(), tx, n); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) || l.unread(t, l.keeper) != 0 || len(l.deliveries(t, all.ID)) != 0 {
			t.Errorf("%v: a notice of what never happened: %d unread, %d to send", err, l.unread(t, l.keeper), len(l.deliveries(t, all.ID)))
		}
		l.tell(t, n)
		var got []int
		for _, h := range []notice.Hook{all, some, there, off} {
			got = append(got, len(l.deliveries(t, h.ID)))
		}
		if fmt.Sprint(got) != "[1 0 0 0]" || l.unread(t, l.keeper) != 1 || len(r.got()) != 0 {
			t.Errorf("outbox %v, %d unread, %d sent inside the transaction", got, l.unread(t, l.keeper), len(r.got()))
		}
		bad := n
		bad.Kind = "no.such"
		if err := l.store.Tx(t.Context(), func(tx *store.Tx) error { return notifying.Tell(t.Context(), tx, bad) }); errs.KindOf(err) != errs.Internal || err == nil {
			t.Errorf("a kind there is not: %v", err)
		}
	})
}
