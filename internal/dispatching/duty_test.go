package dispatching_test

import (
	"testing"
	"time"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// The duty officer sees what is on the road and since when, what is overdue,
// what waits, and nothing that is guessed.
func TestADutyOfficerSeesWhatWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e)
		if err := w.st.Tx(w.ctx, func(tx *store.Tx) error {
			if err := tx.InsertDivisions(w.ctx, place.Division{Code: "430112", Name: "望城区", Lng: 112811610, Lat: 28355300}, place.Division{Code: "430112001", Name: "高塘岭街道", Parent: "430112"}); err != nil {
				return err
			}
			return tx.PutRoad(w.ctx, store.Road{FromID: w.north.ID, ToID: w.street.ID, Minutes: 25})
		}); err != nil {
			t.Fatal(err)
		}
		w.begin(true)
		for _, place := range []string{"胜利村", "西塘村"} {
			w.clock.Pass(time.Minute)
			if _, err := w.dis.SendRequest(w.ctx, w.officer, dispatching.RequestInput{ClientKey: inventory.NewKey(), Direction: order.ToBureau, ResponseID: w.response.ID, DepotID: w.street.ID,
				Kind: "flood", Place: place, Lines: []dispatching.NeedInput{{Target: plan.Target{Kind: plan.OfItem, ID: w.tent.ID}, Needed: "9"}}}); err != nil {
				t.Fatal(err)
			}
		}
		known := w.sent(w.toPoint(), w.line(w.north, w.tent, "5"))
		w.clock.Pass(10 * time.Minute)
		unknown := w.sent(w.toPoint(), w.line(w.south, w.tent, "3"))
		word := dispatching.WordInput{OrderInput: w.input(w.toPoint(), w.line(w.north, w.tent, "7")), DepotID: w.north.ID, WordOf: "陈局"}
		called, err := w.dis.SendByWord(w.ctx, w.keeper, word)
		if err != nil {
			t.Fatal(err)
		}
		w.approve(w.propose(w.toPoint(), w.line(w.north, w.water, "1")))
		w.propose(w.toPoint(), w.line(w.north, w.water, "2"))
		done := w.sent(w.toPoint(), w.line(w.north, w.water, "4"))
		w.sign(done.Shipments[0], "4", "", "")
		w.clock.Pass(20 * time.Minute)

		d, err := w.dis.Duty(w.ctx, w.planner, w.response.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Loads) != 3 || len(d.Waiting) != 1 || len(d.Proposed) != 1 || d.Signed != 1 || len(d.Requests) != 2 || len(d.Papers) != 3 || len(d.Depots) != 3 || len(d.Streets) != 1 || len(d.Targets) != 1 || !d.Targets[0].Open {
			t.Fatalf("%d loads, %d waiting, %d proposed, %d signed, %d requests, %d papers, %d depots, %d streets", len(d.Loads), len(d.Waiting), len(d.Proposed), d.Signed, len(d.Requests), len(d.Papers), len(d.Depots), len(d.Streets))
		}
		first, second, third := d.Loads[0], d.Loads[1], d.Loads[2]
		if first.Order.ID != known.ID || !first.Known || first.Minutes != 25 || first.DueAt != first.LeftAt+(25*time.Minute).Microseconds() || !first.Late || first.LateBy != (5*time.Minute).Microseconds() {
			t.Errorf("the first: due %d, late %v by %d", first.DueAt, first.Late, first.LateBy)
		}
		if second.Order.ID != unknown.ID && third.Order.ID != unknown.ID {
			t.Error("the load of the south is missing")
		}
		for _, l := range d.Loads[1:] {
			if l.Late || l.Order.ID == unknown.ID && (l.Known || l.DueAt != 0) || l.Order.ID == called.ID && l.DueAt == 0 {
				t.Errorf("%s: %+v", l.Order.Number, l)
			}
		}
		if first.From != "430112" || first.To != "430112001" || d.Requests[0].Place != "胜利村" {
			t.Errorf("from %s to %s; who waits longest is %s", first.From, first.To, d.Requests[0].Place)
		}

		seen, err := w.dis.Duty(w.ctx, w.stranger, w.response.ID)
		if err != nil || len(seen.Loads) != 1 || len(seen.Papers) != 0 || len(seen.Requests) != 0 || len(seen.Depots) != 1 || len(seen.Proposed) != 0 {
			t.Errorf("the south's keeper sees %d loads, %d papers, %d requests, %d depots (%v)", len(seen.Loads), len(seen.Papers), len(seen.Requests), len(seen.Depots), err)
		}
		_, err = w.dis.Duty(w.ctx, w.nothing, w.response.ID)
		refused(t, err, errs.Unauthenticated, "登录")
		_, err = w.dis.Duty(w.ctx, w.planner, 99)
		refused(t, err, errs.NotFound, "没有找到")

		kinds, err := w.dis.Kinds(w.ctx, w.planner)
		if err != nil || kinds[w.north.ID] != 3 || kinds[w.south.ID] != 1 || kinds[w.street.ID] != 0 {
			t.Errorf("kinds: %v %v", kinds, err)
		}
		w.approve(w.propose(w.toPoint(), w.line(w.south, w.tent, "47"))) // the south's last tents are promised
		if kinds, _ = w.dis.Kinds(w.ctx, w.keeper); kinds[w.south.ID] != 0 {
			t.Errorf("what is promised cannot be sent: %v", kinds)
		}
	})
}
