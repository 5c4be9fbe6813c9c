package dispatching_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store/storetest"
)

// stood writes how a response and its goods stand, as far as a replay tells it:
// the quantities of loads that wait are left out.
func stood(r order.Response, orders []order.Order, requests []order.Request, stock map[string]quantity.Q) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s word %v\n", r.Level.Name(), r.Status, r.WordFirst)
	for _, q := range requests {
		fmt.Fprintf(&b, "request %s %s\n", q.Number, q.Status)
	}
	for _, o := range orders {
		fmt.Fprintf(&b, "%s %s by %q\n", o.Number, o.Status, o.DecidedName)
		for _, s := range o.Shipments {
			fmt.Fprintf(&b, "  load %d %s times %d %d %d %d\n", s.No, s.Status, s.PickedAt, s.LeftAt, s.ArrivedAt, s.SignedAt)
			for _, l := range s.Lines {
				if s.Status.Gone() {
					fmt.Fprintf(&b, "    %d %s: good %s damaged %s missing %s road %s owed %s used %s back %s\n", l.No, l.Qty, l.Good, l.Damaged, l.Missing, l.OnRoad(), l.Owed(), l.Used, l.Back)
				}
			}
		}
		for _, p := range o.Papers {
			fmt.Fprintf(&b, "  paper %s missing %v\n", p.Kind, p.Missing())
		}
	}
	var names []string
	for name := range stock {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%s %s\n", name, stock[name])
	}
	return b.String()
}

// present writes how things stand now, read off the tables.
func (w *world) present() string {
	w.t.Helper()
	r, err := w.st.Read().Response(w.ctx, w.response.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	page, err := w.dis.Orders(w.ctx, w.planner, dispatching.OrderQuery{ResponseID: r.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(page.Orders)
	requests, _, err := w.dis.Requests(w.ctx, w.planner, dispatching.RequestQuery{ResponseID: r.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(requests)
	stock := map[string]quantity.Q{}
	for _, d := range []place.Depot{w.north, w.south, w.street} {
		for _, it := range []id.ID{w.tent.ID, w.water.ID, w.gen.ID} {
			item := w.tent
			if it == w.water.ID {
				item = w.water
			} else if it == w.gen.ID {
				item = w.gen
			}
			stock[d.Name+item.Name] = w.stands(d, item, place.Bin)
		}
	}
	return stood(r, page.Orders, requests, stock)
}

func (w *world) replayed(at int64) string {
	w.t.Helper()
	r, err := w.dis.Replay(w.ctx, w.planner, w.response.ID, at)
	if err != nil {
		w.t.Fatal(err)
	}
	stock := map[string]quantity.Q{}
	for _, d := range []place.Depot{w.north, w.south, w.street} {
		for _, it := range []string{w.tent.Name, w.water.Name, w.gen.Name} {
			stock[d.Name+it] = 0
		}
	}
	for _, x := range r.Stock {
		stock[r.Depots[x.DepotID].Name+r.Items[x.ItemID].Name] = x.Then
	}
	return stood(r.Response, r.Orders, r.Requests, stock)
}

// A long evening is looked at step by step while it happens, and replayed
// afterwards: every minute of it comes back as it was, the last one as it is.
func TestAReplayShowsWhatWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		type moment struct {
			at   int64
			what string
			was  string
		}
		var evening []moment
		step := func(what string, do func() error) {
			t.Helper()
			w.clock.Pass(3 * time.Minute)
			if err := do(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			evening = append(evening, moment{w.clock.Now().UnixMicro(), what, w.present()})
		}
		change := func(act order.Act, level order.Level) func() error {
			return func() error {
				_, err := w.dis.ChangeResponse(w.ctx, w.leader, dispatching.ChangeInput{ResponseID: w.response.ID, Act: act, Level: level})
				return err
			}
		}
		var asked order.Request
		step("a request", func() (err error) {
			asked, err = w.dis.SendRequest(w.ctx, w.officer, dispatching.RequestInput{ClientKey: inventory.NewKey(), Direction: order.ToBureau, ResponseID: w.response.ID, DepotID: w.street.ID, Kind: "flood",
				Place: "胜利村", Lines: []dispatching.NeedInput{{Target: plan.Target{Kind: plan.OfItem, ID: w.tent.ID}, Needed: "20"}}})
			return err
		})
		var o, dead, word, depot order.Order
		step("proposed", func() (err error) {
			in := w.input(w.toPoint(), w.line(w.north, w.tent, "20"), w.line(w.north, w.water, "500"))
			in.RequestID = asked.ID
			o, err = w.dis.Propose(w.ctx, w.planner, in)
			return err
		})
		step("approved", func() error { o = w.approve(o); return nil })
		step("refused", func() error {
			_, err := w.dis.Refuse(w.ctx, w.leader, dispatching.DecisionInput{OrderID: w.propose(w.toPoint(), w.line(w.south, w.tent, "1")).ID, Decision: "不用"})
			return err
		})
		step("another approved", func() error { dead = w.approve(w.propose(w.toPoint(), w.line(w.south, w.tent, "9"))); return nil })
		step("picked", func() error {
			return w.dis.Pick(w.ctx, w.keeper, dispatching.PickInput{ShipmentID: o.Shipments[0].ID})
		})
		step("level", change(order.Levelled, 2))
		step("a part left", func() error {
			sh := o.Shipments[0]
			_, err := w.dis.Leave(w.ctx, w.keeper, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Qty: map[id.ID]string{sh.Lines[0].ID: "15"}})
			return err
		})
		step("a receipt of other goods", func() error {
			_, err := w.inv.PostDraft(w.ctx, w.keeper, inventory.Draft{Type: ledger.Receipt, DepotID: w.north.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-07-03", Reason: ledger.Purchased,
				Lines: []inventory.Line{{ItemID: w.tent.ID, LotNo: "T9", Qty: "7"}}})
			return err
		})
		step("by word", func() (err error) {
			word, err = w.dis.SendByWord(w.ctx, w.keeper, dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.south, w.tent, "4")), DepotID: w.south.ID, WordOf: "陈局"})
			return err
		})
		step("word switched off", change(order.WordOff, 0))
		step("arrived", func() error {
			return w.dis.Arrive(w.ctx, w.officer, dispatching.ArriveInput{ShipmentID: o.Shipments[0].ID})
		})
		step("signed wrongly, taken back, signed with a gap", func() error {
			sh := w.order(o.ID).Shipments[0]
			h, err := w.dis.Sign(w.ctx, w.officer, w.signing(sh, "15", "", ""))
			if err != nil {
				return err
			}
			if err := w.dis.UndoSign(w.ctx, w.officer, dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: h.ID, OrderID: o.ID, Reason: "数错了"}); err != nil {
				return err
			}
			w.sign(sh, "12", "1", "1")
			return nil
		})
		step("a load given up", func() error { return w.dis.CancelLoad(w.ctx, w.planner, w.order(o.ID).Shipments[1].ID, "不要了") })
		step("an order given up", func() error { _, err := w.dis.Cancel(w.ctx, w.leader, dead.ID, "雨停了"); return err })
		step("to a depot", func() error { depot = w.sent(w.toStreet(), w.line(w.north, w.gen, "2")); return nil })
		step("signed at the depot", func() error { w.sign(depot.Shipments[0], "1", "", ""); return nil })
		step("the one by word signed", func() error { w.sign(word.Shipments[0], "4", "", ""); return nil })
		step("a paper", func() error {
			return w.dis.HandInPaper(w.ctx, w.keeper, dispatching.PaperInput{OrderID: word.ID, Kind: order.WrittenOrder, DocumentNo: "8号"})
		})
		step("ended", change(order.Ended, 0))
		step("came back", func() error {
			return w.clearAll(o.ID, order.Back)
		})
		step("used and returned", func() error {
			if err := w.clearAll(word.ID, order.Returned); err != nil {
				return err
			}
			return w.clearAll(o.ID, order.Used)
		})
		step("the second signature", func() error {
			return w.dis.HandInPaper(w.ctx, w.other, dispatching.PaperInput{OrderID: word.ID, Kind: order.SecondSignature})
		})
		step("settled", change(order.SettledIt, 0))
		w.mustCheck()

		for _, m := range evening {
			if got := w.replayed(m.at); got != m.was {
				t.Errorf("after %q at %s it was\n%s\nreplayed\n%s", m.what, order.Clock(m.at), m.was, got)
			}
			if got := w.replayed(m.at + (2 * time.Minute).Microseconds()); got != m.was {
				t.Errorf("two minutes after %q it was\n%s\nreplayed\n%s", m.what, m.was, got)
			}
		}
		w.clock.Pass(50 * time.Hour)
		if got := w.replayed(0); got != w.present() {
			t.Errorf("at the end it is\n%s\nreplayed\n%s", w.present(), got)
		}
		r, err := w.dis.Replay(w.ctx, w.planner, w.response.ID, 1)
		if err != nil || r.At != r.From || r.From != w.response.BegunAt || r.To != evening[len(evening)-1].at || len(r.Orders) != 0 {
			t.Errorf("before all: %d of %d to %d, %d orders (%v)", r.At, r.From, r.To, len(r.Orders), err)
		}
		if !slices.IsSortedFunc(r.Ticks, func(a, b dispatching.Tick) int { return int(a.At - b.At) }) || len(r.Ticks) < 25 {
			t.Errorf("%d ticks", len(r.Ticks))
		}
		for _, x := range r.Ticks {
			if x.Kind == dispatching.TickSigned && strings.Contains(x.Text, "ZL-2026-000001") && order.Clock(x.At) != "2026-07-03 20:39" {
				t.Errorf("what was taken back is told: %+v", x)
			}
		}
		seen, err := w.dis.Replay(w.ctx, w.stranger, w.response.ID, 0)
		if err != nil || len(seen.Orders) != 3 || slices.ContainsFunc(seen.Stock, func(x dispatching.PastStock) bool { return x.DepotID != w.south.ID }) {
			t.Errorf("the south's keeper sees %d orders and %v (%v)", len(seen.Orders), seen.Stock, err)
		}
		_, err = w.dis.Replay(w.ctx, w.nothing, w.response.ID, 0)
		refused(t, err, errs.Unauthenticated, "登录")
	})
}

// clearAll says what became of everything of an order that is open in a fate's
// stage.
func (w *world) clearAll(of id.ID, fate order.Fate) error {
	w.t.Helper()
	for _, sh := range w.order(of).Shipments {
		in := dispatching.ClearInput{ClientKey: inventory.NewKey(), ShipmentID: sh.ID, Fate: fate, Note: "登记", Qty: map[id.ID]string{}}
		for _, l := range sh.Lines {
			open := l.Owed()
			if fate.Stage() == order.OnTheRoad {
				open = l.OnRoad()
			}
			if sh.Status.Gone() && open > 0 {
				in.Qty[l.ID] = open.String()
			}
		}
		if len(in.Qty) == 0 {
			continue
		}
		if _, err := w.dis.Clear(w.ctx, w.keeper, in); err != nil {
			return err
		}
	}
	return nil
}

// What is keyed late counts from the minute somebody typed; an ordinary voucher
// of an earlier day from the end of that day, since its minute is not known.
func TestAReplayGoesByWhenThingsHappened(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		w.begin(true)
		o := w.approve(w.propose(w.toPoint(), w.line(w.north, w.tent, "20")))
		w.clock.Pass(5 * time.Hour) // past midnight
		if _, err := w.dis.Leave(w.ctx, w.keeper, dispatching.LeaveInput{ClientKey: inventory.NewKey(), ShipmentID: o.Shipments[0].ID, At: "2026-07-03 20:30"}); err != nil {
			t.Fatal(err)
		}
		in := w.signing(o.Shipments[0], "20", "", "")
		in.At, in.ArrivedAt = "2026-07-03 22:00", "2026-07-03 21:50"
		if _, err := w.dis.Sign(w.ctx, w.officer, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.inv.PostDraft(w.ctx, w.keeper, inventory.Draft{Type: ledger.Issue, DepotID: w.north.ID, ClientKey: inventory.NewKey(), BusinessOn: "2026-07-03", Reason: ledger.DailyUse,
			Lines: []inventory.Line{{ItemID: w.tent.ID, Qty: "3"}}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at     string
			status order.ShipmentStatus
			road   int64
			tents  int64
		}{
			{"2026-07-03 20:29", order.Allocated, 0, 100}, {"2026-07-03 20:30", order.Left, 20, 80}, {"2026-07-03 21:49", order.Left, 20, 80}, {"2026-07-03 21:50", order.Arrived, 20, 80},
			{"2026-07-03 22:00", order.Signed, 0, 80}, {"2026-07-03 23:59", order.Signed, 0, 80}, {"2026-07-04 00:00", order.Signed, 0, 77},
		} {
			at, err := order.ParseMoment(c.at, w.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.dis.Replay(w.ctx, w.planner, w.response.ID, at)
			if err != nil {
				t.Fatal(err)
			}
			sh := r.Orders[0].Shipments[0]
			if sh.Status != c.status || sh.OnRoad() != quantity.Of(c.road) || len(r.Stock) != 1 || r.Stock[0].Then != quantity.Of(c.tents) || r.Stock[0].Today != quantity.Of(77) {
				t.Errorf("at %s: %s, %s on the road, stock %+v", c.at, sh.Status, sh.OnRoad(), r.Stock)
			}
		}

		// A receipt of 5 that was one of 4: between the two nothing had come.
		to := w.sent(w.toStreet(), w.line(w.north, w.tent, "5"))
		h, err := w.dis.Sign(w.ctx, w.officer, w.signing(to.Shipments[0], "5", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Pass(10 * time.Minute)
		between := w.clock.Now().UnixMicro()
		w.clock.Pass(10 * time.Minute)
		if err := w.dis.UndoSign(w.ctx, w.officer, dispatching.UndoInput{ClientKey: inventory.NewKey(), ID: h.ID, OrderID: to.ID, Reason: "数错了"}); err != nil {
			t.Fatal(err)
		}
		w.sign(to.Shipments[0], "4", "", "1")
		for at, want := range map[int64]int64{between: 0, 0: 4} {
			r, err := w.dis.Replay(w.ctx, w.officer, w.response.ID, at)
			if err != nil {
				t.Fatal(err)
			}
			var got quantity.Q
			for _, x := range r.Stock {
				if x.DepotID == w.street.ID {
					got = x.Then
				}
			}
			if got != quantity.Of(want) {
				t.Errorf("at %s the street had %s tents, want %d", order.Clock(at), got, want)
			}
		}
	})
}
